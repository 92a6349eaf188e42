/* Who plays which part. */
#include "command/cast.h"

#include "asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_all_different(const uint32_t *members, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            assert_int_not_equal(members[i], members[j]);
        }
    }
}

static void nobody_is_drawn_twice_while_there_are_others(void **state) {
    struct scenario *scenario = asked("--members 30 --crash 10@1s --group g=5 --pause 14@2s --crash 20@3s");
    (void)state;
    for (scenario->seed = 1; scenario->seed <= 50; scenario->seed++) {
        struct cast cast;
        uint32_t drawn[29], count = 0;
        cast_draw(&cast, scenario);
        const struct crowd *crowds[] = {&cast.groups[0], &cast.events[0], &cast.events[1]};
        for (unsigned i = 0; i < 3; i++) {
            memcpy(drawn + count, crowds[i]->members, crowds[i]->count * sizeof *drawn);
            count += crowds[i]->count;
        }
        assert_int_equal(count, 29);
        expect_all_different(drawn, count);
        for (uint32_t i = 0; i < count; i++) {
            assert_in_range(drawn[i], 1, 29); /* never member 0 */
        }
        expect_all_different(cast.events[2].members, 20); /* all have been drawn: but in itself */
        cast_free(&cast);
    }
    free(scenario);
}

static void those_that_were_not_drawn_come_first(void **state) {
    struct scenario *scenario = asked("--members 11 --crash 7@1s --crash 5@2s");
    struct cast cast;
    (void)state;
    cast_draw(&cast, scenario);
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t j = 0; j < 7; j++) {
            assert_int_not_equal(cast.events[1].members[i], cast.events[0].members[j]);
        }
    }
    cast_free(&cast);
    free(scenario);
}

static void everybody_is_drawn_equally_often(void **state) {
    struct scenario *scenario = asked("--members 11 --crash 3@1s");
    uint32_t times[11] = {0};
    (void)state;
    for (scenario->seed = 1; scenario->seed <= 10000; scenario->seed++) {
        struct cast cast;
        cast_draw(&cast, scenario);
        for (uint32_t i = 0; i < 3; i++) {
            times[cast.events[0].members[i]]++;
        }
        cast_free(&cast);
    }
    assert_int_equal(times[0], 0);
    for (uint32_t member = 1; member < 11; member++) {
        assert_in_range(times[member], 3000 - 230, 3000 + 230); /* five standard deviations */
    }
    free(scenario);
}

/* So that points of a sweep meet the same luck. */
static void more_are_those_and_others(void **state) {
    struct scenario *few = asked("--members 100 --crash 5@1s"), *many = asked("--members 100 --crash 9@1s");
    struct cast a, b;
    (void)state;
    cast_draw(&a, few);
    cast_draw(&b, many);
    assert_memory_equal(a.events[0].members, b.events[0].members, 5 * sizeof(uint32_t));
    cast_free(&a);
    cast_free(&b);
    free(few);
    free(many);
}

static void those_that_are_named_are_those(void **state) {
    struct scenario *scenario = asked("--members 10 --group g=m2-4 --crash m7@1s --cut g@2s,with=all --heal @3s");
    static const uint32_t group[] = {2, 3, 4};
    struct cast cast;
    (void)state;
    cast_draw(&cast, scenario);
    assert_int_equal(cast.events[0].count, 1);
    assert_int_equal(cast.events[0].members[0], 7);
    assert_int_equal(cast.events[1].count, 3);
    assert_memory_equal(cast.events[1].members, group, sizeof group);
    assert_int_equal(cast.withs[1].count, 10);
    assert_int_equal(cast.withs[1].members[0], 0);
    assert_int_equal(cast.events[2].count, 0);
    cast_free(&cast);
    free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_drawn_twice_while_there_are_others),
        cmocka_unit_test(those_that_were_not_drawn_come_first), cmocka_unit_test(everybody_is_drawn_equally_often),
        cmocka_unit_test(more_are_those_and_others), cmocka_unit_test(those_that_are_named_are_those)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
