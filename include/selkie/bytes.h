/* Bounded reading and writing of bytes: what codecs are made of.
 *
 * A writer cannot overrun its memory and a reader cannot read past its end: what does not fit fails, moves nothing, and
 * makes every later call on the same writer or reader fail too, so that a codec may check once, at its end. Integers
 * are little-endian. */
#ifndef SELKIE_BYTES_H
#define SELKIE_BYTES_H

#include "selkie/selkie.h"

#ifdef __cplusplus
extern "C" {
#endif

struct selkie_writer {
    unsigned char *next; /* where the next byte goes */
    size_t left;         /* bytes that still fit */
    bool failed;
};

struct selkie_reader {
    const unsigned char *next; /* the next byte */
    size_t left;               /* bytes that are still there */
    bool failed;
};

/* Write `size` bytes (0: `bytes` may be NULL), or a number. False: it does not fit, or something before did not. */
SELKIE_API bool selkie_put(struct selkie_writer *writer, const void *bytes, size_t size);
SELKIE_API bool selkie_put_u8(struct selkie_writer *writer, uint8_t value);
SELKIE_API bool selkie_put_u16(struct selkie_writer *writer, uint16_t value);
SELKIE_API bool selkie_put_u32(struct selkie_writer *writer, uint32_t value);
SELKIE_API bool selkie_put_u64(struct selkie_writer *writer, uint64_t value);

/* Read `size` bytes to `bytes` (0: it may be NULL), or a number to *value. False: so much is not there, or something
 * before was not; what it would have been read to is untouched. */
SELKIE_API bool selkie_get(struct selkie_reader *reader, void *bytes, size_t size);
SELKIE_API bool selkie_get_u8(struct selkie_reader *reader, uint8_t *value);
SELKIE_API bool selkie_get_u16(struct selkie_reader *reader, uint16_t *value);
SELKIE_API bool selkie_get_u32(struct selkie_reader *reader, uint32_t *value);
SELKIE_API bool selkie_get_u64(struct selkie_reader *reader, uint64_t *value);

#ifdef __cplusplus
}
#endif
#endif
