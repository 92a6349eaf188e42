/* Tests of the packed codec: that it reads what it writes and nothing else, at every size and every byte. The bytes
 * themselves are held by test_vectors.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "selkie/codec.h"

enum { ROOM = 4 * SELKIE_IDENTITY_MAX, CANARY = 0xa5 };

static const size_t identity_sizes[] = {1, 2, 8, 26, SELKIE_IDENTITY_MAX};
static const uint16_t incarnations[] = {0, 1, 255, 256, 0x1234, UINT16_MAX};
enum {
    IDENTITY_SIZES = sizeof identity_sizes / sizeof *identity_sizes,
    INCARNATIONS = sizeof incarnations / sizeof *incarnations
};

/* Three identities that differ in every byte. */
static unsigned char ours[SELKIE_IDENTITY_MAX];
static unsigned char theirs[SELKIE_IDENTITY_MAX];
static unsigned char third[SELKIE_IDENTITY_MAX];

static int fill_identities(void **state) {
    (void)state;
    for (size_t i = 0; i < SELKIE_IDENTITY_MAX; i++) {
        ours[i] = (unsigned char)i;
        theirs[i] = (unsigned char)(i + 85);
        third[i] = (unsigned char)(i + 170);
    }
    return 0;
}

static struct selkie_header a_header(int message) {
    struct selkie_header header = {.struct_size = sizeof header,
                                   .source = ours,
                                   .destination = theirs,
                                   .peer = selkie_message_has_peer(message) ? third : NULL,
                                   .source_incarnation = 0x0102,
                                   .message = (uint8_t)message,
                                   .probe_number = selkie_message_has_number(message) ? 0xfe : 0};
    return header;
}

static struct selkie_member a_member(uint8_t state, uint8_t flags, bool accused) {
    struct selkie_member member = {.struct_size = sizeof member,
                                   .identity = ours,
                                   .accuser = accused ? third : NULL,
                                   .incarnation = 0x0102,
                                   .state = state,
                                   .flags = flags};
    return member;
}

/* The five members that can be said: state, flags, accuser. */
static const struct {
    uint8_t state, flags;
    bool accused;
} legal[] = {{SELKIE_ALIVE, 0, false},
             {SELKIE_SUSPECT, 0, false},
             {SELKIE_SUSPECT, 0, true},
             {SELKIE_DOWN, 0, false},
             {SELKIE_DOWN, SELKIE_LEFT, false}};
enum { LEGAL = sizeof legal / sizeof *legal };

/* Encode into `bytes`; returns the size, or 0 if that was refused. */
static size_t encode_header(const struct selkie_codec *codec, const struct selkie_header *header,
                            unsigned char bytes[ROOM]) {
    struct selkie_writer writer = {bytes, ROOM, false};
    return codec->encode_header(codec, &writer, header) ? ROOM - writer.left : 0;
}

static size_t encode_member(const struct selkie_codec *codec, const struct selkie_member *member,
                            unsigned char bytes[ROOM]) {
    struct selkie_writer writer = {bytes, ROOM, false};
    return codec->encode_member(codec, &writer, member) ? ROOM - writer.left : 0;
}

/* What a decoder wrote: the value, and where its identities went. */
struct decoded {
    struct selkie_header header;
    struct selkie_member member;
    unsigned char first[SELKIE_IDENTITY_MAX], second[SELKIE_IDENTITY_MAX], third[SELKIE_IDENTITY_MAX];
    size_t left;
};

