/* A cluster of real engines in one process, under virtual time: for trying out what a cluster does, for finding bugs,
 * and for testing a program's own part in it (its identity type, its codec, its broadcasts).
 *
 * There is no clock, no thread and no socket. Every packet and every timer is an event in one queue; running the
 * cluster takes the events in the order of their times, so an hour of a cluster's life passes in the time that its work
 * takes. Latency, loss, duplication and the engines' own random choices all follow from one seed: the same seed, calls
 * and library give the same run, to the last byte, on every machine.
 *
 *     selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5, .seed = 7));
 *     selkie_sim_form(sim);
 *     selkie_sim_crash(sim, 3);
 *     uint64_t took_us = selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60));
 *     selkie_sim_free(sim);
 *
 * All the while it checks what must always hold (chapter 7); what does not hold ends the program with a report, unless
 * you take it yourself.
 *
 * Chapters: 1 Making  2 Life of a member  3 Network  4 Time  5 Looking  6 Record  7 Checks  8 Conformance
 *
 * Members are numbered from 0. A number stands for an address: it stays the same through crashes, restarts and renewed
 * identities. Memory that runs out and calls that make no sense (a number out of range, starting what runs) end in
 * selkie_panic: a scenario that is wrong has nothing to go on with. */
#ifndef SELKIE_SIM_H
#define SELKIE_SIM_H

#include "selkie/codec.h"
#include "selkie/selkie.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct selkie_sim selkie_sim;

#define SELKIE_SIM_NEVER UINT64_MAX /* a condition did not come true within its bound */
#define SELKIE_SIM_NOBODY UINT32_MAX
#define SELKIE_SIM_ALL UINT32_MAX                     /* every member, where a call says that it takes it */
#define SELKIE_SIM_PERCENT(n) ((uint32_t)((n)*10000)) /* chances are given in parts per million */

/* ---- 1 Making ---------------------------------------------------------------------------------------------------- */

struct selkie_sim_violation; /* something that did not hold (chapter 7) */

/* What a cluster is made from. Zero and NULL stand for a sensible default; `members` alone is required. All but `ctx`
 * is copied. */
struct selkie_sim_options {
    size_t struct_size;
    uint32_t members;                   /* how many addresses there are, 1 to 65,535 with the default identity */
    uint64_t seed;                      /* what every random choice follows from */
    const struct selkie_config *config; /* of every engine. NULL: selkie_config_lan for that many members */

    /* The identities. `make_identity` writes the one that a member has at its first start; at each later start the last
     * one is renewed, if the type can. Both NULL: 8 bytes { ip 4, port 2, generation 2 }, renewed by one. */
    const struct selkie_identity_type *type;
    void (*make_identity)(void *ctx, uint32_t member, void *identity);
    const struct selkie_codec *codec; /* NULL: the packed codec */

    const struct selkie_sim_link *link; /* of every pair of members (chapter 3). NULL: 1 to 3 ms, evenly; no loss */

    /* Most packets that wait for a paused or slow member, as in a socket's buffer; more are lost. 0: 256. */
    uint32_t inbox_packets;

    uint32_t checks_off;    /* of SELKIE_SIM_CHECK_BIT(..): checks that are not made (chapter 7) */
    uint32_t journal_bytes; /* how much of what happened last is kept for the report of a violation. 0: 256 KiB */
    const char *replay;     /* how to have this run again, a line for the report ("swarm --seed 17"); must outlive the
                               cluster. NULL: the report says which seed it was */

    void *ctx; /* given to the functions. Those below may look at the cluster and at engines, but change neither */

    /* An engine is about to be made for this member: change its options as you like (a broadcast handler, bounds,
     * another config). */
    void (*prepare)(void *ctx, uint32_t member, struct selkie_options *options);

    /* An engine notified its program. */
    void (*notified)(void *ctx, uint32_t member, const struct selkie_notification *notification);

    /* An engine sent a packet, whatever becomes of it. to: SELKIE_SIM_NOBODY if no member has that address. */
    void (*sent)(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                 size_t size);

    /* A check found something that does not hold. The run goes on after it. selkie_sim_report shows the first one, with
     * all that led to it. NULL: that report goes to stderr, and selkie_panic ends the program. */
    void (*violated)(void *ctx, const struct selkie_sim_violation *violation);
};

