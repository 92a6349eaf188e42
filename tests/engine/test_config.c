/* Tests of presets and of every check of what a caller configures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/config.h"
#include "fixture.h"

/* ---- presets ---- */

/* Rules: P16.1 */
static void the_simple_preset(void **state) {
    (void)state;
    struct selkie_config config;
    selkie_config_simple(&config);
    assert_int_equal(config.struct_size, sizeof config);
    assert_int_equal(config.probe_period_us, SELKIE_MS(1500));
    assert_int_equal(config.probe_rtt_us, SELKIE_MS(500));
    assert_int_equal(config.num_indirect_probes, 3);
    assert_int_equal(config.max_transmissions, 10);
    assert_int_equal(config.suspect_to_down_after_us, SELKIE_S(3));
    assert_int_equal(config.remove_down_after_us, SELKIE_S(86400));
    assert_int_equal(config.max_packet_size, 1400);
    assert_false(config.notify_down_members);
    assert_int_equal(config.periodic_announce.every_us, 0);
    assert_int_equal(config.periodic_announce_to_down_members.every_us, 0);
    assert_int_equal(config.periodic_gossip.every_us, 0);
    assert_int_equal(config.observe, 0);
    assert_int_equal(config.awareness_max, 0);
    assert_int_equal(config.suspicion_max_factor, 0);
    assert_int_equal(config.suspicion_confirmations, 0);
    assert_false(config.suspects_hear_first);
    assert_int_equal(config.broadcast_share_percent, 0);
    assert_false(config.announce_while_idle);
    assert_false(config.reconnect_at_once);
    assert_int_equal(config.adapt_multiplier, 0);
}

/* What lan and wan turn on beyond plain SWIM. */
static void expect_extensions(const struct selkie_config *config, uint8_t multiplier) {
    assert_int_equal(config->awareness_max, 8);
    assert_int_equal(config->suspicion_max_factor, 6);
    assert_int_equal(config->suspicion_confirmations, 3);
    assert_true(config->suspects_hear_first);
    assert_int_equal(config->broadcast_share_percent, 25);
    assert_true(config->announce_while_idle);
    assert_true(config->reconnect_at_once);
    assert_int_equal(config->adapt_multiplier, multiplier);
}

static void expect_periodic(const struct selkie_periodic *periodic, uint64_t every_us, uint32_t members) {
    assert_int_equal(periodic->every_us, every_us);
    assert_int_equal(periodic->members, members);
}

/* Rules: P16.1 */
static void the_lan_preset(void **state) {
    (void)state;
    struct selkie_config config;
    selkie_config_lan(&config, 10);
    assert_int_equal(config.probe_period_us, SELKIE_S(1));
    assert_int_equal(config.probe_rtt_us, SELKIE_MS(500));
    assert_int_equal(config.num_indirect_probes, 3);
    assert_int_equal(config.remove_down_after_us, SELKIE_S(86400));
    assert_int_equal(config.max_packet_size, 1400);
    assert_true(config.notify_down_members);
    expect_periodic(&config.periodic_announce, SELKIE_S(30), 1);
    expect_periodic(&config.periodic_announce_to_down_members, SELKIE_S(65), 2);
    expect_periodic(&config.periodic_gossip, SELKIE_MS(200), 3);
    expect_extensions(&config, 4);
}

/* Rules: P16.1 */
static void the_wan_preset(void **state) {
    (void)state;
    struct selkie_config config;
    selkie_config_wan(&config, 10);
    assert_int_equal(config.probe_period_us, SELKIE_S(5));
    assert_int_equal(config.probe_rtt_us, SELKIE_S(3));
    assert_int_equal(config.num_indirect_probes, 3);
    assert_int_equal(config.remove_down_after_us, SELKIE_S(86400));
    assert_int_equal(config.max_packet_size, 1400);
    assert_true(config.notify_down_members);
    expect_periodic(&config.periodic_announce, SELKIE_S(60), 2);
    expect_periodic(&config.periodic_announce_to_down_members, SELKIE_S(125), 3);
    expect_periodic(&config.periodic_gossip, SELKIE_MS(500), 4);
    expect_extensions(&config, 6);
}

