/* Tests of records that a table of fields describes: what they look like, what is refused, and what is no table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/fields.h"
#include "formats.h"

enum { ROOM = 600, CANARY = 0xa5, TEXT = 8 };

#define MAPPED "00000000000000000000ffff"
#define V6 "20010db8000000000000000000000001"

static const struct selkie_field everything[] = {
    {SELKIE_FIELD_U8, 0},    {SELKIE_FIELD_U16, 0},         {SELKIE_FIELD_U32, 0},         {SELKIE_FIELD_U64, 0},
    {SELKIE_FIELD_BYTES, 3}, {SELKIE_FIELD_STRING, TEXT},   {SELKIE_FIELD_IPV4, 0},        {SELKIE_FIELD_IPV6, 0},
    {SELKIE_FIELD_IP, 0},    {SELKIE_FIELD_SOCKADDR_V4, 0}, {SELKIE_FIELD_SOCKADDR_V6, 0}, {SELKIE_FIELD_SOCKADDR, 0},
    {SELKIE_FIELD_END, 0},
};
enum { EVERYTHING_BYTES = 1 + 2 + 4 + 8 + 3 + TEXT + 4 + 16 + 16 + 6 + 18 + 18 };

/* A codec with an identity of these fields; for records it does not matter which. */
static struct selkie_codec codec_of(int which) {
    static const struct selkie_field byte[] = {{SELKIE_FIELD_U8, 0}, {SELKIE_FIELD_END, 0}};
    struct selkie_codec codec;
    assert_int_equal(format_codec(which, &codec, byte), 0);
    return codec;
}

static size_t put(int which, const struct selkie_field *fields, const void *record, unsigned char bytes[ROOM]) {
    struct selkie_codec codec = codec_of(which);
    struct selkie_writer writer = {bytes, ROOM, false};
    return selkie_put_fields(&codec, &writer, fields, record) ? ROOM - writer.left : 0;
}

