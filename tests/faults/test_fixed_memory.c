/* Engines in memory of the caller's: what selkie_memory_size and selkie_timers_max say is enough, exactly and for ever,
 * whatever the engine hears. Every choice follows from one seed: `test_fixed_memory SEED` takes it back. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "memory.h"
#include "selkie/codec.h"
#include "selkie/schedule.h"

enum { CANARY_BYTES = 64, CANARY = 0xc5, PACKET_MAX = 3200 };

static uint64_t seed = 20260517;

/* One engine in memory of its own, with identities of any size. */
struct box {
    struct selkie_identity_type type;
    struct selkie_runtime runtime;
    struct selkie_codec codec;
    struct selkie_config config;
    struct selkie_broadcasts handler;
    struct selkie_options options;
    _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
    unsigned char *memory; /* with the canaries */
    size_t size;
    selkie *engine;
    struct selkie_schedule *schedule; /* of exactly selkie_timers_max */
    unsigned char *schedule_memory;
    uint64_t now_us;
    uint64_t dice;
    uint32_t most_timers;
    uint32_t ups, downs;
};

static uint32_t roll(struct box *box, uint32_t below) {
    box->dice = box->dice * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((box->dice >> 33) % below);
}

/* ---- what the engine is given ---- */

static void notify(void *ctx, const struct selkie_notification *notification) {
    struct box *box = ctx;
    if (notification->kind == SELKIE_NOTIFY_MEMBER_UP || notification->kind == SELKIE_NOTIFY_MEMBER_DOWN) {
        assert_true(notification->member.slot < box->options.max_members);
        box->ups += notification->kind == SELKIE_NOTIFY_MEMBER_UP ? 1 : 0;
        box->downs += notification->kind == SELKIE_NOTIFY_MEMBER_DOWN ? 1 : 0;
    }
}

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct box *box = ctx;
    (void)identity, (void)bytes;
    assert_in_range(size, 1, box->config.max_packet_size);
}

/* The schedule has room for what selkie_timers_max says and no more. */
static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct box *box = ctx;
    assert_true(selkie_schedule_push(box->schedule, timer, box->now_us + delay_us));
    uint32_t count = selkie_schedule_count(box->schedule);
    box->most_timers = count > box->most_timers ? count : box->most_timers;
    return true;
}

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct box *box = ctx;
    (void)sender;
    memset(key, 0, box->handler.key_size);
    memcpy(key, bytes, size < box->handler.key_size ? size : box->handler.key_size);
    return roll(box, 4) == 0 ? SELKIE_KNOWN : SELKIE_NEW;
}

static bool invalidates(void *ctx, const void *newer, const void *queued) {
    const struct box *box = ctx;
    return box->handler.key_size > 0 && memcmp(newer, queued, 1) == 0;
}

/* ---- making one ---- */

/* An identity: the number in the address, the generation in the last bytes, as far as there is room. */
static void write_identity(const struct box *box, void *identity, uint32_t number, uint16_t generation) {
    unsigned char *bytes = identity;
    size_t size = box->type.size, addr_size = box->type.addr_size;
    memset(bytes, 0, size);
    for (size_t i = 0; i < 4 && i < addr_size; i++) {
        bytes[i] = (unsigned char)(number >> 8 * i);
    }
    for (size_t i = 0; i < 2 && addr_size + i < size; i++) {
        bytes[size - 1 - i] = (unsigned char)(generation >> 8 * i);
    }
}

