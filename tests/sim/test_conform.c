/* The conformance checks: all that selkie brings conforms, and each of many faults is named. */
#include "faulty.h"

#include "selkie/inet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXT = 300 };

static void must_conform(const char *name, const struct selkie_sim_conformance *what) {
    char text[TEXT] = "";
    if (!selkie_sim_conforms(what, text, sizeof text)) {
        fail_msg("%s: %s", name, text);
    }
    assert_string_equal(text, "");
}

/* ---- What conforms ---- */

static void the_packed_codec_and_types_of_any_size_conform(void **state) {
    static const struct {
        uint16_t size, addr_size;
    } sizes[] = {{1, 1}, {2, 1}, {8, 6}, {26, 18}, {64, 1}, {SELKIE_IDENTITY_MAX, 200}};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int renewable = 0; renewable < 2; renewable++) {
            struct selkie_identity_type type = {.struct_size = sizeof type,
                                                .size = sizes[i].size,
                                                .addr_size = sizes[i].addr_size,
                                                .renew = renewable ? selkie_renew_by_one : NULL};
            struct selkie_codec codec;
            selkie_codec_packed(&codec, type.size);
            must_conform("packed",
                         &(struct selkie_sim_conformance){.struct_size = sizeof(struct selkie_sim_conformance),
                                                          .type = &type,
                                                          .codec = &codec,
                                                          .seed = i,
                                                          .rounds = 200});
        }
    }
}

static void inet_identities_conform(void **state) {
    (void)state;
    must_conform("inet", &(struct selkie_sim_conformance){.struct_size = sizeof(struct selkie_sim_conformance),
                                                          .type = selkie_inet_type()});
}

/* { host 16 of text, address 4, port 2, generation 8 } */
static const struct selkie_field fields[] = {
    {SELKIE_FIELD_STRING, 16}, {SELKIE_FIELD_SOCKADDR_V4, 0}, {SELKIE_FIELD_U64, 0}, {SELKIE_FIELD_END, 0}};

static void make_named(void *ctx, uint32_t n, void *identity) {
    unsigned char *bytes = identity;
    (void)ctx;
    memset(bytes, 0, 30);
    (void)snprintf((char *)bytes, 16, "host-%u", (unsigned)(n / 4));
    bytes[16] = 10;
    bytes[19] = (unsigned char)(n / 4);
    bytes[22] = n % 4 == 3 ? 0xff : 0;
    bytes[29] = (unsigned char)(n % 4);
}

static void the_codecs_that_foca_speaks_conform(void **state) {
    struct selkie_identity_type type = {
        .struct_size = sizeof type, .size = 30, .addr_size = 22, .renew = selkie_renew_by_one};
    struct selkie_codec codecs[4];
    (void)state;
    assert_int_equal(selkie_codec_bincode1(&codecs[0], fields), 0);
    assert_int_equal(selkie_codec_bincode1_fixed(&codecs[1], fields), 0);
    assert_int_equal(selkie_codec_bincode2(&codecs[2], fields), 0);
    assert_int_equal(selkie_codec_postcard(&codecs[3], fields), 0);
    for (size_t i = 0; i < 4; i++) {
        must_conform("foca", &(struct selkie_sim_conformance){.struct_size = sizeof(struct selkie_sim_conformance),
                                                              .type = &type,
                                                              .codec = &codecs[i],
                                                              .make_identity = make_named});
    }
}

static void what_the_faults_are_planted_in_conforms(void **state) {
    char text[TEXT];
    (void)state;
    if (!faulty_type_conforms(TYPE_WELL, text) || !faulty_codec_conforms(CODEC_WELL, text)) {
        fail_msg("%s", text);
    }
}

/* ---- What does not ---- */

struct expected {
    int fault;
    const char *part; /* of the complaint */
};

