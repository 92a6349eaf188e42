/* An array that grows page by page: items never move, growth never copies them, and new items are all zero. */
#ifndef SELKIE_BASE_PAGES_H
#define SELKIE_BASE_PAGES_H

#include "selkie/selkie.h"

enum { PAGE_BITS = 8, PAGE_ITEMS = 1 << PAGE_BITS };

struct pages {
    const struct selkie_allocator *allocator;
    unsigned char **directory; /* the pages */
    uint32_t directory_room;   /* pages that the directory has room for */
    uint32_t item_size;
    uint32_t capacity; /* items that there is room for */
    uint32_t limit;    /* most items ever; the last page is cut to it */
};

/* An empty array of items of `item_size` bytes (not 0), at most `limit` of them (UINT32_MAX: no limit). Takes no memory
 * yet. */
void pages_init(struct pages *pages, const struct selkie_allocator *allocator, size_t item_size, uint32_t limit);

/* Have room for `capacity` items. False: no memory, or over the limit; what was there stays. */
bool pages_grow(struct pages *pages, uint32_t capacity);
static inline bool pages_reserve(struct pages *pages, uint32_t capacity) {
    return capacity <= pages->capacity || pages_grow(pages, capacity);
}

/* The items that there will be room for when there is room for so many. */
static inline uint32_t pages_rounded(const struct pages *pages, uint32_t capacity) {
    uint32_t over = (0u - capacity) & (PAGE_ITEMS - 1);
    uint32_t rounded = capacity <= UINT32_MAX - over ? capacity + over : UINT32_MAX;
    return rounded < pages->limit ? rounded : pages->limit;
}

void pages_free(struct pages *pages);

/* The bytes of an arena that room for all of `limit` items takes at once. */
uint64_t pages_bytes(size_t item_size, uint32_t limit);

/* Where an item is, for those who know the items' size when they are compiled. */
static inline void *pages_at_sized(const struct pages *pages, uint32_t item, size_t item_size) {
    return pages->directory[item >> PAGE_BITS] + (item & (PAGE_ITEMS - 1)) * item_size;
}

static inline void *pages_at(const struct pages *pages, uint32_t item) {
    return pages_at_sized(pages, item, pages->item_size);
}

static inline uint32_t *pages_u32(const struct pages *pages, uint32_t item) {
    return (uint32_t *)pages_at_sized(pages, item, sizeof(uint32_t));
}

#endif
