/* The queue of events of a simulated cluster: what will happen, in the order in which it will.
 *
 * Of events at the same moment calls of the scenario go first, then packets, then timers; timers go by member, then as
 * selkie_timer_compare says, all else in the order in which it was pushed. Knows nothing of what the events do. */
#ifndef SELKIE_SIM_EVENTS_H
#define SELKIE_SIM_EVENTS_H

#include "selkie/sim.h"

struct packet {
    uint32_t from;
    size_t size;
    unsigned char bytes[];
};

enum event_kind { EVENT_CALL, EVENT_PACKET, EVENT_TIMER, EVENT_JOIN };

struct event {
    uint64_t time_us;
    uint64_t sequence; /* set by events_push */
    uint32_t member;
    uint32_t life; /* EVENT_TIMER, EVENT_JOIN: of which start of the member */
    enum event_kind kind;
    union {
        struct selkie_timer timer;
        struct packet *packet; /* owned by the event */
        struct {
            void (*function)(selkie_sim *sim, void *ctx);
            void *ctx;
        } call;
    } what;
};

struct events {
    struct event *heap;
    size_t count, room;
    uint64_t pushed;
};

void events_push(struct events *events, const struct event *event);
bool events_pop(struct events *events, uint64_t until_us, struct event *event);
void events_free(struct events *events);
void event_free(const struct event *event); /* what the event owns */

#endif
