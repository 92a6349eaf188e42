/* The operations that are measured. Each works on an engine that knows N members; its name says what is done:
 *
 *   ping_ack            a Ping without updates comes in, the Ack goes out
 *   gossip_known        a full Gossip that changes nothing, for each update in it
 *   gossip_news         a full Gossip, each update of which raises an incarnation and is queued while N are, for each
 *   probe_cycle         ProbeRandomMember and its Ping, the Ack, SendIndirectProbe
 *   gossip_idle         gossip() to 3 with nothing to tell
 *   gossip_full         gossip() to 3 with 1,000 updates to tell, whose sizes fill the packet exactly
 *   gossip_full_uneven  the same, but they leave a byte over
 *   announce_feed       an Announce comes in, the Feed goes out
 *   populate            apply_many of new members, not to be told on, for each member */
#ifndef BENCH_OPERATIONS_H
#define BENCH_OPERATIONS_H

#include "floor.h"
#include "world.h"

struct bench_operation {
    const char *name;

    /* Make the engine and the packets for `members` members. */
    void (*begin)(const struct selkie_codec *codec, uint32_t members);

    /* Get ready for one more run, which is not measured. NULL: it always is. */
    void (*ready)(void);

    /* Do it a number of times. How often. */
    uint64_t (*run)(void);
    void (*end)(void);

    struct bench_floor floor; /* of each */
};

/* Everything is done so many times less often than usual; 1 at first. */
extern uint32_t bench_fewer;

extern const struct bench_operation bench_operations[];
extern const size_t bench_operation_count;

#endif
