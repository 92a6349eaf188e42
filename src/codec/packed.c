/* The packed codec, selkie's own: identities as they are, fixed little-endian integers. docs/protocol.md draws it byte
 * by byte.
 *
 * It knows how a header and a member are written, and nothing else of a packet. Whatever it decodes it writes back as
 * the same bytes; what it would not decode it does not write. */
#include "selkie/codec.h"

#include "base/cursor.h"
#include "base/message.h"
#include "base/small.h"

enum {
    PACKED_VERSION = 1,
    INCARNATION = 2,               /* bytes of it */
    MEMBER_TAIL = INCARNATION + 1, /* and bits */

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

/* The bytes of a header after its first two. */
static size_t packed_header_rest(const struct selkie_codec *codec, bool number, bool peer) {
    size_t identities = peer ? 3 : 2;
    return identities * codec->identity_size + INCARNATION + (number ? 1 : 0);
}

static bool packed_encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                                 const struct selkie_header *header) {
    if (!packed_header_is_sane(header->message, header->flags)) {
        return false;
    }
    const struct selkie_header said = *header; /* a copy: none of the writes below may be one to it */
    size_t size = codec->identity_size;
    bool number = message_has_number(said.message), peer = message_has_peer(said.message);
    unsigned char *at = writer_take(writer, 2 + packed_header_rest(codec, number, peer));
    if (!at) {
        return false;
    }
    at[0] = PACKED_VERSION;
    at[1] = (unsigned char)(said.message | (said.flags != 0 ? (unsigned)PACKED_NACK_WANTED : 0u));
    small_copy(at + 2, said.source, size);
    at += 2 + size;
    at[0] = (unsigned char)said.source_incarnation;
    at[1] = (unsigned char)(said.source_incarnation >> 8);
    small_copy(at + INCARNATION, said.destination, size);
    at += INCARNATION + size;
    if (number) {
        *at++ = said.probe_number;
    }
    if (peer) {
        small_copy(at, said.peer, size);
    }
    return true;
}

static int packed_decode_start(struct selkie_reader *reader, struct selkie_header *header) {
    if (reader->left > 0 && *reader->next != PACKED_VERSION) {
        return SELKIE_E_VERSION;
    }
    const unsigned char *at = reader_take(reader, 2);
    if (!at) {
        return SELKIE_E_DECODE;
    }
    uint8_t message = at[1] & PACKED_MESSAGE;
    uint8_t flags = at[1] & PACKED_NACK_WANTED ? (uint8_t)SELKIE_NACK_WANTED : (uint8_t)0;
    if ((at[1] & PACKED_HEADER_RESERVED) != 0 || message >= SELKIE_MESSAGE_COUNT) {
        return SELKIE_E_VERSION;
    }
    header->message = message;
    header->flags = flags;
    return packed_header_is_sane(message, flags) ? 0 : SELKIE_E_DECODE;
}

static int packed_decode_header(const struct selkie_codec *codec, struct selkie_reader *reader,
                                struct selkie_header *header, void *source, void *destination, void *peer) {
    int error = packed_decode_start(reader, header);
    if (error != 0) {
        return error;
    }
    size_t size = codec->identity_size;
    bool has_number = message_has_number(header->message), has_peer = message_has_peer(header->message);
    const unsigned char *at = reader_take(reader, packed_header_rest(codec, has_number, has_peer));
    if (!at) {
        return SELKIE_E_DECODE;
    }
    small_copy(source, at, size);
    at += size;
    header->source_incarnation = (uint16_t)(at[0] | at[1] << 8);
    small_copy(destination, at + INCARNATION, size);
    at += INCARNATION + size;
    if (has_number) {
        header->probe_number = *at++;
    }
    if (has_peer) {
        small_copy(peer, at, size);
    }
    return 0;
}

/* What a member's last byte may be: only a Down one says that it left, only a Suspect one names an accuser. */
#define PACKED_BITS                                                                                                    \
    (1u << SELKIE_ALIVE | 1u << SELKIE_SUSPECT | 1u << SELKIE_DOWN | 1u << (SELKIE_DOWN | PACKED_LEFT) |               \
     1u << (SELKIE_SUSPECT | PACKED_ACCUSED))

static bool packed_bits_are_sane(unsigned bits) {
    return bits < 16 && (PACKED_BITS >> bits & 1) != 0;
}

/* A member's last byte. False: there is none that says this. */
static bool packed_bits_of(const struct selkie_member *member, unsigned *bits) {
    unsigned left = member->flags, accused = member->accuser != NULL ? (unsigned)PACKED_ACCUSED : 0u;
    *bits = accused | left * (PACKED_LEFT / SELKIE_LEFT) | member->state;
    return left <= SELKIE_LEFT && member->state <= SELKIE_DOWN && packed_bits_are_sane(*bits);
}

