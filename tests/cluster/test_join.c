/* How a cluster comes together: by whom one joins, what one learns, and what becomes of one who is alone. */
#include "scenario.h"

static uint64_t form(uint32_t members) {
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = members});
    uint64_t took_us = cluster_form(c);
    check_between(c, took_us, 1, SELKIE_S(60));
    check(c, cluster_is_agreed(c));
    check(c, watch.wrong_downs == 0);
    for (uint32_t member = 0; member < members; member++) {
        check(c, watch.about[member].ups == members - 1);
        check(c, watch.about[member].renames == 0);
    }
    finish(c);
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
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 8});
    cluster_start(c, 0);
    for (uint32_t member = 1; member < 8; member++) {
        cluster_join(c, member, member - 1);
    }
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    check(c, watch.wrong_downs == 0);
    finish(c);
}

static void two_clusters_become_one_when_a_member_joins_the_other(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 8});
    cluster_start(c, 0);
    cluster_start(c, 4);
    for (uint32_t member = 1; member < 8; member++) {
        if (member != 4) {
            cluster_join(c, member, member < 4 ? 0 : 4);
        }
    }
    cluster_run(c, SELKIE_S(10));
    check(c, !cluster_all_know_all(c));
    cluster_join(c, 7, 1);
    check(c, cluster_until_agreed(c, SELKIE_S(300)) != CLUSTER_NEVER);
    check(c, watch.wrong_downs == 0);
    finish(c);
}

/* Rules: P4.8, P4.9 */
static void a_newcomer_knows_everybody_after_one_feed(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 21});
    cluster_latency(c, SELKIE_MS(2), SELKIE_MS(2));
    cluster_start(c, 0);
    for (uint32_t member = 1; member < 20; member++) {
        cluster_join(c, member, 0);
    }
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_join(c, 20, 7);
    cluster_run(c, SELKIE_MS(4) - 1);
    check(c, selkie_member_count(cluster_engine(c, 20)) == 0);
    cluster_run(c, 1);
    check(c, selkie_active_count(cluster_engine(c, 20)) == 20);
    finish(c);
}

/* Rules: P4.9 */
static void a_newcomer_is_not_fed_the_dead(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(6);
    config.max_transmissions = 3;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 7, .config = &config});
    cluster_start(c, 0);
    for (uint32_t member = 1; member < 6; member++) {
        cluster_join(c, member, 0);
    }
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_crash(c, 3);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(10));
    cluster_join(c, 6, 0);
    check(c, cluster_until_agreed(c, SELKIE_S(10)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(10));
    check(c, cluster_view(c, 6, 3) == CLUSTER_SEES_NOTHING);
    finish(c);
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
    struct cluster *c = watch_lan(&watch, 12);
    cluster_crash(c, 11);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_crash(c, 10);
    check(c, cluster_until_any_sees(c, 10, CLUSTER_SEES_SUSPECT, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_crash(c, 9);
    cluster_start(c, 9); /* knows nobody */
    struct selkie_member members[12 + 1] = {{.struct_size = sizeof *members}};
    unsigned char identities[12][8];
    uint32_t count = copy_members(cluster_engine(c, 0), members, identities);
    check(c, count == 11);
    assert_int_equal(selkie_apply_many(cluster_engine(c, 9), members, count, false), SELKIE_OK);
    for (uint32_t member = 1; member < 12; member++) {
        check(c, member == 9 || cluster_view(c, 9, member) == cluster_view(c, 0, member));
    }
    check(c, cluster_view(c, 0, 11) == CLUSTER_SEES_DOWN);
    check(c, selkie_updates_backlog(cluster_engine(c, 9)) == 0);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    finish(c);
}

static void who_joins_before_the_seed_is_there_gets_in_when_it_starts(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 3});
    cluster_join(c, 1, 0);
    cluster_join(c, 2, 0);
    cluster_run(c, SELKIE_S(30));
    check(c, selkie_member_count(cluster_engine(c, 1)) == 0);
    cluster_start(c, 0);
    check_between(c, cluster_until_agreed(c, SELKIE_S(10)), 1, SELKIE_MS(1500));
    finish(c);
}

/* Rules: P15.1 */
static void one_lost_announce_without_repetition_is_alone_for_ever(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 2});
    cluster_rejoin(c, false);
    cluster_join(c, 1, 0);
    cluster_start(c, 0);
    cluster_crash(c, 0);
    cluster_run(c, SELKIE_MS(10));
    cluster_start(c, 0);
    cluster_run(c, SELKIE_S(3600));
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.packets == 1);
    check(c, selkie_member_count(cluster_engine(c, 0)) == 0);
    finish(c);
}

/* Rules: P9.5 */
static void a_seed_under_a_newer_identity_is_found_by_its_address(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 2});
    cluster_start(c, 0);
    cluster_crash(c, 0);
    cluster_start(c, 0);
    cluster_join(c, 1, 0);
    check_between(c, cluster_until_agreed(c, SELKIE_S(1)), 1, SELKIE_MS(6));
    finish(c);
}

/* Rules: P5.2, P5.5, P5.6 */
static void a_member_left_alone_is_idle_and_active_again_when_another_comes(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 2);
    struct cluster_counters counters;
    for (unsigned round = 1; round <= 3; round++) {
        cluster_crash(c, 1);
        check(c, cluster_until_agreed(c, SELKIE_S(30)) != CLUSTER_NEVER);
        cluster_counters(c, &counters);
        check(c, counters.idles == round);
        check(c, selkie_connection(cluster_engine(c, 0)) == SELKIE_DISCONNECTED);
        uint64_t packets = counters.packets;
        cluster_run(c, SELKIE_S(600));
        cluster_counters(c, &counters);
        check(c, counters.packets == packets);
        cluster_restart(c, 1);
        check_between(c, cluster_until_agreed(c, SELKIE_S(30)), 1, SELKIE_MS(6));
        cluster_counters(c, &counters);
        check(c, counters.actives == 2 + 2 * round);
    }
    check(c, watch.wrong_downs == 0);
    finish(c);
}

/* The probe that was in progress when the last member went is not taken up again. */
/* Rules: P5.6, P8.1 */
static void a_probe_cut_short_by_being_idle_does_not_come_back(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 2);
    cluster_run(c, SELKIE_MS(1000));
    cluster_cut_one_way(c, 0, 1); /* the Ping that is lost now is in progress when m1 leaves */
    cluster_run(c, SELKIE_MS(1000));
    cluster_leave(c, 1);
    check_between(c, cluster_until_all_see(c, 1, CLUSTER_SEES_DOWN, SELKIE_S(1)), 1, SELKIE_MS(3));
    cluster_heal(c);
    cluster_crash(c, 1);
    cluster_start(c, 1);
    cluster_join(c, 1, 0);
    check(c, cluster_until_agreed(c, SELKIE_S(1)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(60));
    check(c, watch.wrong_downs == 0);
    check(c, watch.about[1].downs == 1);
    finish(c);
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
