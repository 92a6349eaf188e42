/* Suspicions that run, and what happens when their time is over. The table of them: identities are kept here because a
 * timer is too small for them, and because by the time it comes back the member table may hold another identity at that
 * address, or none. */
#include "engine/suspicion.h"

#include "base/memory.h"
#include "engine/apply.h"
#include "engine/connection.h"
#include "engine/packet.h"

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
    return sizeof(struct suspicion) + ((size_t)type->size + 3) / 4 * 4;
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

uint64_t suspicions_bytes(const struct selkie_identity_type *type, uint32_t limit) {
    return pages_bytes(suspicion_bytes(type), limit);
}

uint32_t suspicions_limit(uint32_t max_members) {
    uint32_t quarter = max_members / 4 < 64 ? 64 : max_members / 4;
    return quarter < max_members ? quarter : max_members;
}

/* Start one. Its number, and *serial; SUSPICION_NONE: no room. */
static uint32_t suspicions_add(struct suspicions *suspicions, const void *identity, uint16_t incarnation,
                               uint32_t *serial) {
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

/* End the one that a timer names, and say whom it was about. False: it ended before. */
static bool suspicions_take(struct suspicions *suspicions, uint32_t number, uint32_t serial, struct identity *identity,
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

void suspicion_start(selkie *engine, const void *identity, uint16_t incarnation) {
    struct timer timer = {TIMER_CHANGE_SUSPECT_TO_DOWN, 0, 0, 0, 0};
    timer.number = suspicions_add(&engine->suspicions, identity, incarnation, &timer.serial);
    if (timer.number == SUSPICION_NONE) {
        engine->stats.suspicions_untimed++;
        return;
    }
    if (!timer_submit(engine, timer, engine->config.suspect_to_down_after_us)) {
        struct identity unused;
        suspicions_take(&engine->suspicions, timer.number, timer.serial, &unused, &incarnation);
    }
}

void suspicion_timeout(selkie *engine, const struct timer *timer, bool stale) {
    struct identity suspect;
    struct selkie_member down;
    memset(&down, 0, sizeof down);
    bool running = suspicions_take(&engine->suspicions, timer->number, timer->serial, &suspect, &down.incarnation);
    if (!running || stale) {
        return;
    }
    down.identity = suspect.as.bytes;
    down.state = SELKIE_DOWN;
    struct members_change change = apply_news(engine, &down, MEMBERS_SAME_INCARNATION, true);
    if (change.slot != SELKIE_NO_SLOT) {
        connection_adjust(engine);
    }
    if (change.outcome == MEMBERS_CHANGED && engine->config.notify_down_members) {
        packet_send(engine, SELKIE_TURN_UNDEAD, suspect.as.bytes, NULL, 0);
    }
}
