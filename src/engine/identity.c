/* Which identity wins, and renewing one: what the engine does with the user's functions of the type. */
#include "engine/identity.h"

#include "base/memory.h"

bool identity_wins(const struct selkie_identity_type *type, const void *a, const void *b) {
    if (!type->wins) { /* the same address: all bytes compare as the tail does */
        return memcmp(a, b, type->size) > 0;
    }
    struct identity aligned_a, aligned_b;
    identity_copy(type, &aligned_a, a);
    identity_copy(type, &aligned_b, b);
    return type->wins(type->ctx, aligned_a.as.bytes, aligned_b.as.bytes);
}

bool identity_renew(const struct selkie_identity_type *type, struct identity *identity) {
    struct identity renewed = *identity;
    const void *own_type = type; /* what selkie_renew_by_one asks for, whatever the user's context is for */
    void *ctx = type->renew == selkie_renew_by_one ? (void *)(uintptr_t)own_type : type->ctx;
    if (!type->renew || !type->renew(ctx, renewed.as.bytes)) {
        return false;
    }
    if (identity_equal(type, renewed.as.bytes, identity->as.bytes) ||
        !identity_wins(type, renewed.as.bytes, identity->as.bytes)) {
        return false;
    }
    *identity = renewed;
    return true;
}

bool selkie_renew_by_one(void *ctx, void *identity) {
    const struct selkie_identity_type *type = (const struct selkie_identity_type *)ctx;
    unsigned char *bytes = (unsigned char *)identity;
    unsigned at = type->size;
    while (at > type->addr_size && bytes[at - 1] == 0xff) {
        at--;
    }
    if (at == type->addr_size) {
        return false;
    }
    bytes[at - 1]++;
    memset(bytes + at, 0, (size_t)(type->size - at));
    return true;
}
