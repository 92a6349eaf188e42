/* How long a cluster may take to learn of a crash and to agree again, by its configuration.
 *
 * Detection: an engine probes each of N - 1 others within two rounds, so one that ended is pinged within 2 (N - 1)
 * periods, that fails a period later, and the suspicion runs for its time: the longest, since nobody else need come to
 * it. Gossip is faster almost always, but promises nothing. Periods are not aligned, which costs one more.
 *
 * Whoever thinks himself ill takes up to awareness_max + 1 times as long for each of those periods. Where nothing
 * disturbs, all that ails him is that those who ended do not answer, as members or as helpers: A and D of them. Each of
 * them is probed at most three times meanwhile, which makes the score at most six higher; each point of it, those that
 * there were before included, lasts until he has been answered at most A times: A (A + 1) / 2 + 9 A D periods more at
 * most, and never more than A + 1 times as many.
 *
 * Convergence: suspicions and probes of before come to their ends, and those who are told that they are Down come back
 * and probe everybody: four times the detection is generous. Two live members that hold each other for Down meet when
 * one announces itself to the other, and it picks `members` of its Down ones each time: with D that do not run beside
 * it, the chance to miss is 1 - members / (D + 1), and 28 (D + 1) / members times in a row it happens once in 10^12.
 * Two that do not know each other at all hear of each other by a Feed, from whoever they announce themselves to; 20 of
 * them, and more where a Feed does not hold everybody. */
#include "sim/bounds.h"

#define PROMISE_DETECTIONS 4u
#define PROMISE_FEEDS 20u
#define PROMISE_TRIES 28u
#define TRIES_LEAST 4u

/* The slowest of all configurations in force. */
struct pace_of_all {
    uint64_t period_us, suspicion_us, rtt_least_us, remove_least_us;
    uint64_t health_most;
    uint64_t announce_us, knock_us; /* 0: somebody does not */
    uint32_t knocks_least, packet_least;
    bool told, forgets;
    double adapted_periods; /* of as many as there may be before it is adapted anew: up to twice as many */
};

static uint64_t slower(uint64_t every_us, uint64_t than_us) {
    return every_us == 0 || than_us == 0 ? 0 : every_us > than_us ? every_us : than_us;
}

static uint64_t times(uint64_t duration_us, uint64_t count) {
    return count > 0 && duration_us > UINT64_MAX / count ? UINT64_MAX : duration_us * count;
}

static uint64_t larger(uint64_t a, uint64_t b) {
    return a > b ? a : b;
}

/* What adapting makes of suspect_to_down_after for so many, in periods and for a multiplier of one: as the preset says,
 * which has 4 for its multiplier and a second for its period. */
static double adapted_periods(uint32_t members) {
    struct selkie_config preset;
    SELKIE_INIT(&preset);
    selkie_config_lan(&preset, members);
    return (double)preset.suspect_to_down_after_us / (double)SELKIE_S(4);
}

static uint64_t adapted(const struct selkie_config *config, double periods_each) {
    double periods = periods_each * config->adapt_multiplier;
    double most_us = periods * (double)config->probe_period_us + 2;
    return most_us < 9e18 ? (uint64_t)most_us : UINT64_MAX;
}

/* How long a suspicion may run at most. */
static uint64_t suspicion_most(const struct selkie_config *config, double adapted_periods) {
    uint64_t most_us = config->suspect_to_down_after_us;
    if (config->adapt_multiplier > 0) {
        most_us = larger(most_us, adapted(config, adapted_periods));
    }
    bool longer = config->suspicion_max_factor > 1 && config->suspicion_confirmations > 0;
    return longer ? times(most_us, config->suspicion_max_factor) : most_us;
}

static void take_in(struct pace_of_all *all, const struct selkie_config *config) {
    const struct selkie_periodic *knock = &config->periodic_announce_to_down_members;
    all->period_us = config->probe_period_us > all->period_us ? config->probe_period_us : all->period_us;
    all->suspicion_us = larger(suspicion_most(config, all->adapted_periods), all->suspicion_us);
    all->health_most = larger(config->awareness_max, all->health_most);
    all->rtt_least_us = config->probe_rtt_us < all->rtt_least_us ? config->probe_rtt_us : all->rtt_least_us;
    all->remove_least_us =
        config->remove_down_after_us < all->remove_least_us ? config->remove_down_after_us : all->remove_least_us;
    all->announce_us = slower(config->periodic_announce.every_us, all->announce_us);
    all->knock_us = slower(knock->every_us, all->knock_us);
    all->knocks_least = knock->members < all->knocks_least ? knock->members : all->knocks_least;
    all->packet_least = config->max_packet_size < all->packet_least ? config->max_packet_size : all->packet_least;
    all->told &= config->notify_down_members;
}

