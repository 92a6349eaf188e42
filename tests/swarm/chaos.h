/* Chaos: faults that come at random times and end at random times. */
#ifndef SWARM_CHAOS_H
#define SWARM_CHAOS_H

#include "world.h"

/* Have a fault end after a while, if the chaos lasts so long. */
void chaos_later(struct world *world, uint64_t after_us, void (*end)(struct world *world, uint32_t member),
                 uint32_t member);

#endif
