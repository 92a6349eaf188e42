/* The reference model of the tests, as something to compare with: the protocol in plain lists, without any index. */
#ifndef BENCH_REFERENCE_H
#define BENCH_REFERENCE_H

#include "operations.h"

/* Nanoseconds that the model takes for the operation; negative: it would take too long. */
double bench_reference_ns(const struct bench_operation *operation, const struct selkie_codec *codec, uint32_t members);

#endif
