/* The table of suspicions whose time is running: of whom, at which incarnation, and who shares them. Finds the latest of
 * a member by its address. What they lead to is not known here. */
#ifndef SELKIE_ENGINE_SUSPICIONS_H
#define SELKIE_ENGINE_SUSPICIONS_H

#include "engine/identity.h"
#include "engine/index.h"

#define SUSPICIONS_NONE UINT32_MAX

/* `accuser` of a suspicion, if it is not a slot: we ourselves. SELKIE_NO_SLOT: nobody whom we know. */
#define SUSPICION_OURS (SELKIE_NO_SLOT - 1)

/* In the table it stands between the suspect's identity and the accusers' hashes. */
struct suspicion {
    uint32_t serial;       /* of the timer */
    uint32_t debt_ms;      /* how much longer it runs, for pauses of ours. Of a free one: the number of the next */
    uint32_t accuser;      /* slot of the one that was heard last */
    uint16_t incarnation;  /* of the suspect */
    uint8_t confirmations; /* K: with so many accusers beyond the first it takes the shortest time */
    uint8_t confirmed;     /* C: how many of those there are */
    uint8_t stage;         /* how often its timer was due */
    uint8_t factor;        /* its longest time is so many times its shortest */
    bool runs;             /* its timer is out */
    bool findable;         /* it is the latest of its address */
};

struct suspicions {
    const struct selkie_identity_type *type;
    struct pages items;
    struct index index;     /* of those that are findable, by address */
    uint32_t accusers;      /* that each has room for; 0: none is findable */
    uint32_t used;          /* items that were ever used */
    uint32_t free;          /* first of the free ones among them */
    uint32_t serial;        /* of the next one */
    uint32_t oldest_serial; /* those before it are stale: see suspicions_end_all */
};

/* At most `limit` at once (UINT32_MAX: no bound), each with room for the hashes of `accusers` accusers. */
void suspicions_init(struct suspicions *suspicions, const struct selkie_identity_type *type,
                     const struct selkie_allocator *allocator, const struct hash_key *hash_key, uint32_t limit,
                     uint32_t accusers);
bool suspicions_reserve(struct suspicions *suspicions, uint32_t count);
void suspicions_free(struct suspicions *suspicions);
uint64_t suspicions_bytes(const struct selkie_identity_type *type, uint32_t limit, uint32_t accusers);

/* Add one that runs, with no accuser yet; of its address it is the latest from now on. Its number; SUSPICIONS_NONE: no
 * room, and none of that address can be found any more. */
uint32_t suspicions_add(struct suspicions *suspicions, const void *identity, uint16_t incarnation);

/* Its timer will not come again. */
void suspicions_remove(struct suspicions *suspicions, uint32_t number);

/* The one that a timer names, or SUSPICIONS_NONE: it is gone. */
uint32_t suspicions_of_timer(const struct suspicions *suspicions, uint32_t number, uint32_t serial);

/* The one that runs of this very identity at this incarnation and is not stale, or SUSPICIONS_NONE. */
uint32_t suspicions_find(const struct suspicions *suspicions, const void *identity, uint16_t incarnation);

/* All that there are become stale: their timers, when they come, mean nothing any more. */
void suspicions_end_all(struct suspicions *suspicions);

/* Forget all that there are: their timers are lost. */
void suspicions_clear(struct suspicions *suspicions);

/* One by one those that run and are not stale: the first from `number` on, or SUSPICIONS_NONE. */
uint32_t suspicions_next(const struct suspicions *suspicions, uint32_t number);

struct suspicion *suspicions_at(const struct suspicions *suspicions, uint32_t number);
const void *suspicions_identity(const struct suspicions *suspicions, uint32_t number); /* not aligned */

/* The hashes of its accusers: the first, and one for each that is confirmed; 0: it did not give its name. */
uint32_t *suspicions_accusers(const struct suspicions *suspicions, uint32_t number);

#endif
