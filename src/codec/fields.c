/* The fields of a record, one after the other: how each looks in memory and in a serde format. How numbers are written
 * is the format's business. */
#include "codec/fields.h"

#include "base/memory.h"

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
static INLINE size_t part_size(const struct selkie_field *field) {
    size_t size = field_shapes[field->kind].size;
    return size ? size : field->size;
}

static INLINE size_t field_size(const struct selkie_field *field) {
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

static INLINE bool number_put(enum number_format format, struct selkie_writer *writer, const unsigned char *at,
                              size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++) {
        value = value << 8 | at[i];
    }
    return format_put(format, writer, value, (unsigned)width);
}

static INLINE bool number_get(enum number_format format, struct selkie_reader *reader, unsigned char *at,
                              size_t width) {
    uint64_t value = 0;
    if (!format_get(format, reader, &value, (unsigned)width)) {
        return false;
    }
    for (size_t i = width; i-- > 0; value >>= 8) {
        at[i] = (unsigned char)(value & 0xff);
    }
    return true;
}

/* ---- Addresses of either family: a tag, and as many bytes as the family has ---- */

static const unsigned char mapped_prefix[MAPPED_BYTES] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static INLINE bool is_mapped(const unsigned char *ip) {
    return memcmp(ip, mapped_prefix, MAPPED_BYTES) == 0;
}

static INLINE bool ip_put(enum number_format format, struct selkie_writer *writer, const unsigned char *ip) {
    if (is_mapped(ip)) {
        return format_put(format, writer, TAG_V4, TAG_WIDTH) && writer_put_bytes(writer, ip + MAPPED_BYTES, IPV4_BYTES);
    }
    return format_put(format, writer, TAG_V6, TAG_WIDTH) && writer_put_bytes(writer, ip, IPV6_BYTES);
}