static void describe(struct box *box, uint32_t max_members, uint16_t identity_size) {
    static const uint16_t address_sizes[256] = {[1] = 1, [8] = 6, [26] = 18, [255] = 100};
    memset(box, 0, sizeof *box);
    box->dice = seed + max_members * 1000 + identity_size;
    box->type = (struct selkie_identity_type){.struct_size = sizeof box->type,
                                              .ctx = &box->type,
                                              .size = identity_size,
                                              .addr_size = address_sizes[identity_size],
                                              .renew = selkie_renew_by_one};
    box->runtime = (struct selkie_runtime){sizeof box->runtime, box, notify, send_to, submit_after};
    selkie_codec_packed(&box->codec, identity_size);
    selkie_config_lan(&box->config, 10);
    box->config.max_packet_size = PACKET_MAX;
    box->config.remove_down_after_us = SELKIE_S(30);
    write_identity(box, box->identity, 0, 0);
    box->options = (struct selkie_options){.struct_size = sizeof box->options,
                                           .identity = box->identity,
                                           .type = &box->type,
                                           .runtime = &box->runtime,
                                           .codec = &box->codec,
                                           .config = &box->config,
                                           .seed = {3, 1, 4},
                                           .max_members = max_members};
}

static void describe_broadcasts(struct box *box, uint16_t key_size, bool by_equal_keys, uint32_t count,
                                uint32_t bytes) {
    box->handler = (struct selkie_broadcasts){.struct_size = sizeof box->handler,
                                              .ctx = box,
                                              .key_size = key_size,
                                              .receive = receive,
                                              .invalidates = by_equal_keys ? NULL : invalidates};
    box->options.broadcasts = &box->handler;
    box->options.max_broadcasts = count;
    box->options.max_broadcast_bytes = bytes;
}

static unsigned char *place(const struct box *box) {
    return box->memory + CANARY_BYTES;
}

static void start(struct box *box) {
    uint32_t timers = selkie_timers_max(&box->options);
    box->size = selkie_memory_size(&box->options);
    assert_true(box->size > 0 && timers > 0);
    box->memory = malloc(box->size + 2 * CANARY_BYTES);
    box->schedule_memory = malloc(selkie_schedule_memory_size(timers));
    assert_true(box->memory && box->schedule_memory);
    memset(box->memory, CANARY, box->size + 2 * CANARY_BYTES);
    assert_int_equal(
        selkie_schedule_new_in(&box->schedule, box->schedule_memory, selkie_schedule_memory_size(timers), timers), 0);
    assert_int_equal(selkie_new_in(&box->engine, place(box), box->size, &box->options), 0);
}

static void check_canaries(const struct box *box) {
    for (size_t i = 0; i < CANARY_BYTES; i++) {
        assert_int_equal(box->memory[i], CANARY);
        assert_int_equal(box->memory[CANARY_BYTES + box->size + i], CANARY);
    }
}

static void finish(struct box *box) {
    assert_int_equal(selkie_free(box->engine), 0);
    check_canaries(box);
    free(box->schedule_memory);
    free(box->memory);
}

/* ---- what it goes through ---- */

struct packet {
    unsigned char bytes[PACKET_MAX];
    struct selkie_writer writer;
};

static void begin(const struct box *box, struct packet *packet, const void *source, enum selkie_message message) {
    packet->writer = (struct selkie_writer){packet->bytes, sizeof packet->bytes, false};
    struct selkie_header header = {.struct_size = sizeof header,
                                   .source = source,
                                   .destination = selkie_identity(box->engine),
                                   .peer = source,
                                   .message = (uint8_t)message};
    assert_true(box->codec.encode_header(&box->codec, &packet->writer, &header));
}

static void add_count(struct packet *packet, uint8_t count) {
    selkie_put_u8(&packet->writer, 0);
    selkie_put_u8(&packet->writer, count);
}

static void add(const struct box *box, struct packet *packet, const void *identity, uint32_t state) {
    struct selkie_member member = {.struct_size = sizeof member, .identity = identity, .state = (uint8_t)state};
    assert_true(box->codec.encode_member(&box->codec, &packet->writer, &member));
}

/* Suspect, by the word of somebody, perhaps of anybody. */
static void accuse(const struct box *box, struct packet *packet, const void *identity, uint16_t incarnation,
                   const void *accuser) {
    struct selkie_member member = {.struct_size = sizeof member,
                                   .identity = identity,
                                   .accuser = accuser,
                                   .incarnation = incarnation,
                                   .state = SELKIE_SUSPECT};
    assert_true(box->codec.encode_member(&box->codec, &packet->writer, &member));
}