static void each_fault_of_an_identity_type_is_named(void **state) {
    static const struct expected all[] = {
        {TYPE_WINS_LITTLE_ENDIAN, "renew: the result does not win over what it replaces; after the address it went "
                                  "from 00ff to 0100"},
        {TYPE_WINS_IN_PART, "renew: the result does not win over what it replaces"},
        {TYPE_WINS_ALWAYS, "renew: the result and what it replaces win over each other"},
        {TYPE_WINS_OR_EQUAL, "wins: an identity wins over itself; after the address it is "},
        {TYPE_WINS_IN_A_CIRCLE, "wins: goes in a circle"},
        {TYPE_WINS_AT_RANDOM, "wins: asked twice, gave two answers"},
        {TYPE_WINS_WRITES, "wins: changed an identity"},
        {TYPE_RENEW_CHANGES_ADDRESS, "renew: changed the address, from 0700 to 0701"},
        {TYPE_RENEW_DOES_NOTHING, "renew: returned true and left the identity as it was; after the address it is 0000"},
        {TYPE_RENEW_GOES_BACK, "renew: the result does not win"},
        {TYPE_RENEW_WRAPS, "renew: the result does not win over what it replaces; after the address it went from 01ff "
                           "to 0000"},
        {TYPE_RENEW_FAILS_AND_WRITES, "renew: returned false and changed"},
        {TYPE_RENEW_WRITES_PAST_THE_END, "renew: wrote past the 4 bytes"},
        {TYPE_MAKE_WRITES_PAST_THE_END, "make_identity(0): wrote past the 4 bytes"},
        {TYPE_MAKE_LEAVES_PADDING, "make_identity(0): gives another identity each time, or does not write all"},
        {TYPE_MAKE_DIFFERS, "make_identity(0): gives another identity each time, or does not write all"},
        {TYPE_MAKE_ONE_ADDRESS, "make_identity: all 128 identities have the same first 2 bytes, which are the address"},
    };
    char text[TEXT];
    (void)state;
    assert_int_equal(sizeof all / sizeof *all, TYPE_KINDS - 1);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (faulty_type_conforms((enum faulty_type_fault)all[i].fault, text) || strstr(text, all[i].part) == NULL) {
            fail_msg("expected \"%s\", got \"%s\"", all[i].part, text);
        }
    }
}

static void each_fault_of_a_codec_is_named(void **state) {
    static const struct expected all[] = {
        {CODEC_HEADER_MAX_TOO_SMALL, "codec: header_max is 11, and the header of ping,"},
        {CODEC_MEMBER_MIN_TOO_LARGE, "codec: member_min is 8, and an Alive member,"},
        {CODEC_MEMBER_MAX_TOO_SMALL, "codec: member_max is 10, and an accused Suspect member,"},
        {CODEC_LOSES_INCARNATION, "decode_header: incarnation is "},
        {CODEC_LOSES_NUMBER, "decode_header: probe_number is 56, expected 184, in the header of ping, incarnation 1"},
        {CODEC_LOSES_LEFT, "decode_member: flags is 0, expected 1, in a Down (LEFT) member"},
        {CODEC_LOSES_ACCUSER, "decode_member: accuser from byte 0 on is 00000000, expected "},
        {CODEC_LOSES_NACK_WANTED, "decode_header: flags is 0, expected 1, in the header of ping-req"},
        {CODEC_SWAPS_IDENTITIES, "decode_header: source from byte 0 on is "},
        {CODEC_CUTS_IDENTITY, "decode_header: source from byte 0 on is "},
        {CODEC_LEAVES_IDENTITY, "decode_header: source from byte 0 on is "},
        {CODEC_REFUSES_A_MESSAGE, "encode_header: refused the header of turn-undead"},
        {CODEC_REFUSES_A_STATE, "encode_member: refused a Suspect member"},
        {CODEC_SHORT_WRITER, "encode_header: returned true with room for 0 of the 12 bytes of the header of ping"},
        {CODEC_OVERRUNS_WRITER, "encode_header: wrote past the 0 bytes that the writer had left"},
        {CODEC_SKIPS_BYTES, "encode_header: did not write the same 13 bytes the second time"},
        {CODEC_SHORT_READER, "decode_header: took 0 of the 12 bytes of the header of ping"},
        {CODEC_OVERRUNS_READER, "decode_header: reader.next and reader.left do not agree, or lead out of the 0 bytes"},
        {CODEC_READS_THE_REST, "decode_header: read 76 of the 12 bytes of the header of ping"},
        {CODEC_LOOKS_AHEAD, "decode_member: incarnation is 1, expected 0, in an Alive member"},
        {CODEC_OVERRUNS_IDENTITY, "decode_header: wrote more than identity_size, 4 bytes, for an identity"},
        {CODEC_ANY_MESSAGE, "decode_header: made message "},
        {CODEC_ANY_STATE, "decode_member: made state 3 out of junk; there are 3"},
        {CODEC_UNCLAIMED_LEFT, "decode_member: gave SELKIE_LEFT, which codec.can does not claim"},
        {CODEC_UNCLAIMED_NACK, "decode_header: gave a nack, or a flag, which codec.can does not claim"},
        {CODEC_READS_WHAT_IT_REFUSES, "decode_member: read something out of junk that encode_member refuses to write"},
        {CODEC_READS_WHAT_IT_LOSES,
         "decode_member: read something out of junk that changes when it is written and read again: flags is "},
        {CODEC_REMEMBERS, "decode_member: incarnation is "},
        {CODEC_COUNTS_WRITES, "encode_header: did not write the same 12 bytes the second time"},
        {CODEC_ODD_ERROR, "decode_header: returned -1000, expected 0, SELKIE_E_DECODE or SELKIE_E_VERSION"},
        {CODEC_ODD_ACCUSER, "decode_member: member->accuser does not point to the accuser"},
        {CODEC_LARGER_THAN_PACKETS, "cluster: "},
        {CODEC_WRONG_IDENTITY_SIZE, "codec: identity_size is 5, and the type's size is 4"},
        {CODEC_MISJUDGES_SIZE, "member_size: said 7, and encode_member wrote 11 bytes, for an accused Suspect member"},
        {CODEC_SKIPS_ANYTHING, "skip_members: returned 0 where decode_member returned "},
        {CODEC_SKIPS_TOO_LITTLE, "skip_members: passed over 7 bytes where decode_member read 11"},
        {CODEC_PUTS_OTHERWISE, "put_members: wrote other bytes than encode_member, for a Down (LEFT) member"},
        {CODEC_PUTS_ALL_BITS, "put_members: wrote 0 with "},
        {CODEC_PUTS_IN_PART, "put_members: moved the writer by 0 bytes, or left it failed, expected 0, for an Alive"},
        {CODEC_PUTS_ANYTHING, "put_members: wrote 2 with "},
        {CODEC_PUTS_ONE, "put_members: wrote 1 with "},
        {CODEC_TAKES_OTHERWISE, "take_members: flags is 0, expected 1, by decode_member"},
        {CODEC_TAKES_TOO_LITTLE,
         "take_members: moved the reader by 7 bytes, or left it failed, where decode_member read 11"},
        {CODEC_TAKES_ANYTHING, "take_members: read 1 where decode_member returned "},
        {CODEC_TAKES_FOR_GRANTED, "take_members: accuser from byte 0 on is "},
        {CODEC_TAKES_IN_PART,
         "take_members: moved the reader by 0 bytes, or left it failed, where decode_member read 0"},
        {CODEC_TAKES_ALL_INTO_ONE, "take_members: "},
    };
    char text[TEXT];
    (void)state;
    assert_int_equal(sizeof all / sizeof *all, CODEC_KINDS - 1);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (faulty_codec_conforms((enum faulty_codec_fault)all[i].fault, text) || strstr(text, all[i].part) == NULL) {
            fail_msg("expected \"%s\", got \"%s\"", all[i].part, text);
        }
    }
}

