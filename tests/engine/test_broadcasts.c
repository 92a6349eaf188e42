/* Tests of the queue of broadcasts: bytes come out as they went in, keys replace each other, bounds hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "engine/broadcasts.h"
#include "memory.h"
#include "seed.h"

static struct seed seed;

enum { KEYS = 40, LARGEST = 200 };

struct world {
    struct selkie_allocator allocator;
    struct random random;
    struct selkie_broadcasts handler;
    struct broadcasts queue;
    unsigned left[KEYS]; /* transmissions of what is queued under this key */
    size_t size[KEYS];
    unsigned char fill[KEYS]; /* the byte that it is made of, behind the key */
    unsigned priority[KEYS];
};

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    (void)ctx, (void)size, (void)sender;
    memcpy(key, bytes, 1);
    return SELKIE_NEW;
}

/* A key makes those of its own parity needless that are not larger. */
static bool same_parity_and_not_larger(void *ctx, const void *newer, const void *queued) {
    (void)ctx;
    unsigned char a = *(const unsigned char *)newer, b = *(const unsigned char *)queued;
    return a % 2 == b % 2 && b <= a;
}

static void begin(struct world *world, bool by_equal_keys, uint32_t max_count, uint32_t max_bytes) {
    struct hash_key key = {{seed_next(&seed), seed_next(&seed)}};
    memset(world, 0, sizeof *world);
    memset(&world->queue, 0xa5, sizeof world->queue);
    world->allocator = memory_of_the_c_library();
    world->handler =
        (struct selkie_broadcasts){.struct_size = sizeof world->handler, .key_size = 1, .receive = receive};
    world->handler.invalidates = by_equal_keys ? NULL : same_parity_and_not_larger;
    random_init(&world->random, &key);
    broadcasts_init(&world->queue, &world->handler, &world->allocator, &world->random, &key, max_count, max_bytes);
}

static void offer(struct world *world, unsigned char key, size_t size, unsigned transmissions) {
    unsigned char bytes[LARGEST];
    bool queued = false;
    memset(bytes, (int)seed_below(&seed, 256), sizeof bytes);
    bytes[0] = key;
    assert_int_equal(broadcasts_offer(&world->queue, bytes, size, NULL, key % 4, transmissions, &queued), SELKIE_NEW);
    for (unsigned char other = 0; other < KEYS; other++) {
        bool needless = world->handler.invalidates ? same_parity_and_not_larger(NULL, &key, &other) : other == key;
        world->left[other] = needless ? 0 : world->left[other];
    }
    assert_true(queued);
    world->left[key] = transmissions;
    world->size[key] = size;
    world->fill[key] = bytes[1];
    world->priority[key] = key % 4;
}

static uint32_t bytes_queued(const struct world *world) {
    size_t bytes = 0;
    for (int key = 0; key < KEYS; key++) {
        bytes += world->left[key] > 0 ? world->size[key] : 0;
    }
    return (uint32_t)bytes;
}

static void expect_item(struct world *world, const unsigned char *item, size_t size) {
    unsigned char key = item[0];
    assert_true(key < KEYS && world->left[key] > 0);
    assert_int_equal(size, world->size[key]);
    for (size_t i = 1; i < size; i++) {
        assert_int_equal(item[i], world->fill[key]);
    }
    world->left[key]--;
}

/* Fill a packet of `room` bytes, and compare each item with what was offered. */
static void send(struct world *world, size_t room) {
    unsigned char packet[4096];
    struct selkie_writer writer = {packet, room, false};
    struct backlog_fill fill = backlog_fill_begin(&world->queue.backlog);
    broadcasts_write(&world->queue, &fill, &writer);
    broadcasts_settle(&world->queue, &fill);
    assert_false(writer.failed);
    unsigned last_priority = 3;
    for (const unsigned char *at = packet; at < writer.next;) {
        size_t size = (size_t)at[0] << 8 | at[1];
        assert_true(at + 2 + size <= writer.next);
        assert_true(world->priority[at[2]] <= last_priority);
        last_priority = world->priority[at[2]];
        expect_item(world, at + 2, size);
        at += 2 + size;
    }
}

static void expect_counts(const struct world *world) {
    uint32_t count = 0;
    for (int key = 0; key < KEYS; key++) {
        count += world->left[key] > 0;
    }
    assert_int_equal(world->queue.backlog.count, count);
    assert_int_equal(world->queue.bytes, bytes_queued(world));
}

/* Rules: P12.3, P12.4, P12.8 */
static void what_comes_out_is_what_was_put_in_as_often_as_it_may(void **state) {
    (void)state;
    for (int by_equal_keys = 0; by_equal_keys < 2; by_equal_keys++) {
        struct world world;
        begin(&world, by_equal_keys, UINT32_MAX, UINT32_MAX);
        for (int step = 0; step < 8000; step++) {
            if (seed_below(&seed, 3) == 0) {
                send(&world, seed_below(&seed, 1400));
            } else {
                offer(&world, (unsigned char)seed_below(&seed, KEYS), 2 + seed_below(&seed, LARGEST - 2),
                      1 + seed_below(&seed, 5));
            }
            expect_counts(&world);
        }
        broadcasts_free(&world.queue);
    }
}

