/* Pages and charts: what may be asked for, and pages of results that no run yields in a test. */
#include "asking.h"

#include "command/figures.h"
#include "command/figures_sweep.h"
#include "command/memory.h"
#include "command/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void assert_refused(const char *flags, const char *says) {
    struct request *request = memory_zeroed(1, sizeof *request);
    struct complaint complaint = {{0}};
    assert_false(ask(request, flags, &complaint));
    if (strstr(complaint.text, says) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", complaint.text, says);
    }
    request_free(request);
    free(request);
}

static void a_chart_that_does_not_exist_is_refused_with_those_that_do(void **state) {
    (void)state;
    assert_refused("--svg infromed=x.svg",
                   "--svg infromed: there is no such chart of one run; there are: detection, informed");
    assert_refused("--svg inform=x.svg", "no such chart");
    assert_refused("--svg informedx=x.svg", "no such chart");
    assert_refused("--svg timeline=x.svg --seeds 1..3", "of several runs; there are: sweep, detection");
    assert_refused("--svg sweep=x.svg", "of one run");
}

static void a_chart_needs_a_name_and_a_file(void **state) {
    (void)state;
    assert_refused("--svg informed", "the name of a chart and of a file are expected");
    assert_refused("--svg =x.svg", "the name of a chart and of a file are expected");
    assert_refused("--svg informed=", "the name of a file is expected");
    assert_refused("--html -", "the name of a file is expected");
    assert_refused("--html x --svg informed=x", "two pictures cannot go to the same file");
}

static void as_many_pictures_as_there_is_room_for_may_be_asked_for(void **state) {
    (void)state;
    struct pictures pictures = {.count = 0};
    struct complaint complaint;
    char paths[PICTURES_MOST + 1][16];
    for (int i = 0; i <= PICTURES_MOST; i++) {
        snprintf(paths[i], sizeof paths[i], "p%d", i);
        assert_int_equal(pictures_add_page(&pictures, paths[i], &complaint), i < PICTURES_MOST);
    }
}

static void files_that_cannot_be_opened_or_written_are_told_of(void **state) {
    (void)state;
    struct pictures pictures = {.count = 0};
    struct complaint complaint;
    assert_true(pictures_add_page(&pictures, "/nonexistent/page.html", &complaint));
    assert_false(pictures_open(&pictures, &complaint));
    assert_non_null(strstr(complaint.text, "/nonexistent/page.html: "));
    assert_true(pictures_close(&pictures, &complaint));
}

static void each_chart_is_found_by_its_name(void **state) {
    (void)state;
    for (unsigned i = 0; i < FIGURE_COUNT; i++) {
        assert_int_equal(figure_find(figure_name((enum figure)i)), i);
    }
    for (unsigned i = 0; i < SWEEP_FIGURE_COUNT; i++) {
        assert_int_equal(sweep_figure_find(sweep_figure_name((enum sweep_figure)i)), i);
    }
    assert_int_equal(figure_find(""), FIGURE_COUNT);
    assert_int_equal(sweep_figure_find("figure"), SWEEP_FIGURE_COUNT);
}

/* ---- Pages ---- */

static char *page_of(struct result *result) {
    FILE *file = tmpfile();
    assert_non_null(file);
    page_write_run(file, result, "--members 3 --nothing <&>");
    size_t size = (size_t)ftell(file);
    char *text = memory_zeroed(size + 1, 1);
    rewind(file);
    assert_int_equal(fread(text, 1, size, file), size);
    fclose(file);
    return text;
}

static struct result *nothing(void) {
    struct result *result = memory_zeroed(1, sizeof *result);
    scenario_init(&result->scenario);
    result->scenario.members = 3;
    scenario_config(&result->scenario, &result->config);
    return result;
}

static void a_run_in_which_no_time_passed_has_a_page(void **state) {
    (void)state;
    struct result *result = nothing();
    char *page = page_of(result);
    assert_non_null(strstr(page, "3 members, and nothing happens"));
    assert_non_null(strstr(page, "No member sent a packet."));
    assert_non_null(strstr(page, "At the end they do not agree on who is there."));
    assert_null(strstr(page, "nan"));
    assert_non_null(strstr(page, "<span>--nothing &lt;&amp;&gt;</span>"));
    assert_null(strstr(page, "failed first"));
    free(page);
    free(result);
}

static void a_check_that_failed_is_on_the_page(void **state) {
    (void)state;
    struct result *result = nothing();
    result->violations = 2;
    result->violation = memory_copy("m3 held <m4> for Down");
    result->violation_check = SELKIE_SIM_CHECK_DOWN;
    result->violation_us = SELKIE_MS(1500);
    char *page = page_of(result);
    assert_non_null(strstr(page, "2 of the simulator&#39;s checks failed"));
    assert_non_null(strstr(page, "The check that failed first"));
    assert_non_null(strstr(page, "m3 held &lt;m4&gt; for Down"));
    free(page);
    free(result->violation);
    free(result);
}

static void false_alarms_are_told_at_the_top(void **state) {
    (void)state;
    struct result *result = nothing();
    result->verdicts.every_false.downs = 1234;
    result->verdicts.healthy_false.downs = 5;
    result->verdicts.members_hit = 1;
    char *page = page_of(result);
    assert_non_null(strstr(page,
                           "<p class=\"bad\">1 healthy member was called Down: 1,234 false alarms, 5 of them raised "
                           "by healthy members.</p>"));
    free(page);
    free(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chart_that_does_not_exist_is_refused_with_those_that_do),
        cmocka_unit_test(a_chart_needs_a_name_and_a_file),
        cmocka_unit_test(as_many_pictures_as_there_is_room_for_may_be_asked_for),
        cmocka_unit_test(files_that_cannot_be_opened_or_written_are_told_of),
        cmocka_unit_test(each_chart_is_found_by_its_name),
        cmocka_unit_test(a_run_in_which_no_time_passed_has_a_page),
        cmocka_unit_test(a_check_that_failed_is_on_the_page),
        cmocka_unit_test(false_alarms_are_told_at_the_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
