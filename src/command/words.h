/* A scenario as sentences, for people. As text that can be read back it is in directives.h. */
#ifndef SELKIE_COMMAND_WORDS_H
#define SELKIE_COMMAND_WORDS_H

#include "command/scenario.h"

#include <stddef.h>

#define WORDS_MOST 512u

/* Each writes into `text` and returns it; what does not fit is cut off. */

/* "1,000 members" */
const char *words_members(char text[WORDS_MOST], uint32_t count);

/* "10 members crash at 20 s and come back after 5 s" */
const char *words_event(char text[WORDS_MOST], const struct scenario *scenario, const struct scenario_event *event);

/* "10 crash": as short as it can be said */
const char *words_event_briefly(char text[WORDS_MOST], const struct scenario *scenario,
                                const struct scenario_event *event);

/* "1,000 members: 10 members crash at 20 s", the title of a run; where more happens, with the kinds of events alone. */
const char *words_title(char text[WORDS_MOST], const struct scenario *scenario);

/* Does the title say all that happens? */
bool words_title_says_all(const struct scenario *scenario);

/* "All know each other from the start." */
const char *words_join(char text[WORDS_MOST], const struct scenario *scenario);

/* "A packet takes 1 ms to 3 ms; 2 % are lost." */
const char *words_network(char text[WORDS_MOST], const struct scenario *scenario);

/* "crash, slow": each kind of event of which others may take notice. `kinds`: how many there are. */
const char *words_noticed(char text[WORDS_MOST], const struct scenario *scenario, unsigned *kinds);

/* A duration, or what stands for what never came, with all its digits ("1.250001 s") or a few of them ("1.25 s"). */
const char *words_duration(char text[WORDS_MOST], uint64_t us);
const char *words_about(char text[WORDS_MOST], uint64_t us);

#endif
