/* Whom something happens to. */
#include "command/who.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct complaint complaint;

static void expect(const char *text, struct who wanted, uint32_t count) {
    struct scenario scenario;
    struct who who;
    char printed[WHO_TEXT_MOST];
    scenario_init(&scenario);
    assert_true(who_read_group(&scenario, "sick=4", &complaint));
    assert_true(who_read(&scenario, text, &who, &complaint));
    assert_memory_equal(&who, &wanted, sizeof who);
    assert_int_equal(who_count(&scenario, &who), count);
    assert_true(who_read(&scenario, who_print(printed, &scenario, &who), &who, &complaint));
    assert_memory_equal(&who, &wanted, sizeof who);
    assert_true(who_check(&scenario, &who, &complaint));
}

static void members_are_named_in_several_ways(void **state) {
    (void)state;
    expect("10", (struct who){.kind = WHO_COUNT, .count = 10}, 10);
    expect("5%", (struct who){.kind = WHO_SHARE, .share_ppm = 50000}, 5);
    expect("0.1%", (struct who){.kind = WHO_SHARE, .share_ppm = 1000}, 1);
    expect("m7", (struct who){.kind = WHO_RANGE, .first = 7, .last = 7}, 1);
    expect("m3-9", (struct who){.kind = WHO_RANGE, .first = 3, .last = 9}, 7);
    expect("m3-m9", (struct who){.kind = WHO_RANGE, .first = 3, .last = 9}, 7);
    expect("all", (struct who){.kind = WHO_ALL}, 100);
    expect("sick", (struct who){.kind = WHO_GROUP, .group = 0}, 4);
}

static void what_names_nobody_is_refused(void **state) {
    static const char *const bad[] = {"",     "0",     "-1",  "1.5", "m",     "m3-",    "m9-3", "0%", "101%",
                                      "well", "m3-9x", "mm3", "m-3", "65536", "m65536", "#7",   "10 "};
    struct scenario scenario;
    struct who who;
    (void)state;
    scenario_init(&scenario);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(who_read(&scenario, bad[i], &who, &complaint));
        char quoted[64];
        snprintf(quoted, sizeof quoted, "\"%s\"", bad[i]);
        assert_non_null(strstr(complaint.text, *bad[i] == 'm' && bad[i][1] != 'm' ? bad[i] : quoted));
    }
}

static void there_must_be_so_many(void **state) {
    struct scenario scenario;
    struct who who;
    (void)state;
    scenario_init(&scenario);
    scenario.members = 10;
    assert_true(who_read(&scenario, "9", &who, &complaint) && who_check(&scenario, &who, &complaint));
    assert_true(who_read(&scenario, "10", &who, &complaint) && !who_check(&scenario, &who, &complaint));
    assert_non_null(strstr(complaint.text, "of 10 members at most 9 can be drawn"));
    assert_true(who_read(&scenario, "m0-9", &who, &complaint) && who_check(&scenario, &who, &complaint));
    assert_true(who_read(&scenario, "m5-10", &who, &complaint) && !who_check(&scenario, &who, &complaint));
    assert_non_null(strstr(complaint.text, "the last of 10 members is m9"));
    assert_true(who_read(&scenario, "100%", &who, &complaint) && !who_check(&scenario, &who, &complaint));
    assert_true(who_read_group(&scenario, "g=m20", &complaint) && who_read(&scenario, "g", &who, &complaint));
    assert_false(who_check(&scenario, &who, &complaint));
}

static void a_group_has_a_name_that_means_nothing_else(void **state) {
    struct scenario scenario;
    (void)state;
    scenario_init(&scenario);
    static const char *const bad[] = {
        "sick", "=4", "all=4", "m7=4", "4=4", "a b=4", "sick=", "sick=well", "a-name-that-is-too-long-for-a-group=4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(who_read_group(&scenario, bad[i], &complaint));
    }
    assert_int_equal(scenario.group_count, 0);
    assert_true(who_read_group(&scenario, "sick=4", &complaint));
    assert_true(who_read_group(&scenario, "sick=5", &complaint)); /* it takes its place */
    assert_int_equal(scenario.group_count, 1);
    assert_int_equal(scenario.groups[0].who.count, 5);
    assert_false(who_read_group(&scenario, "more=sick", &complaint));
}

static void there_is_an_end_to_groups(void **state) {
    struct scenario scenario;
    char text[32];
    (void)state;
    scenario_init(&scenario);
    for (unsigned i = 0; i < GROUPS_MOST; i++) {
        snprintf(text, sizeof text, "g%u=1", i);
        assert_true(who_read_group(&scenario, text, &complaint));
    }
    assert_false(who_read_group(&scenario, "another=1", &complaint));
    assert_string_equal(complaint.text, "there are more than 16 groups");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_named_in_several_ways), cmocka_unit_test(what_names_nobody_is_refused),
        cmocka_unit_test(there_must_be_so_many), cmocka_unit_test(a_group_has_a_name_that_means_nothing_else),
        cmocka_unit_test(there_is_an_end_to_groups)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
