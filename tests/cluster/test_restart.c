/* Members that come back at the same address: the new life takes the place of the old one. */
#include "scenario.h"

/* Rules: P1.4, P2.7, P14.4 */
static void a_quick_restart_is_a_rename_and_nothing_else(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    selkie_sim *sim = watch_talkative(&watch, 8);
    selkie_sim_run(sim, SELKIE_S(10));
    selkie_sim_restart(sim, 3);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, greeting_most(&config, 8));
    selkie_sim_run(sim, SELKIE_S(120));
    check(sim, selkie_sim_is_agreed(sim));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.renames == 7 && counters.downs == 0);
    check(sim, watch.about[3].renames == 7 && watch.about[3].ups == 7);
    finish(sim);
}

/* Rules: P14.1, P14.4 */
static void a_restart_after_its_death_was_known_is_a_rename_and_an_up(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    selkie_sim *sim = watch_talkative(&watch, 8);
    selkie_sim_crash(sim, 3);
    check(sim, selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_restart(sim, 3);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, greeting_most(&config, 8));
    selkie_sim_run(sim, SELKIE_S(120));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, watch.about[3].renames == 7 && watch.about[3].ups == 14 && watch.about[3].downs == 7);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Rules: P8.5, P6.16 */
static void a_renamed_member_is_not_taken_down_by_an_old_suspicion(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 8);
    for (unsigned times = 0; times < 5; times++) {
        selkie_sim_crash(sim, 3);
        check(sim, selkie_sim_until_any_sees(sim, 3, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
        selkie_sim_run(sim, SELKIE_S(1));
        selkie_sim_restart(sim, 3);
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
        selkie_sim_run(sim, SELKIE_S(30));
        check(sim, selkie_sim_is_agreed(sim));
    }
    check(sim, watch.about[3].downs == 0);
    finish(sim);
}

/* Rules: P1.4, P19.5 */
static void a_member_that_restarts_again_and_again_takes_one_place_in_the_table(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 4);
    for (unsigned times = 0; times < 50; times++) {
        selkie_sim_restart(sim, 1);
        selkie_sim_run(sim, SELKIE_MS(700));
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    for (uint32_t member = 0; member < 4; member++) {
        check(sim, selkie_member_count(selkie_sim_engine(sim, member)) - (member == 1) <= 3);
    }
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

static void the_seed_itself_can_restart(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(6);
    selkie_sim *sim = watch_talkative(&watch, 6);
    selkie_sim_crash(sim, 0);
    selkie_sim_run(sim, SELKIE_S(1));
    selkie_sim_join(sim, 0, 4);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, greeting_most(&config, 6));
    check(sim, watch.about[0].downs == 0);
    finish(sim);
}

/* All have forgotten it, and nobody knocks at its door: it has to join by itself. */
static void who_left_and_is_restarted_joins_as_before(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(4);
    config.periodic_announce_to_down_members.every_us = 0;
    config.periodic_announce_to_down_members.members = 0;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 4, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_leave(sim, 3);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_restart(sim, 3);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, greeting_most(&config, 4));
    finish(sim);
}

static void a_whole_cluster_can_be_restarted_one_by_one(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 6);
    for (uint32_t member = 0; member < 6; member++) {
        selkie_sim_leave(sim, member);
        selkie_sim_run(sim, SELKIE_S(1));
        selkie_sim_crash(sim, member);
        selkie_sim_run(sim, SELKIE_S(2));
        selkie_sim_join(sim, member, (member + 1) % 6);
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    }
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* A member is told of its own former life, as active, and sees to it that it is Down with the teller too. */
/* Rules: P10.2 */
static void a_former_life_that_is_still_told_of_is_laid_to_rest(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 4);
    unsigned char former[8];
    memcpy(former, selkie_sim_identity(sim, 2), sizeof former);
    selkie_sim_restart(sim, 2);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    struct selkie_member told = {
        .struct_size = sizeof told, .identity = former, .incarnation = 7, .state = SELKIE_ALIVE};
    assert_int_equal(selkie_apply_many(selkie_sim_engine(sim, 2), &told, 1, true), SELKIE_OK);
    struct selkie_member held = {.struct_size = sizeof held};
    assert_true(selkie_find(selkie_sim_engine(sim, 2), former, &held));
    check(sim, held.state == SELKIE_DOWN && held.incarnation == 0);
    selkie_sim_run(sim, SELKIE_S(30));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, watch.about[2].downs == 0);
    finish(sim);
}

