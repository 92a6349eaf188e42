/* Custom broadcasts: the user's bytes, queued to be passed on, and the user's handler. */
#ifndef SELKIE_ENGINE_BROADCASTS_H
#define SELKIE_ENGINE_BROADCASTS_H

#include "selkie/bytes.h"

#include "engine/backlog.h"
#include "engine/index.h"

struct broadcasts {
    struct selkie_broadcasts handler; /* struct_size 0: there is none */
    struct backlog backlog;
    struct pages items;  /* struct broadcast */
    struct pages keys;   /* by item */
    struct pages chunks; /* the bytes, in linked pieces: nothing is allocated for each and nothing is fragmented */
    struct index index;  /* items by key, where equal keys replace each other */
    uint32_t used_items;
    uint32_t free_item;
    uint32_t used_chunks;
    uint32_t free_chunk;
    uint32_t bytes;     /* queued */
    uint32_t max_bytes; /* UINT32_MAX: no bound */
    size_t saved;       /* by earlier packets: see broadcasts_share */
    uint64_t sent, replaced;
};

/* `handler` NULL: every broadcast is refused. `max_count`, `max_bytes`: UINT32_MAX: no bound. */
void broadcasts_init(struct broadcasts *broadcasts, const struct selkie_broadcasts *handler,
                     const struct selkie_allocator *allocator, struct random *random, const struct hash_key *hash_key,
                     uint32_t max_count, uint32_t max_bytes);
void broadcasts_free(struct broadcasts *broadcasts);
uint64_t broadcasts_bytes(const struct selkie_broadcasts *handler, uint32_t max_count, uint32_t max_bytes);

/* Is there a bound that one more of `size` bytes would break? */
bool broadcasts_full(const struct broadcasts *broadcasts, size_t size);

/* Have memory for one more of `size` bytes, as far as the bounds allow. False: none. */
bool broadcasts_reserve(struct broadcasts *broadcasts, size_t size, unsigned transmissions);

/* Have memory for all that the bounds allow. */
bool broadcasts_reserve_all(struct broadcasts *broadcasts);

/* Ask the handler about a broadcast. If it is new, it replaces those it makes needless and is queued, as far as there
 * is room; *queued says so. */
enum selkie_verdict broadcasts_offer(struct broadcasts *broadcasts, const void *bytes, size_t size, const void *sender,
                                     unsigned priority, unsigned transmissions, bool *queued);

/* May broadcasts be sent to this member? `identity` is aligned. */
bool broadcasts_wanted(const struct broadcasts *broadcasts, const void *identity);

/* Write as many as fit, each behind its length. */
void broadcasts_write(const struct broadcasts *broadcasts, struct backlog_fill *fill, struct selkie_writer *writer);

/* Those that a fill took have been sent once more. */
void broadcasts_settle(struct broadcasts *broadcasts, struct backlog_fill *fill);

/* The bytes that are kept for broadcasts of a packet of at most `packet` bytes, `room` of which are left: the share, and
 * what earlier packets saved up because the broadcast that goes first did not fit. 0: it is saved up this time, too. */
size_t broadcasts_share(struct broadcasts *broadcasts, size_t packet, size_t room, unsigned percent);

#endif
