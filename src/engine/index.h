/* Finds an item by its key in O(1), and grows by a step at a time: linear hashing (Litwin, 1980) over the items of a
 * paged array. Each item starts with its key, and has four bytes for the index somewhere. Keyed, so that nobody outside
 * can make keys collide. */
#ifndef SELKIE_ENGINE_INDEX_H
#define SELKIE_ENGINE_INDEX_H

#include "base/hash.h"
#include "base/pages.h"

#define INDEX_NONE UINT32_MAX

enum { INDEX_LINK_BYTES = 4 }; /* of the index's own in each item */

struct index {
    const struct pages *items;
    struct hash_key hash_key;
    uint32_t key_size;
    uint64_t key_mask; /* of the first eight bytes of an item, as a number, what is its key; 0: keys are no numbers */
    uint32_t link_offset; /* of the item's link: the number + 1 of the next item in its bucket, 0: it is the last */
    struct pages buckets; /* each the number + 1 of its first item; 0: it is empty */
    uint32_t bucket_count;
    uint32_t mask; /* of the hash: the least 2^k - 1 that is not below the last bucket's number */
    uint32_t count;
};

/* An empty index over `items`, which has to outlive it. Takes no memory yet. */
void index_init(struct index *index, const struct pages *items, size_t key_size, size_t link_offset,
                const struct hash_key *hash_key);

/* Have room for `capacity` items at once. False: no memory; what was there stays. */
bool index_reserve(struct index *index, uint32_t capacity);

void index_free(struct index *index);

/* The bytes of an arena that room for `capacity` takes at once. */
uint64_t index_bytes(uint32_t capacity);

/* The item with this key, or INDEX_NONE; where it is, too, or NULL. */
uint32_t index_find(const struct index *index, const void *key);
struct index_item {
    const unsigned char *bytes;
    uint32_t number;
};
struct index_item index_look_up(const struct index *index, const void *key);

/* The same for several keys, at most INDEX_TOGETHER, so that no search waits for another: in a large index, what they read
 * is fetched for all at once. Their hashes, too: a key's stays right whatever is entered or taken out. */
enum { INDEX_TOGETHER = 12 };
void index_find_several(const struct index *index, const void *const *keys, uint32_t count, uint64_t *hashes,
                        uint32_t *items);
uint32_t index_find_hashed(const struct index *index, const void *key, uint64_t hash);

/* Enter an item whose key is in place and not entered yet. There must be room. */
void index_insert(struct index *index, uint32_t item);

/* Take out an item whose key is still in place. */
void index_remove(struct index *index, uint32_t item);

#endif
