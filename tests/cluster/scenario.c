/* What the scenarios share. */
#include "scenario.h"
#include "common/plain_swim.h"

#include <inttypes.h>
#include <stdlib.h>

static uint64_t seed_given = 1;

uint64_t scenario_seed(void) {
    return seed_given;
}

int scenario_main(int argc, char **argv, const char *name, const struct CMUnitTest *tests, size_t count) {
    if (argc == 3 && strcmp(argv[1], "--seed") == 0) {
        seed_given = strtoull(argv[2], NULL, 0);
    } else if (argc != 1) {
        fprintf(stderr, "usage: %s [--seed NUMBER]\n", argv[0]);
        return 2;
    }
    printf("seed %" PRIu64 "\n", seed_given);
    return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
}

struct selkie_config lan(uint32_t members) {
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_config_lan(&config, members);
    return config;
}

struct selkie_config plain(uint32_t members) {
    struct selkie_config config = lan(members);
    plain_swim(&config);
    return config;
}

struct selkie_config talkative(uint32_t members) {
    struct selkie_config config = lan(members);
    config.max_transmissions = 20;
    config.adapt_multiplier = 0; /* or it would not stay so */
    return config;
}

/* ---- Watch ---- */

static bool is_live_as(const selkie_sim *sim, const void *identity, uint32_t member) {
    return selkie_sim_is_live(sim, member) && memcmp(identity, selkie_sim_identity(sim, member), 8) == 0;
}

static void notified(void *ctx, uint32_t observer, const struct selkie_notification *notification) {
    struct watch *watch = ctx;
    (void)observer;
    if (notification->member.identity == NULL) {
        return;
    }
    uint32_t member = selkie_sim_member_at(watch->cluster, notification->member.identity);
    if (member >= WATCHED_MEMBERS) {
        return;
    }
    struct news *news = &watch->about[member];
    news->ups += notification->kind == SELKIE_NOTIFY_MEMBER_UP;
    news->renames += notification->kind == SELKIE_NOTIFY_RENAME;
    news->probe_failures += notification->kind == SELKIE_NOTIFY_PROBE_FAILED;
    if (notification->kind == SELKIE_NOTIFY_MEMBER_DOWN) {
        news->downs++;
        news->left += (notification->member.flags & SELKIE_LEFT) != 0;
        watch->wrong_downs += is_live_as(watch->cluster, notification->member.identity, member);
    }
}

selkie_sim *watch_cluster(struct watch *watch, const struct selkie_sim_options *options) {
    struct selkie_sim_options watched = *options;
    watched.seed = seed_given;
    watched.ctx = watch;
    watched.notified = notified;
    memset(watch, 0, sizeof *watch);
    watch->cluster = selkie_sim_new(&watched);
    return watch->cluster;
}

static selkie_sim *watch_formed(struct watch *watch, uint32_t members, struct selkie_config config) {
    config.observe = SELKIE_OBSERVE_PROBE_FAILED;
    selkie_sim *sim = watch_cluster(watch, SELKIE_SIM_OPTIONS(.members = members, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    return sim;
}

selkie_sim *watch_lan(struct watch *watch, uint32_t members) {
    return watch_formed(watch, members, lan(members));
}

selkie_sim *watch_plain(struct watch *watch, uint32_t members) {
    return watch_formed(watch, members, plain(members));
}

selkie_sim *watch_talkative(struct watch *watch, uint32_t members) {
    return watch_formed(watch, members, talkative(members));
}

/* ---- Checks ---- */

void check_(selkie_sim *sim, bool holds, const char *text, const char *file, int line) {
    if (!holds) {
        print_error("does not hold: %s\n", text);
        selkie_sim_report(sim, stderr);
        _fail(file, line);
    }
}

void check_between_(selkie_sim *sim, uint64_t took_us, uint64_t least_us, uint64_t most_us, const char *text,
                    const char *file, int line) {
    if (took_us < least_us || took_us > most_us) {
        print_error("%s: %" PRIu64 " us, not between %" PRIu64 " and %" PRIu64 "\n", text, took_us, least_us, most_us);
        selkie_sim_report(sim, stderr);
        _fail(file, line);
    }
}

void finish(selkie_sim *sim) {
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.errors == 0);
    selkie_sim_free(sim);
}

static uint64_t longest_suspicion(const struct selkie_config *config) {
    bool shared = config->suspicion_max_factor > 1 && config->suspicion_confirmations > 0;
    return config->suspect_to_down_after_us * (shared ? config->suspicion_max_factor : 1u);
}

uint64_t detection_most(const struct selkie_config *config, uint32_t members) {
    uint64_t probes = 2 * (uint64_t)(members - 1) * (config->awareness_max + 1u);
    return probes * config->probe_period_us + longest_suspicion(config) + SELKIE_MS(10);
}

uint64_t greeting_most(const struct selkie_config *config, uint32_t members) {
    return 2 * (uint64_t)(members - 1) * config->probe_period_us + SELKIE_MS(10);
}

uint64_t detection_least(const struct selkie_config *config) {
    return config->probe_period_us + config->suspect_to_down_after_us - SELKIE_MS(10);
}
