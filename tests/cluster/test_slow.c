/* Members that are slow, or cannot send fast: what waits, for how long, and what a cluster makes of it. */
#include "scenario.h"

/* ---- Packets that wait, one by one ----
 *
 * Members 1 and up each announce themselves to member 0 at the same moment; it answers each with a Feed. The network
 * takes exactly a millisecond. */

#define CALLERS 6u

struct answers {
    selkie_sim *sim;
    uint64_t at_us[CALLERS + 1]; /* of the Feed for a member, since the announcements; 0: none */
    uint64_t called_us;
    enum selkie_message first; /* that member 0 sent */
    uint32_t sent;             /* how many it sent */
};

static void note_feed(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                      size_t size) {
    struct answers *answers = ctx;
    (void)bytes;
    (void)size;
    if (from == 0 && answers->sent++ == 0) {
        answers->first = header->message;
    }
    if (header->message == SELKIE_FEED) {
        uint32_t caller = from == 0 ? to : from;
        answers->at_us[caller] = selkie_sim_now(answers->sim) - answers->called_us;
    }
}

static selkie_sim *callers(struct answers *answers, uint32_t inbox_packets) {
    memset(answers, 0, sizeof *answers);
    answers->sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = CALLERS + 1, .seed = scenario_seed(), .link = SELKIE_SIM_LINK(.latency_us = 1000),
                           .inbox_packets = inbox_packets, .ctx = answers, .sent = note_feed));
    for (uint32_t member = 0; member <= CALLERS; member++) {
        selkie_sim_start(answers->sim, member);
    }
    return answers->sim;
}

static void announce(selkie_sim *sim, uint32_t from, uint32_t to) {
    assert_int_equal(selkie_announce(selkie_sim_engine(sim, from), selkie_sim_identity(sim, to)), SELKIE_OK);
}

static void call(struct answers *answers) {
    answers->called_us = selkie_sim_now(answers->sim);
    for (uint32_t member = 1; member <= CALLERS; member++) {
        announce(answers->sim, member, 0);
    }
}

static void expect_answers(const struct answers *answers, const uint64_t expected[CALLERS]) {
    for (uint32_t member = 1; member <= CALLERS; member++) {
        assert_int_equal(answers->at_us[member], expected[member - 1]);
    }
}

static void a_slow_member_does_one_thing_after_the_other(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 0);
    selkie_sim_slow(sim, 0, 10000);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(100));
    expect_answers(&answers, (const uint64_t[]){11000, 21000, 31000, 41000, 51000, 61000});
    finish(sim);
}

static void a_slow_members_inbox_overflows(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 3);
    selkie_sim_slow(sim, 0, 10000);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(100));
    expect_answers(&answers, (const uint64_t[]){11000, 21000, 31000, 0, 0, 0});
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.overflowed == 3);
    finish(sim);
}

static void what_waits_when_a_member_is_fast_again_is_done_at_once(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 0);
    selkie_sim_slow(sim, 0, 10000);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(15));
    selkie_sim_slow(sim, 0, 0);
    announce(sim, 1, 0); /* that one has been answered, and comes behind the others now */
    selkie_sim_run(sim, SELKIE_MS(50));
    expect_answers(&answers, (const uint64_t[]){21000, 21000, 21000, 21000, 21000, 21000});
    finish(sim);
}

static void a_slow_member_that_was_paused_works_off_what_came(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 0);
    selkie_sim_slow(sim, 0, 10000);
    selkie_sim_pause(sim, 0);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(40));
    selkie_sim_resume(sim, 0);
    selkie_sim_run(sim, SELKIE_MS(35));
    selkie_sim_pause(sim, 0);
    selkie_sim_run(sim, SELKIE_MS(25));
    expect_answers(&answers, (const uint64_t[]){50000, 60000, 70000, 0, 0, 0});
    selkie_sim_resume(sim, 0);
    selkie_sim_run(sim, SELKIE_MS(50));
    expect_answers(&answers, (const uint64_t[]){50000, 60000, 70000, 110000, 120000, 130000});
    finish(sim);
}

/* The Announce came first, but a program looks at its timers before its socket. */
static void a_member_that_is_resumed_handles_its_timers_first(void **state) {
    (void)state;
    for (uint64_t slow_us = 0; slow_us <= 10000; slow_us += 10000) {
        struct answers answers;
        selkie_sim *sim = callers(&answers, 0);
        announce(sim, 1, 0);
        selkie_sim_run(sim, SELKIE_MS(50));
        selkie_sim_slow(sim, 0, slow_us);
        selkie_sim_pause(sim, 0);
        announce(sim, 2, 0);
        selkie_sim_run(sim, SELKIE_S(2));
        answers.sent = 0;
        selkie_sim_resume(sim, 0);
        selkie_sim_run(sim, SELKIE_S(1));
        check(sim, answers.sent > 1 && answers.first != SELKIE_FEED && answers.at_us[2] > 0);
        finish(sim);
    }
}

