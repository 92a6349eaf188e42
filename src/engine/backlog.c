/* The backlog: buckets of entries that are equal in the order, in a treap (Seidel, Aragon 1996) by rank in which each
 * node also knows the smallest size below it, so that the first entry that still fits is found without looking at those
 * that do not. It knows sizes and counts, not what the items mean. */
#include "engine/backlog.h"

#include "base/inline.h"
#include "base/panic.h"
#include "base/prefetch.h"

struct bucket {
    uint32_t rank;                    /* smaller goes first: see rank_of */
    uint32_t left, right;             /* in the treap; `left` also links free ones */
    uint16_t weight;                  /* random; no child's is larger */
    uint16_t smallest;                /* size in this bucket and below */
    uint32_t first, last;             /* entries; links to the bucket itself if there are none */
    uint32_t taken_first, taken_last; /* entries that a fill has taken out and not settled yet, or BACKLOG_NONE */
    uint32_t taken_next;              /* the next bucket from which that fill took some */
};

enum { TRANSMISSIONS_MAX = 255, PRIORITY_MAX = 3, SIZE_MAX_16 = 65535, ENTRIES_MAX = INT32_MAX };

#define RANK_LEVEL ((uint32_t)1 << 16) /* one transmission less */

static uint32_t rank_of(unsigned priority, unsigned transmissions, size_t size) {
    return (uint32_t)(PRIORITY_MAX - priority) << 24 | (uint32_t)(TRANSMISSIONS_MAX - transmissions) << 16 |
           (uint32_t)(SIZE_MAX_16 - size);
}

static uint32_t rank_size(uint32_t rank) {
    return SIZE_MAX_16 - (rank & 0xffff);
}

static bool rank_is_last_transmission(uint32_t rank) {
    return (rank >> 16 & 0xff) == TRANSMISSIONS_MAX - 1;
}

static struct bucket *bucket_at(const struct backlog *backlog, uint32_t number) {
    return (struct bucket *)pages_at_sized(&backlog->buckets, number, sizeof(struct bucket));
}

