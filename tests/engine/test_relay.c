/* Tests of the nacks that we owe: when one is sent, to whom, and how many at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/relay.h"
#include "fixture.h"
#include "text.h"

/* Rules: P24.8, P24.10 */
static void who_passes_on_a_probe_says_after_a_while_that_there_is_no_answer(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping-req 7 or nack for C1 from B1@0"), SELKIE_OK);
    expect(f, "> indirect-ping 7 for B1 from A1@0 to C1 ()", "timer nack in 400 ms");
    assert_int_equal(fire(f, TIMER_SEND_NACK), SELKIE_OK);
    expect(f, "> nack 7 for C1 from A1@0 to B1 ()");
}

/* Rules: P24.8 */
static void who_is_not_asked_for_a_nack_owes_none(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "ping-req 7 for C1 from B1@0");
    expect(f, "> indirect-ping 7 for B1 from A1@0 to C1 ()");
    assert_int_equal(hear(f, "ping-req 7 or nack for A1 from B1@0"), SELKIE_E_INDIRECT_FOR_OURSELVES);
    expect(f, "= INDIRECT_FOR_OURSELVES");
}

/* Rules: P24.8 */
static void the_time_is_four_fifths_of_our_own_round_trip_whatever_our_health(void **state) {
    struct fixture *f = *state;
    static const uint64_t round_trips[][2] = {{1, 0}, {2, 1}, {4, 3},  {5, 4},
                                              {6, 4}, {9, 7}, {10, 8}, {500000, 400000}};
    for (size_t i = 0; i < sizeof round_trips / sizeof *round_trips; i++) {
        assert_int_equal(relay_nack_after_us(round_trips[i][0]), round_trips[i][1]);
    }
    assert_true(relay_nack_after_us(UINT64_MAX) == UINT64_MAX / 5 * 4);
    f->config.awareness_max = 8;
    f->config.probe_rtt_us = SELKIE_MS(1000);
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(selkie_paused(f->engine, SELKIE_S(100)), SELKIE_OK);
    hear(f, "ping-req 7 or nack for C1 from B1@0");
    assert_int_equal(count_lines(f, "timer nack in 800 ms"), 1);
}

/* Rules: P24.9 */
static void the_answer_takes_the_nack_back(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive");
    hear(f, "ping-req 7 or nack for C1 from B1@0");
    forget(f);
    hear(f, "indirect-ack 7 for B1 from C1@0");
    expect(f, "> forwarded-ack 7 for C1 from A1@0 to B1 ()");
    assert_int_equal(fire(f, TIMER_SEND_NACK), SELKIE_OK);
    expect_nothing(f);
}

/* Rules: P24.9 */
static void the_answer_takes_all_nacks_back_that_are_owed_for_it(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive");
    hear(f, "ping-req 7 or nack for C1 from B1@0");
    hear(f, "ping-req 7 or nack for C1 from B1@0");
    hear(f, "indirect-ack 7 for B1 from C1@0");
    forget(f);
    fire(f, TIMER_SEND_NACK);
    fire(f, TIMER_SEND_NACK);
    expect_nothing(f);
}

/* Rules: P24.9 */
static void another_answer_takes_nothing_back(void **state) {
    struct fixture *f = *state;
    static const char *const answers[] = {"indirect-ack 8 for B1 from C1@0",
                                          "indirect-ack 7 for D1 from C1@0",
                                          "indirect-ack 7 for B1 from D1@0",
                                          "indirect-ack 7 for B2 from C1@0",
                                          "ack 7 from C1@0",
                                          "forwarded-ack 7 for B1 from C1@0"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        restart(f);
        know(f, "B1@0 alive, C1@0 alive, D1@0 alive");
        hear(f, "ping-req 7 or nack for C1 from B1@0");
        hear(f, answers[i]);
        forget(f);
        fire(f, TIMER_SEND_NACK);
        expect(f, "> nack 7 for C1 from A1@0 to B1 ()");
    }
}

/* Rules: P24.10, P3.4, P3.6 */
static void a_nack_is_laid_out_as_a_ping_is(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    hear(f, "ping-req 7 or nack for C1 from B1@0");
    learn_and_tell(f, "D1@0 down");
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    fire(f, TIMER_SEND_NACK);
    expect(f, "> nack 7 for C1 from A1@0 to B1 (D1@0 down) \"x\"");
}

