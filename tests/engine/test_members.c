/* Tests of the member table against a plain array: find, apply, forget, slots; and that rounds are complete and picks
 * uniform. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/members.h"
#include "memory.h"
#include "seed.h"

static struct seed seed;

enum { ADDRESSES = 60, ID = 3 };

struct world {
    struct selkie_allocator allocator;
    struct selkie_identity_type type;
    struct random random;
    struct members members;
    struct selkie_member model[ADDRESSES]; /* slot SELKIE_NO_SLOT: unknown */
    unsigned char ids[ADDRESSES][ID];
    uint32_t count, active;
};

static void begin(struct world *world, uint32_t limit) {
    struct hash_key key = {{seed_next(&seed), seed_next(&seed)}};
    memset(world, 0, sizeof *world);
    memset(&world->members, 0xa5, sizeof world->members);
    world->allocator = memory_of_the_c_library();
    world->type = (struct selkie_identity_type){sizeof world->type, NULL, ID, 2, NULL, NULL};
    random_init(&world->random, &key);
    members_init(&world->members, &world->type, &world->allocator, &world->random, &key, limit);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        world->model[i].slot = SELKIE_NO_SLOT;
        world->model[i].state = SELKIE_DOWN;
        world->ids[i][0] = (unsigned char)(i * 7);
        world->ids[i][1] = (unsigned char)i;
    }
}

/* What the table holds already changes nothing, and of the very identity that is known nothing else does. */
static struct members_change take_in(struct members *members, const struct selkie_member *news,
                                     enum members_condition condition, struct identity *replaced) {
    uint32_t slot = members_find(members, news->identity);
    struct selkie_member known = {.slot = SELKIE_NO_SLOT};
    if (slot != SELKIE_NO_SLOT) {
        members_describe(members, slot, &known);
    }
    bool same = slot != SELKIE_NO_SLOT && memcmp(known.identity, news->identity, members->type->size) == 0;
    enum members_standing standing = members_compare(members, slot, news);
    struct members_change change;
    members_apply(members, slot, standing, news, condition, &change, replaced);
    assert_int_equal(standing == MEMBERS_UNKNOWN, slot == SELKIE_NO_SLOT);
    assert_int_equal(standing == MEMBERS_HELD || standing == MEMBERS_NEWER, same);
    if (standing == MEMBERS_HELD) {
        assert_int_equal(change.outcome, MEMBERS_UNCHANGED);
    } else if (same && condition != MEMBERS_SAME_INCARNATION) {
        assert_int_equal(change.outcome, MEMBERS_CHANGED);
    }
    return change;
}

static struct members_change apply(struct world *world, uint32_t address, uint8_t generation, uint16_t incarnation,
                                   uint8_t state) {
    struct selkie_member news;
    struct identity replaced;
    unsigned char id[ID] = {world->ids[address][0], world->ids[address][1], generation};
    SELKIE_INIT(&news);
    news.identity = id;
    news.incarnation = incarnation;
    news.state = state;
    assert_true(members_reserve(&world->members, 1));
    return take_in(&world->members, &news, MEMBERS_ANY, &replaced);
}

static void end(struct world *world) {
    members_free(&world->members);
}

/* ---- against the array ---- */

static bool model_changes(const struct world *world, uint32_t address, uint8_t generation, uint16_t incarnation,
                          uint8_t state) {
    const struct selkie_member *known = &world->model[address];
    if (known->slot == SELKIE_NO_SLOT || generation > world->ids[address][2]) {
        return true;
    }
    if (generation < world->ids[address][2] || known->state == SELKIE_DOWN) {
        return false;
    }
    static const int least[2][3] = {{1, 0, -70000}, {1, 1, -70000}}; /* how much more the incarnation must be */
    return (int)incarnation - (int)known->incarnation >= least[known->state][state];
}

