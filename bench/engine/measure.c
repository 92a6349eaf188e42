/* Repeating, taking the time, and the median of it. */
#include "measure.h"

#include "floor.h"
#include "reference.h"

#include <stdlib.h>

static int by_size(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return difference < 0 ? -1 : difference > 0;
}

/* What an instruction counter is to look at, and nothing else. */
__attribute__((noinline)) uint64_t bench_measured(const struct bench_operation *operation);
uint64_t bench_measured(const struct bench_operation *operation) {
    return operation->run();
}

static void get_ready(const struct bench_operation *operation) {
    if (operation->ready != NULL) {
        operation->ready();
    }
}

/* Caches, branch predictors and tables get to know it first. */
static void begin(const struct bench_operation *operation, const struct selkie_codec *codec, uint32_t members) {
    operation->begin(codec, members);
    get_ready(operation);
    operation->run();
}

static double run_once(const struct bench_operation *operation) {
    get_ready(operation);
    double began = bench_cpu_ns();
    uint64_t times = bench_measured(operation);
    return (bench_cpu_ns() - began) / (double)times;
}

void bench_measure(const struct bench_operation *operation, const struct selkie_codec *codec, unsigned repeat,
                   struct bench_figure *figure) {
    double ns[REPEAT_MOST];
    begin(operation, codec, figure->members);
    for (unsigned i = 0; i < repeat; i++) {
        ns[i] = run_once(operation);
    }
    operation->end();
    qsort(ns, repeat, sizeof *ns, by_size);
    figure->value = ns[repeat / 2];
    figure->least = ns[0];
    figure->most = ns[repeat - 1];
    figure->reference = bench_reference_ns(operation, codec, figure->members);
    figure->floor = bench_floor_ns(figure->members, &operation->floor);
}

uint64_t bench_once(const struct bench_operation *operation, const struct selkie_codec *codec, uint32_t members) {
    enum { ONCE_FEWER = 8 };
    bench_fewer = ONCE_FEWER;
    begin(operation, codec, members);
    get_ready(operation);
    uint64_t times = bench_measured(operation);
    operation->end();
    bench_fewer = 1;
    return times;
}
