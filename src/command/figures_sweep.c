/* Figures of many runs. */
#include "command/figures_sweep.h"

#include "command/memory.h"
#include "command/multiples.h"
#include "command/variation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NARROW_PX 344.0

static const enum chart_colour colours[] = {CHART_BLUE,  CHART_VERMILION, CHART_GREEN, CHART_PURPLE,
                                            CHART_AMBER, CHART_SKY,       CHART_ROSE,  CHART_GREY};

/* ---- One row a point ---- */

struct rows {
    struct chart_sample samples[SWEEP_POINTS_DRAWN];
    char names[SWEEP_POINTS_DRAWN][VARIATION_NAME_MOST];
    double *values[SWEEP_POINTS_DRAWN];
    size_t count;
};

static void make_rows(struct rows *rows, struct outcome *outcome, enum summary_sample which, double unit) {
    rows->count = outcome->count < SWEEP_POINTS_DRAWN ? outcome->count : SWEEP_POINTS_DRAWN;
    for (size_t i = 0; i < rows->count; i++) {
        struct sample *sample = &outcome->points[i].summary.samples[which];
        (void)sample_at(sample, 0.5); /* sorts it */
        rows->values[i] = memory_zeroed(sample->count + 1, sizeof(double));
        for (size_t value = 0; value < sample->count; value++) {
            rows->values[i][value] = sample->values[value] * unit;
        }
        rows->samples[i] = (struct chart_sample){variation_point_name(outcome, &outcome->points[i], rows->names[i]),
                                                 colours[i % 8], sample->count, rows->values[i]};
    }
}

static void draw_rows(FILE *out, struct chart *chart, struct outcome *outcome, enum summary_sample which, double unit) {
    struct rows rows;
    make_rows(&rows, outcome, which, unit);
    chart_distribution(out, chart, rows.samples, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        free(rows.values[i]);
    }
}

static void draw_detection(FILE *out, struct chart *chart, struct outcome *outcome) {
    chart->x = (struct chart_axis){.label = "since it happened", .format = CHART_SECONDS, .from_zero = true};
    draw_rows(out, chart, outcome, SAMPLE_all_down, 1e-6);
}

static void draw_load(FILE *out, struct chart *chart, struct outcome *outcome) {
    chart->x = (struct chart_axis){.label = "packets a second", .format = CHART_RATE, .from_zero = true};
    draw_rows(out, chart, outcome, SAMPLE_sent_packets, 1);
}

/* ---- How the news spread ---- */

/* The part of a curve in which something happens, with what is just before it. */
static size_t fill_curve(const struct curve *curve, double x[CURVE_BINS], double y[CURVE_BINS]) {
    size_t count = 0;
    for (unsigned bin = 0; bin < CURVE_BINS; bin++) {
        double share = curve_share(curve, bin);
        bool before = bin + 1 < CURVE_BINS && curve_share(curve, bin + 1) > 0;
        bool after = count > 0 && y[count - 1] >= share && curve_share(curve, CURVE_BINS - 1) <= share;
        if (before && !after) {
            x[count] = curve_end_us(bin) / 1e6;
            y[count++] = share;
        }
    }
    return count;
}

struct curves {
    double x[CURVE_BINS], y[CURVE_BINS];
    char name[VARIATION_NAME_MOST];
};

static void draw_informed(FILE *out, struct chart *chart, struct outcome *outcome) {
    struct chart_series series[SWEEP_POINTS_DRAWN];
    struct curves *curves = memory_zeroed(SWEEP_POINTS_DRAWN, sizeof *curves);
    size_t count = 0;
    for (uint32_t i = 0; i < outcome->count && i < SWEEP_POINTS_DRAWN; i++) {
        const struct curve *curve = &outcome->points[i].summary.curves[CURVE_DOWN];
        struct curves *own = &curves[count];
        size_t points = curve->pairs > 0 ? fill_curve(curve, own->x, own->y) : 0;
        if (points > 0) {
            variation_point_name(outcome, &outcome->points[i], own->name);
            series[count] = (struct chart_series){
                .name = own->name, .colour = colours[count % 8], .count = points, .x = own->x, .y = own->y};
            count++;
        }
    }
    chart->x = (struct chart_axis){.label = "since it happened", .format = CHART_SECONDS, .log = true};
    chart->y = (struct chart_axis){.label = "of all pairs", .format = CHART_SHARE, .low = 0, .high = 1};
    chart_lines(out, chart, series, count);
    free(curves);
}

/* ---- Which there are ---- */

static void draw_multiples(FILE *out, struct chart *chart, struct outcome *outcome) {
    multiples_draw(out, chart, outcome);
}

static const struct about {
    const char *name, *title, *caption, *empty;
    void (*draw)(FILE *out, struct chart *chart, struct outcome *outcome);
} figures[SWEEP_FIGURE_COUNT] = {
#define SELKIE_X(id, name, title, caption, empty) {name, title, caption, empty, draw_##id},
    SWEEP_FIGURES(SELKIE_X)
#undef SELKIE_X
};

const char *sweep_figure_name(enum sweep_figure figure) {
    return figures[figure].name;
}

const char *sweep_figure_title(enum sweep_figure figure) {
    return figures[figure].title;
}

const char *sweep_figure_caption(enum sweep_figure figure) {
    return figures[figure].caption;
}

enum sweep_figure sweep_figure_find(const char *name) {
    unsigned figure = 0;
    while (figure < SWEEP_FIGURE_COUNT && strcmp(figures[figure].name, name) != 0) {
        figure++;
    }
    return (enum sweep_figure)figure;
}

static void draw(FILE *out, enum sweep_figure figure, struct outcome *outcome, struct chart *chart) {
    chart->title = figures[figure].title;
    chart->caption = figures[figure].caption;
    chart->empty = figures[figure].empty;
    figures[figure].draw(out, chart, outcome);
}

void sweep_figure_write(FILE *out, enum sweep_figure figure, struct outcome *outcome) {
    draw(out, figure, outcome, &(struct chart){.id = figures[figure].name});
}

void sweep_figure_draw(FILE *out, enum sweep_figure figure, struct outcome *outcome, bool narrow) {
    char id[64];
    snprintf(id, sizeof id, "chart-%s%s", figures[figure].name, narrow ? "-narrow" : "");
    draw(out, figure, outcome, &(struct chart){.id = id, .inside = true, .width = narrow ? NARROW_PX : 0});
}
