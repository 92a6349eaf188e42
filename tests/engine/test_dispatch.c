/* Tests of timers that come back: to whom they go, in which state of the connection they do what, and which are
 * stale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

/* All kinds of timers are in flight: B1 and D1 are active, B1 is being probed and was suspected, C1 is Down. */
static void have_all_timers(struct fixture *f) {
    f->config.periodic_announce = (struct selkie_periodic){SELKIE_MS(1000), 1};
    f->config.periodic_announce_to_down_members = (struct selkie_periodic){SELKIE_MS(1000), 1};
    f->config.periodic_gossip = (struct selkie_periodic){SELKIE_MS(1000), 1};
    restart(f);
    know(f, "B1@0 alive, C1@0 down");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "D1@0 alive");
    hear(f, "ping-req 1 or nack for C1 from D1@0");
    forget(f);
}

/* Rules: P8.1, P24.10 */
static void stale_timers_succeed_and_do_nothing(void **state) {
    struct fixture *f = *state;
    have_all_timers(f);
    did(f, selkie_change_identity(f->engine, "A2"));
    know(f, "");
    assert_int_equal(selkie_connection(f->engine), SELKIE_CONNECTED);
    forget(f);
    for (int kind = 0; kind < TIMER_KINDS; kind++) {
        if (kind != TIMER_REMOVE_DOWN) {
            assert_int_equal(fire(f, (enum timer_kind)kind), SELKIE_OK);
        }
    }
    expect_nothing(f);
    expect_members(f, "B1@0 suspect, C1@0 down, D1@0 alive");
}

/* Rules: P8.1, P8.6 */
static void remove_down_is_never_stale(void **state) {
    struct fixture *f = *state;
    have_all_timers(f);
    did(f, selkie_change_identity(f->engine, "A2"));
    fire(f, TIMER_REMOVE_DOWN);
    expect_members(f, "B1@0 suspect, D1@0 alive");
}

/* Disconnected or Undead, with timers in flight that still have the token of now. */
static void disconnect(struct fixture *f, enum selkie_connection connection) {
    static const int cycles[] = {TIMER_PROBE_RANDOM_MEMBER,    TIMER_PERIODIC_ANNOUNCE,   TIMER_PERIODIC_GOSSIP,
                                 TIMER_PERIODIC_ANNOUNCE_DOWN, TIMER_SEND_INDIRECT_PROBE, TIMER_CHANGE_SUSPECT_TO_DOWN};
    have_all_timers(f);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    if (connection == SELKIE_DISCONNECTED) {
        assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_OK);
    }
    assert_int_equal(selkie_connection(f->engine), connection);
    struct timer timer;
    for (size_t i = 0; i < sizeof cycles / sizeof *cycles; i++) {
        for (unsigned at = 0; at < f->timer_count; at++) {
            assert_true(timer_read(&f->timers[at].timer, &timer));
            if (!f->timers[at].fired && (int)timer.kind == cycles[i]) {
                uint64_t number = f->timers[at].timer.opaque[1] & UINT32_MAX;
                uint64_t token = connection == SELKIE_UNDEAD ? timer.token + 1 : timer.token + 2;
                f->timers[at].timer.opaque[1] = token << 32 | number;
            }
        }
    }
    forget(f);
}

/* Rules: P8.2 */
static void a_probe_timer_of_now_while_not_connected_is_an_error(void **state) {
    struct fixture *f = *state;
    static const enum selkie_connection connections[] = {SELKIE_DISCONNECTED, SELKIE_UNDEAD};
    for (size_t i = 0; i < 2; i++) {
        disconnect(f, connections[i]);
        assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_NOT_CONNECTED);
        expect(f, "= NOT_CONNECTED");
        assert_int_equal(in_flight(f, TIMER_PROBE_RANDOM_MEMBER), 0);
    }
}

/* Rules: P8.3 */
static void other_timers_of_now_while_not_connected_do_nothing(void **state) {
    struct fixture *f = *state;
    static const enum selkie_connection connections[] = {SELKIE_DISCONNECTED, SELKIE_UNDEAD};
    for (size_t i = 0; i < 2; i++) {
        disconnect(f, connections[i]);
        assert_int_equal(fire(f, TIMER_SEND_INDIRECT_PROBE), SELKIE_OK);
        assert_int_equal(fire(f, TIMER_PERIODIC_ANNOUNCE), SELKIE_OK);
        assert_int_equal(fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN), SELKIE_OK);
        assert_int_equal(fire(f, TIMER_PERIODIC_GOSSIP), SELKIE_OK);
        expect_nothing(f);
    }
}

/* Rules: P8.4 */
static void a_suspicion_that_is_due_while_not_connected_takes_effect(void **state) {
    struct fixture *f = *state;
    disconnect(f, SELKIE_UNDEAD);
    assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down");
    disconnect(f, SELKIE_DISCONNECTED);
    assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
    assert_int_equal(count_lines(f, "member-down B1@0 down"), 1);
    assert_int_equal(count_lines(f, "active"), 1); /* the adjustment finds D1 */
}

/* Rules: P8.6 */
static void remove_down_acts_in_every_state(void **state) {
    struct fixture *f = *state;
    disconnect(f, SELKIE_UNDEAD);
    fire(f, TIMER_REMOVE_DOWN);
    expect_nothing(f);
    expect_members(f, "B1@0 suspect, D1@0 alive");
}

static void a_timer_that_comes_twice_does_no_harm(void **state) {
    struct fixture *f = *state;
    have_all_timers(f);
    struct selkie_timer removal = take_timer(f, TIMER_REMOVE_DOWN);
    struct selkie_timer suspicion = take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    give_timer(f, &removal);
    give_timer(f, &suspicion);
    know(f, "C2@0 alive, B2@0 alive");
    give_timer(f, &removal);
    give_timer(f, &suspicion);
    expect_nothing(f);
    assert_int_equal(selkie_active_count(f->engine), 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(stale_timers_succeed_and_do_nothing),
        test_of_one(remove_down_is_never_stale),
        test_of_one(a_probe_timer_of_now_while_not_connected_is_an_error),
        test_of_one(other_timers_of_now_while_not_connected_do_nothing),
        test_of_one(a_suspicion_that_is_due_while_not_connected_takes_effect),
        test_of_one(remove_down_acts_in_every_state),
        test_of_one(a_timer_that_comes_twice_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
