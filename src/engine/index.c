/* The hash index: linear probing, removal by shifting back, a tag of the hash in each bucket so that a wrong item is
 * hardly ever read. It knows keys and numbers of items, not what the items are. */
#include "engine/index.h"

#include "base/arena.h"
#include "base/memory.h"
#include "base/panic.h"
#include "base/small.h"

/* Four fifths full at most. */
static uint32_t buckets_for(uint32_t capacity) {
    return capacity + capacity / 4 + 1;
}

static uint32_t bits_for(uint32_t capacity) {
    uint32_t bits = 1;
    while (bits < 32 && capacity >> bits != 0) {
        bits++;
    }
    return bits;
}

void index_init(struct index *index, const struct pages *items, size_t key_size, const struct hash_key *hash_key) {
    index->allocator = items->allocator;
    index->items = items;
    index->hash_key = *hash_key;
    index->key_size = (uint32_t)key_size;
    index->buckets = NULL;
    index->bucket_count = 0;
    index->capacity = 0;
    index->item_bits = 1;
}

/* Empty before its memory is gone: somebody may look from inside the allocator. */
void index_free(struct index *index) {
    uint32_t *buckets = index->buckets;
    size_t bytes = index->bucket_count * sizeof *buckets;
    index->buckets = NULL;
    index->bucket_count = 0;
    index->capacity = 0;
    memory_free(index->allocator, buckets, bytes);
}

uint64_t index_bytes(uint32_t capacity) {
    return capacity == 0 ? 0 : arena_bytes((uint64_t)buckets_for(capacity) * sizeof(uint32_t));
}

static uint64_t index_hash(const struct index *index, const void *key) {
    return hash_bytes(&index->hash_key, key, index->key_size);
}

/* Where the search for a hash starts: in the order of the hashes' low halves. */
static uint32_t home_bucket(const struct index *index, uint64_t hash) {
    return (uint32_t)((uint64_t)(uint32_t)hash * index->bucket_count >> 32);
}

static uint32_t next_bucket(const struct index *index, uint32_t bucket) {
    return bucket + 1 == index->bucket_count ? 0 : bucket + 1;
}

/* The bits of a bucket that hold the item's number + 1; the others are a tag from the hash. */
static uint32_t item_mask(const struct index *index) {
    return index->item_bits < 32 ? ((uint32_t)1 << index->item_bits) - 1 : UINT32_MAX;
}

static uint32_t bucket_value(const struct index *index, uint64_t hash, uint32_t item) {
    return ((uint32_t)(hash >> 32) & ~item_mask(index)) | (item + 1);
}

static uint32_t bucket_item(const struct index *index, uint32_t value) {
    return (value & item_mask(index)) - 1;
}

uint32_t index_find(const struct index *index, const void *key) {
    if (index->bucket_count == 0) {
        return INDEX_NONE;
    }
    uint64_t hash = index_hash(index, key);
    uint32_t mask = item_mask(index), tag = (uint32_t)(hash >> 32) & ~mask;
    for (uint32_t bucket = home_bucket(index, hash);; bucket = next_bucket(index, bucket)) {
        uint32_t value = index->buckets[bucket];
        if (value == 0) {
            return INDEX_NONE;
        }
        uint32_t item = (value & mask) - 1;
        if ((value & ~mask) == tag && small_equal(pages_at(index->items, item), key, index->key_size)) {
            return item;
        }
    }
}

static void insert_hashed(struct index *index, uint64_t hash, uint32_t item) {
    uint32_t bucket = home_bucket(index, hash);
    while (index->buckets[bucket] != 0) {
        bucket = next_bucket(index, bucket);
    }
    index->buckets[bucket] = bucket_value(index, hash, item);
}

void index_insert(struct index *index, uint32_t item) {
    SELKIE_ASSERT(item < index->capacity);
    insert_hashed(index, index_hash(index, pages_at(index->items, item)), item);
}

/* How far `bucket` lies behind `from`, going forward and around. */
static uint32_t distance(const struct index *index, uint32_t from, uint32_t bucket) {
    return bucket >= from ? bucket - from : bucket + index->bucket_count - from;
}

/* Close the gap at `gap`: what was pushed past it by collisions moves back. */
static void shift_back(struct index *index, uint32_t gap) {
    for (uint32_t bucket = next_bucket(index, gap); index->buckets[bucket] != 0; bucket = next_bucket(index, bucket)) {
        uint32_t item = bucket_item(index, index->buckets[bucket]);
        uint32_t home = home_bucket(index, index_hash(index, pages_at(index->items, item)));
        if (distance(index, home, bucket) >= distance(index, gap, bucket)) {
            index->buckets[gap] = index->buckets[bucket];
            gap = bucket;
        }
    }
    index->buckets[gap] = 0;
}

void index_remove(struct index *index, uint32_t item) {
    uint64_t hash = index_hash(index, pages_at(index->items, item));
    uint32_t wanted = bucket_value(index, hash, item);
    uint32_t bucket = home_bucket(index, hash);
    while (index->buckets[bucket] != wanted) {
        SELKIE_ASSERT(index->buckets[bucket] != 0);
        bucket = next_bucket(index, bucket);
    }
    shift_back(index, bucket);
}

bool index_reserve(struct index *index, uint32_t capacity) {
    if (capacity <= index->capacity) {
        return true;
    }
    struct index grown = *index;
    grown.capacity = capacity;
    grown.bucket_count = buckets_for(capacity);
    grown.item_bits = bits_for(capacity);
    size_t bytes = grown.bucket_count * sizeof *grown.buckets;
    grown.buckets = (uint32_t *)memory_allocate(index->allocator, bytes);
    if (!grown.buckets) {
        return false;
    }
    memset(grown.buckets, 0, bytes);
    for (uint32_t bucket = 0; bucket < index->bucket_count; bucket++) {
        if (index->buckets[bucket] != 0) {
            index_insert(&grown, bucket_item(index, index->buckets[bucket]));
        }
    }
    struct index old = *index;
    *index = grown;
    index_free(&old);
    return true;
}
