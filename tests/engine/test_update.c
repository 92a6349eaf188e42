/* Tests of what news of members does: precedence, conflicts, former selves, and the effects of a change in their
 * order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "text.h"

/* What the table says of B after news, if it was B1 in the state and incarnation of `known` before. */
static void expect_after(struct fixture *f, const char *known, const char *news, const char *expected) {
    restart(f);
    know(f, known);
    assert_int_equal(learn(f, news), SELKIE_OK);
    expect_members(f, expected);
    forget(f);
}

/* ---- precedence ---- */

/* Rules: P2.1 */
static void news_of_an_alive_member(void **state) {
    struct fixture *f = *state;
    expect_after(f, "B1@5 alive", "B1@4 alive", "B1@5 alive");
    expect_after(f, "B1@5 alive", "B1@5 alive", "B1@5 alive");
    expect_after(f, "B1@5 alive", "B1@6 alive", "B1@6 alive");
    expect_after(f, "B1@5 alive", "B1@4 suspect", "B1@5 alive");
    expect_after(f, "B1@5 alive", "B1@5 suspect", "B1@5 suspect");
    expect_after(f, "B1@5 alive", "B1@6 suspect", "B1@6 suspect");
    expect_after(f, "B1@5 alive", "B1@4 down", "B1@4 down");
    expect_after(f, "B1@5 alive", "B1@5 down", "B1@5 down");
    expect_after(f, "B1@5 alive", "B1@6 down", "B1@6 down");
}

/* Rules: P2.2 */
static void news_of_a_suspect(void **state) {
    struct fixture *f = *state;
    expect_after(f, "B1@5 suspect", "B1@4 alive", "B1@5 suspect");
    expect_after(f, "B1@5 suspect", "B1@5 alive", "B1@5 suspect");
    expect_after(f, "B1@5 suspect", "B1@6 alive", "B1@6 alive");
    expect_after(f, "B1@5 suspect", "B1@4 suspect", "B1@5 suspect");
    expect_after(f, "B1@5 suspect", "B1@6 suspect", "B1@6 suspect");
    expect_after(f, "B1@5 suspect", "B1@4 down", "B1@4 down");
    expect_after(f, "B1@5 suspect", "B1@6 down", "B1@6 down");
    restart(f);
    know(f, "B1@5 suspect");
    learn_and_tell(f, "B1@5 suspect");
    assert_int_equal(selkie_updates_backlog(f->engine), 0); /* no change, although it would look the same */
}

/* Rules: P2.3 */
static void news_of_a_down_member_changes_nothing(void **state) {
    struct fixture *f = *state;
    expect_after(f, "B1@5 down", "B1@6 alive", "B1@5 down");
    expect_after(f, "B1@5 down", "B1@65535 suspect", "B1@5 down");
    expect_after(f, "B1@5 down", "B1@6 down left", "B1@5 down");
}

/* Rules: P1.6, P2.1 */
static void the_largest_incarnation_is_one_like_any_other(void **state) {
    struct fixture *f = *state;
    expect_after(f, "B1@65534 alive", "B1@65535 alive", "B1@65535 alive");
    expect_after(f, "B1@65535 alive", "B1@65535 suspect", "B1@65535 suspect");
    expect_after(f, "B1@65535 alive", "B1@0 alive", "B1@65535 alive");
}

/* Rules: P2.4 */
static void a_change_takes_state_incarnation_and_flags(void **state) {
    struct fixture *f = *state;
    expect_after(f, "B1@5 alive", "B1@2 down left", "B1@2 down left");
    expect_after(f, "B1@5 suspect", "B1@7 down", "B1@7 down");
    expect_after(f, "B1@5 down left", "B2@1 alive", "B2@1 alive");
}

/* Rules: P2.5 */
static void an_unknown_address_is_taken_in_as_it_is(void **state) {
    struct fixture *f = *state;
    assert_int_equal(learn(f, "B1@5 alive, C1@6 suspect, D1@7 down, E1@8 down left"), SELKIE_OK);
    expect_members(f, "B1@5 alive, C1@6 suspect, D1@7 down, E1@8 down left");
}