static int deliver(struct box *box, const struct packet *packet) {
    return selkie_handle_data(box->engine, packet->bytes, (size_t)(packet->writer.next - packet->bytes));
}

/* A packet of somebody of any sort about some of any sort, us among them, and perhaps a broadcast. */
static void hear_anything(struct box *box) {
    _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
    uint32_t population = box->options.max_members * 3 + 2;
    struct packet packet;
    write_identity(box, identity, 1 + roll(box, population), (uint16_t)roll(box, 20));
    begin(box, &packet, identity,
          roll(box, 3) == 0    ? (enum selkie_message)roll(box, 6)
          : roll(box, 10) == 0 ? SELKIE_NACK
                               : SELKIE_GOSSIP);
    uint8_t count = (uint8_t)(1 + roll(box, 4));
    add_count(&packet, count);
    for (uint8_t i = 0; i < count; i++) {
        write_identity(box, identity, roll(box, population), (uint16_t)roll(box, 20));
        add(box, &packet, roll(box, 50) == 0 ? selkie_identity(box->engine) : identity, roll(box, 3));
    }
    if (box->options.broadcasts && roll(box, 2) == 0) {
        uint8_t said[200];
        uint32_t size = 1 + roll(box, sizeof said);
        memset(said, (int)roll(box, 200), sizeof said);
        add_count(&packet, (uint8_t)size); /* a length looks the same */
        selkie_put(&packet.writer, said, size);
    }
    int result = deliver(box, &packet);
    assert_true(result != SELKIE_E_NO_MEMORY && result != SELKIE_E_TIMER_LOST && result != SELKIE_E_ENCODE);
}

static void ask_for_nack(struct box *box, const void *identity) {
    struct packet packet;
    begin(box, &packet, identity, SELKIE_PING_REQ);
    packet.bytes[1] |= 0x10; /* a nack is wanted */
    int result = deliver(box, &packet);
    assert_true(result == 0 || result == SELKIE_E_DATA_FROM_OURSELVES);
}

/* Somebody is suspected by one after the other, and others are asked for. */
static void hear_accusations(struct box *box) {
    _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX], accuser[SELKIE_IDENTITY_MAX];
    uint32_t population = box->options.max_members * 3 + 2;
    uint16_t incarnation = (uint16_t)roll(box, 5);
    struct packet packet;
    write_identity(box, identity, 1 + roll(box, population), (uint16_t)roll(box, 20));
    if (roll(box, 3) == 0) {
        ask_for_nack(box, identity);
    }
    begin(box, &packet, identity, SELKIE_GOSSIP);
    add_count(&packet, 4);
    write_identity(box, identity, 1 + roll(box, population), (uint16_t)roll(box, 20));
    for (int i = 0; i < 4; i++) {
        write_identity(box, accuser, roll(box, population), (uint16_t)roll(box, 20));
        accuse(box, &packet, identity, incarnation, accuser);
    }
    int result = deliver(box, &packet);
    assert_true(result == 0 || result == SELKIE_E_DATA_FROM_OURSELVES);
}

static void evict_somebody(struct box *box) {
    struct selkie_cursor cursor = {roll(box, box->options.max_members)};
    struct selkie_member member = {.struct_size = sizeof member};
    _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
    if (selkie_next(box->engine, &cursor, &member)) {
        memcpy(identity, member.identity, box->type.size);
        int result = selkie_evict(box->engine, identity);
        assert_int_equal(result, member.state == SELKIE_DOWN ? SELKIE_E_UNKNOWN_MEMBER : 0);
    }
}

