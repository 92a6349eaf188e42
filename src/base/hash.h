/* Keyed hashes, which somebody who knows the code but not the key cannot flood. */
#ifndef SELKIE_BASE_HASH_H
#define SELKIE_BASE_HASH_H

#include "base/small.h"

struct hash_key {
    uint64_t words[4]; /* hash_bytes makes use of the first two, hash_number of all */
};

/* The key that `seed` (16 bytes) and a purpose give: different purposes, unrelated keys. */
struct hash_key hash_key_derive(const uint8_t seed[16], uint8_t purpose);

/* SipHash-1-3 (Aumasson, Bernstein). The same on every platform. */
uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size);

/* The upper half of a product. */
static inline uint64_t hash_multiply_high(uint64_t a, uint64_t b) {
#if defined(__SIZEOF_INT128__)
    __extension__ typedef unsigned __int128 hash_wide;
    return (uint64_t)((hash_wide)a * b >> 64);
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    return a1 * b1 + (middle >> 32) + ((a0 * b1 + (uint32_t)middle) >> 32);
#endif
}

/* Multiply-shift (Dietzfelbinger 1996): the upper half of a x + b modulo 2^128. With a and b random, the hashes of any
 * two numbers are as independent as two random numbers are, so whoever does not know them finds no numbers that meet
 * in a table more often than chance has it. What follows takes each hash to another one, which leaves that as it is,
 * and keeps a series of numbers from becoming a series of hashes. */
static inline uint64_t hash_number(const struct hash_key *key, uint64_t number) {
    uint64_t low = key->words[0] * number, sum = low + key->words[2];
    uint64_t carry = sum < low ? 1 : 0;
    uint64_t high = hash_multiply_high(key->words[0], number) + key->words[1] * number + key->words[3] + carry;
    return (high ^ high >> 32) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Whichever is faster for keys of that size, which must not vary: of the two hashes of one key, one is in use. */
static inline uint64_t hash_key_of(const struct hash_key *key, const void *bytes, size_t size) {
    return size <= sizeof(uint64_t) ? hash_number(key, small_number(bytes, size)) : hash_bytes(key, bytes, size);
}

#endif
