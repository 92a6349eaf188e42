/* Nacks: who owes one to whom. */
#ifndef SELKIE_SIM_NACKS_H
#define SELKIE_SIM_NACKS_H

#include "sim/watch.h"

/* A packet is about to be handled: from whom and about whom it is, for the engine. sure: no program had a hand in it. */
void nacks_heard(struct host *host, const struct selkie_header *header, bool sure);
void nacks_handled(struct host *host, const struct selkie_header *header); /* it had its effect */
void nacks_sent(struct host *host, const struct selkie_header *header);
uint64_t nacks_after_us(uint64_t probe_rtt_us); /* how long whoever owes one waits */
void nacks_end(struct host *host, int error);
void nacks_stale(struct host *host); /* none that it owes is sent any more */

#endif
