/* The news queue: what each entry of a backlog stands for. An item is a slot of the member table, or the number of a
 * farewell with ITEM_FAREWELL set. The order of sending is the backlog's. */
#include "engine/news.h"

#include "base/inline.h"
#include "base/memory.h"
#include "base/panic.h"
#include "base/prefetch.h"

#define ITEM_FAREWELL ((uint32_t)1 << 31)

struct farewell {
    uint32_t entry;  /* in the backlog + 1; 0: this place is free */
    uint32_t serial; /* older ones have lower numbers */
};

static struct farewell *farewell_at(const struct news *news, uint32_t number) {
    return (struct farewell *)pages_at(&news->farewells, number);
}

/* It begins with the identity. */
static unsigned char *farewell_brief(const struct news *news, uint32_t number) {
    return (unsigned char *)farewell_at(news, number) + sizeof(struct farewell);
}

static size_t farewell_bytes(const struct selkie_identity_type *type) {
    return sizeof(struct farewell) + ((size_t)type->size + SELKIE_BRIEF_TAIL + 3) / 4 * 4;
}

static uint32_t farewell_limit(uint32_t max_members) {
    return max_members == MEMBERS_NO_LIMIT ? UINT32_MAX : (uint32_t)NEWS_FAREWELLS;
}

static uint32_t entry_limit(uint32_t max_members) {
    return max_members == MEMBERS_NO_LIMIT ? UINT32_MAX : max_members + NEWS_FAREWELLS;
}

void news_init(struct news *news, const struct selkie_identity_type *type, const struct selkie_allocator *allocator,
               struct random *random, uint32_t max_members, uint32_t sizes) {
    news->type = type;
    backlog_init(&news->backlog, allocator, random, entry_limit(max_members), sizes);
    pages_init(&news->links, allocator, sizeof(uint32_t), max_members);
    pages_init(&news->farewells, allocator, farewell_bytes(type), farewell_limit(max_members));
    news->farewells_used = 0;
    news->farewells_live = 0;
    news->farewell_serial = 0;
}

void news_free(struct news *news) {
    pages_free(&news->farewells);
    pages_free(&news->links);
    backlog_free(&news->backlog);
}

uint64_t news_bytes(const struct selkie_identity_type *type, uint32_t max_members, uint32_t sizes) {
    return backlog_bytes(entry_limit(max_members), sizes) + pages_bytes(sizeof(uint32_t), max_members) +
           pages_bytes(farewell_bytes(type), farewell_limit(max_members));
}

bool news_grow(struct news *news, uint32_t more, uint32_t slots, unsigned transmissions) {
    uint32_t room = news->backlog.entries.limit - news->backlog.count;
    uint32_t farewells = news->farewells_live + 1;
    if (farewells > news->farewells.limit) {
        farewells = news->farewells.limit;
    }
    return backlog_reserve(&news->backlog, more < room ? more : room, transmissions) &&
           pages_reserve(&news->links, slots) && pages_reserve(&news->farewells, farewells);
}

bool news_reserve_all(struct news *news, uint32_t max_members) {
    return backlog_reserve_all(&news->backlog) && pages_reserve(&news->links, max_members) &&
           pages_reserve(&news->farewells, news->farewells.limit);
}

static void drop_farewell(struct news *news, uint32_t number) {
    backlog_remove(&news->backlog, farewell_at(news, number)->entry - 1);
    farewell_at(news, number)->entry = 0;
    news->farewells_live--;
}

static OUTLINE void drop_farewell_of(struct news *news, const void *address) {
    for (uint32_t i = 0; news->farewells_live > 0 && i < news->farewells_used; i++) {
        if (farewell_at(news, i)->entry != 0 && identity_same_address(news->type, farewell_brief(news, i), address)) {
            drop_farewell(news, i);
            return;
        }
    }
}

void news_expect(const struct news *news, const uint32_t *slots, uint32_t count) {
    uint32_t entries[MEMBERS_TOGETHER], queued = 0;
    for (uint32_t i = 0; i < count; i++) {
        prefetch(pages_u32(&news->links, slots[i]));
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t link = *pages_u32(&news->links, slots[i]);
        entries[queued] = link - 1;
        queued += link != 0 ? 1 : 0;
    }
    backlog_expect(&news->backlog, entries, queued);
}

bool news_is_told(const struct news *news, uint32_t slot) {
    return *pages_u32(&news->links, slot) != 0;
}

void news_forget(struct news *news, uint32_t slot) {
    uint32_t *link = pages_u32(&news->links, slot);
    if (*link != 0) {
        backlog_remove(&news->backlog, *link - 1);
        *link = 0;
    }
}

void news_tell(struct news *news, uint32_t slot, const void *identity, unsigned transmissions, size_t size) {
    if (news->farewells_live > 0) {
        drop_farewell_of(news, identity);
    }
    uint32_t *link = pages_u32(&news->links, slot);
    if (*link != 0) {
        backlog_renew(&news->backlog, *link - 1, 0, transmissions, size);
    } else {
        *link = backlog_push(&news->backlog, slot, 0, transmissions, size) + 1;
    }
}

/* A free place, or the oldest farewell's. */
static uint32_t farewell_place(struct news *news) {
    uint32_t oldest = 0;
    for (uint32_t i = 0; i < news->farewells_used; i++) {
        if (farewell_at(news, i)->entry == 0) {
            return i;
        }
        if (farewell_at(news, i)->serial < farewell_at(news, oldest)->serial) {
            oldest = i;
        }
    }
    if (news->farewells_used < news->farewells.capacity) {
        return news->farewells_used++;
    }
    SELKIE_ASSERT(news->farewells_used > 0);
    drop_farewell(news, oldest);
    return oldest;
}

void news_tell_farewell(struct news *news, const unsigned char *farewell, uint32_t slot, unsigned transmissions,
                        size_t size) {
    drop_farewell_of(news, farewell);
    if (slot != SELKIE_NO_SLOT) {
        news_forget(news, slot);
    }
    uint32_t place = farewell_place(news);
    struct farewell *kept = farewell_at(news, place);
    kept->entry = backlog_push(&news->backlog, place | ITEM_FAREWELL, 0, transmissions, size) + 1;
    kept->serial = news->farewell_serial++;
    memcpy(farewell_brief(news, place), farewell, (size_t)news->type->size + SELKIE_BRIEF_TAIL);
    news->farewells_live++;
}

const unsigned char *news_farewell(const struct news *news, uint32_t item) {
    return item & ITEM_FAREWELL ? farewell_brief(news, item & ~ITEM_FAREWELL) : NULL;
}

void news_settle(struct news *news, struct backlog_fill *fill) {
    uint32_t item;
    while ((item = backlog_fill_settle(fill)) != BACKLOG_NONE) {
        if (item & ITEM_FAREWELL) {
            farewell_at(news, item & ~ITEM_FAREWELL)->entry = 0;
            news->farewells_live--;
        } else {
            *pages_u32(&news->links, item) = 0;
        }
    }
}
