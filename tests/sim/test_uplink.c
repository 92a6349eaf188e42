/* A member's way into the network. */
#include "sim/uplink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t takes_us(struct uplink *uplink, uint64_t now_us, size_t size) {
    uint64_t us = 0;
    return uplink_take(uplink, now_us, size, &us) ? us : UINT64_MAX;
}

static void packets_leave_one_after_the_other(void **state) {
    (void)state;
    struct uplink uplink = {0};
    uplink_limit(&uplink, 500, 1000000, 10000);
    assert_int_equal(takes_us(&uplink, 500, 100), 100);
    assert_int_equal(takes_us(&uplink, 500, 100), 200);
    assert_int_equal(takes_us(&uplink, 550, 100), 250);
    assert_true(uplink_is_busy(&uplink, 799));
    assert_false(uplink_is_busy(&uplink, 800));
    assert_int_equal(takes_us(&uplink, 10000, 100), 100);
}

static void what_finds_too_much_before_it_is_lost(void **state) {
    (void)state;
    struct uplink uplink = {0};
    uplink_limit(&uplink, 0, 1000000, 150);
    assert_int_equal(takes_us(&uplink, 0, 100), 100);
    assert_int_equal(takes_us(&uplink, 0, 51), 151);
    assert_int_equal(takes_us(&uplink, 0, 1), UINT64_MAX);
    assert_int_equal(takes_us(&uplink, 1, 1), 151); /* 150 before it */
}

static void fractions_of_a_microsecond_add_up(void **state) {
    (void)state;
    struct uplink uplink = {0};
    uplink_limit(&uplink, 0, 3000000, 100000);
    assert_int_equal(takes_us(&uplink, 0, 1), 1);
    for (uint64_t i = 2; i <= 3000; i++) {
        assert_int_equal(takes_us(&uplink, 0, 1), (i + 2) / 3);
    }
}

static void what_waits_follows_a_new_limit(void **state) {
    (void)state;
    struct uplink uplink = {0};
    uplink_limit(&uplink, 0, 1000, 100000);
    assert_int_equal(takes_us(&uplink, 0, 1000), 1000000);
    uplink_limit(&uplink, 500000, 1000000, 100000);
    assert_int_equal(takes_us(&uplink, 500000, 1), 501);
    uplink_limit(&uplink, 500000, 0, 0);
    assert_int_equal(takes_us(&uplink, 500000, 1000000), 0);
}

static void the_largest_numbers_do_no_harm(void **state) {
    (void)state;
    struct uplink uplink = {0};
    uplink_limit(&uplink, 0, UINT64_MAX, UINT32_MAX);
    assert_int_equal(takes_us(&uplink, 0, 65535), 1);
    assert_int_equal(takes_us(&uplink, UINT64_MAX / 2, 65535), 1);
    uplink_limit(&uplink, UINT64_MAX / 2, 1, UINT32_MAX);
    for (unsigned i = 0; i < 65000; i++) {
        assert_true(takes_us(&uplink, UINT64_MAX / 2, 65535) > i * UINT64_C(65535000000));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packets_leave_one_after_the_other), cmocka_unit_test(what_finds_too_much_before_it_is_lost),
        cmocka_unit_test(fractions_of_a_microsecond_add_up), cmocka_unit_test(what_waits_follows_a_new_limit),
        cmocka_unit_test(the_largest_numbers_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
