/* The four timers that repeat while we are connected: one to probe, three periodic tasks. */
#ifndef SELKIE_ENGINE_CYCLE_H
#define SELKIE_ENGINE_CYCLE_H

#include "engine/timer.h"

/* Of one kind, in flight at once in a bounded engine: stale ones pile up if somebody makes us connect and disconnect
 * quickly. */
enum { CYCLES_MAX = 8, CYCLE_KINDS = 4 };

struct cycles {
    uint32_t in_flight[TIMER_KINDS];
    bool waiting[TIMER_KINDS];           /* to be submitted when a stale one has come back */
    uint32_t waiting_token[TIMER_KINDS]; /* if this is still the engine's */
    bool announces_idle;                 /* PeriodicAnnounceDown is out although we are, or were, not connected */
    uint32_t idle_token;                 /* if this is still the engine's */
};

/* Submit all that are configured, each after its period; PeriodicAnnounceDown only if it is not out already. */
void cycles_start(selkie *engine);

/* We are not connected: submit PeriodicAnnounceDown, if it is configured. False: it is not. */
bool cycle_while_idle(selkie *engine);

/* Is that out, with the present token? */
bool cycle_is_idle(const selkie *engine);

/* Submit one again after its period, unless it was configured away. False: it was. */
bool cycle_again(selkie *engine, enum timer_kind kind);

/* One came back. */
void cycle_returned(selkie *engine, enum timer_kind kind, bool stale);

#endif
