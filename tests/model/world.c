/* Random numbers, identities, and the codec for names. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* ---- random numbers (splitmix64) ---- */

uint64_t rng_next(struct rng *rng) {
    uint64_t x = rng->state += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

uint32_t rng_below(struct rng *rng, uint32_t limit) {
    return (uint32_t)((rng_next(rng) >> 32) * limit >> 32);
}

uint32_t rng_between(struct rng *rng, uint32_t low, uint32_t high) {
    return low + rng_below(rng, high - low + 1);
}

bool rng_chance(struct rng *rng, uint32_t percent) {
    return rng_below(rng, 100) < percent;
}

/* ---- identities ---- */

#define NAME_MAX_LENGTH 10u
#define NAMED_SIZE 12u

size_t world_id_size(enum id_kind kind) {
    static const size_t sizes[ID_KINDS] = {8, 8, NAMED_SIZE, 6};
    return sizes[kind];
}

size_t world_addr_size(enum id_kind kind) {
    return kind == ID_NAMED ? NAME_MAX_LENGTH : 6;
}

struct id world_id(enum id_kind kind, uint32_t address, uint32_t generation) {
    struct id id = {{0}};
    size_t tail = world_addr_size(kind);
    if (kind == ID_NAMED) {
        memset(id.bytes, 'a' + (int)(address % 26), 2 + address % (NAME_MAX_LENGTH - 1));
        id.bytes[0] = (unsigned char)('A' + address / 26);
    } else {
        const unsigned char place[6] = {10, 0, (unsigned char)(address >> 8), (unsigned char)address, 0x1f, 0x90};
        memcpy(id.bytes, place, sizeof place);
    }
    if (tail < world_id_size(kind)) {
        id.bytes[tail] = (unsigned char)(generation >> 8);
        id.bytes[tail + 1] = (unsigned char)generation;
    }
    return id;
}

/* What the engine promises to functions of the user's. */
static void promise(bool kept, const char *what) {
    if (kept)
        return;
    fprintf(stderr, "FAILED: %s\n", what);
    abort();
}

bool world_aligned(const void *identity) {
    union any {
        uint64_t integer;
        void *pointer;
        long double real;
    };
    return (uintptr_t)identity % _Alignof(union any) == 0;
}

bool world_tied_wins(void *ctx, const void *a, const void *b) {
    (void)ctx;
    promise(world_aligned(a) && world_aligned(b), "wins: an identity is not aligned");
    promise(memcmp(a, b, 6) == 0 && memcmp(a, b, 8) != 0, "wins: asked of identities that are not in conflict");
    const unsigned char *x = a, *y = b;
    unsigned upper_x = (unsigned)(x[6] << 8 | x[7]) / 3, upper_y = (unsigned)(y[6] << 8 | y[7]) / 3;
    return upper_x > upper_y;
}

/* ---- the codec for names ---- */

static bool put_varint(struct selkie_writer *writer, unsigned value) {
    while (value >= 128) {
        if (!selkie_put_u8(writer, (uint8_t)(value | 128)))
            return false;
        value >>= 7;
    }
    return selkie_put_u8(writer, (uint8_t)value);
}

static bool get_varint(struct selkie_reader *reader, uint16_t *value) {
    unsigned sum = 0;
    for (unsigned shift = 0; shift <= 14; shift += 7) {
        uint8_t byte = 0;
        if (!selkie_get_u8(reader, &byte))
            return false;
        sum |= (unsigned)(byte & 127) << shift;
        if (byte < 128) {
            *value = (uint16_t)sum;
            return sum <= UINT16_MAX && (byte != 0 || shift == 0);
        }
    }
    return false;
}

static bool put_name(struct selkie_writer *writer, const void *identity) {
    const unsigned char *id = identity;
    uint8_t length = NAME_MAX_LENGTH;
    while (length > 0 && id[length - 1] == 0)
        length--;
    return selkie_put_u8(writer, length) && selkie_put(writer, id, length) &&
           put_varint(writer, (unsigned)(id[NAME_MAX_LENGTH] << 8 | id[NAME_MAX_LENGTH + 1]));
}

static bool get_name(struct selkie_reader *reader, void *identity) {
    unsigned char *id = identity;
    uint8_t length = 0;
    uint16_t generation = 0;
    memset(id, 0, NAMED_SIZE);
    if (!selkie_get_u8(reader, &length) || length > NAME_MAX_LENGTH || !selkie_get(reader, id, length))
        return false;
    if ((length > 0 && id[length - 1] == 0) || !get_varint(reader, &generation))
        return false;
    id[NAME_MAX_LENGTH] = (unsigned char)(generation >> 8);
    id[NAME_MAX_LENGTH + 1] = (unsigned char)generation;
    return true;
}

/* Bits of the bytes that say message and state, beside those. */
enum { NACK_BIT = 32, LEFT_BIT = 4, ACCUSER_BIT = 8 };

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    bool asks = header->message == SELKIE_PING_REQ && header->flags == SELKIE_NACK_WANTED;
    promise(header->struct_size == sizeof *header, "encode_header: wrong struct_size");
    promise(world_aligned(header->source) && world_aligned(header->destination),
            "encode_header: an identity is not aligned");
    promise(selkie_message_has_peer(header->message) == (header->peer != NULL), "encode_header: wrong third party");
    promise((header->flags == 0 || asks) && (header->probe_number == 0 || selkie_message_has_number(header->message)),
            "encode_header: what is not there is not 0");
    promise(codec->can & SELKIE_CAN_NACK || (!asks && header->message != SELKIE_NACK),
            "encode_header: a nack that the codec cannot carry");
    if (!selkie_put_u8(writer, (uint8_t)(header->message | (asks ? NACK_BIT : 0))) ||
        !put_name(writer, header->source) || !put_varint(writer, header->source_incarnation) ||
        !put_name(writer, header->destination))
        return false;
    if (selkie_message_has_peer(header->message) && !put_name(writer, header->peer))
        return false;
    return !selkie_message_has_number(header->message) || selkie_put_u8(writer, header->probe_number);
}

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    promise(member->struct_size == sizeof *member && world_aligned(member->identity), "encode_member: wrong member");
    promise(codec->can & SELKIE_CAN_LEFT || member->flags == 0, "encode_member: a flag that the codec cannot carry");
    promise(!member->accuser || (codec->can & SELKIE_CAN_ACCUSER && world_aligned(member->accuser)),
            "encode_member: an accuser that the codec cannot carry, or not aligned");
    promise(!member->accuser || member->state == SELKIE_SUSPECT, "encode_member: who is no suspect has an accuser");
    unsigned left = member->flags & SELKIE_LEFT ? LEFT_BIT : 0, accused = member->accuser ? ACCUSER_BIT : 0;
    return put_name(writer, member->identity) && put_varint(writer, member->incarnation) &&
           selkie_put_u8(writer, (uint8_t)(member->state | left | accused)) &&
           (!accused || put_name(writer, member->accuser));
}

