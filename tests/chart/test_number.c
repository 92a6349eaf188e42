/* Numbers as people read them. */
#include "chart/number.h"
#include "written.h"

#include <locale.h>

static void assert_number(double value, enum chart_format format, const char *expected) {
    char text[CHART_NUMBER_MOST];
    chart_number(text, value, format);
    assert_string_equal(text, expected);
}

static void three_digits_are_enough_and_thousands_have_commas(void **state) {
    (void)state;
    assert_number(0, CHART_NUMBER, "0");
    assert_number(7, CHART_NUMBER, "7");
    assert_number(1234567, CHART_NUMBER, "1,234,567");
    assert_number(12345.678, CHART_NUMBER, "12,346");
    assert_number(1.23456, CHART_NUMBER, "1.23");
    assert_number(0.0123456, CHART_NUMBER, "0.0123");
    assert_number(-2.5, CHART_NUMBER, "-2.50");
}

static void times_have_the_unit_that_suits_them(void **state) {
    (void)state;
    assert_number(0.0000025, CHART_SECONDS, "2.50 \xc2\xb5s");
    assert_number(0.25, CHART_SECONDS, "250 ms");
    assert_number(12.44, CHART_SECONDS, "12.4 s");
    assert_number(599, CHART_SECONDS, "599 s");
    assert_number(900, CHART_SECONDS, "15.0 min");
    assert_number(7300, CHART_SECONDS, "2.03 h");
}

static void shares_are_percentages_and_bytes_have_prefixes(void **state) {
    (void)state;
    assert_number(0.5, CHART_SHARE, "50 %");
    assert_number(0.0234, CHART_SHARE, "2.34 %");
    assert_number(512, CHART_BYTES, "512 B");
    assert_number(1536, CHART_BYTES, "1.54 kB");
    assert_number(2.5e6, CHART_BYTES, "2.50 MB");
    assert_number(4e9, CHART_BYTES, "4 GB");
}

static void what_is_no_number_is_a_dash(void **state) {
    (void)state;
    assert_number(NAN, CHART_SECONDS, "\xe2\x80\x93");
    assert_number(INFINITY, CHART_NUMBER, "\xe2\x80\x93");
    assert_number(-INFINITY, CHART_SHARE, "\xe2\x80\x93");
}

static void numbers_that_are_too_large_or_too_small_for_their_digits_have_an_exponent(void **state) {
    (void)state;
    assert_number(0.0001, CHART_NUMBER, "0.000100");
    assert_number(2e-9, CHART_NUMBER, "2e-09");
    assert_number(2e18, CHART_NUMBER, "2e+18");
    assert_number(123456789012345, CHART_NUMBER, "123,456,789,012,345");
    assert_number(1e300, CHART_SECONDS, "3e+296 h");
}

static void assert_coordinate(double value, const char *expected) {
    FILE *file = written_open();
    number_write(file, value);
    char *text = written_take(file);
    assert_string_equal(text, expected);
    free(text);
}

static void coordinates_have_two_decimals_at_most(void **state) {
    (void)state;
    assert_coordinate(0, "0");
    assert_coordinate(12, "12");
    assert_coordinate(12.5, "12.5");
    assert_coordinate(12.05, "12.05");
    assert_coordinate(12.999, "13");
    assert_coordinate(-0.001, "0");
    assert_coordinate(-3.25, "-3.25");
}

/* Where the machine has no such locale this shows nothing, and does no harm. */
static void the_locale_changes_nothing(void **state) {
    (void)state;
    static const char *const commas[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8"};
    for (size_t i = 0; i < sizeof commas / sizeof commas[0] && setlocale(LC_ALL, commas[i]) == NULL; i++) {
    }
    assert_number(1.5, CHART_NUMBER, "1.50");
    assert_coordinate(1.5, "1.5");
    setlocale(LC_ALL, "C");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_digits_are_enough_and_thousands_have_commas),
        cmocka_unit_test(times_have_the_unit_that_suits_them),
        cmocka_unit_test(shares_are_percentages_and_bytes_have_prefixes),
        cmocka_unit_test(what_is_no_number_is_a_dash),
        cmocka_unit_test(numbers_that_are_too_large_or_too_small_for_their_digits_have_an_exponent),
        cmocka_unit_test(coordinates_have_two_decimals_at_most),
        cmocka_unit_test(the_locale_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
