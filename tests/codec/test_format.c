/* Tests of numbers in the serde formats: the bytes of each, and which other bytes are taken for them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "codec/format.h"
#include "formats.h"

enum { ROOM = 32, CANARY = 0xa5 };

static size_t put(int which, uint64_t value, unsigned width, unsigned char bytes[ROOM]) {
    struct selkie_writer writer = {bytes, ROOM, false};
    assert_true(format_put(format_numbers(which), &writer, value, width));
    return ROOM - writer.left;
}

static void demand_written(int which, uint64_t value, unsigned width, const char *hex) {
    unsigned char expected[ROOM], bytes[ROOM];
    size_t size = format_unhex(hex, expected, sizeof expected);
    assert_int_equal(put(which, value, width, bytes), size);
    assert_memory_equal(bytes, expected, size);
}

/* Is this taken, to its last byte, for that number? */
static bool reads(int which, unsigned width, const char *hex, uint64_t value) {
    unsigned char bytes[ROOM];
    struct selkie_reader reader = {bytes, format_unhex(hex, bytes, sizeof bytes), false};
    uint64_t read = ~value;
    return format_get(format_numbers(which), &reader, &read, width) && read == value && reader.left == 0;
}

static bool refuses(int which, unsigned width, const char *hex) {
    unsigned char bytes[ROOM];
    struct selkie_reader reader = {bytes, format_unhex(hex, bytes, sizeof bytes), false};
    uint64_t read;
    return !format_get(format_numbers(which), &reader, &read, width);
}

/* Rules: P23.2 */
static void numbers_are_written_in_their_shortest_form(void **state) {
    (void)state;
    for (int which = BINCODE1; which <= BINCODE2; which += BINCODE2 - BINCODE1) {
        demand_written(which, 0, 2, "00");
        demand_written(which, 250, 2, "fa");
        demand_written(which, 251, 2, "fbfb00");
        demand_written(which, 0xffff, 2, "fbffff");
        demand_written(which, 251, 4, "fbfb00");
        demand_written(which, 0xffff, 4, "fbffff");
        demand_written(which, 0x10000, 4, "fc00000100");
        demand_written(which, 0xffffffff, 8, "fcffffffff");
        demand_written(which, 0x100000000, 8, "fd0000000001000000");
        demand_written(which, UINT64_MAX, 8, "fdffffffffffffffff");
    }
    demand_written(BINCODE1_FIXED, 1, 2, "0100");
    demand_written(BINCODE1_FIXED, 0x1234, 4, "34120000");
    demand_written(BINCODE1_FIXED, 0x0102030405060708, 8, "0807060504030201");
    demand_written(POSTCARD, 0, 2, "00");
    demand_written(POSTCARD, 127, 2, "7f");
    demand_written(POSTCARD, 128, 2, "8001");
    demand_written(POSTCARD, 16383, 4, "ff7f");
    demand_written(POSTCARD, 16384, 4, "808001");
    demand_written(POSTCARD, 0xffff, 2, "ffff03");
    demand_written(POSTCARD, 0xffffffff, 4, "ffffffff0f");
    demand_written(POSTCARD, UINT64_MAX, 8, "ffffffffffffffffff01");
}

/* Rules: P23.3 */
static void bincode_1_takes_any_marker_whose_number_fits(void **state) {
    (void)state;
    assert_true(reads(BINCODE1, 2, "fb0500", 5));
    assert_true(reads(BINCODE1, 2, "fc05000000", 5));
    assert_true(reads(BINCODE1, 2, "fd0500000000000000", 5));
    assert_true(reads(BINCODE1, 2, "fdffff000000000000", 0xffff));
    assert_true(refuses(BINCODE1, 2, "fc00000100"));
    assert_true(refuses(BINCODE1, 2, "fd0000010000000000"));
    assert_true(reads(BINCODE1, 4, "fdffffffff00000000", 0xffffffff));
    assert_true(refuses(BINCODE1, 4, "fd0000000001000000"));
    assert_true(reads(BINCODE1, 8, "fdffffffffffffffff", UINT64_MAX));
    assert_true(refuses(BINCODE1, 8, "fe05000000000000000000000000000000"));
    assert_true(refuses(BINCODE1, 8, "ff"));
}

