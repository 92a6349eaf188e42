/* What a sweep varies, as a chart shows it: one axis is x, all combinations of the others have a line each. */
#ifndef SELKIE_COMMAND_VARIATION_H
#define SELKIE_COMMAND_VARIATION_H

#include "chart/chart.h"
#include "command/sweep.h"

enum { VARIATION_LINES_MOST = 8, VARIATION_NAME_MOST = 200 };

struct variation {
    const struct outcome *outcome;
    uint32_t axis;  /* which is x. Where nothing is varied: none */
    uint32_t width; /* how many values it has; 1 where nothing is varied */
    uint32_t lines; /* how many combinations of the others there are */
    double *places; /* of its values, where these are numbers; NULL: they are names */
    bool log;       /* the places are so far apart that the axis had better be logarithmic */
};

void variation_make(struct variation *variation, const struct outcome *outcome);
void variation_free(struct variation *variation);

/* The point with this value of x on this line. */
struct point *variation_point(const struct variation *variation, uint32_t line, uint32_t x);

/* "periodic_gossip.members 3": what is the same on this line; "" if there is only one. */
const char *variation_line_name(const struct variation *variation, uint32_t line, char text[VARIATION_NAME_MOST]);

/* "probe_period 1s, periodic_gossip.members 3"; "all seeds" where nothing is varied. */
const char *variation_point_name(const struct outcome *outcome, const struct point *point,
                                 char text[VARIATION_NAME_MOST]);

/* The axis x of a chart. */
struct chart_axis variation_axis(const struct variation *variation);

/* Where a value of x is. */
double variation_place(const struct variation *variation, uint32_t x);

#endif
