/* An allocator for tests: counts, checks the sizes that it is told, and fails when it is asked to. */
#ifndef TESTS_PARTS_MEMORY_H
#define TESTS_PARTS_MEMORY_H

#include "selkie/selkie.h"

struct memory {
    unsigned calls;   /* that wanted memory */
    unsigned larger;  /* of them: for a block that there was already */
    unsigned fail_at; /* the call that gets none, counted from 1; 0: all get some */
    bool dry;         /* none gets any */
    unsigned blocks;  /* in use */
};

struct selkie_allocator memory_allocator(struct memory *memory);

#endif