/* Rules: P16.1 */
static void presets_follow_the_number_of_members(void **state) {
    (void)state;
    static const struct {
        uint32_t members;
        uint64_t lan_us, wan_us;
        uint8_t transmissions;
    } cases[] = {{0, 4000000, 30000000, 1},
                 {1, 4000000, 30000000, 1},
                 {2, 4000000, 30000000, 1},
                 {5, 4000000, 30000000, 3},
                 {9, 4000000, 30000000, 4},
                 {10, 4000000, 30000000, 4},
                 {11, 4165570, 31241780, 4},
                 {50, 6795880, 50969100, 6},
                 {99, 7982540, 59869055, 8},
                 {100, 8000000, 60000000, 8},
                 {1000, 12000000, 90000000, 12},
                 {98, 7964904, 59736782, 7},
                 {UINT32_MAX, 38531839, 288988795, 38}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct selkie_config lan, wan;
        selkie_config_lan(&lan, cases[i].members);
        selkie_config_wan(&wan, cases[i].members);
        assert_int_equal(lan.suspect_to_down_after_us, cases[i].lan_us);
        assert_int_equal(wan.suspect_to_down_after_us, cases[i].wan_us);
        assert_int_equal(lan.max_transmissions, cases[i].transmissions);
        assert_int_equal(wan.max_transmissions, cases[i].transmissions);
        assert_null(selkie_config_complaint(&lan));
        assert_null(selkie_config_complaint(&wan));
    }
}

static void a_preset_writes_no_more_than_the_program_knows(void **state) {
    (void)state;
    struct selkie_config config;
    memset(&config, 0xa5, sizeof config);
    selkie_config_lan_(&config, offsetof(struct selkie_config, max_packet_size), 100);
    assert_int_equal(config.struct_size, offsetof(struct selkie_config, max_packet_size));
    assert_int_equal(config.suspect_to_down_after_us, SELKIE_S(8));
    assert_int_equal(config.max_packet_size, 0xa5a5a5a5);
}

/* ---- checks ---- */

typedef void spoil(struct selkie_config *config);

static void no_period(struct selkie_config *config) {
    config->probe_period_us = 0;
}
static void no_rtt(struct selkie_config *config) {
    config->probe_rtt_us = 0;
}
static void rtt_is_the_period(struct selkie_config *config) {
    config->probe_rtt_us = config->probe_period_us;
}
static void no_suspicion(struct selkie_config *config) {
    config->suspect_to_down_after_us = 0;
}
static void no_memory_of_the_dead(struct selkie_config *config) {
    config->remove_down_after_us = 0;
}
static void no_packet(struct selkie_config *config) {
    config->max_packet_size = 0;
}
static void no_helpers(struct selkie_config *config) {
    config->num_indirect_probes = 0;
}
static void no_transmissions(struct selkie_config *config) {
    config->max_transmissions = 0;
}
static void announce_to_nobody(struct selkie_config *config) {
    config->periodic_announce.members = 0;
}
static void knock_at_nobody(struct selkie_config *config) {
    config->periodic_announce_to_down_members.members = 0;
}
static void gossip_to_nobody(struct selkie_config *config) {
    config->periodic_gossip.members = 0;
}
static void too_many_confirmations(struct selkie_config *config) {
    config->suspicion_confirmations = SELKIE_CONFIRMATIONS_MAX + 1;
}
static void more_than_all_of_a_packet(struct selkie_config *config) {
    config->broadcast_share_percent = 101;
}
static void too_old(struct selkie_config *config) {
    config->struct_size = offsetof(struct selkie_config, observe);
}

