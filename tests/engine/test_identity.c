/* Tests of identities: bytes, addresses, who wins, renewal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/identity.h"
#include "fixture.h"

static struct selkie_identity_type plain_type(uint16_t size, uint16_t addr_size) {
    struct selkie_identity_type type = {sizeof type, NULL, size, addr_size, NULL, NULL};
    return type;
}

/* Rules: P1.1 */
static void identities_are_the_same_if_all_bytes_are_and_addresses_if_the_first_are(void **state) {
    (void)state;
    struct selkie_identity_type type = plain_type(6, 4);
    assert_true(identity_equal(&type, "abcdef", "abcdefX"));
    for (int i = 0; i < 6; i++) {
        char other[] = "abcdef";
        other[i] ^= 1;
        assert_false(identity_equal(&type, "abcdef", other));
        assert_int_equal(identity_same_address(&type, "abcdef", other), i >= 4);
    }
}

/* Rules: P1.1 */
static void an_identity_may_be_an_address_and_nothing_else(void **state) {
    struct fixture *f = *state;
    struct selkie_identity_type type = plain_type(2, 2);
    f->type = type;
    restart(f);
    know(f, "B1@0 alive, B2@0 alive");
    expect_members(f, "B1@0 alive, B2@0 alive");
}

/* Rules: P1.3 */
static void without_wins_the_tail_is_a_big_endian_number_and_the_larger_wins(void **state) {
    (void)state;
    struct selkie_identity_type type = plain_type(4, 2);
    assert_true(identity_wins(&type, "ab\x01\x00", "ab\x00\xff"));
    assert_false(identity_wins(&type, "ab\x00\xff", "ab\x01\x00"));
    assert_true(identity_wins(&type, "ab\x80\x00", "ab\x7f\xff"));
    assert_false(identity_wins(&type, "ab\x00\x01", "ab\x00\x01"));
}

static struct {
    char a[2], b[2];
    unsigned calls;
    bool answer;
    bool misaligned;
} asked;

static bool answer_wins(void *ctx, const void *a, const void *b) {
    (void)ctx;
    memcpy(asked.a, a, 2);
    memcpy(asked.b, b, 2);
    asked.calls++;
    asked.misaligned |= ((uintptr_t)a | (uintptr_t)b) % _Alignof(max_align_t) != 0;
    return asked.answer;
}

static void ask(struct fixture *f, bool answer) {
    f->type.wins = answer_wins;
    restart(f);
    memset(&asked, 0, sizeof asked);
    asked.answer = answer;
}

/* Rules: P1.2 */
static void wins_is_asked_whether_the_known_one_is_kept_and_only_in_a_conflict(void **state) {
    struct fixture *f = *state;
    ask(f, true);
    know(f, "C1@0 alive, D1@0 alive, B1@0 alive");
    know(f, "B1@1 alive, C1@0 suspect, E1@0 alive");
    assert_int_equal(asked.calls, 0);
    know(f, "B2@0 alive");
    assert_int_equal(asked.calls, 1);
    assert_memory_equal(asked.a, "B1", 2);
    assert_memory_equal(asked.b, "B2", 2);
    assert_false(asked.misaligned);
    expect_members(f, "C1@0 suspect, D1@0 alive, B1@1 alive, E1@0 alive");
}

/* Rules: P1.5, P2.7 */
static void where_neither_wins_the_one_heard_last_is_kept(void **state) {
    struct fixture *f = *state;
    ask(f, false);
    know(f, "B2@0 alive");
    know(f, "B1@0 suspect");
    expect_members(f, "B1@0 suspect");
    know(f, "B2@0 alive");
    expect_members(f, "B2@0 alive");
}

/* Rules: P13.5 */
static void a_renewed_identity_must_win_against_ours(void **state) {
    struct fixture *f = *state;
    ask(f, false);
    know(f, "B1@0 alive");
    learn(f, "A1@0 down");
    expect(f, "defunct");
    assert_memory_equal(asked.a, "A2", 2);
    assert_memory_equal(asked.b, "A1", 2);
}

static void renewing_by_one_counts_up_with_carry_to_the_end(void **state) {
    (void)state;
    struct selkie_identity_type type = plain_type(4, 2);
    unsigned char identity[] = {'a', 'b', 0x00, 0xfe};
    assert_true(selkie_renew_by_one(&type, identity));
    assert_memory_equal(identity, "ab\x00\xff", 4);
    assert_true(selkie_renew_by_one(&type, identity));
    assert_memory_equal(identity, "ab\x01\x00", 4);
    identity[2] = identity[3] = 0xff;
    assert_false(selkie_renew_by_one(&type, identity));
    assert_memory_equal(identity, "ab\xff\xff", 4);
}

static void renewing_by_one_never_touches_the_address(void **state) {
    (void)state;
    struct selkie_identity_type type = plain_type(2, 2);
    unsigned char identity[] = {'a', 'b'};
    assert_false(selkie_renew_by_one(&type, identity));
    assert_memory_equal(identity, "ab", 2);
}

static void the_engine_gives_renew_by_one_the_type_that_it_needs(void **state) {
    struct fixture *f = *state;
    f->type.renew = selkie_renew_by_one;
    f->type.ctx = NULL;
    restart(f);
    know(f, "B1@0 alive");
    learn(f, "A1@0 down");
    assert_int_equal(count_lines(f, "rejoin A1 to A2"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identities_are_the_same_if_all_bytes_are_and_addresses_if_the_first_are),
        test_of_one(an_identity_may_be_an_address_and_nothing_else),
        cmocka_unit_test(without_wins_the_tail_is_a_big_endian_number_and_the_larger_wins),
        test_of_one(wins_is_asked_whether_the_known_one_is_kept_and_only_in_a_conflict),
        test_of_one(where_neither_wins_the_one_heard_last_is_kept),
        test_of_one(a_renewed_identity_must_win_against_ours),
        cmocka_unit_test(renewing_by_one_counts_up_with_carry_to_the_end),
        cmocka_unit_test(renewing_by_one_never_touches_the_address),
        test_of_one(the_engine_gives_renew_by_one_the_type_that_it_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
