/* Tests of the keyed hashes: known answers of SipHash-1-3 and of multiply-shift, which other implementations gave, that
 * numbers meet as seldom as chance has it whatever they are, and that keys of different purposes are unrelated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"

/* The reference key is the bytes 0, 1, 2 ... 15; the messages are as many bytes of the same series. */
static struct hash_key reference_key(void) {
    struct hash_key key = {{UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908), UINT64_C(0x1716151413121110),
                            UINT64_C(0x1f1e1d1c1b1a1918)}};
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

static void numbers_are_multiplied_and_shifted(void **state) {
    (void)state;
    static const uint64_t known[][2] = {
        {0, UINT64_C(0x9551e7496b6e4454)},
        {1, UINT64_C(0x7ceabd42d6dc88a8)},
        {UINT64_C(0x0706050403020100), UINT64_C(0x1d7574db13615f7c)},
        {UINT64_C(0xffffffffffffffff), UINT64_C(0xbe755ea16b6e4454)},
        {UINT64_C(0x901f0000000a), UINT64_C(0x737187b9e1b9f4b9)},
    };
    struct hash_key key = reference_key();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_true(hash_number(&key, known[i][0]) == known[i][1]);
    }
}

static struct hash_key key_of(unsigned n) {
    uint8_t seed[16] = {(uint8_t)n, (uint8_t)(n >> 8), 1};
    return hash_key_derive(seed, 0);
}

enum { KEYS = 1000, NUMBERS = 256, BUCKETS = 256 };

/* The pairs of numbers that fall into the same of BUCKETS buckets, in tables with KEYS keys. */
static unsigned pairs_that_meet(uint64_t (*number)(unsigned i), unsigned shift) {
    unsigned pairs = 0;
    for (unsigned k = 0; k < KEYS; k++) {
        struct hash_key key = key_of(k);
        unsigned held[BUCKETS] = {0};
        for (unsigned i = 0; i < NUMBERS; i++) {
            pairs += held[hash_number(&key, number(i)) >> shift & (BUCKETS - 1)]++;
        }
    }
    return pairs;
}

static uint64_t counting(unsigned i) {
    return i;
}

static uint64_t one_port_of_many_hosts(unsigned i) {
    return UINT64_C(0x901f00000a0a) | (uint64_t)i << 16;
}

static uint64_t many_ports_of_one_host(unsigned i) {
    return UINT64_C(0x0a0a0a0a) | (uint64_t)i << 32;
}

static uint64_t far_apart(unsigned i) {
    return (uint64_t)i << 56;
}

static uint64_t one_bit(unsigned i) {
    return i < 64 ? (uint64_t)1 << i : i < 128 ? ~((uint64_t)1 << (i - 64)) : (uint64_t)3 << i % 63;
}

static uint64_t multiples_of_the_golden_ratio(unsigned i) {
    return i * UINT64_C(0x9e3779b97f4a7c15);
}

/* Whatever the numbers are that somebody chooses who does not know the key, with any key each two of them meet with the
 * same chance, of one in BUCKETS. Of pairs that meet a Poisson number is expected; this allows for a tenth more. */
static void nobody_can_choose_numbers_that_meet(void **state) {
    (void)state;
    static uint64_t (*const choices[])(unsigned i) = {
        counting, one_port_of_many_hosts, many_ports_of_one_host, far_apart, one_bit, multiples_of_the_golden_ratio};
    const unsigned expected = KEYS * (NUMBERS * (NUMBERS - 1) / 2) / BUCKETS;
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        for (unsigned shift = 0; shift <= 56; shift += 8) {
            unsigned bound = choices[i] == one_bit ? 2 * expected : expected + expected / 10;
            assert_in_range(pairs_that_meet(choices[i], shift), 0, bound); /* of one_bit's some are the same */
        }
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
    assert_true(key.words[2] == UINT64_C(0x5b4263764502628e));
    assert_true(key.words[3] == UINT64_C(0x570f275e2cb99a55));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_siphash_1_3),
        cmocka_unit_test(bytes_may_lie_anywhere),
        cmocka_unit_test(every_bit_of_the_key_counts),
        cmocka_unit_test(numbers_are_multiplied_and_shifted),
        cmocka_unit_test(nobody_can_choose_numbers_that_meet),
        cmocka_unit_test(derived_keys_differ_by_purpose_and_by_each_bit_of_the_seed),
        cmocka_unit_test(derived_keys_are_the_same_on_every_platform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