static const struct {
    spoil *spoil;
    const char *field; /* that the complaint starts with */
} spoils[] = {
    {no_period, "probe_period_us"},
    {no_rtt, "probe_rtt_us"},
    {rtt_is_the_period, "probe_rtt_us"},
    {no_suspicion, "suspect_to_down_after_us"},
    {no_memory_of_the_dead, "remove_down_after_us"},
    {no_packet, "max_packet_size"},
    {no_helpers, "num_indirect_probes"},
    {no_transmissions, "max_transmissions"},
    {announce_to_nobody, "periodic_announce."},
    {knock_at_nobody, "periodic_announce_to_down_members."},
    {gossip_to_nobody, "periodic_gossip."},
    {too_many_confirmations, "suspicion_confirmations"},
    {more_than_all_of_a_packet, "broadcast_share_percent"},
    {too_old, "config.struct_size"},
};

/* Rules: P16.2, P16.3 */
static void each_field_that_needs_a_number_is_complained_about_by_name(void **state) {
    struct fixture *f = *state;
    selkie *engine = NULL;
    for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
        selkie_config_lan(&f->config, 10);
        assert_null(selkie_config_complaint(&f->config));
        spoils[i].spoil(&f->config);
        const char *complaint = selkie_config_complaint(&f->config);
        assert_non_null(complaint);
        assert_memory_equal(complaint, spoils[i].field, strlen(spoils[i].field));
        assert_int_equal(selkie_new(&engine, &f->options), SELKIE_E_INVALID_CONFIG);
        assert_null(engine);
        assert_string_equal(selkie_options_complaint(&f->options), complaint);
    }
}

/* Rules: P16.2 */
static void a_round_trip_one_microsecond_below_the_period_is_taken(void **state) {
    (void)state;
    struct selkie_config config;
    selkie_config_simple(&config);
    config.probe_rtt_us = config.probe_period_us - 1;
    assert_null(selkie_config_complaint(&config));
}

/* Rules: P16.3 */
static void the_largest_share_and_the_most_confirmations_are_taken(void **state) {
    (void)state;
    struct selkie_config config;
    selkie_config_simple(&config);
    config.broadcast_share_percent = 100;
    config.suspicion_confirmations = 15;
    assert_int_equal(SELKIE_CONFIRMATIONS_MAX, 15);
    assert_null(selkie_config_complaint(&config));
}

/* Rules: P16.3, P16.2, P17.2 */
static void a_running_engine_refuses_what_creation_would(void **state) {
    struct fixture *f = *state;
    selkie_config_lan(&f->config, 10);
    restart_in_place(f, 4);
    for (size_t i = 0; i < sizeof spoils / sizeof *spoils; i++) {
        struct selkie_config config = f->config;
        spoils[i].spoil(&config);
        unsigned char *before = remember(f);
        assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_E_INVALID_CONFIG);
        expect_unchanged(f, before);
    }
}

static void longer_period(struct selkie_config *config) {
    config->probe_period_us++;
}
static void shorter_rtt(struct selkie_config *config) {
    config->probe_rtt_us--;
}
static void start_announce(struct selkie_config *config) {
    config->periodic_announce = (struct selkie_periodic){1, 1};
}
static void start_knocking(struct selkie_config *config) {
    config->periodic_announce_to_down_members = (struct selkie_periodic){1, 1};
}
static void start_gossip(struct selkie_config *config) {
    config->periodic_gossip = (struct selkie_periodic){1, 1};
}

/* Rules: P16.3, P17.2 */
static void a_running_engine_refuses_another_rhythm_and_new_tasks(void **state) {
    struct fixture *f = *state;
    spoil *const changes[] = {longer_period, shorter_rtt, start_announce, start_knocking, start_gossip};
    restart_in_place(f, 4);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct selkie_config config = f->config;
        changes[i](&config);
        unsigned char *before = remember(f);
        assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_E_INVALID_CONFIG);
        expect_unchanged(f, before);
    }
}

