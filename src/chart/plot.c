/* Axes. */
#include "chart/plot.h"

#include "chart/text.h"

#include <math.h>

#define TICK_ROW 20.0
#define LABEL_ROW 19.0
#define BESIDE_TICKS 8.0
#define BETWEEN_TICKS 14.0
#define Y_TICK_EVERY 42.0
#define X_TICK_EVERY 64.0
#define BETWEEN_NAMES 6.0
#define NAME_LEAST 36.0 /* a slot for a name on the axis */

struct plot_axis plot_axis(const struct chart_axis *axis) {
    struct plot_axis made = {axis, extent_of_nothing(axis->log)};
    if (axis->low < axis->high) {
        extent_add(&made.extent, axis->low);
        extent_add(&made.extent, axis->high);
    }
    if (axis->from_zero) {
        extent_add(&made.extent, 0);
    }
    if (axis->name_count > 0 && axis->places == NULL) {
        extent_add(&made.extent, -0.5);
        extent_add(&made.extent, (double)axis->name_count - 0.5);
    }
    return made;
}

static void make_y(struct plot *plot, const struct extent *y, double height) {
    size_t count = (size_t)fmax(2, floor(height / Y_TICK_EVERY));
    plot->y = scale_for(y);
    if (plot->y_axis->whole) {
        count = (size_t)fmax(1, fmin((double)count, ceil(plot->y.high - plot->y.low)));
    }
    scale_round(&plot->y, plot->y_axis->format, count);
    plot->y.from_px = height;
    plot->y.to_px = 0;
    ticks_choose(&plot->y_ticks, &plot->y, plot->y_axis->format, count, 0);
}

static void make_x(struct plot *plot, const struct extent *x) {
    plot->x = scale_for(x);
    plot->x.from_px = plot->left;
    plot->x.to_px = plot->right;
    if (plot->x_axis->name_count == 0) {
        size_t count = (size_t)fmax(2, floor((plot->right - plot->left) / X_TICK_EVERY));
        ticks_choose(&plot->x_ticks, &plot->x, plot->x_axis->format, count, BETWEEN_TICKS);
    }
}

void plot_make(struct plot *plot, const struct plot_axis *x, const struct plot_axis *y, double left, double right,
               double height, double indent) {
    const struct chart_axis *y_axis = y != NULL ? y->axis : NULL;
    *plot = (struct plot){.x_axis = x->axis, .y_axis = y_axis, .bottom = height};
    if (y != NULL) {
        make_y(plot, &y->extent, height);
    }
    plot->left = left + fmax(indent, y_axis != NULL ? plot->y_ticks.widest_px + BESIDE_TICKS : 0);
    plot->right = right - 8;
    make_x(plot, &x->extent);
    plot->head = y_axis != NULL && y_axis->label != NULL ? LABEL_ROW + 8 : 8;
    plot->foot = TICK_ROW + (x->axis->label != NULL ? LABEL_ROW : 0);
}

void plot_place(struct plot *plot, double top) {
    double by = top + plot->head - plot->top;
    plot->top += by;
    plot->bottom += by;
    plot->y.from_px += by;
    plot->y.to_px += by;
}

double plot_height(const struct plot *plot) {
    return plot->head + (plot->bottom - plot->top) + plot->foot;
}

/* ---- Drawing ---- */

static void draw_y(const struct plot *plot, const struct svg *svg) {
    for (size_t i = 0; i < plot->y_ticks.count; i++) {
        double y = scale_at(&plot->y, plot->y_ticks.at[i]);
        svg_line(svg, "grid", plot->left, y, plot->right, y);
        svg_text(svg, "t-small t-quiet", SVG_END, plot->left - BESIDE_TICKS, y + 4, STYLE_SMALL_PX, plot->left,
                 plot->y_ticks.text[i]);
    }
    if (plot->y_axis->label != NULL) {
        double left = plot->left - BESIDE_TICKS - plot->y_ticks.widest_px;
        svg_text(svg, "t-small t-quiet", SVG_START, fmax(left, 0), plot->top - plot->head + 12, STYLE_SMALL_PX,
                 plot->right - left, plot->y_axis->label);
    }
}

/* The middle of a text is where its tick is, as far as the text then stays between the edges. */
static double middle_of(const struct plot *plot, double x, double width) {
    return fmax(width / 2 + 1, fmin(x, plot->right + 7 - width / 2));
}

static void draw_x_tick(const struct plot *plot, const struct svg *svg, double at, const char *text, double room) {
    double x = scale_at(&plot->x, at), width = fmin(text_width(text, STYLE_SMALL_PX), room);
    svg_line(svg, "axis", x, plot->bottom, x, plot->bottom + 4);
    svg_text(svg, "t-small t-quiet", SVG_MIDDLE, middle_of(plot, x, width), plot->bottom + 17, STYLE_SMALL_PX, room,
             text);
}

/* Names have a slot each; if the slots are too narrow, every second has one, every third, ... */
static void draw_names(const struct plot *plot, const struct svg *svg) {
    double slot = (plot->right - plot->left) / (double)plot->x_axis->name_count;
    size_t every = (size_t)fmax(1, ceil(NAME_LEAST / slot));
    for (size_t i = 0; i < plot->x_axis->name_count; i += every) {
        draw_x_tick(plot, svg, (double)i, plot->x_axis->names[i], slot * (double)every - 6);
    }
}

/* Names at places of their own: each that does not touch the one before. */
static void draw_placed_names(const struct plot *plot, const struct svg *svg) {
    double until = -1;
    for (size_t i = 0; i < plot->x_axis->name_count; i++) {
        const char *name = plot->x_axis->names[i];
        double width = text_width(name, STYLE_SMALL_PX), x = scale_at(&plot->x, plot->x_axis->places[i]);
        double middle = middle_of(plot, x, width);
        if (middle - width / 2 > until) {
            draw_x_tick(plot, svg, plot->x_axis->places[i], name, plot->right - plot->left);
            until = middle + width / 2 + BETWEEN_NAMES;
        }
    }
}

static void draw_x(const struct plot *plot, const struct svg *svg) {
    svg_line(svg, "axis", plot->left, plot->bottom, plot->right, plot->bottom);
    for (size_t i = 0; i < plot->x_ticks.count; i++) {
        draw_x_tick(plot, svg, plot->x_ticks.at[i], plot->x_ticks.text[i], plot->right - plot->left);
    }
    if (plot->x_axis->name_count > 0) {
        (plot->x_axis->places != NULL ? draw_placed_names : draw_names)(plot, svg);
    }
    if (plot->x_axis->label != NULL) {
        svg_text(svg, "t-small t-quiet", SVG_END, plot->right, plot->bottom + TICK_ROW + 14, STYLE_SMALL_PX,
                 plot->right, plot->x_axis->label);
    }
}

void plot_draw(const struct plot *plot, const struct svg *svg) {
    if (plot->y_axis != NULL) {
        draw_y(plot, svg);
    }
    draw_x(plot, svg);
}
