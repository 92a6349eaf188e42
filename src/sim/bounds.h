/* How long a cluster may take, and when that can be said at all. */
#ifndef SELKIE_SIM_BOUNDS_H
#define SELKIE_SIM_BOUNDS_H

#include "sim/state.h"

/* Is the network such, and do all who run do so well, that no probe of a live member fails? */
bool bounds_calm(const selkie_sim *sim);

#endif
