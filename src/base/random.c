/* xoshiro128++ (Blackman, Vigna 2021), and unbiased numbers below a bound (Lemire 2019). */
#include "base/random.h"

void random_init(struct random *random, const struct hash_key *key) {
    random->state[0] = (uint32_t)key->words[0];
    random->state[1] = (uint32_t)(key->words[0] >> 32);
    random->state[2] = (uint32_t)key->words[1];
    random->state[3] = (uint32_t)(key->words[1] >> 32) | 1; /* never all zero */
}

static uint32_t rotate_left_32(uint32_t value, unsigned bits) {
    return value << bits | value >> (32 - bits);
}

uint32_t random_next(struct random *random) {
    uint32_t *s = random->state;
    uint32_t result = rotate_left_32(s[0] + s[3], 7) + s[0];
    uint32_t shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left_32(s[3], 11);
    return result;
}

uint32_t random_below(struct random *random, uint32_t bound) {
    uint64_t product = (uint64_t)random_next(random) * bound;
    if ((uint32_t)product < bound) {
        uint32_t biased = (0u - bound) % bound; /* 2^32 modulo bound: as many low values would come once too often */
        while ((uint32_t)product < biased) {
            product = (uint64_t)random_next(random) * bound;
        }
    }
    return (uint32_t)(product >> 32);
}
