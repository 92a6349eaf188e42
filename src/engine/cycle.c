/* The repeating timers. Which period each has, and that in a bounded engine there are never more than CYCLES_MAX of a
 * kind in flight: past that the next start waits until a stale one has come back. */
#include "engine/cycle.h"

#include "engine/health.h"

/* In the order in which they are started. */
static const enum timer_kind cycle_kinds[CYCLE_KINDS] = {
    TIMER_PROBE_RANDOM_MEMBER,
    TIMER_PERIODIC_ANNOUNCE,
    TIMER_PERIODIC_ANNOUNCE_DOWN,
    TIMER_PERIODIC_GOSSIP,
};

/* 0: not configured. */
static uint64_t period_of(const selkie *engine, enum timer_kind kind) {
    switch (kind) {
    case TIMER_PROBE_RANDOM_MEMBER:
        return health_stretch(engine->config.probe_period_us, engine->awareness);
    case TIMER_PERIODIC_ANNOUNCE:
        return engine->config.periodic_announce.every_us;
    case TIMER_PERIODIC_ANNOUNCE_DOWN:
        return engine->config.periodic_announce_to_down_members.every_us;
    default:
        return engine->config.periodic_gossip.every_us;
    }
}

bool cycle_again(selkie *engine, enum timer_kind kind) {
    uint64_t period = period_of(engine, kind);
    if (period == 0) {
        return false;
    }
    if (engine->bounded && engine->cycles.in_flight[kind] >= CYCLES_MAX) {
        engine->cycles.waiting[kind] = true;
        engine->cycles.waiting_token[kind] = engine->token;
        return true;
    }
    struct timer timer = {kind, 0, 0, 0, 0};
    if (timer_submit(engine, timer, period)) {
        engine->cycles.in_flight[kind]++;
    }
    return true;
}

void cycles_start(selkie *engine) {
    for (int i = 0; i < CYCLE_KINDS; i++) {
        if (cycle_kinds[i] != TIMER_PERIODIC_ANNOUNCE_DOWN || !cycle_is_idle(engine)) {
            cycle_again(engine, cycle_kinds[i]);
        }
    }
}

bool cycle_is_idle(const selkie *engine) {
    return engine->cycles.announces_idle && engine->cycles.idle_token == engine->token;
}

bool cycle_while_idle(selkie *engine) {
    engine->cycles.announces_idle = cycle_again(engine, TIMER_PERIODIC_ANNOUNCE_DOWN);
    engine->cycles.idle_token = engine->token;
    return engine->cycles.announces_idle;
}

void cycle_returned(selkie *engine, enum timer_kind kind, bool stale) {
    if (engine->cycles.in_flight[kind] > 0) {
        engine->cycles.in_flight[kind]--;
    }
    if (!stale && kind == TIMER_PERIODIC_ANNOUNCE_DOWN) {
        engine->cycles.announces_idle = false;
    }
    if (!stale || !engine->cycles.waiting[kind]) {
        return;
    }
    engine->cycles.waiting[kind] = false;
    if (engine->cycles.waiting_token[kind] == engine->token) {
        cycle_again(engine, kind);
    }
}
