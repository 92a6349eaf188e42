/* Members that stop for a while: SIGSTOP, a long collection of garbage, a laptop's lid. */
#include "scenario.h"

/* Pause a member until it is suspected, and for `more_us` beyond that. */
static void pause_until_suspected(selkie_sim *sim, uint32_t member, uint64_t more_us) {
    selkie_sim_pause(sim, member);
    check(sim, selkie_sim_until_any_sees(sim, member, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, more_us);
    selkie_sim_resume(sim, member);
}

/* Rules: P13.2, P2.9, P6.18 */
static void a_short_pause_is_refuted_and_costs_no_identity(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 8);
    unsigned char identity[8];
    memcpy(identity, selkie_sim_identity(sim, 2), sizeof identity);
    for (unsigned times = 1; times <= 5; times++) {
        pause_until_suspected(sim, 2, SELKIE_S(2));
        check_between(sim, selkie_sim_until_all_see(sim, 2, SELKIE_SIM_SEES_ALIVE, SELKIE_S(60)), 0, SELKIE_S(3));
        selkie_sim_run(
            sim, SELKIE_S(30)); /* the suspicion's timers come back in the meantime, and find that it was refuted */
        check(sim, selkie_sim_is_agreed(sim));
    }
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.downs == 0 && counters.rejoins == 0 && counters.sent[SELKIE_TURN_UNDEAD] == 0);
    check(sim, selkie_incarnation(selkie_sim_engine(sim, 2)) >= 5);
    assert_memory_equal(selkie_sim_identity(sim, 2), identity, sizeof identity);
    finish(sim);
}

/* Rules: P26.2 */
static void who_wakes_and_knows_it_accuses_nobody_of_what_it_missed(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 8);
    selkie_sim_run(sim, SELKIE_S(5));
    for (unsigned times = 1; times <= 20; times++) {
        selkie_sim_pause(sim, 2);
        selkie_sim_run(sim, SELKIE_MS(2100 + 130 * times % 900));
        selkie_sim_wake(sim, 2);
        check(sim, selkie_awareness(selkie_sim_engine(sim, 2)) >= 2);
        selkie_sim_run(sim, SELKIE_S(10));
    }
    for (uint32_t member = 0; member < 8; member++) {
        check(sim, member == 2 || watch.about[member].probe_failures == 0);
    }
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Its suspicions wait for what it did not hear meanwhile. Rules: P26.2, P26.3 */
static void who_wakes_and_knows_it_waits_longer_for_a_suspect(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 8);
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_isolate(sim, 5);
    check(sim, selkie_sim_until_any_sees(sim, 5, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(1));
    check(sim, selkie_sim_view(sim, 2, 5) == SELKIE_SIM_SEES_SUSPECT);
    selkie_sim_isolate(sim, 2);
    selkie_sim_pause(sim, 2);
    selkie_sim_run(sim, SELKIE_S(100)); /* the suspicion would be over long since */
    selkie_sim_wake(sim, 2);
    selkie_sim_run(sim, SELKIE_S(90));
    check(sim, selkie_sim_view(sim, 2, 5) == SELKIE_SIM_SEES_SUSPECT);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, selkie_sim_view(sim, 2, 5) == SELKIE_SIM_SEES_DOWN);
    finish(sim);
}

/* Rules: P9.9, P13.4, P13.5, P13.6, P14.4 */
static void a_long_pause_ends_under_a_renewed_identity(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = talkative(8);
    selkie_sim *sim = watch_talkative(&watch, 8);
    unsigned char identity[8];
    memcpy(identity, selkie_sim_identity(sim, 2), sizeof identity);
    selkie_sim_pause(sim, 2);
    check(sim, selkie_sim_until_all_see(sim, 2, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_resume(sim, 2);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, greeting_most(&config, 8));
    selkie_sim_run(sim, SELKIE_S(120));
    check(sim, selkie_sim_is_agreed(sim));
    identity[7]++;
    assert_memory_equal(selkie_sim_identity(sim, 2), identity, sizeof identity);
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.rejoins == 1 && counters.defuncts == 0);
    check(sim, watch.about[2].downs == 7 && watch.about[2].renames == 7 && watch.about[2].ups == 14);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Rules: P9.9 */
static void without_notify_down_members_nobody_is_told_directly(void **state) {
    (void)state;
    struct selkie_config config = lan(5);
    config.notify_down_members = false;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 5, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_pause(sim, 2);
    check(sim, selkie_sim_until_all_see(sim, 2, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(30));
    selkie_sim_resume(sim, 2);
    selkie_sim_run(sim, SELKIE_S(30));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_TURN_UNDEAD] == 0);
    finish(sim);
}

