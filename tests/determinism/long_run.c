/* A long run with a bit of everything, from a fixed seed; prints one hash of all that happened. compare.py builds this
 * in several ways and demands the same hash of all, the one in expected.txt. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/plain_swim.h"
#include "selkie/sim.h"

enum { MEMBERS = 40, ROUNDS = 12, SUBJECTS = 16 };

/* The latest version of each subject that each member has heard of. A broadcast is { subject, version, anything }. */
static uint8_t versions[MEMBERS][SUBJECTS];

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    uint8_t *heard = ctx;
    const uint8_t *said = bytes;
    (void)sender;
    if (size < 2 || said[0] >= SUBJECTS) {
        return SELKIE_REFUSED;
    }
    if (said[1] <= heard[said[0]]) {
        return SELKIE_KNOWN;
    }
    heard[said[0]] = said[1];
    memcpy(key, said, 1);
    return SELKIE_NEW;
}

static bool invalidates(void *ctx, const void *newer, const void *queued) {
    (void)ctx;
    return memcmp(newer, queued, 1) == 0;
}

static bool is_plain;

static const struct selkie_config *plain_config(const struct selkie_config *config) {
    static struct selkie_config plain; /* copied with the options */
    plain = *config;
    plain_swim(&plain);
    return &plain;
}

/* Every other member has bounds, two of three find what a broadcast replaces by its key. */
static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_broadcasts handler; /* copied with the options */
    (void)ctx;
    handler = (struct selkie_broadcasts){.struct_size = sizeof handler,
                                         .ctx = versions[member],
                                         .key_size = 1,
                                         .receive = receive,
                                         .invalidates = member % 3 == 0 ? invalidates : NULL};
    options->broadcasts = &handler;
    if (is_plain) {
        options->config = plain_config(options->config);
    }
    if (member % 2 == 1) {
        options->max_members = MEMBERS - member % 5;
        options->max_broadcasts = 8;
        options->max_broadcast_bytes = 300;
    }
}

static void talk(selkie_sim *sim, uint32_t round) {
    for (uint32_t member = round % 4; member < MEMBERS; member += 4) {
        uint8_t said[64] = {(uint8_t)(member % SUBJECTS), (uint8_t)(round * 4 + member / SUBJECTS + 1)};
        if (selkie_sim_engine(sim, member)) {
            (void)!selkie_add_broadcast(selkie_sim_engine(sim, member), said, 2 + member,
                                        round % 4); /* may find no room */
        }
    }
}

static void round_of_troubles(selkie_sim *sim, uint32_t round) {
    uint32_t one = round % MEMBERS;
    uint32_t other = (round * 7 + 11) % MEMBERS;
    uint32_t third = (round * 5 + 23) % MEMBERS;
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(round % 4 * 5));
    selkie_sim_duplicates(sim, SELKIE_SIM_PERCENT(round % 3 * 5));
    selkie_sim_latency(sim, SELKIE_MS(1), SELKIE_MS(1 + round % 5 * 40));
    selkie_sim_crash(sim, one);
    selkie_sim_pause(sim, other);
    talk(sim, round);
    selkie_sim_run(sim, SELKIE_S(40));
    selkie_sim_resume(sim, other);
    selkie_sim_restart(sim, one);
    selkie_sim_leave(sim, third);
    selkie_sim_split(sim, MEMBERS / 2);
    talk(sim, round + 1);
    selkie_sim_run(sim, SELKIE_S(60));
    selkie_sim_restart(sim, third);
    selkie_sim_heal(sim);
    selkie_sim_run(sim, SELKIE_S(100));
}

/* A network and members of all kinds. */
static void round_of_oddities(selkie_sim *sim) {
    for (uint32_t member = 0; member < MEMBERS; member += 2) {
        uint64_t median_us = 300 * (member + 1);
        selkie_sim_set_link(sim, member, SELKIE_SIM_ALL,
                            SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_us = median_us,
                                            .latency_high_us = median_us * (member + 2), .loss_ppm = 5000,
                                            .reorder_ppm = 20000, .reorder_by_us = SELKIE_MS(50)));
        selkie_sim_clock(sim, member, (int32_t)member * 7001 - 100000);
    }
    selkie_sim_slow(sim, 3, SELKIE_MS(70));
    selkie_sim_bandwidth(sim, 4, 777, 1400);
    selkie_sim_cut_one_way(sim, 5, SELKIE_SIM_ALL);
    selkie_sim_run(sim, SELKIE_S(100));
    selkie_sim_calm(sim);
    selkie_sim_run(sim, SELKIE_S(60));
}

/* What the engines that run now found no room for. */
static uint64_t turned_away(const selkie_sim *sim) {
    uint64_t sum = 0;
    for (uint32_t member = 0; member < MEMBERS; member++) {
        struct selkie_stats stats = {.struct_size = sizeof stats};
        selkie_get_stats(selkie_sim_engine(sim, member), &stats);
        sum += stats.broadcasts_not_relayed + stats.members_displaced + stats.members_refused;
    }
    return sum;
}

int main(int argc, char **argv) {
    is_plain = argc == 2 && strcmp(argv[1], "plain") == 0;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = MEMBERS, .seed = 20260517, .prepare = prepare));
    selkie_sim_form(sim);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        round_of_troubles(sim, round);
    }
    round_of_oddities(sim);
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    uint64_t found_no_room = turned_away(sim);
    printf("%016" PRIx64 " after %" PRIu64 " packets, %" PRIu64 " renewals, %" PRIu64 " times no room%s\n",
           selkie_sim_hash(sim), counters.packets, counters.rejoins, found_no_room, is_plain ? ", plain SWIM" : "");
    bool eventful = counters.rejoins > 0 && counters.downs > 0 && found_no_room > 0 && counters.held_back > 0 &&
                    counters.waited > 0;
    selkie_sim_free(sim);
    return counters.errors != 0 || !eventful;
}
