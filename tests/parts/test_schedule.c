/* The schedule: order, growth, fixed memory, sleep; a long random run against a sorted list; a million timers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "selkie/schedule.h"
#include "timers.h"

static uint64_t seed = 20261123;
static struct selkie_timer pool[TIMERS];

static struct selkie_schedule *new_schedule(uint32_t reserve) {
    struct selkie_schedule *schedule;
    assert_int_equal(selkie_schedule_new(&schedule, NULL, reserve), SELKIE_OK);
    return schedule;
}

static void assert_pops(struct selkie_schedule *schedule, uint64_t now_us, const struct selkie_timer *expected) {
    struct selkie_timer timer;
    assert_true(selkie_schedule_pop(schedule, now_us, &timer));
    assert_memory_equal(&timer, expected, sizeof timer);
}

static void assert_pops_nothing(struct selkie_schedule *schedule, uint64_t now_us) {
    struct selkie_timer untouched = {{1, 2, 3}};
    struct selkie_timer timer = untouched;
    assert_false(selkie_schedule_pop(schedule, now_us, &timer));
    assert_memory_equal(&timer, &untouched, sizeof timer);
}

/* Two of the pool with this relation; there must be some, or a test would prove nothing. */
static void find_pair(bool tied, const struct selkie_timer **first, const struct selkie_timer **second) {
    for (uint32_t i = 0; i < TIMERS; i++) {
        for (uint32_t j = 0; j < TIMERS; j++) {
            int order = selkie_timer_compare(&pool[i], &pool[j]);
            *first = &pool[i];
            *second = &pool[j];
            if (memcmp(*first, *second, sizeof **first) != 0 && (tied ? order == 0 : order < 0))
                return;
        }
    }
    fail_msg("the pool of timers has no such pair");
}

static void a_timer_comes_back_when_it_is_due_and_not_before(void **state) {
    (void)state;
    struct selkie_schedule *schedule = new_schedule(0);
    assert_true(selkie_schedule_push(schedule, &pool[0], 1000));
    assert_pops_nothing(schedule, 999);
    assert_int_equal(selkie_schedule_count(schedule), 1);
    assert_pops(schedule, 1000, &pool[0]);
    assert_pops_nothing(schedule, UINT64_MAX);
    assert_int_equal(selkie_schedule_count(schedule), 0);
    selkie_schedule_free(schedule);
}

static void the_earlier_timer_goes_first_whatever_its_kind(void **state) {
    (void)state;
    const struct selkie_timer *first, *second;
    find_pair(false, &first, &second);
    struct selkie_schedule *schedule = new_schedule(0);
    assert_true(selkie_schedule_push(schedule, first, 1001));
    assert_true(selkie_schedule_push(schedule, second, 1000));
    assert_pops(schedule, 5000, second);
    assert_pops(schedule, 5000, first);
    selkie_schedule_free(schedule);
}

static void of_timers_due_at_once_the_kind_decides(void **state) {
    (void)state;
    const struct selkie_timer *first, *second;
    find_pair(false, &first, &second);
    struct selkie_schedule *schedule = new_schedule(0);
    assert_true(selkie_schedule_push(schedule, second, 1000));
    assert_true(selkie_schedule_push(schedule, first, 1000));
    assert_pops(schedule, 1000, first);
    assert_pops(schedule, 1000, second);
    selkie_schedule_free(schedule);
}

static void of_equal_timers_the_one_pushed_first_goes_first(void **state) {
    (void)state;
    const struct selkie_timer *one, *other;
    find_pair(true, &one, &other);
    struct selkie_schedule *schedule = new_schedule(0);
    for (uint32_t i = 0; i < 100; i++)
        assert_true(selkie_schedule_push(schedule, i % 3 == 0 ? one : other, 1000));
    for (uint32_t i = 0; i < 100; i++)
        assert_pops(schedule, 1000, i % 3 == 0 ? one : other);
    selkie_schedule_free(schedule);
}

static void an_empty_schedule_has_nothing_to_wait_for(void **state) {
    (void)state;
    struct selkie_schedule *schedule = new_schedule(0);
    assert_true(selkie_schedule_next_due(schedule) == UINT64_MAX);
    assert_int_equal(selkie_schedule_wait_ms(schedule, 0), -1);
    selkie_schedule_free(schedule);
}

