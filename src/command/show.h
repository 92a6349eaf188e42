/* Values for people to read: `12.4 s`, `1,000`, `38.2 kB`. */
#ifndef SELKIE_COMMAND_SHOW_H
#define SELKIE_COMMAND_SHOW_H

#include <stdint.h>

#define SHOW_MOST 40u

const char *show_time(char text[SHOW_MOST], double us);       /* three digits that matter; INFINITY: never; NAN: - */
const char *show_count(char text[SHOW_MOST], uint64_t count); /* in groups of three */
const char *show_bytes(char text[SHOW_MOST], double bytes);
const char *show_number(char text[SHOW_MOST], double number); /* three digits that matter, but all before the point */
const char *show_share(char text[SHOW_MOST], double share);   /* of 1: a percentage */

#endif
