/* All identities that there ever were in a simulated cluster, and the highest incarnation that each has had: what
 * nobody may speak beyond. */
#ifndef SELKIE_SIM_LIVES_H
#define SELKIE_SIM_LIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LIVES_NONE UINT32_MAX

struct life {
    uint64_t said_in; /* the last packet that spoke of it, by its number */
    uint32_t owner;   /* the member that had it; SELKIE_SIM_NOBODY: none, it came from outside */
    uint16_t highest; /* incarnation */
};

struct lives {
    size_t identity_size;
    unsigned char *identities; /* one after the other, of each life */
    struct life *lives;
    uint32_t count, room;
    uint32_t *table; /* hash table of lives, LIVES_NONE where there is none */
    uint32_t mask;
};

void lives_init(struct lives *lives, size_t identity_size);
void lives_free(struct lives *lives);

/* The number of an identity's life, which stays. LIVES_NONE: there never was one. */
uint32_t lives_find(const struct lives *lives, const void *identity);

/* The same; an identity that was not there is, from now on, that owner's, at incarnation 0. */
uint32_t lives_add(struct lives *lives, const void *identity, uint32_t owner);

const void *lives_identity(const struct lives *lives, uint32_t life);

#endif
