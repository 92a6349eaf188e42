/* Small multiples: plots of curves side by side, with one legend. */
#include "chart/frame.h"
#include "chart/series.h"

#include <math.h>

#define PANEL_LEAST 230.0
#define BETWEEN 28.0
#define TITLE_ROW 20.0
#define HEIGHT 130.0

struct grid {
    size_t columns;
    double width; /* of a panel */
};

static struct grid grid_of(const struct frame *frame, size_t count) {
    double fit = floor((frame->inner + BETWEEN) / (PANEL_LEAST + BETWEEN));
    double columns = fmax(1, fmin(fit, (double)count));
    return (struct grid){(size_t)columns, (frame->inner - (columns - 1) * BETWEEN) / columns};
}

/* Lay out a panel at its place in a row. False: there is nothing in it. */
static bool make_plot(struct plot *plot, const struct chart *chart, const struct chart_panel *panel, double left,
                      double width) {
    struct plot_axis x = plot_axis(&panel->x), y = plot_axis(&panel->y);
    size_t shown = 0;
    for (size_t i = 0; i < panel->series_count; i++) {
        shown += series_measure(&panel->series[i], &x.extent, &y.extent);
    }
    plot_make(plot, &x, &y, left, left + width, chart->height > 0 ? chart->height : HEIGHT, 0);
    return shown > 0;
}

static void draw_panel(struct frame *frame, const struct chart_panel *panel, double left, double top, double width) {
    struct plot plot;
    bool any = make_plot(&plot, frame->chart, panel, left, width);
    plot_place(&plot, top + TITLE_ROW);
    svg_text(&frame->svg, "t-strong", SVG_START, left, top + 13, STYLE_TEXT_PX * 1.1, width, panel->title);
    if (!any) {
        svg_rect(&frame->svg, "ground", "", left, plot.top, width, plot.bottom - plot.top, NULL);
        svg_text(&frame->svg, "t-small t-quiet", SVG_MIDDLE, left + width / 2, (plot.top + plot.bottom) / 2,
                 STYLE_SMALL_PX, width,
                 frame->chart->empty != NULL ? frame->chart->empty : "There is nothing to show.");
        return;
    }
    for (size_t i = 0; i < panel->series_count; i++) {
        series_draw_band(&panel->series[i], &plot, &frame->svg);
    }
    plot_draw(&plot, &frame->svg);
    for (size_t i = 0; i < panel->series_count; i++) {
        series_draw_line(&panel->series[i], i, &plot, &frame->svg);
    }
}

/* The height of the rows: the same for all, that of the panel that needs most. */
static double row_height(const struct frame *frame, const struct chart_panel *panels, size_t count, double width) {
    double most = 0;
    for (size_t i = 0; i < count; i++) {
        struct plot plot;
        make_plot(&plot, frame->chart, &panels[i], 0, width);
        most = fmax(most, plot_height(&plot));
    }
    return TITLE_ROW + most;
}

void chart_panels(FILE *out, const struct chart *chart, const struct chart_panel *panels, size_t count) {
    struct series_legend legend;
    series_legend(&legend, count > 0 ? panels[0].series : NULL, count > 0 ? panels[0].series_count : 0);
    struct frame frame;
    frame_make(&frame, chart, legend.items, legend.count);
    if (count == 0) {
        frame_draw_empty(&frame, out);
        return;
    }
    struct grid grid = grid_of(&frame, count);
    double row = row_height(&frame, panels, count, grid.width) + BETWEEN;
    size_t rows = (count + grid.columns - 1) / grid.columns;
    frame_open(&frame, out, row * (double)rows - BETWEEN);
    for (size_t i = 0; i < count; i++) {
        size_t column = i % grid.columns, above = i / grid.columns;
        draw_panel(&frame, &panels[i], frame.edge + (double)column * (grid.width + BETWEEN),
                   frame.top + (double)above * row, grid.width);
    }
    frame_close(&frame);
}
