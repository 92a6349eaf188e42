/* Which of the things that are varied is x, and which points are on one line. */
#include "asking.h"

#include "command/memory.h"
#include "command/variation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command/axes.h"

/* An outcome without any run: its points are there, and know where they are. */
struct varied {
    struct request *request;
    struct outcome outcome;
    struct variation variation;
};

static struct varied begin(const char *flags) {
    struct varied it = {.request = memory_zeroed(1, sizeof *it.request)};
    struct complaint complaint = {{0}};
    if (!ask(it.request, flags, &complaint)) {
        fail_msg("%s: %s", flags, complaint.text);
    }
    it.outcome.sweep = &it.request->sweep;
    it.outcome.count = axes_points(&it.request->sweep);
    it.outcome.points = memory_zeroed(it.outcome.count, sizeof *it.outcome.points);
    for (uint32_t i = 0; i < it.outcome.count; i++) {
        axes_place(&it.request->sweep, i, it.outcome.points[i].at);
    }
    return it;
}

static void end(struct varied *it) {
    variation_free(&it->variation);
    free(it->outcome.points);
    request_free(it->request);
    free(it->request);
}

static void assert_line(const struct varied *it, uint32_t line, const char *name) {
    char text[VARIATION_NAME_MOST];
    assert_string_equal(variation_line_name(&it->variation, line, text), name);
}

static void the_axis_with_the_most_values_is_x_and_the_others_make_the_lines(void **state) {
    (void)state;
    struct varied it = begin("--sweep loss=0,5% --sweep probe_period=4s,5s,6s --sweep preset=lan,wan");
    variation_make(&it.variation, &it.outcome);
    assert_int_equal(it.variation.axis, 1);
    assert_int_equal(it.variation.width, 3);
    assert_int_equal(it.variation.lines, 4);
    assert_line(&it, 0, "loss 0, preset lan");
    assert_line(&it, 1, "loss 0, preset wan");
    assert_line(&it, 2, "loss 5%, preset lan");
    assert_line(&it, 3, "loss 5%, preset wan");
    end(&it);
}

static void each_point_is_on_one_line_once(void **state) {
    (void)state;
    struct varied it = begin("--sweep loss=0,5% --sweep probe_period=4s,5s,6s --sweep preset=lan,wan");
    variation_make(&it.variation, &it.outcome);
    bool seen[12] = {false};
    for (uint32_t line = 0; line < 4; line++) {
        for (uint32_t x = 0; x < 3; x++) {
            struct point *point = variation_point(&it.variation, line, x);
            assert_int_equal(point->at[1], x);
            assert_false(seen[point - it.outcome.points]);
            seen[point - it.outcome.points] = true;
        }
    }
    end(&it);
}

static void values_that_are_numbers_lie_where_they_belong(void **state) {
    (void)state;
    struct varied it = begin("--sweep probe_period=1s,2s,1m");
    variation_make(&it.variation, &it.outcome);
    assert_true(variation_place(&it.variation, 1) == 2e6 && variation_place(&it.variation, 2) == 60e6);
    assert_true(it.variation.log); /* sixty times the least */
    struct chart_axis axis = variation_axis(&it.variation);
    assert_true(axis.log && axis.low > 0 && axis.low < 1e6 && axis.high > 60e6);
    assert_string_equal(axis.label, "probe_period");
    assert_string_equal(axis.names[2], "1m");
    end(&it);
}

static void values_that_are_no_numbers_or_do_not_rise_lie_side_by_side(void **state) {
    (void)state;
    struct varied it = begin("--sweep preset=lan,wan,simple");
    variation_make(&it.variation, &it.outcome);
    assert_null(it.variation.places);
    assert_true(variation_place(&it.variation, 2) == 2);
    end(&it);
    it = begin("--sweep members=20,10");
    variation_make(&it.variation, &it.outcome);
    assert_null(it.variation.places);
    end(&it);
}

static void seeds_alone_make_one_point(void **state) {
    (void)state;
    char text[VARIATION_NAME_MOST];
    struct varied it = begin("--seeds 1..3");
    variation_make(&it.variation, &it.outcome);
    assert_int_equal(it.variation.lines, 1);
    assert_int_equal(it.variation.width, 1);
    assert_string_equal(variation_axis(&it.variation).names[0], "all seeds");
    assert_string_equal(variation_point_name(&it.outcome, it.outcome.points, text), "all seeds");
    assert_line(&it, 0, "");
    end(&it);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_axis_with_the_most_values_is_x_and_the_others_make_the_lines),
        cmocka_unit_test(each_point_is_on_one_line_once),
        cmocka_unit_test(values_that_are_numbers_lie_where_they_belong),
        cmocka_unit_test(values_that_are_no_numbers_or_do_not_rise_lie_side_by_side),
        cmocka_unit_test(seeds_alone_make_one_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