static void calm_undoes_everything(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 0);
    selkie_sim_bandwidth(sim, SELKIE_SIM_ALL, 1000, 50);
    selkie_sim_slow(sim, 0, 10000);
    selkie_sim_set_link(sim, 1, 0, SELKIE_SIM_LINK(.latency_us = 7000));
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, 0, SELKIE_SIM_LINK(.latency_us = 8000));
    selkie_sim_set_link(sim, 2, SELKIE_SIM_ALL, SELKIE_SIM_LINK(.latency_us = 9000));
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(100));
    selkie_sim_cut(sim, 3, 0);
    selkie_sim_isolate(sim, 4);
    selkie_sim_pause(sim, 0);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(100));
    selkie_sim_calm(sim);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(100));
    expect_answers(&answers, (const uint64_t[]){1000, 1000, 1000, 1000, 1000, 1000});
    finish(sim);
}

/* What waited is gone, and the machine is as slow as before. */
static void a_slow_member_that_restarts_begins_with_nothing_to_do(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 0);
    selkie_sim_slow(sim, 0, 10000);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(25));
    selkie_sim_restart(sim, 0);
    announce(sim, 6, 0);
    selkie_sim_run(sim, SELKIE_MS(50));
    expect_answers(&answers, (const uint64_t[]){11000, 21000, 0, 0, 0, 36000});
    finish(sim);
}

/* An Announce has 20 bytes: at a thousand a second, it takes 20 ms to leave. The Feed that answers it leaves at once
 * when it has come. */
static void a_narrow_link_lets_packets_leave_one_after_the_other_and_loses_what_does_not_fit(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 0);
    selkie_sim_bandwidth(sim, 0, 1000, 50);
    for (uint32_t member = 1; member <= CALLERS; member++) {
        announce(sim, 0, member);
    }
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.waited == 2 && counters.throttled == 3);
    selkie_sim_run(sim, SELKIE_MS(100));
    expect_answers(&answers, (const uint64_t[]){21000, 41000, 61000, 0, 0, 0});
    finish(sim);
}

static void without_a_limit_nothing_waits(void **state) {
    (void)state;
    struct answers answers;
    selkie_sim *sim = callers(&answers, 0);
    selkie_sim_bandwidth(sim, SELKIE_SIM_ALL, 1000, 50);
    selkie_sim_bandwidth(sim, SELKIE_SIM_ALL, 0, 0);
    call(&answers);
    selkie_sim_run(sim, SELKIE_MS(100));
    expect_answers(&answers, (const uint64_t[]){1000, 1000, 1000, 1000, 1000, 1000});
    finish(sim);
}

/* ---- What a cluster makes of it ---- */

/* Five things a second come to a member of ten: at a twentieth of a second each, it is never late by much. */
static void a_slow_member_that_keeps_up_is_never_suspected(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_slow(sim, 3, SELKIE_MS(50));
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, selkie_sim_is_agreed(sim) && watch.about[3].probe_failures == 0 && watch.wrong_downs == 0);
    finish(sim);
}

/* At two fifths of a second each it falls behind more and more. It is called down, learns that late, and renews, again
 * and again. Nobody else is harmed. */
static void a_slow_member_that_does_not_keep_up_harms_only_itself(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_slow(sim, 3, SELKIE_MS(400));
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, watch.about[3].downs > 9 && watch.about[3].renames > 0);
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, member == 3 || watch.about[member].downs == 0);
    }
    selkie_sim_calm(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(300));
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

/* A member of ten sends 50 bytes a second while nothing happens, and much more when there is news. With 1,000 it lives
 * well, with 100 it does not. */
static void a_member_that_cannot_send_enough_is_called_down(void **state) {
    (void)state;
    for (uint64_t bytes_per_s = 100; bytes_per_s <= 1000; bytes_per_s *= 10) {
        struct watch watch;
        selkie_sim *sim = watch_lan(&watch, 10);
        selkie_sim_bandwidth(sim, 3, bytes_per_s, 1400);
        selkie_sim_run(sim, SELKIE_S(600));
        check(sim, (watch.about[3].downs == 0) == (bytes_per_s == 1000));
        selkie_sim_calm(sim);
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
        finish(sim);
    }
}

SCENARIOS(cmocka_unit_test(a_slow_member_does_one_thing_after_the_other),
          cmocka_unit_test(a_slow_members_inbox_overflows),
          cmocka_unit_test(what_waits_when_a_member_is_fast_again_is_done_at_once),
          cmocka_unit_test(a_slow_member_that_was_paused_works_off_what_came),
          cmocka_unit_test(a_member_that_is_resumed_handles_its_timers_first), cmocka_unit_test(calm_undoes_everything),
          cmocka_unit_test(a_slow_member_that_restarts_begins_with_nothing_to_do),
          cmocka_unit_test(a_narrow_link_lets_packets_leave_one_after_the_other_and_loses_what_does_not_fit),
          cmocka_unit_test(without_a_limit_nothing_waits),
          cmocka_unit_test(a_slow_member_that_keeps_up_is_never_suspected),
          cmocka_unit_test(a_slow_member_that_does_not_keep_up_harms_only_itself),
          cmocka_unit_test(a_member_that_cannot_send_enough_is_called_down))