/* Decode from a heap copy of exactly these bytes, so that a sanitizer sees a read past their end. */
static int decode_header(const struct selkie_codec *codec, const unsigned char *bytes, size_t size,
                         struct decoded *decoded) {
    unsigned char *copy = (unsigned char *)malloc(size + !size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    memset(decoded, 0, sizeof *decoded);
    struct selkie_reader reader = {copy, size, false};
    int error = codec->decode_header(codec, &reader, &decoded->header, decoded->first, decoded->second, decoded->third);
    decoded->left = reader.left;
    free(copy);
    return error;
}

static int decode_member(const struct selkie_codec *codec, const unsigned char *bytes, size_t size,
                         struct decoded *decoded) {
    unsigned char *copy = (unsigned char *)malloc(size + !size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    memset(decoded, 0, sizeof *decoded);
    struct selkie_reader reader = {copy, size, false};
    int error = codec->decode_member(codec, &reader, &decoded->member, decoded->first, decoded->second);
    decoded->left = reader.left;
    free(copy);
    return error;
}

/* Rules: P20.1, P20.7 */
static void every_header_comes_back_as_it_went(void **state) {
    (void)state;
    for (size_t i = 0; i < IDENTITY_SIZES; i++) {
        struct selkie_codec codec;
        selkie_codec_packed(&codec, identity_sizes[i]);
        for (size_t j = 0; j < INCARNATIONS * SELKIE_MESSAGE_COUNT; j++) {
            struct selkie_header header = a_header((int)(j % SELKIE_MESSAGE_COUNT));
            header.source_incarnation = incarnations[j / SELKIE_MESSAGE_COUNT];
            unsigned char bytes[ROOM];
            struct decoded decoded;
            size_t size = encode_header(&codec, &header, bytes);
            assert_int_not_equal(size, 0);
            assert_int_equal(decode_header(&codec, bytes, size, &decoded), 0);
            assert_int_equal(decoded.left, 0);
            assert_int_equal(decoded.header.message, header.message);
            assert_int_equal(decoded.header.probe_number, header.probe_number);
            assert_int_equal(decoded.header.source_incarnation, header.source_incarnation);
            assert_int_equal(decoded.header.flags, 0);
            assert_memory_equal(decoded.first, ours, identity_sizes[i]);
            assert_memory_equal(decoded.second, theirs, identity_sizes[i]);
            if (header.peer) {
                assert_memory_equal(decoded.third, third, identity_sizes[i]);
            }
        }
    }
}

/* Rules: P20.1, P20.7 */
static void every_member_comes_back_as_it_went(void **state) {
    (void)state;
    for (size_t i = 0; i < IDENTITY_SIZES; i++) {
        struct selkie_codec codec;
        selkie_codec_packed(&codec, identity_sizes[i]);
        for (size_t j = 0; j < INCARNATIONS * LEGAL; j++) {
            struct selkie_member member =
                a_member(legal[j % LEGAL].state, legal[j % LEGAL].flags, legal[j % LEGAL].accused);
            member.incarnation = incarnations[j / LEGAL];
            unsigned char bytes[ROOM];
            struct decoded decoded;
            size_t size = encode_member(&codec, &member, bytes);
            assert_int_not_equal(size, 0);
            assert_int_equal(decode_member(&codec, bytes, size, &decoded), 0);
            assert_int_equal(decoded.left, 0);
            assert_int_equal(decoded.member.incarnation, member.incarnation);
            assert_int_equal(decoded.member.state, member.state);
            assert_int_equal(decoded.member.flags, member.flags);
            assert_memory_equal(decoded.first, ours, identity_sizes[i]);
            assert_ptr_equal(decoded.member.accuser, member.accuser ? decoded.second : NULL);
            if (member.accuser) {
                assert_memory_equal(decoded.second, third, identity_sizes[i]);
            }
        }
    }
}

/* The codec's own statement of its sizes is what bounds the engine's buffers: neither less nor more than the truth. */
static void the_sizes_that_the_codec_states_are_exact(void **state) {
    (void)state;
    for (size_t i = 0; i < IDENTITY_SIZES; i++) {
        struct selkie_codec codec;
        selkie_codec_packed(&codec, identity_sizes[i]);
        assert_int_equal(codec.identity_size, identity_sizes[i]);
        unsigned char bytes[ROOM];
        size_t header_max = 0, member_max = 0, member_min = ROOM;
        for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
            struct selkie_header header = a_header(message);
            size_t size = encode_header(&codec, &header, bytes);
            header_max = !header.peer && size > header_max ? size : header_max;
            assert_true(size <= codec.header_max + (header.peer ? identity_sizes[i] : 0));
        }
        for (size_t j = 0; j < LEGAL; j++) {
            struct selkie_member member = a_member(legal[j].state, legal[j].flags, legal[j].accused);
            size_t size = encode_member(&codec, &member, bytes);
            member_max = size > member_max ? size : member_max;
            member_min = size < member_min ? size : member_min;
        }
        assert_int_equal(codec.header_max, header_max);
        assert_int_equal(codec.member_max, member_max);
        assert_int_equal(codec.member_min, member_min);
    }
}

/* Rules: P20.5 */
static void a_header_that_ends_at_any_byte_too_early_is_refused(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        struct selkie_header header = a_header(message);
        unsigned char bytes[ROOM];
        struct decoded decoded;
        size_t size = encode_header(&codec, &header, bytes);
        for (size_t cut = 0; cut < size; cut++) {
            assert_int_equal(decode_header(&codec, bytes, cut, &decoded), SELKIE_E_DECODE);
        }
    }
}

