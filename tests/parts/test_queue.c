/* The accumulating runtime: order, deep copies, memory, limits, losses, and timers until they are due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "selkie/queue.h"
#include "timers.h"

#define IDENTITY_SIZE 7u

static uint64_t seed = 20261123;
static struct selkie_timer pool[TIMERS];

static struct selkie_queue *new_queue(size_t limit_bytes) {
    struct selkie_queue *queue;
    assert_int_equal(selkie_queue_new(&queue, NULL, IDENTITY_SIZE, limit_bytes), SELKIE_OK);
    return queue;
}

/* ---- What an engine would do ---- */

static void notify(struct selkie_queue *queue, const struct selkie_notification *notification) {
    const struct selkie_runtime *runtime = selkie_queue_runtime(queue);
    runtime->notify(runtime->ctx, notification);
}

static void send_to(struct selkie_queue *queue, const char *identity, const void *bytes, size_t size) {
    const struct selkie_runtime *runtime = selkie_queue_runtime(queue);
    runtime->send_to(runtime->ctx, identity, bytes, size);
}

static bool submit(struct selkie_queue *queue, const struct selkie_timer *timer, uint64_t delay_us) {
    const struct selkie_runtime *runtime = selkie_queue_runtime(queue);
    return runtime->submit_after(runtime->ctx, timer, delay_us);
}

static struct selkie_notification up(const char *identity) {
    struct selkie_notification notification = {.struct_size = sizeof notification, .kind = SELKIE_NOTIFY_MEMBER_UP};
    notification.member =
        (struct selkie_member){.struct_size = sizeof notification.member, .identity = identity, .slot = 5};
    return notification;
}

static const struct selkie_queue_item *next(struct selkie_queue *queue, enum selkie_queued kind) {
    const struct selkie_queue_item *item = selkie_queue_next(queue);
    assert_non_null(item);
    assert_int_equal(item->struct_size, sizeof *item);
    assert_int_equal(item->kind, kind);
    return item;
}

static void assert_nothing_lost(struct selkie_queue *queue) {
    for (int kind = 0; kind < SELKIE_QUEUED_COUNT; kind++)
        assert_int_equal(selkie_queue_lost(queue, kind), 0);
}

/* ---- Order and copies ---- */

static void items_come_out_in_the_order_they_went_in(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(0);
    struct selkie_notification notification = up("member0");
    assert_null(selkie_queue_next(queue));
    assert_true(submit(queue, &pool[0], 100));
    send_to(queue, "member1", "ping", 4);
    notify(queue, &notification);
    assert_true(submit(queue, &pool[1], 50));
    const struct selkie_queue_item *item = next(queue, SELKIE_QUEUED_TIMER);
    assert_memory_equal(&item->timer, &pool[0], sizeof pool[0]);
    assert_true(item->delay_us == 100);
    item = next(queue, SELKIE_QUEUED_SEND);
    assert_memory_equal(item->identity, "member1", IDENTITY_SIZE);
    assert_int_equal(item->size, 4);
    assert_memory_equal(item->bytes, "ping", 4);
    item = next(queue, SELKIE_QUEUED_NOTIFICATION);
    assert_int_equal(item->notification->kind, SELKIE_NOTIFY_MEMBER_UP);
    item = next(queue, SELKIE_QUEUED_TIMER);
    assert_true(item->delay_us == 50);
    assert_null(selkie_queue_next(queue));
    assert_nothing_lost(queue);
    selkie_queue_free(queue);
}

static void a_notification_is_copied_with_all_that_it_points_to(void **state) {
    (void)state;
    char identities[6][IDENTITY_SIZE + 1] = {"member0", "accuser", "oldself", "source0", "destin0", "peer000"};
    struct selkie_header header = {.struct_size = sizeof header, .message = SELKIE_PING_REQ, .probe_number = 9};
    header.source = identities[3];
    header.destination = identities[4];
    header.peer = identities[5];
    struct selkie_notification notification = up(identities[0]);
    notification.member.accuser = identities[1];
    notification.old_identity = identities[2];
    notification.header = &header;
    struct selkie_queue *queue = new_queue(0);
    notify(queue, &notification);
    memset(identities, 'x', sizeof identities);
    memset(&header, 'x', sizeof header);

    const struct selkie_notification *copy = next(queue, SELKIE_QUEUED_NOTIFICATION)->notification;
    assert_memory_equal(copy->member.identity, "member0", IDENTITY_SIZE);
    assert_memory_equal(copy->member.accuser, "accuser", IDENTITY_SIZE);
    assert_memory_equal(copy->old_identity, "oldself", IDENTITY_SIZE);
    assert_memory_equal(copy->header->source, "source0", IDENTITY_SIZE);
    assert_memory_equal(copy->header->destination, "destin0", IDENTITY_SIZE);
    assert_memory_equal(copy->header->peer, "peer000", IDENTITY_SIZE);
    assert_int_equal(copy->header->message, SELKIE_PING_REQ);
    assert_int_equal(copy->header->probe_number, 9);
    assert_int_equal(copy->member.slot, 5);
    selkie_queue_free(queue);
}

