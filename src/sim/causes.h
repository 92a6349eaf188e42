/* Why a member is held for Suspect or Down. */
#ifndef SELKIE_SIM_CAUSES_H
#define SELKIE_SIM_CAUSES_H

#include "sim/watch.h"

void causes_ended(struct host *host);   /* the identity that it has is no more */
bool causes_accused(struct host *host); /* may somebody say that it is Suspect, as it is now, or Down? */

/* An engine's probe failed, of a member that it held at this incarnation. */
void causes_probe_failed(struct host *host, const void *identity, uint16_t incarnation);

/* Does the packet that is handled say so? */
bool causes_packet_says_down(const struct host *host, const void *identity);

void causes_notified(struct host *host, const struct selkie_notification *notification);
void causes_sent(struct host *host, const struct selkie_header *header);
void causes_spoken(struct host *host, const struct selkie_member *member);

/* Something is heard of an engine, so what its program called before is done: was there a cause for it? */
void causes_settle(struct host *host);

#endif
