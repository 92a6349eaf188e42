/* Tests of the hash index against a plain list, with few buckets and with many, and with keys that collide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "engine/index.h"
#include "memory.h"
#include "seed.h"

static struct seed seed;

enum { ITEMS = 700, KEY = 3 };

struct world {
    struct selkie_allocator allocator;
    struct pages items;
    struct index index;
    bool in[ITEMS];
};

static void begin(struct world *world, uint32_t capacity) {
    struct hash_key key = {{seed_next(&seed), seed_next(&seed)}};
    memset(world, 0, sizeof *world);
    memset(&world->items, 0xa5, sizeof world->items);
    memset(&world->index, 0xa5, sizeof world->index);
    world->allocator = memory_of_the_c_library();
    pages_init(&world->items, &world->allocator, KEY, UINT32_MAX);
    assert_true(pages_reserve(&world->items, ITEMS));
    index_init(&world->index, &world->items, KEY, &key);
    if (capacity > 0) {
        assert_true(index_reserve(&world->index, capacity));
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        unsigned char *item = pages_at(&world->items, i);
        item[0] = (unsigned char)i, item[1] = (unsigned char)(i >> 8), item[2] = 'k';
    }
}

static void end(struct world *world) {
    index_free(&world->index);
    pages_free(&world->items);
}

static void expect_all_found(const struct world *world, uint32_t items) {
    for (uint32_t i = 0; i < items; i++) {
        assert_int_equal(index_find(&world->index, pages_at(&world->items, i)), world->in[i] ? i : INDEX_NONE);
    }
}

static void toggle(struct world *world, uint32_t item) {
    if (world->in[item]) {
        index_remove(&world->index, item);
    } else {
        index_insert(&world->index, item);
    }
    world->in[item] = !world->in[item];
}

static void an_empty_index_finds_nothing(void **state) {
    (void)state;
    struct world world;
    begin(&world, 0);
    assert_int_equal(index_find(&world.index, "abc"), INDEX_NONE);
    end(&world);
}

static void it_finds_what_a_list_would_at_every_size(void **state) {
    (void)state;
    static const uint32_t capacities[] = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 63, 64, 65, 256, ITEMS};
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        struct world world;
        begin(&world, capacities[i]);
        for (int step = 0; step < 300; step++) {
            toggle(&world, seed_below(&seed, capacities[i]));
            if (capacities[i] <= 65 || step % 50 == 0) {
                expect_all_found(&world, capacities[i]);
            }
        }
        end(&world);
    }
}

static void a_full_index_can_be_emptied_in_any_order(void **state) {
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct world world;
        begin(&world, 64);
        for (uint32_t i = 0; i < 64; i++) {
            toggle(&world, i);
        }
        for (uint32_t left = 64; left > 0; left--) {
            uint32_t item = seed_below(&seed, 64);
            while (!world.in[item]) {
                item = (item + 1) % 64;
            }
            toggle(&world, item);
            expect_all_found(&world, 64);
        }
        end(&world);
    }
}

static void growing_keeps_all_that_was_entered(void **state) {
    (void)state;
    struct world world;
    begin(&world, 1);
    for (uint32_t i = 0; i < ITEMS; i++) {
        assert_true(index_reserve(&world.index, i + 1));
        if (seed_below(&seed, 4) != 0) {
            toggle(&world, i);
        }
        if (i % 37 == 0) {
            expect_all_found(&world, i + 1);
        }
    }
    expect_all_found(&world, ITEMS);
    assert_true(index_reserve(&world.index, 5)); /* it never shrinks */
    expect_all_found(&world, ITEMS);
    end(&world);
}

/* Nobody who does not know the key can tell which items collide. */
static void where_an_item_lies_depends_on_the_key(void **state) {
    (void)state;
    struct world a, b;
    begin(&a, 64);
    begin(&b, 64);
    for (uint32_t i = 0; i < 32; i++) {
        toggle(&a, i);
        toggle(&b, i);
    }
    assert_int_equal(a.index.bucket_count, b.index.bucket_count);
    assert_memory_not_equal(a.index.buckets, b.index.buckets, a.index.bucket_count * sizeof(uint32_t));
    end(&a);
    end(&b);
}

static void an_arena_of_the_stated_size_is_enough(void **state) {
    (void)state;
    static _Alignas(SELKIE_MEMORY_ALIGN) unsigned char room[4096];
    struct world world;
    begin(&world, 0);
    for (uint32_t capacity = 1; capacity < 600; capacity += 13) {
        for (size_t missing = 0; missing < 2; missing++) {
            struct arena arena = {room, index_bytes(capacity) - missing};
            struct selkie_allocator allocator = arena_allocator(&arena);
            struct index index = world.index;
            index.allocator = &allocator;
            assert_int_equal(index_reserve(&index, capacity), missing == 0);
        }
    }
    assert_int_equal(index_bytes(0), 0);
    end(&world);
}

int main(int argc, char **argv) {
    seed = seed_take(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_index_finds_nothing),
        cmocka_unit_test(it_finds_what_a_list_would_at_every_size),
        cmocka_unit_test(a_full_index_can_be_emptied_in_any_order),
        cmocka_unit_test(growing_keeps_all_that_was_entered),
        cmocka_unit_test(where_an_item_lies_depends_on_the_key),
        cmocka_unit_test(an_arena_of_the_stated_size_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
