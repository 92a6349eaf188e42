/* A summary on its way from one process to another of the same program. */
#ifndef SELKIE_COMMAND_PIPE_H
#define SELKIE_COMMAND_PIPE_H

#include "command/summary.h"

bool pipe_write_summary(int out, const struct summary *summary);

/* False: that is not all of it. The summary must be empty. */
bool pipe_take_summary(const unsigned char *bytes, size_t size, struct summary *summary);

#endif
