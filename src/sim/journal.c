/* The journal: entries one after the other in a ring of bytes, each in one piece. */
#include "sim/journal.h"

#include "sim/memory.h"

#include <stdlib.h>
#include <string.h>

#define LEAST_ROOM 4096u

static size_t space_of(size_t size) {
    size_t unit = sizeof(struct journal_entry); /* so that what is left at the ring's end has room for a gap */
    return unit + (size + unit - 1) / unit * unit;
}

static unsigned char *place(const struct journal *journal, uint64_t position) {
    return journal->bytes + (position & (journal->room - 1));
}

static struct journal_entry *entry_at(const struct journal *journal, uint64_t position) {
    return (struct journal_entry *)(void *)place(journal, position);
}

void journal_init(struct journal *journal, size_t room) {
    *journal = (struct journal){.room = LEAST_ROOM};
    while (journal->room < room) {
        journal->room *= 2;
    }
    journal->bytes = sim_realloc(NULL, journal->room, 1);
}

void journal_free(struct journal *journal) {
    free(journal->bytes);
    *journal = (struct journal){0};
}

static struct journal_entry *claim(struct journal *journal, size_t size) {
    while (journal->oldest + journal->room < journal->written + space_of(size)) {
        journal->oldest += space_of(entry_at(journal, journal->oldest)->size);
    }
    struct journal_entry *entry = entry_at(journal, journal->written);
    journal->written += space_of(size);
    return entry;
}

static void fill_end(struct journal *journal, size_t size) {
    size_t left = journal->room - (size_t)(journal->written & (journal->room - 1));
    if (left < space_of(size)) {
        size_t gap = left - sizeof(struct journal_entry);
        *claim(journal, gap) = (struct journal_entry){.kind = JOURNAL_GAP, .size = (uint32_t)gap};
    }
}

void journal_write(struct journal *journal, const struct journal_entry *entry, const void *bytes, size_t size) {
    if (journal->closed) {
        return;
    }
    size_t kept = size < journal->room / 4 ? size : journal->room / 4;
    fill_end(journal, kept);
    struct journal_entry *written = claim(journal, kept);
    *written = *entry;
    written->size = (uint32_t)kept;
    if (kept > 0) {
        memcpy(written + 1, bytes, kept);
    }
}

const struct journal_entry *journal_next(const struct journal *journal, uint64_t *position) {
    uint64_t at = *position > journal->oldest ? *position : journal->oldest;
    while (at < journal->written) {
        const struct journal_entry *entry = entry_at(journal, at);
        at += space_of(entry->size);
        if (entry->kind != JOURNAL_GAP) {
            *position = at;
            return entry;
        }
    }
    return NULL;
}