/* Rules: P23.3 */
static void bincode_2_takes_no_marker_wider_than_the_type(void **state) {
    (void)state;
    assert_true(reads(BINCODE2, 2, "fb0500", 5));
    assert_true(refuses(BINCODE2, 2, "fc05000000"));
    assert_true(refuses(BINCODE2, 2, "fd0500000000000000"));
    assert_true(reads(BINCODE2, 4, "fb0500", 5));
    assert_true(reads(BINCODE2, 4, "fc05000000", 5));
    assert_true(refuses(BINCODE2, 4, "fd0500000000000000"));
    assert_true(reads(BINCODE2, 8, "fd0500000000000000", 5));
    assert_true(refuses(BINCODE2, 8, "fe05000000000000000000000000000000"));
    assert_true(refuses(BINCODE2, 8, "ff"));
}

/* Rules: P23.3 */
static void postcard_takes_as_many_bytes_as_the_type_needs_and_no_bit_more(void **state) {
    (void)state;
    assert_true(reads(POSTCARD, 2, "8500", 5));
    assert_true(reads(POSTCARD, 2, "858000", 5));
    assert_true(refuses(POSTCARD, 2, "85808000"));
    assert_true(reads(POSTCARD, 2, "ffff03", 0xffff));
    assert_true(refuses(POSTCARD, 2, "ffff04"));
    assert_true(refuses(POSTCARD, 2, "ffff83"));
    assert_true(reads(POSTCARD, 4, "8580808000", 5));
    assert_true(refuses(POSTCARD, 4, "ffffffff10"));
    assert_true(refuses(POSTCARD, 4, "858080808000"));
    assert_true(reads(POSTCARD, 8, "ffffffffffffffffff01", UINT64_MAX));
    assert_true(refuses(POSTCARD, 8, "ffffffffffffffffff02"));
    assert_true(refuses(POSTCARD, 8, "8080808080808080808000"));
}

/* Rules: P23.2, P23.7 */
static void every_number_near_a_border_comes_back_and_takes_what_is_said(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        enum number_format format = format_numbers(which);
        for (unsigned width = 2; width <= 8; width *= 2) {
            for (unsigned bit = 0; bit < 8 * width; bit++) {
                for (unsigned off = 0; off < 10; off++) {
                    uint64_t value = ((UINT64_C(1) << bit) + off - 5) & format_largest(width);
                    unsigned char bytes[ROOM];
                    struct selkie_reader reader = {bytes, put(which, value, width, bytes), false};
                    uint64_t read;
                    assert_int_equal(format_bytes(format, value, width), reader.left);
                    assert_true(format_get(format, &reader, &read, width));
                    assert_true(read == value);
                    assert_int_equal(reader.left, 0);
                }
            }
        }
    }
}

/* Rules: P23.4 */
static void a_number_that_is_cut_short_or_has_no_room_fails_in_its_bounds(void **state) {
    (void)state;
    static const uint64_t values[] = {5, 251, 0xffff, 0x10000, 0xffffffff, UINT64_MAX};
    for (int which = 0; which < FORMATS; which++) {
        enum number_format format = format_numbers(which);
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            unsigned char bytes[ROOM], cut[ROOM];
            size_t size = put(which, values[i], 8, bytes);
            for (size_t room = 0; room < size; room++) {
                uint64_t read;
                struct selkie_reader reader = {bytes, room, false};
                assert_false(format_get(format, &reader, &read, 8));
                memset(cut, CANARY, sizeof cut);
                struct selkie_writer writer = {cut, room, false};
                assert_false(format_put(format, &writer, values[i], 8));
                assert_int_equal(cut[room], CANARY);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_their_shortest_form),
        cmocka_unit_test(bincode_1_takes_any_marker_whose_number_fits),
        cmocka_unit_test(bincode_2_takes_no_marker_wider_than_the_type),
        cmocka_unit_test(postcard_takes_as_many_bytes_as_the_type_needs_and_no_bit_more),
        cmocka_unit_test(every_number_near_a_border_comes_back_and_takes_what_is_said),
        cmocka_unit_test(a_number_that_is_cut_short_or_has_no_room_fails_in_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
