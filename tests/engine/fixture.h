/* One engine, called A1, and all that it does written down line by line:
 *
 *     > ack 1 from A1@0 to B1 (B1@0 alive)     it sent this
 *     timer probe in 1500 ms                   it submitted a timer
 *     member-up B1@0 alive                     it notified
 *     heard "hi" from B1                       it asked the broadcast handler
 *     done h sent                              it told the broadcast handler, if that is traced
 *     = DECODE                                 the call failed
 *
 * A test makes things happen, and says what it expects to have been written since it last did. The cluster has no
 * other engines: the test speaks for them. */
#ifndef TESTS_ENGINE_FIXTURE_H
#define TESTS_ENGINE_FIXTURE_H

#include "selkie/codec.h"
#include "selkie/selkie.h"

#include "engine/timer.h"

enum { TIMERS_MAX = 2048, LINES_MAX = 4096 };

struct pending {
    struct selkie_timer timer;
    uint64_t delay_us;
    bool fired;
};

struct fixture {
    /* What the engine is made from. Change it, then restart. */
    struct selkie_identity_type type; /* renews the generation: '1', '2', ... */
    struct selkie_config config;      /* simple: none of what goes beyond SWIM is on */
    struct selkie_runtime runtime;
    struct selkie_codec codec;           /* packed */
    struct selkie_broadcasts broadcasts; /* the key is the first byte; "?..." is known, "!..." is refused */
    bool with_broadcasts;
    struct selkie_options options;
    bool in_place; /* in memory of ours: needs max_members */

    selkie *engine;
    struct selkie_allocator engine_allocator; /* counts, dirties, and fails when told to */
    void *memory;                             /* of an engine in place */
    size_t memory_size;

    /* How the world around it behaves. */
    bool refuse_timers;
    enum timer_kind refused_kind; /* those of this kind are refused, too; at first of none */
    bool trace_wants;             /* write down whom the handler is asked about */
    bool trace_done;              /* write down what the handler hears of the end of broadcasts */
    char unwilling;               /* the member at this address wants no broadcasts; 0: all do */
    void (*inside)(selkie *);     /* called from inside whatever the engine calls, if set */
    unsigned allocations;         /* asked for so far */
    unsigned fail_allocation;     /* this one, counted from 1, fails; 0: none */
    size_t bytes_out;             /* allocated and not given back */

    /* What it did. */
    struct pending timers[TIMERS_MAX];
    unsigned timer_count;
    char *lines[LINES_MAX];
    unsigned line_count;
};

/* For cmocka. The engine is made already. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
#define test_of_one(function) cmocka_unit_test_setup_teardown(function, fixture_setup, fixture_teardown)

/* A new engine in place of the old one, and nothing written down. */
void restart(struct fixture *f);

/* An engine in memory of ours, of which every byte can be compared. */
void restart_in_place(struct fixture *f, uint32_t max_members);

/* From now on packets are so large. No engine starts with one that has no room for its identity. */
void set_packet_size(struct fixture *f, uint32_t bytes);

/* The counters as they are. */
struct selkie_stats stats_of(const struct fixture *f);
#define counted(f, name) (stats_of(f).name)

/* ---- what happens ---- */

/* Write down what a call gave, if that is an error, and pass it on. */
int did(struct fixture *f, int result);

/* A packet comes in: see text.h. */
int hear(struct fixture *f, const char *packet);
int hear_bytes(struct fixture *f, const void *bytes, size_t size);

/* apply_many, without telling others and with it. */
int learn(struct fixture *f, const char *members);
int learn_and_tell(struct fixture *f, const char *members);

/* Learn of members, and write nothing down. */
void know(struct fixture *f, const char *members);

/* The oldest timer of this kind that has not fired yet is due. There must be one. */
int fire(struct fixture *f, enum timer_kind kind);

/* That timer, which then counts as fired; and to give one to the engine. */
struct selkie_timer take_timer(struct fixture *f, enum timer_kind kind);
int give_timer(struct fixture *f, const struct selkie_timer *timer);

/* How many of this kind are in flight. */
unsigned in_flight(const struct fixture *f, enum timer_kind kind);

/* add_broadcast, of priority 0. */
int broadcast(struct fixture *f, const char *text);

/* ---- what is expected ---- */

/* Exactly these lines were written down since the last time. */
#define expect(f, ...) expect_lines((f), (const char *const[]){__VA_ARGS__, NULL}, __FILE__, __LINE__)
#define expect_nothing(f) expect_lines((f), (const char *const[]){NULL}, __FILE__, __LINE__)
void expect_lines(struct fixture *f, const char *const *lines, const char *file, int line);

/* What was written down does not matter. */
void forget(struct fixture *f);

/* How many lines start with this, or contain it. */
unsigned count_lines(const struct fixture *f, const char *start);
unsigned count_lines_with(const struct fixture *f, const char *part);

/* All members by slot, as text. */
#define expect_members(f, text) expect_members_at((f), (text), __FILE__, __LINE__)
void expect_members_at(struct fixture *f, const char *text, const char *file, int line);

/* All that the engine is and holds but its counters; only of one in place. `unchanged` gives the copy back. */
unsigned char *remember(const struct fixture *f);
void expect_unchanged(const struct fixture *f, unsigned char *before);

#endif
