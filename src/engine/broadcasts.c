/* The queue of custom broadcasts. Bytes are kept in chunks, keys beside them; which goes first is the backlog's
 * business, what the bytes mean the handler's. Members are unknown here. */
#include "engine/broadcasts.h"

#include "base/cursor.h"
#include "base/memory.h"
#include "base/panic.h"

enum { CHUNK_BYTES = 28, LENGTH_BYTES = 2, PRIORITIES = 4, SIZES = 65536 };

struct chunk {
    uint32_t next; /* + 1; 0: the last */
    unsigned char bytes[CHUNK_BYTES];
};

struct broadcast {
    uint32_t entry; /* in the backlog + 1; 0: this place is free */
    uint32_t chunk; /* the first; of a free place: the next free one */
    uint32_t size;
};

static uint32_t chunks_for(uint32_t size) {
    return size / CHUNK_BYTES + (size % CHUNK_BYTES != 0);
}

/* Whatever the sizes: each broadcast wastes less than one chunk. */
static uint32_t chunk_limit(uint32_t max_count, uint32_t max_bytes) {
    if (max_count == UINT32_MAX || max_bytes == UINT32_MAX) {
        return UINT32_MAX;
    }
    uint64_t limit = (uint64_t)chunks_for(max_bytes) + max_count;
    return limit < UINT32_MAX ? (uint32_t)limit : UINT32_MAX;
}

/* A key, and the link of the index. */
static size_t key_bytes(const struct selkie_broadcasts *handler) {
    return (size_t)handler->key_size + INDEX_LINK_BYTES;
}

static bool by_equal_keys(const struct selkie_broadcasts *handler) {
    return !handler->invalidates;
}

static struct broadcast *broadcast_at(const struct broadcasts *broadcasts, uint32_t item) {
    return (struct broadcast *)pages_at(&broadcasts->items, item);
}

static struct chunk *chunk_at(const struct broadcasts *broadcasts, uint32_t number) {
    return (struct chunk *)pages_at(&broadcasts->chunks, number);
}

void broadcasts_init(struct broadcasts *broadcasts, const struct selkie_broadcasts *handler,
                     const struct selkie_allocator *allocator, struct random *random, const struct hash_key *hash_key,
                     uint32_t max_count, uint32_t max_bytes) {
    memset(broadcasts, 0, sizeof *broadcasts);
    if (handler) {
        broadcasts->handler = *handler;
    }
    backlog_init(&broadcasts->backlog, allocator, random, max_count, SIZES);
    pages_init(&broadcasts->items, allocator, sizeof(struct broadcast), max_count);
    pages_init(&broadcasts->keys, allocator, key_bytes(&broadcasts->handler), max_count);
    pages_init(&broadcasts->chunks, allocator, sizeof(struct chunk), chunk_limit(max_count, max_bytes));
    index_init(&broadcasts->index, &broadcasts->keys, broadcasts->handler.key_size, broadcasts->handler.key_size,
               hash_key);
    broadcasts->free_item = BACKLOG_NONE;
    broadcasts->free_chunk = BACKLOG_NONE;
    broadcasts->max_bytes = max_bytes;
}

void broadcasts_free(struct broadcasts *broadcasts) {
    index_free(&broadcasts->index);
    pages_free(&broadcasts->chunks);
    pages_free(&broadcasts->keys);
    pages_free(&broadcasts->items);
    backlog_free(&broadcasts->backlog);
}

uint64_t broadcasts_bytes(const struct selkie_broadcasts *handler, uint32_t max_count, uint32_t max_bytes) {
    if (!handler) {
        return 0;
    }
    return backlog_bytes(max_count, SIZES) + pages_bytes(sizeof(struct broadcast), max_count) +
           pages_bytes(key_bytes(handler), max_count) +
           pages_bytes(sizeof(struct chunk), chunk_limit(max_count, max_bytes)) +
           (by_equal_keys(handler) ? index_bytes(max_count) : 0);
}

bool broadcasts_full(const struct broadcasts *broadcasts, size_t size) {
    return broadcasts->backlog.count == broadcasts->backlog.entries.limit ||
           size > broadcasts->max_bytes - broadcasts->bytes;
}

static bool reserve_index(struct broadcasts *broadcasts) {
    return !by_equal_keys(&broadcasts->handler) || index_reserve(&broadcasts->index, broadcasts->items.capacity);
}

