/* The fields of a record, one after the other: how each looks in memory and in a serde format. How numbers are written
 * is the format's business. */
#include "codec/fields.h"

#include "base/cursor.h"

enum {
    IPV4_BYTES = 4,
    IPV6_BYTES = 16,
    MAPPED_BYTES = IPV6_BYTES - IPV4_BYTES, /* what makes IPv6 of an IPv4 address, before it */
    PORT_BYTES = 2,
    LENGTH_WIDTH = 8,
    TAG_WIDTH = 4,
    TAG_V4 = 0,
    TAG_V6 = 1
};

/* A field is one of these parts, and perhaps a port after it. */
enum field_part { PART_RAW, PART_NUMBER, PART_TEXT, PART_IP };

struct field_shape {
    uint8_t part; /* enum field_part */
    uint8_t size; /* bytes of the part in memory; 0: the field says how many */
    uint8_t port; /* bytes of the port: 0 or PORT_BYTES */
};

/* By enum selkie_field_kind. */
static const struct field_shape field_shapes[] = {
    {PART_RAW, 0, 0},                   /* END */
    {PART_RAW, 1, 0},                   /* U8 */
    {PART_NUMBER, 2, 0},                /* U16 */
    {PART_NUMBER, 4, 0},                /* U32 */
    {PART_NUMBER, 8, 0},                /* U64 */
    {PART_RAW, 0, 0},                   /* BYTES */
    {PART_TEXT, 0, 0},                  /* STRING */
    {PART_RAW, IPV4_BYTES, 0},          /* IPV4 */
    {PART_RAW, IPV6_BYTES, 0},          /* IPV6 */
    {PART_IP, IPV6_BYTES, 0},           /* IP */
    {PART_RAW, IPV4_BYTES, PORT_BYTES}, /* SOCKADDR_V4 */
    {PART_RAW, IPV6_BYTES, PORT_BYTES}, /* SOCKADDR_V6 */
    {PART_IP, IPV6_BYTES, PORT_BYTES},  /* SOCKADDR */
};

_Static_assert(sizeof field_shapes / sizeof *field_shapes == SELKIE_FIELD_SOCKADDR + 1, "a shape for each kind");

/* The bytes of a field's part in memory. */
static size_t part_size(const struct selkie_field *field) {
    size_t size = field_shapes[field->kind].size;
    return size ? size : field->size;
}

static size_t field_size(const struct selkie_field *field) {
    return part_size(field) + field_shapes[field->kind].port;
}

/* Is there such a field? Its size is given where the kind leaves it open, and nowhere else. */
static bool field_is_valid(const struct selkie_field *field) {
    return field->kind <= SELKIE_FIELD_SOCKADDR && (field_shapes[field->kind].size == 0) == (field->size != 0);
}

size_t selkie_fields_size(const struct selkie_field *fields) {
    size_t size = 0;
    for (; fields->kind != SELKIE_FIELD_END; fields++) {
        if (!field_is_valid(fields) || field_size(fields) > UINT16_MAX - size) {
            return 0;
        }
        size += field_size(fields);
    }
    return size;
}

/* ---- Numbers: big-endian in memory ---- */

static bool number_put(const struct selkie_format *format, struct selkie_writer *writer, const unsigned char *at,
                       size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | at[i];
    }
    return format->put(writer, value, (unsigned)width);
}

static bool number_get(const struct selkie_format *format, struct selkie_reader *reader, unsigned char *at,
                       size_t width) {
    uint64_t value = 0;
    if (!format->get(reader, &value, (unsigned)width)) {
        return false;
    }
    for (size_t i = width; i-- > 0; value >>= 8) {
        at[i] = (unsigned char)(value & 0xff);
    }
    return true;
}

/* ---- Addresses of either family: a tag, and as many bytes as the family has ---- */

static const unsigned char mapped_prefix[MAPPED_BYTES] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool is_mapped(const unsigned char *ip) {
    return memcmp(ip, mapped_prefix, MAPPED_BYTES) == 0;
}

static bool ip_put(const struct selkie_format *format, struct selkie_writer *writer, const unsigned char *ip) {
    if (is_mapped(ip)) {
        return format->put(writer, TAG_V4, TAG_WIDTH) && selkie_put(writer, ip + MAPPED_BYTES, IPV4_BYTES);
    }
    return format->put(writer, TAG_V6, TAG_WIDTH) && selkie_put(writer, ip, IPV6_BYTES);
}

/* In Rust, an IPv4-mapped IPv6 address is another one than the IPv4 address. Here the two could not be told apart. */
static bool ip_get(const struct selkie_format *format, struct selkie_reader *reader, unsigned char *ip) {
    uint64_t tag = 0;
    if (!format->get(reader, &tag, TAG_WIDTH) || tag > TAG_V6) {
        return false;
    }
    if (tag == TAG_V6) {
        return selkie_get(reader, ip, IPV6_BYTES) && !is_mapped(ip);
    }
    memcpy(ip, mapped_prefix, MAPPED_BYTES);
    return selkie_get(reader, ip + MAPPED_BYTES, IPV4_BYTES);
}

/* ---- Text: UTF-8, and zeros up to the size of the field ---- */

