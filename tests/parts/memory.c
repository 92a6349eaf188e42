/* The allocator for tests. Each block carries its size in front, so that a wrong old_size is found. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define FRONT 16u

static unsigned char *block_of(void *memory, size_t size) {
    size_t noted;
    unsigned char *block = (unsigned char *)memory - FRONT;
    memcpy(&noted, block, sizeof noted);
    if (noted != size)
        abort();
    return block;
}

static void *resize(void *ctx, void *memory, size_t old_size, size_t new_size) {
    struct memory *self = ctx;
    unsigned char *old = memory == NULL ? NULL : block_of(memory, old_size);
    if (new_size == 0) {
        self->blocks -= old != NULL;
        self->freed += old != NULL;
        free(old);
        return NULL;
    }
    if (old != NULL) /* selkie.h: nothing is asked for but to allocate and to free */
        abort();
    if (++self->calls == self->fail_at || self->dry)
        return NULL;
    unsigned char *block = malloc(FRONT + new_size);
    if (block == NULL)
        abort();
    memcpy(block, &new_size, sizeof new_size);
    self->blocks++;
    return block + FRONT;
}

struct selkie_allocator memory_allocator(struct memory *memory) {
    return (struct selkie_allocator){.struct_size = sizeof(struct selkie_allocator), .ctx = memory, .resize = resize};
}
