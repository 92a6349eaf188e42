/* Tests of the fixed-point logarithm and the product that goes with it. The expected logarithms were computed with 60
 * decimal digits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fixed.h"

static void powers_of_ten_are_exact(void **state) {
    (void)state;
    uint64_t expected = 0;
    for (uint64_t power = 1; power <= UINT32_MAX; power *= 10) {
        assert_true(fixed_log10((uint32_t)power) == expected);
        expected += FIXED_ONE;
    }
    assert_true(expected == 10 * FIXED_ONE);
}

static const struct {
    uint32_t n;
    uint64_t log; /* the exact one, rounded down */
} logs[] = {
    {2, UINT64_C(21691497220794363)},           {3, UINT64_C(34380209679456244)},
    {5, UINT64_C(50366096817133572)},           {7, UINT64_C(60895731489595897)},
    {9, UINT64_C(68760419358912488)},           {11, UINT64_C(75040251341199080)},
    {50, UINT64_C(122423690855061508)},         {99, UINT64_C(143800670700111569)},
    {101, UINT64_C(144426575873571675)},        {999, UINT64_C(216141472240766941)},
    {65535, UINT64_C(347063478017233925)},      {999999999, UINT64_C(648518346310057208)},
    {UINT32_MAX, UINT64_C(694127911058133389)},
};

static void others_are_within_one_unit_in_the_last_place_and_never_above(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        uint64_t log = fixed_log10(logs[i].n);
        assert_true(log <= logs[i].log);
        assert_true(log + 1 >= logs[i].log);
    }
}

static void the_logarithm_never_falls(void **state) {
    (void)state;
    uint64_t last = 0;
    for (uint32_t n = 1; n < 20000; n++) {
        uint64_t log = fixed_log10(n);
        assert_true(n == 1 || log > last);
        last = log;
    }
}

static void products_are_rounded_down(void **state) {
    (void)state;
    assert_true(fixed_scale(7, FIXED_ONE) == 7);
    assert_true(fixed_scale(7, FIXED_ONE / 2) == 3);
    assert_true(fixed_scale(1, FIXED_ONE - 1) == 0);
    assert_true(fixed_scale(0, UINT64_MAX) == 0);
    assert_true(fixed_scale(4000000, fixed_log10(50)) == 6795880);
}

static void a_ratio_is_rounded_up(void **state) {
    (void)state;
    assert_true(fixed_ratio(0, 7) == 0);
    assert_true(fixed_ratio(7, 7) == FIXED_ONE);
    assert_true(fixed_ratio(1, 2) == FIXED_ONE / 2);
    assert_true(fixed_ratio(3, 2) == FIXED_ONE + FIXED_ONE / 2);
    assert_true(fixed_ratio(1, 3) == FIXED_ONE / 3 + 1);
    assert_true(fixed_ratio(2, 3) == FIXED_ONE / 3 * 2 + 1);
    assert_true(fixed_ratio(1, UINT64_MAX >> 1) == 1);
    for (uint32_t n = 2; n < 300; n++) { /* what is a part of n comes back: rounded down again it is exact */
        uint64_t whole = fixed_log10(n);
        assert_true(fixed_scale(whole, fixed_ratio(whole / 2, whole)) >= whole / 2);
        assert_true(fixed_scale(whole, fixed_ratio(whole / 2, whole)) <= whole / 2 + 1);
    }
}

static void a_product_over_64_bits_is_the_largest_number(void **state) {
    (void)state;
    assert_true(fixed_scale(UINT64_MAX, FIXED_ONE) == UINT64_MAX);
    assert_true(fixed_scale(UINT64_MAX - 1, FIXED_ONE) == UINT64_MAX - 1);
    assert_true(fixed_scale((uint64_t)1 << 63, 2 * FIXED_ONE) == UINT64_MAX);
    assert_true(fixed_scale(((uint64_t)1 << 63) - 1, 2 * FIXED_ONE) == UINT64_MAX - 1);
    assert_true(fixed_scale(UINT64_MAX, UINT64_MAX) == UINT64_MAX);
    assert_true(fixed_scale(UINT64_C(0x123456789abcdef0), 10 * FIXED_ONE) == UINT64_C(0xb60b60b60b60b560));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_of_ten_are_exact),
        cmocka_unit_test(others_are_within_one_unit_in_the_last_place_and_never_above),
        cmocka_unit_test(the_logarithm_never_falls),
        cmocka_unit_test(products_are_rounded_down),
        cmocka_unit_test(a_ratio_is_rounded_up),
        cmocka_unit_test(a_product_over_64_bits_is_the_largest_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
