/* The simulated cluster itself: that its verbs do what they say, and that its checks can fail. */
#include "harness/events.h"
#include "scenario.h"

static struct cluster_counters counters_of(const struct cluster *c) {
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    return counters;
}

/* ---- Time ---- */

static uint64_t mixed(uint64_t *random) {
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

static void events_come_in_the_order_of_their_times_and_then_of_their_pushing(void **state) {
    (void)state;
    struct events events = {0};
    struct event event;
    uint64_t random = scenario_seed(), last_us = 0, last_sequence = 0;
    uint32_t popped = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        events_push(&events, &(struct event){.time_us = mixed(&random) % 500, .kind = EVENT_JOIN, .member = i});
    }
    for (uint64_t until_us = 0; until_us < 500; until_us += 7) {
        while (events_pop(&events, until_us, &event)) {
            assert_true(event.time_us <= until_us && event.time_us >= last_us);
            assert_true(event.time_us > last_us || popped == 0 || event.sequence > last_sequence);
            assert_true(event.sequence == event.member);
            last_us = event.time_us;
            last_sequence = event.sequence;
            popped++;
        }
        assert_true(events.count == 0 || events.heap[0].time_us > until_us);
    }
    assert_int_equal(popped + events.count, 5000);
    events_free(&events);
}

static bool never(const struct cluster *c, void *ctx) {
    (void)c;
    (void)ctx;
    return false;
}

static void what_does_not_come_true_takes_its_bound_and_no_more(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 3);
    uint64_t before_us = cluster_now(c);
    check(c, cluster_until(c, never, NULL, SELKIE_S(17) + 3) == CLUSTER_NEVER);
    check(c, cluster_now(c) - before_us == SELKIE_S(17) + 3);
    check(c, cluster_until_all_see(c, 1, CLUSTER_SEES_ACTIVE, SELKIE_S(1)) == 0);
    cluster_run(c, 5);
    check(c, cluster_now(c) - before_us == SELKIE_S(17) + 8);
    finish(c);
}

/* ---- The network ---- */

static void packets_take_as_long_as_configured(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 2});
    cluster_latency(c, SELKIE_MS(70), SELKIE_MS(70));
    cluster_start(c, 0);
    cluster_join(c, 1, 0);
    cluster_run(c, SELKIE_MS(70) - 1);
    check(c, cluster_view(c, 0, 1) == CLUSTER_SEES_NOTHING);
    cluster_run(c, 1);
    check(c, cluster_view(c, 0, 1) == CLUSTER_SEES_ALIVE);
    check(c, cluster_view(c, 1, 0) == CLUSTER_SEES_NOTHING);
    check(c, cluster_until_agreed(c, SELKIE_S(1)) == SELKIE_MS(70));
    finish(c);
}

static void as_many_packets_are_lost_and_doubled_as_configured(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 10);
    check(c, counters_of(c).lost == 0 && counters_of(c).duplicated == 0);
    cluster_loss(c, 20);
    cluster_duplicates(c, 30);
    struct cluster_counters before = counters_of(c);
    cluster_run(c, SELKIE_S(300));
    struct cluster_counters after = counters_of(c);
    uint64_t sent = after.packets - before.packets;
    check_between(c, after.lost, sent * 17 / 100, sent * 23 / 100);
    check_between(c, after.duplicated, sent * 80 / 100 * 27 / 100, sent * 80 / 100 * 33 / 100);
    finish(c);
}

static void a_cut_stops_packets_in_its_direction_only_until_it_is_healed(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 3});
    cluster_start(c, 0);
    cluster_cut_one_way(c, 0, 1);
    cluster_join(c, 1, 0);
    cluster_join(c, 2, 0);
    cluster_run(c, SELKIE_MS(10));
    check(c, cluster_view(c, 0, 1) == CLUSTER_SEES_ALIVE && cluster_view(c, 2, 0) == CLUSTER_SEES_ALIVE);
    check(c, cluster_view(c, 1, 0) == CLUSTER_SEES_NOTHING);
    check(c, counters_of(c).cut >= 1);
    cluster_heal(c);
    check(c, cluster_until_agreed(c, SELKIE_S(5)) != CLUSTER_NEVER);
    finish(c);
}

static void nothing_passes_between_sides(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 4});
    cluster_split(c, 2);
    cluster_start(c, 0);
    for (uint32_t member = 1; member < 4; member++) {
        cluster_join(c, member, 0);
    }
    cluster_run(c, SELKIE_S(20));
    check(c, cluster_view(c, 0, 1) == CLUSTER_SEES_ALIVE);
    check(c, cluster_view(c, 0, 2) == CLUSTER_SEES_NOTHING && cluster_view(c, 2, 3) == CLUSTER_SEES_NOTHING);
    check(c, !cluster_is_agreed(c)); /* m2 and m3 are on one side, and do not know each other */
    cluster_join(c, 3, 2);
    check(c, cluster_until_agreed(c, SELKIE_S(5)) != CLUSTER_NEVER);
    check(c, !cluster_all_know_all(c));
    finish(c);
}

