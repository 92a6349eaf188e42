/* Tests of structs that start with their size, across versions of program and library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/versioned.h"

struct now {
    size_t struct_size;
    uint32_t first, second;
};

struct later {
    struct now now;
    uint32_t third, fourth;
};

enum { OLDEST = offsetof(struct now, second) };

static void what_an_old_program_does_not_have_becomes_zero(void **state) {
    (void)state;
    struct now from = {OLDEST, 1, 2}, to;
    memset(&to, 0xa5, sizeof to);
    assert_true(versioned_take(&to, sizeof to, &from, OLDEST));
    assert_int_equal(to.struct_size, sizeof to);
    assert_int_equal(to.first, 1);
    assert_int_equal(to.second, 0);
}

static void a_struct_below_its_first_version_is_refused(void **state) {
    (void)state;
    struct now from = {OLDEST - 1, 1, 2}, to;
    assert_false(versioned_take(&to, sizeof to, &from, OLDEST));
    from.struct_size = 0;
    assert_false(versioned_take(&to, sizeof to, &from, OLDEST));
}

static void fields_of_a_later_version_must_be_zero(void **state) {
    (void)state;
    struct later from = {{sizeof from, 1, 2}, 0, 0};
    struct now to;
    assert_true(versioned_take(&to, sizeof to, &from, OLDEST));
    assert_int_equal(to.second, 2);
    assert_int_equal(to.struct_size, sizeof to);
    from.fourth = 1;
    assert_false(versioned_take(&to, sizeof to, &from, OLDEST));
}

static void an_old_program_gets_what_it_knows_and_no_byte_more(void **state) {
    (void)state;
    struct now from = {sizeof from, 1, 2}, to;
    memset(&to, 0xa5, sizeof to);
    versioned_give(&to, OLDEST, &from, sizeof from);
    assert_int_equal(to.struct_size, OLDEST);
    assert_int_equal(to.first, 1);
    assert_int_equal(to.second, 0xa5a5a5a5);
}

static void a_later_program_gets_zeros_for_what_we_do_not_know(void **state) {
    (void)state;
    struct now from = {sizeof from, 1, 2};
    struct later to;
    memset(&to, 0xa5, sizeof to);
    versioned_give(&to, sizeof to, &from, sizeof from);
    assert_int_equal(to.now.struct_size, sizeof to);
    assert_int_equal(to.now.second, 2);
    assert_int_equal(to.third | to.fourth, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_old_program_does_not_have_becomes_zero),
        cmocka_unit_test(a_struct_below_its_first_version_is_refused),
        cmocka_unit_test(fields_of_a_later_version_must_be_zero),
        cmocka_unit_test(an_old_program_gets_what_it_knows_and_no_byte_more),
        cmocka_unit_test(a_later_program_gets_zeros_for_what_we_do_not_know),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
