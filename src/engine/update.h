/* A batch of updates, from a packet or from the caller. */
#ifndef SELKIE_ENGINE_UPDATE_H
#define SELKIE_ENGINE_UPDATE_H

#include "engine/state.h"

/* Take in one update: about ourselves, about a former self, or about somebody else. After a batch of them,
 * connection_adjust. */
void update_hear(selkie *engine, const struct selkie_member *update, bool disseminate);

#endif