static uint32_t smaller(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* At most one bucket an entry, and one for each rank that there can be. */
static uint32_t buckets_needed(uint32_t entries, uint32_t sizes, uint32_t levels) {
    uint64_t ranks = (uint64_t)sizes * levels;
    return ranks < entries ? (uint32_t)ranks : entries;
}

void backlog_init(struct backlog *backlog, const struct selkie_allocator *allocator, struct random *random,
                  uint32_t limit, uint32_t sizes) {
    uint32_t levels_max = TRANSMISSIONS_MAX * (PRIORITY_MAX + 1);
    limit = smaller(limit, ENTRIES_MAX);
    pages_init(&backlog->entries, allocator, sizeof(struct backlog_entry), limit);
    pages_init(&backlog->buckets, allocator, sizeof(struct bucket), buckets_needed(limit, sizes, levels_max));
    backlog->random = random;
    backlog->count = 0;
    backlog->free_entry = BACKLOG_NONE;
    backlog->used_entries = 0;
    backlog->free_bucket = BACKLOG_NONE;
    backlog->used_buckets = 0;
    backlog->root = BACKLOG_NONE;
    backlog->sizes = sizes;
    backlog->levels = 1;
}

void backlog_free(struct backlog *backlog) {
    backlog->count = 0;
    pages_free(&backlog->buckets);
    pages_free(&backlog->entries);
}

uint64_t backlog_bytes(uint32_t limit, uint32_t sizes) {
    uint32_t levels_max = TRANSMISSIONS_MAX * (PRIORITY_MAX + 1);
    return pages_bytes(sizeof(struct backlog_entry), limit) +
           pages_bytes(sizeof(struct bucket), buckets_needed(limit, sizes, levels_max));
}

/* The entries and the levels come last: where they are, there are buckets for all of them. */
bool backlog_grow(struct backlog *backlog, uint32_t more, uint32_t levels) {
    if (more > backlog->entries.limit - backlog->count) {
        return false;
    }
    levels = levels > backlog->levels ? levels : backlog->levels;
    uint32_t entries = pages_rounded(&backlog->entries, backlog->count + more);
    if (!pages_reserve(&backlog->buckets, buckets_needed(entries, backlog->sizes, levels)) ||
        !pages_reserve(&backlog->entries, entries)) {
        return false;
    }
    backlog->levels = levels;
    return true;
}

bool backlog_reserve_all(struct backlog *backlog) {
    return pages_reserve(&backlog->entries, backlog->entries.limit) &&
           pages_reserve(&backlog->buckets, backlog->buckets.limit);
}

/* ---- the treap of buckets ---- */

static uint32_t smallest_of(const struct backlog *backlog, uint32_t node) {
    return node == BACKLOG_NONE ? UINT32_MAX : bucket_at(backlog, node)->smallest;
}

static void update_smallest(struct backlog *backlog, struct bucket *bucket) {
    uint32_t below = smaller(smallest_of(backlog, bucket->left), smallest_of(backlog, bucket->right));
    bucket->smallest = (uint16_t)smaller(rank_size(bucket->rank), below);
}

/* Part `node` into what goes before `rank` and what goes after it. */
static void treap_split(struct backlog *backlog, uint32_t node, uint32_t rank, uint32_t *before, uint32_t *after) {
    if (node == BACKLOG_NONE) {
        *before = *after = BACKLOG_NONE;
        return;
    }
    struct bucket *bucket = bucket_at(backlog, node);
    if (bucket->rank < rank) {
        treap_split(backlog, bucket->right, rank, &bucket->right, after);
        *before = node;
    } else {
        treap_split(backlog, bucket->left, rank, before, &bucket->left);
        *after = node;
    }
    update_smallest(backlog, bucket);
}

/* Join two treaps, all of the first before all of the second. */
static uint32_t treap_join(struct backlog *backlog, uint32_t before, uint32_t after) {
    if (before == BACKLOG_NONE || after == BACKLOG_NONE) {
        return before == BACKLOG_NONE ? after : before;
    }
    struct bucket *first = bucket_at(backlog, before), *second = bucket_at(backlog, after);
    if (first->weight >= second->weight) {
        first->right = treap_join(backlog, first->right, after);
        update_smallest(backlog, first);
        return before;
    }
    second->left = treap_join(backlog, before, second->left);
    update_smallest(backlog, second);
    return after;
}

static uint32_t treap_find(const struct backlog *backlog, uint32_t rank) {
    uint32_t node = backlog->root;
    while (node != BACKLOG_NONE && bucket_at(backlog, node)->rank != rank) {
        const struct bucket *bucket = bucket_at(backlog, node);
        node = rank < bucket->rank ? bucket->left : bucket->right;
    }
    return node;
}

static void treap_remove(struct backlog *backlog, uint32_t rank) {
    uint32_t before, rest, found, after;
    treap_split(backlog, backlog->root, rank, &before, &rest);
    treap_split(backlog, rest, rank + 1, &found, &after);
    backlog->root = treap_join(backlog, before, after);
}

/* The first bucket from `rank` on whose size is at most `left`. */
static uint32_t treap_first_fitting(const struct backlog *backlog, uint32_t node, uint32_t rank, size_t left) {
    if (node == BACKLOG_NONE || bucket_at(backlog, node)->smallest > left) {
        return BACKLOG_NONE;
    }
    const struct bucket *bucket = bucket_at(backlog, node);
    if (bucket->rank < rank) {
        return treap_first_fitting(backlog, bucket->right, rank, left);
    }
    uint32_t found = treap_first_fitting(backlog, bucket->left, rank, left);
    if (found != BACKLOG_NONE) {
        return found;
    }
    return rank_size(bucket->rank) <= left ? node : treap_first_fitting(backlog, bucket->right, rank, left);
}

/* ---- buckets ---- */

static bool is_entry(uint32_t link) {
    return (link & BACKLOG_BUCKET) == 0;
}

static uint32_t *next_of(const struct backlog *backlog, uint32_t link) {
    return is_entry(link) ? &backlog_entry_at(backlog, link)->next : &bucket_at(backlog, link & ~BACKLOG_BUCKET)->first;
}

static uint32_t *previous_of(const struct backlog *backlog, uint32_t link) {
    return is_entry(link) ? &backlog_entry_at(backlog, link)->previous
                          : &bucket_at(backlog, link & ~BACKLOG_BUCKET)->last;
}

static bool bucket_has_entries(const struct bucket *bucket) {
    return is_entry(bucket->first);
}

static uint32_t bucket_new(struct backlog *backlog, uint32_t rank) {
    uint32_t number = backlog->free_bucket;
    if (number != BACKLOG_NONE) {
        backlog->free_bucket = bucket_at(backlog, number)->left;
    } else {
        SELKIE_ASSERT(backlog->used_buckets < backlog->buckets.capacity);
        number = backlog->used_buckets++;
    }
    struct bucket *bucket = bucket_at(backlog, number);
    bucket->rank = rank;
    bucket->left = bucket->right = BACKLOG_NONE;
    bucket->weight = (uint16_t)(random_next(backlog->random) >> 16);
    bucket->smallest = (uint16_t)rank_size(rank);
    bucket->first = bucket->last = number | BACKLOG_BUCKET;
    bucket->taken_first = bucket->taken_last = bucket->taken_next = BACKLOG_NONE;
    return number;
}

static uint32_t bucket_for(struct backlog *backlog, uint32_t rank) {
    uint32_t number = treap_find(backlog, rank);
    if (number != BACKLOG_NONE) {
        return number;
    }
    number = bucket_new(backlog, rank);
    uint32_t before, after;
    treap_split(backlog, backlog->root, rank, &before, &after);
    backlog->root = treap_join(backlog, treap_join(backlog, before, number), after);
    return number;
}

/* A free one has no entries, either. */
static void bucket_release_if_empty(struct backlog *backlog, uint32_t number) {
    struct bucket *bucket = bucket_at(backlog, number);
    if (bucket_has_entries(bucket) || bucket->taken_first != BACKLOG_NONE) {
        return;
    }
    treap_remove(backlog, bucket->rank);
    bucket->left = backlog->free_bucket;
    backlog->free_bucket = number;
}

/* Entries that are linked, from `first` to `last`, go to the bucket's end. */
static INLINE void bucket_append(struct backlog *backlog, uint32_t number, uint32_t first, uint32_t last) {
    struct bucket *bucket = bucket_at(backlog, number);
    backlog_entry_at(backlog, first)->previous = bucket->last;
    backlog_entry_at(backlog, last)->next = number | BACKLOG_BUCKET;
    *next_of(backlog, bucket->last) = first;
    bucket->last = last;
}

/* Take the entries from `first` to `last`, which follow each other, out of their bucket. What followed them. */
static INLINE uint32_t bucket_unlink(struct backlog *backlog, uint32_t first, uint32_t last) {
    uint32_t before = backlog_entry_at(backlog, first)->previous, after = backlog_entry_at(backlog, last)->next;
    *next_of(backlog, before) = after;
    *previous_of(backlog, after) = before;
    return after;
}

/* ---- entries ---- */

static void entry_release(struct backlog *backlog, uint32_t number) {
    backlog_entry_at(backlog, number)->next = backlog->free_entry;
    backlog->free_entry = number;
    backlog->count--;
}

uint32_t backlog_push(struct backlog *backlog, uint32_t item, unsigned priority, unsigned transmissions, size_t size) {
    uint32_t number = backlog->free_entry;
    if (number != BACKLOG_NONE) {
        backlog->free_entry = backlog_entry_at(backlog, number)->next;
    } else {
        SELKIE_ASSERT(backlog->used_entries < backlog->entries.capacity);
        number = backlog->used_entries++;
    }
    backlog_entry_at(backlog, number)->item = item;
    bucket_append(backlog, bucket_for(backlog, rank_of(priority, transmissions, size)), number, number);
    backlog->count++;
    return number;
}

static void take_out(struct backlog *backlog, uint32_t entry) {
    uint32_t after = bucket_unlink(backlog, entry, entry);
    if (!is_entry(after)) { /* it was the last one */
        bucket_release_if_empty(backlog, after & ~BACKLOG_BUCKET);
    }
}

void backlog_renew(struct backlog *backlog, uint32_t entry, unsigned priority, unsigned transmissions, size_t size) {
    take_out(backlog, entry);
    bucket_append(backlog, bucket_for(backlog, rank_of(priority, transmissions, size)), entry, entry);
}

void backlog_remove(struct backlog *backlog, uint32_t entry) {
    take_out(backlog, entry);
    entry_release(backlog, entry);
}

static void fetch_link(const struct backlog *backlog, uint32_t link) {
    if (is_entry(link)) {
        prefetch(backlog_entry_at(backlog, link));
    }
}

/* The entries, then those that they are linked to. */
void backlog_expect(const struct backlog *backlog, const uint32_t *entries, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        fetch_link(backlog, entries[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct backlog_entry *entry = backlog_entry_at(backlog, entries[i]);
        fetch_link(backlog, entry->previous);
        fetch_link(backlog, entry->next);
    }
}

size_t backlog_first_size(const struct backlog *backlog) {
    uint32_t node = backlog->root;
    while (node != BACKLOG_NONE && bucket_at(backlog, node)->left != BACKLOG_NONE) {
        node = bucket_at(backlog, node)->left;
    }
    return node == BACKLOG_NONE ? 0 : rank_size(bucket_at(backlog, node)->rank);
}

/* The most transmissions that an entry has left. */
static unsigned most_transmissions(const struct backlog *backlog) {
    unsigned most = 0;
    for (uint32_t number = 0; number < backlog->used_buckets; number++) {
        const struct bucket *bucket = bucket_at(backlog, number);
        unsigned left = TRANSMISSIONS_MAX - (bucket->rank >> 16 & 0xff);
        if (bucket_has_entries(bucket) && left > most) {
            most = left;
        }
    }
    return most;
}

/* All ranks move by the same, so the treap's order stays. */
bool backlog_raise(struct backlog *backlog, unsigned by) {
    unsigned most = most_transmissions(backlog);
    by = by < TRANSMISSIONS_MAX - most ? by : TRANSMISSIONS_MAX - most;
    uint32_t levels = (most + by) * (PRIORITY_MAX + 1);
    levels = levels > backlog->levels ? levels : backlog->levels;
    uint32_t buckets = buckets_needed(backlog->entries.capacity, backlog->sizes, levels);
    buckets = buckets < backlog->buckets.limit ? buckets : backlog->buckets.limit;
    if (!pages_reserve(&backlog->buckets, buckets)) {
        return false;
    }
    backlog->levels = levels;
    for (uint32_t number = 0; number < backlog->used_buckets; number++) {
        struct bucket *bucket = bucket_at(backlog, number);
        if (bucket_has_entries(bucket)) {
            bucket->rank -= by * RANK_LEVEL;
        }
    }
    return true;
}

/* ---- filling ---- */

struct backlog_fill backlog_fill_begin(struct backlog *backlog) {
    struct backlog_fill fill;
    fill.backlog = backlog;
    fill.bucket = BACKLOG_NONE;
    fill.size = 0;
    fill.entry = BACKLOG_NONE;
    fill.run_first = fill.run_last = BACKLOG_NONE;
    fill.source_first = fill.source_last = BACKLOG_NONE;
    return fill;
}

/* Entries that are taken for the first time from a bucket: it is one of those to settle. */
static void note_source(struct backlog_fill *fill, uint32_t number) {
    if (fill->source_first == BACKLOG_NONE) {
        fill->source_first = number;
    } else {
        bucket_at(fill->backlog, fill->source_last)->taken_next = number;
    }
    fill->source_last = number;
}

/* A run ends where an entry is not taken, or with the bucket: it goes to the end of those taken from that bucket, all at
 * once. */
static OUTLINE void end_run(struct backlog_fill *fill) {
    struct backlog *backlog = fill->backlog;
    struct bucket *bucket = bucket_at(backlog, fill->bucket);
    bucket_unlink(backlog, fill->run_first, fill->run_last);
    if (bucket->taken_first == BACKLOG_NONE) {
        bucket->taken_first = fill->run_first;
        note_source(fill, fill->bucket);
    } else {
        backlog_entry_at(backlog, bucket->taken_last)->next = fill->run_first;
        backlog_entry_at(backlog, fill->run_first)->previous = bucket->taken_last;
    }
    bucket->taken_last = fill->run_last;
    fill->run_first = BACKLOG_NONE;
}

static void end_run_if_any(struct backlog_fill *fill) {
    if (fill->run_first != BACKLOG_NONE) {
        end_run(fill);
    }
}

void backlog_fill_again(struct backlog_fill *fill) {
    end_run_if_any(fill);
    fill->bucket = BACKLOG_NONE;
    fill->entry = BACKLOG_NONE;
}

/* Go to the first bucket after the one that was looked through that has a size that fits. Buckets whose entries were
 * all taken are still there, empty. */
static OUTLINE bool fill_next_bucket(struct backlog_fill *fill, size_t left) {
    struct backlog *backlog = fill->backlog;
    end_run_if_any(fill);
    do {
        uint32_t rank = fill->bucket == BACKLOG_NONE ? 0 : bucket_at(backlog, fill->bucket)->rank + 1;
        uint32_t number = treap_first_fitting(backlog, backlog->root, rank, left);
        if (number == BACKLOG_NONE) {
            return false;
        }
        fill->bucket = number;
        fill->size = rank_size(bucket_at(backlog, number)->rank);
        fill->entry = bucket_at(backlog, number)->first;
    } while (!is_entry(fill->entry));
    return true;
}

bool backlog_fill_next(struct backlog_fill *fill, size_t left, struct backlog_candidates *candidates) {
    bool here = is_entry(fill->entry) && fill->size <= left;
    if (!here && !fill_next_bucket(fill, left)) {
        return false;
    }
    candidates->backlog = fill->backlog;
    candidates->left = left;
    candidates->size = fill->size;
    candidates->entry = fill->entry;
    candidates->last = BACKLOG_NONE;
    candidates->count = 0;
    return true;
}

/* The entry so many entries behind. */
static uint32_t walk_on(const struct backlog *backlog, uint32_t entry, uint32_t steps) {
    for (; steps > 0; steps--) {
        entry = backlog_entry_at(backlog, entry)->next;
    }
    return entry;
}

void backlog_fill_take(struct backlog_fill *fill, const struct backlog_candidates *candidates, uint32_t count) {
    bool all = count == candidates->count;
    uint32_t last = all ? candidates->last : walk_on(fill->backlog, fill->entry, count - 1);
    if (fill->run_first == BACKLOG_NONE) {
        fill->run_first = fill->entry;
    }
    fill->run_last = last;
    fill->entry = backlog_entry_at(fill->backlog, last)->next;
}

void backlog_fill_pass(struct backlog_fill *fill) {
    uint32_t next = backlog_entry_at(fill->backlog, fill->entry)->next;
    end_run_if_any(fill);
    fill->entry = next;
}

/* The first of the buckets to settle has nothing left that was taken. */
static void drop_source(struct backlog_fill *fill) {
    struct bucket *bucket = bucket_at(fill->backlog, fill->source_first);
    uint32_t number = fill->source_first;
    fill->source_first = bucket->taken_next;
    bucket->taken_first = bucket->taken_last = bucket->taken_next = BACKLOG_NONE;
    bucket_release_if_empty(fill->backlog, number);
}

/* Entries from the same bucket go to the same one, together. */
static void settle_together(struct backlog_fill *fill) {
    const struct bucket *source = bucket_at(fill->backlog, fill->source_first);
    uint32_t first = source->taken_first, last = source->taken_last, rank = source->rank;
    drop_source(fill);
    bucket_append(fill->backlog, bucket_for(fill->backlog, rank + RANK_LEVEL), first, last);
}

/* It was sent its times. */
static uint32_t settle_last(struct backlog_fill *fill) {
    struct bucket *source = bucket_at(fill->backlog, fill->source_first);
    uint32_t number = source->taken_first;
    const struct backlog_entry *entry = backlog_entry_at(fill->backlog, number);
    if (number == source->taken_last) {
        drop_source(fill);
    } else {
        source->taken_first = entry->next;
    }
    entry_release(fill->backlog, number);
    return entry->item;
}

uint32_t backlog_fill_settle(struct backlog_fill *fill) {
    end_run_if_any(fill);
    while (fill->source_first != BACKLOG_NONE) {
        if (rank_is_last_transmission(bucket_at(fill->backlog, fill->source_first)->rank)) {
            return settle_last(fill);
        }
        settle_together(fill);
    }
    return BACKLOG_NONE;
}
