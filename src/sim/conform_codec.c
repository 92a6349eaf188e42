/* Trying a codec: what it writes it reads, within its limits; what is cut off it refuses, on either side; and what it
 * makes of junk is something that there is. */
#include "sim/conform_wire.h"
#include "sim/memory.h"

#include <stdlib.h>
#include <string.h>

enum { FILL = 0xa5, OTHER_FILL = 0x3c, SPARE = 64, BITS = 8, THOROUGH_ROUNDS = 4 };

/* Memory that the checks of a codec use, and a thing with its bytes. */
struct bench {
    size_t room;           /* for any header or member, and SPARE */
    unsigned char *bytes;  /* what was written first */
    size_t size;           /* of that */
    unsigned char *memory; /* room and a guard */
    unsigned char *exact;  /* bytes that end where `room` ends */
    struct wire_thing thing;
};

static const char *encoder(const struct wire_thing *thing) {
    return thing->is_member ? "encode_member" : "encode_header";
}

static const char *decoder(const struct wire_thing *thing) {
    return thing->is_member ? "decode_member" : "decode_header";
}

/* The bytes in memory that ends with them, so that a sanitizer sees a read past the end. */
static const unsigned char *at_the_end(struct bench *bench, const unsigned char *bytes, size_t size) {
    unsigned char *place = bench->exact + bench->room - size;
    memmove(place, bytes, size);
    return place;
}

/* ---- Things to try ---- */

static uint16_t any_incarnation(struct conform *conform) {
    static const uint16_t edges[] = {0, 1, 62, 63, 64, 127, 128, 250, 251, 255, 256, 16383, 16384, 32767, 32768, 65535};
    uint32_t choice = conform_random(conform, 2 * sizeof edges / sizeof *edges);
    return choice < sizeof edges / sizeof *edges ? edges[choice] : (uint16_t)conform_random(conform, 65536);
}

static void name(struct conform *conform, struct wire_thing *thing, unsigned place) {
    memcpy(thing->identities[place], conform_any_sample(conform), conform->type.size);
}

static struct wire_thing a_header(struct conform *conform, uint8_t message) {
    struct wire_thing thing = {.kind = message, .incarnation = any_incarnation(conform)};
    thing.has_third = selkie_message_has_peer(message);
    thing.number = selkie_message_has_number(message) ? (uint8_t)conform_random(conform, 256) : 0;
    name(conform, &thing, 0);
    name(conform, &thing, 1);
    if (thing.has_third) {
        name(conform, &thing, 2);
    }
    return thing;
}

static struct wire_thing a_member(struct conform *conform, uint8_t state, bool left, bool accused) {
    struct wire_thing thing = {.is_member = true, .kind = state, .incarnation = any_incarnation(conform)};
    thing.flags = left ? (uint8_t)SELKIE_LEFT : (uint8_t)0;
    thing.has_third = accused;
    name(conform, &thing, 0);
    if (accused) {
        name(conform, &thing, 1);
    }
    return thing;
}

/* What there is to say: the headers of all messages, members in all states, and what more the codec can carry. */
enum { KINDS = SELKIE_MESSAGE_COUNT + SELKIE_DOWN + 1 + 3 };

static bool a_thing(struct conform *conform, unsigned kind, struct wire_thing *thing) {
    unsigned state = kind - SELKIE_MESSAGE_COUNT; /* only looked at if kind is that large */
    if (kind < SELKIE_MESSAGE_COUNT) {
        *thing = a_header(conform, (uint8_t)kind);
        return kind != SELKIE_NACK || (conform->codec.can & SELKIE_CAN_NACK) != 0;
    } else if (state <= SELKIE_DOWN) {
        *thing = a_member(conform, (uint8_t)state, false, false);
    } else if (state == SELKIE_DOWN + 1) {
        *thing = a_member(conform, SELKIE_DOWN, true, false);
        return (conform->codec.can & SELKIE_CAN_LEFT) != 0;
    } else if (state == SELKIE_DOWN + 2) {
        *thing = a_member(conform, SELKIE_SUSPECT, false, true);
        return (conform->codec.can & SELKIE_CAN_ACCUSER) != 0;
    } else {
        *thing = a_header(conform, SELKIE_PING_REQ);
        thing->flags = SELKIE_NACK_WANTED;
        return (conform->codec.can & SELKIE_CAN_NACK) != 0;
    }
    return true;
}

