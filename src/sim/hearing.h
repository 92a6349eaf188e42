/* What an engine hears of others. */
#ifndef SELKIE_SIM_HEARING_H
#define SELKIE_SIM_HEARING_H

#include "sim/watch.h"

void hearing_begin(struct call *call); /* a packet that is meant for it is about to be handled */
void hearing_end(struct call *call);   /* without an error, and its sender is active in the table */

#endif
