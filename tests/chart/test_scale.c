/* Axes: what they show, where a value is, and which values get a tick. */
#include "chart/scale.h"
#include "chart/style.h"
#include "chart/text.h"
#include "written.h"

#define SPACE "\xc2\xa0"

static struct scale scale_of(bool log, double low, double high) {
    struct extent extent = extent_of_nothing(log);
    extent_add(&extent, low);
    extent_add(&extent, high);
    struct scale scale = scale_for(&extent);
    scale.to_px = 400;
    return scale;
}

static void assert_ticks(const struct scale *scale, enum chart_format format, size_t count, const char *expected) {
    struct ticks ticks;
    char got[400] = "";
    ticks_choose(&ticks, scale, format, count, 0);
    for (size_t i = 0; i < ticks.count; i++) {
        strcat(got, i > 0 ? "|" : "");
        strcat(got, ticks.text[i]);
    }
    assert_string_equal(got, expected);
}

static void an_extent_takes_in_what_can_be_shown(void **state) {
    (void)state;
    struct extent plain = extent_of_nothing(false), log = extent_of_nothing(true);
    assert_true(extent_is_empty(&plain));
    const double values[] = {NAN, INFINITY, -INFINITY, 0, 4, -2};
    for (size_t i = 0; i < 6; i++) {
        extent_add(&plain, values[i]);
        extent_add(&log, values[i]);
    }
    assert_true(plain.low == -2 && plain.high == 4);
    assert_true(log.low == 4 && log.high == 4);
}

static void nothing_and_a_single_value_have_an_axis_too(void **state) {
    (void)state;
    for (int log = 0; log < 2; log++) {
        struct extent extent = extent_of_nothing(log == 1);
        struct scale scale = scale_for(&extent);
        assert_true(scale.low < scale.high && scale.low >= (log ? 1 : 0));
        extent_add(&extent, 7);
        scale = scale_for(&extent);
        assert_true(scale.low < 7 && 7 < scale.high && scale.low > 0);
    }
    struct scale zero = scale_of(false, 0, 0);
    assert_true(zero.low == 0 && zero.high == 1);
    struct scale close = scale_of(false, 1e9, nextafter(1e9, 2e9)); /* too close to tell apart */
    assert_true(close.high - close.low > 1);
}

static void a_value_is_where_its_share_of_the_axis_is_and_never_beyond(void **state) {
    (void)state;
    struct scale plain = scale_of(false, 0, 10), log = scale_of(true, 1, 10000);
    assert_true(fabs(scale_at(&plain, 2.5) - 100) < 1e-9);
    assert_true(fabs(scale_at(&log, 100) - 200) < 1e-9);
    assert_true(scale_at(&plain, 11) == 400 && scale_at(&plain, -1) == 0 && scale_at(&plain, INFINITY) == 400);
    assert_true(scale_at(&plain, NAN) == 0 && scale_at(&log, 0) == 0 && scale_at(&log, -1) == 0);
}

static void steps_are_1_2_5_and_powers_of_ten_of_them(void **state) {
    (void)state;
    const double least[] = {0.011, 0.02, 0.2, 0.3, 1, 1.1, 4.9, 5.1, 70, 1000};
    const double up[] = {0.02, 0.02, 0.2, 0.5, 1, 2, 5, 10, 100, 1000};
    const double down[] = {0.01, 0.02, 0.2, 0.2, 1, 1, 2, 5, 50, 1000};
    for (size_t i = 0; i < sizeof least / sizeof least[0]; i++) {
        assert_true(fabs(scale_step_up(least[i]) / up[i] - 1) < 1e-9);
        assert_true(fabs(scale_step_down(least[i]) / down[i] - 1) < 1e-9);
    }
}

static void ticks_are_round_and_have_as_many_decimals_as_they_need(void **state) {
    (void)state;
    struct scale scale = scale_of(false, 0.3, 9.7);
    assert_ticks(&scale, CHART_NUMBER, 5, "2|4|6|8");
    scale = scale_of(false, 0, 1);
    assert_ticks(&scale, CHART_NUMBER, 5, "0.0|0.2|0.4|0.6|0.8|1.0");
    assert_ticks(&scale, CHART_SHARE, 5,
                 "0" SPACE "%|20" SPACE "%|40" SPACE "%|60" SPACE "%|80" SPACE "%|100" SPACE "%");
    scale = scale_of(false, -4, 4);
    assert_ticks(&scale, CHART_NUMBER, 4, "-4|-2|0|2|4");
}

