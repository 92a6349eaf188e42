/* Tests of suspicions that others share: how long they run, who counts as an accuser and who is named, and what becomes of
 * them when there is no place, when the token is raised and when we were paused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"

/* A suspicion runs for 4 to 24 s, and three further accusers make it the shorter. Seven members are active. */
static void agree(struct fixture *f) {
    f->config.suspicion_max_factor = 6;
    f->config.suspicion_confirmations = 3;
    f->config.suspect_to_down_after_us = SELKIE_S(4);
    restart(f);
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive, G1@0 alive, H1@0 alive");
}

static uint8_t state_of(const struct fixture *f, const char *identity) {
    struct selkie_member member;
    SELKIE_INIT(&member);
    assert_true(selkie_find(f->engine, identity, &member));
    return member.state;
}

/* The accuser that the inspecting calls name; '-': none. */
static char accuser_of(const struct fixture *f, const char *identity) {
    struct selkie_member member;
    SELKIE_INIT(&member);
    assert_true(selkie_find(f->engine, identity, &member));
    return (char)(member.accuser ? *(const char *)member.accuser : '-');
}

/* Rules: P25.1, P26.4, P18.1 */
static void a_suspicion_has_a_timer_whoever_told_us_of_it(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_MEMBER_SUSPECT;
    agree(f);
    learn_and_tell(f, "B1@0 suspect by C1");
    expect(f, "member-suspect B1@0 suspect by C1", "timer suspect in 4000 ms");
    learn_and_tell(f, "Z1@7 suspect");
    expect(f, "member-up Z1@7 suspect", "member-suspect Z1@7 suspect", "timer suspect in 4000 ms");
    learn_and_tell(f, "B1@1 suspect"); /* another incarnation: another suspicion */
    expect(f, "member-suspect B1@1 suspect", "timer suspect in 4000 ms");
    learn_and_tell(f, "B2@0 suspect"); /* another identity */
    expect(f, "rename B1 to B2", "member-suspect B2@0 suspect", "timer suspect in 4000 ms");
    learn_and_tell(f, "B2@0 suspect, C1@0 alive"); /* no news */
    expect_nothing(f);
    hear(f, "gossip from D1@0 (E1@0 suspect by D1)");
    expect(f, "member-suspect E1@0 suspect by D1", "timer suspect in 4000 ms");
}

/* Rules: P25.1, P25.5, P18.6 */
static void our_own_failed_probe_begins_one_suspicion_and_we_are_its_accuser(void **state) {
    struct fixture *f = *state;
    f->config.suspicion_max_factor = 6;
    f->config.suspicion_confirmations = 3;
    restart(f);
    know(f, "B1@3 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect(f, "timer suspect in 3000 ms", "> ping 2 from A1@0 to B1 (B1@3 suspect by A1)", "timer indirect in 500 ms",
           "timer probe in 1500 ms");
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    forget(f);
    fire(f, TIMER_PROBE_RANDOM_MEMBER); /* it failed again: we have accused already */
    assert_int_equal(count_lines(f, "timer suspect"), 0);
    assert_int_equal(counted(f, suspicions_confirmed), 0);
    assert_int_equal(counted(f, suspicions_raised), 1);
}

/* Rules: P25.3, P25.4, P6.16 */
static void each_further_accuser_shortens_the_time(void **state) {
    struct fixture *f = *state;
    /* Max - (Max - Min) log(C + 1) / log(4), from 24 s to 4 s, as differences. */
    static const char *const steps[] = {"timer suspect in 4000 ms", "timer suspect in 4150374 us",
                                        "timer suspect in 5849626 us", "timer suspect in 10000 ms"};
    for (unsigned confirmed = 0; confirmed <= 3; confirmed++) {
        agree(f);
        learn(f, "B1@0 suspect by C1");
        static const char *const accusations[] = {"B1@0 suspect by D1", "B1@0 suspect by E1", "B1@0 suspect by F1"};
        for (unsigned i = 0; i < confirmed; i++) {
            learn(f, accusations[i]);
        }
        for (unsigned due = 0; due <= 3 - confirmed; due++) {
            assert_int_equal(state_of(f, "B1"), SELKIE_SUSPECT);
            expect(f, steps[due]);
            assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
        }
        expect(f, "timer remove in 86400000 ms", "member-down B1@0 down");
        assert_int_equal(counted(f, suspicions_confirmed), confirmed);
    }
}

