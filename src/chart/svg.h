/* Elements of SVG, with coordinates that are numbers and text that is escaped. */
#ifndef SELKIE_CHART_SVG_H
#define SELKIE_CHART_SVG_H

#include "chart/style.h"

struct svg {
    FILE *out;
    double left, top; /* where what is written now has its origin */
};

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* Open the element, with what somebody who does not see it is told: its title and a description. */
void svg_open(struct svg *svg, FILE *out, const struct chart *chart, double width, double height,
              const char *description);
void svg_close(struct svg *svg);

void svg_line(const struct svg *svg, const char *class, double x1, double y1, double x2, double y2);

/* `colour`: a class of style_class, or "". `tip`: what is shown under the pointer; NULL: nothing. */
void svg_rect(const struct svg *svg, const char *class, const char *colour, double x, double y, double width,
              double height, const char *tip);
void svg_dot(const struct svg *svg, const char *colour, double x, double y, double radius, const char *tip);

/* At most `width` pixels wide: what does not fit is left out. `font_px` is what the class makes of it. */
void svg_text(const struct svg *svg, const char *class, enum svg_anchor anchor, double x, double y, double font_px,
              double width, const char *text);

/* A path: open it, go on from point to point (the first is its start), close it. */
struct svg_path {
    const struct svg *svg;
    bool begun; /* whether there is a point to go on from */
    double x, y;
};
struct svg_path svg_path_open(const struct svg *svg);
void svg_path_to(struct svg_path *path, double x, double y);
void svg_path_lift(struct svg_path *path); /* the next point is a new start */
void svg_path_close(struct svg_path *path, const char *class, const char *colour, const char *more);

#endif
