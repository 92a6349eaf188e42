/* Holds docs/protocol.md and the packed codec together: reads the test vectors out of the page and demands that the
 * codec writes and reads exactly those bytes. Run from the root of the source tree, or with SELKIE_SOURCE_DIR pointing
 * there. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "selkie/codec.h"

enum { IDENTITY = 8, ROOM = 256, WORDS = 64, LINE = 1024 };

/* ---- Reading the page ---- */

/* A vector: the words before `=`, and the bytes after it. */
struct vector {
    char line[LINE];
    const char *words[WORDS];
    size_t word_count;
    unsigned char bytes[ROOM];
    size_t size;
    size_t number; /* of the line in the page */
};

static size_t from_hex(const char *text, unsigned char *bytes, size_t room) {
    size_t size = 0;
    for (; text[0] && text[1]; text += 2) {
        unsigned byte;
        assert_true(size < room);
        assert_int_equal(sscanf(text, "%2x", &byte), 1);
        bytes[size++] = (unsigned char)byte;
    }
    assert_int_equal(*text, 0); /* an odd number of digits */
    return size;
}

static void split(struct vector *vector) {
    bool after = false;
    vector->word_count = 0;
    vector->size = 0;
    for (char *word = strtok(vector->line, " \n"); word; word = strtok(NULL, " \n")) {
        if (strcmp(word, "=") == 0) {
            after = true;
        } else if (after) {
            vector->size += from_hex(word, vector->bytes + vector->size, ROOM - vector->size);
        } else {
            assert_true(vector->word_count < WORDS);
            vector->words[vector->word_count++] = word;
        }
    }
    assert_true(after);
}

