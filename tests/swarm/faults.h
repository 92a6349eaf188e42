/* The faults that chaos is made of. */
#ifndef SWARM_FAULTS_H
#define SWARM_FAULTS_H

#include <stdint.h>

struct world;

struct fault {
    const char *name;
    void (*strike)(struct world *world);
};

extern const struct fault faults[];
extern const unsigned faults_count; /* below 64 */

#endif
