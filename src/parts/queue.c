/* The accumulating runtime. Two stretches of memory take turns: the engine's words go to the end of one while the other
 * is read, so that what has been handed out does not move when the first has to grow.
 *
 * A record is a struct record and, behind it, the identities and bytes that it speaks of, each rounded up to ALIGN.
 * Pointers in a stored record only say whether there is something (marked) or not (NULL); they are set when the record
 * is handed out. */
#include "selkie/queue.h"

#include <string.h>

#include "parts/allocator.h"

#define ALIGN 16u
_Static_assert(_Alignof(max_align_t) <= ALIGN, "identities are aligned for any type");

struct record {
    size_t size; /* with all that is behind it */
    struct selkie_queue_item item;
};

struct news {
    struct selkie_notification notification;
    struct selkie_header header;
};

struct stretch {
    unsigned char *bytes;
    size_t size;
    size_t used;
    size_t soft; /* of `used`: by notifications and sends, which the limit holds for */
};

struct selkie_queue {
    struct selkie_allocator allocator;
    struct selkie_runtime runtime;
    struct selkie_schedule *timers;
    uint32_t timers_waiting; /* in the stretches, not yet in `timers`, where there is room for them */
    size_t identity_size;
    size_t limit; /* SIZE_MAX: none */
    struct stretch filling;
    struct stretch draining;
    size_t drained;                     /* of draining.used */
    struct selkie_queue_item due;       /* what selkie_queue_next_due hands out of `timers` */
    uint64_t lost[SELKIE_QUEUED_COUNT]; /* since they were last asked for */
};

static size_t aligned(size_t size) {
    return (size + ALIGN - 1) / ALIGN * ALIGN;
}

/* ---- Writing ---- */

static bool make_room(struct selkie_queue *queue, size_t size) {
    struct stretch *filling = &queue->filling;
    if (size <= filling->size - filling->used)
        return true;
    size_t needed = filling->used + size;
    size_t doubled = filling->size <= SIZE_MAX / 2 ? filling->size * 2 : SIZE_MAX;
    size_t new_size = needed > doubled ? needed : doubled;
    unsigned char *bytes = queue->allocator.resize(queue->allocator.ctx, NULL, 0, new_size);
    if (bytes == NULL)
        return false;
    if (filling->bytes != NULL) {
        memcpy(bytes, filling->bytes, filling->used);
        queue->allocator.resize(queue->allocator.ctx, filling->bytes, filling->size, 0);
    }
    filling->bytes = bytes;
    filling->size = new_size;
    return true;
}

/* A new record with `extra` bytes (aligned) behind it; NULL: no memory. */
static struct record *append(struct selkie_queue *queue, enum selkie_queued kind, size_t extra) {
    size_t size = aligned(sizeof(struct record)) + extra;
    if (!make_room(queue, size))
        return NULL;
    struct record *record = (void *)(queue->filling.bytes + queue->filling.used);
    *record = (struct record){.size = size, .item = {.struct_size = sizeof record->item, .kind = kind}};
    queue->filling.used += size;
    return record;
}

/* The same for what the limit holds for; NULL: no room or no memory. */
static struct record *append_soft(struct selkie_queue *queue, enum selkie_queued kind, size_t extra) {
    size_t size = aligned(sizeof(struct record)) + extra;
    size_t waiting = queue->filling.soft + queue->draining.soft;
    if (size > queue->limit || waiting > queue->limit - size)
        return NULL;
    struct record *record = append(queue, kind, extra);
    if (record != NULL)
        queue->filling.soft += size;
    return record;
}

static unsigned char *behind(struct record *record) {
    return (unsigned char *)record + aligned(sizeof *record);
}

static const char mark; /* what a pointer in a stored record points to */

/* All pointers to identities in `news` that are not NULL, in one order for storing and handing out. Their number. */
static size_t identities_of(struct news *news, const void **fields[6]) {
    struct selkie_notification *notification = &news->notification;
    const void **candidates[6] = {&notification->member.identity, &notification->member.accuser,
                                  &notification->old_identity,    &news->header.source,
                                  &news->header.destination,      &news->header.peer};
    size_t count = 0;
    for (size_t i = 0; i < 6; i++)
        if (*candidates[i] != NULL)
            fields[count++] = candidates[i];
    return count;
}

static void on_notify(void *ctx, const struct selkie_notification *notification) {
    struct selkie_queue *queue = ctx;
    struct news news = {.notification = *notification};
    if (notification->header != NULL)
        news.header = *notification->header;
    const void **fields[6];
    size_t count = identities_of(&news, fields);
    size_t stride = aligned(queue->identity_size);
    struct record *record = append_soft(queue, SELKIE_QUEUED_NOTIFICATION, aligned(sizeof news) + count * stride);
    if (record == NULL) {
        queue->lost[SELKIE_QUEUED_NOTIFICATION]++;
        return;
    }
    unsigned char *at = behind(record) + aligned(sizeof news);
    for (size_t i = 0; i < count; i++, at += stride) {
        memcpy(at, *fields[i], queue->identity_size);
        *fields[i] = &mark;
    }
    memcpy(behind(record), &news, sizeof news);
}

static void on_send(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct selkie_queue *queue = ctx;
    size_t stride = aligned(queue->identity_size);
    struct record *record = NULL;
    if (size <= SIZE_MAX / 4) /* so that no sum of sizes overflows */
        record = append_soft(queue, SELKIE_QUEUED_SEND, stride + aligned(size));
    if (record == NULL) {
        queue->lost[SELKIE_QUEUED_SEND]++;
        return;
    }
    record->item.size = size;
    memcpy(behind(record), identity, queue->identity_size);
    memcpy(behind(record) + stride, bytes, size);
}

