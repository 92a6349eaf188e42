/* A codec of one's own, and what it is worth. All members of this cluster are in one /24 subnet and use one port, so
 * that a byte is address enough, and another tells one life from the next: an identity of two bytes. Prints how many
 * members a packet can tell of, beside the 26 bytes of selkie_inet, and lets one packet tell of the whole subnet. */
#include "selkie/codec.h"
#include "selkie/inet.h"
#include <stdio.h>

struct member {
    uint8_t host;       /* the last number of 10.1.2.x; the port is always 7946 */
    uint8_t generation; /* goes round: of two, the one up to 127 ahead of the other is the newer */
};

/* example: codec */
/* header: message, source, incarnation, destination, [third party], [probe number]. member: identity, then one byte if
 * the incarnation is below 63 (it counts refuted suspicions), otherwise three. */
enum { STATES = 3, LONG_INCARNATION = 63 };

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    return selkie_put_u8(writer, header->message) && selkie_put(writer, header->source, codec->identity_size) &&
           selkie_put_u16(writer, header->source_incarnation) &&
           selkie_put(writer, header->destination, codec->identity_size) &&
           (!selkie_message_has_peer(header->message) || selkie_put(writer, header->peer, codec->identity_size)) &&
           (!selkie_message_has_number(header->message) || selkie_put_u8(writer, header->probe_number));
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    bool good = selkie_get_u8(reader, &header->message) && selkie_get(reader, source, codec->identity_size) &&
                selkie_get_u16(reader, &header->source_incarnation) &&
                selkie_get(reader, destination, codec->identity_size) &&
                (!selkie_message_has_peer(header->message) || selkie_get(reader, peer, codec->identity_size)) &&
                (!selkie_message_has_number(header->message) || selkie_get_u8(reader, &header->probe_number));
    return good && header->message < SELKIE_MESSAGE_COUNT ? 0 : SELKIE_E_DECODE;
}

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    bool is_long = member->incarnation >= LONG_INCARNATION;
    unsigned bits = (is_long ? LONG_INCARNATION : member->incarnation) * 4u + member->state;
    return member->state < STATES && selkie_put(writer, member->identity, codec->identity_size) &&
           selkie_put_u8(writer, (uint8_t)bits) && (!is_long || selkie_put_u16(writer, member->incarnation));
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    uint8_t bits = 0;
    (void)accuser;
    (void)selkie_get(reader, identity, codec->identity_size);
    (void)selkie_get_u8(reader, &bits);
    member->state = bits % 4;
    member->incarnation = bits / 4;
    if (member->incarnation == LONG_INCARNATION)
        (void)selkie_get_u16(reader, &member->incarnation);
    return reader->failed || member->state >= STATES ? SELKIE_E_DECODE : 0;
}
/* end: codec */

static struct selkie_codec own_codec(void) {
    struct selkie_codec codec;
    SELKIE_INIT(&codec);
    codec.identity_size = sizeof(struct member);
    codec.header_max = 1 + 2 * sizeof(struct member) + 2 + 1;
    codec.member_min = sizeof(struct member) + 1;
    codec.member_max = sizeof(struct member) + 3;
    codec.encode_header = encode_header;
    codec.decode_header = decode_header;
    codec.encode_member = encode_member;
    codec.decode_member = decode_member;
    return codec;
}

static bool wins(void *ctx, const void *a, const void *b) {
    const struct member *left = a, *right = b; /* made of bytes: they need no alignment */
    (void)ctx;
    return (uint8_t)(left->generation - right->generation - 1) < 127;
}

static bool renew(void *ctx, void *identity) {
    (void)ctx;
    ((struct member *)identity)->generation++;
    return true;
}

/* ---- How many members a packet tells of ---- */

enum { PACKET = 1400, SUBNET = 254 };

