/* Laying out and sending packets. */
#ifndef SELKIE_ENGINE_PACKET_H
#define SELKIE_ENGINE_PACKET_H

#include "engine/state.h"

/* Send one message to `destination`. `peer` (aligned) and `number`: where the message has them. */
void packet_send(selkie *engine, enum selkie_message message, const void *destination, const void *peer,
                 uint8_t number);

/* Ask `helper` to probe `target` (aligned) for us, and to say so if there is no answer, if `nack`. False: it does
 * not fit. */
bool packet_ask(selkie *engine, const void *helper, const void *target, uint8_t number, bool nack);

/* May an update take so many bytes? */
bool packet_has_room(const selkie *engine, size_t member_size);

/* The bytes that a member takes in a packet, without what the codec cannot carry; 0: it cannot be encoded. */
size_t packet_member_size(selkie *engine, const struct selkie_brief *member);

#endif
