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

/* An item is a key, other bytes, and the link. Keys of up to eight bytes are looked for in another way than longer ones,
 * as are those of items with fewer than eight bytes in all. */
struct shape {
    uint32_t key, others;
};

static const struct shape shapes[] = {{3, 0}, {3, 5}, {6, 6}, {8, 0}, {9, 0}, {18, 7}};

enum { ITEMS = 1500, SHAPES = sizeof shapes / sizeof *shapes };

struct world {
    struct selkie_allocator allocator;
    struct pages items;
    struct index index;
    bool in[ITEMS];
};

static struct hash_key any_key(void) {
    struct hash_key key = {{seed_next(&seed), seed_next(&seed), seed_next(&seed), seed_next(&seed)}};
    return key;
}

static void begin(struct world *world, const struct shape *shape, uint32_t capacity) {
    struct hash_key key = any_key();
    uint32_t size = shape->key + shape->others;
    memset(world, 0, sizeof *world);
    memset(&world->items, 0xa5, sizeof world->items);
    memset(&world->index, 0xa5, sizeof world->index);
    world->allocator = memory_of_the_c_library();
    pages_init(&world->items, &world->allocator, size + INDEX_LINK_BYTES, UINT32_MAX);
    assert_true(pages_reserve(&world->items, ITEMS));
    index_init(&world->index, &world->items, shape->key, size, &key);
    if (capacity > 0) {
        assert_true(index_reserve(&world->index, capacity));
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        unsigned char *item = pages_at(&world->items, i);
        memset(item, (int)seed_below(&seed, 256), world->items.item_size); /* also what is not the key */
        memset(item, 'k', shape->key);
        item[0] = (unsigned char)i, item[shape->key - 1] = (unsigned char)(i >> 8);
    }
}

static void end(struct world *world) {
    index_free(&world->index);
    pages_free(&world->items);
}

/* `count` items from `first` on, in every way that there is. */
static void expect_found(const struct world *world, uint32_t first, uint32_t count) {
    const void *keys[INDEX_TOGETHER] = {NULL};
    uint64_t hashes[INDEX_TOGETHER];
    uint32_t found[INDEX_TOGETHER];
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = pages_at(&world->items, first + i);
    }
    index_find_several(&world->index, keys, count, hashes, found);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t expected = world->in[first + i] ? first + i : INDEX_NONE;
        assert_int_equal(found[i], expected);
        assert_int_equal(index_find_hashed(&world->index, keys[i], hashes[i]), expected);
        assert_int_equal(index_find(&world->index, keys[i]), expected);
    }
}

static void expect_all_found(const struct world *world, uint32_t items) {
    for (uint32_t i = 0; i < items; i += INDEX_TOGETHER) {
        expect_found(world, i, items - i < INDEX_TOGETHER ? items - i : (uint32_t)INDEX_TOGETHER);
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
    for (const struct shape *shape = shapes; shape < shapes + SHAPES; shape++) {
        struct world world;
        begin(&world, shape, 0);
        assert_int_equal(index_find(&world.index, "a key of any size"), INDEX_NONE);
        assert_int_equal(index_find_hashed(&world.index, "a key of any size", 12), INDEX_NONE);
        end(&world);
    }
}

static void toggle_at_random(const struct shape *shape, uint32_t capacity) {
    struct world world;
    begin(&world, shape, capacity);
    for (int step = 0; step < 300; step++) {
        toggle(&world, seed_below(&seed, capacity));
        if (capacity <= 65 || step % 50 == 0) {
            expect_all_found(&world, capacity);
        }
    }
    end(&world);
}

static void it_finds_what_a_list_would_at_every_size(void **state) {
    (void)state;
    static const uint32_t capacities[] = {1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 63, 64, 65, 256, ITEMS};
    for (size_t i = 0; i < sizeof capacities / sizeof *capacities; i++) {
        for (const struct shape *shape = shapes; shape < shapes + SHAPES; shape++) {
            toggle_at_random(shape, capacities[i]);
        }
    }
}

static void a_full_index_can_be_emptied_in_any_order(void **state) {
    (void)state;
    for (uint32_t round = 0; round < 20; round++) {
        struct world world;
        begin(&world, &shapes[round % SHAPES], 64);
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
    for (const struct shape *shape = shapes; shape < shapes + SHAPES; shape++) {
        struct world world;
        begin(&world, shape, 1);
        for (uint32_t i = 0; i < ITEMS; i++) {
            assert_true(index_reserve(&world.index, i + 1));
            if (seed_below(&seed, 4) != 0) {
                toggle(&world, i);
            }
            if (i % 97 == 0) {
                expect_all_found(&world, i + 1);
            }
        }
        expect_all_found(&world, ITEMS);
        assert_true(index_reserve(&world.index, 5)); /* it never shrinks */
        expect_all_found(&world, ITEMS);
        end(&world);
    }
}

/* How many items a search reads: one, and on the average not one more, however many there are. */
static void a_search_reads_few_items_at_any_size(void **state) {
    (void)state;
    struct world world;
    begin(&world, &shapes[2], ITEMS);
    for (uint32_t i = 0; i < ITEMS; i++) {
        toggle(&world, i);
        uint32_t read = 0, longest = 0;
        for (uint32_t bucket = 0; i % 100 == 99 && bucket < world.index.bucket_count; bucket++) {
            uint32_t chain = 0, link = *pages_u32(&world.index.buckets, bucket);
            for (; link != 0; chain++) {
                memcpy(&link, (unsigned char *)pages_at(&world.items, link - 1) + world.index.link_offset, sizeof link);
            }
            read += chain * (chain + 1) / 2;
            longest = chain > longest ? chain : longest;
        }
        assert_in_range(read, 0, 2 * (i + 1));
        assert_in_range(longest, 0, 16);
    }
    end(&world);
}

/* Nobody who does not know the key can tell which items collide. */
static void where_an_item_lies_depends_on_the_key(void **state) {
    (void)state;
    for (const struct shape *shape = shapes; shape < shapes + SHAPES; shape++) {
        struct world a, b;
        uint32_t same = 0;
        begin(&a, shape, 64);
        begin(&b, shape, 64);
        for (uint32_t i = 0; i < 64; i++) {
            toggle(&a, i);
            toggle(&b, i);
        }
        assert_int_equal(a.index.bucket_count, b.index.bucket_count);
        for (uint32_t bucket = 0; bucket < a.index.bucket_count; bucket++) {
            same += *pages_u32(&a.index.buckets, bucket) == *pages_u32(&b.index.buckets, bucket);
        }
        assert_in_range(same, 0, a.index.bucket_count / 2);
        end(&a);
        end(&b);
    }
}

static void an_arena_of_the_stated_size_is_enough(void **state) {
    (void)state;
    static _Alignas(SELKIE_MEMORY_ALIGN) unsigned char room[8192];
    struct world world;
    begin(&world, &shapes[2], 0);
    for (uint32_t capacity = 1; capacity < 1300; capacity += 13) {
        for (size_t missing = 0; missing < 2; missing++) {
            struct arena arena = {room, index_bytes(capacity) - missing};
            struct selkie_allocator allocator = arena_allocator(&arena);
            struct pages items = world.items;
            struct hash_key key = any_key();
            struct index index;
            items.allocator = &allocator;
            items.limit = capacity;
            index_init(&index, &items, shapes[2].key, world.index.link_offset, &key);
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
        cmocka_unit_test(a_search_reads_few_items_at_any_size),
        cmocka_unit_test(where_an_item_lies_depends_on_the_key),
        cmocka_unit_test(an_arena_of_the_stated_size_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