/* The bytes of the character that starts with this byte; 0: none does, or it is zero. */
static size_t character_size(unsigned char first) {
    if (first < 0x80) {
        return first != 0;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* May these two bytes begin a character of three or four? Not one that fewer could hold, no surrogate, none above
 * U+10FFFF. */
static bool is_in_range(unsigned char first, unsigned char second) {
    unsigned char least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    unsigned char most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= least && second <= most;
}

/* The bytes of the character at *text, of which `left` are there; 0: it is none. */
static size_t take_character(const unsigned char *text, size_t left) {
    size_t size = character_size(text[0]);
    if (size > left || (size > 1 && !is_in_range(text[0], text[1]))) {
        return 0;
    }
    for (size_t i = 2; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return size;
}

static bool is_text(const unsigned char *text, size_t left) {
    while (left > 0) {
        size_t size = take_character(text, left);
        if (size == 0) {
            return false;
        }
        text += size;
        left -= size;
    }
    return true;
}

static bool text_put(const struct selkie_format *format, struct selkie_writer *writer, const unsigned char *text,
                     size_t size) {
    while (size > 0 && text[size - 1] == 0) {
        size--;
    }
    return is_text(text, size) && format->put(writer, size, LENGTH_WIDTH) && selkie_put(writer, text, size);
}

static bool text_get(const struct selkie_format *format, struct selkie_reader *reader, unsigned char *text,
                     size_t size) {
    uint64_t length = 0;
    if (!format->get(reader, &length, LENGTH_WIDTH) || length > size || !selkie_get(reader, text, (size_t)length)) {
        return false;
    }
    memset(text + length, 0, size - (size_t)length);
    return is_text(text, (size_t)length);
}

/* ---- A field ---- */

static bool part_put(const struct selkie_format *format, struct selkie_writer *writer, enum field_part part,
                     const unsigned char *at, size_t size) {
    switch (part) {
    case PART_NUMBER:
        return number_put(format, writer, at, size);
    case PART_TEXT:
        return text_put(format, writer, at, size);
    case PART_IP:
        return ip_put(format, writer, at);
    default:
        return writer_put_bytes(writer, at, size);
    }
}

static bool part_get(const struct selkie_format *format, struct selkie_reader *reader, enum field_part part,
                     unsigned char *at, size_t size) {
    switch (part) {
    case PART_NUMBER:
        return number_get(format, reader, at, size);
    case PART_TEXT:
        return text_get(format, reader, at, size);
    case PART_IP:
        return ip_get(format, reader, at);
    default:
        return reader_get_bytes(reader, at, size);
    }
}

/* The bytes that the part takes at least or at most. */
static size_t part_bytes(const struct selkie_format *format, const struct selkie_field *field, bool most) {
    size_t size = part_size(field);
    switch (field_shapes[field->kind].part) {
    case PART_NUMBER:
        return format_bytes(format, most ? format_largest((unsigned)size) : 0, (unsigned)size);
    case PART_TEXT:
        return most ? format_bytes(format, size, LENGTH_WIDTH) + size : format_bytes(format, 0, LENGTH_WIDTH);
    case PART_IP:
        return format_bytes(format, TAG_V6, TAG_WIDTH) + (most ? IPV6_BYTES : IPV4_BYTES);
    default:
        return size;
    }
}

/* ---- A record ---- */

bool fields_put(const struct selkie_format *format, struct selkie_writer *writer, const struct selkie_field *fields,
                const void *record) {
    const unsigned char *at = (const unsigned char *)record;
    for (; fields->kind != SELKIE_FIELD_END; fields++) {
        struct field_shape shape = field_shapes[fields->kind];
        size_t size = part_size(fields);
        if (!part_put(format, writer, (enum field_part)shape.part, at, size) ||
            (shape.port && !number_put(format, writer, at + size, PORT_BYTES))) {
            return false;
        }
        at += size + shape.port;
    }
    return true;
}

bool fields_get(const struct selkie_format *format, struct selkie_reader *reader, const struct selkie_field *fields,
                void *record) {
    unsigned char *at = (unsigned char *)record;
    for (; fields->kind != SELKIE_FIELD_END; fields++) {
        struct field_shape shape = field_shapes[fields->kind];
        size_t size = part_size(fields);
        if (!part_get(format, reader, (enum field_part)shape.part, at, size) ||
            (shape.port && !number_get(format, reader, at + size, PORT_BYTES))) {
            return false;
        }
        at += size + shape.port;
    }
    return true;
}

static size_t fields_bytes(const struct selkie_format *format, const struct selkie_field *fields, bool most) {
    size_t port = format_bytes(format, most ? UINT16_MAX : 0, PORT_BYTES);
    size_t bytes = 0;
    for (; fields->kind != SELKIE_FIELD_END; fields++) {
        bytes += part_bytes(format, fields, most) + (field_shapes[fields->kind].port ? port : 0);
    }
    return bytes;
}

size_t fields_least(const struct selkie_format *format, const struct selkie_field *fields) {
    return fields_bytes(format, fields, false);
}

size_t fields_most(const struct selkie_format *format, const struct selkie_field *fields) {
    return fields_bytes(format, fields, true);
}