bool broadcasts_reserve(struct broadcasts *broadcasts, size_t size, unsigned transmissions) {
    uint32_t items = broadcasts->backlog.count + 1;
    uint32_t chunks = chunks_for(broadcasts->bytes) + broadcasts->backlog.count + chunks_for((uint32_t)size);
    if (broadcasts->backlog.count == broadcasts->items.limit) {
        return true;
    }
    if (chunks > broadcasts->chunks.limit) {
        chunks = broadcasts->chunks.limit;
    }
    return backlog_reserve(&broadcasts->backlog, 1, transmissions * PRIORITIES) &&
           pages_reserve(&broadcasts->items, items) && pages_reserve(&broadcasts->keys, items) &&
           pages_reserve(&broadcasts->chunks, chunks) && reserve_index(broadcasts);
}

bool broadcasts_reserve_all(struct broadcasts *broadcasts) {
    uint32_t limit = broadcasts->items.limit;
    return backlog_reserve_all(&broadcasts->backlog) && pages_reserve(&broadcasts->items, limit) &&
           pages_reserve(&broadcasts->keys, limit) && pages_reserve(&broadcasts->chunks, broadcasts->chunks.limit) &&
           reserve_index(broadcasts);
}

/* ---- storage ---- */

static void chunk_release(struct broadcasts *broadcasts, uint32_t number) {
    chunk_at(broadcasts, number)->next = broadcasts->free_chunk;
    broadcasts->free_chunk = number;
}

static uint32_t chunk_take(struct broadcasts *broadcasts) {
    uint32_t number = broadcasts->free_chunk;
    if (number != BACKLOG_NONE) {
        broadcasts->free_chunk = chunk_at(broadcasts, number)->next;
        return number;
    }
    SELKIE_ASSERT(broadcasts->used_chunks < broadcasts->chunks.capacity);
    return broadcasts->used_chunks++;
}

/* Copy bytes into chunks, the last first, so that each can name the next. */
static uint32_t chunks_store(struct broadcasts *broadcasts, const unsigned char *bytes, uint32_t size) {
    uint32_t next = 0;
    for (uint32_t i = chunks_for(size); i-- > 0;) {
        uint32_t start = i * CHUNK_BYTES;
        uint32_t part = size - start < CHUNK_BYTES ? size - start : (uint32_t)CHUNK_BYTES;
        uint32_t number = chunk_take(broadcasts);
        memcpy(chunk_at(broadcasts, number)->bytes, bytes + start, part);
        chunk_at(broadcasts, number)->next = next;
        next = number + 1;
    }
    return next - 1;
}

static void chunks_write(const struct broadcasts *broadcasts, uint32_t number, uint32_t size,
                         struct selkie_writer *writer) {
    while (size > 0) {
        const struct chunk *chunk = chunk_at(broadcasts, number);
        uint32_t part = size < CHUNK_BYTES ? size : (uint32_t)CHUNK_BYTES;
        selkie_put(writer, chunk->bytes, part);
        number = chunk->next - 1;
        size -= part;
    }
}

static uint32_t take_item(struct broadcasts *broadcasts) {
    uint32_t item = broadcasts->free_item;
    if (item != BACKLOG_NONE) {
        broadcasts->free_item = broadcast_at(broadcasts, item)->chunk;
        return item;
    }
    SELKIE_ASSERT(broadcasts->used_items < broadcasts->items.capacity);
    return broadcasts->used_items++;
}

/* Let go of what an item holds; its entry is out of the backlog already. */
static void release_item(struct broadcasts *broadcasts, uint32_t item) {
    struct broadcast *broadcast = broadcast_at(broadcasts, item);
    uint32_t number = broadcast->chunk;
    for (uint32_t left = chunks_for(broadcast->size); left > 0; left--) {
        uint32_t next = chunk_at(broadcasts, number)->next;
        chunk_release(broadcasts, number);
        number = next - 1;
    }
    if (by_equal_keys(&broadcasts->handler)) {
        index_remove(&broadcasts->index, item);
    }
    broadcasts->bytes -= broadcast->size;
    broadcast->entry = 0;
    broadcast->chunk = broadcasts->free_item;
    broadcasts->free_item = item;
}

/* ---- news of the user's ---- */

/* It is out of the backlog: let go of it, and tell the user. */
static void end_item(struct broadcasts *broadcasts, uint32_t item, enum selkie_broadcast_end end) {
    uint64_t key[SELKIE_BROADCAST_KEY_MAX / sizeof(uint64_t)];
    memcpy(key, pages_at(&broadcasts->keys, item), broadcasts->handler.key_size);
    release_item(broadcasts, item);
    if (broadcasts->backlog.count == 0) {
        broadcasts->saved = 0;
    }
    if (broadcasts->handler.done) {
        broadcasts->handler.done(broadcasts->handler.ctx, key, end);
    }
}

static void replace_item(struct broadcasts *broadcasts, uint32_t item) {
    backlog_remove(&broadcasts->backlog, broadcast_at(broadcasts, item)->entry - 1);
    broadcasts->replaced++;
    end_item(broadcasts, item, SELKIE_BROADCAST_REPLACED);
}