/* The options as an expression, in C: selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5, .seed = 7)). */
#define SELKIE_SIM_OPTIONS(...)                                                                                        \
    (&(struct selkie_sim_options){.struct_size = sizeof(struct selkie_sim_options), __VA_ARGS__})

/* Say what is wrong with options: static text; NULL: nothing. */
SELKIE_API const char *selkie_sim_options_complaint(const struct selkie_sim_options *options);

/* Make a cluster in which nobody runs yet. */
SELKIE_API selkie_sim *selkie_sim_new(const struct selkie_sim_options *options);

/* End it, with all engines in it. Nobody is told. NULL is fine. */
SELKIE_API void selkie_sim_free(selkie_sim *sim);

/* ---- 2 Life of a member ------------------------------------------------------------------------------------------ */

/* Start a member: a new engine at its address, which knows nobody. After a crash it has a newer identity than it ever
 * had. */
SELKIE_API void selkie_sim_start(selkie_sim *sim, uint32_t member);

/* Let a member join through another one, as a program would: start it if it does not run, announce it to `via`, and
 * again every second (and a bit) while it knows no active member, now or later. */
SELKIE_API void selkie_sim_join(selkie_sim *sim, uint32_t member, uint32_t via);

/* Whether those that know nobody repeat their announcement (on at first). */
SELKIE_API void selkie_sim_rejoin(selkie_sim *sim, bool on);

/* Start everybody, let all join through member 0, and run until all know all. Returns how long that took; SELKIE_SIM_NEVER
 * after ten minutes. */
SELKIE_API uint64_t selkie_sim_form(selkie_sim *sim);

/* Start everybody who does not run, and let all who are live know each other, at once and without a packet, as if they
 * had for long and had joined through member 0. Costs little where forming a large cluster costs much. Each member's
 * periods begin at a moment of its own within the next `spread_us` (a period of the probes is a good choice: they are
 * as unaligned then as in a cluster that has run for long); 0: all at once. */
SELKIE_API void selkie_sim_acquaint(selkie_sim *sim, uint64_t spread_us);

/* End a member without a word. Packets on the way to it are lost, unless it is up again when they arrive. */
SELKIE_API void selkie_sim_crash(selkie_sim *sim, uint32_t member);

/* Crash it if it runs, start it, and join through the same member as before, if it had joined through any. */
SELKIE_API void selkie_sim_restart(selkie_sim *sim, uint32_t member);

/* Tell the cluster that a member leaves. Its engine stays, defunct: crash it to end it. */
SELKIE_API void selkie_sim_leave(selkie_sim *sim, uint32_t member);

/* Stop a member as SIGSTOP does: time passes without it, its timers become overdue and its packets wait. */
SELKIE_API void selkie_sim_pause(selkie_sim *sim, uint32_t member);

/* Let it go on: it first handles all timers that are overdue, then all packets that waited. */
SELKIE_API void selkie_sim_resume(selkie_sim *sim, uint32_t member);

/* The same for a program that notices that it was stopped: first of all it tells its engine so, and for how long
 * (selkie_paused). */
SELKIE_API void selkie_sim_wake(selkie_sim *sim, uint32_t member);

/* Let a member be slow: it works for `per_event_us` on each packet and each timer, and only then does what there is to
 * do; what comes meanwhile waits in its inbox, in the order in which it came. 0: as fast as the others; what it is at is
 * finished as begun. Stays through crashes and restarts. */
SELKIE_API void selkie_sim_slow(selkie_sim *sim, uint32_t member, uint64_t per_event_us);

/* Let a member's clock run fast by `ppm` parts per million, so that its timers come early, or slow (negative; above
 * -1,000,000). Holds for timers that are asked for from now on, and stays through crashes and restarts. 0: right. */
SELKIE_API void selkie_sim_clock(selkie_sim *sim, uint32_t member, int32_t ppm);

/* Hand a member, which runs and is not paused, bytes as if they came from outside: a stranger's packet, junk. Returns
 * what selkie_handle_data says to them. */
SELKIE_API int selkie_sim_inject(selkie_sim *sim, uint32_t member, const void *bytes, size_t size);

/* ---- 3 Network: all of it holds for packets sent from now on ----------------------------------------------------- */

