/* Scenarios that make no sense end in selkie_panic, with a text that says why. */
#include "scenario.h"

static jmp_buf back;
static const char *said;

_Noreturn void selkie_panic(const char *what) {
    said = what;
    longjmp(back, 1);
}

/* What the call panics with; NULL: with nothing. */
static const char *panic_of(selkie_sim *sim, void (*call)(selkie_sim *sim, void *ctx)) {
    said = NULL;
    if (setjmp(back) == 0) {
        call(sim, NULL);
    }
    return said;
}

static void crash_nobody(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_crash(sim, selkie_sim_size(sim));
}

static void start_twice(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_start(sim, 0);
}

static void crash_the_dead(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_crash(sim, 2);
}

static void ask_for_the_past(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_at(sim, selkie_sim_now(sim) - 1, start_twice, NULL);
}

static void let_time_pass(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_run(sim, 0);
}

static void let_time_pass_inside(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_at(sim, selkie_sim_now(sim), let_time_pass, NULL);
    selkie_sim_run(sim, 0);
}

static void calls_that_make_no_sense_end_in_a_panic(void **state) {
    (void)state;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 3, .seed = scenario_seed()));
    selkie_sim_start(sim, 0);
    selkie_sim_run(sim, 5);
    assert_null(panic_of(sim, let_time_pass));
    assert_non_null(strstr(panic_of(sim, crash_nobody), "no such member"));
    assert_non_null(strstr(panic_of(sim, start_twice), "runs already"));
    assert_non_null(strstr(panic_of(sim, crash_the_dead), "does not run"));
    assert_non_null(strstr(panic_of(sim, ask_for_the_past), "has passed"));
    assert_non_null(strstr(panic_of(sim, let_time_pass_inside), "from inside a call"));
    selkie_sim_free(sim);
}

static void make_none(selkie_sim *sim, void *ctx) {
    (void)sim, (void)ctx;
    selkie_sim_new(SELKIE_SIM_OPTIONS(.seed = 1));
}

static void a_cluster_of_nobody_ends_in_a_panic(void **state) {
    (void)state;
    assert_non_null(strstr(panic_of(NULL, make_none), "members must be"));
}

SCENARIOS(cmocka_unit_test(calls_that_make_no_sense_end_in_a_panic),
          cmocka_unit_test(a_cluster_of_nobody_ends_in_a_panic))
