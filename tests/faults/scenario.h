/* A life of an engine that touches everything, in steps of one call each. A step that failed can be taken again. */
#ifndef TESTS_FAULTS_SCENARIO_H
#define TESTS_FAULTS_SCENARIO_H

#include "world.h"

enum {
    SCENARIO_SMALL = 8, /* some 40 members */
    SCENARIO_LARGE = 45 /* far more than a page of anything holds */
};

/* How many steps it has. */
uint32_t scenario_length(void);

/* Take a step: the result of its call. `scale`: members in one packet. */
int scenario_take(struct world *world, uint32_t step, uint32_t scale);

/* Does a step hand over a timer, and no more? */
bool scenario_is_timer(uint32_t step);

/* Take all steps; none may fail. */
void scenario_play(struct world *world, uint32_t scale);

/* Fail unless the engine can still do all that matters: meet somebody, probe, gossip, broadcast, leave. */
void scenario_check_usable(struct world *world);

#endif
