/* Timers of a real engine, to try queues with. */
#ifndef TESTS_PARTS_TIMERS_H
#define TESTS_PARTS_TIMERS_H

#include "selkie/selkie.h"

#define TIMERS 16u

/* Fill with timers of several kinds, among them different ones of the same kind. */
void timers_collect(struct selkie_timer timers[TIMERS]);

#endif
