/* One engine and one model, side by side: made from a seed, given the same inputs, compared after each. */
#ifndef TESTS_MODEL_FIXTURE_H
#define TESTS_MODEL_FIXTURE_H

#include "model.h"
#include "world.h"

#define WORDS_KEPT 12u
#define WORDS_SIZE 200u

struct pending_timer {
    struct selkie_timer engines;
    struct timer models;
    uint64_t due_us;
};

struct fixture {
    uint64_t seed;
    bool trace;
    struct rng rng;
    enum id_kind id_kind;
    struct selkie_identity_type type;
    struct selkie_codec codec;
    struct selkie_config config;
    struct selkie_broadcasts broadcasts;
    bool has_handler;
    bool mixed;    /* the header of a packet to one certain member may not fit, those to others do */
    bool cramped;  /* packets may be too small for a header; there is only one other member then */
    bool narrow;   /* no header with a third party ever fits, so that nobody sees whom it would have been for */
    bool populous; /* hundreds of members */
    bool asked;    /* for now all packets ask us to probe */
    bool plain;    /* all that the protocol has beyond SWIM is off, and stays off */
    bool mute;     /* notifications are not asked for */
    bool restless; /* our identity changes all the time */
    bool crowded;  /* with `bounded`: more repeating timers than may be in flight */
    bool bounded;  /* max_members and the like are set */
    uint32_t max_members, max_broadcasts, max_broadcast_bytes, max_suspicions, timers_max;
    uint32_t addresses, generations;
    uint32_t refuse_percent; /* of timers */
    uint32_t renew_fails_percent;

    struct id first_self;
    uint8_t engine_seed[16];
    selkie *engine;
    void *memory; /* of the engine, if it lives in ours */
    struct model model;
    struct tape tape;
    struct pending_timer *pending; /* in the order of submission */
    size_t pending_count;
    uint64_t now_us;
    uint64_t operations;
    char words[WORDS_KEPT][WORDS_SIZE];
};

void fixture_open(struct fixture *fixture, uint64_t seed, bool trace);
void fixture_close(struct fixture *fixture);

/* Make both anew, with the same identity and seed as at first. */
void fixture_restart(struct fixture *fixture);

/* Begin an operation: clears the tape and keeps the words for a failure's report. */
void fixture_begin(struct fixture *fixture, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* End it: the results are the same, and so is all that can be read from the engine. */
void fixture_end(struct fixture *fixture, int engines, int models);

/* The part of that which takes long, and is not done each time where members are many. */
void fixture_compare_members(struct fixture *fixture);

_Noreturn void fixture_fail(void *fixture, const char *what);

/* Are packets, by a change of the configuration, to become smaller than any that an engine can be made with? */
bool fixture_wants_small(const struct fixture *fixture);

/* The identity at some place without any alignment; `place` has room for ID_MAX + 1 bytes. */
const void *fixture_unaligned(struct fixture *fixture, const struct id *id, unsigned char *place);

/* ---- random material ---- */
struct id fixture_any_id(struct fixture *fixture);   /* of the universe, ourselves included */
struct id fixture_known_id(struct fixture *fixture); /* of the table, if there is one */
struct update fixture_any_update(struct fixture *fixture);
size_t fixture_packet(struct fixture *fixture, unsigned char *bytes); /* up to PACKET_MAX bytes; returns how many */
size_t fixture_broadcast(struct fixture *fixture, unsigned char *bytes, size_t most); /* at least one byte */
void fixture_random_config(struct fixture *fixture,
                           struct selkie_config *config); /* all but what cannot be changed later */

#endif
