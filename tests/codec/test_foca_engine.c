/* Gives the packets that foca's members sent to engines, which must make of them what foca would; and holds the custom
 * broadcast and the identity of foca's example agent to captured bytes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats.h"

enum { ROOM = 2048, IDENTITY_ROOM = 32, MESSAGE = 100 };

/* struct Id { addr: SocketAddrV4, bump: u16 }, and the same with the example agent's SocketAddr and u64. */
static const struct selkie_field id_fields[] = {
    {SELKIE_FIELD_SOCKADDR_V4, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field agent_fields[] = {
    {SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_END, 0}};

/* The same of the agent of foca 0.10. */
static const struct selkie_field agent10_fields[] = {
    {SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};

/* The example agent's broadcast: { key: { addr: SocketAddr, version: u64 }, message: String }. */
static const struct selkie_field broadcast_fields[] = {
    {SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_STRING, MESSAGE}, {SELKIE_FIELD_END, 0}};

#define MAPPED "00000000000000000000ffff"
#define A "0a0000011f0a0001"
#define B "0a0000021f0a0000"
#define C "c0a801c8ffff012c"
#define PEER MAPPED "7f000001206c000000006553f100"
#define AGENT MAPPED "7f000001206d000000006b0453ee"
#define THIRD MAPPED "7f000001206e000000006553f101"

/* ---- An engine, what it heard and what it sent last ---- */

struct world {
    selkie *engine;
    const struct selkie_config *config; /* NULL: simple */
    struct selkie_codec codec;
    unsigned char heard[ROOM], sent[ROOM];
    size_t heard_size, sent_size;
};

static enum selkie_verdict hear(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct world *world = (struct world *)ctx;
    (void)sender;
    (void)key;
    assert_true(world->heard_size + size <= sizeof world->heard);
    memcpy(world->heard + world->heard_size, bytes, size);
    world->heard_size += size;
    return SELKIE_KNOWN;
}

static void keep_packet(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct world *world = (struct world *)ctx;
    (void)identity;
    assert_true(size <= sizeof world->sent);
    memcpy(world->sent, bytes, size);
    world->sent_size = size;
}

static struct selkie_timer timers[64];
static uint64_t delays_us[64];
static size_t timer_count;

static bool submit_nothing(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx;
    timers[timer_count % 64] = *timer;
    delays_us[timer_count++ % 64] = delay_us;
    return true;
}

static void open_world(struct world *world, int format, const struct selkie_field *fields, const char *identity) {
    unsigned char us[IDENTITY_ROOM];
    const struct selkie_config *config = world->config;
    memset(world, 0, sizeof *world);
    world->config = config;
    assert_int_equal(format_codec(format, &world->codec, fields), 0);
    assert_int_equal(format_unhex(identity, us, sizeof us), world->codec.identity_size);
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = world->codec.identity_size};
    type.addr_size = (uint16_t)(fields == agent_fields ? type.size - 8 : type.size - 2);
    struct selkie_runtime runtime = {.struct_size = sizeof runtime, .ctx = world, .send_to = keep_packet};
    runtime.submit_after = submit_nothing;
    struct selkie_broadcasts broadcasts = {.struct_size = sizeof broadcasts, .ctx = world, .receive = hear};
    struct selkie_options options = {.struct_size = sizeof options, .identity = us, .type = &type};
    options.runtime = &runtime;
    options.codec = &world->codec;
    options.config = world->config;
    options.broadcasts = &broadcasts;
    options.seed[0] = 1;
    assert_int_equal(selkie_new(&world->engine, &options), 0);
}

static void close_world(struct world *world) {
    assert_int_equal(selkie_free(world->engine), 0);
}

/* Hand it the vector of this name; returns the verdict. */
static int receive(struct world *world, const char *file, const char *name) {
    const char *root = getenv("SELKIE_SOURCE_DIR");
    char line[ROOM];
    unsigned char bytes[ROOM];
    (void)snprintf(line, sizeof line, "%s/tests/codec/vectors/%s", root ? root : ".", file);
    FILE *vectors = fopen(line, "r");
    if (!vectors) {
        fail_msg("%s: %s", line, strerror(errno));
    }
    size_t size = 0, length = strlen(name);
    while (size == 0 && fgets(line, sizeof line, vectors)) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, name, length) == 0 && line[length] == ' ') {
            size = format_unhex(line + length + 1, bytes, sizeof bytes);
        }
    }
    (void)fclose(vectors);
    assert_int_not_equal(size, 0);
    return selkie_handle_data(world->engine, bytes, size);
}

