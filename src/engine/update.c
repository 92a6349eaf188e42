/* The updates of a batch: which are about ourselves, which about a former self, which about others. */
#include "engine/update.h"

#include "base/inline.h"
#include "base/prefetch.h"
#include "engine/apply.h"
#include "engine/ourselves.h"

/* A batch, and where its members were before any of it took effect. */
struct batch {
    const struct selkie_brief *updates;
    uint64_t hashes[UPDATES_TOGETHER]; /* of their addresses */
    uint32_t slots[UPDATES_TOGETHER];
    uint64_t heard; /* bit n: one without a slot was heard by now, whose hash begins with the six bits of n */
    bool disseminate;
};

/* Whatever is said of our address under another identity: it is a former self. */
static void hear_of_former_self(selkie *engine, const struct selkie_brief *update, bool disseminate) {
    struct selkie_member down;
    brief_read(&down, update->bytes, engine->type.size);
    down.incarnation = 0;
    down.state = SELKIE_DOWN;
    down.flags = 0;
    apply_news(engine, &down, MEMBERS_ANY, disseminate);
}

static OUTLINE void hear_of_ourselves(selkie *engine, const struct selkie_brief *update, bool disseminate) {
    const unsigned char *tail = update->bytes + engine->type.size;
    if (!state_is_us(engine, update->bytes)) {
        hear_of_former_self(engine, update, disseminate);
    } else if (brief_state(tail) == SELKIE_SUSPECT) {
        ourselves_suspected(engine, brief_incarnation(tail));
    } else if (brief_state(tail) == SELKIE_DOWN) {
        ourselves_declared_down(engine);
    }
}

/* Where the member is by now: updates before it in the batch may have brought it, or displaced it. */
static uint32_t slot_by_now(const selkie *engine, struct batch *batch, uint32_t number) {
    const void *address = batch->updates[number].bytes;
    uint64_t hash = batch->hashes[number], bit = (uint64_t)1 << (hash >> 58);
    uint32_t slot = batch->slots[number];
    bool as_before;
    if (slot == SELKIE_NO_SLOT) {
        as_before = (batch->heard & bit) == 0;
        batch->heard |= bit;
    } else {
        as_before = members_is_at(&engine->members, slot, address);
    }
    return as_before ? slot : members_find_hashed(&engine->members, address, hash);
}

static void hear(selkie *engine, struct batch *batch, uint32_t number) {
    const struct selkie_brief *update = &batch->updates[number];
    uint32_t slot = slot_by_now(engine, batch, number);
    if (state_has_our_address(engine, update->bytes)) {
        hear_of_ourselves(engine, update, batch->disseminate);
        return;
    }
    bool changed = apply_update(engine, slot, update, batch->disseminate);
    count(engine, changed ? COUNTER_updates_applied : COUNTER_updates_ignored);
}

/* Most of what is heard is known. Only of a suspect it matters who says so, and that somebody still does. */
static bool is_known(const selkie *engine, uint32_t slot, const struct selkie_brief *update) {
    return slot != SELKIE_NO_SLOT && members_holds(&engine->members, slot, update->bytes) &&
           brief_state(update->bytes + engine->type.size) != SELKIE_SUSPECT &&
           !state_has_our_address(engine, update->bytes);
}

/* Of all that is news as it stands, which it may not be any more when its turn comes. */
static OUTLINE void fetch_news(const selkie *engine, const struct batch *batch, uint32_t count) {
    uint32_t slots[UPDATES_TOGETHER], news = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (batch->slots[i] != SELKIE_NO_SLOT && !is_known(engine, batch->slots[i], &batch->updates[i])) {
            slots[news++] = batch->slots[i];
        }
    }
    news_expect(&engine->news, slots, news);
}

void updates_hear(selkie *engine, const struct selkie_brief *updates, uint32_t count, bool disseminate) {
    struct batch batch;
    batch.updates = updates;
    batch.heard = 0;
    batch.disseminate = disseminate;
    members_find_several(&engine->members, updates, count, batch.hashes, batch.slots);
    if (disseminate && engine->members.count >= FETCH_FROM) {
        fetch_news(engine, &batch, count);
    }
    uint32_t known = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (is_known(engine, batch.slots[i], &updates[i])) {
            known++;
        } else {
            hear(engine, &batch, i);
        }
    }
    engine->counters[COUNTER_updates_ignored] += known;
}