/* Rules: P2.6, P1.3 */
static void an_identity_that_loses_changes_nothing(void **state) {
    struct fixture *f = *state;
    expect_after(f, "B2@0 alive", "B1@9 alive", "B2@0 alive");
    expect_after(f, "B2@0 suspect", "B1@9 down", "B2@0 suspect");
    expect_after(f, "B2@0 down", "B1@9 alive", "B2@0 down");
}

/* Rules: P2.7, P1.3, P1.4 */
static void an_identity_that_wins_replaces_the_whole_record(void **state) {
    struct fixture *f = *state;
    expect_after(f, "B1@9 alive", "B2@0 alive", "B2@0 alive");
    expect_after(f, "B1@9 suspect", "B2@0 alive", "B2@0 alive");
    expect_after(f, "B1@9 down", "B2@0 suspect", "B2@0 suspect");
    expect_after(f, "B1@9 alive", "B2@3 down left", "B2@3 down left");
}

/* ---- what follows from a change ---- */

/* Rules: P18.1, P14.1, P14.2, P14.4 */
static void what_a_change_leads_to_comes_in_order(void **state) {
    struct fixture *f = *state;
    know(f, "Z1@0 alive");
    learn(f, "B1@0 alive");
    expect(f, "member-up B1@0 alive");
    learn(f, "B2@0 suspect");
    expect(f, "rename B1 to B2");
    learn(f, "B3@0 down");
    expect(f, "timer remove in 86400000 ms", "rename B2 to B3", "member-down B3@0 down");
    learn(f, "B4@0 down");
    expect(f, "rename B3 to B4");
    learn(f, "B5@0 alive");
    expect(f, "rename B4 to B5", "member-up B5@0 alive");
    learn(f, "C1@0 down");
    expect(f, "timer remove in 86400000 ms");
}

static uint32_t queued_inside, members_inside;

static void look(selkie *engine) {
    queued_inside = selkie_updates_backlog(engine);
    members_inside = selkie_member_count(engine);
}

/* Rules: P18.1, P15.15 */
static void the_record_and_the_queue_come_before_all_that_can_be_heard(void **state) {
    struct fixture *f = *state;
    f->inside = look;
    learn_and_tell(f, "B1@0 down");
    expect(f, "timer remove in 86400000 ms");
    assert_int_equal(members_inside, 1);
    assert_int_equal(queued_inside, 1);
}

/* Rules: P11.1 */
static void only_a_change_is_told_on(void **state) {
    struct fixture *f = *state;
    know(f, "B1@5 alive, C2@0 alive, D1@0 down");
    learn_and_tell(f, "B1@5 alive, B1@4 suspect, C1@9 down, D1@1 down");
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    learn_and_tell(f, "B1@5 suspect, C2@0 down");
    assert_int_equal(selkie_updates_backlog(f->engine), 2);
}

/* Rules: P2.9 */
static void suspicion_that_is_heard_starts_no_timer(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "gossip from B1@0 (C1@0 suspect)");
    expect(f, "member-up C1@0 suspect");
    hear(f, "gossip from B1@0 (C1@1 suspect)");
    expect_nothing(f);
    assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), 0);
}

/* ---- batches ---- */

/* Rules: P10.1, P13.1, P13.2 */
static void news_of_our_very_identity_is_news_about_ourselves(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@7 alive");
    expect_nothing(f);
    assert_int_equal(selkie_incarnation(f->engine), 0);
    learn(f, "A1@0 suspect");
    expect(f, "> gossip from A1@1 to B1 ()");
    expect_members(f, "B1@0 alive");
}

/* Rules: P10.2 */
static void our_address_under_another_identity_is_a_former_self_that_is_down(void **state) {
    struct fixture *f = *state;
    static const char *const heard[] = {"A2@9 alive", "A2@9 suspect", "A2@9 down left"};
    for (size_t i = 0; i < sizeof heard / sizeof *heard; i++) {
        restart(f);
        know(f, "B1@0 alive");
        learn(f, heard[i]);
        expect(f, "timer remove in 86400000 ms");
        expect_members(f, "B1@0 alive, A2@0 down");
    }
    assert_int_equal(selkie_active_count(f->engine), 1);
}

