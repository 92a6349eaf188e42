/* How the dead are found: by all, in time, and not too early; and how the living are not taken for dead. */
#include "scenario.h"

/* They follow what each engine knows of the cluster's size. */
static uint64_t shortest_suspicion(const selkie_sim *sim) {
    struct selkie_config config;
    uint64_t least_us = UINT64_MAX;
    SELKIE_INIT(&config);
    for (uint32_t member = 0; member < selkie_sim_size(sim); member++) {
        selkie_get_config(selkie_sim_engine(sim, member), &config);
        least_us = config.suspect_to_down_after_us < least_us ? config.suspect_to_down_after_us : least_us;
    }
    return least_us;
}

/* Both sides of the bound: nobody is called down before the suspicion can have run out, and all know it in time. */
static void crash_one_of(uint32_t members, uint32_t victim) {
    struct watch watch;
    struct selkie_config config = lan(members);
    selkie_sim *sim = watch_lan(&watch, members);
    config.suspect_to_down_after_us = shortest_suspicion(sim);
    selkie_sim_run(sim, SELKIE_S(20) + SELKIE_MS(137));
    selkie_sim_crash(sim, victim);
    uint64_t first_us = selkie_sim_until_any_sees(sim, victim, SELKIE_SIM_SEES_DOWN, SELKIE_S(3600));
    check_between(sim, first_us, detection_least(&config), detection_most(&config, members));
    uint64_t all_us = selkie_sim_until_all_see(sim, victim, SELKIE_SIM_SEES_DOWN, SELKIE_S(3600));
    check_between(sim, first_us + all_us, first_us, detection_most(&config, members));
    check(sim, watch.wrong_downs == 0);
    check(sim, watch.about[victim].downs == members - 1);
    check(sim, watch.about[victim].left == 0);
    finish(sim);
}

/* Rules: P6.3, P6.4, P6.7, P6.16, P14.2 */
static void a_crash_is_known_to_all_of_three_in_time_and_not_too_early(void **state) {
    (void)state;
    crash_one_of(3, 2);
}

static void a_crash_is_known_to_all_of_ten_in_time_and_not_too_early(void **state) {
    (void)state;
    crash_one_of(10, 0);
}

static void a_crash_is_known_to_all_of_a_hundred_in_time_and_not_too_early(void **state) {
    (void)state;
    crash_one_of(100, 57);
}

struct last_ping {
    selkie_sim *cluster;
    uint64_t at_us;
};

static void note_ping(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                      size_t size) {
    struct last_ping *ping = ctx;
    (void)to;
    (void)bytes;
    (void)size;
    if (from == 0 && header->message == SELKIE_PING) {
        ping->at_us = selkie_sim_now(ping->cluster);
    }
}

/* Rules: P6.3, P6.4, P6.5, P6.6 */
static void of_two_members_the_moment_of_death_is_exact(void **state) {
    (void)state;
    struct selkie_config config = lan(2);
    struct last_ping ping = {0};
    selkie_sim *sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = 2, .seed = scenario_seed(), .config = &config, .ctx = &ping, .sent = note_ping));
    ping.cluster = sim;
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_MS(10500)); /* the last Ping has been answered, the next one is half a period away */
    selkie_sim_crash(sim, 1);
    uint64_t answered_us = ping.at_us;
    while (ping.at_us == answered_us) {
        selkie_sim_run(sim, SELKIE_MS(1));
    }
    uint64_t suspect_us = ping.at_us + config.probe_period_us;
    selkie_sim_run(sim, suspect_us - 1 - selkie_sim_now(sim));
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_ALIVE);
    selkie_sim_run(sim, 1);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_SUSPECT);
    selkie_sim_run(sim, config.suspect_to_down_after_us - 1);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_SUSPECT);
    selkie_sim_run(sim, 1);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_DOWN);
    finish(sim);
}

static void a_crash_is_found_without_gossip_too(void **state) {
    (void)state;
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_config_simple(&config);
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 8, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(30));
    selkie_sim_crash(sim, 4);
    uint64_t took_us = selkie_sim_until_all_see(sim, 4, SELKIE_SIM_SEES_DOWN, SELKIE_S(600));
    check_between(sim, took_us, detection_least(&config), detection_most(&config, 8));
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

