/* The periodic tasks: announcing, announcing to Down members, gossip. */
#ifndef SELKIE_ENGINE_PERIODIC_H
#define SELKIE_ENGINE_PERIODIC_H

#include "engine/state.h"

/* One of their timers came back. */
void periodic_task(selkie *engine, enum timer_kind kind, bool stale);

#endif