static uint32_t packed_put_members(const struct selkie_codec *codec, struct selkie_writer *writer,
                                   const struct selkie_member *members, uint32_t count) {
    size_t size = codec->identity_size, left = writer->failed ? 0 : writer->left;
    unsigned char *at = writer->next;
    uint32_t put = 0;
    for (unsigned bits; put < count && packed_bits_of(&members[put], &bits); put++) {
        const void *identity = members[put].identity, *accuser = members[put].accuser;
        uint16_t incarnation = members[put].incarnation;
        size_t bytes = size + MEMBER_TAIL + (accuser ? size : 0);
        if (bytes > left) {
            break;
        }
        left -= bytes;
        at[size] = (unsigned char)incarnation;
        at[size + 1] = (unsigned char)(incarnation >> 8);
        at[size + 2] = (unsigned char)bits;
        small_copy(at, identity, size);
        if (accuser) {
            small_copy(at + size + MEMBER_TAIL, accuser, size);
        }
        at += bytes;
    }
    writer->left -= (size_t)(at - writer->next);
    writer->next = at;
    return put;
}

static size_t packed_member_size(const struct selkie_codec *codec, const struct selkie_member *member) {
    return (member->accuser != NULL ? 2u : 1u) * (size_t)codec->identity_size + MEMBER_TAIL;
}

static bool packed_encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                                 const struct selkie_member *member) {
    bool put = packed_put_members(codec, writer, member, 1) == 1;
    writer->failed |= !put && packed_member_size(codec, member) > writer->left;
    return put;
}

static int packed_complaint(uint8_t bits) {
    if (packed_bits_are_sane(bits)) {
        return 0;
    }
    return (bits & PACKED_MEMBER_RESERVED) != 0 ? SELKIE_E_VERSION : SELKIE_E_DECODE;
}

static uint32_t packed_take_members(const struct selkie_codec *codec, struct selkie_reader *reader,
                                    struct selkie_member *members, uint32_t count, void *room) {
    (void)room;
    size_t size = codec->identity_size, left = reader->failed ? 0 : reader->left;
    const unsigned char *at = reader->next;
    uint32_t taken = 0;
    for (; taken < count && left >= size + MEMBER_TAIL && packed_bits_are_sane(at[size + 2]); taken++) {
        struct selkie_member *member = &members[taken];
        uint8_t bits = at[size + 2];
        uint16_t incarnation = (uint16_t)(at[size] | at[size + 1] << 8);
        size_t bytes = size + MEMBER_TAIL + (bits & PACKED_ACCUSED ? size : 0);
        if (bytes > left) {
            break;
        }
        member->identity = at;
        member->accuser = bits & PACKED_ACCUSED ? at + size + MEMBER_TAIL : NULL;
        member->incarnation = incarnation;
        member->state = bits & PACKED_STATE;
        member->flags = bits & PACKED_LEFT ? (uint8_t)SELKIE_LEFT : (uint8_t)0;
        at += bytes;
        left -= bytes;
    }
    reader->left -= (size_t)(at - reader->next);
    reader->next = at;
    return taken;
}

static int packed_decode_member(const struct selkie_codec *codec, struct selkie_reader *reader,
                                struct selkie_member *member, void *identity, void *accuser) {
    size_t size = codec->identity_size;
    if (packed_take_members(codec, reader, member, 1, NULL) == 0) {
        const unsigned char *at = reader_take(reader, size + MEMBER_TAIL);
        int complaint = at ? packed_complaint(at[size + 2]) : SELKIE_E_DECODE;
        return complaint != 0 ? complaint : SELKIE_E_DECODE; /* its accuser is missing */
    }
    small_copy(identity, member->identity, size);
    member->identity = identity;
    if (member->accuser) {
        small_copy(accuser, member->accuser, size);
        member->accuser = accuser;
    }
    return 0;
}

static int packed_skip_members(const struct selkie_codec *codec, struct selkie_reader *reader, uint32_t count) {
    size_t size = codec->identity_size;
    for (; count > 0; count--) {
        const unsigned char *at = reader_take(reader, size + MEMBER_TAIL);
        if (!at) {
            return SELKIE_E_DECODE;
        }
        int complaint = packed_complaint(at[size + 2]);
        if (complaint != 0) {
            return complaint;
        }
        if ((at[size + 2] & PACKED_ACCUSED) != 0 && !reader_take(reader, size)) {
            return SELKIE_E_DECODE;
        }
    }
    return 0;
}

static const struct selkie_shortcuts packed_shortcuts = {packed_encode_member, packed_decode_member,
                                                         packed_put_members,   packed_member_size,
                                                         packed_skip_members,  packed_take_members};

void selkie_codec_packed_(struct selkie_codec *codec, size_t struct_size, size_t identity_size) {
    struct selkie_codec packed;
    memset(&packed, 0, sizeof packed);
    packed.struct_size = struct_size;
    packed.can = SELKIE_CAN_LEFT | SELKIE_CAN_ACCUSER | SELKIE_CAN_NACK;
    packed.encode_header = packed_encode_header;
    packed.encode_member = packed_encode_member;
    packed.decode_header = packed_decode_header;
    packed.decode_member = packed_decode_member;
    packed.shortcuts = &packed_shortcuts;
    if (identity_size >= 1 && identity_size <= SELKIE_IDENTITY_MAX) { /* else sizes of 0, which no engine takes */
        packed.identity_size = (uint16_t)identity_size;
        packed.header_max = (uint16_t)(2 * identity_size + 5);
        packed.member_min = (uint16_t)(identity_size + 3);
        packed.member_max = (uint16_t)(2 * identity_size + 3);
    }
    memset(codec, 0, struct_size);
    memcpy(codec, &packed, struct_size < sizeof packed ? struct_size : sizeof packed);
}
