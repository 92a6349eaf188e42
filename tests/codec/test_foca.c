/* Holds the codecs that foca speaks to bytes that foca itself wrote: reads the captured vectors of tests/codec/vectors
 * and demands that each decodes to what its name says and is encoded to the same bytes. Run from the root of the source
 * tree, or with SELKIE_SOURCE_DIR pointing there. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats.h"

enum { IDENTITY = 8, ROOM = 512, LINE = 1024, WORDS = 16 };

/* struct Id { addr: SocketAddrV4, bump: u16 } */
static const struct selkie_field id_fields[] = {
    {SELKIE_FIELD_SOCKADDR_V4, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};

/* ---- Reading a file of vectors ---- */

/* A line: the words of its name, which `_` parts, and its bytes. */
struct vector {
    int format;
    const char *file;
    unsigned number; /* of the line */
    bool accepted;   /* decode.txt */
    char line[LINE]; /* the name, cut into its words */
    const char *words[WORDS];
    size_t word_count;
    const char *versions; /* after `@`; "": all */
    const char *remark;   /* after `#`; "": none */
    unsigned char bytes[ROOM];
    size_t size;
};

static void demand(const struct vector *vector, bool holds, const char *what) {
    if (!holds) {
        fail_msg("tests/codec/vectors/%s:%u: %s: %s differs", vector->file, vector->number, format_name(vector->format),
                 what);
    }
}

/* The word at `at`, or "" behind the last. */
static const char *word(const struct vector *vector, size_t at) {
    return at < vector->word_count ? vector->words[at] : "";
}

/* Cut off what follows the first of a character, and return it; "" if there is none. */
static char *cut(char *text, char at) {
    char *found = strchr(text, at);
    if (!found) {
        return text + strlen(text);
    }
    *found = 0;
    return found + 1;
}

static void split_name(struct vector *vector, char *name) {
    vector->versions = cut(name, '@');
    vector->word_count = 0;
    while (*name) {
        assert_true(vector->word_count < WORDS);
        vector->words[vector->word_count++] = name;
        name = cut(name, '_');
    }
}

/* Take a line apart; false: there is no vector in it. */
static bool take_line(struct vector *vector) {
    char *text = vector->line;
    text[strcspn(text, "\n")] = 0;
    vector->remark = cut(text, '#');
    char *rest = cut(text, ' ');
    if (strcmp(text, "format") == 0) {
        for (vector->format = 0; strcmp(rest, format_name(vector->format)) != 0; vector->format++) {
            assert_true(vector->format + 1 < FORMATS);
        }
        return false;
    }
    if (strcmp(text, "accept") == 0 || strcmp(text, "reject") == 0) {
        vector->accepted = text[0] == 'a';
        text = rest;
        rest = cut(text, ' ');
    }
    (void)cut(rest, ' ');
    split_name(vector, text);
    vector->size = strcmp(rest, "-") == 0 ? 0 : format_unhex(rest, vector->bytes, sizeof vector->bytes);
    return vector->word_count > 0;
}

static FILE *open_vectors(const char *name) {
    const char *root = getenv("SELKIE_SOURCE_DIR");
    char path[LINE];
    (void)snprintf(path, sizeof path, "%s/tests/codec/vectors/%s", root ? root : ".", name);
    FILE *file = fopen(path, "r");
    if (!file) {
        fail_msg("%s: %s", path, strerror(errno));
    }
    return file;
}

/* Call `check` for each vector; returns how many there are. */
static size_t for_each(const char *name, int format, void (*check)(const struct vector *vector)) {
    FILE *file = open_vectors(name);
    struct vector vector = {.format = format, .file = name};
    size_t count = 0;
    while (fgets(vector.line, sizeof vector.line, file)) {
        vector.number++;
        assert_true(strlen(vector.line) < LINE - 1);
        if (take_line(&vector)) {
            check(&vector);
            count++;
        }
    }
    (void)fclose(file);
    return count;
}

/* ---- What names say ---- */

static unsigned number_in(const char *text) {
    return (unsigned)strtoul(text + strcspn(text, "0123456789"), NULL, 10);
}

/* Write the identity of this name, and of the next word where it has two; false: it is none. */
static bool state_identity(const char *name, const char *next, unsigned char identity[IDENTITY]) {
    static const struct {
        const char *name, *hex;
    } named[] = {{"A", "0a0000011f0a0001"},
                 {"B", "0a0000021f0a0000"},
                 {"C", "c0a801c8ffff012c"},
                 {"zero", "0000000000000000"},
                 {"max", "ffffffffffffffff"}};
    for (size_t i = 0; i < sizeof named / sizeof *named; i++) {
        if (strcmp(name, named[i].name) == 0) {
            return format_unhex(named[i].hex, identity, IDENTITY) == IDENTITY;
        }
    }
    unsigned port = number_in(name), bump = number_in(next);
    const unsigned char bytes[IDENTITY] = {127,
                                           0,
                                           0,
                                           1,
                                           (unsigned char)(port >> 8),
                                           (unsigned char)(port & 0xff),
                                           (unsigned char)(bump >> 8),
                                           (unsigned char)(bump & 0xff)};
    memcpy(identity, bytes, IDENTITY);
    return strncmp(name, "port", 4) == 0;
}

/* The state of this name; -1: there is none. */
static int state_of(const char *name) {
    static const char *const states[] = {"alive", "suspect", "down"};
    for (int state = SELKIE_ALIVE; state <= SELKIE_DOWN; state++) {
        if (strcmp(name, states[state]) == 0) {
            return state;
        }
    }
    return -1;
}

/* The message of this name, which foca writes without hyphens; -1: there is none. */
static int message_of(const char *name) {
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        char plain[32];
        size_t size = 0;
        for (const char *at = selkie_message_name(message); *at; at++) {
            if (*at != '-') {
                plain[size++] = *at;
            }
        }
        plain[size] = 0;
        if (strcmp(name, plain) == 0) {
            return message;
        }
    }
    return -1;
}