/* Rules: P25.4 */
static void a_suspicion_that_is_not_true_any_more_ends_without_a_word(void **state) {
    struct fixture *f = *state;
    static const char *const changes[] = {"B1@1 alive", "B1@1 suspect", "B2@0 alive", "B2@0 suspect", "B1@0 down"};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        agree(f);
        know(f, "B1@0 suspect by C1");
        know(f, changes[i]);
        assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
        expect_nothing(f);
    }
}

/* Rules: P25.2 */
static void nobody_is_waited_for_where_too_few_are_there_to_agree(void **state) {
    struct fixture *f = *state;
    for (int few = 0; few <= 1; few++) {
        f->config.suspicion_max_factor = 6;
        f->config.suspicion_confirmations = 3;
        restart(f);
        know(f, few ? "B1@0 alive, C1@0 alive, D1@0 suspect, E1@0 alive, F1@0 down"
                    : "B1@0 alive, C1@0 alive, D1@0 suspect, E1@0 alive, F1@0 alive");
        fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* D1's, whose time begins with few */
        forget(f);
        know(f, few ? "" : "D2@0 alive");
        know(f, few ? "D2@0 alive" : "");
        know(f, "B1@0 suspect");
        fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
        assert_int_equal(state_of(f, "B1"), few ? SELKIE_DOWN : SELKIE_SUSPECT);
    }
}

/* Rules: P25.2 */
static void a_codec_without_accusers_makes_the_shortest_time_and_so_does_a_factor_of_one(void **state) {
    struct fixture *f = *state;
    f->codec.can = SELKIE_CAN_LEFT | SELKIE_CAN_NACK;
    agree(f);
    know(f, "B1@0 suspect by C1, B1@0 suspect by D1");
    assert_int_equal(counted(f, suspicions_confirmed), 0);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    assert_int_equal(state_of(f, "B1"), SELKIE_DOWN);
}

/* Rules: P25.2, P16.4 */
static void how_long_it_may_take_is_fixed_when_it_begins(void **state) {
    struct fixture *f = *state;
    agree(f);
    know(f, "B1@0 suspect by C1");
    f->config.suspicion_max_factor = 2;
    f->config.suspicion_confirmations = 1;
    f->config.suspect_to_down_after_us = SELKIE_S(1);
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    know(f, "G1@0 down, H1@0 down");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 4150374 us");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 5849626 us");
    learn(f, "C1@0 suspect by D1"); /* and one that begins now goes by what holds now: 1 and 2 s */
    expect(f, "timer suspect in 1000 ms");
    take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 1000 ms");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    assert_int_equal(state_of(f, "C1"), SELKIE_DOWN);
}

/* Rules: P25.5 */
static void an_accuser_counts_once_and_nobody_accuses_himself(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *news;
        unsigned confirmed;
    } cases[] = {{"B1@0 suspect by C1", 0}, /* begins it */
                 {"B1@0 suspect by C1", 0}, {"B1@0 suspect", 0},
                 {"B1@0 suspect by B1", 0}, {"B1@0 suspect by D1", 1},
                 {"B1@0 suspect by D1", 1}, {"B1@0 suspect by C1", 1},
                 {"B1@0 suspect by D2", 2}, /* another life of D's */
                 {"B1@0 alive", 2},         {"B2@0 alive, B2@0 suspect by C1", 2}};
    agree(f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        know(f, cases[i].news);
        assert_int_equal(counted(f, suspicions_confirmed), cases[i].confirmed);
    }
}

/* Rules: P25.5 */
static void who_begins_it_without_a_name_may_accuse_later(void **state) {
    struct fixture *f = *state;
    agree(f);
    know(f, "B1@0 suspect");
    assert_int_equal(accuser_of(f, "B1"), '-');
    know(f, "B1@0 suspect by C1");
    assert_int_equal(counted(f, suspicions_confirmed), 1);
    assert_int_equal(accuser_of(f, "B1"), 'C');
}

