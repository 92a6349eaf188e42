/* The connection state: Disconnected, Connected while there are active members to probe, Undead while our identity is
 * down; and the token that makes the timers and the probe of an earlier connection stale. It knows neither members nor
 * packets. */
#include "engine/connection.h"

#include "engine/output.h"

static void become_connected(selkie *engine) {
    engine->connection = SELKIE_CONNECTED;
    cycles_start(engine);
    notify_ourselves(engine, SELKIE_NOTIFY_ACTIVE, NULL);
}

static void become_idle(selkie *engine) {
    engine->connection = SELKIE_DISCONNECTED;
    engine->token++;
    notify_ourselves(engine, SELKIE_NOTIFY_IDLE, NULL);
}

void connection_adjust(selkie *engine) {
    bool alone = selkie_active_count(engine) == 0;
    if (engine->connection == SELKIE_DISCONNECTED && !alone) {
        become_connected(engine);
    } else if (engine->connection == SELKIE_CONNECTED && alone) {
        become_idle(engine);
    }
}

void connection_undead(selkie *engine) {
    engine->connection = SELKIE_UNDEAD;
    engine->token++;
    notify_ourselves(engine, SELKIE_NOTIFY_DEFUNCT, NULL);
}

void connection_reset(selkie *engine) {
    engine->connection = SELKIE_DISCONNECTED;
    engine->incarnation = 0;
    engine->token++;
}
