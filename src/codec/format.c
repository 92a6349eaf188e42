/* Numbers in the serde formats. Each is written in its shortest form, and read as the Rust implementation reads it:
 * what that one accepts is accepted, what it refuses is refused. */
#include "codec/format.h"

#include "base/cursor.h"

/* ---- Fixed: all the bytes of the number's type, little-endian ---- */

static bool fixed_put(struct selkie_writer *writer, uint64_t value, unsigned width) {
    return writer_put_number(writer, value, width);
}

static bool fixed_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
    return reader_get_number(reader, value, width);
}

const struct selkie_format *format_bincode1_fixed(void) {
    static const struct selkie_format format = {fixed_put, fixed_get};
    return &format;
}

/* ---- Markers: a first byte below MARKER_U16 is the number itself, any other says how many bytes follow ---- */

enum { MARKER_U16 = 251, MARKER_U32 = 252, MARKER_U64 = 253 };

static bool marked_put(struct selkie_writer *writer, uint8_t marker, uint64_t value, size_t size) {
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

static bool marker_put(struct selkie_writer *writer, uint64_t value, unsigned width) {
    (void)width;
    if (value < MARKER_U16) {
        return writer_put_number(writer, value, 1);
    }
    if (value <= UINT16_MAX) {
        return marked_put(writer, MARKER_U16, value, 2);
    }
    return value <= UINT32_MAX ? marked_put(writer, MARKER_U32, value, 4) : marked_put(writer, MARKER_U64, value, 8);
}

/* bincode 2 takes no marker for more bytes than the number's type has. */
static bool bincode2_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
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

/* bincode 1 takes any marker, as long as the number fits its type. */
static bool bincode1_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
    return bincode2_get(reader, value, 8) && *value <= format_largest(width);
}

const struct selkie_format *format_bincode1(void) {
    static const struct selkie_format format = {marker_put, bincode1_get};
    return &format;
}

const struct selkie_format *format_bincode2(void) {
    static const struct selkie_format format = {marker_put, bincode2_get};
    return &format;
}

/* ---- LEB128: seven bits a byte, the low ones first; the top bit says that more follow ---- */

enum { LEB_BITS = 7, LEB_MORE = 0x80 };

static bool leb_put(struct selkie_writer *writer, uint64_t value, unsigned width) {
    (void)width;
    for (; value >= LEB_MORE; value >>= LEB_BITS) {
        (void)writer_put_number(writer, (value & (LEB_MORE - 1)) | LEB_MORE, 1);
    }
    return writer_put_number(writer, value, 1);
}

/* At most as many bytes as the type's largest number takes, and no bit in the last that the type has no room for. That
 * ends the loop: no width is a multiple of seven bits, so the last byte has no room to say that more follow. */
static bool leb_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
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

const struct selkie_format *format_postcard(void) {
    static const struct selkie_format format = {leb_put, leb_get};
    return &format;
}

/* ---- Sizes ---- */

uint64_t format_largest(unsigned width) {
    return UINT64_MAX >> (64 - 8 * width);
}

size_t format_bytes(const struct selkie_format *format, uint64_t value, unsigned width) {
    unsigned char room[10]; /* the longest, a postcard u64 */
    struct selkie_writer writer = {room, sizeof room, false};
    (void)format->put(&writer, value, width);
    return sizeof room - writer.left;
}
