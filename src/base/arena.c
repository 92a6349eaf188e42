/* The arena allocator, and the two calls that everything in here makes of any allocator. */
#include "base/arena.h"

#include "base/memory.h"

uint64_t arena_bytes(uint64_t size) {
    return (size + SELKIE_MEMORY_ALIGN - 1) / SELKIE_MEMORY_ALIGN * SELKIE_MEMORY_ALIGN;
}

static void *arena_resize(void *ctx, void *memory, size_t old_size, size_t new_size) {
    struct arena *arena = (struct arena *)ctx;
    (void)old_size;
    if (memory || new_size == 0 || new_size > arena->left || arena_bytes(new_size) > arena->left) {
        return NULL;
    }
    unsigned char *place = arena->next;
    size_t spent = (size_t)arena_bytes(new_size);
    arena->next += spent;
    arena->left -= spent;
    return place;
}

struct selkie_allocator arena_allocator(struct arena *arena) {
    struct selkie_allocator allocator;
    allocator.struct_size = sizeof allocator;
    allocator.ctx = arena;
    allocator.resize = arena_resize;
    return allocator;
}

void *memory_allocate(const struct selkie_allocator *allocator, size_t size) {
    return size == 0 ? NULL : allocator->resize(allocator->ctx, NULL, 0, size);
}

void memory_free(const struct selkie_allocator *allocator, void *memory, size_t size) {
    if (memory) {
        (void)allocator->resize(allocator->ctx, memory, size, 0);
    }
}
