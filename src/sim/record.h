/* What the record of a simulated cluster is told: all that happens, as it happens. */
#ifndef SELKIE_SIM_RECORD_H
#define SELKIE_SIM_RECORD_H

#include "sim/state.h"

/* What becomes of a packet that does not simply arrive. */
enum fate { FATE_LOST, FATE_CUT, FATE_UNHEARD, FATE_OVERFLOWED, FATE_THROTTLED, FATE_DUPLICATED, FATE_COUNT };

/* An engine gave a packet to send_to, for `identity`, whose address is the member `to`'s. */
void record_sent(struct host *from, uint32_t to, const void *identity, const void *bytes, size_t size);

/* An engine is about to handle a packet. */
void record_delivered(struct host *to, const struct packet *packet);

/* Something else becomes of it. */
void record_undelivered(selkie_sim *sim, enum fate fate, uint32_t from, uint32_t to, const void *bytes, size_t size);

void record_notification(struct host *host, const struct selkie_notification *notification);
void record_timer(struct host *host, uint64_t delay_us); /* an engine submitted one */
void record_error(struct host *host, const char *call, int error);

/* A line about something else. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void record_line(selkie_sim *sim, const char *format, ...);

/* The scenario did something: a line about it, and what the cluster owes is counted from now. Crashes and farewells do
 * not put that off: duties_ending and record_line. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void record_verb(selkie_sim *sim, const char *format, ...);

#endif