static void never_renew(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_identity_type type;
    (void)ctx;
    (void)member;
    type = *options->type;
    type.renew = NULL;
    options->type = &type;
}

/* Rules: P5.7, P13.4, P13.5, P15.9 */
static void who_cannot_renew_is_defunct_until_the_cluster_forgot_it(void **state) {
    (void)state;
    struct selkie_config config = lan(5);
    config.remove_down_after_us = SELKIE_S(100);
    struct watch watch;
    selkie_sim *sim =
        watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 5, .config = &config, .prepare = never_renew));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_pause(sim, 2);
    check(sim, selkie_sim_until_all_see(sim, 2, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_resume(sim, 2);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, selkie_connection(selkie_sim_engine(sim, 2)) == SELKIE_UNDEAD);
    check(sim, selkie_sim_all_see(sim, 2, SELKIE_SIM_SEES_DOWN));
    check(sim, selkie_sim_until_all_see(sim, 2, SELKIE_SIM_SEES_NOTHING, SELKIE_S(200)) != SELKIE_SIM_NEVER);
    assert_int_equal(selkie_reuse_down_identity(selkie_sim_engine(sim, 2)), SELKIE_OK);
    selkie_sim_join(sim, 2, 0);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(30)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

/* It wakes up with everything overdue, and doubts the others before it has read what they sent. They are asked, and
 * stay. */
/* Rules: P6.3, P13.2 */
static void who_wakes_up_does_not_take_the_others_down(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 10);
    for (unsigned times = 0; times < 10; times++) {
        selkie_sim_pause(sim, 4);
        selkie_sim_run(sim, SELKIE_MS(1700) * (times + 1));
        selkie_sim_resume(sim, 4);
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
        selkie_sim_run(sim, SELKIE_S(30));
    }
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, member == 4 || watch.about[member].downs == 0);
    }
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

static void when_all_but_one_pause_they_come_together_again(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 5);
    for (uint32_t member = 0; member < 4; member++) {
        selkie_sim_pause(sim, member);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    check(sim, selkie_active_count(selkie_sim_engine(sim, 4)) == 0);
    selkie_sim_run(sim, SELKIE_S(60));
    for (uint32_t member = 0; member < 4; member++) {
        selkie_sim_resume(sim, member);
    }
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(300)), 1, SELKIE_S(150));
    selkie_sim_run(sim, SELKIE_S(120));
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

/* It was held for Down meanwhile, and goes on under another identity; but who told it so has ended. It keeps what it knew,
 * and looks at nobody before somebody is heard of (P15.6). That is no violation, however long it takes. */
/* Rules: P5.4, P15.6 */
static void who_wakes_up_to_find_nobody_keeps_what_it_knew(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_plain(&watch, 2);
    selkie_sim_pause(sim, 1);
    check(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_crash(sim, 0);
    selkie_sim_resume(sim, 1);
    selkie_sim_run(sim, 2 * selkie_sim_convergence_bound_us(sim));
    check(sim, selkie_connection(selkie_sim_engine(sim, 1)) == SELKIE_DISCONNECTED);
    check(sim, (selkie_sim_view(sim, 1, 0) & SELKIE_SIM_SEES_ACTIVE) != 0);
    selkie_sim_restart(sim, 0);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    finish(sim);
}

static void a_paused_members_inbox_is_bounded(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 10, .inbox_packets = 4));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_pause(sim, 4);
    selkie_sim_run(sim, SELKIE_S(20));
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    check(sim, before.overflowed > 0);
    selkie_sim_resume(sim, 4);
    selkie_sim_get_counters(sim, &after);
    check(sim, after.delivered - before.delivered == 4);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_short_pause_is_refuted_and_costs_no_identity),
          cmocka_unit_test(who_wakes_and_knows_it_accuses_nobody_of_what_it_missed),
          cmocka_unit_test(who_wakes_and_knows_it_waits_longer_for_a_suspect),
          cmocka_unit_test(a_long_pause_ends_under_a_renewed_identity),
          cmocka_unit_test(without_notify_down_members_nobody_is_told_directly),
          cmocka_unit_test(who_cannot_renew_is_defunct_until_the_cluster_forgot_it),
          cmocka_unit_test(who_wakes_up_does_not_take_the_others_down),
          cmocka_unit_test(when_all_but_one_pause_they_come_together_again),
          cmocka_unit_test(who_wakes_up_to_find_nobody_keeps_what_it_knew),
          cmocka_unit_test(a_paused_members_inbox_is_bounded))