static void say_anything(struct box *box) {
    unsigned char said[300];
    uint32_t size = 1 + roll(box, 20 + roll(box, 280));
    memset(said, (int)roll(box, 200), sizeof said);
    int result = selkie_add_broadcast(box->engine, said, size, roll(box, 4));
    bool handled = box->options.broadcasts != NULL;
    assert_true(result == (handled ? SELKIE_E_FULL : SELKIE_E_CUSTOM_BROADCAST) || (handled && result >= 0));
}

static void pass_time(struct box *box, uint64_t duration_us) {
    struct selkie_timer timer;
    uint64_t due_us, end_us = box->now_us + duration_us;
    while ((due_us = selkie_schedule_next_due(box->schedule)) <= end_us) {
        box->now_us = due_us;
        assert_true(selkie_schedule_pop(box->schedule, box->now_us, &timer));
        assert_true(selkie_handle_timer(box->engine, &timer) <= 0);
    }
    box->now_us = end_us;
}

static void do_anything(struct box *box) {
    uint32_t what = roll(box, 100);
    if (what < 55) {
        hear_anything(box);
    } else if (what < 65) {
        hear_accusations(box);
    } else if (what < 68) {
        evict_somebody(box);
    } else if (what < 70) {
        assert_int_equal(selkie_paused(box->engine, SELKIE_MS(roll(box, 9000))), 0);
    } else if (what < 80) {
        say_anything(box);
    } else if (what < 96) {
        pass_time(box, SELKIE_MS(1 + roll(box, roll(box, 10) == 0 ? 40000 : 400)));
    } else if (what < 98) {
        assert_int_equal(selkie_broadcast(box->engine), 0);
    } else if (selkie_connection(box->engine) == SELKIE_UNDEAD) {
        assert_int_equal(selkie_reuse_down_identity(box->engine), 0);
    } else if (what == 98) {
        assert_int_equal(selkie_leave(box->engine), 0);
    } else {
        _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
        write_identity(box, identity, roll(box, 3), (uint16_t)roll(box, 60000));
        int result = selkie_change_identity(box->engine, identity);
        assert_true(result == 0 || result == SELKIE_E_SAME_IDENTITY);
    }
}

static void check_bounds(const struct box *box) {
    assert_true(selkie_member_count(box->engine) <= box->options.max_members);
    assert_true(selkie_active_count(box->engine) <= selkie_member_count(box->engine));
    assert_true(selkie_broadcasts_backlog(box->engine) <= box->options.max_broadcasts);
    assert_true(selkie_updates_backlog(box->engine) <= box->options.max_members + 4);
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    while (selkie_next(box->engine, &cursor, &member)) {
        assert_true(member.slot < box->options.max_members);
    }
}

static void storm(struct box *box, uint32_t steps) {
    start(box);
    uint64_t calls = memory_c_library_calls();
    for (uint32_t i = 0; i < steps; i++) {
        do_anything(box);
        check_bounds(box);
    }
    assert_true(memory_c_library_calls() == calls);
    struct selkie_stats stats = {.struct_size = sizeof stats};
    selkie_get_stats(box->engine, &stats);
    assert_int_equal(stats.updates_untold, 0);
    finish(box);
}

/* ---- every kind of engine ---- */

static const uint32_t bounds[] = {1, 2, 3, 32, 255, 256, 257, 1000, 1024, 1028, 2100};
static const uint16_t identity_sizes[] = {1, 8, 26, 255};
static const struct {
    uint16_t key_size;
    bool by_equal_keys;
    uint32_t count, bytes;
} handlers[] = {{0, true, 1, 1},       {0, false, 3, 100},    {1, true, 1, 300},     {7, true, 33, 700},
                {8, false, 256, 4000}, {64, true, 257, 5000}, {64, false, 40, 20000}};

enum {
    BOUNDS = sizeof bounds / sizeof *bounds,
    IDENTITY_SIZES = sizeof identity_sizes / sizeof *identity_sizes,
    HANDLERS = sizeof handlers / sizeof *handlers,
    KINDS = BOUNDS * IDENTITY_SIZES * (HANDLERS + 1)
};

