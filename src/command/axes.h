/* What a sweep varies, as text: `probe_period=500ms,1s,2s`, and seeds: `1..100` or `1,2,7`. */
#ifndef SELKIE_COMMAND_AXES_H
#define SELKIE_COMMAND_AXES_H

#include "command/complaint.h"
#include "command/sweep.h"

#define SEED_MOST (UINT64_MAX / 2) /* what JSON can say */
#define SEEDS_MOST 1000000u
#define POINTS_MOST 10000u

/* Add an axis, or give the one of that name other values. */
bool axes_read(struct sweep *sweep, const char *text, struct complaint *complaint);
bool axes_read_seeds(struct sweep *sweep, const char *text, struct complaint *complaint);
void axes_clear_seeds(struct sweep *sweep);
void axes_free(struct sweep *sweep);

/* How many points there are: 1 if nothing is varied. 0: too many. */
uint32_t axes_points(const struct sweep *sweep);

/* Which value each axis has at a point. */
void axes_place(const struct sweep *sweep, uint32_t point, uint32_t at[AXES_MOST]);

#endif
