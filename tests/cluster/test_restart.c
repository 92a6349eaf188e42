/* Members that come back at the same address: the new life takes the place of the old one. */
#include "scenario.h"

/* Rules: P1.4, P2.7, P14.4 */
static void a_quick_restart_is_a_rename_and_nothing_else(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    struct cluster *c = watch_talkative(&watch, 8);
    cluster_run(c, SELKIE_S(10));
    cluster_restart(c, 3);
    check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 1, greeting_most(&config, 8));
    cluster_run(c, SELKIE_S(120));
    check(c, cluster_is_agreed(c));
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.renames == 7 && counters.downs == 0);
    check(c, watch.about[3].renames == 7 && watch.about[3].ups == 7);
    finish(c);
}

/* Rules: P14.1, P14.4 */
static void a_restart_after_its_death_was_known_is_a_rename_and_an_up(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    struct cluster *c = watch_talkative(&watch, 8);
    cluster_crash(c, 3);
    check(c, cluster_until_all_see(c, 3, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_restart(c, 3);
    check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 1, greeting_most(&config, 8));
    cluster_run(c, SELKIE_S(120));
    check(c, cluster_is_agreed(c));
    check(c, watch.about[3].renames == 7 && watch.about[3].ups == 14 && watch.about[3].downs == 7);
    check(c, watch.wrong_downs == 0);
    finish(c);
}

/* Rules: P8.5, P6.16 */
static void a_renamed_member_is_not_taken_down_by_an_old_suspicion(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 8);
    for (unsigned times = 0; times < 5; times++) {
        cluster_crash(c, 3);
        check(c, cluster_until_any_sees(c, 3, CLUSTER_SEES_SUSPECT, SELKIE_S(60)) != CLUSTER_NEVER);
        cluster_run(c, SELKIE_S(1));
        cluster_restart(c, 3);
        check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
        cluster_run(c, SELKIE_S(30));
        check(c, cluster_is_agreed(c));
    }
    check(c, watch.about[3].downs == 0);
    finish(c);
}

/* Rules: P1.4, P19.5 */
static void a_member_that_restarts_again_and_again_takes_one_place_in_the_table(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 4);
    for (unsigned times = 0; times < 50; times++) {
        cluster_restart(c, 1);
        cluster_run(c, SELKIE_MS(700));
    }
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    for (uint32_t member = 0; member < 4; member++) {
        check(c, selkie_member_count(cluster_engine(c, member)) - (member == 1) <= 3);
    }
    check(c, watch.wrong_downs == 0);
    finish(c);
}

static void the_seed_itself_can_restart(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(6);
    struct cluster *c = watch_talkative(&watch, 6);
    cluster_crash(c, 0);
    cluster_run(c, SELKIE_S(1));
    cluster_join(c, 0, 4);
    check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 1, greeting_most(&config, 6));
    check(c, watch.about[0].downs == 0);
    finish(c);
}

static void a_whole_cluster_can_be_restarted_one_by_one(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 6);
    for (uint32_t member = 0; member < 6; member++) {
        cluster_leave(c, member);
        cluster_run(c, SELKIE_S(1));
        cluster_crash(c, member);
        cluster_run(c, SELKIE_S(2));
        cluster_join(c, member, (member + 1) % 6);
        check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    }
    check(c, watch.wrong_downs == 0);
    finish(c);
}

/* A member is told of its own former life, as active, and sees to it that it is Down with the teller too. */
/* Rules: P10.2 */
static void a_former_life_that_is_still_told_of_is_laid_to_rest(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 4);
    unsigned char former[8];
    memcpy(former, cluster_identity(c, 2), sizeof former);
    cluster_restart(c, 2);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    struct selkie_member told = {
        .struct_size = sizeof told, .identity = former, .incarnation = 7, .state = SELKIE_ALIVE};
    assert_int_equal(selkie_apply_many(cluster_engine(c, 2), &told, 1, true), SELKIE_OK);
    struct selkie_member held = {.struct_size = sizeof held};
    assert_true(selkie_find(cluster_engine(c, 2), former, &held));
    check(c, held.state == SELKIE_DOWN && held.incarnation == 0);
    cluster_run(c, SELKIE_S(30));
    check(c, cluster_is_agreed(c));
    check(c, watch.about[2].downs == 0);
    finish(c);
}

