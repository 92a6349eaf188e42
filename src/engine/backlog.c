/* The backlog: buckets of entries that are equal in the order, in a treap (Seidel, Aragon 1996) by rank in which each
 * node also knows the smallest size below it, so that the first entry that still fits is found without looking at those
 * that do not. It knows sizes and counts, not what the items mean. */
#include "engine/backlog.h"

#include "base/panic.h"

struct entry {
    uint32_t item;
    uint32_t previous, next; /* in its bucket, or BACKLOG_NONE; `next` also links free and taken ones */
    uint32_t bucket;
};

struct bucket {
    uint32_t rank;        /* smaller goes first: see rank_of */
    uint32_t left, right; /* in the treap; `left` also links free ones */
    uint32_t weight;      /* random; no child's is larger */
    uint32_t smallest;    /* size in this bucket and below */
    uint32_t first, last; /* entries */
    uint32_t taken;       /* entries that a fill has taken out and not settled yet */
};

enum { TRANSMISSIONS_MAX = 255, PRIORITY_MAX = 3, SIZE_MAX_16 = 65535 };

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

static struct entry *entry_at(const struct backlog *backlog, uint32_t number) {
    return (struct entry *)pages_at_sized(&backlog->entries, number, sizeof(struct entry));
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
    pages_init(&backlog->entries, allocator, sizeof(struct entry), limit);
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
    return pages_bytes(sizeof(struct entry), limit) +
           pages_bytes(sizeof(struct bucket), buckets_needed(limit, sizes, levels_max));
}

bool backlog_reserve(struct backlog *backlog, uint32_t more, uint32_t levels) {
    if (more > backlog->entries.limit - backlog->count) {
        return false;
    }
    backlog->levels = levels > backlog->levels ? levels : backlog->levels;
    uint32_t entries = backlog->count + more;
    return pages_reserve(&backlog->entries, entries) &&
           pages_reserve(&backlog->buckets, buckets_needed(entries, backlog->sizes, backlog->levels));
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
    bucket->smallest = smaller(rank_size(bucket->rank), below);
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
    bucket->weight = random_next(backlog->random);
    bucket->smallest = rank_size(rank);
    bucket->first = bucket->last = BACKLOG_NONE;
    bucket->taken = 0;
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
    if (bucket->first != BACKLOG_NONE || bucket->taken > 0) {
        return;
    }
    treap_remove(backlog, bucket->rank);
    bucket->left = backlog->free_bucket;
    backlog->free_bucket = number;
}

/* Entries that are linked, from `first` to `last`, go to the bucket's end. Which bucket they are in they know already. */
static void bucket_append(struct backlog *backlog, uint32_t number, uint32_t first, uint32_t last) {
    struct bucket *bucket = bucket_at(backlog, number);
    entry_at(backlog, first)->previous = bucket->last;
    entry_at(backlog, last)->next = BACKLOG_NONE;
    if (bucket->last == BACKLOG_NONE) {
        bucket->first = first;
    } else {
        entry_at(backlog, bucket->last)->next = first;
    }
    bucket->last = last;
}

/* Take the entries from `first` to `last`, which follow each other, out of their bucket. */
static void bucket_unlink(struct backlog *backlog, uint32_t first, uint32_t last) {
    uint32_t before = entry_at(backlog, first)->previous, after = entry_at(backlog, last)->next;
    struct bucket *bucket = bucket_at(backlog, entry_at(backlog, first)->bucket);
    if (before == BACKLOG_NONE) {
        bucket->first = after;
    } else {
        entry_at(backlog, before)->next = after;
    }
    if (after == BACKLOG_NONE) {
        bucket->last = before;
    } else {
        entry_at(backlog, after)->previous = before;
    }
}

/* ---- entries ---- */

static void entry_release(struct backlog *backlog, uint32_t number) {
    entry_at(backlog, number)->next = backlog->free_entry;
    backlog->free_entry = number;
    backlog->count--;
}

uint32_t backlog_push(struct backlog *backlog, uint32_t item, unsigned priority, unsigned transmissions, size_t size) {
    uint32_t number = backlog->free_entry;
    if (number != BACKLOG_NONE) {
        backlog->free_entry = entry_at(backlog, number)->next;
    } else {
        SELKIE_ASSERT(backlog->used_entries < backlog->entries.capacity);
        number = backlog->used_entries++;
    }
    struct entry *entry = entry_at(backlog, number);
    entry->item = item;
    entry->bucket = bucket_for(backlog, rank_of(priority, transmissions, size));
    bucket_append(backlog, entry->bucket, number, number);
    backlog->count++;
    return number;
}

void backlog_remove(struct backlog *backlog, uint32_t entry) {
    uint32_t bucket = entry_at(backlog, entry)->bucket;
    bucket_unlink(backlog, entry, entry);
    bucket_release_if_empty(backlog, bucket);
    entry_release(backlog, entry);
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
        if (bucket->first != BACKLOG_NONE && left > most) {
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
        if (bucket->first != BACKLOG_NONE) {
            bucket->rank -= by * RANK_LEVEL;
        }
    }
    return true;
}

/* ---- filling ---- */

