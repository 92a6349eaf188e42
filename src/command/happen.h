/* What happens, as text: `10@20s,for=5s` behind the name of the event. Which keys there are is one table, which the help
 * and the manual page show. */
#ifndef SELKIE_COMMAND_HAPPEN_H
#define SELKIE_COMMAND_HAPPEN_H

#include "command/complaint.h"
#include "command/scenario.h"

#define HAPPEN_TEXT_MOST 400u

struct happen_key {
    const char *name;
    unsigned kinds; /* a bit for each event_kind that it goes with */
    const char *argument;
    const char *text;
    bool (*read)(const struct scenario *scenario, struct scenario_event *event, const char *value,
                 struct complaint *complaint);
    /* False: it has its default, and nothing is printed. */
    bool (*print)(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario, const struct scenario_event *event);
};
extern const struct happen_key happen_keys[]; /* ends with one whose name is NULL */

/* Add an event to the scenario. */
bool happen_read(struct scenario *scenario, enum event_kind kind, const char *text, struct complaint *complaint);

/* "10@20s,for=5s" */
const char *happen_print(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                         const struct scenario_event *event);

/* Change one thing of an event: one of the keys, or `who` or `at`. */
bool happen_change(const struct scenario *scenario, struct scenario_event *event, const char *key, const char *value,
                   struct complaint *complaint);

/* Does it make sense, in this scenario? */
bool happen_check(const struct scenario *scenario, const struct scenario_event *event, struct complaint *complaint);

/* Does it leave its members impaired, where it is not about all? */
bool happen_impairs(const struct scenario_event *event);

/* Is a member to which it happens a subject, of which others may take notice? */
bool happen_is_noticed(const struct scenario_event *event);

/* From when on nothing new comes of it. NEVER: it goes on to the end of the run. */
uint64_t happen_ends_us(const struct scenario *scenario, const struct scenario_event *event);

#endif
