/* An allocator for tests: counts, checks that it is asked for what it may be asked for, and fails when it is told to. */
#ifndef TESTS_PARTS_MEMORY_H
#define TESTS_PARTS_MEMORY_H

#include "selkie/selkie.h"

struct memory {
    unsigned calls;   /* that wanted memory */
    unsigned fail_at; /* the call that gets none, counted from 1; 0: all get some */
    bool dry;         /* none gets any */
    unsigned blocks;  /* in use */
    unsigned freed;   /* blocks that were given back */
};

struct selkie_allocator memory_allocator(struct memory *memory);

#endif
