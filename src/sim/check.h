/* What the checks do with what they find. */
#ifndef SELKIE_SIM_CHECK_H
#define SELKIE_SIM_CHECK_H

#include "selkie/sim.h"

#if defined(__GNUC__)
#define CHECK_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define CHECK_PRINTF(string, first)
#endif

bool check_is_on(const selkie_sim *sim, enum selkie_sim_check check);

/* Something does not hold: what exactly, as a sentence. Comes back, unless the user gave no `violated`. Does nothing for
 * a check that is off. */
void check_failed(selkie_sim *sim, enum selkie_sim_check check, uint32_t member, uint32_t about, const char *format,
                  ...) CHECK_PRINTF(5, 6);

#endif
