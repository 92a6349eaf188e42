/* What an engine owes to a packet. */
#ifndef SELKIE_SIM_ANSWERS_H
#define SELKIE_SIM_ANSWERS_H

#include "sim/watch.h"

void answers_sent(struct call *call, const struct selkie_header *header);
void answers_end(struct call *call); /* a packet was handled without an error */

#endif
