/* selkie: cluster membership for C.
 *
 * A selkie engine knows who is in a cluster, who left and who died. It learns it by gossip with the other members
 * (SWIM: Das, Gupta, Motivala, DSN 2002, with suspicion and piggybacked dissemination), with no server in the middle.
 * The engine does no I/O, owns no clock and starts no thread: you hand it packets and timers, and it hands you packets
 * to send, timers to bring back, and news about the members.
 *
 * Chapters: 1 Basics  2 Identity  3 Members  4 Runtime  5 Broadcasts  6 Configuration  7 Life  8 Input  9 Inspection
 *
 * Rules that hold everywhere:
 * - One engine is used by one thread at a time. Engines share nothing; there is no global state.
 * - Durations are microseconds in a uint64_t (SELKIE_MS, SELKIE_S). The engine only ever sees durations, never a time.
 * - A struct that you fill starts with its size, so that an old program and a newer library understand each other:
 *   clear it with SELKIE_INIT or say `.struct_size = sizeof x`. Fields that an older library does not know must be
 *   zero.
 * - Functions that return int return 0 (or what they say) on success and a negative enum selkie_error otherwise.
 *   Out parameters are written only on success.
 * - From inside any function that you gave the engine (runtime, codec, broadcast handler, identity, allocator) you may
 *   make the calls of chapter 9; they see the state as it is at that point. Every other call on that engine returns
 *   SELKIE_E_REENTRANT there and does nothing. */
#ifndef SELKIE_SELKIE_H
#define SELKIE_SELKIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "selkie/stats.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- 1 Basics ---------------------------------------------------------------------------------------------------- */

#define SELKIE_VERSION_MAJOR 0
#define SELKIE_VERSION_MINOR 1
#define SELKIE_VERSION_PATCH 0

#if defined(__GNUC__)
#define SELKIE_API __attribute__((visibility("default")))
#else
#define SELKIE_API
#endif

#if defined(__GNUC__)
#define SELKIE_CHECK __attribute__((warn_unused_result)) /* on calls whose failure must not be missed */
#else
#define SELKIE_CHECK
#endif

typedef struct selkie selkie; /* one engine */

#define SELKIE_MS(n) ((uint64_t)(n)*1000u)
#define SELKIE_S(n) ((uint64_t)(n)*1000000u)

/* Every error: name, value, class, text. The class says whose doing it was and so what there is to do:
 *   PEER      somebody sent us something wrong: count it and go on;
 *   RUNTIME   a timer was lost or came at the wrong time: the engine recovers by itself, but look at your timers;
 *   CALLER    this call was wrong and had no effect (ENCODE: the rest of the call stands);
 *   RESOURCE  something ran out: make room and call again (TIMER_LOST: call selkie_revive instead). */
#define SELKIE_ERRORS(X)                                                                                               \
    X(DATA_TOO_BIG, -1, PEER, "packet or broadcast over its size limit")                                               \
    X(DECODE, -2, PEER, "packet does not decode")                                                                      \
    X(MALFORMED_PACKET, -3, PEER, "packet has stray or missing bytes")                                                 \
    X(DATA_FROM_OURSELVES, -4, PEER, "packet claims our own address as its source")                                    \
    X(INDIRECT_FOR_OURSELVES, -5, PEER, "indirect probe that names us as its own far end")                             \
    X(CUSTOM_BROADCAST, -6, PEER, "the broadcast handler refused a broadcast")                                         \
    X(VERSION, -7, PEER, "packet of a format version that we do not speak")                                            \
    X(NOT_CONNECTED, -8, RUNTIME, "probe timer while not connected")                                                   \
    X(INCOMPLETE_PROBE_CYCLE, -9, RUNTIME, "a timer of the last probe cycle never came")                               \
    X(REENTRANT, -10, CALLER, "called from inside one of the engine's own callbacks")                                  \
    X(NOT_UNDEAD, -11, CALLER, "our identity is not down")                                                             \
    X(SAME_IDENTITY, -12, CALLER, "that is our identity already")                                                      \
    X(INVALID_CONFIG, -13, CALLER, "an option or argument is out of range")                                            \
    X(ENCODE, -14, CALLER, "the codec could not write into max_packet_size bytes")                                     \
    X(NO_MEMORY, -15, RESOURCE, "out of memory")                                                                       \
    X(FULL, -16, RESOURCE, "the broadcast backlog is full")                                                            \
    X(TIMER_LOST, -17, RESOURCE, "the runtime could not keep a timer")                                                 \
    X(UNKNOWN_MEMBER, -18, CALLER, "no active member has that very identity")

