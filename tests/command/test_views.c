/* Who holds whom for what: the numbers that are kept are those that a count of all pairs gives. */
#include "command/views.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MEMBERS 9u

/* The same, kept as a table and counted anew each time. */
struct table {
    bool live[MEMBERS], active[MEMBERS][MEMBERS], suspect[MEMBERS][MEMBERS], down[MEMBERS][MEMBERS];
};

static void expect_same(const struct views *views, const struct table *table) {
    uint64_t wrong = 0, suspects = 0;
    uint32_t live = 0;
    for (uint32_t about = 0; about < MEMBERS; about++) {
        uint32_t holders = 0, suspecting = 0, downs = 0, size = 0;
        live += table->live[about];
        for (uint32_t by = 0; by < MEMBERS; by++) {
            suspects += table->suspect[by][about];
            size += table->active[about][by];
            if (table->live[by]) {
                holders += table->active[by][about];
                suspecting += table->suspect[by][about];
                downs += table->down[by][about];
                wrong += by != about && table->active[by][about] != table->live[about];
            }
        }
        assert_int_equal(views->of[about].holders, holders);
        assert_int_equal(views->of[about].suspects, suspecting);
        assert_int_equal(views->of[about].downs, downs);
        assert_int_equal(views->of[about].size, size);
    }
    assert_int_equal(views->live, live);
    assert_int_equal(views->wrong, wrong);
    assert_int_equal(views->suspects, suspects);
}

static uint32_t draw(uint64_t *random, uint32_t bound) {
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*random >> 33) % bound;
}

static void speak(struct views *views, struct table *table, uint32_t by, uint32_t about, uint32_t what) {
    switch (what) {
    case 0:
        assert_int_equal(views_up(views, by, about), table->down[by][about]);
        table->active[by][about] = true;
        table->down[by][about] = false;
        break;
    case 1:
        views_down(views, by, about);
        table->active[by][about] = table->suspect[by][about] = false;
        table->down[by][about] = true;
        break;
    default:
        views_suspect(views, by, about, what == 2);
        table->suspect[by][about] = what == 2;
        break;
    }
}

static void change(struct views *views, struct table *table, uint32_t member, uint32_t what) {
    if (what == 0 && !table->live[member]) {
        views_forget(views, member);
        memset(table->active[member], 0, sizeof table->active[member]);
        memset(table->suspect[member], 0, sizeof table->suspect[member]);
        memset(table->down[member], 0, sizeof table->down[member]);
    } else if (what == 1) {
        views_renew(views, member);
        for (uint32_t by = 0; by < MEMBERS; by++) {
            table->down[by][member] = false;
        }
    } else {
        table->live[member] = !table->live[member];
        views_set_live(views, member, table->live[member]);
    }
}

static void the_numbers_are_those_of_a_count(void **state) {
    struct views views;
    struct table table = {.live = {false}};
    uint64_t random = 17;
    (void)state;
    views_init(&views, MEMBERS);
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t by = draw(&random, MEMBERS), about = draw(&random, MEMBERS);
        if (draw(&random, 5) == 0) {
            change(&views, &table, by, draw(&random, 3));
        } else if (by != about) {
            speak(&views, &table, by, about, draw(&random, 4));
        }
        expect_same(&views, &table);
    }
    views_free(&views);
}

static void who_is_acquainted_holds_all_others_for_active(void **state) {
    struct views views;
    struct table table = {.live = {false}};
    (void)state;
    views_init(&views, MEMBERS);
    views_acquaint(&views);
    for (uint32_t by = 0; by < MEMBERS; by++) {
        table.live[by] = true;
        for (uint32_t about = 0; about < MEMBERS; about++) {
            table.active[by][about] = by != about;
        }
    }
    expect_same(&views, &table);
    assert_int_equal(views.wrong, 0);
    views_set_live(&views, 3, false);
    assert_int_equal(views.wrong, MEMBERS - 1);
    views_free(&views);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_numbers_are_those_of_a_count),
                                       cmocka_unit_test(who_is_acquainted_holds_all_others_for_active)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
