/* The engines' own counters (selkie/stats.h), of many together. */
#ifndef SELKIE_COMMAND_COUNTERS_H
#define SELKIE_COMMAND_COUNTERS_H

#include "selkie/stats.h"

struct counter_about {
    const char *name;
    size_t offset; /* in struct selkie_stats, of a uint64_t */
};
extern const struct counter_about counters[];
extern const unsigned counters_count;

/* Sums; of the longest queues and of awareness, the most. */
void counters_add(struct selkie_stats *to, const struct selkie_stats *stats);

#endif