/* Rules: P16.3 */
static void everything_else_may_change_while_running(void **state) {
    struct fixture *f = *state;
    struct selkie_config config, now;
    selkie_config_lan(&f->config, 10);
    f->config.adapt_multiplier = 0;
    restart(f);
    selkie_config_lan(&config, 1000);
    config.num_indirect_probes = 7;
    config.remove_down_after_us = SELKIE_S(9);
    config.max_packet_size = 9000;
    config.notify_down_members = false;
    config.periodic_announce = (struct selkie_periodic){0, 0};
    config.periodic_announce_to_down_members = (struct selkie_periodic){SELKIE_S(1), 9};
    config.observe = SELKIE_OBSERVE_DATA_SENT;
    config.awareness_max = 3;
    config.suspicion_max_factor = 9;
    config.suspicion_confirmations = 2;
    config.suspects_hear_first = false;
    config.broadcast_share_percent = 100;
    config.announce_while_idle = false;
    config.reconnect_at_once = false;
    config.adapt_multiplier = 0;
    assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
    selkie_get_config(f->engine, &now);
    assert_memory_equal(&now, &config, sizeof now);
}

/* Rules: P16.3 */
static void a_running_engine_has_no_room_for_more_confirmations(void **state) {
    struct fixture *f = *state;
    struct selkie_config config;
    selkie_config_lan(&f->config, 10);
    for (uint8_t most = 0; most <= SELKIE_CONFIRMATIONS_MAX; most++) {
        f->config.suspicion_confirmations = most;
        restart(f);
        config = f->config;
        config.suspicion_confirmations = (uint8_t)(most + 1);
        assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_E_INVALID_CONFIG);
        config.suspicion_confirmations = (uint8_t)(most / 2);
        assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
        config.suspicion_confirmations = most; /* and back: what counts is how many there were at the start */
        assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
    }
}

/* Rules: P16.3 */
static void in_memory_of_the_callers_there_is_no_more_packet_and_no_more_helpers(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 4);
    struct selkie_config config = f->config;
    config.max_packet_size++;
    assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_E_INVALID_CONFIG);
    config = f->config;
    config.num_indirect_probes++;
    assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_E_INVALID_CONFIG);
    config = f->config;
    config.max_packet_size--;
    config.num_indirect_probes--;
    assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK); /* and back */
}

/* Rules: P16.4 */
static void another_packet_size_holds_at_once_both_ways(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    set_packet_size(f, 14);
    assert_int_equal(hear(f, "gossip from B1@0 (C1@0 down)"), SELKIE_E_DATA_TOO_BIG);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 ()");
    set_packet_size(f, 15);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (C1@0 down)");
    assert_int_equal(hear(f, "gossip from B1@0 (C1@0 down)"), SELKIE_OK);
}

/* Rules: P16.4 */
static void the_probe_and_timers_in_flight_stay_as_they_are(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    f->config.suspect_to_down_after_us = SELKIE_S(9);
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect(f, "timer suspect in 9000 ms", "> ping 2 from A1@0 to B1 (B1@0 suspect)", "timer indirect in 500 ms",
           "timer probe in 1500 ms");
}

/* ---- options ---- */

static void expect_complaint(struct fixture *f, const char *start) {
    selkie *engine = NULL;
    const char *complaint = selkie_options_complaint(&f->options);
    assert_non_null(complaint);
    assert_memory_equal(complaint, start, strlen(start));
    assert_int_equal(selkie_new(&engine, &f->options), SELKIE_E_INVALID_CONFIG);
    assert_null(engine);
    assert_int_equal(selkie_memory_size(&f->options), 0);
    assert_int_equal(selkie_timers_max(&f->options), 0);
}