/* Read a record from a heap copy of exactly these bytes, so that a sanitizer sees a read past their end. */
static int get(int which, const struct selkie_field *fields, const unsigned char *bytes, size_t size, void *record,
               size_t *left) {
    struct selkie_codec codec = codec_of(which);
    unsigned char *copy = (unsigned char *)malloc(size + !size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    struct selkie_reader reader = {copy, size, false};
    int error = selkie_get_fields(&codec, &reader, fields, record);
    *left = reader.left;
    free(copy);
    return error;
}

/* One field, both ways: the record in memory and the bytes of it, in hexadecimal digits. */
static void demand_both_ways(int which, struct selkie_field field, const char *memory, const char *wire) {
    const struct selkie_field fields[] = {field, {SELKIE_FIELD_END, 0}};
    unsigned char record[ROOM], expected[ROOM], bytes[ROOM], read[ROOM];
    size_t record_size = format_unhex(memory, record, sizeof record);
    size_t size = format_unhex(wire, expected, sizeof expected);
    size_t left;
    assert_int_equal(selkie_fields_size(fields), record_size);
    assert_int_equal(put(which, fields, record, bytes), size);
    assert_memory_equal(bytes, expected, size);
    assert_int_equal(get(which, fields, expected, size, read, &left), 0);
    assert_int_equal(left, 0);
    assert_memory_equal(read, record, record_size);
}

static bool is_refused(int which, struct selkie_field field, const char *wire) {
    const struct selkie_field fields[] = {field, {SELKIE_FIELD_END, 0}};
    unsigned char bytes[ROOM], read[ROOM];
    size_t size = format_unhex(wire, bytes, sizeof bytes), left;
    return get(which, fields, bytes, size, read, &left) == SELKIE_E_DECODE;
}

/* Rules: P23.2 */
static void each_field_looks_as_serde_writes_it(void **state) {
    (void)state;
    static const struct {
        uint16_t kind, size;
        const char *memory;
        const char *wire[FORMATS]; /* NULL: as the first */
    } cases[] = {
        {SELKIE_FIELD_U8, 0, "ff", {"ff", NULL, NULL, NULL}},
        {SELKIE_FIELD_U16, 0, "012c", {"fb2c01", "2c01", NULL, "ac02"}},
        {SELKIE_FIELD_U32, 0, "0000012c", {"fb2c01", "2c010000", NULL, "ac02"}},
        {SELKIE_FIELD_U64, 0, "000000000000012c", {"fb2c01", "2c01000000000000", NULL, "ac02"}},
        {SELKIE_FIELD_BYTES, 3, "01ff00", {"01ff00", NULL, NULL, NULL}},
        {SELKIE_FIELD_STRING, 4, "68690000", {"026869", "02000000000000006869", NULL, NULL}},
        {SELKIE_FIELD_STRING, 4, "00000000", {"00", "0000000000000000", NULL, NULL}},
        {SELKIE_FIELD_STRING, 4, "61626364", {"0461626364", "040000000000000061626364", NULL, NULL}},
        {SELKIE_FIELD_IPV4, 0, "0a000001", {"0a000001", NULL, NULL, NULL}},
        {SELKIE_FIELD_IPV6, 0, V6, {V6, NULL, NULL, NULL}},
        {SELKIE_FIELD_IPV6, 0, MAPPED "0a000001", {MAPPED "0a000001", NULL, NULL, NULL}},
        {SELKIE_FIELD_IP, 0, MAPPED "0a000001", {"000a000001", "000000000a000001", NULL, NULL}},
        {SELKIE_FIELD_IP, 0, V6, {"01" V6, "01000000" V6, NULL, NULL}},
        {SELKIE_FIELD_SOCKADDR_V4, 0, "0a0000011f0a", {"0a000001fb0a1f", "0a0000010a1f", NULL, "0a0000018a3e"}},
        {SELKIE_FIELD_SOCKADDR_V6, 0, V6 "1f0a", {V6 "fb0a1f", V6 "0a1f", NULL, V6 "8a3e"}},
        {SELKIE_FIELD_SOCKADDR,
         0,
         MAPPED "0a0000011f0a",
         {"000a000001fb0a1f", "000000000a0000010a1f", NULL, "000a0000018a3e"}},
        {SELKIE_FIELD_SOCKADDR, 0, V6 "0007", {"01" V6 "07", "01000000" V6 "0700", NULL, NULL}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct selkie_field field = {cases[i].kind, cases[i].size};
        for (int which = 0; which < FORMATS; which++) {
            const char *wire = cases[i].wire[which];
            demand_both_ways(which, field, cases[i].memory, wire ? wire : cases[i].wire[0]);
        }
    }
}

/* Rules: P23.5 */
static void an_ipv4_mapped_address_of_ipv6_is_refused(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        const char *tag = which == BINCODE1_FIXED ? "01000000" : "01";
        char wire[ROOM];
        wire[0] = 0;
        strcat(strcat(wire, tag), MAPPED "0a0000010000");
        assert_true(is_refused(which, (struct selkie_field){SELKIE_FIELD_SOCKADDR, 0}, wire));
        wire[strlen(tag) + 32] = 0;
        assert_true(is_refused(which, (struct selkie_field){SELKIE_FIELD_IP, 0}, wire));
        wire[strlen(tag) + 23] = 'e'; /* one bit beside the prefix */
        assert_false(is_refused(which, (struct selkie_field){SELKIE_FIELD_IP, 0}, wire));
    }
}

/* Rules: P23.4 */
static void an_address_of_a_third_family_is_refused(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        const char *wire = which == BINCODE1_FIXED ? "02000000" V6 "0000" : "02" V6 "0000";
        assert_true(is_refused(which, (struct selkie_field){SELKIE_FIELD_SOCKADDR, 0}, wire));
        assert_true(is_refused(which, (struct selkie_field){SELKIE_FIELD_IP, 0}, wire));
    }
}

static const char *const good_texts[] = {"",         "61",       "7f",       "c280",       "dfbf",        "e0a080",
                                         "ed9fbf",   "ee8080",   "efbfbf",   "f0908080",   "f48fbfbf",    "e282ac41",
                                         "f09f9880", "41c3a442", "01020304", "6161616161", "c3a4c3a4c3a4"};
static const char *const bad_texts[] = {"00",
                                        "610062",
                                        "80",
                                        "bf",
                                        "c0af",
                                        "c1bf",
                                        "c2",
                                        "c241",
                                        "e09fbf",
                                        "eda080",
                                        "edbfbf",
                                        "e282",
                                        "e28241",
                                        "e24182",
                                        "f08fbfbf",
                                        "f4908080",
                                        "f5808080",
                                        "f09f98",
                                        "f09f9841",
                                        "f09f4180",
                                        "f0419880",
                                        "ff",
                                        "fe",
                                        "61c3",
                                        "61616161616161c3",
                                        "616161616161f09f",
                                        "c3a4e282",
                                        "f8888080",
                                        "e0",
                                        "f0"};

