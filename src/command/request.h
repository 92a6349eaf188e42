/* What the user wants of `selkie sim`: a scenario, what is varied, and in which form the outcome comes. */
#ifndef SELKIE_COMMAND_REQUEST_H
#define SELKIE_COMMAND_REQUEST_H

#include "command/complaint.h"
#include "command/pictures.h"
#include "command/sweep.h"

struct request {
    struct scenario scenario;
    struct sweep sweep;
    bool json;                /* to standard output, instead of the report */
    struct pictures pictures; /* files for the page, and for charts */
    uint32_t jobs;            /* how many runs at once. 0: as many as there are cores */
    bool progress;            /* also where standard error is no terminal */
    bool quiet;               /* no progress */
    bool print;               /* the scenario as a file, instead of running it */
    bool help;
};

/* What else there is to say beside the directives: flags only. */
struct request_flag {
    const char *name;
    const char *argument; /* NULL: it takes none */
    const char *text;
    bool (*read)(struct request *request, const char *value, struct complaint *complaint);
};
extern const struct request_flag request_flags[];
extern const unsigned request_flags_count;

/* From the arguments behind `selkie sim`: argv[0] is passed over. Files are taken first, then the flags. */
bool request_read(struct request *request, int argc, char **argv, struct complaint *complaint);
void request_free(struct request *request);

/* Is there more than one run? */
bool request_is_sweep(const struct request *request);

#endif