/* Write a Feed: header, number of members, and the same member again and again until one does not fit. */
static unsigned members_in_a_packet(const struct selkie_codec *codec) {
    static const unsigned char identity[SELKIE_IDENTITY_MAX] = {1};
    unsigned char packet[PACKET];
    unsigned count = 0;
    struct selkie_writer writer = {.next = packet, .left = sizeof packet};
    struct selkie_header header = {.struct_size = sizeof header, .message = SELKIE_FEED};
    struct selkie_member member = {.struct_size = sizeof member, .identity = identity};
    header.source = header.destination = identity;
    if (codec->encode_header(codec, &writer, &header) && selkie_put_u16(&writer, 0))
        while (codec->encode_member(codec, &writer, &member))
            count++;
    return count;
}

/* ---- One packet for the whole subnet ---- */

static void deliver(void *newcomer, const void *identity, const void *bytes, size_t size) {
    const struct member *to = identity;
    selkie **engine = newcomer;
    if (*engine != NULL && to->host == SUBNET)
        selkie_handle_data(*engine, bytes, size);
}

static bool drop_timer(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx, (void)timer, (void)delay_us;
    return true; /* this program ends before any is due */
}

/* An engine for 10.1.2.host, whose packets reach *newcomer. NULL: there is no memory. */
static selkie *make_engine(uint8_t host, const struct selkie_codec *codec, selkie **newcomer) {
    struct member us = {.host = host};
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = sizeof us, .addr_size = 1};
    struct selkie_runtime runtime = {.struct_size = sizeof runtime, .ctx = newcomer, .send_to = deliver};
    struct selkie_options options = {.struct_size = sizeof options, .identity = &us, .type = &type};
    selkie *engine;
    type.renew = renew;
    type.wins = wins;
    runtime.submit_after = drop_timer;
    options.runtime = &runtime;
    options.codec = codec;
    return selkie_seed(options.seed) && selkie_new(&engine, &options) == 0 ? engine : NULL;
}

/* A member that knows all others is asked by a newcomer: how many does that one know after the answer? */
static unsigned members_after_one_feed(const struct selkie_codec *codec) {
    selkie *newcomer = NULL, *nowhere = NULL;
    selkie *seed = make_engine(1, codec, &newcomer);
    newcomer = make_engine(SUBNET, codec, &nowhere);
    unsigned count = 0;
    struct member others[SUBNET] = {{0}}, from = {.host = SUBNET}, to = {.host = 1};
    struct selkie_member members[SUBNET] = {{0}};
    for (unsigned i = 0; i < SUBNET; i++) {
        others[i].host = (uint8_t)(i + 1);
        members[i] = (struct selkie_member){.struct_size = sizeof members[i], .identity = &others[i]};
    }
    unsigned char packet[16]; /* the Announce of the newcomer */
    struct selkie_writer writer = {.next = packet, .left = sizeof packet};
    struct selkie_header announce = {.struct_size = sizeof announce, .message = SELKIE_ANNOUNCE};
    announce.source = &from;
    announce.destination = &to;
    if (seed != NULL && newcomer != NULL && selkie_apply_many(seed, members, SUBNET - 1, false) == 0 &&
        codec->encode_header(codec, &writer, &announce)) {
        selkie_handle_data(seed, packet, sizeof packet - writer.left);
        count = selkie_active_count(newcomer);
    }
    selkie_free(seed);
    selkie_free(newcomer);
    return count;
}

static void print_line(const char *name, const struct selkie_codec *codec) {
    printf("%-8s %8u %13u %16u\n", name, codec->identity_size, codec->member_min, members_in_a_packet(codec));
}

int main(void) {
    struct selkie_codec packed, packed_inet, own = own_codec();
    selkie_codec_packed(&packed_inet, sizeof(struct selkie_inet));
    selkie_codec_packed(&packed, sizeof(struct member));
    printf("codec    identity  bytes/member  members/packet\n");
    print_line("packed", &packed_inet);
    print_line("packed", &packed);
    print_line("own", &own);
    unsigned known = members_after_one_feed(&own);
    printf("one packet told a newcomer of %u members\n", known);
    return known == SUBNET - 1 ? 0 : 1;
}
