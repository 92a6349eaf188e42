/* News about ourselves: refuting a suspicion, going on under a renewed identity when we were declared down, leaving. */
#include "engine/ourselves.h"

#include "base/brief.h"
#include "engine/apply.h"
#include "engine/connection.h"
#include "engine/health.h"
#include "engine/output.h"
#include "engine/spread.h"

static void gossip(selkie *engine) {
    spread_to_active(engine, SELKIE_GOSSIP, engine->config.num_indirect_probes);
}

/* Queue that `identity`, which is or was ours, is Down. */
static void tell_farewell(selkie *engine, const void *identity, uint8_t flags) {
    unsigned char room[SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL];
    struct selkie_brief farewell = {room, NULL};
    brief_put(room, identity, engine->type.size, 0, brief_bits(SELKIE_DOWN, flags));
    size_t size = apply_room_to_tell(engine, &farewell);
    if (size != 0) {
        uint32_t slot = members_find(&engine->members, identity);
        news_tell_farewell(&engine->news, room, slot, engine->config.max_transmissions, size);
        count_most(engine, COUNTER_updates_backlog_most, selkie_updates_backlog(engine));
    }
}

void ourselves_change_identity(selkie *engine, const void *identity) {
    struct identity former = engine->identity;
    bool was_undead = engine->connection == SELKIE_UNDEAD;
    identity_copy(&engine->type, &engine->identity, identity);
    connection_reset(engine);
    if (!was_undead) {
        tell_farewell(engine, former.as.bytes, 0);
    }
    gossip(engine);
}

void ourselves_declared_down(selkie *engine) {
    struct identity former = engine->identity, renewed = engine->identity;
    if (!identity_renew(&engine->type, &renewed)) {
        connection_undead(engine);
        return;
    }
    ourselves_change_identity(engine, renewed.as.bytes);
    engine->rejoined = true;
    count(engine, COUNTER_rejoins);
    notify_ourselves(engine, SELKIE_NOTIFY_REJOIN, former.as.bytes);
}

void ourselves_suspected(selkie *engine, uint16_t incarnation) {
    uint16_t highest = incarnation > engine->incarnation ? incarnation : engine->incarnation;
    if (highest == UINT16_MAX) { /* no incarnation is left to refute with */
        ourselves_declared_down(engine);
        return;
    }
    if (engine->incarnation <= incarnation) {
        engine->incarnation = (uint16_t)(incarnation + 1);
        count(engine, COUNTER_refutations);
        health_worse(engine, 1);
    }
    gossip(engine);
}

void ourselves_leave(selkie *engine) {
    tell_farewell(engine, engine->identity.as.bytes, SELKIE_LEFT);
    gossip(engine);
    connection_undead(engine);
}
