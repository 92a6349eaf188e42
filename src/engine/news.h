/* News of members that is still to be told: at most one piece an address. News of a member in the table is told as the
 * table holds it when it is sent; our own former identities and our farewell, which need not be in the table, are kept
 * here whole. */
#ifndef SELKIE_ENGINE_NEWS_H
#define SELKIE_ENGINE_NEWS_H

#include "engine/backlog.h"
#include "engine/members.h"

/* Farewells that a bounded engine keeps at once; the oldest gives way. */
enum { NEWS_FAREWELLS = 4 };

struct news {
    const struct selkie_identity_type *type;
    struct backlog backlog;
    struct pages links;     /* by slot: its entry in the backlog + 1, or 0 */
    struct pages farewells; /* struct farewell, each followed by the farewell in brief */
    uint32_t farewells_used;
    uint32_t farewells_live;
    uint32_t farewell_serial;
};

void news_init(struct news *news, const struct selkie_identity_type *type, const struct selkie_allocator *allocator,
               struct random *random, uint32_t max_members, uint32_t sizes);
void news_free(struct news *news);
uint64_t news_bytes(const struct selkie_identity_type *type, uint32_t max_members, uint32_t sizes);

/* Have room for `more` pieces of news, one of which may be a farewell, in a table of `slots`. False: no memory. */
bool news_grow(struct news *news, uint32_t more, uint32_t slots, unsigned transmissions);
static inline bool news_reserve(struct news *news, uint32_t more, uint32_t slots, unsigned transmissions) {
    return (backlog_has_room(&news->backlog, more, transmissions) && slots <= news->links.capacity &&
            news->farewells_live < news->farewells.capacity) ||
           news_grow(news, more, slots, transmissions);
}

/* Have room for all that the bounds allow. */
bool news_reserve_all(struct news *news, uint32_t max_members);

/* Queue the member in this slot afresh. `size`: encoded, now. Room must have been reserved. */
void news_tell(struct news *news, uint32_t slot, const void *identity, unsigned transmissions, size_t size);

/* Queue a farewell (in brief), to be kept whole. `slot`: of the member with that address, or SELKIE_NO_SLOT. */
void news_tell_farewell(struct news *news, const unsigned char *farewell, uint32_t slot, unsigned transmissions,
                        size_t size);

/* News of the members in these slots, at most MEMBERS_TOGETHER, will be queued soon: fetch what that reads. */
void news_expect(const struct news *news, const uint32_t *slots, uint32_t count);

/* Is news of the member in this slot queued? */
bool news_is_told(const struct news *news, uint32_t slot);

/* Drop what is queued of the member in this slot. */
void news_forget(struct news *news, uint32_t slot);

/* The farewell that a backlog entry's item stands for, in brief, borrowed; NULL: it is the slot of a member. */
const unsigned char *news_farewell(const struct news *news, uint32_t item);

/* Count the transmissions of a fill, and let go of what was sent its times. */
void news_settle(struct news *news, struct backlog_fill *fill);

#endif
