/* Tests of the counters: each of them moves, and by the right amount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"
#include "text.h"

/* ---- one small scenario for each counter ---- */

/* Every message comes and goes. What came is remembered. */
static const char *came[32];
static unsigned came_count;

static void take_in(struct fixture *f, const char *packet) {
    came[came_count++] = packet;
    assert_int_equal(hear(f, packet), SELKIE_OK);
}

static void talk(struct fixture *f) {
    came_count = 0;
    f->with_broadcasts = true;
    f->config.notify_down_members = true;
    f->config.awareness_max = 8;
    f->config.max_transmissions = 30;
    restart(f);
    assert_int_equal(learn(f, "B1@0 alive"), SELKIE_OK);
    assert_int_equal(broadcast(f, "hello"), 1);
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_OK);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(learn_and_tell(f, "C1@0 alive, E1@0 down"), SELKIE_OK);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    take_in(f, "nack 1 for B1 from C1@0");
    take_in(f, "forwarded-ack 1 for B1 from C1@0");
    take_in(f, "ack 1 from B1@0 ()");
    take_in(f, "ping 9 from C1@0 (D1@0 alive)");
    take_in(f, "ping-req 7 or nack for D1 from C1@0");
    take_in(f, "ping-req 8 for D1 from C1@0 ()");
    take_in(f, "indirect-ping 7 for D1 from C1@0");
    take_in(f, "indirect-ack 3 for B1 from C1@0");
    take_in(f, "announce from B1@0");
    take_in(f, "feed from B1@0 (C1@0 alive)");
    take_in(f, "gossip from B1@0 () \"?\"");
    take_in(f, "broadcast from B1@0 \"?\"");
    take_in(f, "gossip from E1@0");
    fire(f, TIMER_SEND_NACK);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    take_in(f, "turn-undead from B1@0");
}

static void be_led_astray(struct fixture *f) {
    assert_int_equal(hear(f, "ping 1 from B1@0 to A9"), SELKIE_OK);
}

static void hear_from_the_dead(struct fixture *f) {
    know(f, "B1@0 down");
    assert_int_equal(hear(f, "ping 1 from B1@0"), SELKIE_OK);
}

/* There is room for one member, and it is taken. */
static void be_full(struct fixture *f) {
    f->options.max_members = 1;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping 1 from C1@0"), SELKIE_OK);
}

static void displace(struct fixture *f) {
    f->options.max_members = 2;
    restart(f);
    know(f, "B1@0 down, C1@0 alive");
    know(f, "D1@0 alive");
}

static void expect_error(int result, int error) {
    assert_int_equal(result, error);
}

static void hear_too_much(struct fixture *f) {
    static const unsigned char bytes[1401];
    expect_error(hear_bytes(f, bytes, sizeof bytes), SELKIE_E_DATA_TOO_BIG);
}

static void hear_noise(struct fixture *f) {
    expect_error(hear_bytes(f, "\1", 1), SELKIE_E_DECODE);
}

static void hear_stray_bytes(struct fixture *f) {
    expect_error(hear(f, "announce from B1@0 ()"), SELKIE_E_MALFORMED_PACKET);
}

static void hear_ourselves(struct fixture *f) {
    expect_error(hear(f, "ping 1 from A7@0"), SELKIE_E_DATA_FROM_OURSELVES);
}

static void be_the_far_end(struct fixture *f) {
    know(f, "B1@0 alive");
    expect_error(hear(f, "ping-req 1 for A1 from B1@0"), SELKIE_E_INDIRECT_FOR_OURSELVES);
}

static void broadcast_without_a_handler(struct fixture *f) {
    expect_error(broadcast(f, "x"), SELKIE_E_CUSTOM_BROADCAST);
}

static void hear_of_the_future(struct fixture *f) {
    expect_error(hear_bytes(f, "\2", 1), SELKIE_E_VERSION);
}

static void probe_while_alone(struct fixture *f) {
    know(f, "B1@0 alive");
    f->engine->connection = SELKIE_DISCONNECTED; /* with the present token: the runtime repeats a timer */
    expect_error(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_NOT_CONNECTED);
}

static void lose_a_stage(struct fixture *f) {
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect_error(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_INCOMPLETE_PROBE_CYCLE);
}

static void gossip_inside(selkie *engine) {
    assert_int_equal(selkie_gossip(engine), SELKIE_E_REENTRANT);
}