/* Rules: P20.5 */
static void a_member_that_ends_at_any_byte_too_early_is_refused(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    for (size_t i = 0; i < LEGAL; i++) {
        struct selkie_member member = a_member(legal[i].state, legal[i].flags, legal[i].accused);
        unsigned char bytes[ROOM];
        struct decoded decoded;
        size_t size = encode_member(&codec, &member, bytes);
        for (size_t cut = 0; cut < size; cut++) {
            assert_int_equal(decode_member(&codec, bytes, cut, &decoded), SELKIE_E_DECODE);
        }
    }
}

static void bytes_after_a_header_or_a_member_are_left_alone(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    unsigned char bytes[ROOM];
    struct decoded decoded;
    struct selkie_header header = a_header(SELKIE_PING_REQ);
    size_t size = encode_header(&codec, &header, bytes);
    assert_int_equal(decode_header(&codec, bytes, size + 3, &decoded), 0);
    assert_int_equal(decoded.left, 3);
    struct selkie_member member = a_member(SELKIE_SUSPECT, 0, true);
    size = encode_member(&codec, &member, bytes);
    assert_int_equal(decode_member(&codec, bytes, size + 3, &decoded), 0);
    assert_int_equal(decoded.left, 3);
}

static void a_header_is_never_written_past_the_end_of_its_room(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        struct selkie_header header = a_header(message);
        unsigned char whole[ROOM];
        size_t size = encode_header(&codec, &header, whole);
        for (size_t room = 0; room <= size; room++) {
            unsigned char bytes[ROOM];
            memset(bytes, CANARY, sizeof bytes);
            struct selkie_writer writer = {bytes, room, false};
            assert_int_equal(codec.encode_header(&codec, &writer, &header), room == size);
            for (size_t i = room; i < ROOM; i++) {
                assert_int_equal(bytes[i], CANARY);
            }
        }
    }
}

static void a_member_is_never_written_past_the_end_of_its_room(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    for (size_t i = 0; i < LEGAL; i++) {
        struct selkie_member member = a_member(legal[i].state, legal[i].flags, legal[i].accused);
        unsigned char whole[ROOM];
        size_t size = encode_member(&codec, &member, whole);
        for (size_t room = 0; room <= size; room++) {
            unsigned char bytes[ROOM];
            memset(bytes, CANARY, sizeof bytes);
            struct selkie_writer writer = {bytes, room, false};
            assert_int_equal(codec.encode_member(&codec, &writer, &member), room == size);
            for (size_t j = room; j < ROOM; j++) {
                assert_int_equal(bytes[j], CANARY);
            }
        }
    }
}

/* Rules: P20.2 */
static void only_version_one_is_spoken(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    struct selkie_header header = a_header(SELKIE_PING);
    unsigned char bytes[ROOM];
    struct decoded decoded;
    size_t size = encode_header(&codec, &header, bytes);
    assert_int_equal(bytes[0], 1);
    for (unsigned version = 0; version <= UINT8_MAX; version++) {
        bytes[0] = (unsigned char)version;
        int expected = version == 1 ? 0 : SELKIE_E_VERSION;
        assert_int_equal(decode_header(&codec, bytes, size, &decoded), expected);
    }
}