/* ---- Writing, and reading that again ---- */

static bool try_limits(struct conform *conform, const struct wire_thing *thing, size_t size) {
    const struct selkie_codec *codec = &conform->codec;
    char text[WIRE_TEXT_SIZE];
    wire_describe(thing, text);
    if (!thing->is_member && !thing->has_third && size > codec->header_max) {
        return conform_wrong(conform, "codec: header_max is %u, and %s took %zu bytes", (unsigned)codec->header_max,
                             text, size);
    }
    if (thing->is_member && size > codec->member_max) {
        return conform_wrong(conform, "codec: member_max is %u, and %s took %zu bytes", (unsigned)codec->member_max,
                             text, size);
    }
    return !thing->is_member || size >= codec->member_min ||
           conform_wrong(conform, "codec: member_min is %u, and %s took %zu bytes", (unsigned)codec->member_min, text,
                         size);
}

/* Write bench->thing to bench->bytes, twice. */
static bool try_writing(struct conform *conform, struct bench *bench) {
    char text[WIRE_TEXT_SIZE];
    const struct wire_thing *thing = &bench->thing;
    size_t again;
    if (!wire_write(conform, thing, bench->bytes, bench->room - SPARE, FILL, &bench->size)) {
        return false;
    }
    if (bench->size == WIRE_REFUSED) {
        return conform_wrong(conform, "%s: refused %s, with room for %zu bytes", encoder(thing),
                             wire_describe(thing, text), bench->room - SPARE);
    }
    if (bench->size == 0) {
        return conform_wrong(conform, "%s: returned true and wrote nothing, for %s", encoder(thing),
                             wire_describe(thing, text));
    }
    if (!try_limits(conform, thing, bench->size) ||
        !wire_write(conform, thing, bench->memory, bench->room - SPARE, OTHER_FILL, &again)) {
        return false;
    }
    return (again == bench->size && memcmp(bench->bytes, bench->memory, again) == 0) ||
           conform_wrong(conform, "%s: did not write the same %zu bytes the second time, for %s", encoder(thing),
                         bench->size, wire_describe(thing, text));
}

static bool try_read(struct conform *conform, const struct bench *bench, const struct wire_read *read,
                     const char *where) {
    const struct wire_thing *thing = &bench->thing;
    char text[WIRE_TEXT_SIZE], difference[WIRE_DIFFERENCE_SIZE];
    wire_describe(thing, text);
    if (read->error != SELKIE_OK) {
        return conform_wrong(conform, "%s: refused with %s what was written, %s, %s", decoder(thing),
                             selkie_error_name(read->error), text, where);
    }
    if (!wire_is_same(conform, thing, &read->thing, difference)) {
        return conform_wrong(conform, "%s: %s, in %s, %s", decoder(thing), difference, text, where);
    }
    return read->consumed == bench->size || conform_wrong(conform, "%s: read %zu of the %zu bytes of %s, %s",
                                                          decoder(thing), read->consumed, bench->size, text, where);
}

/* Read bench->bytes with other bytes after them, and with none. */
static bool try_reading(struct conform *conform, struct bench *bench) {
    bool is_member = bench->thing.is_member;
    struct wire_read read;
    memcpy(bench->memory, bench->bytes, bench->size);
    for (unsigned i = 0; i < 3; i++) {
        static const unsigned char after[] = {0, 0xff, 0x01};
        memset(bench->memory + bench->size, after[i], SPARE);
        if (!wire_read(conform, is_member, bench->memory, bench->size + SPARE, i == 0 ? FILL : OTHER_FILL, &read) ||
            !try_read(conform, bench, &read, "followed by other bytes")) {
            return false;
        }
    }
    const unsigned char *exact = at_the_end(bench, bench->bytes, bench->size);
    return wire_read(conform, is_member, exact, bench->size, FILL, &read) &&
           try_read(conform, bench, &read, "followed by nothing");
}

/* ---- Too little room, too few bytes ---- */

static bool try_too_little_room(struct conform *conform, struct bench *bench, size_t room) {
    const struct wire_thing *thing = &bench->thing;
    char text[WIRE_TEXT_SIZE];
    size_t written;
    if (!wire_write(conform, thing, bench->memory, room, FILL, &written)) {
        return false;
    }
    return written == WIRE_REFUSED ||
           conform_wrong(conform, "%s: returned true with room for %zu of the %zu bytes of %s", encoder(thing), room,
                         bench->size, wire_describe(thing, text));
}

