/* Logarithms in fixed point: 8 bits before the point, 56 after it, rounded down, the same on every platform. */
#ifndef SELKIE_BASE_FIXED_H
#define SELKIE_BASE_FIXED_H

#include <stdint.h>

#define FIXED_ONE ((uint64_t)1 << 56)

/* log10(n) for n >= 1. Exact for powers of ten. */
uint64_t fixed_log10(uint32_t n);

/* part / whole, rounded up, for part <= whole < 2^63. */
uint64_t fixed_ratio(uint64_t part, uint64_t whole);

/* The whole part of whole * fixed; UINT64_MAX if that is too large. */
uint64_t fixed_scale(uint64_t whole, uint64_t fixed);

#endif