static void demand_member(const struct world *world, const char *identity, uint8_t state, uint16_t incarnation) {
    unsigned char bytes[IDENTITY_ROOM];
    size_t size = format_unhex(identity, bytes, sizeof bytes);
    struct selkie_member member;
    SELKIE_INIT(&member);
    assert_true(selkie_find(world->engine, bytes, &member));
    assert_memory_equal(member.identity, bytes, size);
    assert_int_equal(member.state, state);
    assert_int_equal(member.incarnation, incarnation);
}

/* The formats that have vectors, with the file of each. */
static const struct {
    int format;
    const char *file;
} captured[] = {{BINCODE1, "bincode.txt"}, {BINCODE2, "bincode.txt"}, {POSTCARD, "postcard.txt"}};
enum { CAPTURED = sizeof captured / sizeof *captured };

/* ---- Packets ---- */

/* Rules: P23.11 */
static void what_foca_gossips_is_taken_in(void **state) {
    (void)state;
    static const char *const packets[] = {"packet_gossip_A_to_B_2_updates_2_customs@v0.18.0,HEAD",
                                          "packet_ping_1_A_to_B_2_updates_2_customs@v0.18.0,HEAD"};
    for (size_t i = 0; i < CAPTURED * 2; i++) {
        struct world world = {.config = NULL};
        open_world(&world, captured[i / 2].format, id_fields, B);
        assert_int_equal(receive(&world, captured[i / 2].file, packets[i % 2]), 0);
        demand_member(&world, A, SELKIE_ALIVE, 0);
        demand_member(&world, C, SELKIE_DOWN, 7);
        assert_int_equal(selkie_member_count(world.engine), 2);
        assert_int_equal(world.heard_size, 13);
        assert_memory_equal(world.heard, "\6world!\5hello", 13);
        close_world(&world);
    }
}

/* Rules: P23.11 */
static void the_other_packets_of_foca_do_what_they_say(void **state) {
    (void)state;
    for (size_t i = 0; i < CAPTURED; i++) {
        struct world world = {.config = NULL};
        const char *file = captured[i].file;
        open_world(&world, captured[i].format, id_fields, A);
        assert_int_equal(receive(&world, file, "packet_feed_B_to_A_0_members"), 0);
        assert_int_equal(selkie_member_count(world.engine), 1);
        assert_int_equal(receive(&world, file, "packet_feed_B_to_A_1_member_C_suspect"), 0);
        demand_member(&world, C, SELKIE_SUSPECT, 7);
        assert_int_equal(receive(&world, file, "packet_ack_1_B_to_A_0_updates"), 0);
        close_world(&world);
        open_world(&world, captured[i].format, id_fields, B);
        assert_int_equal(receive(&world, file, "packet_broadcast_A_to_B_2_customs@v0.18.0,HEAD"), 0);
        assert_int_equal(world.heard_size, 13);
        assert_int_equal(receive(&world, file, "packet_ping_1_A_to_B_0_updates"), 0);
        close_world(&world);
        open_world(&world, captured[i].format, id_fields, C);
        assert_int_equal(receive(&world, file, "packet_turnundead_A_to_C_customs_queued@v0.18.0,HEAD"), 0);
        assert_int_equal(selkie_connection(world.engine), SELKIE_UNDEAD);
        close_world(&world);
    }
}