static void a_sleep_ends_when_the_timer_is_due_and_never_before(void **state) {
    (void)state;
    struct selkie_schedule *schedule = new_schedule(0);
    assert_true(selkie_schedule_push(schedule, &pool[0], 10000));
    assert_true(selkie_schedule_next_due(schedule) == 10000);
    assert_int_equal(selkie_schedule_wait_ms(schedule, 0), 10);
    assert_int_equal(selkie_schedule_wait_ms(schedule, 8999), 2);
    assert_int_equal(selkie_schedule_wait_ms(schedule, 9000), 1);
    assert_int_equal(selkie_schedule_wait_ms(schedule, 9999), 1);
    assert_int_equal(selkie_schedule_wait_ms(schedule, 10000), 0);
    assert_int_equal(selkie_schedule_wait_ms(schedule, 10001), 0);
    selkie_schedule_free(schedule);
}

static void a_sleep_is_never_longer_than_poll_can_take(void **state) {
    (void)state;
    struct selkie_schedule *schedule = new_schedule(0);
    assert_true(selkie_schedule_push(schedule, &pool[0], UINT64_MAX));
    assert_int_equal(selkie_schedule_wait_ms(schedule, 0), INT_MAX);
    selkie_schedule_free(schedule);
}

static void fixed_memory_holds_what_was_said_and_no_more(void **state) {
    (void)state;
    size_t size = selkie_schedule_memory_size(5);
    void *memory = aligned_alloc(SELKIE_MEMORY_ALIGN,
                                 (size + SELKIE_MEMORY_ALIGN - 1) / SELKIE_MEMORY_ALIGN * SELKIE_MEMORY_ALIGN);
    struct selkie_schedule *schedule;
    assert_int_equal(selkie_schedule_new_in(&schedule, memory, size - 1, 5), SELKIE_E_NO_MEMORY);
    assert_int_equal(selkie_schedule_new_in(&schedule, memory, size, 5), SELKIE_OK);
    for (uint64_t i = 0; i < 5; i++)
        assert_true(selkie_schedule_push(schedule, &pool[i], i));
    assert_false(selkie_schedule_push(schedule, &pool[0], 0));
    assert_int_equal(selkie_schedule_count(schedule), 5);
    for (uint64_t i = 0; i < 5; i++)
        assert_pops(schedule, 5, &pool[i]);
    assert_true(selkie_schedule_push(schedule, &pool[0], 0));
    selkie_schedule_free(schedule);
    free(memory);
}

/* Of the last level of the heap there is any part, from one timer to all. */
static void fixed_memory_of_any_size_is_filled_and_emptied(void **state) {
    (void)state;
    for (uint32_t timers = 0; timers < 70; timers++) {
        size_t size = selkie_schedule_memory_size(timers);
        void *memory = malloc(size);
        struct selkie_schedule *schedule;
        assert_int_equal(selkie_schedule_new_in(&schedule, memory, size, timers), SELKIE_OK);
        for (uint64_t i = 0; i < timers; i++)
            assert_true(selkie_schedule_push(schedule, &pool[i % TIMERS], timers - i));
        assert_false(selkie_schedule_push(schedule, &pool[0], 0));
        for (uint64_t i = timers; i > 0; i--)
            assert_pops(schedule, timers, &pool[(i - 1) % TIMERS]);
        assert_pops_nothing(schedule, UINT64_MAX);
        free(memory);
    }
}

static void misaligned_memory_is_refused(void **state) {
    (void)state;
    size_t size = selkie_schedule_memory_size(1) + SELKIE_MEMORY_ALIGN;
    unsigned char *memory = malloc(size);
    struct selkie_schedule *schedule;
    unsigned char *odd = (uintptr_t)memory % SELKIE_MEMORY_ALIGN == 0 ? memory + 8 : memory;
    assert_int_equal(selkie_schedule_new_in(&schedule, odd, selkie_schedule_memory_size(1), 1), SELKIE_E_NO_MEMORY);
    free(memory);
}

static void reserved_room_needs_no_memory_any_more(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_schedule *schedule;
    assert_int_equal(selkie_schedule_new(&schedule, &allocator, 4), SELKIE_OK);
    assert_true(selkie_schedule_reserve(schedule, 6));
    memory.dry = true;
    for (uint32_t i = 0; i < 6; i++)
        assert_true(selkie_schedule_push(schedule, &pool[i], i));
    while (selkie_schedule_reserve(schedule, 1)) /* it may have taken more, but not for ever */
        assert_true(selkie_schedule_push(schedule, &pool[0], 0));
    assert_false(selkie_schedule_push(schedule, &pool[0], 0));
    selkie_schedule_free(schedule);
    assert_int_equal(memory.blocks, 0);
}

