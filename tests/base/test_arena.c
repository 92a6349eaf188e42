/* Tests of the arena: what it hands out is aligned and apart, what it spends is what arena_bytes says, and when it is
 * used up it says no. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum { ROOM = 256 };

struct room {
    _Alignas(SELKIE_MEMORY_ALIGN) unsigned char bytes[ROOM];
};

static void sizes_are_rounded_up_to_the_alignment(void **state) {
    (void)state;
    assert_int_equal(arena_bytes(0), 0);
    assert_int_equal(arena_bytes(1), SELKIE_MEMORY_ALIGN);
    assert_int_equal(arena_bytes(SELKIE_MEMORY_ALIGN), SELKIE_MEMORY_ALIGN);
    assert_int_equal(arena_bytes(SELKIE_MEMORY_ALIGN + 1), 2 * SELKIE_MEMORY_ALIGN);
}

static void blocks_are_aligned_and_do_not_overlap(void **state) {
    (void)state;
    static const size_t sizes[] = {1, 16, 17, 3, 40};
    struct room room;
    struct arena arena = {room.bytes, sizeof room.bytes};
    struct selkie_allocator allocator = arena_allocator(&arena);
    unsigned char *expected = room.bytes;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        unsigned char *block = memory_allocate(&allocator, sizes[i]);
        assert_ptr_equal(block, expected);
        assert_int_equal((uintptr_t)block % SELKIE_MEMORY_ALIGN, 0);
        expected += arena_bytes(sizes[i]);
    }
    assert_int_equal(arena.left, ROOM - (size_t)(expected - room.bytes));
}

static void the_last_byte_can_be_had_and_no_more(void **state) {
    (void)state;
    struct room room;
    struct arena arena = {room.bytes, ROOM};
    struct selkie_allocator allocator = arena_allocator(&arena);
    assert_null(memory_allocate(&allocator, ROOM + 1));
    assert_int_equal(arena.left, ROOM);
    assert_ptr_equal(memory_allocate(&allocator, ROOM), room.bytes);
    assert_int_equal(arena.left, 0);
    assert_null(memory_allocate(&allocator, 1));
}

static void a_size_that_wraps_when_rounded_up_is_refused(void **state) {
    (void)state;
    struct room room;
    struct arena arena = {room.bytes, ROOM};
    struct selkie_allocator allocator = arena_allocator(&arena);
    assert_null(memory_allocate(&allocator, SIZE_MAX));
    assert_null(memory_allocate(&allocator, SIZE_MAX - SELKIE_MEMORY_ALIGN + 2));
    assert_int_equal(arena.left, ROOM);
}

/* Room for 24 bytes, of which 20 fit but the 32 that they would take do not. */
static void a_block_must_fit_with_its_rounding(void **state) {
    (void)state;
    struct room room;
    struct arena arena = {room.bytes, 24};
    struct selkie_allocator allocator = arena_allocator(&arena);
    assert_null(memory_allocate(&allocator, 20));
    assert_ptr_equal(memory_allocate(&allocator, 16), room.bytes);
}

static void nothing_is_taken_back_or_resized(void **state) {
    (void)state;
    struct room room;
    struct arena arena = {room.bytes, ROOM};
    struct selkie_allocator allocator = arena_allocator(&arena);
    void *block = memory_allocate(&allocator, 16);
    assert_null(allocator.resize(allocator.ctx, block, 16, 32));
    memory_free(&allocator, block, 16);
    assert_int_equal(arena.left, ROOM - 16);
    assert_ptr_equal(arena.next, room.bytes + 16);
}

static unsigned asked;

static void *count_calls(void *ctx, void *memory, size_t old_size, size_t new_size) {
    (void)ctx, (void)memory, (void)old_size, (void)new_size;
    asked++;
    return NULL;
}

static void nothing_to_allocate_or_free_asks_nobody(void **state) {
    (void)state;
    struct selkie_allocator allocator = {sizeof allocator, NULL, count_calls};
    assert_null(memory_allocate(&allocator, 0));
    memory_free(&allocator, NULL, 7);
    assert_int_equal(asked, 0);
    assert_null(memory_allocate(&allocator, 1));
    assert_int_equal(asked, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_rounded_up_to_the_alignment),
        cmocka_unit_test(blocks_are_aligned_and_do_not_overlap),
        cmocka_unit_test(the_last_byte_can_be_had_and_no_more),
        cmocka_unit_test(a_size_that_wraps_when_rounded_up_is_refused),
        cmocka_unit_test(a_block_must_fit_with_its_rounding),
        cmocka_unit_test(nothing_is_taken_back_or_resized),
        cmocka_unit_test(nothing_to_allocate_or_free_asks_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
