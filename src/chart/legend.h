/* What the colours of a chart mean: in rows, as many to a row as fit. */
#ifndef SELKIE_CHART_LEGEND_H
#define SELKIE_CHART_LEGEND_H

#include "chart/svg.h"

enum legend_shape { LEGEND_LINE, LEGEND_FILL, LEGEND_BAND };

struct legend_item {
    const char *name; /* NULL: not in the legend */
    enum chart_colour colour;
    enum legend_shape shape;
    const char *dash; /* of a line: a class, or "" */
};

/* How high it is in that width; 0 if nothing is in it. */
double legend_height(const struct legend_item *items, size_t count, double width);

void legend_draw(const struct svg *svg, const struct legend_item *items, size_t count, double left, double top,
                 double width);

#endif
