/* Memory that runs out: at every place where it can, for a moment, for good, and by chance. A call that had no memory
 * did nothing, and can be made again as if nothing had been; nothing leaks; the engine goes on. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmocka_all.h"
#include "scenario.h"

/* A call said NO_MEMORY: then nothing may be different from before it. */
static void check_untouched(const struct world *world, const struct snapshot *before, uint32_t outputs) {
    struct snapshot after = snapshot_take(world->engine);
    snapshot_check_equal(before, &after);
    assert_int_equal(world->outputs, outputs);
}

/* What the engine had to let go of without an error, since it had no memory for it. */
static uint64_t let_go(const struct snapshot *snapshot) {
    return snapshot->stats.updates_untold + snapshot->stats.suspicions_untracked +
           snapshot->stats.broadcasts_not_relayed;
}

/* A call that did not fail may only have let go of what nobody can be told of: what follows from a timer, and a
 * broadcast of somebody else's, of which the handler knows already. */
static void check_let_go(const struct world *world, uint32_t step, const struct snapshot *before) {
    struct snapshot after = snapshot_take(world->engine);
    if (!scenario_is_timer(step)) {
        assert_int_equal(let_go(&after) - let_go(before),
                         after.stats.broadcasts_not_relayed - before->stats.broadcasts_not_relayed);
    }
}

/* Take a step, and again until there is memory for it, or just once. The last result. */
static int take(struct world *world, uint32_t step, uint32_t scale, bool again) {
    struct snapshot before = snapshot_take(world->engine);
    uint32_t outputs = world->outputs;
    int result = scenario_take(world, step, scale);
    while (result == SELKIE_E_NO_MEMORY) {
        check_untouched(world, &before, outputs);
        if (!again) {
            return result;
        }
        result = scenario_take(world, step, scale);
    }
    if (result < 0 && (again || result != SELKIE_E_NOT_UNDEAD)) { /* it is not, if there was no memory to leave */
        fail_msg("step %u: %s", (unsigned)step, selkie_strerror(result));
    }
    check_let_go(world, step, &before);
    return result;
}

/* Make the engine, however often that takes. */
static void start(struct world *world) {
    selkie *const untouched = world->engine;
    int result;
    while ((result = world_start(world)) == SELKIE_E_NO_MEMORY) {
        assert_ptr_equal(world->engine, untouched);
        assert_int_equal(world->memory.blocks, 0);
    }
    assert_int_equal(result, 0);
}

static void play(struct world *world, uint32_t scale, bool again) {
    for (uint32_t step = 0; step < scenario_length(); step++) {
        take(world, step, scale, again);
    }
}

/* A run in which nothing fails. */
struct reference {
    uint64_t trace;
    uint32_t asked_by_start, asked;
    struct snapshot end;
};

static struct reference undisturbed(bool by_equal_keys) {
    struct world world;
    world_init(&world, by_equal_keys);
    start(&world);
    uint32_t asked_by_start = world.memory.asked;
    scenario_play(&world, SCENARIO_LARGE);
    struct reference reference = {world.trace, asked_by_start, world.memory.asked, snapshot_take(world.engine)};
    assert_true(reference.end.count > 600); /* several pages */
    assert_int_equal(let_go(&reference.end), 0);
    scenario_check_usable(&world);
    world_end(&world);
    return reference;
}

/* Deny one request. False: there were not as many. */
static bool survives_one(bool by_equal_keys, uint32_t which, const struct reference *reference) {
    struct world world;
    world_init(&world, by_equal_keys);
    world.memory.fail_at = which;
    start(&world);
    play(&world, SCENARIO_LARGE, true);
    bool denied = world.memory.denied > 0;
    struct snapshot end = snapshot_take(world.engine);
    if (let_go(&end) == 0) {
        assert_true(world.trace == reference->trace);
        snapshot_check_equal(&end, &reference->end);
    } else {
        assert_true(denied);
    }
    scenario_check_usable(&world);
    world_end(&world);
    return denied;
}

static void deny_each(bool by_equal_keys) {
    struct reference reference = undisturbed(by_equal_keys);
    uint32_t which = 1;
    while (survives_one(by_equal_keys, which, &reference)) {
        which++;
    }
    print_message("%u requests denied, one after the other\n", which - 1);
    assert_int_equal(which - 1, reference.asked);
}

