/* The suspicions whose time runs at an engine. */
#ifndef SELKIE_SIM_SUSPICIONS_H
#define SELKIE_SIM_SUSPICIONS_H

#include "sim/watch.h"

/* A packet is about to be handled that is for the engine: it may bring further accusers. */
void suspicions_heard(struct host *host);

bool suspicions_agree(const struct selkie_config *config); /* with others: their times shrink */

/* The engine's own probe failed, of a member that it held at this incarnation. active: it holds that address for
 * active. */
void suspicions_probe_failed(struct host *host, const void *identity, uint16_t incarnation, bool guessed, bool active);

void suspicions_began(struct host *host, const struct selkie_member *member); /* it says so */

/* May a timer be asked for after that long because a suspicion goes on, whose timer came back? */
bool suspicions_go_on(struct host *host, uint64_t delay_us);
bool suspicions_are_astray(const struct host *host); /* or is it not known when they do? */

void suspicions_submitted(struct host *host, uint64_t delay_us, uint64_t due_us);
void suspicions_end(struct host *host, int error); /* a call ended */

/* It holds a member for Down, by a timer or because of a further accuser. NULL: its suspicion is over. Otherwise why it
 * is not, as a part of a sentence. */
const char *suspicions_still_run(struct host *host, const struct selkie_member *member, uint64_t *until_us);

void suspicions_stale(struct host *host);                        /* none of those that it has means anything any more */
void suspicions_paused(struct host *host, uint64_t duration_us); /* they run for so much longer */
void suspicions_open(struct host *host);                         /* its program may have told it of further accusers */
void suspicions_loosen(struct host *host);                       /* they run for longer, nobody knows how much */
void suspicions_look(struct host *host);                         /* some may have begun as its program called */

/* Is it not known how much longer the suspicion runs that it has of a member? */
bool suspicions_are_dubious(const struct host *host, const void *identity);

#endif
