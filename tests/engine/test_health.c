/* Tests of our own health: what raises and lowers the score, and what takes longer for it; and of nacks as the one who asks
 * for them sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/health.h"
#include "fixture.h"
#include "text.h"

static void doubt(struct fixture *f, uint8_t most) {
    f->config.awareness_max = most;
    restart(f);
}

static unsigned score(const struct fixture *f) {
    assert_int_equal(counted(f, awareness), selkie_awareness(f->engine));
    return selkie_awareness(f->engine);
}

/* Make it so, by a pause. */
static void be_ill(struct fixture *f, unsigned to) {
    assert_int_equal(selkie_paused(f->engine, f->config.probe_period_us * to), SELKIE_OK);
    assert_int_equal(score(f), to);
}

/* ---- the score ---- */

/* Rules: P24.1 */
static void the_score_stays_between_zero_and_its_most(void **state) {
    struct fixture *f = *state;
    doubt(f, 3);
    assert_int_equal(score(f), 0);
    health_better(f->engine);
    assert_int_equal(score(f), 0);
    health_worse(f->engine, 2);
    assert_int_equal(score(f), 2);
    health_worse(f->engine, 2);
    assert_int_equal(score(f), 3);
    health_worse(f->engine, UINT64_MAX);
    assert_int_equal(score(f), 3);
    health_better(f->engine);
    assert_int_equal(score(f), 2);
}

/* Rules: P24.1, P16.4 */
static void the_score_stays_below_a_most_that_changes(void **state) {
    struct fixture *f = *state;
    doubt(f, 8);
    be_ill(f, 7);
    static const uint8_t most[] = {8, 7, 4, 9, 0, 5};
    static const unsigned left[] = {7, 7, 4, 4, 0, 0};
    for (size_t i = 0; i < sizeof most; i++) {
        f->config.awareness_max = most[i];
        assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
        assert_int_equal(score(f), left[i]);
    }
}

/* Rules: P24.1 */
static void who_has_no_doubts_has_a_score_of_zero(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(selkie_paused(f->engine, SELKIE_S(1000)), SELKIE_OK);
    hear(f, "gossip from B1@0 (A1@0 suspect)");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(score(f), 0);
    assert_int_equal(count_lines(f, "timer indirect in 500 ms"), 2);
}

static void a_stretched_time_does_not_overflow(void **state) {
    (void)state;
    assert_true(health_stretch(7, 0) == 7);
    assert_true(health_stretch(7, 8) == 63);
    assert_true(health_stretch(UINT64_MAX / 9, 8) == UINT64_MAX / 9 * 9);
    assert_true(health_stretch(UINT64_MAX / 9 + 1, 8) == UINT64_MAX);
    assert_true(health_stretch(UINT64_MAX, 255) == UINT64_MAX);
}

/* ---- probes ---- */

/* Rules: P24.2 */
static void the_first_answer_makes_it_better_at_once_and_no_other_does(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *answers[3];
        unsigned left;
    } cases[] = {{{"ack 1 from B1@0", "ack 1 from B1@0", "forwarded-ack 1 for B1 from C1@0"}, 3},
                 {{"forwarded-ack 1 for B1 from C1@0", "ack 1 from B1@0", "forwarded-ack 1 for B1 from C1@0"}, 3},
                 {{"ack 2 from B1@0", "ack 1 from C1@0", "forwarded-ack 1 for B1 from D1@0"}, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        doubt(f, 8);
        know(f, "B1@0 alive");
        be_ill(f, 4);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        know(f, "C1@0 alive");
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        for (int answer = 0; answer < 3; answer++) {
            hear(f, cases[i].answers[answer]);
            assert_int_equal(score(f), cases[i].left);
        }
    }
}

