/* Listens to a run, and makes its result. It changes nothing in the cluster. */
#ifndef SELKIE_COMMAND_COLLECT_H
#define SELKIE_COMMAND_COLLECT_H

#include "command/detect.h"
#include "command/meter.h"
#include "command/result.h"
#include "command/views.h"

/* What is known of a member. */
struct character {
    bool runs;
    bool impaired;
    bool hit;                  /* somebody called it Down while it was healthy */
    uint32_t first_generation; /* of the identity that its life began with: those below it are of former lives */
};

struct collect {
    const struct scenario *scenario;
    selkie_sim *sim;
    struct views views;
    struct detect detect;
    struct meter meter;
    struct character *of;
    struct verdicts verdicts;
    uint32_t started;   /* how many have ever run */
    uint64_t joined_us; /* NEVER: not yet */
    uint64_t agreed_us; /* since when nothing is wrong. NEVER: something is */
    bool listens;
};

/* Before the simulator is made, whose `ctx` it is to be. */
void collect_init(struct collect *collect, const struct scenario *scenario);
void collect_free(struct collect *collect);

/* For the simulator's options. */
void collect_notified(void *ctx, uint32_t member, const struct selkie_notification *notification);
void collect_sent(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                  size_t size);

/* ---- What the player does ---- */

/* The simulator is there. Everything before collect_acquainted is not listened to; where members join, all is. */
void collect_begin(struct collect *collect, selkie_sim *sim);
void collect_acquainted(struct collect *collect);

void collect_starts(struct collect *collect, uint32_t member); /* it was started */
void collect_ends(struct collect *collect, uint32_t member);   /* it is about to be crashed */
void collect_leaves(struct collect *collect, uint32_t member); /* it has left; its engine is ended later */
void collect_stops(struct collect *collect, uint32_t member);  /* it was paused */
void collect_goes_on(struct collect *collect, uint32_t member);

/* An event has just happened to these members; it is over for one of them. */
void collect_happened(struct collect *collect, uint32_t event, const uint32_t *members, uint32_t count);
void collect_over(struct collect *collect, uint32_t event, uint32_t member);

/* Each meter.tick_us. */
void collect_tick(struct collect *collect);

/* The run is over. The result is the caller's: result_free. */
void collect_finish(struct collect *collect, struct result *result);

#endif
