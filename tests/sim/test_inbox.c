/* What waits for a member. */
#include "sim/inbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void put(struct inbox *inbox, enum event_kind kind, uint32_t number) {
    struct event event = {.kind = kind, .member = number};
    if (kind == EVENT_PACKET) {
        event.what.packet = calloc(1, sizeof *event.what.packet);
        assert_non_null(event.what.packet);
    }
    inbox_put(inbox, &event);
}

static void expect_taken(struct inbox *inbox, uint32_t number) {
    struct event event;
    assert_true(inbox_take(inbox, &event));
    assert_int_equal(event.member, number);
    event_free(&event);
}

static void events_are_taken_in_the_order_in_which_they_were_put(void **state) {
    (void)state;
    struct inbox inbox = {0};
    struct event event;
    uint32_t in = 0, out = 0;
    for (unsigned round = 0; round < 100; round++) {
        for (unsigned i = 0; i < 3; i++, in++) {
            put(&inbox, in % 2 == 0 ? EVENT_PACKET : EVENT_TIMER, in);
        }
        expect_taken(&inbox, out++);
        expect_taken(&inbox, out++);
        assert_int_equal(inbox.count, in - out);
    }
    assert_int_equal(inbox.packets, 50);
    while (out < in) {
        expect_taken(&inbox, out++);
    }
    assert_false(inbox_take(&inbox, &event));
    assert_int_equal(inbox.packets, 0);
    inbox_free(&inbox);
}

static void timers_can_go_first_and_both_kinds_keep_their_order(void **state) {
    (void)state;
    static const uint32_t expected[] = {15, 17, 19, 21, 14, 16, 18, 20};
    struct inbox inbox = {0};
    inbox_timers_first(&inbox);
    for (uint32_t i = 0; i < 14; i++) { /* so that the ring has to be gone round */
        put(&inbox, EVENT_TIMER, i);
        expect_taken(&inbox, i);
    }
    for (uint32_t i = 14; i < 22; i++) {
        put(&inbox, i % 2 == 0 ? EVENT_PACKET : EVENT_TIMER, i);
    }
    inbox_timers_first(&inbox);
    for (size_t i = 0; i < 8; i++) {
        expect_taken(&inbox, expected[i]);
    }
    inbox_free(&inbox);
}

static void an_inbox_is_freed_with_all_that_is_in_it(void **state) {
    (void)state;
    struct inbox inbox = {0};
    for (uint32_t i = 0; i < 20; i++) {
        put(&inbox, EVENT_PACKET, i);
    }
    inbox_free(&inbox);
    put(&inbox, EVENT_PACKET, 7);
    expect_taken(&inbox, 7);
    inbox_free(&inbox);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_taken_in_the_order_in_which_they_were_put),
        cmocka_unit_test(timers_can_go_first_and_both_kinds_keep_their_order),
        cmocka_unit_test(an_inbox_is_freed_with_all_that_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