/* Rules: P24.3, P24.6 */
static void a_probe_that_fails_makes_it_worse_and_the_next_cycle_is_longer(void **state) {
    struct fixture *f = *state;
    doubt(f, 8);
    know(f, "B1@0 alive");
    for (unsigned failed = 0; failed <= 10; failed++) {
        char indirect[TEXT_MAX] = "", probe[TEXT_MAX] = "";
        unsigned times = failed < 8 ? failed + 1 : 9;
        forget(f);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        assert_int_equal(score(f), times - 1);
        text_add(indirect, "timer indirect in %u ms", 500 * times);
        text_add(probe, "timer probe in %u ms", 1500 * times);
        assert_int_equal(count_lines(f, indirect), 1);
        assert_int_equal(count_lines(f, probe), 1);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
    }
}

/* Rules: P24.6, P5.5 */
static void whatever_submits_the_cycles_timer_goes_by_the_score(void **state) {
    struct fixture *f = *state;
    doubt(f, 8);
    be_ill(f, 2);
    learn(f, "B1@0 alive");
    expect(f, "member-up B1@0 alive", "timer probe in 4500 ms", "active");
    be_ill(f, 8);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect(f, "timer probe in 13500 ms");
}

/* Rules: P24.5, P13.2 */
static void refuting_makes_it_worse(void **state) {
    struct fixture *f = *state;
    doubt(f, 8);
    know(f, "B1@0 alive");
    hear(f, "gossip from B1@0 (A1@0 suspect)");
    assert_int_equal(score(f), 1);
    hear(f, "gossip from B1@0 (A1@0 suspect)"); /* refuted already */
    assert_int_equal(score(f), 1);
    hear(f, "gossip from B1@0 (A1@5 suspect)");
    assert_int_equal(score(f), 2);
    hear(f, "gossip from B1@0 (A1@65535 suspect)"); /* cannot be refuted */
    assert_int_equal(score(f), 2);
}

/* Rules: P26.2 */
static void a_pause_makes_it_worse_by_one_for_each_whole_period(void **state) {
    struct fixture *f = *state;
    static const struct {
        uint64_t pause_us;
        unsigned score;
    } cases[] = {
        {0, 0},         {SELKIE_MS(1500) - 1, 0}, {SELKIE_MS(1500), 1}, {SELKIE_MS(3000) - 1, 1}, {SELKIE_MS(3000), 2},
        {UINT64_MAX, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        doubt(f, 8);
        assert_int_equal(selkie_paused(f->engine, cases[i].pause_us), SELKIE_OK);
        assert_int_equal(score(f), cases[i].score);
        assert_int_equal(counted(f, pauses), 1);
    }
}

/* Rules: P26.2, P6.2, P14.8 */
static void a_pause_ends_the_probe_and_nobody_is_suspected_for_it(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_PROBE_FAILED;
    doubt(f, 8);
    know(f, "B1@0 alive");
    for (int stage = 0; stage <= 1; stage++) {
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        if (stage == 1) {
            fire(f, TIMER_SEND_INDIRECT_PROBE);
        }
        assert_int_equal(selkie_paused(f->engine, 1), SELKIE_OK);
        assert_int_equal(counted(f, probes_void), stage + 1);
        forget(f);
        assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK); /* not incomplete, either */
        assert_int_equal(count_lines(f, "probe-failed"), 0);
        hear(f, "ack 2 from B1@0");
        fire(f, TIMER_SEND_INDIRECT_PROBE);
    }
    expect_members(f, "B1@0 alive");
    assert_int_equal(selkie_paused(f->engine, 1), SELKIE_OK); /* an answered one is dropped as well */
    assert_int_equal(counted(f, probes_void), 3);
    assert_int_equal(selkie_paused(f->engine, 1), SELKIE_OK);
    assert_int_equal(counted(f, probes_void), 3);
}

/* ---- nacks that we want ---- */

/* B1 is probed, and C1 and D1 are there to help. */
static void probe(struct fixture *f, uint8_t most) {
    doubt(f, most);
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "C1@0 alive, D1@0 alive");
}