static void demand_sent(const struct world *world, const char *hex) {
    unsigned char bytes[ROOM];
    assert_int_equal(world->sent_size, format_unhex(hex, bytes, sizeof bytes));
    assert_memory_equal(world->sent, bytes, world->sent_size);
}

/* Rules: P23.11 */
static void an_engine_announces_itself_and_answers_in_the_bytes_of_foca(void **state) {
    (void)state;
    static const char *const sent[CAPTURED][2] = {
        {"0a000001fb0a1f01000a000002fb0a1f0006", "0a000002fb0a1f00000a000001fb0a1f01070000"},
        {"0a000001fb0a1f01000a000002fb0a1f0006", "0a000002fb0a1f00000a000001fb0a1f01070000"},
        {"0a0000018a3e01000a0000028a3e0006", "0a0000028a3e00000a0000018a3e01070000"}};
    for (size_t i = 0; i < CAPTURED; i++) {
        struct world world = {.config = NULL};
        unsigned char identity[IDENTITY_ROOM];
        (void)format_unhex(B, identity, sizeof identity);
        open_world(&world, captured[i].format, id_fields, A);
        assert_int_equal(selkie_announce(world.engine, identity), 0);
        demand_sent(&world, sent[i][0]);
        close_world(&world);
        open_world(&world, captured[i].format, id_fields, B);
        assert_int_equal(receive(&world, captured[i].file, "packet_announce_A_to_B"), 0);
        demand_sent(&world, sent[i][1]);
        close_world(&world);
    }
}

/* Before 0.17, foca wrote broadcasts without a length before each. Their members are understood, they are not. */
static void of_a_foca_before_0_17_the_members_are_understood_and_the_broadcasts_are_not(void **state) {
    (void)state;
    static const char *const packets[] = {"packet_gossip_A_to_B_2_updates_2_customs@v0.10.0",
                                          "packet_ping_1_A_to_B_2_updates_2_customs@v0.10.0"};
    for (size_t i = 0; i < CAPTURED * 2; i++) {
        struct world world = {.config = NULL};
        const char *file = captured[i / 2].file;
        open_world(&world, captured[i / 2].format, id_fields, B);
        assert_int_equal(receive(&world, file, packets[i % 2]), SELKIE_E_MALFORMED_PACKET);
        demand_member(&world, A, SELKIE_ALIVE, 0);
        demand_member(&world, C, SELKIE_DOWN, 7);
        assert_int_equal(receive(&world, file, "packet_broadcast_A_to_B_2_customs@v0.10.0"), SELKIE_E_MALFORMED_PACKET);
        assert_int_equal(world.heard_size, 0);
        close_world(&world);
    }
}

/* Up to 0.17.1 TurnUndead could carry broadcasts: nothing of such a packet happens. */
static void a_turn_undead_with_broadcasts_does_not_decode(void **state) {
    (void)state;
    for (size_t i = 0; i < CAPTURED; i++) {
        struct world world = {.config = NULL};
        open_world(&world, captured[i].format, id_fields, C);
        int error = receive(&world, captured[i].file, "packet_turnundead_A_to_C_customs_queued@v0.10.0");
        assert_int_equal(error, SELKIE_E_DECODE); /* their first two bytes are taken for a number of members */
        assert_int_equal(selkie_connection(world.engine), SELKIE_DISCONNECTED);
        close_world(&world);
    }
}

/* ---- The example agents ---- */

/* Rules: P23.11 */
static void the_example_agent_of_foca_0_18_is_understood(void **state) {
    (void)state;
    struct world world = {.config = NULL};
    open_world(&world, BINCODE1, agent_fields, PEER);
    assert_int_equal(receive(&world, "agent.txt", "agent18_gossip_two_updates_one_custom"), 0);
    demand_member(&world, AGENT, SELKIE_ALIVE, 0);
    demand_member(&world, THIRD, SELKIE_ALIVE, 3);
    assert_int_equal(selkie_member_count(world.engine), 2); /* the third update was of ourselves */
    assert_int_equal(receive(&world, "agent.txt", "agent18_ping_no_updates"), 0);
    assert_int_equal(receive(&world, "agent.txt", "agent18_pingreq_for_8302"), 0);
    assert_int_equal(receive(&world, "agent.txt", "agent18_gossip_8302_suspect"), 0);
    demand_member(&world, THIRD, SELKIE_SUSPECT, 3);
    assert_int_equal(receive(&world, "agent.txt", "agent18_ping_8302_down"), 0);
    demand_member(&world, THIRD, SELKIE_DOWN, 3);
    close_world(&world);
}

