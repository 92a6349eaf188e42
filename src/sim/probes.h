/* What an engine owes to those whom it probes. */
#ifndef SELKIE_SIM_PROBES_H
#define SELKIE_SIM_PROBES_H

#include "sim/watch.h"

void probes_sent(struct host *host, const struct selkie_header *header);
void probes_answered(struct host *host, const struct selkie_header *header); /* an answer counts, by its sender */
void probes_maybe_answered(struct host *host, const struct selkie_header *header);
void probes_notified(struct host *host, const struct selkie_notification *notification);
void probes_unknown(struct host *host);        /* its program may have ended its probe */
void probes_void(struct host *host);           /* its probe is ended, and nothing follows from it */
void probes_end(struct host *host, int error); /* a call ended */

#endif
