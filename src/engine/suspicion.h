/* Suspicions of ours whose time is running: whom we suspect, at which incarnation. A timer names one by number and
 * serial. */
#ifndef SELKIE_ENGINE_SUSPICION_H
#define SELKIE_ENGINE_SUSPICION_H

#include "base/pages.h"
#include "engine/identity.h"

#define SUSPICION_NONE UINT32_MAX

struct suspicions {
    const struct selkie_identity_type *type;
    struct pages items; /* struct suspicion, each followed by the identity */
    uint32_t used;
    uint32_t free;
    uint32_t serial;
};

/* At most `limit` at once (UINT32_MAX: no bound). */
void suspicions_init(struct suspicions *suspicions, const struct selkie_identity_type *type,
                     const struct selkie_allocator *allocator, uint32_t limit);
bool suspicions_reserve(struct suspicions *suspicions, uint32_t count);
void suspicions_free(struct suspicions *suspicions);
uint64_t suspicions_bytes(const struct selkie_identity_type *type, uint32_t limit);

/* How many an engine of `max_members` keeps at once. */
uint32_t suspicions_limit(uint32_t max_members);

/* We suspect this member (aligned) at this incarnation: it has suspect_to_down_after to refute. */
void suspicion_start(selkie *engine, const void *identity, uint16_t incarnation);

/* The timer ChangeSuspectToDown. */
struct timer;
void suspicion_timeout(selkie *engine, const struct timer *timer, bool stale);

#endif
