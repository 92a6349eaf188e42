/* What happened when: lines through a plot, and their texts above it, which never cover each other. */
#ifndef SELKIE_CHART_MARKS_H
#define SELKIE_CHART_MARKS_H

#include "chart/plot.h"

/* Make room for the texts between the head of a plot, which is not placed yet, and the plot. */
void marks_make_room(const struct chart *chart, struct plot *plot);

/* Draw them; a text for which there is no room is left out, its line is not. */
void marks_draw(const struct chart *chart, const struct plot *plot, const struct svg *svg);

#endif