static void what_is_not_there_is_not_there_in_the_copy(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(0);
    struct selkie_notification notification = up("member0");
    notify(queue, &notification);
    const struct selkie_notification *copy = next(queue, SELKIE_QUEUED_NOTIFICATION)->notification;
    assert_null(copy->member.accuser);
    assert_null(copy->old_identity);
    assert_null(copy->header);
    selkie_queue_free(queue);
}

static void identities_are_aligned_for_any_type(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(0);
    struct selkie_notification notification = up("member0");
    notification.old_identity = "oldself";
    for (size_t size = 0; size < 40; size++) {
        send_to(queue, "member0", "0123456789012345678901234567890123456789", size);
        notify(queue, &notification);
    }
    for (size_t size = 0; size < 40; size++) {
        assert_int_equal((uintptr_t)next(queue, SELKIE_QUEUED_SEND)->identity % _Alignof(max_align_t), 0);
        const struct selkie_notification *copy = next(queue, SELKIE_QUEUED_NOTIFICATION)->notification;
        assert_int_equal((uintptr_t)copy->member.identity % _Alignof(max_align_t), 0);
        assert_int_equal((uintptr_t)copy->old_identity % _Alignof(max_align_t), 0);
    }
    selkie_queue_free(queue);
}

/* The queue grows into another block, so that an item in the old one would be lost, and the sanitizer would tell. */
static void an_item_stays_where_it_is_while_more_is_queued(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_queue *queue;
    assert_int_equal(selkie_queue_new(&queue, &allocator, IDENTITY_SIZE, 0), SELKIE_OK);
    send_to(queue, "member0", "first", 5);
    const struct selkie_queue_item *item = next(queue, SELKIE_QUEUED_SEND);
    for (int i = 0; i < 1000; i++)
        send_to(queue, "member1", "second", 6);
    assert_memory_equal(item->identity, "member0", IDENTITY_SIZE);
    assert_memory_equal(item->bytes, "first", 5);
    for (int i = 0; i < 1000; i++)
        assert_memory_equal(next(queue, SELKIE_QUEUED_SEND)->bytes, "second", 6);
    assert_null(selkie_queue_next(queue));
    selkie_queue_free(queue);
    assert_int_equal(memory.blocks, 0);
}

/* ---- Memory ---- */

static void burst(struct selkie_queue *queue, struct selkie_notification *notification) {
    for (uint64_t i = 0; i < 20; i++) {
        notify(queue, notification);
        send_to(queue, "member1", "some bytes to be sent", 21);
        assert_true(submit(queue, &pool[i % TIMERS], i));
    }
}

static void once_grown_it_allocates_nothing_any_more(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_notification notification = up("member0");
    struct selkie_queue *queue;
    assert_int_equal(selkie_queue_new(&queue, &allocator, IDENTITY_SIZE, 0), SELKIE_OK);
    for (uint64_t now_us = 0; now_us < 200; now_us += 20) {
        if (now_us == 40) /* both stretches have seen a burst */
            memory.dry = true;
        burst(queue, &notification);
        while (selkie_queue_next_due(queue, now_us) != NULL)
            ;
    }
    assert_nothing_lost(queue);
    selkie_queue_free(queue);
    assert_int_equal(memory.blocks, 0);
}

/* 60 items a burst: one allocation for each would be 60000. */
static void allocations_are_counted_by_growth_and_not_by_items(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_notification notification = up("member0");
    struct selkie_queue *queue;
    assert_int_equal(selkie_queue_new(&queue, &allocator, IDENTITY_SIZE, 0), SELKIE_OK);
    unsigned grown = 0;
    uint32_t taken = 0;
    for (uint64_t now_us = 0; now_us < 20000; now_us += 20) {
        burst(queue, &notification);
        for (; selkie_queue_next_due(queue, now_us) != NULL; taken++)
            ;
        if (now_us == 20) /* both stretches have seen a burst */
            grown = memory.calls;
    }
    assert_in_range(grown, 4, 25); /* the queue, its schedule and both stretches, which double */
    assert_int_equal(memory.calls, grown);
    for (; selkie_queue_next_due(queue, UINT64_MAX) != NULL; taken++)
        ;
    assert_int_equal(taken, 60000);
    selkie_queue_free(queue);
    assert_int_equal(memory.blocks, 0);
}

