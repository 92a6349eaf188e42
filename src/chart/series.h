/* A curve and its band, drawn into a plot. */
#ifndef SELKIE_CHART_SERIES_H
#define SELKIE_CHART_SERIES_H

#include "chart/legend.h"
#include "chart/plot.h"

enum { SERIES_MOST = 16 };

/* Let the extents take in what of a series can be shown; how many values that are. */
size_t series_measure(const struct chart_series *series, struct extent *x, struct extent *y);

void series_draw_band(const struct chart_series *series, const struct plot *plot, const struct svg *svg);
void series_draw_line(const struct chart_series *series, size_t number, const struct plot *plot, const struct svg *svg);

/* What the legend says: each line, and its band if that has a name. */
struct series_legend {
    struct legend_item items[2 * SERIES_MOST];
    size_t count;
};
void series_legend(struct series_legend *legend, const struct chart_series *series, size_t count);

#endif
