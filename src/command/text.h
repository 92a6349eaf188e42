/* Values as text: durations, numbers, chances, amounts of bytes. What is printed here is read here as the same value;
 * for people to read there is show.h. */
#ifndef SELKIE_COMMAND_TEXT_H
#define SELKIE_COMMAND_TEXT_H

#include "command/complaint.h"

#include <stddef.h>
#include <stdint.h>

#define TEXT_MOST 32u                            /* bytes that each of the printed values takes at most */
#define TEXT_LONGEST_US UINT64_C(31622400000000) /* 366 days: no duration is longer */

/* "500ms", "20s", "1.5m", "2h"; us, ms, s, m (or min), h, d. 0 needs no unit. */
bool text_duration(const char *text, uint64_t *us, struct complaint *complaint);

/* A whole number from `least` to `most`. */
bool text_count(const char *text, uint64_t least, uint64_t most, uint64_t *count, struct complaint *complaint);

/* "2%", "0.05%", "200ppm"; 0 needs no unit. From 0 to 100 %. */
bool text_chance(const char *text, uint32_t *ppm, struct complaint *complaint);

/* "5%", "-2.5%", "300ppm": to 100 % up, and above -100 % down. */
bool text_drift(const char *text, int32_t *ppm, struct complaint *complaint);

/* "1400", "20kB" (20,000), "1MB". */
bool text_bytes(const char *text, uint64_t most, uint64_t *bytes, struct complaint *complaint);

/* "yes" or "no". */
bool text_flag(const char *text, bool *flag, struct complaint *complaint);

const char *text_print_duration(char text[TEXT_MOST], uint64_t us);
const char *text_print_chance(char text[TEXT_MOST], int64_t ppm);
const char *text_print_bytes(char text[TEXT_MOST], uint64_t bytes);

/* The one of `names` (which ends with NULL) that `text` was probably meant to be; NULL: none is near. */
const char *text_nearest(const char *text, const char *const *names);

#endif
