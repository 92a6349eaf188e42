/* Writing elements. */
#include "chart/svg.h"

#include "chart/number.h"
#include "chart/text.h"

#include <math.h>

static void attribute(const struct svg *svg, const char *name, double value) {
    fprintf(svg->out, " %s=\"", name);
    number_write(svg->out, value);
    putc('"', svg->out);
}

/* ---- The element itself ---- */

static void write_told(FILE *out, const char *element, const char *id, const char *text) {
    fprintf(out, "<%s id=\"%s-%s\">", element, id, element);
    text_write(out, text);
    fprintf(out, "</%s>\n", element);
}

void svg_open(struct svg *svg, FILE *out, const struct chart *chart, double width, double height,
              const char *description) {
    *svg = (struct svg){.out = out};
    fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" id=\"%s\" viewBox=\"0 0 ", chart->id);
    number_write(out, width);
    putc(' ', out);
    number_write(out, height);
    putc('"', out);
    attribute(svg, "width", width);
    attribute(svg, "height", height);
    fprintf(out, " role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n", chart->id, chart->id);
    write_told(out, "title", chart->id, chart->title);
    write_told(out, "desc", chart->id, description);
    if (!chart->inside) {
        fputs("<style>\n", out);
        chart_style(out);
        fputs("</style>\n", out);
        svg_rect(svg, "paper", "", 0, 0, width, height, NULL);
    }
}

void svg_close(struct svg *svg) {
    fputs("</svg>\n", svg->out);
}

/* ---- Shapes ---- */

static void write_class(FILE *out, const char *class, const char *colour) {
    fprintf(out, " class=\"%s%s%s\"", class, colour[0] != '\0' ? " " : "", colour);
}

/* End an element that may hold a tip. */
static void end(const struct svg *svg, const char *element, const char *tip) {
    if (tip == NULL) {
        fputs("/>\n", svg->out);
        return;
    }
    fputs("><title>", svg->out);
    text_write(svg->out, tip);
    fprintf(svg->out, "</title></%s>\n", element);
}

void svg_line(const struct svg *svg, const char *class, double x1, double y1, double x2, double y2) {
    fputs("<line", svg->out);
    write_class(svg->out, class, "");
    attribute(svg, "x1", svg->left + x1);
    attribute(svg, "y1", svg->top + y1);
    attribute(svg, "x2", svg->left + x2);
    attribute(svg, "y2", svg->top + y2);
    end(svg, "line", NULL);
}

void svg_rect(const struct svg *svg, const char *class, const char *colour, double x, double y, double width,
              double height, const char *tip) {
    fputs("<rect", svg->out);
    write_class(svg->out, class, colour);
    attribute(svg, "x", svg->left + x);
    attribute(svg, "y", svg->top + y);
    attribute(svg, "width", width);
    attribute(svg, "height", height);
    end(svg, "rect", tip);
}

void svg_dot(const struct svg *svg, const char *colour, double x, double y, double radius, const char *tip) {
    fputs("<circle", svg->out);
    write_class(svg->out, "fill", colour);
    attribute(svg, "cx", svg->left + x);
    attribute(svg, "cy", svg->top + y);
    attribute(svg, "r", radius);
    end(svg, "circle", tip);
}

void svg_text(const struct svg *svg, const char *class, enum svg_anchor anchor, double x, double y, double font_px,
              double width, const char *text) {
    static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
    fputs("<text", svg->out);
    write_class(svg->out, class, "");
    attribute(svg, "x", svg->left + x);
    attribute(svg, "y", svg->top + y);
    fprintf(svg->out, "%s>", anchors[anchor]);
    text_write_fit(svg->out, text, font_px, width);
    fputs("</text>\n", svg->out);
}

/* ---- Paths ---- */

struct svg_path svg_path_open(const struct svg *svg) {
    fputs("<path d=\"", svg->out);
    return (struct svg_path){.svg = svg};
}

static void point(const struct svg *svg, char letter, double x, double y) {
    putc(letter, svg->out);
    number_write(svg->out, svg->left + x);
    putc(' ', svg->out);
    number_write(svg->out, svg->top + y);
}

void svg_path_to(struct svg_path *path, double x, double y) {
    bool is_same = path->begun && fabs(x - path->x) < 0.05 && fabs(y - path->y) < 0.05;
    if (!is_same) {
        point(path->svg, path->begun ? 'L' : 'M', x, y);
        path->begun = true;
        path->x = x;
        path->y = y;
    }
}

void svg_path_lift(struct svg_path *path) {
    path->begun = false;
}

void svg_path_close(struct svg_path *path, const char *class, const char *colour, const char *more) {
    fprintf(path->svg->out, "\" class=\"%s%s%s %s\"/>\n", class, more[0] != '\0' ? " " : "", more, colour);
}
