/* What a configuration does to a cluster, tried in the simulator; docs/tuning.md goes through it. `tuning` prints all its
 * tables, `tuning 17 100` those of the seed 17 for clusters of at most 100. */
#include "selkie/sim.h"
#include <stdlib.h>

/* example: crash */
enum { RUNS = 5 };

struct found { /* in each run */
    uint64_t suspected_us[RUNS], known_us[RUNS];
    uint64_t packets, bytes; /* in all runs together */
};

/* A cluster in which all know each other is left alone, then one member crashes. What does each send in a minute in which
 * nothing happens? When does the first other suspect the one that crashed, and when do all hold it for Down? */
static void crash_one(const struct selkie_config *config, uint32_t members, uint64_t seed, struct found *found) {
    struct selkie_sim_counters before, after;
    *found = (struct found){.packets = 0};
    for (unsigned run = 0; run < RUNS; run++) {
        struct selkie_sim_options options = {.struct_size = sizeof options, .members = members, .config = config};
        options.seed = seed * 1000 + run;
        options.checks_off = UINT32_MAX; /* these are for bugs, and take time */
        selkie_sim *sim = selkie_sim_new(&options);
        selkie_sim_acquaint(sim, config->probe_period_us);
        selkie_sim_run(sim, SELKIE_S(60)); /* until each has announced once */
        selkie_sim_get_counters(sim, &before);
        selkie_sim_run(sim, SELKIE_S(60));
        selkie_sim_get_counters(sim, &after);
        found->packets += after.packets - before.packets;
        found->bytes += after.bytes - before.bytes;
        selkie_sim_crash(sim, members / 2);
        uint64_t crashed_us = selkie_sim_now(sim);
        selkie_sim_until_any_sees(sim, members / 2, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(600));
        found->suspected_us[run] = selkie_sim_now(sim) - crashed_us;
        selkie_sim_until_all_see(sim, members / 2, SELKIE_SIM_SEES_DOWN, SELKIE_S(600));
        found->known_us[run] = selkie_sim_now(sim) - crashed_us;
        selkie_sim_free(sim);
    }
}
/* end: crash */

static unsigned ms(uint64_t duration_us) {
    return (unsigned)(duration_us / SELKIE_MS(1));
}