static struct pace_of_all pace_of_all(const selkie_sim *sim) {
    uint32_t members = sim->options.members;
    struct pace_of_all all = {.rtt_least_us = UINT64_MAX,
                              .remove_least_us = UINT64_MAX,
                              .announce_us = 1,
                              .knock_us = 1,
                              .knocks_least = UINT32_MAX,
                              .packet_least = UINT32_MAX,
                              .told = true,
                              .adapted_periods = adapted_periods(members > UINT32_MAX / 2 ? UINT32_MAX : 2 * members)};
    uint32_t running = 0;
    for (uint32_t member = 0; member < members; member++) {
        const struct host *host = &sim->hosts[member];
        if (host->engine != NULL) {
            struct selkie_config config;
            selkie_get_config(host->engine, &config);
            take_in(&all, &config);
            all.forgets |= host->witness.bounded;
            running++;
        }
    }
    if (running == 0) {
        take_in(&all, &sim->config);
    }
    return all;
}

static uint32_t count_ended(const selkie_sim *sim) {
    uint32_t count = 0;
    for (uint32_t member = 0; member < sim->options.members; member++) {
        count += !selkie_sim_is_live(sim, member);
    }
    return count;
}

static uint64_t detection_us(const selkie_sim *sim, const struct pace_of_all *all) {
    uint64_t probes = 2 * (uint64_t)(sim->options.members - 1) + 2, health = all->health_most;
    uint64_t ended = (uint64_t)count_ended(sim) + 1; /* the one that may end next is among them */
    uint64_t stretched = probes + health * (health + 1) / 2 + 9 * health * ended;
    uint64_t most = probes * (health + 1);
    return sim_later(times(all->period_us, stretched < most ? stretched : most), all->suspicion_us);
}

uint64_t selkie_sim_detection_bound_us(const selkie_sim *sim) {
    struct pace_of_all all = pace_of_all(sim);
    uint64_t bound_us = detection_us(sim, &all);
    return all.remove_least_us / PROMISE_DETECTIONS < bound_us ? SELKIE_SIM_NEVER : bound_us;
}

/* How many members a Feed holds at least. */
static uint32_t feed_least(const selkie_sim *sim, const struct pace_of_all *all) {
    uint32_t header = (uint32_t)sim->codec.header_max + 2;
    return all->packet_least > header ? (all->packet_least - header) / sim->codec.member_max : 0;
}

uint64_t selkie_sim_convergence_bound_us(const selkie_sim *sim) {
    struct pace_of_all all = pace_of_all(sim);
    uint32_t feed = feed_least(sim, &all);
    if (!all.told || all.forgets || all.announce_us == 0 || all.knock_us == 0 || feed == 0 || sim->type.renew == NULL) {
        return SELKIE_SIM_NEVER;
    }
    uint64_t ended = count_ended(sim);
    uint64_t tries = (PROMISE_TRIES * (ended + 1) + all.knocks_least - 1) / all.knocks_least;
    uint64_t feeds = PROMISE_FEEDS * (uint64_t)((sim->options.members + feed - 1) / feed);
    uint64_t bound_us = times(detection_us(sim, &all), PROMISE_DETECTIONS);
    bound_us = sim_later(bound_us, times(all.knock_us, ended == 0 ? TRIES_LEAST : tries));
    bound_us = sim_later(bound_us, times(all.announce_us, feeds));
    return all.remove_least_us < bound_us ? SELKIE_SIM_NEVER : bound_us;
}

/* ---- Calm ---- */

/* A Ping and its Ack are back in time, always. */
static bool link_is_calm(const struct link *link, uint64_t rtt_us) {
    uint64_t most_us = link->is.latency == SELKIE_SIM_CONSTANT ? link->is.latency_us : link->is.latency_high_us;
    most_us = sim_later(most_us, link->is.reorder_ppm > 0 ? link->is.reorder_by_us : 0);
    return link->is.loss_ppm == 0 && link->is.latency != SELKIE_SIM_LOG_NORMAL && most_us < (rtt_us + 1) / 2;
}

static bool links_are_calm(const selkie_sim *sim) {
    uint64_t rtt_us = pace_of_all(sim).rtt_least_us;
    if (sim->links.rows == NULL) {
        return link_is_calm(&sim->links.all, rtt_us);
    }
    for (uint32_t from = 0; from < sim->options.members; from++) {
        for (uint32_t to = 0; to < sim->options.members; to++) {
            if (from != to && !link_is_calm(links_between(&sim->links, from, to), rtt_us)) {
                return false;
            }
        }
    }
    return true;
}

bool bounds_calm(const selkie_sim *sim) {
    if (sim->cuts != NULL) {
        return false;
    }
    for (uint32_t member = 0; member < sim->options.members; member++) {
        const struct host *host = &sim->hosts[member];
        if (host->paused || host->side != sim->hosts[0].side || host->slow_us > 0 || host->clock_ppm != 0 ||
            host->uplink.bytes_per_s > 0) {
            return false;
        }
    }
    return links_are_calm(sim);
}
