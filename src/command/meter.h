/* What members send and take in, and how things stand at each step of time. */
#ifndef SELKIE_COMMAND_METER_H
#define SELKIE_COMMAND_METER_H

#include "command/result.h"
#include "command/views.h"

/* Of one member. */
struct usage {
    uint64_t packets, bytes;                   /* sent */
    uint64_t received_packets, received_bytes; /* taken in by engines that have ended */
    uint64_t bucket_bytes;                     /* sent in this bucket */
    uint64_t since_us;                         /* when it began to run */
    uint64_t ran_us;                           /* how long it ran before that */
    bool runs;
};

struct meter {
    uint32_t members;
    struct usage *of;
    uint32_t running;
    struct bucket now; /* the bucket that is under way */
    uint64_t bucket_since_us;
    uint64_t tick_us; /* how often meter_tick is to be called: series and timeline step by multiples of it */
    uint64_t next_size_us, next_step_us;
    uint8_t *sizes_seen; /* a bit for each size */
    uint32_t *scratch;   /* how many see each size */
    struct load load;
    struct series series;
    struct timeline timeline;
    size_t series_room;
};

/* For a run that is at most so long. */
void meter_init(struct meter *meter, uint32_t members, uint64_t duration_us);
void meter_free(struct meter *meter); /* but not what goes into the result */

void meter_starts(struct meter *meter, uint32_t member, uint64_t now_us);
void meter_ends(struct meter *meter, uint32_t member, const selkie *engine, uint64_t now_us);

/* To be watched in the timeline, if there is room. */
void meter_track(struct meter *meter, uint32_t member);

void meter_sent(struct meter *meter, uint32_t from, unsigned message, size_t size);

/* It is time to look, at a multiple of tick_us. */
void meter_tick(struct meter *meter, const struct views *views, uint64_t now_us);

/* The run is over: first this, then meter_ends of all that run, and then meter_finish. */
void meter_last_bucket(struct meter *meter, const struct views *views, uint64_t now_us);
void meter_finish(struct meter *meter);

uint32_t meter_sizes(const struct meter *meter);

#endif
