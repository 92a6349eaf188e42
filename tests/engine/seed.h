/* Random numbers for randomised tests: one seed, printed first and taken back as the program's argument. */
#ifndef TESTS_ENGINE_SEED_H
#define TESTS_ENGINE_SEED_H

#include <stdint.h>

struct seed {
    uint64_t state;
};

/* From the program's argument, or the one that every run without an argument uses. Printed. */
struct seed seed_take(int argc, char **argv);

uint32_t seed_next(struct seed *seed);
uint32_t seed_below(struct seed *seed, uint32_t bound);

#endif
