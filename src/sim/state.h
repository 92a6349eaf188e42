/* What the files of the simulated cluster share: the hosts, the network between them, and the record of what happened.
 *
 *     sim.c        makes a cluster
 *     time.c       lets its time pass
 *     acquaint.c   brings its members together
 *     host.c       one member's life
 *     network.c    what happens to a packet, on the links of link.c, as far as partition.c lets it
 *     view.c       who sees whom; agreement.c: do all know all
 *     record.c     counts, hashes and writes the journal, which trace.c and report.c make readable
 *     faults.c     says in the report what is in force
 *     conduct.c    what engines say, notify, hold and do (speech.c, notices.c, audit.c, effort.c)
 *     check.c      takes what does not hold
 */
#ifndef SELKIE_SIM_STATE_H
#define SELKIE_SIM_STATE_H

#include "selkie/sim.h"
#include "sim/chance.h"
#include "sim/duties.h"
#include "sim/events.h"
#include "sim/inbox.h"
#include "sim/journal.h"
#include "sim/keys.h"
#include "sim/link.h"
#include "sim/memory.h"
#include "sim/uplink.h"
#include "sim/witness.h"

/* The place where a member lives: an address that stays, and at most one engine at a time. */
struct host {
    selkie_sim *sim;
    uint32_t number;
    uint32_t life; /* how often it was started; events of an earlier life come to nothing */
    selkie *engine;
    uint32_t side;
    uint32_t via;            /* through whom it joins */
    uint64_t timers_late_us; /* how much later than asked for timers come that it submits now */
    bool joining;            /* an EVENT_JOIN is on its way */
    bool paused;
    uint64_t paused_us; /* since when, if it is */
    bool working;       /* on the first in the inbox; an EVENT_WORK is on its way */
    uint64_t slow_us;   /* how long it is busy with each event */
    int32_t clock_ppm;  /* by how much its clock is fast */
    struct inbox inbox; /* what became due while it was paused or busy */
    struct uplink uplink;
    struct identity last; /* the identity of the life before, once there was one */
    struct witness witness;
    struct reputation reputation;
    uint64_t connected_us; /* when its engine began to probe, last */
    uint64_t ended_us;     /* when it crashed, left or went Down last */
    bool ended_settled;    /* in a cluster that was calm for long */
};

struct selkie_sim {
    struct selkie_sim_options options;
    struct selkie_config config;
    struct selkie_identity_type type;
    struct selkie_codec codec;

    struct host *hosts;
    uint32_t *by_address; /* hash table of host numbers, SELKIE_SIM_NOBODY where there is none */
    uint32_t by_address_mask;
    unsigned char *addresses; /* of all members, one after the other */

    struct events events;
    uint64_t now_us;
    bool in_event;    /* time passes already */
    uint32_t touched; /* to whom the last event happened; SELKIE_SIM_NOBODY: maybe to many */
    uint64_t random;

    struct links links;
    unsigned char *cuts; /* a bit for each ordered pair that is cut; NULL: none is */
    bool rejoin;

    struct call call; /* on an engine, that runs now */
    struct duties duties;
    bool excused;            /* all members are, and with them those who are no members */
    bool blind;              /* an engine may not say which of its probes failed */
    struct keys accusations; /* whose probe failed of whom, at which incarnation: causes.c */

    struct conducts *conducts; /* what is known of engines' conduct (conduct.h) */

    uint64_t changes; /* grows with whatever may change who holds whom for active */
    struct selkie_sim_counters counters;
    uint64_t hash;
    FILE *trace;
    struct journal journal;
    struct selkie_sim_violation first; /* what failed first, once counters.violations > 0 */
    char first_what[300];
};

struct host *sim_host(const selkie_sim *sim, uint32_t member);  /* panics if there is no such member */
void sim_member_or_all(const selkie_sim *sim, uint32_t member); /* likewise, but SELKIE_SIM_ALL is fine */
const char *sim_name_of(uint32_t member, char text[16]);        /* "m3", or "all" */

/* The end of a span; what takes for ever ends with the time itself. */
uint64_t sim_later(uint64_t time_us, uint64_t duration_us);

/* host.c */
void host_make_identity(const selkie_sim *sim, uint32_t member, void *identity); /* that of its first start */
void host_handle(struct host *host, const struct event *event);                  /* takes the event over */
void host_handle_now(struct host *host, const struct event *event);
void host_check(struct host *host, const char *call, int error);
void host_free(struct host *host);

/* partition.c */
#define SIDE_OF_ONE (UINT32_C(1) << 31) /* from here on: the sides of isolated members */
bool partition_reaches(const selkie_sim *sim, uint32_t from, uint32_t to);

/* network.c */
void network_send(void *ctx, const void *identity, const void *bytes, size_t size);

#endif