/* What the header's second byte must give, told apart from the code. Messages 0 to 11 are known; a nack may be wanted of
 * whoever gets a PingReq, message 2. */
static int verdict_on_message(unsigned byte) {
    if ((byte & 0xe0) != 0 || (byte & 0x0f) > 11) {
        return SELKIE_E_VERSION;
    }
    return byte <= 11 || byte == 0x12 ? 0 : SELKIE_E_DECODE;
}

/* Rules: P20.3, P20.4 */
static void messages_and_header_flags_of_later_versions_are_refused(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    struct selkie_header header = a_header(SELKIE_PING_REQ); /* as long as any */
    unsigned char bytes[ROOM];
    struct decoded decoded;
    size_t size = encode_header(&codec, &header, bytes);
    for (unsigned byte = 0; byte <= UINT8_MAX; byte++) {
        bytes[1] = (unsigned char)byte;
        assert_int_equal(decode_header(&codec, bytes, size, &decoded), verdict_on_message(byte));
        if (verdict_on_message(byte) == 0) {
            assert_int_equal(decoded.header.message, byte & 0x0f);
            assert_int_equal(decoded.header.flags, byte & 0x10 ? SELKIE_NACK_WANTED : 0);
        }
    }
}

/* What the last byte of a member's fixed part must give, told apart from the code: one line a meaning. */
static int verdict_on_bits(unsigned bits) {
    if (bits >= 0x10) {
        return SELKIE_E_VERSION;
    }
    switch (bits) {
    case 0x00: /* Alive */
    case 0x01: /* Suspect */
    case 0x02: /* Down */
    case 0x06: /* Down, left */
    case 0x09: /* Suspect, accuser */
        return 0;
    default:
        return SELKIE_E_DECODE;
    }
}

/* Rules: P20.1, P20.3, P20.4 */
static void a_members_bits_are_taken_only_in_their_five_meanings(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    struct selkie_member member = a_member(SELKIE_SUSPECT, 0, true);
    unsigned char bytes[ROOM];
    size_t size = encode_member(&codec, &member, bytes);
    for (unsigned bits = 0; bits <= UINT8_MAX; bits++) {
        bytes[10] = (unsigned char)bits;
        struct decoded decoded;
        int error = decode_member(&codec, bytes, size, &decoded);
        assert_int_equal(error, verdict_on_bits(bits));
        if (error == 0) {
            unsigned char again[ROOM];
            decoded.member.identity = decoded.first;
            size_t again_size = encode_member(&codec, &decoded.member, again);
            assert_int_equal(again_size, size - decoded.left);
            assert_memory_equal(again, bytes, again_size);
        }
    }
}

/* Rules: P20.6 */
static void what_would_not_be_decoded_is_not_written(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    unsigned char bytes[ROOM];
    size_t written = 0;
    for (unsigned i = 0; i < 2 * 256 * 256; i++) {
        struct selkie_member member = a_member((uint8_t)(i & 0xff), (uint8_t)(i >> 8 & 0xff), (i >> 16 & 1) != 0);
        struct decoded decoded;
        size_t size = encode_member(&codec, &member, bytes);
        if (size != 0) {
            assert_int_equal(decode_member(&codec, bytes, size, &decoded), 0);
            assert_int_equal(decoded.member.state, member.state);
            assert_int_equal(decoded.member.flags, member.flags);
            written++;
        }
    }
    assert_int_equal(written, LEGAL);

    struct selkie_header header = a_header(SELKIE_GOSSIP);
    header.message = SELKIE_MESSAGE_COUNT;
    assert_int_equal(encode_header(&codec, &header, bytes), 0);
    written = 0;
    for (unsigned i = 0; i < 256 * SELKIE_MESSAGE_COUNT; i++) {
        header = a_header((int)(i / 256));
        header.flags = (uint8_t)i;
        struct decoded decoded;
        size_t size = encode_header(&codec, &header, bytes);
        if (size != 0) {
            assert_int_equal(decode_header(&codec, bytes, size, &decoded), 0);
            assert_int_equal(decoded.left, 0);
            assert_int_equal(decoded.header.message, header.message);
            assert_int_equal(decoded.header.flags, header.flags);
            written++;
        }
    }
    assert_int_equal(written, SELKIE_MESSAGE_COUNT + 1); /* each message, and PingReq with a nack wanted */
}

