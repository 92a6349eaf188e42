/* What a configuration does to a cluster, tried in the simulator: how soon a crash is noticed, and what that costs. A
 * beginning for what `selkie sim` cannot say: an identity, a codec or broadcasts of one's own. `tuning` prints a table,
 * `tuning 17 100` that of the seed 17 for clusters of at most 100. docs/tuning.md quotes it. */
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

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    crashes(seed, argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1000);
    return 0;
}
