/* Laying out and sending packets. */
#ifndef SELKIE_ENGINE_PACKET_H
#define SELKIE_ENGINE_PACKET_H

#include "engine/state.h"

/* Send one message to `destination`. `peer` (aligned) and `number`: where the message has them. */
void packet_send(selkie *engine, enum selkie_message message, const void *destination, const void *peer,
                 uint8_t number);

/* The bytes that a member takes in a packet; 0: it cannot be encoded. */
size_t packet_member_size(selkie *engine, const struct selkie_member *member);

#endif
