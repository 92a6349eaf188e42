/* A codec's shortcuts, tried beside the functions that they stand for: they must do the same. */
#include "sim/conform_wire.h"

#include "sim/memory.h"

#include <stdlib.h>
#include <string.h>

/* If they are for the functions that it has. */
static const struct selkie_shortcuts *shortcuts_of(const struct selkie_codec *codec) {
    const struct selkie_shortcuts *shortcuts = codec->shortcuts;
    bool apply = shortcuts != NULL && shortcuts->encode_member == codec->encode_member &&
                 shortcuts->decode_member == codec->decode_member;
    return apply ? shortcuts : NULL;
}

/* ---- Writing ---- */

/* A member in brief, where nothing is aligned. */
struct odd_brief {
    unsigned char bytes[1 + SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL];
    unsigned char accuser[1 + SELKIE_IDENTITY_MAX];
};

/* Is it in the state that goes with what the codec cannot carry? */
static bool goes_beyond(const struct conform *conform, const struct wire_thing *thing, uint8_t state,
                        enum selkie_codec_can what) {
    return thing->kind == state && (conform->codec.can & what) == 0;
}

/* With bits that count for nothing, and with what the codec cannot carry. */
static struct selkie_brief odd_brief(const struct conform *conform, const struct wire_thing *thing,
                                     struct odd_brief *odd) {
    enum { NOTHING = 0xf8 };
    size_t size = conform->type.size;
    unsigned char *bytes = odd->bytes + 1, *tail = bytes + size;
    bool left = (thing->flags & SELKIE_LEFT) != 0 || goes_beyond(conform, thing, SELKIE_DOWN, SELKIE_CAN_LEFT);
    bool accused = thing->has_third || goes_beyond(conform, thing, SELKIE_SUSPECT, SELKIE_CAN_ACCUSER);
    memcpy(bytes, thing->identities[0], size);
    memcpy(odd->accuser + 1, thing->identities[1], size);
    tail[0] = (unsigned char)(thing->incarnation & 0xff);
    tail[1] = (unsigned char)(thing->incarnation >> 8);
    tail[2] = (unsigned char)(NOTHING | (left ? SELKIE_BRIEF_LEFT : 0) | thing->kind);
    return (struct selkie_brief){.bytes = bytes, .accuser = accused ? odd->accuser + 1 : NULL};
}

static bool try_member_size(struct conform *conform, const struct wire_thing *thing, const struct selkie_brief *member,
                            size_t written) {
    char text[WIRE_TEXT_SIZE];
    size_t said = conform->codec.shortcuts->member_size(&conform->codec, member);
    return said == written || conform_wrong(conform, "member_size: said %zu, and encode_member wrote %zu bytes, for %s",
                                            said, written, wire_describe(thing, text));
}

/* The same member twice: what is written is what encode_member wrote, as often as it fits. `again`: room for `left` bytes
 * and a guard. */
static bool try_put(struct conform *conform, const struct wire_thing *thing, const struct selkie_brief *member,
                    unsigned char *again, const unsigned char *memory, size_t left, size_t written) {
    enum { FILL = 0x5a, TWICE = 2 };
    char text[WIRE_TEXT_SIZE];
    struct selkie_brief members[TWICE] = {*member, *member};
    struct selkie_writer writer = {.next = again, .left = left, .failed = false};
    uint32_t expected = written == WIRE_REFUSED ? 0 : left - written < written ? 1 : TWICE;
    size_t expected_bytes = expected == 0 ? 0 : expected * written;
    conform_set_guard(again, left + CONFORM_GUARD, FILL);
    uint32_t put = conform->codec.shortcuts->put_members(&conform->codec, &writer, members, TWICE);
    size_t moved = left - writer.left;
    if (put != expected) {
        return conform_wrong(conform, "put_members: wrote %u with %zu bytes left, and encode_member %u, of %s twice",
                             put, left, expected, wire_describe(thing, text));
    }
    if (writer.failed || writer.next != again + moved || moved != expected_bytes) {
        return conform_wrong(conform,
                             "put_members: moved the writer by %zu bytes, or left it failed, expected %zu, for %s",
                             moved, expected_bytes, wire_describe(thing, text));
    }
    if (!conform_guard_holds(again + left, CONFORM_GUARD, FILL)) {
        return conform_wrong(conform, "put_members: wrote past the %zu bytes that the writer had left, for %s", left,
                             wire_describe(thing, text));
    }
    for (uint32_t i = 0; i < put; i++) {
        if (memcmp(again + i * written, memory, written) != 0) {
            return conform_wrong(conform, "put_members: wrote other bytes than encode_member, for %s",
                                 wire_describe(thing, text));
        }
    }
    return true;
}

bool shortcuts_write(struct conform *conform, const struct wire_thing *thing, const unsigned char *memory, size_t left,
                     size_t written) {
    bool in_brief = thing->is_member && thing->kind <= SELKIE_BRIEF_STATE && thing->flags <= SELKIE_LEFT;
    if (!in_brief || shortcuts_of(&conform->codec) == NULL) {
        return true;
    }
    struct odd_brief odd = {0};
    struct selkie_brief member = odd_brief(conform, thing, &odd);
    unsigned char *again = sim_realloc(NULL, left + CONFORM_GUARD, 1);
    const struct selkie_shortcuts *shortcuts = conform->codec.shortcuts;
    bool sized = written != WIRE_REFUSED && shortcuts->member_size != NULL;
    bool same = (!sized || try_member_size(conform, thing, &member, written)) &&
                (shortcuts->put_members == NULL || try_put(conform, thing, &member, again, memory, left, written));
    free(again);
    return same;
}

