/* What the pages of runs and of sweeps share. */
#ifndef SELKIE_COMMAND_PAGE_PARTS_H
#define SELKIE_COMMAND_PAGE_PARTS_H

#include "command/html.h"
#include "command/scenario.h"

/* The scenario in words, and the command to have it again. `kicker`: the line above the title; `notes`: what more there is
 * to say, or NULL. */
void part_head(FILE *out, const char *kicker, const struct scenario *scenario, const char *notes, const char *flags);

/* What came of it: open it, say sentences, each of which is good news or bad, close it. */
void part_verdict_open(FILE *out);
void part_say(FILE *out, bool good, const char *format, ...);
void part_verdict_close(FILE *out);

/* Key figures: what it is, the value, and what else there is to say. */
void part_keys_open(FILE *out);
void part_key(FILE *out, const char *label, const char *value, const char *format, ...);
void part_keys_close(FILE *out);

/* Links to the figures. */
void part_contents_open(FILE *out);
void part_link(FILE *out, const char *name, const char *title);
void part_contents_close(FILE *out);

/* A figure, which is drawn wide, then, after part_figure_narrow, for a telephone; after part_figure_tell come the numbers
 * behind it. */
void part_figure_open(FILE *out, const char *name, const char *title, const char *caption);
void part_figure_narrow(FILE *out);
void part_figure_tell(FILE *out);
void part_figure_close(FILE *out);

/* All settings of the engines, and whose they are. */
void part_config(FILE *out, const struct scenario *scenario, const struct selkie_config *config);

/* The foot of the page. `made`: of what it was made. */
void part_foot(FILE *out, const char *made);

#endif
