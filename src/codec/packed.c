/* The packed codec, selkie's own: identities as they are, fixed little-endian integers. docs/protocol.md draws it byte
 * by byte.
 *
 * It knows how a header and a member are written, and nothing else of a packet. Whatever it decodes it writes back as
 * the same bytes; what it would not decode it does not write. */
#include "selkie/codec.h"

#include "base/brief.h"
#include "base/cursor.h"
#include "base/inline.h"
#include "base/message.h"
#include "base/small.h"

enum {
    PACKED_VERSION = 1,
    INCARNATION = 2, /* bytes of it */

    /* The header's second byte. Messages 12 to 15 and the other flags are for later versions of the protocol. */
    PACKED_MESSAGE = 0x0f,
    PACKED_NACK_WANTED = 0x10,
    PACKED_HEADER_RESERVED = 0xe0,

    /* The member's last byte before an accuser: more than in brief. */
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
    (1u << SELKIE_ALIVE | 1u << SELKIE_SUSPECT | 1u << SELKIE_DOWN |                                                   \
     1u << (SELKIE_DOWN | (unsigned)SELKIE_BRIEF_LEFT) | 1u << (SELKIE_SUSPECT | PACKED_ACCUSED))

static bool packed_bits_are_sane(unsigned bits) {
    return bits < 16 && (PACKED_BITS >> bits & 1) != 0;
}

/* A member is written as it is in brief, but for the bits, and the accuser after it. */
static size_t packed_bytes(size_t identity_size, bool accused) {
    return (accused ? 2u : 1u) * identity_size + SELKIE_BRIEF_TAIL;
}

/* Somebody may have taken from what the codec can. */
static bool packed_accuses(const struct selkie_codec *codec, const struct selkie_brief *member) {
    return member->accuser != NULL && (codec->can & SELKIE_CAN_ACCUSER) != 0;
}

static unsigned packed_mask(const struct selkie_codec *codec) {
    unsigned left = codec->can & SELKIE_CAN_LEFT ? (unsigned)SELKIE_BRIEF_LEFT : 0u;
    return SELKIE_BRIEF_STATE | left;
}

static size_t packed_member_size(const struct selkie_codec *codec, const struct selkie_brief *member) {
    return packed_bytes(codec->identity_size, packed_accuses(codec, member));
}

/* Write a member to `at`, where there are `left` bytes. How many it takes; 0: it was not written. */
static INLINE size_t packed_put(unsigned char *at, size_t left, const struct selkie_brief *member, size_t size,
                                unsigned bits, bool accused) {
    size_t needed = packed_bytes(size, accused);
    if (!packed_bits_are_sane(bits) || needed > left) {
        return 0;
    }
    small_copy(at, member->bytes, size + INCARNATION);
    at[size + INCARNATION] = (unsigned char)bits;
    if (accused) {
        small_copy(at + size + SELKIE_BRIEF_TAIL, member->accuser, size);
    }
    return needed;
}

static OUTLINE size_t packed_put_accused(unsigned char *at, size_t left, const struct selkie_brief *member, size_t size,
                                         unsigned bits) {
    return packed_put(at, left, member, size, bits | PACKED_ACCUSED, true);
}

static uint32_t packed_put_members(const struct selkie_codec *codec, struct selkie_writer *writer,
                                   const struct selkie_brief *members, uint32_t count) {
    size_t size = codec->identity_size, left = writer->failed ? 0 : writer->left;
    unsigned char *at = writer->next;
    unsigned mask = packed_mask(codec);
    uint32_t put = 0;
    for (; put < count; put++) {
        const struct selkie_brief *member = &members[put];
        unsigned bits = member->bytes[size + INCARNATION] & mask;
        size_t bytes = packed_accuses(codec, member) ? packed_put_accused(at, left, member, size, bits)
                                                     : packed_put(at, left, member, size, bits, false);
        if (bytes == 0) {
            break;
        }
        at += bytes;
        left -= bytes;
    }
    writer->left -= (size_t)(at - writer->next);
    writer->next = at;
    return put;
}

static bool packed_encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                                 const struct selkie_member *member) {
    unsigned char bytes[SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL];
    if (member->state > SELKIE_DOWN || member->flags > SELKIE_LEFT) {
        return false;
    }
    struct selkie_brief brief = brief_write(bytes, member, codec->identity_size);
    bool put = packed_put_members(codec, writer, &brief, 1) == 1;
    writer->failed |= !put && packed_member_size(codec, &brief) > writer->left;
    return put;
}

/* The bytes of the member that is next in `left` bytes; 0: there is none that could be read. */
static INLINE size_t packed_bytes_at(const unsigned char *at, size_t left, size_t size) {
    if (left < size + SELKIE_BRIEF_TAIL) {
        return 0;
    }
    unsigned bits = at[size + INCARNATION];
    size_t bytes = packed_bytes(size, (bits & PACKED_ACCUSED) != 0);
    return packed_bits_are_sane(bits) && bytes <= left ? bytes : 0;
}

/* Why there is none. */
static int packed_complaint(const struct selkie_reader *reader, size_t size) {
    bool whole = !reader->failed && reader->left >= size + SELKIE_BRIEF_TAIL;
    bool later = whole && (reader->next[size + INCARNATION] & PACKED_MEMBER_RESERVED) != 0;
    return later ? SELKIE_E_VERSION : SELKIE_E_DECODE;
}

static uint32_t packed_take_members(const struct selkie_codec *codec, struct selkie_reader *reader,
                                    struct selkie_brief *members, uint32_t count, void *room) {
    (void)room;
    size_t size = codec->identity_size, left = reader->failed ? 0 : reader->left, bytes;
    const unsigned char *at = reader->next;
    uint32_t taken = 0;
    for (; taken < count && (bytes = packed_bytes_at(at, left, size)) != 0; taken++) {
        members[taken].bytes = at;
        members[taken].accuser = bytes > size + SELKIE_BRIEF_TAIL ? at + size + SELKIE_BRIEF_TAIL : NULL;
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
    struct selkie_brief brief;
    if (packed_take_members(codec, reader, &brief, 1, NULL) == 0) {
        return packed_complaint(reader, size);
    }
    brief_read(member, brief.bytes, size);
    small_copy(identity, brief.bytes, size);
    member->identity = identity;
    if (brief.accuser) {
        small_copy(accuser, brief.accuser, size);
        member->accuser = accuser;
    }
    return 0;
}

static int packed_skip_members(const struct selkie_codec *codec, struct selkie_reader *reader, uint32_t count) {
    size_t size = codec->identity_size, left = reader->failed ? 0 : reader->left, bytes;
    const unsigned char *at = reader->next;
    for (; count > 0 && (bytes = packed_bytes_at(at, left, size)) != 0; count--) {
        at += bytes;
        left -= bytes;
    }
    reader->left -= (size_t)(at - reader->next);
    reader->next = at;
    return count == 0 ? 0 : packed_complaint(reader, size);
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
        packed.member_min = (uint16_t)(identity_size + SELKIE_BRIEF_TAIL);
        packed.member_max = (uint16_t)(2 * identity_size + SELKIE_BRIEF_TAIL);
    }
    memset(codec, 0, struct_size);
    memcpy(codec, &packed, struct_size < sizeof packed ? struct_size : sizeof packed);
}
