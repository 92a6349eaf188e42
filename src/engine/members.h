/* The member table: who is known, under which identity, in which state. Finds by address, applies news by precedence,
 * gives the next member to probe and random members, each in O(1). */
#ifndef SELKIE_ENGINE_MEMBERS_H
#define SELKIE_ENGINE_MEMBERS_H

#include "base/brief.h"
#include "base/random.h"
#include "engine/identity.h"
#include "engine/index.h"

#define MEMBERS_NO_LIMIT ((uint32_t)INT32_MAX)

struct members {
    const struct selkie_identity_type *type;
    struct random *random;
    struct pages records;  /* by slot: see members.c. Of a free slot only the marks count */
    struct pages order;    /* slots: [ probed this round | still to come | Down ], each part in no particular order */
    struct pages position; /* by slot: its place in `order`; of a free slot: the next free slot */
    struct index index;    /* by address */
    uint32_t probed;       /* border of the first two parts of `order` */
    uint8_t round;         /* of probing, modulo 256 */
    uint32_t active;       /* border of the last two: how many are active */
    uint32_t count;        /* how many there are */
    uint32_t used_slots;   /* slots that were ever used */
    uint32_t free_slot;    /* first of the free ones among them, or SELKIE_NO_SLOT */
    uint32_t limit;        /* most members; MEMBERS_NO_LIMIT: no bound */
};

/* What news is to what is held. */
enum members_standing {
    MEMBERS_UNKNOWN, /* its address is not known */
    MEMBERS_HELD,    /* it is of the very member that is held, and changes nothing */
    MEMBERS_NEWER,   /* it is of that very member, and changes its record */
    MEMBERS_OTHER    /* its address is known under another identity */
};

/* What there must be for news of a known member to be taken in at all. */
enum members_condition {
    MEMBERS_ANY,             /* nothing: unknown addresses are inserted */
    MEMBERS_KNOWN,           /* the address is known */
    MEMBERS_SAME_INCARNATION /* it is known, and its record has the incarnation that is heard */
};

enum members_outcome {
    MEMBERS_UNCHANGED, /* nothing new, lost a conflict, or the condition did not hold */
    MEMBERS_REFUSED,   /* unknown, and there is no room */
    MEMBERS_CHANGED
};

struct members_change {
    enum members_outcome outcome;
    uint32_t slot;   /* of the address, if it is known now; otherwise SELKIE_NO_SLOT */
    bool was_active; /* before; false if it was unknown */
    bool is_active;
    bool renamed; /* another identity was replaced: it is in the copy that members_apply was given */
    bool was_suspect, is_suspect;
};

/* Did the very member that was Suspect say that it is Alive? */
static inline bool members_refutes(const struct members_change *change) {
    return change->was_suspect && change->is_active && !change->renamed && !change->is_suspect;
}

/* An empty table. `type` and `random` must outlive it. Takes no memory yet. */
void members_init(struct members *members, const struct selkie_identity_type *type,
                  const struct selkie_allocator *allocator, struct random *random, const struct hash_key *hash_key,
                  uint32_t limit);

void members_free(struct members *members);

/* Have room for `more` new members, as far as the limit allows. False: no memory. */
bool members_grow(struct members *members, uint32_t more);
static inline bool members_reserve(struct members *members, uint32_t more) {
    return more <= members->records.capacity - members->count || members_grow(members, more);
}

/* The bytes of an arena that a table of `limit` members takes. */
uint64_t members_bytes(const struct selkie_identity_type *type, uint32_t limit);

/* The slot of the member with this address, or SELKIE_NO_SLOT; the member in brief, too, as members_brief has it, or
 * NULL. */
uint32_t members_find(const struct members *members, const void *address);
const unsigned char *members_look_up(const struct members *members, const void *address, uint32_t *slot);

/* The slots of several members, 1 to MEMBERS_TOGETHER, and the hashes of their addresses. */
enum { MEMBERS_TOGETHER = INDEX_TOGETHER };
void members_find_several(const struct members *members, const struct selkie_brief *news, uint32_t count,
                          uint64_t *hashes, uint32_t *slots);
uint32_t members_find_hashed(const struct members *members, const void *address, uint64_t hash);

/* Is there a member in this slot? */
bool members_has(const struct members *members, uint32_t slot);

/* The member in this slot in brief, its identity, and the member described. The identity is borrowed from the table and
 * not aligned. */
const unsigned char *members_brief(const struct members *members, uint32_t slot);
static inline const void *members_identity(const struct members *members, uint32_t slot) {
    return members_brief(members, slot); /* which begins with it */
}
void members_describe(const struct members *members, uint32_t slot, struct selkie_member *member);

bool members_is_active(const struct members *members, uint32_t slot);

/* Is there a member in this slot with just this identity, incarnation and state (in brief), or with this address? */
bool members_holds(const struct members *members, uint32_t slot, const unsigned char *news);
bool members_is_at(const struct members *members, uint32_t slot, const void *address);

/* What news is to what is held in this slot, which is that of its address, or SELKIE_NO_SLOT. */
enum members_standing members_compare(const struct members *members, uint32_t slot, const struct selkie_member *news);

/* Take in news of one member. `slot`: of its address, or SELKIE_NO_SLOT. `standing`: of the news. Room must have been
 * reserved where the condition is MEMBERS_ANY. What that changed goes to *change, and the identity that was replaced, if
 * one was, to *replaced. */
void members_apply(struct members *members, uint32_t slot, enum members_standing standing,
                   const struct selkie_member *news, enum members_condition condition, struct members_change *change,
                   struct identity *replaced);

/* Forget the member in this slot, which must be Down. */
void members_forget(struct members *members, uint32_t slot);

/* Free slots, as far as the limit allows. */
uint32_t members_room(const struct members *members);

/* A random Down member's slot, or SELKIE_NO_SLOT. */
uint32_t members_random_down(const struct members *members);

/* The next member to probe: of those that are active throughout a round each once, in random order. SELKIE_NO_SLOT:
 * none is active. */
uint32_t members_next_probe(struct members *members);

/* Is such a timer outstanding for this slot? The marks stay with the slot, whoever is in it. */
enum members_mark {
    MEMBERS_REMOVE_TIMER = 0x80,   /* RemoveDown */
    MEMBERS_SUSPICION_TIMER = 0x40 /* ChangeSuspectToDown of a suspicion that is not tracked */
};
bool members_is_marked(const struct members *members, uint32_t slot, enum members_mark mark);
void members_mark(struct members *members, uint32_t slot, enum members_mark mark, bool outstanding);

/* Distinct random members, one by one: uniform, each at most once. No news may be applied meanwhile. */
struct members_sample {
    struct members *members;
    uint32_t begin[2], end[2]; /* parts of `order` still to draw from */
};

struct members_sample members_sample_active(struct members *members);
struct members_sample members_sample_down(struct members *members);

/* So many will be drawn at once: what that reads is fetched if the table is too large for the caches. */
void members_sample_get_ready(const struct members_sample *sample, uint32_t most);

/* The slot of one more, or SELKIE_NO_SLOT; the slots of up to `most` more, and how many. */
uint32_t members_sample_next(struct members_sample *sample);
uint32_t members_sample_several(struct members_sample *sample, uint32_t *slots, uint32_t most);

#endif
