/* What is in a timer, their order, and the dispatch of one that came back. What each leads to is known to the files that are called. */
#include "engine/engine.h"

#include "base/memory.h"

static struct selkie_timer pack(const struct timer *timer) {
    struct selkie_timer packed;
    packed.opaque[0] = timer->identity_hash;
    packed.opaque[1] = (uint64_t)timer->token << 32 | timer->number;
    packed.opaque[2] = (uint64_t)timer->kind << 32 | timer->serial;
    return packed;
}

static uint32_t packed_kind(const struct selkie_timer *packed) {
    return (uint32_t)(packed->opaque[2] >> 32);
}

static struct timer unpack(const struct selkie_timer *packed) {
    struct timer timer;
    timer.kind = (enum timer_kind)packed_kind(packed);
    timer.token = (uint32_t)(packed->opaque[1] >> 32);
    timer.number = (uint32_t)packed->opaque[1];
    timer.serial = (uint32_t)packed->opaque[2];
    timer.identity_hash = packed->opaque[0];
    return timer;
}

int selkie_timer_compare(const struct selkie_timer *a, const struct selkie_timer *b) {
    uint32_t kind_a = packed_kind(a), kind_b = packed_kind(b);
    return kind_a < kind_b ? -1 : kind_a > kind_b ? 1 : 0;
}

bool timer_submit(selkie *engine, struct timer timer, uint64_t delay_us) {
    timer.token = engine->token;
    struct selkie_timer packed = pack(&timer);
    if (engine->runtime.submit_after(engine->runtime.ctx, &packed, delay_us)) {
        return true;
    }
    engine->timer_lost = true;
    return false;
}

static int probe_random_member(selkie *engine, bool stale) {
    cycle_returned(engine, TIMER_PROBE_RANDOM_MEMBER, stale);
    if (stale) {
        return SELKIE_OK;
    }
    return engine->connection == SELKIE_CONNECTED ? probe_cycle(engine) : SELKIE_E_NOT_CONNECTED;
}

static void send_indirect_probe(selkie *engine, const struct timer *timer, bool stale) {
    if (!stale && engine->connection == SELKIE_CONNECTED) {
        probe_indirect(engine, timer->identity_hash);
    }
}

static void change_suspect_to_down(selkie *engine, const struct timer *timer, bool stale) {
    struct identity suspect;
    struct selkie_member down;
    memset(&down, 0, sizeof down);
    bool running = suspicions_take(&engine->suspicions, timer->number, timer->serial, &suspect, &down.incarnation);
    if (!running || stale) {
        return;
    }
    down.identity = suspect.as.bytes;
    down.state = SELKIE_DOWN;
    struct members_change change = update_apply(engine, &down, MEMBERS_SAME_INCARNATION, true);
    if (change.slot != SELKIE_NO_SLOT) {
        connection_adjust(engine);
    }
    if (change.outcome == MEMBERS_CHANGED && engine->config.notify_down_members) {
        packet_send(engine, SELKIE_TURN_UNDEAD, suspect.as.bytes, NULL, 0);
    }
}

static void periodic(selkie *engine, enum timer_kind kind, bool stale) {
    cycle_returned(engine, kind, stale);
    if (stale || engine->connection != SELKIE_CONNECTED || !cycle_again(engine, kind)) {
        return;
    }
    if (kind == TIMER_PERIODIC_ANNOUNCE) {
        spread_to_active(engine, SELKIE_ANNOUNCE, engine->config.periodic_announce.members);
    } else if (kind == TIMER_PERIODIC_ANNOUNCE_DOWN) {
        spread_to_down(engine, SELKIE_ANNOUNCE, engine->config.periodic_announce_to_down_members.members);
    } else if (selkie_updates_backlog(engine) > 0 || selkie_broadcasts_backlog(engine) > 0) {
        spread_to_active(engine, SELKIE_GOSSIP, engine->config.periodic_gossip.members);
    }
}

static void remove_down(selkie *engine, const struct timer *timer) {
    uint32_t slot = timer->number;
    if (!members_has_timer(&engine->members, slot)) {
        return; /* it came twice */
    }
    members_mark_timer(&engine->members, slot, false);
    if (!members_has(&engine->members, slot) || members_is_active(&engine->members, slot)) {
        return;
    }
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    if (engine_identity_hash(engine, member.identity) == timer->identity_hash) {
        update_forget(engine, slot);
    } else {
        update_submit_remove_down(engine, slot); /* another has gone Down here meanwhile */
    }
}

int timer_handle(selkie *engine, const struct selkie_timer *packed) {
    if (packed_kind(packed) >= TIMER_KINDS) {
        return SELKIE_E_INVALID_CONFIG;
    }
    struct timer timer = unpack(packed);
    bool stale = timer.token != engine->token;
    switch (timer.kind) {
    case TIMER_PROBE_RANDOM_MEMBER:
        return probe_random_member(engine, stale);
    case TIMER_SEND_INDIRECT_PROBE:
        send_indirect_probe(engine, &timer, stale);
        return SELKIE_OK;
    case TIMER_CHANGE_SUSPECT_TO_DOWN:
        change_suspect_to_down(engine, &timer, stale);
        return SELKIE_OK;
    case TIMER_REMOVE_DOWN:
        remove_down(engine, &timer);
        return SELKIE_OK;
    default:
        periodic(engine, timer.kind, stale);
        return SELKIE_OK;
    }
}