static void hear(struct world *world) {
    uint32_t address = seed_below(&seed, ADDRESSES);
    uint8_t generation = (uint8_t)seed_below(&seed, 4), state = (uint8_t)seed_below(&seed, 3);
    uint16_t incarnation = (uint16_t)seed_below(&seed, 4);
    struct selkie_member *model = &world->model[address];
    bool known = model->slot != SELKIE_NO_SLOT, was_active = known && model->state != SELKIE_DOWN;
    bool changes = model_changes(world, address, generation, incarnation, state);
    bool renamed = known && changes && generation != world->ids[address][2];
    struct members_change change = apply(world, address, generation, incarnation, state);
    assert_int_equal(change.outcome, changes ? MEMBERS_CHANGED : MEMBERS_UNCHANGED);
    assert_true(!known || change.slot == model->slot);
    if (!changes) {
        return;
    }
    assert_int_equal(change.was_active, was_active);
    assert_int_equal(change.is_active, state != SELKIE_DOWN);
    assert_int_equal(change.renamed, renamed);
    world->count += !known;
    world->active += (uint32_t)(state != SELKIE_DOWN) - (uint32_t)was_active;
    model->slot = change.slot;
    model->state = state;
    model->incarnation = incarnation;
    world->ids[address][2] = generation;
}

static void forget_some(struct world *world) {
    uint32_t address = seed_below(&seed, ADDRESSES);
    struct selkie_member *model = &world->model[address];
    if (model->slot != SELKIE_NO_SLOT && model->state == SELKIE_DOWN) {
        members_forget(&world->members, model->slot);
        model->slot = SELKIE_NO_SLOT;
        world->ids[address][2] = 0;
        world->count--;
    }
}

static void expect_same(const struct world *world) {
    bool taken[ADDRESSES] = {false};
    assert_int_equal(world->members.count, world->count);
    assert_int_equal(world->members.active, world->active);
    assert_true(world->members.probed <= world->active);
    for (uint32_t i = 0; i < ADDRESSES; i++) {
        const struct selkie_member *model = &world->model[i];
        uint32_t slot = members_find(&world->members, world->ids[i]);
        assert_int_equal(slot, model->slot);
        if (slot == SELKIE_NO_SLOT) {
            continue;
        }
        struct selkie_member member;
        members_describe(&world->members, slot, &member);
        assert_memory_equal(member.identity, world->ids[i], ID);
        assert_int_equal(member.state, model->state);
        assert_int_equal(member.incarnation, model->incarnation);
        assert_int_equal(members_is_active(&world->members, slot), model->state != SELKIE_DOWN);
        assert_true(slot < ADDRESSES && !taken[slot] && members_has(&world->members, slot));
        taken[slot] = true;
    }
}

/* Rules: P1.4, P2.1, P2.2, P2.3, P2.5, P2.6, P2.7, P19.5 */
static void the_table_is_what_an_array_would_be(void **state) {
    (void)state;
    struct world world;
    begin(&world, MEMBERS_NO_LIMIT);
    for (int step = 0; step < 20000; step++) {
        hear(&world);
        forget_some(&world);
        if (step % 3 == 0) {
            members_next_probe(&world.members);
        }
        if (step % 20 == 0) {
            expect_same(&world);
        }
    }
    end(&world);
}

/* ---- rounds ---- */

/* In the middle of a round everything changes at random. Who is active throughout is probed once in it. */
/* Rules: P6.7, P6.9, P6.10 */
static void each_member_that_is_active_throughout_a_round_is_probed_once_in_it(void **state) {
    (void)state;
    struct world world;
    begin(&world, MEMBERS_NO_LIMIT);
    for (int i = 0; i < 200; i++) {
        hear(&world);
    }
    for (int round = 0; round < 300; round++) {
        uint32_t probes[ADDRESSES] = {0};
        bool throughout[ADDRESSES] = {false};
        for (uint32_t i = 0; i < ADDRESSES; i++) {
            throughout[i] = world.model[i].slot != SELKIE_NO_SLOT && world.model[i].state != SELKIE_DOWN;
        }
        world.members.probed = 0; /* a round starts here */
        do {
            uint32_t slot = members_next_probe(&world.members);
            assert_true(slot == SELKIE_NO_SLOT || members_is_active(&world.members, slot));
            for (uint32_t i = 0; i < ADDRESSES; i++) {
                probes[i] += world.model[i].slot == slot && slot != SELKIE_NO_SLOT;
            }
            if (seed_below(&seed, 2) == 0) {
                hear(&world);
                forget_some(&world);
            }
            for (uint32_t i = 0; i < ADDRESSES; i++) {
                throughout[i] &= world.model[i].slot != SELKIE_NO_SLOT && world.model[i].state != SELKIE_DOWN;
            }
        } while (world.members.probed < world.members.active);
        for (uint32_t i = 0; i < ADDRESSES; i++) {
            assert_true(!throughout[i] || probes[i] == 1);
        }
    }
    end(&world);
}

