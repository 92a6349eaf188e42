/* Large clusters. */
#include "scenario.h"

#define MEMBERS 1000u
#define CRASHES 10u

static uint32_t victim(uint32_t n) {
    return 5 + n * (MEMBERS / CRASHES);
}

/* Nobody else is held for Down meanwhile, for how many were told so is known. */
static void a_thousand_members_learn_of_ten_crashes(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(MEMBERS);
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = MEMBERS, .config = &config));
    selkie_sim_acquaint(sim, config.probe_period_us);
    selkie_sim_run(sim, SELKIE_S(2));
    for (uint32_t n = 0; n < CRASHES; n++) {
        selkie_sim_crash(sim, victim(n));
    }
    uint64_t crashed_us = selkie_sim_now(sim);
    for (uint32_t n = 0; n < CRASHES; n++) {
        check(sim, selkie_sim_until_any_sees(sim, victim(n), SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    }
    for (uint32_t n = 0; n < CRASHES; n++) {
        uint64_t left_us = crashed_us + detection_most(&config, MEMBERS) - selkie_sim_now(sim);
        check(sim, selkie_sim_until_all_see(sim, victim(n), SELKIE_SIM_SEES_DOWN, left_us) != SELKIE_SIM_NEVER);
    }
    check(sim, selkie_sim_is_agreed(sim));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.downs == CRASHES * (MEMBERS - CRASHES));
    finish(sim);
}

static void three_hundred_members_that_join_through_one_know_each_other(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 300));
    check_between(sim, selkie_sim_form(sim), 1, SELKIE_S(600));
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_thousand_members_learn_of_ten_crashes),
          cmocka_unit_test(three_hundred_members_that_join_through_one_know_each_other))
