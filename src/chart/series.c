/* Curves, steps, bands, dots. */
#include "chart/series.h"

#include <math.h>

#define DOT_PX 3.0
#define DOTS_MOST 60u /* more are not told apart */

static const char *dash_of(size_t number) {
    static const char *const dashes[] = {"", "dash-1", "dash-2", "dash-3"};
    return dashes[number % 4];
}

/* ---- Measuring ---- */

static bool has_value(const struct chart_series *series, size_t i, const struct extent *x, const struct extent *y) {
    return extent_shows(x, series->x[i]) && extent_shows(y, series->y[i]);
}

static bool has_band(const struct chart_series *series, size_t i, const struct extent *x, const struct extent *y) {
    return series->low != NULL && series->high != NULL && extent_shows(x, series->x[i]) &&
           extent_shows(y, series->low[i]) && extent_shows(y, series->high[i]);
}

size_t series_measure(const struct chart_series *series, struct extent *x, struct extent *y) {
    size_t shown = 0;
    for (size_t i = 0; i < series->count; i++) {
        if (has_value(series, i, x, y)) {
            extent_add(x, series->x[i]);
            extent_add(y, series->y[i]);
            shown++;
        }
        if (has_band(series, i, x, y)) {
            extent_add(x, series->x[i]);
            extent_add(y, series->low[i]);
            extent_add(y, series->high[i]);
        }
    }
    return shown;
}

/* ---- Drawing ---- */

static void go_to(struct svg_path *path, const struct plot *plot, double x, double y) {
    svg_path_to(path, scale_at(&plot->x, x), scale_at(&plot->y, y));
}

/* One edge of a band, from one value to another, in either direction. */
static void draw_edge(struct svg_path *path, const struct chart_series *series, const double *edge,
                      const struct plot *plot, size_t first, size_t end, bool back) {
    for (size_t n = 0; n < end - first; n++) {
        size_t i = back ? end - 1 - n : first + n;
        bool steps = series->shape == CHART_STEPS && i + 1 < end;
        if (steps && back) {
            go_to(path, plot, series->x[i + 1], edge[i]);
        }
        go_to(path, plot, series->x[i], edge[i]);
        if (steps && !back) {
            go_to(path, plot, series->x[i + 1], edge[i]);
        }
    }
}

void series_draw_band(const struct chart_series *series, const struct plot *plot, const struct svg *svg) {
    struct extent x = extent_of_nothing(plot->x.log), y = extent_of_nothing(plot->y.log);
    if (series->low == NULL || series->high == NULL) {
        return;
    }
    struct svg_path path = svg_path_open(svg);
    for (size_t first = 0, end; first < series->count; first = end + 1) {
        for (end = first; end < series->count && has_band(series, end, &x, &y);) {
            end++;
        }
        svg_path_lift(&path);
        draw_edge(&path, series, series->high, plot, first, end, false);
        draw_edge(&path, series, series->low, plot, first, end, true);
    }
    svg_path_close(&path, "band", style_class(series->colour), "");
}

static void draw_dots(const struct chart_series *series, const struct plot *plot, const struct svg *svg) {
    struct extent x = extent_of_nothing(plot->x.log), y = extent_of_nothing(plot->y.log);
    for (size_t i = 0; i < series->count; i++) {
        if (has_value(series, i, &x, &y)) {
            char value[CHART_NUMBER_MOST];
            chart_number(value, series->y[i], plot->y_axis->format);
            svg_dot(svg, style_class(series->colour), scale_at(&plot->x, series->x[i]),
                    scale_at(&plot->y, series->y[i]), DOT_PX, value);
        }
    }
}

void series_draw_line(const struct chart_series *series, size_t number, const struct plot *plot,
                      const struct svg *svg) {
    struct extent x = extent_of_nothing(plot->x.log), y = extent_of_nothing(plot->y.log);
    struct svg_path path = svg_path_open(svg);
    size_t shown = 0;
    for (size_t i = 0; i < series->count; i++) {
        if (!has_value(series, i, &x, &y)) {
            svg_path_lift(&path);
            continue;
        }
        if (path.begun && series->shape == CHART_STEPS) {
            go_to(&path, plot, series->x[i], series->y[i - 1]);
        }
        go_to(&path, plot, series->x[i], series->y[i]);
        shown++;
    }
    svg_path_close(&path, "line", style_class(series->colour), dash_of(number));
    if (shown == 1 || (series->dots && shown <= DOTS_MOST)) {
        draw_dots(series, plot, svg);
    }
}

static size_t make_items(const struct chart_series *series, size_t number, struct legend_item items[2]) {
    bool band = series->low != NULL && series->high != NULL && series->band != NULL;
    items[0] = (struct legend_item){series->name, series->colour, LEGEND_LINE, dash_of(number)};
    if (band) {
        items[1] = (struct legend_item){series->band, series->colour, LEGEND_BAND, ""};
    }
    return band ? 2 : 1;
}

void series_legend(struct series_legend *legend, const struct chart_series *series, size_t count) {
    *legend = (struct series_legend){.count = 0};
    for (size_t i = 0; i < count && i < SERIES_MOST; i++) {
        legend->count += make_items(&series[i], i, legend->items + legend->count);
    }
}