/* Rules: P24.10, P8.1 */
static void a_stale_nack_is_not_sent_and_leaves_its_place(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    for (int i = 0; i < RELAYS_MAX; i++) {
        hear(f, "ping-req 7 or nack for C1 from B1@0");
    }
    did(f, selkie_change_identity(f->engine, "A2"));
    know(f, "");
    fire(f, TIMER_SEND_NACK);
    expect_nothing(f);
    hear(f, "ping-req 8 or nack for C1 from B1@0");
    assert_int_equal(count_lines(f, "timer nack in 400 ms"), 1);
    hear(f, "ping-req 9 or nack for C1 from B1@0");
    assert_int_equal(count_lines(f, "timer nack in 400 ms"), 1);
}

/* Rules: P24.8 */
static void no_more_than_sixteen_are_owed_at_a_time_and_all_are_passed_on(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    for (int i = 0; i < 20; i++) {
        assert_int_equal(hear(f, "ping-req 7 or nack for C1 from B1@0"), SELKIE_OK);
    }
    assert_int_equal(in_flight(f, TIMER_SEND_NACK), 16);
    assert_int_equal(count_lines(f, "> indirect-ping 7 for B1 from A1@0 to C1"), 20);
    hear(f, "indirect-ack 7 for B1 from C1@0"); /* an answer does not free a place: the timer is still out */
    hear(f, "ping-req 8 or nack for C1 from B1@0");
    assert_int_equal(in_flight(f, TIMER_SEND_NACK), 16);
    fire(f, TIMER_SEND_NACK);
    hear(f, "ping-req 8 or nack for C1 from B1@0");
    assert_int_equal(in_flight(f, TIMER_SEND_NACK), 16);
}

/* Rules: P24.8, P17.4 */
static void a_place_whose_timer_was_refused_is_free(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    f->refused_kind = TIMER_SEND_NACK;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(hear(f, "ping-req 7 or nack for C1 from B1@0"), SELKIE_E_TIMER_LOST);
    }
    f->refused_kind = TIMER_KINDS;
    assert_int_equal(hear(f, "ping-req 7 or nack for C1 from B1@0"), SELKIE_OK);
    assert_int_equal(in_flight(f, TIMER_SEND_NACK), 1);
}

/* Rules: P24.8, P15.12 */
static void revive_takes_all_for_lost(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    for (int i = 0; i < RELAYS_MAX; i++) {
        hear(f, "ping-req 7 or nack for C1 from B1@0");
    }
    struct selkie_timer lost = take_timer(f, TIMER_SEND_NACK);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    hear(f, "ping-req 8 or nack for D1 from B1@0");
    forget(f);
    give_timer(f, &lost); /* it was not, and is not taken for the one that has its place */
    expect_nothing(f);
    for (int i = 1; i < RELAYS_MAX; i++) {
        take_timer(f, TIMER_SEND_NACK);
    }
    fire(f, TIMER_SEND_NACK);
    expect(f, "> nack 8 for D1 from A1@0 to B1 ()");
}

static void a_nacks_timer_that_comes_twice_sends_one(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "ping-req 7 or nack for C1 from B1@0");
    struct selkie_timer timer = take_timer(f, TIMER_SEND_NACK);
    give_timer(f, &timer);
    forget(f);
    give_timer(f, &timer);
    expect_nothing(f);
    hear(f, "ping-req 9 or nack for C1 from B1@0");
    forget(f);
    give_timer(f, &timer);
    expect_nothing(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(who_passes_on_a_probe_says_after_a_while_that_there_is_no_answer),
        test_of_one(who_is_not_asked_for_a_nack_owes_none),
        test_of_one(the_time_is_four_fifths_of_our_own_round_trip_whatever_our_health),
        test_of_one(the_answer_takes_the_nack_back),
        test_of_one(the_answer_takes_all_nacks_back_that_are_owed_for_it),
        test_of_one(another_answer_takes_nothing_back),
        test_of_one(a_nack_is_laid_out_as_a_ping_is),
        test_of_one(a_stale_nack_is_not_sent_and_leaves_its_place),
        test_of_one(no_more_than_sixteen_are_owed_at_a_time_and_all_are_passed_on),
        test_of_one(a_place_whose_timer_was_refused_is_free),
        test_of_one(revive_takes_all_for_lost),
        test_of_one(a_nacks_timer_that_comes_twice_sends_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
