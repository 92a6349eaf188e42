/* The accumulating runtime: what an engine wants done is put into a queue, and done by you after the engine has
 * returned.
 *
 * Nothing of yours runs inside the engine, so there is no re-entry to think of. All is kept as deep copies, in the
 * order in which the engine said it, in memory that is used again and again: once it has grown to the largest burst
 * nothing is allocated any more.
 *
 * Drain it after every call to the engine (or after a few), in one of two ways:
 *   selkie_queue_next      notifications, sends and timers, each with its delay: for a program with timers of its own;
 *   selkie_queue_next_due  notifications and sends, then the timers that are due: the queue keeps them until then. A
 *                          whole loop is
 *
 *       while ((item = selkie_queue_next_due(queue, selkie_clock_us())) != NULL)
 *           ...                                                    (send, print, or selkie_handle_timer)
 *       poll(fds, n, selkie_queue_wait_ms(queue, selkie_clock_us()));
 *       ...                                                        (selkie_handle_data)
 *
 * A queue belongs to one engine and has to outlive it. */
#ifndef SELKIE_QUEUE_H
#define SELKIE_QUEUE_H

#include "selkie/schedule.h"
#include "selkie/selkie.h"

#ifdef __cplusplus
extern "C" {
#endif

struct selkie_queue;

/* Make an empty queue. identity_size: of the engine's identity type. limit_bytes: most bytes that notifications and
 * sends waiting in it may take, with some 250 bytes for each; 0: as much as there is memory for. Timers are kept
 *   beyond the limit, for a lost one stops a cycle of the engine's.
 * allocator: copied; NULL: the C library's.
 * INVALID_CONFIG: identity_size is not 1 to SELKIE_IDENTITY_MAX. NO_MEMORY. */
SELKIE_API int selkie_queue_new(struct selkie_queue **queue, const struct selkie_allocator *allocator,
                                size_t identity_size, size_t limit_bytes) SELKIE_CHECK;

SELKIE_API void selkie_queue_free(struct selkie_queue *queue); /* NULL is fine */

/* The runtime for selkie_options. It lives in the queue. */
SELKIE_API const struct selkie_runtime *selkie_queue_runtime(struct selkie_queue *queue);

enum selkie_queued {
    SELKIE_QUEUED_NOTIFICATION, /* notification */
    SELKIE_QUEUED_SEND,         /* identity, bytes, size */
    SELKIE_QUEUED_TIMER,        /* timer, delay_us */
    SELKIE_QUEUED_COUNT         /* how many kinds there are */
};

/* One thing to be done. Fields that are not of its kind are 0. */
struct selkie_queue_item {
    size_t struct_size;
    enum selkie_queued kind;
    const struct selkie_notification *notification;
    const void *identity; /* whom to send to; aligned for any type */
    const void *bytes;
    size_t size;
    struct selkie_timer timer;
    uint64_t delay_us; /* from selkie_queue_next_due: 0, hand it to selkie_handle_timer now */
};

/* Take the next item; NULL: that was all. It is yours to read, with all that it points to, until the next call to
 * selkie_queue_next or selkie_queue_next_due: calls to the engine in between do not move it. */
SELKIE_API const struct selkie_queue_item *selkie_queue_next(struct selkie_queue *queue);

/* The same, but timers are kept until they are due, and come last. `now_us`: of any clock that never goes back. */
SELKIE_API const struct selkie_queue_item *selkie_queue_next_due(struct selkie_queue *queue, uint64_t now_us);

/* How long one may sleep, in the milliseconds of poll(2), by what selkie_queue_next_due has kept: 0 if something waits
 * in the queue or a timer is due, -1 if there is nothing to wait for. */
SELKIE_API int selkie_queue_wait_ms(const struct selkie_queue *queue, uint64_t now_us);

/* Tell how many items of one kind (enum selkie_queued) found no room since this was last asked for that kind: the
 * answer stays until it is read.
 *   timer         the engine knows: its call returned SELKIE_E_TIMER_LOST. selkie_revive starts its cycles anew;
 *   notification  compare what you know with the engine's members (selkie_next);
 *   send          nothing to do: the network loses packets too. */
SELKIE_API uint64_t selkie_queue_lost(struct selkie_queue *queue, int kind);

#ifdef __cplusplus
}
#endif
#endif
