/* What waits for a member: a ring of events. */
#include "sim/inbox.h"

#include "sim/memory.h"

#include <stdlib.h>

static struct event *at(struct inbox *inbox, size_t place) {
    return &inbox->events[(inbox->first + place) % inbox->room];
}

/* The same events in a larger ring: of one kind first if `timers_first`. */
static void copy(struct inbox *inbox, size_t room, bool timers_first) {
    struct event *events = sim_realloc(NULL, room, sizeof *events);
    size_t copied = 0;
    for (unsigned round = 0; round < 2; round++) {
        for (size_t place = 0; place < inbox->count; place++) {
            bool later = timers_first && at(inbox, place)->kind == EVENT_PACKET;
            if (later == (round == 1)) {
                events[copied++] = *at(inbox, place);
            }
        }
    }
    free(inbox->events);
    inbox->events = events;
    inbox->first = 0;
    inbox->room = room;
}

void inbox_put(struct inbox *inbox, const struct event *event) {
    if (inbox->count == inbox->room) {
        copy(inbox, inbox->room == 0 ? 16 : inbox->room * 2, false);
    }
    *at(inbox, inbox->count++) = *event;
    inbox->packets += event->kind == EVENT_PACKET;
}

bool inbox_take(struct inbox *inbox, struct event *event) {
    if (inbox->count == 0) {
        return false;
    }
    *event = *at(inbox, 0);
    inbox->first = (inbox->first + 1) % inbox->room;
    inbox->count--;
    inbox->packets -= event->kind == EVENT_PACKET;
    return true;
}

void inbox_timers_first(struct inbox *inbox) {
    if (inbox->count > 0) {
        copy(inbox, inbox->room, true);
    }
}

void inbox_free(struct inbox *inbox) {
    struct event event;
    while (inbox_take(inbox, &event)) {
        event_free(&event);
    }
    free(inbox->events);
    *inbox = (struct inbox){0};
}
