/* Our own health, a score from 0 to awareness_max: the worse it is, the longer our probes take. */
#ifndef SELKIE_ENGINE_HEALTH_H
#define SELKIE_ENGINE_HEALTH_H

#include "engine/state.h"

void health_better(selkie *engine);
void health_worse(selkie *engine, uint64_t by);

/* The configuration has changed: keep the score within it. */
void health_limit(selkie *engine);

/* How long what takes duration_us in good health may take with this score. */
uint64_t health_stretch(uint64_t duration_us, unsigned score);

#endif
