/* SipHash-1-3 over bytes, and keys derived from a seed. */
#include "base/hash.h"

#include "base/memory.h"

struct sip {
    uint64_t a, b, c, d;
};

static uint64_t rotate_left(uint64_t value, unsigned bits) {
    return value << bits | value >> (64 - bits);
}

static void sip_round(struct sip *s) {
    s->a += s->b;
    s->b = rotate_left(s->b, 13) ^ s->a;
    s->a = rotate_left(s->a, 32);
    s->c += s->d;
    s->d = rotate_left(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = rotate_left(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = rotate_left(s->b, 17) ^ s->c;
    s->c = rotate_left(s->c, 32);
}

static void sip_word(struct sip *s, uint64_t word) {
    s->d ^= word;
    sip_round(s);
    s->a ^= word;
}

uint64_t hash_bytes(const struct hash_key *key, const void *bytes, size_t size) {
    const uint8_t *at = (const uint8_t *)bytes;
    struct sip s;
    s.a = key->words[0] ^ UINT64_C(0x736f6d6570736575);
    s.b = key->words[1] ^ UINT64_C(0x646f72616e646f6d);
    s.c = key->words[0] ^ UINT64_C(0x6c7967656e657261);
    s.d = key->words[1] ^ UINT64_C(0x7465646279746573);
    size_t left = size;
    for (; left >= 8; left -= 8, at += 8) {
        sip_word(&s, small_word(at));
    }
    sip_word(&s, small_number(at, left) | (uint64_t)(size & 0xff) << 56);
    s.c ^= 0xff;
    sip_round(&s);
    sip_round(&s);
    sip_round(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}

struct hash_key hash_key_derive(const uint8_t seed[16], uint8_t purpose) {
    struct hash_key master, derived;
    memset(&master, 0, sizeof master);
    master.words[0] = small_word(seed);
    master.words[1] = small_word(seed + 8);
    for (unsigned i = 0; i < sizeof derived.words / sizeof *derived.words; i++) {
        uint8_t label[2] = {purpose, (uint8_t)i};
        derived.words[i] = hash_bytes(&master, label, sizeof label);
    }
    return derived;
}
