/* Transmissions and suspicion that follow the number of active members. */
#ifndef SELKIE_ENGINE_ADAPT_H
#define SELKIE_ENGINE_ADAPT_H

#include "selkie/selkie.h"

struct adapt {
    uint32_t members;   /* active ones at the last computation */
    uint8_t multiplier; /* as the caller gave it last, as are the next two */
    uint8_t max_transmissions;
    uint64_t suspect_to_down_after_us;
};

/* An engine is made with this configuration. */
void adapt_init(struct adapt *adapt, const struct selkie_config *config);

/* The number of active members may have changed. */
void adapt_follow(selkie *engine);

/* Another configuration is about to be in force: put into it what goes on adapting, or note that this has ended.
 * `adapt_follow` then computes anew, if it starts. */
void adapt_configure(selkie *engine, struct selkie_config *config);

#endif
