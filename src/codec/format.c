/* What is asked of a format once, and not for each number. */
#include "codec/format.h"

const struct selkie_format *format_of(enum number_format numbers) {
    static const struct selkie_format formats[] = {
        {NUMBERS_BINCODE1}, {NUMBERS_BINCODE1_FIXED}, {NUMBERS_BINCODE2}, {NUMBERS_POSTCARD}};
    return &formats[numbers];
}

size_t format_bytes(enum number_format format, uint64_t value, unsigned width) {
    unsigned char room[10]; /* the longest, a postcard u64 */
    struct selkie_writer writer = {room, sizeof room, false};
    (void)format_put(format, &writer, value, width);
    return sizeof room - writer.left;
}
