/* The links of a network: what a packet meets between two members. */
#ifndef SELKIE_SIM_LINK_H
#define SELKIE_SIM_LINK_H

#include "selkie/sim.h"
#include "sim/chance.h"

struct link {
    struct selkie_sim_link is;
    struct log_normal log_normal; /* where that is how long its packets take */
};

/* Of those that were set, the closest holds. */
struct links {
    uint32_t members;
    struct link made; /* from all to all, at first */
    struct link all;  /* from all to all */
    struct link **
        *rows; /* by sender, and by receiver in it; all of them come last. NULL, and rows in it: none are set */
};

const char *link_complaint(const struct selkie_sim_link *link); /* static text; NULL: nothing is wrong */

void links_make(struct links *links, uint32_t members, const struct selkie_sim_link *made);
void links_free(struct links *links);
void links_reset(struct links *links); /* as made */

/* SELKIE_SIM_ALL: from or to all of them. NULL takes it back. */
void links_set(struct links *links, uint32_t from, uint32_t to, const struct selkie_sim_link *link);
const struct link *links_between(const struct links *links, uint32_t from, uint32_t to);

/* Draw how long a packet takes. */
uint64_t link_latency(const struct link *link, uint64_t *random);

#endif
