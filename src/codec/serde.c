/* The codecs that foca speaks: headers and members as the Rust structs that serde writes, in one of four formats.
 *
 *     header  = source, incarnation u16, destination, message
 *     message = tag, then: nothing, or a probe number u8, or the third party and a probe number u8
 *     member  = identity, incarnation u16, state as a tag */
#include "selkie/codec.h"

#include "base/brief.h"
#include "base/memory.h"
#include "base/message.h"
#include "codec/fields.h"

enum {
    INCARNATION_WIDTH = 2,
    SERDE_TAG_WIDTH = 4,
    PROBE_NUMBER_BYTES = 1,
    LAST_MESSAGE = SELKIE_TURN_UNDEAD, /* that foca knows */
    LAST_STATE = SELKIE_DOWN
};

/* ---- In a format that is constant where they are called ---- */

static INLINE bool identity_put(enum number_format format, const struct selkie_codec *codec,
                                struct selkie_writer *writer, const void *identity) {
    return fields_put(format, writer, (const struct selkie_field *)codec->ctx, identity);
}

static INLINE bool identity_get(enum number_format format, const struct selkie_codec *codec,
                                struct selkie_reader *reader, void *identity) {
    return fields_get(format, reader, (const struct selkie_field *)codec->ctx, identity);
}

/* A tag of at most `last`. */
static INLINE bool tag_get(enum number_format format, struct selkie_reader *reader, uint8_t *tag, unsigned last) {
    uint64_t value = 0;
    if (!format_get(format, reader, &value, SERDE_TAG_WIDTH) || value > last) {
        return false;
    }
    *tag = (uint8_t)value;
    return true;
}

static INLINE bool incarnation_get(enum number_format format, struct selkie_reader *reader, uint16_t *incarnation) {
    uint64_t value = 0;
    if (!format_get(format, reader, &value, INCARNATION_WIDTH)) {
        return false;
    }
    *incarnation = (uint16_t)value;
    return true;
}

static INLINE bool header_put(enum number_format format, const struct selkie_codec *codec, struct selkie_writer *writer,
                              const struct selkie_header *header) {
    return header->message <= LAST_MESSAGE && header->flags == 0 &&
           identity_put(format, codec, writer, header->source) &&
           format_put(format, writer, header->source_incarnation, INCARNATION_WIDTH) &&
           identity_put(format, codec, writer, header->destination) &&
           format_put(format, writer, header->message, SERDE_TAG_WIDTH) &&
           (!message_has_peer(header->message) || identity_put(format, codec, writer, header->peer)) &&
           (!message_has_number(header->message) || selkie_put_u8(writer, header->probe_number));
}

static INLINE bool header_get(enum number_format format, const struct selkie_codec *codec, struct selkie_reader *reader,
                              struct selkie_header *header, void *source, void *destination, void *peer) {
    return identity_get(format, codec, reader, source) &&
           incarnation_get(format, reader, &header->source_incarnation) &&
           identity_get(format, codec, reader, destination) &&
           tag_get(format, reader, &header->message, LAST_MESSAGE) &&
           (!message_has_peer(header->message) || identity_get(format, codec, reader, peer)) &&
           (!message_has_number(header->message) || selkie_get_u8(reader, &header->probe_number));
}

static INLINE bool member_put(enum number_format format, const struct selkie_codec *codec, struct selkie_writer *writer,
                              const void *identity, uint16_t incarnation, uint8_t state) {
    return state <= LAST_STATE && identity_put(format, codec, writer, identity) &&
           format_put(format, writer, incarnation, INCARNATION_WIDTH) &&
           format_put(format, writer, state, SERDE_TAG_WIDTH);
}

static INLINE bool member_get(enum number_format format, const struct selkie_codec *codec, struct selkie_reader *reader,
                              void *identity, uint16_t *incarnation, uint8_t *state) {
    return identity_get(format, codec, reader, identity) && incarnation_get(format, reader, incarnation) &&
           tag_get(format, reader, state, LAST_STATE);
}

/* Nothing here asks for alignment. */
static INLINE uint32_t members_put(enum number_format format, const struct selkie_codec *codec,
                                   struct selkie_writer *writer, const struct selkie_brief *members, uint32_t count) {
    for (uint32_t put = 0; put < count; put++) {
        struct selkie_writer before = writer_copy(writer);
        const unsigned char *bytes = members[put].bytes, *tail = bytes + codec->identity_size;
        if (!member_put(format, codec, writer, bytes, brief_incarnation(tail), brief_state(tail))) {
            *writer = before;
            return put;
        }
    }
    return count;
}

static INLINE uint32_t members_get(enum number_format format, const struct selkie_codec *codec,
                                   struct selkie_reader *reader, struct selkie_brief *members, uint32_t count,
                                   unsigned char *room) {
    for (uint32_t taken = 0; taken < count; taken++, room += codec->identity_size + (size_t)SELKIE_BRIEF_TAIL) {
        struct selkie_reader before = reader_copy(reader);
        uint16_t incarnation = 0;
        uint8_t state = 0;
        if (!member_get(format, codec, reader, room, &incarnation, &state)) {
            *reader = before;
            return taken;
        }
        brief_put_tail(room + codec->identity_size, incarnation, state);
        members[taken].bytes = room;
        members[taken].accuser = NULL;
    }
    return count;
}

/* ---- What the codecs have in common ---- */

