#include "command/progress.h"

#include "command/show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_MS 1000u
#define EVERY_MS 250u
#define EVERY_LINE_MS 5000u /* where each is a line of its own */

static uint64_t clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void progress_begin(struct progress *progress, bool wanted, bool unwanted) {
    bool is_terminal = isatty(STDERR_FILENO) != 0;
    *progress = (struct progress){
        .on = !unwanted && (wanted || is_terminal), .is_terminal = is_terminal, .began_ms = clock_ms()};
    progress->last_ms = progress->began_ms;
}

/* Is it time for another word? */
static bool is_due(struct progress *progress) {
    uint64_t now_ms = clock_ms();
    uint64_t wait_ms = !progress->written ? FIRST_MS : progress->is_terminal ? EVERY_MS : EVERY_LINE_MS;
    if (!progress->on || now_ms - progress->last_ms < wait_ms) {
        return false;
    }
    progress->last_ms = now_ms;
    return true;
}

static void say(struct progress *progress, double share, const char *what) {
    char left[SHOW_MOST];
    double spent_us = (double)(progress->last_ms - progress->began_ms) * 1e3;
    const char *wait = share > 0 ? show_time(left, spent_us / share * (1 - share)) : "?";
    progress->written = true;
    if (progress->is_terminal) {
        fprintf(stderr, "\r\033[K%s, %.0f %%, about %s to go", what, share * 100, wait);
    } else {
        fprintf(stderr, "%s, %.0f %%, about %s to go\n", what, share * 100, wait);
    }
    fflush(stderr);
}

void progress_time(void *ctx, uint64_t now_us, uint64_t duration_us) {
    struct progress *progress = ctx;
    if (is_due(progress)) {
        char now[SHOW_MOST], all[SHOW_MOST], what[2 * SHOW_MOST + 8];
        snprintf(what, sizeof what, "%s of %s", show_time(now, (double)now_us), show_time(all, (double)duration_us));
        say(progress, (double)now_us / (double)duration_us, what);
    }
}

void progress_runs(void *ctx, uint64_t done, uint64_t of) {
    struct progress *progress = ctx;
    if (is_due(progress)) {
        char what[64];
        snprintf(what, sizeof what, "%" PRIu64 " of %" PRIu64 " runs", done, of);
        say(progress, (double)done / (double)of, what);
    }
}

void progress_end(struct progress *progress) {
    if (progress->written && progress->is_terminal) {
        fprintf(stderr, "\r\033[K");
    }
}
