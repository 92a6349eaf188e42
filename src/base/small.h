/* Comparing and copying a few bytes whose number is known only at run time, as identities have it: without a call. */
#ifndef SELKIE_BASE_SMALL_H
#define SELKIE_BASE_SMALL_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t small_load8(const unsigned char *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

static inline uint32_t small_load4(const unsigned char *at) {
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Eight bytes as a number, the first the lowest: the same on every platform. */
static inline uint64_t small_word(const unsigned char *at) {
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

static inline uint64_t small_half_word(const unsigned char *at) {
    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24;
}

/* The same of fewer; zeros stand for those that are not there. */
static inline uint64_t small_number(const void *bytes, size_t size) {
    const unsigned char *at = (const unsigned char *)bytes;
    if (size >= 4) { /* two halves, which may overlap */
        return small_half_word(at) | small_half_word(at + size - 4) << (8 * (size - 4));
    }
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) {
        number |= (uint64_t)at[i] << (8 * i);
    }
    return number;
}

/* Words that overlap cover any size from one word to two. */
static inline bool small_equal(const void *a, const void *b, size_t size) {
    const unsigned char *left = (const unsigned char *)a, *right = (const unsigned char *)b;
    if (size >= 8 && size <= 16) {
        return ((small_load8(left) ^ small_load8(right)) |
                (small_load8(left + size - 8) ^ small_load8(right + size - 8))) == 0;
    }
    if (size >= 4 && size < 8) {
        return ((small_load4(left) ^ small_load4(right)) |
                (small_load4(left + size - 4) ^ small_load4(right + size - 4))) == 0;
    }
    return memcmp(a, b, size) == 0;
}

static inline void small_copy(void *to, const void *from, size_t size) {
    unsigned char *target = (unsigned char *)to;
    const unsigned char *source = (const unsigned char *)from;
    if (size == 4) {
        uint32_t all = small_load4(source);
        memcpy(target, &all, sizeof all);
    } else if (size >= 8 && size <= 16) {
        uint64_t first = small_load8(source), last = small_load8(source + size - 8);
        memcpy(target, &first, sizeof first);
        memcpy(target + size - 8, &last, sizeof last);
    } else {
        memcpy(to, from, size);
    }
}

#endif
