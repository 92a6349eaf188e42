/* Which operations are measured, and how the figures are shown. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHOICES_MAX = 16, REPEAT_LEAST = 7 };

struct bench_choice {
    bool json;
    bool once; /* each operation a single time, with nothing around it that takes long: for an instruction counter */
    const char *codecs[CHOICES_MAX];
    const char *operations[CHOICES_MAX]; /* NULL: all */
    uint32_t members[CHOICES_MAX];
    size_t codec_count, operation_count, member_count;
    unsigned repeat;
    const char *compare; /* a file of an earlier run with --json; NULL: none */
};

/* Read the command line. What is wrong with it, or NULL. */
const char *bench_choose(struct bench_choice *choice, int argc, char **argv);

/* Measure what was chosen, and show it. */
void bench_run(const struct bench_choice *choice);

/* One figure. Unknown ones are negative. */
struct bench_figure {
    const char *operation, *codec, *unit;
    uint32_t members;
    double median, least, most, reference, floor;
};

/* Show a figure; the first and the last one open and close what needs it. */
void bench_show_begin(const struct bench_choice *choice);
void bench_show(const struct bench_choice *choice, const struct bench_figure *figure);
void bench_show_end(const struct bench_choice *choice);

#endif
