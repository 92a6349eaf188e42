/* The allocator that parts take when they are given none. */
#ifndef SELKIE_PARTS_ALLOCATOR_H
#define SELKIE_PARTS_ALLOCATOR_H

#include "selkie/selkie.h"

/* The C library's, as a value to keep. */
struct selkie_allocator allocator_or_default(const struct selkie_allocator *allocator);

#endif