enum selkie_error {
    SELKIE_OK = 0,
#define SELKIE_X(name, value, class_, text) SELKIE_E_##name = value,
    SELKIE_ERRORS(SELKIE_X)
#undef SELKIE_X
};

enum selkie_error_class {
    SELKIE_CLASS_NONE, /* SELKIE_OK, and numbers that are no error of ours */
    SELKIE_CLASS_PEER,
    SELKIE_CLASS_RUNTIME,
    SELKIE_CLASS_CALLER,
    SELKIE_CLASS_RESOURCE
};

/* The text of an error: static, never NULL, also for numbers that are no error. */
SELKIE_API const char *selkie_strerror(int error);

/* The name of an error ("NO_MEMORY"; "OK" for 0): static, never NULL. */
SELKIE_API const char *selkie_error_name(int error);

/* Whose doing an error was. */
SELKIE_API enum selkie_error_class selkie_error_class(int error);

/* "MAJOR.MINOR.PATCH" of the library that is running. */
SELKIE_API const char *selkie_version(void);

/* Clear a struct that starts with struct_size and write its size: SELKIE_INIT(&options). */
#define SELKIE_INIT(object) selkie_init_((object), sizeof *(object))
SELKIE_API void selkie_init_(void *object, size_t struct_size);

/* What an assertion inside the library calls when what cannot happen has happened. Must not return. The hosted library
 * prints `what` and aborts; define a function of this name to replace it (a freestanding program must). It is never
 * called for bad input or a misused call. */
SELKIE_API void selkie_panic(const char *what);

/* ---- 2 Identity -------------------------------------------------------------------------------------------------- */

/* An identity names a member at one time: `size` bytes of your own making, without padding, compared as bytes. Its
 * first `addr_size` bytes are the address: unique in the cluster, and kept when the member restarts. The rest tells an
 * older life from a newer one: a generation, say. The cluster holds one identity an address; of two that claim the same
 * address, `wins` says which is kept.
 *
 * Traps: a native integer in the tail is compared the wrong way round on little-endian machines by the default `wins`
 * (store it big-endian); padding bytes make equal identities differ (use arrays of bytes); a 16-bit generation taken
 * from a clock in seconds wraps in 18 hours. selkie/inet.h has a ready identity without these.
 *
 * Wherever one of your functions is given an identity, the pointer is aligned for any type and valid for that call. */
#define SELKIE_IDENTITY_MAX 255u

struct selkie_identity_type {
    size_t struct_size;
    void *ctx;          /* given to the two functions */
    uint16_t size;      /* bytes, 1 to SELKIE_IDENTITY_MAX */
    uint16_t addr_size; /* bytes, 1 to size: the leading bytes that are the address */

    /* Change *identity in place into the one to go on as after the cluster declared it down, and return true; false:
     * there is none. The result must win over what it replaces, or it is not used. NULL: never; then turn
     * notify_down_members off, or two members that hold each other for down go on telling each other so. */
    bool (*renew)(void *ctx, void *identity);

    /* Is `a` to be kept over `b`? Asked only for different identities with the same address. Of any two, exactly one
     * should win; where neither does, the one heard last is kept. NULL: the bytes after the address, as a big-endian
     * number, larger wins. */
    bool (*wins)(void *ctx, const void *a, const void *b);
};

/* A `renew` for types without a `wins` of their own: adds one to the big-endian number after the address. False if
 * there are no bytes after the address or they are all ff. An engine whose type names it hands it that type as ctx,
 * whatever the type's own ctx is; whoever calls it otherwise passes a pointer to the type. */
SELKIE_API bool selkie_renew_by_one(void *ctx, void *identity);

/* ---- 3 Members --------------------------------------------------------------------------------------------------- */

enum selkie_state { SELKIE_ALIVE = 0, SELKIE_SUSPECT = 1, SELKIE_DOWN = 2 }; /* active: Alive or Suspect */

enum selkie_member_flag {
    SELKIE_LEFT = 1u /* with Down: the member said so itself, by selkie_leave. Needs a codec that can carry it */
};

#define SELKIE_NO_SLOT UINT32_MAX

struct selkie_member {
    size_t struct_size;
    const void *identity; /* borrowed. In what selkie_find and selkie_next give: good until the next call that is not of
                             chapter 9, and of no particular alignment (memcpy it) */
    const void *accuser;  /* identity of the member that suspects this one first-hand, or NULL */
    uint16_t incarnation; /* raised by the member itself to refute suspicion; 0 at first */
    uint8_t state;        /* enum selkie_state */
    uint8_t flags;        /* of enum selkie_member_flag */
    uint32_t slot;        /* a small number that is the member's own from the time it is known until it is forgotten:
                             below max_members, or below the most members ever known at once. Index your own array with
                             it. SELKIE_NO_SLOT: it has none */
};