/* It decodes nacks also where it says that it cannot carry them: the engine is to refuse them. */
static bool split_message(struct selkie_header *header) {
    bool asks = header->message & NACK_BIT;
    header->message &= (uint8_t)~NACK_BIT;
    header->flags = asks ? SELKIE_NACK_WANTED : 0;
    return header->message < SELKIE_MESSAGE_COUNT && (!asks || header->message == SELKIE_PING_REQ);
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    (void)codec;
    promise(header->struct_size == sizeof *header && header->probe_number == 0 && header->flags == 0 && !header->peer,
            "decode_header: the header was not cleared");
    promise(world_aligned(source) && world_aligned(destination) && world_aligned(peer), "decode_header: unaligned");
    if (!selkie_get_u8(reader, &header->message) || !split_message(header) || !get_name(reader, source) ||
        !get_varint(reader, &header->source_incarnation) || !get_name(reader, destination))
        return SELKIE_E_DECODE;
    if (selkie_message_has_peer(header->message) && !get_name(reader, peer))
        return SELKIE_E_DECODE;
    if (selkie_message_has_number(header->message) && !selkie_get_u8(reader, &header->probe_number))
        return SELKIE_E_DECODE;
    return 0;
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    promise(member->struct_size == sizeof *member && member->flags == 0 && !member->accuser && member->state == 0,
            "decode_member: the member was not cleared");
    promise(world_aligned(identity) && world_aligned(accuser), "decode_member: unaligned");
    uint8_t state = 0;
    unsigned known =
        3u | (codec->can & SELKIE_CAN_LEFT ? LEFT_BIT : 0) | (codec->can & SELKIE_CAN_ACCUSER ? ACCUSER_BIT : 0);
    if (!get_name(reader, identity) || !get_varint(reader, &member->incarnation) || !selkie_get_u8(reader, &state))
        return SELKIE_E_DECODE;
    member->state = state & 3;
    member->flags = state & LEFT_BIT ? SELKIE_LEFT : 0;
    if (state & ~known || member->state > SELKIE_DOWN || (member->flags && member->state != SELKIE_DOWN))
        return SELKIE_E_DECODE;
    if (!(state & ACCUSER_BIT))
        return 0;
    member->accuser = accuser;
    return member->state == SELKIE_SUSPECT && get_name(reader, accuser) ? 0 : SELKIE_E_DECODE;
}

void world_named_codec(struct selkie_codec *codec, uint32_t can) {
    const uint16_t name = 1 + NAME_MAX_LENGTH + 3;
    *codec = (struct selkie_codec){
        .struct_size = sizeof *codec,
        .can = can,
        .identity_size = NAMED_SIZE,
        .header_max = (uint16_t)(1 + name + 3 + name + 1),
        .member_min = 4,
        .member_max = (uint16_t)(name + 3 + 1 + (can & SELKIE_CAN_ACCUSER ? name : 0)),
        .encode_header = encode_header,
        .encode_member = encode_member,
        .decode_header = decode_header,
        .decode_member = decode_member,
    };
}

bool world_foca_codec(struct selkie_codec *codec, enum id_kind kind) {
    static const struct selkie_field bare[] = {{SELKIE_FIELD_IPV4, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};
    static const struct selkie_field numbered[] = {
        {SELKIE_FIELD_IPV4, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};
    if (kind == ID_NAMED)
        return false;
    return selkie_codec_postcard(codec, kind == ID_BARE ? bare : numbered) == 0;
}
