/* What was written to a file, as text. */
#ifndef SELKIE_TEST_WRITTEN_H
#define SELKIE_TEST_WRITTEN_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

FILE *written_open(void);

/* Close it; all that was written, to be freed. */
char *written_take(FILE *file);

/* How often is that in it? */
size_t written_count(const char *text, const char *part);

#endif
