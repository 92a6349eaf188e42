/* What a timer costs in a schedule (selkie/schedule.h).
 *
 *     bench_schedule [N...]
 *
 * For each N (100 to 1000000) a line:
 *   ns, least, most   taking the earliest timer and submitting one for a random time later, with N outstanding: the
 *                     median of 7 repetitions, and their spread
 *   longest us        of all single calls while the schedule grows from empty to N, lives, and is drained. The same
 *                     calls are made five times; each call counts with its shortest time, so that what else runs on
 *                     the machine is not counted, and what the schedule does every time is
 *   plainly           the same with an allocator that can enlarge a block only by copying it
 *   bytes             asked of the allocator for each timer */
#include "selkie/schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPETITIONS 7
#define REPLAYS 5
#define STEPS 1000000u

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void demand(bool holds) {
    if (!holds) {
        abort();
    }
}

/* ---- Allocators ---- */

/* The C library's; `ctx` counts the bytes in use. */
static void *count_bytes(void *ctx, void *memory, size_t old_size, size_t new_size) {
    *(size_t *)ctx += new_size - old_size;
    if (new_size != 0) {
        return realloc(memory, new_size);
    }
    free(memory);
    return NULL;
}

static void *copy_plainly(void *ctx, void *memory, size_t old_size, size_t new_size) {
    (void)ctx;
    void *moved = new_size == 0 ? NULL : malloc(new_size);
    if (moved != NULL && old_size != 0) {
        memcpy(moved, memory, old_size < new_size ? old_size : new_size);
    }
    free(memory);
    return moved;
}

/* ---- The life of a schedule ---- */

struct life {
    struct selkie_schedule *schedule;
    uint64_t random;
    uint64_t now_us;
    uint64_t submitted;
};

static uint64_t draw(struct life *life, uint64_t below) {
    life->random = life->random * 6364136223846793005u + 1442695040888963407u;
    return (life->random >> 33) % below;
}

static void submit(struct life *life) {
    struct selkie_timer timer = {{life->submitted++, 0, (uint64_t)draw(life, 7) << 32}}; /* of some kind */
    demand(selkie_schedule_push(life->schedule, &timer, life->now_us + draw(life, SELKIE_S(10))));
}

static void take(struct life *life) {
    struct selkie_timer timer;
    life->now_us = selkie_schedule_next_due(life->schedule);
    demand(selkie_schedule_pop(life->schedule, life->now_us, &timer));
}

static void begin(struct life *life, const struct selkie_allocator *allocator) {
    *life = (struct life){.random = 1};
    demand(selkie_schedule_new(&life->schedule, allocator, 0) == SELKIE_OK);
}

/* ---- What a pair of calls costs ---- */

struct cost {
    double ns[REPETITIONS]; /* sorted */
    double bytes;
};

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double repeat(struct life *life, uint32_t steps) {
    double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (uint32_t i = 0; i < steps; i++) {
        take(life);
        submit(life);
    }
    return (seconds(CLOCK_PROCESS_CPUTIME_ID) - start) / steps * 1e9;
}

static struct cost cost_of(uint32_t timers) {
    struct cost cost;
    struct life life;
    size_t bytes = 0;
    begin(&life, &(struct selkie_allocator){
                     .struct_size = sizeof(struct selkie_allocator), .ctx = &bytes, .resize = count_bytes});
    for (uint32_t i = 0; i < timers; i++) {
        submit(&life);
    }
    cost.bytes = (double)bytes / timers;
    repeat(&life, 2 * timers); /* until it is as it will stay */
    for (uint32_t i = 0; i < REPETITIONS; i++) {
        cost.ns[i] = repeat(&life, STEPS);
    }
    qsort(cost.ns, REPETITIONS, sizeof cost.ns[0], by_size);
    selkie_schedule_free(life.schedule);
    return cost;
}

/* ---- The longest call ---- */

static void timed(void (*call)(struct life *), struct life *life, double **shortest) {
    double start = seconds(CLOCK_MONOTONIC);
    call(life);
    double took = seconds(CLOCK_MONOTONIC) - start;
    if (took < **shortest) {
        **shortest = took;
    }
    ++*shortest;
}

static void replay(uint32_t timers, const struct selkie_allocator *allocator, double *shortest) {
    struct life life;
    begin(&life, allocator);
    for (uint32_t i = 0; i < timers; i++) {
        timed(submit, &life, &shortest);
    }
    for (uint32_t i = 0; i < timers; i++) {
        timed(take, &life, &shortest);
        timed(submit, &life, &shortest);
    }
    for (uint32_t i = 0; i < timers; i++) {
        timed(take, &life, &shortest);
    }
}

/* In a process of its own, so that none finds memory that another has left. */
static void replay_alone(uint32_t timers, const struct selkie_allocator *allocator, double *shortest) {
    pid_t child = fork();
    if (child == 0) {
        replay(timers, allocator, shortest);
        _exit(0);
    }
    int status = 0;
    demand(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

static double longest_us(uint32_t timers, const struct selkie_allocator *allocator) {
    size_t calls = (size_t)timers * 4;
    double *shortest = mmap(NULL, calls * sizeof *shortest, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    demand(shortest != MAP_FAILED);
    double longest = 0;
    for (size_t i = 0; i < calls; i++) {
        shortest[i] = 1e9;
    }
    for (int i = 0; i < REPLAYS; i++) {
        replay_alone(timers, allocator, shortest);
    }
    for (size_t i = 0; i < calls; i++) {
        longest = shortest[i] > longest ? shortest[i] : longest;
    }
    munmap(shortest, calls * sizeof *shortest);
    return longest * 1e6;
}

int main(int argc, char **argv) {
    char *usual[] = {"100", "1000", "10000", "100000", "1000000", NULL};
    struct selkie_allocator plain = {.struct_size = sizeof plain, .resize = copy_plainly};
    printf("%8s %7s %7s %7s %11s %11s %7s\n", "timers", "ns", "least", "most", "longest us", "plainly", "bytes");
    for (char **size = argc > 1 ? argv + 1 : usual; *size != NULL; size++) {
        uint32_t timers = (uint32_t)strtoul(*size, NULL, 10);
        demand(timers > 0);
        struct cost cost = cost_of(timers);
        printf("%8" PRIu32 " %7.0f %7.0f %7.0f %11.1f %11.1f %7.1f\n", timers, cost.ns[REPETITIONS / 2], cost.ns[0],
               cost.ns[REPETITIONS - 1], longest_us(timers, NULL), longest_us(timers, &plain), cost.bytes);
        fflush(stdout);
    }
    return 0;
}