static void describe_kind(struct box *box, uint32_t kind) {
    uint32_t handler = kind / (BOUNDS * IDENTITY_SIZES);
    describe(box, bounds[kind % BOUNDS], identity_sizes[kind / BOUNDS % IDENTITY_SIZES]);
    if (handler < HANDLERS) {
        describe_broadcasts(box, handlers[handler].key_size, handlers[handler].by_equal_keys, handlers[handler].count,
                            handlers[handler].bytes);
    }
}

/* Rules: P19.6 */
static void the_size_that_is_told_is_enough_and_not_a_byte_less_is(void **state) {
    (void)state;
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        struct box box;
        describe_kind(&box, kind);
        start(&box);
        check_canaries(&box);
        assert_int_equal(selkie_free(box.engine), 0);
        selkie *engine = NULL;
        assert_int_equal(selkie_new_in(&engine, place(&box), box.size - 1, &box.options), SELKIE_E_NO_MEMORY);
        assert_int_equal(selkie_new_in(&engine, NULL, box.size, &box.options), SELKIE_E_NO_MEMORY);
        for (size_t off = 1; off < SELKIE_MEMORY_ALIGN; off++) {
            assert_int_equal(selkie_new_in(&engine, place(&box) + off, box.size, &box.options), SELKIE_E_NO_MEMORY);
        }
        assert_null(engine);
        check_canaries(&box);
        free(box.schedule_memory);
        free(box.memory);
    }
}

static void an_engine_without_all_its_bounds_has_no_size(void **state) {
    (void)state;
    struct box box;
    selkie *engine = NULL;
    static _Alignas(16) unsigned char memory[1 << 16];
    describe(&box, 0, 8);
    assert_int_equal(selkie_memory_size(&box.options), 0);
    assert_int_equal(selkie_timers_max(&box.options), 0);
    assert_int_equal(selkie_new_in(&engine, memory, sizeof memory, &box.options), SELKIE_E_INVALID_CONFIG);
    for (uint32_t missing = 1; missing <= 2; missing++) {
        describe(&box, 5, 8);
        describe_broadcasts(&box, 1, true, missing == 1 ? 0 : 3, missing == 2 ? 0 : 3);
        assert_int_equal(selkie_memory_size(&box.options), 0);
        assert_int_equal(selkie_new_in(&engine, memory, sizeof memory, &box.options), SELKIE_E_INVALID_CONFIG);
    }
    assert_null(engine);
}

/* Rules: P8.9, P19.5, P19.6 */
static void no_storm_makes_an_engine_outgrow_its_memory(void **state) {
    (void)state;
    for (uint32_t kind = 0; kind < KINDS; kind++) {
        struct box box;
        describe_kind(&box, kind);
        storm(&box, 150);
    }
    for (uint32_t bound = 1; bound <= 9; bound += 2) {
        struct box box;
        describe(&box, bound, 8);
        describe_broadcasts(&box, 1, bound % 4 == 1, 1 + bound * 3, 50 + bound * 90);
        storm(&box, 20000);
    }
}

/* ---- timers ---- */

/* One packet of this peer: with `leaves`, it says of itself that it is Down. */
static void hear_from(struct box *box, uint32_t number, uint16_t generation, bool leaves) {
    _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
    struct packet packet;
    write_identity(box, identity, number, generation);
    begin(box, &packet, identity, SELKIE_GOSSIP);
    add_count(&packet, 1);
    add(box, &packet, identity, leaves ? SELKIE_DOWN : SELKIE_ALIVE);
    assert_int_equal(deliver(box, &packet), 0);
}