enum selkie_sim_latency { SELKIE_SIM_CONSTANT, SELKIE_SIM_UNIFORM, SELKIE_SIM_LOG_NORMAL };

/* What a packet meets between two members, in one direction. Each packet draws for itself, so a wide range of latencies
 * alone lets packets overtake each other; so does reorder_ppm. An hour is the most for all durations here. */
struct selkie_sim_link {
    size_t struct_size;
    enum selkie_sim_latency latency;
    uint64_t latency_us;      /* CONSTANT: of each packet; UNIFORM: the least; LOG_NORMAL: the median, at least 1 */
    uint64_t latency_high_us; /* CONSTANT: must be 0; UNIFORM: the most; LOG_NORMAL: 99 of 100 packets take less */
    uint32_t loss_ppm;        /* of a million packets, how many are lost */
    uint32_t duplicate_ppm;   /* of those that are not, how many arrive twice */
    uint32_t reorder_ppm;     /* how many are held back, so that later ones overtake them */
    uint64_t reorder_by_us;   /* by up to how long, evenly */
};

/* A link as an expression, in C: selkie_sim_set_link(sim, 0, 1, SELKIE_SIM_LINK(.latency_us = 500)). */
#define SELKIE_SIM_LINK(...) (&(struct selkie_sim_link){.struct_size = sizeof(struct selkie_sim_link), __VA_ARGS__})

/* Say what is wrong with a link: static text; NULL: nothing. */
SELKIE_API const char *selkie_sim_link_complaint(const struct selkie_sim_link *link);

/* Set the link from one member to another; SELKIE_SIM_ALL for either: from all, to all. Of those that were set, the
 * closest holds: of the pair, else of the sender, else of the receiver, else from all to all. A link that is set holds
 * as a whole, with the fields that are zero. NULL takes it back (from all to all: as made). Panics if something is wrong
 * with it. */
SELKIE_API void selkie_sim_set_link(selkie_sim *sim, uint32_t from, uint32_t to, const struct selkie_sim_link *link);

/* Change the link from all to all in one respect: each packet takes a time between the two, evenly; so many of a
 * million are lost, or arrive twice: selkie_sim_loss(sim, SELKIE_SIM_PERCENT(5)). */
SELKIE_API void selkie_sim_latency(selkie_sim *sim, uint64_t least_us, uint64_t most_us);
SELKIE_API void selkie_sim_loss(selkie_sim *sim, uint32_t ppm);
SELKIE_API void selkie_sim_duplicates(selkie_sim *sim, uint32_t ppm);

/* Let nothing pass between two members, or only in one direction. SELKIE_SIM_ALL for either: between all others and it.
 * selkie_sim_cut_one_way(sim, SELKIE_SIM_ALL, 3): member 3 hears nobody. Cuts add up, and stay through crashes and
 * restarts. What a member sends to its own address passes, unless it is cut off from itself by its number. */
SELKIE_API void selkie_sim_cut(selkie_sim *sim, uint32_t a, uint32_t b);
SELKIE_API void selkie_sim_cut_one_way(selkie_sim *sim, uint32_t from, uint32_t to);

/* Put a member on a side, 0 to 2^31 - 1. Packets pass only between members on the same side; all are on side 0 at first.
 * selkie_sim_is_agreed asks of a member that it knows its own side, and nobody else; it knows nothing of cuts. */
SELKIE_API void selkie_sim_put_on_side(selkie_sim *sim, uint32_t member, uint32_t side);

/* Split the cluster in two: members below `first_of_second` on side 0, the others on side 1. */
SELKIE_API void selkie_sim_split(selkie_sim *sim, uint32_t first_of_second);

/* Let nothing pass to or from a member: it is put on a side of its own. */
SELKIE_API void selkie_sim_isolate(selkie_sim *sim, uint32_t member);

/* Split the cluster for one direction: members from `first_of_second` on hear the others, but are not heard by them.
 * Made of cuts. */
SELKIE_API void selkie_sim_split_one_way(selkie_sim *sim, uint32_t first_of_second);

/* Let each member reach only the next one by number (the first is next to the last), and the one before it if
 * `both_ways`. Made of cuts. */
SELKIE_API void selkie_sim_ring(selkie_sim *sim, bool both_ways);