/* Only kept if the schedule has room for it too: selkie_queue_next_due must not fail to move it there. */
static bool on_submit(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct selkie_queue *queue = ctx;
    struct record *record = NULL;
    if (selkie_schedule_reserve(queue->timers, queue->timers_waiting + 1))
        record = append(queue, SELKIE_QUEUED_TIMER, 0);
    if (record == NULL) {
        queue->lost[SELKIE_QUEUED_TIMER]++;
        return false;
    }
    queue->timers_waiting++;
    record->item.timer = *timer;
    record->item.delay_us = delay_us;
    return true;
}

/* ---- Reading ---- */

static void hand_out_news(struct selkie_queue *queue, struct record *record) {
    struct news *news = (void *)behind(record);
    const void **fields[6];
    size_t count = identities_of(news, fields);
    unsigned char *at = behind(record) + aligned(sizeof *news);
    for (size_t i = 0; i < count; i++, at += aligned(queue->identity_size))
        *fields[i] = at;
    if (news->notification.header != NULL)
        news->notification.header = &news->header;
    record->item.notification = &news->notification;
}

static void hand_out_send(struct selkie_queue *queue, struct record *record) {
    record->item.identity = behind(record);
    record->item.bytes = behind(record) + aligned(queue->identity_size);
}

static void take_turns(struct selkie_queue *queue) {
    struct stretch filled = queue->filling;
    queue->filling = queue->draining;
    queue->filling.used = 0;
    queue->draining = filled;
    queue->drained = 0;
}

const struct selkie_queue_item *selkie_queue_next(struct selkie_queue *queue) {
    if (queue->drained == queue->draining.used)
        take_turns(queue);
    if (queue->drained == queue->draining.used)
        return NULL;
    struct record *record = (void *)(queue->draining.bytes + queue->drained);
    queue->drained += record->size;
    if (record->item.kind == SELKIE_QUEUED_TIMER) {
        queue->timers_waiting--;
        return &record->item;
    }
    queue->draining.soft -= record->size;
    if (record->item.kind == SELKIE_QUEUED_SEND)
        hand_out_send(queue, record);
    else
        hand_out_news(queue, record);
    return &record->item;
}

const struct selkie_queue_item *selkie_queue_next_due(struct selkie_queue *queue, uint64_t now_us) {
    const struct selkie_queue_item *item;
    while ((item = selkie_queue_next(queue)) != NULL && item->kind == SELKIE_QUEUED_TIMER) {
        uint64_t due_us = item->delay_us < UINT64_MAX - now_us ? now_us + item->delay_us : UINT64_MAX;
        if (!selkie_schedule_push(queue->timers, &item->timer, due_us))
            selkie_panic("queue: the room for a timer that was reserved is gone");
    }
    if (item != NULL)
        return item;
    queue->due = (struct selkie_queue_item){.struct_size = sizeof queue->due, .kind = SELKIE_QUEUED_TIMER};
    return selkie_schedule_pop(queue->timers, now_us, &queue->due.timer) ? &queue->due : NULL;
}

int selkie_queue_wait_ms(const struct selkie_queue *queue, uint64_t now_us) {
    if (queue->filling.used != 0 || queue->drained != queue->draining.used)
        return 0;
    return selkie_schedule_wait_ms(queue->timers, now_us);
}

uint64_t selkie_queue_lost(struct selkie_queue *queue, int kind) {
    if (kind < 0 || kind >= SELKIE_QUEUED_COUNT)
        return 0;
    uint64_t lost = queue->lost[kind];
    queue->lost[kind] = 0;
    return lost;
}

/* ---- Life ---- */

const struct selkie_runtime *selkie_queue_runtime(struct selkie_queue *queue) {
    return &queue->runtime;
}

int selkie_queue_new(struct selkie_queue **queue, const struct selkie_allocator *allocator, size_t identity_size,
                     size_t limit_bytes) {
    if (identity_size == 0 || identity_size > SELKIE_IDENTITY_MAX)
        return SELKIE_E_INVALID_CONFIG;
    struct selkie_allocator own = allocator_or_default(allocator);
    struct selkie_queue *made = own.resize(own.ctx, NULL, 0, sizeof *made);
    if (made == NULL)
        return SELKIE_E_NO_MEMORY;
    *made = (struct selkie_queue){
        .allocator = own, .identity_size = identity_size, .limit = limit_bytes == 0 ? SIZE_MAX : limit_bytes};
    made->runtime = (struct selkie_runtime){.struct_size = sizeof made->runtime,
                                            .ctx = made,
                                            .notify = on_notify,
                                            .send_to = on_send,
                                            .submit_after = on_submit};
    if (selkie_schedule_new(&made->timers, &own, 0) != SELKIE_OK) {
        selkie_queue_free(made);
        return SELKIE_E_NO_MEMORY;
    }
    *queue = made;
    return SELKIE_OK;
}

static void free_stretch(const struct selkie_allocator *allocator, const struct stretch *stretch) {
    if (stretch->bytes != NULL)
        allocator->resize(allocator->ctx, stretch->bytes, stretch->size, 0);
}

void selkie_queue_free(struct selkie_queue *queue) {
    if (queue == NULL)
        return;
    struct selkie_allocator allocator = queue->allocator;
    selkie_schedule_free(queue->timers);
    free_stretch(&allocator, &queue->filling);
    free_stretch(&allocator, &queue->draining);
    allocator.resize(allocator.ctx, queue, sizeof *queue, 0);
}
