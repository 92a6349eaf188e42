/* How a cluster comes together: by whom one joins, what one learns, and what becomes of one who is alone. */
#include "scenario.h"

static uint64_t form(uint32_t members) {
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = members));
    uint64_t took_us = selkie_sim_form(sim);
    check_between(sim, took_us, 1, SELKIE_S(60));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, watch.wrong_downs == 0);
    for (uint32_t member = 0; member < members; member++) {
        check(sim, watch.about[member].ups == members - 1);
        check(sim, watch.about[member].renames == 0);
    }
    finish(sim);
    return took_us;
}

/* Rules: P4.8, P5.1, P5.5, P14.1 */
static void two_members_find_each_other_in_one_round_trip(void **state) {
    (void)state;
    assert_in_range(form(2), SELKIE_MS(2), SELKIE_MS(6));
}

static void ten_members_that_join_through_one_know_each_other(void **state) {
    (void)state;
    form(10);
}

static void a_hundred_members_that_join_through_one_know_each_other(void **state) {
    (void)state;
    form(100);
}

static void a_chain_of_joins_makes_one_cluster(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 8));
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 8; member++) {
        selkie_sim_join(sim, member, member - 1);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

static void two_clusters_become_one_when_a_member_joins_the_other(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 8));
    selkie_sim_start(sim, 0);
    selkie_sim_start(sim, 4);
    for (uint32_t member = 1; member < 8; member++) {
        if (member != 4) {
            selkie_sim_join(sim, member, member < 4 ? 0 : 4);
        }
    }
    selkie_sim_run(sim, SELKIE_S(10));
    check(sim, !selkie_sim_all_know_all(sim));
    selkie_sim_join(sim, 7, 1);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(300)) != SELKIE_SIM_NEVER);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Rules: P4.8, P4.9 */
static void a_newcomer_knows_everybody_after_one_feed(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 21));
    selkie_sim_latency(sim, SELKIE_MS(2), SELKIE_MS(2));
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 20; member++) {
        selkie_sim_join(sim, member, 0);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_join(sim, 20, 7);
    selkie_sim_run(sim, SELKIE_MS(4) - 1);
    check(sim, selkie_member_count(selkie_sim_engine(sim, 20)) == 0);
    selkie_sim_run(sim, 1);
    check(sim, selkie_active_count(selkie_sim_engine(sim, 20)) == 20);
    finish(sim);
}

/* Rules: P4.9 */
static void a_newcomer_is_not_fed_the_dead(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(6);
    config.max_transmissions = 3;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 7, .config = &config));
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 6; member++) {
        selkie_sim_join(sim, member, 0);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_crash(sim, 3);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(10));
    selkie_sim_join(sim, 6, 0);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(10)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(10));
    check(sim, selkie_sim_view(sim, 6, 3) == SELKIE_SIM_SEES_NOTHING);
    finish(sim);
}

static uint32_t copy_members(const selkie *engine, struct selkie_member *members, unsigned char (*identities)[8]) {
    struct selkie_cursor cursor = {0};
    uint32_t count = 0;
    members[0].struct_size = sizeof members[0];
    while (selkie_next(engine, &cursor, &members[count])) {
        memcpy(identities[count], members[count].identity, sizeof identities[count]);
        members[count].identity = identities[count];
        members[++count].struct_size = sizeof members[0];
    }
    return count;
}

/* Rules: P15.11, P15.13 */
static void a_snapshot_of_one_member_tells_another_all_that_it_knows(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 12);
    selkie_sim_crash(sim, 11);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_crash(sim, 10);
    check(sim, selkie_sim_until_any_sees(sim, 10, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_crash(sim, 9);
    selkie_sim_start(sim, 9); /* knows nobody */
    struct selkie_member members[12 + 1] = {{.struct_size = sizeof *members}};
    unsigned char identities[12][8];
    uint32_t count = copy_members(selkie_sim_engine(sim, 0), members, identities);
    check(sim, count == 11);
    assert_int_equal(selkie_apply_many(selkie_sim_engine(sim, 9), members, count, false), SELKIE_OK);
    for (uint32_t member = 1; member < 12; member++) {
        check(sim, member == 9 || selkie_sim_view(sim, 9, member) == selkie_sim_view(sim, 0, member));
    }
    check(sim, selkie_sim_view(sim, 0, 11) == SELKIE_SIM_SEES_DOWN);
    check(sim, selkie_updates_backlog(selkie_sim_engine(sim, 9)) == 0);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    finish(sim);
}

static void who_joins_before_the_seed_is_there_gets_in_when_it_starts(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 3));
    selkie_sim_join(sim, 1, 0);
    selkie_sim_join(sim, 2, 0);
    selkie_sim_run(sim, SELKIE_S(30));
    check(sim, selkie_member_count(selkie_sim_engine(sim, 1)) == 0);
    selkie_sim_start(sim, 0);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(10)), 1, SELKIE_MS(1500));
    finish(sim);
}

