/* The same seed gives the same run, another seed another one. */
#include "scenario.h"

#include <stdlib.h>

/* A run with a bit of everything. */
static selkie_sim *eventful_run(uint64_t seed, FILE *trace) {
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 12, .seed = seed));
    selkie_sim_trace(sim, trace);
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(5));
    selkie_sim_duplicates(sim, SELKIE_SIM_PERCENT(5));
    selkie_sim_form(sim);
    selkie_sim_crash(sim, 3);
    selkie_sim_pause(sim, 5);
    selkie_sim_run(sim, SELKIE_S(30));
    selkie_sim_resume(sim, 5);
    selkie_sim_restart(sim, 3);
    selkie_sim_split(sim, 6);
    selkie_sim_run(sim, SELKIE_S(60));
    selkie_sim_heal(sim);
    selkie_sim_leave(sim, 9);
    selkie_sim_run(sim, SELKIE_S(120));
    return sim;
}

static uint64_t hash_of_run(uint64_t seed) {
    selkie_sim *sim = eventful_run(seed, NULL);
    uint64_t hash = selkie_sim_hash(sim);
    finish(sim);
    return hash;
}

/* Rules: P19.7 */
static void the_same_seed_gives_the_same_run(void **state) {
    (void)state;
    assert_true(hash_of_run(scenario_seed()) == hash_of_run(scenario_seed()));
}

static void another_seed_gives_another_run(void **state) {
    (void)state;
    assert_true(hash_of_run(scenario_seed()) != hash_of_run(scenario_seed() + 1));
}

static void looking_does_not_change_what_happens(void **state) {
    (void)state;
    FILE *trace = tmpfile();
    assert_non_null(trace);
    selkie_sim *sim = eventful_run(scenario_seed(), trace);
    check(sim, ftell(trace) > 10000);
    selkie_sim_report(sim, trace);
    check(sim, selkie_sim_hash(sim) == hash_of_run(scenario_seed()));
    finish(sim);
    fclose(trace);
}

/* The trace as a reader sees it: two members that meet, one line for each thing that happens. */
static void the_trace_tells_what_happens_line_by_line(void **state) {
    (void)state;
    static const char *const expected[] = {
        "     0.000000  start m0\n",
        "     0.000000  start m1\n",
        "     0.000000  join m1 via m0\n",
        "     0.000000  m1.0001 > m0.0001  announce\n",
        "     0.002000  m0 < m1  announce after 2000 us\n",
        "     0.002000  m0.0001  member-up m1.0001 alive 0\n",
        "     0.002000  m0.0001  active\n",
        "     0.002000  m0.0001 > m1.0001  feed\n",
        "     0.004000  m1 < m0  feed after 2000 us\n",
        "     0.004000  m1.0001  member-up m0.0001 alive 0\n",
        "     0.004000  m1.0001  active\n",
    };
    FILE *trace = tmpfile();
    assert_non_null(trace);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 2, .seed = scenario_seed()));
    selkie_sim_latency(sim, SELKIE_MS(2), SELKIE_MS(2));
    selkie_sim_trace(sim, trace);
    selkie_sim_form(sim);
    finish(sim);
    rewind(trace);
    char line[200];
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_non_null(fgets(line, sizeof line, trace));
        assert_string_equal(line, expected[i]);
    }
    assert_null(fgets(line, sizeof line, trace));
    fclose(trace);
}

SCENARIOS(cmocka_unit_test(the_same_seed_gives_the_same_run), cmocka_unit_test(another_seed_gives_another_run),
          cmocka_unit_test(looking_does_not_change_what_happens),
          cmocka_unit_test(the_trace_tells_what_happens_line_by_line))