static void every_part_of_the_options_is_checked(void **state) {
    struct fixture *f = *state;
    const struct fixture good = *f;
    assert_null(selkie_options_complaint(&f->options));
#define WRONG(change, start)                                                                                           \
    do {                                                                                                               \
        change;                                                                                                        \
        expect_complaint(f, start);                                                                                    \
        f->options = good.options, f->type = good.type, f->runtime = good.runtime, f->codec = good.codec,              \
        f->broadcasts = good.broadcasts;                                                                               \
    } while (0)
    WRONG(f->options.struct_size = 8, "options are missing");
    WRONG(f->options.identity = NULL, "identity is missing");
    WRONG(f->options.type = NULL, "type is missing");
    WRONG(f->type.struct_size = 8, "type is missing");
    WRONG(f->type.size = 0, "type.size");
    WRONG(f->type.size = 256, "type.size");
    WRONG(f->type.addr_size = 0, "type.addr_size");
    WRONG(f->type.addr_size = 3, "type.addr_size");
    WRONG(f->options.runtime = NULL, "runtime is missing");
    WRONG(f->runtime.send_to = NULL, "runtime.send_to");
    WRONG(f->runtime.submit_after = NULL, "runtime.send_to");
    WRONG(f->options.codec = NULL, "codec is missing");
    WRONG(f->codec.encode_header = NULL, "codec lacks");
    WRONG(f->codec.encode_member = NULL, "codec lacks");
    WRONG(f->codec.decode_header = NULL, "codec lacks");
    WRONG(f->codec.decode_member = NULL, "codec lacks");
    WRONG(f->codec.identity_size = 3, "codec.identity_size");
    WRONG(f->codec.header_max = 0, "codec.header_max");
    WRONG(f->codec.member_min = 0, "codec.header_max");
    WRONG(f->codec.member_min = (uint16_t)(f->codec.member_max + 1), "codec.header_max");
    WRONG((f->options.broadcasts = &f->broadcasts, f->broadcasts.receive = NULL), "broadcasts.receive");
    WRONG((f->options.broadcasts = &f->broadcasts, f->broadcasts.key_size = 65), "broadcasts.key_size");
    WRONG(memset(f->options.seed, 0, 16), "seed");
    WRONG(f->options.max_members = (1u << 30) + 1, "max_members");
    WRONG(f->options.max_broadcasts = (1u << 30) + 1, "max_members");
    WRONG(f->options.max_suspicions = (1u << 30) + 1, "max_members");
#undef WRONG
    assert_null(selkie_options_complaint(&f->options));
}

/* A packet with this header, a count and an update of us in it. */
static uint32_t least_packet(const struct fixture *f, uint32_t member) {
    return (uint32_t)f->codec.header_max + 2 + member;
}

/* Rules: P26.13 */
static void an_identity_that_no_packet_has_room_for_is_refused_at_the_start(void **state) {
    struct fixture *f = *state;
    selkie *engine = NULL;
    f->options.max_members = 4;
    f->config.max_packet_size = least_packet(f, 5) - 1; /* an update of A1 takes 5 bytes, without an accuser */
    expect_complaint(f, "config.max_packet_size is too small for this identity");
    f->config.max_packet_size++;
    assert_null(selkie_options_complaint(&f->options));
    assert_int_equal(selkie_new(&engine, &f->options), SELKIE_OK);
    assert_int_equal(selkie_broadcast_limit(engine), 5);
    assert_int_equal(selkie_free(engine), SELKIE_OK);
    assert_true(selkie_memory_size(&f->options) > 0);
}

/* Identities of a codec with members of varying size. */
static bool encode_at_length(const struct selkie_codec *codec, struct selkie_writer *writer,
                             const struct selkie_member *member) {
    struct selkie_codec packed;
    selkie_codec_packed(&packed, codec->identity_size);
    return packed.encode_member(&packed, writer, member) &&
           (*(const char *)member->identity != 'L' || selkie_put(writer, "long", 4)) &&
           *(const char *)member->identity != '!';
}

/* Rules: P26.13 */
static void what_counts_is_the_identity_itself_and_not_what_others_may_take(void **state) {
    struct fixture *f = *state;
    f->codec.encode_member = encode_at_length;
    f->codec.member_max = 9;
    f->config.max_packet_size = least_packet(f, 5);
    assert_null(selkie_options_complaint(&f->options));
    f->options.identity = "L1";
    expect_complaint(f, "config.max_packet_size is too small for this identity");
    f->config.max_packet_size = least_packet(f, 9) - 1;
    expect_complaint(f, "config.max_packet_size is too small for this identity");
    f->config.max_packet_size++;
    assert_null(selkie_options_complaint(&f->options));
    f->config.max_packet_size = least_packet(f, 5);
    f->options.identity = "!1"; /* what cannot be written at all is another matter: P17.3 */
    assert_null(selkie_options_complaint(&f->options));
}