/* ---- Lives ---- */

static void a_crashed_member_does_and_hears_nothing(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 2);
    cluster_crash(c, 0);
    cluster_crash(c, 1);
    struct cluster_counters before = counters_of(c);
    cluster_run(c, SELKIE_S(600));
    struct cluster_counters after = counters_of(c);
    check(c, after.packets == before.packets && after.timers == before.timers && after.delivered == before.delivered);
    check(c, cluster_engine(c, 0) == NULL && !cluster_is_live(c, 0));
    finish(c);
}

static void each_life_has_a_newer_identity_at_the_same_address(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 3});
    unsigned char before[8];
    memcpy(before, cluster_identity(c, 1), sizeof before);
    cluster_start(c, 1);
    assert_memory_equal(cluster_identity(c, 1), before, sizeof before);
    for (unsigned times = 0; times < 300; times++) {
        cluster_restart(c, 1);
        check(c, memcmp(cluster_identity(c, 1), before, 6) == 0);
        check(c, memcmp(cluster_identity(c, 1), before, 8) > 0);
        memcpy(before, cluster_identity(c, 1), sizeof before);
    }
    check(c, cluster_member_at(c, before) == 1);
    before[3] = 77;
    check(c, cluster_member_at(c, before) == CLUSTER_NOBODY);
    finish(c);
}

static void a_paused_member_does_nothing_until_it_is_resumed(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 2);
    cluster_pause(c, 0);
    cluster_pause(c, 1);
    cluster_run(c, SELKIE_MS(10)); /* what was on the way has arrived, and waits */
    struct cluster_counters before = counters_of(c);
    cluster_run(c, SELKIE_S(600));
    struct cluster_counters after = counters_of(c);
    check(c, after.packets == before.packets && after.timers == before.timers && after.delivered == before.delivered);
    cluster_resume(c, 1);
    check(c, counters_of(c).timers > before.timers);
    check(c, counters_of(c).packets > before.packets);
    finish(c);
}

static void the_views_tell_the_lives_of_a_member_apart(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 3);
    cluster_crash(c, 2);
    check(c, cluster_view(c, 0, 2) == CLUSTER_SEES_ALIVE);
    cluster_start(c, 2);
    check(c, cluster_view(c, 0, 2) == CLUSTER_SEES_FORMER);
    check(c, !cluster_all_know_all(c));
    check(c, cluster_any_sees(c, 2, CLUSTER_SEES_FORMER) && !cluster_any_sees(c, 2, CLUSTER_SEES_ACTIVE));
    cluster_join(c, 2, 1);
    check(c, cluster_until_agreed(c, SELKIE_S(5)) != CLUSTER_NEVER);
    check(c, cluster_all_see(c, 2, CLUSTER_SEES_ALIVE));
    finish(c);
}

/* Garbage is not the network's doing, so it counts. */
static void an_engines_error_is_counted_and_reported(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(2);
    config.max_packet_size = 19; /* less than a header */
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 2, .config = &config});
    cluster_start(c, 0);
    cluster_join(c, 1, 0);
    check(c, counters_of(c).errors == 1);
    FILE *report = tmpfile();
    assert_non_null(report);
    cluster_report(c, report);
    rewind(report);
    char text[2000] = "";
    size_t size = fread(text, 1, sizeof text - 1, report);
    text[size] = '\0';
    check(c, strstr(text, "first error: at 0 us, m1, announce: ") != NULL);
    fclose(report);
    cluster_free(c);
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
    struct cluster *c = cluster_new(
        &(struct cluster_options){.members = 12, .seed = scenario_seed(), .type = &names, .make_identity = make_name});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    check(c, cluster_member_at(c, "member-7\0\0\0\0\0\0\0\0") == 7);
    cluster_leave(c, 7);
    check(c, cluster_until_all_see(c, 7, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    finish(c);
}

SCENARIOS(cmocka_unit_test(events_come_in_the_order_of_their_times_and_then_of_their_pushing),
          cmocka_unit_test(what_does_not_come_true_takes_its_bound_and_no_more),
          cmocka_unit_test(packets_take_as_long_as_configured),
          cmocka_unit_test(as_many_packets_are_lost_and_doubled_as_configured),
          cmocka_unit_test(a_cut_stops_packets_in_its_direction_only_until_it_is_healed),
          cmocka_unit_test(nothing_passes_between_sides), cmocka_unit_test(a_crashed_member_does_and_hears_nothing),
          cmocka_unit_test(each_life_has_a_newer_identity_at_the_same_address),
          cmocka_unit_test(a_paused_member_does_nothing_until_it_is_resumed),
          cmocka_unit_test(the_views_tell_the_lives_of_a_member_apart),
          cmocka_unit_test(an_engines_error_is_counted_and_reported),
          cmocka_unit_test(members_may_have_names_instead_of_addresses))