/* Rules: P20.7 */
static void identities_of_no_size_that_exists_make_a_codec_that_nobody_takes(void **state) {
    (void)state;
    static const size_t wrong[] = {0, SELKIE_IDENTITY_MAX + 1, 65536 + 8, SIZE_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct selkie_codec codec;
        selkie_codec_packed(&codec, wrong[i]);
        assert_int_equal(codec.identity_size, 0);
        assert_int_equal(codec.member_min, 0);
    }
}

static void the_packed_codec_carries_all_there_is(void **state) {
    (void)state;
    struct selkie_codec codec;
    selkie_codec_packed(&codec, 8);
    assert_int_equal(codec.struct_size, sizeof codec);
    assert_int_equal(codec.can, SELKIE_CAN_LEFT | SELKIE_CAN_ACCUSER | SELKIE_CAN_NACK);
    assert_ptr_equal(codec.shortcuts->encode_member, codec.encode_member); /* or they would not be taken */
    assert_ptr_equal(codec.shortcuts->decode_member, codec.decode_member);
}

static void a_caller_with_a_smaller_struct_gets_no_more_than_that(void **state) {
    (void)state;
    struct selkie_codec codec, before;
    memset(&codec, CANARY, sizeof codec);
    before = codec;
    size_t known = offsetof(struct selkie_codec, decode_member);
    selkie_codec_packed_(&codec, known, 8);
    assert_int_equal(codec.struct_size, known);
    assert_int_equal(codec.identity_size, 8);
    assert_memory_equal((unsigned char *)&codec + known, (unsigned char *)&before + known, sizeof codec - known);
}

static void a_caller_with_a_larger_struct_gets_the_rest_cleared(void **state) {
    (void)state;
    struct {
        struct selkie_codec codec;
        uint64_t later;
    } grown;
    memset(&grown, CANARY, sizeof grown);
    selkie_codec_packed_(&grown.codec, sizeof grown, 8);
    assert_int_equal(grown.codec.struct_size, sizeof grown);
    assert_true(grown.later == 0);
    assert_non_null(grown.codec.decode_member);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_header_comes_back_as_it_went),
        cmocka_unit_test(every_member_comes_back_as_it_went),
        cmocka_unit_test(the_sizes_that_the_codec_states_are_exact),
        cmocka_unit_test(a_header_that_ends_at_any_byte_too_early_is_refused),
        cmocka_unit_test(a_member_that_ends_at_any_byte_too_early_is_refused),
        cmocka_unit_test(bytes_after_a_header_or_a_member_are_left_alone),
        cmocka_unit_test(a_header_is_never_written_past_the_end_of_its_room),
        cmocka_unit_test(a_member_is_never_written_past_the_end_of_its_room),
        cmocka_unit_test(only_version_one_is_spoken),
        cmocka_unit_test(messages_and_header_flags_of_later_versions_are_refused),
        cmocka_unit_test(a_members_bits_are_taken_only_in_their_five_meanings),
        cmocka_unit_test(what_would_not_be_decoded_is_not_written),
        cmocka_unit_test(identities_of_no_size_that_exists_make_a_codec_that_nobody_takes),
        cmocka_unit_test(the_packed_codec_carries_all_there_is),
        cmocka_unit_test(a_caller_with_a_smaller_struct_gets_no_more_than_that),
        cmocka_unit_test(a_caller_with_a_larger_struct_gets_the_rest_cleared),
    };
    return cmocka_run_group_tests(tests, fill_identities, NULL);
}
