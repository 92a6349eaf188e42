/* A timer comes back: who deals with it. */
#ifndef SELKIE_ENGINE_DISPATCH_H
#define SELKIE_ENGINE_DISPATCH_H

#include "engine/state.h"

/* What selkie_handle_timer does. */
int dispatch_timer(selkie *engine, const struct selkie_timer *packed);

#endif
