/* Measuring one thing at one size, with one codec. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "operations.h"
#include "report.h"

/* How long an operation takes, what it takes the reference model, and the least that it could. */
void bench_measure(const struct bench_operation *operation, const struct selkie_codec *codec, unsigned repeat,
                   struct bench_figure *figure);

/* Do it in `bench_measured` a single time, with nothing else that takes long. How often it was done there. */
uint64_t bench_once(const struct bench_operation *operation, const struct selkie_codec *codec, uint32_t members);

/* What each member takes of memory, and each update that is queued: what the engine's allocator was asked for. */
void bench_bytes_per_member(const struct selkie_codec *codec, struct bench_figure *figure);
void bench_bytes_per_update(const struct selkie_codec *codec, struct bench_figure *figure);

/* The longest single call, in ns, and what was called. */
void bench_worst_call(const struct selkie_codec *codec, struct bench_figure *figure);

#endif