static bool has_word(const struct vector *vector, const char *word) {
    for (size_t i = 0; i < vector->word_count; i++) {
        if (strcmp(vector->words[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* The word after `name`; NULL: `name` is not there. */
static const char *value_of(const struct vector *vector, const char *name) {
    for (size_t i = 0; i + 1 < vector->word_count; i++) {
        if (strcmp(vector->words[i], name) == 0) {
            return vector->words[i + 1];
        }
    }
    return NULL;
}

static unsigned number_of(const struct vector *vector, const char *name) {
    const char *text = value_of(vector, name);
    return text ? (unsigned)strtoul(text, NULL, 10) : 0;
}

/* Write the identity after `name` to `identity`; false: it is not there. */
static bool identity_of(const struct vector *vector, const char *name, unsigned char identity[IDENTITY]) {
    const char *text = value_of(vector, name);
    if (!text) {
        return false;
    }
    assert_int_equal(from_hex(text, identity, IDENTITY), IDENTITY);
    return true;
}

static FILE *open_page(void) {
    const char *root = getenv("SELKIE_SOURCE_DIR");
    char path[LINE];
    (void)snprintf(path, sizeof path, "%s/docs/protocol.md", root ? root : ".");
    FILE *page = fopen(path, "r");
    if (!page) {
        fail_msg("%s: %s", path, strerror(errno));
    }
    return page;
}

/* Call `check` for each vector of a kind; returns how many there are. */
static size_t for_each_vector(const char *kind, bool refused, void (*check)(const struct vector *vector)) {
    FILE *page = open_page();
    struct vector vector = {.number = 0};
    bool inside = false;
    size_t count = 0;
    while (fgets(vector.line, sizeof vector.line, page)) {
        vector.number++;
        assert_true(strlen(vector.line) < LINE - 1);
        if (strncmp(vector.line, "```", 3) == 0) {
            inside = strcmp(vector.line, "```vectors\n") == 0;
        } else if (inside && vector.line[0] != '\n') {
            split(&vector);
            if (strcmp(vector.words[0], kind) == 0 && has_word(&vector, "!") == refused) {
                check(&vector);
                count++;
            }
        }
    }
    (void)fclose(page);
    return count;
}

/* ---- Checking ---- */

static struct selkie_codec packed(void) {
    struct selkie_codec codec;
    selkie_codec_packed(&codec, IDENTITY);
    return codec;
}

static void demand_bytes(const struct vector *vector, const unsigned char *bytes, size_t size) {
    if (size != vector->size || memcmp(bytes, vector->bytes, size) != 0) {
        fail_msg("docs/protocol.md:%zu: the codec writes other bytes", vector->number);
    }
}

static void demand(const struct vector *vector, bool holds, const char *what) {
    if (!holds) {
        fail_msg("docs/protocol.md:%zu: %s differs", vector->number, what);
    }
}

static bool same(const void *a, const void *b) {
    return memcmp(a, b, IDENTITY) == 0;
}

/* A header as a vector states it. */
struct stated_header {
    struct selkie_header header;
    unsigned char source[IDENTITY], destination[IDENTITY], peer[IDENTITY];
};

static void state_header(const struct vector *vector, struct stated_header *stated) {
    memset(stated, 0, sizeof *stated);
    stated->header.struct_size = sizeof stated->header;
    stated->header.source = stated->source;
    stated->header.destination = stated->destination;
    stated->header.source_incarnation = (uint16_t)number_of(vector, "at");
    stated->header.probe_number = (uint8_t)number_of(vector, "number");
    assert_true(identity_of(vector, "from", stated->source));
    assert_true(identity_of(vector, "to", stated->destination));
    stated->header.peer = identity_of(vector, "peer", stated->peer) ? stated->peer : NULL;
    stated->header.flags = has_word(vector, "nack-wanted") ? (uint8_t)SELKIE_NACK_WANTED : (uint8_t)0;
    stated->header.message = UINT8_MAX;
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        if (strcmp(vector->words[1], selkie_message_name(message)) == 0) {
            stated->header.message = (uint8_t)message;
        }
    }
}

/* Decode a header from the reader and compare it with what the vector states. */
static void demand_header(const struct vector *vector, struct selkie_reader *reader) {
    struct selkie_codec codec = packed();
    struct stated_header stated;
    state_header(vector, &stated);
    struct selkie_header header = {.struct_size = sizeof header};
    unsigned char source[IDENTITY], destination[IDENTITY], peer[IDENTITY];
    demand(vector, codec.decode_header(&codec, reader, &header, source, destination, peer) == 0, "the verdict");
    demand(vector, header.message == stated.header.message, "the message");
    demand(vector, header.source_incarnation == stated.header.source_incarnation, "the incarnation");
    demand(vector, header.flags == stated.header.flags, "whether a nack is wanted");
    demand(vector, header.probe_number == stated.header.probe_number, "the probe number");
    demand(vector, same(source, stated.source), "the source");
    demand(vector, same(destination, stated.destination), "the destination");
    demand(vector, !stated.header.peer || same(peer, stated.peer), "the third party");
}

static unsigned messages_seen; /* bit by message number; of one test run */
static unsigned flags_seen;

static void check_header(const struct vector *vector) {
    struct selkie_codec codec = packed();
    struct stated_header stated;
    state_header(vector, &stated);
    unsigned char bytes[ROOM];
    struct selkie_writer writer = {bytes, sizeof bytes, false};
    demand(vector, codec.encode_header(&codec, &writer, &stated.header), "the codec's willingness");
    demand_bytes(vector, bytes, sizeof bytes - writer.left);

    struct selkie_reader reader = {vector->bytes, vector->size, false};
    demand_header(vector, &reader);
    demand(vector, reader.left == 0, "the length");
    messages_seen |= 1u << stated.header.message;
    flags_seen |= stated.header.flags;
}

static void check_member(const struct vector *vector) {
    struct selkie_codec codec = packed();
    unsigned char identity[IDENTITY], accuser[IDENTITY];
    assert_true(identity_of(vector, "member", identity));
    struct selkie_member stated = {.struct_size = sizeof stated, .identity = identity};
    stated.incarnation = (uint16_t)number_of(vector, "at");
    stated.state = (uint8_t)(has_word(vector, "down")      ? SELKIE_DOWN
                             : has_word(vector, "suspect") ? SELKIE_SUSPECT
                                                           : SELKIE_ALIVE);
    stated.flags = has_word(vector, "left") ? (uint8_t)SELKIE_LEFT : (uint8_t)0;
    stated.accuser = identity_of(vector, "accuser", accuser) ? accuser : NULL;
    unsigned char bytes[ROOM];
    struct selkie_writer writer = {bytes, sizeof bytes, false};
    demand(vector, codec.encode_member(&codec, &writer, &stated), "the codec's willingness");
    demand_bytes(vector, bytes, sizeof bytes - writer.left);

    struct selkie_member member = {.struct_size = sizeof member};
    unsigned char identity_read[IDENTITY], accuser_read[IDENTITY];
    struct selkie_reader reader = {vector->bytes, vector->size, false};
    demand(vector, codec.decode_member(&codec, &reader, &member, identity_read, accuser_read) == 0, "the verdict");
    demand(vector, reader.left == 0, "the length");
    demand(vector, same(identity_read, identity), "the identity");
    demand(vector, member.incarnation == stated.incarnation, "the incarnation");
    demand(vector, member.state == stated.state && member.flags == stated.flags, "the state");
    demand(vector, !member.accuser == !stated.accuser, "whether there is an accuser");
    demand(vector, !stated.accuser || same(accuser_read, accuser), "the accuser");
}

static void demand_refusal(const struct vector *vector, int error) {
    const char *expected = value_of(vector, "!");
    assert_non_null(expected);
    int code = strcmp(expected, "VERSION") == 0  ? SELKIE_E_VERSION
               : strcmp(expected, "DECODE") == 0 ? SELKIE_E_DECODE
                                                 : 0;
    assert_int_not_equal(code, 0);
    demand(vector, error == code, "the refusal");
}

static void check_refused_header(const struct vector *vector) {
    struct selkie_codec codec = packed();
    struct selkie_header header = {.struct_size = sizeof header};
    unsigned char source[IDENTITY], destination[IDENTITY], peer[IDENTITY];
    struct selkie_reader reader = {vector->bytes, vector->size, false};
    demand_refusal(vector, codec.decode_header(&codec, &reader, &header, source, destination, peer));
}

static void check_refused_member(const struct vector *vector) {
    struct selkie_codec codec = packed();
    struct selkie_member member = {.struct_size = sizeof member};
    unsigned char identity[IDENTITY], accuser[IDENTITY];
    struct selkie_reader reader = {vector->bytes, vector->size, false};
    demand_refusal(vector, codec.decode_member(&codec, &reader, &member, identity, accuser));
}

/* The frame is big-endian, unlike what is in it, so this reads it by hand. */
static size_t get_big_endian(struct selkie_reader *reader) {
    unsigned char bytes[2] = {0, 0};
    assert_true(selkie_get(reader, bytes, 2));
    return (size_t)bytes[0] << 8 | bytes[1];
}

static void check_packet(const struct vector *vector) {
    struct selkie_codec codec = packed();
    struct selkie_reader reader = {vector->bytes, vector->size, false};
    demand_header(vector, &reader);
    size_t count = get_big_endian(&reader);
    assert_int_equal(count, 2);
    for (size_t i = 0; i < count; i++) {
        struct selkie_member member = {.struct_size = sizeof member};
        unsigned char identity[IDENTITY], accuser[IDENTITY];
        demand(vector, codec.decode_member(&codec, &reader, &member, identity, accuser) == 0, "an update");
        demand(vector, member.state == (i == 0 ? SELKIE_ALIVE : SELKIE_DOWN), "an update's state");
    }
    for (const char *const *text = (const char *const[]){"hi", "!", NULL}; *text; text++) {
        char broadcast[ROOM];
        size_t size = get_big_endian(&reader);
        assert_int_equal(size, strlen(*text));
        assert_true(selkie_get(&reader, broadcast, size));
        assert_memory_equal(broadcast, *text, size);
    }
    assert_int_equal(reader.left, 0);
}

/* ---- The whole packet, given to an engine ---- */

struct heard {
    char broadcasts[ROOM]; /* one after the other */
    size_t size;
};

static enum selkie_verdict hear(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct heard *heard = (struct heard *)ctx;
    (void)sender;
    (void)key;
    assert_true(heard->size + size < sizeof heard->broadcasts);
    memcpy(heard->broadcasts + heard->size, bytes, size);
    heard->size += size;
    return SELKIE_KNOWN;
}

static void send_nothing(void *ctx, const void *identity, const void *bytes, size_t size) {
    (void)ctx;
    (void)identity;
    (void)bytes;
    (void)size;
}

static bool submit_nothing(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx;
    (void)timer;
    (void)delay_us;
    return true;
}

static void demand_member(selkie *engine, const char *identity, uint8_t state, uint8_t flags) {
    unsigned char bytes[IDENTITY];
    assert_int_equal(from_hex(identity, bytes, IDENTITY), IDENTITY);
    struct selkie_member member;
    SELKIE_INIT(&member);
    assert_true(selkie_find(engine, bytes, &member));
    assert_memory_equal(member.identity, bytes, IDENTITY);
    assert_int_equal(member.state, state);
    assert_int_equal(member.flags, flags);
}

/* An engine that is the packet's destination must make of it what the page says. */
static void feed_packet(const struct vector *vector) {
    struct selkie_codec codec = packed();
    unsigned char us[IDENTITY];
    assert_true(identity_of(vector, "to", us));
    struct heard heard = {.size = 0};
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = IDENTITY, .addr_size = IDENTITY - 2};
    struct selkie_runtime runtime = {
        .struct_size = sizeof runtime, .send_to = send_nothing, .submit_after = submit_nothing};
    struct selkie_broadcasts broadcasts = {.struct_size = sizeof broadcasts, .ctx = &heard, .receive = hear};
    struct selkie_options options = {.struct_size = sizeof options, .identity = us, .type = &type, .runtime = &runtime};
    options.codec = &codec;
    options.broadcasts = &broadcasts;
    options.seed[0] = 1;
    selkie *engine;
    assert_int_equal(selkie_new(&engine, &options), 0);
    demand(vector, selkie_handle_data(engine, vector->bytes, vector->size) == 0, "the engine's verdict");
    assert_int_equal(selkie_member_count(engine), 3);
    assert_int_equal(selkie_active_count(engine), 2);
    demand_member(engine, "7f0000011f0a0001", SELKIE_ALIVE, 0);
    demand_member(engine, "7f0000011f0c0001", SELKIE_ALIVE, 0);
    demand_member(engine, "7f0000011f0d0001", SELKIE_DOWN, SELKIE_LEFT);
    assert_int_equal(heard.size, 3);
    assert_memory_equal(heard.broadcasts, "hi!", 3);
    assert_int_equal(selkie_free(engine), 0);
}

/* ---- The tests ---- */

/* Rules: P4.1, P20.1, P24.12 */
static void headers_are_written_and_read_as_the_page_shows(void **state) {
    (void)state;
    messages_seen = 0;
    flags_seen = 0;
    assert_true(for_each_vector("header", false, check_header) >= SELKIE_MESSAGE_COUNT);
    assert_int_equal(messages_seen, (1u << SELKIE_MESSAGE_COUNT) - 1); /* the page shows each message */
    assert_int_equal(flags_seen, SELKIE_NACK_WANTED);
}

/* Rules: P20.1 */
static void members_are_written_and_read_as_the_page_shows(void **state) {
    (void)state;
    assert_true(for_each_vector("member", false, check_member) >= 5);
}

/* Rules: P20.2, P20.3, P20.4, P20.5 */
static void what_the_page_calls_refused_is_refused(void **state) {
    (void)state;
    assert_true(for_each_vector("header", true, check_refused_header) >= 15);
    assert_true(for_each_vector("member", true, check_refused_member) >= 9);
}

/* What decoders did before there were nacks. */
static int decode_as_before_lifeguard(struct selkie_reader *reader) {
    uint8_t version, message;
    enum { LAST_MESSAGE = 10, FLAGS = 0xf0 };
    if (!selkie_get_u8(reader, &version)) {
        return SELKIE_E_DECODE;
    }
    if (version != 1) {
        return SELKIE_E_VERSION;
    }
    if (!selkie_get_u8(reader, &message)) {
        return SELKIE_E_DECODE;
    }
    return (message & FLAGS) != 0 || message > LAST_MESSAGE ? SELKIE_E_VERSION : 0;
}

static unsigned too_new;

static void give_to_an_old_decoder(const struct vector *vector) {
    struct stated_header stated;
    struct selkie_reader reader = {vector->bytes, vector->size, false};
    state_header(vector, &stated);
    bool is_new = stated.header.message == SELKIE_NACK || stated.header.flags != 0;
    too_new += is_new ? 1 : 0;
    demand(vector, decode_as_before_lifeguard(&reader) == (is_new ? SELKIE_E_VERSION : 0), "an old decoder's verdict");
}

/* Rules: P20.3 */
static void an_old_decoder_refuses_a_nack_and_the_wish_for_one_as_of_a_later_version(void **state) {
    (void)state;
    too_new = 0;
    assert_true(for_each_vector("header", false, give_to_an_old_decoder) >= SELKIE_MESSAGE_COUNT);
    assert_int_equal(too_new, 2);
}

static void the_page_shows_a_packet_that_can_be_taken_apart(void **state) {
    (void)state;
    assert_int_equal(for_each_vector("packet", false, check_packet), 1);
}

/* Rules: P2.5, P3.5, P3.6, P9.10, P9.11, P12.5 */
static void an_engine_understands_the_packet_that_the_page_shows(void **state) {
    (void)state;
    assert_int_equal(for_each_vector("packet", false, feed_packet), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_written_and_read_as_the_page_shows),
        cmocka_unit_test(members_are_written_and_read_as_the_page_shows),
        cmocka_unit_test(what_the_page_calls_refused_is_refused),
        cmocka_unit_test(an_old_decoder_refuses_a_nack_and_the_wish_for_one_as_of_a_later_version),
        cmocka_unit_test(the_page_shows_a_packet_that_can_be_taken_apart),
        cmocka_unit_test(an_engine_understands_the_packet_that_the_page_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