static void be_all_active(struct world *world, uint32_t count) {
    begin(world, MEMBERS_NO_LIMIT);
    for (uint32_t i = 0; i < count; i++) {
        apply(world, i, 0, 0, SELKIE_ALIVE);
    }
}

/* Each of six members is at each of six places of the order in a sixth of the rounds: 1,000 of 6,000, deviation 29. */
/* Rules: P6.8 */
static void every_order_of_a_round_is_as_likely_as_any_other(void **state) {
    (void)state;
    enum { COUNT = 6, ROUNDS = 6000 };
    struct world world;
    uint32_t at[COUNT][COUNT] = {{0}};
    be_all_active(&world, COUNT);
    for (int round = 0; round < ROUNDS; round++) {
        for (uint32_t place = 0; place < COUNT; place++) {
            at[members_next_probe(&world.members)][place]++;
        }
    }
    for (uint32_t slot = 0; slot < COUNT; slot++) {
        for (uint32_t place = 0; place < COUNT; place++) {
            assert_in_range(at[slot][place], ROUNDS / COUNT - 150, ROUNDS / COUNT + 150);
        }
    }
    end(&world);
}

/* A newcomer in the middle of a round of nine, of which four were probed, is at each of the six places to come as
 * often: 1,000 of 6,000. */
/* Rules: P6.9 */
static void a_newcomer_gets_a_random_place_among_those_to_come(void **state) {
    (void)state;
    uint32_t at[6] = {0};
    for (int round = 0; round < 6000; round++) {
        struct world world;
        be_all_active(&world, 9);
        for (int i = 0; i < 4; i++) {
            members_next_probe(&world.members);
        }
        uint32_t slot = apply(&world, 20, 0, 0, SELKIE_ALIVE).slot;
        uint32_t place = 0;
        while (members_next_probe(&world.members) != slot) {
            place++;
        }
        assert_true(place < 6);
        at[place]++;
        end(&world);
    }
    for (int place = 0; place < 6; place++) {
        assert_in_range(at[place], 850, 1150);
    }
}

/* A record keeps its place in the round, whatever identity is in it and even if it was Down for a while: of nine, four
 * were probed; then all restart, some after having been Down, and the rest of the round is the five that were to
 * come. */
/* Rules: P6.7, P6.9 */
static void a_member_that_restarts_keeps_its_place_in_the_round(void **state) {
    (void)state;
    enum { COUNT = 9, PROBED = 4 };
    for (int round = 0; round < 500; round++) {
        struct world world;
        bool probed[COUNT] = {false};
        be_all_active(&world, COUNT);
        for (int i = 0; i < PROBED; i++) {
            probed[members_next_probe(&world.members)] = true;
        }
        for (uint32_t slot = 0; slot < COUNT; slot++) { /* slots are in the order of the addresses */
            uint8_t down = seed_below(&seed, 2) == 0 ? SELKIE_DOWN : SELKIE_SUSPECT;
            apply(&world, slot, 0, 1, down);
            apply(&world, slot, 1, 0, SELKIE_ALIVE);
        }
        for (int i = PROBED; i < COUNT; i++) {
            uint32_t slot = members_next_probe(&world.members);
            assert_false(probed[slot]);
            probed[slot] = true;
        }
        end(&world);
    }
}

/* It was probed in the last round, was Down when this one began, and comes back before its end. */
/* Rules: P6.9 */
static void a_member_that_restarts_in_a_later_round_is_still_to_come_in_it(void **state) {
    (void)state;
    enum { COUNT = 4 };
    for (int round = 0; round < 100; round++) {
        struct world world;
        be_all_active(&world, COUNT);
        for (int i = 0; i < COUNT; i++) {
            members_next_probe(&world.members);
        }
        uint32_t slot = apply(&world, 0, 0, 1, SELKIE_DOWN).slot;
        members_next_probe(&world.members);
        apply(&world, 0, 1, 0, SELKIE_ALIVE);
        bool seen = false;
        for (int i = 1; i < COUNT; i++) {
            seen |= members_next_probe(&world.members) == slot;
        }
        assert_true(seen);
        end(&world);
    }
}

/* ---- samples ---- */

/* Some more, one by one or several at a time. */
static uint32_t draw(struct members_sample *sample, uint32_t slots[MEMBERS_TOGETHER]) {
    if (seed_below(&seed, 2) == 0) {
        return members_sample_several(sample, slots, 1 + seed_below(&seed, MEMBERS_TOGETHER));
    }
    slots[0] = members_sample_next(sample);
    return slots[0] != SELKIE_NO_SLOT ? 1 : 0;
}

