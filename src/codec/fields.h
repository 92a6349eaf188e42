/* Records that a table of fields describes, in any serde format. */
#ifndef SELKIE_CODEC_FIELDS_H
#define SELKIE_CODEC_FIELDS_H

#include "codec/format.h"

/* Write or read a record. False: it does not fit, is not all there, or is none that can be written or held. */
bool fields_put(const struct selkie_format *format, struct selkie_writer *writer, const struct selkie_field *fields,
                const void *record);
bool fields_get(const struct selkie_format *format, struct selkie_reader *reader, const struct selkie_field *fields,
                void *record);

/* The least and the most bytes that a record takes. */
size_t fields_least(const struct selkie_format *format, const struct selkie_field *fields);
size_t fields_most(const struct selkie_format *format, const struct selkie_field *fields);

#endif
