/* The table of suspicions. Identities are kept here because a timer is too small for them, and because by the time it
 * comes back the member table may hold another identity at that address, or none. Of the accusers only hashes are kept:
 * all there is to know of most is whether they are new. */
#include "engine/suspicions.h"

#include "base/memory.h"

static size_t identity_bytes(const struct selkie_identity_type *type) {
    return ((size_t)type->size + 3) / 4 * 4;
}

static size_t item_bytes(const struct selkie_identity_type *type, uint32_t accusers) {
    return identity_bytes(type) + sizeof(struct suspicion) + accusers * sizeof(uint32_t) + INDEX_LINK_BYTES;
}

const void *suspicions_identity(const struct suspicions *suspicions, uint32_t number) {
    return pages_at(&suspicions->items, number);
}

struct suspicion *suspicions_at(const struct suspicions *suspicions, uint32_t number) {
    unsigned char *item = (unsigned char *)pages_at(&suspicions->items, number);
    return (struct suspicion *)(void *)(item + identity_bytes(suspicions->type));
}

uint32_t *suspicions_accusers(const struct suspicions *suspicions, uint32_t number) {
    return (uint32_t *)(void *)(suspicions_at(suspicions, number) + 1);
}

void suspicions_init(struct suspicions *suspicions, const struct selkie_identity_type *type,
                     const struct selkie_allocator *allocator, const struct hash_key *hash_key, uint32_t limit,
                     uint32_t accusers) {
    suspicions->type = type;
    size_t bytes = item_bytes(type, accusers);
    pages_init(&suspicions->items, allocator, bytes, limit);
    index_init(&suspicions->index, &suspicions->items, type->addr_size, bytes - INDEX_LINK_BYTES, hash_key);
    suspicions->accusers = accusers;
    suspicions->used = 0;
    suspicions->free = SUSPICIONS_NONE;
    suspicions->serial = 0;
    suspicions->oldest_serial = 0;
}

bool suspicions_reserve(struct suspicions *suspicions, uint32_t count) {
    return pages_reserve(&suspicions->items, count) &&
           (suspicions->accusers == 0 || index_reserve(&suspicions->index, suspicions->items.capacity));
}

void suspicions_free(struct suspicions *suspicions) {
    suspicions->used = 0;
    index_free(&suspicions->index);
    pages_free(&suspicions->items);
}

uint64_t suspicions_bytes(const struct selkie_identity_type *type, uint32_t limit, uint32_t accusers) {
    return pages_bytes(item_bytes(type, accusers), limit) + (accusers == 0 ? 0 : index_bytes(limit));
}

/* ---- adding and removing ---- */

static void hide(struct suspicions *suspicions, uint32_t number) {
    if (suspicions_at(suspicions, number)->findable) {
        index_remove(&suspicions->index, number);
        suspicions_at(suspicions, number)->findable = false;
    }
}

/* A later one begins, whether or not there is a place for it: what runs of this address is out of date. */
static void hide_former(struct suspicions *suspicions, const void *address) {
    uint32_t former = index_find(&suspicions->index, address);
    if (former != INDEX_NONE) {
        hide(suspicions, former);
    }
}

static void make_findable(struct suspicions *suspicions, uint32_t number) {
    if (suspicions->accusers > 0) {
        index_insert(&suspicions->index, number);
        suspicions_at(suspicions, number)->findable = true;
    }
}

uint32_t suspicions_add(struct suspicions *suspicions, const void *identity, uint16_t incarnation) {
    hide_former(suspicions, identity);
    uint32_t number = suspicions->free;
    if (number != SUSPICIONS_NONE) {
        suspicions->free = suspicions_at(suspicions, number)->debt_ms;
    } else if (suspicions_reserve(suspicions, suspicions->used + 1)) {
        number = suspicions->used++;
    } else {
        return SUSPICIONS_NONE;
    }
    memset(pages_at(&suspicions->items, number), 0, suspicions->items.item_size);
    memcpy(pages_at(&suspicions->items, number), identity, suspicions->type->size);
    struct suspicion *suspicion = suspicions_at(suspicions, number);
    suspicion->serial = suspicions->serial++;
    suspicion->accuser = SELKIE_NO_SLOT;
    suspicion->incarnation = incarnation;
    suspicion->runs = true;
    make_findable(suspicions, number);
    return number;
}

void suspicions_remove(struct suspicions *suspicions, uint32_t number) {
    hide(suspicions, number);
    struct suspicion *suspicion = suspicions_at(suspicions, number);
    suspicion->runs = false;
    suspicion->debt_ms = suspicions->free;
    suspicions->free = number;
}

void suspicions_clear(struct suspicions *suspicions) {
    for (uint32_t number = 0; number < suspicions->used; number++) {
        if (suspicions_at(suspicions, number)->runs) {
            suspicions_remove(suspicions, number);
        }
    }
}

/* ---- finding ---- */

uint32_t suspicions_of_timer(const struct suspicions *suspicions, uint32_t number, uint32_t serial) {
    if (number >= suspicions->used) {
        return SUSPICIONS_NONE;
    }
    const struct suspicion *suspicion = suspicions_at(suspicions, number);
    return suspicion->runs && suspicion->serial == serial ? number : SUSPICIONS_NONE;
}

/* Serials wrap: they are compared by how far they lie behind the next one. */
static bool is_stale(const struct suspicions *suspicions, const struct suspicion *suspicion) {
    return suspicions->serial - suspicion->serial > suspicions->serial - suspicions->oldest_serial;
}

uint32_t suspicions_find(const struct suspicions *suspicions, const void *identity, uint16_t incarnation) {
    uint32_t number = index_find(&suspicions->index, identity);
    if (number == INDEX_NONE) {
        return SUSPICIONS_NONE;
    }
    const struct suspicion *suspicion = suspicions_at(suspicions, number);
    bool same = suspicion->incarnation == incarnation &&
                identity_equal(suspicions->type, suspicions_identity(suspicions, number), identity);
    return same && !is_stale(suspicions, suspicion) ? number : SUSPICIONS_NONE;
}

void suspicions_end_all(struct suspicions *suspicions) {
    suspicions->oldest_serial = suspicions->serial;
}

uint32_t suspicions_next(const struct suspicions *suspicions, uint32_t number) {
    for (; number < suspicions->used; number++) {
        const struct suspicion *suspicion = suspicions_at(suspicions, number);
        if (suspicion->runs && !is_stale(suspicions, suspicion)) {
            return number;
        }
    }
    return SUSPICIONS_NONE;
}
