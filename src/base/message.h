/* Which message carries what. */
#ifndef SELKIE_BASE_MESSAGE_H
#define SELKIE_BASE_MESSAGE_H

#include "selkie/selkie.h"

#define MESSAGE_BIT(name) (1u << SELKIE_##name)

/* Those of which a third party is part. */
#define MESSAGES_WITH_PEER                                                                                             \
    (MESSAGE_BIT(PING_REQ) | MESSAGE_BIT(INDIRECT_PING) | MESSAGE_BIT(INDIRECT_ACK) | MESSAGE_BIT(FORWARDED_ACK) |     \
     MESSAGE_BIT(NACK))

/* Those that belong to a probe. */
#define MESSAGES_WITH_NUMBER (MESSAGES_WITH_PEER | MESSAGE_BIT(PING) | MESSAGE_BIT(ACK))

/* For messages that there are. */
static inline bool message_has_peer(uint8_t message) {
    return (MESSAGES_WITH_PEER >> message & 1) != 0;
}

static inline bool message_has_number(uint8_t message) {
    return (MESSAGES_WITH_NUMBER >> message & 1) != 0;
}

#endif
