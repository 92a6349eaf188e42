/* Tests of the random choices: the series is the published one, the same everywhere; numbers below a bound are within
 * it, uniform, and never in want of one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"

/* What the authors' own program gives for the state 1, 2, 3, 4. */
static void the_series_is_xoshiro128plusplus(void **state) {
    (void)state;
    static const uint32_t expected[] = {641,        1573767,    3222811527, 3517856514, 836907274,
                                        4247214768, 3867114732, 1355841295, 495546011,  621204420};
    struct random random = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(random_next(&random), expected[i]);
    }
}

static void a_key_of_zeros_gives_a_series_too(void **state) {
    (void)state;
    struct hash_key key = {{0, 0}};
    struct random random;
    uint32_t bits = 0;
    random_init(&random, &key);
    for (int i = 0; i < 100; i++) {
        bits |= random_next(&random);
    }
    assert_int_equal(bits, UINT32_MAX);
}

static void all_of_the_key_goes_into_the_series(void **state) {
    (void)state;
    struct hash_key key = {{UINT64_C(0x1122334455667788), UINT64_C(0x99aabbccddeeff01)}};
    struct random random;
    random_init(&random, &key);
    assert_int_equal(random.state[0], 0x55667788);
    assert_int_equal(random.state[1], 0x11223344);
    assert_int_equal(random.state[2], 0xddeeff01);
    assert_int_equal(random.state[3], 0x99aabbcd);
}

static struct random some_random(uint64_t seed) {
    struct hash_key key = {{seed, ~seed}};
    struct random random;
    random_init(&random, &key);
    return random;
}

static void a_number_below_one_is_zero(void **state) {
    (void)state;
    struct random random = some_random(7);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(random_below(&random, 1), 0);
    }
}

static void numbers_stay_below_their_bound_and_reach_it(void **state) {
    (void)state;
    static const uint32_t bounds[] = {2, 3, 5, 7, 16, 31, 100};
    struct random random = some_random(11);
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        uint32_t largest = 0, smallest = UINT32_MAX;
        for (int draw = 0; draw < 5000; draw++) {
            uint32_t number = random_below(&random, bounds[i]);
            largest = number > largest ? number : largest;
            smallest = number < smallest ? number : smallest;
        }
        assert_int_equal(smallest, 0);
        assert_int_equal(largest, bounds[i] - 1);
    }
}

/* Pearson's test with n - 1 degrees of freedom. Its mean is n - 1 and its deviation sqrt(2 (n - 1)); the fixed seed
 * makes the outcome a fact. */
static void numbers_are_uniform(void **state) {
    (void)state;
    enum { CELLS = 50, DRAWS = 100000, EACH = DRAWS / CELLS };
    struct random random = some_random(13);
    long long counts[CELLS] = {0};
    for (int draw = 0; draw < DRAWS; draw++) {
        counts[random_below(&random, CELLS)]++;
    }
    long long squares = 0;
    for (int i = 0; i < CELLS; i++) {
        squares += (counts[i] - EACH) * (counts[i] - EACH);
    }
    assert_in_range(squares / EACH, 15, 90); /* 49, 4 deviations of 9.9 to either side */
}

/* Scaling 32 bits to this bound without further care would give each third number twice as often as the others. */
static void a_bound_that_does_not_divide_the_range_gives_no_bias(void **state) {
    (void)state;
    enum { DRAWS = 90000 };
    uint32_t bound = UINT32_C(3) << 30;
    struct random random = some_random(17);
    uint32_t counts[3] = {0, 0, 0};
    for (int draw = 0; draw < DRAWS; draw++) {
        counts[random_below(&random, bound) % 3]++;
    }
    for (int i = 0; i < 3; i++) {
        assert_in_range(counts[i], DRAWS / 3 - 600, DRAWS / 3 + 600);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_series_is_xoshiro128plusplus),
        cmocka_unit_test(a_key_of_zeros_gives_a_series_too),
        cmocka_unit_test(all_of_the_key_goes_into_the_series),
        cmocka_unit_test(a_number_below_one_is_zero),
        cmocka_unit_test(numbers_stay_below_their_bound_and_reach_it),
        cmocka_unit_test(numbers_are_uniform),
        cmocka_unit_test(a_bound_that_does_not_divide_the_range_gives_no_bias),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
