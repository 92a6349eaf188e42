/* How fast a member lives: what it puts off while it is paused or slow, and how its clock runs. */
#ifndef SELKIE_SIM_PACE_H
#define SELKIE_SIM_PACE_H

#include "sim/state.h"

void pace_begin_life(struct host *host);

/* How long it takes until so much has passed on the member's clock. */
uint64_t pace_of_clock(const struct host *host, uint64_t duration_us);

/* Must this wait? If so, the event is taken over. */
bool pace_puts_off(struct host *host, const struct event *event);

/* An EVENT_WORK has come: what a slow member was at is done. */
void pace_work_done(struct host *host);

#endif
