/* A long run with a bit of everything, from a fixed seed; prints one hash of all that happened. compare.py builds this in several ways
 * and demands the same hash of all. */
#include <inttypes.h>
#include <stdio.h>

#include "harness/cluster.h"

enum { MEMBERS = 40, ROUNDS = 12 };

static void round_of_troubles(struct cluster *c, uint32_t round) {
    uint32_t one = round % MEMBERS;
    uint32_t other = (round * 7 + 11) % MEMBERS;
    cluster_loss(c, round % 4 * 5);
    cluster_duplicates(c, round % 3 * 5);
    cluster_latency(c, SELKIE_MS(1), SELKIE_MS(1 + round % 5 * 40));
    cluster_crash(c, one);
    cluster_pause(c, other);
    cluster_run(c, SELKIE_S(40));
    cluster_resume(c, other);
    cluster_restart(c, one);
    cluster_split(c, MEMBERS / 2);
    cluster_run(c, SELKIE_S(60));
    cluster_heal(c);
    cluster_run(c, SELKIE_S(100));
}

int main(void) {
    struct cluster *c = cluster_new(&(struct cluster_options){.members = MEMBERS, .seed = 20260517});
    cluster_form(c);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        round_of_troubles(c, round);
    }
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    printf("%016" PRIx64 " after %" PRIu64 " packets\n", cluster_hash(c), counters.packets);
    cluster_free(c);
    return counters.errors != 0;
}
