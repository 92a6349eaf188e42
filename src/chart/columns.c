/* Counts in equal intervals, stacked by kind. Intervals that would be too narrow to see are taken together. */
#include "chart/frame.h"
#include "chart/marks.h"

#include <math.h>

enum { KINDS_MOST = 8 };
#define HEIGHT 180.0
#define COLUMN_LEAST 3.0

/* How many of a kind are in the intervals from `first` on. */
static double sum_of(const struct chart_columns *columns, const struct chart_kind *kind, size_t first, size_t group) {
    double sum = 0;
    for (size_t i = first; i < first + group && i < columns->count; i++) {
        sum += isfinite(kind->counts[i]) && kind->counts[i] > 0 ? kind->counts[i] : 0;
    }
    return sum;
}

static double highest(const struct chart_columns *columns, size_t group) {
    double most = 0;
    for (size_t first = 0; first < columns->count; first += group) {
        double sum = 0;
        for (size_t kind = 0; kind < columns->kind_count; kind++) {
            sum += sum_of(columns, &columns->kinds[kind], first, group);
        }
        most = fmax(most, sum);
    }
    return most;
}

/* ---- Drawing ---- */

static void tell(char *text, size_t size, const struct chart *chart, const struct chart_columns *columns,
                 const struct chart_kind *kind, size_t first, size_t end, double count) {
    char from[CHART_NUMBER_MOST], to[CHART_NUMBER_MOST], many[CHART_NUMBER_MOST];
    chart_number(from, columns->from + columns->width * (double)first, chart->x.format);
    chart_number(to, columns->from + columns->width * (double)end, chart->x.format);
    chart_number(many, count, chart->y.format);
    snprintf(text, size, "%s to %s: %s %s", from, to, many, kind->name);
}

static void draw_column(const struct chart *chart, const struct chart_columns *columns, size_t first, size_t end,
                        const struct plot *plot, const struct svg *svg) {
    double left = scale_at(&plot->x, columns->from + columns->width * (double)first);
    double right = scale_at(&plot->x, columns->from + columns->width * (double)end);
    double gap = right - left > 5 ? 1 : 0, below = 0;
    for (size_t i = 0; i < columns->kind_count; i++) {
        const struct chart_kind *kind = &columns->kinds[i];
        double count = sum_of(columns, kind, first, end - first);
        if (count > 0) {
            char tip[160];
            tell(tip, sizeof tip, chart, columns, kind, first, end, count);
            double top = scale_at(&plot->y, below + count);
            svg_rect(svg, "fill", style_class(kind->colour), left, top, fmax(right - left - gap, 1),
                     scale_at(&plot->y, below) - top, tip);
        }
        below += count;
    }
}

static void draw_all(struct frame *frame, FILE *out, const struct chart_columns *columns, struct plot *plot,
                     size_t group) {
    const struct chart *chart = frame->chart;
    marks_make_room(chart, plot);
    plot_place(plot, frame->top);
    frame_open(frame, out, plot_height(plot));
    plot_draw(plot, &frame->svg);
    for (size_t first = 0; first < columns->count; first += group) {
        size_t end = first + group < columns->count ? first + group : columns->count;
        draw_column(chart, columns, first, end, plot, &frame->svg);
    }
    marks_draw(chart, plot, &frame->svg);
    frame_close(frame);
}

void chart_columns(FILE *out, const struct chart *chart, const struct chart_columns *columns) {
    struct legend_item items[KINDS_MOST];
    size_t kinds = columns->kind_count < KINDS_MOST ? columns->kind_count : KINDS_MOST;
    for (size_t i = 0; i < kinds; i++) {
        items[i] = (struct legend_item){columns->kinds[i].name, columns->kinds[i].colour, LEGEND_FILL, ""};
    }
    struct frame frame;
    frame_make(&frame, chart, items, kinds);
    size_t group = (size_t)fmax(1, ceil((double)columns->count * COLUMN_LEAST / frame.inner));
    double most = highest(columns, group);
    if (!(most > 0)) {
        frame_draw_empty(&frame, out);
        return;
    }
    struct plot_axis x = plot_axis(&chart->x), y = plot_axis(&chart->y);
    extent_add(&x.extent, columns->from);
    extent_add(&x.extent, columns->from + columns->width * (double)columns->count);
    extent_add(&y.extent, 0);
    extent_add(&y.extent, most);
    struct plot plot;
    plot_make(&plot, &x, &y, frame.edge, frame.edge + frame.inner, chart->height > 0 ? chart->height : HEIGHT, 0);
    draw_all(&frame, out, columns, &plot, group);
}