/* Rules: P8.9 */
static void flapping_does_not_pile_up_timers(void **state) {
    (void)state;
    struct box box;
    describe(&box, 1, 8);
    start(&box);
    for (uint16_t generation = 0; generation < 10000; generation++) {
        hear_from(&box, 1, generation, false);
        assert_int_equal(selkie_connection(box.engine), SELKIE_CONNECTED);
        hear_from(&box, 1, generation, true);
        assert_int_equal(selkie_connection(box.engine), SELKIE_DISCONNECTED);
        pass_time(&box, 90); /* all within a period */
    }
    assert_int_equal(box.ups, 10000);
    assert_int_equal(box.downs, 10000);
    finish(&box);
}

/* Rules: P8.9 */
static void flapping_for_hours_does_not_either(void **state) {
    (void)state;
    for (uint32_t gap_ms = 3; gap_ms < 3000; gap_ms = gap_ms * 3 + 1) {
        struct box box;
        describe(&box, 2, 8);
        start(&box);
        for (uint16_t generation = 0; generation < 3000; generation++) {
            hear_from(&box, 1 + generation % 3, generation, false);
            pass_time(&box, SELKIE_MS(gap_ms));
            hear_from(&box, 1 + generation % 3, generation, true);
            pass_time(&box, SELKIE_MS(gap_ms));
        }
        finish(&box);
    }
}

/* Rules: P8.9 */
static void being_declared_down_for_ever_does_not_pile_up_timers(void **state) {
    (void)state;
    struct box box;
    describe(&box, 4, 8);
    start(&box);
    for (uint32_t i = 0; i < 10000; i++) {
        _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
        struct packet packet;
        hear_from(&box, 1, 0, false); /* connects us again */
        write_identity(&box, identity, 1, 0);
        begin(&box, &packet, identity, SELKIE_GOSSIP);
        add_count(&packet, 1);
        add(&box, &packet, selkie_identity(box.engine), SELKIE_DOWN);
        assert_int_equal(deliver(&box, &packet), 0);
        pass_time(&box, 150);
    }
    finish(&box);
}

/* Each time an identity of the same address goes Down before the last one is forgotten. */
/* Rules: P8.7, P8.9 */
static void identities_that_are_renewed_for_ever_do_not_pile_up_timers(void **state) {
    (void)state;
    struct box box;
    describe(&box, 6, 8);
    start(&box);
    for (uint32_t i = 0; i < 50000; i++) {
        hear_from(&box, 1 + i % 6, (uint16_t)(i / 6), false);
        hear_from(&box, 1 + i % 6, (uint16_t)(i / 6), true);
        pass_time(&box, SELKIE_MS(20));
    }
    pass_time(&box, SELKIE_S(61)); /* the last ones may wait a second time */
    assert_int_equal(selkie_member_count(box.engine), 0);
    finish(&box);
}

/* Peers say that all MEMBERS are suspected, at this incarnation. */
static void suspect_all(struct box *box, uint32_t members, uint16_t incarnation) {
    _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
    for (uint32_t number = 1; number <= members; number++) {
        struct packet packet;
        write_identity(box, identity, 1 + number % members, 1);
        begin(box, &packet, identity, SELKIE_GOSSIP);
        add_count(&packet, 1);
        write_identity(box, identity, number, 1);
        accuse(box, &packet, identity, incarnation, NULL);
        assert_int_equal(deliver(box, &packet), 0);
    }
}

/* Every slot waits for its RemoveDown and has a suspicion that found no place, all places for suspicions and nacks are
 * taken, and the connection flaps: all that can be in flight is. */