static void when_half_of_the_members_crash_at_once_the_others_find_them_all(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(20);
    selkie_sim *sim = watch_lan(&watch, 20);
    for (uint32_t member = 0; member < 20; member += 2) {
        selkie_sim_crash(sim, member);
    }
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)), detection_least(&config),
                  detection_most(&config, 20));
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

static void when_all_but_one_crash_it_finds_itself_alone(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(6);
    selkie_sim *sim = watch_lan(&watch, 6);
    for (uint32_t member = 1; member < 6; member++) {
        selkie_sim_crash(sim, member);
    }
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)), detection_least(&config),
                  detection_most(&config, 6));
    check(sim, selkie_connection(selkie_sim_engine(sim, 0)) == SELKIE_DISCONNECTED);
    finish(sim);
}

/* Rules: P8.6 */
static void the_dead_are_remembered_as_long_as_configured_and_no_longer(void **state) {
    (void)state;
    struct selkie_config config = lan(2);
    config.remove_down_after_us = SELKIE_S(100);
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_crash(sim, 1);
    check(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, config.remove_down_after_us - 1);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_DOWN);
    selkie_sim_run(sim, 1);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_NOTHING);
    finish(sim);
}

static void members_that_are_well_are_never_even_suspected(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 20);
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, selkie_sim_is_agreed(sim));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.downs == 0 && counters.renames == 0);
    check(sim, counters.sent[SELKIE_PING_REQ] == 0);
    for (uint32_t member = 0; member < 20; member++) {
        check(sim, watch.about[member].probe_failures == 0);
        check(sim, selkie_incarnation(selkie_sim_engine(sim, member)) == 0);
    }
    finish(sim);
}

static void expect_no_failure(selkie_sim *sim, const struct watch *watch, uint32_t member) {
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_FORWARDED_ACK] > 0);
    check(sim, counters.downs == 0);
    check(sim, watch->about[member].probe_failures == 0);
    check(sim, selkie_sim_is_agreed(sim));
}

/* Rules: P4.3, P4.4, P4.5, P6.13, P6.15 */
static void members_that_cannot_reach_each_other_one_way_are_vouched_for_by_others(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 5);
    selkie_sim_cut_one_way(sim, 1, 3);
    selkie_sim_run(sim, SELKIE_S(300));
    expect_no_failure(sim, &watch, 3);
    expect_no_failure(sim, &watch, 1);
    finish(sim);
}

static void members_that_cannot_reach_each_other_at_all_are_vouched_for_by_others(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 5);
    selkie_sim_cut(sim, 1, 3);
    selkie_sim_cut(sim, 0, 4);
    selkie_sim_run(sim, SELKIE_S(300));
    for (uint32_t member = 0; member < 5; member++) {
        expect_no_failure(sim, &watch, member);
    }
    finish(sim);
}

/* Rules: P6.13 */
static void without_anybody_to_vouch_a_one_way_cut_is_a_failure(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(2);
    selkie_sim *sim = watch_lan(&watch, 2);
    selkie_sim_cut_one_way(sim, 1, 0);
    uint64_t took_us = selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(60));
    check_between(sim, took_us, detection_least(&config), detection_most(&config, 2));
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_crash_is_known_to_all_of_three_in_time_and_not_too_early),
          cmocka_unit_test(a_crash_is_known_to_all_of_ten_in_time_and_not_too_early),
          cmocka_unit_test(a_crash_is_known_to_all_of_a_hundred_in_time_and_not_too_early),
          cmocka_unit_test(of_two_members_the_moment_of_death_is_exact),
          cmocka_unit_test(a_crash_is_found_without_gossip_too),
          cmocka_unit_test(when_half_of_the_members_crash_at_once_the_others_find_them_all),
          cmocka_unit_test(when_all_but_one_crash_it_finds_itself_alone),
          cmocka_unit_test(the_dead_are_remembered_as_long_as_configured_and_no_longer),
          cmocka_unit_test(members_that_are_well_are_never_even_suspected),
          cmocka_unit_test(members_that_cannot_reach_each_other_one_way_are_vouched_for_by_others),
          cmocka_unit_test(members_that_cannot_reach_each_other_at_all_are_vouched_for_by_others),
          cmocka_unit_test(without_anybody_to_vouch_a_one_way_cut_is_a_failure))
