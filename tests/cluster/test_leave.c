/* Leaving: everybody hears of it at once, and knows it from a failure. */
#include "scenario.h"

/* Rules: P11.9, P14.3, P15.3, P15.4 */
static void a_leave_is_seen_as_such_by_all_long_before_a_suspicion_could_run_out(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 10);
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_leave(sim, 4);
    check_between(sim, selkie_sim_until_all_see(sim, 4, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)), 1, SELKIE_S(3));
    check(sim, watch.about[4].downs == 9 && watch.about[4].left == 9);
    check(sim, selkie_sim_is_agreed(sim));
    selkie_sim_run(sim, SELKIE_S(120));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, watch.wrong_downs == 0 && watch.about[4].ups == 9);
    check(sim, selkie_connection(selkie_sim_engine(sim, 4)) == SELKIE_UNDEAD);
    finish(sim);
}

static void who_leaves_and_ends_is_not_suspected(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 5);
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_leave(sim, 2);
    selkie_sim_run(sim, SELKIE_MS(500));
    selkie_sim_crash(sim, 2);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 0, SELKIE_S(3));
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, watch.about[2].downs == 4 && watch.about[2].left == 4);
    finish(sim);
}

/* Rules: P13.2, P15.3 */
static void who_refuted_before_can_leave_all_the_same(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 4);
    selkie_sim_pause(sim, 1);
    check(sim, selkie_sim_until_any_sees(sim, 1, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_resume(sim, 1);
    check(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_ALIVE, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    check(sim, selkie_incarnation(selkie_sim_engine(sim, 1)) > 0);
    selkie_sim_leave(sim, 1);
    check_between(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)), 1, SELKIE_S(3));
    check(sim, watch.about[1].left == 3);
    finish(sim);
}

/* Rules: P7.5, P15.5 */
static void leaving_a_cluster_of_two_takes_one_packet(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = talkative(2);
    config.num_indirect_probes = 5;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(5));
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    selkie_sim_leave(sim, 1);
    selkie_sim_get_counters(sim, &after);
    check(sim, after.packets - before.packets == 1);
    check(sim, after.sent[SELKIE_GOSSIP] - before.sent[SELKIE_GOSSIP] == 1);
    check_between(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(1)), 1, SELKIE_MS(3));
    check(sim, watch.about[1].left == 1);
    finish(sim);
}

static void when_all_others_leave_the_last_one_is_idle(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 5);
    selkie_sim_run(sim, SELKIE_S(5));
    for (uint32_t member = 1; member < 5; member++) {
        selkie_sim_leave(sim, member);
        check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, SELKIE_S(3));
    }
    check(sim, selkie_connection(selkie_sim_engine(sim, 0)) == SELKIE_DISCONNECTED);
    check(sim, selkie_member_count(selkie_sim_engine(sim, 0)) == 4);
    finish(sim);
}

static void a_leave_reaches_all_although_a_fifth_of_the_packets_is_lost(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 20);
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(20));
    selkie_sim_leave(sim, 11);
    check_between(sim, selkie_sim_until_all_see(sim, 11, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)), 1, SELKIE_S(10));
    finish(sim);
}

/* Rules: P15.8, P5.10, P14.4 */
static void who_left_can_come_back_under_another_identity(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 5);
    selkie_sim_leave(sim, 3);
    check(sim, selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    unsigned char next[8];
    memcpy(next, selkie_sim_identity(sim, 3), sizeof next);
    next[7]++;
    assert_int_equal(selkie_change_identity(selkie_sim_engine(sim, 3), next), SELKIE_OK);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, SELKIE_S(3));
    check(sim, watch.about[3].renames == 4 && watch.about[3].ups == 8 && watch.about[3].downs == 4);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

/* The farewell goes on riding on what is sent, so a second leave has nothing new to say. */
/* Rules: P5.7, P5.9 */
static void leaving_twice_changes_nothing_for_the_others(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 5);
    selkie_sim_leave(sim, 3);
    selkie_sim_run(sim, SELKIE_S(10));
    selkie_sim_leave(sim, 3);
    selkie_sim_run(sim, SELKIE_S(10));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.defuncts == 2);
    check(sim, watch.about[3].downs == 4 && watch.about[3].ups == 4);
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

/* Nobody hears the farewell, and somebody suspects the member, whose engine is there and objects. How long that goes on is
 * a matter of luck: nobody owes it to anybody to know by a certain time. */
/* Rules: P13.2 */
static void a_farewell_that_nobody_heard_may_be_known_late(void **state) {
    (void)state;
    for (uint64_t turn = 0; turn < 60; turn++) {
        struct watch watch;
        uint32_t last = 2 + (uint32_t)turn % 4;
        selkie_sim *sim = watch_lan(&watch, last + 1);
        selkie_sim_isolate(sim, last);
        selkie_sim_leave(sim, last);
        selkie_sim_run(sim, SELKIE_MS(500) + turn * SELKIE_MS(50));
        selkie_sim_heal(sim);
        selkie_sim_run(sim, SELKIE_S(200));
        selkie_sim_crash(sim, last);
        uint64_t bound_us = selkie_sim_detection_bound_us(sim);
        check(sim, selkie_sim_until_all_see(sim, last, SELKIE_SIM_SEES_DOWN, bound_us) != SELKIE_SIM_NEVER);
        finish(sim);
    }
}

SCENARIOS(cmocka_unit_test(a_farewell_that_nobody_heard_may_be_known_late),
          cmocka_unit_test(a_leave_is_seen_as_such_by_all_long_before_a_suspicion_could_run_out),
          cmocka_unit_test(who_leaves_and_ends_is_not_suspected),
          cmocka_unit_test(who_refuted_before_can_leave_all_the_same),
          cmocka_unit_test(leaving_a_cluster_of_two_takes_one_packet),
          cmocka_unit_test(when_all_others_leave_the_last_one_is_idle),
          cmocka_unit_test(a_leave_reaches_all_although_a_fifth_of_the_packets_is_lost),
          cmocka_unit_test(who_left_can_come_back_under_another_identity),
          cmocka_unit_test(leaving_twice_changes_nothing_for_the_others))
