/* How a serde format writes numbers: all in which bincode 1, bincode 2 and postcard differ. */
#ifndef SELKIE_CODEC_FORMAT_H
#define SELKIE_CODEC_FORMAT_H

#include "selkie/codec.h"

/* Numbers of `width` bytes: 2, 4 or 8. A single byte is a byte in all formats, and no matter of theirs. Lengths are
 * numbers of 8 bytes, the tags of enums numbers of 4. */
struct selkie_format {
    bool (*put)(struct selkie_writer *writer, uint64_t value, unsigned width);
    bool (*get)(struct selkie_reader *reader, uint64_t *value, unsigned width);
};

const struct selkie_format *format_bincode1(void);       /* DefaultOptions: a byte, or a marker and 2, 4 or 8 bytes */
const struct selkie_format *format_bincode1_fixed(void); /* bincode::serialize: all its bytes */
const struct selkie_format *format_bincode2(void);       /* config::standard(): as bincode 1, and stricter in reading */
const struct selkie_format *format_postcard(void);       /* LEB128 */

/* The bytes that a number takes. */
size_t format_bytes(const struct selkie_format *format, uint64_t value, unsigned width);

/* The largest number of `width` bytes. */
uint64_t format_largest(unsigned width);

#endif
