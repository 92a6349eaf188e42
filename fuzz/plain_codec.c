/* A codec for the fuzzed engine that is as little like the packed one as the contract allows: all members take the same
 * room and say no more than they must, some cannot be written, and what is read may be no message and no state that
 * there is, which the engine has to find out. */
#include "fuzz/world.h"

#include <string.h>

enum { UNWRITABLE = 13 /* the address of members that this codec does not write */ };

static bool plain_encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                                const struct selkie_header *header) {
    (void)selkie_put(writer, header->destination, codec->identity_size);
    (void)selkie_put(writer, header->source, codec->identity_size);
    (void)selkie_put_u16(writer, header->source_incarnation);
    (void)selkie_put_u8(writer, header->probe_number);
    (void)selkie_put_u8(writer, header->message);
    if (selkie_message_has_peer(header->message)) {
        (void)selkie_put(writer, header->peer, codec->identity_size);
    }
    return !writer->failed;
}

static int plain_decode_header(const struct selkie_codec *codec, struct selkie_reader *reader,
                               struct selkie_header *header, void *source, void *destination, void *peer) {
    (void)selkie_get(reader, destination, codec->identity_size);
    (void)selkie_get(reader, source, codec->identity_size);
    (void)selkie_get_u16(reader, &header->source_incarnation);
    (void)selkie_get_u8(reader, &header->probe_number);
    (void)selkie_get_u8(reader, &header->message);
    if (selkie_message_has_peer(header->message)) {
        (void)selkie_get(reader, peer, codec->identity_size);
    }
    return reader->failed ? SELKIE_E_DECODE : 0;
}

static bool plain_encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                                const struct selkie_member *member) {
    FUZZ_MUST(member->flags == 0 && !member->accuser); /* it said that it cannot */
    if (*(const unsigned char *)member->identity == UNWRITABLE) {
        return false;
    }
    (void)selkie_put(writer, member->identity, codec->identity_size);
    (void)selkie_put_u16(writer, member->incarnation);
    return selkie_put_u8(writer, member->state);
}

static int plain_decode_member(const struct selkie_codec *codec, struct selkie_reader *reader,
                               struct selkie_member *member, void *identity, void *accuser) {
    (void)accuser;
    (void)selkie_get(reader, identity, codec->identity_size);
    (void)selkie_get_u16(reader, &member->incarnation);
    (void)selkie_get_u8(reader, &member->state);
    return reader->failed ? SELKIE_E_DECODE : 0;
}

void world_plain_codec(struct selkie_codec *codec, uint16_t identity_size) {
    SELKIE_INIT(codec);
    codec->identity_size = identity_size;
    codec->header_max = (uint16_t)(2 * identity_size + 4);
    codec->member_min = (uint16_t)(identity_size + 3);
    codec->member_max = (uint16_t)(identity_size + 3);
    codec->encode_header = plain_encode_header;
    codec->encode_member = plain_encode_member;
    codec->decode_header = plain_decode_header;
    codec->decode_member = plain_decode_member;
}
