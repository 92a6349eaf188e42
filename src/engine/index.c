/* The hash index. Each bucket is a chain of items, linked through the items themselves. Whenever there are more than
 * five items for four buckets one more bucket comes, at the end: of the items of the bucket that had its hashes until
 * then about half move there. So growing takes no more than a few steps at any time, and no second table. It knows keys
 * and numbers of items, not what the items are. */
#include "engine/index.h"

#include "base/inline.h"
#include "base/memory.h"
#include "base/panic.h"
#include "base/prefetch.h"
#include "base/small.h"

/* For five items four buckets. */
static uint32_t buckets_for(uint32_t items) {
    return items - items / 5;
}

/* Keys of few bytes are looked for as numbers, where each item has eight to read. */
static uint64_t mask_for(size_t key_size, size_t item_size) {
    bool numbers = key_size > 0 && key_size <= sizeof(uint64_t) && item_size >= sizeof(uint64_t);
    return numbers ? UINT64_MAX >> (64 - 8 * key_size) : 0;
}

void index_init(struct index *index, const struct pages *items, size_t key_size, size_t link_offset,
                const struct hash_key *hash_key) {
    index->items = items;
    index->hash_key = *hash_key;
    index->key_size = (uint32_t)key_size;
    index->key_mask = mask_for(key_size, items->item_size);
    index->link_offset = (uint32_t)link_offset;
    pages_init(&index->buckets, items->allocator, sizeof(uint32_t), buckets_for(items->limit));
    index->bucket_count = 0;
    index->mask = 0;
    index->count = 0;
}

void index_free(struct index *index) {
    index->bucket_count = 0;
    index->mask = 0;
    index->count = 0;
    pages_free(&index->buckets);
}

uint64_t index_bytes(uint32_t capacity) {
    return pages_bytes(sizeof(uint32_t), buckets_for(capacity));
}

bool index_reserve(struct index *index, uint32_t capacity) {
    return pages_reserve(&index->buckets, buckets_for(capacity));
}

static uint64_t key_number(const struct index *index, const unsigned char *item) {
    return small_word(item) & index->key_mask;
}

/* An item is its key, and more. */
static uint64_t hash_of(const struct index *index, const void *key) {
    return hash_key_of(&index->hash_key, key, index->key_size);
}

static INLINE uint32_t all_bits_if(bool condition) {
    return 0u - (uint32_t)condition;
}

/* A hash that names a bucket which is not there yet belongs to the one that will be parted to make it: no branch, for
 * whether it does no processor guesses. */
static uint32_t *bucket_of(const struct index *index, uint64_t hash) {
    uint32_t bucket = (uint32_t)(hash >> 32) & index->mask;
    return pages_u32(&index->buckets, bucket & (index->mask >> 1 | all_bits_if(bucket < index->bucket_count)));
}

static uint32_t link_of(const struct index *index, const unsigned char *item) {
    return small_load4(item + index->link_offset);
}

static void link_to(const struct index *index, unsigned char *item, uint32_t next) {
    memcpy(item + index->link_offset, &next, sizeof next);
}

static unsigned char *item_of(const struct index *index, uint32_t link) {
    return (unsigned char *)pages_at(index->items, link - 1);
}

/* The item with this number as its key from `link` on, as a link; 0: none. */
static INLINE uint32_t walk_numbers(const struct index *index, uint32_t link, uint64_t number) {
    while (link != 0 && key_number(index, item_of(index, link)) != number) {
        link = link_of(index, item_of(index, link));
    }
    return link;
}

static OUTLINE uint32_t walk_bytes(const struct index *index, uint32_t link, const void *key) {
    while (link != 0 && memcmp(item_of(index, link), key, index->key_size) != 0) {
        link = link_of(index, item_of(index, link));
    }
    return link;
}

static uint32_t first_of(const struct index *index, uint64_t hash) {
    return index->count > 0 ? *bucket_of(index, hash) : 0;
}

static struct index_item as_item(const struct index *index, uint32_t link) {
    struct index_item item = {link != 0 ? item_of(index, link) : NULL, link - 1};
    return item;
}

static OUTLINE struct index_item look_up_bytes(const struct index *index, const void *key) {
    return as_item(index, walk_bytes(index, first_of(index, hash_of(index, key)), key));
}

struct index_item index_look_up(const struct index *index, const void *key) {
    if (index->key_mask == 0) {
        return look_up_bytes(index, key);
    }
    uint64_t number = small_number(key, index->key_size);
    uint32_t first = first_of(index, hash_number(&index->hash_key, number));
    return as_item(index, walk_numbers(index, first, number));
}

uint32_t index_find(const struct index *index, const void *key) {
    return index_look_up(index, key).number;
}

uint32_t index_find_hashed(const struct index *index, const void *key, uint64_t hash) {
    uint32_t first = first_of(index, hash);
    return index->key_mask == 0 ? walk_bytes(index, first, key) - 1
                                : walk_numbers(index, first, small_number(key, index->key_size)) - 1;
}

/* ---- several at once ---- */