static void call_from_inside(struct fixture *f) {
    f->inside = gossip_inside;
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_OK);
}

static void reuse_in_life(struct fixture *f) {
    expect_error(selkie_reuse_down_identity(f->engine), SELKIE_E_NOT_UNDEAD);
}

static void change_nothing(struct fixture *f) {
    expect_error(selkie_change_identity(f->engine, "A1"), SELKIE_E_SAME_IDENTITY);
}

static void configure_nonsense(struct fixture *f) {
    f->config.max_transmissions = 0;
    expect_error(selkie_set_config(f->engine, &f->config), SELKIE_E_INVALID_CONFIG);
}

static void have_no_room_for_a_header(struct fixture *f) {
    set_packet_size(f, 7);
    expect_error(selkie_announce(f->engine, "B1"), SELKIE_E_ENCODE);
}

static void have_no_memory(struct fixture *f) {
    f->fail_allocation = f->allocations + 1;
    expect_error(learn(f, "B1@0 alive"), SELKIE_E_NO_MEMORY);
}

/* Room for one broadcast, which is taken. */
static void have_a_full_queue(struct fixture *f) {
    f->with_broadcasts = true;
    f->options.max_broadcasts = 1;
    restart(f);
    assert_int_equal(broadcast(f, "x"), 1);
    expect_error(broadcast(f, "y"), SELKIE_E_FULL);
    expect_error(hear(f, "broadcast from B1@0 \"z\""), SELKIE_OK);
}

static void lose_a_timer(struct fixture *f) {
    f->refuse_timers = true;
    expect_error(learn(f, "B1@0 alive"), SELKIE_E_TIMER_LOST);
}

static void evict_nobody(struct fixture *f) {
    expect_error(selkie_evict(f->engine, "B1"), SELKIE_E_UNKNOWN_MEMBER);
}

static void hear_news_twice(struct fixture *f) {
    assert_int_equal(learn_and_tell(f, "B1@0 alive"), SELKIE_OK);
    assert_int_equal(learn_and_tell(f, "B1@0 alive"), SELKIE_OK);
}

/* B1 was probed, and nobody answered. */
static void probe_in_vain(struct fixture *f) {
    f->config.awareness_max = 8;
    restart(f);
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
}

static void have_no_memory_for_news(struct fixture *f) {
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    f->engine->news.backlog.entries.capacity = 0; /* as if there were no room left, and no memory for more */
    f->fail_allocation = f->allocations + 1;
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    f->engine->news.backlog.entries.capacity = PAGE_ITEMS;
}

static void broadcast_everything(struct fixture *f) {
    f->with_broadcasts = true;
    f->config.max_transmissions = 1;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(broadcast(f, "x1"), 1);
    assert_int_equal(broadcast(f, "x2"), 1);
    assert_int_equal(broadcast(f, "?"), 0);
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
}

static void get_an_answer(struct fixture *f) {
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(hear(f, "ack 1 from B1@0"), SELKIE_OK);
}

static void be_paused(struct fixture *f) {
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(selkie_paused(f->engine, 1), SELKIE_OK);
}

static void suspect_together(struct fixture *f) {
    f->config.suspicion_max_factor = 2;
    f->config.suspicion_confirmations = 1;
    f->options.max_members = 9;
    f->options.max_suspicions = 1;
    restart(f);
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive, E1@0 alive");
    know(f, "B1@0 suspect by C1, B1@0 suspect by D1, C1@0 suspect");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    know(f, "C1@1 alive");
}

static void be_suspected(struct fixture *f) {
    know(f, "A1@0 suspect");
}

static void come_back(struct fixture *f) {
    know(f, "B1@0 down, B2@0 alive");
}

static void evict_somebody(struct fixture *f) {
    know(f, "B1@0 alive");
    assert_int_equal(selkie_evict(f->engine, "B1"), SELKIE_OK);
}

