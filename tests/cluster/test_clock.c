/* Clocks that run fast or slow. */
#include "scenario.h"

#define CLOCKS 5u

struct pings {
    uint64_t by[CLOCKS];
    uint64_t announced[CLOCKS];
};

static void count_ping(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                       size_t size) {
    struct pings *pings = ctx;
    (void)to;
    (void)bytes;
    (void)size;
    pings->by[from] += header->message == SELKIE_PING;
    pings->announced[from] += header->message == SELKIE_ANNOUNCE;
}

/* The lan preset pings once a second: of those seconds that each member's own clock shows. */
static void members_probe_by_their_own_clocks(void **state) {
    (void)state;
    static const int32_t fast_ppm[CLOCKS] = {0, 50000, -50000, 1000000, -500000};
    static const uint64_t expected[CLOCKS] = {1000, 1050, 950, 2000, 500};
    struct pings pings = {0};
    selkie_sim *sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = CLOCKS, .seed = scenario_seed(), .ctx = &pings, .sent = count_ping));
    for (uint32_t member = 0; member < CLOCKS; member++) {
        selkie_sim_clock(sim, member, fast_ppm[member]);
    }
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    memset(&pings, 0, sizeof pings);
    selkie_sim_run(sim, SELKIE_S(1000));
    for (uint32_t member = 0; member < CLOCKS; member++) {
        assert_in_range(pings.by[member], expected[member] - 1, expected[member] + 1);
    }
    selkie_sim_restart(sim, 1);
    selkie_sim_restart(sim, 2);
    selkie_sim_run(sim, SELKIE_S(60));
    memset(&pings, 0, sizeof pings);
    selkie_sim_run(sim, SELKIE_S(1000));
    assert_in_range(pings.by[1], 1049, 1051);
    selkie_sim_calm(sim);
    selkie_sim_run(sim, SELKIE_S(10)); /* timers that were asked for before come by the old clock */
    memset(&pings, 0, sizeof pings);
    selkie_sim_run(sim, SELKIE_S(1000));
    for (uint32_t member = 0; member < CLOCKS; member++) {
        assert_in_range(pings.by[member], 999, 1001);
    }
    finish(sim);
}

/* Every 1.125 s on average, by the clock of who would join. */
static void members_try_to_join_by_their_own_clocks(void **state) {
    (void)state;
    struct pings pings = {0};
    selkie_sim *sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = CLOCKS, .seed = scenario_seed(), .ctx = &pings, .sent = count_ping));
    selkie_sim_clock(sim, 2, 1000000);
    selkie_sim_join(sim, 1, 0); /* who never starts */
    selkie_sim_join(sim, 2, 0);
    selkie_sim_run(sim, SELKIE_S(900));
    assert_in_range(pings.announced[1], 780, 820);
    assert_in_range(pings.announced[2], 1560, 1640);
    finish(sim);
}

/* Durations are all that engines compare, each its own with its own: a clock that is wrong by a twentieth, which is
 * hundreds of times worse than a bad quartz, changes nothing. */
static void clocks_that_are_wrong_by_a_twentieth_do_no_harm(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    selkie_sim *sim = watch_lan(&watch, 10);
    for (uint32_t member = 0; member < 10; member++) {
        selkie_sim_clock(sim, member, member % 2 == 0 ? 50000 : -50000);
    }
    selkie_sim_run(sim, SELKIE_S(600));
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, watch.about[member].probe_failures == 0);
    }
    selkie_sim_crash(sim, 6);
    check_between(sim, selkie_sim_until_all_see(sim, 6, SELKIE_SIM_SEES_DOWN, SELKIE_S(120)),
                  detection_least(&config) * 19 / 20, detection_most(&config, 10) * 20 / 19);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Ten times as fast, the round trip that it allows for is over before the answer comes. */
static void a_clock_that_runs_away_makes_a_member_suspect_the_others(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_plain(&watch, 10); /* otherwise it would doubt itself */
    selkie_sim_latency(sim, SELKIE_MS(40), SELKIE_MS(80));
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, watch.about[1].probe_failures == 0);
    selkie_sim_clock(sim, 3, 9000000);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, watch.about[1].probe_failures > 0 && watch.wrong_downs > 0);
    check(sim, watch.about[3].probe_failures == 0);
    selkie_sim_calm(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(members_probe_by_their_own_clocks),
          cmocka_unit_test(members_try_to_join_by_their_own_clocks),
          cmocka_unit_test(clocks_that_are_wrong_by_a_twentieth_do_no_harm),
          cmocka_unit_test(a_clock_that_runs_away_makes_a_member_suspect_the_others))
