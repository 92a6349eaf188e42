/* Random choices from a seed: the same on every platform. Not for secrets. */
#ifndef SELKIE_BASE_RANDOM_H
#define SELKIE_BASE_RANDOM_H

#include "base/hash.h"

struct random {
    uint32_t state[4];
};

/* Start the series that `key` gives. */
void random_init(struct random *random, const struct hash_key *key);

static inline uint32_t random_rotate(uint32_t value, unsigned bits) {
    return value << bits | value >> (32 - bits);
}

/* 32 uniform bits: xoshiro128++ (Blackman, Vigna 2021). */
static inline uint32_t random_next(struct random *random) {
    uint32_t *s = random->state;
    uint32_t result = random_rotate(s[0] + s[3], 7) + s[0];
    uint32_t shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = random_rotate(s[3], 11);
    return result;
}

/* A uniform number below `bound`, which is not 0 (Lemire 2019). */
static inline uint32_t random_below(struct random *random, uint32_t bound) {
    uint64_t product = (uint64_t)random_next(random) * bound;
    if ((uint32_t)product < bound) {
        uint32_t biased = (0u - bound) % bound; /* 2^32 modulo bound: as many low values would come once too often */
        while ((uint32_t)product < biased) {
            product = (uint64_t)random_next(random) * bound;
        }
    }
    return (uint32_t)(product >> 32);
}

#endif
