/* The page of a run, or of a sweep: one HTML file that needs nothing else, to be read, sent around and printed. */
#ifndef SELKIE_COMMAND_PAGE_H
#define SELKIE_COMMAND_PAGE_H

#include "command/sweep.h"

#include <stdio.h>

/* Write the page of one run. `flags`: how to have it again, behind `selkie sim`. The samples may be sorted by that. */
void page_write_run(FILE *out, struct result *result, const char *flags);

/* Write the page of many runs. */
void page_write_sweep(FILE *out, struct outcome *outcome, const char *flags);

#endif
