/* The figures of a sweep, or of one scenario with many seeds. */
#ifndef SELKIE_COMMAND_FIGURES_SWEEP_H
#define SELKIE_COMMAND_FIGURES_SWEEP_H

#include "command/sweep.h"

#include <stdio.h>

/* identifier, name, title, how to read it, what to say where there is nothing to draw */
#define SWEEP_FIGURES(X)                                                                                               \
    X(multiples, "sweep", "What the values change",                                                                    \
      "One panel for each thing that was measured. Lines are medians over all seeds (of counts: means), the band "     \
      "goes "                                                                                                          \
      "from the value that 5 % stay below to the one that 95 % stay below. A gap: it did not happen.",                 \
      "Nothing was measured.")                                                                                         \
    X(detection, "detection", "How long it took until all knew",                                                       \
      "One row a point of the sweep. Each dot (or, where there are many, column) is a member to which something "      \
      "happened, in one of the runs; the short line below marks the median.",                                          \
      "Nothing happened to a member that others could have noticed.")                                                  \
    X(informed, "informed", "How many knew, and when",                                                                 \
      "Of all pairs of an observer and a member to which something happened, the share in which the one held the "     \
      "other for Down, so long after it happened. The axis of time is logarithmic.",                                   \
      "Nobody learned of anything.")                                                                                   \
    X(load, "load", "Packets a member sends",                                                                          \
      "One row a point of the sweep: each member of each run counts with its average over its life.",                  \
      "No member sent a packet.")

enum { SWEEP_POINTS_DRAWN = 16 }; /* where each has a row or a line */

enum sweep_figure {
#define SELKIE_X(id, name, title, caption, empty) SWEEP_FIGURE_##id,
    SWEEP_FIGURES(SELKIE_X)
#undef SELKIE_X
        SWEEP_FIGURE_COUNT
};

const char *sweep_figure_name(enum sweep_figure figure);
const char *sweep_figure_title(enum sweep_figure figure);
const char *sweep_figure_caption(enum sweep_figure figure);

/* Which one has this name? SWEEP_FIGURE_COUNT: none. */
enum sweep_figure sweep_figure_find(const char *name);

/* A figure as an SVG document, or inside a page. */
void sweep_figure_write(FILE *out, enum sweep_figure figure, struct outcome *outcome);
void sweep_figure_draw(FILE *out, enum sweep_figure figure, struct outcome *outcome, bool narrow);

#endif