static void expect_sample(struct world *world, bool active) {
    struct members_sample sample =
        active ? members_sample_active(&world->members) : members_sample_down(&world->members);
    bool seen[ADDRESSES] = {false};
    uint32_t slots[MEMBERS_TOGETHER], drawn, count = 0, expected = active ? world->active : world->count - world->active;
    while ((drawn = draw(&sample, slots)) != 0) {
        for (uint32_t i = 0; i < drawn; i++) {
            assert_int_equal(members_is_active(&world->members, slots[i]), active);
            assert_false(seen[slots[i]]);
            seen[slots[i]] = true;
        }
        count += drawn;
    }
    assert_int_equal(count, expected);
}

/* Rules: P7.5 */
static void a_sample_that_is_drawn_to_its_end_has_each_member_once(void **state) {
    (void)state;
    struct world world;
    begin(&world, MEMBERS_NO_LIMIT);
    for (int step = 0; step < 3000; step++) {
        hear(&world);
        forget_some(&world);
        members_next_probe(&world.members);
        uint32_t probed = world.members.probed;
        expect_sample(&world, true);
        expect_sample(&world, false);
        assert_int_equal(world.members.probed, probed); /* a sample does not disturb the round */
    }
    expect_same(&world);
    end(&world);
}

/* Pairs from seven, in the middle of a round: each ordered pair 1 in 42, 500 of 21,000, deviation 22. */
/* Rules: P7.5 */
static void samples_are_uniform_in_the_middle_of_a_round_too(void **state) {
    (void)state;
    enum { COUNT = 7, DRAWS = 21000 };
    struct world world;
    uint32_t pairs[COUNT][COUNT] = {{0}};
    be_all_active(&world, COUNT);
    for (int i = 0; i < 3; i++) {
        members_next_probe(&world.members);
    }
    for (int i = 0; i < DRAWS; i++) {
        struct members_sample sample = members_sample_active(&world.members);
        uint32_t pair[2] = {SELKIE_NO_SLOT, SELKIE_NO_SLOT};
        if (i % 2 == 0) {
            assert_int_equal(members_sample_several(&sample, pair, 2), 2);
        } else {
            pair[0] = members_sample_next(&sample);
            pair[1] = members_sample_next(&sample);
        }
        pairs[pair[0]][pair[1]]++;
    }
    for (uint32_t a = 0; a < COUNT; a++) {
        for (uint32_t b = 0; b < COUNT; b++) {
            assert_in_range(pairs[a][b], a == b ? 0 : 385, a == b ? 0 : 615);
        }
    }
    end(&world);
}

static void a_random_down_member_is_down_and_any(void **state) {
    (void)state;
    struct world world;
    uint32_t counts[8] = {0};
    be_all_active(&world, 4);
    assert_int_equal(members_random_down(&world.members), SELKIE_NO_SLOT);
    for (uint32_t i = 4; i < 8; i++) {
        apply(&world, i, 0, 0, SELKIE_DOWN);
    }
    for (int i = 0; i < 4000; i++) {
        counts[members_random_down(&world.members)]++;
    }
    for (uint32_t slot = 0; slot < 8; slot++) {
        assert_in_range(counts[slot], slot < 4 ? 0 : 850, slot < 4 ? 0 : 1150);
    }
    end(&world);
}

/* ---- bounds, marks, conditions ---- */

/* Rules: P19.2 */
static void a_table_takes_as_many_as_its_limit_and_no_unknown_down_one_last(void **state) {
    (void)state;
    struct world world;
    begin(&world, 3);
    assert_int_equal(apply(&world, 0, 0, 0, SELKIE_DOWN).outcome, MEMBERS_CHANGED);
    assert_int_equal(apply(&world, 1, 0, 0, SELKIE_DOWN).outcome, MEMBERS_CHANGED);
    assert_int_equal(apply(&world, 2, 0, 0, SELKIE_DOWN).outcome, MEMBERS_REFUSED);
    assert_int_equal(apply(&world, 2, 0, 0, SELKIE_SUSPECT).outcome, MEMBERS_CHANGED);
    assert_int_equal(apply(&world, 3, 0, 0, SELKIE_ALIVE).outcome, MEMBERS_REFUSED);
    assert_int_equal(apply(&world, 2, 0, 0, SELKIE_DOWN).outcome, MEMBERS_CHANGED); /* known: it may go down */
    assert_int_equal(members_room(&world.members), 0);
    end(&world);
}