/* Rules: P12.3 */
static void whether_a_queued_one_would_invalidate_the_new_one_is_not_asked(void **state) {
    (void)state;
    struct world world;
    begin(&world, false, UINT32_MAX, UINT32_MAX);
    offer(&world, 8, 10, 1);
    offer(&world, 6, 10, 1); /* 8 would make it needless */
    assert_int_equal(world.queue.backlog.count, 2);
    offer(&world, 10, 10, 1);
    assert_int_equal(world.queue.backlog.count, 1);
    broadcasts_free(&world.queue);
}

/* Rules: P12.8 */
static void one_that_does_not_fit_with_its_length_is_passed_over(void **state) {
    (void)state;
    struct world world;
    begin(&world, true, UINT32_MAX, UINT32_MAX);
    offer(&world, 1, 50, 3);
    offer(&world, 5, 20, 3); /* the same priority, smaller */
    send(&world, 51);
    assert_int_equal(world.left[1], 3);
    assert_int_equal(world.left[5], 2);
    send(&world, 52);
    assert_int_equal(world.left[1], 2);
    assert_int_equal(world.left[5], 2);
    send(&world, 74); /* both, to the last byte */
    assert_int_equal(world.left[1] + world.left[5], 2);
    broadcasts_free(&world.queue);
}

/* Rules: P12.4 */
static void without_a_key_or_invalidates_each_replaces_the_last(void **state) {
    (void)state;
    struct world world;
    struct hash_key key = {{1, 2}};
    bool queued;
    begin(&world, true, UINT32_MAX, UINT32_MAX);
    world.handler.key_size = 0;
    broadcasts_init(&world.queue, &world.handler, &world.allocator, &world.random, &key, UINT32_MAX, UINT32_MAX);
    broadcasts_offer(&world.queue, "ab", 2, NULL, 0, 5, &queued);
    broadcasts_offer(&world.queue, "cde", 3, NULL, 0, 5, &queued);
    assert_int_equal(world.queue.backlog.count, 1);
    assert_int_equal(world.queue.bytes, 3);
    broadcasts_free(&world.queue);
}

/* Rules: P19.4, P19.6 */
static void in_an_arena_of_the_stated_size_bounds_can_be_reached_in_any_order(void **state) {
    (void)state;
    static _Alignas(SELKIE_MEMORY_ALIGN) unsigned char room[1 << 16];
    enum { COUNT = 12, BYTES = 600 };
    struct world world;
    begin(&world, true, COUNT, BYTES);
    struct arena arena = {room, broadcasts_bytes(&world.handler, COUNT, BYTES)};
    assert_true(arena.left <= sizeof room);
    world.allocator = arena_allocator(&arena);
    assert_true(broadcasts_reserve_all(&world.queue));
    for (int step = 0; step < 20000; step++) {
        unsigned char key = (unsigned char)seed_below(&seed, KEYS);
        size_t size = 2 + seed_below(&seed, seed_below(&seed, 2) == 0 ? 6 : LARGEST - 2);
        if (!broadcasts_full(&world.queue, size)) {
            offer(&world, key, size, 1 + seed_below(&seed, 3));
        } else if (seed_below(&seed, 4) == 0) {
            send(&world, seed_below(&seed, 1400));
        }
        expect_counts(&world);
        assert_true(world.queue.backlog.count <= COUNT && world.queue.bytes <= BYTES);
    }
}

static void bounds_are_reached_and_not_passed(void **state) {
    (void)state;
    struct world world;
    begin(&world, true, 3, 100);
    offer(&world, 0, 60, 1);
    assert_false(broadcasts_full(&world.queue, 40));
    assert_true(broadcasts_full(&world.queue, 41));
    offer(&world, 1, 2, 1);
    offer(&world, 2, 2, 1);
    assert_true(broadcasts_full(&world.queue, 1));
    broadcasts_free(&world.queue);
}

int main(int argc, char **argv) {
    seed = seed_take(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_out_is_what_was_put_in_as_often_as_it_may),
        cmocka_unit_test(whether_a_queued_one_would_invalidate_the_new_one_is_not_asked),
        cmocka_unit_test(one_that_does_not_fit_with_its_length_is_passed_over),
        cmocka_unit_test(without_a_key_or_invalidates_each_replaces_the_last),
        cmocka_unit_test(in_an_arena_of_the_stated_size_bounds_can_be_reached_in_any_order),
        cmocka_unit_test(bounds_are_reached_and_not_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
