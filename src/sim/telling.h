/* Whether news is passed on. */
#ifndef SELKIE_SIM_TELLING_H
#define SELKIE_SIM_TELLING_H

#include "sim/watch.h"

void telling_begin(struct host *host, const void *identity);  /* it has news of this member to tell, from now on */
void telling_remind(struct host *host, const void *identity); /* it has to say once at least what it holds of it */
void telling_notified(struct host *host, const struct selkie_notification *notification);
void telling_sent(struct host *host, const struct selkie_header *header);
void telling_spoken(struct host *host, const struct selkie_member *member);
void telling_end(struct host *host, int error);

/* Around selkie_leave: how often its farewell has to be told, and whether it was. */
uint32_t telling_leaving(struct host *host);
void telling_left(struct host *host, uint32_t times);

#endif
