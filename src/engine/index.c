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
static uint32_t walk_numbers(const struct index *index, uint32_t link, uint64_t number) {
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

uint64_t index_hash(const struct index *index, const void *key) {
    return index->key_mask != 0 ? hash_number(&index->hash_key, small_number(key, index->key_size))
                                : hash_bytes(&index->hash_key, key, index->key_size);
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

static uint32_t all_bits_if(bool condition) {
    return 0u - (uint32_t)condition;
}

/* In six of seven cases it is one of the first two, and no processor guesses which: both are looked at, and no branch
 * depends on it. */
static uint32_t walk_from_two(const struct index *index, uint32_t first, uint64_t number) {
    const unsigned char *item = item_of(index, first);
    uint32_t next = link_of(index, item), second = next | (first & all_bits_if(next == 0));
    const unsigned char *other = item_of(index, second);
    uint32_t found = second & all_bits_if(key_number(index, other) == number);
    uint32_t is_first = all_bits_if(key_number(index, item) == number);
    found = (first & is_first) | (found & ~is_first);
    return found != 0 ? found : walk_numbers(index, link_of(index, other), number);
}

uint32_t index_find_hashed(const struct index *index, const void *key, uint64_t hash) {
    uint32_t link = index->count > 0 ? *bucket_of(index, hash) : 0;
    if (link == 0) {
        return INDEX_NONE;
    }
    if (index->key_mask == 0) {
        return walk_bytes(index, link, key) - 1;
    }
    return walk_from_two(index, link, small_number(key, index->key_size)) - 1;
}

void index_expect_bucket(const struct index *index, uint64_t hash) {
    if (index->count > 0) {
        PREFETCH(bucket_of(index, hash));
    }
}

void index_expect_item(const struct index *index, uint64_t hash, uint32_t number) {
    uint32_t link = index->count > 0 ? *bucket_of(index, hash) : 0;
    for (; link != 0 && number > 0; number--) {
        link = link_of(index, item_of(index, link));
    }
    if (link != 0) {
        PREFETCH(item_of(index, link));
    }
}

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
