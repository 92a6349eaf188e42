/* The engine as its own files see it: the struct, and what each file does for the others. */
#ifndef SELKIE_ENGINE_ENGINE_H
#define SELKIE_ENGINE_ENGINE_H

#include "selkie/codec.h"

#include "base/arena.h"
#include "engine/broadcasts.h"
#include "engine/cycle.h"
#include "engine/members.h"
#include "engine/news.h"
#include "engine/probe.h"
#include "engine/suspicion.h"
#include "engine/timer.h"

struct selkie {
    /* What it was made from. */
    struct selkie_identity_type type;
    struct selkie_runtime runtime;
    struct selkie_codec codec;
    struct selkie_config config;
    struct selkie_allocator allocator;
    struct arena arena; /* where the allocator takes from, in memory of the caller's */
    bool fixed_memory;  /* it is in memory of the caller's */
    bool bounded;       /* max_members was given */

    /* The call that is running. */
    bool busy;          /* there is one: any other is refused */
    bool timer_lost;    /* the runtime refused a timer in it */
    bool encode_failed; /* a packet or a piece of news could not be encoded in it */

    /* Ourselves. */
    struct identity identity;
    uint16_t incarnation;
    enum selkie_connection connection;
    uint32_t token; /* that timers carry: raised whenever those in flight are to be stale */

    /* The others, and what there is to say. */
    struct members members;
    struct news news;
    struct broadcasts broadcasts;
    struct suspicions suspicions;
    struct probe probe;
    struct cycles cycles;

    struct hash_key identity_key; /* for identity_hash */
    struct random random;
    unsigned char *packet; /* where packets are laid out */
    size_t packet_room;
    struct selkie_stats stats;
};

static inline bool engine_is_us(const selkie *engine, const void *identity) {
    return identity_equal(&engine->type, identity, engine->identity.as.bytes);
}

static inline bool engine_has_our_address(const selkie *engine, const void *identity) {
    return identity_same_address(&engine->type, identity, engine->identity.as.bytes);
}

/* Names an identity in 64 bits that nobody outside can predict. */
static inline uint64_t engine_identity_hash(const selkie *engine, const void *identity) {
    return hash_bytes(&engine->identity_key, identity, engine->type.size);
}

/* ---- output.c: notifications ---- */

void notify_member(selkie *engine, enum selkie_notification_kind kind, const struct selkie_member *member,
                   const void *old_identity);
void notify_ourselves(selkie *engine, enum selkie_notification_kind kind, const void *old_identity);
void notify_header(selkie *engine, enum selkie_notification_kind kind, const struct selkie_header *header);
void notify_probe_failed(selkie *engine);

/* ---- packet.c: laying out and sending ---- */

/* Send one message to `destination`. `peer` (aligned) and `number`: where the message has them. */
void packet_send(selkie *engine, enum selkie_message message, const void *destination, const void *peer,
                 uint8_t number);

/* The bytes that a member takes in a packet; 0: it cannot be encoded. */
size_t packet_member_size(selkie *engine, const struct selkie_member *member);

/* ---- spread.c: one message to several random members ---- */

void spread_to_active(selkie *engine, enum selkie_message message, uint32_t count);
void spread_to_down(selkie *engine, enum selkie_message message, uint32_t count);
void spread_broadcasts(selkie *engine);

/* ---- connection.c ---- */

/* Become connected or idle, as the number of active members says. */
void connection_adjust(selkie *engine);

/* Our identity is down. */
void connection_undead(selkie *engine);

/* Go back to Disconnected without a word: under a new identity, or the old one again. */
void connection_reset(selkie *engine);

/* Make the timers in flight stale and give up the probe. */
void connection_new_token(selkie *engine);

/* ---- update.c: news of members ---- */

/* Have memory for news of `heard` members, of which `unknown` have addresses that we do not know. */
bool update_reserve(selkie *engine, uint32_t heard, uint32_t unknown);

/* Apply news to the member table, with all that follows from a change. The identity need not be aligned. */
struct members_change update_apply(selkie *engine, const struct selkie_member *news, enum members_condition condition,
                                   bool disseminate);

/* One update of a batch: about ourselves, about a former self, or about somebody else. */
void update_hear(selkie *engine, const struct selkie_member *update, bool disseminate);

/* Submit RemoveDown for the Down member in this slot, unless one is outstanding for it. */
void update_submit_remove_down(selkie *engine, uint32_t slot);

/* Forget the member in this slot. */
void update_forget(selkie *engine, uint32_t slot);

/* ---- ourselves.c: news about us ---- */

/* Somebody says that we are down. */
void ourselves_declared_down(selkie *engine);

/* Somebody suspects us at this incarnation. */
void ourselves_suspected(selkie *engine, uint16_t incarnation);

/* Go on under another identity (aligned). */
void ourselves_change_identity(selkie *engine, const void *identity);

/* Tell the cluster that we leave. */
void ourselves_leave(selkie *engine);

/* ---- receive.c ---- */

int receive_packet(selkie *engine, const void *bytes, size_t size);

#endif