/* Rules: P25.5 */
static void more_accusers_than_are_needed_are_no_news(void **state) {
    struct fixture *f = *state;
    agree(f);
    know(f, "B1@0 suspect by C1, B1@0 suspect by D1, B1@0 suspect by E1, B1@0 suspect by F1");
    learn_and_tell(f, "B1@0 suspect by G1");
    assert_int_equal(counted(f, suspicions_confirmed), 3);
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    assert_int_equal(accuser_of(f, "B1"), 'F');
}

/* Rules: P25.5 */
static void a_further_accuser_is_told_on_afresh_if_it_is_to_be_spread(void **state) {
    struct fixture *f = *state;
    f->config.max_transmissions = 1;
    agree(f);
    learn_and_tell(f, "B1@0 suspect by C1");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    learn(f, "B1@0 suspect by D1"); /* counts, and is not spread */
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    learn_and_tell(f, "B1@0 suspect by D1");
    assert_int_equal(selkie_updates_backlog(f->engine), 0); /* known */
    hear(f, "gossip from C1@0 (B1@0 suspect by E1)");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines_with(f, "(B1@0 suspect by E1)"), 1);
}

/* Let our next probe, of B1, whom others suspect, fail. */
static void accuse_ourselves(struct fixture *f) {
    while (count_lines_with(f, " to B1") == 0) {
        forget(f);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
    }
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
}

/* Rules: P25.5 */
static void our_own_failed_probe_of_a_suspect_is_an_accusation(void **state) {
    struct fixture *f = *state;
    f->config.suspicion_max_factor = 6;
    f->config.suspicion_confirmations = 3;
    restart(f);
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive, B1@0 suspect by C1");
    know(f, "C1@0 down, D1@0 down, E1@0 down, F1@0 down"); /* whom else should we probe? */
    accuse_ourselves(f);
    assert_int_equal(counted(f, suspicions_confirmed), 1);
    assert_int_equal(accuser_of(f, "B1"), 'A');
    assert_int_equal(count_lines_with(f, "(B1@0 suspect by A1)"), 1);
}

/* Rules: P25.6, P25.4 */
static void an_accuser_who_comes_when_the_time_is_over_ends_it_at_once(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    agree(f);
    know(f, "B1@0 suspect by C1, B1@0 suspect by D1, B1@0 suspect by E1");
    know(f,
         "G1@0 suspect by C1, G1@0 suspect by D1, G1@0 suspect by E1, G1@0 suspect by F1"); /* its timer was not due */
    assert_int_equal(state_of(f, "G1"), SELKIE_SUSPECT);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* B1's: 4 s have passed, and with two it takes 8 */
    forget(f);
    learn_and_tell(f, "B1@0 suspect by F1");
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down", "> turn-undead from A1@0 to B1");
    assert_int_equal(counted(f, suspicions_confirmed), 2 + 3 + 1);
    assert_int_equal(counted(f, suspicions_expired), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines_with(f, "(B1@0 down)"), 3);
}

/* B1 is the last active member, and with another accuser its time is over. */
static void end_of_all(struct fixture *f) {
    agree(f);
    know(f, "B1@0 suspect by C1, B1@0 suspect by D1, B1@0 suspect by E1");
    know(f, "C1@0 down, D1@0 down, E1@0 down, F1@0 down, G1@0 down, H1@0 down");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    forget(f);
}

/* Rules: P25.6 */
static void the_connection_is_adjusted_at_the_end_of_the_batch_that_ended_it(void **state) {
    struct fixture *f = *state;
    end_of_all(f);
    learn(f, "B1@0 suspect by F1, Y1@0 down");
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down", "timer remove in 86400000 ms", "idle");
    end_of_all(f);
    learn(f, "B1@0 suspect by F1, Y1@0 alive");
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down", "member-up Y1@0 alive");
}

/* Rules: P25.6, P18.6 */
static void the_connection_is_adjusted_at_the_end_of_the_cycle_that_ended_it(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    end_of_all(f);
    accuse_ourselves(f);
    expect(f, "timer remove in 86400000 ms", "member-down B1@0 down", "> turn-undead from A1@0 to B1",
           "timer probe in 1500 ms", "idle");
}

/* ---- what became stale, or was lost ---- */

