/* The reference model: the protocol once more, small, obvious and slow. Members and backlogs are plain lists,
 * identities are kept by value, nothing is indexed.
 *
 * The model is given the same input as an engine, together with the tape of what the engine did with it. Where the
 * protocol leaves no choice the model demands the very thing of the tape; where it does (whom to probe, whom to gossip
 * to, what rides in a packet) it demands that the engine's choice is an allowed one, and makes it its own. */
#ifndef TESTS_MODEL_MODEL_H
#define TESTS_MODEL_MODEL_H

#include "tape.h"

#include "selkie/codec.h"
#include "selkie/selkie.h"

struct update {
    struct id id;
    uint16_t incarnation;
    uint8_t state, flags;
    bool accused; /* news that names an accuser: whoever suspects the member first-hand */
    struct id accuser;
};

/* Whether a member is still to be probed in this round. UNSURE: it was Down while the round went on, and so has no
 * claim to be probed once in it; or it cannot be told whether a new round has begun. */
enum turn { TO_COME, HAD, UNSURE };

struct record {
    struct update is;
    uint32_t slot; /* SELKIE_NO_SLOT until the engine has told it */
    enum turn turn;
    uint64_t suspicion;    /* serial of the last one that began */
    uint64_t life;         /* differs for each time an address is learned */
    uint64_t remove_timer; /* serial of the RemoveDown that is on its way for this slot; 0: none */
};

/* A queued update. `whole`: it is sent as queued, otherwise as the table holds its address then. */
struct queued_update {
    struct update is;
    bool whole;
    unsigned left;
    size_t size;     /* encoded, when it was queued */
    uint64_t serial; /* of its queueing */
};

/* A bounded engine keeps so many whole updates; the oldest makes room. */
#define WHOLE_MAX 4u

/* A bounded engine has no more repeating timers of a kind in flight; the next start waits until a stale one has come
 * back. */
#define REPEATING_MAX 8u

struct queued_broadcast {
    unsigned char key[KEY_MAX];
    unsigned char *bytes;
    size_t size;
    unsigned left, priority;
};

/* In the order in which timers go that are due together. */
enum timer_kind {
    SEND_INDIRECT_PROBE,
    PROBE_RANDOM_MEMBER,
    CHANGE_SUSPECT_TO_DOWN,
    PERIODIC_ANNOUNCE,
    PERIODIC_GOSSIP,
    REMOVE_DOWN,
    PERIODIC_ANNOUNCE_DOWN,
    SEND_NACK,
    TIMER_KINDS
};

struct timer {
    enum timer_kind kind;
    struct id id;
    uint16_t incarnation;
    uint64_t token, serial, life;
};

/* What was submitted by the engine and the model alike. */
struct submitted {
    struct selkie_timer engines;
    struct timer models;
    uint64_t delay_us;
    bool kept;
};

struct helper {
    struct id id;
    bool owes_nack, heard; /* heard: it sent a Nack or a ForwardedAck */
};

struct probe {
    bool on, acked, forwarded, stage;
    struct id id;
    uint16_t incarnation;
    unsigned score; /* that the cycle began with */
    struct helper *helpers;
    size_t helper_count;
};

/* A nack that we owe: somebody asked us to probe, and wants to hear if there is no answer. */
#define NACKS_MAX 16u
struct owed_nack {
    struct id asker, target;
    uint8_t number;
    bool taken_back;
    uint64_t timer; /* serial of the SendNack in flight */
};

/* A suspicion that has a place: there is one for each of its timers in flight. */
struct suspicion {
    struct id id;
    uint16_t incarnation;
    uint64_t begun, token, timer; /* begun: a serial of its own. timer: the serial of the one in flight */
    uint64_t min_us, max_us, debt_us;
    unsigned confirmations, confirmed, due; /* K, C and s of the protocol */
    struct id accusers[SELKIE_CONFIRMATIONS_MAX + 1];
    unsigned accuser_count;
    uint64_t accuser_life; /* of the last one's record when it accused; 0: it had none */
    uint32_t accuser_slot; /* of that record, when it was forgotten */
};

/* The timer of suspicions that found no place, of which a slot has one at most. */
struct untracked {
    uint32_t slot;
    uint64_t token, timer, pauses;
};

struct model {
    /* Given. `type` and `broadcasts` are those of the engine; of their functions the model calls only the pure ones. */
    struct selkie_identity_type type;
    struct selkie_codec codec;
    struct selkie_config config;
    struct selkie_broadcasts broadcasts;
    bool has_handler;
    bool mute; /* the engine's owner does not listen to notifications */
    uint32_t max_members, max_broadcasts, max_broadcast_bytes, max_suspicions;
    struct tape *tape;
    void (*fail)(void *ctx, const char *what); /* does not return */
    void *fail_ctx;

