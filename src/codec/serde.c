/* The codecs that foca speaks: headers and members as the Rust structs that serde writes, in one of four formats.
 *
 *     header  = source, incarnation u16, destination, message
 *     message = tag, then: nothing, or a probe number u8, or the third party and a probe number u8
 *     member  = identity, incarnation u16, state as a tag */
#include "selkie/codec.h"

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

static bool identity_put(const struct selkie_codec *codec, struct selkie_writer *writer, const void *identity) {
    return fields_put(codec->format, writer, (const struct selkie_field *)codec->ctx, identity);
}

static bool identity_get(const struct selkie_codec *codec, struct selkie_reader *reader, void *identity) {
    return fields_get(codec->format, reader, (const struct selkie_field *)codec->ctx, identity);
}

/* A tag of at most `last`. */
static bool tag_get(const struct selkie_codec *codec, struct selkie_reader *reader, uint8_t *tag, unsigned last) {
    uint64_t value = 0;
    if (!codec->format->get(reader, &value, SERDE_TAG_WIDTH) || value > last) {
        return false;
    }
    *tag = (uint8_t)value;
    return true;
}

static bool incarnation_get(const struct selkie_codec *codec, struct selkie_reader *reader, uint16_t *incarnation) {
    uint64_t value = 0;
    if (!codec->format->get(reader, &value, INCARNATION_WIDTH)) {
        return false;
    }
    *incarnation = (uint16_t)value;
    return true;
}

static bool serde_encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                                const struct selkie_header *header) {
    const struct selkie_format *format = codec->format;
    return header->message <= LAST_MESSAGE && header->flags == 0 && identity_put(codec, writer, header->source) &&
           format->put(writer, header->source_incarnation, INCARNATION_WIDTH) &&
           identity_put(codec, writer, header->destination) && format->put(writer, header->message, SERDE_TAG_WIDTH) &&
           (!message_has_peer(header->message) || identity_put(codec, writer, header->peer)) &&
           (!message_has_number(header->message) || selkie_put_u8(writer, header->probe_number));
}

static int serde_decode_header(const struct selkie_codec *codec, struct selkie_reader *reader,
                               struct selkie_header *header, void *source, void *destination, void *peer) {
    bool good = identity_get(codec, reader, source) && incarnation_get(codec, reader, &header->source_incarnation) &&
                identity_get(codec, reader, destination) && tag_get(codec, reader, &header->message, LAST_MESSAGE) &&
                (!message_has_peer(header->message) || identity_get(codec, reader, peer)) &&
                (!message_has_number(header->message) || selkie_get_u8(reader, &header->probe_number));
    return good ? SELKIE_OK : SELKIE_E_DECODE;
}

static bool serde_encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                                const struct selkie_member *member) {
    const struct selkie_format *format = codec->format;
    return member->state <= LAST_STATE && identity_put(codec, writer, member->identity) &&
           format->put(writer, member->incarnation, INCARNATION_WIDTH) &&
           format->put(writer, member->state, SERDE_TAG_WIDTH);
}

static int serde_decode_member(const struct selkie_codec *codec, struct selkie_reader *reader,
                               struct selkie_member *member, void *identity, void *accuser) {
    (void)accuser;
    bool good = identity_get(codec, reader, identity) && incarnation_get(codec, reader, &member->incarnation) &&
                tag_get(codec, reader, &member->state, LAST_STATE);
    return good ? SELKIE_OK : SELKIE_E_DECODE;
}

/* Nothing here asks for alignment. */
static uint32_t serde_put_members(const struct selkie_codec *codec, struct selkie_writer *writer,
                                  const struct selkie_member *members, uint32_t count) {
    for (uint32_t put = 0; put < count; put++) {
        struct selkie_writer before = *writer;
        if (!serde_encode_member(codec, writer, &members[put])) {
            *writer = before;
            return put;
        }
    }
    return count;
}