/* ---- 4 Runtime: the engine's only way out ------------------------------------------------------------------------ */

/* A timer is a value: copy it, put it in a queue, give it back to selkie_handle_timer when it is due. */
struct selkie_timer {
    uint64_t opaque[3];
};

/* The order of timers that are due at the same moment: negative if `a` goes first, positive if `b` does, 0 if the one
 * that was submitted first does. */
SELKIE_API int selkie_timer_compare(const struct selkie_timer *a, const struct selkie_timer *b);

/* The messages, by their numbers on the wire. */
#define SELKIE_MESSAGES(X)                                                                                             \
    X(PING, 0, "ping")                                                                                                 \
    X(ACK, 1, "ack")                                                                                                   \
    X(PING_REQ, 2, "ping-req")                                                                                         \
    X(INDIRECT_PING, 3, "indirect-ping")                                                                               \
    X(INDIRECT_ACK, 4, "indirect-ack")                                                                                 \
    X(FORWARDED_ACK, 5, "forwarded-ack")                                                                               \
    X(ANNOUNCE, 6, "announce")                                                                                         \
    X(FEED, 7, "feed")                                                                                                 \
    X(GOSSIP, 8, "gossip")                                                                                             \
    X(BROADCAST, 9, "broadcast")                                                                                       \
    X(TURN_UNDEAD, 10, "turn-undead")                                                                                  \
    X(NACK, 11, "nack")

enum selkie_message {
#define SELKIE_X(name, value, text) SELKIE_##name = value,
    SELKIE_MESSAGES(SELKIE_X)
#undef SELKIE_X
        SELKIE_MESSAGE_COUNT /* how many there are */
};

/* The name of a message ("ping-req"): static, never NULL. */
SELKIE_API const char *selkie_message_name(int message);

enum selkie_header_flag {
    SELKIE_NACK_WANTED = 1u /* with PING_REQ: say so if the target does not answer. Needs a codec that can carry it */
};

/* What every packet starts with. */
struct selkie_header {
    size_t struct_size;
    const void *source;      /* who sent it */
    const void *destination; /* whom it is for */
    const void *peer; /* the third party of Nack and the four indirect messages: target or origin; otherwise NULL */
    uint16_t source_incarnation;
    uint8_t message;      /* enum selkie_message */
    uint8_t probe_number; /* Ping, Ack, Nack and the four indirect messages, otherwise 0 */
    uint8_t flags;        /* of enum selkie_header_flag */
};

/* What there is to hear of. Name, and the text that selkie_notification_name gives. Those from DATA_RECEIVED on are
 * only sent if asked for (selkie_config.observe).
 *
 *   MEMBER_UP      an address is active that was not. member: who
 *   MEMBER_DOWN    an active address is not any more. member: who; its flags tell whether it left or failed, as far as
 *                  is known
 *   RENAME         a newer identity took the place of the one we held for its address. member: the new one;
 *                  old_identity. Comes before the MEMBER_UP or MEMBER_DOWN that it may cause, alone if neither is due
 *   ACTIVE         we know an active member, and probe
 *   IDLE           the last active member is gone
 *   DEFUNCT        we are down: by the cluster's word, by selkie_leave, or because our incarnation ran out. Only
 *                  selkie_change_identity and selkie_reuse_down_identity bring us back
 *   REJOIN         we were declared down, renewed our identity and went on. member.identity: the new one; old_identity.
 *                  Not connected until somebody is heard of: announce again, until ACTIVE
 *   DATA_RECEIVED  a packet decoded and is for us. header
 *   DATA_SENT      a packet was just given to send_to. header
 *   PROBE_FAILED   a probe ended without any answer. member: whom we probed (its slot, if that very identity is still
 *                  known); probe_number
 *   MEMBER_SUSPECT a suspicion of a member began, at an incarnation at which it was not suspected. member: who; its
 *                  accuser, if that is known (with suspicion_confirmations). After the MEMBER_UP of a member that is
 *                  suspected from the first
 *   MEMBER_REFUTED a suspect is Alive again, by its own word. member: who
 *   MEMBER_REMOVED a Down member was forgotten: its slot is free. member: who it was */