/* Rules: P23.10, P23.11 */
static void the_example_agents_broadcast_is_read_and_written_as_the_same_bytes(void **state) {
    (void)state;
    static const char text[] = "Hello from ID(127.0.0.1:8301, 1795445742)! I have 2 peers";
    struct world world = {.config = NULL};
    open_world(&world, BINCODE1, agent_fields, PEER);
    assert_int_equal(receive(&world, "agent.txt", "agent18_gossip_two_updates_one_custom"), 0);
    unsigned char record[26 + MESSAGE], stated[26 + MESSAGE] = {0}, bytes[ROOM];
    struct selkie_reader reader = {world.heard, world.heard_size, false};
    assert_int_equal(selkie_get_fields(&world.codec, &reader, broadcast_fields, record), 0);
    assert_int_equal(reader.left, 0);
    (void)format_unhex(AGENT, stated, sizeof stated); /* its address, and a version that is the same number here */
    memcpy(stated + 26, text, sizeof text - 1);
    assert_memory_equal(record, stated, sizeof stated);
    struct selkie_writer writer = {bytes, sizeof bytes, false};
    assert_true(selkie_put_fields(&world.codec, &writer, broadcast_fields, record));
    assert_int_equal(sizeof bytes - writer.left, world.heard_size);
    assert_memory_equal(bytes, world.heard, world.heard_size);
    close_world(&world);
}

/* The agents announce themselves to an address whose generation they do not know: they name their own.
 * Rules: P23.1, P23.11 */
static void the_example_agents_announces_are_taken_whatever_generation_they_name(void **state) {
    (void)state;
    struct world world = {.config = NULL};
    open_world(&world, BINCODE1, agent_fields, PEER);
    assert_int_equal(receive(&world, "agent.txt", "agent18_announce"), 0);
    demand_member(&world, AGENT, SELKIE_ALIVE, 0);
    assert_int_not_equal(world.sent_size, 0);
    close_world(&world);
    open_world(&world, POSTCARD, agent10_fields, MAPPED "7f000001206c0001");
    assert_int_equal(receive(&world, "agent.txt", "agent10_announce"), 0);
    demand_member(&world, MAPPED "7f000001206d4266", SELKIE_ALIVE, 0);
    close_world(&world);
}

/* ---- Without nacks and accusers ---- */

static void learn(struct world *world, const char *identity, uint8_t state, const char *accuser) {
    unsigned char bytes[IDENTITY_ROOM], accusing[IDENTITY_ROOM];
    format_unhex(identity, bytes, sizeof bytes);
    struct selkie_member member = {.struct_size = sizeof member, .identity = bytes, .state = state};
    if (accuser) {
        format_unhex(accuser, accusing, sizeof accusing);
        member.accuser = accusing;
    }
    assert_int_equal(selkie_apply_many(world->engine, &member, 1, true), 0);
}

/* Everything that the lan preset has is on; what the codec cannot say the engine does without.
 * Rules: P23.9, P24.7, P25.2, P25.8 */
