/* How a serde format writes numbers: all in which bincode 1, bincode 2 and postcard differ. Each number is written in its
 * shortest form, and read as the Rust implementation reads it: what that one accepts is accepted, what it refuses is
 * refused. Compiled anew for each format, which saves a third of what a codec takes for a member: docs/performance.md. */
#ifndef SELKIE_CODEC_FORMAT_H
#define SELKIE_CODEC_FORMAT_H

#include "selkie/codec.h"

#include "base/cursor.h"
#include "base/inline.h"

enum number_format {
    NUMBERS_BINCODE1,       /* DefaultOptions: a byte, or a marker and 2, 4 or 8 bytes */
    NUMBERS_BINCODE1_FIXED, /* bincode::serialize: all its bytes */
    NUMBERS_BINCODE2,       /* config::standard(): as bincode 1, and stricter in reading */
    NUMBERS_POSTCARD        /* LEB128 */
};

struct selkie_format {
    enum number_format numbers;
};

const struct selkie_format *format_of(enum number_format numbers);

/* The bytes that a number takes. */
size_t format_bytes(enum number_format format, uint64_t value, unsigned width);

/* The largest number of `width` bytes. */
static INLINE uint64_t format_largest(unsigned width) {
    return UINT64_MAX >> (64 - 8 * width);
}

/* ---- Markers: a first byte below MARKER_U16 is the number itself, any other says how many bytes follow ---- */

enum { MARKER_U16 = 251, MARKER_U32 = 252, MARKER_U64 = 253 };

static INLINE bool marked_put(struct selkie_writer *writer, uint8_t marker, uint64_t value, size_t size) {
    unsigned char *place = writer_take(writer, 1 + size);
    if (!place) {
        return false;
    }
    *place++ = marker;
    for (; size > 0; size--, value >>= 8) {
        *place++ = (unsigned char)(value & 0xff);
    }
    return true;
}

static INLINE bool marker_put(struct selkie_writer *writer, uint64_t value) {
    if (value < MARKER_U16) {
        return writer_put_number(writer, value, 1);
    }
    if (value <= UINT16_MAX) {
        return marked_put(writer, MARKER_U16, value, 2);
    }
    return value <= UINT32_MAX ? marked_put(writer, MARKER_U32, value, 4) : marked_put(writer, MARKER_U64, value, 8);
}

/* Of at most `width` bytes. */
static INLINE bool marker_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
    const unsigned char *first = reader_take(reader, 1);
    if (!first || *first > MARKER_U64) {
        return false;
    }
    *value = *first;
    if (*first < MARKER_U16) {
        return true;
    }
    if (*first == MARKER_U16) {
        return reader_get_number(reader, value, 2);
    }
    unsigned marked = *first == MARKER_U32 ? 4 : 8;
    return marked <= width && reader_get_number(reader, value, marked);
}

/* ---- LEB128: seven bits a byte, the low ones first; the top bit says that more follow ---- */

enum { LEB_BITS = 7, LEB_MORE = 0x80 };

static INLINE bool leb_put(struct selkie_writer *writer, uint64_t value) {
    for (; value >= LEB_MORE; value >>= LEB_BITS) {
        (void)writer_put_number(writer, (value & (LEB_MORE - 1)) | LEB_MORE, 1);
    }
    return writer_put_number(writer, value, 1);
}

/* At most as many bytes as the type's largest number takes, and no bit in the last that the type has no room for. That
 * ends the loop: no width is a multiple of seven bits, so the last byte has no room to say that more follow. */
static INLINE bool leb_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
    unsigned bits = 8 * width;
    *value = 0;
    for (unsigned shift = 0;; shift += LEB_BITS) {
        const unsigned char *byte = reader_take(reader, 1);
        if (!byte || (bits - shift < LEB_BITS && *byte >> (bits - shift) != 0)) {
            return false;
        }
        *value |= (uint64_t)(*byte & (LEB_MORE - 1)) << shift;
        if (*byte < LEB_MORE) {
            return true;
        }
    }
}

/* ---- All ---- */

/* Numbers of `width` bytes: 2, 4 or 8. A single byte is a byte in all formats, and no matter of theirs. Lengths are
 * numbers of 8 bytes, the tags of enums numbers of 4. */
static INLINE bool format_put(enum number_format format, struct selkie_writer *writer, uint64_t value, unsigned width) {
    switch (format) {
    case NUMBERS_BINCODE1_FIXED:
        return writer_put_number(writer, value, width);
    case NUMBERS_POSTCARD:
        return leb_put(writer, value);
    default:
        return marker_put(writer, value);
    }
}

/* bincode 2 takes no marker for more bytes than the number's type has; bincode 1 takes any, as long as the number fits
 * its type. */
static INLINE bool format_get(enum number_format format, struct selkie_reader *reader, uint64_t *value,
                              unsigned width) {
    switch (format) {
    case NUMBERS_BINCODE1_FIXED:
        return reader_get_number(reader, value, width);
    case NUMBERS_POSTCARD:
        return leb_get(reader, value, width);
    case NUMBERS_BINCODE2:
        return marker_get(reader, value, width);
    default:
        return marker_get(reader, value, 8) && *value <= format_largest(width);
    }
}

#endif
