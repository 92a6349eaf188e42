/* One engine with everything around it in the test's hand: memory, timers, network, codec, handler, identity. All that
 * it does is counted and hashed, and a test may look in from inside every function that the engine was given. */
#ifndef TESTS_FAULTS_WORLD_H
#define TESTS_FAULTS_WORLD_H

#include "letter.h"
#include "memory.h"
#include "selkie/schedule.h"

/* Where the engine calls its user: one for each kind of notification, and the others. */
enum place {
    PLACE_NOTIFY = 0,
    PLACE_SEND_TO = SELKIE_NOTIFICATION_COUNT,
    PLACE_SUBMIT_AFTER,
    PLACE_RESIZE_BEFORE,
    PLACE_RESIZE_AFTER,
    PLACE_ENCODE_HEADER,
    PLACE_ENCODE_MEMBER,
    PLACE_DECODE_HEADER,
    PLACE_DECODE_MEMBER,
    PLACE_RECEIVE,
    PLACE_INVALIDATES,
    PLACE_WANTS,
    PLACE_DONE,
    PLACE_RENEW,
    PLACE_WINS,
    PLACE_COUNT
};

struct world {
    selkie *engine;
    struct memory memory;
    struct selkie_identity_type type;
    struct selkie_runtime runtime;
    struct selkie_codec codec;
    struct selkie_codec packed; /* which that one asks */
    struct selkie_config config;
    struct selkie_broadcasts handler;
    struct selkie_options options;
    struct identity_bytes identity;
    bool renewable;
    uint8_t versions[256]; /* of each subject, the last one that the handler heard of */

    /* What the engine did. */
    uint32_t outputs; /* sends, timers, notifications, questions to the handler */
    uint64_t spoken;  /* hash of all but timers */
    uint64_t trace;   /* hash of all */
    uint32_t notified[SELKIE_NOTIFICATION_COUNT];
    uint32_t sent[SELKIE_MESSAGE_COUNT];
    uint32_t sent_to_down[SELKIE_MESSAGE_COUNT];         /* those of them that went to a member that is Down */
    struct identity_bytes last_to[SELKIE_MESSAGE_COUNT]; /* who got the last one */
    uint8_t last_number;                                 /* of the last Ping */

    /* Time. */
    struct selkie_schedule *schedule;
    uint64_t now_us;
    uint32_t submitted;
    uint32_t refuse_at;       /* the timer that is not taken, counted from 1; 0: all are */
    bool refuse_from_there;   /* and none after it */
    uint64_t refuse_delay_us; /* the first timer that is this long is not taken; 0: no matter */
    uint32_t refused;

    /* Called inside each function that the engine was given. */
    void (*inside)(struct world *world, enum place place);
    uint32_t visits[PLACE_COUNT];
    const void *being_freed; /* the block, in PLACE_RESIZE_* */
};

/* Everything but the engine. by_equal_keys: the handler has no `invalidates`. */
void world_init(struct world *world, bool by_equal_keys);

/* Make the engine. What selkie_new_with says. */
int world_start(struct world *world);

/* End the engine, if there is one, and the world; fails the test if memory is left. */
void world_end(struct world *world);

/* Hand the engine a packet. */
int world_deliver(struct world *world, const struct letter *letter);

/* Let time pass to the next timer and hand it to the engine. 1: there is none. */
int world_next_timer(struct world *world);

/* Hand over all that is due within the time. Fails the test on an error that is not `allowed`. */
void world_run(struct world *world, uint64_t duration_us, int allowed);

uint64_t hash_more(uint64_t hash, const void *bytes, size_t size);

/* All that can be seen of an engine. */
struct snapshot {
    unsigned char identity[IDENTITY_SIZE];
    uint32_t incarnation, connection, active, count, updates, broadcasts;
    size_t limit;
    unsigned awareness;
    bool farewell;
    uint64_t members;          /* hash */
    struct selkie_stats stats; /* but for errors */
    struct selkie_config config;
};

struct snapshot snapshot_take(const selkie *engine);
void snapshot_check_equal(const struct snapshot *a, const struct snapshot *b);

#endif
