/* A packet comes in. */
#ifndef SELKIE_ENGINE_RECEIVE_H
#define SELKIE_ENGINE_RECEIVE_H

#include "engine/state.h"

/* What selkie_handle_data does. */
int receive_packet(selkie *engine, const void *bytes, size_t size);

#endif
