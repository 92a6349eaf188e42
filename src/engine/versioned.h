/* Structs that start with their size, across versions of program and library. */
#ifndef SELKIE_ENGINE_VERSIONED_H
#define SELKIE_ENGINE_VERSIONED_H

#include "selkie/selkie.h"

/* Take in a caller's struct: fields that an old program does not have become zero. False: smaller than `oldest`, the
 * size that the first version had, or it has fields that this library does not know and that are not zero. */
bool versioned_take(void *to, size_t known, const void *from, size_t oldest);

/* Fill a caller's struct of `size` bytes: fields that an old program does not have are left out, ones that we do not
 * know become zero. */
void versioned_give(void *to, size_t size, const void *from, size_t known);

#endif
