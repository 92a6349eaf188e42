/* Random draws, in whole numbers only: the same on every machine. */
#ifndef SELKIE_SIM_CHANCE_H
#define SELKIE_SIM_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

#define CHANCE_CERTAIN 1000000u /* parts per million */

/* Evenly from 0 to below - 1. `random` is the state, any number at first. */
uint64_t chance_below(uint64_t *random, uint64_t below);

/* Does it happen, this time? Draws nothing where there is no chance. */
bool chance_happens(uint64_t *random, uint32_t ppm);

/* The log-normal distribution with this median, of which 99 of 100 draws are below `high`. */
struct log_normal {
    uint64_t median;
    uint64_t steepness; /* log2(high / median), in 2^-24 */
};

/* median: 1 to 2^32 - 1; high: at least that, and as much at most. */
struct log_normal log_normal_of(uint64_t median, uint64_t high);

/* Draw from it, at most `most`, which is below 2^32. */
uint64_t chance_log_normal(uint64_t *random, const struct log_normal *of, uint64_t most);

#endif