/* Rules: P24.7 */
static void a_nack_is_wanted_if_we_doubt_ourselves_and_the_codec_can_say_so(void **state) {
    struct fixture *f = *state;
    static const struct {
        uint8_t most;
        uint32_t can;
        bool wanted;
    } cases[] = {{1, SELKIE_CAN_NACK, true},
                 {8, SELKIE_CAN_NACK | SELKIE_CAN_ACCUSER, true},
                 {0, SELKIE_CAN_NACK, false},
                 {8, SELKIE_CAN_LEFT | SELKIE_CAN_ACCUSER, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->codec.can = cases[i].can;
        probe(f, cases[i].most);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        assert_int_equal(count_lines(f, "> ping-req 1 or nack for B1 from A1@0 to"), cases[i].wanted ? 2 : 0);
        assert_int_equal(count_lines(f, "> ping-req 1 for B1 from A1@0 to"), cases[i].wanted ? 0 : 2);
    }
}

/* Rules: P24.7 */
static void a_nack_is_wanted_only_if_it_can_be_back_before_the_cycle_ends(void **state) {
    struct fixture *f = *state;
    static const struct {
        uint64_t rtt_us, period_us;
        unsigned score;
        bool wanted;
    } cases[] = {{500000, 900001, 0, true},  /* 400,000 and 400,001 us */
                 {500000, 900000, 0, false}, /* 400,000 both */
                 {500000, 700001, 1, true},  /* 200,001 us, twice */
                 {500000, 700000, 1, false}, {500000, 600000, 3, false},
                 {500000, 600001, 3, true},  {500000, 501000, 8, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->config.probe_rtt_us = cases[i].rtt_us;
        f->config.probe_period_us = cases[i].period_us;
        doubt(f, 8);
        know(f, "B1@0 alive");
        be_ill(f, cases[i].score);
        fire(f, TIMER_PROBE_RANDOM_MEMBER);
        know(f, "C1@0 alive, A1@0 suspect"); /* the score that counts is that of the cycle's beginning */
        forget(f);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        assert_int_equal(count_lines(f, "> ping-req 1 or nack for B1"), cases[i].wanted);
        assert_int_equal(count_lines(f, "> ping-req 1 "), 1);
    }
}

/* Rules: P24.4, P24.3, P24.11, P24.13 */
static void helpers_that_keep_silent_make_it_worse_once(void **state) {
    struct fixture *f = *state;
    static const struct {
        const char *heard[3];
        unsigned score; /* from 3 on */
    } cases[] = {
        {{"gossip from B1@0", "gossip from C1@0", "gossip from D1@0"}, 5}, /* silent, and failed */
        {{"nack 1 for B1 from C1@0", "gossip from C1@0", "gossip from D1@0"}, 5},
        {{"nack 1 for B1 from C1@0", "nack 1 for B1 from C1@0", "gossip from D1@0"}, 5},
        {{"nack 1 for B1 from C1@0", "nack 2 for B1 from D1@0", "nack 1 for B1 from D2@0"}, 5},
        {{"nack 1 for B1 from C1@0", "nack 1 for B1 from D1@0", "gossip from D1@0"}, 4}, /* failed */
        {{"nack 1 for X1 from C1@0", "nack 1 for X1 from D1@0", "gossip from D1@0"}, 4}, /* that is not looked at */
        {{"nack 1 for B1 from C1@0", "forwarded-ack 1 for B1 from D1@0", "gossip from D1@0"}, 2},
        {{"nack 1 for B1 from C1@0", "nack 1 for B1 from D1@0", "forwarded-ack 1 for B1 from C1@0"}, 2},
        {{"ack 1 from B1@0", "nack 1 for B1 from C1@0", "gossip from D1@0"}, 3}, /* D1 is silent all the same */
        {{"ack 1 from B1@0", "nack 1 for B1 from C1@0", "nack 1 for B1 from D1@0"}, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        probe(f, 8);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        assert_int_equal(count_lines(f, "> ping-req 1 or nack"), 2);
        health_worse(f->engine, 3);
        for (int heard = 0; heard < 3; heard++) {
            forget(f);
            assert_int_equal(hear(f, cases[i].heard[heard]), SELKIE_OK);
            assert_int_equal(count_lines(f, "> "), 0); /* nothing of it is answered */
        }
        assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
        assert_int_equal(score(f), cases[i].score);
        assert_int_equal(counted(f, nacks_missed), i < 4 || i == 8);
    }
}

/* Rules: P24.4, P6.2 */
static void a_probe_without_its_second_stage_or_of_before_says_nothing_of_helpers(void **state) {
    struct fixture *f = *state;
    probe(f, 8);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    hear(f, "nack 1 for B1 from C1@0");
    hear(f, "nack 1 for B1 from D1@0");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(score(f), 1);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_INCOMPLETE_PROBE_CYCLE);
    assert_int_equal(score(f), 1);
}

static bool encode_nothing_to_c(const struct selkie_codec *codec, struct selkie_writer *writer,
                                const struct selkie_header *header) {
    struct selkie_codec packed;
    selkie_codec_packed(&packed, codec->identity_size);
    return *(const char *)header->destination != 'C' && packed.encode_header(&packed, writer, header);
}

/* Rules: P24.4 */
static void who_could_not_be_asked_owes_nothing(void **state) {
    struct fixture *f = *state;
    f->codec.encode_header = encode_nothing_to_c;
    probe(f, 8);
    assert_int_equal(fire(f, TIMER_SEND_INDIRECT_PROBE), SELKIE_E_ENCODE);
    hear(f, "nack 1 for B1 from D1@0");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(counted(f, nacks_missed), 0);
}

/* Rules: P24.11, P4.7 */
static void a_nack_about_ourselves_is_an_error(void **state) {
    struct fixture *f = *state;
    probe(f, 8);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    hear(f, "nack 1 for B1 from C1@0");
    forget(f);
    assert_int_equal(hear(f, "nack 1 for A1 from D1@0"), SELKIE_E_INDIRECT_FOR_OURSELVES);
    expect(f, "= INDIRECT_FOR_OURSELVES");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(counted(f, nacks_missed), 1); /* and does not count */
}

/* Rules: P24.12, P9.2 */
static void without_nacks_in_the_codec_there_are_none(void **state) {
    struct fixture *f = *state;
    f->codec.can = SELKIE_CAN_LEFT;
    doubt(f, 8);
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "nack 1 for C1 from B1@0"), SELKIE_E_DECODE);
    assert_int_equal(hear(f, "ping-req 1 or nack for C1 from B1@0"), SELKIE_E_DECODE);
    expect(f, "= DECODE", "= DECODE");
    assert_int_equal(hear(f, "ping-req 1 for C1 from B1@0"), SELKIE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(the_score_stays_between_zero_and_its_most),
        test_of_one(the_score_stays_below_a_most_that_changes),
        test_of_one(who_has_no_doubts_has_a_score_of_zero),
        cmocka_unit_test(a_stretched_time_does_not_overflow),
        test_of_one(the_first_answer_makes_it_better_at_once_and_no_other_does),
        test_of_one(a_probe_that_fails_makes_it_worse_and_the_next_cycle_is_longer),
        test_of_one(whatever_submits_the_cycles_timer_goes_by_the_score),
        test_of_one(refuting_makes_it_worse),
        test_of_one(a_pause_makes_it_worse_by_one_for_each_whole_period),
        test_of_one(a_pause_ends_the_probe_and_nobody_is_suspected_for_it),
        test_of_one(a_nack_is_wanted_if_we_doubt_ourselves_and_the_codec_can_say_so),
        test_of_one(a_nack_is_wanted_only_if_it_can_be_back_before_the_cycle_ends),
        test_of_one(helpers_that_keep_silent_make_it_worse_once),
        test_of_one(a_probe_without_its_second_stage_or_of_before_says_nothing_of_helpers),
        test_of_one(who_could_not_be_asked_owes_nothing),
        test_of_one(a_nack_about_ourselves_is_an_error),
        test_of_one(without_nacks_in_the_codec_there_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
