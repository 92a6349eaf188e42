/* The four codecs that foca speaks, by number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "codec/format.h"
#include "formats.h"

const char *format_name(int which) {
    static const char *const names[FORMATS] = {"bincode1", "bincode1_fixed", "bincode2", "postcard"};
    return names[which];
}

int format_codec(int which, struct selkie_codec *codec, const struct selkie_field *fields) {
    switch (which) {
    case BINCODE1:
        return selkie_codec_bincode1(codec, fields);
    case BINCODE1_FIXED:
        return selkie_codec_bincode1_fixed(codec, fields);
    case BINCODE2:
        return selkie_codec_bincode2(codec, fields);
    default:
        return selkie_codec_postcard(codec, fields);
    }
}

enum number_format format_numbers(int which) {
    switch (which) {
    case BINCODE1:
        return NUMBERS_BINCODE1;
    case BINCODE1_FIXED:
        return NUMBERS_BINCODE1_FIXED;
    case BINCODE2:
        return NUMBERS_BINCODE2;
    default:
        return NUMBERS_POSTCARD;
    }
}

size_t format_unhex(const char *hex, unsigned char *bytes, size_t room) {
    size_t size = 0;
    for (; hex[0] && hex[1]; hex += 2) {
        unsigned byte;
        assert_true(size < room);
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        bytes[size++] = (unsigned char)byte;
    }
    assert_int_equal(hex[0], 0);
    return size;
}