/* Rules: P17.5 */
static void a_call_that_had_no_memory_did_nothing_and_can_be_repeated(void **state) {
    (void)state;
    deny_each(true);
}

static void the_same_holds_where_broadcasts_are_compared_one_by_one(void **state) {
    (void)state;
    deny_each(false);
}

/* Rules: P17.5 */
static void an_engine_without_memory_keeps_what_it_has_and_recovers(void **state) {
    (void)state;
    struct reference reference = undisturbed(true);
    for (uint32_t from = reference.asked_by_start + 1; from <= reference.asked; from++) {
        struct world world;
        world_init(&world, true);
        start(&world);
        world.memory.fail_at = from;
        world.memory.from_there = true;
        play(&world, SCENARIO_LARGE, false);
        assert_true(world.memory.denied > 0);
        world.memory.fail_at = 0;
        scenario_check_usable(&world);
        world_end(&world);
    }
}

static void an_engine_that_cannot_be_made_leaves_nothing(void **state) {
    (void)state;
    for (uint32_t from = 1;; from++) {
        struct world world;
        world_init(&world, true);
        world.memory.fail_at = from;
        world.memory.from_there = true;
        int result = world_start(&world);
        assert_true(result == SELKIE_OK || (result == SELKIE_E_NO_MEMORY && !world.engine));
        world_end(&world);
        if (result == SELKIE_OK) {
            assert_true(from > 1);
            return;
        }
    }
}

/* Rules: P17.5 */
static void memory_that_is_there_by_chance_is_enough(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct world world;
        world_init(&world, seed % 2 == 0);
        world.memory.dice = seed;
        world.memory.chance = 20 + (uint32_t)seed * 3;
        start(&world);
        play(&world, SCENARIO_LARGE, true);
        world.memory.chance = 0;
        scenario_check_usable(&world);
        world_end(&world);
    }
}

static int hear_of(struct world *world, uint32_t first, uint32_t end) {
    struct letter letter = letter_to(selkie_identity(world->engine), 1, SELKIE_GOSSIP, 0, NULL);
    for (uint32_t i = first; i < end; i++) {
        letter_add_member(&letter, identity_of(1000 + i, 0).bytes, 0, SELKIE_ALIVE);
    }
    return world_deliver(world, &letter);
}

static void hear_of_some(struct world *world, uint32_t first, uint32_t end) {
    assert_int_equal(hear_of(world, first, end), 0);
}

/* The same by a call of the program's, which needs memory for exactly these, and none to tell of them if nobody is to
 * be told. */
static void learn_of_some(struct world *world, uint32_t first, uint32_t end, bool disseminate) {
    static struct identity_bytes identities[256];
    static struct selkie_member members[256];
    for (uint32_t i = first; i < end; i++) {
        identities[i - first] = identity_of(1000 + i, 0);
        members[i - first] =
            (struct selkie_member){.struct_size = sizeof *members, .identity = identities[i - first].bytes};
    }
    assert_int_equal(selkie_apply_many(world->engine, members, end - first, disseminate), 0);
}

/* Wherever the queue ends: being declared down needs room for what is told of our former self, or nothing happens. */
/* Rules: P17.5 */
static void an_identity_is_not_renewed_without_memory_to_tell_of_it(void **state) {
    (void)state;
    uint32_t denied = 0;
    for (uint32_t members = 245; members < 265; members++) {
        struct world world;
        world_init(&world, true);
        world.config.max_packet_size = 4000;
        start(&world);
        hear_of_some(&world, 0, 140);
        learn_of_some(&world, 140, members, true);
        world.memory.chance = 100;
        struct letter letter =
            letter_to(selkie_identity(world.engine), 2, SELKIE_TURN_UNDEAD, 0, NULL); /* who is new */
        int result = world_deliver(&world, &letter);
        struct snapshot after = snapshot_take(world.engine);
        assert_int_equal(let_go(&after), 0);
        assert_int_equal(world.notified[SELKIE_NOTIFY_REJOIN], result == SELKIE_E_NO_MEMORY ? 0 : 1);
        denied += result == SELKIE_E_NO_MEMORY ? 1 : 0;
        world_end(&world);
    }
    assert_in_range(denied, 1, 19);
}