/* Suspicions of B1 and C1, then the token is raised. */
static void raise_the_token(struct fixture *f) {
    agree(f);
    know(f, "B1@0 suspect by D1, C1@2 suspect by D1");
    did(f, selkie_change_identity(f->engine, "A2"));
    forget(f);
    assert_int_equal(accuser_of(f, "B1"), '-');
}

/* Rules: P25.7, P25.8, P8.1 */
static void an_accusation_begins_the_suspicion_anew_where_none_runs(void **state) {
    struct fixture *f = *state;
    raise_the_token(f);
    learn(f, "B1@0 suspect by E1");
    expect(f, "timer suspect in 4000 ms", "timer probe in 1500 ms", "active");
    assert_int_equal(accuser_of(f, "B1"), 'E');
    assert_int_equal(counted(f, suspicions_confirmed), 0); /* it is the first accuser */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);                 /* stale */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);                 /* stale */
    expect_nothing(f);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 4150374 us");
}

/* Rules: P25.7, P15.12 */
static void revive_begins_all_suspicions_anew_by_their_slots(void **state) {
    struct fixture *f = *state;
    agree(f);
    know(f, "C1@2 suspect by D1, B1@0 suspect by D1, H1@0 down");
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect(f, "timer probe in 1500 ms", "timer suspect in 4000 ms", "timer suspect in 4000 ms");
    assert_int_equal(accuser_of(f, "B1"), '-');
    struct selkie_timer lost = take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    give_timer(f, &lost);
    expect_nothing(f);
    know(f, "B1@0 suspect by C1, B1@0 suspect by D1, B1@0 suspect by E1");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* B1 has the lower slot */
    assert_int_equal(state_of(f, "B1"), SELKIE_DOWN);
    assert_int_equal(state_of(f, "C1"), SELKIE_SUSPECT);
}

/* ---- who is said to accuse ---- */

/* Rules: P25.8 */
static void an_update_names_the_accuser_of_the_last_accusation_that_counted(void **state) {
    struct fixture *f = *state;
    agree(f);
    learn_and_tell(f, "B1@0 suspect by C1, B1@0 suspect by D1, B1@0 suspect by C1");
    forget(f);
    hear(f, "ping 1 from E1@0");
    expect(f, "> ack 1 from A1@0 to E1 (B1@0 suspect by D1)");
    hear(f, "announce from E1@0");
    assert_int_equal(count_lines_with(f, "B1@0 suspect by D1"), 1);
    learn_and_tell(f, "D2@0 alive"); /* who accused is not there any more, under that identity */
    forget(f);
    hear(f, "ping 2 from E1@0");
    assert_int_equal(count_lines_with(f, "B1@0 suspect,") + count_lines_with(f, "B1@0 suspect)"), 1);
    assert_int_equal(accuser_of(f, "B1"), '-');
}

/* Rules: P25.8 */
static void an_accuser_whom_we_did_not_know_is_not_named(void **state) {
    struct fixture *f = *state;
    agree(f);
    know(f, "B1@0 suspect by X1, C1@0 suspect by E2");
    assert_int_equal(accuser_of(f, "B1"), '-');
    assert_int_equal(accuser_of(f, "C1"), '-');
    know(f, "X1@0 alive"); /* too late: which member it was is not remembered */
    assert_int_equal(accuser_of(f, "B1"), '-');
    know(f, "D1@0 suspect by A1"); /* and by us, although it was not our own probe */
    assert_int_equal(accuser_of(f, "D1"), 'A');
}

/* Rules: P25.8 */
static void whoever_looks_sees_the_accuser_even_if_the_codec_cannot_say_it(void **state) {
    struct fixture *f = *state;
    f->codec.can = 0;
    f->config.observe = SELKIE_OBSERVE_MEMBER_SUSPECT;
    agree(f);
    f->codec.can = SELKIE_CAN_ACCUSER;
    f->engine->codec.can = 0;
    struct selkie_member member = {.struct_size = sizeof member, .identity = "B1", .state = SELKIE_SUSPECT};
    member.accuser = "C1";
    assert_int_equal(selkie_apply_many(f->engine, &member, 1, true), SELKIE_OK);
    expect(f, "member-suspect B1@0 suspect by C1", "timer suspect in 4000 ms");
    assert_int_equal(accuser_of(f, "B1"), 'C');
    hear(f, "ping 1 from E1@0");
    expect(f, "> ack 1 from A1@0 to E1 (B1@0 suspect)");
}