/* Create, push a good many, pop them; true if no allocation failed. */
static bool run_with_failure_at(unsigned fail_at) {
    struct memory memory = {.fail_at = fail_at};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_schedule *schedule;
    uint32_t pushed = 0;
    if (selkie_schedule_new(&schedule, &allocator, 1) == SELKIE_OK) {
        for (uint64_t i = 0; i < 40; i++)
            pushed += selkie_schedule_push(schedule, &pool[i % TIMERS], 40 - i);
        assert_int_equal(selkie_schedule_count(schedule), pushed);
        struct selkie_timer timer;
        for (uint32_t i = 0; i < pushed; i++)
            assert_true(selkie_schedule_pop(schedule, 40, &timer));
        assert_pops_nothing(schedule, UINT64_MAX);
        selkie_schedule_free(schedule);
    }
    assert_int_equal(memory.blocks, 0);
    return memory.calls < fail_at;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    unsigned fail_at = 1;
    while (!run_with_failure_at(fail_at))
        fail_at++;
    assert_true(fail_at > 4);
}

/* ---- Growth ---- */

/* If what is in a block went to a larger one, that call would take long. */
static void a_schedule_that_grows_moves_nothing(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_schedule *schedule;
    assert_int_equal(selkie_schedule_new(&schedule, &allocator, 3), SELKIE_OK);
    for (uint32_t i = 0; i < 10000; i++)
        assert_true(selkie_schedule_push(schedule, &pool[i % TIMERS], i));
    assert_true(selkie_schedule_reserve(schedule, 10000));
    assert_int_equal(memory.freed, 0);
    assert_true(memory.calls < 20);
    selkie_schedule_free(schedule);
    assert_int_equal(memory.blocks, 0);
}

/* Of a reserve that needs several blocks the second fails. */
static void a_refused_reserve_leaves_everything_as_it_was(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_schedule *schedule;
    assert_int_equal(selkie_schedule_new(&schedule, &allocator, 0), SELKIE_OK);
    for (uint32_t i = 0; i < 100; i++)
        assert_true(selkie_schedule_push(schedule, &pool[i % TIMERS], 100 - i));
    unsigned blocks = memory.blocks;
    memory.fail_at = memory.calls + 2;
    assert_false(selkie_schedule_reserve(schedule, 1000));
    assert_int_equal(memory.blocks, blocks);
    assert_true(memory.calls == memory.fail_at);
    assert_int_equal(selkie_schedule_count(schedule), 100);
    for (uint32_t i = 0; i < 1000; i++) /* there is memory again */
        assert_true(selkie_schedule_push(schedule, &pool[0], 101));
    for (uint32_t i = 100; i > 0; i--)
        assert_pops(schedule, 100, &pool[(i - 1) % TIMERS]);
    selkie_schedule_free(schedule);
}

static void more_than_there_can_be_is_refused(void **state) {
    (void)state;
    struct memory memory = {.dry = true};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_schedule *schedule;
    assert_int_equal(selkie_schedule_new(&schedule, &allocator, UINT32_MAX), SELKIE_E_NO_MEMORY);
    memory.dry = false;
    assert_int_equal(selkie_schedule_new(&schedule, &allocator, 1), SELKIE_OK);
    assert_true(selkie_schedule_push(schedule, &pool[0], 1));
    memory.fail_at = memory.calls + 5;
    assert_false(selkie_schedule_reserve(schedule, UINT32_MAX));
    assert_pops(schedule, 1, &pool[0]);
    selkie_schedule_free(schedule);
    assert_int_equal(memory.blocks, 0);
}

/* ---- Against a sorted list ---- */

#define LIST_MAX 300u

struct list {
    struct selkie_timer timers[LIST_MAX];
    uint64_t due_us[LIST_MAX];
    uint32_t count;
};

static void list_push(struct list *list, const struct selkie_timer *timer, uint64_t due_us) {
    uint32_t at = list->count++;
    for (; at > 0; at--) { /* behind all that go before it or are its equals */
        bool before = list->due_us[at - 1] != due_us ? due_us < list->due_us[at - 1]
                                                     : selkie_timer_compare(timer, &list->timers[at - 1]) < 0;
        if (!before)
            break;
        list->timers[at] = list->timers[at - 1];
        list->due_us[at] = list->due_us[at - 1];
    }
    list->timers[at] = *timer;
    list->due_us[at] = due_us;
}