/* ---- Checking ---- */

static struct selkie_codec codec_for(const struct vector *vector) {
    struct selkie_codec codec;
    assert_int_equal(format_codec(vector->format, &codec, id_fields), 0);
    return codec;
}

/* A header as it is stated, and the identities that it points to. */
struct stated {
    struct selkie_header header;
    unsigned char source[IDENTITY], destination[IDENTITY], peer[IDENTITY];
};

static void demand_header(const struct vector *vector, struct selkie_reader *reader, struct selkie_writer *writer,
                          const struct stated *stated) {
    struct selkie_codec codec = codec_for(vector);
    struct selkie_header header = {.struct_size = sizeof header};
    unsigned char source[IDENTITY], destination[IDENTITY], peer[IDENTITY];
    demand(vector, codec.decode_header(&codec, reader, &header, source, destination, peer) == 0, "the verdict");
    demand(vector, header.message == stated->header.message, "the message");
    demand(vector, header.source_incarnation == stated->header.source_incarnation, "the incarnation");
    demand(vector, header.probe_number == stated->header.probe_number, "the probe number");
    demand(vector, memcmp(source, stated->source, IDENTITY) == 0, "the source");
    demand(vector, memcmp(destination, stated->destination, IDENTITY) == 0, "the destination");
    if (selkie_message_has_peer(header.message)) {
        demand(vector, memcmp(peer, stated->peer, IDENTITY) == 0, "the third party");
    }
    demand(vector, codec.encode_header(&codec, writer, &stated->header), "the codec's willingness");
}

static void demand_member(const struct vector *vector, struct selkie_reader *reader, struct selkie_writer *writer,
                          const char *name, unsigned incarnation, int state) {
    struct selkie_codec codec = codec_for(vector);
    unsigned char stated[IDENTITY], identity[IDENTITY], accuser[IDENTITY];
    assert_true(state >= 0 && state_identity(name, "", stated));
    struct selkie_member member = {.struct_size = sizeof member};
    demand(vector, codec.decode_member(&codec, reader, &member, identity, accuser) == 0, "the verdict");
    demand(vector, memcmp(identity, stated, IDENTITY) == 0, "the identity");
    demand(vector, member.incarnation == incarnation, "the incarnation");
    demand(vector, member.state == state, "the state");
    member.identity = stated;
    demand(vector, codec.encode_member(&codec, writer, &member), "the codec's willingness");
}

