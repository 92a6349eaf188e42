/* Bounded reading and writing of bytes, little-endian: the functions of selkie/bytes.h.
 *
 * Knows nothing of what the bytes mean. Each access goes through writer_take or reader_take (base/cursor.h). */
#include "base/cursor.h"
#include "base/memory.h"

bool selkie_put(struct selkie_writer *writer, const void *bytes, size_t size) {
    if (size == 0) {
        return !writer->failed; /* memcpy may not be given NULL, also for nothing */
    }
    unsigned char *place = writer_take(writer, size);
    if (!place) {
        return false;
    }
    memcpy(place, bytes, size);
    return true;
}

bool selkie_put_u8(struct selkie_writer *writer, uint8_t value) {
    return writer_put_number(writer, value, 1);
}

bool selkie_put_u16(struct selkie_writer *writer, uint16_t value) {
    return writer_put_number(writer, value, 2);
}

bool selkie_put_u32(struct selkie_writer *writer, uint32_t value) {
    return writer_put_number(writer, value, 4);
}

bool selkie_put_u64(struct selkie_writer *writer, uint64_t value) {
    return writer_put_number(writer, value, 8);
}

bool selkie_get(struct selkie_reader *reader, void *bytes, size_t size) {
    if (size == 0) {
        return !reader->failed;
    }
    const unsigned char *place = reader_take(reader, size);
    if (!place) {
        return false;
    }
    memcpy(bytes, place, size);
    return true;
}

bool selkie_get_u8(struct selkie_reader *reader, uint8_t *value) {
    uint64_t wide;
    if (!reader_get_number(reader, &wide, 1)) {
        return false;
    }
    *value = (uint8_t)wide;
    return true;
}

bool selkie_get_u16(struct selkie_reader *reader, uint16_t *value) {
    uint64_t wide;
    if (!reader_get_number(reader, &wide, 2)) {
        return false;
    }
    *value = (uint16_t)wide;
    return true;
}

bool selkie_get_u32(struct selkie_reader *reader, uint32_t *value) {
    uint64_t wide;
    if (!reader_get_number(reader, &wide, 4)) {
        return false;
    }
    *value = (uint32_t)wide;
    return true;
}

bool selkie_get_u64(struct selkie_reader *reader, uint64_t *value) {
    return reader_get_number(reader, value, 8);
}
