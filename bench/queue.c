/* What an item costs in the accumulating queue (selkie/queue.h).
 *
 *     bench_queue [N...]
 *
 * For each N (10 to 100000) a line, for bursts of N sends of 100 bytes, N notifications and N timers that are due at
 * once, each burst drained before the next:
 *   ns, least, most   putting an item in and taking it out: the median of 7 repetitions, and their spread
 *   allocations       while it grows, in the first two bursts; and in all later ones
 *   bytes             asked of the allocator for each item of a burst */
#include "selkie/queue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define REPETITIONS 7
#define ITEMS 3000000u /* of a repetition, at least */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void demand(bool holds) {
    if (!holds) {
        abort();
    }
}

struct memory {
    size_t bytes; /* in use */
    unsigned allocations;
};

static void *resize(void *ctx, void *block, size_t old_size, size_t new_size) {
    struct memory *memory = ctx;
    memory->bytes += new_size - old_size;
    if (new_size != 0) {
        memory->allocations++;
        return realloc(block, new_size);
    }
    free(block);
    return NULL;
}

static void put_in(struct selkie_queue *queue, uint32_t size) {
    static const unsigned char identity[8], packet[100];
    const struct selkie_runtime *runtime = selkie_queue_runtime(queue);
    struct selkie_notification notification = {.struct_size = sizeof notification, .kind = SELKIE_NOTIFY_MEMBER_UP};
    notification.member = (struct selkie_member){.struct_size = sizeof notification.member, .identity = identity};
    for (uint32_t i = 0; i < size; i++) {
        struct selkie_timer timer = {{i}};
        runtime->send_to(runtime->ctx, identity, packet, sizeof packet);
        runtime->notify(runtime->ctx, &notification);
        demand(runtime->submit_after(runtime->ctx, &timer, 0));
    }
}

static void burst(struct selkie_queue *queue, uint32_t size) {
    uint32_t taken = 0;
    put_in(queue, size);
    while (selkie_queue_next_due(queue, 0) != NULL) {
        taken++;
    }
    demand(taken == 3 * size);
}

static double ns_of_an_item(struct selkie_queue *queue, uint32_t size) {
    uint32_t items = 0;
    double start = seconds();
    for (; items < ITEMS; items += 3 * size) {
        burst(queue, size);
    }
    return (seconds() - start) / items * 1e9;
}

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void measure(uint32_t size) {
    struct memory memory = {0};
    struct selkie_allocator allocator = {.struct_size = sizeof allocator, .ctx = &memory, .resize = resize};
    struct selkie_queue *queue;
    demand(selkie_queue_new(&queue, &allocator, 8, 0) == SELKIE_OK);
    burst(queue, size);
    burst(queue, size);
    unsigned growing = memory.allocations;
    double ns[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++) {
        ns[i] = ns_of_an_item(queue, size);
    }
    qsort(ns, REPETITIONS, sizeof ns[0], by_size);
    printf("%7" PRIu32 " %6.0f %6.0f %6.0f %10u %6u %8.1f\n", size, ns[REPETITIONS / 2], ns[0], ns[REPETITIONS - 1],
           growing, memory.allocations - growing, (double)memory.bytes / (3.0 * size));
    selkie_queue_free(queue);
}

int main(int argc, char **argv) {
    char *usual[] = {"10", "100", "1000", "10000", "100000", NULL};
    printf("%7s %6s %6s %6s %18s %7s\n", "burst", "ns", "least", "most", "allocations  later", "bytes");
    for (char **size = argc > 1 ? argv + 1 : usual; *size != NULL; size++) {
        uint32_t number = (uint32_t)strtoul(*size, NULL, 10);
        demand(number > 0 && number < ITEMS);
        measure(number);
    }
    return 0;
}
