/* What waits for a member that cannot take it now, in the order in which it came. */
#ifndef SELKIE_SIM_INBOX_H
#define SELKIE_SIM_INBOX_H

#include "sim/events.h"

/* All zero is an empty one. */
struct inbox {
    struct event *events;
    size_t first, count, room; /* a ring */
    uint32_t packets;          /* so many of those are packets */
};

void inbox_free(struct inbox *inbox); /* with all that is in it */

void inbox_put(struct inbox *inbox, const struct event *event); /* takes the event over */
bool inbox_take(struct inbox *inbox, struct event *event);      /* the first one; false: there is none */
void inbox_timers_first(struct inbox *inbox);                   /* then the packets; each in the order they had */

#endif
