/* What a sweep changes: a panel for each thing that is measured. */
#ifndef SELKIE_COMMAND_MULTIPLES_H
#define SELKIE_COMMAND_MULTIPLES_H

#include "chart/chart.h"
#include "command/sweep.h"

void multiples_draw(FILE *out, struct chart *chart, struct outcome *outcome);

#endif
