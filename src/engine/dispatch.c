/* Who deals with which timer, and which are stale. */
#include "engine/dispatch.h"

#include "base/memory.h"
#include "engine/apply.h"
#include "engine/periodic.h"
#include "engine/relay.h"
#include "engine/suspicion.h"

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
    struct suspect suspect;
    memset(&suspect, 0, sizeof suspect);
    if (suspicion_timeout(engine, timer, stale, &suspect)) {
        (void)apply_verdict(engine, &suspect, false);
    }
}

int dispatch_timer(selkie *engine, const struct selkie_timer *packed) {
    struct timer timer;
    if (!timer_read(packed, &timer)) {
        return SELKIE_E_INVALID_CONFIG;
    }
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
        apply_remove_down(engine, &timer);
        return SELKIE_OK;
    case TIMER_SEND_NACK:
        relay_timeout(engine, &timer, stale);
        return SELKIE_OK;
    default:
        periodic_task(engine, timer.kind, stale);
        return SELKIE_OK;
    }
}
