/* What is still to be told: entries that may each be sent a number of times. The one with the highest priority goes
 * first, then the one with the most transmissions left, then the largest, as far as it fits. O(1) or O(log n) each,
 * also when nothing fits. */
#ifndef SELKIE_ENGINE_BACKLOG_H
#define SELKIE_ENGINE_BACKLOG_H

#include "base/pages.h"
#include "base/random.h"

#define BACKLOG_NONE UINT32_MAX

/* The entries of a bucket and the bucket itself link in a circle, so that nothing in it need know which bucket it is
 * in: entries that follow each other move from one bucket to another at once, however many they are. */
#define BACKLOG_BUCKET ((uint32_t)1 << 31) /* in a link: to the bucket of this number, not to an entry */

struct backlog_entry {
    uint32_t item;
    uint32_t previous;
    uint32_t next; /* also links free ones, and those that are taken */
};

struct backlog {
    struct random *random;
    struct pages entries;
    struct pages buckets; /* lists of the entries that are equal in the order; nodes of a treap */
    uint32_t count;       /* entries in it */
    uint32_t free_entry;
    uint32_t used_entries;
    uint32_t free_bucket;
    uint32_t used_buckets;
    uint32_t root;   /* of the treap */
    uint32_t sizes;  /* different sizes that there may be */
    uint32_t levels; /* ranks of priority and transmissions that there is room for */
};

static inline struct backlog_entry *backlog_entry_at(const struct backlog *backlog, uint32_t number) {
    return (struct backlog_entry *)pages_at_sized(&backlog->entries, number, sizeof(struct backlog_entry));
}

/* An empty backlog of at most `limit` entries (UINT32_MAX: no bound) of at most `sizes` different sizes. Takes no
 * memory yet. */
void backlog_init(struct backlog *backlog, const struct selkie_allocator *allocator, struct random *random,
                  uint32_t limit, uint32_t sizes);
void backlog_free(struct backlog *backlog);

/* The bytes of an arena that a backlog of `limit` entries takes, whatever is pushed. */
uint64_t backlog_bytes(uint32_t limit, uint32_t sizes);

/* Have room for `more` pushes with up to `levels` different ranks of priority and transmissions. Within that nothing
 * fails later. False: no memory or over the limit. */
bool backlog_grow(struct backlog *backlog, uint32_t more, uint32_t levels);
static inline bool backlog_has_room(const struct backlog *backlog, uint32_t more, uint32_t levels) {
    return more <= backlog->entries.capacity - backlog->count && levels <= backlog->levels;
}
static inline bool backlog_reserve(struct backlog *backlog, uint32_t more, uint32_t levels) {
    return backlog_has_room(backlog, more, levels) || backlog_grow(backlog, more, levels);
}

/* Have room for all that the limit allows. */
bool backlog_reserve_all(struct backlog *backlog);

/* Add an entry that stands for `item`: `transmissions` 1 to 255, `size` up to 65,535. There must be room. The entry's
 * number. */
uint32_t backlog_push(struct backlog *backlog, uint32_t item, unsigned priority, unsigned transmissions, size_t size);

/* The same afresh, for what an entry stands for already. */
void backlog_renew(struct backlog *backlog, uint32_t entry, unsigned priority, unsigned transmissions, size_t size);

void backlog_remove(struct backlog *backlog, uint32_t entry);

/* These will be renewed or removed soon: fetch what that reads. */
void backlog_expect(const struct backlog *backlog, const uint32_t *entries, uint32_t count);

/* The size of the entry that goes first; 0: there is none. */
size_t backlog_first_size(const struct backlog *backlog);

/* Let every entry be sent `by` times more, or less often if one of them then had more than 255. False: no memory, and
 * nothing changed. */
bool backlog_raise(struct backlog *backlog, unsigned by);

/* Filling one packet: look at candidates in order, take those that go into it, then settle. The backlog is not changed
 * otherwise meanwhile. */
struct backlog_fill {
    struct backlog *backlog;
    uint32_t bucket;                    /* that is being looked through */
    uint32_t size;                      /* of the entries in it */
    uint32_t entry;                     /* the next candidate in it */
    uint32_t run_first, run_last;       /* entries that follow each other in the bucket, taken and still in it */
    uint32_t source_first, source_last; /* chain of the buckets that entries were taken from, in order */
};

struct backlog_fill backlog_fill_begin(struct backlog *backlog);

/* The candidates that are next: those that go first of all that fit into `left`, as far as they are of one size and fit
 * together. They stay the next ones until they are taken or passed over. False: nothing fits. */
struct backlog_candidates {
    const struct backlog *backlog;
    size_t left, size;
    uint32_t entry; /* the next one */
    uint32_t last;  /* the one that was returned last */
    uint32_t count; /* how many were returned */
};
bool backlog_fill_next(struct backlog_fill *fill, size_t left, struct backlog_candidates *candidates);

/* One after the other. False: that was the last. */
static inline bool backlog_candidate(struct backlog_candidates *candidates, uint32_t *item) {
    if ((candidates->entry & BACKLOG_BUCKET) != 0 || candidates->size > candidates->left) {
        return false;
    }
    const struct backlog_entry *entry = backlog_entry_at(candidates->backlog, candidates->entry);
    candidates->last = candidates->entry;
    candidates->entry = entry->next;
    candidates->left -= candidates->size;
    candidates->count++;
    *item = entry->item;
    return true;
}

/* The first `count` (not 0) of the candidates that were returned have gone into the packet. */
void backlog_fill_take(struct backlog_fill *fill, const struct backlog_candidates *candidates, uint32_t count);

/* The next candidate has not, and is not to be seen again, unless the fill is begun again. */
void backlog_fill_pass(struct backlog_fill *fill);

/* Look at all candidates again, from the first: all but those that were taken. */
void backlog_fill_again(struct backlog_fill *fill);

/* Count a transmission for one taken entry after the other. The item of the next one that was sent its times and is
 * gone now; BACKLOG_NONE: all are settled. Call until then. */
uint32_t backlog_fill_settle(struct backlog_fill *fill);

#endif
