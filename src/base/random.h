/* Random choices from a seed: the same on every platform. Not for secrets. */
#ifndef SELKIE_BASE_RANDOM_H
#define SELKIE_BASE_RANDOM_H

#include "base/hash.h"

struct random {
    uint32_t state[4];
};

/* Start the series that `key` gives. */
void random_init(struct random *random, const struct hash_key *key);

/* 32 uniform bits. */
uint32_t random_next(struct random *random);

/* A uniform number below `bound`, which is not 0. */
uint32_t random_below(struct random *random, uint32_t bound);

#endif
