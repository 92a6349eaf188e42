/* Scenarios on a simulated cluster, from the smallest on; docs/simulator.md goes through them. `simulator 17` plays them
 * with the seed 17. Each prints what it saw. */
#include "selkie/sim.h"
#include <stdlib.h>

static unsigned ms(uint64_t duration_us) {
    return (unsigned)(duration_us / SELKIE_MS(1));
}

/* example: smallest */
static void one_crashes(uint64_t seed) {
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5, .seed = seed));
    selkie_sim_form(sim);
    selkie_sim_crash(sim, 3);
    uint64_t took_us = selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60));
    printf("a crash: all know of it after %u ms\n", ms(took_us));
    selkie_sim_free(sim);
}
/* end: smallest */

/* example: network */
static void far_apart(uint64_t seed) {
    struct selkie_config config;
    selkie_config_wan(&config, 20);
    struct selkie_sim_link link = {.struct_size = sizeof link, .latency = SELKIE_SIM_LOG_NORMAL};
    link.latency_us = SELKIE_MS(40); /* half of the packets take less, and 99 of 100 less than the next */
    link.latency_high_us = SELKIE_MS(300);
    link.loss_ppm = SELKIE_SIM_PERCENT(2);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 20, .seed = seed, .config = &config, .link = &link));
    printf("far apart: all know all after %u ms", ms(selkie_sim_form(sim)));

    link.loss_ppm = SELKIE_SIM_PERCENT(60); /* what member 7 sends gets worse */
    selkie_sim_set_link(sim, 7, SELKIE_SIM_ALL, &link);
    selkie_sim_run(sim, SELKIE_S(3600));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    printf("; an hour later %u packets were lost, and %u members declared down\n", (unsigned)counters.lost,
           (unsigned)counters.downs);
    selkie_sim_free(sim);
}
/* end: network */

/* example: split */
static void split_and_healed(uint64_t seed) {
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 10, .seed = seed));
    selkie_sim_form(sim);
    selkie_sim_split(sim, 5);
    uint64_t apart_us = selkie_sim_until_agreed(sim, SELKIE_S(60)); /* each side has given up the other */
    selkie_sim_heal(sim);
    uint64_t together_us = selkie_sim_until_agreed(sim, selkie_sim_convergence_bound_us(sim));
    printf("a split: given up after %u ms, healed after %u ms\n", ms(apart_us), ms(together_us));
    selkie_sim_free(sim);
}
/* end: split */

/* example: at */
/* A rolling restart: every ten seconds the next one, as an upgrade does it. */
static void restart_next(selkie_sim *sim, void *ctx) {
    uint32_t *next = ctx;
    selkie_sim_restart(sim, *next);
    if (++*next < selkie_sim_size(sim)) {
        selkie_sim_at(sim, selkie_sim_now(sim) + SELKIE_S(10), restart_next, next);
    }
}

static void rolling_restart(uint64_t seed) {
    uint32_t next = 0;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 12, .seed = seed));
    selkie_sim_form(sim);
    selkie_sim_at(sim, selkie_sim_now(sim) + SELKIE_S(10), restart_next, &next);
    selkie_sim_run(sim, SELKIE_S(10) * selkie_sim_size(sim)); /* the last one is about to join again */
    uint64_t took_us = selkie_sim_until_all_know_all(sim, SELKIE_S(60));
    printf("a rolling restart: all know all %u ms after the last one\n", ms(took_us));
    selkie_sim_free(sim);
}
/* end: at */

/* example: calm */
static void a_bad_hour(uint64_t seed) {
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 16, .seed = seed));
    selkie_sim_form(sim);
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(20));
    selkie_sim_slow(sim, 3, SELKIE_MS(300));   /* overloaded: three things a second */
    selkie_sim_clock(sim, 5, 50000);           /* its seconds are 5 % too short */
    selkie_sim_bandwidth(sim, 7, 1000, 20000); /* a modem */
    selkie_sim_split_one_way(sim, 12);         /* 12 to 15 hear the others, and are not heard by them */
    selkie_sim_pause(sim, 9);
    selkie_sim_run(sim, SELKIE_S(3600));
    selkie_sim_calm(sim);
    uint64_t bound_us = selkie_sim_convergence_bound_us(sim);
    uint64_t took_us = selkie_sim_until_agreed(sim, bound_us);
    printf("after a bad hour: all agree again after %u ms, and may take %u\n", ms(took_us), ms(bound_us));
    selkie_sim_free(sim);
}
/* end: calm */

