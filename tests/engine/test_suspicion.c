/* Tests of suspicions: the table of those whose time runs, and what happens when it is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "engine/suspicion.h"
#include "fixture.h"

/* B1, at incarnation 3, was probed in vain. */
static void suspect(struct fixture *f) {
    restart(f);
    know(f, "B1@3 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive");
    expect_members(f, "B1@3 suspect, C1@0 alive");
}

/* Rules: P6.16, P18.7, P6.18 */
static void a_suspect_that_says_nothing_goes_down_and_is_told_so(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    suspect(f);
    assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
    expect(f, "timer remove in 86400000 ms", "member-down B1@3 down", "> turn-undead from A1@0 to B1");
    f->config.notify_down_members = false;
    suspect(f);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer remove in 86400000 ms", "member-down B1@3 down");
}

/* Rules: P18.7, P6.17 */
static void the_adjustment_comes_between_the_news_and_turn_undead(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    suspect(f);
    know(f, "C1@0 down");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer remove in 86400000 ms", "member-down B1@3 down", "idle", "> turn-undead from A1@0 to B1");
}

/* Rules: P6.16, P6.18, P2.9 */
static void who_refuted_in_time_stays_and_is_told_nothing(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    suspect(f);
    hear(f, "gossip from B1@4");
    expect_members(f, "B1@4 alive, C1@0 alive");
    forget(f);
    assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
    expect_nothing(f);
    expect_members(f, "B1@4 alive, C1@0 alive");
}

/* Rules: P6.16 */
static void the_record_must_have_exactly_that_incarnation(void **state) {
    struct fixture *f = *state;
    suspect(f);
    know(f, "B1@4 suspect");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect_nothing(f);
    expect_members(f, "B1@4 suspect, C1@0 alive");
}

/* Rules: P6.16 */
static void the_state_of_the_record_does_not_matter(void **state) {
    struct fixture *f = *state;
    suspect(f);
    know(f, "B1@3 down");
    fire(f, TIMER_REMOVE_DOWN);
    know(f, "B1@3 alive"); /* forgotten, and learned again from an old packet */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect_members(f, "B1@3 down, C1@0 alive");
}

/* Rules: P8.5, P6.16, P6.18 */
static void a_newer_identity_is_not_harmed(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    suspect(f);
    know(f, "B2@3 alive");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect_nothing(f);
    expect_members(f, "B2@3 alive, C1@0 alive");
}

/* Rules: P6.17, P5.3 */
static void the_connection_is_adjusted_for_a_known_address_whatever_else_happened(void **state) {
    struct fixture *f = *state;
    static const char *const records[] = {"B1@4 alive", "B2@0 alive", "B1@3 down"};
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        suspect(f);
        know(f, records[i]);
        f->engine->connection = SELKIE_DISCONNECTED;
        fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
        expect(f, "timer probe in 1500 ms", "active");
    }
}

/* Rules: P6.17 */
static void the_connection_is_not_adjusted_for_an_address_that_is_gone(void **state) {
    struct fixture *f = *state;
    suspect(f);
    know(f, "B1@3 down");
    fire(f, TIMER_REMOVE_DOWN);
    f->engine->connection = SELKIE_DISCONNECTED;
    forget(f);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect_nothing(f);
    expect_members(f, "C1@0 alive");
}

/* Rules: P6.18, P2.7 */
static void replacing_an_older_identity_by_the_suspect_counts_as_making_it_down(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    restart(f);
    know(f, "B2@3 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "B2@3 down, C1@0 alive");
    fire(f, TIMER_REMOVE_DOWN);
    know(f, "B1@3 alive");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer remove in 86400000 ms", "rename B1 to B2", "member-down B2@3 down",
           "> turn-undead from A1@0 to B2");
}

/* ---- the table ---- */

static void a_timer_ends_its_own_suspicion_and_no_later_one_in_its_place(void **state) {
    struct fixture *f = *state;
    know(f, "B1@7 alive, C1@8 alive");
    suspicion_start(f->engine, "B1", 7);
    struct selkie_timer first = take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    give_timer(f, &first);
    expect_members(f, "B1@7 down, C1@8 alive");
    suspicion_start(f->engine, "C1", 8);
    struct selkie_timer second = take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    assert_int_equal((uint32_t)first.opaque[1], (uint32_t)second.opaque[1]); /* the place is used again */
    give_timer(f, &first);
    expect_members(f, "B1@7 down, C1@8 alive");
    give_timer(f, &second);
    expect_members(f, "B1@7 down, C1@8 down");
}

static void a_stale_timer_gives_its_place_back(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 1);
    for (int i = 0; i < 3; i++) {
        know(f, "B1@0 alive");
        suspicion_start(f->engine, "B1", 0);
        f->engine->token++;
        fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    }
    expect_members(f, "B1@0 alive");
    assert_int_equal(counted(f, suspicions_untracked), 0);
}

static void a_refused_timer_gives_its_place_back(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 1);
    know(f, "B1@0 alive");
    f->refuse_timers = true;
    suspicion_start(f->engine, "B1", 0);
    f->refuse_timers = false;
    suspicion_start(f->engine, "B1", 0);
    assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), 1);
}

/* Rules: P25.10 */
static void a_bounded_engine_has_a_bounded_number_of_suspicions(void **state) {
    struct fixture *f = *state;
    assert_int_equal(suspicion_limit(1, 0), 1);
    assert_int_equal(suspicion_limit(63, 0), 63);
    assert_int_equal(suspicion_limit(64, 0), 64);
    assert_int_equal(suspicion_limit(256, 0), 64);
    assert_int_equal(suspicion_limit(1000, 0), 250);
    assert_int_equal(suspicion_limit(1000, 3), 3);
    assert_int_equal(suspicion_limit(0, 3), 3);
    assert_int_equal(suspicion_limit(0, 0), UINT32_MAX);
    restart_in_place(f, 5);
    know(f, "B1@0 alive");
    for (int i = 0; i < 7; i++) {
        suspicion_start(f->engine, "B1", 0);
    }
    assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), 5 + 1); /* one for the slot */
    assert_int_equal(counted(f, suspicions_untracked), 2);
}

/* Rules: P25.10 */
static void a_suspicion_without_a_place_has_a_timer_for_the_slot_and_is_counted(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 1;
    restart(f);
    know(f, "B1@0 alive");
    for (int i = 0; i < 3; i++) {
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
    }
    assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), 2);
    assert_int_equal(counted(f, suspicions_untracked), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(a_suspect_that_says_nothing_goes_down_and_is_told_so),
        test_of_one(the_adjustment_comes_between_the_news_and_turn_undead),
        test_of_one(who_refuted_in_time_stays_and_is_told_nothing),
        test_of_one(the_record_must_have_exactly_that_incarnation),
        test_of_one(the_state_of_the_record_does_not_matter),
        test_of_one(a_newer_identity_is_not_harmed),
        test_of_one(the_connection_is_adjusted_for_a_known_address_whatever_else_happened),
        test_of_one(the_connection_is_not_adjusted_for_an_address_that_is_gone),
        test_of_one(replacing_an_older_identity_by_the_suspect_counts_as_making_it_down),
        test_of_one(a_timer_ends_its_own_suspicion_and_no_later_one_in_its_place),
        test_of_one(a_stale_timer_gives_its_place_back),
        test_of_one(a_refused_timer_gives_its_place_back),
        test_of_one(a_bounded_engine_has_a_bounded_number_of_suspicions),
        test_of_one(a_suspicion_without_a_place_has_a_timer_for_the_slot_and_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