static void times_have_round_ticks_in_their_own_unit(void **state) {
    (void)state;
    struct scale scale = scale_of(false, 0, 0.4);
    assert_ticks(&scale, CHART_SECONDS, 4, "0" SPACE "ms|100" SPACE "ms|200" SPACE "ms|300" SPACE "ms|400" SPACE "ms");
    scale = scale_of(false, 0, 60);
    assert_ticks(&scale, CHART_SECONDS, 3, "0" SPACE "s|20" SPACE "s|40" SPACE "s|60" SPACE "s");
    scale = scale_of(false, 0, 3600);
    assert_ticks(&scale, CHART_SECONDS, 6,
                 "0" SPACE "min|10" SPACE "min|20" SPACE "min|30" SPACE "min|40" SPACE "min|50" SPACE "min|60" SPACE
                 "min");
}

static void a_logarithmic_axis_has_powers_of_ten_and_what_is_between_if_there_is_room(void **state) {
    (void)state;
    struct scale scale = scale_of(true, 0.01, 100);
    assert_ticks(&scale, CHART_NUMBER, 6, "0.01|0.1|1|10|100");
    assert_ticks(&scale, CHART_NUMBER, 12, "0.01|0.02|0.05|0.1|0.2|0.5|1|2|5|10|20|50|100");
    assert_ticks(&scale, CHART_SECONDS, 6, "10" SPACE "ms|100" SPACE "ms|1" SPACE "s|10" SPACE "s|100" SPACE "s");
    scale = scale_of(true, 1e-9, 1e9);
    assert_ticks(&scale, CHART_NUMBER, 5, "1e-09|0.00001|0.1|1,000|10,000,000");
}

static void a_rounded_scale_begins_and_ends_with_a_tick(void **state) {
    (void)state;
    struct scale scale = scale_of(false, 0.3, 9.7);
    scale_round(&scale, CHART_NUMBER, 5);
    assert_true(scale.low == 0 && scale.high == 10);
    scale = scale_of(true, 0.3, 9.7);
    scale_round(&scale, CHART_NUMBER, 5);
    assert_true(fabs(scale.low - 0.2) < 1e-9 && fabs(scale.high - 10) < 1e-9);
}

static void texts_of_ticks_do_not_touch(void **state) {
    (void)state;
    for (double high = 1e-5; high < 1e12; high *= 3.7) {
        for (int log = 0; log < 2; log++) {
            struct scale scale = scale_of(log == 1, high / 1000, high);
            struct ticks ticks;
            scale.to_px = 260;
            ticks_choose(&ticks, &scale, CHART_NUMBER, 20, 10);
            for (size_t i = 1; i < ticks.count; i++) {
                double apart = scale_at(&scale, ticks.at[i]) - scale_at(&scale, ticks.at[i - 1]);
                double needed =
                    text_width(ticks.text[i], STYLE_SMALL_PX) + text_width(ticks.text[i - 1], STYLE_SMALL_PX);
                assert_true(apart >= needed / 2 + 10 || ticks.count <= 2);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_extent_takes_in_what_can_be_shown),
        cmocka_unit_test(nothing_and_a_single_value_have_an_axis_too),
        cmocka_unit_test(a_value_is_where_its_share_of_the_axis_is_and_never_beyond),
        cmocka_unit_test(steps_are_1_2_5_and_powers_of_ten_of_them),
        cmocka_unit_test(ticks_are_round_and_have_as_many_decimals_as_they_need),
        cmocka_unit_test(times_have_round_ticks_in_their_own_unit),
        cmocka_unit_test(a_logarithmic_axis_has_powers_of_ten_and_what_is_between_if_there_is_room),
        cmocka_unit_test(a_rounded_scale_begins_and_ends_with_a_tick),
        cmocka_unit_test(texts_of_ticks_do_not_touch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
