/* The bare work that no engine can avoid. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stdbool.h>
#include <stdint.h>

struct bench_floor {
    uint32_t reads;   /* so often an address is hashed and a random record of the table read */
    uint32_t bytes;   /* that are copied */
    bool overlapping; /* there are many such reads in one call: none has to wait for the one before */
};

/* Nanoseconds for that, with a table of so many members. */
double bench_floor_ns(uint32_t members, const struct bench_floor *floor);

#endif