/* Rules: P25.9 */
static void with_agreement_off_accusers_are_neither_heard_nor_named(void **state) {
    struct fixture *f = *state;
    static const struct { uint8_t factor, confirmations; } cases[] = {{0, 0}, {1, 3}, {0, 3}, {6, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->config.suspicion_max_factor = cases[i].factor;
        f->config.suspicion_confirmations = cases[i].confirmations;
        f->config.observe = SELKIE_OBSERVE_MEMBER_SUSPECT;
        restart(f);
        know(f, "B1@0 alive, C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive");
        learn_and_tell(f, "B1@0 suspect by C1, B1@0 suspect by D1");
        expect(f, "member-suspect B1@0 suspect"); /* and no timer: P2.9 */
        hear(f, "ping 1 from E1@0 (B1@0 suspect by E1)");
        expect(f, "> ack 1 from A1@0 to E1 (B1@0 suspect)");
        assert_int_equal(accuser_of(f, "B1"), '-');
        assert_int_equal(counted(f, suspicions_confirmed), 0);
    }
}

/* ---- who missed the end ---- */

/* B1 is Down, and that has been told its times. */
static void have_told_the_end(struct fixture *f, bool agreement) {
    f->config.max_transmissions = 1;
    agree(f);
    if (!agreement) {
        f->config.suspicion_max_factor = 1;
        assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    }
    learn_and_tell(f, "B1@3 down");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    forget(f);
}

/* Rules: P25.12 */
static void who_still_suspects_somebody_who_is_down_is_told_again(void **state) {
    struct fixture *f = *state;
    static const char *const news[] = {"B1@0 suspect by C1", "B1@3 suspect", "B1@9 suspect by A1"};
    for (size_t i = 0; i < sizeof news / sizeof *news; i++) {
        have_told_the_end(f, true);
        learn_and_tell(f, news[i]);
        expect_nothing(f);
        assert_int_equal(selkie_updates_backlog(f->engine), 1);
        learn_and_tell(f, news[i]); /* it is queued already */
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
        assert_int_equal(count_lines_with(f, "(B1@3 down)"), 1);
        assert_int_equal(selkie_updates_backlog(f->engine), 0);
    }
    have_told_the_end(f, true);
    hear(f, "ping 1 from C1@0 (B1@3 suspect by C1)");
    expect(f, "> ack 1 from A1@0 to C1 (B1@3 down)");
}

/* Rules: P25.12, P25.9 */
static void other_news_of_somebody_who_is_down_is_no_reason(void **state) {
    struct fixture *f = *state;
    have_told_the_end(f, true);
    learn_and_tell(f, "B1@9 alive, B1@3 down, B0@3 suspect");
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    learn(f, "B1@3 suspect"); /* not to be spread */
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    have_told_the_end(f, false);
    learn_and_tell(f, "B1@3 suspect by C1");
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
}

/* ---- without a place ---- */

/* Rules: P25.10, P25.8, P25.2 */
static void a_suspicion_without_a_place_runs_for_the_shortest_time_whoever_agrees(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 20;
    f->options.max_suspicions = 1;
    agree(f);
    know(f, "B1@0 suspect by C1");
    learn(f, "D1@0 suspect by C1, D1@0 suspect by E1");
    expect(f, "timer suspect in 4000 ms");
    assert_int_equal(counted(f, suspicions_untracked), 1);
    assert_int_equal(counted(f, suspicions_confirmed), 0);
    assert_int_equal(accuser_of(f, "D1"), '-');
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 4150374 us"); /* B1 has a place */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer remove in 86400000 ms", "member-down D1@0 down");
}

/* Rules: P25.10 */
static void a_place_is_taken_until_the_timer_came_back_for_the_last_time(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 20;
    f->options.max_suspicions = 1;
    agree(f);
    know(f, "B1@0 suspect by C1, B1@1 alive, D1@0 suspect by C1");
    assert_int_equal(counted(f, suspicions_untracked), 1);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* of B1, who has refuted */
    know(f, "E1@0 suspect by C1");
    assert_int_equal(counted(f, suspicions_untracked), 1);
    assert_int_equal(accuser_of(f, "E1"), 'C');
}

