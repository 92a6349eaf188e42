/* Tests of the probe cycle: a Ping, helpers, suspicion, and what counts as an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"
#include "text.h"

/* One cycle in which nobody answers: the next ProbeRandomMember finds a failed probe. */
static void fail_probe(struct fixture *f) {
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
}

/* ---- one cycle ---- */

/* Rules: P6.1, P6.5, P6.6, P18.6 */
static void a_cycle_pings_one_member_and_comes_back(void **state) {
    struct fixture *f = *state;
    know(f, "B1@3 alive");
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect(f, "> ping 1 from A1@0 to B1 ()", "timer indirect in 500 ms", "timer probe in 1500 ms");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    expect_nothing(f); /* nobody to ask */
}

/* Rules: P6.1 */
static void probe_numbers_wrap_and_are_never_reset(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    for (unsigned i = 1; i <= 257; i++) {
        char ping[TEXT_MAX] = "", ack[TEXT_MAX] = "";
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        text_add(ping, "> ping %u from", i % 256);
        assert_int_equal(count_lines(f, ping), 1);
        text_add(ack, "ack %u from B1@0", i % 256);
        hear(f, ack);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        forget(f);
    }
    learn(f, "B1@0 down, C1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_OK);
    know(f, "");
    fire(f, TIMER_PROBE_RANDOM_MEMBER); /* stale */
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "> ping 2 from A1@0 to C1"), 1);
}

/* Rules: P6.5, P6.6, P6.10 */
static void with_nobody_to_probe_the_cycle_goes_on(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    f->engine->members.active = 0; /* no call leaves it so between two timers: it is to be safe all the same */
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect(f, "timer probe in 1500 ms");
    f->engine->members.active = 1;
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "> ping 1 "), 1); /* the number did not go up */
}

/* ---- the second stage ---- */

/* Rules: P6.11, P6.13 */
static void helpers_are_asked_when_no_ack_has_come(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive, D1@0 suspect, E1@0 down");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    assert_int_equal(count_lines(f, "> ping-req 1 for B1 from A1@0 to C1"), 1);
    assert_int_equal(count_lines(f, "> ping-req 1 for B1 from A1@0 to D1"), 1);
    assert_int_equal(f->line_count, 2);
}

/* Rules: P6.13, P7.5 */
static void as_many_helpers_are_asked_as_are_configured(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive, G1@0 alive");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    assert_int_equal(count_lines(f, "> ping-req 1 for B1"), 3);
    assert_int_equal(f->line_count, 3);
}

/* Rules: P6.12 */
static void nobody_is_asked_for_a_member_that_has_answered(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive");
    hear(f, "ack 1 from B1@0");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    assert_int_equal(count_lines(f, "> ping-req"), 0);
}

/* Rules: P6.12 */
static void nobody_is_asked_for_a_member_that_is_down_or_renamed(void **state) {
    struct fixture *f = *state;
    static const char *const changes[] = {"B1@0 down", "B2@0 alive"};
    for (size_t i = 0; i < 2; i++) {
        restart(f);
        know(f, "B1@0 alive");
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        know(f, "C1@0 alive");
        know(f, changes[i]);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        expect_nothing(f);
    }
}

/* Rules: P6.11, P6.12, P6.3 */
static void a_timer_of_the_last_probe_reaches_the_stage_of_this_one(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive");
    struct selkie_timer late = take_timer(f, TIMER_SEND_INDIRECT_PROBE);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_INCOMPLETE_PROBE_CYCLE);
    assert_int_equal(count_lines(f, "> ping 2 from A1@0 to C1"), 1);
    forget(f);
    give_timer(f, &late); /* names B1 */
    expect_nothing(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect_members(f, "B1@0 alive, C1@0 suspect");
}

/* ---- answers ---- */

/* Rules: P6.14, P6.3 */
static void an_ack_counts_from_the_probed_identity_with_the_number_of_now(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *ack;
        bool counts;
    } cases[] = {{"ack 2 from B1@0", true},  {"ack 2 from B1@5", true},  {"ack 1 from B1@0", false},
                 {"ack 3 from B1@0", false}, {"ack 2 from C1@0", false}, {"forwarded-ack 2 for X1 from B1@0", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        restart(f);
        know(f, "B1@0 alive");
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        hear(f, "ack 1 from B1@0");
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        hear(f, cases[i].ack);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), cases[i].counts ? 0 : 1);
    }
}

/* Rules: P6.14, P6.20 */
static void an_ack_of_the_renewed_identity_does_not_count(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    hear(f, "ack 1 from B2@0");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect_members(f, "B2@0 alive"); /* the suspicion of B1 lost against B2 */
    assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), 1);
}

/* The probe of B1 has asked C1, and nobody else. */
static void ask_one_helper(struct fixture *f) {
    restart(f);
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
}

static bool fails(struct fixture *f) {
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    return in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN) == 1;
}

