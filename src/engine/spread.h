/* One message to several random members. */
#ifndef SELKIE_ENGINE_SPREAD_H
#define SELKIE_ENGINE_SPREAD_H

#include "engine/state.h"

void spread_to_active(selkie *engine, enum selkie_message message, uint32_t count);
void spread_to_down(selkie *engine, enum selkie_message message, uint32_t count);
void spread_broadcasts(selkie *engine);

#endif
