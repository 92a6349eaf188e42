/* The packed codec, selkie's own: identities as they are, fixed little-endian integers. docs/protocol.md draws it byte
 * by byte.
 *
 * It knows how a header and a member are written, and nothing else of a packet. Whatever it decodes it writes back as
 * the same bytes; what it would not decode it does not write. */
#include "selkie/codec.h"

#include "base/cursor.h"
#include "base/small.h"

enum {
    PACKED_VERSION = 1,
    MEMBER_TAIL = 3, /* incarnation and bits */

    /* The header's second byte. Messages 12 to 15 and the other flags are for later versions of the protocol. */
    PACKED_MESSAGE = 0x0f,
    PACKED_NACK_WANTED = 0x10,
    PACKED_HEADER_RESERVED = 0xe0,

    /* The member's last byte before an accuser. */
    PACKED_STATE = 0x03,
    PACKED_LEFT = 0x04,
    PACKED_ACCUSED = 0x08,
    PACKED_MEMBER_RESERVED = 0xf0
};

/* Only who is asked to probe may be asked for a nack. */
static bool packed_header_is_sane(uint8_t message, uint8_t flags) {
    return message < SELKIE_MESSAGE_COUNT &&
           (flags == 0 || (flags == SELKIE_NACK_WANTED && message == SELKIE_PING_REQ));
}

static bool packed_encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                                 const struct selkie_header *header) {
    if (!packed_header_is_sane(header->message, header->flags)) {
        return false;
    }
    (void)selkie_put_u8(writer, PACKED_VERSION);
    (void)selkie_put_u8(writer, (uint8_t)(header->message | (header->flags != 0 ? PACKED_NACK_WANTED : 0)));
    (void)selkie_put(writer, header->source, codec->identity_size);
    (void)selkie_put_u16(writer, header->source_incarnation);
    (void)selkie_put(writer, header->destination, codec->identity_size);
    if (selkie_message_has_number(header->message)) {
        (void)selkie_put_u8(writer, header->probe_number);
    }
    if (selkie_message_has_peer(header->message)) {
        (void)selkie_put(writer, header->peer, codec->identity_size);
    }
    return !writer->failed;
}

static int packed_decode_header(const struct selkie_codec *codec, struct selkie_reader *reader,
                                struct selkie_header *header, void *source, void *destination, void *peer) {
    uint8_t version;
    if (!selkie_get_u8(reader, &version)) {
        return SELKIE_E_DECODE;
    }
    if (version != PACKED_VERSION) {
        return SELKIE_E_VERSION;
    }
    uint8_t message;
    if (!selkie_get_u8(reader, &message)) {
        return SELKIE_E_DECODE;
    }
    if ((message & PACKED_HEADER_RESERVED) != 0 || (message & PACKED_MESSAGE) >= SELKIE_MESSAGE_COUNT) {
        return SELKIE_E_VERSION;
    }
    header->flags = message & PACKED_NACK_WANTED ? (uint8_t)SELKIE_NACK_WANTED : (uint8_t)0;
    message &= PACKED_MESSAGE;
    if (!packed_header_is_sane(message, header->flags)) {
        return SELKIE_E_DECODE;
    }
    header->message = message;
    (void)selkie_get(reader, source, codec->identity_size);
    (void)selkie_get_u16(reader, &header->source_incarnation);
    (void)selkie_get(reader, destination, codec->identity_size);
    if (selkie_message_has_number(message)) {
        (void)selkie_get_u8(reader, &header->probe_number);
    }
    if (selkie_message_has_peer(message)) {
        (void)selkie_get(reader, peer, codec->identity_size);
    }
    return reader->failed ? SELKIE_E_DECODE : 0;
}

/* May a member in this state say that it left, or name an accuser? Only a Down one, only a Suspect one. */
static bool packed_member_is_sane(uint8_t state, bool left, bool accused) {
    return state <= SELKIE_DOWN && (!left || state == SELKIE_DOWN) && (!accused || state == SELKIE_SUSPECT);
}

static bool packed_encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                                 const struct selkie_member *member) {
    bool left = (member->flags & SELKIE_LEFT) != 0;
    bool accused = member->accuser != NULL;
    if ((member->flags & ~SELKIE_LEFT) != 0 || !packed_member_is_sane(member->state, left, accused)) {
        return false;
    }
    size_t size = codec->identity_size;
    unsigned char *at = writer_take(writer, size + MEMBER_TAIL);
    if (!at) {
        return false;
    }
    small_copy(at, member->identity, size);
    at[size] = (unsigned char)member->incarnation;
    at[size + 1] = (unsigned char)(member->incarnation >> 8);
    at[size + 2] = (unsigned char)(member->state | (left ? PACKED_LEFT : 0) | (accused ? PACKED_ACCUSED : 0));
    if (accused) {
        (void)selkie_put(writer, member->accuser, codec->identity_size);
    }
    return !writer->failed;
}

static int packed_decode_member(const struct selkie_codec *codec, struct selkie_reader *reader,
                                struct selkie_member *member, void *identity, void *accuser) {
    size_t size = codec->identity_size;
    const unsigned char *at = reader_take(reader, size + MEMBER_TAIL);
    if (!at) {
        return SELKIE_E_DECODE;
    }
    small_copy(identity, at, size);
    member->incarnation = (uint16_t)(at[size] | at[size + 1] << 8);
    uint8_t bits = at[size + 2];
    if ((bits & PACKED_MEMBER_RESERVED) != 0) {
        return SELKIE_E_VERSION;
    }
    bool left = (bits & PACKED_LEFT) != 0;
    bool accused = (bits & PACKED_ACCUSED) != 0;
    member->state = bits & PACKED_STATE;
    member->flags = left ? (uint8_t)SELKIE_LEFT : (uint8_t)0;
    if (!packed_member_is_sane(member->state, left, accused)) {
        return SELKIE_E_DECODE;
    }
    if (!accused) {
        return 0;
    }
    if (!selkie_get(reader, accuser, codec->identity_size)) {
        return SELKIE_E_DECODE;
    }
    member->accuser = accuser;
    return 0;
}

void selkie_codec_packed_(struct selkie_codec *codec, size_t struct_size, size_t identity_size) {
    struct selkie_codec packed;
    memset(&packed, 0, sizeof packed);
    packed.struct_size = struct_size;
    packed.can = SELKIE_CAN_LEFT | SELKIE_CAN_ACCUSER | SELKIE_CAN_NACK;
    packed.encode_header = packed_encode_header;
    packed.encode_member = packed_encode_member;
    packed.decode_header = packed_decode_header;
    packed.decode_member = packed_decode_member;
    if (identity_size >= 1 && identity_size <= SELKIE_IDENTITY_MAX) { /* else sizes of 0, which no engine takes */
        packed.identity_size = (uint16_t)identity_size;
        packed.header_max = (uint16_t)(2 * identity_size + 5);
        packed.member_min = (uint16_t)(identity_size + 3);
        packed.member_max = (uint16_t)(2 * identity_size + 3);
    }
    memset(codec, 0, struct_size);
    memcpy(codec, &packed, struct_size < sizeof packed ? struct_size : sizeof packed);
}
