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
};

/* Whether a member is still to be probed in this round. UNSURE: it was Down while the round went on, and so has no
 * claim to be probed once in it; or it cannot be told whether a new round has begun. */
enum turn { TO_COME, HAD, UNSURE };

struct record {
    struct update is;
    uint32_t slot; /* SELKIE_NO_SLOT until the engine has told it */
    enum turn turn;
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
    TIMER_KINDS
};

struct timer {
    enum timer_kind kind;
    bool spent; /* it was given back before */
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

struct probe {
    bool on, acked, forwarded, stage;
    struct id id;
    uint16_t incarnation;
    struct id *helpers;
    size_t helper_count;
};

struct model {
    /* Given. `type` and `broadcasts` are those of the engine; of their functions the model calls only the pure ones. */
    struct selkie_identity_type type;
    struct selkie_codec codec;
    struct selkie_config config;
    struct selkie_broadcasts broadcasts;
    bool has_handler;
    bool mute; /* the engine's owner does not listen to notifications */
    uint32_t max_members, max_broadcasts, max_broadcast_bytes;
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
    struct selkie_stats stats;
    uint64_t serials;
    unsigned in_flight[TIMER_KINDS];     /* counted for the repeating timers of a bounded engine */
    uint64_t waiting_token[TIMER_KINDS]; /* of a start that waits for one of them to come back; 0: none */

    /* Of the call under way. */
    bool timer_lost, encode_failed;
    int first_error;
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

/* Does this timer name an identity that was forgotten and learned again? The engine need not take notice of it then. */
bool model_outlived(const struct model *model, const struct timer *timer);

/* ---- looking ---- */
bool same_id(const struct model *model, const struct id *a, const struct id *b);
bool same_address(const struct model *model, const struct id *a, const struct id *b);
bool is_active(const struct update *update);
struct record *model_find(const struct model *model, const struct id *id); /* by address */
size_t model_active_count(const struct model *model);
size_t model_broadcast_limit(const struct model *model);

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

/* ---- oracle.c: demands on the tape ---- */
const struct event *take_event(struct model *model, enum event_kind kind);
void expect_notify_member(struct model *model, int kind, struct record *record, const struct id *old);
void expect_notify_self(struct model *model, int kind, const struct id *old);
void expect_notify_header(struct model *model, int kind, const struct header *header);
void expect_probe_failed(struct model *model);
bool expect_renew(struct model *model, struct id *renewed);
uint64_t expect_submit(struct model *model, enum timer_kind kind, const struct update *about, uint64_t delay_us);

/* ---- backlog.c: what is still to be told ---- */
size_t encoded_size(const struct model *model, const struct update *update);
void queue_record(struct model *model, const struct record *record);
void queue_whole(struct model *model, const struct update *update);
void drop_queued_record(struct model *model, const struct id *address);
void queue_broadcast(struct model *model, const unsigned char *key, const unsigned char *bytes, size_t size,
                     unsigned priority);
bool model_broadcasts_full(const struct model *model, size_t more);
size_t take_updates(struct model *model, const unsigned char *bytes, size_t size, unsigned count, size_t left);
void take_broadcasts(struct model *model, const unsigned char *bytes, size_t size, size_t left);

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
void model_batch(struct model *model, const struct update *updates, size_t count, bool disseminate);
void model_we_are_down(struct model *model);
void model_adjust(struct model *model);
void model_start_cycles(struct model *model);
void model_become_undead(struct model *model);
void model_take_identity(struct model *model, const struct id *id);

#endif
