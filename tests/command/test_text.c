/* Values as text. */
#include "command/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct complaint complaint;

static void expect_us(const char *text, uint64_t us) {
    uint64_t read = 1;
    assert_true(text_duration(text, &read, &complaint));
    assert_int_equal(read, us);
}

static void durations_have_a_unit_and_may_have_a_fraction(void **state) {
    (void)state;
    expect_us("500ms", 500000);
    expect_us("20s", 20000000);
    expect_us("1.5m", 90000000);
    expect_us("1min", 60000000);
    expect_us("2h", UINT64_C(7200000000));
    expect_us("1d", UINT64_C(86400000000));
    expect_us("7us", 7);
    expect_us("0.000001s", 1);
    expect_us("0", 0);
    expect_us("366d", TEXT_LONGEST_US);
}

static void what_is_no_duration_is_named(void **state) {
    static const char *const bad[] = {"",
                                      "s",
                                      "20",
                                      "20 s",
                                      "-1s",
                                      "1.s",
                                      ".5s",
                                      "0.0000001s",
                                      "1e3s",
                                      "1x",
                                      "366.1d",
                                      "1ss",
                                      "99999999999999999999s",
                                      "0x1s",
                                      "1.5us",
                                      "20S"};
    uint64_t us = 7;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(text_duration(bad[i], &us, &complaint));
        char quoted[64];
        snprintf(quoted, sizeof quoted, "\"%s\" is no duration", bad[i]);
        assert_non_null(strstr(complaint.text, quoted));
    }
}

static void counts_are_whole_and_within_their_bounds(void **state) {
    uint64_t count;
    (void)state;
    assert_true(text_count("65535", 1, 65535, &count, &complaint));
    assert_int_equal(count, 65535);
    assert_true(text_count("18446744073709551615", 0, UINT64_MAX, &count, &complaint));
    assert_true(count == UINT64_MAX);
    assert_false(text_count("18446744073709551616", 0, UINT64_MAX, &count, &complaint));
    assert_false(text_count("0", 1, 65535, &count, &complaint));
    assert_false(text_count("65536", 1, 65535, &count, &complaint));
    assert_string_equal(complaint.text, "\"65536\" is no whole number from 1 to 65535");
    assert_false(text_count("1.5", 1, 65535, &count, &complaint));
    assert_false(text_count("", 0, 65535, &count, &complaint));
    assert_false(text_count("-1", 0, 65535, &count, &complaint));
}

static void chances_are_parts_of_a_million(void **state) {
    uint32_t ppm;
    (void)state;
    assert_true(text_chance("2%", &ppm, &complaint) && ppm == 20000);
    assert_true(text_chance("0.05%", &ppm, &complaint) && ppm == 500);
    assert_true(text_chance("200ppm", &ppm, &complaint) && ppm == 200);
    assert_true(text_chance("100%", &ppm, &complaint) && ppm == 1000000);
    assert_true(text_chance("0", &ppm, &complaint) && ppm == 0);
    assert_false(text_chance("100.0001%", &ppm, &complaint));
    assert_false(text_chance("2", &ppm, &complaint));
    assert_false(text_chance("0.00005%", &ppm, &complaint));
    assert_false(text_chance("-2%", &ppm, &complaint));
}

static void clocks_drift_both_ways(void **state) {
    int32_t ppm;
    (void)state;
    assert_true(text_drift("5%", &ppm, &complaint) && ppm == 50000);
    assert_true(text_drift("-2.5%", &ppm, &complaint) && ppm == -25000);
    assert_true(text_drift("-99.9999%", &ppm, &complaint) && ppm == -999999);
    assert_false(text_drift("-100%", &ppm, &complaint));
    assert_false(text_drift("101%", &ppm, &complaint));
    assert_false(text_drift("--5%", &ppm, &complaint));
}

static void bytes_may_be_thousands(void **state) {
    uint64_t bytes;
    (void)state;
    assert_true(text_bytes("1400", 65536, &bytes, &complaint) && bytes == 1400);
    assert_true(text_bytes("20kB", 65536, &bytes, &complaint) && bytes == 20000);
    assert_true(text_bytes("1.5MB", 2000000, &bytes, &complaint) && bytes == 1500000);
    assert_false(text_bytes("1MB", 65536, &bytes, &complaint));
    assert_false(text_bytes("1kb", 65536, &bytes, &complaint));
}

/* Whatever it is: printed and read, it is the same. */
static void what_is_printed_is_read_as_the_same(void **state) {
    uint64_t us = 1;
    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        char text[TEXT_MOST];
        uint64_t read_us, bytes;
        int32_t drift;
        us = (us * UINT64_C(6364136223846793005) + 1442695040888963407u);
        uint64_t value = (us >> 20) % (TEXT_LONGEST_US + 1) / (i % 3 == 0 ? 1000000 : 1) * (i % 3 == 0 ? 1000000 : 1);
        assert_true(text_duration(text_print_duration(text, value), &read_us, &complaint));
        assert_true(read_us == value);
        int32_t ppm = (int32_t)(value % 1999999) - 999999;
        assert_true(text_drift(text_print_chance(text, ppm), &drift, &complaint));
        assert_int_equal(drift, ppm);
        assert_true(text_bytes(text_print_bytes(text, value % UINT32_MAX), UINT32_MAX, &bytes, &complaint));
        assert_true(bytes == value % UINT32_MAX);
    }
}

static void the_nearest_name_is_suggested_if_one_is_near(void **state) {
    static const char *const names[] = {"members", "duration", "crash", "restart", "probe_period", "loss", NULL};
    (void)state;
    assert_string_equal(text_nearest("crsh", names), "crash");
    assert_string_equal(text_nearest("member", names), "members");
    assert_string_equal(text_nearest("durration", names), "duration");
    assert_string_equal(text_nearest("probe", names), "probe_period");
    assert_string_equal(text_nearest("lost", names), "loss");
    assert_null(text_nearest("xyz", names));
    assert_null(text_nearest("", names));
    assert_null(text_nearest("a-name-that-is-longer-than-any-name-that-there-could-ever-be", names));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(durations_have_a_unit_and_may_have_a_fraction),
                                       cmocka_unit_test(what_is_no_duration_is_named),
                                       cmocka_unit_test(counts_are_whole_and_within_their_bounds),
                                       cmocka_unit_test(chances_are_parts_of_a_million),
                                       cmocka_unit_test(clocks_drift_both_ways),
                                       cmocka_unit_test(bytes_may_be_thousands),
                                       cmocka_unit_test(what_is_printed_is_read_as_the_same),
                                       cmocka_unit_test(the_nearest_name_is_suggested_if_one_is_near)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