/* Rules: P6.15 */
static void a_forwarded_ack_counts_from_a_helper_with_the_number_of_now(void **state) {
    struct fixture *f = *state;
    ask_one_helper(f);
    hear(f, "forwarded-ack 1 for B1 from C1@0");
    assert_false(fails(f));
    ask_one_helper(f);
    hear(f, "forwarded-ack 1 for Z9 from C1@0"); /* its origin is not looked at */
    assert_false(fails(f));
    ask_one_helper(f);
    hear(f, "forwarded-ack 0 for B1 from C1@0");
    hear(f, "forwarded-ack 2 for B1 from C1@0");
    hear(f, "forwarded-ack 1 for B1 from D1@0"); /* was not asked */
    hear(f, "forwarded-ack 1 for B1 from C2@0"); /* another identity was */
    assert_true(fails(f));
}

/* Rules: P6.15, P6.12 */
static void a_late_ack_counts_until_the_next_cycle(void **state) {
    struct fixture *f = *state;
    ask_one_helper(f);
    hear(f, "ack 1 from B1@0");
    assert_false(fails(f));
    hear(f, "forwarded-ack 1 for B1 from C1@0"); /* of the last probe */
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    assert_true(fails(f));
}

/* Rules: P6.15, P6.3 */
static void helpers_and_answers_of_the_last_probe_do_not_count_in_this_one(void **state) {
    struct fixture *f = *state;
    ask_one_helper(f);
    hear(f, "forwarded-ack 1 for B1 from C1@0");
    assert_false(fails(f)); /* now C1 is probed, and B1 can help */
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    assert_int_equal(count_lines(f, "> ping-req 2 for C1 from A1@0 to B1"), 1);
    hear(f, "forwarded-ack 2 for C1 from C1@0"); /* a helper of the last probe */
    assert_true(fails(f));
}

/* ---- failure ---- */

/* Rules: P6.3, P6.4, P14.8, P18.6, P11.1 */
static void a_probe_without_an_answer_ends_in_suspicion(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_PROBE_FAILED;
    restart(f);
    know(f, "B1@3 alive");
    fail_probe(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect(f, "probe-failed 1 B1", "timer suspect in 3000 ms", "> ping 2 from A1@0 to B1 (B1@3 suspect)",
           "timer indirect in 500 ms", "timer probe in 1500 ms");
    expect_members(f, "B1@3 suspect");
}

/* Rules: P14.8, P14.5 */
static void a_probe_that_was_answered_or_given_up_has_not_failed(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_PROBE_FAILED;
    restart(f);
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    hear(f, "ack 1 from B1@0");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_INCOMPLETE_PROBE_CYCLE);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    did(f, selkie_change_identity(f->engine, "A2"));
    know(f, "");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "probe-failed"), 0);
    f->config.observe = 0;
    restart(f);
    know(f, "B1@0 alive");
    fail_probe(f);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "probe-failed"), 0);
    assert_int_equal(count_lines(f, "timer suspect"), 1);
}

/* Rules: P6.4, P2.8 */
static void a_suspicion_that_changes_nothing_has_its_timer_all_the_same(void **state) {
    struct fixture *f = *state;
    static const char *const meanwhile[] = {"B1@0 suspect", "B1@1 alive", "B2@0 alive"};
    for (size_t i = 0; i < sizeof meanwhile / sizeof *meanwhile; i++) {
        restart(f);
        know(f, "B1@0 alive");
        fail_probe(f);
        know(f, meanwhile[i]);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        assert_int_equal(count_lines(f, "timer suspect in 3000 ms"), 1);
        expect_members(f, meanwhile[i]);
        assert_int_equal(selkie_updates_backlog(f->engine), 0);
    }
}

/* Rules: P6.4, P2.8 */
static void a_member_that_is_down_or_gone_by_then_is_left_alone(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fail_probe(f);
    know(f, "C1@0 alive, B1@0 down");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "timer suspect"), 0);
    restart(f);
    know(f, "B1@0 alive");
    fail_probe(f);
    know(f, "C1@0 alive, B1@0 down");
    fire(f, TIMER_REMOVE_DOWN);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "timer suspect"), 0);
    expect_members(f, "C1@0 alive"); /* the suspicion did not bring it back */
}

/* Rules: P2.8, P2.7 */
static void a_suspicion_that_wins_against_an_older_identity_replaces_it(void **state) {
    struct fixture *f = *state;
    know(f, "B2@0 alive");
    fail_probe(f);
    know(f, "B2@0 down, C1@0 alive");
    fire(f, TIMER_REMOVE_DOWN);
    know(f, "B1@7 alive"); /* an old packet of its former self */
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "rename B1 to B2"), 1);
    assert_int_equal(count_lines(f, "timer suspect in 3000 ms"), 1);
}

/* Rules: P6.4 */
static void each_failed_probe_has_a_timer_of_its_own(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fail_probe(f);
    for (unsigned i = 1; i <= 3; i++) {
        fail_probe(f);
        assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), i);
    }
}

