/* Tables of fixed size: full ones, ones that are too small, and ones full of the dead. */
#include "scenario.h"

static uint32_t bound_of_all; /* what prepare_bound gives to every engine */

static void prepare_bound(void *ctx, uint32_t member, struct selkie_options *options) {
    (void)ctx;
    (void)member;
    options->max_members = bound_of_all;
}

static selkie_sim *bounded(struct watch *watch, uint32_t members, uint32_t bound) {
    bound_of_all = bound;
    return watch_cluster(watch, SELKIE_SIM_OPTIONS(.members = members, .prepare = prepare_bound));
}

static uint64_t total(selkie_sim *sim, bool displaced) {
    uint64_t sum = 0;
    for (uint32_t member = 0; member < selkie_sim_size(sim); member++) {
        struct selkie_stats stats = {.struct_size = sizeof stats};
        selkie_get_stats(selkie_sim_engine(sim, member), &stats);
        sum += displaced ? stats.members_displaced : stats.members_refused;
    }
    return sum;
}

/* Rules: P19.2, P19.5 */
static void a_table_that_is_exactly_full_works_like_any(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = bounded(&watch, 10, 9);
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    check(sim, total(sim, false) == 0);
    selkie_sim_crash(sim, 4);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    selkie_sim_restart(sim, 4);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    check(sim, watch.wrong_downs == 0);
    for (uint32_t member = 0; member < 10; member++) {
        struct selkie_cursor cursor = {0};
        struct selkie_member seen = {.struct_size = sizeof seen};
        while (selkie_next(selkie_sim_engine(sim, member), &cursor, &seen)) {
            check(sim, seen.slot < 9);
        }
    }
    finish(sim);
}

/* Ten members that remember five others each. Nobody can know all; nobody may be called down for that. */
/* Rules: P19.2, P19.3 */
static void members_that_find_no_place_in_a_table_do_not_flap(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = bounded(&watch, 10, 5);
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 10; member++) {
        selkie_sim_join(sim, member, 0);
    }
    selkie_sim_run(sim, SELKIE_S(60));
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    selkie_sim_run(sim, SELKIE_S(600));
    selkie_sim_get_counters(sim, &after);
    check(sim, after.ups == before.ups && after.downs == 0 && after.rejoins == 0);
    check(sim, after.sent[SELKIE_TURN_UNDEAD] == 0);
    check(sim, total(sim, false) > 0 && total(sim, true) == 0);
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, selkie_active_count(selkie_sim_engine(sim, member)) <= 5);
        check(sim, selkie_active_count(selkie_sim_engine(sim, member)) > 0);
    }
    finish(sim);
}

/* Twelve addresses, six of them alive at a time, in tables of seven. */
/* Rules: P19.1 */
static void the_dead_make_room_for_the_living(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = bounded(&watch, 12, 7);
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 6; member++) {
        selkie_sim_join(sim, member, 0);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    for (uint32_t member = 1; member < 6; member++) {
        selkie_sim_crash(sim, member);
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
        selkie_sim_join(sim, member + 6, 0);
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    }
    check(sim, selkie_member_count(selkie_sim_engine(sim, 0)) <= 7);
    struct selkie_stats stats = {.struct_size = sizeof stats};
    selkie_get_stats(selkie_sim_engine(sim, 0), &stats);
    check(sim, stats.members_displaced >= 3);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_table_that_is_exactly_full_works_like_any),
          cmocka_unit_test(members_that_find_no_place_in_a_table_do_not_flap),
          cmocka_unit_test(the_dead_make_room_for_the_living))
