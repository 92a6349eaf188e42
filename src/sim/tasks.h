/* What an engine owes to its configuration: timers, and periodic tasks. */
#ifndef SELKIE_SIM_TASKS_H
#define SELKIE_SIM_TASKS_H

#include "sim/watch.h"

void tasks_submitted(struct host *host, uint64_t delay_us);
void tasks_sent(struct host *host, const struct selkie_header *header);
void tasks_end(struct host *host, int error);

#endif
