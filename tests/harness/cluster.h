/* A cluster of real engines in one process, under virtual time: for trying out what a cluster does, and for tests.
 *
 * There is no clock, no thread and no socket. Every packet and every timer is an event in one queue; running the
 * cluster takes the events in the order of their times, so an hour of a cluster's life passes in the time that its work
 * takes. Latency, loss, duplication and the engines' own random choices all follow from one seed: the same seed, calls
 * and library give the same run, to the last byte.
 *
 *     struct cluster *c = cluster_new(&(struct cluster_options){.members = 5, .seed = 7});
 *     cluster_form(c);
 *     cluster_crash(c, 3);
 *     uint64_t took_us = cluster_until_all_see(c, 3, CLUSTER_SEES_DOWN, SELKIE_S(60));
 *     cluster_free(c);
 *
 * Members are numbered from 0. A number stands for an address: it stays the same through crashes, restarts and renewed
 * identities. Memory that runs out and calls that make no sense (a number out of range, starting what runs) end in
 * selkie_panic. */
#ifndef SELKIE_CLUSTER_H
#define SELKIE_CLUSTER_H

#include "selkie/codec.h"
#include "selkie/selkie.h"

#include <stdio.h>

struct cluster;

#define CLUSTER_NEVER UINT64_MAX /* a condition did not come true within its bound */
#define CLUSTER_NOBODY UINT32_MAX

/* ---- Making a cluster ----------------------------------------------------------------------------------------- */

/* What a cluster is made from. Zero and NULL stand for a sensible default; `members` alone is required. All but `ctx`
 * is copied. */
struct cluster_options {
    uint32_t members;                   /* how many addresses there are, 1 to 65,535 with the default identity */
    uint64_t seed;                      /* what every random choice follows from */
    const struct selkie_config *config; /* of every engine. NULL: selkie_config_lan for that many members */

    /* The identities. `make_identity` writes the one that a member has at its first start; at each later start the last
     * one is renewed, if the type can. Both NULL: 8 bytes { ip 4, port 2, generation 2 }, renewed by one. */
    const struct selkie_identity_type *type;
    void (*make_identity)(void *ctx, uint32_t member, void *identity);
    const struct selkie_codec *codec; /* NULL: the packed codec */

    uint32_t
        inbox_packets; /* most packets that wait for a paused member, as in a socket's buffer; more are lost. 0: 256 */

    void *ctx; /* given to the functions. Those below may look at the cluster and at engines, but change neither */

    /* An engine is about to be made for this member: change its options as you like (a broadcast handler, bounds,
     * another config). */
    void (*prepare)(void *ctx, uint32_t member, struct selkie_options *options);

    /* An engine notified its program. */
    void (*notified)(void *ctx, uint32_t member, const struct selkie_notification *notification);

    /* An engine sent a packet, whatever becomes of it. to: CLUSTER_NOBODY if no member has that address. */
    void (*sent)(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                 size_t size);
};

/* Make a cluster in which nobody runs yet. The network takes 1 to 3 ms, loses nothing and duplicates nothing. */
struct cluster *cluster_new(const struct cluster_options *options);

/* End it, with all engines in it. Nobody is told. NULL is fine. */
void cluster_free(struct cluster *c);

/* ---- Life of a member ----------------------------------------------------------------------------------------- */

/* Start a member: a new engine at its address, which knows nobody. After a crash it has a newer identity than it ever
 * had. */
void cluster_start(struct cluster *c, uint32_t member);

/* Let a member join through another one, as a program would: start it if it does not run, announce it to `via`, and
 * again every second (and a bit) while it knows no active member, now or later. */
void cluster_join(struct cluster *c, uint32_t member, uint32_t via);

/* Whether those that know nobody repeat their announcement (on at first). */
void cluster_rejoin(struct cluster *c, bool on);

/* Start everybody, let all join through member 0, and run until all know all. Returns how long that took; CLUSTER_NEVER
 * after ten minutes. */
uint64_t cluster_form(struct cluster *c);

/* End a member without a word. Packets on the way to it are lost, unless it is up again when they arrive. */
void cluster_crash(struct cluster *c, uint32_t member);

/* Crash it if it runs, start it, and join through the same member as before, if it had joined through any. */
void cluster_restart(struct cluster *c, uint32_t member);

/* Tell the cluster that a member leaves. Its engine stays, defunct: crash it to end it. */
void cluster_leave(struct cluster *c, uint32_t member);

/* Stop a member as SIGSTOP does: time passes without it, its timers become overdue and its packets wait. */
void cluster_pause(struct cluster *c, uint32_t member);

/* Let it go on: it first handles all timers that are overdue, then all packets that waited. */
void cluster_resume(struct cluster *c, uint32_t member);

/* ---- The network: all of it holds for packets sent from now on ------------------------------------------------- */

/* How long packets take: each between the two, evenly, on its own. A wide range reorders them. */
void cluster_latency(struct cluster *c, uint64_t min_us, uint64_t max_us);

/* How many of a hundred packets are lost; how many arrive twice. */
void cluster_loss(struct cluster *c, unsigned percent);
void cluster_duplicates(struct cluster *c, unsigned percent);

