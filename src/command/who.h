/* Whom something happens to, as text: `10` (so many, drawn by seed), `5%` of all, `m7`, `m3-9`, `all`, or the name of a
 * group. */
#ifndef SELKIE_COMMAND_WHO_H
#define SELKIE_COMMAND_WHO_H

#include "command/complaint.h"
#include "command/scenario.h"

#define WHO_TEXT_MOST 64u

bool who_read(const struct scenario *scenario, const char *text, struct who *who, struct complaint *complaint);
const char *who_print(char text[WHO_TEXT_MOST], const struct scenario *scenario, const struct who *who);

/* "sick=10": a group that is new, or takes the place of one of that name. */
bool who_read_group(struct scenario *scenario, const char *text, struct complaint *complaint);

/* Which group has this name? group_count: none. */
uint32_t who_find_group(const struct scenario *scenario, const char *name);

/* Can there be such members? */
bool who_check(const struct scenario *scenario, const struct who *who, struct complaint *complaint);

/* How many those are, in a scenario that is in order. */
uint32_t who_count(const struct scenario *scenario, const struct who *who);

#endif
