/* Fuzzes the schedule against a list that is searched from end to end: same timers, same order, same answers about what
 * comes next. The input says whether the schedule may grow, and is then a program of pushes, pops and steps of time. */
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz/input.h"
#include "selkie/schedule.h"

enum { LIST_MAX = 512, FIXED_MAX = 5 };

struct entry {
    struct selkie_timer timer; /* opaque[0]: its number, by order of pushing */
    uint64_t due_us;
};

struct both {
    struct selkie_schedule *schedule;
    void *memory;
    bool fixed;
    struct entry list[LIST_MAX];
    size_t count;
    uint64_t pushed;
    uint64_t now_us;
};

/* Of equals the first pushed comes first in the list. */
static size_t list_first(const struct both *both) {
    size_t first = 0;
    for (size_t i = 1; i < both->count; i++) {
        const struct entry *a = &both->list[i], *b = &both->list[first];
        if (a->due_us < b->due_us || (a->due_us == b->due_us && selkie_timer_compare(&a->timer, &b->timer) < 0)) {
            first = i;
        }
    }
    return first;
}

/* Timers of all kinds: the kind is what selkie_timer_compare looks at. */
static void push(struct both *both, struct input *input) {
    unsigned kind = input_u8(input), delay = input_u8(input);
    struct entry entry;
    entry.timer.opaque[0] = both->pushed;
    entry.timer.opaque[1] = 0;
    entry.timer.opaque[2] = (uint64_t)(kind % 7) << 32;
    entry.due_us = delay == UINT8_MAX ? UINT64_MAX - 1 : both->now_us + delay % 32 * 500;
    if (both->count == LIST_MAX) {
        return;
    }
    bool has_room = !both->fixed || both->count < FIXED_MAX;
    FUZZ_MUST(selkie_schedule_push(both->schedule, &entry.timer, entry.due_us) == has_room);
    if (has_room) {
        both->list[both->count++] = entry;
        both->pushed++;
    }
}

static void pop(struct both *both) {
    struct selkie_timer timer, untouched;
    memset(&timer, 0xa5, sizeof timer);
    untouched = timer;
    size_t first = list_first(both);
    bool is_due = both->count > 0 && both->list[first].due_us <= both->now_us;
    FUZZ_MUST(selkie_schedule_pop(both->schedule, both->now_us, &timer) == is_due);
    if (!is_due) {
        FUZZ_MUST(memcmp(&timer, &untouched, sizeof timer) == 0);
        return;
    }
    FUZZ_MUST(memcmp(&timer, &both->list[first].timer, sizeof timer) == 0);
    both->count--;
    memmove(&both->list[first], &both->list[first + 1], (both->count - first) * sizeof both->list[0]);
}

static void must_agree(const struct both *both) {
    FUZZ_MUST(selkie_schedule_count(both->schedule) == both->count);
    uint64_t due_us = both->count == 0 ? UINT64_MAX : both->list[list_first(both)].due_us;
    FUZZ_MUST(selkie_schedule_next_due(both->schedule) == due_us);
    int wait_ms = selkie_schedule_wait_ms(both->schedule, both->now_us);
    if (both->count == 0) {
        FUZZ_MUST(wait_ms == -1);
    } else if (due_us <= both->now_us) {
        FUZZ_MUST(wait_ms == 0);
    } else {
        uint64_t rounded_up = (due_us - both->now_us - 1) / 1000 + 1;
        FUZZ_MUST(wait_ms == (rounded_up < INT_MAX ? (int)rounded_up : INT_MAX));
    }
}

static void open_schedule(struct both *both, unsigned choice) {
    memset(both, 0, sizeof *both);
    both->fixed = (choice & 1) != 0;
    if (!both->fixed) {
        FUZZ_MUST(selkie_schedule_new(&both->schedule, NULL, choice >> 1 & 7) == 0);
        return;
    }
    size_t size = selkie_schedule_memory_size(FIXED_MAX);
    both->memory = malloc(size);
    FUZZ_MUST(both->memory);
    FUZZ_MUST(selkie_schedule_new_in(&both->schedule, both->memory, size - 1, FIXED_MAX) == SELKIE_E_NO_MEMORY);
    FUZZ_MUST(selkie_schedule_new_in(&both->schedule, both->memory, size, FIXED_MAX) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    static struct both both; /* open_schedule clears it */
    struct input input = {bytes, size};
    open_schedule(&both, input_u8(&input));
    while (input.left > 0) {
        unsigned operation = input_u8(&input);
        if (operation % 4 < 2) {
            push(&both, &input);
        } else if (operation % 4 == 2) {
            pop(&both);
        } else {
            both.now_us += input_u8(&input) * 250;
        }
        must_agree(&both);
    }
    selkie_schedule_free(both.schedule);
    free(both.memory);
    return 0;
}
