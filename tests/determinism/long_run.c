/* A long run with a bit of everything, from a fixed seed; prints one hash of all that happened. compare.py builds this
 * in several ways and demands the same hash of all, the one in expected.txt. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/cluster.h"

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
    if (member % 2 == 1) {
        options->max_members = MEMBERS - member % 5;
        options->max_broadcasts = 8;
        options->max_broadcast_bytes = 300;
    }
}

static void talk(struct cluster *c, uint32_t round) {
    for (uint32_t member = round % 4; member < MEMBERS; member += 4) {
        uint8_t said[64] = {(uint8_t)(member % SUBJECTS), (uint8_t)(round * 4 + member / SUBJECTS + 1)};
        if (cluster_engine(c, member)) {
            (void)!selkie_add_broadcast(cluster_engine(c, member), said, 2 + member, round % 4); /* may find no room */
        }
    }
}

static void round_of_troubles(struct cluster *c, uint32_t round) {
    uint32_t one = round % MEMBERS;
    uint32_t other = (round * 7 + 11) % MEMBERS;
    uint32_t third = (round * 5 + 23) % MEMBERS;
    cluster_loss(c, round % 4 * 5);
    cluster_duplicates(c, round % 3 * 5);
    cluster_latency(c, SELKIE_MS(1), SELKIE_MS(1 + round % 5 * 40));
    cluster_crash(c, one);
    cluster_pause(c, other);
    talk(c, round);
    cluster_run(c, SELKIE_S(40));
    cluster_resume(c, other);
    cluster_restart(c, one);
    cluster_leave(c, third);
    cluster_split(c, MEMBERS / 2);
    talk(c, round + 1);
    cluster_run(c, SELKIE_S(60));
    cluster_restart(c, third);
    cluster_heal(c);
    cluster_run(c, SELKIE_S(100));
}

/* What the engines that run now found no room for. */
static uint64_t turned_away(const struct cluster *c) {
    uint64_t sum = 0;
    for (uint32_t member = 0; member < MEMBERS; member++) {
        struct selkie_stats stats = {.struct_size = sizeof stats};
        selkie_get_stats(cluster_engine(c, member), &stats);
        sum += stats.broadcasts_not_relayed + stats.members_displaced + stats.members_refused;
    }
    return sum;
}

int main(void) {
    struct cluster *c =
        cluster_new(&(struct cluster_options){.members = MEMBERS, .seed = 20260517, .prepare = prepare});
    cluster_form(c);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        round_of_troubles(c, round);
    }
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    uint64_t found_no_room = turned_away(c);
    printf("%016" PRIx64 " after %" PRIu64 " packets, %" PRIu64 " renewals, %" PRIu64 " times no room\n",
           cluster_hash(c), counters.packets, counters.rejoins, found_no_room);
    bool eventful = counters.rejoins > 0 && counters.downs > 0 && found_no_room > 0;
    cluster_free(c);
    return counters.errors != 0 || !eventful;
}