/* Rules: P26.13 */
static void a_codec_with_members_of_one_size_or_of_enormous_ones_is_taken_at_its_word(void **state) {
    struct fixture *f = *state;
    f->codec.member_max = f->codec.member_min;
    f->config.max_packet_size = least_packet(f, 5) - 1;
    expect_complaint(f, "config.max_packet_size is too small for this identity");
    f->config.max_packet_size = least_packet(f, 5);
    assert_null(selkie_options_complaint(&f->options));
    f->codec.member_max = 40000;
    assert_null(selkie_options_complaint(&f->options));
    f->config.max_packet_size--;
    expect_complaint(f, "config.max_packet_size is too small for this identity");
}

static void without_a_configuration_it_is_the_simple_one(void **state) {
    struct fixture *f = *state;
    struct selkie_config simple, config;
    f->options.config = NULL;
    restart(f);
    selkie_config_simple(&simple);
    selkie_get_config(f->engine, &config);
    assert_memory_equal(&config, &simple, sizeof config);
}

static void an_engine_in_place_needs_its_bounds(void **state) {
    struct fixture *f = *state;
    selkie *engine = NULL;
    static _Alignas(SELKIE_MEMORY_ALIGN) unsigned char room[1 << 16];
    assert_int_equal(selkie_memory_size(&f->options), 0);
    assert_int_equal(selkie_new_in(&engine, room, sizeof room, &f->options), SELKIE_E_INVALID_CONFIG);
    f->options.max_members = 4;
    size_t size = selkie_memory_size(&f->options);
    assert_true(size > 0 && size < sizeof room);
    assert_int_equal(selkie_new_in(&engine, room, size - 1, &f->options), SELKIE_E_NO_MEMORY);
    assert_int_equal(selkie_new_in(&engine, room + 1, size, &f->options), SELKIE_E_NO_MEMORY);
    assert_int_equal(selkie_new_in(&engine, room, size, &f->options), SELKIE_OK);
    assert_int_equal(selkie_free(engine), SELKIE_OK);
    f->options.broadcasts = &f->broadcasts; /* with a handler, these are needed too */
    assert_int_equal(selkie_memory_size(&f->options), 0);
    f->options.max_broadcasts = 4;
    assert_int_equal(selkie_memory_size(&f->options), 0);
    f->options.max_broadcast_bytes = 64;
    assert_true(selkie_memory_size(&f->options) > size);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_simple_preset),
        cmocka_unit_test(the_lan_preset),
        cmocka_unit_test(the_wan_preset),
        cmocka_unit_test(presets_follow_the_number_of_members),
        cmocka_unit_test(a_preset_writes_no_more_than_the_program_knows),
        test_of_one(each_field_that_needs_a_number_is_complained_about_by_name),
        cmocka_unit_test(a_round_trip_one_microsecond_below_the_period_is_taken),
        cmocka_unit_test(the_largest_share_and_the_most_confirmations_are_taken),
        test_of_one(a_running_engine_refuses_what_creation_would),
        test_of_one(a_running_engine_refuses_another_rhythm_and_new_tasks),
        test_of_one(everything_else_may_change_while_running),
        test_of_one(a_running_engine_has_no_room_for_more_confirmations),
        test_of_one(in_memory_of_the_callers_there_is_no_more_packet_and_no_more_helpers),
        test_of_one(another_packet_size_holds_at_once_both_ways),
        test_of_one(the_probe_and_timers_in_flight_stay_as_they_are),
        test_of_one(every_part_of_the_options_is_checked),
        test_of_one(an_identity_that_no_packet_has_room_for_is_refused_at_the_start),
        test_of_one(what_counts_is_the_identity_itself_and_not_what_others_may_take),
        test_of_one(a_codec_with_members_of_one_size_or_of_enormous_ones_is_taken_at_its_word),
        test_of_one(without_a_configuration_it_is_the_simple_one),
        test_of_one(an_engine_in_place_needs_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