static void with_what_foca_speaks_no_nack_is_wanted_and_nobody_is_accused(void **state) {
    (void)state;
    struct selkie_config config;
    selkie_config_lan(&config, 10);
    config.adapt_multiplier = 0;
    for (int format = 0; format < FORMATS; format++) {
        struct world world = {.config = &config};
        open_world(&world, format, id_fields, C);
        for (char number = '1'; number <= '8'; number++) {
            char identity[] = "0a0000x11f0a0001";
            identity[6] = number;
            learn(&world, identity, SELKIE_ALIVE, NULL);
        }
        timer_count = 0;
        learn(&world, "0a0000111f0a0001", SELKIE_SUSPECT, "0a0000211f0a0001");
        assert_int_equal(timer_count, 1);
        assert_int_equal(delays_us[0], SELKIE_S(4));
        learn(&world, "0a0000111f0a0001", SELKIE_SUSPECT, "0a0000311f0a0001"); /* K is 0: it confirms nothing */
        struct selkie_stats stats = {.struct_size = sizeof stats};
        selkie_get_stats(world.engine, &stats);
        assert_int_equal(stats.suspicions_confirmed, 0);
        assert_int_equal(selkie_gossip(world.engine), 0);
        unsigned char suspect[IDENTITY_ROOM], bytes[ROOM];
        format_unhex("0a0000111f0a0001", suspect, sizeof suspect);
        struct selkie_member member = {.struct_size = sizeof member, .identity = suspect, .state = SELKIE_SUSPECT};
        struct selkie_writer writer = {bytes, sizeof bytes, false};
        assert_true(world.codec.encode_member(&world.codec, &writer, &member));
        size_t size = sizeof bytes - writer.left, found = 0;
        for (size_t at = 0; at + size <= world.sent_size; at++) {
            found += memcmp(world.sent + at, bytes, size) == 0;
        }
        assert_int_equal(found, 1);                                         /* as foca reads it, without a byte more */
        assert_int_equal(selkie_handle_timer(world.engine, &timers[0]), 0); /* after the shortest time it is over */
        demand_member(&world, "0a0000111f0a0001", SELKIE_DOWN, 0);
        close_world(&world);
    }
}

/* A Nack is no message of foca's. Rules: P24.12, P23.4 */
static void a_nack_does_not_decode(void **state) {
    (void)state;
    for (int format = 0; format < FORMATS; format++) {
        struct world world = {.config = NULL};
        open_world(&world, format, id_fields, C);
        unsigned char us[IDENTITY_ROOM], them[IDENTITY_ROOM], bytes[ROOM];
        format_unhex(C, us, sizeof us);
        format_unhex(A, them, sizeof them);
        struct selkie_header header = {.struct_size = sizeof header,
                                       .source = them,
                                       .destination = us,
                                       .peer = them,
                                       .message = SELKIE_FORWARDED_ACK,
                                       .probe_number = 1};
        struct selkie_writer writer = {bytes, sizeof bytes, false};
        assert_true(world.codec.encode_header(&world.codec, &writer, &header));
        size_t size = sizeof bytes - writer.left;
        size_t at = 0;
        for (size_t i = 0; i < size; i++) {
            at = bytes[i] == SELKIE_FORWARDED_ACK ? i : at;
        }
        bytes[at] = SELKIE_NACK;
        assert_int_equal(selkie_handle_data(world.engine, bytes, size), SELKIE_E_DECODE);
        assert_int_equal(selkie_member_count(world.engine), 0);
        close_world(&world);
    }
}

/* ---- Members of every size, in fixed memory ---- */

enum { MEMBERS_MAX = 48, ROUNDS = 2000 };

/* What one engine sends, the other gets at once; its own sends are dropped. */
struct pair {
    selkie *hearer;
    size_t packets;
};

static void hand_over(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct pair *pair = (struct pair *)ctx;
    (void)identity;
    if (pair) {
        assert_true(size <= 300);
        int error = selkie_handle_data(pair->hearer, bytes, size);
        assert_int_equal(error, 0);
        pair->packets++;
    }
}

