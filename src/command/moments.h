/* The events of a scenario as marks on the axis of time. */
#ifndef SELKIE_COMMAND_MOMENTS_H
#define SELKIE_COMMAND_MOMENTS_H

#include "chart/chart.h"
#include "command/scenario.h"

enum { MOMENTS_MOST = 64, MOMENT_TEXT_MOST = 96 };

struct moments {
    struct chart_mark marks[MOMENTS_MOST];
    char texts[MOMENTS_MOST][MOMENT_TEXT_MOST];
    size_t count;
};

/* When each begins and ends; of one that repeats the first time has a text, and the others are lines alone. */
void moments_make(struct moments *moments, const struct scenario *scenario, uint64_t duration_us);

#endif
