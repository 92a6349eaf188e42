/* Values for people to read. */
#include "command/show.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char text[SHOW_MOST];

static void times_have_three_digits_that_matter(void **state) {
    (void)state;
    assert_string_equal(show_time(text, 340200), "340 ms");
    assert_string_equal(show_time(text, 5), "0.01 ms");
    assert_string_equal(show_time(text, 1234), "1.23 ms");
    assert_string_equal(show_time(text, 999400), "999 ms");
    assert_string_equal(show_time(text, 999600), "1.00 s");
    assert_string_equal(show_time(text, 12437000), "12.4 s");
    assert_string_equal(show_time(text, 600e6), "600 s");
    assert_string_equal(show_time(text, 3600e6), "60.0 min");
    assert_string_equal(show_time(text, 100 * 3600e6), "100 h");
    assert_string_equal(show_time(text, 0), "0 ms");
    assert_string_equal(show_time(text, (double)INFINITY), "never");
    assert_string_equal(show_time(text, (double)NAN), "-");
}

static void numbers_are_in_groups_of_three(void **state) {
    (void)state;
    assert_string_equal(show_count(text, 0), "0");
    assert_string_equal(show_count(text, 999), "999");
    assert_string_equal(show_count(text, 1000), "1,000");
    assert_string_equal(show_count(text, 18446744073709551615u), "18,446,744,073,709,551,615");
    assert_string_equal(show_number(text, 1234567.8), "1,234,568");
    assert_string_equal(show_number(text, 12.34), "12.3");
    assert_string_equal(show_number(text, 0.5), "0.50");
    assert_string_equal(show_number(text, 7), "7");
    assert_string_equal(show_number(text, (double)NAN), "-");
}

static void bytes_have_a_unit(void **state) {
    (void)state;
    assert_string_equal(show_bytes(text, 46), "46.0 B");
    assert_string_equal(show_bytes(text, 1560), "1.56 kB");
    assert_string_equal(show_bytes(text, 310e6), "310 MB");
    assert_string_equal(show_bytes(text, 4.2e9), "4.20 GB");
    assert_string_equal(show_bytes(text, 0), "0 B");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(times_have_three_digits_that_matter),
                                       cmocka_unit_test(numbers_are_in_groups_of_three),
                                       cmocka_unit_test(bytes_have_a_unit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
