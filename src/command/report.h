/* Results as text for people. */
#ifndef SELKIE_COMMAND_REPORT_H
#define SELKIE_COMMAND_REPORT_H

#include "command/sweep.h"

#include <stdio.h>

void report_result(FILE *out, const struct result *result);
void report_outcome(FILE *out, const struct scenario *scenario, struct outcome *outcome);

#endif
