/* What each part of Lifeguard is for: the same scenario without it and with it. */
#include "scenario.h"

static selkie_sim *acquainted(struct watch *watch, uint32_t members, const struct selkie_config *config) {
    selkie_sim *sim = watch_cluster(watch, SELKIE_SIM_OPTIONS(.members = members, .config = config));
    selkie_sim_acquaint(sim, config->probe_period_us);
    selkie_sim_run(sim, SELKIE_S(10));
    return sim;
}

/* ---- Local health ---- */

enum { SLOW = 3 };

/* For two minutes one member takes in everything late, later than a probe may take, and so sees each of its probes fail.
 * How many of the others, who are well, are called down. */
static unsigned healthy_called_down(const struct selkie_config *config, unsigned *awareness) {
    unsigned downs = 0;
    for (uint64_t late_us = SELKIE_MS(1800); late_us <= SELKIE_S(3); late_us += SELKIE_MS(600)) {
        struct watch watch;
        selkie_sim *sim = acquainted(&watch, 16, config);
        selkie_sim_set_link(sim, SELKIE_SIM_ALL, SLOW, SELKIE_SIM_LINK(.latency_us = late_us));
        selkie_sim_run(sim, SELKIE_S(120));
        *awareness = selkie_awareness(selkie_sim_engine(sim, SLOW));
        for (uint32_t member = 0; member < 16; member++) {
            downs += member == SLOW ? 0 : watch.about[member].downs;
        }
        finish(sim);
    }
    return downs;
}

/* Rules: P24.3, P24.6 */
static void a_slow_member_that_minds_its_health_takes_no_healthy_ones_down(void **state) {
    (void)state;
    unsigned without, with;
    struct selkie_config config = plain(16);
    assert_true(healthy_called_down(&config, &without) > 0);
    assert_int_equal(without, 0);
    config.awareness_max = 8;
    assert_int_equal(healthy_called_down(&config, &with), 0);
    assert_true(with > 0);
}

/* ---- Agreement ---- */

static bool only_the_first_probes;

/* A member that probes once an hour accuses nobody. */
static void prepare_accusers(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_config config;
    (void)ctx;
    if (only_the_first_probes && member != 0) {
        config = *options->config;
        config.probe_period_us = SELKIE_S(3600);
        options->config = &config;
    }
}

static selkie_sim *with_accusers(struct watch *watch, const struct selkie_config *config, bool only_first) {
    only_the_first_probes = only_first;
    selkie_sim *sim =
        watch_cluster(watch, SELKIE_SIM_OPTIONS(.members = 16, .config = config, .prepare = prepare_accusers));
    selkie_sim_acquaint(sim, config->probe_period_us);
    selkie_sim_run(sim, SELKIE_S(10));
    return sim;
}

/* How long after the crash of a member the first of the others calls it down. */
static uint64_t death_takes(const struct selkie_config *config, bool only_first) {
    struct watch watch;
    selkie_sim *sim = with_accusers(&watch, config, only_first);
    selkie_sim_crash(sim, 5);
    check(sim, selkie_sim_until_any_sees(sim, 5, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    uint64_t took_us = selkie_sim_until_any_sees(sim, 5, SELKIE_SIM_SEES_DOWN, SELKIE_S(600));
    check(sim, took_us != SELKIE_SIM_NEVER);
    finish(sim);
    return took_us;
}

/* Rules: P25.2, P25.3, P25.4, P25.5 */
static void agreement_shortens_a_true_death_from_six_times_the_least_to_the_least(void **state) {
    (void)state;
    struct selkie_config config = plain(16);
    config.suspicion_max_factor = 6;
    config.suspicion_confirmations = 3;
    uint64_t least_us = config.suspect_to_down_after_us;
    assert_in_range(death_takes(&config, true), 6 * least_us, 6 * least_us);
    assert_in_range(death_takes(&config, false), least_us, least_us + 4 * config.probe_period_us);
}

/* ---- Suspects hear first ---- */

/* Members tell each piece of news once, so that a suspect mostly does not hear of it by chance. A member is out of reach
 * until somebody suspects it, and then it is well again. Is it called down? */
static bool suspect_is_called_down(struct selkie_config config, uint32_t member) {
    struct watch watch;
    selkie_sim *sim = acquainted(&watch, 4, &config);
    selkie_sim_isolate(sim, member);
    check(sim, selkie_sim_until_any_sees(sim, member, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_MS(50));
    selkie_sim_heal(sim);
    selkie_sim_run(sim, SELKIE_S(30));
    bool down = watch.about[member].downs > 0;
    finish(sim);
    return down;
}

/* Rules: P25.11 */
static void an_accused_hears_of_it_from_the_next_ping_of_its_accuser(void **state) {
    (void)state;
    struct selkie_config config = plain(4);
    config.max_transmissions = 1;
    config.suspect_to_down_after_us = SELKIE_S(8);
    config.notify_down_members = false;
    config.periodic_gossip = (struct selkie_periodic){.every_us = 0};
    config.periodic_announce = (struct selkie_periodic){.every_us = 0};
    config.periodic_announce_to_down_members = (struct selkie_periodic){.every_us = 0};
    unsigned without = 0;
    for (uint32_t member = 0; member < 4; member++) {
        config.suspects_hear_first = false;
        without += suspect_is_called_down(config, member);
        config.suspects_hear_first = true;
        assert_false(suspect_is_called_down(config, member));
    }
    assert_true(without > 0);
}

/* ---- Pauses ---- */

enum { SLEEPER = 0, SUSPECT = 7 };

/* A member suspects another, and then is stopped for half a minute, in which the suspect is well again and objects. How
 * many that are well are called down after it has woken. */
static unsigned called_down_by_a_sleeper(bool knows_that_it_slept) {
    struct watch watch;
    struct selkie_config config = plain(16);
    config.max_transmissions = 20; /* the suspect hears of it, and all hear that it objects */
    selkie_sim *sim = with_accusers(&watch, &config, true);
    selkie_sim_isolate(sim, SUSPECT);
    check(sim, selkie_sim_until_any_sees(sim, SUSPECT, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(1));
    selkie_sim_heal(sim);
    selkie_sim_pause(sim, SLEEPER);
    selkie_sim_run(sim, SELKIE_S(30));
    check(sim, watch.wrong_downs == 0);
    if (knows_that_it_slept) {
        selkie_sim_wake(sim, SLEEPER);
    } else {
        selkie_sim_resume(sim, SLEEPER);
    }
    selkie_sim_run(sim, SELKIE_S(60));
    finish(sim);
    return watch.wrong_downs;
}

/* Rules: P26.2, P26.3 */
static void who_knows_that_it_slept_kills_nobody(void **state) {
    (void)state;
    assert_true(called_down_by_a_sleeper(false) > 0);
    assert_int_equal(called_down_by_a_sleeper(true), 0);
}

SCENARIOS(cmocka_unit_test(a_slow_member_that_minds_its_health_takes_no_healthy_ones_down),
          cmocka_unit_test(agreement_shortens_a_true_death_from_six_times_the_least_to_the_least),
          cmocka_unit_test(an_accused_hears_of_it_from_the_next_ping_of_its_accuser),
          cmocka_unit_test(who_knows_that_it_slept_kills_nobody))
