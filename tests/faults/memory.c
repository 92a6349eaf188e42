/* The allocator for tests of faults. Each block carries its size in front, so that a wrong old_size is found. The
 * program is linked so that calls of malloc, calloc and realloc come here first (--wrap). */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

#define FRONT 16u

static uint64_t c_library_calls;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size) {
    c_library_calls++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    c_library_calls++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    c_library_calls++;
    return __real_realloc(memory, size);
}

uint64_t memory_c_library_calls(void) {
    return c_library_calls;
}

static bool denies(struct memory *memory) {
    memory->asked++;
    memory->dice = memory->dice * 6364136223846793005u + 1442695040888963407u;
    bool reached = memory->fail_at != 0 &&
                   (memory->from_there ? memory->asked >= memory->fail_at : memory->asked == memory->fail_at);
    return reached || (memory->dice >> 33) % 100 < memory->chance;
}

static void *take(struct memory *memory, size_t size) {
    if (denies(memory)) {
        memory->denied++;
        return NULL;
    }
    unsigned char *block = malloc(FRONT + size);
    if (!block) {
        abort();
    }
    memcpy(block, &size, sizeof size);
    memset(block + FRONT, 0xa5, size); /* nobody may count on what is in there */
    memory->blocks++;
    memory->bytes += size;
    return block + FRONT;
}

static void give_back(struct memory *memory, void *place, size_t size) {
    unsigned char *block = (unsigned char *)place - FRONT;
    size_t noted;
    memcpy(&noted, block, sizeof noted);
    if (noted != size) {
        abort();
    }
    memory->blocks--;
    memory->bytes -= size;
    memset(block, 0x5a, FRONT + size);
    free(block);
}

static void visit(const struct memory *memory, bool after, const void *block) {
    if (memory->visit) {
        memory->visit(memory->ctx, after, block);
    }
}

static void *resize(void *ctx, void *place, size_t old_size, size_t new_size) {
    struct memory *memory = ctx;
    if ((place == NULL) == (new_size == 0) || (place == NULL) != (old_size == 0)) {
        abort(); /* neither the one nor the other that an engine asks for */
    }
    visit(memory, false, place);
    void *result = NULL;
    if (place) {
        give_back(memory, place, old_size);
    } else {
        result = take(memory, new_size);
    }
    visit(memory, true, place);
    return result;
}

struct selkie_allocator memory_allocator(struct memory *memory) {
    return (struct selkie_allocator){.struct_size = sizeof(struct selkie_allocator), .ctx = memory, .resize = resize};
}
