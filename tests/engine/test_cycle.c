/* Tests of the cycles: the four timers that repeat while we are connected, and their bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "engine/suspicion.h"
#include "fixture.h"

static void have_all_tasks(struct fixture *f) {
    f->config.periodic_announce = (struct selkie_periodic){SELKIE_MS(30000), 1};
    f->config.periodic_announce_to_down_members = (struct selkie_periodic){SELKIE_MS(65000), 2};
    f->config.periodic_gossip = (struct selkie_periodic){SELKIE_MS(200), 3};
    restart(f);
}

/* Rules: P5.5 */
static void becoming_connected_submits_each_cycle_after_its_period(void **state) {
    struct fixture *f = *state;
    have_all_tasks(f);
    learn(f, "B1@0 alive");
    expect(f, "member-up B1@0 alive", "timer probe in 1500 ms", "timer announce in 30000 ms",
           "timer announce-down in 65000 ms", "timer gossip in 200 ms", "active");
}

/* Rules: P5.5 */
static void tasks_that_are_off_submit_nothing(void **state) {
    struct fixture *f = *state;
    f->config.periodic_announce_to_down_members = (struct selkie_periodic){SELKIE_MS(65000), 2};
    restart(f);
    learn(f, "B1@0 alive");
    expect(f, "member-up B1@0 alive", "timer probe in 1500 ms", "timer announce-down in 65000 ms", "active");
}

/* Become idle and connected again: one stale timer of each kind more. */
static void flap(struct fixture *f, int generation) {
    char up[] = "B1@0 alive", down[] = "B1@0 down";
    up[1] = down[1] = (char)('0' + generation);
    assert_int_equal(learn(f, up), SELKIE_OK);
    assert_int_equal(learn(f, down), SELKIE_OK);
}

/* Rules: P8.9 */
static void a_bounded_engine_never_has_more_than_eight_of_a_kind_in_flight(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 4);
    for (int i = 1; i <= CYCLES_MAX; i++) {
        flap(f, i);
        assert_int_equal(in_flight(f, TIMER_PROBE_RANDOM_MEMBER), i);
    }
    know(f, "C1@0 alive");
    assert_int_equal(in_flight(f, TIMER_PROBE_RANDOM_MEMBER), CYCLES_MAX);
    assert_int_equal(selkie_connection(f->engine), SELKIE_CONNECTED);
    fire(f, TIMER_PROBE_RANDOM_MEMBER); /* a stale one makes room, and the cycle starts */
    expect(f, "timer probe in 1500 ms");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect_nothing(f);
}

/* Rules: P8.9 */
static void timers_stay_below_their_bound_whatever_peers_say(void **state) {
    struct fixture *f = *state;
    have_all_tasks(f);
    restart_in_place(f, 3);
    uint32_t bound = selkie_timers_max(&f->options);
    assert_int_equal(bound, 4 * CYCLES_MAX + 2 + RELAYS_MAX + suspicion_limit(3, 0) + 2 * 3);
    for (int i = 1; i < 60; i++) {
        flap(f, i);
        assert_true(f->timer_count <= bound); /* none has fired */
    }
}

static void a_stale_timer_that_comes_twice_does_not_upset_the_count(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 4);
    flap(f, 1);
    struct selkie_timer stale = take_timer(f, TIMER_PROBE_RANDOM_MEMBER);
    give_timer(f, &stale);
    give_timer(f, &stale);
    forget(f);
    learn(f, "C1@0 alive");
    expect(f, "member-up C1@0 alive", "timer probe in 1500 ms", "active");
}

static void an_unbounded_engine_starts_its_cycles_at_once(void **state) {
    struct fixture *f = *state;
    for (int i = 1; i <= CYCLES_MAX + 3; i++) {
        flap(f, i);
    }
    assert_int_equal(in_flight(f, TIMER_PROBE_RANDOM_MEMBER), CYCLES_MAX + 3);
}

static void a_cycle_that_waits_is_given_up_when_we_are_not_connected_any_more(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 4);
    for (int i = 1; i <= CYCLES_MAX + 1; i++) {
        flap(f, i);
    }
    forget(f);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect_nothing(f);
}

/* Rules: P15.12, P17.4 */
static void reviving_starts_all_cycles_anew_without_a_notification(void **state) {
    struct fixture *f = *state;
    have_all_tasks(f);
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    forget(f);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect(f, "timer probe in 1500 ms", "timer announce in 30000 ms", "timer announce-down in 65000 ms",
           "timer gossip in 200 ms");
    fire(f, TIMER_SEND_INDIRECT_PROBE); /* those of before are stale */
    fire(f, TIMER_PERIODIC_GOSSIP);
    expect_nothing(f);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect_nothing(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK); /* the probe was cleared: it is not incomplete */
    assert_int_equal(count_lines(f, "> ping 2"), 1);
}

/* Rules: P15.12 */
static void reviving_while_not_connected_starts_nothing(void **state) {
    struct fixture *f = *state;
    have_all_tasks(f);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect_nothing(f);
}

/* ---- going on while alone ---- */

static void knock_while_idle(struct fixture *f) {
    f->config.announce_while_idle = true;
    f->config.periodic_announce_to_down_members = (struct selkie_periodic){SELKIE_MS(65000), 2};
    restart(f);
}

/* Rules: P26.8 */
static void whoever_lost_everybody_goes_on_knocking(void **state) {
    struct fixture *f = *state;
    knock_while_idle(f);
    know(f, "B1@0 alive");
    learn(f, "B1@0 down");
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down", "idle", "timer announce-down in 65000 ms");
    fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN); /* the stale one */
    expect_nothing(f);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN), SELKIE_OK);
        expect(f, "timer announce-down in 65000 ms", "> announce from A1@0 to B1");
    }
}

