/* Reading and writing packets as text. A text that is not well-formed is a fault of the test and ends it. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const states[] = {"alive", "suspect", "down"};

static void demand(bool holds, const char *text) {
    if (!holds) {
        fprintf(stderr, "this is not a packet or member: %s\n", text);
        abort();
    }
}

void text_add(char text[TEXT_MAX], const char *format, ...) {
    size_t used = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text + used, TEXT_MAX - used, format, arguments);
    va_end(arguments);
    demand(size >= 0 && (size_t)size < TEXT_MAX - used, "too long");
}

void text_add_member(char text[TEXT_MAX], const struct selkie_member *member) {
    text_add(text, "%.2s@%u %s", (const char *)member->identity, member->incarnation, states[member->state]);
    if (member->flags & SELKIE_LEFT) {
        text_add(text, " left");
    }
    if (member->accuser) {
        text_add(text, " by %.2s", (const char *)member->accuser);
    }
}

/* ---- reading ---- */

/* Go past `word` if it is next. */
static bool take(const char **at, const char *word) {
    size_t size = strlen(word);
    if (strncmp(*at, word, size) != 0) {
        return false;
    }
    *at += size;
    return true;
}

static const char *take_id(const char **at) {
    const char *id = *at;
    demand(strlen(id) >= TEXT_ID_SIZE && id[0] != ' ', id);
    *at += TEXT_ID_SIZE;
    return id;
}

static unsigned take_number(const char **at) {
    char *end;
    unsigned long number = strtoul(*at, &end, 10);
    demand(end != *at, *at);
    *at = end;
    return (unsigned)number;
}

static uint8_t take_state(const char **at) {
    for (uint8_t state = 0; state <= SELKIE_DOWN; state++) {
        if (take(at, states[state])) {
            return state;
        }
    }
    demand(false, *at);
    return 0;
}

static void take_member(const char **at, struct selkie_member *member) {
    SELKIE_INIT(member);
    member->slot = SELKIE_NO_SLOT;
    member->identity = take_id(at);
    demand(take(at, "@"), *at);
    member->incarnation = (uint16_t)take_number(at);
    demand(take(at, " "), *at);
    member->state = take_state(at);
    member->flags = take(at, " left") ? SELKIE_LEFT : 0;
    member->accuser = take(at, " by ") ? take_id(at) : NULL;
}

size_t text_to_members(const char *text, struct selkie_member *members, size_t room) {
    size_t count = 0;
    while (*text != '\0' && *text != ')') {
        demand(count < room, text);
        take_member(&text, &members[count++]);
        demand(take(&text, ", ") || *text == '\0' || *text == ')', text);
    }
    return count;
}

static uint8_t take_message(const char **at) {
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        const char *name = selkie_message_name(message);
        size_t size = strlen(name);
        if (strncmp(*at, name, size) == 0 && (*at)[size] == ' ') {
            *at += size + 1;
            return (uint8_t)message;
        }
    }
    demand(false, *at);
    return 0;
}

static void take_header(const char **at, const char *us, struct selkie_header *header) {
    SELKIE_INIT(header);
    header->message = take_message(at);
    header->destination = us;
    if (selkie_message_has_number(header->message)) {
        header->probe_number = (uint8_t)take_number(at);
        demand(take(at, " "), *at);
    }
    header->flags = take(at, "or nack ") ? SELKIE_NACK_WANTED : 0;
    if (take(at, "for ")) {
        header->peer = take_id(at);
        demand(take(at, " "), *at);
    }
    demand(take(at, "from "), *at);
    header->source = take_id(at);
    demand(take(at, "@"), *at);
    header->source_incarnation = (uint16_t)take_number(at);
    if (take(at, " to ")) {
        header->destination = take_id(at);
    }
}

