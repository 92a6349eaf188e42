/* Tests of the codecs that foca speaks: that each reads what it writes and nothing else, at every size and every byte.
 * The bytes themselves are held by test_foca.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats.h"

enum { ROOM = 4096, CANARY = 0xa5 };

/* Identities: as in foca's example agent; with a name; the longest; the shortest. */
static const struct selkie_field agent[] = {{SELKIE_FIELD_SOCKADDR, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field named[] = {{SELKIE_FIELD_STRING, 20}, {SELKIE_FIELD_U32, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field longest[] = {{SELKIE_FIELD_STRING, 253}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field shortest[] = {{SELKIE_FIELD_U8, 0}, {SELKIE_FIELD_END, 0}};
static const struct selkie_field *const tables[] = {agent, named, longest, shortest};
enum { TABLES = sizeof tables / sizeof *tables };

/* An identity that takes the least bytes of its kind (0), or the most; i tells those of a kind apart. */
static void fill(const struct selkie_field *fields, bool most, unsigned char *identity, unsigned char i) {
    size_t size = selkie_fields_size(fields);
    memset(identity, most ? 0x7f : 0, size);
    if (fields == agent) {
        memset(identity, most ? 0xff : 0, size);
        memset(identity + 10, 0xff, 2);
        identity[9] = most; /* no longer IPv4-mapped */
    }
    if (fields == named || fields == longest) {
        memset(identity + fields[0].size, most ? 0xff : 0, size - fields[0].size);
    }
    if (most) {
        identity[0] = i;
    }
}

static unsigned char ours[SELKIE_IDENTITY_MAX], theirs[SELKIE_IDENTITY_MAX], third[SELKIE_IDENTITY_MAX];

static struct selkie_codec a_codec(int which, const struct selkie_field *fields, bool most) {
    struct selkie_codec codec;
    assert_int_equal(format_codec(which, &codec, fields), 0);
    fill(fields, most, ours, 1);
    fill(fields, most, theirs, 2);
    fill(fields, most, third, 3);
    return codec;
}

/* Those that foca knows. */
enum { MESSAGES = SELKIE_TURN_UNDEAD + 1 };

static struct selkie_header a_header(int message, uint16_t incarnation) {
    struct selkie_header header = {.struct_size = sizeof header,
                                   .source = ours,
                                   .destination = theirs,
                                   .peer = selkie_message_has_peer(message) ? third : NULL,
                                   .source_incarnation = incarnation,
                                   .message = (uint8_t)message,
                                   .probe_number = selkie_message_has_number(message) ? 0xfe : 0};
    return header;
}

static struct selkie_member a_member(uint8_t state, uint16_t incarnation) {
    struct selkie_member member = {.struct_size = sizeof member, .identity = ours, .state = state};
    member.incarnation = incarnation;
    return member;
}

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

struct decoded {
    struct selkie_header header;
    struct selkie_member member;
    unsigned char first[SELKIE_IDENTITY_MAX], second[SELKIE_IDENTITY_MAX], third[SELKIE_IDENTITY_MAX];
    size_t left;
};

/* Decode a header or a member from a heap copy of exactly these bytes, so that a sanitizer sees a read past their
 * end. */
static int decode(const struct selkie_codec *codec, bool is_header, const unsigned char *bytes, size_t size,
                  struct decoded *decoded) {
    unsigned char *copy = (unsigned char *)malloc(size + !size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    memset(decoded, 0, sizeof *decoded);
    struct selkie_reader reader = {copy, size, false};
    int error = is_header ? codec->decode_header(codec, &reader, &decoded->header, decoded->first, decoded->second,
                                                 decoded->third)
                          : codec->decode_member(codec, &reader, &decoded->member, decoded->first, decoded->second);
    decoded->left = reader.left;
    free(copy);
    return error;
}

static void demand_header_back(const struct selkie_codec *codec, const struct selkie_header *header) {
    unsigned char bytes[ROOM];
    struct decoded decoded;
    size_t size = encode_header(codec, header, bytes);
    assert_int_not_equal(size, 0);
    assert_int_equal(decode(codec, true, bytes, size, &decoded), 0);
    assert_int_equal(decoded.left, 0);
    assert_int_equal(decoded.header.message, header->message);
    assert_int_equal(decoded.header.probe_number, header->probe_number);
    assert_int_equal(decoded.header.source_incarnation, header->source_incarnation);
    assert_memory_equal(decoded.first, ours, codec->identity_size);
    assert_memory_equal(decoded.second, theirs, codec->identity_size);
    if (header->peer) {
        assert_memory_equal(decoded.third, third, codec->identity_size);
    }
}

static void demand_member_back(const struct selkie_codec *codec, const struct selkie_member *member) {
    unsigned char bytes[ROOM];
    struct decoded decoded;
    size_t size = encode_member(codec, member, bytes);
    assert_int_not_equal(size, 0);
    assert_int_equal(decode(codec, false, bytes, size, &decoded), 0);
    assert_int_equal(decoded.left, 0);
    assert_int_equal(decoded.member.incarnation, member->incarnation);
    assert_int_equal(decoded.member.state, member->state);
    assert_int_equal(decoded.member.flags, 0);
    assert_null(decoded.member.accuser);
    assert_memory_equal(decoded.first, ours, codec->identity_size);
}

/* Rules: P23.1 */
static void every_header_and_every_member_comes_back_as_it_went(void **state) {
    (void)state;
    static const uint16_t incarnations[] = {0, 1, 127, 128, 250, 251, 0x1234, UINT16_MAX};
    for (size_t i = 0; i < FORMATS * TABLES * 2; i++) {
        struct selkie_codec codec = a_codec((int)(i % FORMATS), tables[i / FORMATS % TABLES], i / FORMATS / TABLES);
        for (size_t j = 0; j < sizeof incarnations / sizeof *incarnations; j++) {
            for (int message = 0; message < MESSAGES; message++) {
                struct selkie_header header = a_header(message, incarnations[j]);
                demand_header_back(&codec, &header);
            }
            for (uint8_t member_state = SELKIE_ALIVE; member_state <= SELKIE_DOWN; member_state++) {
                struct selkie_member member = a_member(member_state, incarnations[j]);
                demand_member_back(&codec, &member);
            }
        }
    }
}

/* The codec's own statement of its sizes is what bounds the engine's buffers: neither less nor more than the truth.
 * Rules: P23.7 */
static void the_sizes_that_the_codec_states_are_exact(void **state) {
    (void)state;
    for (size_t i = 0; i < FORMATS * TABLES; i++) {
        const struct selkie_field *fields = tables[i / FORMATS];
        unsigned char bytes[ROOM];
        struct selkie_codec codec = a_codec((int)(i % FORMATS), fields, false);
        struct selkie_member member = a_member(SELKIE_DOWN, 0);
        assert_int_equal(codec.identity_size, selkie_fields_size(fields));
        assert_int_equal(codec.member_min, encode_member(&codec, &member, bytes));
        codec = a_codec((int)(i % FORMATS), fields, true);
        member = a_member(SELKIE_DOWN, UINT16_MAX);
        assert_int_equal(codec.member_max, encode_member(&codec, &member, bytes));
        size_t most = 0;
        for (int message = 0; message < MESSAGES; message++) {
            struct selkie_header header = a_header(message, UINT16_MAX);
            size_t size = encode_header(&codec, &header, bytes);
            most = !header.peer && size > most ? size : most;
        }
        assert_int_equal(codec.header_max, most);
    }
}

/* Rules: P23.4 */
static void what_ends_at_any_byte_too_early_is_refused(void **state) {
    (void)state;
    for (size_t i = 0; i < FORMATS * TABLES * 2; i++) {
        struct selkie_codec codec = a_codec((int)(i % FORMATS), tables[i / FORMATS % TABLES], i / FORMATS / TABLES);
        unsigned char bytes[ROOM];
        struct decoded decoded;
        struct selkie_header header = a_header(SELKIE_PING_REQ, 300);
        size_t size = encode_header(&codec, &header, bytes);
        for (size_t cut = 0; cut < size; cut++) {
            assert_int_equal(decode(&codec, true, bytes, cut, &decoded), SELKIE_E_DECODE);
        }
        assert_int_equal(decode(&codec, true, bytes, size + 3, &decoded), 0);
        assert_int_equal(decoded.left, 3);
        struct selkie_member member = a_member(SELKIE_SUSPECT, 300);
        size = encode_member(&codec, &member, bytes);
        for (size_t cut = 0; cut < size; cut++) {
            assert_int_equal(decode(&codec, false, bytes, cut, &decoded), SELKIE_E_DECODE);
        }
    }
}

static void nothing_is_written_past_the_end_of_its_room(void **state) {
    (void)state;
    for (size_t i = 0; i < FORMATS * TABLES * 2; i++) {
        struct selkie_codec codec = a_codec((int)(i % FORMATS), tables[i / FORMATS % TABLES], i / FORMATS / TABLES);
        struct selkie_header header = a_header(SELKIE_PING_REQ, 300);
        struct selkie_member member = a_member(SELKIE_SUSPECT, 300);
        unsigned char bytes[ROOM];
        size_t header_size = encode_header(&codec, &header, bytes), member_size = encode_member(&codec, &member, bytes);
        for (size_t room = 0; room <= header_size; room++) {
            memset(bytes, CANARY, header_size + 1);
            struct selkie_writer writer = {bytes, room, false};
            assert_int_equal(codec.encode_header(&codec, &writer, &header), room == header_size);
            assert_int_equal(bytes[room], CANARY);
        }
        for (size_t room = 0; room <= member_size; room++) {
            memset(bytes, CANARY, member_size + 1);
            struct selkie_writer writer = {bytes, room, false};
            assert_int_equal(codec.encode_member(&codec, &writer, &member), room == member_size);
            assert_int_equal(bytes[room], CANARY);
        }
    }
}

/* Rules: P23.4 */
static void messages_and_states_that_foca_does_not_know_are_neither_read_nor_written(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        struct selkie_codec codec = a_codec(which, shortest, false);
        unsigned char bytes[ROOM];
        struct decoded decoded;
        struct selkie_header header = a_header(SELKIE_TURN_UNDEAD, 0);
        size_t size = encode_header(&codec, &header, bytes);
        size_t tag = size - (which == BINCODE1_FIXED ? 4 : 1);
        assert_int_equal(bytes[tag], SELKIE_TURN_UNDEAD);
        bytes[tag] = SELKIE_TURN_UNDEAD + 1;
        assert_int_equal(decode(&codec, true, bytes, size, &decoded), SELKIE_E_DECODE);
        header.message = SELKIE_TURN_UNDEAD + 1;
        assert_int_equal(encode_header(&codec, &header, bytes), 0);

        struct selkie_member member = a_member(SELKIE_DOWN, 0);
        size = encode_member(&codec, &member, bytes);
        tag = size - (which == BINCODE1_FIXED ? 4 : 1);
        assert_int_equal(bytes[tag], SELKIE_DOWN);
        bytes[tag] = SELKIE_DOWN + 1;
        assert_int_equal(decode(&codec, false, bytes, size, &decoded), SELKIE_E_DECODE);
        member.state = SELKIE_DOWN + 1;
        assert_int_equal(encode_member(&codec, &member, bytes), 0);
    }
}

/* A tag is a number of 32 bits: what its low bits say does not matter if high ones are set. Rules: P23.4 */
static void a_tag_is_not_cut_down_to_a_byte(void **state) {
    (void)state;
    static const char *const gossip_and_256[FORMATS] = {"000000fb0801", "0000000008010000", "000000fb0801",
                                                        "0000008802"};
    for (int which = 0; which < FORMATS; which++) {
        struct selkie_codec codec = a_codec(which, shortest, false);
        unsigned char bytes[ROOM];
        struct decoded decoded;
        size_t size = format_unhex(gossip_and_256[which], bytes, sizeof bytes);
        assert_int_equal(decode(&codec, true, bytes, size, &decoded), SELKIE_E_DECODE);
    }
}

/* Rules: P23.6 */
static void an_identity_that_is_no_text_is_not_written(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        struct selkie_codec codec = a_codec(which, named, true);
        unsigned char bytes[ROOM];
        struct selkie_header header = a_header(SELKIE_GOSSIP, 0);
        struct selkie_member member = a_member(SELKIE_ALIVE, 0);
        theirs[3] = 0xff;
        assert_int_equal(encode_header(&codec, &header, bytes), 0);
        ours[3] = 0;
        assert_int_equal(encode_member(&codec, &member, bytes), 0);
    }
}

/* Rules: P23.9 */
static void what_foca_cannot_hear_is_not_said(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        struct selkie_codec codec = a_codec(which, agent, true);
        unsigned char plain[ROOM], bytes[ROOM];
        assert_int_equal(codec.can, 0);
        struct selkie_member member = a_member(SELKIE_DOWN, 7);
        size_t size = encode_member(&codec, &member, plain);
        member.flags = SELKIE_LEFT;
        member.accuser = theirs;
        assert_int_equal(encode_member(&codec, &member, bytes), size);
        assert_memory_equal(bytes, plain, size);
        struct selkie_header header = a_header(SELKIE_NACK, 7);
        assert_int_equal(encode_header(&codec, &header, bytes), 0);
        header = a_header(SELKIE_PING_REQ, 7);
        assert_int_not_equal(encode_header(&codec, &header, bytes), 0);
        header.flags = SELKIE_NACK_WANTED;
        assert_int_equal(encode_header(&codec, &header, bytes), 0);
    }
}

/* Rules: P23.8 */
static void identities_of_1_to_255_bytes_make_a_codec_and_no_others(void **state) {
    (void)state;
    for (int which = 0; which < FORMATS; which++) {
        for (uint16_t size = 1; size <= SELKIE_IDENTITY_MAX + 2; size++) {
            const struct selkie_field fields[] = {{SELKIE_FIELD_BYTES, size}, {SELKIE_FIELD_END, 0}};
            struct selkie_codec codec;
            bool fits = size <= SELKIE_IDENTITY_MAX;
            assert_int_equal(format_codec(which, &codec, fields), fits ? 0 : SELKIE_E_INVALID_CONFIG);
        }
    }
}

static void a_codec_of_another_version_gets_what_it_has_room_for(void **state) {
    (void)state;
    struct {
        struct selkie_codec codec;
        unsigned char more[8];
    } newer;
    memset(&newer, CANARY, sizeof newer);
    assert_int_equal(selkie_codec_postcard_(&newer.codec, sizeof newer, agent), 0);
    assert_int_equal(newer.codec.struct_size, sizeof newer);
    assert_int_equal(newer.more[7], 0);
    struct selkie_codec older;
    memset(&older, CANARY, sizeof older);
    size_t size = offsetof(struct selkie_codec, decode_member);
    assert_int_equal(selkie_codec_postcard_(&older, size, agent), 0);
    assert_int_equal(older.struct_size, size);
    assert_int_equal(((unsigned char *)&older)[size], CANARY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_header_and_every_member_comes_back_as_it_went),
        cmocka_unit_test(the_sizes_that_the_codec_states_are_exact),
        cmocka_unit_test(what_ends_at_any_byte_too_early_is_refused),
        cmocka_unit_test(nothing_is_written_past_the_end_of_its_room),
        cmocka_unit_test(messages_and_states_that_foca_does_not_know_are_neither_read_nor_written),
        cmocka_unit_test(a_tag_is_not_cut_down_to_a_byte),
        cmocka_unit_test(an_identity_that_is_no_text_is_not_written),
        cmocka_unit_test(what_foca_cannot_hear_is_not_said),
        cmocka_unit_test(identities_of_1_to_255_bytes_make_a_codec_and_no_others),
        cmocka_unit_test(a_codec_of_another_version_gets_what_it_has_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
