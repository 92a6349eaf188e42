/* The journal: what happened last, as far as a ring of bytes goes back. Written all the time and read when something is
 * to be explained, so an entry is a few words and a copy of some bytes; trace.c makes a line of it. */
#ifndef SELKIE_SIM_JOURNAL_H
#define SELKIE_SIM_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum journal_kind {
    JOURNAL_GAP,          /* nothing: fills the end of the ring */
    JOURNAL_SENT,         /* member sent a packet to other. value: its size; bytes: the packet */
    JOURNAL_DELIVERED,    /* member got a packet of other. value: how long that took; bytes: the start of it */
    JOURNAL_UNDELIVERED,  /* a packet of member does not get to other. detail: enum fate; bytes: the start of it */
    JOURNAL_NOTIFICATION, /* member's engine notified, about other. detail: its kind; value: struct journal_news; bytes:
                             the engine's own identity, then those of the notification that there are */
    JOURNAL_VERB          /* the scenario did something. bytes: the line about it */
};

struct journal_entry {
    uint64_t time_us;
    uint64_t value;
    uint32_t member, other;
    uint8_t kind; /* enum journal_kind */
    uint8_t detail;
    uint16_t reserved;
    uint32_t size; /* of the bytes that follow */
};

/* The numbers of a notification, in one word. */
static inline uint64_t journal_news(uint16_t incarnation, uint8_t state, uint8_t flags, uint8_t number, bool timer) {
    return (uint64_t)incarnation | (uint64_t)state << 16 | (uint64_t)flags << 24 | (uint64_t)number << 32 |
           (uint64_t)timer << 40;
}

struct journal {
    unsigned char *bytes;
    size_t room;              /* a power of two */
    uint64_t oldest, written; /* bytes since the beginning, up to the oldest entry that is there and to the end */
    bool closed;              /* nothing is written any more: what is there is evidence */
};

void journal_init(struct journal *journal, size_t room); /* rounded up */
void journal_free(struct journal *journal);

/* Write an entry with `size` bytes, which takes the place of the oldest ones; bytes that take more than a quarter of
 * the room are cut off. */
void journal_write(struct journal *journal, const struct journal_entry *entry, const void *bytes, size_t size);

/* The entry at *position, and the position of the one after it; NULL: that was the newest. Start at 0, which is taken
 * for the oldest. */
const struct journal_entry *journal_next(const struct journal *journal, uint64_t *position);

#endif