/* ---- Reading ---- */

/* What decode_member read or refused, skip_members passes over or refuses. */
static bool try_skip(struct conform *conform, const unsigned char *memory, size_t left, const struct wire_read *read) {
    struct selkie_reader reader = {.next = memory, .left = left, .failed = false};
    int error = conform->codec.shortcuts->skip_members(&conform->codec, &reader, 1);
    error = error == SELKIE_OK && reader.failed ? SELKIE_E_DECODE : error;
    if (error != read->error) {
        return conform_wrong(conform, "skip_members: returned %d where decode_member returned %d", error, read->error);
    }
    return error != SELKIE_OK || (reader.left == left - read->consumed && reader.next == memory + read->consumed) ||
           conform_wrong(conform, "skip_members: passed over %zu bytes where decode_member read %zu",
                         left - reader.left, read->consumed);
}

/* What take_members made of it, as what decode_member would have made. */
static void keep_taken(const struct conform *conform, const struct selkie_brief *member, struct wire_read *taken) {
    struct wire_thing *thing = &taken->thing;
    const unsigned char *tail = member->bytes + conform->type.size;
    thing->is_member = true;
    thing->kind = tail[2] & SELKIE_BRIEF_STATE;
    thing->flags = tail[2] & SELKIE_BRIEF_LEFT ? SELKIE_LEFT : 0;
    thing->incarnation = (uint16_t)(tail[0] | tail[1] << 8);
    thing->has_third = member->accuser != NULL;
    memcpy(thing->identities[0], member->bytes, conform->type.size);
    if (thing->has_third) {
        memcpy(thing->identities[1], member->accuser, conform->type.size);
    }
}

static bool is_same_taken(struct conform *conform, const struct wire_read *read, const struct selkie_brief *member) {
    char difference[WIRE_DIFFERENCE_SIZE];
    struct wire_read taken = {.error = SELKIE_OK};
    keep_taken(conform, member, &taken);
    return wire_is_same(conform, &read->thing, &taken.thing, difference) ||
           conform_wrong(conform, "take_members: %s, by decode_member", difference);
}

/* Members that take_members is asked for at once, and room for them, with nothing cleared. */
enum { TAKEN_MAX = 2 };

struct taken {
    struct selkie_brief members[TAKEN_MAX];
    unsigned char room[TAKEN_MAX * (2 * SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL)];
};

static uint32_t take(struct conform *conform, struct selkie_reader *reader, uint32_t count, struct taken *taken) {
    memset(taken, 0xa5, sizeof *taken);
    for (int i = 0; i < TAKEN_MAX; i++) {
        taken->members[i].bytes = taken->members[i].accuser = taken->room;
    }
    return conform->codec.shortcuts->take_members(&conform->codec, reader, taken->members, count, taken->room);
}

/* One that decode_member reads, or does not. */
static bool try_take(struct conform *conform, const unsigned char *memory, size_t left, const struct wire_read *read) {
    struct selkie_reader reader = {.next = memory, .left = left, .failed = false};
    struct taken taken;
    uint32_t count = take(conform, &reader, 1, &taken), expected = read->error == SELKIE_OK ? 1 : 0;
    size_t moved = left - reader.left, expected_bytes = expected * read->consumed;
    if (count != expected) {
        return conform_wrong(conform, "take_members: read %u where decode_member returned %d", count, read->error);
    }
    if (reader.failed || reader.next != memory + moved || moved != expected_bytes) {
        return conform_wrong(conform,
                             "take_members: moved the reader by %zu bytes, or left it failed, where decode_member "
                             "read %zu",
                             moved, expected_bytes);
    }
    return count == 0 || is_same_taken(conform, read, &taken.members[0]);
}

/* The same bytes twice. */
static bool try_take_both(struct conform *conform, const unsigned char *memory, const struct wire_read *read) {
    size_t size = read->consumed;
    unsigned char *both = sim_realloc(NULL, TAKEN_MAX, size);
    memcpy(both, memory, size);
    memcpy(both + size, memory, size);
    struct selkie_reader reader = {.next = both, .left = TAKEN_MAX * size, .failed = false};
    struct taken taken;
    uint32_t count = take(conform, &reader, TAKEN_MAX, &taken);
    bool same = count == TAKEN_MAX
                    ? is_same_taken(conform, read, &taken.members[0]) && is_same_taken(conform, read, &taken.members[1])
                    : conform_wrong(conform, "take_members: read %u where decode_member reads the same twice", count);
    free(both);
    return same;
}

bool shortcuts_read(struct conform *conform, const unsigned char *memory, size_t left, const struct wire_read *read) {
    const struct selkie_shortcuts *shortcuts = shortcuts_of(&conform->codec);
    return !read->thing.is_member || shortcuts == NULL ||
           ((shortcuts->skip_members == NULL || try_skip(conform, memory, left, read)) &&
            (shortcuts->take_members == NULL || (try_take(conform, memory, left, read) &&
                                                 (read->error != SELKIE_OK || try_take_both(conform, memory, read)))));
}