static uint32_t serde_take_members(const struct selkie_codec *codec, struct selkie_reader *reader,
                                   struct selkie_member *members, uint32_t count, void *room) {
    unsigned char *identity = (unsigned char *)room;
    for (uint32_t taken = 0; taken < count; taken++, identity += codec->identity_size) {
        struct selkie_reader before = *reader;
        members[taken].identity = identity;
        members[taken].accuser = NULL;
        members[taken].flags = 0;
        if (serde_decode_member(codec, reader, &members[taken], identity, NULL) != SELKIE_OK) {
            *reader = before;
            return taken;
        }
    }
    return count;
}

static const struct selkie_shortcuts serde_shortcuts = {
    serde_encode_member, serde_decode_member, serde_put_members, NULL, NULL, serde_take_members};

static void serde_sizes(struct selkie_codec *codec, const struct selkie_field *fields) {
    const struct selkie_format *format = codec->format;
    size_t least = fields_least(format, fields);
    size_t most = fields_most(format, fields);
    size_t least_incarnation = format_bytes(format, 0, INCARNATION_WIDTH);
    size_t most_incarnation = format_bytes(format, UINT16_MAX, INCARNATION_WIDTH);
    size_t tag = format_bytes(format, LAST_MESSAGE, SERDE_TAG_WIDTH); /* as many as of a state */
    codec->header_max = (uint16_t)(2 * most + most_incarnation + tag + PROBE_NUMBER_BYTES);
    codec->member_min = (uint16_t)(least + least_incarnation + tag);
    codec->member_max = (uint16_t)(most + most_incarnation + tag);
}

static int serde_codec(struct selkie_codec *codec, size_t struct_size, const struct selkie_field *fields,
                       const struct selkie_format *format) {
    size_t identity_size = selkie_fields_size(fields);
    if (identity_size == 0 || identity_size > SELKIE_IDENTITY_MAX) {
        return SELKIE_E_INVALID_CONFIG;
    }
    struct selkie_codec serde;
    memset(&serde, 0, sizeof serde);
    serde.struct_size = struct_size;
    serde.ctx = (void *)fields; /* read only */
    serde.format = format;
    serde.identity_size = (uint16_t)identity_size;
    serde.encode_header = serde_encode_header;
    serde.encode_member = serde_encode_member;
    serde.decode_header = serde_decode_header;
    serde.decode_member = serde_decode_member;
    serde.shortcuts = &serde_shortcuts;
    serde_sizes(&serde, fields);
    memset(codec, 0, struct_size);
    memcpy(codec, &serde, struct_size < sizeof serde ? struct_size : sizeof serde);
    return SELKIE_OK;
}

int selkie_codec_bincode1_(struct selkie_codec *codec, size_t struct_size, const struct selkie_field *fields) {
    return serde_codec(codec, struct_size, fields, format_bincode1());
}

int selkie_codec_bincode1_fixed_(struct selkie_codec *codec, size_t struct_size, const struct selkie_field *fields) {
    return serde_codec(codec, struct_size, fields, format_bincode1_fixed());
}

int selkie_codec_bincode2_(struct selkie_codec *codec, size_t struct_size, const struct selkie_field *fields) {
    return serde_codec(codec, struct_size, fields, format_bincode2());
}

int selkie_codec_postcard_(struct selkie_codec *codec, size_t struct_size, const struct selkie_field *fields) {
    return serde_codec(codec, struct_size, fields, format_postcard());
}

/* ---- Records of the user's ---- */

bool selkie_put_fields(const struct selkie_codec *codec, struct selkie_writer *writer,
                       const struct selkie_field *fields, const void *record) {
    size_t size = selkie_fields_size(fields);
    if (size == 0) {
        return false;
    }
    return codec->format ? fields_put(codec->format, writer, fields, record) : selkie_put(writer, record, size);
}

int selkie_get_fields(const struct selkie_codec *codec, struct selkie_reader *reader, const struct selkie_field *fields,
                      void *record) {
    size_t size = selkie_fields_size(fields);
    if (size == 0) {
        return SELKIE_E_DECODE;
    }
    bool good = codec->format ? fields_get(codec->format, reader, fields, record) : selkie_get(reader, record, size);
    return good ? SELKIE_OK : SELKIE_E_DECODE;
}
