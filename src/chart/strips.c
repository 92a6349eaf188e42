/* A timeline: for each row, which share is in which state, moment after moment. */
#include "chart/frame.h"
#include "chart/marks.h"
#include "chart/text.h"

#include <math.h>

#define STRIP_PX 22.0
#define BETWEEN 9.0
#define BESIDE_NAME 10.0
#define NAMES_MOST 0.3 /* of the width */
#define FOOT_PX 2.0

/* ---- One strip ---- */

/* The share in the layers up to this one. */
static double share_up_to(const struct chart_strip *strip, size_t layer, size_t moment) {
    double sum = 0;
    for (size_t i = 0; i <= layer; i++) {
        double share = strip->shares[i][moment];
        sum += isfinite(share) && share > 0 ? share : 0;
    }
    return fmin(sum, 1);
}

/* A layer with all that is below it; those are drawn over it later. */
static void draw_layer(const struct chart_strips *strips, const struct chart_strip *strip, size_t layer,
                       const struct plot *plot, const struct svg *svg, double top) {
    struct svg_path path = svg_path_open(svg);
    double bottom = top + STRIP_PX, last = 0;
    for (size_t i = 0; i < strips->count; i++) {
        double share = share_up_to(strip, layer, i), x = scale_at(&plot->x, strips->from + strips->width * (double)i);
        if (share < last || share > last) {
            svg_path_to(&path, x, bottom - last * STRIP_PX);
            svg_path_to(&path, x, bottom - share * STRIP_PX);
        }
        last = share;
    }
    if (path.begun) {
        double end = scale_at(&plot->x, strips->from + strips->width * (double)strips->count);
        svg_path_to(&path, end, bottom - last * STRIP_PX);
        svg_path_to(&path, end, bottom);
    }
    svg_path_close(&path, "fill", style_class(strips->layers[layer].colour), "");
}

static void draw_strip(const struct chart_strips *strips, const struct chart_strip *strip, const struct plot *plot,
                       const struct svg *svg, double left, double top) {
    svg_text(svg, "t-small", SVG_START, left, top + STRIP_PX / 2 + 4, STYLE_SMALL_PX, plot->left - left - BESIDE_NAME,
             strip->name);
    svg_rect(svg, "ground", "", plot->left, top, plot->right - plot->left, STRIP_PX, NULL);
    for (size_t layer = strips->layer_count; layer-- > 0;) {
        draw_layer(strips, strip, layer, plot, svg, top);
    }
    for (size_t i = 0; i < strip->mark_count; i++) {
        double x = strip->marks[i].x;
        if (isfinite(x) && x >= plot->x.low && x <= plot->x.high) {
            x = fmin(scale_at(&plot->x, x), plot->right - FOOT_PX);
            svg_rect(svg, "mark-foot", "", x, top - 4, FOOT_PX, STRIP_PX + 8, strip->marks[i].text);
        }
    }
}

/* ---- All of them ---- */

static double names_width(const struct frame *frame, const struct chart_strips *strips) {
    double widest = 0;
    for (size_t i = 0; i < strips->strip_count; i++) {
        widest = fmax(widest, text_width(strips->strips[i].name, STYLE_SMALL_PX));
    }
    return fmin(widest, frame->inner * NAMES_MOST) + BESIDE_NAME;
}

static void draw_all(struct frame *frame, FILE *out, const struct chart_strips *strips) {
    const struct chart *chart = frame->chart;
    struct plot_axis x = plot_axis(&chart->x);
    extent_add(&x.extent, strips->from);
    extent_add(&x.extent, strips->from + strips->width * (double)strips->count);
    struct plot plot;
    plot_make(&plot, &x, NULL, frame->edge, frame->edge + frame->inner,
              (double)strips->strip_count * (STRIP_PX + BETWEEN), names_width(frame, strips));
    marks_make_room(chart, &plot);
    plot_place(&plot, frame->top);
    frame_open(frame, out, plot_height(&plot));
    plot_draw(&plot, &frame->svg);
    for (size_t i = 0; i < strips->strip_count; i++) {
        draw_strip(strips, &strips->strips[i], &plot, &frame->svg, frame->edge,
                   plot.top + (double)i * (STRIP_PX + BETWEEN) + 1);
    }
    marks_draw(chart, &plot, &frame->svg);
    frame_close(frame);
}

void chart_strips(FILE *out, const struct chart *chart, const struct chart_strips *strips) {
    struct legend_item items[CHART_LAYERS_MOST];
    size_t layers = strips->layer_count < CHART_LAYERS_MOST ? strips->layer_count : CHART_LAYERS_MOST;
    for (size_t i = 0; i < layers; i++) {
        items[i] = (struct legend_item){strips->layers[i].name, strips->layers[i].colour, LEGEND_FILL, ""};
    }
    struct frame frame;
    frame_make(&frame, chart, items, layers);
    if (strips->strip_count == 0 || strips->count == 0) {
        frame_draw_empty(&frame, out);
    } else {
        draw_all(&frame, out, strips);
    }
}
