/* Taking bytes from a writer or a reader: the one place that holds what selkie/bytes.h promises. What does not fit moves
 * nothing, and one failure makes all that follow fail. All of it is compiled into its callers: a reader that is handed to
 * a function has to be in memory at every step. */
#ifndef SELKIE_BASE_CURSOR_H
#define SELKIE_BASE_CURSOR_H

#include "selkie/bytes.h"

#include "base/inline.h"
#include "base/small.h"

/* Where the next `size` bytes go, or NULL. */
static INLINE unsigned char *writer_take(struct selkie_writer *writer, size_t size) {
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
static INLINE const unsigned char *reader_take(struct selkie_reader *reader, size_t size) {
    if (reader->failed || size > reader->left) {
        reader->failed = true;
        return NULL;
    }
    const unsigned char *place = reader->next;
    reader->next += size;
    reader->left -= size;
    return place;
}

/* Copies, field by field: a copy of the whole reads at once what was written in parts a moment ago, which processors have
 * to wait for. */
static INLINE struct selkie_writer writer_copy(const struct selkie_writer *writer) {
    struct selkie_writer copy;
    copy.next = writer->next;
    copy.left = writer->left;
    copy.failed = writer->failed;
    return copy;
}

static INLINE struct selkie_reader reader_copy(const struct selkie_reader *reader) {
    struct selkie_reader copy;
    copy.next = reader->next;
    copy.left = reader->left;
    copy.failed = reader->failed;
    return copy;
}

/* Numbers of `size` bytes, 1 to 8, little-endian. */
static INLINE bool writer_put_number(struct selkie_writer *writer, uint64_t value, size_t size) {
    unsigned char *place = writer_take(writer, size);
    for (size_t i = 0; place && i < size; i++) {
        place[i] = (unsigned char)(value >> (8 * i) & 0xff);
    }
    return place != NULL;
}

static INLINE bool reader_get_number(struct selkie_reader *reader, uint64_t *value, size_t size) {
    const unsigned char *place = reader_take(reader, size);
    if (place) {
        *value = size == 1 ? *place : small_number(place, size);
    }
    return place != NULL;
}

/* Numbers of two bytes, big-endian: the counts and lengths of the engine's own. */
static INLINE bool writer_put_big16(struct selkie_writer *writer, uint32_t value) {
    unsigned char *place = writer_take(writer, 2);
    if (place) {
        place[0] = (unsigned char)(value >> 8 & 0xff);
        place[1] = (unsigned char)(value & 0xff);
    }
    return place != NULL;
}

static INLINE bool reader_get_big16(struct selkie_reader *reader, uint32_t *value) {
    const unsigned char *place = reader_take(reader, 2);
    if (place) {
        *value = (uint32_t)place[0] << 8 | place[1];
    }
    return place != NULL;
}

/* A few bytes as they are. */
static INLINE bool writer_put_bytes(struct selkie_writer *writer, const void *bytes, size_t size) {
    unsigned char *place = writer_take(writer, size);
    if (place) {
        small_copy(place, bytes, size);
    }
    return place != NULL;
}

static INLINE bool reader_get_bytes(struct selkie_reader *reader, void *bytes, size_t size) {
    const unsigned char *place = reader_take(reader, size);
    if (place) {
        small_copy(bytes, place, size);
    }
    return place != NULL;
}

#endif
