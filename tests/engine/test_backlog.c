/* Tests of the backlog against a plain sorted list: which entry comes next, how often, and what is passed over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "engine/backlog.h"
#include "memory.h"
#include "seed.h"

static struct seed seed;

enum { ITEMS = 300, LARGEST = 40 };

/* What a list would know of each item. */
struct model {
    bool in;
    bool taken; /* by the fill that is running */
    unsigned priority, transmissions;
    size_t size;
    uint32_t entry;
};

struct world {
    struct selkie_allocator allocator;
    struct random random;
    struct backlog backlog;
    struct model items[ITEMS];
    uint32_t count;
};

static void begin(struct world *world, uint32_t limit) {
    struct hash_key key = {{seed_next(&seed), seed_next(&seed)}};
    memset(world, 0, sizeof *world);
    memset(&world->backlog, 0xa5, sizeof world->backlog);
    world->allocator = memory_of_the_c_library();
    random_init(&world->random, &key);
    backlog_init(&world->backlog, &world->allocator, &world->random, limit, LARGEST + 1);
}

static void push(struct world *world, uint32_t item, unsigned priority, unsigned transmissions, size_t size) {
    struct model *model = &world->items[item];
    *model = (struct model){true, false, priority, transmissions, size, 0};
    assert_true(backlog_reserve(&world->backlog, 1, 255 * 4));
    model->entry = backlog_push(&world->backlog, item, priority, transmissions, size);
    world->count++;
    assert_int_equal(world->backlog.count, world->count);
}

static void take_out(struct world *world, uint32_t item) {
    backlog_remove(&world->backlog, world->items[item].entry);
    world->items[item].in = false;
    world->count--;
    assert_int_equal(world->backlog.count, world->count);
}

/* Does `a` go before `b`? Equals do not. */
static bool before(const struct model *a, const struct model *b) {
    if (a->priority != b->priority) {
        return a->priority > b->priority;
    }
    if (a->transmissions != b->transmissions) {
        return a->transmissions > b->transmissions;
    }
    return a->size > b->size;
}

/* Of those that fit and were not looked at yet, is none before this one? */
static void expect_first(const struct world *world, const bool seen[ITEMS], uint32_t item, size_t left) {
    const struct model *next = &world->items[item];
    assert_true(next->in && !seen[item] && next->size <= left);
    for (uint32_t i = 0; i < ITEMS; i++) {
        const struct model *other = &world->items[i];
        assert_false(other->in && !seen[i] && other->size <= left && before(other, next));
    }
}

static void expect_none(const struct world *world, const bool seen[ITEMS], size_t left) {
    for (uint32_t i = 0; i < ITEMS; i++) {
        assert_false(world->items[i].in && !seen[i] && world->items[i].size <= left);
    }
}

/* Settle, and count what the list would count. */
static void settle(struct world *world, struct backlog_fill *fill) {
    uint32_t item, gone = 0, expected = 0;
    while ((item = backlog_fill_settle(fill)) != BACKLOG_NONE) {
        assert_true(world->items[item].taken && world->items[item].transmissions == 1);
        gone++;
    }
    for (uint32_t i = 0; i < ITEMS; i++) {
        struct model *model = &world->items[i];
        if (model->taken) {
            model->taken = false;
            model->transmissions--;
            model->in = model->transmissions > 0;
            expected += !model->in;
        }
    }
    assert_int_equal(gone, expected);
    world->count -= gone;
    assert_int_equal(world->backlog.count, world->count);
}

/* Look at up to `most` of the candidates; the first `take` of them go into the packet, and the next one, if there is
 * one, does not. What is left of the packet then. */
static size_t take_some(struct world *world, bool seen[ITEMS], struct backlog_fill *fill, size_t left, uint32_t most,
                        uint32_t take) {
    struct backlog_candidates candidates;
    uint32_t items[ITEMS];
    assert_true(backlog_fill_next(fill, left, &candidates));
    while (candidates.count < most && backlog_candidate(&candidates, &items[candidates.count])) {
    }
    assert_in_range(candidates.count, 1, most);
    take = take < candidates.count ? take : candidates.count;
    for (uint32_t i = 0; i < take; i++) {
        expect_first(world, seen, items[i], left);
        seen[items[i]] = true;
        world->items[items[i]].taken = true;
        left -= world->items[items[i]].size;
    }
    if (take > 0) {
        backlog_fill_take(fill, &candidates, take);
    }
    if (take < candidates.count) {
        expect_first(world, seen, items[take], left);
        seen[items[take]] = true;
        backlog_fill_pass(fill);
    }
    return left;
}

/* Fill one packet of `left` bytes; now and then a candidate that fits is left lying. */
static void fill_packet(struct world *world, size_t left, bool refuse_some) {
    bool seen[ITEMS] = {false};
    struct backlog_fill fill = backlog_fill_begin(&world->backlog);
    struct backlog_candidates candidates;
    while (backlog_fill_next(&fill, left, &candidates)) {
        uint32_t most = 1 + seed_below(&seed, 6);
        left = take_some(world, seen, &fill, left, most, refuse_some ? seed_below(&seed, most + 1) : most);
    }
    if (!refuse_some) {
        expect_none(world, seen, left);
    }
    settle(world, &fill);
}

