/* The charts as a whole: whatever the numbers are, there is a picture, and it is within its frame. */
#include "chart/chart.h"
#include "chart/text.h"
#include "written.h"

enum { MANY = 400 };

static struct chart plain(void) {
    return (struct chart){.id = "x", .title = "A title", .caption = "How to read it.", .empty = "Nobody went down."};
}

static char *lines_of(const struct chart *chart, const struct chart_series *series, size_t count) {
    FILE *file = written_open();
    chart_lines(file, chart, series, count);
    return written_take(file);
}

static void assert_sound(const char *text) {
    static const char *const never[] = {"nan", "inf", "NaN", "NAN", "http:", "https:", "href", "url("};
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        const char *at = strstr(text, never[i]);
        if (at != NULL && strncmp(at, "http://www.w3.org/2000/svg", 26) != 0) {
            fail_msg("%s in %.80s", never[i], at);
        }
    }
    assert_int_equal(written_count(text, "<svg "), 1);
    assert_int_equal(written_count(text, "</svg>"), 1);
    assert_int_equal(written_count(text, "role=\"img\""), 1);
}

static void a_chart_of_nothing_says_so(void **state) {
    (void)state;
    const double none[] = {NAN, INFINITY};
    const double zeros[] = {0, 0};
    struct chart chart = plain();
    FILE *file = written_open();
    chart_lines(file, &chart, NULL, 0);
    chart_lines(file, &chart, &(struct chart_series){.count = 2, .x = none, .y = none}, 1);
    chart_columns(file, &chart, &(struct chart_columns){0, 1, 2, &(struct chart_kind){"k", CHART_BLUE, zeros}, 1});
    chart_distribution(file, &chart, NULL, 0);
    chart_distribution(file, &chart, &(struct chart_sample){"s", CHART_BLUE, 2, none}, 1);
    chart_strips(file, &chart, &(struct chart_strips){0, 1, 0, NULL, 0, NULL, 0});
    chart_panels(file, &chart, NULL, 0);
    char *text = written_take(file);
    assert_int_equal(written_count(text, "Nobody went down."), 7);
    assert_int_equal(written_count(text, "<svg "), 7);
    free(text);
}

static void one_value_and_equal_values_are_drawn(void **state) {
    (void)state;
    const double x[] = {3, 3, 3}, y[] = {5, 5, 5};
    struct chart chart = plain();
    char *text = lines_of(&chart, &(struct chart_series){.name = "one", .count = 1, .x = x, .y = y}, 1);
    assert_sound(text);
    assert_int_equal(written_count(text, "<circle"), 1); /* a line of one point cannot be seen */
    free(text);
    text = lines_of(&chart, &(struct chart_series){.name = "equal", .count = 3, .x = x, .y = y}, 1);
    assert_sound(text);
    free(text);
}

static void a_gap_in_the_values_is_a_gap_in_the_line(void **state) {
    (void)state;
    const double x[] = {0, 1, 2, 3, 4}, y[] = {1, 2, NAN, 2, 1};
    struct chart chart = plain();
    chart.inside = true;
    char *text = lines_of(&chart, &(struct chart_series){.count = 5, .x = x, .y = y}, 1);
    const char *path = strstr(text, "<path d=\"");
    assert_non_null(path);
    *strchr(strchr(path, '"') + 1, '"') = '\0';
    assert_int_equal(written_count(path, "M"), 2);
    free(text);
}

static void names_are_escaped_wherever_they_stand(void **state) {
    (void)state;
    const double x[] = {0, 1}, y[] = {1, 2};
    struct chart_mark mark = {0.5, "<mark>&\""};
    struct chart chart = plain();
    chart.title = "<title> & \x01";
    chart.caption = "<caption>";
    chart.x.label = "<x>";
    chart.y.label = "<y>";
    chart.marks = &mark;
    chart.mark_count = 1;
    char *text = lines_of(&chart, &(struct chart_series){.name = "<name>", .count = 2, .x = x, .y = y}, 1);
    assert_sound(text);
    static const char *const raw[] = {"<mark>", "<title> ", "<caption>", "<x>", "<y>", "<name>", "\x01"};
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        assert_null(strstr(text, raw[i]));
    }
    assert_non_null(strstr(text, "&lt;mark&gt;"));
    free(text);
}

