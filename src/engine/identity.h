/* Identities as the engine handles them: bytes of one size, copied into aligned memory wherever a user's function sees
 * them. */
#ifndef SELKIE_ENGINE_IDENTITY_H
#define SELKIE_ENGINE_IDENTITY_H

#include "selkie/selkie.h"

#include "base/small.h"

/* An aligned copy of any identity. */
struct identity {
    union {
        unsigned char bytes[SELKIE_IDENTITY_MAX + 1];
        uint64_t align_integer;
        void *align_pointer;
        long double align_float;
    } as;
};

static inline void identity_copy(const struct selkie_identity_type *type, struct identity *to, const void *from) {
    small_copy(to->as.bytes, from, type->size);
}

static inline bool identity_equal(const struct selkie_identity_type *type, const void *a, const void *b) {
    return small_equal(a, b, type->size);
}

static inline bool identity_same_address(const struct selkie_identity_type *type, const void *a, const void *b) {
    return small_equal(a, b, type->addr_size);
}

/* Is `a` to be kept over `b`? For different identities with the same address. */
bool identity_wins(const struct selkie_identity_type *type, const void *a, const void *b);

/* Renew *identity in place, if its type can and the result is another identity that wins. */
bool identity_renew(const struct selkie_identity_type *type, struct identity *identity);

#endif