    struct id self;
    uint16_t incarnation;
    enum selkie_connection connection;
    uint64_t token;
    uint8_t probe_number;
    struct probe probe;
    struct record *members;
    size_t member_count, most_members;
    struct queued_update *updates;
    size_t update_count;
    struct queued_broadcast *queued;
    size_t queued_count;
    size_t share_kept; /* beyond the plain share of the next packet: what the first broadcast saved up */
    struct selkie_stats stats;
    unsigned score;
    struct owed_nack owed[NACKS_MAX];
    size_t owed_count;
    struct suspicion *suspicions;
    size_t suspicion_count;
    struct untracked *untracked;
    size_t untracked_count;
    uint64_t pauses;
    struct selkie_config given; /* the last configuration given; `config` is the one in force */
    uint8_t first_confirmations;
    size_t adapted_to;        /* active members at the last computation */
    uint64_t announcing_down; /* token of the last PeriodicAnnounceDown, until it comes back; 0: it has */
    uint64_t serials;
    unsigned in_flight[TIMER_KINDS];     /* counted for the repeating timers of a bounded engine */
    uint64_t waiting_token[TIMER_KINDS]; /* of a start that waits for one of them to come back; 0: none */

    /* Of the call under way. */
    bool timer_lost, encode_failed;
    bool became_disconnected, rejoined, suspect_down;
    int first_error;
    unsigned char (*ended)[KEY_MAX]; /* keys of broadcasts that are queued no more, still to be told */
    size_t ended_count;
    struct submitted *submitted;
    size_t submitted_count;
};

void model_init(struct model *model, const struct id *self);
void model_free(struct model *model);

/* The calls of selkie.h. Each goes with the tape of the engine's same call, demands that all of it is accounted for,
 * and returns what the engine should have returned. */
int model_handle_data(struct model *model, const unsigned char *bytes, size_t size);
int model_handle_timer(struct model *model, const struct timer *timer);
int model_announce(struct model *model, const struct id *id);
int model_gossip(struct model *model);
int model_add_broadcast(struct model *model, const unsigned char *bytes, size_t size, unsigned priority);
int model_broadcast(struct model *model);
int model_leave(struct model *model);
int model_change_identity(struct model *model, const struct id *id);
int model_reuse_down_identity(struct model *model);
int model_apply_many(struct model *model, const struct update *updates, size_t count, bool disseminate);
int model_revive(struct model *model);
int model_set_config(struct model *model, const struct selkie_config *config);
int model_evict(struct model *model, const struct id *id);
int model_paused(struct model *model, uint64_t duration_us);

/* Does this timer name an identity that was forgotten and learned again? The engine need not take notice of it then. */
bool model_outlived(const struct model *model, const struct timer *timer);

/* ---- looking ---- */
bool same_id(const struct model *model, const struct id *a, const struct id *b);
bool same_address(const struct model *model, const struct id *a, const struct id *b);
bool is_active(const struct update *update);
struct record *model_find(const struct model *model, const struct id *id); /* by address */
size_t model_active_count(const struct model *model);
size_t model_broadcast_limit(const struct model *model);
bool model_farewell_pending(const struct model *model);
const struct id *model_accuser(const struct model *model, const struct update *held); /* of a record; or NULL */

/* ---- model.c, for its parts ---- */
#define DEMAND(model, condition, ...)                                                                                  \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            model_fail((model), __VA_ARGS__);                                                                          \
    } while (0)
_Noreturn void model_fail(const struct model *model, const char *format, ...) __attribute__((format(printf, 2, 3)));
void model_error(struct model *model, int error); /* the first one counts */
void model_begin(struct model *model);
int model_finish(struct model *model); /* the result of the call; nothing more may be on the tape */
void submit_repeating(struct model *model, enum timer_kind kind);

/* ---- oracle.c: demands on the tape ---- */
const struct event *take_event(struct model *model, enum event_kind kind);
void expect_notify_member(struct model *model, int kind, struct record *record, const struct id *old);
void expect_notify_self(struct model *model, int kind, const struct id *old);
void expect_notify_header(struct model *model, int kind, const struct header *header);
void expect_probe_failed(struct model *model);
bool expect_renew(struct model *model, struct id *renewed);
void expect_done(struct model *model, enum selkie_broadcast_end end); /* of all that ended, in any order */
uint64_t expect_submit(struct model *model, enum timer_kind kind, const struct update *about, uint64_t delay_us);

