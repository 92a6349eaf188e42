/* Leaving: everybody hears of it at once, and knows it from a failure. */
#include "scenario.h"

/* Rules: P11.9, P14.3, P15.3, P15.4 */
static void a_leave_is_seen_as_such_by_all_long_before_a_suspicion_could_run_out(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 10);
    cluster_run(c, SELKIE_S(5));
    cluster_leave(c, 4);
    check_between(c, cluster_until_all_see(c, 4, CLUSTER_SEES_DOWN, SELKIE_S(60)), 1, SELKIE_S(3));
    check(c, watch.about[4].downs == 9 && watch.about[4].left == 9);
    check(c, cluster_is_agreed(c));
    cluster_run(c, SELKIE_S(120));
    check(c, cluster_is_agreed(c));
    check(c, watch.wrong_downs == 0 && watch.about[4].ups == 9);
    check(c, selkie_connection(cluster_engine(c, 4)) == SELKIE_UNDEAD);
    finish(c);
}

static void who_leaves_and_ends_is_not_suspected(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 5);
    cluster_run(c, SELKIE_S(5));
    cluster_leave(c, 2);
    cluster_run(c, SELKIE_MS(500));
    cluster_crash(c, 2);
    check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 0, SELKIE_S(3));
    cluster_run(c, SELKIE_S(60));
    check(c, watch.about[2].downs == 4 && watch.about[2].left == 4);
    finish(c);
}

/* Rules: P13.2, P15.3 */
static void who_refuted_before_can_leave_all_the_same(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 4);
    cluster_pause(c, 1);
    check(c, cluster_until_any_sees(c, 1, CLUSTER_SEES_SUSPECT, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_resume(c, 1);
    check(c, cluster_until_all_see(c, 1, CLUSTER_SEES_ALIVE, SELKIE_S(60)) != CLUSTER_NEVER);
    check(c, selkie_incarnation(cluster_engine(c, 1)) > 0);
    cluster_leave(c, 1);
    check_between(c, cluster_until_all_see(c, 1, CLUSTER_SEES_DOWN, SELKIE_S(60)), 1, SELKIE_S(3));
    check(c, watch.about[1].left == 3);
    finish(c);
}

/* Rules: P7.5, P15.5 */
static void leaving_a_cluster_of_two_takes_one_packet(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = talkative(2);
    config.num_indirect_probes = 5;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 2, .config = &config});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(5));
    struct cluster_counters before, after;
    cluster_counters(c, &before);
    cluster_leave(c, 1);
    cluster_counters(c, &after);
    check(c, after.packets - before.packets == 1);
    check(c, after.sent[SELKIE_GOSSIP] - before.sent[SELKIE_GOSSIP] == 1);
    check_between(c, cluster_until_all_see(c, 1, CLUSTER_SEES_DOWN, SELKIE_S(1)), 1, SELKIE_MS(3));
    check(c, watch.about[1].left == 1);
    finish(c);
}

static void when_all_others_leave_the_last_one_is_idle(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 5);
    cluster_run(c, SELKIE_S(5));
    for (uint32_t member = 1; member < 5; member++) {
        cluster_leave(c, member);
        check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 1, SELKIE_S(3));
    }
    check(c, selkie_connection(cluster_engine(c, 0)) == SELKIE_DISCONNECTED);
    check(c, selkie_member_count(cluster_engine(c, 0)) == 4);
    finish(c);
}

static void a_leave_reaches_all_although_a_fifth_of_the_packets_is_lost(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 20);
    cluster_run(c, SELKIE_S(5));
    cluster_loss(c, 20);
    cluster_leave(c, 11);
    check_between(c, cluster_until_all_see(c, 11, CLUSTER_SEES_DOWN, SELKIE_S(60)), 1, SELKIE_S(10));
    finish(c);
}

/* Rules: P15.8, P5.10, P14.4 */
static void who_left_can_come_back_under_another_identity(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 5);
    cluster_leave(c, 3);
    check(c, cluster_until_all_see(c, 3, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    unsigned char next[8];
    memcpy(next, cluster_identity(c, 3), sizeof next);
    next[7]++;
    assert_int_equal(selkie_change_identity(cluster_engine(c, 3), next), SELKIE_OK);
    check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 1, SELKIE_S(3));
    check(c, watch.about[3].renames == 4 && watch.about[3].ups == 8 && watch.about[3].downs == 4);
    cluster_run(c, SELKIE_S(60));
    check(c, cluster_is_agreed(c));
    finish(c);
}

/* The farewell goes on riding on what is sent, so a second leave has nothing new to say. */
/* Rules: P5.7, P5.9 */
static void leaving_twice_changes_nothing_for_the_others(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 5);
    cluster_leave(c, 3);
    cluster_run(c, SELKIE_S(10));
    cluster_leave(c, 3);
    cluster_run(c, SELKIE_S(10));
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.defuncts == 2);
    check(c, watch.about[3].downs == 4 && watch.about[3].ups == 4);
    check(c, cluster_is_agreed(c));
    finish(c);
}

SCENARIOS(cmocka_unit_test(a_leave_is_seen_as_such_by_all_long_before_a_suspicion_could_run_out),
          cmocka_unit_test(who_leaves_and_ends_is_not_suspected),
          cmocka_unit_test(who_refuted_before_can_leave_all_the_same),
          cmocka_unit_test(leaving_a_cluster_of_two_takes_one_packet),
          cmocka_unit_test(when_all_others_leave_the_last_one_is_idle),
          cmocka_unit_test(a_leave_reaches_all_although_a_fifth_of_the_packets_is_lost),
          cmocka_unit_test(who_left_can_come_back_under_another_identity),
          cmocka_unit_test(leaving_twice_changes_nothing_for_the_others))