#define SELKIE_NOTIFICATIONS(X)                                                                                        \
    X(MEMBER_UP, "member-up")                                                                                          \
    X(MEMBER_DOWN, "member-down")                                                                                      \
    X(RENAME, "rename")                                                                                                \
    X(ACTIVE, "active")                                                                                                \
    X(IDLE, "idle")                                                                                                    \
    X(DEFUNCT, "defunct")                                                                                              \
    X(REJOIN, "rejoin")                                                                                                \
    X(DATA_RECEIVED, "data-received")                                                                                  \
    X(DATA_SENT, "data-sent")                                                                                          \
    X(PROBE_FAILED, "probe-failed")                                                                                    \
    X(MEMBER_SUSPECT, "member-suspect")                                                                                \
    X(MEMBER_REFUTED, "member-refuted")                                                                                \
    X(MEMBER_REMOVED, "member-removed")

enum selkie_notification_kind {
#define SELKIE_X(name, text) SELKIE_NOTIFY_##name,
    SELKIE_NOTIFICATIONS(SELKIE_X)
#undef SELKIE_X
        SELKIE_NOTIFICATION_COUNT /* how many there are */
};

/* The name of a notification ("member-up"): static, never NULL. */
SELKIE_API const char *selkie_notification_name(enum selkie_notification_kind kind);

/* Borrowed for the call, with all that it points to. Newer libraries may send kinds that an older program does not
 * know: ignore them. */
struct selkie_notification {
    size_t struct_size;
    enum selkie_notification_kind kind;
    uint8_t probe_number;               /* PROBE_FAILED */
    struct selkie_member member;        /* whom it is about; ACTIVE, IDLE, DEFUNCT, REJOIN: ourselves, without a slot */
    const void *old_identity;           /* RENAME, REJOIN, otherwise NULL */
    const struct selkie_header *header; /* DATA_RECEIVED, DATA_SENT, otherwise NULL */
};

/* Three functions. They may act at once, or put everything into a queue that is drained after the call
 * (selkie/queue.h). */
struct selkie_runtime {
    size_t struct_size;
    void *ctx; /* given to the three functions */

    /* Something happened that you may care about. NULL: you do not. */
    void (*notify)(void *ctx, const struct selkie_notification *notification);

    /* Deliver these bytes to that identity, best effort: there is nothing to report if it fails. `bytes` is only valid
     * during the call. */
    void (*send_to)(void *ctx, const void *identity, const void *bytes, size_t size);

    /* Give *timer (a copy of it) to selkie_handle_timer after delay_us. Late is fine, never is not: return false if you
     * cannot keep it; the call then returns SELKIE_E_TIMER_LOST, and selkie_revive starts all cycles anew.
     * selkie/schedule.h is a queue for them. */
    bool (*submit_after)(void *ctx, const struct selkie_timer *timer, uint64_t delay_us);
};

/* ---- 5 Broadcasts: your own bytes, spread to everybody ----------------------------------------------------------- */

#define SELKIE_BROADCAST_KEY_MAX 64u

enum selkie_verdict {
    SELKIE_REFUSED = -1, /* malformed: SELKIE_E_CUSTOM_BROADCAST, and what follows it in the packet is not looked at */
    SELKIE_KNOWN = 0,    /* seen before, or outdated: do not pass it on */
    SELKIE_NEW = 1       /* pass it on, under the key that was written */
};

/* Why a broadcast is queued no more. */
enum selkie_broadcast_end {
    SELKIE_BROADCAST_SENT,    /* it was sent max_transmissions times */
    SELKIE_BROADCAST_REPLACED /* a newer one invalidated it */
};

/* Your handler. The engine spreads broadcasts and never reads them. A new one removes all queued ones that it
 * invalidates, so that only the latest version of each thing travels. */
struct selkie_broadcasts {
    size_t struct_size;
    void *ctx;         /* given to the functions */
    uint16_t key_size; /* bytes of a key, 0 to SELKIE_BROADCAST_KEY_MAX. 0: all have the same key */

    /* A broadcast of `size` bytes came from `sender`, or from this program's own selkie_add_broadcast (sender NULL). If
     * it is new, write its key (key_size bytes) to *key. */
    enum selkie_verdict (*receive)(void *ctx, const void *bytes, size_t size, const void *sender, void *key);

    /* Does a new broadcast with key `newer` make a queued one with key `queued` needless? Asked for each queued one:
     * O(backlog). NULL: equal keys do, found in O(1). */
    bool (*invalidates)(void *ctx, const void *newer, const void *queued);

    /* May broadcasts be sent to this member? Asked for each packet but Announce and TurnUndead. NULL: yes. */
    bool (*wants)(void *ctx, const void *identity);

    /* A broadcast with this key is queued no more: with that you can wait for a farewell of yours, or feel how fast
     * broadcasts go out. Called after the packet that carried it for the last time, or before the one that replaces it
     * is queued; not for what is still queued when the engine ends. As in any callback nothing can be added there:
     * do that after the call. NULL: you do not care. */
    void (*done)(void *ctx, const void *key, enum selkie_broadcast_end end);
};

