/* Numbers in the serde formats. Each is written in its shortest form, and read as the Rust implementation reads it:
 * what that one accepts is accepted, what it refuses is refused. */
#include "codec/format.h"

/* ---- Fixed: all the bytes of the number's type, little-endian ---- */

static bool fixed_put(struct selkie_writer *writer, uint64_t value, unsigned width) {
    if (width == 8) {
        return selkie_put_u64(writer, value);
    }
    return width == 2 ? selkie_put_u16(writer, (uint16_t)value) : selkie_put_u32(writer, (uint32_t)value);
}

static bool fixed_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
    uint16_t two = 0;
    uint32_t four = 0;
    if (width == 8) {
        return selkie_get_u64(reader, value);
    }
    bool there = width == 2 ? selkie_get_u16(reader, &two) : selkie_get_u32(reader, &four);
    *value = width == 2 ? two : four;
    return there;
}

const struct selkie_format *format_bincode1_fixed(void) {
    static const struct selkie_format format = {fixed_put, fixed_get};
    return &format;
}

/* ---- Markers: a first byte below MARKER_U16 is the number itself, any other says how many bytes follow ---- */

enum { MARKER_U16 = 251, MARKER_U32 = 252, MARKER_U64 = 253 };

static bool marker_put(struct selkie_writer *writer, uint64_t value, unsigned width) {
    (void)width;
    if (value < MARKER_U16) {
        return selkie_put_u8(writer, (uint8_t)value);
    }
    if (value <= UINT16_MAX) {
        return selkie_put_u8(writer, MARKER_U16) && selkie_put_u16(writer, (uint16_t)value);
    }
    if (value <= UINT32_MAX) {
        return selkie_put_u8(writer, MARKER_U32) && selkie_put_u32(writer, (uint32_t)value);
    }
    return selkie_put_u8(writer, MARKER_U64) && selkie_put_u64(writer, value);
}

/* bincode 2 takes no marker for more bytes than the number's type has. */
static bool bincode2_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
    uint8_t first = 0;
    if (!selkie_get_u8(reader, &first) || first > MARKER_U64) {
        return false;
    }
    *value = first;
    if (first < MARKER_U16) {
        return true;
    }
    unsigned marked = first == MARKER_U16 ? 2 : first == MARKER_U32 ? 4 : 8;
    return marked <= width && fixed_get(reader, value, marked);
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
        (void)selkie_put_u8(writer, (uint8_t)((value & (LEB_MORE - 1)) | LEB_MORE));
    }
    return selkie_put_u8(writer, (uint8_t)value);
}

/* At most as many bytes as the type's largest number takes, and no bit in the last that the type has no room for. That
 * ends the loop: no width is a multiple of seven bits, so the last byte has no room to say that more follow. */
static bool leb_get(struct selkie_reader *reader, uint64_t *value, unsigned width) {
    unsigned bits = 8 * width;
    *value = 0;
    for (unsigned shift = 0;; shift += LEB_BITS) {
        uint8_t byte = 0;
        if (!selkie_get_u8(reader, &byte) || (bits - shift < LEB_BITS && byte >> (bits - shift) != 0)) {
            return false;
        }
        *value |= (uint64_t)(byte & (LEB_MORE - 1)) << shift;
        if (byte < LEB_MORE) {
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
