/* Tables of fixed size: full ones, ones that are too small, and ones full of the dead. */
#include "scenario.h"

static uint32_t bound_of_all; /* what prepare_bound gives to every engine */

static void prepare_bound(void *ctx, uint32_t member, struct selkie_options *options) {
    (void)ctx;
    (void)member;
    options->max_members = bound_of_all;
}

static struct cluster *bounded(struct watch *watch, uint32_t members, uint32_t bound) {
    bound_of_all = bound;
    return watch_cluster(watch, &(struct cluster_options){.members = members, .prepare = prepare_bound});
}

static uint64_t total(struct cluster *c, bool displaced) {
    uint64_t sum = 0;
    for (uint32_t member = 0; member < cluster_size(c); member++) {
        struct selkie_stats stats = {.struct_size = sizeof stats};
        selkie_get_stats(cluster_engine(c, member), &stats);
        sum += displaced ? stats.members_displaced : stats.members_refused;
    }
    return sum;
}

/* Rules: P19.2, P19.5 */
static void a_table_that_is_exactly_full_works_like_any(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = bounded(&watch, 10, 9);
    check(c, cluster_form(c) != CLUSTER_NEVER);
    check(c, total(c, false) == 0);
    cluster_crash(c, 4);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    cluster_restart(c, 4);
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    check(c, watch.wrong_downs == 0);
    for (uint32_t member = 0; member < 10; member++) {
        struct selkie_cursor cursor = {0};
        struct selkie_member seen = {.struct_size = sizeof seen};
        while (selkie_next(cluster_engine(c, member), &cursor, &seen)) {
            check(c, seen.slot < 9);
        }
    }
    finish(c);
}

/* Ten members that remember five others each. Nobody can know all; nobody may be called down for that. */
/* Rules: P19.2, P19.3 */
static void members_that_find_no_place_in_a_table_do_not_flap(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = bounded(&watch, 10, 5);
    cluster_start(c, 0);
    for (uint32_t member = 1; member < 10; member++) {
        cluster_join(c, member, 0);
    }
    cluster_run(c, SELKIE_S(60));
    struct cluster_counters before, after;
    cluster_counters(c, &before);
    cluster_run(c, SELKIE_S(600));
    cluster_counters(c, &after);
    check(c, after.ups == before.ups && after.downs == 0 && after.rejoins == 0);
    check(c, after.sent[SELKIE_TURN_UNDEAD] == 0);
    check(c, total(c, false) > 0 && total(c, true) == 0);
    for (uint32_t member = 0; member < 10; member++) {
        check(c, selkie_active_count(cluster_engine(c, member)) <= 5);
        check(c, selkie_active_count(cluster_engine(c, member)) > 0);
    }
    finish(c);
}

/* Twelve addresses, six of them alive at a time, in tables of seven. */
/* Rules: P19.1 */
static void the_dead_make_room_for_the_living(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = bounded(&watch, 12, 7);
    cluster_start(c, 0);
    for (uint32_t member = 1; member < 6; member++) {
        cluster_join(c, member, 0);
    }
    check(c, cluster_until_agreed(c, SELKIE_S(60)) != CLUSTER_NEVER);
    for (uint32_t member = 1; member < 6; member++) {
        cluster_crash(c, member);
        check(c, cluster_until_agreed(c, SELKIE_S(120)) != CLUSTER_NEVER);
        cluster_join(c, member + 6, 0);
        check(c, cluster_until_agreed(c, SELKIE_S(120)) != CLUSTER_NEVER);
    }
    check(c, selkie_member_count(cluster_engine(c, 0)) <= 7);
    struct selkie_stats stats = {.struct_size = sizeof stats};
    selkie_get_stats(cluster_engine(c, 0), &stats);
    check(c, stats.members_displaced >= 3);
    check(c, watch.wrong_downs == 0);
    finish(c);
}

SCENARIOS(cmocka_unit_test(a_table_that_is_exactly_full_works_like_any),
          cmocka_unit_test(members_that_find_no_place_in_a_table_do_not_flap),
          cmocka_unit_test(the_dead_make_room_for_the_living))