struct backlog_fill backlog_fill_begin(struct backlog *backlog) {
    struct backlog_fill fill = {backlog,      BACKLOG_NONE, 0, BACKLOG_NONE, BACKLOG_NONE, BACKLOG_NONE, BACKLOG_NONE,
                                BACKLOG_NONE, BACKLOG_NONE, 0};
    return fill;
}

/* A run ends where an entry is not taken, or with the bucket: it goes to the end of those taken, all at once. */
static void end_run(struct backlog_fill *fill) {
    struct backlog *backlog = fill->backlog;
    if (fill->run_count == 0) {
        return;
    }
    bucket_unlink(backlog, fill->run_first, fill->run_last);
    bucket_at(backlog, entry_at(backlog, fill->run_first)->bucket)->taken += fill->run_count;
    entry_at(backlog, fill->run_last)->next = BACKLOG_NONE;
    if (fill->taken_last == BACKLOG_NONE) {
        fill->taken_first = fill->run_first;
    } else {
        entry_at(backlog, fill->taken_last)->next = fill->run_first;
    }
    fill->taken_last = fill->run_last;
    fill->run_count = 0;
}

void backlog_fill_again(struct backlog_fill *fill) {
    end_run(fill);
    fill->bucket = BACKLOG_NONE;
    fill->entry = BACKLOG_NONE;
}

/* Go to the first bucket after the one that was looked through that has a size that fits. Buckets whose entries were
 * all taken are still there, empty. */
static bool fill_next_bucket(struct backlog_fill *fill, size_t left) {
    struct backlog *backlog = fill->backlog;
    end_run(fill);
    do {
        uint32_t rank = fill->bucket == BACKLOG_NONE ? 0 : bucket_at(backlog, fill->bucket)->rank + 1;
        uint32_t number = treap_first_fitting(backlog, backlog->root, rank, left);
        if (number == BACKLOG_NONE) {
            return false;
        }
        fill->bucket = number;
        fill->size = rank_size(bucket_at(backlog, number)->rank);
        fill->entry = bucket_at(backlog, number)->first;
    } while (fill->entry == BACKLOG_NONE);
    return true;
}

uint32_t backlog_fill_next(struct backlog_fill *fill, size_t left) {
    struct backlog *backlog = fill->backlog;
    if (fill->run_count > 0 && fill->run_last != fill->candidate) {
        end_run(fill); /* the candidate was not taken */
    }
    bool here = fill->entry != BACKLOG_NONE && fill->size <= left;
    if (!here && !fill_next_bucket(fill, left)) {
        return BACKLOG_NONE;
    }
    const struct entry *entry = entry_at(backlog, fill->entry);
    fill->candidate = fill->entry;
    fill->entry = entry->next;
    return entry->item;
}

void backlog_fill_take(struct backlog_fill *fill) {
    if (fill->run_count++ == 0) {
        fill->run_first = fill->candidate;
    }
    fill->run_last = fill->candidate;
}

/* The last of the taken entries, from the first on, that come from the same bucket. Each knows the one before it then. */
static uint32_t last_of_bucket(struct backlog *backlog, uint32_t first, uint32_t *count) {
    uint32_t last = first, source = entry_at(backlog, first)->bucket;
    for (*count = 1;; ++*count) {
        uint32_t next = entry_at(backlog, last)->next;
        if (next == BACKLOG_NONE || entry_at(backlog, next)->bucket != source) {
            return last;
        }
        entry_at(backlog, next)->previous = last;
        last = next;
    }
}

/* Entries from the same bucket go to the same one, together. */
static void settle_together(struct backlog_fill *fill, uint32_t rank) {
    struct backlog *backlog = fill->backlog;
    uint32_t first = fill->taken_first, source = entry_at(backlog, first)->bucket, count;
    uint32_t last = last_of_bucket(backlog, first, &count);
    fill->taken_first = entry_at(backlog, last)->next;
    bucket_at(backlog, source)->taken -= count;
    bucket_release_if_empty(backlog, source);
    uint32_t target = bucket_for(backlog, rank + RANK_LEVEL);
    for (uint32_t number = first; count > 0; count--) {
        struct entry *entry = entry_at(backlog, number);
        entry->bucket = target;
        number = entry->next;
    }
    bucket_append(backlog, target, first, last);
}

/* It was sent its times. */
static uint32_t settle_last(struct backlog_fill *fill) {
    struct backlog *backlog = fill->backlog;
    uint32_t number = fill->taken_first;
    struct entry *entry = entry_at(backlog, number);
    fill->taken_first = entry->next;
    bucket_at(backlog, entry->bucket)->taken--;
    bucket_release_if_empty(backlog, entry->bucket);
    entry_release(backlog, number);
    return entry->item;
}

uint32_t backlog_fill_settle(struct backlog_fill *fill) {
    end_run(fill);
    while (fill->taken_first != BACKLOG_NONE) {
        const struct backlog *backlog = fill->backlog;
        uint32_t rank = bucket_at(backlog, entry_at(backlog, fill->taken_first)->bucket)->rank;
        if (rank_is_last_transmission(rank)) {
            return settle_last(fill);
        }
        settle_together(fill, rank);
    }
    return BACKLOG_NONE;
}
