/* The simulated cluster itself: that its verbs do what they say, and that its checks can fail. */
#include "scenario.h"

static struct selkie_sim_counters counters_of(const selkie_sim *sim) {
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    return counters;
}

/* ---- Time ---- */

static bool never(const selkie_sim *sim, void *ctx) {
    (void)sim;
    (void)ctx;
    return false;
}

static void what_does_not_come_true_takes_its_bound_and_no_more(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 3);
    uint64_t before_us = selkie_sim_now(sim);
    check(sim, selkie_sim_until(sim, never, NULL, SELKIE_S(17) + 3) == SELKIE_SIM_NEVER);
    check(sim, selkie_sim_now(sim) - before_us == SELKIE_S(17) + 3);
    check(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_ACTIVE, SELKIE_S(1)) == 0);
    selkie_sim_run(sim, 5);
    check(sim, selkie_sim_now(sim) - before_us == SELKIE_S(17) + 8);
    finish(sim);
}

/* ---- The network ---- */

static void packets_take_as_long_as_configured(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2));
    selkie_sim_latency(sim, SELKIE_MS(70), SELKIE_MS(70));
    selkie_sim_start(sim, 0);
    selkie_sim_join(sim, 1, 0);
    selkie_sim_run(sim, SELKIE_MS(70) - 1);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_NOTHING);
    selkie_sim_run(sim, 1);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_ALIVE);
    check(sim, selkie_sim_view(sim, 1, 0) == SELKIE_SIM_SEES_NOTHING);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(1)) == SELKIE_MS(70));
    finish(sim);
}

static void as_many_packets_are_lost_and_doubled_as_configured(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 10);
    check(sim, counters_of(sim).lost == 0 && counters_of(sim).duplicated == 0);
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(20));
    selkie_sim_duplicates(sim, SELKIE_SIM_PERCENT(30));
    struct selkie_sim_counters before = counters_of(sim);
    selkie_sim_run(sim, SELKIE_S(300));
    struct selkie_sim_counters after = counters_of(sim);
    uint64_t sent = after.packets - before.packets;
    check_between(sim, after.lost, sent * 17 / 100, sent * 23 / 100);
    check_between(sim, after.duplicated, sent * 80 / 100 * 27 / 100, sent * 80 / 100 * 33 / 100);
    finish(sim);
}

static void a_cut_stops_packets_in_its_direction_only_until_it_is_healed(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 3));
    selkie_sim_start(sim, 0);
    selkie_sim_cut_one_way(sim, 0, 1);
    selkie_sim_join(sim, 1, 0);
    selkie_sim_join(sim, 2, 0);
    selkie_sim_run(sim, SELKIE_MS(10));
    check(sim,
          selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_ALIVE && selkie_sim_view(sim, 2, 0) == SELKIE_SIM_SEES_ALIVE);
    check(sim, selkie_sim_view(sim, 1, 0) == SELKIE_SIM_SEES_NOTHING);
    check(sim, counters_of(sim).cut >= 1);
    selkie_sim_heal(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(5)) != SELKIE_SIM_NEVER);
    finish(sim);
}

static void nothing_passes_between_sides(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 4));
    selkie_sim_split(sim, 2);
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 4; member++) {
        selkie_sim_join(sim, member, 0);
    }
    selkie_sim_run(sim, SELKIE_S(20));
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_ALIVE);
    check(sim, selkie_sim_view(sim, 0, 2) == SELKIE_SIM_SEES_NOTHING &&
                   selkie_sim_view(sim, 2, 3) == SELKIE_SIM_SEES_NOTHING);
    check(sim, !selkie_sim_is_agreed(sim)); /* m2 and m3 are on one side, and do not know each other */
    selkie_sim_join(sim, 3, 2);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(5)) != SELKIE_SIM_NEVER);
    check(sim, !selkie_sim_all_know_all(sim));
    finish(sim);
}

/* ---- Lives ---- */

static void a_crashed_member_does_and_hears_nothing(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 2);
    selkie_sim_crash(sim, 0);
    selkie_sim_crash(sim, 1);
    struct selkie_sim_counters before = counters_of(sim);
    selkie_sim_run(sim, SELKIE_S(600));
    struct selkie_sim_counters after = counters_of(sim);
    check(sim, after.packets == before.packets && after.timers == before.timers && after.delivered == before.delivered);
    check(sim, selkie_sim_engine(sim, 0) == NULL && !selkie_sim_is_live(sim, 0));
    finish(sim);
}

