/* What a run is to be shown as besides the report: a page, and single charts. */
#ifndef SELKIE_COMMAND_PICTURES_H
#define SELKIE_COMMAND_PICTURES_H

#include "command/complaint.h"
#include "command/sweep.h"

#include <stdio.h>

enum { PICTURES_MOST = 16 };

struct picture {
    const char *name; /* of the chart; NULL: the page */
    size_t name_size; /* how long that is: what follows is no part of it */
    const char *path;
    FILE *file;
};

struct pictures {
    struct picture all[PICTURES_MOST];
    size_t count;
};

/* Ask for the page, or for a chart: `informed=FILE`. The texts must outlive it. */
bool pictures_add_page(struct pictures *pictures, const char *path, struct complaint *complaint);
bool pictures_add_chart(struct pictures *pictures, const char *text, struct complaint *complaint);

/* Are there such charts, of one run or of many? */
bool pictures_check(const struct pictures *pictures, bool many, struct complaint *complaint);

/* Open all files, before it takes long until there is something to write into them. */
bool pictures_open(struct pictures *pictures, struct complaint *complaint);

/* Write them. `flags`: how to have it again, behind `selkie sim`. The samples may be sorted by that. */
void pictures_write_run(const struct pictures *pictures, struct result *result, const char *flags);
void pictures_write_sweep(const struct pictures *pictures, struct outcome *outcome, const char *flags);

/* Close the files. False: not all that was written has arrived, and the complaint names the first such file. */
bool pictures_close(struct pictures *pictures, struct complaint *complaint);

#endif
