/* One seed's run: the cluster, what is known of it, and what was found wrong. */
#ifndef SWARM_WORLD_H
#define SWARM_WORLD_H

#include "draw.h"
#include "plan.h"
#include "rumours.h"

struct world {
    const struct plan *plan;
    selkie_sim *sim;
    struct draw draw;
    struct selkie_identity_type type, type_of_engines;
    struct selkie_codec codec;
    struct rumours *rumours;
    struct selkie_broadcasts handler; /* of whoever starts */

    /* Who is not to run, who is halted. */
    bool *dead, *paused;
    struct chaos *chaos; /* while it goes on */

    /* Seen since watch_afresh. */
    struct watch {
        uint64_t sent[SELKIE_MESSAGE_COUNT];
        uint64_t ups, downs, left, renames, rejoins, defuncts, idles, probe_failures;
    } watch;
    uint32_t *pings;   /* from, to */
    uint32_t *probed;  /* from, and whom in this order, as many as there are members twice */
    uint32_t *probes;  /* how many those are */
    uint32_t *gossips; /* the same */
    uint32_t *asked;   /* PingReq: from, to */
    uint32_t *announced;

    /* The first thing that was wrong. */
    bool found, unexplained;
    char check[32];
    char what[512];
    uint64_t found_us;

    uint64_t packets_left; /* a flood ends the run */
    const char *replay;
};

/* What was done, over all seeds. */
struct tally {
    uint64_t simulated_us, packets, seeds, unhealed;
    uint64_t faults[64], exams[64];
};

void world_make(struct world *world, const struct plan *plan, FILE *trace, const char *replay);
void world_end(struct world *world);

/* Note that something is wrong: a short name of what was checked, and a sentence. Only the first counts. */
void world_found(struct world *world, const char *check, const char *format, ...);

/* Say all there is to say about what a check of the simulator found, if that was not done yet. */
void world_explain(struct world *world);

void world_watch_afresh(struct world *world);

/* Let time pass, or until all agree; false if something was found wrong meanwhile. */
bool world_run(struct world *world, uint64_t duration_us);
bool world_agrees_within(struct world *world, uint64_t bound_us);

uint32_t world_any(struct world *world);  /* a member */
uint32_t world_live(struct world *world); /* a live one; SELKIE_SIM_NOBODY: there is none */
size_t world_pair(const struct world *world, uint32_t from, uint32_t to);

void world_restart(struct world *world, uint32_t member); /* it joins through somebody who is live */
void world_crash(struct world *world, uint32_t member);
void world_resume(struct world *world, uint32_t member); /* it may notice that it was paused */

/* The whole run. */
void run_seed(struct world *world, struct tally *tally);

/* chaos.c, recovery.c, exams.c: the parts of it */
void chaos_run(struct world *world, struct tally *tally);
void recovery_start(struct world *world);
bool recovery_settle(struct world *world, struct tally *tally); /* false: nobody promises that it does, or found */
void exams_take(struct world *world, struct tally *tally);
extern const unsigned exams_count;
const char *exam_name(unsigned exam);

#endif
