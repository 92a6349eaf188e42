/* Timers that the runtime cannot keep: the call says so, all else that it did stands, and revive brings back what was
 * lost. */
#include <stdlib.h>
#include <string.h>

#include "cmocka_all.h"
#include "scenario.h"

enum { STEPS_MAX = 1000 };

/* A run in which every timer is kept: how things stood after each step. */
struct reference {
    uint64_t spoken[STEPS_MAX];
    struct snapshot after[STEPS_MAX];
    uint32_t submitted;
};

/* `agreement`: each suspicion has a timer, and ends sooner if others share it. Otherwise all that is on without that. */
static void begin(struct world *world, bool agreement) {
    world_init(world, true);
    world->config.suspicion_confirmations = agreement ? world->config.suspicion_confirmations : 0;
    assert_int_equal(world_start(world), 0);
}

static void record(struct reference *reference, bool agreement) {
    struct world world;
    assert_in_range(scenario_length(), 1, STEPS_MAX);
    begin(&world, agreement);
    for (uint32_t step = 0; step < scenario_length(); step++) {
        assert_true(scenario_take(&world, step, SCENARIO_SMALL) >= 0);
        reference->spoken[step] = world.spoken;
        reference->after[step] = snapshot_take(world.engine);
    }
    reference->submitted = world.submitted;
    world_end(&world);
}

static uint32_t count_down(const selkie *engine) {
    return selkie_member_count(engine) - selkie_active_count(engine);
}

/* After a revive nothing may be missing: all four cycles turn, and all that is Down now is forgotten in time. */
static void check_revived(struct world *world) {
    if (selkie_connection(world->engine) == SELKIE_UNDEAD) {
        assert_int_equal(selkie_reuse_down_identity(world->engine), 0);
    }
    struct letter letter = letter_to(selkie_identity(world->engine), 990, SELKIE_PING, 1, NULL);
    uint32_t pings = world->sent[SELKIE_PING], gossips = world->sent[SELKIE_GOSSIP];
    uint32_t announces = world->sent[SELKIE_ANNOUNCE], to_down = world->sent_to_down[SELKIE_ANNOUNCE];
    for (uint32_t i = 0; i < 12; i++) { /* enough not to be alone before the end, though nobody answers */
        letter_add_member(&letter, identity_of(700 + i, 0).bytes, 0, i == 0 ? SELKIE_DOWN : SELKIE_ALIVE);
    }
    assert_int_equal(world_deliver(world, &letter), 0);
    assert_int_equal(selkie_connection(world->engine), SELKIE_CONNECTED);
    world_run(world, SELKIE_S(15), SELKIE_OK); /* a cycle may take two seconds: we are not well */
    assert_true(world->sent[SELKIE_PING] > pings + 6);
    assert_true(world->sent[SELKIE_GOSSIP] > gossips);
    uint32_t new_to_down = world->sent_to_down[SELKIE_ANNOUNCE] - to_down;
    assert_true(new_to_down > 0);
    assert_true(world->sent[SELKIE_ANNOUNCE] - announces > new_to_down);
    assert_int_equal(selkie_leave(world->engine), 0); /* from now on nobody is probed, and nobody new goes Down */
    world_run(world, SELKIE_S(60), SELKIE_OK);
    assert_int_equal(count_down(world->engine), 0);
}

/* Play until a timer was refused, which changes nothing else. */
static void play_until_refused(struct world *world, const struct reference *reference) {
    for (uint32_t step = 0; step < scenario_length() && world->refused == 0; step++) {
        int result = scenario_take(world, step, SCENARIO_SMALL);
        assert_true(world->refused == 0 ? result >= 0 : result == SELKIE_E_TIMER_LOST);
        if (reference) {
            assert_true(world->spoken == reference->spoken[step]);
            struct snapshot after = snapshot_take(world->engine);
            snapshot_check_equal(&after, &reference->after[step]);
        }
    }
}

/* Refuse one timer, or all from there on for the rest of its step. False: there were not as many. */
static bool refuse(uint32_t which, bool from_there, const struct reference *reference) {
    struct world world;
    begin(&world, false);
    world.refuse_at = which;
    world.refuse_from_there = from_there;
    play_until_refused(&world, reference);
    bool refused = world.refused > 0;
    if (refused && from_there) {
        bool wants_timers = selkie_connection(world.engine) == SELKIE_CONNECTED || count_down(world.engine) > 0;
        assert_true(selkie_revive(world.engine) == SELKIE_E_TIMER_LOST || !wants_timers);
    }
    world.refuse_at = 0;
    struct snapshot before = snapshot_take(world.engine);
    assert_int_equal(selkie_revive(world.engine), 0);
    struct snapshot after = snapshot_take(world.engine);
    snapshot_check_equal(&before, &after);
    check_revived(&world);
    world_end(&world);
    return refused;
}