/* Rules: P25.10 */
static void a_slot_has_one_such_timer_which_goes_on_for_what_it_finds(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 20;
    f->options.max_suspicions = 1;
    agree(f);
    know(f, "B1@0 suspect by C1, D1@0 suspect by C1");
    take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    learn(f, "D1@1 suspect, D2@0 suspect");
    expect(f, "rename D1 to D2"); /* and no further timer */
    assert_int_equal(counted(f, suspicions_untracked), 3);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 4000 ms"); /* the time of the present one begins */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer remove in 86400000 ms", "member-down D2@0 down");
    know(f, "E1@0 suspect, E1@1 alive");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* nobody is suspected there any more */
    expect_nothing(f);
    know(f, "F1@0 suspect, F1@1 alive, F1@1 suspect"); /* the mark is gone with the timer */
    assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), 1);
}

/* Rules: P25.10, P25.7 */
static void what_became_stale_without_a_place_goes_on_if_the_member_needs_it(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 20;
    f->options.max_suspicions = 1;
    agree(f);
    know(f, "B1@0 suspect by C1, D1@0 suspect by C1, E1@0 suspect by C1, E1@1 alive");
    did(f, selkie_change_identity(f->engine, "A2"));
    know(f, "");
    learn(f, "D1@0 suspect by C1"); /* an accusation, while its timer is still out */
    expect_nothing(f);
    take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* of B1 */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 4000 ms"); /* D1 */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect_nothing(f); /* E1 */
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer remove in 86400000 ms", "member-down D1@0 down");
}

/* Rules: P25.10, P6.4 */
static void of_an_identity_that_is_not_there_any_more_there_is_no_timer_without_a_place(void **state) {
    struct fixture *f = *state;
    for (uint32_t places = 1; places <= 2; places++) {
        f->options.max_members = 20;
        f->options.max_suspicions = places;
        restart(f);
        know(f, "B1@0 alive");
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        fire(f, TIMER_PROBE_RANDOM_MEMBER); /* takes the first place */
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        know(f, "B2@0 alive");
        fire(f, TIMER_PROBE_RANDOM_MEMBER); /* of B1, which is B2 by now */
        assert_int_equal(in_flight(f, TIMER_CHANGE_SUSPECT_TO_DOWN), places);
    }
}

/* ---- pauses ---- */

/* Rules: P26.2, P26.3 */
static void a_pause_is_a_debt_of_whole_milliseconds_that_comes_when_the_timer_is_due(void **state) {
    struct fixture *f = *state;
    for (int agreement = 0; agreement <= 1; agreement++) {
        f->config.suspicion_max_factor = 6;
        f->config.suspicion_confirmations = agreement ? 3 : 0;
        restart(f);
        know(f, "B1@3 alive");
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        know(f, "C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive");
        assert_int_equal(selkie_paused(f->engine, 5000001), SELKIE_OK);
        assert_int_equal(selkie_paused(f->engine, 2000), SELKIE_OK);
        assert_int_equal(selkie_paused(f->engine, 0), SELKIE_OK);
        expect_nothing(f);
        fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
        expect(f, "timer suspect in 5003 ms");
        assert_int_equal(state_of(f, "B1"), SELKIE_SUSPECT);
        fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
        expect(f, "timer remove in 86400000 ms", "member-down B1@3 down"); /* K was 0: we knew B1 alone */
    }
}

/* Rules: P26.3, P25.4 */
static void a_debt_does_not_count_as_a_time_that_the_timer_was_due(void **state) {
    struct fixture *f = *state;
    agree(f);
    know(f, "B1@0 suspect by C1");
    assert_int_equal(selkie_paused(f->engine, SELKIE_MS(10)), SELKIE_OK);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 10 ms");
    know(f, "B1@0 suspect by D1, B1@0 suspect by E1, B1@0 suspect by F1"); /* its time is not over yet */
    assert_int_equal(state_of(f, "B1"), SELKIE_SUSPECT);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    assert_int_equal(state_of(f, "B1"), SELKIE_DOWN);
}

