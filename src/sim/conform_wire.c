/* Calling a codec's four functions: everything that they may write has a guard after it, and every identity that they
 * may read lies in memory of exactly its size. */
#include "sim/conform_wire.h"

#include <stdio.h>
#include <string.h>

/* ---- Things ---- */

static const char *state_name(const struct wire_thing *thing) {
    switch (thing->kind) {
    case SELKIE_ALIVE:
        return "an Alive";
    case SELKIE_SUSPECT:
        return thing->has_third ? "an accused Suspect" : "a Suspect";
    case SELKIE_DOWN:
        return (thing->flags & SELKIE_LEFT) != 0 ? "a Down (LEFT)" : "a Down";
    default:
        return "a stateless";
    }
}

char *wire_describe(const struct wire_thing *thing, char text[WIRE_TEXT_SIZE]) {
    if (thing->is_member) {
        (void)snprintf(text, WIRE_TEXT_SIZE, "%s member, incarnation %u", state_name(thing),
                       (unsigned)thing->incarnation);
    } else {
        (void)snprintf(text, WIRE_TEXT_SIZE, "the header of %s, incarnation %u, probe number %u",
                       selkie_message_name(thing->kind), (unsigned)thing->incarnation, (unsigned)thing->number);
    }
    return text;
}

static bool is_same_number(const char *name, unsigned expected, unsigned got, char difference[WIRE_DIFFERENCE_SIZE]) {
    if (expected != got) {
        (void)snprintf(difference, WIRE_DIFFERENCE_SIZE, "%s is %u, expected %u", name, got, expected);
    }
    return expected == got;
}

static bool is_same_identity(const struct conform *conform, const char *name, const unsigned char *expected,
                             const unsigned char *got, char difference[WIRE_DIFFERENCE_SIZE]) {
    char left[CONFORM_HEX_SIZE], right[CONFORM_HEX_SIZE];
    size_t size = conform->type.size, at = 0;
    while (at < size && expected[at] == got[at]) {
        at++;
    }
    if (at < size) { /* where the bytes before it would fill the complaint, without them */
        size_t from = size > CONFORM_HEX_BYTES ? at : 0;
        (void)snprintf(difference, WIRE_DIFFERENCE_SIZE, "%s from byte %zu on is %s, expected %s", name, from,
                       conform_hex(got + from, size - from, left), conform_hex(expected + from, size - from, right));
    }
    return at == size;
}

bool wire_is_same(const struct conform *conform, const struct wire_thing *expected, const struct wire_thing *got,
                  char difference[WIRE_DIFFERENCE_SIZE]) {
    static const char *const header_names[] = {"source", "destination", "peer"};
    static const char *const member_names[] = {"identity", "accuser", "accuser"};
    bool is_member = expected->is_member;
    if (!is_same_number(is_member ? "state" : "message", expected->kind, got->kind, difference) ||
        !is_same_number("incarnation", expected->incarnation, got->incarnation, difference) ||
        !is_same_number("probe_number", expected->number, got->number, difference) ||
        !is_same_number("flags", expected->flags, got->flags, difference)) {
        return false;
    }
    for (unsigned i = 0; i < CONFORM_IDENTITIES; i++) {
        const char *name = is_member ? member_names[i] : header_names[i];
        if (!is_same_identity(conform, name, expected->identities[i], got->identities[i], difference)) {
            return false;
        }
    }
    return is_same_number("the number of accusers", expected->has_third, got->has_third, difference);
}

/* ---- Writing ---- */

static const void *lend(struct conform *conform, unsigned place, const unsigned char *identity) {
    memcpy(conform->exact[place], identity, conform->type.size);
    return conform->exact[place];
}

static bool write_header(struct conform *conform, const struct wire_thing *thing, struct selkie_writer *writer) {
    struct selkie_header header = {.struct_size = sizeof header,
                                   .source = lend(conform, 0, thing->identities[0]),
                                   .destination = lend(conform, 1, thing->identities[1]),
                                   .peer = thing->has_third ? lend(conform, 2, thing->identities[2]) : NULL,
                                   .source_incarnation = thing->incarnation,
                                   .message = thing->kind,
                                   .probe_number = thing->number,
                                   .flags = thing->flags};
    return conform->codec.encode_header(&conform->codec, writer, &header);
}

static struct selkie_member lent_member(struct conform *conform, const struct wire_thing *thing) {
    return (struct selkie_member){.struct_size = sizeof(struct selkie_member),
                                  .identity = lend(conform, 0, thing->identities[0]),
                                  .accuser = thing->has_third ? lend(conform, 1, thing->identities[1]) : NULL,
                                  .incarnation = thing->incarnation,
                                  .state = thing->kind,
                                  .flags = thing->flags,
                                  .slot = SELKIE_NO_SLOT};
}

static bool write_member(struct conform *conform, const struct wire_thing *thing, struct selkie_writer *writer) {
    struct selkie_member member = lent_member(conform, thing);
    return conform->codec.encode_member(&conform->codec, writer, &member);
}