/* Let nothing pass between two members, or only in one direction. */
void cluster_cut(struct cluster *c, uint32_t a, uint32_t b);
void cluster_cut_one_way(struct cluster *c, uint32_t from, uint32_t to);

/* Put a member on a side. Packets pass only between members on the same side; all are on side 0 at first. */
void cluster_put_on_side(struct cluster *c, uint32_t member, uint32_t side);

/* Split the cluster in two: members below `first_of_second` on one side, the others on the other. */
void cluster_split(struct cluster *c, uint32_t first_of_second);

/* Undo all cuts and splits. */
void cluster_heal(struct cluster *c);

/* ---- Time ----------------------------------------------------------------------------------------------------- */

/* How long the cluster has been running, in microseconds. */
uint64_t cluster_now(const struct cluster *c);

/* Let time pass. */
void cluster_run(struct cluster *c, uint64_t duration_us);

/* Let time pass until a condition holds, at most `bound_us`. Returns how long it took: exactly, since the condition is
 * looked at after each event; 0 if it holds already; CLUSTER_NEVER if it did not come true. `holds` may look, but
 * change nothing. */
uint64_t cluster_until(struct cluster *c, bool (*holds)(const struct cluster *c, void *ctx), void *ctx,
                       uint64_t bound_us);

/* The same for conditions about those who are live: who run, are not paused and have not been told or decided to be
 * down.
 *
 * all_see: every live member but `member` itself sees it in one of the ways given. any_sees: one of them does.
 * all_know_all: every live member sees every other live one as active.
 * agreed: every live member sees as active the live ones on its own side, and nobody else. */
uint64_t cluster_until_all_see(struct cluster *c, uint32_t member, unsigned ways, uint64_t bound_us);
uint64_t cluster_until_any_sees(struct cluster *c, uint32_t member, unsigned ways, uint64_t bound_us);
uint64_t cluster_until_all_know_all(struct cluster *c, uint64_t bound_us);
uint64_t cluster_until_agreed(struct cluster *c, uint64_t bound_us);

/* ---- Looking -------------------------------------------------------------------------------------------------- */

/* How one member sees another: its address, and whether that is under the identity that the other one has now (or had
 * last). */
enum cluster_view {
    CLUSTER_SEES_NOTHING = 1u, /* the address is unknown */
    CLUSTER_SEES_ALIVE = 2u,
    CLUSTER_SEES_SUSPECT = 4u,
    CLUSTER_SEES_ACTIVE = 6u, /* alive or suspect */
    CLUSTER_SEES_DOWN = 8u,
    CLUSTER_SEES_FORMER = 16u /* another identity than it has now, in whatever state */
};

/* How does `observer`, which must run, see `member`? One of enum cluster_view, ACTIVE excepted. */
unsigned cluster_view(const struct cluster *c, uint32_t observer, uint32_t member);

/* Do all live members see `member` in one of these ways? Does any? Do all know all, do all agree? */
bool cluster_all_see(const struct cluster *c, uint32_t member, unsigned ways);
bool cluster_any_sees(const struct cluster *c, uint32_t member, unsigned ways);
bool cluster_all_know_all(const struct cluster *c);
bool cluster_is_agreed(const struct cluster *c);

/* Is a member live: does it run, is it not paused, and is its identity not down by its own lights? */
bool cluster_is_live(const struct cluster *c, uint32_t member);
uint32_t cluster_size(const struct cluster *c);

/* The engine of a member; NULL while it does not run. Any call may be made on it. */
selkie *cluster_engine(const struct cluster *c, uint32_t member);

/* The identity that a member has now, or had last. */
const void *cluster_identity(const struct cluster *c, uint32_t member);

/* Whose address is that? CLUSTER_NOBODY: nobody's. */
uint32_t cluster_member_at(const struct cluster *c, const void *address);

/* What happened so far. */
struct cluster_counters {
    uint64_t packets;                    /* sent by engines, whatever became of them */
    uint64_t bytes;                      /* in those */
    uint64_t sent[SELKIE_MESSAGE_COUNT]; /* those packets by message */
    uint64_t delivered;                  /* packets handled by an engine, duplicates included */
    uint64_t lost;                       /* by cluster_loss */
    uint64_t cut;                        /* between members that are cut off from each other */
    uint64_t duplicated;                 /* by cluster_duplicates */
    uint64_t unheard;                    /* nobody ran at the address, or nobody has it */
    uint64_t overflowed;                 /* no room in the inbox of a paused member */
    uint64_t echoes; /* came back to their own sender, which refused them: it had announced to its Down former self */
    uint64_t timers; /* handled by engines */
    uint64_t ups, downs, renames, rejoins, defuncts, idles, actives; /* notifications */
    uint64_t errors; /* calls on engines that failed. The network does not corrupt anything, so there should be none */
};
void cluster_counters(const struct cluster *c, struct cluster_counters *counters);

/* A hash of all that happened: every packet, timer and notification, with its time. */
uint64_t cluster_hash(const struct cluster *c);

/* Write every packet and notification as a line to `out` from now on; NULL: no more. */
void cluster_trace(struct cluster *c, FILE *out);

/* Write how things stand: seed, time, counters, who sees whom how, the first error. */
void cluster_report(const struct cluster *c, FILE *out);

#endif