static void wrong_sizes_and_missing_functions_are_named(void **state) {
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = 4, .addr_size = 5};
    struct selkie_codec codec;
    struct selkie_sim_conformance what = {.struct_size = sizeof what};
    char text[TEXT];
    (void)state;
    assert_false(selkie_sim_conforms(&what, text, sizeof text));
    assert_string_equal(text, "type: is missing, or its struct_size is wrong");
    what.type = &type;
    assert_false(selkie_sim_conforms(&what, text, sizeof text));
    assert_string_equal(text, "type: addr_size is 5, and must be 1 to size, which is 4");
    type.size = 0;
    assert_false(selkie_sim_conforms(&what, text, sizeof text));
    assert_string_equal(text, "type: size is 0, and must be 1 to 255");
    type.size = 5;
    selkie_codec_packed(&codec, 5);
    what.codec = &codec;
    codec.decode_member = NULL;
    assert_false(selkie_sim_conforms(&what, text, sizeof text));
    assert_string_equal(text, "codec: lacks one of its four functions");
    selkie_codec_packed(&codec, 5);
    codec.member_min = 0;
    assert_false(selkie_sim_conforms(&what, text, sizeof text));
    assert_string_equal(text, "codec: header_max (15) or member_min (0) is 0, or above member_max (13)");
}

static void a_complaint_is_cut_off_where_there_is_no_room(void **state) {
    struct selkie_identity_type type = {.struct_size = sizeof type};
    struct selkie_sim_conformance what = {.struct_size = sizeof what, .type = &type};
    char text[8];
    (void)state;
    memset(text, 'x', sizeof text);
    assert_false(selkie_sim_conforms(&what, text, 5));
    assert_memory_equal(text, "type\0xxx", sizeof text);
    assert_false(selkie_sim_conforms(&what, NULL, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_packed_codec_and_types_of_any_size_conform),
        cmocka_unit_test(inet_identities_conform),
        cmocka_unit_test(the_codecs_that_foca_speaks_conform),
        cmocka_unit_test(what_the_faults_are_planted_in_conforms),
        cmocka_unit_test(each_fault_of_an_identity_type_is_named),
        cmocka_unit_test(each_fault_of_a_codec_is_named),
        cmocka_unit_test(wrong_sizes_and_missing_functions_are_named),
        cmocka_unit_test(a_complaint_is_cut_off_where_there_is_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
