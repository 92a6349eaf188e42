/* One plot of curves. */
#include "chart/frame.h"
#include "chart/marks.h"
#include "chart/series.h"

#define HEIGHT 220.0

void chart_lines(FILE *out, const struct chart *chart, const struct chart_series *series, size_t count) {
    struct series_legend legend;
    struct plot_axis x = plot_axis(&chart->x), y = plot_axis(&chart->y);
    size_t shown = 0;
    count = count > SERIES_MOST ? SERIES_MOST : count;
    for (size_t i = 0; i < count; i++) {
        shown += series_measure(&series[i], &x.extent, &y.extent);
    }
    struct frame frame;
    series_legend(&legend, series, count);
    frame_make(&frame, chart, legend.items, legend.count);
    if (shown == 0) {
        frame_draw_empty(&frame, out);
        return;
    }
    struct plot plot;
    plot_make(&plot, &x, &y, frame.edge, frame.edge + frame.inner, chart->height > 0 ? chart->height : HEIGHT, 0);
    marks_make_room(chart, &plot);
    plot_place(&plot, frame.top);
    frame_open(&frame, out, plot_height(&plot));
    for (size_t i = 0; i < count; i++) {
        series_draw_band(&series[i], &plot, &frame.svg);
    }
    plot_draw(&plot, &frame.svg);
    for (size_t i = 0; i < count; i++) {
        series_draw_line(&series[i], i, &plot, &frame.svg);
    }
    marks_draw(chart, &plot, &frame.svg);
    frame_close(&frame);
}
