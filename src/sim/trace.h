/* Lines for people: what an entry of the journal says, and how members are called. */
#ifndef SELKIE_SIM_TRACE_H
#define SELKIE_SIM_TRACE_H

#include "sim/state.h"

/* "m7.0001": the member, and what its identity holds beyond the address. */
void trace_identity(const selkie_sim *sim, FILE *out, const void *identity);

/* "     3.001511" */
void trace_time(FILE *out, uint64_t time_us);

/* Write an entry as a line. */
void trace_line(const selkie_sim *sim, FILE *out, const struct journal_entry *entry, const void *bytes, size_t size);

/* Is this entry about that member: does it do something, is something done to it, is it spoken of? What the scenario
 * does is about everybody. */
bool trace_concerns(const selkie_sim *sim, const struct journal_entry *entry, const void *bytes, uint32_t member);

#endif