/* Rules: P15.1 */
static void one_lost_announce_without_repetition_is_alone_for_ever(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2));
    selkie_sim_rejoin(sim, false);
    selkie_sim_join(sim, 1, 0);
    selkie_sim_start(sim, 0);
    selkie_sim_crash(sim, 0);
    selkie_sim_run(sim, SELKIE_MS(10));
    selkie_sim_start(sim, 0);
    selkie_sim_run(sim, SELKIE_S(3600));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.packets == 1);
    check(sim, selkie_member_count(selkie_sim_engine(sim, 0)) == 0);
    finish(sim);
}

/* Rules: P9.5 */
static void a_seed_under_a_newer_identity_is_found_by_its_address(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2));
    selkie_sim_start(sim, 0);
    selkie_sim_crash(sim, 0);
    selkie_sim_start(sim, 0);
    selkie_sim_join(sim, 1, 0);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(1)), 1, SELKIE_MS(6));
    finish(sim);
}

/* Rules: P5.2, P5.5, P5.6 */
static void a_member_left_alone_is_idle_and_active_again_when_another_comes(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_plain(&watch, 2);
    struct selkie_sim_counters counters;
    for (unsigned round = 1; round <= 3; round++) {
        selkie_sim_crash(sim, 1);
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(30)) != SELKIE_SIM_NEVER);
        selkie_sim_get_counters(sim, &counters);
        check(sim, counters.idles == round);
        check(sim, selkie_connection(selkie_sim_engine(sim, 0)) == SELKIE_DISCONNECTED);
        uint64_t packets = counters.packets;
        selkie_sim_run(sim, SELKIE_S(600));
        selkie_sim_get_counters(sim, &counters);
        check(sim, counters.packets == packets);
        selkie_sim_restart(sim, 1);
        check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(30)), 1, SELKIE_MS(6));
        selkie_sim_get_counters(sim, &counters);
        check(sim, counters.actives == 2 + 2 * round);
    }
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* The probe that was in progress when the last member went is not taken up again. */
/* Rules: P5.6, P8.1 */
static void a_probe_cut_short_by_being_idle_does_not_come_back(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 2);
    selkie_sim_run(sim, SELKIE_MS(1000));
    selkie_sim_cut_one_way(sim, 0, 1); /* the Ping that is lost now is in progress when m1 leaves */
    selkie_sim_run(sim, SELKIE_MS(1000));
    selkie_sim_leave(sim, 1);
    check_between(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(1)), 1, SELKIE_MS(3));
    selkie_sim_heal(sim);
    selkie_sim_crash(sim, 1);
    selkie_sim_start(sim, 1);
    selkie_sim_join(sim, 1, 0);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(1)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, watch.wrong_downs == 0);
    check(sim, watch.about[1].downs == 1);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(two_members_find_each_other_in_one_round_trip),
          cmocka_unit_test(ten_members_that_join_through_one_know_each_other),
          cmocka_unit_test(a_hundred_members_that_join_through_one_know_each_other),
          cmocka_unit_test(a_chain_of_joins_makes_one_cluster),
          cmocka_unit_test(two_clusters_become_one_when_a_member_joins_the_other),
          cmocka_unit_test(a_newcomer_knows_everybody_after_one_feed), cmocka_unit_test(a_newcomer_is_not_fed_the_dead),
          cmocka_unit_test(a_snapshot_of_one_member_tells_another_all_that_it_knows),
          cmocka_unit_test(who_joins_before_the_seed_is_there_gets_in_when_it_starts),
          cmocka_unit_test(one_lost_announce_without_repetition_is_alone_for_ever),
          cmocka_unit_test(a_seed_under_a_newer_identity_is_found_by_its_address),
          cmocka_unit_test(a_member_left_alone_is_idle_and_active_again_when_another_comes),
          cmocka_unit_test(a_probe_cut_short_by_being_idle_does_not_come_back))
