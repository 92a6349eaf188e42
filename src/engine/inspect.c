/* The calls that only look, chapter 9 of the public header. They are allowed at any time, also inside the user's
 * functions. */
#include "engine/state.h"

#include "base/memory.h"
#include "engine/config.h"
#include "engine/suspicion.h"
#include "engine/versioned.h"

const void *selkie_identity(const selkie *engine) {
    return engine->identity.as.bytes;
}

uint16_t selkie_incarnation(const selkie *engine) {
    return engine->incarnation;
}

enum selkie_connection selkie_connection(const selkie *engine) {
    return engine->connection;
}

uint32_t selkie_active_count(const selkie *engine) {
    return engine->members.active;
}

uint32_t selkie_member_count(const selkie *engine) {
    return engine->members.count;
}

uint32_t selkie_updates_backlog(const selkie *engine) {
    return engine->news.backlog.count;
}

uint32_t selkie_broadcasts_backlog(const selkie *engine) {
    return engine->broadcasts.backlog.count;
}

size_t selkie_broadcast_limit(const selkie *engine) {
    return config_update_limit(&engine->config, &engine->codec);
}

unsigned selkie_awareness(const selkie *engine) {
    return engine->awareness;
}

bool selkie_farewell_pending(const selkie *engine) {
    return engine->news.farewells_live > 0;
}

void selkie_get_config_(const selkie *engine, struct selkie_config *config, size_t struct_size) {
    versioned_give(config, struct_size, &engine->config, sizeof engine->config);
}

static void give_member(const selkie *engine, uint32_t slot, struct selkie_member *member, size_t struct_size) {
    struct selkie_member described;
    suspicion_describe(engine, slot, &described);
    versioned_give(member, struct_size, &described, sizeof described);
}

bool selkie_find_(const selkie *engine, const void *address, struct selkie_member *member, size_t struct_size) {
    uint32_t slot = members_find(&engine->members, address);
    if (slot == SELKIE_NO_SLOT) {
        return false;
    }
    give_member(engine, slot, member, struct_size);
    return true;
}

bool selkie_next_(const selkie *engine, struct selkie_cursor *cursor, struct selkie_member *member,
                  size_t struct_size) {
    while (cursor->next_slot < engine->members.used_slots) {
        uint32_t slot = cursor->next_slot++;
        if (members_has(&engine->members, slot)) {
            give_member(engine, slot, member, struct_size);
            return true;
        }
    }
    return false;
}
