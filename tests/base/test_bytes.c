/* Tests of the bounded writer and reader (selkie/bytes.h): byte order, bounds on both sides, and that one failure is
 * final. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "selkie/bytes.h"

enum { ROOM = 16, CANARY = 0xa5 };

/* Put a number of `size` bytes, whose bytes from the low end are 1, 2, 3 ... */
static bool put_number(struct selkie_writer *writer, size_t size) {
    switch (size) {
    case 1:
        return selkie_put_u8(writer, 0x01);
    case 2:
        return selkie_put_u16(writer, 0x0201);
    case 4:
        return selkie_put_u32(writer, 0x04030201);
    default:
        return selkie_put_u64(writer, 0x0807060504030201);
    }
}

/* Get a number of `size` bytes into *value, which is untouched if that fails. */
static bool get_number(struct selkie_reader *reader, size_t size, uint64_t *value) {
    uint8_t u8 = 0;
    uint16_t u16 = 0;
    uint32_t u32 = 0;
    uint64_t u64 = 0;
    bool got = size == 1   ? selkie_get_u8(reader, &u8)
               : size == 2 ? selkie_get_u16(reader, &u16)
               : size == 4 ? selkie_get_u32(reader, &u32)
                           : selkie_get_u64(reader, &u64);
    if (got) {
        *value = u8 | u16 | u32 | u64;
    } else {
        assert_true((u8 | u16 | u32 | u64) == 0);
    }
    return got;
}

static const size_t sizes[] = {1, 2, 4, 8};
enum { SIZES = sizeof sizes / sizeof *sizes };

static void numbers_are_written_low_byte_first(void **state) {
    (void)state;
    static const unsigned char expected[] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t i = 0; i < SIZES; i++) {
        unsigned char room[ROOM] = {0};
        struct selkie_writer writer = {room, sizeof room, false};
        assert_true(put_number(&writer, sizes[i]));
        assert_memory_equal(room, expected, sizes[i]);
        assert_int_equal(room[sizes[i]], 0);
        assert_ptr_equal(writer.next, room + sizes[i]);
        assert_int_equal(writer.left, ROOM - sizes[i]);
    }
}

static void numbers_are_read_low_byte_first(void **state) {
    (void)state;
    static const unsigned char bytes[] = {0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9};
    static const uint64_t expected[] = {0xf1, 0xf2f1, 0xf4f3f2f1, 0xf8f7f6f5f4f3f2f1};
    for (size_t i = 0; i < SIZES; i++) {
        struct selkie_reader reader = {bytes, sizeof bytes, false};
        uint64_t value = 0;
        assert_true(get_number(&reader, sizes[i], &value));
        assert_true(value == expected[i]);
        assert_ptr_equal(reader.next, bytes + sizes[i]);
        assert_int_equal(reader.left, sizeof bytes - sizes[i]);
    }
}

static void what_was_put_in_a_row_is_got_in_a_row(void **state) {
    (void)state;
    unsigned char room[1 + 2 + 4 + 8 + 3];
    struct selkie_writer writer = {room, sizeof room, false};
    assert_true(selkie_put_u8(&writer, UINT8_MAX));
    assert_true(selkie_put_u16(&writer, 0x1234));
    assert_true(selkie_put(&writer, "abc", 3));
    assert_true(selkie_put_u32(&writer, 0x89abcdef));
    assert_true(selkie_put_u64(&writer, UINT64_MAX - 1));
    assert_int_equal(writer.left, 0);

    struct selkie_reader reader = {room, sizeof room, false};
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    char text[3];
    assert_true(selkie_get_u8(&reader, &u8) && u8 == UINT8_MAX);
    assert_true(selkie_get_u16(&reader, &u16) && u16 == 0x1234);
    assert_true(selkie_get(&reader, text, 3) && memcmp(text, "abc", 3) == 0);
    assert_true(selkie_get_u32(&reader, &u32) && u32 == 0x89abcdef);
    assert_true(selkie_get_u64(&reader, &u64) && u64 == UINT64_MAX - 1);
    assert_int_equal(reader.left, 0);
}

