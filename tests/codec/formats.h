/* The four codecs that foca speaks, for tests that go through all of them. */
#ifndef SELKIE_TESTS_CODEC_FORMATS_H
#define SELKIE_TESTS_CODEC_FORMATS_H

#include "codec/format.h"

enum { BINCODE1, BINCODE1_FIXED, BINCODE2, POSTCARD, FORMATS };

/* "bincode1" and so on. */
const char *format_name(int which);

/* Fill *codec; what the library's function returns. */
int format_codec(int which, struct selkie_codec *codec, const struct selkie_field *fields);

/* The format alone. */
enum number_format format_numbers(int which);

/* Read hexadecimal digits to `bytes`, which has room for `room`; returns how many bytes that is. Fails the test if it
 * is no even number of digits or there is no room. */
size_t format_unhex(const char *hex, unsigned char *bytes, size_t room);

#endif
