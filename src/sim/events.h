/* The queue of events of a simulated cluster: what will happen, in the order in which it will.
 *
 * Of events at the same moment calls of the scenario go first, then packets, then timers; timers go by member, then as
 * selkie_timer_compare says, all else in the order in which it was pushed. Knows nothing of what the events do. */
#ifndef SELKIE_SIM_EVENTS_H
#define SELKIE_SIM_EVENTS_H

#include "selkie/sim.h"

struct packet {
    uint64_t sent_us;
    uint32_t from;
    size_t size;
    unsigned char bytes[];
};

enum event_kind { EVENT_CALL, EVENT_PACKET, EVENT_TIMER, EVENT_JOIN, EVENT_WORK };

struct event {
    uint64_t time_us;
    uint64_t sequence; /* set by events_push */
    uint32_t member;
    uint32_t life; /* all but EVENT_CALL, EVENT_PACKET: of which start of the member */
    enum event_kind kind;
    uint32_t next; /* of the queue: the next in the same slot */
    union {
        struct selkie_timer timer;
        struct packet *packet; /* owned by the event */
        struct {
            void (*function)(selkie_sim *sim, void *ctx);
            void *ctx;
        } call;
    } what;
};

#define EVENTS_LEVELS 8u /* one for each byte of the time */
#define EVENTS_SLOTS 256u

/* All zero is an empty queue. How it works: events.c. */
struct events {
    struct event *pool;
    uint32_t room, used_places, free;
    size_t count;
    uint64_t pushed;
    uint64_t position_us; /* nothing that waits is before it */
    uint32_t slots[EVENTS_LEVELS][EVENTS_SLOTS];
    uint64_t used[EVENTS_LEVELS][EVENTS_SLOTS / 64]; /* a bit for each slot with something in it */
    uint32_t *present;                               /* a heap of what happens at `position_us` */
    uint32_t present_count, present_room;
};

/* Time goes forward only: no event may be before the last one that was taken, nor before a time up to which events_pop
 * was asked. */
void events_push(struct events *events, const struct event *event);

/* Take the next event. False: there is none up to and including `until_us`, which is not before the last one taken. */
bool events_pop(struct events *events, uint64_t until_us, struct event *event);

void events_free(struct events *events);
void event_free(const struct event *event); /* what the event owns */

#endif