/* A packet needs no memory for members that are known already, however full the table is; for others it does. */
/* Rules: P17.5 */
static void hear_without_memory(bool by_shortcuts) {
    enum { TOLD = 20 };
    uint32_t denied = 0, refused = 0;
    for (uint32_t members = 200; members < 250; members++) {
        struct world world;
        world_init(&world, true);
        world.codec = by_shortcuts ? world.packed : world.codec;
        start(&world);
        learn_of_some(&world, 0, members, false);
        hear_of_some(&world, 0, 0); /* of the source alone */
        world.memory.fail_at = world.memory.asked + 1;
        world.memory.from_there = true;
        hear_of_some(&world, 0, TOLD);
        denied += world.memory.denied > 0;
        int result = hear_of(&world, 1000, 1000 + TOLD);
        assert_true(result == (selkie_member_count(world.engine) < members + TOLD ? SELKIE_E_NO_MEMORY : 0));
        assert_int_equal(selkie_member_count(world.engine), result == 0 ? members + TOLD + 1 : members + 1);
        refused += result != 0;
        world_end(&world);
    }
    assert_in_range(denied, 1, 49); /* it was asked for, where there was too little for as many unknown ones */
    assert_in_range(refused, 1, 49);
}

static void what_is_known_is_heard_without_memory(void **state) {
    (void)state;
    hear_without_memory(false);
    hear_without_memory(true);
}

/* The same peers, the same subjects, over and over: pings, suspicions and refutations, renewals, broadcasts, Down and
 * back. */
static void one_round(struct world *world, uint16_t round) {
    for (uint32_t peer = 1; peer <= 300; peer += 20) {
        struct letter letter = letter_to(selkie_identity(world->engine), 1, SELKIE_GOSSIP, 0, NULL);
        for (uint32_t i = 0; i < 20; i++) {
            enum selkie_state state = (peer + i + round) % 7 == 0 ? SELKIE_DOWN : (enum selkie_state)(i % 2);
            letter_add_member(&letter, identity_of(1000 + peer + i, round).bytes, 0, state);
        }
        letter_add_member(&letter, selkie_identity(world->engine), 0, round % 4 == 0 ? SELKIE_DOWN : SELKIE_SUSPECT);
        letter_say(&letter, (uint8_t)(peer / 20), (uint8_t)round, 30);
        assert_int_equal(world_deliver(world, &letter), 0);
        world_run(world, SELKIE_MS(500), SELKIE_E_NOT_CONNECTED);
    }
    unsigned char said[30] = {200, (unsigned char)round};
    assert_int_equal(selkie_add_broadcast(world->engine, said, sizeof said, 0), 1);
}

/* Rules: P19.6 */
static void an_engine_that_does_not_grow_asks_for_nothing(void **state) {
    (void)state;
    struct world world;
    world_init(&world, true);
    start(&world);
    for (uint8_t subject = 201; subject <= 230; subject++) { /* more than will ever be queued at once */
        unsigned char said[30] = {subject, 1};
        assert_int_equal(selkie_add_broadcast(world.engine, said, sizeof said, 0), 1);
    }
    for (uint16_t round = 1; round <= 24; round++) { /* a suspicion may take nine rounds */
        one_round(&world, round);
    }
    uint32_t asked = world.memory.asked;
    size_t blocks = world.memory.blocks, bytes = world.memory.bytes;
    for (uint16_t round = 25; round <= 120; round++) {
        one_round(&world, round);
    }
    assert_int_equal(world.memory.asked, asked);
    assert_int_equal(world.memory.blocks, blocks);
    assert_int_equal(world.memory.bytes, bytes);
    world_end(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_that_had_no_memory_did_nothing_and_can_be_repeated),
        cmocka_unit_test(the_same_holds_where_broadcasts_are_compared_one_by_one),
        cmocka_unit_test(an_engine_without_memory_keeps_what_it_has_and_recovers),
        cmocka_unit_test(an_engine_that_cannot_be_made_leaves_nothing),
        cmocka_unit_test(memory_that_is_there_by_chance_is_enough),
        cmocka_unit_test(an_identity_is_not_renewed_without_memory_to_tell_of_it),
        cmocka_unit_test(what_is_known_is_heard_without_memory),
        cmocka_unit_test(an_engine_that_does_not_grow_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