/* In Rust, an IPv4-mapped IPv6 address is another one than the IPv4 address. Here the two could not be told apart. */
static INLINE bool ip_get(enum number_format format, struct selkie_reader *reader, unsigned char *ip) {
    uint64_t tag = 0;
    if (!format_get(format, reader, &tag, TAG_WIDTH) || tag > TAG_V6) {
        return false;
    }
    if (tag == TAG_V6) {
        return reader_get_bytes(reader, ip, IPV6_BYTES) && !is_mapped(ip);
    }
    memcpy(ip, mapped_prefix, MAPPED_BYTES);
    return reader_get_bytes(reader, ip + MAPPED_BYTES, IPV4_BYTES);
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

static INLINE bool text_put(enum number_format format, struct selkie_writer *writer, const unsigned char *text,
                            size_t size) {
    while (size > 0 && text[size - 1] == 0) {
        size--;
    }
    return is_text(text, size) && format_put(format, writer, size, LENGTH_WIDTH) &&
           writer_put_bytes(writer, text, size);
}

static INLINE bool text_get(enum number_format format, struct selkie_reader *reader, unsigned char *text, size_t size) {
    uint64_t length = 0;
    if (!format_get(format, reader, &length, LENGTH_WIDTH) || length > size ||
        !reader_get_bytes(reader, text, (size_t)length)) {
        return false;
    }
    memset(text + length, 0, size - (size_t)length);
    return is_text(text, (size_t)length);
}

/* ---- A field: the bytes that it takes in memory; 0: it could not be written or read ----
 *
 * Sizes stand here once more, where they are constant: by the table above a full packet takes 13 % more instructions. */

static INLINE size_t field_put(enum number_format format, struct selkie_writer *writer,
                               const struct selkie_field *field, const unsigned char *at) {
    switch (field->kind) {
    case SELKIE_FIELD_U8:
        return writer_put_bytes(writer, at, 1) ? 1 : 0;
    case SELKIE_FIELD_U16:
        return number_put(format, writer, at, 2) ? 2 : 0;
    case SELKIE_FIELD_U32:
        return number_put(format, writer, at, 4) ? 4 : 0;
    case SELKIE_FIELD_U64:
        return number_put(format, writer, at, 8) ? 8 : 0;
    case SELKIE_FIELD_BYTES:
        return writer_put_bytes(writer, at, field->size) ? field->size : 0;
    case SELKIE_FIELD_STRING:
        return text_put(format, writer, at, field->size) ? field->size : 0;
    case SELKIE_FIELD_IPV4:
        return writer_put_bytes(writer, at, IPV4_BYTES) ? IPV4_BYTES : 0;
    case SELKIE_FIELD_IPV6:
        return writer_put_bytes(writer, at, IPV6_BYTES) ? IPV6_BYTES : 0;
    case SELKIE_FIELD_IP:
        return ip_put(format, writer, at) ? IPV6_BYTES : 0;
    case SELKIE_FIELD_SOCKADDR_V4:
        return writer_put_bytes(writer, at, IPV4_BYTES) && number_put(format, writer, at + IPV4_BYTES, PORT_BYTES)
                   ? IPV4_BYTES + PORT_BYTES
                   : 0;
    case SELKIE_FIELD_SOCKADDR_V6:
        return writer_put_bytes(writer, at, IPV6_BYTES) && number_put(format, writer, at + IPV6_BYTES, PORT_BYTES)
                   ? IPV6_BYTES + PORT_BYTES
                   : 0;
    default: /* SOCKADDR */
        return ip_put(format, writer, at) && number_put(format, writer, at + IPV6_BYTES, PORT_BYTES)
                   ? IPV6_BYTES + PORT_BYTES
                   : 0;
    }
}

static INLINE size_t field_get(enum number_format format, struct selkie_reader *reader,
                               const struct selkie_field *field, unsigned char *at) {
    switch (field->kind) {
    case SELKIE_FIELD_U8:
        return reader_get_bytes(reader, at, 1) ? 1 : 0;
    case SELKIE_FIELD_U16:
        return number_get(format, reader, at, 2) ? 2 : 0;
    case SELKIE_FIELD_U32:
        return number_get(format, reader, at, 4) ? 4 : 0;
    case SELKIE_FIELD_U64:
        return number_get(format, reader, at, 8) ? 8 : 0;
    case SELKIE_FIELD_BYTES:
        return reader_get_bytes(reader, at, field->size) ? field->size : 0;
    case SELKIE_FIELD_STRING:
        return text_get(format, reader, at, field->size) ? field->size : 0;
    case SELKIE_FIELD_IPV4:
        return reader_get_bytes(reader, at, IPV4_BYTES) ? IPV4_BYTES : 0;
    case SELKIE_FIELD_IPV6:
        return reader_get_bytes(reader, at, IPV6_BYTES) ? IPV6_BYTES : 0;
    case SELKIE_FIELD_IP:
        return ip_get(format, reader, at) ? IPV6_BYTES : 0;
    case SELKIE_FIELD_SOCKADDR_V4:
        return reader_get_bytes(reader, at, IPV4_BYTES) && number_get(format, reader, at + IPV4_BYTES, PORT_BYTES)
                   ? IPV4_BYTES + PORT_BYTES
                   : 0;
    case SELKIE_FIELD_SOCKADDR_V6:
        return reader_get_bytes(reader, at, IPV6_BYTES) && number_get(format, reader, at + IPV6_BYTES, PORT_BYTES)
                   ? IPV6_BYTES + PORT_BYTES
                   : 0;
    default: /* SOCKADDR */
        return ip_get(format, reader, at) && number_get(format, reader, at + IPV6_BYTES, PORT_BYTES)
                   ? IPV6_BYTES + PORT_BYTES
                   : 0;
    }
}

/* ---- A record, with a writer and a reader of its own, which none of the writes below can be one to ---- */

static INLINE bool record_put(enum number_format format, struct selkie_writer *writer,
                              const struct selkie_field *fields, const void *record) {
    const unsigned char *at = (const unsigned char *)record;
    struct selkie_writer rest = writer_copy(writer);
    size_t size = 1;
    if (rest.failed) {
        return false;
    }
    for (; fields->kind != SELKIE_FIELD_END && size > 0; fields++, at += size) {
        size = field_put(format, &rest, fields, at);
    }
    *writer = rest;
    return size > 0;
}

static INLINE bool record_get(enum number_format format, struct selkie_reader *reader,
                              const struct selkie_field *fields, void *record) {
    unsigned char *at = (unsigned char *)record;
    struct selkie_reader rest = reader_copy(reader);
    size_t size = 1;
    if (rest.failed) {
        return false;
    }
    for (; fields->kind != SELKIE_FIELD_END && size > 0; fields++, at += size) {
        size = field_get(format, &rest, fields, at);
    }
    *reader = rest;
    return size > 0;
}

/* ---- For each format ---- */

#define FIELDS_OF(name, format)                                                                                        \
    bool fields_put_##name(struct selkie_writer *writer, const struct selkie_field *fields, const void *record) {      \
        return record_put(format, writer, fields, record);                                                             \
    }                                                                                                                  \
    bool fields_get_##name(struct selkie_reader *reader, const struct selkie_field *fields, void *record) {            \
        return record_get(format, reader, fields, record);                                                             \
    }

FIELDS_OF(bincode1, NUMBERS_BINCODE1)
FIELDS_OF(bincode1_fixed, NUMBERS_BINCODE1_FIXED)
FIELDS_OF(bincode2, NUMBERS_BINCODE2)
FIELDS_OF(postcard, NUMBERS_POSTCARD)

/* ---- Sizes ---- */

/* The bytes that the part takes at least or at most. */
static size_t part_bytes(enum number_format format, const struct selkie_field *field, bool most) {
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

static size_t fields_bytes(enum number_format format, const struct selkie_field *fields, bool most) {
    size_t port = format_bytes(format, most ? UINT16_MAX : 0, PORT_BYTES);
    size_t bytes = 0;
    for (; fields->kind != SELKIE_FIELD_END; fields++) {
        bytes += part_bytes(format, fields, most) + (field_shapes[fields->kind].port ? port : 0);
    }
    return bytes;
}

size_t fields_least(enum number_format format, const struct selkie_field *fields) {
    return fields_bytes(format, fields, false);
}

size_t fields_most(enum number_format format, const struct selkie_field *fields) {
    return fields_bytes(format, fields, true);
}
