#include "command/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void memory_none(void) {
    fputs("selkie: out of memory\n", stderr);
    exit(1);
}

static void *given(void *memory) {
    if (memory == NULL) {
        memory_none();
    }
    return memory;
}

void *memory_resize(void *old, size_t count, size_t size) {
    if (count > SIZE_MAX / size) {
        memory_none();
    }
    return given(realloc(old, count * size > 0 ? count * size : 1));
}

void *memory_zeroed(size_t count, size_t size) {
    return given(calloc(count > 0 ? count : 1, size));
}

void *memory_for_one_more(void *old, size_t count, size_t *room, size_t size) {
    if (count < *room) {
        return old;
    }
    *room = *room == 0 ? 16 : *room * 2;
    return memory_resize(old, *room, size);
}

char *memory_copy(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(memory_resize(NULL, size, 1), text, size);
}