/* ---- 6 Configuration --------------------------------------------------------------------------------------------- */

struct selkie_periodic {
    uint64_t every_us; /* 0: off */
    uint32_t members;  /* how many random ones each time; not 0 unless off */
};

enum selkie_observe {
    SELKIE_OBSERVE_DATA_RECEIVED = 1u,
    SELKIE_OBSERVE_DATA_SENT = 2u,
    SELKIE_OBSERVE_PROBE_FAILED = 4u,
    SELKIE_OBSERVE_MEMBER_SUSPECT = 8u,
    SELKIE_OBSERVE_MEMBER_REFUTED = 16u,
    SELKIE_OBSERVE_MEMBER_REMOVED = 32u
};

#define SELKIE_CONFIRMATIONS_MAX 15u

/* Values, not defaults: start from a preset. A zero is refused where a number is needed. */
struct selkie_config {
    size_t struct_size;
    uint64_t probe_period_us;          /* one member is probed each period */
    uint64_t probe_rtt_us;             /* how long a direct probe may take before others are asked; below the period */
    uint64_t suspect_to_down_after_us; /* how long a suspect has to refute */
    uint64_t remove_down_after_us;     /* how long a Down member is remembered, so that old news of it is known */
    uint32_t max_packet_size;          /* bytes; no larger packet is sent or accepted */
    uint8_t num_indirect_probes;       /* helpers asked to probe; also the fan-out of gossip and broadcasts */
    uint8_t max_transmissions;         /* how often each piece of news is sent */
    bool notify_down_members;          /* tell members that we hold for Down so: they can come back at once */
    struct selkie_periodic periodic_announce;                 /* ask random active members whom they know */
    struct selkie_periodic periodic_announce_to_down_members; /* knock at random Down members: heals splits */
    struct selkie_periodic periodic_gossip;                   /* spread news between probes */
    uint32_t observe; /* of enum selkie_observe: notifications that are off otherwise */

    /* Lifeguard (Dadgar, Phillips, Currey 2017): doubt yourself before you accuse others. Each is off if it is 0. */
    uint8_t awareness_max;           /* how ill this member may think itself (selkie_awareness): its probes then take up
                                        to awareness_max + 1 times as long. The paper: 8 */
    uint8_t suspicion_max_factor;    /* a suspicion that nobody shares runs for so many times suspect_to_down_after_us,
                                        each further accuser shortens it. 0 or 1: it always runs once. The paper: 6 */
    uint8_t suspicion_confirmations; /* with so many further accusers it runs for suspect_to_down_after_us itself; at
                                        most SELKIE_CONFIRMATIONS_MAX. The paper: 3 */
    bool suspects_hear_first;        /* a Ping to a suspect carries the suspicion ahead of all other news (the paper's
                                        "buddy system") */

    uint8_t broadcast_share_percent; /* of each packet, kept for broadcasts while there are any; 0 to 100 */
    bool announce_while_idle;        /* whoever lost everybody goes on with periodic_announce_to_down_members */
    bool reconnect_at_once;          /* after REJOIN be ACTIVE again in the same call, if active members are known */
    uint8_t adapt_multiplier;        /* max_transmissions and suspect_to_down_after_us follow selkie_active_count, as
                                        the presets say, the latter with this in the place of its 4 or 6; computed anew
                                        when the count has doubled or halved, so that what a preset made of
                                        expected_members counts only until two are active. Ends when selkie_set_config
                                        gives one of the two another value. 0: off */
};

/* Fill *config with a preset. `simple`: for trying things. `lan` and `wan`: suspicion and transmissions follow
 * expected_members, the number of active members that you expect (0 counts as 1).
 *
 *   field                              simple  lan(n)                         wan(n)
 *   probe_period                       1.5 s   1 s                            5 s
 *   probe_rtt                          500 ms  500 ms                         3 s
 *   num_indirect_probes                3       3                              3
 *   max_transmissions                  10      floor(4 log10(n+1)), 1 to 255  the same
 *   suspect_to_down_after              3 s     4 max(1, log10 n) periods      6 max(1, log10 n) periods
 *   remove_down_after                  24 h    24 h                           24 h
 *   max_packet_size                    1400    1400                           1400
 *   notify_down_members                no      yes                            yes
 *   periodic_announce                  off     30 s, 1 member                 60 s, 2
 *   periodic_announce_to_down_members  off     65 s, 2                        125 s, 3
 *   periodic_gossip                    off     200 ms, 3                      500 ms, 4
 *   awareness_max                      off     8                              8
 *   suspicion_max_factor               off     6                              6
 *   suspicion_confirmations            off     3                              3
 *   suspects_hear_first                no      yes                            yes
 *   broadcast_share_percent            0       25                             25
 *   announce_while_idle                no      yes                            yes
 *   reconnect_at_once                  no      yes                            yes
 *   adapt_multiplier                   off     4                              6 */
