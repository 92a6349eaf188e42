/* The simulator's queue of events. */
#include "sim/events.h"

#include "sim/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t mixed(uint64_t *random) {
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

/* ---- Against a queue that is nothing but a list ---- */

struct list {
    struct event events[4000];
    size_t count;
};

/* The order of events.h once more, as it is said there. */
static bool goes_first(const struct event *a, const struct event *b) {
    if (a->time_us != b->time_us) {
        return a->time_us < b->time_us;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind;
    }
    if (a->kind == EVENT_TIMER && a->member != b->member) {
        return a->member < b->member;
    }
    int order = a->kind == EVENT_TIMER ? selkie_timer_compare(&a->what.timer, &b->what.timer) : 0;
    return order != 0 ? order < 0 : a->sequence < b->sequence;
}

static void push_both(struct events *events, struct list *list, uint64_t time_us, uint64_t *random) {
    struct event event = {.time_us = time_us, .member = (uint32_t)(mixed(random) % 3)};
    event.kind = mixed(random) % 2 == 0 ? EVENT_TIMER : EVENT_JOIN;
    if (event.kind == EVENT_TIMER) {
        event.what.timer.opaque[2] = (mixed(random) % 3) << 32; /* what selkie_timer_compare looks at */
    }
    events_push(events, &event);
    event.sequence = events->pushed - 1;
    assert_true(list->count < sizeof list->events / sizeof *list->events);
    list->events[list->count++] = event;
}

/* Take the same from both. False: neither has any. */
static bool pop_both(struct events *events, struct list *list, uint64_t until_us, uint64_t *now_us) {
    struct event event;
    size_t first = 0;
    for (size_t i = 1; i < list->count; i++) {
        first = goes_first(&list->events[i], &list->events[first]) ? i : first;
    }
    bool some = list->count > 0 && list->events[first].time_us <= until_us;
    assert_true(events_pop(events, until_us, &event) == some);
    if (!some) {
        *now_us = until_us;
        return false;
    }
    assert_true(event.sequence == list->events[first].sequence);
    assert_true(event.time_us == list->events[first].time_us && event.member == list->events[first].member);
    *now_us = event.time_us;
    list->events[first] = list->events[--list->count];
    assert_true(events->count == list->count);
    return true;
}

/* Delays of all magnitudes, and more than a few of them none at all. */
static uint64_t some_delay(uint64_t *random) {
    uint64_t bits = mixed(random) % 50;
    uint64_t wide = mixed(random) << 20 ^ mixed(random);
    return mixed(random) % 4 == 0 ? 0 : wide & ((UINT64_C(1) << bits) - 1);
}

static void play(uint64_t seed) {
    struct events events = {0};
    struct list *list = sim_realloc(NULL, 1, sizeof *list);
    uint64_t random = seed, now_us = 0;
    list->count = 0;
    for (unsigned round = 0; round < 300; round++) {
        for (uint64_t more = mixed(&random) % 8; more > 0; more--) {
            push_both(&events, list, now_us + some_delay(&random), &random);
        }
        uint64_t until_us = now_us + some_delay(&random);
        for (uint64_t fewer = mixed(&random) % 8; fewer > 0 && pop_both(&events, list, until_us, &now_us); fewer--) {
        }
    }
    while (pop_both(&events, list, UINT64_MAX, &now_us)) {
    }
    events_free(&events);
    free(list);
}

static void the_queue_does_as_a_plain_list_would(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        play(seed);
    }
}

/* ---- Ends ---- */

static void events_of_one_moment_are_many_and_stay_in_order(void **state) {
    (void)state;
    struct events events = {0};
    struct event event;
    for (uint32_t i = 0; i < 100000; i++) {
        events_push(&events, &(struct event){.time_us = SELKIE_S(3), .kind = EVENT_TIMER, .member = 99999 - i});
    }
    for (uint32_t i = 0; i < 100000; i++) {
        assert_true(events_pop(&events, SELKIE_S(3), &event) && event.member == i);
    }
    assert_false(events_pop(&events, UINT64_MAX, &event));
    events_free(&events);
}