static void a_document_has_its_colours_and_an_element_of_a_page_has_not(void **state) {
    (void)state;
    const double x[] = {0, 1}, y[] = {1, 2};
    struct chart chart = plain();
    char *alone = lines_of(&chart, &(struct chart_series){.count = 2, .x = x, .y = y}, 1);
    chart.inside = true;
    char *inside = lines_of(&chart, &(struct chart_series){.count = 2, .x = x, .y = y}, 1);
    assert_non_null(strstr(alone, "prefers-color-scheme:dark"));
    assert_null(strstr(inside, "<style>"));
    assert_int_equal(written_count(inside, "A title"), 1); /* for those who do not see it */
    assert_int_equal(written_count(alone, "A title"), 2);
    free(alone);
    free(inside);
}

static void few_values_are_dots_and_many_are_columns(void **state) {
    (void)state;
    double values[MANY];
    for (size_t i = 0; i < MANY; i++) {
        values[i] = 1 + (double)(i * i) / 1000;
    }
    struct chart chart = plain();
    for (size_t count = 1; count <= MANY; count *= 20) {
        FILE *file = written_open();
        chart_distribution(file, &chart, &(struct chart_sample){"s", CHART_BLUE, count, values}, 1);
        char *text = written_take(file);
        assert_sound(text);
        assert_int_equal(written_count(text, "<circle"), count <= 60 ? count : 0);
        free(text);
    }
}

static void what_never_happened_is_counted_and_not_drawn(void **state) {
    (void)state;
    const double values[] = {1, 2, 3, INFINITY};
    struct chart chart = plain();
    FILE *file = written_open();
    chart_distribution(file, &chart, &(struct chart_sample){"s", CHART_BLUE, 4, values}, 1);
    char *text = written_take(file);
    assert_int_equal(written_count(text, "<circle"), 3);
    assert_non_null(strstr(text, "1 of 4 never"));
    free(text);
}

/* As in the tables: a median that leaves out the worst would be a lie. */
static void what_never_happened_counts_as_the_longest(void **state) {
    (void)state;
    const double values[] = {1, 2, 3, INFINITY, INFINITY, INFINITY, INFINITY};
    struct chart chart = plain();
    FILE *file = written_open();
    chart_distribution(file, &chart, &(struct chart_sample){"s", CHART_BLUE, 5, values}, 1);
    char *text = written_take(file);
    assert_non_null(strstr(text, "2 of 5 never \xc2\xb7 median 3"));
    assert_non_null(strstr(text, "99 % never \xc2\xb7 most never"));
    assert_int_equal(written_count(text, "mark-foot"), 2); /* in the style, and drawn */
    free(text);
    file = written_open();
    chart_distribution(file, &chart, &(struct chart_sample){"s", CHART_BLUE, 7, values}, 1);
    text = written_take(file);
    assert_non_null(strstr(text, "median never"));
    assert_int_equal(written_count(text, "mark-foot"), 1);
    free(text);
}

static void columns_that_are_too_narrow_are_taken_together(void **state) {
    (void)state;
    static double counts[20000];
    double sum = 0;
    for (size_t i = 0; i < 20000; i++) {
        sum += counts[i] = i % 3 == 0;
    }
    struct chart chart = plain();
    chart.inside = true;
    FILE *file = written_open();
    chart_columns(file, &chart,
                  &(struct chart_columns){0, 0.1, 20000, &(struct chart_kind){"k", CHART_DOWN, counts}, 1});
    char *text = written_take(file);
    double told = 0;
    for (const char *at = text; (at = strstr(at, ": ")) != NULL; at++) {
        told += strtod(at + 2, NULL);
    }
    assert_true(written_count(text, "<rect") < 300);
    assert_true(told == sum); /* none is lost */
    free(text);
}

static void a_quantile_is_a_value_of_the_sample(void **state) {
    (void)state;
    const double values[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    assert_true(chart_quantile(values, 10, 0.5) == 5);
    assert_true(chart_quantile(values, 10, 0.99) == 10);
    assert_true(chart_quantile(values, 10, 0) == 1 && chart_quantile(values, 10, 1) == 10);
    assert_true(chart_quantile(values, 1, 0.5) == 1);
    assert_true(isnan(chart_quantile(values, 0, 0.5)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chart_of_nothing_says_so),
        cmocka_unit_test(one_value_and_equal_values_are_drawn),
        cmocka_unit_test(a_gap_in_the_values_is_a_gap_in_the_line),
        cmocka_unit_test(names_are_escaped_wherever_they_stand),
        cmocka_unit_test(a_document_has_its_colours_and_an_element_of_a_page_has_not),
        cmocka_unit_test(few_values_are_dots_and_many_are_columns),
        cmocka_unit_test(what_never_happened_is_counted_and_not_drawn),
        cmocka_unit_test(what_never_happened_counts_as_the_longest),
        cmocka_unit_test(columns_that_are_too_narrow_are_taken_together),
        cmocka_unit_test(a_quantile_is_a_value_of_the_sample),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
