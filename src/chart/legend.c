/* The legend. */
#include "chart/legend.h"

#include "chart/text.h"

#include <math.h>

#define ROW_PX 20.0
#define KEY_PX 22.0 /* what shows the colour */
#define BEFORE_NAME 6.0
#define BETWEEN 18.0
#define BELOW 6.0

static void draw_item(const struct svg *svg, const struct legend_item *item, double x, double y, double width) {
    const char *colour = style_class(item->colour);
    if (item->shape == LEGEND_LINE) {
        struct svg_path path = svg_path_open(svg);
        svg_path_to(&path, x + 1, y + ROW_PX / 2);
        svg_path_to(&path, x + KEY_PX - 1, y + ROW_PX / 2);
        svg_path_close(&path, "line", colour, item->dash);
    } else {
        svg_rect(svg, item->shape == LEGEND_BAND ? "band" : "fill", colour, x, y + 4, KEY_PX, ROW_PX - 8, NULL);
    }
    svg_text(svg, "t-small", SVG_START, x + KEY_PX + BEFORE_NAME, y + 14, STYLE_SMALL_PX, width - KEY_PX - BEFORE_NAME,
             item->name);
}

/* Lay the items out, and draw them if there is something to draw on; returns the height. */
static double lay_out(const struct svg *svg, const struct legend_item *items, size_t count, double left, double top,
                      double width) {
    double x = 0, y = 0;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (items[i].name == NULL) {
            continue;
        }
        double takes = fmin(KEY_PX + BEFORE_NAME + text_width(items[i].name, STYLE_SMALL_PX) + 1, width);
        if (x > 0 && x + takes > width) {
            x = 0;
            y += ROW_PX;
        }
        if (svg != NULL) {
            draw_item(svg, &items[i], left + x, top + y, takes);
        }
        x += takes + BETWEEN;
        any = true;
    }
    return any ? y + ROW_PX + BELOW : 0;
}

double legend_height(const struct legend_item *items, size_t count, double width) {
    return lay_out(NULL, items, count, 0, 0, width);
}

void legend_draw(const struct svg *svg, const struct legend_item *items, size_t count, double left, double top,
                 double width) {
    lay_out(svg, items, count, left, top, width);
}
