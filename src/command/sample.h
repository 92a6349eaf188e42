/* Numbers with a distribution: all values of a kind, and what is asked of them. Durations are microseconds; INFINITY
 * stands for what never happened, and counts as a value that is above all others. */
#ifndef SELKIE_COMMAND_SAMPLE_H
#define SELKIE_COMMAND_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

struct sample {
    double *values;
    size_t count, room;
    bool sorted;
};

void sample_add(struct sample *sample, double value);
void sample_add_all(struct sample *sample, const struct sample *other);
void sample_free(struct sample *sample);

/* The least value that is not below so much of all (0.5: the median; 1: the greatest). INFINITY if that never happened.
 * NAN of none. The first question sorts. */
double sample_at(struct sample *sample, double share);

/* Of the values that are finite. NAN if there is none. */
double sample_mean(const struct sample *sample);

size_t sample_never(const struct sample *sample); /* how many are INFINITY */

#endif