/* The missing bytes are there at first, past the end: who reads them is found out. */
static bool try_too_few_bytes(struct conform *conform, struct bench *bench, size_t size) {
    const struct wire_thing *thing = &bench->thing;
    char text[WIRE_TEXT_SIZE];
    struct wire_read read;
    if (!wire_read(conform, thing->is_member, bench->bytes, size, FILL, &read)) {
        return false;
    }
    if (read.error != SELKIE_OK &&
        !wire_read(conform, thing->is_member, at_the_end(bench, bench->bytes, size), size, FILL, &read)) {
        return false;
    }
    return read.error != SELKIE_OK || conform_wrong(conform, "%s: took %zu of the %zu bytes of %s for whole",
                                                    decoder(thing), size, bench->size, wire_describe(thing, text));
}

static bool try_cut_off(struct conform *conform, struct bench *bench) {
    for (size_t size = 0; size < bench->size; size++) {
        if (!try_too_little_room(conform, bench, size) || !try_too_few_bytes(conform, bench, size)) {
            return false;
        }
    }
    return true;
}

/* ---- Junk ---- */

static bool try_sanity(struct conform *conform, const struct wire_thing *thing) {
    if (!thing->is_member && thing->kind >= SELKIE_MESSAGE_COUNT) {
        return conform_wrong(conform, "decode_header: made message %u out of junk; there are %u", (unsigned)thing->kind,
                             (unsigned)SELKIE_MESSAGE_COUNT);
    }
    if (!thing->is_member) {
        bool of_nacks = thing->kind == SELKIE_NACK || thing->flags != 0;
        return !of_nacks || (conform->codec.can & SELKIE_CAN_NACK) != 0 ||
               conform_wrong(conform, "decode_header: gave a nack, or a flag, which codec.can does not claim");
    }
    if (thing->kind > SELKIE_DOWN) {
        return conform_wrong(conform, "decode_member: made state %u out of junk; there are %u", (unsigned)thing->kind,
                             (unsigned)SELKIE_DOWN + 1);
    }
    if ((thing->flags & SELKIE_LEFT) != 0 && (conform->codec.can & SELKIE_CAN_LEFT) == 0) {
        return conform_wrong(conform, "decode_member: gave SELKIE_LEFT, which codec.can does not claim");
    }
    return !thing->has_third || (conform->codec.can & SELKIE_CAN_ACCUSER) != 0 ||
           conform_wrong(conform, "decode_member: gave an accuser, which codec.can does not claim");
}

/* What was read out of junk can be written, and then reads the same. */
static bool try_rewriting(struct conform *conform, struct bench *bench, const struct wire_thing *junk) {
    char text[WIRE_TEXT_SIZE], difference[WIRE_DIFFERENCE_SIZE];
    struct wire_read read;
    size_t size;
    wire_describe(junk, text);
    if (!try_sanity(conform, junk) || !wire_write(conform, junk, bench->memory, bench->room - SPARE, FILL, &size)) {
        return false;
    }
    if (size == WIRE_REFUSED) {
        return conform_wrong(conform, "%s: read something out of junk that %s refuses to write: %s", decoder(junk),
                             encoder(junk), text);
    }
    if (!try_limits(conform, junk, size) ||
        !wire_read(conform, junk->is_member, bench->memory, size, OTHER_FILL, &read)) {
        return false;
    }
    if (read.error != SELKIE_OK) {
        return conform_wrong(conform, "%s: read something out of junk that it refuses when it is written again: %s",
                             decoder(junk), text);
    }
    return wire_is_same(conform, junk, &read.thing, difference) ||
           conform_wrong(conform,
                         "%s: read something out of junk that changes when it is written and read again: %s, in %s",
                         decoder(junk), difference, text);
}

static bool is_same_read(const struct conform *conform, const struct wire_read *a, const struct wire_read *b) {
    char difference[WIRE_DIFFERENCE_SIZE];
    if (a->error != SELKIE_OK || b->error != SELKIE_OK) {
        return a->error == b->error;
    }
    return a->consumed == b->consumed && wire_is_same(conform, &a->thing, &b->thing, difference);
}