static void add_engine(selkie **engine, void *memory, size_t size, const struct selkie_codec *codec, struct pair *pair,
                       uint8_t number, size_t *needed) {
    struct selkie_config config;
    selkie_config_simple(&config);
    config.max_packet_size = 300;
    unsigned char us[IDENTITY_ROOM] = {0, number};
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = 26, .addr_size = 18};
    struct selkie_runtime runtime = {.struct_size = sizeof runtime, .ctx = pair, .send_to = hand_over};
    runtime.submit_after = submit_nothing;
    struct selkie_options options = {.struct_size = sizeof options, .identity = us, .type = &type, .codec = codec};
    options.runtime = &runtime;
    options.config = &config;
    options.max_members = MEMBERS_MAX;
    options.seed[0] = number;
    *needed = selkie_memory_size(&options);
    if (memory) {
        assert_int_equal(selkie_new_in(engine, memory, size, &options), 0);
    }
}

/* The numbers of a sequence that is the same everywhere. */
static uint32_t next_number(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void tell_of_somebody(selkie *engine, uint32_t *random) {
    unsigned char identity[26] = {0};
    uint32_t who = next_number(random) % 60;
    identity[10] = identity[11] = who & 1 ? 0xff : 0; /* IPv4 or IPv6: 4 or 16 bytes */
    identity[12] = 10;
    identity[15] = (unsigned char)who;
    identity[16] = who & 2 ? 0x1f : 0; /* a port of one byte or of three */
    for (size_t bytes = next_number(random) % 9, at = 26 - bytes; at < 26; at++) {
        identity[at] = (unsigned char)next_number(random); /* a generation of one byte to nine */
    }
    struct selkie_member member = {.struct_size = sizeof member, .identity = identity};
    member.incarnation = (uint16_t)(next_number(random) % 600);
    member.state = (uint8_t)(next_number(random) % 3);
    assert_int_equal(selkie_apply_many(engine, &member, 1, true), 0);
    assert_int_equal(selkie_gossip(engine), 0);
}

/* Rules: P3.8, P19.6 */
static void members_whose_size_changes_need_no_more_memory_than_was_said(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        struct selkie_codec codec;
        assert_int_equal(format_codec(which, &codec, agent_fields), 0);
        struct pair pair = {.packets = 0};
        selkie *sayer;
        size_t needed, ignored;
        add_engine(&sayer, NULL, 0, &codec, &pair, 1, &needed);
        assert_int_not_equal(needed, 0);
        void *mine = malloc(needed), *theirs = malloc(needed);
        assert_true(mine && theirs);
        add_engine(&sayer, mine, needed, &codec, &pair, 1, &ignored);
        add_engine(&pair.hearer, theirs, needed, &codec, NULL, 2, &ignored);
        struct selkie_member hearer = {.struct_size = sizeof hearer, .identity = selkie_identity(pair.hearer)};
        assert_int_equal(selkie_apply_many(sayer, &hearer, 1, false), 0);
        uint32_t random = 1;
        for (int round = 0; round < ROUNDS; round++) {
            tell_of_somebody(sayer, &random);
        }
        assert_true(pair.packets > ROUNDS);
        assert_true(selkie_member_count(pair.hearer) > MEMBERS_MAX / 2);
        assert_int_equal(selkie_free(sayer), 0);
        assert_int_equal(selkie_free(pair.hearer), 0);
        free(mine);
        free(theirs);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_foca_gossips_is_taken_in),
        cmocka_unit_test(the_other_packets_of_foca_do_what_they_say),
        cmocka_unit_test(an_engine_announces_itself_and_answers_in_the_bytes_of_foca),
        cmocka_unit_test(of_a_foca_before_0_17_the_members_are_understood_and_the_broadcasts_are_not),
        cmocka_unit_test(a_turn_undead_with_broadcasts_does_not_decode),
        cmocka_unit_test(the_example_agent_of_foca_0_18_is_understood),
        cmocka_unit_test(the_example_agents_broadcast_is_read_and_written_as_the_same_bytes),
        cmocka_unit_test(the_example_agents_announces_are_taken_whatever_generation_they_name),
        cmocka_unit_test(with_what_foca_speaks_no_nack_is_wanted_and_nobody_is_accused),
        cmocka_unit_test(a_nack_does_not_decode),
        cmocka_unit_test(members_whose_size_changes_need_no_more_memory_than_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
