/* The connection state, and the token that makes timers stale. */
#ifndef SELKIE_ENGINE_CONNECTION_H
#define SELKIE_ENGINE_CONNECTION_H

#include "engine/state.h"

/* Become connected or idle, as the number of active members says. */
void connection_adjust(selkie *engine);

/* Our identity is down. */
void connection_undead(selkie *engine);

/* Go back to Disconnected without a word: under a new identity, or the old one again. */
void connection_reset(selkie *engine);

#endif
