/* A keyed hash, which somebody who knows the code but not the key cannot flood: SipHash-1-3 (Aumasson, Bernstein). */
#ifndef SELKIE_BASE_HASH_H
#define SELKIE_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
    uint64_t words[2];
};

/* The key that `seed` (16 bytes) and a purpose give: different purposes, unrelated keys. */
struct hash_key hash_key_derive(const uint8_t seed[16], uint8_t purpose);

/* The same on every platform. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size);

#endif
