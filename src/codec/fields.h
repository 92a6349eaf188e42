/* Records that a table of fields describes, in any serde format. */
#ifndef SELKIE_CODEC_FIELDS_H
#define SELKIE_CODEC_FIELDS_H

#include "codec/format.h"

/* Write or read a record. False: it does not fit, is not all there, or is none that can be written or held. */
bool fields_put_bincode1(struct selkie_writer *writer, const struct selkie_field *fields, const void *record);
bool fields_get_bincode1(struct selkie_reader *reader, const struct selkie_field *fields, void *record);
bool fields_put_bincode1_fixed(struct selkie_writer *writer, const struct selkie_field *fields, const void *record);
bool fields_get_bincode1_fixed(struct selkie_reader *reader, const struct selkie_field *fields, void *record);
bool fields_put_bincode2(struct selkie_writer *writer, const struct selkie_field *fields, const void *record);
bool fields_get_bincode2(struct selkie_reader *reader, const struct selkie_field *fields, void *record);
bool fields_put_postcard(struct selkie_writer *writer, const struct selkie_field *fields, const void *record);
bool fields_get_postcard(struct selkie_reader *reader, const struct selkie_field *fields, void *record);

static INLINE bool fields_put(enum number_format format, struct selkie_writer *writer,
                              const struct selkie_field *fields, const void *record) {
    switch (format) {
    case NUMBERS_BINCODE1_FIXED:
        return fields_put_bincode1_fixed(writer, fields, record);
    case NUMBERS_BINCODE2:
        return fields_put_bincode2(writer, fields, record);
    case NUMBERS_POSTCARD:
        return fields_put_postcard(writer, fields, record);
    default:
        return fields_put_bincode1(writer, fields, record);
    }
}

static INLINE bool fields_get(enum number_format format, struct selkie_reader *reader,
                              const struct selkie_field *fields, void *record) {
    switch (format) {
    case NUMBERS_BINCODE1_FIXED:
        return fields_get_bincode1_fixed(reader, fields, record);
    case NUMBERS_BINCODE2:
        return fields_get_bincode2(reader, fields, record);
    case NUMBERS_POSTCARD:
        return fields_get_postcard(reader, fields, record);
    default:
        return fields_get_bincode1(reader, fields, record);
    }
}

/* The least and the most bytes that a record takes. */
size_t fields_least(enum number_format format, const struct selkie_field *fields);
size_t fields_most(enum number_format format, const struct selkie_field *fields);

#endif
