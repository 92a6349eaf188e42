/* The world of a fuzzed engine: a runtime, a broadcast handler, an allocator and an identity type, all driven by the
 * input, and the checks of what must hold whatever comes in. What comes in is decided in fuzz_handle_data.c.
 *
 * Identities are 3 bytes: an address of one byte and a generation of two; or 1 byte, an address that cannot be
 * renewed. */
#ifndef SELKIE_FUZZ_WORLD_H
#define SELKIE_FUZZ_WORLD_H

#include <stdbool.h>

#include "fuzz/input.h"
#include "selkie/codec.h"
#include "selkie/selkie.h"

enum {
    WORLD_ADDRESSES = 256,
    WORLD_TIMERS = 256,   /* the runtime refuses more */
    WORLD_PACKET = 2048,  /* no max_packet_size is larger */
    WORLD_REMEMBERED = 4, /* packets sent and timers fired */
    WORLD_IDENTITY_MAX = 3,
    WORLD_OURSELVES = 0 /* our address */
};

struct world_timer {
    struct selkie_timer timer;
    uint64_t due_us;
    uint64_t order; /* of submission */
};

struct world_packet {
    struct selkie_header header;
    unsigned char source[WORLD_IDENTITY_MAX], destination[WORLD_IDENTITY_MAX], peer[WORLD_IDENTITY_MAX];
};

struct world {
    selkie *engine;
    struct selkie_identity_type type;
    struct selkie_codec codec;
    struct selkie_config config;
    struct selkie_options options;
    bool bounded; /* lives in `memory`, which it never exceeds */
    void *memory;
    uint32_t timers_max; /* of the bounded engine; 0: none stated, or we broke the promise that it rests on */

    uint64_t now_us;
    uint64_t submitted;
    struct world_timer timers[WORLD_TIMERS];
    size_t timer_count;
    bool refuse_timers;
    struct selkie_timer fired[WORLD_REMEMBERED];
    size_t fired_count;

    struct world_packet sent[WORLD_REMEMBERED];
    size_t sent_count;
    uint8_t probe_number; /* of the last Ping */
    bool ping_missed;     /* a packet since then could not be encoded, and may have been a Ping */

    size_t outputs; /* packets, timers and notifications since the start */
    uint64_t trace; /* a hash of all of them, and of all results */
    size_t bytes_held;
    uint32_t allocations_left; /* before one fails; UINT32_MAX: none does */
    bool up[WORLD_ADDRESSES];  /* by notifications */
    size_t up_count;
    bool inside; /* a call on the engine is going on: all other calls must be refused */
};

/* Make an engine as the input says. False: the options are invalid, which selkie_options_complaint agrees to. */
bool world_open(struct world *world, struct input *input);

/* End it; all its memory must come back. */
void world_close(struct world *world);

/* Fill *codec with one that is unlike the packed one (fuzz/plain_codec.c). */
void world_plain_codec(struct selkie_codec *codec, uint16_t identity_size);

/* Write the identity with this address and generation. */
void world_identity(const struct world *world, unsigned address, unsigned generation, void *identity);

/* Take out the timer that is due next, and move the time to when it is. False: there is none. */
bool world_next_timer(struct world *world, struct selkie_timer *timer);

/* Calls on the engine, with the checks of what they promise about errors, memory and state. */
void world_packet_in(struct world *world, const void *bytes, size_t size);
void world_timer_in(struct world *world, const struct selkie_timer *timer);

/* Around any other call: world_enter(world); int result = selkie_...; world_leave(world, result). */
void world_enter(struct world *world);
void world_leave(struct world *world, int result);

#endif