/* Text behind its length; returns the bytes. */
static size_t put_length_and(int which, const char *hex, unsigned char bytes[ROOM]) {
    unsigned char text[ROOM];
    size_t length = format_unhex(hex, text, sizeof text);
    struct selkie_writer writer = {bytes, ROOM, false};
    assert_true(format_put(format_numbers(which), &writer, length, 8) && selkie_put(&writer, text, length));
    return ROOM - writer.left;
}

/* Rules: P23.6 */
static void text_is_utf8_in_both_directions(void **state) {
    (void)state;
    static const struct selkie_field fields[] = {{SELKIE_FIELD_STRING, TEXT}, {SELKIE_FIELD_END, 0}};
    enum { GOOD = sizeof good_texts / sizeof *good_texts, BAD = sizeof bad_texts / sizeof *bad_texts };
    for (int which = 0; which < FORMATS; which++) {
        for (size_t i = 0; i < GOOD + BAD; i++) {
            const char *hex = i < GOOD ? good_texts[i] : bad_texts[i - GOOD];
            unsigned char wire[ROOM], bytes[ROOM], record[TEXT], read[TEXT]; /* exact: a sanitizer sees what reads on */
            size_t size = put_length_and(which, hex, wire), left;
            memset(record, 0, sizeof record);
            (void)format_unhex(hex, record, sizeof record);
            assert_int_equal(get(which, fields, wire, size, read, &left), i < GOOD ? 0 : SELKIE_E_DECODE);
            if (i < GOOD) {
                assert_memory_equal(read, record, TEXT);
            }
            if (strcmp(hex, "00") != 0) { /* zeros at the end are no part of the text */
                assert_int_equal(put(which, fields, record, bytes), i < GOOD ? size : 0);
            }
        }
    }
}

/* Rules: P23.6 */
static void text_longer_than_its_field_is_refused(void **state) {
    (void)state;
    static const struct selkie_field fields[] = {{SELKIE_FIELD_STRING, TEXT}, {SELKIE_FIELD_END, 0}};
    for (int which = 0; which < FORMATS; which++) {
        unsigned char wire[ROOM], read[TEXT + 1];
        size_t left;
        read[TEXT] = CANARY;
        size_t size = put_length_and(which, "6161616161616161", wire);
        assert_int_equal(get(which, fields, wire, size, read, &left), 0);
        size = put_length_and(which, "616161616161616161", wire);
        assert_int_equal(get(which, fields, wire, size, read, &left), SELKIE_E_DECODE);
        struct selkie_writer writer = {wire, sizeof wire, false};
        assert_true(format_put(format_numbers(which), &writer, UINT64_MAX, 8));
        assert_int_equal(get(which, fields, wire, sizeof wire, read, &left), SELKIE_E_DECODE);
        assert_int_equal(read[TEXT], CANARY);
    }
}

/* A record of all fields, at its least (false) or its most. */
static void fill(unsigned char record[EVERYTHING_BYTES], bool most) {
    memset(record, most ? 0xff : 0, EVERYTHING_BYTES);
    memset(record + 18, most ? 'x' : 0, TEXT);
    if (!most) {
        memset(record + 56, 0xff, 2);                         /* IP, mapped: prefix of ten zeros and ff ff */
        memset(record + EVERYTHING_BYTES - 18 + 10, 0xff, 2); /* SOCKADDR, mapped */
    }
}

/* Rules: P23.7 */
static void the_least_and_the_most_bytes_of_a_record_are_exact(void **state) {
    (void)state;
    assert_int_equal(selkie_fields_size(everything), EVERYTHING_BYTES);
    for (int which = 0; which < FORMATS; which++) {
        unsigned char record[EVERYTHING_BYTES], bytes[ROOM], read[EVERYTHING_BYTES];
        size_t left;
        for (int most = 0; most <= 1; most++) {
            fill(record, most);
            size_t size = put(which, everything, record, bytes);
            size_t stated =
                most ? fields_most(format_numbers(which), everything) : fields_least(format_numbers(which), everything);
            assert_int_equal(size, stated);
            assert_int_equal(get(which, everything, bytes, size, read, &left), 0);
            assert_memory_equal(read, record, sizeof record);
        }
    }
}

/* The length of a text takes more bytes where more text can be. Rules: P23.7 */
static void the_most_bytes_count_the_length_of_the_longest_text(void **state) {
    (void)state;
    static const uint16_t sizes[] = {1, 127, 128, 250, 251, 500};
    for (int which = 0; which < FORMATS; which++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            const struct selkie_field fields[] = {{SELKIE_FIELD_STRING, sizes[i]}, {SELKIE_FIELD_END, 0}};
            unsigned char record[ROOM], bytes[ROOM];
            memset(record, 'x', sizeof record);
            assert_int_equal(put(which, fields, record, bytes), fields_most(format_numbers(which), fields));
        }
    }
}

