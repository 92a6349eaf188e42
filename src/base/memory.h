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

#endif
