/* The event queue of a simulated cluster: a timing wheel for what is still to come, and a heap for the present moment.
 *
 * The wheel has a level for each byte of the time. An event waits on the level of the highest byte in which its time
 * differs from the queue's position, in the slot that this byte names. So the next events are those of the first slot
 * in use on the lowest level in use; if that is not level 0, the position moves to where that slot begins, and its
 * events go down to levels below. All of one slot of level 0 happen in the same microsecond: the heap has them in
 * their order.
 *
 * Events lie in one array and are known by their places in it; place 0 stands for none. */
#include "sim/events.h"

#include "sim/memory.h"

#include <stdlib.h>

/* Is `a` to happen before `b`, which is at the same moment? A total order, so that a run does not depend on how the
 * queue works. */
static bool before(const struct event *a, const struct event *b) {
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

/* ---- The present moment ---- */

static bool places_in_order(const struct events *events, uint32_t a, uint32_t b) {
    return before(&events->pool[a], &events->pool[b]);
}

static void present_push(struct events *events, uint32_t place) {
    if (events->present_count == events->present_room) {
        events->present_room = events->present_room == 0 ? 64 : events->present_room * 2;
        events->present = sim_realloc(events->present, events->present_room, sizeof *events->present);
    }
    uint32_t *heap = events->present;
    size_t at = events->present_count++;
    while (at > 0 && places_in_order(events, place, heap[(at - 1) / 2])) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = place;
}

static uint32_t present_pop(struct events *events) {
    uint32_t *heap = events->present;
    uint32_t first = heap[0], last = heap[--events->present_count];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < events->present_count) {
        if (child + 1 < events->present_count && places_in_order(events, heap[child + 1], heap[child])) {
            child++;
        }
        if (!places_in_order(events, heap[child], last)) {
            break;
        }
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}

/* ---- The wheel ---- */

static unsigned byte_of(uint64_t time_us, unsigned level) {
    return (unsigned)(time_us >> (8 * level)) & 0xffu;
}

static void wheel_push(struct events *events, uint32_t place) {
    struct event *event = &events->pool[place];
    unsigned level = 0;
    for (uint64_t apart = (event->time_us ^ events->position_us) >> 8; apart != 0; apart >>= 8) {
        level++;
    }
    unsigned slot = byte_of(event->time_us, level);
    event->next = events->slots[level][slot];
    events->slots[level][slot] = place;
    events->used[level][slot / 64] |= UINT64_C(1) << (slot % 64);
}

static unsigned lowest_bit(uint64_t word) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(word);
#else
    unsigned bit = 0;
    while ((word >> bit & 1) == 0) {
        bit++;
    }
    return bit;
#endif
}

/* The first slot in use on a level; EVENTS_SLOTS: none is. None is in use that the position has passed. */
static unsigned first_slot(const struct events *events, unsigned level) {
    for (unsigned word = 0; word < EVENTS_SLOTS / 64; word++) {
        if (events->used[level][word] != 0) {
            return word * 64 + lowest_bit(events->used[level][word]);
        }
    }
    return EVENTS_SLOTS;
}

/* When a slot begins, as seen from the position. */
static uint64_t slot_begin(const struct events *events, unsigned level, unsigned slot) {
    uint64_t above = level + 1 < EVENTS_LEVELS ? events->position_us >> (8 * (level + 1)) : 0;
    return (above << 8 | slot) << (8 * level);
}

/* Empty the first slot in use of a level: into the present, or to levels below. */
static void go_to(struct events *events, unsigned level, unsigned slot, uint64_t begin_us) {
    uint32_t place = events->slots[level][slot];
    events->slots[level][slot] = 0;
    events->used[level][slot / 64] &= ~(UINT64_C(1) << (slot % 64));
    events->position_us = begin_us;
    while (place != 0) {
        uint32_t next = events->pool[place].next;
        if (level == 0) {
            present_push(events, place);
        } else {
            wheel_push(events, place);
        }
        place = next;
    }
}

/* Go on to the next moment at which something happens, if that is not after `until_us`. */
static bool go_on(struct events *events, uint64_t until_us) {
    for (unsigned level = 0; level < EVENTS_LEVELS; level++) {
        unsigned slot = first_slot(events, level);
        if (slot < EVENTS_SLOTS) {
            uint64_t begin_us = slot_begin(events, level, slot);
            if (begin_us > until_us) {
                return false;
            }
            go_to(events, level, slot, begin_us);
            return level == 0 || go_on(events, until_us); /* now there are some on a level below */
        }
    }
    return false;
}

/* ---- All of it ---- */

static uint32_t take_place(struct events *events) {
    uint32_t place = events->free;
    if (place != 0) {
        events->free = events->pool[place].next;
        return place;
    }
    if (events->used_places + 1 >= events->room) {
        if (events->room > UINT32_MAX / 2) {
            selkie_panic("selkie_sim: too many events");
        }
        events->room = events->room == 0 ? 64 : events->room * 2;
        events->pool = sim_realloc(events->pool, events->room, sizeof *events->pool);
    }
    return ++events->used_places;
}

void events_push(struct events *events, const struct event *event) {
    if (event->time_us < events->position_us) {
        selkie_panic("selkie_sim: an event in the past");
    }
    uint32_t place = take_place(events);
    events->pool[place] = *event;
    events->pool[place].sequence = events->pushed++;
    events->count++;
    if (events->present_count > 0 && event->time_us == events->position_us) {
        present_push(events, place);
    } else {
        wheel_push(events, place);
    }
}

bool events_pop(struct events *events, uint64_t until_us, struct event *event) {
    if (events->present_count == 0 && !go_on(events, until_us)) {
        return false;
    }
    uint32_t place = present_pop(events);
    *event = events->pool[place];
    events->pool[place].next = events->free;
    events->free = place;
    events->count--;
    return true;
}

void event_free(const struct event *event) {
    if (event->kind == EVENT_PACKET) {
        free(event->what.packet);
    }
}

void events_free(struct events *events) {
    struct event event;
    while (events_pop(events, UINT64_MAX, &event)) {
        event_free(&event);
    }
    free(events->pool);
    free(events->present);
    *events = (struct events){0};
}
