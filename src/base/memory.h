/* The four functions of the C library that base, engine and codec need. A freestanding program brings its own. */
#ifndef SELKIE_BASE_MEMORY_H
#define SELKIE_BASE_MEMORY_H

#if __STDC_HOSTED__
#include <string.h>
#else
#include <stddef.h>
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
#endif

/* A freestanding compiler takes them for functions like any; as built-ins, those of a few bytes cost no call. */
#if defined(__GNUC__)
#define memcpy(to, from, size) __builtin_memcpy((to), (from), (size))
#define memset(to, byte, size) __builtin_memset((to), (byte), (size))
#define memcmp(a, b, size) __builtin_memcmp((a), (b), (size))
#endif

#endif
