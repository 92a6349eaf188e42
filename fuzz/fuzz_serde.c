/* Fuzzes the codecs that foca speaks. What a decoder takes is written again in no more bytes and then read as the same;
 * what is built from the input and written is read as the same; what it was damaged to is taken or refused with Decode.
 *
 * Input: a byte that chooses format, table of fields and task. The rest is bytes to decode, or what to build and then
 * pairs of a place and what to change there, or a table of fields, wrong or right, and bytes to decode as those. */
#include <stdbool.h>
#include <string.h>

#include "fuzz/input.h"
#include "selkie/codec.h"

enum { ROOM = 4096, FIELDS_MAX = 8, RECORD_MAX = FIELDS_MAX * 255, BUILT = 0x80, TABLE = 0x40 /* in the first byte */ };

static const struct selkie_field agent[] = {{SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field plain[] = {
    {SELKIE_FIELD_SOCKADDR_V4, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field named[] = {{SELKIE_FIELD_STRING, 12}, {SELKIE_FIELD_U32, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field everything[] = {
    {SELKIE_FIELD_U8, 0},    {SELKIE_FIELD_U16, 0},         {SELKIE_FIELD_U32, 0},         {SELKIE_FIELD_U64, 0},
    {SELKIE_FIELD_BYTES, 3}, {SELKIE_FIELD_STRING, 8},      {SELKIE_FIELD_IPV4, 0},        {SELKIE_FIELD_IPV6, 0},
    {SELKIE_FIELD_IP, 0},    {SELKIE_FIELD_SOCKADDR_V4, 0}, {SELKIE_FIELD_SOCKADDR_V6, 0}, {SELKIE_FIELD_SOCKADDR, 0},
    {SELKIE_FIELD_END, 0},
};
static const struct selkie_field *const tables[] = {agent, plain, named, everything};

struct identities {
    unsigned char first[SELKIE_IDENTITY_MAX], second[SELKIE_IDENTITY_MAX], third[SELKIE_IDENTITY_MAX];
};

static int open_codec(struct selkie_codec *codec, unsigned choice, const struct selkie_field *fields) {
    return (choice & 3) == 0   ? selkie_codec_bincode1(codec, fields)
           : (choice & 3) == 1 ? selkie_codec_bincode1_fixed(codec, fields)
           : (choice & 3) == 2 ? selkie_codec_bincode2(codec, fields)
                               : selkie_codec_postcard(codec, fields);
}

/* ---- Decode, and hold what was taken to what is written of it ---- */

static bool take_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                        struct identities *identities) {
    memset(header, 0, sizeof *header);
    memset(identities, 0, sizeof *identities);
    int error = codec->decode_header(codec, reader, header, identities->first, identities->second, identities->third);
    FUZZ_MUST(error == 0 || error == SELKIE_E_DECODE);
    header->source = identities->first;
    header->destination = identities->second;
    header->peer = selkie_message_has_peer(header->message) ? identities->third : NULL;
    return error == 0;
}

/* By its shortcuts a codec reads what it read without, and writes what it writes without, or nothing at all. */
static void hold_to_shortcuts(const struct selkie_codec *codec, struct selkie_reader reader, int error,
                              const struct selkie_member *member) {
    unsigned char room[2 * SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL];
    const unsigned char *at = reader.next;
    struct selkie_brief taken;
    unsigned char by_encode[ROOM], by_put[ROOM];
    struct selkie_writer encoder = {by_encode, sizeof by_encode, false}, putter = {by_put, sizeof by_put, false};
    FUZZ_MUST(codec->shortcuts->take_members(codec, &reader, &taken, 1, room) == (error == 0 ? 1 : 0));
    if (error != 0) {
        FUZZ_MUST(reader.next == at && !reader.failed);
        return;
    }
    const unsigned char *tail = taken.bytes + codec->identity_size;
    FUZZ_MUST(!taken.accuser && tail[2] == member->state && (tail[0] | tail[1] << 8) == member->incarnation);
    FUZZ_MUST(memcmp(taken.bytes, member->identity, codec->identity_size) == 0);
    FUZZ_MUST(codec->encode_member(codec, &encoder, member) &&
              codec->shortcuts->put_members(codec, &putter, &taken, 1) == 1);
    size_t size = sizeof by_put - putter.left;
    FUZZ_MUST(encoder.left == putter.left && memcmp(by_encode, by_put, size) == 0);
    struct selkie_writer narrow = {by_put, size - 1, false};
    FUZZ_MUST(codec->shortcuts->put_members(codec, &narrow, &taken, 1) == 0);
    FUZZ_MUST(narrow.next == by_put && narrow.left == size - 1 && !narrow.failed);
}

static bool take_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                        struct identities *identities) {
    struct selkie_reader before = *reader;
    memset(member, 0, sizeof *member);
    memset(identities, 0, sizeof *identities);
    int error = codec->decode_member(codec, reader, member, identities->first, identities->second);
    FUZZ_MUST(error == 0 || error == SELKIE_E_DECODE);
    FUZZ_MUST(!member->accuser && member->flags == 0);
    member->identity = identities->first;
    hold_to_shortcuts(codec, before, error, member);
    return error == 0;
}

static bool same_header(const struct selkie_header *a, const struct selkie_header *b) {
    return a->message == b->message && a->probe_number == b->probe_number &&
           a->source_incarnation == b->source_incarnation && a->flags == b->flags;
}

static void decode_as_header(const struct selkie_codec *codec, const unsigned char *bytes, size_t size) {
    struct selkie_reader reader = {bytes, size, false};
    struct selkie_header header, again;
    struct identities identities, identities_again;
    if (!take_header(codec, &reader, &header, &identities)) {
        return;
    }
    FUZZ_MUST(header.message <= SELKIE_TURN_UNDEAD);
    FUZZ_MUST(header.probe_number == 0 || selkie_message_has_number(header.message));
    unsigned char written[ROOM];
    struct selkie_writer writer = {written, sizeof written, false};
    FUZZ_MUST(codec->encode_header(codec, &writer, &header));
    size_t written_size = sizeof written - writer.left;
    FUZZ_MUST(written_size <= size - reader.left);
    FUZZ_MUST(header.peer || written_size <= codec->header_max);
    reader = (struct selkie_reader){written, written_size, false};
    FUZZ_MUST(take_header(codec, &reader, &again, &identities_again));
    FUZZ_MUST(reader.left == 0 && same_header(&header, &again));
    FUZZ_MUST(memcmp(&identities, &identities_again, sizeof identities) == 0);
}

static void decode_as_member(const struct selkie_codec *codec, const unsigned char *bytes, size_t size) {
    struct selkie_reader reader = {bytes, size, false};
    struct selkie_member member, again;
    struct identities identities, identities_again;
    if (!take_member(codec, &reader, &member, &identities)) {
        return;
    }
    FUZZ_MUST(member.state <= SELKIE_DOWN);
    unsigned char written[ROOM];
    struct selkie_writer writer = {written, sizeof written, false};
    FUZZ_MUST(codec->encode_member(codec, &writer, &member));
    size_t written_size = sizeof written - writer.left;
    FUZZ_MUST(written_size <= size - reader.left);
    FUZZ_MUST(written_size >= codec->member_min && written_size <= codec->member_max);
    reader = (struct selkie_reader){written, written_size, false};
    FUZZ_MUST(take_member(codec, &reader, &again, &identities_again));
    FUZZ_MUST(reader.left == 0 && member.state == again.state && member.incarnation == again.incarnation);
    FUZZ_MUST(memcmp(&identities, &identities_again, sizeof identities) == 0);
}

static void decode_as_record(const struct selkie_codec *codec, const struct selkie_field *fields,
                             const unsigned char *bytes, size_t size) {
    unsigned char record[RECORD_MAX], again[RECORD_MAX], written[ROOM];
    struct selkie_reader reader = {bytes, size, false};
    int error = selkie_get_fields(codec, &reader, fields, record);
    FUZZ_MUST(error == 0 || error == SELKIE_E_DECODE);
    if (error != 0) {
        return;
    }
    struct selkie_writer writer = {written, sizeof written, false};
    FUZZ_MUST(selkie_put_fields(codec, &writer, fields, record));
    FUZZ_MUST(sizeof written - writer.left <= size - reader.left);
    reader = (struct selkie_reader){written, sizeof written - writer.left, false};
    FUZZ_MUST(selkie_get_fields(codec, &reader, fields, again) == 0 && reader.left == 0);
    FUZZ_MUST(memcmp(record, again, selkie_fields_size(fields)) == 0);
}

static void decode_as_anything(const struct selkie_codec *codec, const unsigned char *bytes, size_t size) {
    decode_as_header(codec, bytes, size);
    decode_as_member(codec, bytes, size);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        decode_as_record(codec, tables[i], bytes, size);
    }
}

/* The fields that the input says, as a record and as an identity. */
static void decode_by_table(const struct selkie_codec *codec, unsigned choice, struct input *input) {
    struct selkie_field fields[FIELDS_MAX + 1] = {{SELKIE_FIELD_END, 0}};
    for (size_t i = 0, count = input_u8(input) % (FIELDS_MAX + 1); i < count; i++) {
        fields[i].kind = (uint16_t)(input_u8(input) % (SELKIE_FIELD_SOCKADDR + 2));
        fields[i].size = (uint16_t)input_u8(input);
        fields[i + 1].kind = SELKIE_FIELD_END;
    }
    decode_as_record(codec, fields, input->next, input->left);
    struct selkie_codec own;
    size_t size = selkie_fields_size(fields);
    int error = open_codec(&own, choice, fields);
    FUZZ_MUST((error == 0) == (size >= 1 && size <= SELKIE_IDENTITY_MAX));
    if (error == 0) {
        decode_as_header(&own, input->next, input->left);
        decode_as_member(&own, input->next, input->left);
        return;
    }
    static const unsigned char record[RECORD_MAX];
    unsigned char written[ROOM];
    struct selkie_writer writer = {written, sizeof written, false};
    FUZZ_MUST(selkie_put_fields(codec, &writer, fields, record) == (size != 0));
}

/* ---- Build, and damage ---- */

static void take_identity(const struct selkie_codec *codec, struct input *input, unsigned char *identity) {
    size_t size = codec->identity_size;
    const uint8_t *bytes = input_bytes(input, &size);
    memset(identity, 0, SELKIE_IDENTITY_MAX);
    if (size > 0) {
        memcpy(identity, bytes, size);
    }
}

/* Write a header and a member one after the other; returns the size, 0 if they cannot be written. */
static size_t build(const struct selkie_codec *codec, struct input *input, unsigned char written[ROOM]) {
    struct identities identities;
    struct selkie_header header = {.struct_size = sizeof header};
    struct selkie_member member = {.struct_size = sizeof member, .identity = identities.first};
    take_identity(codec, input, identities.first);
    take_identity(codec, input, identities.second);
    take_identity(codec, input, identities.third);
    header.message = (uint8_t)(input_u8(input) % (SELKIE_MESSAGE_COUNT + 1));
    header.probe_number = selkie_message_has_number(header.message) ? (uint8_t)input_u8(input) : 0;
    header.source_incarnation = (uint16_t)input_u16(input);
    header.source = identities.first;
    header.destination = identities.second;
    header.peer = identities.third;
    member.incarnation = (uint16_t)input_u16(input);
    member.state = (uint8_t)(input_u8(input) & 3);
    struct selkie_writer writer = {written, ROOM, false};
    if (!codec->encode_header(codec, &writer, &header) || !codec->encode_member(codec, &writer, &member)) {
        return 0;
    }
    FUZZ_MUST(header.message <= SELKIE_TURN_UNDEAD && member.state <= SELKIE_DOWN);
    struct selkie_reader reader = {written, ROOM - writer.left, false};
    struct selkie_header header_read;
    struct selkie_member member_read;
    struct identities read;
    FUZZ_MUST(take_header(codec, &reader, &header_read, &read) && same_header(&header, &header_read));
    FUZZ_MUST(memcmp(read.first, identities.first, sizeof read.first) == 0);
    FUZZ_MUST(memcmp(read.second, identities.second, sizeof read.second) == 0);
    FUZZ_MUST(!header_read.peer || memcmp(read.third, identities.third, sizeof read.third) == 0);
    FUZZ_MUST(take_member(codec, &reader, &member_read, &read) && reader.left == 0);
    FUZZ_MUST(member_read.state == member.state && member_read.incarnation == member.incarnation);
    return ROOM - writer.left;
}

static void build_and_damage(const struct selkie_codec *codec, struct input *input) {
    unsigned char written[ROOM];
    size_t size = build(codec, input, written);
    while (size > 0 && input->left > 1) {
        size_t place = input_u8(input) % size;
        unsigned change = input_u8(input);
        written[place] ^= (unsigned char)change;
        size = change == 0 ? place : size; /* or cut it off there */
        decode_as_anything(codec, written, size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct input input = {bytes, size};
    struct selkie_codec codec;
    unsigned choice = input_u8(&input);
    FUZZ_MUST(open_codec(&codec, choice, tables[choice >> 2 & 3]) == 0);
    if (choice & TABLE) {
        decode_by_table(&codec, choice, &input);
    } else if (choice & BUILT) {
        build_and_damage(&codec, &input);
    } else {
        decode_as_anything(&codec, input.next, input.left);
    }
    return 0;
}
