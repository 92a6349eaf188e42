/* Probes that we passed on for others who want to know if there is no answer: nacks that we may owe. */
#ifndef SELKIE_ENGINE_RELAY_H
#define SELKIE_ENGINE_RELAY_H

#include "engine/identity.h"
#include "engine/timer.h"

enum { RELAYS_MAX = 16 };

struct relay {
    uint32_t serial; /* of its timer */
    bool waits;      /* its timer is out: the place is taken */
    bool answered;
    uint8_t number; /* of the probe */
};

struct relays {
    struct relay of[RELAYS_MAX];
    unsigned char *identities; /* of each: the asker's, then the target's. NULL: the codec has no nacks */
    uint32_t serial;           /* of the next one */
};

/* False: no memory. */
bool relays_reserve(selkie *engine);
size_t relays_bytes(const struct selkie_identity_type *type);
void relays_free(selkie *engine);

/* How long to wait for the target's answer, at most. */
uint64_t relay_nack_after_us(uint64_t probe_rtt_us);

/* All timers are lost. */
void relays_clear(selkie *engine);

/* We asked `target` for `asker`, who wants a nack. */
void relay_begin(selkie *engine, const void *asker, const void *target, uint8_t number);

/* `target` answered to what `asker` wanted to know. */
void relay_answered(selkie *engine, const void *asker, const void *target, uint8_t number);

/* The timer SendNack. */
void relay_timeout(selkie *engine, const struct timer *timer, bool stale);

#endif
