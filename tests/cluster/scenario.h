/* What the scenarios share: a cluster with a watch on it, and checks that show how the cluster stands when they fail.
 *
 * All scenarios draw from one seed: `--seed N` on the command line of a test. */
#ifndef SCENARIO_H
#define SCENARIO_H

#include "selkie/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define WATCHED_MEMBERS 128u

/* What members were told about each other. */
struct watch {
    selkie_sim *cluster;
    struct news {
        unsigned ups, downs, left, renames, probe_failures;
    } about[WATCHED_MEMBERS]; /* of this member, to all others together */
    unsigned wrong_downs;     /* a member that was live was called down */
};

/* Make a cluster from options whose seed, ctx and notified are free, and keep watch over it. Ends with `finish`. */
selkie_sim *watch_cluster(struct watch *watch, const struct selkie_sim_options *options);

/* The same with the lan preset for that many members, `plain` or `talkative`, formed. */
selkie_sim *watch_lan(struct watch *watch, uint32_t members);
selkie_sim *watch_plain(struct watch *watch, uint32_t members);
selkie_sim *watch_talkative(struct watch *watch, uint32_t members);

/* A cluster's end: nothing may have gone wrong inside the engines. */
void finish(selkie_sim *sim);

/* Fail, and show the cluster, unless this holds. */
#define check(sim, holds) check_((sim), (holds), #holds, __FILE__, __LINE__)
void check_(selkie_sim *sim, bool holds, const char *text, const char *file, int line);

/* A duration is not below and not above a bound. */
#define check_between(sim, took_us, least_us, most_us)                                                                 \
    check_between_((sim), (took_us), (least_us), (most_us), #took_us, __FILE__, __LINE__)
void check_between_(selkie_sim *sim, uint64_t took_us, uint64_t least_us, uint64_t most_us, const char *text,
                    const char *file, int line);

/* The most that the lan preset lets pass until everybody holds a dead one of `members` for Down, if nothing is lost:
 * each of the others probes it within two rounds (less one period), sees that fail a period later, and waits for it to
 * refute, as long as a suspicion takes that nobody shares; where members doubt their own health each period may take
 * so many times as long. Until somebody does: at least one period and the suspicion, from the last Ping that it could
 * have answered. */
uint64_t detection_most(const struct selkie_config *config, uint32_t members);
uint64_t detection_least(const struct selkie_config *config);

/* The most that it takes for all to know somebody new, or somebody's new identity, if nothing is lost: it has probed
 * each of them by then. It takes that long only where gossip, which is random, has left somebody out. */
uint64_t greeting_most(const struct selkie_config *config, uint32_t members);

struct selkie_config lan(uint32_t members);

/* The lan preset, but with all that goes beyond SWIM off: for what is told of SWIM's own times. */
struct selkie_config plain(uint32_t members);

/* The lan preset, but each piece of news is sent so often that it reaches everybody: the chance that somebody is left
 * out falls from one in twenty, with eight members, to less than one in a million. So a suspicion of somebody who is
 * well is always refuted. */
struct selkie_config talkative(uint32_t members);

uint64_t scenario_seed(void);
int scenario_main(int argc, char **argv, const char *name, const struct CMUnitTest *tests, size_t count);

#define SCENARIOS(...)                                                                                                 \
    int main(int argc, char **argv) {                                                                                  \
        const struct CMUnitTest tests[] = {__VA_ARGS__};                                                               \
        return scenario_main(argc, argv, __FILE__, tests, sizeof tests / sizeof *tests);                               \
    }

#endif
