/* The updates of a batch: which are about ourselves, which about a former self, which about others. */
#include "engine/update.h"

#include "engine/apply.h"
#include "engine/ourselves.h"

/* Whatever is said of our address under another identity: it is a former self. */
static void hear_of_former_self(selkie *engine, const struct selkie_member *update, bool disseminate) {
    struct selkie_member down = *update;
    down.incarnation = 0;
    down.state = SELKIE_DOWN;
    down.flags = 0;
    down.accuser = NULL;
    apply_news(engine, &down, MEMBERS_ANY, disseminate);
}

/* `hash`: of its address. */
static void hear(selkie *engine, const struct selkie_member *update, uint64_t hash, bool disseminate) {
    if (!state_has_our_address(engine, update->identity)) {
        bool changed = apply_update(engine, update, hash, disseminate);
        count(engine, changed ? COUNTER_updates_applied : COUNTER_updates_ignored);
    } else if (!state_is_us(engine, update->identity)) {
        hear_of_former_self(engine, update, disseminate);
    } else if (update->state == SELKIE_SUSPECT) {
        ourselves_suspected(engine, update->incarnation);
    } else if (update->state == SELKIE_DOWN) {
        ourselves_declared_down(engine);
    }
}

void updates_hear(selkie *engine, const struct selkie_member *updates, uint32_t count, bool disseminate) {
    uint64_t hashes[UPDATES_TOGETHER];
    members_get_ready(&engine->members, updates, count, hashes);
    for (uint32_t i = 0; i < count; i++) {
        hear(engine, &updates[i], hashes[i], disseminate);
    }
}