/* example: until */
/* Does member 0 suspect anybody? */
static bool is_suspicious(const selkie_sim *sim, void *ctx) {
    uint32_t *whom = ctx;
    for (*whom = 1; *whom < selkie_sim_size(sim); ++*whom) {
        if (selkie_sim_view(sim, 0, *whom) == SELKIE_SIM_SEES_SUSPECT) {
            return true;
        }
    }
    return false;
}

static void one_is_paused(uint64_t seed) {
    uint32_t whom;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 8, .seed = seed));
    selkie_sim_form(sim);
    selkie_sim_pause(sim, 6);
    uint64_t took_us = selkie_sim_until(sim, is_suspicious, &whom, SELKIE_S(60));
    printf("a pause: member %u is suspect after %u ms", (unsigned)whom, ms(took_us));
    selkie_sim_resume(sim, 6); /* in time to object */
    selkie_sim_until_all_see(sim, 6, SELKIE_SIM_SEES_ALIVE, SELKIE_S(60));
    printf(", and alive again with incarnation %u\n", (unsigned)selkie_incarnation(selkie_sim_engine(sim, 6)));
    selkie_sim_free(sim);
}
/* end: until */

/* example: notified */
struct tally {
    unsigned left, failed;
};

static void count(void *ctx, uint32_t member, const struct selkie_notification *notification) {
    struct tally *tally = ctx;
    (void)member; /* who was notified */
    if (notification->kind == SELKIE_NOTIFY_MEMBER_DOWN) {
        bool left = (notification->member.flags & SELKIE_LEFT) != 0;
        tally->left += left;
        tally->failed += !left;
    }
}

static void some_leave(uint64_t seed) {
    struct tally tally = {0};
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 6, .seed = seed, .ctx = &tally, .notified = count));
    selkie_sim_form(sim);
    selkie_sim_leave(sim, 4);
    selkie_sim_crash(sim, 5);
    selkie_sim_until_agreed(sim, SELKIE_S(60));
    printf("one left and one crashed: %u heard a farewell, %u a failure\n", tally.left, tally.failed);
    selkie_sim_free(sim);
}
/* end: notified */

/* example: violated */
static void print_violation(void *ctx, const struct selkie_sim_violation *violation) {
    bool *seen = ctx;
    if (!*seen) { /* what follows may follow from it */
        printf("a lie: %s: %s\n", selkie_sim_check_name(violation->check), violation->what);
    }
    *seen = true;
}

static void somebody_lies(uint64_t seed) {
    bool seen = false;
    selkie_sim *sim =
        selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5, .seed = seed, .ctx = &seen, .violated = print_violation));
    selkie_sim_form(sim);
    struct selkie_member lie = {.struct_size = sizeof lie, .state = SELKIE_DOWN};
    lie.identity = selkie_sim_identity(sim, 2);
    selkie_apply_many(selkie_sim_engine(sim, 1), &lie, 1, true); /* member 2 is well */
    selkie_sim_run(sim, SELKIE_S(10));
    selkie_sim_free(sim);
}
/* end: violated */

/* example: trace */
static void start_trace(selkie_sim *sim, void *ctx) {
    selkie_sim_trace(sim, ctx);
}

static void traced(uint64_t seed, FILE *out) {
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 3, .seed = seed));
    selkie_sim_at(sim, SELKIE_S(5), start_trace, out);
    selkie_sim_form(sim);
    selkie_sim_crash(sim, 2);
    selkie_sim_run(sim, SELKIE_S(6));
    selkie_sim_report(sim, out);
    selkie_sim_free(sim);
}
/* end: trace */

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    one_crashes(seed);
    far_apart(seed);
    split_and_healed(seed);
    a_bad_hour(seed);
    rolling_restart(seed);
    one_is_paused(seed);
    some_leave(seed);
    somebody_lies(seed);
    traced(seed, stdout);
    return 0;
}