static void list_drop_first(struct list *list) {
    list->count--;
    memmove(list->timers, list->timers + 1, list->count * sizeof list->timers[0]);
    memmove(list->due_us, list->due_us + 1, list->count * sizeof list->due_us[0]);
}

static uint64_t draw(uint64_t *random, uint64_t below) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (*random >> 33) % below;
}

static void a_long_random_run_goes_as_with_a_sorted_list(void **state) {
    (void)state;
    struct list *list = calloc(1, sizeof *list);
    struct selkie_schedule *schedule = new_schedule(0);
    uint64_t random = seed, now_us = 0;
    for (uint32_t step = 0; step < 200000; step++) {
        if (list->count < LIST_MAX && draw(&random, 2) == 0) {
            const struct selkie_timer *timer = &pool[draw(&random, TIMERS)];
            uint64_t due_us = now_us + draw(&random, 40);
            assert_true(selkie_schedule_push(schedule, timer, due_us));
            list_push(list, timer, due_us);
        } else if (list->count > 0 && list->due_us[0] <= now_us) {
            assert_pops(schedule, now_us, &list->timers[0]);
            list_drop_first(list);
        } else {
            assert_pops_nothing(schedule, now_us);
            now_us += draw(&random, 3);
        }
        assert_int_equal(selkie_schedule_count(schedule), list->count);
        assert_true(selkie_schedule_next_due(schedule) == (list->count == 0 ? UINT64_MAX : list->due_us[0]));
    }
    selkie_schedule_free(schedule);
    free(list);
}

/* A hundred are due at each moment, so that the kind and the order of pushing decide as often as the time does. */
static void a_million_timers_come_out_in_order(void **state) {
    (void)state;
    enum { MANY = 1000000 };
    struct selkie_schedule *schedule = new_schedule(0);
    uint64_t random = seed, *due_us = malloc(MANY * sizeof *due_us);
    for (uint64_t i = 0; i < MANY; i++) {
        struct selkie_timer timer = pool[draw(&random, TIMERS)];
        timer.opaque[0] = i;
        due_us[i] = draw(&random, MANY / 100);
        assert_true(selkie_schedule_push(schedule, &timer, due_us[i]));
    }
    struct selkie_timer last = {{0}}, timer;
    for (uint64_t i = 0; i < MANY; i++, last = timer) {
        uint64_t next_due_us = selkie_schedule_next_due(schedule);
        assert_true(selkie_schedule_pop(schedule, next_due_us, &timer));
        assert_true(due_us[timer.opaque[0]] == next_due_us);
        if (i == 0 || due_us[last.opaque[0]] < next_due_us)
            continue;
        int order = selkie_timer_compare(&last, &timer);
        assert_true(due_us[last.opaque[0]] == next_due_us && order <= 0);
        assert_true(order < 0 || last.opaque[0] < timer.opaque[0]);
    }
    assert_pops_nothing(schedule, UINT64_MAX);
    selkie_schedule_free(schedule);
    free(due_us);
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--seed") == 0)
        seed = strtoull(argv[2], NULL, 0);
    printf("seed %" PRIu64 " (--seed N)\n", seed);
    timers_collect(pool);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_comes_back_when_it_is_due_and_not_before),
        cmocka_unit_test(the_earlier_timer_goes_first_whatever_its_kind),
        cmocka_unit_test(of_timers_due_at_once_the_kind_decides),
        cmocka_unit_test(of_equal_timers_the_one_pushed_first_goes_first),
        cmocka_unit_test(an_empty_schedule_has_nothing_to_wait_for),
        cmocka_unit_test(a_sleep_ends_when_the_timer_is_due_and_never_before),
        cmocka_unit_test(a_sleep_is_never_longer_than_poll_can_take),
        cmocka_unit_test(fixed_memory_holds_what_was_said_and_no_more),
        cmocka_unit_test(fixed_memory_of_any_size_is_filled_and_emptied),
        cmocka_unit_test(misaligned_memory_is_refused),
        cmocka_unit_test(reserved_room_needs_no_memory_any_more),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(a_schedule_that_grows_moves_nothing),
        cmocka_unit_test(a_refused_reserve_leaves_everything_as_it_was),
        cmocka_unit_test(more_than_there_can_be_is_refused),
        cmocka_unit_test(a_long_random_run_goes_as_with_a_sorted_list),
        cmocka_unit_test(a_million_timers_come_out_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
