/* What the checks of a single engine's conduct know of it. Each call on an engine is looked at from outside: what it was
 * given, what it did meanwhile (packets, notifications), and how its table stands afterwards. What is claimed of it is
 * in answers.c, probes.c, causes.c and telling.c. */
#ifndef SELKIE_SIM_WITNESS_H
#define SELKIE_SIM_WITNESS_H

#include "selkie/sim.h"

#include <stdalign.h>

struct host;
struct packet;

struct identity {
    alignas(max_align_t) unsigned char bytes[SELKIE_IDENTITY_MAX + 1];
};

/* The call that runs. There is at most one: engines do not call each other. */
enum call_kind { CALL_NONE, CALL_PACKET, CALL_TIMER };

struct call {
    enum call_kind kind;
    struct host *host;
    uint64_t due_us; /* CALL_TIMER: when it was due; it may be handled later */

    /* CALL_PACKET */
    const struct packet *packet;
    struct selkie_header header;
    struct identity source, destination, peer;
    bool for_us;           /* the engine is the one that the packet is meant for */
    bool accused;          /* somebody suspects it, or held it for Down: the packet may say so */
    bool answered;         /* it sent what the message asks for */
    uint32_t gossips;      /* how many Gossip it sent */
    uint32_t downs;        /* how many members went Down */
    struct identity own;   /* its identity before */
    uint16_t incarnation;  /* and its incarnation */
    uint32_t active;       /* and how many active members it knew */
    uint32_t backlog;      /* and how much it had to tell */
    bool undead;           /* and whether it was Undead */
    uint32_t formers;      /* how often it said that an identity of its own is Down */
    uint32_t unanswered;   /* CALL_TIMER: whose probe it left behind although nothing answered it, without a word */
    uint32_t failed;       /* CALL_TIMER: whom its probe failed to reach, SELKIE_SIM_NOBODY: nobody */
    bool failed_was_alive; /* it held that member for Alive then, and not at a higher incarnation than it probed */
    uint16_t failed_incarnation; /* but at this one */
};

/* The probe that an engine makes, as its packets show it. */
enum probe_state {
    PROBE_UNKNOWN, /* the program did something that may have ended it */
    PROBE_NONE,
    PROBE_RUNS
};

#define PROBE_HELPERS 16u /* helpers that are remembered; what others answer is not counted */

struct shadow {
    enum probe_state state;
    bool answered;
    bool maybe_answered; /* something came in that may count as an answer */
    bool target_gone;    /* it was not held for active all the time */
    uint8_t number;
    uint8_t helpers_wanted;
    uint16_t incarnation; /* that the target was held at */
    uint32_t target_member;
    struct identity target;
    uint64_t started_us;
    uint64_t ends_us; /* not before this it can fail */
    uint64_t asks_us; /* not before this it can ask others */
    uint32_t asked;
    uint64_t helpers[PROBE_HELPERS]; /* hashes of their identities */
    uint32_t others_least;           /* the least number of active members that could be asked, so far */
};

/* A suspicion of an engine's own, whose time runs. */
struct pending {
    uint64_t identity; /* a hash */
    uint64_t due_us;
    uint32_t member;
    uint32_t epoch; /* of the engine's timers */
    uint16_t incarnation;
    bool guessed; /* the incarnation: its probe was not followed from the start */
};

/* A member that is to be probed in its turn. */
struct ward {
    uint32_t member; /* SELKIE_SIM_NOBODY: none is watched */
    uint32_t pings, pings_most;
    struct selkie_cursor cursor;
};

/* A piece of news that is to be told its times. */
struct telling {
    uint32_t member; /* SELKIE_SIM_NOBODY: none is watched */
    uint32_t told, times;
    struct identity identity; /* only its address counts */
};

/* What an engine was seen to do. */
struct witness {
    uint64_t identity;   /* a hash of its own, as last seen */
    uint32_t epoch;      /* grows when the timers that it has in flight become stale */
    bool bounded;        /* it may forget members */
    bool hears_failures; /* its program asked for them itself */
    bool feeds;          /* the packet that it sends is a Feed, which is no telling of news */
    struct shadow probe;
    struct pending *pending;
    uint32_t pending_count, pending_room;
    struct ward ward;
    struct telling telling;
    uint64_t probe_by_us; /* no timer that is due later should come before it probes again */
};

/* What others may say of a member: about the identity that it has, or had last. */
struct reputation {
    uint64_t identity; /* a hash */
    int32_t suspected; /* the highest incarnation at which somebody's probe of it failed; -1: none did */
    bool down;         /* it ended, or a suspicion of it was not refuted: who holds it for Down has a cause */
    bool excused;      /* the scenario gives causes of its own */
};

#endif
