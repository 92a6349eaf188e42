/* One probe cycle: is this member alive? First asked directly, then through helpers. */
#ifndef SELKIE_ENGINE_PROBE_H
#define SELKIE_ENGINE_PROBE_H

#include "engine/identity.h"

/* Helpers are asked more than once if the second stage's timer of an earlier probe of the same member comes late. */
enum { PROBE_ASKINGS = 4 };

struct helper {
    uint64_t identity_hash;
    bool owes_nack; /* and has sent neither that nor an answer */
};

struct probe {
    bool started; /* there is one, if `token` is still the engine's: whatever raises the token ends the probe */
    uint32_t token;
    bool stage_reached;   /* SendIndirectProbe came */
    bool acked;           /* directly */
    uint8_t number;       /* of the last Ping; goes on over all probes */
    uint16_t incarnation; /* the probed member's, at the start */
    struct identity target;
    bool forwarded;       /* a helper passed an answer on */
    uint8_t health;       /* our score at the start: the cycle is as much longer */
    struct helper *asked; /* oldest first */
    uint32_t asked_count;
    uint32_t helpers; /* asked at once, at most; there is room for PROBE_ASKINGS times as many */
};

/* The timers ProbeRandomMember and SendIndirectProbe. probe_cycle: SELKIE_E_INCOMPLETE_PROBE_CYCLE if the last one lost
 * its timer. */
int probe_cycle(selkie *engine);
void probe_indirect(selkie *engine, uint64_t identity_hash);

/* An answer came from `source` (aligned). */
void probe_ack(selkie *engine, const void *source, uint8_t number);
void probe_forwarded_ack(selkie *engine, const void *source, uint8_t number);

/* A helper (aligned) has no answer to pass on. */
void probe_nack(selkie *engine, const void *source, uint8_t number);

/* We were paused: the probe under way says nothing about anybody. */
void probe_void(selkie *engine);

/* Have room for asking `helpers` at once. False: no memory. */
bool probe_reserve(selkie *engine, uint32_t helpers);
size_t probe_bytes(uint32_t helpers); /* what that takes */
void probe_free(selkie *engine);

#endif