/* Rules: P14.4, P15.6, P15.8 */
static void a_member_that_changes_its_identity_stays_a_member_of_all(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    selkie_sim *sim = watch_talkative(&watch, 8);
    unsigned char next[8];
    memcpy(next, selkie_sim_identity(sim, 3), sizeof next);
    for (unsigned times = 1; times <= 5; times++) {
        next[7]++;
        assert_int_equal(selkie_change_identity(selkie_sim_engine(sim, 3), next), SELKIE_OK);
        check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, greeting_most(&config, 8));
        check(sim, watch.about[3].renames == 7 * times);
        selkie_sim_run(sim, SELKIE_S(30));
    }
    check(sim, watch.about[3].downs == 0 && watch.wrong_downs == 0);
    finish(sim);
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
    selkie_sim *sim =
        selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 4, .seed = scenario_seed(), .ctx = &probe, .sent = note_probe));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(20));
    memcpy(probe.identity, selkie_sim_identity(sim, 1), sizeof probe.identity);
    selkie_sim_cut_one_way(sim, 0, 1);
    probe.begun = false;
    while (!probe.begun) {
        selkie_sim_run(sim, SELKIE_MS(1));
    }
    if (renews) {
        unsigned char next[8];
        memcpy(next, probe.identity, sizeof next);
        next[7]++;
        assert_int_equal(selkie_change_identity(selkie_sim_engine(sim, 1), next), SELKIE_OK);
    }
    selkie_sim_run(sim, SELKIE_MS(900)); /* less than a period: this one probe */
    finish(sim);
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
    selkie_sim *sim =
        selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 4, .seed = scenario_seed(), .ctx = &replay, .sent = keep_ping));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(20));
    check(sim, replay.size > 0);
    selkie_sim_restart(sim, 2);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(20));
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    assert_int_equal(selkie_handle_data(selkie_sim_engine(sim, 1), replay.bytes, replay.size), SELKIE_OK);
    selkie_sim_get_counters(sim, &after);
    check(sim, after.sent[SELKIE_ACK] == before.sent[SELKIE_ACK]);
    check(sim, after.sent[SELKIE_TURN_UNDEAD] == before.sent[SELKIE_TURN_UNDEAD] + 1);
    selkie_sim_run(sim, SELKIE_S(30));
    selkie_sim_get_counters(sim, &after);
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, after.renames == before.renames && after.downs == before.downs && after.rejoins == 0);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_quick_restart_is_a_rename_and_nothing_else),
          cmocka_unit_test(a_restart_after_its_death_was_known_is_a_rename_and_an_up),
          cmocka_unit_test(a_renamed_member_is_not_taken_down_by_an_old_suspicion),
          cmocka_unit_test(a_member_that_restarts_again_and_again_takes_one_place_in_the_table),
          cmocka_unit_test(who_left_and_is_restarted_joins_as_before), cmocka_unit_test(the_seed_itself_can_restart),
          cmocka_unit_test(a_whole_cluster_can_be_restarted_one_by_one),
          cmocka_unit_test(a_former_life_that_is_still_told_of_is_laid_to_rest),
          cmocka_unit_test(a_member_that_changes_its_identity_stays_a_member_of_all),
          cmocka_unit_test(nobody_is_asked_to_probe_who_renewed_in_the_meantime),
          cmocka_unit_test(a_replayed_packet_of_a_former_life_changes_nothing))
