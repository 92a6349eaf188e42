/* Numbers as people read them. */
#include "chart/number.h"
#include "written.h"

#define SPACE "\xc2\xa0"

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
    assert_number(3, CHART_RATE, "3.00");
    assert_number(0, CHART_RATE, "0");
}

static void times_have_the_unit_that_suits_them(void **state) {
    (void)state;
    assert_number(0.0000025, CHART_SECONDS, "2.50" SPACE "\xc2\xb5s");
    assert_number(0.25, CHART_SECONDS, "250" SPACE "ms");
    assert_number(12.44, CHART_SECONDS, "12.4" SPACE "s");
    assert_number(599, CHART_SECONDS, "599" SPACE "s");
    assert_number(900, CHART_SECONDS, "15.0" SPACE "min");
    assert_number(7300, CHART_SECONDS, "2.03" SPACE "h");
}

static void a_duration_has_all_its_digits_and_no_more(void **state) {
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } expected[] = {{0, "0" SPACE "s"},
                    {20, "20" SPACE "s"},
                    {1.5, "1.5" SPACE "s"},
                    {0.25, "250" SPACE "ms"},
                    {1.234567, "1.234567" SPACE "s"},
                    {600, "600" SPACE "s"},
                    {5400, "90" SPACE "min"},
                    {100, "100" SPACE "s"},
                    {0.000010, "10" SPACE "\xc2\xb5s"},
                    {36000, "10" SPACE "h"}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char text[CHART_NUMBER_MOST];
        chart_duration(text, expected[i].seconds);
        assert_string_equal(text, expected[i].text);
    }
}

static void shares_are_percentages_and_bytes_have_prefixes(void **state) {
    (void)state;
    assert_number(0.5, CHART_SHARE, "50" SPACE "%");
    assert_number(0.0234, CHART_SHARE, "2.34" SPACE "%");
    assert_number(512, CHART_BYTES, "512" SPACE "B");
    assert_number(1536, CHART_BYTES, "1.54" SPACE "kB");
    assert_number(2.5e6, CHART_BYTES, "2.50" SPACE "MB");
    assert_number(4e9, CHART_BYTES, "4" SPACE "GB");
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
    assert_number(1e300, CHART_SECONDS, "3e+296" SPACE "h");
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
        cmocka_unit_test(a_duration_has_all_its_digits_and_no_more),
        cmocka_unit_test(shares_are_percentages_and_bytes_have_prefixes),
        cmocka_unit_test(what_is_no_number_is_a_dash),
        cmocka_unit_test(numbers_that_are_too_large_or_too_small_for_their_digits_have_an_exponent),
        cmocka_unit_test(coordinates_have_two_decimals_at_most),
        cmocka_unit_test(the_locale_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