/* Rules: P10.3 */
static void all_other_news_is_applied(void **state) {
    struct fixture *f = *state;
    hear(f, "gossip from B1@0 (C1@1 alive, D1@2 suspect, E1@3 down)");
    expect_members(f, "B1@0 alive, C1@1 alive, D1@2 suspect, E1@3 down");
}

/* Rules: P10.4, P5.3, P5.8 */
static void the_connection_is_adjusted_once_after_the_last_update(void **state) {
    struct fixture *f = *state;
    learn(f, "B1@0 alive, C1@0 alive");
    expect(f, "member-up B1@0 alive", "member-up C1@0 alive", "timer probe in 1500 ms", "active");
    learn(f, "B1@0 down, C1@0 down, D1@0 alive");
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down", "timer remove in 86400000 ms",
           "member-down C1@0 down", "member-up D1@0 alive");
    learn(f, "D1@0 down");
    expect(f, "timer remove in 86400000 ms", "member-down D1@0 down", "idle");
    learn(f, "E1@0 alive, E1@0 down");
    expect(f, "member-up E1@0 alive", "timer remove in 86400000 ms", "member-down E1@0 down");
}

/* Rules: P5.3 */
static void an_empty_batch_adjusts_the_connection_too(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    did(f, selkie_change_identity(f->engine, "A2"));
    forget(f);
    learn(f, "");
    expect(f, "timer probe in 1500 ms", "active");
}

/* Rules: P10.5 */
static void a_batch_that_is_not_to_be_spread_queues_nothing(void **state) {
    struct fixture *f = *state;
    f->type.renew = NULL;
    restart(f);
    learn(f, "B1@0 alive, C1@0 suspect, D1@0 down, A2@0 alive");
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    forget(f);
    learn(f, "A1@0 suspect");
    assert_int_equal(count_lines(f, "> gossip from A1@1"), 2);
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    learn_and_tell(f, "B1@1 alive, C1@1 suspect, D2@0 down, A3@0 alive");
    assert_int_equal(selkie_updates_backlog(f->engine), 4);
}

/* Rules: P10.5, P13.4, P15.8 */
static void news_about_ourselves_has_its_effects_either_way(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@0 down");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2", "timer probe in 1500 ms", "active");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
}

/* Rules: P14.3 */
static void member_down_tells_who_left_from_who_failed(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive");
    learn(f, "B1@0 down left, C1@0 down");
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down left", "timer remove in 86400000 ms",
           "member-down C1@0 down");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(news_of_an_alive_member),
        test_of_one(news_of_a_suspect),
        test_of_one(news_of_a_down_member_changes_nothing),
        test_of_one(the_largest_incarnation_is_one_like_any_other),
        test_of_one(a_change_takes_state_incarnation_and_flags),
        test_of_one(an_unknown_address_is_taken_in_as_it_is),
        test_of_one(an_identity_that_loses_changes_nothing),
        test_of_one(an_identity_that_wins_replaces_the_whole_record),
        test_of_one(what_a_change_leads_to_comes_in_order),
        test_of_one(the_record_and_the_queue_come_before_all_that_can_be_heard),
        test_of_one(only_a_change_is_told_on),
        test_of_one(suspicion_that_is_heard_starts_no_timer),
        test_of_one(news_of_our_very_identity_is_news_about_ourselves),
        test_of_one(our_address_under_another_identity_is_a_former_self_that_is_down),
        test_of_one(all_other_news_is_applied),
        test_of_one(the_connection_is_adjusted_once_after_the_last_update),
        test_of_one(an_empty_batch_adjusts_the_connection_too),
        test_of_one(a_batch_that_is_not_to_be_spread_queues_nothing),
        test_of_one(news_about_ourselves_has_its_effects_either_way),
        test_of_one(member_down_tells_who_left_from_who_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
