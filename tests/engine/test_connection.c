/* Tests of the connection: Disconnected, Connected, Undead, and when it changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

/* Rules: P5.1 */
static void an_engine_starts_alone_and_silent(void **state) {
    struct fixture *f = *state;
    expect_nothing(f);
    expect_members(f, "");
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    assert_int_equal(selkie_incarnation(f->engine), 0);
}

/* Rules: P5.2, P5.5 */
static void the_first_active_member_connects_and_a_down_one_does_not(void **state) {
    struct fixture *f = *state;
    learn(f, "B1@0 down");
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    forget(f);
    learn(f, "C1@0 suspect");
    expect(f, "member-up C1@0 suspect", "timer probe in 1500 ms", "active");
    assert_int_equal(selkie_connection(f->engine), SELKIE_CONNECTED);
}

/* Rules: P5.2, P5.6, P8.1 */
static void losing_the_last_active_member_is_idle_and_ends_the_probe(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    forget(f);
    learn(f, "B1@0 down");
    assert_int_equal(count_lines(f, "idle"), 0);
    learn(f, "C1@0 down");
    assert_int_equal(count_lines(f, "idle"), 1);
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    assert_int_equal(fire(f, TIMER_SEND_INDIRECT_PROBE), SELKIE_OK);
    expect_nothing(f);
    know(f, "D1@0 alive");
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK); /* the probe was cleared */
}

/* Rules: P5.2, P5.7, P5.9 */
static void the_adjustment_leaves_undead_alone(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    forget(f);
    learn(f, "C1@0 alive, B1@0 down, C1@0 down");
    assert_int_equal(count_lines(f, "idle") + count_lines(f, "active"), 0);
    learn(f, "D1@0 alive");
    assert_int_equal(selkie_connection(f->engine), SELKIE_UNDEAD);
    assert_int_equal(count_lines(f, "active"), 0);
    assert_int_equal(count_lines(f, "timer probe"), 0);
}

/* Rules: P5.7, P8.1 */
static void becoming_undead_makes_timers_stale_and_ends_the_probe(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    assert_int_equal(fire(f, TIMER_SEND_INDIRECT_PROBE), SELKIE_OK);
    expect_nothing(f);
    assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_OK);
    know(f, "");
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
}

/* Our state is such that an adjustment would be heard: Disconnected, with an active member. */
static void be_out_of_adjustment(struct fixture *f) {
    restart(f);
    know(f, "B1@0 alive, C1@0 down");
    did(f, selkie_change_identity(f->engine, "A2"));
    forget(f);
}

/* Rules: P5.4 */
static void nothing_but_a_batch_or_a_suspicion_adjusts(void **state) {
    struct fixture *f = *state;
    be_out_of_adjustment(f);
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_OK);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    did(f, selkie_change_identity(f->engine, "A3"));
    assert_int_equal(fire(f, TIMER_REMOVE_DOWN), SELKIE_OK);
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    be_out_of_adjustment(f);
    hear(f, "ping 1 from C1@0");      /* stops at an inactive source */
    hear(f, "turn-undead from C1@0"); /* so does this; the rejoin is not followed by one */
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_OK);
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    assert_int_equal(count_lines(f, "active"), 0);
}

/* Rules: P5.3 */
static void a_packet_without_updates_adjusts(void **state) {
    struct fixture *f = *state;
    be_out_of_adjustment(f);
    hear(f, "ping 1 from B1@0");
    assert_int_equal(count_lines(f, "active"), 1);
    assert_int_equal(count_lines(f, "> ack 1 from A2@0 to B1"), 1);
}

/* Rules: P26.9, P13.6 */
static void after_a_rejoin_the_connection_is_adjusted_in_the_same_call_if_that_is_wanted(void **state) {
    struct fixture *f = *state;
    f->config.reconnect_at_once = true;
    restart(f);
    know(f, "B1@0 alive");
    hear(f, "turn-undead from B1@0");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2", "timer probe in 1500 ms", "active");
    assert_int_equal(selkie_connection(f->engine), SELKIE_CONNECTED);
    learn(f, "A2@0 down, B1@0 down"); /* at the end: nobody is there any more */
    assert_int_equal(count_lines(f, "active"), 0);
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    know(f, "C1@0 alive");
    assert_int_equal(did(f, selkie_change_identity(f->engine, "A7")), SELKIE_OK); /* that is no rejoin */
    assert_int_equal(count_lines(f, "active"), 0);
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
}

/* Rules: P26.9, P5.4 */
static void otherwise_a_rejoin_waits_for_the_next_batch(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "turn-undead from B1@0");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2");
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    f->config.reconnect_at_once = true;
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK); /* this call is none in which we rejoined */
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(an_engine_starts_alone_and_silent),
        test_of_one(the_first_active_member_connects_and_a_down_one_does_not),
        test_of_one(losing_the_last_active_member_is_idle_and_ends_the_probe),
        test_of_one(the_adjustment_leaves_undead_alone),
        test_of_one(becoming_undead_makes_timers_stale_and_ends_the_probe),
        test_of_one(nothing_but_a_batch_or_a_suspicion_adjusts),
        test_of_one(a_packet_without_updates_adjusts),
        test_of_one(after_a_rejoin_the_connection_is_adjusted_in_the_same_call_if_that_is_wanted),
        test_of_one(otherwise_a_rejoin_waits_for_the_next_batch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