static void put_updates(const char **at, const struct selkie_codec *codec, struct selkie_writer *writer) {
    struct selkie_member members[256];
    size_t count = text_to_members(*at, members, sizeof members / sizeof *members);
    selkie_put_u8(writer, (uint8_t)(count >> 8));
    selkie_put_u8(writer, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        demand(codec->encode_member(codec, writer, &members[i]), *at);
    }
    *at = strchr(*at, ')');
    demand(*at != NULL, "no )");
    *at += 1;
}

static void put_broadcast(const char **at, struct selkie_writer *writer) {
    size_t size = strcspn(*at, "\"");
    selkie_put_u8(writer, (uint8_t)(size >> 8));
    selkie_put_u8(writer, (uint8_t)size);
    selkie_put(writer, *at, size);
    *at += size;
    demand(take(at, "\""), *at);
}

size_t text_to_packet(const char *text, const char *us, unsigned char packet[TEXT_PACKET_MAX]) {
    struct selkie_codec codec;
    struct selkie_header header;
    struct selkie_writer writer = {packet, TEXT_PACKET_MAX, false};
    const char *at = text;
    selkie_codec_packed(&codec, TEXT_ID_SIZE);
    take_header(&at, us, &header);
    demand(codec.encode_header(&codec, &writer, &header), text);
    if (take(&at, " (")) {
        put_updates(&at, &codec, &writer);
    }
    while (take(&at, " \"")) {
        put_broadcast(&at, &writer);
    }
    demand(*at == '\0' && !writer.failed, at);
    return (size_t)(writer.next - packet);
}

/* ---- writing ---- */

static void add_header(char text[TEXT_MAX], const struct selkie_header *header, const char *source,
                       const char *destination, const char *peer) {
    text_add(text, "%s ", selkie_message_name(header->message));
    if (selkie_message_has_number(header->message)) {
        text_add(text, "%u ", header->probe_number);
    }
    if (header->flags & SELKIE_NACK_WANTED) {
        text_add(text, "or nack ");
    }
    if (selkie_message_has_peer(header->message)) {
        text_add(text, "for %.2s ", peer);
    }
    text_add(text, "from %.2s@%u to %.2s", source, header->source_incarnation, destination);
}

static size_t get_big_endian(struct selkie_reader *reader) {
    uint8_t high = 0, low = 0;
    demand(selkie_get_u8(reader, &high) && selkie_get_u8(reader, &low), "half a number");
    return (size_t)high << 8 | low;
}

static void add_updates(char text[TEXT_MAX], const struct selkie_codec *codec, struct selkie_reader *reader) {
    size_t count = get_big_endian(reader);
    text_add(text, " (");
    for (size_t i = 0; i < count; i++) {
        struct selkie_member member;
        char identity[TEXT_ID_SIZE], accuser[TEXT_ID_SIZE];
        SELKIE_INIT(&member);
        demand(codec->decode_member(codec, reader, &member, identity, accuser) == 0, text);
        member.identity = identity;
        text_add(text, i == 0 ? "" : ", ");
        text_add_member(text, &member);
    }
    text_add(text, ")");
}

void text_of_packet(const void *packet, size_t size, char text[TEXT_MAX]) {
    struct selkie_codec codec;
    struct selkie_header header;
    struct selkie_reader reader = {packet, size, false};
    char source[TEXT_ID_SIZE], destination[TEXT_ID_SIZE], peer[TEXT_ID_SIZE];
    SELKIE_INIT(&header);
    selkie_codec_packed(&codec, TEXT_ID_SIZE);
    demand(codec.decode_header(&codec, &reader, &header, source, destination, peer) == 0, "header");
    add_header(text, &header, source, destination, peer);
    if (reader.left > 0 && header.message != SELKIE_BROADCAST) {
        add_updates(text, &codec, &reader);
    }
    while (reader.left > 0) {
        size_t length = get_big_endian(&reader);
        demand(length > 0 && length <= reader.left, text);
        text_add(text, " \"%.*s\"", (int)length, (const char *)reader.next);
        reader.next += length;
        reader.left -= length;
    }
}