/* ---- backlog.c: what is still to be told ---- */
size_t encoded_size(const struct model *model, const struct update *held);
size_t plain_size(const struct model *model, const struct update *update); /* without any accuser */
void queue_record(struct model *model, const struct record *record);
bool record_is_queued(const struct model *model, const struct record *record);
size_t first_broadcast_size(const struct model *model); /* there has to be one */
void queue_whole(struct model *model, const struct update *update);
void drop_queued_record(struct model *model, const struct id *address);
void queue_broadcast(struct model *model, const unsigned char *key, const unsigned char *bytes, size_t size,
                     unsigned priority);
bool model_broadcasts_full(const struct model *model, size_t more);
struct update_section {
    const unsigned char *bytes;
    size_t size; /* to the end of the packet */
    unsigned count;
    size_t left; /* that updates may take */
};
size_t match_member(const struct model *model, const struct update_section *section, const struct update *is);
size_t take_updates(struct model *model, struct update_section section, const struct record *except);
size_t size_of_updates(const struct model *model, const struct update_section *section);

/* Broadcasts fill a packet in two goes: what is kept for them, and what updates leave. */
struct broadcast_filling {
    const unsigned char *bytes;
    size_t size; /* to the end of the packet */
    bool *sent;
};
struct broadcast_filling begin_broadcasts(const struct model *model, const unsigned char *bytes, size_t size);
size_t take_some_broadcasts(struct model *model, struct broadcast_filling *filling, size_t left);
void end_broadcasts(struct model *model, struct broadcast_filling *filling);
void gain_transmissions(struct model *model, unsigned more);

/* ---- sending.c: packets and whom they go to ---- */
void expect_send(struct model *model, int message, const struct id *to, const struct id *peer, uint8_t number);
const struct id *next_recipient(const struct model *model); /* of the next packet on the tape; NULL: none is next */
bool message_fits(const struct model *model, int message, const struct id *to, const struct id *peer, uint8_t number);
struct fan_out {
    int message;
    bool to_down;            /* to Down members, otherwise to active ones */
    const struct id *except; /* NULL: nobody */
    const struct id *peer;
    uint8_t number;
};
void expect_fan_out(struct model *model, size_t wanted, const struct fan_out *how);
void expect_gossip(struct model *model);
void expect_broadcasting(struct model *model);

/* ---- receiving.c: batches and news about ourselves ---- */
enum outcome { UNCHANGED, CHANGED, LOST, REFUSED };
enum outcome model_apply(struct model *model, const struct update *update, bool disseminate);
enum outcome model_apply_if(struct model *model, const struct update *update, long incarnation); /* < 0: any */
void model_batch(struct model *model, const struct update *updates, size_t count, bool disseminate);
void model_we_are_down(struct model *model);
void model_adjust(struct model *model);
void model_become_undead(struct model *model);
void model_take_identity(struct model *model, const struct id *id);

/* ---- probing.c: the probe cycle ---- */
void clear_probe(struct model *model);
void take_answer(struct model *model, const struct header *header);
void probe_random_member(struct model *model);
void send_indirect_probe(struct model *model, const struct timer *timer);

/* ---- health.c: how ill we are, and the nacks that we owe ---- */
void change_score(struct model *model, int64_t change);
bool nack_wanted(const struct model *model);
void note_nacks_missed(struct model *model);
void owe_nack(struct model *model, const struct id *asker, const struct id *target, uint8_t number);
void take_back_nacks(struct model *model, const struct id *asker, const struct id *target, uint8_t number);
void send_nack(struct model *model, const struct timer *timer);

/* ---- suspicion.c: suspicions, their timers and their accusers ---- */
bool suspicions_shrink(const struct model *model); /* are the rules about accusers on? */
struct begun {
    bool any, tracked;
    size_t place;
};
struct begun begin_suspicion(struct model *model, struct record *record, const struct id *accuser);
void time_suspicion(struct model *model, const struct record *record, struct begun begun);
void time_failed_probe(struct model *model, const struct update *suspicion);
void accuse(struct model *model, struct record *record, const struct update *heard, bool disseminate);
void forget_accuser(struct model *model, const struct record *accuser);
void suspicion_due(struct model *model, const struct timer *timer);
void revive_suspicions(struct model *model);

/* ---- counting.c ---- */
void model_count_error(struct model *model, int error);
void model_count_message(struct model *model, int message, bool sent, size_t bytes);
void model_count_verdict(struct model *model, int verdict);

/* ---- adapting.c: the configuration, and how it follows the number of members ---- */
void adapt(struct model *model);

#endif
