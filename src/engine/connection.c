/* The connection state: Disconnected, Connected while there are active members to probe, Undead while our identity is
 * down; and the token that makes the timers and the probe of an earlier connection stale. It knows neither members nor
 * packets. */
#include "engine/connection.h"

#include "engine/output.h"

void connection_end_timers(selkie *engine) {
    engine->token++;
    suspicions_end_all(&engine->suspicions);
}

static void become_connected(selkie *engine) {
    engine->connection = SELKIE_CONNECTED;
    cycles_start(engine);
    notify_ourselves(engine, SELKIE_NOTIFY_ACTIVE, NULL);
}

static void become_idle(selkie *engine) {
    engine->connection = SELKIE_DISCONNECTED;
    engine->parted = true;
    connection_end_timers(engine);
    notify_ourselves(engine, SELKIE_NOTIFY_IDLE, NULL);
}

void connection_change(selkie *engine) {
    if (engine->connection == SELKIE_CONNECTED) {
        become_idle(engine);
    } else {
        become_connected(engine);
    }
}

void connection_undead(selkie *engine) {
    engine->connection = SELKIE_UNDEAD;
    connection_end_timers(engine);
    notify_ourselves(engine, SELKIE_NOTIFY_DEFUNCT, NULL);
}

void connection_reset(selkie *engine) {
    engine->connection = SELKIE_DISCONNECTED;
    engine->incarnation = 0;
    engine->parted = true;
    connection_end_timers(engine);
}

void connection_end_call(selkie *engine) {
    if (engine->rejoined && engine->config.reconnect_at_once) {
        connection_adjust(engine);
    }
    if (engine->parted && engine->connection == SELKIE_DISCONNECTED && engine->config.announce_while_idle) {
        (void)cycle_while_idle(engine);
    }
}