/* Undo all cuts and splits. */
SELKIE_API void selkie_sim_heal(selkie_sim *sim);

/* Let a member (SELKIE_SIM_ALL: each) send so many bytes a second: packets leave it one after the other, each when its
 * last byte is out, and those that find more than `queue_bytes` before them are lost. What is lost or cut off later has
 * left all the same. 0 bytes a second: no limit. Stays through crashes and restarts. */
SELKIE_API void selkie_sim_bandwidth(selkie_sim *sim, uint32_t member, uint64_t bytes_per_s, uint32_t queue_bytes);

/* Undo everything that was done to the network and to members that run: cuts, splits, links, bandwidth, slowness,
 * drift of clocks, pauses. */
SELKIE_API void selkie_sim_calm(selkie_sim *sim);

/* ---- 4 Time ------------------------------------------------------------------------------------------------------ */

/* How long the cluster has been running, in microseconds. */
SELKIE_API uint64_t selkie_sim_now(const selkie_sim *sim);

/* Let time pass. What is due at its very end happens, too. */
SELKIE_API void selkie_sim_run(selkie_sim *sim, uint64_t duration_us);

/* Go to the next event, and let it happen: a packet that arrives, a timer, a call of selkie_sim_at. What comes of it may
 * be nothing, as when a packet reaches nobody. False: there is none, and no time passed. */
SELKIE_API bool selkie_sim_step(selkie_sim *sim);

/* Call a function when it is that time, before all else that happens then; several at the same time go in the order in
 * which they were asked for. It may make any call but selkie_sim_free and those that let time pass. From inside
 * `notified` and `sent`, which may change nothing, ask for a call at selkie_sim_now: it comes right after. A time that
 * has passed ends in selkie_panic. */
SELKIE_API void selkie_sim_at(selkie_sim *sim, uint64_t time_us, void (*call)(selkie_sim *sim, void *ctx), void *ctx);

/* Let time pass until a condition holds, at most `bound_us`. Returns how long it took: exactly, since the condition is
 * looked at after each event; 0 if it holds already; SELKIE_SIM_NEVER if it did not come true. `holds` may look, but
 * change nothing. In a large cluster it should be cheap: there are thousands of events in a second of its life. The
 * conditions below are, where selkie_sim_is_agreed, asked after each event, would walk through all tables. */
SELKIE_API uint64_t selkie_sim_until(selkie_sim *sim, bool (*holds)(const selkie_sim *sim, void *ctx), void *ctx,
                                     uint64_t bound_us);

/* The same for conditions about those who are live: who run, are not paused and have not been told or decided to be
 * down.
 *
 * all_see: every live member but `member` itself sees it in one of the ways given. any_sees: one of them does.
 * all_know_all: every live member sees every other live one as active.
 * agreed: every live member sees as active the live ones on its own side, and nobody else. */
SELKIE_API uint64_t selkie_sim_until_all_see(selkie_sim *sim, uint32_t member, unsigned ways, uint64_t bound_us);
SELKIE_API uint64_t selkie_sim_until_any_sees(selkie_sim *sim, uint32_t member, unsigned ways, uint64_t bound_us);
SELKIE_API uint64_t selkie_sim_until_all_know_all(selkie_sim *sim, uint64_t bound_us);
SELKIE_API uint64_t selkie_sim_until_agreed(selkie_sim *sim, uint64_t bound_us);

/* ---- 5 Looking --------------------------------------------------------------------------------------------------- */

/* How one member sees another: its address, and whether that is under the identity that the other one has now (or had
 * last). */
enum selkie_sim_view {
    SELKIE_SIM_SEES_NOTHING = 1u, /* the address is unknown */
    SELKIE_SIM_SEES_ALIVE = 2u,
    SELKIE_SIM_SEES_SUSPECT = 4u,
    SELKIE_SIM_SEES_ACTIVE = 6u, /* alive or suspect */
    SELKIE_SIM_SEES_DOWN = 8u,
    SELKIE_SIM_SEES_FORMER = 16u /* another identity than it has now, in whatever state */
};

/* How does `observer`, which must run, see `member`? One of enum selkie_sim_view, ACTIVE excepted. */
SELKIE_API unsigned selkie_sim_view(const selkie_sim *sim, uint32_t observer, uint32_t member);