#define TALK(name, text) {#name, talk},
#define MESSAGE(name) SELKIE_MESSAGE_COUNTERS(TALK, name, "")
static const struct {
    const char *counter;
    void (*play)(struct fixture *f);
} scenarios[] = {
    /* clang-format off */
    MESSAGE(ping) MESSAGE(ack) MESSAGE(ping_req) MESSAGE(indirect_ping) MESSAGE(indirect_ack) MESSAGE(forwarded_ack)
    MESSAGE(announce) MESSAGE(feed) MESSAGE(gossip) MESSAGE(broadcast) MESSAGE(turn_undead) MESSAGE(nack)
    /* clang-format on */
    {"packets_not_for_us", be_led_astray},
    {"packets_from_inactive", hear_from_the_dead},
    {"packets_from_strangers", be_full},
    {"error_data_too_big", hear_too_much},
    {"error_decode", hear_noise},
    {"error_malformed_packet", hear_stray_bytes},
    {"error_data_from_ourselves", hear_ourselves},
    {"error_indirect_for_ourselves", be_the_far_end},
    {"error_custom_broadcast", broadcast_without_a_handler},
    {"error_version", hear_of_the_future},
    {"error_not_connected", probe_while_alone},
    {"error_incomplete_probe_cycle", lose_a_stage},
    {"error_reentrant", call_from_inside},
    {"error_not_undead", reuse_in_life},
    {"error_same_identity", change_nothing},
    {"error_invalid_config", configure_nonsense},
    {"error_encode", have_no_room_for_a_header},
    {"error_no_memory", have_no_memory},
    {"error_full", have_a_full_queue},
    {"error_timer_lost", lose_a_timer},
    {"error_unknown_member", evict_nobody},
    {"updates_applied", hear_news_twice},
    {"updates_ignored", hear_news_twice},
    {"updates_untold", have_no_memory_for_news},
    {"updates_backlog_most", hear_news_twice},
    {"broadcasts_backlog_most", broadcast_everything},
    {"broadcasts_new", broadcast_everything},
    {"broadcasts_known", broadcast_everything},
    {"broadcasts_sent", broadcast_everything},
    {"broadcasts_replaced", broadcast_everything},
    {"broadcasts_not_relayed", have_a_full_queue},
    {"probes_acked", get_an_answer},
    {"probes_forwarded", talk},
    {"probes_failed", probe_in_vain},
    {"probes_void", be_paused},
    {"nacks_missed", probe_in_vain},
    {"awareness", probe_in_vain},
    {"suspicions_raised", probe_in_vain},
    {"suspicions_heard", suspect_together},
    {"suspicions_confirmed", suspect_together},
    {"suspicions_refuted", suspect_together},
    {"suspicions_expired", suspect_together},
    {"suspicions_untracked", suspect_together},
    {"refutations", be_suspected},
    {"members_flapped", come_back},
    {"members_evicted", evict_somebody},
    {"members_refused", be_full},
    {"members_displaced", displace},
    {"rejoins", talk},
    {"pauses", be_paused},
};

static const char *const counters[] = {
#define NAME(name, text) #name,
    SELKIE_COUNTERS(NAME)
#undef NAME
};

static uint64_t counter_of(const struct fixture *f, size_t which) {
    struct selkie_stats stats = stats_of(f);
    uint64_t values[sizeof counters / sizeof *counters];
    memcpy(values, &stats.ping_sent, sizeof values);
    return values[which];
}

/* Play what is to move this counter. False: there is nothing. */
static bool play(struct fixture *f, const char *counter) {
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        if (strcmp(scenarios[i].counter, counter) == 0) {
            scenarios[i].play(f);
            return true;
        }
    }
    return false;
}

/* Rules: P27.1 */
static void each_counter_moves(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        void *world = NULL;
        assert_int_equal(fixture_setup(&world), 0);
        struct fixture *f = world;
        assert_int_equal(counter_of(f, i), 0);
        if (!play(f, counters[i]) || counter_of(f, i) == 0) {
            fail_msg("%s does not move, or nothing here moves it", counters[i]);
        }
        assert_int_equal(fixture_teardown(&world), 0);
    }
    assert_int_equal(sizeof scenarios / sizeof *scenarios, sizeof counters / sizeof *counters);
}

/* ---- how much ---- */

/* The counter of packets of this message; `which`: of the four. */
static uint64_t of_message(const struct fixture *f, int message, size_t which) {
    static const char *const parts[] = {"sent", "sent_bytes", "received", "received_bytes"};
    char name[64];
    snprintf(name, sizeof name, "%s_%s", selkie_message_name(message), parts[which]);
    for (char *at = name; *at; at++) {
        *at = (char)(*at == '-' ? '_' : *at);
    }
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        if (strcmp(counters[i], name) == 0) {
            return counter_of(f, i);
        }
    }
    fail_msg("no counter is called %s", name);
    return 0;
}

