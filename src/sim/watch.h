/* What the simulator tells the checks of an engine's conduct, and what those share (witness.c). */
#ifndef SELKIE_SIM_WATCH_H
#define SELKIE_SIM_WATCH_H

#include "sim/state.h"

/* An engine is about to be made: have it say which probes fail. `config` keeps the configuration that is changed for
 * that. */
void witness_start(struct host *host, struct selkie_options *options, struct selkie_config *config);
void witness_crash(struct host *host); /* before its engine ends */
void witness_free(struct host *host);

/* Around each call on an engine that a packet or a timer leads to. */
void witness_packet(struct host *host, const struct packet *packet);
void witness_timer(struct host *host, uint64_t due_us);
void witness_injected(struct host *host, const void *bytes, size_t size); /* that no member sent */
void witness_end(struct host *host, int error);

/* What an engine does. witness_notified: false for what its program did not ask to be told. */
bool witness_notified(struct host *host, const struct selkie_notification *notification);
void witness_sent(struct host *host, const struct selkie_header *header);
void witness_spoken(struct host *host, const struct selkie_member *member); /* in that packet */
void witness_submitted(struct host *host, uint64_t delay_us, uint64_t due_us);

/* Before a call of its program's on it, or of the simulator's in its program's stead. Its scenario is given the engine
 * (witness_handed_out): from then on it may be called at any time. Who was not called need not be looked at. */
void witness_acts(struct host *host);
void witness_handed_out(struct host *host);

/* May its program have called it since the last packet or timer? */
bool witness_has_acted(const struct host *host);

/* Its program tells it that it was paused for so long. */
void witness_paused(struct host *host, uint64_t duration_us);

/* ---- What the checks share */

/* Its program called it, or did so in effect: suspicions may have begun unseen. */
void witness_called(struct host *host);

/* What a call was given to read, at its first member; NULL: it cannot be read. There is one: no two may read it at the
 * same time. */
struct frame *witness_packet_at_start(struct call *call);

uint64_t witness_hash(const selkie_sim *sim, const void *identity);
bool witness_same(const selkie_sim *sim, const void *a, const void *b);

/* Of two identities with the same address, does the first win? */
bool witness_wins(const selkie_sim *sim, const void *a, const void *b);

/* Does the engine hold this very identity for active? Writes what it holds at that address; its slot is SELKIE_NO_SLOT
 * if that is nothing. */
bool witness_active(const struct host *host, const void *identity, struct selkie_member *held);

/* When a timer that it submits now is due. */
uint64_t witness_due(const struct host *host, uint64_t delay_us);

#endif