/* Call invalidates with an aligned copy of the queued key. */
static bool invalidated(const struct broadcasts *broadcasts, const void *newer, uint32_t item) {
    uint64_t queued[SELKIE_BROADCAST_KEY_MAX / sizeof(uint64_t)];
    memcpy(queued, pages_at(&broadcasts->keys, item), broadcasts->handler.key_size);
    return broadcasts->handler.invalidates(broadcasts->handler.ctx, newer, queued);
}

static void remove_invalidated(struct broadcasts *broadcasts, const void *key) {
    if (by_equal_keys(&broadcasts->handler)) {
        uint32_t item = index_find(&broadcasts->index, key);
        if (item != INDEX_NONE) {
            replace_item(broadcasts, item);
        }
        return;
    }
    for (uint32_t item = 0; item < broadcasts->used_items; item++) {
        if (broadcast_at(broadcasts, item)->entry != 0 && invalidated(broadcasts, key, item)) {
            replace_item(broadcasts, item);
        }
    }
}

static void enqueue(struct broadcasts *broadcasts, const void *key, const void *bytes, uint32_t size, unsigned priority,
                    unsigned transmissions) {
    uint32_t item = take_item(broadcasts);
    struct broadcast *broadcast = broadcast_at(broadcasts, item);
    broadcast->size = size;
    broadcast->chunk = chunks_store(broadcasts, (const unsigned char *)bytes, size);
    broadcast->entry = backlog_push(&broadcasts->backlog, item, priority, transmissions, size) + 1;
    broadcasts->bytes += size;
    memcpy(pages_at(&broadcasts->keys, item), key, broadcasts->handler.key_size);
    if (by_equal_keys(&broadcasts->handler)) {
        index_insert(&broadcasts->index, item);
    }
}

enum selkie_verdict broadcasts_offer(struct broadcasts *broadcasts, const void *bytes, size_t size, const void *sender,
                                     unsigned priority, unsigned transmissions, bool *queued) {
    uint64_t key[SELKIE_BROADCAST_KEY_MAX / sizeof(uint64_t)] = {0};
    *queued = false;
    if (broadcasts->handler.struct_size == 0) {
        return SELKIE_REFUSED;
    }
    enum selkie_verdict verdict = broadcasts->handler.receive(broadcasts->handler.ctx, bytes, size, sender, key);
    if (verdict != SELKIE_NEW) {
        return verdict == SELKIE_KNOWN ? SELKIE_KNOWN : SELKIE_REFUSED;
    }
    remove_invalidated(broadcasts, key);
    if (!broadcasts_full(broadcasts, size) && broadcasts_reserve(broadcasts, size, transmissions)) {
        enqueue(broadcasts, key, bytes, (uint32_t)size, priority, transmissions);
        *queued = true;
    }
    return SELKIE_NEW;
}

bool broadcasts_wanted(const struct broadcasts *broadcasts, const void *identity) {
    return !broadcasts->handler.wants || broadcasts->handler.wants(broadcasts->handler.ctx, identity);
}

void broadcasts_write(const struct broadcasts *broadcasts, struct backlog_fill *fill, struct selkie_writer *writer) {
    struct backlog_candidates candidates;
    uint32_t item;
    while (broadcasts->backlog.count > 0 && writer->left > LENGTH_BYTES &&
           backlog_fill_next(fill, writer->left - LENGTH_BYTES, &candidates) && backlog_candidate(&candidates, &item)) {
        const struct broadcast *broadcast = broadcast_at(broadcasts, item);
        writer_put_big16(writer, broadcast->size);
        chunks_write(broadcasts, broadcast->chunk, broadcast->size, writer);
        backlog_fill_take(fill, &candidates, 1);
    }
}

void broadcasts_settle(struct broadcasts *broadcasts, struct backlog_fill *fill) {
    uint32_t item;
    while ((item = backlog_fill_settle(fill)) != BACKLOG_NONE) {
        broadcasts->sent++;
        end_item(broadcasts, item, SELKIE_BROADCAST_SENT);
    }
}

size_t broadcasts_share(struct broadcasts *broadcasts, size_t packet, size_t room, unsigned percent) {
    size_t share = (size_t)((uint64_t)packet * percent / 100);
    size_t saved = broadcasts->saved < packet ? broadcasts->saved : packet;
    size_t all = share < packet - saved ? saved + share : packet;
    size_t kept = all < room ? all : room;
    size_t first = backlog_first_size(&broadcasts->backlog) + LENGTH_BYTES;
    if (first > kept && first <= room) {
        broadcasts->saved = all;
        return 0;
    }
    if (first <= kept) {
        broadcasts->saved = 0;
    }
    return kept;
}
