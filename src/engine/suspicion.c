/* The table of running suspicions: identities are kept here because a timer is too small for them, and because by the time it comes back the member table
 * may hold another identity at that address, or none. */
#include "engine/suspicion.h"

#include "base/memory.h"

struct suspicion {
    uint32_t serial; /* of the timer */
    uint32_t next;   /* free one; USED while it runs */
    uint16_t incarnation;
    uint16_t unused;
};

#define USED (UINT32_MAX - 1)

static struct suspicion *suspicion_at(const struct suspicions *suspicions, uint32_t number) {
    return (struct suspicion *)pages_at(&suspicions->items, number);
}

static unsigned char *suspicion_identity(const struct suspicions *suspicions, uint32_t number) {
    return (unsigned char *)suspicion_at(suspicions, number) + sizeof(struct suspicion);
}

static size_t suspicion_bytes(const struct selkie_identity_type *type) {
    return sizeof(struct suspicion) + (type->size + 3u) / 4 * 4;
}

void suspicions_init(struct suspicions *suspicions, const struct selkie_identity_type *type,
                     const struct selkie_allocator *allocator, uint32_t limit) {
    suspicions->type = type;
    pages_init(&suspicions->items, allocator, suspicion_bytes(type), limit);
    suspicions->used = 0;
    suspicions->free = SUSPICION_NONE;
    suspicions->serial = 0;
}

bool suspicions_reserve(struct suspicions *suspicions, uint32_t count) {
    return pages_reserve(&suspicions->items, count);
}

void suspicions_free(struct suspicions *suspicions) {
    pages_free(&suspicions->items);
}

size_t suspicions_bytes(const struct selkie_identity_type *type, uint32_t limit) {
    return pages_bytes(suspicion_bytes(type), limit);
}

uint32_t suspicions_limit(uint32_t max_members) {
    uint32_t quarter = max_members / 4 < 64 ? 64 : max_members / 4;
    return quarter < max_members ? quarter : max_members;
}

uint32_t suspicions_add(struct suspicions *suspicions, const void *identity, uint16_t incarnation, uint32_t *serial) {
    uint32_t number = suspicions->free;
    if (number != SUSPICION_NONE) {
        suspicions->free = suspicion_at(suspicions, number)->next;
    } else if (pages_reserve(&suspicions->items, suspicions->used + 1)) {
        number = suspicions->used++;
    } else {
        return SUSPICION_NONE;
    }
    struct suspicion *suspicion = suspicion_at(suspicions, number);
    suspicion->serial = *serial = suspicions->serial++;
    suspicion->next = USED;
    suspicion->incarnation = incarnation;
    memcpy(suspicion_identity(suspicions, number), identity, suspicions->type->size);
    return number;
}

bool suspicions_take(struct suspicions *suspicions, uint32_t number, uint32_t serial, struct identity *identity,
                     uint16_t *incarnation) {
    if (number >= suspicions->used) {
        return false;
    }
    struct suspicion *suspicion = suspicion_at(suspicions, number);
    if (suspicion->next != USED || suspicion->serial != serial) {
        return false;
    }
    identity_copy(suspicions->type, identity, suspicion_identity(suspicions, number));
    *incarnation = suspicion->incarnation;
    suspicion->next = suspicions->free;
    suspicions->free = number;
    return true;
}
