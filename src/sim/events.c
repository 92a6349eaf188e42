/* The event queue of a simulated cluster: a binary heap. */
#include "sim/events.h"

#include "sim/memory.h"

#include <stdlib.h>

/* Is `a` to happen before `b`? A total order, so that a run does not depend on the heap's shape. */
static bool before(const struct event *a, const struct event *b) {
    if (a->time_us != b->time_us) {
        return a->time_us < b->time_us;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind;
    }
    if (a->kind == EVENT_TIMER) {
        if (a->member != b->member) {
            return a->member < b->member;
        }
        int order = selkie_timer_compare(&a->what.timer, &b->what.timer);
        if (order != 0) {
            return order < 0;
        }
    }
    return a->sequence < b->sequence;
}

static void sift_up(struct events *events, size_t at, const struct event *event) {
    while (at > 0 && before(event, &events->heap[(at - 1) / 2])) {
        events->heap[at] = events->heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    events->heap[at] = *event;
}

static void sift_down(struct events *events, size_t at, const struct event *event) {
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < events->count && before(&events->heap[child + 1], &events->heap[child])) {
            child++;
        }
        if (child >= events->count || !before(&events->heap[child], event)) {
            events->heap[at] = *event;
            return;
        }
        events->heap[at] = events->heap[child];
        at = child;
    }
}

void events_push(struct events *events, const struct event *event) {
    if (events->count == events->room) {
        events->room = events->room == 0 ? 64 : events->room * 2;
        events->heap = sim_realloc(events->heap, events->room, sizeof *events->heap);
    }
    struct event numbered = *event;
    numbered.sequence = events->pushed++;
    sift_up(events, events->count++, &numbered);
}

bool events_pop(struct events *events, uint64_t until_us, struct event *event) {
    if (events->count == 0 || events->heap[0].time_us > until_us) {
        return false;
    }
    *event = events->heap[0];
    struct event last = events->heap[--events->count];
    if (events->count > 0) {
        sift_down(events, 0, &last);
    }
    return true;
}

void event_free(const struct event *event) {
    if (event->kind == EVENT_PACKET) {
        free(event->what.packet);
    }
}

void events_free(struct events *events) {
    for (size_t i = 0; i < events->count; i++) {
        event_free(&events->heap[i]);
    }
    free(events->heap);
    *events = (struct events){0};
}
