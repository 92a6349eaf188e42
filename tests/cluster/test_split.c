/* Networks that fall apart, and come together again. */
#include "scenario.h"

static void expect_whole_and_quiet(selkie_sim *sim) {
    struct selkie_sim_counters before, after;
    selkie_sim_run(sim, SELKIE_S(60));
    selkie_sim_get_counters(sim, &before);
    selkie_sim_run(sim, SELKIE_S(600));
    selkie_sim_get_counters(sim, &after);
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, after.downs == before.downs && after.renames == before.renames);
}

/* Rules: P7.3, P9.9 */
static void halves_find_each_other_again_by_announcing_to_the_dead(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_split(sim, 5);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)), detection_least(&config),
                  detection_most(&config, 10));
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, selkie_sim_is_agreed(sim));
    selkie_sim_heal(sim);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)), 1, SELKIE_S(300));
    expect_whole_and_quiet(sim);
    finish(sim);
}

/* The other side of the scenario above: what heals a split is that one task. */
/* Rules: P7.3 */
static void halves_that_do_not_announce_to_the_dead_stay_apart(void **state) {
    (void)state;
    struct selkie_config config = lan(10);
    config.periodic_announce_to_down_members.every_us = 0;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 10, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_split(sim, 5);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    selkie_sim_heal(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(3600)) == SELKIE_SIM_NEVER);
    check(sim, selkie_active_count(selkie_sim_engine(sim, 0)) == 4);
    finish(sim);
}

static void a_split_into_three_heals(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 12);
    for (uint32_t member = 0; member < 12; member++) {
        selkie_sim_put_on_side(sim, member, member % 3);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    selkie_sim_heal(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    expect_whole_and_quiet(sim);
    finish(sim);
}

/* Where a Ping was lost, the helpers are asked when the network is whole again. */
/* Rules: P6.13 */
static void a_split_that_is_shorter_than_a_round_trip_raises_no_suspicion(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    selkie_sim *sim = watch_lan(&watch, 10);
    for (unsigned times = 0; times < 50; times++) {
        selkie_sim_split(sim, 5);
        selkie_sim_run(sim, config.probe_rtt_us - SELKIE_MS(10));
        selkie_sim_heal(sim);
        selkie_sim_run(sim, SELKIE_MS(2170));
    }
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_PING_REQ] > 0);
    check(sim, counters.downs == 0 && counters.renames == 0);
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, watch.about[member].probe_failures == 0);
    }
    finish(sim);
}

static void an_isolated_member_is_idle_and_comes_back_by_itself(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_put_on_side(sim, 6, 1);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)), detection_least(&config),
                  detection_most(&config, 10));
    check(sim, selkie_connection(selkie_sim_engine(sim, 6)) == SELKIE_DISCONNECTED);
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, selkie_sim_is_agreed(sim));
    selkie_sim_heal(sim);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)), 1, SELKIE_S(150));
    expect_whole_and_quiet(sim);
    finish(sim);
}

static void a_hundred_members_heal_too(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 100);
    selkie_sim_split(sim, 50);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    selkie_sim_heal(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(900)) != SELKIE_SIM_NEVER);
    finish(sim);
}

/* Two members that hold each other for Down, with nothing in flight between them. */
static selkie_sim *each_others_dead(struct watch *watch, const struct selkie_sim_options *options) {
    selkie_sim *sim = watch_cluster(watch, options);
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_rejoin(sim, false);
    selkie_sim_cut(sim, 0, 1);
    check(sim, selkie_sim_until_all_see(sim, 0, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    check(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(10));
    selkie_sim_heal(sim);
    return sim;
}

/* m1 answers m0's Announce with TurnUndead; m0 renews, says TurnUndead in turn, from its new identity; m1 renews. That
 * is all. */
/* Rules: P9.9, P9.16 */
static void two_members_that_hold_each_other_for_down_do_not_tell_each_other_for_ever(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = each_others_dead(&watch, SELKIE_SIM_OPTIONS(.members = 2));
    struct selkie_sim_counters before, counters;
    selkie_sim_get_counters(sim, &before);
    assert_int_equal(selkie_announce(selkie_sim_engine(sim, 0), selkie_sim_identity(sim, 1)), SELKIE_OK);
    selkie_sim_run(sim, SELKIE_S(60));
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_TURN_UNDEAD] - before.sent[SELKIE_TURN_UNDEAD] == 2);
    check(sim, counters.rejoins == 2);
    check(sim, selkie_sim_is_agreed(sim));
    expect_whole_and_quiet(sim);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(halves_find_each_other_again_by_announcing_to_the_dead),
          cmocka_unit_test(halves_that_do_not_announce_to_the_dead_stay_apart),
          cmocka_unit_test(a_split_into_three_heals),
          cmocka_unit_test(a_split_that_is_shorter_than_a_round_trip_raises_no_suspicion),
          cmocka_unit_test(an_isolated_member_is_idle_and_comes_back_by_itself),
          cmocka_unit_test(a_hundred_members_heal_too),
          cmocka_unit_test(two_members_that_hold_each_other_for_down_do_not_tell_each_other_for_ever))