static void what_does_not_fit_writes_nothing(void **state) {
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        for (size_t room_size = 0; room_size < sizes[i]; room_size++) {
            unsigned char room[ROOM];
            memset(room, CANARY, sizeof room);
            struct selkie_writer writer = {room, room_size, false};
            assert_false(put_number(&writer, sizes[i]));
            assert_true(writer.failed);
            assert_ptr_equal(writer.next, room);
            assert_int_equal(writer.left, room_size);
            for (size_t j = 0; j < sizeof room; j++) {
                assert_int_equal(room[j], CANARY);
            }
        }
    }
}

static void what_is_not_there_is_not_read(void **state) {
    (void)state;
    static const unsigned char bytes[ROOM] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t i = 0; i < SIZES; i++) {
        for (size_t there = 0; there < sizes[i]; there++) {
            struct selkie_reader reader = {bytes, there, false};
            uint64_t value = 77;
            assert_false(get_number(&reader, sizes[i], &value));
            assert_true(value == 77);
            assert_true(reader.failed);
            assert_ptr_equal(reader.next, bytes);
            assert_int_equal(reader.left, there);
        }
    }
}

static void bytes_that_do_not_fit_are_neither_written_nor_read(void **state) {
    (void)state;
    unsigned char room[ROOM] = {0};
    struct selkie_writer writer = {room, 3, false};
    assert_false(selkie_put(&writer, "four", 4));
    assert_int_equal(room[0], 0);

    char text[4] = "....";
    struct selkie_reader reader = {(const unsigned char *)"abc", 3, false};
    assert_false(selkie_get(&reader, text, 4));
    assert_memory_equal(text, "....", 4);
}

/* The largest size there is must not wrap around in the comparison with what is left. */
static void a_huge_size_fails_like_any_other(void **state) {
    (void)state;
    unsigned char room[ROOM] = {0};
    struct selkie_writer writer = {room, sizeof room, false};
    assert_false(selkie_put(&writer, room, SIZE_MAX));
    struct selkie_reader reader = {room, sizeof room, false};
    assert_false(selkie_get(&reader, room, SIZE_MAX));
}

static void after_one_failure_nothing_more_is_written(void **state) {
    (void)state;
    unsigned char room[ROOM] = {0};
    struct selkie_writer writer = {room, 3, false};
    assert_false(selkie_put_u32(&writer, UINT32_MAX));
    assert_false(selkie_put_u8(&writer, 1)); /* would fit */
    assert_false(selkie_put(&writer, "a", 1));
    assert_false(selkie_put(&writer, NULL, 0));
    assert_int_equal(room[0], 0);
    assert_ptr_equal(writer.next, room);
}

static void after_one_failure_nothing_more_is_read(void **state) {
    (void)state;
    static const unsigned char bytes[] = {1, 2, 3};
    struct selkie_reader reader = {bytes, sizeof bytes, false};
    uint32_t u32 = 0;
    uint8_t u8 = 0;
    char text = '.';
    assert_false(selkie_get_u32(&reader, &u32));
    assert_false(selkie_get_u8(&reader, &u8)); /* is there */
    assert_false(selkie_get(&reader, &text, 1));
    assert_false(selkie_get(&reader, NULL, 0));
    assert_int_equal(u8, 0);
    assert_int_equal(text, '.');
    assert_ptr_equal(reader.next, bytes);
}

static void nothing_fits_everywhere_and_needs_no_memory(void **state) {
    (void)state;
    struct selkie_writer writer = {NULL, 0, false};
    assert_true(selkie_put(&writer, NULL, 0));
    assert_false(writer.failed);
    struct selkie_reader reader = {NULL, 0, false};
    assert_true(selkie_get(&reader, NULL, 0));
    assert_false(reader.failed);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_low_byte_first),
        cmocka_unit_test(numbers_are_read_low_byte_first),
        cmocka_unit_test(what_was_put_in_a_row_is_got_in_a_row),
        cmocka_unit_test(what_does_not_fit_writes_nothing),
        cmocka_unit_test(what_is_not_there_is_not_read),
        cmocka_unit_test(bytes_that_do_not_fit_are_neither_written_nor_read),
        cmocka_unit_test(a_huge_size_fails_like_any_other),
        cmocka_unit_test(after_one_failure_nothing_more_is_written),
        cmocka_unit_test(after_one_failure_nothing_more_is_read),
        cmocka_unit_test(nothing_fits_everywhere_and_needs_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
