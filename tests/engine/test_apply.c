/* Tests of what follows from a change of the table: RemoveDown, room in a full table, and memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"
#include "text.h"

/* ---- RemoveDown ---- */

/* Rules: P8.6, P16.4 */
static void a_down_member_is_forgotten_when_its_timer_comes(void **state) {
    struct fixture *f = *state;
    f->config.remove_down_after_us = SELKIE_S(60);
    restart(f);
    know(f, "B1@0 alive");
    learn(f, "C1@0 down");
    expect(f, "timer remove in 60000 ms");
    fire(f, TIMER_REMOVE_DOWN);
    expect_nothing(f);
    expect_members(f, "B1@0 alive");
}

/* Rules: P8.6, P8.5 */
static void a_member_that_came_back_is_not_forgotten(void **state) {
    struct fixture *f = *state;
    know(f, "C1@0 down");
    know(f, "C2@0 alive");
    fire(f, TIMER_REMOVE_DOWN);
    expect_nothing(f);
    expect_members(f, "C2@0 alive");
    assert_int_equal(in_flight(f, TIMER_REMOVE_DOWN), 0);
}

/* Rules: P8.7 */
static void a_newer_identity_that_goes_down_waits_for_the_timer_on_its_way_and_then_the_full_time(void **state) {
    struct fixture *f = *state;
    know(f, "C1@0 down");
    learn(f, "C2@0 alive, C2@0 down, C3@0 down");
    assert_int_equal(count_lines(f, "timer remove"), 0);
    assert_int_equal(in_flight(f, TIMER_REMOVE_DOWN), 1);
    forget(f);
    fire(f, TIMER_REMOVE_DOWN);
    expect(f, "timer remove in 86400000 ms");
    expect_members(f, "C3@0 down");
    fire(f, TIMER_REMOVE_DOWN);
    expect_members(f, "");
}

/* Rules: P11.8 */
static void forgetting_a_member_drops_its_update(void **state) {
    struct fixture *f = *state;
    learn_and_tell(f, "C1@0 down");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    fire(f, TIMER_REMOVE_DOWN);
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
}

/* Rules: P15.12, P8.7 */
static void reviving_submits_only_the_removals_that_were_refused(void **state) {
    struct fixture *f = *state;
    f->refuse_timers = true;
    assert_int_equal(learn(f, "B1@0 down, C1@0 down"), SELKIE_E_TIMER_LOST);
    f->refuse_timers = false;
    learn(f, "D1@0 down");
    forget(f);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect(f, "timer remove in 86400000 ms", "timer remove in 86400000 ms");
    fire(f, TIMER_REMOVE_DOWN);
    fire(f, TIMER_REMOVE_DOWN);
    fire(f, TIMER_REMOVE_DOWN);
    expect_members(f, "");
}

/* ---- a full table ---- */

/* Rules: P19.1 */
static void a_new_active_member_takes_a_down_ones_place_in_silence(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 3;
    restart(f);
    learn_and_tell(f, "B1@0 alive, C1@0 down");
    know(f, "D1@0 alive");
    assert_int_equal(selkie_updates_backlog(f->engine), 2);
    learn(f, "E1@0 alive");
    expect(f, "member-up E1@0 alive");
    expect_members(f, "B1@0 alive, E1@0 alive, D1@0 alive");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    assert_int_equal(stats_of(f).members_displaced, 1);
    learn(f, "F1@0 alive");
    expect_nothing(f);
    assert_int_equal(stats_of(f).members_refused, 1);
    fire(f, TIMER_REMOVE_DOWN); /* of C1, whose slot is E1's now */
    assert_int_equal(selkie_member_count(f->engine), 3);
}