static void fetch_item(const struct index *index, uint32_t link) {
    if (link != 0) {
        prefetch(item_of(index, link));
    }
}

/* Their buckets, then the first item in each, then the second. */
static OUTLINE void fetch(const struct index *index, const uint64_t *hashes, uint32_t count) {
    uint32_t links[INDEX_TOGETHER];
    for (uint32_t i = 0; i < count; i++) {
        prefetch(bucket_of(index, hashes[i]));
    }
    for (uint32_t i = 0; i < count; i++) {
        links[i] = *bucket_of(index, hashes[i]);
        fetch_item(index, links[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        fetch_item(index, links[i] != 0 ? link_of(index, item_of(index, links[i])) : 0);
    }
}

/* Look at the item that each of these links stands for, which may be none, and go on to the next, if it is not the one.
 * Loops as short as this one have many reads on their way at once, and no branch in them depends on what is read. */
static INLINE void look_at_each(const struct index *index, const uint64_t *numbers, uint32_t count, uint32_t *links,
                                uint32_t *found) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t exists = all_bits_if(links[i] != 0), link = links[i] | (1u & ~exists); /* for none, the very first */
        const unsigned char *item = item_of(index, link);
        uint32_t is_it = all_bits_if(key_number(index, item) == numbers[i]) & exists;
        found[i] |= link & is_it;
        links[i] = link_of(index, item) & exists & ~is_it;
    }
}

/* In six of seven cases it is one of the first two in its bucket, and no processor guesses which. */
static void find_numbers(const struct index *index, const void *const *keys, uint32_t count, uint64_t *hashes,
                         uint32_t *items) {
    struct index here = *index; /* copies: nothing that is written below may be in them */
    const struct pages pages = *index->items;
    uint64_t numbers[INDEX_TOGETHER];
    uint32_t links[INDEX_TOGETHER];
    here.items = &pages;
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = small_number(keys[i], here.key_size);
        hashes[i] = hash_number(&here.hash_key, numbers[i]);
    }
    if (here.count >= 4 * FETCH_FROM) { /* the loops below see to it themselves, but main memory takes longer */
        fetch(index, hashes, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        links[i] = first_of(&here, hashes[i]);
        items[i] = 0;
    }
    if (here.count > 0) {
        look_at_each(&here, numbers, count, links, items);
        look_at_each(&here, numbers, count, links, items);
    }
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (links[i] == 0 ? items[i] : walk_numbers(&here, links[i], numbers[i])) - 1;
    }
}

static void find_bytes(const struct index *index, const void *const *keys, uint32_t count, uint64_t *hashes,
                       uint32_t *items) {
    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = hash_of(index, keys[i]);
    }
    if (index->count >= FETCH_FROM) {
        fetch(index, hashes, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        items[i] = index_find_hashed(index, keys[i], hashes[i]);
    }
}

void index_find_several(const struct index *index, const void *const *keys, uint32_t count, uint64_t *hashes,
                        uint32_t *items) {
    if (index->key_mask != 0) {
        find_numbers(index, keys, count, hashes, items);
    } else {
        find_bytes(index, keys, count, hashes, items);
    }
}

/* ---- entering and taking out ---- */

/* One bucket more. Its items are those of the one that it parts, if their hashes have the bit by which the two differ. */
static void part(struct index *index) {
    if (index->bucket_count > index->mask) {
        index->mask = 2 * index->mask + 1;
    }
    uint32_t below = index->mask >> 1;
    uint32_t *parted = pages_u32(&index->buckets, index->bucket_count & below);
    uint32_t heads[2] = {0, 0}; /* of the two: what stays, what moves */
    uint32_t link = *parted;
    while (link != 0) {
        unsigned char *item = item_of(index, link);
        uint32_t next = link_of(index, item);
        uint32_t *head = &heads[(hash_of(index, item) >> 32 & index->mask) > below];
        link_to(index, item, *head);
        *head = link;
        link = next;
    }
    *parted = heads[0];
    *pages_u32(&index->buckets, index->bucket_count) = heads[1];
    index->bucket_count++;
}

void index_insert(struct index *index, uint32_t item) {
    index->count++;
    if (index->bucket_count < buckets_for(index->count)) {
        SELKIE_ASSERT(index->bucket_count < index->buckets.capacity);
        part(index);
    }
    unsigned char *inserted = item_of(index, item + 1);
    uint32_t *bucket = bucket_of(index, hash_of(index, inserted));
    link_to(index, inserted, *bucket);
    *bucket = item + 1;
}

void index_remove(struct index *index, uint32_t item) {
    const unsigned char *removed = item_of(index, item + 1);
    uint32_t *bucket = bucket_of(index, hash_of(index, removed));
    uint32_t link = *bucket, next = link_of(index, removed);
    index->count--;
    if (link == item + 1) {
        *bucket = next;
        return;
    }
    for (;;) {
        SELKIE_ASSERT(link != 0);
        unsigned char *before = item_of(index, link);
        link = link_of(index, before);
        if (link == item + 1) {
            link_to(index, before, next);
            return;
        }
    }
}
