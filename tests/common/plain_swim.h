/* SWIM and nothing else: for what is told or measured of SWIM itself. */
#ifndef SELKIE_TESTS_COMMON_PLAIN_SWIM_H
#define SELKIE_TESTS_COMMON_PLAIN_SWIM_H

#include "selkie/selkie.h"

/* Switch off all that goes beyond SWIM. Engines do then, to the last byte, what they did before they had it. */
static inline void plain_swim(struct selkie_config *config) {
    config->awareness_max = 0;
    config->suspicion_max_factor = 0;
    config->suspicion_confirmations = 0;
    config->suspects_hear_first = false;
    config->broadcast_share_percent = 0;
    config->announce_while_idle = false;
    config->reconnect_at_once = false;
    config->adapt_multiplier = 0;
}

#endif
