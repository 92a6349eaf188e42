/* The place where values are drawn: two axes, their ticks, and the lines of the grid. */
#ifndef SELKIE_CHART_PLOT_H
#define SELKIE_CHART_PLOT_H

#include "chart/scale.h"
#include "chart/svg.h"

struct plot {
    const struct chart_axis *x_axis, *y_axis; /* y: NULL if there is none */
    double left, right, top, bottom;
    struct scale x, y;
    struct ticks x_ticks, y_ticks;
    double head, foot; /* what the axes take above and below */
};

/* An axis, and which values there are to show: at first those that it shows in any case. */
struct plot_axis {
    const struct chart_axis *axis;
    struct extent extent;
};
struct plot_axis plot_axis(const struct chart_axis *axis);

/* Lay out a plot between two edges. `y`: NULL if there is none. `indent`: what the left has to leave free, at least, for
 * names of rows. */
void plot_make(struct plot *plot, const struct plot_axis *x, const struct plot_axis *y, double left, double right,
               double height, double indent);

/* Put it below `top`, its head included. */
void plot_place(struct plot *plot, double top);

/* How high it is, with its head and foot. */
double plot_height(const struct plot *plot);

void plot_draw(const struct plot *plot, const struct svg *svg);

#endif
