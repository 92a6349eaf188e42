/* The schedule: a binary heap of timers, the one that goes first on top. What timers mean is not known here.
 *
 * Each level of the heap is a block of memory of its own, twice as large as the one above. So a heap that grows leaves
 * all that is in it where it is, and no call takes long because there are many timers. */
#include "selkie/schedule.h"

#include <limits.h>

#include "parts/allocator.h"

#define LEVELS 32u /* as many as there can be timers for: they are counted in 32 bits */

struct entry {
    uint64_t due_us;
    uint64_t number; /* how many were pushed before it: the last word on who goes first */
    struct selkie_timer timer;
};

struct selkie_schedule {
    struct selkie_allocator allocator; /* no resize: the memory is the caller's */
    struct entry *levels[LEVELS];      /* levels[k][i] goes before levels[k + 1][2i] and levels[k + 1][2i + 1] */
    uint32_t levels_count;
    uint32_t count;    /* of timers: all levels but the last of them are full */
    uint32_t capacity; /* of all levels together */
    uint64_t pushed;   /* ever */
};

#define ENTRIES_AT                                                                                                     \
    ((sizeof(struct selkie_schedule) + SELKIE_MEMORY_ALIGN - 1) / SELKIE_MEMORY_ALIGN * SELKIE_MEMORY_ALIGN)

/* ---- Levels ---- */

static size_t level_size(uint32_t level) {
    return ((size_t)1 << level) * sizeof(struct entry);
}

static bool add_level(struct selkie_schedule *schedule) {
    uint32_t level = schedule->levels_count;
    if (schedule->allocator.resize == NULL || level == LEVELS || SIZE_MAX / sizeof(struct entry) >> level == 0)
        return false;
    void *entries = schedule->allocator.resize(schedule->allocator.ctx, NULL, 0, level_size(level));
    if (entries == NULL)
        return false;
    schedule->levels[schedule->levels_count++] = entries;
    schedule->capacity += (uint32_t)1 << level;
    return true;
}

static void drop_levels(struct selkie_schedule *schedule, uint32_t from) {
    while (schedule->levels_count > from) {
        uint32_t level = --schedule->levels_count;
        schedule->allocator.resize(schedule->allocator.ctx, schedule->levels[level], level_size(level), 0);
        schedule->capacity -= (uint32_t)1 << level;
    }
}

bool selkie_schedule_reserve(struct selkie_schedule *schedule, uint32_t more) {
    uint32_t levels_count = schedule->levels_count;
    while (more > schedule->capacity - schedule->count) {
        if (!add_level(schedule)) {
            drop_levels(schedule, levels_count);
            return false;
        }
    }
    return true;
}

/* ---- Life ---- */

int selkie_schedule_new(struct selkie_schedule **schedule, const struct selkie_allocator *allocator, uint32_t reserve) {
    struct selkie_allocator own = allocator_or_default(allocator);
    struct selkie_schedule *made = own.resize(own.ctx, NULL, 0, sizeof *made);
    if (made == NULL)
        return SELKIE_E_NO_MEMORY;
    *made = (struct selkie_schedule){.allocator = own};
    if (!selkie_schedule_reserve(made, reserve)) {
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

/* All levels one behind the other; of the last one there may be only a part. */
int selkie_schedule_new_in(struct selkie_schedule **schedule, void *memory, size_t size, uint32_t timers) {
    size_t needed = selkie_schedule_memory_size(timers);
    if (needed == SIZE_MAX || size < needed || (uintptr_t)memory % SELKIE_MEMORY_ALIGN != 0)
        return SELKIE_E_NO_MEMORY;
    struct selkie_schedule *made = memory;
    struct entry *entries = (void *)((unsigned char *)memory + ENTRIES_AT);
    *made = (struct selkie_schedule){.capacity = timers};
    for (size_t above = 0; above < timers && made->levels_count < LEVELS; above = 2 * above + 1)
        made->levels[made->levels_count++] = entries + above;
    *schedule = made;
    return SELKIE_OK;
}

void selkie_schedule_free(struct selkie_schedule *schedule) {
    if (schedule == NULL || schedule->allocator.resize == NULL)
        return;
    struct selkie_allocator allocator = schedule->allocator;
    drop_levels(schedule, 0);
    allocator.resize(allocator.ctx, schedule, sizeof *schedule, 0);
}

/* ---- The heap ---- */

/* Places are counted from 1, level by level: below place n are 2n and 2n + 1. */
static uint32_t level_of(uint32_t place) {
    return 31u - (uint32_t)__builtin_clz(place);
}

static struct entry *at(const struct selkie_schedule *schedule, uint32_t level, uint32_t place) {
    return &schedule->levels[level][place - ((uint32_t)1 << level)];
}

static const struct entry *top(const struct selkie_schedule *schedule) {
    return schedule->levels[0];
}

static bool goes_before(const struct entry *a, const struct entry *b) {
    if (a->due_us != b->due_us)
        return a->due_us < b->due_us;
    int order = selkie_timer_compare(&a->timer, &b->timer);
    return order != 0 ? order < 0 : a->number < b->number;
}

/* Put `entry` where it belongs, from the free place at the end upwards. */
static void rise(struct selkie_schedule *schedule, struct entry entry) {
    uint32_t place = schedule->count, level = level_of(place);
    struct entry *free_place = at(schedule, level, place);
    while (level > 0) {
        struct entry *above = at(schedule, --level, place /= 2);
        if (!goes_before(&entry, above))
            break;
        *free_place = *above;
        free_place = above;
    }
    *free_place = entry;
}

/* Put `entry` where it belongs, from the free place at the top downwards. */
static void sink(struct selkie_schedule *schedule, struct entry entry) {
    struct entry *free_place = schedule->levels[0];
    uint64_t place = 2;
    for (uint32_t level = 1; place <= schedule->count; level++, place *= 2) {
        struct entry *below = at(schedule, level, (uint32_t)place);
        if (place < schedule->count && goes_before(below + 1, below)) {
            below++;
            place++;
        }
        if (!goes_before(below, &entry))
            break;
        *free_place = *below;
        free_place = below;
    }
    *free_place = entry;
}

bool selkie_schedule_push(struct selkie_schedule *schedule, const struct selkie_timer *timer, uint64_t due_us) {
    if (schedule->count == schedule->capacity && !selkie_schedule_reserve(schedule, 1))
        return false;
    struct entry entry = {.due_us = due_us, .number = schedule->pushed++, .timer = *timer};
    schedule->count++;
    rise(schedule, entry);
    return true;
}

bool selkie_schedule_pop(struct selkie_schedule *schedule, uint64_t now_us, struct selkie_timer *timer) {
    if (schedule->count == 0 || top(schedule)->due_us > now_us)
        return false;
    *timer = top(schedule)->timer;
    struct entry last = *at(schedule, level_of(schedule->count), schedule->count);
    schedule->count--;
    if (schedule->count > 0)
        sink(schedule, last);
    return true;
}

/* ---- Looking ---- */

uint64_t selkie_schedule_next_due(const struct selkie_schedule *schedule) {
    return schedule->count == 0 ? UINT64_MAX : top(schedule)->due_us;
}

int selkie_schedule_wait_ms(const struct selkie_schedule *schedule, uint64_t now_us) {
    if (schedule->count == 0)
        return -1;
    uint64_t due_us = top(schedule)->due_us;
    if (due_us <= now_us)
        return 0;
    uint64_t wait_ms = (due_us - now_us - 1) / 1000 + 1;
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

uint32_t selkie_schedule_count(const struct selkie_schedule *schedule) {
    return schedule->count;
}
