/* The simulator's random draws. */
#include "sim/chance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DRAWS 2000000u /* of fewer, one in a thousand would be too few to tell */

static int compare(const void *a, const void *b) {
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

/* Many draws, sorted. */
static uint64_t *sorted_draws(uint64_t median, uint64_t high) {
    static uint64_t draws[DRAWS];
    struct log_normal of = log_normal_of(median, high);
    uint64_t random = 7;
    for (size_t i = 0; i < DRAWS; i++) {
        draws[i] = chance_log_normal(&random, &of, UINT32_MAX);
    }
    qsort(draws, DRAWS, sizeof *draws, compare);
    return draws;
}

static void expect_near(uint64_t drawn, uint64_t expected, unsigned percent) {
    uint64_t slack = expected * percent / 100;
    assert_in_range(drawn, expected - slack, expected + slack);
}

/* The expected values are median * (high / median)^(z(p) / z(0.99)), where z(p) is the p-th quantile of the normal
 * distribution. */
static void expect_log_normal(uint64_t median, uint64_t high, const uint64_t expected[6]) {
    static const unsigned ten_thousandths[] = {10, 1000, 5000, 9000, 9900, 9990};
    static const unsigned percent[] = {3, 2, 2, 2, 2, 3};
    const uint64_t *draws = sorted_draws(median, high);
    for (size_t i = 0; i < 6; i++) {
        expect_near(draws[(uint64_t)DRAWS * ten_thousandths[i] / 10000], expected[i], percent[i]);
    }
}

static void log_normal_draws_are_distributed_as_such(void **state) {
    (void)state;
    expect_log_normal(10000, 100000, (const uint64_t[]){470, 2812, 10000, 35554, 100000, 212988});
    expect_log_normal(50, 5000, (const uint64_t[]){0, 4, 50, 632, 5000, 22687});
    expect_log_normal(20000, 30000, (const uint64_t[]){11671, 15996, 20000, 25006, 30000, 34272});
}

static void the_rarest_log_normal_draw_is_out_where_one_in_two_million_lies(void **state) {
    (void)state;
    struct log_normal of = log_normal_of(1000, 10000);
    uint64_t random = 1, least = UINT64_MAX, most = 0;
    for (uint32_t i = 0; i < 8000000; i++) {
        uint64_t draw = chance_log_normal(&random, &of, UINT32_MAX);
        least = draw < least ? draw : least;
        most = draw > most ? draw : most;
    }
    assert_in_range(most, 90000, 128000); /* 4.9 standard deviations: 127,860 */
    assert_in_range(least, 7, 11);        /* 7.8 */
}

static void a_log_normal_draw_is_cut_off_at_the_most(void **state) {
    (void)state;
    uint64_t random = 1;
    unsigned cut_off = 0, zeros = 0;
    struct log_normal wild = log_normal_of(1, UINT32_MAX), flat = log_normal_of(1234567, 1234567);
    for (uint32_t i = 0; i < 100000; i++) {
        uint64_t draw = chance_log_normal(&random, &wild, 3600000000);
        assert_true(draw <= 3600000000);
        cut_off += draw == 3600000000;
        zeros += draw == 0;
        assert_int_equal(chance_log_normal(&random, &flat, UINT32_MAX), 1234567);
    }
    assert_in_range(cut_off, 900, 1200);
    assert_in_range(zeros, 44000, 50000);
}

static void a_chance_comes_true_as_often_as_it_says(void **state) {
    (void)state;
    uint64_t random = 1;
    unsigned happened = 0;
    for (uint32_t i = 0; i < 1000000; i++) {
        happened += chance_happens(&random, 2500);
        assert_true(chance_happens(&random, CHANCE_CERTAIN));
    }
    assert_in_range(happened, 2350, 2650);
}

static void what_has_no_chance_draws_nothing(void **state) {
    (void)state;
    uint64_t random = 1;
    assert_false(chance_happens(&random, 0));
    assert_int_equal(random, 1);
}

static void draws_below_a_number_are_even(void **state) {
    (void)state;
    uint64_t random = 1;
    unsigned drawn[7] = {0};
    for (uint32_t i = 0; i < 70000; i++) {
        drawn[chance_below(&random, 7)]++;
    }
    for (size_t i = 0; i < 7; i++) {
        assert_in_range(drawn[i], 9600, 10400);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_normal_draws_are_distributed_as_such),
        cmocka_unit_test(the_rarest_log_normal_draw_is_out_where_one_in_two_million_lies),
        cmocka_unit_test(a_log_normal_draw_is_cut_off_at_the_most),
        cmocka_unit_test(a_chance_comes_true_as_often_as_it_says),
        cmocka_unit_test(what_has_no_chance_draws_nothing),
        cmocka_unit_test(draws_below_a_number_are_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
