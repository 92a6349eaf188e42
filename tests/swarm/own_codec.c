/* A codec as a user would write one. */
#include "own_codec.h"

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    size_t size = codec->identity_size;
    bool fits = selkie_put_u8(writer, header->message) && selkie_put(writer, header->source, size) &&
                selkie_put_u16(writer, header->source_incarnation) && selkie_put(writer, header->destination, size);
    if (selkie_message_has_number(header->message)) {
        fits = fits && selkie_put_u8(writer, header->probe_number);
    }
    if (selkie_message_has_peer(header->message)) {
        fits = fits && selkie_put(writer, header->peer, size);
    }
    return fits;
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    size_t size = codec->identity_size;
    bool reads = selkie_get_u8(reader, &header->message) && header->message < SELKIE_MESSAGE_COUNT &&
                 selkie_get(reader, source, size) && selkie_get_u16(reader, &header->source_incarnation) &&
                 selkie_get(reader, destination, size);
    if (reads && selkie_message_has_number(header->message)) {
        reads = selkie_get_u8(reader, &header->probe_number);
    }
    if (reads && selkie_message_has_peer(header->message)) {
        reads = selkie_get(reader, peer, size);
    }
    return reads ? SELKIE_OK : SELKIE_E_DECODE;
}

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    return selkie_put_u16(writer, member->incarnation) && selkie_put_u8(writer, member->state) &&
           selkie_put_u8(writer, member->flags) && selkie_put(writer, member->identity, codec->identity_size);
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    (void)accuser;
    bool reads = selkie_get_u16(reader, &member->incarnation) && selkie_get_u8(reader, &member->state) &&
                 member->state <= SELKIE_DOWN && selkie_get_u8(reader, &member->flags) &&
                 selkie_get(reader, identity, codec->identity_size);
    return reads ? SELKIE_OK : SELKIE_E_DECODE;
}

void own_codec(struct selkie_codec *codec, uint16_t identity_size) {
    SELKIE_INIT(codec);
    codec->can = SELKIE_CAN_LEFT;
    codec->identity_size = identity_size;
    codec->header_max = (uint16_t)(2 * identity_size + 4);
    codec->member_min = codec->member_max = (uint16_t)(identity_size + 4);
    codec->encode_header = encode_header;
    codec->encode_member = encode_member;
    codec->decode_header = decode_header;
    codec->decode_member = decode_member;
}