/* Rules: P19.1 */
static void a_member_that_a_batch_displaces_is_unknown_to_the_rest_of_it(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 3;
    restart(f);
    know(f, "B1@0 alive, C1@3 down, D1@0 alive");
    learn(f, "E1@0 alive, C2@0 alive, E1@0 alive, C1@3 down, E1@1 alive");
    expect_members(f, "B1@0 alive, E1@1 alive, D1@0 alive");
    assert_int_equal(stats_of(f).members_displaced, 1);
    assert_int_equal(stats_of(f).members_refused, 2); /* C, twice */
}

/* Rules: P1.4 */
static void a_member_that_a_batch_brings_is_known_to_the_rest_of_it(void **state) {
    struct fixture *f = *state;
    learn(f, "B1@0 alive, B1@2 suspect, B1@1 alive, C1@0 alive, B1@2 suspect, C2@0 down");
    expect_members(f, "B1@2 suspect, C2@0 down");
    assert_int_equal(selkie_member_count(f->engine), 2);
    assert_int_equal(stats_of(f).updates_applied, 4);
    assert_int_equal(stats_of(f).updates_ignored, 2);
}

/* Rules: P19.2 */
static void an_unknown_down_member_never_takes_the_last_place(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 3;
    restart(f);
    know(f, "B1@0 alive");
    learn(f, "C1@0 down");
    expect(f, "timer remove in 86400000 ms");
    learn(f, "D1@0 down");
    expect_nothing(f);
    expect_members(f, "B1@0 alive, C1@0 down");
    assert_int_equal(stats_of(f).members_refused, 1);
    know(f, "D1@0 alive"); /* now it is full */
    learn(f, "E1@0 down");
    expect_nothing(f);
    expect_members(f, "B1@0 alive, C1@0 down, D1@0 alive");
    assert_int_equal(stats_of(f).members_refused, 2);
    assert_int_equal(stats_of(f).members_displaced, 0);
}

/* Rules: P19.3 */
static void a_stranger_to_a_full_table_is_answered_as_far_as_that_needs_no_record(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.notify_down_members = true;
    f->options.max_members = 1;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping 1 from C1@0 (B1@0 down, A1@0 suspect) \"x\""), SELKIE_OK);
    hear(f, "ping-req 2 for D1 from C1@0");
    hear(f, "indirect-ping 3 for D1 from C1@0");
    hear(f, "announce from C1@0");
    expect(f, "> ack 1 from A1@0 to C1 ()", "> indirect-ping 2 for C1 from A1@0 to D1 ()",
           "> indirect-ack 3 for D1 from A1@0 to C1 ()", "> feed from A1@0 to C1 (B1@0 alive)");
    hear(f, "ack 1 from C1@0");
    hear(f, "indirect-ack 4 for D1 from C1@0");
    hear(f, "gossip from C1@0 () \"y\"");
    expect_nothing(f);
    hear(f, "turn-undead from C1@0");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2");
    hear(f, "ping 1 from C1@0"); /* not connected: no adjustment has followed */
    expect_nothing(f);
}

/* ---- memory ---- */

/* Rules: P17.5 */
static void without_memory_a_packet_has_no_effect_and_can_come_again(void **state) {
    struct fixture *f = *state;
    for (unsigned fail = 1;; fail++) {
        restart(f);
        f->fail_allocation = f->allocations + fail;
        int result = hear(f, "ping 1 from B1@3 (C1@0 alive, D1@0 down, A1@0 suspect)");
        f->fail_allocation = 0;
        if (result == SELKIE_OK) {
            assert_true(fail > 5);
            return;
        }
        assert_int_equal(result, SELKIE_E_NO_MEMORY);
        expect(f, "= NO_MEMORY");
        expect_members(f, "");
        assert_int_equal(selkie_incarnation(f->engine), 0);
        assert_int_equal(selkie_updates_backlog(f->engine), 0);
        assert_int_equal(hear(f, "ping 1 from B1@3 (C1@0 alive, D1@0 down, A1@0 suspect)"), SELKIE_OK);
        expect_members(f, "B1@3 alive, C1@0 alive, D1@0 down");
        assert_int_equal(count_lines(f, "> ack 1 from A1@1 to B1"), 1);
    }
}

