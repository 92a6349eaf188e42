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

/* ---- The network and the pace ---- */

static void set_a_link_without_a_size(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_set_link(sim, 0, 1, &(struct selkie_sim_link){.latency_us = 5});
}

static void set_a_link_of_nobody(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, 3, SELKIE_SIM_LINK(.latency_us = 5));
}

static void let_the_least_be_above_the_most(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_latency(sim, 2, 1);
}

static void lose_more_than_all(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(101));
}

static void cut_off_nobody(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_cut(sim, 0, 3);
}

static void split_after_the_end(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_split_one_way(sim, 4);
}

static void take_a_side_that_is_kept(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_put_on_side(sim, 0, UINT32_C(1) << 31);
}

static void stop_a_clock(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_clock(sim, 0, -1000000);
}

static void pause_the_dead(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_pause(sim, 2);
}

static void inject_into_the_paused(selkie_sim *sim, void *ctx) {
    (void)ctx;
    selkie_sim_pause(sim, 0);
    selkie_sim_inject(sim, 0, "x", 1);
}

static void faults_that_make_no_sense_end_in_a_panic(void **state) {
    (void)state;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 3, .seed = scenario_seed()));
    selkie_sim_start(sim, 0);
    assert_non_null(strstr(panic_of(sim, set_a_link_without_a_size), "struct_size"));
    assert_non_null(strstr(panic_of(sim, set_a_link_of_nobody), "no such member"));
    assert_non_null(strstr(panic_of(sim, let_the_least_be_above_the_most), "above the most"));
    assert_non_null(strstr(panic_of(sim, lose_more_than_all), "parts per million"));
    assert_non_null(strstr(panic_of(sim, cut_off_nobody), "no such member"));
    assert_non_null(strstr(panic_of(sim, split_after_the_end), "not so many members"));
    assert_non_null(strstr(panic_of(sim, take_a_side_that_is_kept), "sides are"));
    assert_non_null(strstr(panic_of(sim, stop_a_clock), "does not stand still"));
    assert_non_null(strstr(panic_of(sim, pause_the_dead), "only who runs"));
    assert_non_null(strstr(panic_of(sim, inject_into_the_paused), "is paused"));
    selkie_sim_free(sim);
}

static void make_a_bad_link(selkie_sim *sim, void *ctx) {
    (void)sim, (void)ctx;
    selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 1, .link = SELKIE_SIM_LINK(.loss_ppm = 2000000)));
}

static void a_cluster_with_a_link_that_makes_no_sense_ends_in_a_panic(void **state) {
    (void)state;
    assert_non_null(strstr(panic_of(NULL, make_a_bad_link), "parts per million"));
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
          cmocka_unit_test(faults_that_make_no_sense_end_in_a_panic),
          cmocka_unit_test(a_cluster_with_a_link_that_makes_no_sense_ends_in_a_panic),
          cmocka_unit_test(a_cluster_of_nobody_ends_in_a_panic))
