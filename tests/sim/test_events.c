/* The simulator's queue of events. */
#include "sim/events.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t mixed(uint64_t *random) {
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

static void events_come_in_the_order_of_their_times_and_then_of_their_pushing(void **state) {
    (void)state;
    struct events events = {0};
    struct event event;
    uint64_t random = 1, last_us = 0, last_sequence = 0;
    uint32_t popped = 0;
    for (uint32_t i = 0; i < 5000; i++) {
        events_push(&events, &(struct event){.time_us = mixed(&random) % 500, .kind = EVENT_JOIN, .member = i});
    }
    for (uint64_t until_us = 0; until_us < 500; until_us += 7) {
        while (events_pop(&events, until_us, &event)) {
            assert_true(event.time_us <= until_us && event.time_us >= last_us);
            assert_true(event.time_us > last_us || popped == 0 || event.sequence > last_sequence);
            assert_true(event.sequence == event.member);
            last_us = event.time_us;
            last_sequence = event.sequence;
            popped++;
        }
        assert_true(events.count == 0 || events.heap[0].time_us > until_us);
    }
    assert_int_equal(popped + events.count, 5000);
    events_free(&events);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_in_the_order_of_their_times_and_then_of_their_pushing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