/* Everything that was accepted comes out, everything else is counted. True if no allocation failed. */
static bool run_with_failure_at(unsigned fail_at) {
    struct memory memory = {.fail_at = fail_at};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_queue *queue;
    if (selkie_queue_new(&queue, &allocator, IDENTITY_SIZE, 0) == SELKIE_OK) {
        uint64_t counts[SELKIE_QUEUED_COUNT] = {0}, refused = 0;
        struct selkie_notification notification = up("member0");
        for (uint64_t i = 0; i < 30; i++) {
            notify(queue, &notification);
            send_to(queue, "member1", "bytes", 5);
            refused += !submit(queue, &pool[i % TIMERS], i);
        }
        const struct selkie_queue_item *item;
        while ((item = selkie_queue_next_due(queue, 0)) != NULL || (item = selkie_queue_next_due(queue, 30)) != NULL)
            counts[item->kind]++;
        uint64_t lost_in_all = 0;
        for (int kind = 0; kind < SELKIE_QUEUED_COUNT; kind++) {
            uint64_t lost = selkie_queue_lost(queue, kind);
            assert_int_equal(counts[kind] + lost, 30);
            assert_true(kind != SELKIE_QUEUED_TIMER || lost == refused);
            lost_in_all += lost;
        }
        assert_int_equal(lost_in_all > 0, memory.calls >= fail_at);
        selkie_queue_free(queue);
    }
    assert_int_equal(memory.blocks, 0);
    return memory.calls < fail_at;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    unsigned fail_at = 1;
    while (!run_with_failure_at(fail_at))
        fail_at++;
    assert_true(fail_at > 6);
}

/* ---- Limits and losses ---- */

static void over_the_limit_sends_and_notifications_are_refused_and_counted(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(2000);
    struct selkie_notification notification = up("member0");
    uint64_t sends = 0, notifications = 0;
    for (int i = 0; i < 50; i++) {
        send_to(queue, "member1", "bytes", 5);
        notify(queue, &notification);
    }
    for (const struct selkie_queue_item *item; (item = selkie_queue_next(queue)) != NULL;)
        *(item->kind == SELKIE_QUEUED_SEND ? &sends : &notifications) += 1;
    assert_true(sends > 3 && sends < 20);
    assert_true(notifications > 3 && notifications < 20);
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_SEND), 50 - sends);
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_NOTIFICATION), 50 - notifications);
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_TIMER), 0);
    selkie_queue_free(queue);
}

static void a_loss_stays_until_it_is_told(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(1);
    send_to(queue, "member1", "bytes", 5);
    assert_null(selkie_queue_next(queue));
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_TIMER), 0);
    assert_int_equal(selkie_queue_lost(queue, -1), 0);
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_COUNT), 0);
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_SEND), 1);
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_SEND), 0);
    selkie_queue_free(queue);
}

static void a_drained_queue_takes_as_much_as_a_new_one(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(2000);
    for (int i = 0; i < 100; i++) {
        for (int k = 0; k < 5; k++)
            send_to(queue, "member1", "bytes", 5);
        for (int k = 0; k < 5; k++)
            next(queue, SELKIE_QUEUED_SEND);
    }
    assert_nothing_lost(queue);
    selkie_queue_free(queue);
}

static void timers_are_kept_beyond_the_limit(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(1);
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(submit(queue, &pool[i % TIMERS], i));
    for (uint64_t i = 0; i < 1000; i++)
        assert_true(next(queue, SELKIE_QUEUED_TIMER)->delay_us == i);
    assert_nothing_lost(queue);
    selkie_queue_free(queue);
}

static void a_timer_that_cannot_be_kept_is_refused(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = memory_allocator(&memory);
    struct selkie_queue *queue;
    assert_int_equal(selkie_queue_new(&queue, &allocator, IDENTITY_SIZE, 0), SELKIE_OK);
    memory.dry = true;
    assert_false(submit(queue, &pool[0], 1));
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_TIMER), 1);
    selkie_queue_free(queue);
}

static void a_size_that_no_memory_has_is_a_loss_and_no_overflow(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(0);
    send_to(queue, "member1", "", SIZE_MAX);
    send_to(queue, "member1", "", SIZE_MAX - 200);
    assert_int_equal(selkie_queue_lost(queue, SELKIE_QUEUED_SEND), 2);
    selkie_queue_free(queue);
}

static void an_identity_size_that_cannot_be_is_refused(void **state) {
    (void)state;
    struct selkie_queue *queue;
    assert_int_equal(selkie_queue_new(&queue, NULL, 0, 0), SELKIE_E_INVALID_CONFIG);
    assert_int_equal(selkie_queue_new(&queue, NULL, SELKIE_IDENTITY_MAX + 1, 0), SELKIE_E_INVALID_CONFIG);
    assert_int_equal(selkie_queue_new(&queue, NULL, SELKIE_IDENTITY_MAX, 0), SELKIE_OK);
    selkie_queue_free(queue);
    selkie_queue_free(NULL);
}

