/* The growing of a paged array. At every call of the allocator the array is whole: it may be read from inside it. */
#include "base/pages.h"

#include "base/arena.h"
#include "base/memory.h"

static uint32_t pages_for(uint32_t items) {
    return items / PAGE_ITEMS + (items % PAGE_ITEMS != 0);
}

/* How many items the page that starts with item `first` holds. */
static uint32_t page_items(uint32_t first, uint32_t limit) {
    return limit - first < PAGE_ITEMS ? limit - first : (uint32_t)PAGE_ITEMS;
}

void pages_init(struct pages *pages, const struct selkie_allocator *allocator, size_t item_size, uint32_t limit) {
    pages->allocator = allocator;
    pages->directory = NULL;
    pages->directory_room = 0;
    pages->item_size = (uint32_t)item_size;
    pages->capacity = 0;
    pages->limit = limit;
}

static bool directory_grow(struct pages *pages, uint32_t needed) {
    uint32_t room = pages->directory_room * 2 > needed ? pages->directory_room * 2 : needed;
    unsigned char **directory = (unsigned char **)memory_allocate(pages->allocator, room * sizeof *directory);
    if (!directory) {
        return false;
    }
    unsigned char **old = pages->directory;
    size_t old_bytes = pages->directory_room * sizeof *old;
    if (old) {
        memcpy(directory, old, old_bytes);
    }
    pages->directory = directory;
    pages->directory_room = room;
    memory_free(pages->allocator, old, old_bytes);
    return true;
}

static bool add_page(struct pages *pages) {
    uint32_t items = page_items(pages->capacity, pages->limit);
    size_t bytes = (size_t)items * pages->item_size;
    unsigned char *page = (unsigned char *)memory_allocate(pages->allocator, bytes);
    if (!page) {
        return false;
    }
    memset(page, 0, bytes);
    pages->directory[pages->capacity / PAGE_ITEMS] = page;
    pages->capacity += items;
    return true;
}

bool pages_grow(struct pages *pages, uint32_t capacity) {
    if (capacity > pages->limit) {
        return false;
    }
    uint32_t needed = pages_for(capacity);
    if (needed > pages->directory_room && !directory_grow(pages, needed)) {
        return false;
    }
    while (pages->capacity < capacity) {
        if (!add_page(pages)) {
            return false;
        }
    }
    return true;
}

void pages_free(struct pages *pages) {
    struct pages old = *pages;
    pages->directory = NULL;
    pages->directory_room = 0;
    pages->capacity = 0;
    for (uint32_t first = 0; first < old.capacity; first += PAGE_ITEMS) {
        size_t bytes = (size_t)page_items(first, old.limit) * old.item_size;
        memory_free(old.allocator, old.directory[first / PAGE_ITEMS], bytes);
    }
    memory_free(old.allocator, old.directory, old.directory_room * sizeof *old.directory);
}

uint64_t pages_bytes(size_t item_size, uint32_t limit) {
    uint64_t full = limit / PAGE_ITEMS, rest = limit % PAGE_ITEMS;
    return arena_bytes(pages_for(limit) * sizeof(unsigned char *)) +
           full * arena_bytes((uint64_t)PAGE_ITEMS * item_size) + arena_bytes(rest * item_size);
}