static void demand_same_bytes(const struct vector *vector, const unsigned char *bytes,
                              const struct selkie_reader *reader, const struct selkie_writer *writer) {
    demand(vector, reader->left == 0, "the length");
    demand(vector, (size_t)(writer->next - bytes) == vector->size, "the written length");
    demand(vector, memcmp(bytes, vector->bytes, vector->size) == 0, "a written byte");
}

/* identity_A */
static void check_identity(const struct vector *vector, struct selkie_reader *reader, struct selkie_writer *writer) {
    struct selkie_codec codec = codec_for(vector);
    unsigned char stated[IDENTITY], identity[IDENTITY];
    assert_true(state_identity(word(vector, 1), word(vector, 2), stated));
    demand(vector, selkie_get_fields(&codec, reader, id_fields, identity) == 0, "the verdict");
    demand(vector, memcmp(identity, stated, IDENTITY) == 0, "the identity");
    demand(vector, selkie_put_fields(&codec, writer, id_fields, stated), "the codec's willingness");
}

/* header_A_inc7_to_B_pingreq_C_43 */
static void check_header(const struct vector *vector, struct selkie_reader *reader, struct selkie_writer *writer) {
    struct stated stated = {.header = {.struct_size = sizeof stated.header}};
    stated.header.source = stated.source;
    stated.header.destination = stated.destination;
    int message = message_of(word(vector, 5));
    assert_true(message >= 0);
    assert_true(state_identity(word(vector, 1), "", stated.source));
    assert_true(state_identity(word(vector, 4), "", stated.destination));
    stated.header.source_incarnation = (uint16_t)number_in(word(vector, 2));
    stated.header.message = (uint8_t)message;
    if (selkie_message_has_peer(message)) {
        assert_true(state_identity(word(vector, 6), "", stated.peer));
        stated.header.peer = stated.peer;
    }
    stated.header.probe_number = (uint8_t)number_in(word(vector, selkie_message_has_peer(message) ? 7 : 6));
    demand_header(vector, reader, writer, &stated);
}

/* Copy a u16 of the frame, which is big-endian, and return it. */
static size_t copy_u16(struct selkie_reader *reader, struct selkie_writer *writer) {
    unsigned char bytes[2] = {0, 0};
    assert_true(selkie_get(reader, bytes, 2) && selkie_put(writer, bytes, 2));
    return (size_t)bytes[0] << 8 | bytes[1];
}

static void copy_customs(const struct vector *vector, struct selkie_reader *reader, struct selkie_writer *writer) {
    static const char *const customs[] = {"\6world!", "\5hello"};
    bool framed = strstr(vector->versions, "v0.10.0") == NULL;
    for (int i = 0; i < 2; i++) {
        char bytes[ROOM];
        size_t size = strlen(customs[i]);
        demand(vector, !framed || copy_u16(reader, writer) == size, "the length of a broadcast");
        demand(vector, selkie_get(reader, bytes, size) && memcmp(bytes, customs[i], size) == 0, "a broadcast");
        (void)selkie_put(writer, bytes, size);
    }
}