/* ---- Timers until they are due ---- */

static void next_due_keeps_timers_until_they_are_due(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(0);
    assert_true(submit(queue, &pool[0], 100));
    send_to(queue, "member1", "bytes", 5);
    assert_int_equal(selkie_queue_wait_ms(queue, 1000), 0);
    assert_int_equal(selkie_queue_next_due(queue, 1000)->kind, SELKIE_QUEUED_SEND);
    assert_null(selkie_queue_next_due(queue, 1099));
    assert_int_equal(selkie_queue_wait_ms(queue, 1099), 1);
    const struct selkie_queue_item *item = selkie_queue_next_due(queue, 1100);
    assert_non_null(item);
    assert_int_equal(item->kind, SELKIE_QUEUED_TIMER);
    assert_memory_equal(&item->timer, &pool[0], sizeof pool[0]);
    assert_null(selkie_queue_next_due(queue, UINT64_MAX));
    assert_int_equal(selkie_queue_wait_ms(queue, 1100), -1);
    selkie_queue_free(queue);
}

static void a_delay_past_the_end_of_time_does_not_come_at_once(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(0);
    assert_true(submit(queue, &pool[0], UINT64_MAX));
    assert_null(selkie_queue_next_due(queue, 1000));
    assert_null(selkie_queue_next_due(queue, UINT64_MAX - 1));
    selkie_queue_free(queue);
}

/* ---- At random ---- */

static uint64_t draw(uint64_t *random, uint64_t below) {
    *random = *random * 6364136223846793005u + 1442695040888963407u;
    return (*random >> 33) % below;
}

/* Each item says its number: a send in its bytes, a notification in its slot, a timer in its delay. */
static uint64_t number_of(const struct selkie_queue_item *item) {
    uint64_t number = item->delay_us;
    if (item->kind == SELKIE_QUEUED_SEND)
        memcpy(&number, item->bytes, sizeof number);
    if (item->kind == SELKIE_QUEUED_NOTIFICATION)
        number = item->notification->member.slot;
    return number;
}

static void at_random_nothing_is_lost_doubled_or_reordered(void **state) {
    (void)state;
    struct selkie_queue *queue = new_queue(0);
    struct selkie_notification notification = up("member0");
    uint64_t random = seed, in = 0, out = 0;
    unsigned char bytes[1400] = {0};
    while (out < 100000) {
        for (uint64_t n = draw(&random, 30); n > 0; n--, in++) {
            uint64_t kind = draw(&random, 3);
            memcpy(bytes, &in, sizeof in);
            notification.member.slot = (uint32_t)in;
            if (kind == SELKIE_QUEUED_TIMER)
                assert_true(submit(queue, &pool[0], in));
            else if (kind == SELKIE_QUEUED_SEND)
                send_to(queue, "member1", bytes, 8 + draw(&random, sizeof bytes - 8));
            else
                notify(queue, &notification);
        }
        for (uint64_t n = draw(&random, 31); n > 0 && out < in; n--, out++) {
            const struct selkie_queue_item *item = selkie_queue_next(queue);
            assert_non_null(item);
            assert_true(number_of(item) == out);
        }
    }
    assert_nothing_lost(queue);
    selkie_queue_free(queue);
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "--seed") == 0)
        seed = strtoull(argv[2], NULL, 0);
    printf("seed %" PRIu64 " (--seed N)\n", seed);
    timers_collect(pool);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_out_in_the_order_they_went_in),
        cmocka_unit_test(a_notification_is_copied_with_all_that_it_points_to),
        cmocka_unit_test(what_is_not_there_is_not_there_in_the_copy),
        cmocka_unit_test(identities_are_aligned_for_any_type),
        cmocka_unit_test(an_item_stays_where_it_is_while_more_is_queued),
        cmocka_unit_test(once_grown_it_allocates_nothing_any_more),
        cmocka_unit_test(allocations_are_counted_by_growth_and_not_by_items),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(over_the_limit_sends_and_notifications_are_refused_and_counted),
        cmocka_unit_test(a_loss_stays_until_it_is_told),
        cmocka_unit_test(a_drained_queue_takes_as_much_as_a_new_one),
        cmocka_unit_test(timers_are_kept_beyond_the_limit),
        cmocka_unit_test(a_timer_that_cannot_be_kept_is_refused),
        cmocka_unit_test(a_size_that_no_memory_has_is_a_loss_and_no_overflow),
        cmocka_unit_test(an_identity_size_that_cannot_be_is_refused),
        cmocka_unit_test(next_due_keeps_timers_until_they_are_due),
        cmocka_unit_test(a_delay_past_the_end_of_time_does_not_come_at_once),
        cmocka_unit_test(at_random_nothing_is_lost_doubled_or_reordered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