/* Rules: P17.5 */
static void without_memory_the_callers_calls_have_no_effect(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    f->fail_allocation = f->allocations + 1;
    assert_int_equal(learn(f, "B1@0 alive"), SELKIE_E_NO_MEMORY);
    f->fail_allocation = f->allocations + 1;
    assert_int_equal(broadcast(f, "x"), SELKIE_E_NO_MEMORY);
    f->fail_allocation = f->allocations + 1;
    assert_int_equal(did(f, selkie_leave(f->engine)), SELKIE_E_NO_MEMORY);
    f->fail_allocation = f->allocations + 1;
    assert_int_equal(did(f, selkie_change_identity(f->engine, "A2")), SELKIE_E_NO_MEMORY);
    f->config.max_packet_size = 9000;
    f->fail_allocation = f->allocations + 1;
    assert_int_equal(did(f, selkie_set_config(f->engine, &f->config)), SELKIE_E_NO_MEMORY);
    expect(f, "= NO_MEMORY", "= NO_MEMORY", "= NO_MEMORY", "= NO_MEMORY", "= NO_MEMORY");
    expect_members(f, "");
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    assert_memory_equal(selkie_identity(f->engine), "A1", 2);
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 0);
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_get_config(f->engine, &config);
    assert_int_equal(config.max_packet_size, 1400);
    assert_int_equal(broadcast(f, "x"), 1); /* it works the next time */
}

/* Rules: P17.5 */
static void a_timer_without_memory_does_all_but_queue_the_update_and_counts_it(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    hear(f, "ack 1 from B1@0");
    hear(f, "ack 1 from C1@0");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    while (selkie_updates_backlog(f->engine) > 0) {
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    }
    forget(f);
    f->engine->news.backlog.entries.capacity = 0; /* as if there were no room left, and no memory for more */
    f->fail_allocation = f->allocations + 1;
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    f->engine->news.backlog.entries.capacity = PAGE_ITEMS;
    assert_int_equal(count_lines(f, "timer suspect in 3000 ms"), 1);
    assert_int_equal(count_lines(f, "> ping 3"), 1);
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    assert_int_equal(stats_of(f).updates_untold, 1);
}

/* Rules: P19.6 */
static void in_steady_state_nothing_is_allocated(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.periodic_gossip = (struct selkie_periodic){SELKIE_MS(200), 2};
    restart(f);
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive");
    unsigned before = 0;
    for (unsigned i = 0; i < 300; i++) {
        char gossip[TEXT_MAX] = "";
        text_add(gossip, "ping 1 from B1@%u (C1@%u suspect, D1@%u alive, A1@0 suspect) \"%c\"", i, i, i, 'a' + i % 5);
        hear(f, gossip);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        fire(f, TIMER_PERIODIC_GOSSIP);
        while (in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN) > 1) {
            fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
        }
        forget(f);
        before = i == 100 ? f->allocations : before;
    }
    assert_int_equal(f->allocations, before);
}

/* ---- suspicion, refutation, removal, if somebody wants to know ---- */

enum { ALL_OF_THEM = SELKIE_OBSERVE_MEMBER_SUSPECT | SELKIE_OBSERVE_MEMBER_REFUTED | SELKIE_OBSERVE_MEMBER_REMOVED };

/* Rules: P26.4, P14.5 */
static void the_beginning_of_a_suspicion_is_notified(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_MEMBER_SUSPECT;
    restart(f);
    know(f, "B1@0 alive");
    learn(f, "B1@0 suspect");
    expect(f, "member-suspect B1@0 suspect");
    learn(f, "B1@0 suspect");
    expect_nothing(f);
    learn(f, "B1@1 suspect"); /* at an incarnation at which it was not */
    expect(f, "member-suspect B1@1 suspect");
    learn(f, "B2@0 suspect, C1@0 suspect");
    expect(f, "rename B1 to B2", "member-suspect B2@0 suspect", "member-up C1@0 suspect",
           "member-suspect C1@0 suspect");
    learn(f, "B2@1 alive, C1@0 down");
    assert_int_equal(count_lines(f, "member-refuted"), 0);
}

