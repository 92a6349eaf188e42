/* What the checks of a single engine's conduct know of it. Each call on an engine is looked at from outside: what it was
 * given, what it did meanwhile (packets, notifications), and how its table stands afterwards. What is claimed of it is
 * in answers.c, hearing.c, probes.c, causes.c, suspicions.c, nacks.c, telling.c and tasks.c. */
#ifndef SELKIE_SIM_WITNESS_H
#define SELKIE_SIM_WITNESS_H

#include "sim/frame.h"

struct host;

/* The call that runs. There is at most one: engines do not call each other. */
enum call_kind { CALL_NONE, CALL_PACKET, CALL_TIMER };

struct call {
    enum call_kind kind;
    struct host *host;
    uint64_t due_us; /* CALL_TIMER: when it was due; it may be handled later */

    /* CALL_PACKET */
    struct frame packet;    /* see witness_packet_at_start */
    bool readable;          /* it says how many members there are in it */
    bool for_us;            /* the engine is the one that the packet is meant for */
    bool accused;           /* somebody suspects it, or held it for Down: the packet may say so */
    bool answered;          /* it sent what the message asks for */
    uint32_t gossips;       /* how many Gossip it sent */
    uint32_t downs;         /* how many members went Down */
    struct identity own;    /* its identity before */
    uint16_t incarnation;   /* and its incarnation */
    uint32_t active;        /* and how many active members it knew */
    uint32_t backlog;       /* and how much it had to tell */
    bool undead;            /* and whether it was Undead */
    uint32_t formers;       /* how often it said that an identity of its own is Down */
    uint32_t unanswered;    /* CALL_TIMER: whose probe it left behind although nothing answered it, without a word */
    uint32_t failed;        /* CALL_TIMER: whom its probe failed to reach, SELKIE_SIM_NOBODY: nobody */
    uint64_t failed_probe;  /* CALL_TIMER: a hash of the identity that its probe failed to reach; 0: none */
    uint32_t failed_member; /* whose address that has */
    uint16_t failed_at;     /* and at which incarnation */
    uint32_t epoch;         /* of its timers before */
    bool pinged;            /* it began a probe */
    bool acted;             /* it did something */
    bool failed_was_alive;  /* it held that member for Alive then, and not at a higher incarnation than it probed */
    uint16_t failed_incarnation; /* but at this one */
    uint32_t untold;             /* whom it declared Down and did not tell so, SELKIE_SIM_NOBODY: nobody */
    struct identity untold_identity;
    int task;              /* CALL_TIMER: the message of the periodic task that came up */
    uint32_t task_packets; /* that are still to be sent for it */
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
    uint8_t health;       /* selkie_awareness as it began */
    uint32_t target_member;
    struct identity target;
    uint64_t started_us;
    uint64_t ends_us; /* not before this it can fail */
    uint64_t asks_us; /* not before this it can ask others */
    uint32_t asked;
    uint64_t helpers[PROBE_HELPERS]; /* hashes of their identities */
    uint32_t others_least;           /* the least number of active members that could be asked, so far */
};

#define PENDING_ACCUSERS 16u /* the first, and SELKIE_CONFIRMATIONS_MAX more */

/* A suspicion whose time runs at an engine (suspicions.c). */
struct pending {
    uint64_t identity; /* a hash */
    uint64_t began_us;
    uint64_t due_us;   /* when its timer is due next */
    uint64_t least_us; /* loose: not before this it is over */
    uint64_t min_us;   /* with all confirmations it takes this long */
    uint64_t order;    /* in which their timers were submitted */
    uint64_t debt_us;  /* how much longer it runs for pauses that its engine was told of */
    uint32_t member;
    uint32_t epoch; /* of the engine's timers */
    uint16_t incarnation;
    uint8_t confirmations, factor;
    uint8_t stage;                       /* how often its timer was due */
    uint8_t heard;                       /* accusers beyond the first that it may have heard of */
    uint16_t surely;                     /* a bit for each of them that it did hear of */
    uint32_t accusers[PENDING_ACCUSERS]; /* hashes; 0: without a name */
    bool guessed;                        /* it may not run at all: nothing says that it must come to its end */
    bool unnamed;                        /* its first accuser is not known for sure */
    bool open;                           /* its program may have told it of any number of accusers */
    bool indebted;                       /* its program told it of pauses, of nobody knows how long */
    bool loose;                          /* its timer is not followed */
};

/* A nack that an engine owes to somebody who asked it to probe (nacks.c). */
struct nack {
    uint64_t asker, target; /* hashes */
    uint64_t due_us;
    uint32_t epoch;
    uint8_t number;
    bool taken_back; /* the answer came, or its timer became stale */
    bool sure;       /* it must be sent */
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
    bool farewell;   /* it is that its own former identity is Down */
    uint32_t told, times;
    struct identity identity; /* only its address counts */
};

/* What an engine was seen to do. */
struct witness {
    uint64_t identity;  /* a hash of its own, as last seen */
    uint32_t epoch;     /* grows when the timers that it has in flight become stale */
    bool bounded;       /* it may forget members */
    uint32_t hears;     /* of enum selkie_observe: what its program asked for itself */
    uint32_t can;       /* its codec, of enum selkie_codec_can */
    bool limited;       /* it tracks only so many suspicions */
    bool crowded;       /* it had no place for one */
    bool deaf;          /* it may not say which suspicions began */
    bool goes_on;       /* its suspicions may, when their timer came: with agreement, or after a pause */
    bool astray;        /* it may have a tracked suspicion whose timer is not followed */
    bool handed_out;    /* the scenario has it */
    bool acted;         /* its program may have called it since the last call that was looked at */
    bool called;        /* its program called it since the last call that was looked at, and timers were submitted */
    uint64_t called_us; /* when */
    bool knows_number;  /* of the last probe */
    uint8_t probe_number;
    bool feeds;      /* the packet that it sends is a Feed, which is no telling of news */
    uint64_t warned; /* whom the packet that it sends tells first that it is Suspect, a hash; 0: nobody */
    struct shadow probe;
    struct pending *pending;
    uint32_t pending_count, pending_room;
    uint64_t suspicions; /* timers of suspicions that were submitted, as far as is known */
    struct nack *nacks;
    uint32_t nack_count, nack_room;
    struct {
        uint64_t confirmed, pauses;
        enum selkie_connection connection;
    } seen; /* what it had counted, and its connection, after the last call that was looked at */
    struct {
        uint32_t member; /* SELKIE_SIM_NOBODY: none */
        uint16_t incarnation;
        uint64_t evicted; /* what it had counted then */
    } down; /* a member that went Down as its program called, without a cause unless that was selkie_evict */
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
