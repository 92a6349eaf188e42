/* How charts look: fonts' sizes, which the layout needs too, and the names of the colours. */
#ifndef SELKIE_CHART_STYLE_H
#define SELKIE_CHART_STYLE_H

#include "chart/chart.h"

enum { STYLE_TITLE_PX = 17, STYLE_TEXT_PX = 13, STYLE_SMALL_PX = 12 };
#define STYLE_STRONG_PX (STYLE_SMALL_PX * 1.1) /* small text that is bold, as wide as that */

/* The class that paints in a colour: "c-blue". */
const char *style_class(enum chart_colour colour);

#endif