/* Rules: P23.4 */
static void a_record_is_read_and_written_within_its_bounds(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        for (int most = 0; most <= 1; most++) {
            struct selkie_codec codec = codec_of(which);
            unsigned char record[EVERYTHING_BYTES], whole[ROOM], bytes[ROOM], read[EVERYTHING_BYTES];
            size_t left;
            fill(record, most);
            size_t size = put(which, everything, record, whole);
            for (size_t room = 0; room < size; room++) {
                assert_int_equal(get(which, everything, whole, room, read, &left), SELKIE_E_DECODE);
                memset(bytes, CANARY, sizeof bytes);
                struct selkie_writer writer = {bytes, room, false};
                assert_false(selkie_put_fields(&codec, &writer, everything, record));
                assert_int_equal(bytes[room], CANARY);
            }
        }
    }
}

/* Rules: P23.10 */
static void the_packed_codec_copies_a_record_as_it_is(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    unsigned char record[EVERYTHING_BYTES], bytes[EVERYTHING_BYTES], read[EVERYTHING_BYTES];
    memset(record, 0xc3, sizeof record); /* text that is no UTF-8 is none of its business */
    struct selkie_writer writer = {bytes, sizeof bytes, false};
    assert_true(selkie_put_fields(&codec, &writer, everything, record));
    assert_int_equal(writer.left, 0);
    assert_memory_equal(bytes, record, sizeof record);
    struct selkie_reader reader = {bytes, sizeof bytes, false};
    assert_int_equal(selkie_get_fields(&codec, &reader, everything, read), 0);
    assert_memory_equal(read, record, sizeof record);
    reader = (struct selkie_reader){bytes, sizeof bytes - 1, false};
    assert_int_equal(selkie_get_fields(&codec, &reader, everything, read), SELKIE_E_DECODE);
}

/* Rules: P23.8 */
static void a_wrong_table_has_no_size_and_makes_no_codec_and_no_record(void **state) {
    (void)state;
    static const struct selkie_field wrong[][3] = {
        {{SELKIE_FIELD_END, 0}},
        {{SELKIE_FIELD_SOCKADDR + 1, 0}},
        {{UINT16_MAX, 0}},
        {{SELKIE_FIELD_BYTES, 0}},
        {{SELKIE_FIELD_STRING, 0}},
        {{SELKIE_FIELD_U8, 1}},
        {{SELKIE_FIELD_SOCKADDR, 18}},
        {{SELKIE_FIELD_U8, 0}, {SELKIE_FIELD_U16, 2}},
        {{SELKIE_FIELD_BYTES, UINT16_MAX}, {SELKIE_FIELD_U8, 0}},
        {{SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_STRING, UINT16_MAX - 1}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(selkie_fields_size(wrong[i]), 0);
        for (int which = 0; which < FORMATS; which++) {
            struct selkie_codec codec = {.header_max = CANARY};
            assert_int_equal(format_codec(which, &codec, wrong[i]), SELKIE_E_INVALID_CONFIG);
            assert_int_equal(codec.header_max, CANARY);
            unsigned char bytes[ROOM] = {0}, record[ROOM] = {0};
            size_t left;
            assert_int_equal(put(which, wrong[i], record, bytes), 0);
            assert_int_equal(get(which, wrong[i], bytes, sizeof bytes, record, &left), SELKIE_E_DECODE);
        }
    }
    static const struct selkie_field largest[] = {
        {SELKIE_FIELD_BYTES, UINT16_MAX - 2}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};
    assert_int_equal(selkie_fields_size(largest), UINT16_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field_looks_as_serde_writes_it),
        cmocka_unit_test(an_ipv4_mapped_address_of_ipv6_is_refused),
        cmocka_unit_test(an_address_of_a_third_family_is_refused),
        cmocka_unit_test(text_is_utf8_in_both_directions),
        cmocka_unit_test(text_longer_than_its_field_is_refused),
        cmocka_unit_test(the_least_and_the_most_bytes_of_a_record_are_exact),
        cmocka_unit_test(the_most_bytes_count_the_length_of_the_longest_text),
        cmocka_unit_test(a_record_is_read_and_written_within_its_bounds),
        cmocka_unit_test(the_packed_codec_copies_a_record_as_it_is),
        cmocka_unit_test(a_wrong_table_has_no_size_and_makes_no_codec_and_no_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
