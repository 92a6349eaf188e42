/* All that an engine is: what it was made from, the call that is running, ourselves, the others. The files of the
 * protocol share it; the data structures in it know only themselves. */
#ifndef SELKIE_ENGINE_STATE_H
#define SELKIE_ENGINE_STATE_H

#include "selkie/codec.h"

#include "base/arena.h"
#include "engine/adapt.h"
#include "engine/broadcasts.h"
#include "engine/counters.h"
#include "engine/cycle.h"
#include "engine/members.h"
#include "engine/news.h"
#include "engine/probe.h"
#include "engine/relay.h"
#include "engine/suspicions.h"
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
    bool rejoined;      /* we went on under a renewed identity in it */
    bool parted;        /* we became Disconnected in it */

    /* Ourselves. */
    struct identity identity;
    uint16_t incarnation;
    enum selkie_connection connection;
    uint32_t token;    /* that timers carry: raised whenever those in flight are to be stale */
    uint8_t awareness; /* how ill we think ourselves */
    uint16_t pauses;   /* how often we were paused, modulo 2^16 */

    /* The others, and what there is to say. */
    struct members members;
    struct news news;
    struct broadcasts broadcasts;
    struct suspicions suspicions;
    struct probe probe;
    struct cycles cycles;
    struct relays relays;
    struct adapt adapt;

    struct hash_key identity_key; /* for state_identity_hash */
    struct random random;
    unsigned char *packet; /* where a packet is laid out or, between two, a member is encoded to learn its size */
    size_t packet_room;    /* at least max_packet_size and the codec's member_max */
    uint64_t counters[COUNTERS];
};

static inline void count(selkie *engine, enum counter counter) {
    engine->counters[counter]++;
}

static inline bool state_is_us(const selkie *engine, const void *identity) {
    return identity_equal(&engine->type, identity, engine->identity.as.bytes);
}

static inline bool state_has_our_address(const selkie *engine, const void *identity) {
    return identity_same_address(&engine->type, identity, engine->identity.as.bytes);
}

/* Names an identity in 64 bits that nobody outside can predict. */
static inline uint64_t state_identity_hash(const selkie *engine, const void *identity) {
    return hash_key_of(&engine->identity_key, identity, engine->type.size);
}

#endif
