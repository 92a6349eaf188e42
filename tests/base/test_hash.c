/* Tests of the keyed hash: known answers of SipHash-1-3, which another implementation gave, and that keys of different
 * purposes are unrelated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

/* The reference key is the bytes 0, 1, 2 ... 15; the messages are as many bytes of the same series. */
static struct hash_key reference_key(void) {
    struct hash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)}};
    return key;
}

static const struct {
    size_t size;
    uint64_t hash;
} answers[] = {
    {0, UINT64_C(0xabac0158050fc4dc)},   {1, UINT64_C(0xc9f49bf37d57ca93)},   {2, UINT64_C(0x82cb9b024dc7d44d)},
    {3, UINT64_C(0x8bf80ab8e7ddf7fb)},   {7, UINT64_C(0xd3927d989bb11140)},   {8, UINT64_C(0x369095118d299a8e)},
    {9, UINT64_C(0x25a48eb36c063de4)},   {15, UINT64_C(0xd320d86d2a519956)},  {16, UINT64_C(0xcc4fdd1a7d908b66)},
    {17, UINT64_C(0x9cf2689063dbd80c)},  {63, UINT64_C(0x9d199062b7bbb3a8)},  {64, UINT64_C(0xf17997ec4b4a6065)},
    {256, UINT64_C(0x75b3e64e167de370)}, {300, UINT64_C(0x4016a23bda5a2224)},
};

static void hashes_are_siphash_1_3(void **state) {
    (void)state;
    struct hash_key key = reference_key();
    uint8_t bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_true(hash_bytes(&key, bytes, answers[i].size) == answers[i].hash);
    }
}

static void bytes_may_lie_anywhere(void **state) {
    (void)state;
    struct hash_key key = reference_key();
    uint8_t room[16 + 8];
    for (size_t shift = 0; shift < 8; shift++) {
        for (size_t i = 0; i < 16; i++) {
            room[shift + i] = (uint8_t)i;
        }
        assert_true(hash_bytes(&key, room + shift, 16) == UINT64_C(0xcc4fdd1a7d908b66));
    }
}

static void every_bit_of_the_key_counts(void **state) {
    (void)state;
    struct hash_key key = reference_key();
    uint64_t expected = hash_bytes(&key, "selkie", 6);
    for (unsigned bit = 0; bit < 128; bit++) {
        struct hash_key other = key;
        other.words[bit / 64] ^= (uint64_t)1 << bit % 64;
        assert_true(hash_bytes(&other, "selkie", 6) != expected);
    }
}

static void derived_keys_differ_by_purpose_and_by_each_bit_of_the_seed(void **state) {
    (void)state;
    uint8_t seed[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    struct hash_key first = hash_key_derive(seed, 1), second = hash_key_derive(seed, 2);
    struct hash_key again = hash_key_derive(seed, 1);
    assert_true(first.words[0] == again.words[0] && first.words[1] == again.words[1]);
    assert_true(first.words[0] != first.words[1]);
    assert_true(first.words[0] != second.words[0] && first.words[1] != second.words[1]);
    for (unsigned bit = 0; bit < 128; bit++) {
        seed[bit / 8] = (uint8_t)(seed[bit / 8] ^ 1u << bit % 8);
        struct hash_key other = hash_key_derive(seed, 1);
        assert_true(other.words[0] != first.words[0] && other.words[1] != first.words[1]);
        seed[bit / 8] = (uint8_t)(seed[bit / 8] ^ 1u << bit % 8);
    }
}

/* Rules: P19.7 */
static void derived_keys_are_the_same_on_every_platform(void **state) {
    (void)state;
    static const uint8_t seed[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    struct hash_key key = hash_key_derive(seed, 3);
    assert_true(key.words[0] == UINT64_C(0xf7ac5cb79a47ab31));
    assert_true(key.words[1] == UINT64_C(0x654a0fd0beeef05c));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_siphash_1_3),
        cmocka_unit_test(bytes_may_lie_anywhere),
        cmocka_unit_test(every_bit_of_the_key_counts),
        cmocka_unit_test(derived_keys_differ_by_purpose_and_by_each_bit_of_the_seed),
        cmocka_unit_test(derived_keys_are_the_same_on_every_platform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
