/* A set of numbers: a hash table with open addressing. */
#include "sim/keys.h"

#include "sim/memory.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_LEAST 64u

static uint64_t not_zero(uint64_t key) {
    return key == 0 ? 1 : key;
}

/* Where it is, or where it would go. */
static uint64_t *place_of(const struct keys *keys, uint64_t key) {
    uint32_t at = (uint32_t)(key ^ key >> 32) & keys->mask;
    while (keys->table[at] != 0 && keys->table[at] != key) {
        at = (at + 1) & keys->mask;
    }
    return &keys->table[at];
}

static void grow(struct keys *keys) {
    struct keys old = *keys;
    uint32_t slots = old.table == NULL ? SLOTS_LEAST : 2 * (old.mask + 1);
    keys->table = sim_realloc(NULL, slots, sizeof *keys->table);
    memset(keys->table, 0, slots * sizeof *keys->table);
    keys->mask = slots - 1;
    for (uint32_t i = 0; old.table != NULL && i <= old.mask; i++) {
        if (old.table[i] != 0) {
            *place_of(keys, old.table[i]) = old.table[i];
        }
    }
    free(old.table);
}

bool keys_has(const struct keys *keys, uint64_t key) {
    return keys->table != NULL && *place_of(keys, not_zero(key)) != 0;
}

void keys_add(struct keys *keys, uint64_t key) {
    if (keys_has(keys, key)) {
        return;
    }
    if (keys->table == NULL || 2 * keys->count > keys->mask) {
        grow(keys);
    }
    *place_of(keys, not_zero(key)) = not_zero(key);
    keys->count++;
}

void keys_free(struct keys *keys) {
    free(keys->table);
}
