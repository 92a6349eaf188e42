/* Numbers with a distribution. */
#include "command/sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_percentile_is_the_least_value_that_is_not_below_so_many(void **state) {
    struct sample sample = {.count = 0};
    (void)state;
    for (int value = 100; value >= 1; value--) {
        sample_add(&sample, value);
    }
    assert_true(sample_at(&sample, 0) == 1);
    assert_true(sample_at(&sample, 0.5) == 50);
    assert_true(sample_at(&sample, 0.99) == 99);
    assert_true(sample_at(&sample, 0.991) == 100);
    assert_true(sample_at(&sample, 1) == 100);
    assert_true(sample_mean(&sample) == 50.5);
    sample_add(&sample, 1000);
    assert_true(sample_at(&sample, 1) == 1000);
    assert_true(sample_at(&sample, 0.5) == 51);
    sample_free(&sample);
}

static void of_one_value_all_percentiles_are_that(void **state) {
    struct sample sample = {.count = 0};
    (void)state;
    sample_add(&sample, 7);
    assert_true(sample_at(&sample, 0.001) == 7 && sample_at(&sample, 0.999) == 7);
    sample_free(&sample);
}

static void what_never_happened_is_above_all_and_not_in_the_mean(void **state) {
    struct sample sample = {.count = 0};
    (void)state;
    sample_add(&sample, (double)INFINITY);
    sample_add(&sample, 3);
    sample_add(&sample, 5);
    assert_true(sample_at(&sample, 0.5) == 5);
    assert_true(isinf(sample_at(&sample, 1)));
    assert_int_equal(sample_never(&sample), 1);
    assert_true(sample_mean(&sample) == 4);
    sample_free(&sample);
}

static void of_nothing_there_is_no_number(void **state) {
    struct sample sample = {.count = 0}, other = {.count = 0};
    (void)state;
    assert_true(isnan(sample_at(&sample, 0.5)));
    assert_true(isnan(sample_mean(&sample)));
    sample_add(&other, (double)INFINITY);
    sample_add_all(&sample, &other);
    assert_true(isnan(sample_mean(&sample)));
    sample_free(&sample);
    sample_free(&other);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_percentile_is_the_least_value_that_is_not_below_so_many),
                                       cmocka_unit_test(of_one_value_all_percentiles_are_that),
                                       cmocka_unit_test(what_never_happened_is_above_all_and_not_in_the_mean),
                                       cmocka_unit_test(of_nothing_there_is_no_number)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