/* Rules: P14.4, P15.6, P15.8 */
static void a_member_that_changes_its_identity_stays_a_member_of_all(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    struct cluster *c = watch_talkative(&watch, 8);
    unsigned char next[8];
    memcpy(next, cluster_identity(c, 3), sizeof next);
    for (unsigned times = 1; times <= 5; times++) {
        next[7]++;
        assert_int_equal(selkie_change_identity(cluster_engine(c, 3), next), SELKIE_OK);
        check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 1, greeting_most(&config, 8));
        check(c, watch.about[3].renames == 7 * times);
        cluster_run(c, SELKIE_S(30));
    }
    check(c, watch.about[3].downs == 0 && watch.wrong_downs == 0);
    finish(c);
}

struct probe {
    uint32_t of; /* the member watched */
    bool begun;  /* m0 has sent it a Ping */
    unsigned requests;
    unsigned char identity[8]; /* who is asked for in PingReq */
};

static void note_probe(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                       size_t size) {
    struct probe *probe = ctx;
    (void)bytes;
    (void)size;
    probe->begun |= from == 0 && to == probe->of && header->message == SELKIE_PING;
    probe->requests += from == 0 && header->message == SELKIE_PING_REQ && memcmp(header->peer, probe->identity, 8) == 0;
}

/* m0's Pings to m1 are lost. When one is on its way m1 renews, or does not. Returns how often m0 asked for the m1 of
 * before. */
static unsigned requests_for_former(bool renews) {
    struct probe probe = {.of = 1};
    struct cluster *c = cluster_new(
        &(struct cluster_options){.members = 4, .seed = scenario_seed(), .ctx = &probe, .sent = note_probe});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(20));
    memcpy(probe.identity, cluster_identity(c, 1), sizeof probe.identity);
    cluster_cut_one_way(c, 0, 1);
    probe.begun = false;
    while (!probe.begun) {
        cluster_run(c, SELKIE_MS(1));
    }
    if (renews) {
        unsigned char next[8];
        memcpy(next, probe.identity, sizeof next);
        next[7]++;
        assert_int_equal(selkie_change_identity(cluster_engine(c, 1), next), SELKIE_OK);
    }
    cluster_run(c, SELKIE_MS(900)); /* less than a period: this one probe */
    finish(c);
    return probe.requests;
}

/* Rules: P6.12, P6.20 */
static void nobody_is_asked_to_probe_who_renewed_in_the_meantime(void **state) {
    (void)state;
    assert_int_equal(requests_for_former(false), 2); /* all that there are to ask */
    assert_int_equal(requests_for_former(true), 0);
}

struct replay {
    unsigned char bytes[1400];
    size_t size;
};

static void keep_ping(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                      size_t size) {
    struct replay *replay = ctx;
    if (from == 2 && to == 1 && header->message == SELKIE_PING && replay->size == 0) {
        memcpy(replay->bytes, bytes, size);
        replay->size = size;
    }
}

/* Rules: P9.9, P2.6 */
static void a_replayed_packet_of_a_former_life_changes_nothing(void **state) {
    (void)state;
    struct replay replay = {.size = 0};
    struct cluster *c = cluster_new(
        &(struct cluster_options){.members = 4, .seed = scenario_seed(), .ctx = &replay, .sent = keep_ping});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(20));
    check(c, replay.size > 0);
    cluster_restart(c, 2);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(20));
    struct cluster_counters before, after;
    cluster_counters(c, &before);
    assert_int_equal(selkie_handle_data(cluster_engine(c, 1), replay.bytes, replay.size), SELKIE_OK);
    cluster_counters(c, &after);
    check(c, after.sent[SELKIE_ACK] == before.sent[SELKIE_ACK]);
    check(c, after.sent[SELKIE_TURN_UNDEAD] == before.sent[SELKIE_TURN_UNDEAD] + 1);
    cluster_run(c, SELKIE_S(30));
    cluster_counters(c, &after);
    check(c, cluster_is_agreed(c));
    check(c, after.renames == before.renames && after.downs == before.downs && after.rejoins == 0);
    finish(c);
}

SCENARIOS(cmocka_unit_test(a_quick_restart_is_a_rename_and_nothing_else),
          cmocka_unit_test(a_restart_after_its_death_was_known_is_a_rename_and_an_up),
          cmocka_unit_test(a_renamed_member_is_not_taken_down_by_an_old_suspicion),
          cmocka_unit_test(a_member_that_restarts_again_and_again_takes_one_place_in_the_table),
          cmocka_unit_test(the_seed_itself_can_restart), cmocka_unit_test(a_whole_cluster_can_be_restarted_one_by_one),
          cmocka_unit_test(a_former_life_that_is_still_told_of_is_laid_to_rest),
          cmocka_unit_test(a_member_that_changes_its_identity_stays_a_member_of_all),
          cmocka_unit_test(nobody_is_asked_to_probe_who_renewed_in_the_meantime),
          cmocka_unit_test(a_replayed_packet_of_a_former_life_changes_nothing))
