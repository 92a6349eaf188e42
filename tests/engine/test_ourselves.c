/* Tests of news about ourselves: refuting suspicion, rejoining, leaving, changing identity. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "text.h"

/* ---- suspicion ---- */

/* Rules: P13.2, P1.6 */
static void suspicion_is_refuted_with_a_higher_incarnation(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@0 suspect");
    expect(f, "> gossip from A1@1 to B1 ()");
    learn(f, "A1@7 suspect");
    expect(f, "> gossip from A1@8 to B1 ()");
}

/* Rules: P13.2 */
static void old_suspicion_raises_nothing_but_is_answered(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@7 suspect");
    forget(f);
    learn(f, "A1@7 suspect");
    expect(f, "> gossip from A1@8 to B1 ()");
    learn(f, "A1@0 suspect");
    expect(f, "> gossip from A1@8 to B1 ()");
    learn(f, "A1@8 suspect");
    expect(f, "> gossip from A1@9 to B1 ()");
}

/* Rules: P13.2, P7.5 */
static void a_refutation_goes_to_as_many_as_helpers_are_asked(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 suspect, D1@0 alive, E1@0 alive, F1@0 alive, G1@0 down");
    learn(f, "A1@0 suspect");
    assert_int_equal(f->line_count, 3);
    assert_int_equal(count_lines(f, "> gossip from A1@1"), 3);
}

/* Rules: P13.3, P1.6 */
static void the_last_incarnation_can_be_used_and_not_refuted(void **state) {
    struct fixture *f = *state;
    f->type.renew = NULL;
    restart(f);
    know(f, "B1@0 alive");
    learn(f, "A1@65534 suspect");
    expect(f, "> gossip from A1@65535 to B1 ()");
    assert_int_equal(selkie_connection(f->engine), SELKIE_CONNECTED);
    learn(f, "A1@3 suspect");
    expect(f, "defunct");
    assert_int_equal(selkie_connection(f->engine), SELKIE_UNDEAD);
}

/* Rules: P13.3, P13.6 */
static void suspicion_at_the_last_incarnation_is_as_good_as_down(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@65535 suspect");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2", "timer probe in 1500 ms", "active");
}

/* Rules: P13.2, P5.9 */
static void suspicion_is_refuted_in_every_state_of_the_connection(void **state) {
    struct fixture *f = *state;
    learn(f, "A1@2 suspect");
    expect_nothing(f);
    assert_int_equal(selkie_incarnation(f->engine), 3);
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    forget(f);
    learn(f, "A1@3 suspect");
    expect(f, "> gossip from A1@4 to B1 (A1@0 down left)");
    assert_int_equal(selkie_connection(f->engine), SELKIE_UNDEAD);
}

/* ---- down ---- */

/* Rules: P13.4, P13.6, P18.4, P5.10 */
static void who_is_declared_down_goes_on_under_a_renewed_identity(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "gossip from B1@0 (A1@40 down)");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2", "timer probe in 1500 ms", "active");
    assert_memory_equal(selkie_identity(f->engine), "A2", 2);
    assert_int_equal(selkie_incarnation(f->engine), 0);
}

/* Rules: P13.4, P5.4, P9.12 */
static void being_told_by_turn_undead_is_the_same_without_an_adjustment(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "turn-undead from B1@0");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2");
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
}

static bool renew_nothing(void *ctx, void *identity) {
    (void)ctx, (void)identity;
    return true;
}

static bool renew_refuses(void *ctx, void *identity) {
    (void)ctx;
    ((char *)identity)[1]++;
    return false;
}

static bool renew_to_a_loser(void *ctx, void *identity) {
    (void)ctx;
    ((char *)identity)[1]--;
    return true;
}

/* Rules: P13.5, P13.4, P5.7 */
static void without_a_better_identity_there_is_no_rejoin(void **state) {
    struct fixture *f = *state;
    bool (*const renews[])(void *, void *) = {NULL, renew_nothing, renew_refuses, renew_to_a_loser};
    for (size_t i = 0; i < sizeof renews / sizeof *renews; i++) {
        f->type.renew = renews[i];
        restart(f);
        know(f, "B1@0 alive");
        learn(f, "A1@0 down");
        expect(f, "defunct");
        assert_memory_equal(selkie_identity(f->engine), "A1", 2);
        learn(f, "A1@0 down");
        expect(f, "defunct");
    }
}

/* Rules: P13.4, P13.1 */
static void the_undead_can_rejoin_too(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    forget(f);
    learn(f, "A1@0 alive");
    expect_nothing(f);
    learn(f, "A1@0 down");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down left)", "rejoin A1 to A2", "timer probe in 1500 ms", "active");
}

/* ---- leaving ---- */

/* Rules: P18.5, P15.3, P15.4, P5.7 */
static void leaving_tells_the_others_and_then_the_user(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@4 suspect");
    forget(f);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@5 to B1 (A1@0 down left)", "defunct");
    assert_int_equal(selkie_connection(f->engine), SELKIE_UNDEAD);
    assert_memory_equal(selkie_identity(f->engine), "A1", 2);
    expect_members(f, "B1@0 alive");
}