/* Rules: P6.2, P14.8 */
static void a_lost_timer_costs_one_probe_and_nobody_is_suspected(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    take_timer(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_INCOMPLETE_PROBE_CYCLE);
    expect(f, "> ping 2 from A1@0 to B1 ()", "timer indirect in 500 ms", "timer probe in 1500 ms",
           "= INCOMPLETE_PROBE_CYCLE");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect_members(f, "B1@0 suspect");
}

/* Rules: P6.2 */
static void even_an_answered_probe_is_incomplete_without_its_timer(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    hear(f, "ack 1 from B1@0");
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_INCOMPLETE_PROBE_CYCLE);
}

/* ---- rounds ---- */

/* One whole cycle whose probe is answered. The address that was probed. */
static char probe_once(struct fixture *f, unsigned number) {
    static const char members[] = "BCDEFGH";
    forget(f);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    for (const char *at = members; *at != '\0'; at++) {
        char ping[TEXT_MAX] = "", ack[TEXT_MAX] = "";
        text_add(ping, "> ping %u from A1@0 to %c1", number, *at);
        if (count_lines(f, ping) == 1) {
            text_add(ack, "ack %u from %c1@0", number, *at);
            hear(f, ack);
            fire(f, TIMER_SEND_INDIRECT_PROBE);
            return *at;
        }
    }
    fail_msg("nobody was probed");
    return 0;
}

/* Rules: P6.7, P6.8, P6.10 */
static void each_active_member_is_probed_once_in_a_round(void **state) {
    struct fixture *f = *state;
    enum { ROUNDS = 40, ACTIVE = 5 };
    char first[ACTIVE + 1] = "";
    int same_order = 0;
    know(f, "B1@0 alive, C1@0 suspect, D1@0 alive, E1@0 alive, F1@0 down, G1@0 alive");
    for (unsigned number = 1; number <= ROUNDS * ACTIVE;) {
        char order[ACTIVE + 1] = "";
        for (int i = 0; i < ACTIVE; i++, number++) {
            char address = probe_once(f, number);
            assert_null(strchr(order, address));
            order[i] = address;
        }
        assert_null(strchr(order, 'F'));
        same_order += strcmp(order, first) == 0;
        memcpy(first, number == ACTIVE + 1 ? order : first, sizeof first);
    }
    assert_in_range(same_order, 0, 4); /* of 40; one in 120 orders is the first */
}

/* Rules: P6.9 */
static void a_replaced_identity_keeps_its_place_in_the_round(void **state) {
    struct fixture *f = *state;
    for (int attempt = 0; attempt < 20; attempt++) {
        know(f, "B1@0 alive, C1@0 alive");
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        bool first_is_b = count_lines_with(f, " to B1 ") == 1;
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        know(f, first_is_b ? "B2@0 alive" : "C2@0 alive");
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        assert_int_equal(count_lines_with(f, first_is_b ? " to C1 " : " to B1 "), 1);
        f->options.seed[0]++;
        restart(f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(a_cycle_pings_one_member_and_comes_back),
        test_of_one(probe_numbers_wrap_and_are_never_reset),
        test_of_one(with_nobody_to_probe_the_cycle_goes_on),
        test_of_one(helpers_are_asked_when_no_ack_has_come),
        test_of_one(as_many_helpers_are_asked_as_are_configured),
        test_of_one(nobody_is_asked_for_a_member_that_has_answered),
        test_of_one(nobody_is_asked_for_a_member_that_is_down_or_renamed),
        test_of_one(a_timer_of_the_last_probe_reaches_the_stage_of_this_one),
        test_of_one(an_ack_counts_from_the_probed_identity_with_the_number_of_now),
        test_of_one(an_ack_of_the_renewed_identity_does_not_count),
        test_of_one(a_forwarded_ack_counts_from_a_helper_with_the_number_of_now),
        test_of_one(a_late_ack_counts_until_the_next_cycle),
        test_of_one(helpers_and_answers_of_the_last_probe_do_not_count_in_this_one),
        test_of_one(a_probe_without_an_answer_ends_in_suspicion),
        test_of_one(a_probe_that_was_answered_or_given_up_has_not_failed),
        test_of_one(a_suspicion_that_changes_nothing_has_its_timer_all_the_same),
        test_of_one(a_member_that_is_down_or_gone_by_then_is_left_alone),
        test_of_one(a_suspicion_that_wins_against_an_older_identity_replaces_it),
        test_of_one(each_failed_probe_has_a_timer_of_its_own),
        test_of_one(a_lost_timer_costs_one_probe_and_nobody_is_suspected),
        test_of_one(even_an_answered_probe_is_incomplete_without_its_timer),
        test_of_one(each_active_member_is_probed_once_in_a_round),
        test_of_one(a_replaced_identity_keeps_its_place_in_the_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
