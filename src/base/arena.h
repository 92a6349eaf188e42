/* An allocator over memory of fixed size: hands it out from the front and takes nothing back. */
#ifndef SELKIE_BASE_ARENA_H
#define SELKIE_BASE_ARENA_H

#include "selkie/selkie.h"

struct arena {
    unsigned char *next;
    size_t left;
};

/* `size` rounded up to what an arena spends on it. */
uint64_t arena_bytes(uint64_t size);

/* An allocator that takes from *arena, which must outlive it. */
struct selkie_allocator arena_allocator(struct arena *arena);

/* Call an allocator. allocate: NULL if there is no memory or size is 0. */
void *memory_allocate(const struct selkie_allocator *allocator, size_t size);
void memory_free(const struct selkie_allocator *allocator, void *memory, size_t size);

#endif
