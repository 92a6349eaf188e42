/* Standard output, which may be closed, or full. */
#ifndef SELKIE_COMMAND_OUTPUT_H
#define SELKIE_COMMAND_OUTPUT_H

#include <stdbool.h>

/* Has all arrived that was written there? Otherwise it was said on standard error that it has not. */
bool output_is_written(void);

#endif
