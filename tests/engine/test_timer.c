/* Tests of what a timer is and of the order of timers that are due at once. What each leads to is tested with the files
 * that deal with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"

/* In the order in which they go. */
static const enum timer_kind order[] = {
    TIMER_SEND_INDIRECT_PROBE, TIMER_PROBE_RANDOM_MEMBER, TIMER_CHANGE_SUSPECT_TO_DOWN, TIMER_PERIODIC_ANNOUNCE,
    TIMER_PERIODIC_GOSSIP,     TIMER_REMOVE_DOWN,         TIMER_PERIODIC_ANNOUNCE_DOWN, TIMER_SEND_NACK};

/* One of each kind, taken from an engine that has all of them in flight. */
static void collect(struct fixture *f, struct selkie_timer timers[TIMER_KINDS]) {
    f->config.periodic_announce = (struct selkie_periodic){SELKIE_MS(1000), 1};
    f->config.periodic_announce_to_down_members = (struct selkie_periodic){SELKIE_MS(1000), 1};
    f->config.periodic_gossip = (struct selkie_periodic){SELKIE_MS(1000), 1};
    restart(f);
    know(f, "B1@0 alive, C1@0 down");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    hear(f, "ping-req 1 or nack for C1 from B1@0");
    for (size_t i = 0; i < TIMER_KINDS; i++) {
        timers[i] = take_timer(f, order[i]);
    }
    forget(f);
}

/* Rules: P8.8, P24.12 */
static void of_two_kinds_the_one_that_is_lower_in_the_order_goes_first(void **state) {
    struct fixture *f = *state;
    struct selkie_timer timers[TIMER_KINDS];
    collect(f, timers);
    for (int a = 0; a < TIMER_KINDS; a++) {
        for (int b = 0; b < TIMER_KINDS; b++) {
            int compared = selkie_timer_compare(&timers[a], &timers[b]);
            assert_int_equal(compared < 0, a < b);
            assert_int_equal(compared > 0, a > b);
        }
    }
}

/* Rules: P8.8 */
static void of_one_kind_none_goes_before_another(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 down, D1@0 down");
    struct selkie_timer first = take_timer(f, TIMER_REMOVE_DOWN), second = take_timer(f, TIMER_REMOVE_DOWN);
    assert_memory_not_equal(&first, &second, sizeof first);
    assert_int_equal(selkie_timer_compare(&first, &second), 0);
    assert_int_equal(selkie_timer_compare(&second, &first), 0);
}

static void what_is_read_is_what_was_submitted(void **state) {
    struct fixture *f = *state;
    struct timer timer = {TIMER_REMOVE_DOWN, 0, UINT32_MAX - 1, UINT32_MAX - 2, UINT64_MAX - 3}, read;
    f->engine->token = UINT32_MAX - 4;
    assert_true(timer_submit(f->engine, timer, SELKIE_MS(5)));
    expect(f, "timer remove in 5 ms");
    struct selkie_timer packed = take_timer(f, TIMER_REMOVE_DOWN);
    assert_true(timer_read(&packed, &read));
    assert_int_equal(read.kind, TIMER_REMOVE_DOWN);
    assert_int_equal(read.token, UINT32_MAX - 4);
    assert_int_equal(read.number, UINT32_MAX - 1);
    assert_int_equal(read.serial, UINT32_MAX - 2);
    assert_true(read.identity_hash == UINT64_MAX - 3);
}

/* Rules: P17.2 */
static void a_timer_of_no_kind_is_refused(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 8);
    know(f, "B1@0 alive");
    struct selkie_timer timer = take_timer(f, TIMER_PROBE_RANDOM_MEMBER);
    timer.opaque[2] = (uint64_t)TIMER_KINDS << 32;
    unsigned char *before = remember(f);
    assert_int_equal(selkie_handle_timer(f->engine, &timer), SELKIE_E_INVALID_CONFIG);
    expect_unchanged(f, before);
}

static void a_refused_timer_is_noted_for_the_result(void **state) {
    struct fixture *f = *state;
    struct timer timer = {TIMER_REMOVE_DOWN, 0, 0, 0, 0};
    f->refuse_timers = true;
    assert_false(f->engine->timer_lost);
    assert_false(timer_submit(f->engine, timer, SELKIE_MS(1)));
    assert_true(f->engine->timer_lost);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(of_two_kinds_the_one_that_is_lower_in_the_order_goes_first),
        test_of_one(of_one_kind_none_goes_before_another),
        test_of_one(what_is_read_is_what_was_submitted),
        test_of_one(a_timer_of_no_kind_is_refused),
        test_of_one(a_refused_timer_is_noted_for_the_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
