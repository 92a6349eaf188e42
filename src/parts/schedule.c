/* The schedule: a binary heap of timers, the one that goes first on top. What timers mean is not known here. */
#include "selkie/schedule.h"

#include <limits.h>

#include "parts/allocator.h"

struct entry {
    uint64_t due_us;
    uint64_t number; /* how many were pushed before it: the last word on who goes first */
    struct selkie_timer timer;
};

struct selkie_schedule {
    struct selkie_allocator allocator; /* no resize: the memory is the caller's */
    struct entry *entries;             /* entries[i] goes before entries[2i + 1] and entries[2i + 2] */
    uint32_t count;
    uint32_t capacity;
    uint64_t pushed; /* ever */
};

#define ENTRIES_AT                                                                                                     \
    ((sizeof(struct selkie_schedule) + SELKIE_MEMORY_ALIGN - 1) / SELKIE_MEMORY_ALIGN * SELKIE_MEMORY_ALIGN)

/* What a count and the sizes made of it can hold. */
#define CAPACITY_MAX (SIZE_MAX / sizeof(struct entry) < UINT32_MAX ? SIZE_MAX / sizeof(struct entry) : UINT32_MAX)

/* ---- Life ---- */

static bool grow(struct selkie_schedule *schedule, size_t capacity) {
    if (schedule->allocator.resize == NULL || capacity > CAPACITY_MAX)
        return false;
    size_t old_size = schedule->capacity * sizeof(struct entry);
    void *entries = schedule->allocator.resize(schedule->allocator.ctx, schedule->entries, old_size,
                                               capacity * sizeof(struct entry));
    if (entries == NULL)
        return false;
    schedule->entries = entries;
    schedule->capacity = (uint32_t)capacity;
    return true;
}

int selkie_schedule_new(struct selkie_schedule **schedule, const struct selkie_allocator *allocator, uint32_t reserve) {
    struct selkie_allocator own = allocator_or_default(allocator);
    struct selkie_schedule *made = own.resize(own.ctx, NULL, 0, sizeof *made);
    if (made == NULL)
        return SELKIE_E_NO_MEMORY;
    *made = (struct selkie_schedule){.allocator = own};
    if (reserve != 0 && !grow(made, reserve)) {
        selkie_schedule_free(made);
        return SELKIE_E_NO_MEMORY;
    }
    *schedule = made;
    return SELKIE_OK;
}

size_t selkie_schedule_memory_size(uint32_t timers) {
    uint64_t size = ENTRIES_AT + (uint64_t)timers * sizeof(struct entry); /* below 2^38 */
    return size <= SIZE_MAX ? (size_t)size : SIZE_MAX;
}

int selkie_schedule_new_in(struct selkie_schedule **schedule, void *memory, size_t size, uint32_t timers) {
    size_t needed = selkie_schedule_memory_size(timers);
    if (needed == SIZE_MAX || size < needed || (uintptr_t)memory % SELKIE_MEMORY_ALIGN != 0)
        return SELKIE_E_NO_MEMORY;
    struct selkie_schedule *made = memory;
    void *entries = (unsigned char *)memory + ENTRIES_AT;
    *made = (struct selkie_schedule){.entries = entries, .capacity = timers};
    *schedule = made;
    return SELKIE_OK;
}

void selkie_schedule_free(struct selkie_schedule *schedule) {
    if (schedule == NULL || schedule->allocator.resize == NULL)
        return;
    struct selkie_allocator allocator = schedule->allocator;
    if (schedule->entries != NULL)
        allocator.resize(allocator.ctx, schedule->entries, schedule->capacity * sizeof(struct entry), 0);
    allocator.resize(allocator.ctx, schedule, sizeof *schedule, 0);
}

bool selkie_schedule_reserve(struct selkie_schedule *schedule, uint32_t more) {
    if (more <= schedule->capacity - schedule->count)
        return true;
    size_t needed = (size_t)schedule->count + more;
    size_t doubled = (size_t)schedule->capacity * 2; /* so that a row of pushes costs O(1) each */
    return grow(schedule, needed > doubled ? needed : doubled);
}

/* ---- The heap ---- */

static bool goes_before(const struct entry *a, const struct entry *b) {
    if (a->due_us != b->due_us)
        return a->due_us < b->due_us;
    int order = selkie_timer_compare(&a->timer, &b->timer);
    return order != 0 ? order < 0 : a->number < b->number;
}

/* Put `entry` where it belongs, from the free place `at` upwards. */
static void rise(struct entry *entries, uint32_t at, struct entry entry) {
    while (at > 0 && goes_before(&entry, &entries[(at - 1) / 2])) {
        entries[at] = entries[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    entries[at] = entry;
}

/* Put `entry` where it belongs, from the free place at the top downwards. */
static void sink(struct entry *entries, uint32_t count, struct entry entry) {
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && goes_before(&entries[child + 1], &entries[child]))
            child++;
        if (!goes_before(&entries[child], &entry))
            break;
        entries[at] = entries[child];
    }
    entries[at] = entry;
}

bool selkie_schedule_push(struct selkie_schedule *schedule, const struct selkie_timer *timer, uint64_t due_us) {
    if (!selkie_schedule_reserve(schedule, 1))
        return false;
    struct entry entry = {.due_us = due_us, .number = schedule->pushed++, .timer = *timer};
    rise(schedule->entries, schedule->count++, entry);
    return true;
}

bool selkie_schedule_pop(struct selkie_schedule *schedule, uint64_t now_us, struct selkie_timer *timer) {
    if (schedule->count == 0 || schedule->entries[0].due_us > now_us)
        return false;
    *timer = schedule->entries[0].timer;
    schedule->count--;
    if (schedule->count > 0)
        sink(schedule->entries, schedule->count, schedule->entries[schedule->count]);
    return true;
}

/* ---- Looking ---- */

uint64_t selkie_schedule_next_due(const struct selkie_schedule *schedule) {
    return schedule->count == 0 ? UINT64_MAX : schedule->entries[0].due_us;
}

int selkie_schedule_wait_ms(const struct selkie_schedule *schedule, uint64_t now_us) {
    if (schedule->count == 0)
        return -1;
    uint64_t due_us = schedule->entries[0].due_us;
    if (due_us <= now_us)
        return 0;
    uint64_t wait_ms = (due_us - now_us - 1) / 1000 + 1;
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

uint32_t selkie_schedule_count(const struct selkie_schedule *schedule) {
    return schedule->count;
}