/* packet_ping_1_A_to_B_2_updates_2_customs: its members and broadcasts are always the same. */
static void check_packet(const struct vector *vector, struct selkie_reader *reader, struct selkie_writer *writer) {
    struct stated stated = {.header = {.struct_size = sizeof stated.header}};
    stated.header.source = stated.source;
    stated.header.destination = stated.destination;
    int message = message_of(word(vector, 1));
    assert_true(message >= 0);
    size_t at = selkie_message_has_number(message) ? 3 : 2;
    stated.header.message = (uint8_t)message;
    stated.header.probe_number = at == 3 ? (uint8_t)number_in(word(vector, 2)) : 0;
    assert_true(state_identity(word(vector, at), "", stated.source));
    assert_true(state_identity(word(vector, at + 2), "", stated.destination));
    demand_header(vector, reader, writer, &stated);
    const char *what = word(vector, at + 4);
    size_t members = strcmp(what, "customs") == 0 || *what == 0 ? 0 : number_in(word(vector, at + 3));
    if (message != SELKIE_ANNOUNCE && message != SELKIE_BROADCAST && message != SELKIE_TURN_UNDEAD) {
        demand(vector, copy_u16(reader, writer) == members, "the number of members");
    }
    if (members > 0) {
        demand_member(vector, reader, writer, "C", 7, members == 1 ? SELKIE_SUSPECT : SELKIE_DOWN);
    }
    if (members > 1) {
        demand_member(vector, reader, writer, "B", 3, SELKIE_ALIVE);
    }
    if (reader->left > 0) {
        copy_customs(vector, reader, writer);
    }
}

/* Any line of bincode.txt and postcard.txt. */
static void check_line(const struct vector *vector) {
    unsigned char bytes[ROOM];
    struct selkie_reader reader = {vector->bytes, vector->size, false};
    struct selkie_writer writer = {bytes, sizeof bytes, false};
    const char *kind = word(vector, 0);
    if (strcmp(kind, "identity") == 0) {
        check_identity(vector, &reader, &writer);
    } else if (strcmp(kind, "member") == 0) {
        demand_member(vector, &reader, &writer, word(vector, 1), number_in(word(vector, 2)), state_of(word(vector, 3)));
    } else if (strcmp(kind, "header") == 0) {
        check_header(vector, &reader, &writer);
    } else {
        assert_string_equal(kind, "packet");
        check_packet(vector, &reader, &writer);
    }
    demand_same_bytes(vector, bytes, &reader, &writer);
}

/* A line of decode.txt: taken or refused, and what was left. */
static void check_verdict(const struct vector *vector) {
    struct selkie_codec codec = codec_for(vector);
    struct selkie_header header = {.struct_size = sizeof header};
    struct selkie_member member = {.struct_size = sizeof member};
    unsigned char first[IDENTITY], second[IDENTITY], third[IDENTITY];
    struct selkie_reader reader = {vector->bytes, vector->size, false};
    bool is_header = strcmp(word(vector, 0), "header") == 0;
    int error = is_header ? codec.decode_header(&codec, &reader, &header, first, second, third)
                          : codec.decode_member(&codec, &reader, &member, first, second);
    demand(vector, error == (vector->accepted ? 0 : SELKIE_E_DECODE), "the verdict");
    if (!vector->accepted) {
        return;
    }
    const char *comma = strchr(vector->remark, ',');
    assert_non_null(comma);
    demand(vector, reader.left == number_in(comma), "what is left");
    if (is_header) {
        demand(vector, strstr(vector->remark, "Gossip") && header.message == SELKIE_GOSSIP, "the message");
    } else {
        demand(vector, strstr(vector->remark, "inc 5 Alive") && member.incarnation == 5, "the incarnation");
    }
}

/* Rules: P23.1, P23.2, P23.11 */
static void everything_that_foca_wrote_is_read_as_its_name_says_and_written_as_the_same_bytes(void **state) {
    (void)state;
    assert_int_equal(for_each("bincode.txt", BINCODE1, check_line), 67);
    assert_int_equal(for_each("bincode.txt", BINCODE2, check_line), 67);
    assert_int_equal(for_each("postcard.txt", POSTCARD, check_line), 67);
}

/* Rules: P23.3, P23.4 */
static void what_foca_takes_is_taken_and_what_it_refuses_is_refused(void **state) {
    (void)state;
    assert_int_equal(for_each("decode.txt", FORMATS, check_verdict), 39);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_foca_wrote_is_read_as_its_name_says_and_written_as_the_same_bytes),
        cmocka_unit_test(what_foca_takes_is_taken_and_what_it_refuses_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
