/* A cluster in which member 1 misbehaves: what its engine is given, the codec and the runtime, is wrapped, so that the
 * engine seems to have a bug. For the tests of the checks. */
#ifndef LIAR_H
#define LIAR_H

#include "scenario.h"

enum lie {
    LIE_NONE, /* wrapped, and honest */

    /* What it says of others, and of itself */
    LIE_INCARNATION_OF_ANOTHER,
    LIE_OWN_INCARNATION,
    LIE_DOWN_IS_ALIVE,
    LIE_ALIVE_IS_SUSPECT,
    LIE_ALIVE_IS_DOWN,
    LIE_IDENTITY,
    LIE_FROM_ANOTHER,

    /* What it hears */
    LIE_DEAF_TO_BAD_NEWS, /* and never probes */

    /* What it notifies */
    LIE_NO_UP,
    LIE_TWO_UPS,
    LIE_NO_ACTIVE,

    /* What it sends */
    LIE_JUNK,
    LIE_STRAY_BYTES,
    LIE_TOO_LARGE,
    LIE_TWO_ANSWERS,
    LIE_SAME_NEWS,
    LIE_TWICE_IN_A_PACKET,
    LIE_NO_ACK,
    LIE_NO_PING,
    LIE_NO_NEWS,

    LIE_MANY_TIMERS
};

/* What the checks found, as SELKIE_SIM_CHECK_BIT. */
struct findings {
    unsigned of_liar, of_others;
};

/* Let member 1 of the clusters that are made with these options lie like that. There is one liar at a time: codecs are
 * pure, and have no state to find another one through. */
void liar_lies(struct selkie_sim_options *options, enum lie lie);

/* Options whose `violated` keeps in `findings` what was found. */
void liar_findings(struct selkie_sim_options *options, struct findings *findings);

#endif
