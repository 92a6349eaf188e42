/* How far a long run is, on standard error: at most four times a second, and nothing of what takes less than a second. */
#ifndef SELKIE_COMMAND_PROGRESS_H
#define SELKIE_COMMAND_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool on;
    bool written; /* there is a line to be wiped out */
    bool is_terminal;
    uint64_t began_ms, last_ms; /* of the machine's clock */
};

void progress_begin(struct progress *progress, bool wanted, bool unwanted);
void progress_time(void *ctx, uint64_t now_us, uint64_t duration_us); /* of a run */
void progress_runs(void *ctx, uint64_t done, uint64_t of);            /* of a sweep */
void progress_end(struct progress *progress);

#endif
