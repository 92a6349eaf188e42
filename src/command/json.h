/* Results as JSON, one object: docs/sim.md says what is in it. */
#ifndef SELKIE_COMMAND_JSON_H
#define SELKIE_COMMAND_JSON_H

#include "command/sweep.h"

#include <stdio.h>

/* False: it could not be written. */
bool json_write_result(FILE *out, const struct result *result);
bool json_write_outcome(FILE *out, const struct scenario *scenario, const struct outcome *outcome);

#endif
