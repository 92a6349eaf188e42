/* Headers and members as one kind of thing, and a codec's four functions called with watched memory around them. */
#ifndef SELKIE_SIM_CONFORM_WIRE_H
#define SELKIE_SIM_CONFORM_WIRE_H

#include "sim/conform.h"

/* A header or a member. What a header of this message, or this member, does not have is zero. */
struct wire_thing {
    bool is_member;
    uint8_t kind; /* message or state */
    uint8_t flags;
    uint8_t number; /* of the probe */
    uint16_t incarnation;
    bool has_third; /* a third party, an accuser */
    unsigned char identities[CONFORM_IDENTITIES]
                            [SELKIE_IDENTITY_MAX]; /* source, destination, peer; or member, accuser */
};

struct wire_read {
    int error;       /* 0: it was read */
    size_t consumed; /* bytes, if it was */
    struct wire_thing thing;
};

enum { WIRE_TEXT_SIZE = 96 };

/* "the header of a ping-req, incarnation 3, probe number 7". Returns text. */
char *wire_describe(const struct wire_thing *thing, char text[WIRE_TEXT_SIZE]);

/* Is it the same? If not, the first thing in which it differs as text: "incarnation is 1, expected 257". */
enum { WIRE_DIFFERENCE_SIZE = 2 * CONFORM_HEX_SIZE + 48 };
bool wire_is_same(const struct conform *conform, const struct wire_thing *expected, const struct wire_thing *got,
                  char difference[WIRE_DIFFERENCE_SIZE]);

#define WIRE_REFUSED SIZE_MAX

/* Write it to `left` bytes of memory, which has CONFORM_GUARD more and is filled with `fill`. *written: how many bytes,
 * or WIRE_REFUSED. False: the codec went astray. */
bool wire_write(struct conform *conform, const struct wire_thing *thing, unsigned char *memory, size_t left,
                unsigned char fill, size_t *written);

/* Read a header or a member from `left` bytes at `memory`, with the places for the identities filled with `fill`.
 * False: the codec went astray. */
bool wire_read(struct conform *conform, bool is_member, const unsigned char *memory, size_t left, unsigned char fill,
               struct wire_read *read);

/* Does the codec write and read a member by its shortcuts, if it has some, as it just did without? At `memory` lies what
 * encode_member wrote (`written` bytes, or WIRE_REFUSED, of the `left` that there were), or what decode_member was
 * given. conform_shortcuts.c */
bool shortcuts_write(struct conform *conform, const struct wire_thing *thing, const unsigned char *memory, size_t left,
                     size_t written);
bool shortcuts_read(struct conform *conform, const unsigned char *memory, size_t left, const struct wire_read *read);

#endif
