/* Many runs: each point of the cross product of what is varied, each with all seeds, on all cores. */
#ifndef SELKIE_COMMAND_SWEEP_H
#define SELKIE_COMMAND_SWEEP_H

#include "command/summary.h"

#define AXES_MOST 6u

/* One thing that is varied: `probe_period=500ms,1s,2s`. */
struct axis {
    char *name;
    char **values;
    uint32_t count;
};

struct sweep {
    struct axis axes[AXES_MOST];
    uint32_t axis_count;
    uint64_t *seeds; /* none: that of the scenario */
    uint32_t seed_count;
};

/* One point: on each axis the value with this number. */
struct point {
    uint32_t at[AXES_MOST];
    struct scenario scenario; /* with the seed that was asked for, which is none of those of the sweep */
    struct summary summary;   /* of all seeds */
};

/* What came of it. */
struct outcome {
    const struct sweep *sweep;
    struct point *points; /* the last axis turns fastest */
    uint32_t count;
};

/* The scenario of a point. False: it makes no sense, and the complaint says at which values. */
bool sweep_scenario(const struct sweep *sweep, const struct scenario *base, uint32_t point, struct scenario *scenario,
                    struct complaint *complaint);

/* Run all points, each in a process of its own, `jobs` at once. False: one came to no good end, or there are no
 * processes to be had. progress: called now and then with how many runs are done; NULL: nobody wants to know. The outcome
 * is the caller's either way: sweep_free. */
bool sweep_run(const struct sweep *sweep, const struct scenario *base, uint32_t jobs, struct outcome *outcome,
               void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx, struct complaint *complaint);
void sweep_free(struct outcome *outcome);

#endif