static bool is_of(const char *packet, int message) {
    size_t size = strlen(selkie_message_name(message));
    return strncmp(packet, selkie_message_name(message), size) == 0 && packet[size] == ' ';
}

/* Rules: P27.1 */
static void packets_are_counted_by_their_message_and_all_their_bytes(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX];
    talk(f);
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        uint64_t packets = 0, size = 0;
        for (unsigned i = 0; i < f->line_count; i++) {
            const char *line = f->lines[i];
            if (line[0] == '>' && is_of(line + 2, message)) {
                packets++;
                size += text_to_packet(line + 2, "A1", bytes);
            }
        }
        assert_int_equal(of_message(f, message, 0), packets);
        assert_int_equal(of_message(f, message, 1), size);
        packets = size = 0;
        for (unsigned i = 0; i < came_count; i++) {
            if (is_of(came[i], message)) {
                packets++;
                size += text_to_packet(came[i], "A1", bytes);
            }
        }
        assert_int_equal(of_message(f, message, 2), packets);
        assert_int_equal(of_message(f, message, 3), size);
    }
}

/* Rules: P27.1 */
static void packets_that_are_refused_or_for_others_are_not_taken_in(void **state) {
    struct fixture *f = *state;
    hear(f, "ping 1 from B1@0 to A9");
    hear(f, "ping 1 from A1@0");
    hear(f, "announce from B1@0 ()");
    f->fail_allocation = f->allocations + 1;
    hear(f, "ping 1 from B1@0");
    assert_int_equal(counted(f, ping_received) + counted(f, announce_received), 0);
    assert_int_equal(counted(f, packets_not_for_us), 1);
    know(f, "C1@0 down");
    hear(f, "ping 1 from C1@0"); /* of an inactive one it is */
    assert_int_equal(counted(f, ping_received), 1);
    assert_int_equal(counted(f, packets_from_inactive), 1);
}

/* Rules: P27.2, P17.6 */
static void an_error_is_counted_once_by_the_call_that_returns_it(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    set_packet_size(f, 8);
    expect_error(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_ENCODE);
    assert_int_equal(counted(f, error_encode), 1);
    assert_int_equal(counted(f, error_incomplete_probe_cycle), 0); /* it was not returned */
    f->refuse_timers = true;
    expect_error(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_TIMER_LOST);
    assert_int_equal(counted(f, error_timer_lost), 1); /* for both of its timers */
    assert_int_equal(counted(f, error_encode), 2);     /* also where another takes its place */
    f->refuse_timers = false;
    set_packet_size(f, 1400);
    assert_int_equal(broadcast(f, ""), SELKIE_E_MALFORMED_PACKET);
    assert_int_equal(counted(f, error_malformed_packet), 1);
    assert_int_equal(selkie_add_broadcast(f->engine, "x", 1, 4), SELKIE_E_INVALID_CONFIG);
    assert_int_equal(counted(f, error_invalid_config), 1);
}

/* Rules: P27.2, P15.15 */
static void a_call_from_inside_is_counted_and_nothing_else(void **state) {
    struct fixture *f = *state;
    call_from_inside(f);
    assert_int_equal(counted(f, error_reentrant), 1);
    assert_int_equal(counted(f, gossip_sent), 0);
}

/* Rules: P27.1 */
static void updates_are_counted_by_what_they_did(void **state) {
    struct fixture *f = *state;
    hear(f, "gossip from B1@0 (C1@0 alive, D1@0 down, C1@0 alive, D1@5 alive, C1@1 suspect)");
    assert_int_equal(counted(f, updates_applied), 3);
    assert_int_equal(counted(f, updates_ignored), 2);
    learn(f, "C1@1 alive, E1@0 alive");
    assert_int_equal(counted(f, updates_applied), 4);
    assert_int_equal(counted(f, updates_ignored), 3);
}

/* Rules: P27.1 */
static void the_longest_that_queues_ever_were_is_remembered(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.max_transmissions = 1;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 alive, D1@0 down");
    assert_int_equal(broadcast(f, "x"), 1);
    assert_int_equal(broadcast(f, "y"), 1);
    for (int i = 0; i < 3; i++) {
        hear(f, "ping 1 from B1@0");
    }
    assert_int_equal(selkie_updates_backlog(f->engine) + selkie_broadcasts_backlog(f->engine), 0);
    assert_int_equal(counted(f, updates_backlog_most), 2);
    assert_int_equal(counted(f, broadcasts_backlog_most), 2);
    learn_and_tell(f, "E1@0 alive");
    assert_int_equal(counted(f, updates_backlog_most), 2);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
}