static int compare(const void *a, const void *b) {
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static unsigned middle_ms(uint64_t *durations_us) {
    qsort(durations_us, RUNS, sizeof *durations_us, compare);
    return ms(durations_us[RUNS / 2]);
}

static void print_crash(const char *name, const struct selkie_config *config, uint32_t members, uint64_t seed) {
    struct found found;
    crash_one(config, members, seed, &found);
    uint64_t seconds = (uint64_t)60 * members * RUNS;
    printf("%-16s %7u %9u %7u", name, (unsigned)members, middle_ms(found.suspected_us), middle_ms(found.known_us));
    printf(" %7u %7u.%02u", ms(found.known_us[RUNS - 1]), (unsigned)(found.packets / seconds),
           (unsigned)(found.packets % seconds * 100 / seconds));
    printf(" %7u\n", (unsigned)(found.bytes / seconds));
}

/* example: own */
static void crashes(uint64_t seed, uint32_t most) {
    struct selkie_config config;
    printf("                 members suspected    Down  latest  packets/s bytes/s\n");
    for (uint32_t members = 10; members <= most; members *= 10) {
        selkie_config_lan(&config, members);
        print_crash("lan", &config, members, seed);
    }
    selkie_config_lan(&config, 100);
    config.probe_period_us = SELKIE_MS(500); /* with adapt_multiplier suspicion is so many periods */
    config.probe_rtt_us = SELKIE_MS(200);
    print_crash("twice as fast", &config, 100, seed);
    selkie_config_wan(&config, 100);
    print_crash("wan", &config, 100, seed);
}
/* end: own */

/* example: alarms */
enum { MEMBERS = 16, SICK = 2 };

struct alarms {
    const selkie_sim *sim;
    unsigned sick, healthy; /* whom others held for Down, each time that one did */
};

static void hear(void *ctx, uint32_t member, const struct selkie_notification *notification) {
    struct alarms *alarms = ctx;
    (void)member;
    if (notification->kind == SELKIE_NOTIFY_MEMBER_DOWN) {
        bool sick = selkie_sim_member_at(alarms->sim, notification->member.identity) < SICK;
        alarms->sick += sick;
        alarms->healthy += !sick;
    }
}

/* For ten minutes two members of 16 stand still for four of every ten seconds. Nobody crashes. */
static void stand_still(const struct selkie_config *config, bool say_so, uint64_t seed, struct alarms *alarms) {
    struct selkie_sim_options options = {.struct_size = sizeof options, .members = MEMBERS, .config = config};
    options.seed = seed;
    options.checks_off = UINT32_MAX;
    options.ctx = alarms;
    options.notified = hear;
    selkie_sim *sim = selkie_sim_new(&options);
    alarms->sim = sim;
    selkie_sim_acquaint(sim, config->probe_period_us);
    for (unsigned i = 0; i < 60; i++) {
        selkie_sim_run(sim, SELKIE_S(6));
        for (uint32_t member = 0; member < SICK; member++) {
            selkie_sim_pause(sim, member);
        }
        selkie_sim_run(sim, SELKIE_S(4));
        for (uint32_t member = 0; member < SICK; member++) {
            if (say_so) {
                (void)selkie_paused(selkie_sim_engine(sim, member), SELKIE_S(4));
            }
            selkie_sim_resume(sim, member);
        }
    }
    selkie_sim_free(sim);
}
/* end: alarms */

static void print_alarms(const char *name, const struct selkie_config *config, bool say_so, uint64_t seed) {
    struct alarms alarms = {0};
    for (unsigned run = 0; run < RUNS; run++) {
        stand_still(config, say_so, seed * 1000 + run, &alarms);
    }
    printf("%-24s %7u %7u\n", name, alarms.sick, alarms.healthy);
}

static void alarms(uint64_t seed) {
    struct selkie_config config;
    printf("                            sick healthy\n");
    selkie_config_lan(&config, MEMBERS);
    print_alarms("all three, as in lan", &config, false, seed);
    config.awareness_max = 0;
    print_alarms("without local health", &config, false, seed);
    selkie_config_lan(&config, MEMBERS);
    config.suspicion_max_factor = 0;
    print_alarms("without agreement", &config, false, seed);
    selkie_config_lan(&config, MEMBERS);
    config.suspects_hear_first = false;
    print_alarms("without suspects first", &config, false, seed);
    config.awareness_max = 0;
    config.suspicion_max_factor = 0;
    print_alarms("none of the three", &config, false, seed);
    print_alarms("none, but selkie_paused", &config, true, seed);
}

/* example: farewells */
/* Of a hundred members that leave a cluster of 16, each one of its own: how many are not known to all to have left after
 * five seconds? */
static unsigned unheard(const struct selkie_config *config, uint64_t seed) {
    unsigned unheard = 0;
    for (unsigned run = 0; run < 100; run++) {
        struct selkie_sim_options options = {.struct_size = sizeof options, .members = MEMBERS, .config = config};
        options.seed = seed * 1000 + run;
        options.checks_off = UINT32_MAX;
        selkie_sim *sim = selkie_sim_new(&options);
        selkie_sim_acquaint(sim, config->probe_period_us);
        selkie_sim_run(sim, SELKIE_S(2));
        selkie *engine = selkie_sim_engine(sim, 0);
        (void)selkie_leave(engine);
        while (selkie_farewell_pending(engine)) {
            selkie_sim_run(sim, SELKIE_MS(50));
            (void)selkie_gossip(engine);
        }
        unheard += selkie_sim_until_all_see(sim, 0, SELKIE_SIM_SEES_DOWN, SELKIE_S(5)) == SELKIE_SIM_NEVER;
        selkie_sim_free(sim);
    }
    return unheard;
}

static void farewells(uint64_t seed) {
    struct selkie_config config;
    selkie_config_lan(&config, MEMBERS);
    config.adapt_multiplier = 0; /* or it would choose max_transmissions itself */
    printf("transmissions   not known to all\n");
    for (uint8_t transmissions = 2; transmissions <= 10; transmissions = (uint8_t)(transmissions + 2)) {
        config.max_transmissions = transmissions;
        printf("%13u   %3u of 100\n", transmissions, unheard(&config, seed));
    }
}
/* end: farewells */

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    crashes(seed, argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000);
    alarms(seed);
    farewells(seed);
    return 0;
}
