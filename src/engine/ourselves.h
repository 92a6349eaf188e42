/* News about ourselves, and what we tell of ourselves. */
#ifndef SELKIE_ENGINE_OURSELVES_H
#define SELKIE_ENGINE_OURSELVES_H

#include "engine/state.h"

/* Somebody says that we are down. */
void ourselves_declared_down(selkie *engine);

/* Somebody suspects us at this incarnation. */
void ourselves_suspected(selkie *engine, uint16_t incarnation);

/* Go on under another identity (aligned). */
void ourselves_change_identity(selkie *engine, const void *identity);

/* Tell the cluster that we leave. */
void ourselves_leave(selkie *engine);

#endif
