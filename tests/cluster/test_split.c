/* Networks that fall apart, and come together again. */
#include "scenario.h"

static void expect_whole_and_quiet(struct cluster *c) {
    struct cluster_counters before, after;
    cluster_run(c, SELKIE_S(60));
    cluster_counters(c, &before);
    cluster_run(c, SELKIE_S(600));
    cluster_counters(c, &after);
    check(c, cluster_is_agreed(c));
    check(c, after.downs == before.downs && after.renames == before.renames);
}

/* Rules: P7.3, P9.9 */
static void halves_find_each_other_again_by_announcing_to_the_dead(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    struct cluster *c = watch_lan(&watch, 10);
    cluster_split(c, 5);
    check_between(c, cluster_until_agreed(c, SELKIE_S(600)), detection_least(&config), detection_most(&config, 10));
    cluster_run(c, SELKIE_S(600));
    check(c, cluster_is_agreed(c));
    cluster_heal(c);
    check_between(c, cluster_until_agreed(c, SELKIE_S(600)), 1, SELKIE_S(300));
    expect_whole_and_quiet(c);
    finish(c);
}

/* The other side of the scenario above: what heals a split is that one task. */
/* Rules: P7.3 */
static void halves_that_do_not_announce_to_the_dead_stay_apart(void **state) {
    (void)state;
    struct selkie_config config = lan(10);
    config.periodic_announce_to_down_members.every_us = 0;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 10, .config = &config});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_split(c, 5);
    check(c, cluster_until_agreed(c, SELKIE_S(600)) != CLUSTER_NEVER);
    cluster_heal(c);
    check(c, cluster_until_agreed(c, SELKIE_S(3600)) == CLUSTER_NEVER);
    check(c, selkie_active_count(cluster_engine(c, 0)) == 4);
    finish(c);
}

static void a_split_into_three_heals(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 12);
    for (uint32_t member = 0; member < 12; member++) {
        cluster_put_on_side(c, member, member % 3);
    }
    check(c, cluster_until_agreed(c, SELKIE_S(600)) != CLUSTER_NEVER);
    cluster_heal(c);
    check(c, cluster_until_agreed(c, SELKIE_S(600)) != CLUSTER_NEVER);
    expect_whole_and_quiet(c);
    finish(c);
}

/* Where a Ping was lost, the helpers are asked when the network is whole again. */
/* Rules: P6.13 */
static void a_split_that_is_shorter_than_a_round_trip_raises_no_suspicion(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    struct cluster *c = watch_lan(&watch, 10);
    for (unsigned times = 0; times < 50; times++) {
        cluster_split(c, 5);
        cluster_run(c, config.probe_rtt_us - SELKIE_MS(10));
        cluster_heal(c);
        cluster_run(c, SELKIE_MS(2170));
    }
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.sent[SELKIE_PING_REQ] > 0);
    check(c, counters.downs == 0 && counters.renames == 0);
    for (uint32_t member = 0; member < 10; member++) {
        check(c, watch.about[member].probe_failures == 0);
    }
    finish(c);
}

static void an_isolated_member_is_idle_and_comes_back_by_itself(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    struct cluster *c = watch_lan(&watch, 10);
    cluster_put_on_side(c, 6, 1);
    check_between(c, cluster_until_agreed(c, SELKIE_S(600)), detection_least(&config), detection_most(&config, 10));
    check(c, selkie_connection(cluster_engine(c, 6)) == SELKIE_DISCONNECTED);
    cluster_run(c, SELKIE_S(600));
    check(c, cluster_is_agreed(c));
    cluster_heal(c);
    check_between(c, cluster_until_agreed(c, SELKIE_S(600)), 1, SELKIE_S(150));
    expect_whole_and_quiet(c);
    finish(c);
}

static void a_hundred_members_heal_too(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 100);
    cluster_split(c, 50);
    check(c, cluster_until_agreed(c, SELKIE_S(600)) != CLUSTER_NEVER);
    cluster_heal(c);
    check(c, cluster_until_agreed(c, SELKIE_S(900)) != CLUSTER_NEVER);
    finish(c);
}

/* Two members that hold each other for Down, with nothing in flight between them. */
static struct cluster *each_others_dead(struct watch *watch, const struct cluster_options *options) {
    struct cluster *c = watch_cluster(watch, options);
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_rejoin(c, false);
    cluster_cut(c, 0, 1);
    check(c, cluster_until_all_see(c, 0, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    check(c, cluster_until_all_see(c, 1, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(10));
    cluster_heal(c);
    return c;
}

/* m1 answers m0's Announce with TurnUndead; m0 renews, says TurnUndead in turn, from its new identity; m1 renews. That
 * is all. */
/* Rules: P9.9, P9.16 */
static void two_members_that_hold_each_other_for_down_do_not_tell_each_other_for_ever(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = each_others_dead(&watch, &(struct cluster_options){.members = 2});
    struct cluster_counters before, counters;
    cluster_counters(c, &before);
    assert_int_equal(selkie_announce(cluster_engine(c, 0), cluster_identity(c, 1)), SELKIE_OK);
    cluster_run(c, SELKIE_S(60));
    cluster_counters(c, &counters);
    check(c, counters.sent[SELKIE_TURN_UNDEAD] - before.sent[SELKIE_TURN_UNDEAD] == 2);
    check(c, counters.rejoins == 2);
    check(c, cluster_is_agreed(c));
    expect_whole_and_quiet(c);
    finish(c);
}

SCENARIOS(cmocka_unit_test(halves_find_each_other_again_by_announcing_to_the_dead),
          cmocka_unit_test(halves_that_do_not_announce_to_the_dead_stay_apart),
          cmocka_unit_test(a_split_into_three_heals),
          cmocka_unit_test(a_split_that_is_shorter_than_a_round_trip_raises_no_suspicion),
          cmocka_unit_test(an_isolated_member_is_idle_and_comes_back_by_itself),
          cmocka_unit_test(a_hundred_members_heal_too),
          cmocka_unit_test(two_members_that_hold_each_other_for_down_do_not_tell_each_other_for_ever))
