/* The periodic tasks. Each submits its timer again before it sends. How often is cycle.c's business. */
#include "engine/periodic.h"

#include "engine/spread.h"

/* Submit it again, if it is still wanted. */
static bool goes_on(selkie *engine, enum timer_kind kind, bool idle) {
    if (engine->connection == SELKIE_CONNECTED) {
        return cycle_again(engine, kind);
    }
    return idle && engine->config.announce_while_idle && cycle_while_idle(engine);
}

void periodic_task(selkie *engine, enum timer_kind kind, bool stale) {
    bool idle = kind == TIMER_PERIODIC_ANNOUNCE_DOWN && cycle_is_idle(engine);
    cycle_returned(engine, kind, stale);
    if (stale || !goes_on(engine, kind, idle)) {
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
