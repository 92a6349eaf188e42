/* Who plays which part: the members of each event, as the seed draws them. */
#ifndef SELKIE_COMMAND_CAST_H
#define SELKIE_COMMAND_CAST_H

#include "command/scenario.h"

struct crowd {
    uint32_t *members;
    uint32_t count;
};

struct cast {
    struct crowd groups[GROUPS_MOST];
    struct crowd events[EVENTS_MOST];
    struct crowd withs[EVENTS_MOST]; /* of cuts: from whom */
};

/* For a scenario that is in order. What is drawn depends on the seed, the number of members, and how many are drawn. */
void cast_draw(struct cast *cast, const struct scenario *scenario);
void cast_free(struct cast *cast);

#endif
