/* A queue for an engine's timers: keeps each until it is due, and tells how long one may sleep.
 *
 * It has no clock: you pass the time, in microseconds of any clock that never goes back (selkie_clock_us). Of timers
 * due at the same moment the order is selkie_timer_compare's, then the order in which they were pushed.
 *
 * It holds a hundred timers or millions: pushing and popping take time that grows with the logarithm of their number,
 * and a schedule that grows moves nothing that it holds, so no call takes long. A timer takes 40 bytes. */
#ifndef SELKIE_SCHEDULE_H
#define SELKIE_SCHEDULE_H

#include "selkie/selkie.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Microseconds of the system's monotonic clock. */
SELKIE_API uint64_t selkie_clock_us(void);

struct selkie_schedule;

/* Make an empty schedule with room for `reserve` timers (selkie_timers_max of a bounded engine: it then never runs
 * out); it grows as needed: the room doubles, so up to half of it waits for its first timer. allocator: copied; NULL:
 * the C library's; asked for new blocks, never for larger ones. NO_MEMORY. */
SELKIE_API int selkie_schedule_new(struct selkie_schedule **schedule, const struct selkie_allocator *allocator,
                                   uint32_t reserve) SELKIE_CHECK;

/* The same in memory of yours, aligned to SELKIE_MEMORY_ALIGN: room for `timers`, never more. NO_MEMORY: size is below
 * selkie_schedule_memory_size(timers), or memory is misaligned. */
SELKIE_API int selkie_schedule_new_in(struct selkie_schedule **schedule, void *memory, size_t size,
                                      uint32_t timers) SELKIE_CHECK;
SELKIE_API size_t selkie_schedule_memory_size(uint32_t timers); /* SIZE_MAX: more than there can be */

/* Make room for `more` timers beyond those it holds, so that pushing these cannot fail. False: no memory; nothing
 * changed. */
SELKIE_API bool selkie_schedule_reserve(struct selkie_schedule *schedule, uint32_t more) SELKIE_CHECK;

SELKIE_API void selkie_schedule_free(struct selkie_schedule *schedule); /* NULL is fine */

/* Keep a copy of *timer until `due_us`. False: no room, and no memory for more. */
SELKIE_API bool selkie_schedule_push(struct selkie_schedule *schedule, const struct selkie_timer *timer,
                                     uint64_t due_us) SELKIE_CHECK;

/* Take the first timer that is due at `now_us`. False: none is; *timer is untouched. */
SELKIE_API bool selkie_schedule_pop(struct selkie_schedule *schedule, uint64_t now_us, struct selkie_timer *timer);

/* When the next timer is due; UINT64_MAX: there is none. */
SELKIE_API uint64_t selkie_schedule_next_due(const struct selkie_schedule *schedule);

/* How long one may sleep, in the milliseconds of poll(2): rounded up, 0 if a timer is due, -1 if there is none, at most
 * INT_MAX. */
SELKIE_API int selkie_schedule_wait_ms(const struct selkie_schedule *schedule, uint64_t now_us);

SELKIE_API uint32_t selkie_schedule_count(const struct selkie_schedule *schedule);

#ifdef __cplusplus
}
#endif
#endif
