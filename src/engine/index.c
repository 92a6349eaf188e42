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

static uint64_t hash_of(const struct index *index, const unsigned char *item) {
    return index->key_mask != 0 ? hash_number(&index->hash_key, key_number(index, item))
                                : hash_bytes(&index->hash_key, item, index->key_size);
}

/* A hash that names a bucket which is not there yet belongs to the one that will be parted to make it. */
static uint32_t *bucket_of(const struct index *index, uint64_t hash) {
    uint32_t bucket = (uint32_t)(hash >> 32) & index->mask;
    return pages_u32(&index->buckets, bucket < index->bucket_count ? bucket : bucket & index->mask >> 1);
}

static uint32_t link_of(const struct index *index, const unsigned char *item) {
    return small_load4(item + index->link_offset);
}

static void link_to(const struct index *index, uint32_t item, uint32_t next) {
    memcpy((unsigned char *)pages_at(index->items, item) + index->link_offset, &next, sizeof next);
}

static const unsigned char *item_of(const struct index *index, uint32_t link) {
    return (const unsigned char *)pages_at(index->items, link - 1);
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

uint32_t index_find(const struct index *index, const void *key) {
    if (index->count == 0) {
        return INDEX_NONE;
    }
    if (index->key_mask == 0) {
        return walk_bytes(index, *bucket_of(index, hash_bytes(&index->hash_key, key, index->key_size)), key) - 1;
    }
    uint64_t number = small_number(key, index->key_size);
    return walk_numbers(index, *bucket_of(index, hash_number(&index->hash_key, number)), number) - 1;
}

uint32_t index_find_hashed(const struct index *index, const void *key, uint64_t hash) {
    if (index->count == 0) {
        return INDEX_NONE;
    }
    uint32_t link = *bucket_of(index, hash);
    return index->key_mask == 0 ? walk_bytes(index, link, key) - 1
                                : walk_numbers(index, link, small_number(key, index->key_size)) - 1;
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

static INLINE uint32_t all_bits_if(bool condition) {
    return 0u - (uint32_t)condition;
}

/* In six of seven cases it is one of the first two, and no processor guesses which: both are looked at, and no branch
 * depends on it. */
static INLINE uint32_t walk_from_two(const struct index *index, uint32_t first, uint64_t number) {
    const unsigned char *item = item_of(index, first);
    uint32_t next = link_of(index, item), second = next | (first & all_bits_if(next == 0));
    const unsigned char *other = item_of(index, second);
    uint32_t found = second & all_bits_if(key_number(index, other) == number);
    uint32_t is_first = all_bits_if(key_number(index, item) == number);
    found = (first & is_first) | (found & ~is_first);
    return found != 0 ? found : walk_numbers(index, link_of(index, other), number);
}

static void find_numbers(const struct index *index, const void *const *keys, uint32_t count, uint64_t *hashes,
                         uint32_t *items) {
    struct index here = *index; /* copies: nothing that is written below may be in them */
    const struct pages pages = *index->items;
    uint64_t numbers[INDEX_TOGETHER];
    here.items = &pages;
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = small_number(keys[i], here.key_size);
        hashes[i] = hash_number(&here.hash_key, numbers[i]);
    }
    if (here.count >= FETCH_FROM) {
        fetch(index, hashes, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t link = here.count > 0 ? *bucket_of(&here, hashes[i]) : 0;
        items[i] = link != 0 ? walk_from_two(&here, link, numbers[i]) - 1 : INDEX_NONE;
    }
}

static void find_bytes(const struct index *index, const void *const *keys, uint32_t count, uint64_t *hashes,
                       uint32_t *items) {
    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = hash_bytes(&index->hash_key, keys[i], index->key_size);
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

static void put(struct index *index, uint32_t item, uint64_t hash) {
    uint32_t *bucket = bucket_of(index, hash);
    link_to(index, item, *bucket);
    *bucket = item + 1;
}

/* One bucket more. Its items are those of the one that it parts. */
static void part(struct index *index) {
    if (index->bucket_count > index->mask) {
        index->mask = 2 * index->mask + 1;
    }
    uint32_t *parted = pages_u32(&index->buckets, index->bucket_count & index->mask >> 1);
    uint32_t link = *parted;
    *parted = 0;
    *pages_u32(&index->buckets, index->bucket_count) = 0;
    index->bucket_count++;
    while (link != 0) {
        const unsigned char *item = item_of(index, link);
        uint32_t next = link_of(index, item);
        put(index, link - 1, hash_of(index, item));
        link = next;
    }
}

void index_insert(struct index *index, uint32_t item) {
    index->count++;
    if (index->bucket_count < buckets_for(index->count)) {
        SELKIE_ASSERT(index->bucket_count < index->buckets.capacity);
        part(index);
    }
    put(index, item, hash_of(index, item_of(index, item + 1)));
}

void index_remove(struct index *index, uint32_t item) {
    const unsigned char *removed = item_of(index, item + 1);
    uint32_t *bucket = bucket_of(index, hash_of(index, removed));
    uint32_t link = *bucket;
    index->count--;
    if (link == item + 1) {
        *bucket = link_of(index, removed);
        return;
    }
    for (;;) {
        SELKIE_ASSERT(link != 0);
        uint32_t before = link - 1;
        link = link_of(index, item_of(index, link));
        if (link == item + 1) {
            link_to(index, before, link_of(index, removed));
            return;
        }
    }
}