#define selkie_config_simple(config) selkie_config_simple_((config), sizeof *(config))
#define selkie_config_lan(config, expected_members) selkie_config_lan_((config), sizeof *(config), (expected_members))
#define selkie_config_wan(config, expected_members) selkie_config_wan_((config), sizeof *(config), (expected_members))
SELKIE_API void selkie_config_simple_(struct selkie_config *config, size_t struct_size);
SELKIE_API void selkie_config_lan_(struct selkie_config *config, size_t struct_size, uint32_t expected_members);
SELKIE_API void selkie_config_wan_(struct selkie_config *config, size_t struct_size, uint32_t expected_members);

/* Say what is wrong with a configuration: the first bad field and what it should be, as static text; NULL: nothing. */
SELKIE_API const char *selkie_config_complaint(const struct selkie_config *config);

struct selkie_codec; /* how headers and members are written: selkie/codec.h */

/* What an engine is made from. All of it is copied, also what is pointed to; only the contexts have to outlive the
 * engine. */
struct selkie_options {
    size_t struct_size;
    const void *identity; /* ours */
    const struct selkie_identity_type *type;
    const struct selkie_runtime *runtime;
    const struct selkie_codec *codec;
    const struct selkie_config *config;         /* NULL: selkie_config_simple */
    const struct selkie_broadcasts *broadcasts; /* NULL: every broadcast is refused */
    uint8_t seed[16]; /* secret, from the system's entropy (selkie_seed); all zero is refused. Keys the hash tables and
                         drives every random choice: same seed, same inputs, same outputs, on every platform */
    uint32_t max_members;         /* most members remembered, Down ones included; 0: no bound */
    uint32_t max_broadcasts;      /* most broadcasts queued at once; 0: no bound */
    uint32_t max_broadcast_bytes; /* most bytes that those hold together; 0: no bound */
    uint32_t max_suspicions;      /* most suspicions tracked at once; further ones run for suspect_to_down_after_us,
                                     whoever agrees. 0: a quarter of max_members, at least 64 and at most all; without
                                     max_members no bound. Each takes 51 bytes with identities of 8 bytes and 3
                                     confirmations */
};

/* ---- 7 Life ------------------------------------------------------------------------------------------------------ */

/* Make an engine that takes its memory from the C library. On success *engine is yours until selkie_free.
 * INVALID_CONFIG: selkie_options_complaint says what; NO_MEMORY. Nothing is sent or submitted; selkie_announce joins */
SELKIE_API int selkie_new(selkie **engine, const struct selkie_options *options) SELKIE_CHECK;

/* Where an engine, a schedule or a queue takes its memory. resize(ctx, NULL, 0, n) allocates, resize(ctx, p, n, 0) frees
 * and returns NULL; nothing else is asked for. Aligned for any type, NULL if there is none. Steady state (no growth in
 * members or broadcasts) asks for nothing. */
struct selkie_allocator {
    size_t struct_size;
    void *ctx;
    void *(*resize)(void *ctx, void *memory, size_t old_size, size_t new_size);
};

/* The same with your own allocator (copied). */
SELKIE_API int selkie_new_with(selkie **engine, const struct selkie_allocator *allocator,
                               const struct selkie_options *options) SELKIE_CHECK;

/* The same in memory of yours, which must be aligned to SELKIE_MEMORY_ALIGN and stay until selkie_free; the engine
 * never asks for more. max_members is then required, and so are max_broadcasts and max_broadcast_bytes if there is a
 * broadcast handler. NO_MEMORY: size is below selkie_memory_size(options), or memory is misaligned. */
#define SELKIE_MEMORY_ALIGN 16u
SELKIE_API int selkie_new_in(selkie **engine, void *memory, size_t size,
                             const struct selkie_options *options) SELKIE_CHECK;

/* How many bytes selkie_new_in needs for these options; 0 if they are invalid, lack a bound, or ask for more than
 * size_t can say. */
SELKIE_API size_t selkie_memory_size(const struct selkie_options *options);

/* The most timers that can be in flight at once, for a schedule of fixed size; 0 if the options are invalid or
 * max_members is 0. */
SELKIE_API uint32_t selkie_timers_max(const struct selkie_options *options);

