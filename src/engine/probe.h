/* One probe cycle: is this member alive? First asked directly, then through helpers. */
#ifndef SELKIE_ENGINE_PROBE_H
#define SELKIE_ENGINE_PROBE_H

#include "engine/identity.h"

struct probe {
    bool in_progress;
    bool stage_reached;   /* SendIndirectProbe came */
    bool acked;           /* directly */
    uint8_t number;       /* of the last Ping; goes on over all probes */
    uint16_t incarnation; /* the probed member's, at the start */
    struct identity target;
    uint64_t *asked; /* hashes of the helpers' identities: first those that have not answered, then those that have */
    uint32_t asked_room;
    uint32_t asked_count;
    uint32_t waiting_count; /* helpers that have not answered */
};

/* Give up the probe in progress, if there is one. */
void probe_clear(struct probe *probe);

/* The timers ProbeRandomMember and SendIndirectProbe. probe_cycle: SELKIE_E_INCOMPLETE_PROBE_CYCLE if the last one lost its timer. */
int probe_cycle(selkie *engine);
void probe_indirect(selkie *engine, uint64_t identity_hash);

/* An answer came from `source` (aligned). */
void probe_ack(selkie *engine, const void *source, uint8_t number);
void probe_forwarded_ack(selkie *engine, const void *source, uint8_t number);

/* Have room for `helpers` of them. False: no memory. */
bool probe_reserve(selkie *engine, uint32_t helpers);

#endif