/* Rules: P27.1, P26.7 */
static void broadcasts_are_counted_by_their_verdict_and_their_end(void **state) {
    struct fixture *f = *state;
    broadcast_everything(f);
    hear(f, "gossip from B1@0 () \"z1\" \"?\" \"?\" \"!\"");
    assert_int_equal(counted(f, broadcasts_new), 3);
    assert_int_equal(counted(f, broadcasts_known), 3);
    assert_int_equal(counted(f, broadcasts_replaced), 1);
    assert_int_equal(counted(f, broadcasts_sent), 1);
    assert_int_equal(counted(f, broadcasts_not_relayed), 0);
    assert_int_equal(counted(f, error_custom_broadcast), 1);
}

/* Rules: P27.1 */
static void a_probe_is_counted_by_its_first_answer(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    hear(f, "forwarded-ack 1 for B1 from C1@0");
    hear(f, "ack 1 from B1@0");
    hear(f, "forwarded-ack 1 for B1 from C1@0");
    assert_int_equal(counted(f, probes_forwarded), 1);
    assert_int_equal(counted(f, probes_acked), 0);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    hear(f, "ack 2 from B1@0");
    hear(f, "ack 2 from C1@0"); /* whoever was probed */
    assert_int_equal(counted(f, probes_acked), 1);
    assert_int_equal(counted(f, probes_failed), 0);
}

/* Rules: P27.1, P25.5 */
static void suspicions_are_counted_by_how_they_began_and_ended(void **state) {
    struct fixture *f = *state;
    suspect_together(f);
    assert_int_equal(counted(f, suspicions_heard), 2);
    assert_int_equal(counted(f, suspicions_raised), 0);
    assert_int_equal(counted(f, suspicions_confirmed), 1);
    assert_int_equal(counted(f, suspicions_untracked), 1);
    assert_int_equal(counted(f, suspicions_expired), 1);
    assert_int_equal(counted(f, suspicions_refuted), 1);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* of C1, which has refuted */
    assert_int_equal(counted(f, suspicions_expired), 1);
    probe_in_vain(f);
    assert_int_equal(counted(f, suspicions_raised), 1);
    assert_int_equal(counted(f, suspicions_heard), 0);
}

/* Rules: P27.1 */
static void what_became_of_members_is_counted(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 down, B2@0 alive, C1@0 alive, C2@0 alive, D1@0 down, D2@0 down");
    assert_int_equal(counted(f, members_flapped), 1); /* only B was down and is back */
    be_full(f);
    know(f, "D1@0 alive, E1@0 suspect");
    assert_int_equal(counted(f, members_refused), 3);
    assert_int_equal(counted(f, packets_from_strangers), 1);
    know(f, "A1@0 suspect, A1@0 suspect, A1@7 suspect");
    assert_int_equal(counted(f, refutations), 2);
}

static void an_older_program_gets_the_counters_that_it_knows(void **state) {
    struct fixture *f = *state;
    struct selkie_stats stats;
    memset(&stats, 0xa5, sizeof stats);
    be_led_astray(f);
    size_t known = offsetof(struct selkie_stats, packets_from_inactive);
    selkie_get_stats_(f->engine, &stats, known);
    assert_int_equal(stats.struct_size, known);
    assert_int_equal(stats.packets_not_for_us, 1);
    assert_true(stats.packets_from_inactive == UINT64_C(0xa5a5a5a5a5a5a5a5));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_counter_moves),
        test_of_one(packets_are_counted_by_their_message_and_all_their_bytes),
        test_of_one(packets_that_are_refused_or_for_others_are_not_taken_in),
        test_of_one(an_error_is_counted_once_by_the_call_that_returns_it),
        test_of_one(a_call_from_inside_is_counted_and_nothing_else),
        test_of_one(updates_are_counted_by_what_they_did),
        test_of_one(the_longest_that_queues_ever_were_is_remembered),
        test_of_one(broadcasts_are_counted_by_their_verdict_and_their_end),
        test_of_one(a_probe_is_counted_by_its_first_answer),
        test_of_one(suspicions_are_counted_by_how_they_began_and_ended),
        test_of_one(what_became_of_members_is_counted),
        test_of_one(an_older_program_gets_the_counters_that_it_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
