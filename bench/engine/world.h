/* One engine under measurement, with members that are made up, and packets as they would come from them. */
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "selkie/codec.h"

enum { IDENTITY_BYTES = 8, ADDRESS_BYTES = 6, PACKET_BYTES = 1400, PACKET_ROOM = 1536 };

/* {IPv4 address, port, generation}, each big-endian. */
struct bench_identity {
    unsigned char bytes[IDENTITY_BYTES];
};

/* What an engine holds of memory, and the most that it ever held. */
struct bench_memory {
    size_t held, most;
};

struct bench_packet {
    unsigned char bytes[PACKET_ROOM];
    size_t size;
};

struct bench_watch;

struct bench_world {
    struct selkie_codec codec;
    struct bench_memory memory;
    const struct bench_watch *watch; /* NULL: nobody looks on */
    selkie *engine;
    uint32_t members; /* that it knows */

    /* What it asked for last. */
    struct bench_identity last_to;
    struct selkie_timer last_timer[2]; /* the one before the last, and the last */
    uint8_t probe_number;              /* of its last probe */
    struct bench_packet ack;           /* the answer to it, but for the member and the number in it */
    size_t ack_member, ack_number;     /* where they go */
    uint64_t sent, sent_bytes;
};

/* How many updates with such an incarnation a packet of PACKET_BYTES holds with this codec. */
uint32_t bench_updates_per_packet(const struct selkie_codec *codec, uint16_t incarnation);

/* "packed" or "bincode1". False: there is no such codec. */
bool bench_codec(struct selkie_codec *codec, const char *name);

/* The n-th member's identity, and back. These of its bytes differ from member to member. */
enum { BENCH_MEMBER_AT = 1, BENCH_MEMBER_BYTES = 3 };
struct bench_identity bench_identity(uint32_t n);
uint32_t bench_number(const struct bench_identity *identity);

/* The time, and that of the processor, which goes on only while we run but takes longer to ask for. */
double bench_now_ns(void);
double bench_cpu_ns(void);

/* A number below `bound`, the same for the same state. */
uint32_t bench_random(uint64_t *state, uint32_t bound);

/* An engine that knows nobody. `config` NULL: the simple preset. */
void bench_begin(struct bench_world *world, const struct selkie_codec *codec, const struct selkie_config *config);
void bench_end(struct bench_world *world);

/* Let it know members up to number `count`, 125 in a call. */
enum { BATCH = 125 };
void bench_populate(struct bench_world *world, uint32_t count, bool disseminate);

/* What the engine was asked to do. */
struct bench_call {
    enum { BENCH_PACKET, BENCH_TIMER, BENCH_GOSSIP, BENCH_MEMBERS } kind;
    const struct bench_packet *packet;
    const struct selkie_timer *timer;
    const struct selkie_member *members;
    size_t count;
    bool disseminate;
};

/* Ask it. The call has to succeed. */
void bench_packet_in(struct bench_world *world, const struct bench_packet *packet);
void bench_timer_due(struct bench_world *world, const struct selkie_timer *timer);
void bench_gossip(struct bench_world *world);
void bench_apply(struct bench_world *world, const struct selkie_member *members, size_t count, bool disseminate);

/* A whole probe cycle. Nothing else may have submitted a timer since the last one. */
void bench_probe(struct bench_world *world);

/* Who looks on at what engines are asked and do. All functions are given `ctx`; `sent` and `submitted` may be NULL. */
struct bench_watch {
    void *ctx;
    void (*begun)(void *ctx, const struct bench_world *world, const struct selkie_options *options);
    void (*ended)(void *ctx);
    void (*before)(void *ctx);
    void (*after)(void *ctx, const struct bench_call *call);
    void (*sent)(void *ctx, const void *identity, const void *bytes, size_t size);
    void (*submitted)(void *ctx, const struct selkie_timer *timer, uint64_t delay_us);
};

/* Look on at all engines that begin from now on. NULL: at none. */
void bench_watch(const struct bench_watch *watch);

/* A packet from member `from` to the engine: message and probe number; and updates of members at an incarnation. */
void bench_write(const struct bench_world *world, struct bench_packet *packet, uint8_t message, uint32_t from,
                 uint8_t number);
void bench_write_updates(const struct bench_world *world, struct bench_packet *packet, const uint32_t *members,
                         uint32_t count, uint16_t incarnation);

/* End the program with a sentence unless this holds: a benchmark of what fails measures nothing. */
#define bench_must(holds) bench_must_((holds), #holds)
void bench_must_(bool holds, const char *what);

#endif