/* Read `size` bytes of bench->bytes three times: with different bytes past the end, and with nothing there. */
static bool try_junk(struct conform *conform, struct bench *bench, size_t size) {
    struct wire_thing *thing = &bench->thing;
    struct wire_read first, second, third;
    memset(bench->bytes + size, 0, bench->room - size);
    if (!wire_read(conform, thing->is_member, bench->bytes, size, FILL, &first)) {
        return false;
    }
    memset(bench->bytes + size, 0xff, bench->room - size);
    if (!wire_read(conform, thing->is_member, bench->bytes, size, OTHER_FILL, &second)) {
        return false;
    }
    if (!is_same_read(conform, &first, &second)) {
        return conform_wrong(conform,
                             "%s: did not read the same %zu bytes alike twice: it keeps something from call to call, "
                             "reads past the end, or leaves bytes of an identity unwritten",
                             decoder(thing), size);
    }
    if (!wire_read(conform, thing->is_member, at_the_end(bench, bench->bytes, size), size, FILL, &third)) {
        return false;
    }
    return first.error != SELKIE_OK || try_rewriting(conform, bench, &first.thing);
}

static void flip_bits(struct conform *conform, struct bench *bench) {
    for (uint32_t flips = 1 + conform_random(conform, 3); flips > 0; flips--) {
        uint32_t at = conform_random(conform, (uint32_t)bench->size);
        bench->bytes[at] ^= (unsigned char)(1u << conform_random(conform, BITS));
    }
}

static void fill_with_junk(struct conform *conform, struct bench *bench) {
    uint32_t shape = conform_random(conform, 3);
    for (size_t i = 0; i < bench->room; i++) {
        uint32_t byte = conform_random(conform, 256);
        bench->bytes[i] = (unsigned char)(shape == 0 ? byte : shape == 1 ? byte % 4 : 0xff - byte % 4);
    }
}

/* ---- All of it ---- */

/* Thoroughly: with each number of bytes too few, not only with any. */
static bool try_good(struct conform *conform, struct bench *bench, bool thoroughly) {
    if (!try_writing(conform, bench) || !try_reading(conform, bench)) {
        return false;
    }
    if (thoroughly) {
        return try_cut_off(conform, bench);
    }
    size_t size = conform_random(conform, (uint32_t)bench->size);
    return try_too_little_room(conform, bench, size) && try_too_few_bytes(conform, bench, size);
}

/* With something else in between, the good bytes are read as before. */
static bool try_bad(struct conform *conform, struct bench *bench) {
    struct wire_read read;
    unsigned char first = bench->bytes[0];
    bench->bytes[0] = (unsigned char)(first + 1 + conform_random(conform, UINT8_MAX));
    if (!wire_read(conform, bench->thing.is_member, bench->bytes, bench->size, FILL, &read)) {
        return false;
    }
    bench->bytes[0] = first;
    if (!try_reading(conform, bench)) {
        return false;
    }
    flip_bits(conform, bench);
    if (!try_junk(conform, bench, bench->size)) {
        return false;
    }
    fill_with_junk(conform, bench);
    return try_junk(conform, bench, conform_random(conform, (uint32_t)(bench->room - SPARE)));
}

static bool try_all(struct conform *conform, struct bench *bench) {
    for (unsigned i = 0; i < THOROUGH_ROUNDS * KINDS; i++) {
        if (a_thing(conform, i % KINDS, &bench->thing) && !try_good(conform, bench, true)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < conform->order.rounds; i++) {
        if (a_thing(conform, conform_random(conform, KINDS), &bench->thing) &&
            (!try_good(conform, bench, false) || !try_bad(conform, bench))) {
            return false;
        }
    }
    return true;
}

/* Room for twice what the limits allow, so that a codec that keeps to none of them is refused for that. */
static size_t room_for(const struct selkie_codec *codec) {
    size_t header = (size_t)codec->header_max + codec->identity_size, member = codec->member_max;
    return 2 * (header > member ? header : member) + (size_t)SELKIE_IDENTITY_MAX + SPARE;
}

bool conform_codec(struct conform *conform) {
    if (conform->order.codec == NULL) { /* the packed one, which needs no trial */
        return true;
    }
    struct bench bench = {.room = room_for(&conform->codec)};
    bench.bytes = sim_realloc(NULL, 1, bench.room + CONFORM_GUARD);
    bench.memory = sim_realloc(NULL, 1, bench.room + CONFORM_GUARD);
    bench.exact = sim_realloc(NULL, 1, bench.room);
    bool conforms = try_all(conform, &bench);
    free(bench.bytes);
    free(bench.memory);
    free(bench.exact);
    return conforms;
}
