/* One run of a scenario. */
#ifndef SELKIE_COMMAND_RUN_H
#define SELKIE_COMMAND_RUN_H

#include "command/result.h"

/* Run a scenario that is in order (scenario_check). progress: called now and then with how far it is; NULL: nobody wants
 * to know. The result is the caller's: result_free. */
void run_scenario(const struct scenario *scenario, struct result *result,
                  void (*progress)(void *ctx, uint64_t now_us, uint64_t duration_us), void *ctx);

#endif
