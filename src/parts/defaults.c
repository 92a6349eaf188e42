/* What an operating system and its C library have to offer: memory, entropy, a clock, and an end with a message. All
 * that the engine cannot have by itself; what it does with them is not here. */
#define _DEFAULT_SOURCE /* getentropy */

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "parts/allocator.h"
#include "selkie/schedule.h"
#include "selkie/selkie.h"

static void *resize(void *ctx, void *memory, size_t old_size, size_t new_size) {
    (void)ctx;
    (void)old_size;
    if (new_size == 0) {
        free(memory);
        return NULL;
    }
    return realloc(memory, new_size);
}

struct selkie_allocator allocator_or_default(const struct selkie_allocator *allocator) {
    if (allocator != NULL)
        return *allocator;
    return (struct selkie_allocator){.struct_size = sizeof(struct selkie_allocator), .resize = resize};
}

int selkie_new(selkie **engine, const struct selkie_options *options) {
    struct selkie_allocator allocator = allocator_or_default(NULL);
    return selkie_new_with(engine, &allocator, options);
}

static bool read_urandom(uint8_t seed[16]) {
    FILE *file = fopen("/dev/urandom", "rb");
    if (file == NULL)
        return false;
    (void)setvbuf(file, NULL, _IONBF, 0); /* or it would take a whole buffer of entropy and leave it in memory */
    bool ok = fread(seed, 1, 16, file) == 16;
    fclose(file);
    return ok;
}

bool selkie_seed(uint8_t seed[16]) {
    return getentropy(seed, 16) == 0 || read_urandom(seed);
}

uint64_t selkie_clock_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return SELKIE_S(now.tv_sec) + (uint64_t)now.tv_nsec / 1000;
}

/* Weak, so that a program's own takes its place. */
__attribute__((weak)) void selkie_panic(const char *what) {
    fprintf(stderr, "selkie: panic: %s\n", what);
    abort();
}