static void refuse_each(bool from_there) {
    struct reference *reference = calloc(1, sizeof *reference);
    assert_non_null(reference);
    record(reference, false);
    uint32_t which = 1;
    while (refuse(which, from_there, reference)) {
        which++;
    }
    print_message("%u timers refused, one after the other\n", (unsigned)which - 1);
    assert_int_equal(which - 1, reference->submitted);
    free(reference);
}

/* Rules: P15.12, P17.4 */
static void a_call_whose_timer_is_refused_does_all_else_and_revive_repairs_it(void **state) {
    (void)state;
    refuse_each(false);
}

/* Rules: P15.12, P17.4 */
static void that_holds_for_a_runtime_that_takes_no_more_timers(void **state) {
    (void)state;
    refuse_each(true);
}

/* Who is Suspect now must not be so for ever: its time runs, and nobody objects. */
static void check_suspicions_end(struct world *world) {
    enum { SUSPECTS_MAX = 200 };
    struct identity_bytes suspects[SUSPECTS_MAX];
    uint32_t count = 0;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    while (selkie_next(world->engine, &cursor, &member)) {
        if (member.state == SELKIE_SUSPECT) {
            assert_true(count < SUSPECTS_MAX);
            memcpy(suspects[count++].bytes, member.identity, IDENTITY_SIZE);
        }
    }
    world_run(world, 6 * SELKIE_S(13), SELKIE_OK); /* as long as with a thousand members */
    for (uint32_t i = 0; i < count; i++) {
        bool known = selkie_find(world->engine, suspects[i].bytes, &member);
        assert_true(!known || memcmp(member.identity, suspects[i].bytes, IDENTITY_SIZE) != 0 ||
                    member.state != SELKIE_SUSPECT);
    }
}

/* The timer of a suspicion that others share, too, which ends it sooner: what the call does goes by what it knows of the
 * suspicion. */
/* Rules: P25.7, P15.12, P17.4 */
static void revive_lets_the_time_of_all_suspects_run_again(void **state) {
    (void)state;
    bool refused = true;
    for (uint32_t which = 1; refused; which += 3) {
        struct world world;
        begin(&world, true);
        world.refuse_at = which;
        play_until_refused(&world, NULL);
        refused = world.refused > 0;
        world.refuse_at = 0;
        assert_int_equal(selkie_revive(world.engine), 0);
        if (selkie_connection(world.engine) == SELKIE_CONNECTED) {
            check_suspicions_end(&world);
        }
        check_revived(&world);
        world_end(&world);
    }
}

/* There is room for one suspicion only, and its timer was refused: the next one must find that room again. */
/* Rules: P17.4 */
static void a_suspicion_without_a_timer_takes_no_room(void **state) {
    (void)state;
    struct world world;
    world_init(&world, true);
    world.options.max_members = 1;
    world.refuse_delay_us = world.config.suspect_to_down_after_us;
    assert_int_equal(world_start(&world), 0);
    struct letter letter = letter_to(selkie_identity(world.engine), 1, SELKIE_PING, 1, NULL);
    assert_int_equal(world_deliver(&world, &letter), 0);
    world_run(&world, SELKIE_S(30), SELKIE_E_TIMER_LOST);
    assert_int_equal(world.refused, 1);
    assert_int_equal(world.notified[SELKIE_NOTIFY_MEMBER_DOWN], 1); /* by the timer of the next probe that failed */
    world_end(&world);
}

/* Rules: P17.6 */
static void a_lost_timer_is_told_before_other_errors(void **state) {
    (void)state;
    struct world world;
    world_init(&world, true);
    assert_int_equal(world_start(&world), 0);
    struct letter letter =
        letter_to(selkie_identity(world.engine), 1, SELKIE_PING_REQ, 1, selkie_identity(world.engine));
    assert_int_equal(world_deliver(&world, &letter), SELKIE_E_INDIRECT_FOR_OURSELVES);
    world_end(&world);
    world_init(&world, true);
    world.refuse_at = 1;
    assert_int_equal(world_start(&world), 0);
    assert_int_equal(world_deliver(&world, &letter), SELKIE_E_TIMER_LOST);
    world_end(&world);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_whose_timer_is_refused_does_all_else_and_revive_repairs_it),
        cmocka_unit_test(that_holds_for_a_runtime_that_takes_no_more_timers),
        cmocka_unit_test(revive_lets_the_time_of_all_suspects_run_again),
        cmocka_unit_test(a_suspicion_without_a_timer_takes_no_room),
        cmocka_unit_test(a_lost_timer_is_told_before_other_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
