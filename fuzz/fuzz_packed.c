/* Fuzzes the packed codec's decoders: what they take, they write again as the same bytes; what they refuse, they refuse
 * with one of their two errors. The first byte of the input is the identities' size, the rest is decoded as a header
 * and as a member. */
#include <stdbool.h>
#include <string.h>

#include "fuzz/input.h"
#include "selkie/codec.h"

enum { ROOM = 4 * SELKIE_IDENTITY_MAX };

struct identities {
    unsigned char first[SELKIE_IDENTITY_MAX], second[SELKIE_IDENTITY_MAX], third[SELKIE_IDENTITY_MAX];
};

static void must_be_refusal(int error) {
    FUZZ_MUST(error == SELKIE_E_DECODE || error == SELKIE_E_VERSION);
}

static void must_be_the_same(const struct selkie_writer *writer, const unsigned char *written,
                             const struct input *input, const struct selkie_reader *reader) {
    size_t size = ROOM - writer->left;
    FUZZ_MUST(size == input->left - reader->left);
    FUZZ_MUST(memcmp(written, input->next, size) == 0);
}

static void decode_as_header(const struct selkie_codec *codec, const struct input *input) {
    struct selkie_header header = {.struct_size = sizeof header};
    struct identities identities;
    struct selkie_reader reader = {input->next, input->left, false};
    int error = codec->decode_header(codec, &reader, &header, identities.first, identities.second, identities.third);
    if (error != 0) {
        must_be_refusal(error);
        return;
    }
    header.source = identities.first;
    header.destination = identities.second;
    header.peer = selkie_message_has_peer(header.message) ? identities.third : NULL;
    FUZZ_MUST(header.message < SELKIE_MESSAGE_COUNT);
    FUZZ_MUST(header.probe_number == 0 || selkie_message_has_number(header.message));
    unsigned char written[ROOM];
    struct selkie_writer writer = {written, sizeof written, false};
    FUZZ_MUST(codec->encode_header(codec, &writer, &header));
    FUZZ_MUST(sizeof written - writer.left <= codec->header_max + (header.peer ? (size_t)codec->identity_size : 0));
    must_be_the_same(&writer, written, input, &reader);
}

static void decode_as_member(const struct selkie_codec *codec, const struct input *input) {
    struct selkie_member member = {.struct_size = sizeof member};
    struct identities identities;
    struct selkie_reader reader = {input->next, input->left, false};
    int error = codec->decode_member(codec, &reader, &member, identities.first, identities.second);
    if (error != 0) {
        must_be_refusal(error);
        return;
    }
    FUZZ_MUST(member.state <= SELKIE_DOWN);
    FUZZ_MUST(!member.accuser || member.accuser == identities.second);
    member.identity = identities.first;
    unsigned char written[ROOM];
    struct selkie_writer writer = {written, sizeof written, false};
    FUZZ_MUST(codec->encode_member(codec, &writer, &member));
    FUZZ_MUST(sizeof written - writer.left >= codec->member_min && sizeof written - writer.left <= codec->member_max);
    must_be_the_same(&writer, written, input, &reader);
}

/* Encode what the input says, sane or not, into less room than there may be need for. */
static void encode_anything(const struct selkie_codec *codec, struct input input) {
    static const unsigned char identity[SELKIE_IDENTITY_MAX];
    unsigned char written[ROOM];
    struct selkie_member member = {.struct_size = sizeof member, .identity = identity};
    member.state = (uint8_t)input_u8(&input);
    member.flags = (uint8_t)input_u8(&input);
    member.accuser = input_u8(&input) & 1 ? identity : NULL;
    struct selkie_writer writer = {written, input_u16(&input) % sizeof written, false};
    size_t room = writer.left;
    if (codec->encode_member(codec, &writer, &member)) {
        FUZZ_MUST(room - writer.left == (member.accuser ? codec->member_max : codec->member_min));
    }

    struct selkie_header header = {.struct_size = sizeof header, .source = identity, .destination = identity};
    header.message = (uint8_t)input_u8(&input);
    header.flags = (uint8_t)input_u8(&input);
    header.peer = identity;
    writer = (struct selkie_writer){written, input_u16(&input) % sizeof written, false};
    if (codec->encode_header(codec, &writer, &header)) {
        bool asks = header.flags == SELKIE_NACK_WANTED && header.message == SELKIE_PING_REQ;
        FUZZ_MUST(header.message < SELKIE_MESSAGE_COUNT && (header.flags == 0 || asks));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct input input = {bytes, size};
    struct selkie_codec codec;
    selkie_codec_packed(&codec, input_u8(&input));
    if (codec.identity_size == 0) {
        return 0;
    }
    decode_as_header(&codec, &input);
    decode_as_member(&codec, &input);
    encode_anything(&codec, input);
    return 0;
}
