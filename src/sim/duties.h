/* What a cluster owes once nothing disturbs it. */
#ifndef SELKIE_SIM_DUTIES_H
#define SELKIE_SIM_DUTIES_H

#include "selkie/sim.h"

struct duties {
    uint64_t disturbed_us; /* when something was done to it last, crashes and farewells not counted */
    uint64_t ended_us;     /* when somebody crashed or left */
    uint64_t next_us;      /* when they are looked at next */
    uint64_t looked_us;    /* when they were looked at last */
};

/* The scenario did something that has its effect until that time, and may give causes of its own. */
void duties_disturbed(selkie_sim *sim, uint64_t until_us);

/* A member is about to end, by a crash or a farewell; or it went Down by the cluster's word; or, being Down by its own,
 * it put that off by a refutation. */
void duties_ending(selkie_sim *sim, uint32_t member);
void duties_defunct(selkie_sim *sim, uint32_t member);

/* It is this time, before anything happens: is there something that should have happened? Only if duties.next_us has
 * come. */
void duties_check(selkie_sim *sim);

#endif
