/* Room for any identity, aligned as the user's functions want it. */
#ifndef SELKIE_SIM_IDENTITY_H
#define SELKIE_SIM_IDENTITY_H

#include "selkie/selkie.h"

#include <stdalign.h>

struct identity {
    alignas(max_align_t) unsigned char bytes[SELKIE_IDENTITY_MAX + 1];
};

#endif