/* Rules: P8.9, P24.8, P25.10 */
static void the_most_timers_that_there_can_be_is_not_said_too_high(void **state) {
    (void)state;
    enum { MEMBERS = 300, NACKS = 16 };
    _Alignas(16) unsigned char identity[SELKIE_IDENTITY_MAX];
    struct box box;
    describe(&box, MEMBERS, 8);
    box.config.suspect_to_down_after_us = SELKIE_S(3600);
    box.config.adapt_multiplier = 0;
    box.config.remove_down_after_us = SELKIE_S(86400);
    start(&box);
    for (uint32_t number = 1; number <= MEMBERS; number++) {
        hear_from(&box, number, 0, false);
        hear_from(&box, number, 0, true);
    }
    for (uint32_t number = 1; number <= MEMBERS; number++) {
        hear_from(&box, number, 1, false);
    }
    pass_time(&box, SELKIE_S(2));
    suspect_all(&box, MEMBERS, 5); /* as many as may be are tracked, and the others have a timer for their slot */
    suspect_all(&box, MEMBERS, 6); /* none of those that are tracked is true any more, and all others are tracked */
    struct selkie_stats stats = {.struct_size = sizeof stats};
    selkie_get_stats(box.engine, &stats);
    assert_int_equal(stats.suspicions_untracked, 2 * MEMBERS - MEMBERS / 4);
    for (uint32_t i = 0; i < NACKS + 3; i++) { /* more than there are places */
        write_identity(&box, identity, 1 + i, 1);
        ask_for_nack(&box, identity);
    }
    for (uint32_t number = 1; number <= MEMBERS; number++) {
        hear_from(&box, number, 1, true);
    }
    for (uint16_t generation = 2; generation < 20; generation++) {
        hear_from(&box, 1, generation, false);
        hear_from(&box, 1, generation, true);
    }
    assert_in_range(box.most_timers, selkie_timers_max(&box.options) - 2, selkie_timers_max(&box.options));
    finish(&box);
}

/* What the header and docs/protocol.md say of it. */
/* Rules: P25.10 */
static void a_tracked_suspicion_takes_so_many_bytes(void **state) {
    (void)state;
    enum { MORE = 256, BYTES = 51, PAGE = 64 };
    struct box box;
    describe(&box, 4096, 8);
    assert_int_equal(box.config.suspicion_confirmations, 3);
    box.options.max_suspicions = 1024;
    size_t before = selkie_memory_size(&box.options);
    box.options.max_suspicions += MORE;
    assert_int_equal((selkie_memory_size(&box.options) - before), MORE * BYTES + PAGE);
}

/* A connection that flapped works when it lasts: its timers wait for stale ones, and not for ever. */
/* Rules: P8.9 */
static void a_connection_works_after_flapping(void **state) {
    (void)state;
    struct box box;
    describe(&box, 3, 8);
    box.config.observe = SELKIE_OBSERVE_PROBE_FAILED;
    start(&box);
    for (uint16_t generation = 0; generation < 1000; generation++) {
        hear_from(&box, 1, generation, false);
        hear_from(&box, 1, generation, true);
    }
    hear_from(&box, 1, 1000, false);
    pass_time(&box, SELKIE_S(1)); /* what is stale comes back, and what waited is submitted */
    struct selkie_member member = {.struct_size = sizeof member};
    pass_time(&box, SELKIE_S(3));
    assert_true(selkie_find(box.engine, "\1\0\0\0\0\0\0", &member));
    assert_int_equal(member.state, SELKIE_SUSPECT); /* it was probed and did not answer */
    finish(&box);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_size_that_is_told_is_enough_and_not_a_byte_less_is),
        cmocka_unit_test(an_engine_without_all_its_bounds_has_no_size),
        cmocka_unit_test(no_storm_makes_an_engine_outgrow_its_memory),
        cmocka_unit_test(flapping_does_not_pile_up_timers),
        cmocka_unit_test(flapping_for_hours_does_not_either),
        cmocka_unit_test(being_declared_down_for_ever_does_not_pile_up_timers),
        cmocka_unit_test(identities_that_are_renewed_for_ever_do_not_pile_up_timers),
        cmocka_unit_test(the_most_timers_that_there_can_be_is_not_said_too_high),
        cmocka_unit_test(a_tracked_suspicion_takes_so_many_bytes),
        cmocka_unit_test(a_connection_works_after_flapping),
    };
    seed = argc > 1 ? strtoull(argv[1], NULL, 0) : seed;
    print_message("seed %" PRIu64 "\n", seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
