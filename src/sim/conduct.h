/* The checks of what a single engine does, each by itself: what its packets say (speech.c), what it notifies (notices.c),
 * what its table holds (audit.c), how much it does (effort.c). conduct.c knows when an engine is at work, and what its
 * program did to it in between. Each costs a few comparisons an event, so all of them run all the time.
 *
 * A program may do to its engine what it likes: what changes outside of selkie_handle_data and selkie_handle_timer is
 * taken as it is. */
#ifndef SELKIE_SIM_CONDUCT_H
#define SELKIE_SIM_CONDUCT_H

#include "sim/lives.h"
#include "sim/state.h"

/* What an engine has said of its connection last. */
enum standing { STANDING_NEW, STANDING_ACTIVE, STANDING_IDLE, STANDING_DEFUNCT, STANDING_CHANGED };

/* What is known of one engine. */
struct conduct {
    /* As it was after the last call that was looked at. */
    uint32_t life; /* of its identity */
    uint16_t incarnation;
    uint8_t standing;        /* enum standing */
    bool owes_up, owes_down; /* a RENAME is to be followed by that, about `owed` */
    uint32_t owed;
    uint32_t ups;              /* members that it has called up and not down since */
    uint32_t members, backlog; /* selkie_member_count, selkie_updates_backlog */
    uint32_t most_members;     /* that it ever had, before which all its slots are */
    uint32_t farewells;        /* identities that it gave up for one with another address */

    /* Its bounds; 0: none. */
    uint32_t members_max, broadcasts_max, timers_max;
    uint32_t timers; /* in flight */

    /* How often it told the same (speech.c). */
    uint64_t told;
    uint32_t told_times, transmissions, confirmations;

    /* Since the beginning of a probe period (effort.c). */
    uint64_t period_us, period_began_us;
    uint32_t restarts, pings, gossips, announces;
    int32_t clock_ppm; /* all the time; CLOCK_CHANGED: it was not the same */
};

/* HANDLING_AUDIT: nothing, but what it holds is its own doing. */
enum handling_kind { HANDLING_NOTHING, HANDLING_PACKET, HANDLING_TIMER, HANDLING_AUDIT };

/* The call that an engine is in. At most one engine is in a call. */
struct handling {
    enum handling_kind kind;
    const void *bytes; /* the packet */
    size_t size;
    bool answered, told_undead;
    bool rejoined;   /* it notified that it has another identity */
    bool renewed;    /* it speaks under a new identity, and has yet to notify that */
    const void *fed; /* whom the packet that it sends is a Feed for; NULL: it is none */
    uint64_t said;   /* of members, in the packet that it sends */
    uint32_t spoken; /* how many those are */
    uint64_t downed; /* whose suspicion came to its end last, a hash, and who may be told so; 0: nobody */
    int message; /* of a packet that came, or of the packets that a timer sent; -1: not known yet, or there was none */
    uint32_t sent;
    uint32_t gossips, gossips_most;
};

struct conducts {
    struct conduct *of;      /* each member */
    unsigned char *suspects; /* a bit for each observer and member: was it called suspect, and nothing else since? */
    unsigned char *ups;      /* a bit for each observer and member: was it called up, and not down since? */
    struct lives lives;
    struct handling handling;
    uint64_t audit_us; /* when the next table is looked through */
    uint32_t audited;  /* whose */
    uint32_t *slots;   /* for the audit: in which one a slot was seen last */
    uint32_t slots_room, audits;
};

void conducts_make(selkie_sim *sim);
void conducts_free(selkie_sim *sim);

/* ---- What the simulator tells */

void conduct_started(struct host *host, const struct selkie_options *options);
void conduct_ends(struct host *host);

/* Around a call. `bytes` NULL: it is for a timer. */
void conduct_begin(struct host *host, const void *bytes, size_t size);
void conduct_end(struct host *host);

void conduct_notified(struct host *host, const struct selkie_notification *notification);
void conduct_observed(struct host *host, const struct selkie_notification *notification); /* MEMBER_SUSPECT and so on */
void conduct_submitted(struct host *host);

/* A packet: its start, each member in it, and its end. It was sent to that identity, whose address is the member
 * `to`'s. */
void conduct_sent(struct host *host, uint32_t to, const void *identity, const struct frame *frame, size_t size);
void conduct_spoke(struct host *host, const struct selkie_member *member);
void conduct_sent_all(struct host *host, struct frame *frame);

/* The simulator gave an engine members that there are. */
void conduct_trust(struct host *host);

/* The scenario itself speaks: these bytes are given to an engine. */
void conduct_injected(selkie_sim *sim, const void *bytes, size_t size);

/* ---- What they share */

struct conduct *conduct_of(const struct host *host);
bool conduct_is_handling(const struct host *host);

/* Take what an engine's program did to it as it is. */
void conduct_adopt(struct host *host);

/* Look at an engine that does something: a new identity and a higher incarnation of its own are there before it says
 * so. */
void conduct_look(struct host *host);

/* Is this the identity that a member has now, as far as is known? */
bool conduct_has(const selkie_sim *sim, uint32_t member, const void *identity);

/* The life of an identity that somebody spoke of or holds. An identity that never was is a STRANGER, if an engine came
 * upon it by itself: LIVES_NONE. `what` it is: "a member in its table", say. */
uint32_t conduct_life(struct host *host, const void *identity, const char *what);

/* An incarnation must not be beyond what its owner had. */
void conduct_incarnation(struct host *host, uint32_t life, uint16_t incarnation, const char *what);

/* notices.c */
bool notices_is_up(const struct host *host, uint32_t member);
void notices_forget(struct host *host); /* a new engine: it has said nothing yet */
void notices_end(struct host *host);

/* audit.c */
void audit_table(struct host *host);
void audit_next(selkie_sim *sim); /* that of one member after the other */

/* effort.c */
void effort_begin(struct host *host);
void effort_sent(struct host *host, const struct selkie_header *header, const struct selkie_config *config);
void effort_end(struct host *host);

#endif
