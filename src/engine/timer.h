/* Timers: what is in one, in which order those due at once go, and how one is submitted. */
#ifndef SELKIE_ENGINE_TIMER_H
#define SELKIE_ENGINE_TIMER_H

#include "selkie/selkie.h"

/* In the order in which timers that are due at the same moment go. */
enum timer_kind {
    TIMER_SEND_INDIRECT_PROBE,
    TIMER_PROBE_RANDOM_MEMBER,
    TIMER_CHANGE_SUSPECT_TO_DOWN,
    TIMER_PERIODIC_ANNOUNCE,
    TIMER_PERIODIC_GOSSIP,
    TIMER_REMOVE_DOWN,
    TIMER_PERIODIC_ANNOUNCE_DOWN,
    TIMER_SEND_NACK,
    TIMER_KINDS
};

struct timer {
    enum timer_kind kind;
    uint32_t token;         /* the engine's when it was submitted; a stale timer does nothing. Not for RemoveDown */
    uint32_t number;        /* RemoveDown: slot; ChangeSuspectToDown: suspicion; SendNack: relay */
    uint32_t serial;        /* ChangeSuspectToDown, SendNack */
    uint64_t identity_hash; /* the member that it names; of ChangeSuspectToDown see suspicion.c */
};

/* Hand a timer of the current token to the runtime. False: refused, and noted for the call's result. */
bool timer_submit(selkie *engine, struct timer timer, uint64_t delay_us);

/* Read a timer that the runtime gave back. False: it is none of ours. */
bool timer_read(const struct selkie_timer *packed, struct timer *timer);

#endif