static void calls_go_before_packets_and_packets_before_timers(void **state) {
    (void)state;
    static const enum event_kind kinds[] = {EVENT_TIMER, EVENT_CALL, EVENT_JOIN, EVENT_PACKET};
    static const enum event_kind order[] = {EVENT_CALL, EVENT_PACKET, EVENT_TIMER, EVENT_JOIN};
    struct events events = {0};
    struct event event;
    for (unsigned i = 0; i < 4; i++) {
        events_push(&events, &(struct event){.time_us = 5, .kind = kinds[i]});
    }
    for (unsigned i = 0; i < 4; i++) {
        assert_true(events_pop(&events, 5, &event) && event.kind == order[i]);
    }
    events_free(&events);
}

/* What is pushed while a moment is being worked off takes its place among what is left of it. */
static void an_event_pushed_for_now_still_comes_now(void **state) {
    (void)state;
    struct events events = {0};
    struct event event;
    for (uint32_t i = 0; i < 3; i++) {
        events_push(&events, &(struct event){.time_us = 1000, .kind = EVENT_TIMER, .member = 2 * i});
    }
    assert_true(events_pop(&events, 1000, &event) && event.member == 0);
    events_push(&events, &(struct event){.time_us = 1000, .kind = EVENT_TIMER, .member = 3});
    events_push(&events, &(struct event){.time_us = 1001, .kind = EVENT_TIMER, .member = 1});
    for (uint32_t member = 2; member <= 4; member++) {
        assert_true(events_pop(&events, 1000, &event) && event.member == member);
    }
    events_push(&events, &(struct event){.time_us = 1000, .kind = EVENT_TIMER, .member = 7});
    assert_true(events_pop(&events, 1000, &event) && event.member == 7);
    assert_false(events_pop(&events, 1000, &event));
    assert_true(events_pop(&events, 1001, &event) && event.member == 1);
    events_free(&events);
}

static void the_end_of_time_is_a_moment_like_others(void **state) {
    (void)state;
    struct events events = {0};
    struct event event;
    events_push(&events, &(struct event){.time_us = UINT64_MAX, .member = 1});
    events_push(&events, &(struct event){.time_us = UINT64_MAX - 1, .member = 2});
    assert_false(events_pop(&events, UINT64_MAX - 2, &event));
    assert_true(events_pop(&events, UINT64_MAX, &event) && event.member == 2);
    assert_true(events_pop(&events, UINT64_MAX, &event) && event.member == 1);
    assert_false(events_pop(&events, UINT64_MAX, &event));
    events_free(&events);
}

static void events_that_are_over_leave_their_place_to_others(void **state) {
    (void)state;
    struct events events = {0};
    struct event event;
    for (uint32_t i = 0; i < 1000; i++) {
        events_push(&events, &(struct event){.time_us = i * SELKIE_MS(1)});
        events_push(&events, &(struct event){.time_us = i * SELKIE_MS(1) + 1});
        assert_true(events_pop(&events, UINT64_MAX, &event) && events_pop(&events, UINT64_MAX, &event));
    }
    assert_true(events.room <= 64);
    events_free(&events);
}

/* A sanitizer sees what is left behind. */
static void packets_that_never_arrived_are_freed_with_the_queue(void **state) {
    (void)state;
    struct events events = {0};
    for (uint64_t time_us = 1; time_us < SELKIE_S(1000); time_us *= 3) {
        struct packet *packet = sim_realloc(NULL, 1, sizeof *packet);
        events_push(&events, &(struct event){.time_us = time_us, .kind = EVENT_PACKET, .what.packet = packet});
    }
    events_free(&events);
    assert_int_equal(events.count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_does_as_a_plain_list_would),
        cmocka_unit_test(events_of_one_moment_are_many_and_stay_in_order),
        cmocka_unit_test(calls_go_before_packets_and_packets_before_timers),
        cmocka_unit_test(an_event_pushed_for_now_still_comes_now),
        cmocka_unit_test(the_end_of_time_is_a_moment_like_others),
        cmocka_unit_test(events_that_are_over_leave_their_place_to_others),
        cmocka_unit_test(packets_that_never_arrived_are_freed_with_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
