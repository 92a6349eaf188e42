/* A set of numbers of 64 bits: hashes, so that each bit of them is as good as any other. */
#ifndef SELKIE_SIM_KEYS_H
#define SELKIE_SIM_KEYS_H

#include <stdbool.h>
#include <stdint.h>

/* All zero is an empty set. */
struct keys {
    uint64_t *table; /* 0 where there is none */
    uint32_t count, mask;
};

void keys_add(struct keys *keys, uint64_t key);
bool keys_has(const struct keys *keys, uint64_t key);
void keys_free(struct keys *keys);

#endif
