/* Repeating, taking the time, and the median of it. */
#include "operations.h"
#include "report.h"

#include "floor.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPEAT_MOST = 1000 };

static double now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static int by_size(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return difference < 0 ? -1 : difference > 0;
}

/* What an instruction counter is to look at, and nothing else. */
__attribute__((noinline)) uint64_t bench_measured(const struct bench_operation *operation);
uint64_t bench_measured(const struct bench_operation *operation) {
    return operation->run();
}

static void run_once(const struct bench_operation *operation, double *ns) {
    if (operation->ready != NULL) {
        operation->ready();
    }
    double began = now_ns();
    uint64_t times = bench_measured(operation);
    *ns = (now_ns() - began) / (double)times;
}

static void measure(const struct bench_choice *choice, const struct bench_operation *operation, const char *name,
                    uint32_t members) {
    double ns[REPEAT_MOST], unused;
    struct selkie_codec codec = {.struct_size = sizeof codec};
    bench_must(bench_codec(&codec, name));
    operation->begin(&codec, members);
    run_once(operation, &unused); /* caches and branch predictors get to know it */
    for (unsigned i = 0; i < choice->repeat; i++) {
        run_once(operation, &ns[i]);
    }
    operation->end();
    qsort(ns, choice->repeat, sizeof *ns, by_size);
    struct bench_figure figure = {.operation = operation->name,
                                  .codec = name,
                                  .unit = "ns",
                                  .members = members,
                                  .median = ns[choice->repeat / 2],
                                  .least = ns[0],
                                  .most = ns[choice->repeat - 1],
                                  .reference = -1,
                                  .floor = bench_floor_ns(members, operation->floor_reads, operation->floor_bytes)};
    bench_show(choice, &figure);
}

static bool is_chosen(const struct bench_choice *choice, const char *name) {
    for (size_t i = 0; i < choice->operation_count; i++) {
        if (strcmp(choice->operations[i], name) == 0) {
            return true;
        }
    }
    return choice->operation_count == 0;
}

void bench_run(const struct bench_choice *choice) {
    bench_show_begin(choice);
    for (size_t i = 0; i < bench_operation_count; i++) {
        for (size_t codec = 0; codec < choice->codec_count; codec++) {
            for (size_t n = 0; n < choice->member_count && is_chosen(choice, bench_operations[i].name); n++) {
                measure(choice, &bench_operations[i], choice->codecs[codec], choice->members[n]);
            }
        }
    }
    bench_show_end(choice);
}