/* Rules: P15.3 */
static void one_may_leave_alone_and_twice(void **state) {
    struct fixture *f = *state;
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    expect(f, "defunct");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    expect(f, "defunct");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    learn(f, "B1@0 alive");
    expect(f, "member-up B1@0 alive");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (A1@0 down left)");
}

/* ---- another identity ---- */

/* Rules: P15.6, P15.8, P18.4 */
static void changing_identity_starts_anew_and_tells_the_former_one_down(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@4 suspect");
    forget(f);
    did(f, selkie_change_identity(f->engine, "A2"));
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)");
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    expect_members(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect_nothing(f);
}

/* Rules: P15.6, P15.8 */
static void another_address_and_an_older_generation_are_identities_too(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    did(f, selkie_change_identity(f->engine, "X1"));
    did(f, selkie_change_identity(f->engine, "X0"));
    expect(f, "> gossip from X1@0 to B1 (A1@0 down)", "> gossip from X0@0 to B1 (X1@0 down, A1@0 down)");
}

/* Rules: P15.7, P17.2 */
static void changing_to_our_present_identity_is_refused(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 8);
    know(f, "B1@0 alive");
    unsigned char *before = remember(f);
    assert_int_equal(selkie_change_identity(f->engine, "A1"), SELKIE_E_SAME_IDENTITY);
    expect_unchanged(f, before);
    expect_nothing(f);
}

/* Rules: P15.8 */
static void the_undead_have_said_already_that_they_are_down(void **state) {
    struct fixture *f = *state;
    f->type.renew = NULL;
    restart(f);
    know(f, "B1@0 alive");
    learn(f, "A1@0 down");
    forget(f);
    did(f, selkie_change_identity(f->engine, "A2"));
    expect(f, "> gossip from A2@0 to B1 ()");
    learn(f, "");
    expect(f, "timer probe in 1500 ms", "active");
}

/* Rules: P15.9 */
static void going_on_under_the_down_identity_is_silent(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn(f, "A1@4 suspect");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    forget(f);
    assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_OK);
    expect_nothing(f);
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    assert_int_equal(selkie_incarnation(f->engine), 0);
    expect_members(f, "B1@0 alive");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    hear(f, "ping 1 from B1@0");
    expect(f, "timer probe in 1500 ms", "active", "> ack 1 from A1@0 to B1 (A1@0 down left)");
}

/* Rules: P15.10, P17.2 */
static void who_is_not_down_cannot_reuse_its_identity(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 8);
    assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_E_NOT_UNDEAD);
    know(f, "B1@0 alive");
    unsigned char *before = remember(f);
    assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_E_NOT_UNDEAD);
    expect_unchanged(f, before);
    expect_nothing(f);
}

/* Rules: P11.10 */
static void no_change_of_ours_empties_the_queues(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->type.renew = NULL;
    restart(f);
    assert_int_equal(broadcast(f, "x"), 1);
    learn_and_tell(f, "B1@0 alive");
    learn_and_tell(f, "B1@0 down");
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED); /* idle */
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    learn(f, "A1@0 down");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_OK);
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    assert_int_equal(selkie_updates_backlog(f->engine), 2);
    did(f, selkie_change_identity(f->engine, "A2"));
    assert_int_equal(selkie_updates_backlog(f->engine), 2);
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 1);
}

/* Rules: P11.11 */
static void we_never_queue_that_we_are_alive(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn_and_tell(f, "A1@3 suspect, A1@9 alive");
    expect(f, "> gossip from A1@4 to B1 ()");
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(suspicion_is_refuted_with_a_higher_incarnation),
        test_of_one(old_suspicion_raises_nothing_but_is_answered),
        test_of_one(a_refutation_goes_to_as_many_as_helpers_are_asked),
        test_of_one(the_last_incarnation_can_be_used_and_not_refuted),
        test_of_one(suspicion_at_the_last_incarnation_is_as_good_as_down),
        test_of_one(suspicion_is_refuted_in_every_state_of_the_connection),
        test_of_one(who_is_declared_down_goes_on_under_a_renewed_identity),
        test_of_one(being_told_by_turn_undead_is_the_same_without_an_adjustment),
        test_of_one(without_a_better_identity_there_is_no_rejoin),
        test_of_one(the_undead_can_rejoin_too),
        test_of_one(leaving_tells_the_others_and_then_the_user),
        test_of_one(one_may_leave_alone_and_twice),
        test_of_one(changing_identity_starts_anew_and_tells_the_former_one_down),
        test_of_one(another_address_and_an_older_generation_are_identities_too),
        test_of_one(changing_to_our_present_identity_is_refused),
        test_of_one(the_undead_have_said_already_that_they_are_down),
        test_of_one(going_on_under_the_down_identity_is_silent),
        test_of_one(who_is_not_down_cannot_reuse_its_identity),
        test_of_one(no_change_of_ours_empties_the_queues),
        test_of_one(we_never_queue_that_we_are_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