bool wire_write(struct conform *conform, const struct wire_thing *thing, unsigned char *memory, size_t left,
                unsigned char fill, size_t *written) {
    char text[WIRE_TEXT_SIZE];
    struct selkie_writer writer = {.next = memory, .left = left, .failed = false};
    conform_set_guard(memory, left + CONFORM_GUARD, fill);
    bool done = thing->is_member ? write_member(conform, thing, &writer) : write_header(conform, thing, &writer);
    *written = WIRE_REFUSED;
    if (!conform_guard_holds(memory + left, CONFORM_GUARD, fill)) {
        return conform_wrong(conform, "%s: wrote past the %zu bytes that the writer had left, for %s",
                             thing->is_member ? "encode_member" : "encode_header", left, wire_describe(thing, text));
    }
    if (!done || writer.failed) {
        return shortcuts_write(conform, thing, memory, left, WIRE_REFUSED);
    }
    if (writer.left > left || writer.next != memory + (left - writer.left)) {
        return conform_wrong(conform, "%s: writer.next and writer.left do not agree after %s",
                             thing->is_member ? "encode_member" : "encode_header", wire_describe(thing, text));
    }
    *written = left - writer.left;
    return shortcuts_write(conform, thing, memory, left, *written);
}

/* ---- Reading ---- */

static void keep(const struct conform *conform, struct wire_thing *thing, unsigned place) {
    memcpy(thing->identities[place], conform->guarded[place], conform->type.size);
}

static int read_header(struct conform *conform, struct selkie_reader *reader, struct wire_thing *thing) {
    struct selkie_header header = {.struct_size = sizeof header};
    int error = conform->codec.decode_header(&conform->codec, reader, &header, conform->guarded[0], conform->guarded[1],
                                             conform->guarded[2]);
    thing->kind = header.message;
    thing->flags = header.flags;
    thing->number = header.probe_number;
    thing->incarnation = header.source_incarnation;
    thing->has_third = selkie_message_has_peer(header.message);
    keep(conform, thing, 0);
    keep(conform, thing, 1);
    if (thing->has_third) {
        keep(conform, thing, 2);
    }
    return error;
}

static int read_member(struct conform *conform, struct selkie_reader *reader, struct wire_thing *thing,
                       bool *accuser_is_ours) {
    struct selkie_member member = {.struct_size = sizeof member, .slot = SELKIE_NO_SLOT};
    int error =
        conform->codec.decode_member(&conform->codec, reader, &member, conform->guarded[0], conform->guarded[1]);
    thing->kind = member.state;
    thing->flags = member.flags;
    thing->incarnation = member.incarnation;
    thing->has_third = member.accuser != NULL;
    *accuser_is_ours = member.accuser == NULL || member.accuser == conform->guarded[1];
    keep(conform, thing, 0);
    if (thing->has_third) {
        keep(conform, thing, 1);
    }
    return error;
}

/* What the codec did to its reader, and to the memory for the identities. */
static bool watch_reading(struct conform *conform, const char *function, const struct selkie_reader *reader,
                          const unsigned char *memory, size_t left, unsigned char fill) {
    for (unsigned i = 0; i < CONFORM_IDENTITIES; i++) {
        if (!conform_guard_holds(conform->guarded[i] + conform->type.size, CONFORM_GUARD, fill)) {
            return conform_wrong(conform, "%s: wrote more than identity_size, %u bytes, for an identity", function,
                                 (unsigned)conform->type.size);
        }
    }
    return (reader->left <= left && reader->next == memory + (left - reader->left)) ||
           conform_wrong(conform, "%s: reader.next and reader.left do not agree, or lead out of the %zu bytes",
                         function, left);
}

bool wire_read(struct conform *conform, bool is_member, const unsigned char *memory, size_t left, unsigned char fill,
               struct wire_read *read) {
    const char *function = is_member ? "decode_member" : "decode_header";
    struct selkie_reader reader = {.next = memory, .left = left, .failed = false};
    bool accuser_is_ours = true;
    *read = (struct wire_read){.thing = {.is_member = is_member}};
    for (unsigned i = 0; i < CONFORM_IDENTITIES; i++) {
        conform_set_guard(conform->guarded[i], (size_t)conform->type.size + CONFORM_GUARD, fill);
    }
    int error = is_member ? read_member(conform, &reader, &read->thing, &accuser_is_ours)
                          : read_header(conform, &reader, &read->thing);
    if (!watch_reading(conform, function, &reader, memory, left, fill)) {
        return false;
    }
    if (error != SELKIE_OK && error != SELKIE_E_DECODE && error != SELKIE_E_VERSION) {
        return conform_wrong(conform, "%s: returned %d, expected 0, SELKIE_E_DECODE or SELKIE_E_VERSION", function,
                             error);
    }
    read->error = error == SELKIE_OK && reader.failed ? SELKIE_E_DECODE : error;
    read->consumed = left - reader.left;
    if (read->error == SELKIE_OK && !accuser_is_ours) {
        return conform_wrong(conform, "decode_member: member->accuser does not point to the accuser that was given it");
    }
    return shortcuts_read(conform, memory, left, read);
}
