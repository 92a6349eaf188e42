/* Charts: pictures made of numbers, as SVG. No word of what the numbers are about.
 *
 * A chart is written to a file as it goes, either as a document of its own, with its title, its caption and its colours
 * (an .svg file), or as an element for the inside of an HTML page, which has title and caption as text of its own and
 * the colours from chart_style. The same numbers make the same bytes. Any text may come from a user; it is escaped, and cut
 * short where it does not fit. Values that are not finite (and on a logarithmic axis those that are not above 0) are
 * gaps. Where nothing is left to draw, the chart says so in the words of `empty`.
 *
 *     chart_lines          curves and steps over x, with a band around them if wanted
 *     chart_columns        counts in equal intervals of x, stacked
 *     chart_distribution   how values are spread: one row a sample, dots for few and a histogram for many
 *     chart_strips         shares over time, one strip for each of whom there are many: a timeline
 *     chart_panels         several charts of lines side by side
 *
 * The layer: text.c what may be written, number.c numbers for people, scale.c axes, svg.c elements, style.c colours,
 * frame.c what is around every chart, legend.c and marks.c parts of it; and a file for each kind of chart. */
#ifndef SELKIE_CHART_CHART_H
#define SELKIE_CHART_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What values are. A rate is a number that is whole by chance only. */
enum chart_format { CHART_NUMBER, CHART_RATE, CHART_SHARE, CHART_SECONDS, CHART_BYTES };

/* Colours by what they mean, and eight that mean nothing. They are told apart by those who do not see red or green, on
 * light and on dark ground, and lines have dashes of their own besides. */
enum chart_colour {
    CHART_BLUE,
    CHART_VERMILION,
    CHART_GREEN,
    CHART_PURPLE,
    CHART_AMBER,
    CHART_SKY,
    CHART_ROSE,
    CHART_GREY,
    CHART_ALIVE,
    CHART_SUSPECT,
    CHART_DOWN,
    CHART_COLOURS
};

struct chart_axis {
    const char *label; /* what is counted, and in which unit: "packets a second". NULL: none */
    enum chart_format format;
    bool log;
    bool from_zero;
    bool whole;               /* of an axis y: there are only whole numbers */
    double low, high;         /* what the axis shows at least; both 0: what there is */
    const char *const *names; /* of an axis x, instead of numbers: for the values 0, 1, 2, ..., or */
    const double *places;     /* for those here, if it is not NULL, in their order */
    size_t name_count;
};

/* Something that happened at a certain x. */
struct chart_mark {
    double x;
    const char *text; /* "": a line alone */
};

struct chart {
    const char *id;      /* letters, digits and dashes; one of its own in the page */
    const char *title;   /* what is to be seen */
    const char *caption; /* a sentence: how to read it */
    const char *empty;   /* a sentence, for a chart that has nothing to show. NULL: "There is nothing to show." */
    bool inside;         /* of a page, rather than a document of its own */
    double width;        /* in pixels, at least 280. 0: 720 */
    double height;       /* of the drawing without all that is around it. 0: what suits the kind of chart */
    struct chart_axis x, y;
    const struct chart_mark *marks; /* in the order of their x; those that are not finite are left out */
    size_t mark_count;
};

/* Write what all charts inside a page need once, for the inside of its <style>: colours for light and dark ground as
 * variables of the page (--paper, --ink, --quiet, --line, --blue, ...), and how the parts of a chart look. */
void chart_style(FILE *out);

/* A value as people read it, with three digits or so and its unit. */
enum { CHART_NUMBER_MOST = 48 };
void chart_number(char text[CHART_NUMBER_MOST], double value, enum chart_format format);

/* A duration that was asked for, with all its digits: "1.5 s", "20 s". */
void chart_duration(char text[CHART_NUMBER_MOST], double seconds);

/* Write text, escaped for XML and HTML; or so many bytes of it. */
void chart_text(FILE *out, const char *text);
void chart_text_part(FILE *out, const char *text, size_t bytes);

/* ---- Kinds of charts ---- */

enum chart_shape { CHART_LINE, CHART_STEPS };

struct chart_series {
    const char *name; /* NULL: it needs none, for it is the only one */
    enum chart_colour colour;
    enum chart_shape shape;
    size_t count;
    const double *x, *y;      /* in the order of x. Steps hold their value until the next */
    const double *low, *high; /* a band around y. NULL: none */
    const char *band;         /* what the band is, for the legend. NULL: as it says elsewhere */
    bool dots;                /* a dot for each value as well */
};
void chart_lines(FILE *out, const struct chart *chart, const struct chart_series *series, size_t count);

/* Columns: `count` intervals of `width` from x = `from`, and how many of each kind are in them. */
struct chart_kind {
    const char *name;
    enum chart_colour colour;
    const double *counts;
};
struct chart_columns {
    double from, width;
    size_t count;
    const struct chart_kind *kinds; /* the first is lowest */
    size_t kind_count;
};
void chart_columns(FILE *out, const struct chart *chart, const struct chart_columns *columns);

struct chart_sample {
    const char *name;
    enum chart_colour colour;
    size_t count;
    const double *values; /* from the least to the most, then those that are not finite: what never happened */
};
/* The axis x is not logarithmic. */
void chart_distribution(FILE *out, const struct chart *chart, const struct chart_sample *samples, size_t count);

/* Strips: at each of `count` moments of `width` from x = `from`, which share is in each layer. What is left of 1 is bare. */
enum { CHART_LAYERS_MOST = 4 };
struct chart_layer {
    const char *name;
    enum chart_colour colour;
};
struct chart_strip {
    const char *name;
    const double *shares[CHART_LAYERS_MOST]; /* the first is lowest */
    const struct chart_mark *marks;          /* what happened to this one */
    size_t mark_count;
};
struct chart_strips {
    double from, width;
    size_t count;
    const struct chart_layer *layers;
    size_t layer_count;
    const struct chart_strip *strips;
    size_t strip_count;
};
void chart_strips(FILE *out, const struct chart *chart, const struct chart_strips *strips);

/* Panels: each a chart of lines with its own title and axis y, in as many columns as fit; the outer chart has title,
 * caption, width and the legend, and `height` is that of each panel. */
struct chart_panel {
    const char *title;
    struct chart_axis x, y;
    const struct chart_series *series;
    size_t series_count;
};
void chart_panels(FILE *out, const struct chart *chart, const struct chart_panel *panels, size_t count);

/* The value that a share of a sample does not exceed (0.5: the median), by the nearest rank; NAN of none. The sample
 * goes from the least to the most. */
double chart_quantile(const double *sorted, size_t count, double share);

#endif