/* Do all live members see `member` in one of these ways? Does any? Do all know all, do all agree? */
SELKIE_API bool selkie_sim_all_see(const selkie_sim *sim, uint32_t member, unsigned ways);
SELKIE_API bool selkie_sim_any_sees(const selkie_sim *sim, uint32_t member, unsigned ways);
SELKIE_API bool selkie_sim_all_know_all(const selkie_sim *sim);
SELKIE_API bool selkie_sim_is_agreed(const selkie_sim *sim);

/* Is a member live: does it run, is it not paused, and is its identity not down by its own lights? */
SELKIE_API bool selkie_sim_is_live(const selkie_sim *sim, uint32_t member);
SELKIE_API uint32_t selkie_sim_size(const selkie_sim *sim);

/* The engine of a member; NULL while it does not run. Any call may be made on it. */
SELKIE_API selkie *selkie_sim_engine(const selkie_sim *sim, uint32_t member);

/* The identity that a member has now, or had last. */
SELKIE_API const void *selkie_sim_identity(const selkie_sim *sim, uint32_t member);

/* Whose address is that? SELKIE_SIM_NOBODY: nobody's. */
SELKIE_API uint32_t selkie_sim_member_at(const selkie_sim *sim, const void *address);

/* ---- 6 Record ---------------------------------------------------------------------------------------------------- */

/* What happened so far. */
struct selkie_sim_counters {
    size_t struct_size;
    uint64_t packets;                    /* sent by engines, whatever became of them */
    uint64_t bytes;                      /* in those */
    uint64_t sent[SELKIE_MESSAGE_COUNT]; /* those packets by message */
    uint64_t delivered;                  /* packets handled by an engine, duplicates included */
    uint64_t lost;                       /* by loss_ppm */
    uint64_t cut;                        /* between members that are cut off from each other */
    uint64_t duplicated;                 /* by duplicate_ppm */
    uint64_t held_back;                  /* by reorder_ppm */
    uint64_t unheard;                    /* nobody ran at the address, or nobody has it */
    uint64_t overflowed;                 /* no room in the inbox of a paused or slow member */
    uint64_t waited;                     /* for earlier ones to leave, by selkie_sim_bandwidth */
    uint64_t throttled;                  /* lost by selkie_sim_bandwidth: too much waited to leave */
    uint64_t echoes; /* came back to their own sender, which refused them: it had announced to its Down former self */
    uint64_t timers; /* handled by engines */
    uint64_t ups, downs, renames, rejoins, defuncts, idles, actives; /* notifications */
    uint64_t errors; /* calls on engines that failed. The network does not corrupt anything, so there should be none */
    uint64_t violations; /* checks that failed, those that are off not counted */
};
#define selkie_sim_get_counters(sim, counters) selkie_sim_get_counters_((sim), (counters), sizeof *(counters))
SELKIE_API void selkie_sim_get_counters_(const selkie_sim *sim, struct selkie_sim_counters *counters,
                                         size_t struct_size);

/* A hash of all that happened: every packet, timer and notification, with its time. */
SELKIE_API uint64_t selkie_sim_hash(const selkie_sim *sim);

/* Write what happens as lines to `out` from now on: what the scenario does, every packet and what it says, when it
 * arrives or what else becomes of it, every notification. NULL: no more. To begin at a certain time, call it from
 * selkie_sim_at. Members are called by number and by what their identity holds beyond the address:
 *
 *     7.003081  m2.0001 > m5.0001  gossip: m3.0001 suspect 0
 *     7.004214  m5 < m2  gossip after 1133 us
 *    11.003967  m4.0001  member-down m3.0001 down 0 */
SELKIE_API void selkie_sim_trace(selkie_sim *sim, FILE *out);

/* Write how things stand: seed, time, configuration, counters; the links, cuts and sides that are in force, and who is
 * paused, slow, limited or has a wrong clock; who sees whom how; and the first violation, if there was one, with what
 * happened before it and how to have it again. */
SELKIE_API void selkie_sim_report(const selkie_sim *sim, FILE *out);

/* ---- 7 Checks ---------------------------------------------------------------------------------------------------- */

