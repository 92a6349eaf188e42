/* The connection state, and the token that makes timers stale. */
#ifndef SELKIE_ENGINE_CONNECTION_H
#define SELKIE_ENGINE_CONNECTION_H

#include "engine/state.h"

/* Become connected or idle, as the number of active members says. */
void connection_change(selkie *engine);
static inline void connection_adjust(selkie *engine) {
    bool alone = engine->members.active == 0;
    if (engine->connection == (alone ? SELKIE_CONNECTED : SELKIE_DISCONNECTED)) {
        connection_change(engine);
    }
}

/* Our identity is down. */
void connection_undead(selkie *engine);

/* Go back to Disconnected without a word: under a new identity, or the old one again. */
void connection_reset(selkie *engine);

/* Make all timers in flight stale that carry a token. */
void connection_end_timers(selkie *engine);

/* What is left for the end of a call: be connected again after a rejoin, go on looking for others while alone. */
void connection_end_call(selkie *engine);

#endif
