/* Tests of the paged array: items stay where they are, new ones are zero, the limit holds, and an allocator that says
 * no costs nothing that was there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/pages.h"

/* An allocator that gives dirty memory, counts what is out, and says no when its turn comes. */
struct memory {
    unsigned calls;
    unsigned fail_at; /* this call, counted from 1, gets nothing; 0: none */
    size_t bytes;     /* out */
};

static void *resize(void *ctx, void *old, size_t old_size, size_t new_size) {
    struct memory *memory = ctx;
    if (new_size == 0) {
        memory->bytes -= old_size;
        free(old);
        return NULL;
    }
    assert_null(old);
    if (++memory->calls == memory->fail_at) {
        return NULL;
    }
    memory->bytes += new_size;
    void *block = malloc(new_size);
    assert_non_null(block);
    memset(block, 0xa5, new_size);
    return block;
}

static struct selkie_allocator allocator_of(struct memory *memory) {
    struct selkie_allocator allocator = {sizeof allocator, memory, resize};
    return allocator;
}

static void an_empty_array_takes_no_memory(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = allocator_of(&memory);
    struct pages pages;
    pages_init(&pages, &allocator, 12, UINT32_MAX);
    assert_true(pages_reserve(&pages, 0));
    assert_int_equal(memory.calls, 0);
    pages_free(&pages);
}

static void items_never_move_and_start_as_zero(void **state) {
    (void)state;
    enum { ITEMS = 40 * PAGE_ITEMS };
    struct memory memory = {0};
    struct selkie_allocator allocator = allocator_of(&memory);
    struct pages pages;
    static uint32_t *places[ITEMS];
    pages_init(&pages, &allocator, sizeof(uint32_t), UINT32_MAX);
    for (uint32_t i = 0; i < ITEMS; i++) {
        assert_true(pages_reserve(&pages, i + 1));
        places[i] = pages_u32(&pages, i);
        assert_int_equal(*places[i], 0);
        *places[i] = i + 1;
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        assert_ptr_equal(pages_u32(&pages, i), places[i]);
        assert_int_equal(*places[i], i + 1);
    }
    pages_free(&pages);
    assert_int_equal(memory.bytes, 0);
}

static void items_of_any_size_lie_side_by_side(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = allocator_of(&memory);
    struct pages pages;
    pages_init(&pages, &allocator, 7, UINT32_MAX);
    assert_true(pages_reserve(&pages, PAGE_ITEMS + 1));
    assert_ptr_equal(pages_at(&pages, 5), (unsigned char *)pages_at(&pages, 4) + 7);
    for (uint32_t i = 0; i < PAGE_ITEMS + 1; i++) {
        memset(pages_at(&pages, i), (int)(i & 0x7f), 7);
    }
    for (uint32_t i = 0; i < PAGE_ITEMS + 1; i++) {
        const unsigned char *item = pages_at(&pages, i);
        assert_int_equal(item[0], i & 0x7f);
        assert_int_equal(item[6], i & 0x7f);
    }
    pages_free(&pages);
}

static void reserving_what_is_there_asks_for_nothing(void **state) {
    (void)state;
    struct memory memory = {0};
    struct selkie_allocator allocator = allocator_of(&memory);
    struct pages pages;
    pages_init(&pages, &allocator, 4, UINT32_MAX);
    assert_true(pages_reserve(&pages, 1));
    unsigned calls = memory.calls;
    assert_true(pages_reserve(&pages, PAGE_ITEMS));
    assert_int_equal(memory.calls, calls);
    assert_int_equal(pages.capacity, PAGE_ITEMS);
    assert_true(pages_reserve(&pages, PAGE_ITEMS + 1));
    assert_true(memory.calls > calls);
    pages_free(&pages);
}

static void the_limit_can_be_reached_and_not_passed(void **state) {
    (void)state;
    static const uint32_t limits[] = {1, PAGE_ITEMS - 1, PAGE_ITEMS, PAGE_ITEMS + 1, 3 * PAGE_ITEMS + 7};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct memory memory = {0};
        struct selkie_allocator allocator = allocator_of(&memory);
        struct pages pages;
        pages_init(&pages, &allocator, 8, limits[i]);
        assert_false(pages_reserve(&pages, limits[i] + 1));
        assert_int_equal(memory.calls, 0);
        assert_true(pages_reserve(&pages, limits[i]));
        assert_int_equal(pages.capacity, limits[i]);
        memset(pages_at(&pages, limits[i] - 1), 1, 8);
        pages_free(&pages);
        assert_int_equal(memory.bytes, 0);
    }
}

static void an_arena_of_the_stated_size_is_enough_and_one_byte_less_is_not(void **state) {
    (void)state;
    static const uint32_t limits[] = {1, PAGE_ITEMS, 2 * PAGE_ITEMS + 100};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        static _Alignas(SELKIE_MEMORY_ALIGN) unsigned char room[32768];
        size_t bytes = pages_bytes(24, limits[i]);
        assert_true(bytes <= sizeof room);
        for (size_t missing = 0; missing < 2; missing++) {
            struct arena arena = {room, bytes - missing};
            struct selkie_allocator allocator = arena_allocator(&arena);
            struct pages pages;
            pages_init(&pages, &allocator, 24, limits[i]);
            assert_int_equal(pages_reserve(&pages, limits[i]), missing == 0);
        }
    }
}

/* Fail each allocation of a growth in turn. What was there stays, and the next try succeeds. */
static void a_failed_growth_leaves_what_was_there(void **state) {
    (void)state;
    for (unsigned fail = 1;; fail++) {
        struct memory memory = {0};
        struct selkie_allocator allocator = allocator_of(&memory);
        struct pages pages;
        pages_init(&pages, &allocator, 4, UINT32_MAX);
        assert_true(pages_reserve(&pages, 1));
        *pages_u32(&pages, 0) = 77;
        memory.fail_at = memory.calls + fail;
        bool grown = pages_reserve(&pages, 5 * PAGE_ITEMS);
        assert_int_equal(*pages_u32(&pages, 0), 77);
        assert_true(pages_reserve(&pages, 5 * PAGE_ITEMS));
        assert_int_equal(*pages_u32(&pages, 0), 77);
        assert_int_equal(*pages_u32(&pages, 5 * PAGE_ITEMS - 1), 0);
        pages_free(&pages);
        assert_int_equal(memory.bytes, 0);
        if (grown) {
            assert_int_equal(fail, 6); /* a directory and four pages were failed before */
            return;
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_array_takes_no_memory),
        cmocka_unit_test(items_never_move_and_start_as_zero),
        cmocka_unit_test(items_of_any_size_lie_side_by_side),
        cmocka_unit_test(reserving_what_is_there_asks_for_nothing),
        cmocka_unit_test(the_limit_can_be_reached_and_not_passed),
        cmocka_unit_test(an_arena_of_the_stated_size_is_enough_and_one_byte_less_is_not),
        cmocka_unit_test(a_failed_growth_leaves_what_was_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