static void each_life_has_a_newer_identity_at_the_same_address(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 3));
    unsigned char before[8];
    memcpy(before, selkie_sim_identity(sim, 1), sizeof before);
    selkie_sim_start(sim, 1);
    assert_memory_equal(selkie_sim_identity(sim, 1), before, sizeof before);
    for (unsigned times = 0; times < 300; times++) {
        selkie_sim_restart(sim, 1);
        check(sim, memcmp(selkie_sim_identity(sim, 1), before, 6) == 0);
        check(sim, memcmp(selkie_sim_identity(sim, 1), before, 8) > 0);
        memcpy(before, selkie_sim_identity(sim, 1), sizeof before);
    }
    check(sim, selkie_sim_member_at(sim, before) == 1);
    before[3] = 77;
    check(sim, selkie_sim_member_at(sim, before) == SELKIE_SIM_NOBODY);
    finish(sim);
}

static void a_paused_member_does_nothing_until_it_is_resumed(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 2);
    selkie_sim_pause(sim, 0);
    selkie_sim_pause(sim, 1);
    selkie_sim_run(sim, SELKIE_MS(10)); /* what was on the way has arrived, and waits */
    struct selkie_sim_counters before = counters_of(sim);
    selkie_sim_run(sim, SELKIE_S(600));
    struct selkie_sim_counters after = counters_of(sim);
    check(sim, after.packets == before.packets && after.timers == before.timers && after.delivered == before.delivered);
    selkie_sim_resume(sim, 1);
    check(sim, counters_of(sim).timers > before.timers);
    check(sim, counters_of(sim).packets > before.packets);
    finish(sim);
}

static void the_views_tell_the_lives_of_a_member_apart(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 3);
    selkie_sim_crash(sim, 2);
    check(sim, selkie_sim_view(sim, 0, 2) == SELKIE_SIM_SEES_ALIVE);
    selkie_sim_start(sim, 2);
    check(sim, selkie_sim_view(sim, 0, 2) == SELKIE_SIM_SEES_FORMER);
    check(sim, !selkie_sim_all_know_all(sim));
    check(sim,
          selkie_sim_any_sees(sim, 2, SELKIE_SIM_SEES_FORMER) && !selkie_sim_any_sees(sim, 2, SELKIE_SIM_SEES_ACTIVE));
    selkie_sim_join(sim, 2, 1);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(5)) != SELKIE_SIM_NEVER);
    check(sim, selkie_sim_all_see(sim, 2, SELKIE_SIM_SEES_ALIVE));
    finish(sim);
}

static void expect_a_failed_call(void *ctx, const struct selkie_sim_violation *violation) {
    (void)ctx;
    assert_int_equal(violation->check, SELKIE_SIM_CHECK_CALL);
}

/* Garbage is not the network's doing, so it counts. */
static void an_engines_error_is_counted_and_reported(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(2);
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2, .violated = expect_a_failed_call));
    selkie_sim_start(sim, 0);
    selkie_sim_start(sim, 1);
    config.max_packet_size = 19; /* less than a header */
    check(sim, selkie_set_config(selkie_sim_engine(sim, 1), &config) == SELKIE_OK);
    selkie_sim_join(sim, 1, 0);
    check(sim, counters_of(sim).errors == 1 && counters_of(sim).violations == 1);
    FILE *report = tmpfile();
    assert_non_null(report);
    selkie_sim_report(sim, report);
    rewind(report);
    char text[2000] = "";
    size_t size = fread(text, 1, sizeof text - 1, report);
    text[size] = '\0';
    check(sim, strstr(text, "s, m1: announce: ") != NULL);
    fclose(report);
    selkie_sim_free(sim);
}

/* ---- Identities of one's own ---- */

static void make_name(void *ctx, uint32_t member, void *identity) {
    char *name = identity;
    (void)ctx;
    memset(name, 0, 16);
    snprintf(name, 16, "member-%u", (unsigned)member);
}

static void members_may_have_names_instead_of_addresses(void **state) {
    (void)state;
    const struct selkie_identity_type names = {.struct_size = sizeof names, .size = 16, .addr_size = 16};
    selkie_sim *sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = 12, .seed = scenario_seed(), .type = &names, .make_identity = make_name));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    check(sim, selkie_sim_member_at(sim, "member-7\0\0\0\0\0\0\0\0") == 7);
    selkie_sim_leave(sim, 7);
    check(sim, selkie_sim_until_all_see(sim, 7, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(what_does_not_come_true_takes_its_bound_and_no_more),
          cmocka_unit_test(packets_take_as_long_as_configured),
          cmocka_unit_test(as_many_packets_are_lost_and_doubled_as_configured),
          cmocka_unit_test(a_cut_stops_packets_in_its_direction_only_until_it_is_healed),
          cmocka_unit_test(nothing_passes_between_sides), cmocka_unit_test(a_crashed_member_does_and_hears_nothing),
          cmocka_unit_test(each_life_has_a_newer_identity_at_the_same_address),
          cmocka_unit_test(a_paused_member_does_nothing_until_it_is_resumed),
          cmocka_unit_test(the_views_tell_the_lives_of_a_member_apart),
          cmocka_unit_test(an_engines_error_is_counted_and_reported),
          cmocka_unit_test(members_may_have_names_instead_of_addresses))
