/* Tests of transmissions and suspicion that follow the number of active members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"
#include "text.h"

/* Simple, with 10 transmissions and 3 s of suspicion, and a period of 1.5 s. */
static void follow_the_size(struct fixture *f, uint8_t multiplier) {
    f->config.adapt_multiplier = multiplier;
    restart(f);
}

/* So many members are active: "01", "11", ... */
static void have_members(struct fixture *f, unsigned count) {
    static const char addresses[] = "BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    unsigned active = selkie_active_count(f->engine);
    for (; active < count; active++) {
        char member[] = "?1@0 alive";
        struct selkie_member held = {.struct_size = sizeof held};
        member[0] = addresses[active];
        if (selkie_find(f->engine, member, &held)) {
            member[1] = (char)(((const char *)held.identity)[1] + 1);
        }
        assert_int_equal(learn(f, member), SELKIE_OK);
    }
    for (; active > count; active--) {
        char member[] = "?1@0 down";
        struct selkie_member held = {.struct_size = sizeof held};
        member[0] = addresses[active - 1];
        assert_true(selkie_find(f->engine, member, &held));
        member[1] = ((const char *)held.identity)[1];
        assert_int_equal(learn(f, member), SELKIE_OK);
    }
    assert_int_equal(selkie_active_count(f->engine), count);
    forget(f);
}

#define expect_config(f, multiplier, transmissions, suspicion_us)                                                      \
    expect_config_at((f), (multiplier), (transmissions), (suspicion_us), __LINE__)
static void expect_config_at(const struct fixture *f, unsigned multiplier, unsigned transmissions,
                             uint64_t suspicion_us, int line) {
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_get_config(f->engine, &config);
    if (config.adapt_multiplier != multiplier || config.max_transmissions != transmissions ||
        config.suspect_to_down_after_us != suspicion_us) {
        print_error("multiplier %u, %u transmissions, %lu us\n", config.adapt_multiplier, config.max_transmissions,
                    (unsigned long)config.suspect_to_down_after_us);
        _fail(__FILE__, line);
    }
}

