/* Gives dirty memory, so that nothing can lean on zeros. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

static void *resize(void *ctx, void *memory, size_t old_size, size_t new_size) {
    (void)ctx, (void)old_size;
    if (new_size == 0) {
        free(memory);
        return NULL;
    }
    void *block = memory ? NULL : malloc(new_size);
    if (!block) {
        abort();
    }
    return memset(block, 0xa5, new_size);
}

struct selkie_allocator memory_of_the_c_library(void) {
    struct selkie_allocator allocator = {sizeof allocator, NULL, resize};
    return allocator;
}
