/* The bare work that no engine can avoid. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stdint.h>

/* Nanoseconds for `reads` times hashing an address and reading a random record of a table of that many members, and for
 * copying `bytes` bytes. */
double bench_floor_ns(uint32_t members, uint32_t reads, uint32_t bytes);

#endif
