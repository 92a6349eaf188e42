/* Taking bytes from a writer or a reader: the one place that holds what selkie/bytes.h promises. What does not fit moves
 * nothing, and one failure makes all that follow fail. */
#ifndef SELKIE_BASE_CURSOR_H
#define SELKIE_BASE_CURSOR_H

#include "selkie/bytes.h"

/* Where the next `size` bytes go, or NULL. */
static inline unsigned char *writer_take(struct selkie_writer *writer, size_t size) {
    if (writer->failed || size > writer->left) {
        writer->failed = true;
        return NULL;
    }
    unsigned char *place = writer->next;
    writer->next += size;
    writer->left -= size;
    return place;
}

/* Where the next `size` bytes are, or NULL. */
static inline const unsigned char *reader_take(struct selkie_reader *reader, size_t size) {
    if (reader->failed || size > reader->left) {
        reader->failed = true;
        return NULL;
    }
    const unsigned char *place = reader->next;
    reader->next += size;
    reader->left -= size;
    return place;
}

#endif
