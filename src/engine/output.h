/* The way out to the user: notifications. */
#ifndef SELKIE_ENGINE_OUTPUT_H
#define SELKIE_ENGINE_OUTPUT_H

#include "engine/state.h"

void notify_member(selkie *engine, enum selkie_notification_kind kind, const struct selkie_member *member,
                   const void *old_identity);
void notify_ourselves(selkie *engine, enum selkie_notification_kind kind, const void *old_identity);
void notify_header(selkie *engine, enum selkie_notification_kind kind, const struct selkie_header *header);
void notify_probe_failed(selkie *engine);

#endif