static void the_timer_mark_stays_with_the_slot(void **state) {
    (void)state;
    struct world world;
    be_all_active(&world, 2);
    assert_false(members_is_marked(&world.members, 0, MEMBERS_REMOVE_TIMER));
    assert_false(members_is_marked(&world.members, 7, MEMBERS_REMOVE_TIMER)); /* never used */
    members_mark(&world.members, 0, MEMBERS_REMOVE_TIMER, true);
    apply(&world, 0, 1, 0, SELKIE_DOWN);
    assert_true(members_is_marked(&world.members, 0, MEMBERS_REMOVE_TIMER));
    members_forget(&world.members, 0);
    assert_true(members_is_marked(&world.members, 0, MEMBERS_REMOVE_TIMER));
    assert_false(members_has(&world.members, 0));
    assert_int_equal(apply(&world, 9, 0, 0, SELKIE_ALIVE).slot, 0);
    assert_true(members_is_marked(&world.members, 0, MEMBERS_REMOVE_TIMER));
    assert_false(members_is_marked(&world.members, 1, MEMBERS_REMOVE_TIMER));
    members_mark(&world.members, 0, MEMBERS_REMOVE_TIMER, false);
    assert_false(members_is_marked(&world.members, 0, MEMBERS_REMOVE_TIMER));
    end(&world);
}

/* Rules: P2.8 */
static void conditions_on_a_record(void **state) {
    (void)state;
    struct world world;
    struct identity replaced;
    struct selkie_member news;
    unsigned char unknown[ID] = {200, 200, 0}, older[ID], newer[ID];
    begin(&world, MEMBERS_NO_LIMIT);
    apply(&world, 0, 5, 3, SELKIE_SUSPECT);
    memcpy(older, world.ids[0], ID), older[2] = 4;
    memcpy(newer, world.ids[0], ID), newer[2] = 6;
    SELKIE_INIT(&news);
    news.state = SELKIE_DOWN;
    news.identity = unknown;
    struct members_change change = take_in(&world.members, &news, MEMBERS_KNOWN, &replaced);
    assert_int_equal(change.outcome, MEMBERS_UNCHANGED);
    assert_int_equal(change.slot, SELKIE_NO_SLOT);
    news.identity = older;
    news.incarnation = 3;
    assert_int_equal(take_in(&world.members, &news, MEMBERS_SAME_INCARNATION, &replaced).outcome, MEMBERS_UNCHANGED);
    news.identity = newer;
    news.incarnation = 2;
    assert_int_equal(take_in(&world.members, &news, MEMBERS_SAME_INCARNATION, &replaced).outcome, MEMBERS_UNCHANGED);
    news.incarnation = 4;
    assert_int_equal(take_in(&world.members, &news, MEMBERS_SAME_INCARNATION, &replaced).outcome, MEMBERS_UNCHANGED);
    news.incarnation = 3;
    change = take_in(&world.members, &news, MEMBERS_SAME_INCARNATION, &replaced);
    assert_int_equal(change.outcome, MEMBERS_CHANGED);
    assert_true(change.renamed);
    assert_int_equal(replaced.as.bytes[2], 5);
    end(&world);
}

int main(int argc, char **argv) {
    seed = seed_take(argc, argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_what_an_array_would_be),
        cmocka_unit_test(each_member_that_is_active_throughout_a_round_is_probed_once_in_it),
        cmocka_unit_test(every_order_of_a_round_is_as_likely_as_any_other),
        cmocka_unit_test(a_newcomer_gets_a_random_place_among_those_to_come),
        cmocka_unit_test(a_member_that_restarts_keeps_its_place_in_the_round),
        cmocka_unit_test(a_member_that_restarts_in_a_later_round_is_still_to_come_in_it),
        cmocka_unit_test(a_sample_that_is_drawn_to_its_end_has_each_member_once),
        cmocka_unit_test(samples_are_uniform_in_the_middle_of_a_round_too),
        cmocka_unit_test(a_random_down_member_is_down_and_any),
        cmocka_unit_test(a_table_takes_as_many_as_its_limit_and_no_unknown_down_one_last),
        cmocka_unit_test(the_timer_mark_stays_with_the_slot),
        cmocka_unit_test(conditions_on_a_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