/* What is checked all the time: name, and what it means that a check failed. */
#define SELKIE_SIM_CHECKS(X)                                                                                           \
    X(CALL, "a call on an engine failed that cannot fail here")                                                        \
    X(PACKET, "a packet was over max_packet_size, or its own codec could not read it")                                 \
    X(INCARNATION, "an incarnation fell, or somebody spoke of one higher than its owner's")                            \
    X(STRANGER, "somebody spoke of an identity that never was")                                                        \
    X(SUSPICION, "a probe failed, and nothing had happened that could fail it")                                        \
    X(DOWN, "a member was held for Down without a cause: no end of its own, no suspicion that had one")                \
    X(ANSWER, "an engine did not do what a packet asked for, or did not take in what it says")                         \
    X(PROBING, "an engine did not probe, suspect or give up a member when it had to")                                  \
    X(TELLING, "something was not told as often as it should be, or to as many")                                       \
    X(NEWS, "notifications out of order: MemberDown without MemberUp, or twice")                                       \
    X(TABLE, "an engine's table does not agree with its notifications")                                                \
    X(BACKLOG, "more is queued to be told than there is to tell")                                                      \
    X(TIMERS, "more timers in flight than selkie_timers_max, or one of a duration that is not configured")             \
    X(TRAFFIC, "more packets than the protocol has reason for")                                                        \
    X(DETECTION, "a crash or a farewell that somebody did not learn of within the bound")                              \
    X(CONVERGENCE, "a calm cluster did not agree on who is there within the bound")

enum selkie_sim_check {
#define SELKIE_X(name, text) SELKIE_SIM_CHECK_##name,
    SELKIE_SIM_CHECKS(SELKIE_X)
#undef SELKIE_X
        SELKIE_SIM_CHECK_COUNT /* how many there are */
};
#define SELKIE_SIM_CHECK_BIT(check) (UINT32_C(1) << (check)) /* of SELKIE_SIM_CHECK_DOWN, say; UINT32_MAX: of all */

/* The scenario itself gives causes to suspect a member (SELKIE_SIM_ALL: everybody, and who is no member here) or to hold
 * it for Down: it handed engines news that nobody told them, with selkie_apply_many or as packets of its own making.
 * From now on, through crashes and restarts, no check asks why that member is suspected or held for Down, nor whether it
 * ever had the incarnations and identities under which it is spoken of; and it owes nobody DETECTION and CONVERGENCE, nor
 * do others about it. All else that a program does with its engine (selkie_sim_engine) needs no excuse: to change its
 * identity or configuration, revive it, let it leave, gossip, announce, broadcast, evict a member (that is a cause for all
 * to hold it for Down), tell it that it was paused. */
SELKIE_API void selkie_sim_excuse(selkie_sim *sim, uint32_t member);

/* How long it may take, in a cluster that nothing disturbs any more, until everybody knows of a crash or a farewell
 * (DETECTION), and until all agree on who is there, whatever happened before (CONVERGENCE).
 *
 * Nothing disturbs it from the last call on that gave cause to anything but a crash or a farewell, if by then nothing is
 * cut or split, no member is paused or slow or has a clock that drifts, no bandwidth is limited, and no link loses
 * packets or takes as long as half a probe_rtt (LOG_NORMAL: always too long). Calls on engines count as well, as far as
 * they can be seen from outside. A crash after less than three detection bounds of that may take three to be known. Who
 * left without being heard, and whose engine stays, objects to suspicions as anybody does, and each time puts off by when
 * it has to be known. Who found nobody active any more, or went on under another identity, owes DETECTION three bounds
 * after its ACTIVE.
 *
 * Both follow from the slowest configuration among those who run. Detection: each probes each other one within two
 * rounds, as slowly as its health may make it (awareness_max), and the suspicion runs its time: the longest
 * (suspicion_max_factor), as for all members (adapt_multiplier). SELKIE_SIM_NEVER, nothing is promised: remove_down_after is below four times
 * that. Convergence also depends on how many members do not run, for it needs announcements that go to random Down
 * members: the bound fails by bad luck less than once in 10^9 runs. SELKIE_SIM_NEVER: identities cannot renew,
 * notify_down_members, periodic_announce or periodic_announce_to_down_members is off somewhere, somebody has
 * max_members, remove_down_after is below the bound, or no member fits into a Feed. Where some do not even try to speak
 * to the others, as those that know nobody and were not told whom to join through, nothing is checked. */
