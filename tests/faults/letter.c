/* Writing packets as peers would. */
#include "letter.h"

#include <string.h>

struct identity_bytes identity_of(uint32_t number, uint16_t generation) {
    struct identity_bytes identity = {{10, 0, 0, 0, 0, 0, 0, 0}};
    identity.bytes[1] = (unsigned char)(number >> 24);
    identity.bytes[2] = (unsigned char)(number >> 16);
    identity.bytes[3] = (unsigned char)(number >> 8);
    identity.bytes[4] = (unsigned char)number;
    identity.bytes[6] = (unsigned char)(generation >> 8);
    identity.bytes[7] = (unsigned char)generation;
    return identity;
}

static struct selkie_codec packed(void) {
    struct selkie_codec codec;
    selkie_codec_packed(&codec, IDENTITY_SIZE);
    return codec;
}

static struct selkie_writer rest(struct letter *letter) {
    return (struct selkie_writer){letter->bytes + letter->size, sizeof letter->bytes - letter->size, false};
}

struct letter letter_to(const void *destination, uint32_t source, enum selkie_message message, uint8_t number,
                        const void *peer) {
    struct letter letter = {.uncounted = message == SELKIE_BROADCAST};
    struct selkie_codec codec = packed();
    struct identity_bytes from = identity_of(source, 0);
    struct selkie_header header = {.struct_size = sizeof header,
                                   .source = from.bytes,
                                   .destination = destination,
                                   .peer = peer,
                                   .message = (uint8_t)message,
                                   .probe_number = number};
    struct selkie_writer writer = rest(&letter);
    codec.encode_header(&codec, &writer, &header);
    letter.size = sizeof letter.bytes - writer.left;
    return letter;
}

static void write_count(struct letter *letter) {
    if (letter->uncounted) {
        return;
    }
    if (letter->count_at == 0) {
        letter->count_at = letter->size;
        letter->size += 2;
    }
    letter->bytes[letter->count_at] = (unsigned char)(letter->count >> 8);
    letter->bytes[letter->count_at + 1] = (unsigned char)letter->count;
}

static void add(struct letter *letter, const void *identity, uint16_t incarnation, enum selkie_state state,
                const void *accuser) {
    struct selkie_codec codec = packed();
    letter->count++;
    write_count(letter);
    struct selkie_member member = {.struct_size = sizeof member,
                                   .identity = identity,
                                   .accuser = accuser,
                                   .incarnation = incarnation,
                                   .state = (uint8_t)state,
                                   .slot = SELKIE_NO_SLOT};
    struct selkie_writer writer = rest(letter);
    codec.encode_member(&codec, &writer, &member);
    letter->size = sizeof letter->bytes - writer.left;
}

void letter_add_member(struct letter *letter, const void *identity, uint16_t incarnation, enum selkie_state state) {
    add(letter, identity, incarnation, state, NULL);
}

void letter_accuse(struct letter *letter, const void *identity, uint16_t incarnation, const void *accuser) {
    add(letter, identity, incarnation, SELKIE_SUSPECT, accuser);
}

void letter_want_nack(struct letter *letter) {
    letter->bytes[1] |= 0x10;
}

void letter_add_broadcast(struct letter *letter, const void *bytes, size_t size) {
    write_count(letter);
    struct selkie_writer writer = rest(letter);
    selkie_put_u8(&writer, (uint8_t)(size >> 8));
    selkie_put_u8(&writer, (uint8_t)size);
    selkie_put(&writer, bytes, size);
    letter->size = sizeof letter->bytes - writer.left;
}

void letter_say(struct letter *letter, uint8_t subject, uint8_t version, size_t size) {
    unsigned char said[1024] = {subject, version};
    letter_add_broadcast(letter, said, size);
}