/* Rules: P26.8, P15.6, P15.9 */
static void so_does_whoever_has_another_identity_or_the_old_one_again(void **state) {
    struct fixture *f = *state;
    knock_while_idle(f);
    know(f, "B1@0 alive");
    did(f, selkie_change_identity(f->engine, "A2"));
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "timer announce-down in 65000 ms");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    expect(f, "> gossip from A2@0 to B1 (A2@0 down left)", "defunct"); /* Undead is not Disconnected */
    did(f, selkie_reuse_down_identity(f->engine));
    expect(f, "timer announce-down in 65000 ms");
    hear(f, "turn-undead from B1@0"); /* connects us, and ends that */
    assert_int_equal(count_lines(f, "timer announce-down"), 1);
}

/* Rules: P26.8 */
static void who_is_connected_again_at_the_end_of_the_call_does_not_begin(void **state) {
    struct fixture *f = *state;
    f->config.reconnect_at_once = true;
    knock_while_idle(f);
    know(f, "B1@0 alive");
    hear(f, "turn-undead from B1@0");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2", "timer probe in 1500 ms",
           "timer announce-down in 65000 ms", "active"); /* P5.5's, and no other */
}

/* Rules: P26.8, P5.5 */
static void becoming_connected_does_not_submit_it_a_second_time(void **state) {
    struct fixture *f = *state;
    knock_while_idle(f);
    know(f, "B1@0 alive");
    know(f, "B1@0 down");
    learn(f, "C1@0 alive");
    expect(f, "member-up C1@0 alive", "timer probe in 1500 ms", "active");
    fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN); /* stale */
    fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN);
    expect(f, "timer announce-down in 65000 ms", "> announce from A1@0 to B1");
    know(f, "C1@0 down");
    f->refused_kind = TIMER_PERIODIC_ANNOUNCE_DOWN;
    did(f, selkie_change_identity(f->engine, "A2"));
    f->refused_kind = TIMER_KINDS;
    forget(f);
    learn(f, "D1@0 alive");
    expect(f, "member-up D1@0 alive", "timer probe in 1500 ms", "active"); /* it was refused: revive is for that */
}

/* Rules: P26.8, P7.1 */
static void turned_off_it_ends_with_its_timer(void **state) {
    struct fixture *f = *state;
    for (int which = 0; which <= 1; which++) {
        knock_while_idle(f);
        know(f, "B1@0 alive, B1@0 down");
        know(f, "C1@0 alive");
        know(f, "C1@0 down");
        fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN); /* stale */
        struct selkie_config config = f->config;
        config.announce_while_idle = which == 0;
        config.periodic_announce_to_down_members.every_us = which == 0 ? 0 : SELKIE_S(9);
        assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
        assert_int_equal(fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN), SELKIE_OK);
        expect_nothing(f);
        know(f, "D1@0 alive");
        know(f, "D1@0 down");
        assert_int_equal(in_flight(f, TIMER_PERIODIC_ANNOUNCE_DOWN), which); /* that of the connection, if any */
    }
}

/* Rules: P26.8 */
static void without_the_switch_or_the_task_nobody_knocks_while_alone(void **state) {
    struct fixture *f = *state;
    for (int which = 0; which <= 1; which++) {
        f->config.announce_while_idle = which == 0;
        f->config.periodic_announce_to_down_members = (struct selkie_periodic){which == 0 ? 0 : SELKIE_S(65), 2};
        restart(f);
        know(f, "B1@0 alive");
        forget(f);
        learn(f, "B1@0 down");
        expect(f, "timer remove in 86400000 ms", "member-down B1@0 down", "idle");
    }
}

/* Rules: P26.8, P15.12 */
static void revive_submits_it_anew_if_it_was_out(void **state) {
    struct fixture *f = *state;
    knock_while_idle(f);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect_nothing(f); /* nobody was lost yet */
    know(f, "B1@0 alive");
    know(f, "B1@0 down");
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect(f, "timer announce-down in 65000 ms");
    take_timer(f, TIMER_PERIODIC_ANNOUNCE_DOWN);
    take_timer(f, TIMER_PERIODIC_ANNOUNCE_DOWN);
    fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN);
    expect(f, "timer announce-down in 65000 ms", "> announce from A1@0 to B1");
    f->config.announce_while_idle = false;
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect_nothing(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(becoming_connected_submits_each_cycle_after_its_period),
        test_of_one(tasks_that_are_off_submit_nothing),
        test_of_one(a_bounded_engine_never_has_more_than_eight_of_a_kind_in_flight),
        test_of_one(timers_stay_below_their_bound_whatever_peers_say),
        test_of_one(a_stale_timer_that_comes_twice_does_not_upset_the_count),
        test_of_one(an_unbounded_engine_starts_its_cycles_at_once),
        test_of_one(a_cycle_that_waits_is_given_up_when_we_are_not_connected_any_more),
        test_of_one(reviving_starts_all_cycles_anew_without_a_notification),
        test_of_one(reviving_while_not_connected_starts_nothing),
        test_of_one(whoever_lost_everybody_goes_on_knocking),
        test_of_one(so_does_whoever_has_another_identity_or_the_old_one_again),
        test_of_one(who_is_connected_again_at_the_end_of_the_call_does_not_begin),
        test_of_one(becoming_connected_does_not_submit_it_a_second_time),
        test_of_one(turned_off_it_ends_with_its_timer),
        test_of_one(without_the_switch_or_the_task_nobody_knocks_while_alone),
        test_of_one(revive_submits_it_anew_if_it_was_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