/* Rules: P26.4 */
static void the_same_identity_that_is_alive_again_has_refuted(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_MEMBER_REFUTED;
    restart(f);
    know(f, "B1@0 suspect, C1@0 suspect, D1@0 suspect, E1@0 alive");
    hear(f, "gossip from B1@1");
    expect(f, "member-refuted B1@1 alive");
    learn(f, "C2@0 alive, D1@1 suspect, E1@1 alive"); /* another identity; still suspect; never was */
    expect(f, "rename C1 to C2");
    assert_int_equal(counted(f, suspicions_refuted), 1);
}

/* Where the member was whose removal is notified, seen from inside. */
static uint32_t members_inside, slots_inside;

static void look_for_members(selkie *engine) {
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    members_inside = selkie_member_count(engine);
    slots_inside = 0;
    while (selkie_next(engine, &cursor, &member)) {
        slots_inside |= 1u << member.slot;
    }
}

/* Rules: P26.4 */
static void a_member_that_is_forgotten_is_notified_when_its_slot_is_free(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_MEMBER_REMOVED;
    f->options.max_members = 3;
    restart(f);
    know(f, "B1@0 alive, C1@5 down left");
    f->inside = look_for_members;
    fire(f, TIMER_REMOVE_DOWN);
    expect(f, "member-removed C1@5 down left");
    assert_int_equal(members_inside, 1);
    assert_int_equal(slots_inside, 1);
    know(f, "D1@7 down, E1@0 alive");
    learn(f, "F1@0 alive"); /* D1 makes room: it is removed first */
    expect(f, "member-removed D1@7 down", "member-up F1@0 alive");
}

/* Rules: P26.4, P14.5 */
static void nobody_is_told_who_did_not_ask(void **state) {
    struct fixture *f = *state;
    for (int asked = 0; asked <= 1; asked++) {
        f->config.observe = asked ? ALL_OF_THEM : SELKIE_OBSERVE_PROBE_FAILED;
        restart(f);
        learn(f, "B1@0 suspect, B1@1 alive, C1@0 down");
        fire(f, TIMER_REMOVE_DOWN);
        assert_int_equal(count_lines(f, "member-suspect"), asked);
        assert_int_equal(count_lines(f, "member-refuted"), asked);
        assert_int_equal(count_lines(f, "member-removed"), asked);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(a_down_member_is_forgotten_when_its_timer_comes),
        test_of_one(a_member_that_came_back_is_not_forgotten),
        test_of_one(a_newer_identity_that_goes_down_waits_for_the_timer_on_its_way_and_then_the_full_time),
        test_of_one(forgetting_a_member_drops_its_update),
        test_of_one(reviving_submits_only_the_removals_that_were_refused),
        test_of_one(a_new_active_member_takes_a_down_ones_place_in_silence),
        test_of_one(a_member_that_a_batch_displaces_is_unknown_to_the_rest_of_it),
        test_of_one(a_member_that_a_batch_brings_is_known_to_the_rest_of_it),
        test_of_one(an_unknown_down_member_never_takes_the_last_place),
        test_of_one(a_stranger_to_a_full_table_is_answered_as_far_as_that_needs_no_record),
        test_of_one(without_memory_a_packet_has_no_effect_and_can_come_again),
        test_of_one(without_memory_the_callers_calls_have_no_effect),
        test_of_one(a_timer_without_memory_does_all_but_queue_the_update_and_counts_it),
        test_of_one(in_steady_state_nothing_is_allocated),
        test_of_one(the_beginning_of_a_suspicion_is_notified),
        test_of_one(the_same_identity_that_is_alive_again_has_refuted),
        test_of_one(a_member_that_is_forgotten_is_notified_when_its_slot_is_free),
        test_of_one(nobody_is_told_who_did_not_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