/* Rules: P26.2, P26.3 */
static void a_debt_is_paid_whatever_became_of_the_member_and_not_by_what_is_stale(void **state) {
    struct fixture *f = *state;
    agree(f);
    know(f, "B1@0 suspect by C1");
    assert_int_equal(selkie_paused(f->engine, SELKIE_MS(10)), SELKIE_OK);
    know(f, "B1@1 alive");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 10 ms");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect_nothing(f);
    raise_the_token(f);
    assert_int_equal(selkie_paused(f->engine, SELKIE_MS(10)), SELKIE_OK); /* stale ones get none */
    know(f, "");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect_nothing(f);
}

/* Rules: P26.3 */
static void without_a_place_a_suspicion_of_before_the_pause_begins_again(void **state) {
    struct fixture *f = *state;
    f->options.max_members = 20;
    f->options.max_suspicions = 1;
    agree(f);
    know(f, "B1@0 suspect by C1");
    take_timer(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    know(f, "D1@0 suspect, E1@0 suspect, E1@1 alive");
    assert_int_equal(selkie_paused(f->engine, SELKIE_S(77)), SELKIE_OK);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer suspect in 4000 ms");
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN); /* E1's: the record is another one */
    expect_nothing(f);
    fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN);
    expect(f, "timer remove in 86400000 ms", "member-down D1@0 down");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(a_suspicion_has_a_timer_whoever_told_us_of_it),
        test_of_one(our_own_failed_probe_begins_one_suspicion_and_we_are_its_accuser),
        test_of_one(each_further_accuser_shortens_the_time),
        test_of_one(a_suspicion_that_is_not_true_any_more_ends_without_a_word),
        test_of_one(nobody_is_waited_for_where_too_few_are_there_to_agree),
        test_of_one(a_codec_without_accusers_makes_the_shortest_time_and_so_does_a_factor_of_one),
        test_of_one(how_long_it_may_take_is_fixed_when_it_begins),
        test_of_one(an_accuser_counts_once_and_nobody_accuses_himself),
        test_of_one(who_begins_it_without_a_name_may_accuse_later),
        test_of_one(more_accusers_than_are_needed_are_no_news),
        test_of_one(a_further_accuser_is_told_on_afresh_if_it_is_to_be_spread),
        test_of_one(our_own_failed_probe_of_a_suspect_is_an_accusation),
        test_of_one(an_accuser_who_comes_when_the_time_is_over_ends_it_at_once),
        test_of_one(the_connection_is_adjusted_at_the_end_of_the_batch_that_ended_it),
        test_of_one(the_connection_is_adjusted_at_the_end_of_the_cycle_that_ended_it),
        test_of_one(an_accusation_begins_the_suspicion_anew_where_none_runs),
        test_of_one(revive_begins_all_suspicions_anew_by_their_slots),
        test_of_one(an_update_names_the_accuser_of_the_last_accusation_that_counted),
        test_of_one(an_accuser_whom_we_did_not_know_is_not_named),
        test_of_one(whoever_looks_sees_the_accuser_even_if_the_codec_cannot_say_it),
        test_of_one(with_agreement_off_accusers_are_neither_heard_nor_named),
        test_of_one(who_still_suspects_somebody_who_is_down_is_told_again),
        test_of_one(other_news_of_somebody_who_is_down_is_no_reason),
        test_of_one(a_suspicion_without_a_place_runs_for_the_shortest_time_whoever_agrees),
        test_of_one(a_place_is_taken_until_the_timer_came_back_for_the_last_time),
        test_of_one(a_slot_has_one_such_timer_which_goes_on_for_what_it_finds),
        test_of_one(what_became_stale_without_a_place_goes_on_if_the_member_needs_it),
        test_of_one(of_an_identity_that_is_not_there_any_more_there_is_no_timer_without_a_place),
        test_of_one(a_pause_is_a_debt_of_whole_milliseconds_that_comes_when_the_timer_is_due),
        test_of_one(a_debt_does_not_count_as_a_time_that_the_timer_was_due),
        test_of_one(a_debt_is_paid_whatever_became_of_the_member_and_not_by_what_is_stale),
        test_of_one(without_a_place_a_suspicion_of_before_the_pause_begins_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
