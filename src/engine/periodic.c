/* The periodic tasks. Each submits its timer again before it sends. How often is cycle.c's business. */
#include "engine/periodic.h"

#include "engine/spread.h"

void periodic_task(selkie *engine, enum timer_kind kind, bool stale) {
    cycle_returned(engine, kind, stale);
    bool acts =
        engine->connection == SELKIE_CONNECTED || (kind == TIMER_PERIODIC_ANNOUNCE_DOWN && cycle_is_idle(engine));
    if (stale || !acts || !cycle_again(engine, kind)) {
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
