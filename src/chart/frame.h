/* What is around every chart: title, caption and legend above it, and the sentence in the place of what is not there. */
#ifndef SELKIE_CHART_FRAME_H
#define SELKIE_CHART_FRAME_H

#include "chart/legend.h"

#define FRAME_EDGE 14.0 /* around a chart that is a document of its own */

struct frame {
    struct svg svg;
    const struct chart *chart;
    const struct legend_item *items;
    size_t item_count;
    double edge;
    double width; /* of all */
    double inner; /* between the edges */
    double top;   /* where the drawing begins, which goes from `edge` to `edge + inner` */
};

/* Lay out what is above the drawing. */
void frame_make(struct frame *frame, const struct chart *chart, const struct legend_item *items, size_t count);

/* Open the element for a drawing of that height, and draw what is above it. */
void frame_open(struct frame *frame, FILE *out, double height);
void frame_close(struct frame *frame);

/* The whole chart, in which there is nothing but the sentence that says so. */
void frame_draw_empty(struct frame *frame, FILE *out);

#endif
