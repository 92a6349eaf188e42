/* splitmix64 (Steele, Lea, Flood 2014): another generator than the engine's own. */
#include "seed.h"

#include <stdio.h>
#include <stdlib.h>

struct seed seed_take(int argc, char **argv) {
    struct seed seed = {argc > 1 ? strtoull(argv[1], NULL, 10) : 20240817};
    printf("seed %llu\n", (unsigned long long)seed.state);
    return seed;
}

uint32_t seed_next(struct seed *seed) {
    uint64_t z = seed->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(z >> 32);
}

uint32_t seed_below(struct seed *seed, uint32_t bound) {
    return (uint32_t)((uint64_t)seed_next(seed) * bound >> 32);
}