/* Say what is wrong with options: static text; NULL: nothing. */
SELKIE_API const char *selkie_options_complaint(const struct selkie_options *options);

/* Fill `seed` from the operating system's entropy. False if there is none to be had. */
SELKIE_API bool selkie_seed(uint8_t seed[16]) SELKIE_CHECK;

/* End an engine and give its memory back; NULL is fine. Tells nobody: selkie_leave does. Timers in flight may be
 * dropped. REENTRANT. */
SELKIE_API int selkie_free(selkie *engine);

/* Change the configuration while running. Takes hold for what is begun after the call: timers in flight, the probe and
 * queued news stay as they are; a new max_packet_size holds at once. INVALID_CONFIG, and nothing changes: what
 * selkie_new would refuse; another probe_period_us or probe_rtt_us; a periodic task that was off turned on; more
 * suspicion_confirmations than at the start; in memory of the caller's, more packet size or indirect probes than at the
 * start. NO_MEMORY: nothing changed. */
SELKIE_API int selkie_set_config(selkie *engine, const struct selkie_config *config) SELKIE_CHECK;

/* ---- 8 Input ----------------------------------------------------------------------------------------------------- */

/* A packet came in. Anything may be passed; nothing that is in it can do harm. The bytes must not change during the
 * call. Receive into a buffer larger than max_packet_size, or a cut-off packet cannot be told from a bad one. The
 * result is information: of class PEER (DATA_TOO_BIG, DECODE, VERSION, MALFORMED_PACKET, DATA_FROM_OURSELVES: nothing
 * happened; CUSTOM_BROADCAST, MALFORMED_PACKET of the broadcasts at its end, INDIRECT_FOR_OURSELVES: the rest took
 * effect) there is nothing to do. ENCODE, TIMER_LOST: the rest took effect. NO_MEMORY: nothing happened. */
SELKIE_API int selkie_handle_data(selkie *engine, const void *bytes, size_t size);

/* A timer is due. One from an earlier connection succeeds and does nothing. NOT_CONNECTED, INCOMPLETE_PROBE_CYCLE: the
 * runtime repeated or lost a timer; ENCODE, TIMER_LOST: the rest took effect. INVALID_CONFIG: that is no timer of an
 * engine; nothing happened. */
SELKIE_API int selkie_handle_timer(selkie *engine, const struct selkie_timer *timer);

/* Ask the member at this identity to take us in: sends one Announce, which may be lost. Repeat it, with backoff and
 * jitter, until the notification ACTIVE, and from IDLE and REJOIN until ACTIVE again. Only the address of `identity`
 * has to be right, but all its bytes are read. ENCODE. */
SELKIE_API int selkie_announce(selkie *engine, const void *identity);

/* Send what there is to tell to num_indirect_probes random active members now. ENCODE. */
SELKIE_API int selkie_gossip(selkie *engine);

/* Queue a broadcast to be spread with the packets to come; of those queued, ones of higher priority (0 to 3) go first
 * (others pass it on with priority 0).
 * Asks the handler first, with no sender. 1: queued; 0: the handler knows it; MALFORMED_PACKET: size 0; DATA_TOO_BIG:
 * over selkie_broadcast_limit; CUSTOM_BROADCAST: refused by the handler, or there is none; INVALID_CONFIG: no such
 * priority; FULL, NO_MEMORY: the handler was not asked. */
SELKIE_API int selkie_add_broadcast(selkie *engine, const void *bytes, size_t size, unsigned priority) SELKIE_CHECK;

/* Send queued broadcasts to num_indirect_probes random active members now, if there are any. ENCODE. */
SELKIE_API int selkie_broadcast(selkie *engine);

/* Tell the cluster that we leave, and become defunct. The engine stays usable, the farewell goes on riding on what is
 * sent. ENCODE, NO_MEMORY (nothing happened). */
SELKIE_API int selkie_leave(selkie *engine);

/* Go on under another identity; the old one is declared down. SAME_IDENTITY, DATA_TOO_BIG (an update of it takes more
 * bytes than selkie_broadcast_limit), NO_MEMORY: nothing happened; ENCODE. */
SELKIE_API int selkie_change_identity(selkie *engine, const void *identity) SELKIE_CHECK;

/* Go on under the identity that was declared down, once the cluster has forgotten it (remove_down_after_us).
 * NOT_UNDEAD. */
SELKIE_API int selkie_reuse_down_identity(selkie *engine) SELKIE_CHECK;

