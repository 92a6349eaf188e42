/* Finds an item by its key in O(1): open addressing over the items of a paged array, each of which starts with its key.
 * Keyed, so that nobody outside can make keys collide. */
#ifndef SELKIE_ENGINE_INDEX_H
#define SELKIE_ENGINE_INDEX_H

#include "base/hash.h"
#include "base/pages.h"

#define INDEX_NONE UINT32_MAX

struct index {
    const struct selkie_allocator *allocator;
    const struct pages *items; /* each item starts with its key */
    struct hash_key hash_key;
    uint32_t key_size;
    uint32_t *buckets; /* 0: empty; otherwise a tag from the hash above the item's number + 1 */
    uint32_t bucket_count;
    uint32_t capacity;  /* items that may be in it at once */
    uint32_t item_bits; /* low bits of a bucket that hold the item */
};

/* An empty index over `items`, which has to outlive it. Takes no memory yet. */
void index_init(struct index *index, const struct pages *items, size_t key_size, const struct hash_key *hash_key);

/* Have room for items numbered below `capacity`. False: no memory; what was there stays. */
bool index_reserve(struct index *index, uint32_t capacity);

void index_free(struct index *index);

/* The bytes of an arena that room for `capacity` takes. */
uint64_t index_bytes(uint32_t capacity);

/* The item with this key, or INDEX_NONE. */
uint32_t index_find(const struct index *index, const void *key);

/* Enter an item whose key is in place and not entered yet. There must be room. */
void index_insert(struct index *index, uint32_t item);

/* Take out an item whose key is still in place. */
void index_remove(struct index *index, uint32_t item);

#endif
