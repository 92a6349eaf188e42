/* A batch of updates, from a packet or from the caller. */
#ifndef SELKIE_ENGINE_UPDATE_H
#define SELKIE_ENGINE_UPDATE_H

#include "engine/state.h"

/* Updates that are taken in at once, at most: while one is dealt with, what the others need is fetched. */
enum { UPDATES_TOGETHER = MEMBERS_TOGETHER };

/* Take in updates (1 to UPDATES_TOGETHER), one after the other: about ourselves, about a former self, or about somebody
 * else. After the last, connection_adjust. */
void updates_hear(selkie *engine, const struct selkie_brief *updates, uint32_t count, bool disseminate);

#endif
