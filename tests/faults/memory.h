/* An allocator for tests of faults: counts blocks and bytes, checks the sizes that it is told, fails when it is asked
 * to, and lets a test look in before and after it does its work. */
#ifndef TESTS_FAULTS_MEMORY_H
#define TESTS_FAULTS_MEMORY_H

#include "selkie/selkie.h"

struct memory {
    uint32_t asked;   /* calls that wanted memory */
    uint32_t denied;  /* those that got none */
    uint32_t fail_at; /* the call that gets none, counted from 1; 0: none does */
    bool from_there;  /* and neither do those after it */
    uint32_t chance;  /* of a hundred calls, so many get none */
    uint64_t dice;    /* state of the choices for that */
    size_t blocks;    /* in use */
    size_t bytes;     /* in those */

    /* Told twice for each call: before it does anything, and after. `block`: what is given back, or NULL. */
    void (*visit)(void *ctx, bool after, const void *block);
    void *ctx;
};

struct selkie_allocator memory_allocator(struct memory *memory);

/* How often anything linked into this program has asked the C library for memory so far. */
uint64_t memory_c_library_calls(void);

#endif