/* Take in what somebody knows of `count` members, as if heard in a packet: a snapshot, a state exchange. Uses identity,
 * accuser, incarnation, state and flags of each. disseminate: also tell others what was news. INVALID_CONFIG (a state
 * that does not exist, a null identity), DATA_TOO_BIG (an update of one of them takes more bytes than selkie_broadcast_limit),
 * NO_MEMORY: nothing happened; ENCODE, TIMER_LOST. */
SELKIE_API int selkie_apply_many(selkie *engine, const struct selkie_member *members, size_t count, bool disseminate);

/* Declare a member down by decision, as an operator does with one that will not come back: the cluster is told, and so
 * is the member, if notify_down_members is on. One that lives may come back under a renewed identity. `identity`: the
 * whole of it, as it is known; it may be the one that selkie_find gave. UNKNOWN_MEMBER: it is not known, not active,
 * known under another identity, or our own (selkie_leave); NO_MEMORY: nothing happened. ENCODE, TIMER_LOST. */
SELKIE_API int selkie_evict(selkie *engine, const void *identity) SELKIE_CHECK;

/* This process did not run for that long (it was stopped, the machine was suspended, the loop stalled): nobody else is
 * to blame for what it missed. Call it first after waking, before any packet or timer. The probe under way is void,
 * each suspicion that has a timer waits for so much longer (in whole milliseconds, rounded up), and our health suffers
 * by one for each probe_period_us missed. */
SELKIE_API int selkie_paused(selkie *engine, uint64_t duration_us);

/* Start all cycles anew after the runtime lost timers. TIMER_LOST: it still does. */
SELKIE_API int selkie_revive(selkie *engine);

/* ---- 9 Inspection: allowed at any time --------------------------------------------------------------------------- */

enum selkie_connection {
    SELKIE_DISCONNECTED, /* no active member known */
    SELKIE_CONNECTED,    /* probing */
    SELKIE_UNDEAD        /* our identity is down */
};

SELKIE_API const void *selkie_identity(const selkie *engine); /* ours; aligned; until it changes */
SELKIE_API uint16_t selkie_incarnation(const selkie *engine); /* ours */
SELKIE_API enum selkie_connection selkie_connection(const selkie *engine);
SELKIE_API uint32_t selkie_active_count(const selkie *engine);       /* Alive or Suspect, ourselves not counted */
SELKIE_API uint32_t selkie_member_count(const selkie *engine);       /* Down ones included */
SELKIE_API uint32_t selkie_updates_backlog(const selkie *engine);    /* news of members still to be sent their times */
SELKIE_API uint32_t selkie_broadcasts_backlog(const selkie *engine); /* broadcasts still to be sent their times */
SELKIE_API size_t selkie_broadcast_limit(const selkie *engine); /* bytes of the largest broadcast that may be added; an
                                                                   update of a member may take as many */
SELKIE_API unsigned selkie_awareness(const selkie *engine);     /* 0: healthy. Up to awareness_max: slows our probes */

/* Is it still to be told that an identity is down which was ours (selkie_leave, selkie_change_identity, REJOIN)? Only
 * what this program sends carries it: after selkie_leave call selkie_gossip now and then until this is false. Packets
 * that wait in a queue of yours count as sent: empty it before you end. Where max_transmissions is not above
 * num_indirect_probes, selkie_leave alone has sent it its times. */
SELKIE_API bool selkie_farewell_pending(const selkie *engine);

/* Copy the configuration in force. */
#define selkie_get_config(engine, config) selkie_get_config_((engine), (config), sizeof *(config))
SELKIE_API void selkie_get_config_(const selkie *engine, struct selkie_config *config, size_t struct_size);

/* Find the member with this address (of an identity only that much is read). False: unknown, *member is untouched. */
#define selkie_find(engine, address, member) selkie_find_((engine), (address), (member), sizeof *(member))
SELKIE_API bool selkie_find_(const selkie *engine, const void *address, struct selkie_member *member,
                             size_t struct_size);

/* Walk through all members, Down ones included, by slot. Start with `struct selkie_cursor cursor = {0};`. The table may
 * change between two calls: a member that is there throughout is seen exactly once. False: that was all. */
struct selkie_cursor {
    uint32_t next_slot;
};
#define selkie_next(engine, cursor, member) selkie_next_((engine), (cursor), (member), sizeof *(member))
SELKIE_API bool selkie_next_(const selkie *engine, struct selkie_cursor *cursor, struct selkie_member *member,
                             size_t struct_size);

/* Copy the counters (selkie/stats.h). */
#define selkie_get_stats(engine, stats) selkie_get_stats_((engine), (stats), sizeof *(stats))
SELKIE_API void selkie_get_stats_(const selkie *engine, struct selkie_stats *stats, size_t struct_size);

#ifdef __cplusplus
}
#endif
#endif