/* Rules: P11.4, P11.5, P11.6, P12.8 */
static void it_gives_what_a_sorted_list_would(void **state) {
    (void)state;
    for (int round = 0; round < 30; round++) {
        struct world world;
        unsigned transmissions = 1 + seed_below(&seed, 12);
        begin(&world, UINT32_MAX);
        for (int step = 0; step < 400; step++) {
            uint32_t item = seed_below(&seed, ITEMS);
            if (world.items[item].in) {
                take_out(&world, item);
            }
            if (seed_below(&seed, 10) != 0) {
                push(&world, item, seed_below(&seed, 4), transmissions, 1 + seed_below(&seed, LARGEST));
            }
            if (seed_below(&seed, 5) == 0) {
                fill_packet(&world, seed_below(&seed, 20 * LARGEST), false);
            }
        }
        backlog_free(&world.backlog);
    }
}

/* Rules: P11.5 */
static void a_candidate_that_is_left_lying_is_neither_dropped_nor_counted(void **state) {
    (void)state;
    struct world world;
    begin(&world, UINT32_MAX);
    for (int step = 0; step < 2000; step++) {
        uint32_t item = seed_below(&seed, ITEMS);
        if (!world.items[item].in) {
            push(&world, item, 0, 3, 1 + seed_below(&seed, 6));
        }
        if (step % 7 == 0) {
            fill_packet(&world, seed_below(&seed, 200), true);
        }
    }
    backlog_free(&world.backlog);
}

/* Rules: P11.3, P12.8 */
static void each_entry_is_given_its_times_and_is_gone_then(void **state) {
    (void)state;
    struct world world;
    begin(&world, UINT32_MAX);
    push(&world, 0, 0, 255, 5);
    push(&world, 1, 3, 1, 5);
    for (int i = 0; i < 255; i++) {
        assert_int_equal(world.backlog.count, i == 0 ? 2 : 1);
        fill_packet(&world, 100, false);
    }
    assert_int_equal(world.backlog.count, 0);
    backlog_free(&world.backlog);
}

static void entries_of_no_bytes_fit_into_nothing(void **state) {
    (void)state;
    struct world world;
    begin(&world, UINT32_MAX);
    push(&world, 0, 0, 1, 1);
    fill_packet(&world, 0, false);
    assert_int_equal(world.backlog.count, 1);
    push(&world, 1, 0, 1, 0);
    fill_packet(&world, 0, false);
    assert_int_equal(world.backlog.count, 1);
    backlog_free(&world.backlog);
}

/* What fits nothing is looked at in the time that a few comparisons take, however much is queued: the candidates that
 * are returned are all there is to count from outside. */
static void nothing_is_returned_where_nothing_fits(void **state) {
    (void)state;
    struct world world;
    begin(&world, UINT32_MAX);
    for (uint32_t i = 0; i < ITEMS; i++) {
        push(&world, i, 0, 1 + i % 7, 10 + i % 30);
    }
    struct backlog_fill fill = backlog_fill_begin(&world.backlog);
    struct backlog_candidates candidates;
    assert_false(backlog_fill_next(&fill, 9, &candidates));
    assert_int_equal(backlog_fill_settle(&fill), BACKLOG_NONE);
    assert_int_equal(world.backlog.count, ITEMS);
    backlog_free(&world.backlog);
}

static void the_limit_holds_and_an_arena_of_the_stated_size_is_enough(void **state) {
    (void)state;
    static _Alignas(SELKIE_MEMORY_ALIGN) unsigned char room[1 << 16];
    enum { LIMIT = 290 };
    struct world world;
    begin(&world, LIMIT);
    struct arena arena = {room, backlog_bytes(LIMIT, LARGEST + 1)};
    assert_true(arena.left <= sizeof room);
    world.allocator = arena_allocator(&arena);
    assert_false(backlog_reserve(&world.backlog, LIMIT + 1, 1));
    assert_true(backlog_reserve_all(&world.backlog));
    for (uint32_t i = 0; i < LIMIT; i++) {
        push(&world, i, i % 4, 1 + i % 255, 1 + i % LARGEST);
    }
    assert_false(backlog_reserve(&world.backlog, 1, 1));
    for (int i = 0; i < 300; i++) {
        fill_packet(&world, 2000, false);
    }
    assert_true(world.backlog.count < LIMIT);
    assert_true(backlog_reserve(&world.backlog, 1, 1));
}

int main(int argc, char **argv) {
    seed = seed_take(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_gives_what_a_sorted_list_would),
        cmocka_unit_test(a_candidate_that_is_left_lying_is_neither_dropped_nor_counted),
        cmocka_unit_test(each_entry_is_given_its_times_and_is_gone_then),
        cmocka_unit_test(entries_of_no_bytes_fit_into_nothing),
        cmocka_unit_test(nothing_is_returned_where_nothing_fits),
        cmocka_unit_test(the_limit_holds_and_an_arena_of_the_stated_size_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
