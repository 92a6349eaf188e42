/* Packets as peers would write them. Peers are numbers; the identity of one is its number and its generation. */
#ifndef TESTS_FAULTS_LETTER_H
#define TESTS_FAULTS_LETTER_H

#include "selkie/codec.h"

enum { IDENTITY_SIZE = 8, ADDRESS_SIZE = 6 };

struct identity_bytes {
    _Alignas(16) unsigned char bytes[IDENTITY_SIZE];
};

struct identity_bytes identity_of(uint32_t number, uint16_t generation);

struct letter {
    unsigned char bytes[4096];
    size_t size;
    size_t count_at; /* where the number of updates is; 0: not written yet */
    uint32_t count;
    bool uncounted; /* a Broadcast, which has no such number */
};

/* A header, from generation 0 of `source`. `peer`: the third party where the message has one. */
struct letter letter_to(const void *destination, uint32_t source, enum selkie_message message, uint8_t number,
                        const void *peer);

void letter_add_member(struct letter *letter, const void *identity, uint16_t incarnation, enum selkie_state state);

/* Suspect, by the word of `accuser`. */
void letter_accuse(struct letter *letter, const void *identity, uint16_t incarnation, const void *accuser);

/* It is a PingReq: a nack is wanted. */
void letter_want_nack(struct letter *letter);

/* After the members. */
void letter_add_broadcast(struct letter *letter, const void *bytes, size_t size);

/* A broadcast of the kind that the tests' handler knows: a subject, its version, and `size` - 2 bytes more. */
void letter_say(struct letter *letter, uint8_t subject, uint8_t version, size_t size);

#endif
