/* All identities that there ever were: a hash table that only grows. */
#include "sim/lives.h"

#include "sim/memory.h"

#include <stdlib.h>
#include <string.h>

/* Its value depends on the machine, which does no harm: nothing is done in the order of the table. */
static uint32_t hash_of(const struct lives *lives, const void *identity) {
    const unsigned char *bytes = identity;
    size_t left = lives->identity_size;
    uint64_t hash = left;
    while (left > 0) {
        uint64_t word = 0;
        size_t taken = left < sizeof word ? left : sizeof word;
        memcpy(&word, bytes, taken);
        hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
        bytes += taken;
        left -= taken;
    }
    return (uint32_t)hash;
}

static void make_table(struct lives *lives, uint32_t size) {
    lives->mask = size - 1;
    lives->table = sim_realloc(lives->table, size, sizeof *lives->table);
    memset(lives->table, 0xff, size * sizeof *lives->table);
}

void lives_init(struct lives *lives, size_t identity_size) {
    *lives = (struct lives){.identity_size = identity_size};
    make_table(lives, 64);
}

void lives_free(struct lives *lives) {
    free(lives->identities);
    free(lives->lives);
    free(lives->table);
}

const void *lives_identity(const struct lives *lives, uint32_t life) {
    return lives->identities + life * lives->identity_size;
}

/* Where it is in the table, or would be. */
static uint32_t *place_of(const struct lives *lives, const void *identity) {
    for (uint32_t at = hash_of(lives, identity);; at++) {
        uint32_t *place = &lives->table[at & lives->mask];
        if (*place == LIVES_NONE || memcmp(lives_identity(lives, *place), identity, lives->identity_size) == 0) {
            return place;
        }
    }
}

uint32_t lives_find(const struct lives *lives, const void *identity) {
    return *place_of(lives, identity);
}

static void grow(struct lives *lives) {
    lives->room = lives->room == 0 ? 16 : lives->room * 2;
    lives->lives = sim_realloc(lives->lives, lives->room, sizeof *lives->lives);
    lives->identities = sim_realloc(lives->identities, lives->room, lives->identity_size);
    make_table(lives, lives->room * 4);
    for (uint32_t life = 0; life < lives->count; life++) {
        *place_of(lives, lives_identity(lives, life)) = life;
    }
}

uint32_t lives_add(struct lives *lives, const void *identity, uint32_t owner) {
    uint32_t found = lives_find(lives, identity);
    if (found != LIVES_NONE) {
        return found;
    }
    if (lives->count == lives->room) {
        grow(lives);
    }
    uint32_t life = lives->count++;
    lives->lives[life] = (struct life){.owner = owner};
    memcpy(lives->identities + life * lives->identity_size, identity, lives->identity_size);
    *place_of(lives, identity) = life;
    return life;
}