static void serde_sizes(struct selkie_codec *codec, enum number_format format, const struct selkie_field *fields) {
    size_t least = fields_least(format, fields);
    size_t most = fields_most(format, fields);
    size_t least_incarnation = format_bytes(format, 0, INCARNATION_WIDTH);
    size_t most_incarnation = format_bytes(format, UINT16_MAX, INCARNATION_WIDTH);
    size_t tag = format_bytes(format, LAST_MESSAGE, SERDE_TAG_WIDTH); /* as many as of a state */
    codec->header_max = (uint16_t)(2 * most + most_incarnation + tag + PROBE_NUMBER_BYTES);
    codec->member_min = (uint16_t)(least + least_incarnation + tag);
    codec->member_max = (uint16_t)(most + most_incarnation + tag);
}

/* `serde`: with its functions. */
static int serde_codec(struct selkie_codec *codec, size_t struct_size, const struct selkie_field *fields,
                       enum number_format format, struct selkie_codec *serde) {
    size_t identity_size = selkie_fields_size(fields);
    if (identity_size == 0 || identity_size > SELKIE_IDENTITY_MAX) {
        return SELKIE_E_INVALID_CONFIG;
    }
    serde->struct_size = struct_size;
    serde->ctx = (void *)fields; /* read only */
    serde->format = format_of(format);
    serde->identity_size = (uint16_t)identity_size;
    serde_sizes(serde, format, fields);
    memset(codec, 0, struct_size);
    memcpy(codec, serde, struct_size < sizeof *serde ? struct_size : sizeof *serde);
    return SELKIE_OK;
}

/* ---- For each format ---- */

#define SERDE_CODEC(name, format)                                                                                      \
    static bool name##_encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,                   \
                                     const struct selkie_header *header) {                                             \
        return header_put(format, codec, writer, header);                                                              \
    }                                                                                                                  \
    static int name##_decode_header(const struct selkie_codec *codec, struct selkie_reader *reader,                    \
                                    struct selkie_header *header, void *source, void *destination, void *peer) {       \
        return header_get(format, codec, reader, header, source, destination, peer) ? SELKIE_OK : SELKIE_E_DECODE;     \
    }                                                                                                                  \
    static bool name##_encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,                   \
                                     const struct selkie_member *member) {                                             \
        return member_put(format, codec, writer, member->identity, member->incarnation, member->state);                \
    }                                                                                                                  \
    static int name##_decode_member(const struct selkie_codec *codec, struct selkie_reader *reader,                    \
                                    struct selkie_member *member, void *identity, void *accuser) {                     \
        (void)accuser;                                                                                                 \
        return member_get(format, codec, reader, identity, &member->incarnation, &member->state) ? SELKIE_OK           \
                                                                                                 : SELKIE_E_DECODE;    \
    }                                                                                                                  \
    static uint32_t name##_put_members(const struct selkie_codec *codec, struct selkie_writer *writer,                 \
                                       const struct selkie_brief *members, uint32_t count) {                           \
        return members_put(format, codec, writer, members, count);                                                     \
    }                                                                                                                  \
    static uint32_t name##_take_members(const struct selkie_codec *codec, struct selkie_reader *reader,                \
                                        struct selkie_brief *members, uint32_t count, void *room) {                    \
        return members_get(format, codec, reader, members, count, (unsigned char *)room);                              \
    }                                                                                                                  \
    static const struct selkie_shortcuts name##_shortcuts = {                                                          \
        name##_encode_member, name##_decode_member, name##_put_members, NULL, NULL, name##_take_members};              \
    int selkie_codec_##name##_(struct selkie_codec *codec, size_t struct_size, const struct selkie_field *fields) {    \
        struct selkie_codec serde;                                                                                     \
        memset(&serde, 0, sizeof serde);                                                                               \
        serde.encode_header = name##_encode_header;                                                                    \
        serde.encode_member = name##_encode_member;                                                                    \
        serde.decode_header = name##_decode_header;                                                                    \
        serde.decode_member = name##_decode_member;                                                                    \
        serde.shortcuts = &name##_shortcuts;                                                                           \
        return serde_codec(codec, struct_size, fields, format, &serde);                                                \
    }

SERDE_CODEC(bincode1, NUMBERS_BINCODE1)
SERDE_CODEC(bincode1_fixed, NUMBERS_BINCODE1_FIXED)
SERDE_CODEC(bincode2, NUMBERS_BINCODE2)
SERDE_CODEC(postcard, NUMBERS_POSTCARD)

/* ---- Records of the user's ---- */

bool selkie_put_fields(const struct selkie_codec *codec, struct selkie_writer *writer,
                       const struct selkie_field *fields, const void *record) {
    size_t size = selkie_fields_size(fields);
    if (size == 0) {
        return false;
    }
    return codec->format ? fields_put(codec->format->numbers, writer, fields, record)
                         : selkie_put(writer, record, size);
}

int selkie_get_fields(const struct selkie_codec *codec, struct selkie_reader *reader, const struct selkie_field *fields,
                      void *record) {
    size_t size = selkie_fields_size(fields);
    if (size == 0) {
        return SELKIE_E_DECODE;
    }
    bool good =
        codec->format ? fields_get(codec->format->numbers, reader, fields, record) : selkie_get(reader, record, size);
    return good ? SELKIE_OK : SELKIE_E_DECODE;
}
