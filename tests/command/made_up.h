/* Results of runs that never were, for tests of what is made of results. */
#ifndef SELKIE_TEST_MADE_UP_H
#define SELKIE_TEST_MADE_UP_H

#include "command/result.h"
#include "command/sweep.h"

/* 1,000 members of which 10 crash at 20 s and 5 are paused at 40 s for 8 s, which takes a minute; a few false alarms. */
void made_up_result(struct result *result);

/* 3 members, to which nothing happens, for no time at all. */
void made_up_nothing(struct result *result);

#endif
