/* What the files of the conformance checks share: what is tried, the sample identities, and how something wrong is
 * said.
 *
 * conform.c takes the order, collects the samples and goes through the checks; conform_type.c tries the identity type,
 * conform_codec.c the codec with what conform_wire.c writes and reads (and conform_shortcuts.c once more), conform_cluster.c both in a small cluster.
 * A check returns true, or says what is wrong and returns false. */
#ifndef SELKIE_SIM_CONFORM_H
#define SELKIE_SIM_CONFORM_H

#include "selkie/sim.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONFORM_SAMPLES = 128,  /* identities that are made */
    CONFORM_RENEWALS = 2,   /* how often each of them is renewed, for more samples */
    CONFORM_GUARD = 512,    /* bytes after what may be written, which must stay */
    CONFORM_IDENTITIES = 3, /* most that a header or a member names */
    CONFORM_HEX_BYTES = 24, /* of an identity, in a complaint */
    CONFORM_HEX_SIZE = 2 * CONFORM_HEX_BYTES + 3
};

struct conform {
    struct selkie_identity_type type;
    struct selkie_codec codec;
    struct selkie_sim_conformance order;
    uint64_t random;
    char *complaint;
    size_t complaint_size;
    bool wrong; /* something was said */

    unsigned char *samples; /* different valid identities, type.size bytes each */
    uint32_t sample_count;
    unsigned char
        *exact[CONFORM_IDENTITIES]; /* of exactly type.size bytes, so that a sanitizer sees a read past them */
    unsigned char *guarded[CONFORM_IDENTITIES]; /* of type.size bytes and a guard */
};

/* Say what is wrong; what is said first stays. Returns false. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
bool conform_wrong(struct conform *conform, const char *format, ...);

/* Evenly from 0 to below - 1. */
uint32_t conform_random(struct conform *conform, uint32_t below);

const unsigned char *conform_sample(const struct conform *conform, uint32_t number);
void conform_add_sample(struct conform *conform, const void *identity); /* unless it is there or there is no room */
const unsigned char *conform_any_sample(struct conform *conform);

/* The bytes as hexadecimal digits, the first CONFORM_HEX_BYTES of them. Returns text. */
char *conform_hex(const void *bytes, size_t size, char text[CONFORM_HEX_SIZE]);

/* Fill a guard, and see whether it is as it was. */
void conform_set_guard(unsigned char *guard, size_t size, unsigned char fill);
bool conform_guard_holds(const unsigned char *guard, size_t size, unsigned char fill);

/* conform_type.c */
bool conform_type(struct conform *conform);

/* conform_codec.c */
bool conform_codec(struct conform *conform);

/* conform_cluster.c */
bool conform_cluster(struct conform *conform);

#endif