/* Rules: P26.10 */
static void what_follows_the_size_is_computed_when_it_has_doubled_or_halved(void **state) {
    struct fixture *f = *state;
    follow_the_size(f, 4);
    expect_config(f, 4, 10, 3000000); /* as configured: nobody is there yet, which counts as one */
    static const struct {
        unsigned members, transmissions;
        uint64_t suspicion_us;
    } cases[] = {{1, 10, 3000000}, {2, 2, 6000000},  /* as P16.1 says for 3, the most before it is computed again */
                 {3, 2, 6000000},  {4, 3, 6000000},  /* for 7 */
                 {7, 3, 6000000},  {8, 4, 7056547},  /* for 15: 4 log10(15) periods */
                 {15, 4, 7056547}, {16, 6, 8948170}, /* for 31 */
                 {31, 6, 8948170}, {9, 6, 8948170},  {8, 4, 7056547}, {0, 1, 6000000}, /* 4, 2, and 1 for none */
                 {1, 1, 6000000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        have_members(f, cases[i].members);
        expect_config(f, 4, cases[i].transmissions, cases[i].suspicion_us);
    }
}

/* Rules: P26.10, P16.1 */
static void the_multiplier_is_that_of_suspicion(void **state) {
    struct fixture *f = *state;
    follow_the_size(f, 255);
    have_members(f, 2);
    expect_config(f, 255, 2, UINT64_C(255) * 1500000);
    follow_the_size(f, 1);
    have_members(f, 16);
    expect_config(f, 1, 6, 2237042);
    follow_the_size(f, 0);
    have_members(f, 16);
    expect_config(f, 0, 10, 3000000);
}

/* Rules: P26.10, P18.1 */
static void it_comes_before_the_update_is_queued_that_changed_it(void **state) {
    struct fixture *f = *state;
    follow_the_size(f, 4);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 alive"); /* two: from now on news is told twice */
    forget(f);
    hear(f, "ping 1 from B1@0");
    hear(f, "ping 2 from B1@0");
    hear(f, "ping 3 from B1@0");
    expect(f, "> ack 1 from A1@0 to B1 (C1@0 alive)", "> ack 2 from A1@0 to B1 (C1@0 alive)",
           "> ack 3 from A1@0 to B1 ()");
}

/* Rules: P26.10, P25.2 */
static void a_suspicion_that_begins_goes_by_the_new_time(void **state) {
    struct fixture *f = *state;
    f->config.suspicion_max_factor = 6;
    f->config.suspicion_confirmations = 3;
    follow_the_size(f, 4);
    know(f, "B1@0 alive");
    learn(f, "C1@0 suspect");
    expect(f, "member-up C1@0 suspect", "timer suspect in 6000 ms");
}

/* How often what is queued still goes out. */
static unsigned transmissions_left(struct fixture *f, const char *part) {
    forget(f);
    for (int i = 0; i < 300; i++) {
        hear(f, "ping 1 from B1@0");
    }
    unsigned count = count_lines_with(f, part);
    forget(f);
    return count;
}

/* Rules: P26.11 */
static void what_is_queued_gains_the_difference_when_there_are_more_transmissions(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    follow_the_size(f, 4);
    have_members(f, 4); /* 3 */
    learn_and_tell(f, "X1@0 down");
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    hear(f, "ping 1 from B1@0");
    assert_int_equal(count_lines_with(f, "(X1@0 down) \"x\""), 1);
    learn_and_tell(f, "Y1@0 down");
    have_members(f, 16); /* 6, by way of 4 */
    assert_int_equal(selkie_updates_backlog(f->engine), 2);
    forget(f);
    for (int i = 0; i < 9; i++) {
        hear(f, "ping 1 from B1@0");
    }
    assert_int_equal(count_lines_with(f, "X1@0 down"), 2 + 3);
    assert_int_equal(count_lines_with(f, "Y1@0 down"), 3 + 3);
    assert_int_equal(count_lines_with(f, "\"x\""), 2 + 3);
    learn_and_tell(f, "Z1@0 down");
    have_members(f, 4); /* fewer: what is queued stays as it is */
    assert_int_equal(transmissions_left(f, "Z1@0 down"), 6);
}

/* Rules: P26.11 */
static void none_has_more_than_255_and_all_gain_the_same(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.max_transmissions = 254;
    follow_the_size(f, 0);
    know(f, "B1@0 alive");
    learn_and_tell(f, "X1@0 down");
    f->config.max_transmissions = 5;
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    learn_and_tell(f, "Y1@0 down");
    assert_int_equal(broadcast(f, "x"), 1);
    assert_true(backlog_raise(&f->engine->news.backlog, 7)); /* one is possible */
    assert_true(backlog_raise(&f->engine->broadcasts.backlog, 7));
    forget(f);
    for (int i = 0; i < 270; i++) {
        hear(f, "ping 1 from B1@0");
    }
    assert_int_equal(count_lines_with(f, "X1@0 down"), 255);
    assert_int_equal(count_lines_with(f, "Y1@0 down"), 6);
    assert_int_equal(count_lines_with(f, "\"x\""), 12); /* each queue for itself */
}

/* ---- other configurations ---- */

/* Set what the engine has, changed. */
static void set(struct fixture *f, unsigned multiplier, unsigned transmissions, uint64_t suspicion_us) {
    struct selkie_config config = f->config;
    config.adapt_multiplier = (uint8_t)multiplier;
    config.max_transmissions = (uint8_t)transmissions;
    config.suspect_to_down_after_us = suspicion_us;
    assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
}

/* Eight members: 4 transmissions and 7.056547 s are in force, 10 and 3 s were given. */
static void adapt(struct fixture *f) {
    follow_the_size(f, 4);
    have_members(f, 8);
    expect_config(f, 4, 4, 7056547);
}

/* Rules: P26.12 */
static void what_is_in_force_can_be_read_and_given_back(void **state) {
    struct fixture *f = *state;
    adapt(f);
    static const struct {
        unsigned transmissions;
        uint64_t suspicion_us;
    } cases[] = {{10, 3000000}, {4, 7056547}, {10, 7056547}, {4, 3000000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        adapt(f);
        set(f, 4, cases[i].transmissions, cases[i].suspicion_us);
        expect_config(f, 4, 4, 7056547);
        have_members(f, 16);
        expect_config(f, 4, 6, 8948170); /* and it goes on */
    }
}

/* Rules: P26.12 */
static void another_value_ends_it_and_both_hold_as_given(void **state) {
    struct fixture *f = *state;
    static const struct {
        unsigned transmissions;
        uint64_t suspicion_us;
    } cases[] = {{11, 3000000}, {5, 7056547}, {10, 3000001}, {4, 7056546}, {200, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        adapt(f);
        set(f, 4, cases[i].transmissions, cases[i].suspicion_us);
        expect_config(f, 0, cases[i].transmissions, cases[i].suspicion_us);
        have_members(f, 40);
        expect_config(f, 0, cases[i].transmissions, cases[i].suspicion_us);
    }
}

/* Rules: P26.12 */
static void zero_ends_it_and_the_values_given_hold(void **state) {
    struct fixture *f = *state;
    adapt(f);
    set(f, 0, 10, 3000000);
    expect_config(f, 0, 10, 3000000);
    have_members(f, 40);
    expect_config(f, 0, 10, 3000000);
}

/* Rules: P26.12 */
static void another_multiplier_starts_it_anew_with_a_computation_at_once(void **state) {
    struct fixture *f = *state;
    adapt(f);
    have_members(f, 11);
    set(f, 6, 77, 77777777);          /* whatever is given beside it */
    expect_config(f, 6, 5, 11899973); /* for 21: 6 log10(21) periods */
    have_members(f, 21);
    expect_config(f, 6, 5, 11899973);
    have_members(f, 22);
    expect_config(f, 6, 6, 14701216);
    set(f, 6, 77, 77777777); /* the values given last keep it going */
    expect_config(f, 6, 6, 14701216);
    set(f, 6, 76, 77777777);
    expect_config(f, 0, 76, 77777777);
    set(f, 6, 76, 77777777); /* given last: that is no new start */
    expect_config(f, 0, 76, 77777777);
    set(f, 5, 76, 77777777);
    expect_config(f, 5, 6, 12251013);
}

/* Rules: P26.12, P26.11 */
static void a_start_while_running_raises_what_is_queued_from_what_was_in_force(void **state) {
    struct fixture *f = *state;
    f->config.max_transmissions = 1;
    follow_the_size(f, 0);
    have_members(f, 16);
    learn_and_tell(f, "X1@0 down");
    set(f, 4, 200, 3000000);
    expect_config(f, 4, 6, 8948170);
    assert_int_equal(transmissions_left(f, "X1@0 down"), 1 + 5);
}

/* Rules: P19.6 */
static void going_up_and_down_for_ever_takes_no_more_memory(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    follow_the_size(f, 4);
    unsigned allocations = 0;
    for (int i = 0; i < 60; i++) {
        have_members(f, 40);
        learn_and_tell(f, i % 2 == 0 ? "B9@0 suspect, C9@0 suspect" : "B9@1 alive, C9@1 alive");
        (void)broadcast(f, "x");
        have_members(f, 2);
        forget(f);
        f->timer_count = 0;
        if (i == 2) {
            allocations = f->allocations;
        }
    }
    assert_int_equal(f->allocations, allocations);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(what_follows_the_size_is_computed_when_it_has_doubled_or_halved),
        test_of_one(the_multiplier_is_that_of_suspicion),
        test_of_one(it_comes_before_the_update_is_queued_that_changed_it),
        test_of_one(a_suspicion_that_begins_goes_by_the_new_time),
        test_of_one(what_is_queued_gains_the_difference_when_there_are_more_transmissions),
        test_of_one(none_has_more_than_255_and_all_gain_the_same),
        test_of_one(what_is_in_force_can_be_read_and_given_back),
        test_of_one(another_value_ends_it_and_both_hold_as_given),
        test_of_one(zero_ends_it_and_the_values_given_hold),
        test_of_one(another_multiplier_starts_it_anew_with_a_computation_at_once),
        test_of_one(going_up_and_down_for_ever_takes_no_more_memory),
        test_of_one(a_start_while_running_raises_what_is_queued_from_what_was_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
