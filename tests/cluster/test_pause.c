/* Members that stop for a while: SIGSTOP, a long collection of garbage, a laptop's lid. */
#include "scenario.h"

/* Pause a member until it is suspected, and for `more_us` beyond that. */
static void pause_until_suspected(struct cluster *c, uint32_t member, uint64_t more_us) {
    cluster_pause(c, member);
    check(c, cluster_until_any_sees(c, member, CLUSTER_SEES_SUSPECT, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_run(c, more_us);
    cluster_resume(c, member);
}

/* Rules: P13.2, P2.9, P6.18 */
static void a_short_pause_is_refuted_and_costs_no_identity(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 8);
    unsigned char identity[8];
    memcpy(identity, cluster_identity(c, 2), sizeof identity);
    for (unsigned times = 1; times <= 5; times++) {
        pause_until_suspected(c, 2, SELKIE_S(2));
        check_between(c, cluster_until_all_see(c, 2, CLUSTER_SEES_ALIVE, SELKIE_S(60)), 0, SELKIE_S(3));
        cluster_run(c,
                    SELKIE_S(30)); /* the suspicion's timers come back in the meantime, and find that it was refuted */
        check(c, cluster_is_agreed(c));
    }
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.downs == 0 && counters.rejoins == 0 && counters.sent[SELKIE_TURN_UNDEAD] == 0);
    check(c, selkie_incarnation(cluster_engine(c, 2)) >= 5);
    assert_memory_equal(cluster_identity(c, 2), identity, sizeof identity);
    finish(c);
}

/* Rules: P9.9, P13.4, P13.5, P13.6, P14.4 */
static void a_long_pause_ends_under_a_renewed_identity(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = talkative(8);
    struct cluster *c = watch_talkative(&watch, 8);
    unsigned char identity[8];
    memcpy(identity, cluster_identity(c, 2), sizeof identity);
    cluster_pause(c, 2);
    check(c, cluster_until_all_see(c, 2, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_resume(c, 2);
    check_between(c, cluster_until_agreed(c, SELKIE_S(60)), 1, greeting_most(&config, 8));
    cluster_run(c, SELKIE_S(120));
    check(c, cluster_is_agreed(c));
    identity[7]++;
    assert_memory_equal(cluster_identity(c, 2), identity, sizeof identity);
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.rejoins == 1 && counters.defuncts == 0);
    check(c, watch.about[2].downs == 7 && watch.about[2].renames == 7 && watch.about[2].ups == 14);
    check(c, watch.wrong_downs == 0);
    finish(c);
}

/* Rules: P9.9 */
static void without_notify_down_members_nobody_is_told_directly(void **state) {
    (void)state;
    struct selkie_config config = lan(5);
    config.notify_down_members = false;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 5, .config = &config});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_pause(c, 2);
    check(c, cluster_until_all_see(c, 2, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(30));
    cluster_resume(c, 2);
    cluster_run(c, SELKIE_S(30));
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.sent[SELKIE_TURN_UNDEAD] == 0);
    finish(c);
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
    struct cluster *c =
        watch_cluster(&watch, &(struct cluster_options){.members = 5, .config = &config, .prepare = never_renew});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_pause(c, 2);
    check(c, cluster_until_all_see(c, 2, CLUSTER_SEES_DOWN, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_resume(c, 2);
    cluster_run(c, SELKIE_S(60));
    check(c, selkie_connection(cluster_engine(c, 2)) == SELKIE_UNDEAD);
    check(c, cluster_all_see(c, 2, CLUSTER_SEES_DOWN));
    check(c, cluster_until_all_see(c, 2, CLUSTER_SEES_NOTHING, SELKIE_S(200)) != CLUSTER_NEVER);
    assert_int_equal(selkie_reuse_down_identity(cluster_engine(c, 2)), SELKIE_OK);
    cluster_join(c, 2, 0);
    check(c, cluster_until_agreed(c, SELKIE_S(30)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(60));
    check(c, cluster_is_agreed(c));
    finish(c);
}

/* It wakes up with everything overdue, and doubts the others before it has read what they sent. They are asked, and
 * stay. */
/* Rules: P6.3, P13.2 */
static void who_wakes_up_does_not_take_the_others_down(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_talkative(&watch, 10);
    for (unsigned times = 0; times < 10; times++) {
        cluster_pause(c, 4);
        cluster_run(c, SELKIE_MS(1700) * (times + 1));
        cluster_resume(c, 4);
        check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
        cluster_run(c, SELKIE_S(30));
    }
    for (uint32_t member = 0; member < 10; member++) {
        check(c, member == 4 || watch.about[member].downs == 0);
    }
    check(c, cluster_is_agreed(c));
    finish(c);
}

static void when_all_but_one_pause_they_come_together_again(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_lan(&watch, 5);
    for (uint32_t member = 0; member < 4; member++) {
        cluster_pause(c, member);
    }
    check(c, cluster_until_agreed(c, SELKIE_S(120)) != CLUSTER_NEVER);
    check(c, selkie_active_count(cluster_engine(c, 4)) == 0);
    cluster_run(c, SELKIE_S(60));
    for (uint32_t member = 0; member < 4; member++) {
        cluster_resume(c, member);
    }
    check_between(c, cluster_until_agreed(c, SELKIE_S(300)), 1, SELKIE_S(150));
    cluster_run(c, SELKIE_S(120));
    check(c, cluster_is_agreed(c));
    finish(c);
}

static void a_paused_members_inbox_is_bounded(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 10, .inbox_packets = 4});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_pause(c, 4);
    cluster_run(c, SELKIE_S(20));
    struct cluster_counters before, after;
    cluster_counters(c, &before);
    check(c, before.overflowed > 0);
    cluster_resume(c, 4);
    cluster_counters(c, &after);
    check(c, after.delivered - before.delivered == 4);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    finish(c);
}

SCENARIOS(cmocka_unit_test(a_short_pause_is_refuted_and_costs_no_identity),
          cmocka_unit_test(a_long_pause_ends_under_a_renewed_identity),
          cmocka_unit_test(without_notify_down_members_nobody_is_told_directly),
          cmocka_unit_test(who_cannot_renew_is_defunct_until_the_cluster_forgot_it),
          cmocka_unit_test(who_wakes_up_does_not_take_the_others_down),
          cmocka_unit_test(when_all_but_one_pause_they_come_together_again),
          cmocka_unit_test(a_paused_members_inbox_is_bounded))
