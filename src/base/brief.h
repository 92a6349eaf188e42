/* Members in brief (selkie/codec.h): the bytes that the member table holds, that the packed codec writes, and that all
 * updates are read to. */
#ifndef SELKIE_BASE_BRIEF_H
#define SELKIE_BASE_BRIEF_H

#include "selkie/codec.h"

#include "base/small.h"

/* What follows the identity, which `tail` is behind. */

static inline uint16_t brief_incarnation(const unsigned char *tail) {
    return (uint16_t)(tail[0] | tail[1] << 8);
}

static inline uint8_t brief_state(const unsigned char *tail) {
    return tail[2] & SELKIE_BRIEF_STATE;
}

static inline uint8_t brief_flags(const unsigned char *tail) {
    return tail[2] & SELKIE_BRIEF_LEFT ? (uint8_t)SELKIE_LEFT : (uint8_t)0;
}

static inline uint8_t brief_bits(uint8_t state, uint8_t flags) {
    return (uint8_t)(flags & SELKIE_LEFT ? state | (unsigned)SELKIE_BRIEF_LEFT : state);
}

static inline void brief_put_tail(unsigned char *tail, uint16_t incarnation, uint8_t bits) {
    tail[0] = (unsigned char)(incarnation & 0xff);
    tail[1] = (unsigned char)(incarnation >> 8);
    tail[2] = bits;
}

/* The member that is in these bytes: its identity stays where it is. */
static inline void brief_read(struct selkie_member *member, const unsigned char *bytes, size_t identity_size) {
    const unsigned char *tail = bytes + identity_size;
    uint16_t incarnation = brief_incarnation(tail);
    uint8_t state = brief_state(tail), flags = brief_flags(tail);
    member->struct_size = sizeof *member;
    member->identity = bytes;
    member->accuser = NULL;
    member->incarnation = incarnation;
    member->state = state;
    member->flags = flags;
    member->slot = SELKIE_NO_SLOT;
}

/* Write one to `bytes`, and a member, whose accuser stays where it is. */
static inline void brief_put(unsigned char *bytes, const void *identity, size_t identity_size, uint16_t incarnation,
                             uint8_t bits) {
    brief_put_tail(bytes + identity_size, incarnation, bits);
    small_copy(bytes, identity, identity_size);
}

static inline struct selkie_brief brief_write(unsigned char *bytes, const struct selkie_member *member,
                                              size_t identity_size) {
    struct selkie_brief brief = {bytes, (const unsigned char *)member->accuser};
    brief_put(bytes, member->identity, identity_size, member->incarnation, brief_bits(member->state, member->flags));
    return brief;
}

#endif