SELKIE_API uint64_t selkie_sim_detection_bound_us(const selkie_sim *sim);
SELKIE_API uint64_t selkie_sim_convergence_bound_us(const selkie_sim *sim);

/* The name of a check ("DOWN"), and what it means that it failed: static, never NULL. */
SELKIE_API const char *selkie_sim_check_name(enum selkie_sim_check check);
SELKIE_API const char *selkie_sim_check_text(enum selkie_sim_check check);

/* What a check found. Borrowed for the call. */
struct selkie_sim_violation {
    size_t struct_size;
    enum selkie_sim_check check;
    uint64_t time_us;
    uint32_t member;  /* who did it */
    uint32_t about;   /* whom it is about. SELKIE_SIM_NOBODY: no other member */
    const char *what; /* a sentence: what exactly is wrong */
};

/* ---- 8 Conformance ----------------------------------------------------------------------------------------------- */

/* An identity type and a codec of your own, to be tried out before an engine meets them. Zero and NULL stand for a
 * sensible default; `type` alone is required. */
struct selkie_sim_conformance {
    size_t struct_size;
    const struct selkie_identity_type *type;
    const struct selkie_codec *codec; /* NULL: only the type is tried */

    /* Write the n-th of as many valid identities as you like: type->size bytes, the same for the same n. Asked for 128
     * of them, from 0; they may repeat, but must have two addresses at least, better five, and should have several
     * lives of each, for it is among the lives of an address that `wins` is tried. Only lives that may meet: of a
     * generation that goes round, those less than half a round apart. NULL: any bytes are a valid identity, and a
     * generation does not go round. */
    void (*make_identity)(void *ctx, uint32_t n, void *identity);
    void *ctx; /* given to make_identity; the type and the codec have their own */

    uint64_t seed;   /* what every random choice follows from */
    uint32_t rounds; /* how many random headers and members are tried. 0: 1,000 */
};

/* Try them. True: nothing is wrong. False: complaint, which has room for `size` bytes (0: it may be NULL), tells the
 * first thing that is wrong, as text: which function, with what, what was expected. Text that does not fit is cut off;
 * 300 bytes are enough. Run it under a sanitizer too: all memory that your functions may only read is exactly as large
 * as they may read.
 *
 * Of an identity type:
 *   sizes          size is 1 to SELKIE_IDENTITY_MAX, addr_size 1 to size;
 *   make_identity  writes all bytes of an identity and none after it, always the same;
 *   wins           of any two different identities with the same address exactly one wins; none wins over itself; they
 *                  form no circle; asked again it gives the same answer, and it changes neither;
 *   renew          keeps the address, gives another identity that wins over the old one, again and again (1,000 times,
 *                  or `rounds`); where it returns false it leaves the identity alone; it writes nothing after it.
 *
 * Of a codec, with the headers of all messages, and members in all states, with what more codec->can claims:
 *   round trip     what was written is read, the same in each field, and exactly those bytes, whatever follows them;
 *   limits         header_max, member_min and member_max hold; identity_size is the type's size;
 *   room           a writer with fewer bytes than it takes is refused, whatever they are fewer by, and not overrun;
 *   cut off        a reader with fewer bytes than were written is refused, whatever they are fewer by, without a look
 *                  past its end; with SELKIE_E_DECODE or SELKIE_E_VERSION;
 *   junk           out of random bytes, and out of good ones with bits flipped, comes nothing that does not exist: no
 *                  message from SELKIE_MESSAGE_COUNT on, no state above SELKIE_DOWN, nothing that codec->can does not
 *                  claim. What comes can be written, within the limits, and then reads the same;
 *   pure           the same is written for the same, the same is read from the same, whatever was in between, and all
 *                  bytes of an identity are written.
 *
 * Of both: a simulated cluster of five members (as many as there are addresses, if fewer) forms, finds out about a
 * crash, and takes the member back if its identity can be renewed.
 *
 * selkie_panic: struct_size is not set. */
SELKIE_API bool selkie_sim_conforms(const struct selkie_sim_conformance *what, char *complaint, size_t size);

#ifdef __cplusplus
}
#endif
#endif
