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
    uint64_t *seeds;
    uint32_t seed_count;
};

/* One point: on each axis the value with this number. */
struct point {
    uint32_t at[AXES_MOST];
    struct scenario scenario; /* of the first seed */
    struct summary summary;   /* of all seeds */
};

struct outcome {
    const struct sweep *sweep;
    struct point *points; /* the last axis turns fastest */
    uint32_t count;
};

#endif
