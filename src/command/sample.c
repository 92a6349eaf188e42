#include "command/sample.h"

#include "command/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sample_add(struct sample *sample, double value) {
    sample->values = memory_for_one_more(sample->values, sample->count, &sample->room, sizeof *sample->values);
    sample->values[sample->count++] = value;
    sample->sorted = false;
}

void sample_add_all(struct sample *sample, const struct sample *other) {
    for (size_t i = 0; i < other->count; i++) {
        sample_add(sample, other->values[i]);
    }
}

void sample_free(struct sample *sample) {
    free(sample->values);
    *sample = (struct sample){.count = 0};
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

double sample_at(struct sample *sample, double share) {
    if (sample->count == 0) {
        return NAN;
    }
    if (!sample->sorted) {
        qsort(sample->values, sample->count, sizeof *sample->values, compare);
        sample->sorted = true;
    }
    double rank = ceil(share * (double)sample->count - 1e-9);
    size_t at = rank < 1 ? 0 : (size_t)rank - 1;
    return sample->values[at < sample->count ? at : sample->count - 1];
}

size_t sample_never(const struct sample *sample) {
    size_t never = 0;
    for (size_t i = 0; i < sample->count; i++) {
        never += isinf(sample->values[i]) != 0;
    }
    return never;
}

double sample_mean(const struct sample *sample) {
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < sample->count; i++) {
        if (isfinite(sample->values[i])) {
            sum += sample->values[i];
            count++;
        }
    }
    return count == 0 ? NAN : sum / (double)count;
}
