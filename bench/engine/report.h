/* What is measured, and how the figures are shown. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHOICES_MAX = 16, REPEAT_LEAST = 7, REPEAT_MOST = 50 };

struct bench_choice {
    bool json;
    bool once;     /* no times: each operation a single time, for an instruction counter */
    bool built_by; /* nothing but what the program was built by */
    const char *codecs[CHOICES_MAX];
    const char *names[CHOICES_MAX]; /* of what is measured */
    uint32_t members[CHOICES_MAX];
    size_t codec_count, name_count, member_count;
    unsigned repeat;
    const char *compare; /* a file of an earlier run with --json; NULL: none */
};

/* Read the command line. What is wrong with it, or NULL. */
const char *bench_choose(struct bench_choice *choice, int argc, char **argv);

/* All that can be measured, in the order in which it is. */
size_t bench_name_count(void);
const char *bench_name(size_t i);

/* Measure what was chosen, and show it. */
void bench_run(const struct bench_choice *choice);

/* One figure. Unknown ones are negative. */
struct bench_figure {
    const char *name, *codec;
    const char *note; /* on the value; or NULL */
    uint32_t members;
    bool is_operation; /* the value is the median of some ns; otherwise it stands alone, and its name says what it is */
    double value, least, most, reference, floor;
};

/* Show a figure; the first and the last one open and close what needs it. */
void bench_show_begin(const struct bench_choice *choice);
void bench_show(const struct bench_choice *choice, const struct bench_figure *figure);
void bench_show_end(const struct bench_choice *choice);

/* Read an earlier run with --json. What is wrong with the file, or NULL. */
const char *bench_read_earlier(const char *path);

/* What this figure's value was then; negative: it was not measured. */
double bench_earlier(const struct bench_figure *figure);

#endif
