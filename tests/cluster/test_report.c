/* What the report says, word for word: how a cluster stands, and what led to a violation; and how to have that again. */
#include "liar.h"

#include <stdlib.h>

enum { TEXT_MOST = 20000 };

/* All that was written to a temporary file, which is closed. */
static void take_text(FILE *file, char text[TEXT_MOST]) {
    rewind(file);
    text[fread(text, 1, TEXT_MOST - 1, file)] = '\0';
    fclose(file);
}

static void report_of(selkie_sim *sim, char text[TEXT_MOST]) {
    FILE *file = tmpfile();
    assert_non_null(file);
    selkie_sim_report(sim, file);
    take_text(file, text);
}

static void assert_says(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("does not say \"%s\":\n%s", part, text);
    }
}

/* ---- What is in force ---- */

static void nothing_is_in_force_but_the_link_from_all_to_all(void **state) {
    (void)state;
    char text[TEXT_MOST];
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 3));
    report_of(sim, text);
    assert_says(text, "  in force:\n"
                      "    link all > all: 1000 to 3000 us\n"
                      "    nothing else\n"
                      "  who sees whom");
    finish(sim);
}

static void what_goes_beyond_swim_is_told_if_it_is_on(void **state) {
    (void)state;
    char text[TEXT_MOST];
    struct selkie_config config = plain(3);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 3));
    report_of(sim, text);
    assert_says(text, "  beyond SWIM: awareness to 8, suspicion 6 times as long, less with 3 who agree, adapts to the "
                      "number of members\n");
    finish(sim);
    sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 3, .config = &config));
    report_of(sim, text);
    assert_null(strstr(text, "beyond SWIM"));
    finish(sim);
}

static void disturb(selkie_sim *sim) {
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(5));
    selkie_sim_set_link(sim, 0, 1,
                        SELKIE_SIM_LINK(.latency_us = 500, .duplicate_ppm = 7, .reorder_ppm = 9, .reorder_by_us = 80));
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, 2,
                        SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_us = 500, .latency_high_us = 900));
    selkie_sim_cut(sim, 0, 3);
    selkie_sim_put_on_side(sim, 1, 6);
    selkie_sim_isolate(sim, 4);
    selkie_sim_pause(sim, 2);
    selkie_sim_slow(sim, 2, 300);
    selkie_sim_clock(sim, 3, -50);
    selkie_sim_bandwidth(sim, 3, 1000, 100);
}

static void the_report_says_what_is_in_force(void **state) {
    (void)state;
    char text[TEXT_MOST];
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5));
    selkie_sim_start(sim, 2);
    disturb(sim);
    report_of(sim, text);
    assert_says(text, "  in force:\n"
                      "    link all > all: 1000 to 3000 us, 50000 ppm lost\n"
                      "    link m0 > m1: 500 us, 7 ppm twice, 9 ppm held back up to 80 us\n"
                      "    link all > m2: 500 us, 99 of 100 below 900 us\n"
                      "    cut: m0 > m3, m3 > m0\n"
                      "    not on side 0: m1 on side 6, m4 is isolated\n"
                      "    m2 is paused, takes 300 us for each event\n"
                      "    m3, its clock is 50 ppm slow, sends 1000 bytes a second\n"
                      "  who sees whom");
    finish(sim);
}

static void what_was_undone_is_not_in_force(void **state) {
    (void)state;
    char text[TEXT_MOST];
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5));
    selkie_sim_start(sim, 2);
    disturb(sim);
    selkie_sim_calm(sim);
    report_of(sim, text);
    assert_says(text, "    link all > all: 1000 to 3000 us\n    nothing else\n");
    finish(sim);
}

static void long_lists_are_cut_short(void **state) {
    (void)state;
    char text[TEXT_MOST];
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 20));
    selkie_sim_cut(sim, SELKIE_SIM_ALL, 0);
    selkie_sim_slow(sim, 0, 1);
    for (uint32_t member = 0; member < 20; member++) {
        selkie_sim_put_on_side(sim, member, 1);
        selkie_sim_clock(sim, member, 1);
        selkie_sim_set_link(sim, member, SELKIE_SIM_ALL, SELKIE_SIM_LINK(.latency_us = 1));
    }
    report_of(sim, text);
    assert_says(text, "m0 > m12 and 26 more\n");
    assert_says(text, "m11 on side 1 and 8 more\n");
    assert_says(text, "link m11 > all: 1 us\n    and 8 more links\n");
    assert_says(text, "m11, its clock is 1 ppm fast\n    and 8 more members that are disturbed\n");
    finish(sim);
}

/* ---- A violation ---- */

struct story {
    struct selkie_sim_violation first;
    unsigned found;
    FILE *trace;
};

static void keep_first(void *ctx, const struct selkie_sim_violation *violation) {
    struct story *story = ctx;
    if (story->found++ == 0) {
        story->first = *violation;
    }
}

static void trace_from_here(selkie_sim *sim, void *ctx) {
    const struct story *story = ctx;
    selkie_sim_trace(sim, story->trace);
}

/* Member 2 leaves, and member 1 tells member 0 that it is Alive. */
static selkie_sim *play(struct story *story, uint64_t seed, uint64_t trace_from_us) {
    struct selkie_config config = plain(3);
    struct selkie_sim_options options = *SELKIE_SIM_OPTIONS(.members = 3, .seed = seed, .config = &config);
    options.link = SELKIE_SIM_LINK(.latency_us = SELKIE_MS(2));
    options.ctx = story;
    options.violated = keep_first;
    liar_lies(&options, LIE_DOWN_IS_ALIVE);
    selkie_sim *sim = selkie_sim_new(&options);
    if (story->trace != NULL) {
        selkie_sim_at(sim, trace_from_us, trace_from_here, story);
    }
    selkie_sim_form(sim);
    selkie_sim_run(sim, SELKIE_MS(500));
    selkie_sim_leave(sim, 2);
    selkie_sim_run(sim, SELKIE_S(3));
    return sim;
}

static const char expected[] =
    "cluster of 3, seed 7, at     3.704000 s\n"
    "  config: probes every 1000000 us, rtt 500000, down after 4000000, 3 helpers, 2 "
    "transmissions, gossip every 200000, tells the down\n"
    "  packets 26 lost 0 cut 0 duplicated 0 unheard 0\n"
    "  ups 6 downs 2 renames 0 rejoins 0 errors 0\n"
    "  in force:\n"
    "    link all > all: 2000 us\n"
    "    nothing else\n"
    "  who sees whom (A alive, s suspect, D down, f a former identity, . unknown):\n"
    "  m0    \\AD  connected, 1 active of 2, m0.0001 incarnation 0\n"
    "  m1    A\\D  connected, 1 active of 2, m1.0001 incarnation 0\n"
    "  m2    AA\\  undead, 2 active of 2, m2.0001 incarnation 0\n"
    "  TABLE: an engine's table does not agree with its notifications\n"
    "  at     0.804000 s, m1 about m2: told others of a member what it does not hold itself\n"
    "  and 1 more after it\n"
    "  what led to it (the last of those whom it is about, and the last of all):\n"
    "     0.000000  start m0\n"
    "     0.000000  start m1\n"
    "     0.000000  join m1 via m0\n"
    "     0.000000  m1.0001 > m0.0001  announce\n"
    "     0.000000  start m2\n"
    "     0.000000  join m2 via m0\n"
    "     0.000000  m2.0001 > m0.0001  announce\n"
    "     0.002000  m0 < m1  announce after 2000 us\n"
    "     0.002000  m0.0001  member-up m1.0001 alive 0\n"
    "     0.002000  m0.0001 > m1.0001  feed\n"
    "     0.002000  m0 < m2  announce after 2000 us\n"
    "     0.002000  m0.0001  member-up m2.0001 alive 0\n"
    "     0.002000  m0.0001 > m2.0001  feed: m1.0001 alive 0\n"
    "     0.004000  m1 < m0  feed after 2000 us\n"
    "     0.004000  m1.0001  member-up m0.0001 alive 0\n"
    "     0.004000  m1.0001  active\n"
    "     0.004000  m2 < m0  feed after 2000 us\n"
    "     0.004000  m2.0001  member-up m0.0001 alive 0\n"
    "     0.004000  m2.0001  member-up m1.0001 alive 0\n"
    "     0.004000  m2.0001  active\n"
    "     0.202000  m0.0001 > m1.0001  gossip: m1.0001 alive 0, m2.0001 alive 0\n"
    "     0.202000  m0.0001 > m2.0001  gossip: m1.0001 alive 0, m2.0001 alive 0\n"
    "     0.204000  m1 < m0  gossip after 2000 us\n"
    "     0.204000  m1.0001  member-up m2.0001 alive 0\n"
    "     0.204000  m2 < m0  gossip after 2000 us\n"
    "     0.204000  m1.0001 > m2.0001  gossip: m0.0001 alive 0, m2.0001 alive 0\n"
    "     0.204000  m1.0001 > m0.0001  gossip: m0.0001 alive 0, m2.0001 alive 0\n"
    "     0.204000  m2.0001 > m1.0001  gossip: m0.0001 alive 0, m1.0001 alive 0\n"
    "     0.204000  m2.0001 > m0.0001  gossip: m0.0001 alive 0, m1.0001 alive 0\n"
    "     0.206000  m2 < m1  gossip after 2000 us\n"
    "     0.206000  m0 < m1  gossip after 2000 us\n"
    "     0.206000  m1 < m2  gossip after 2000 us\n"
    "     0.206000  m0 < m2  gossip after 2000 us\n"
    "     0.704000  leave m2\n"
    "     0.704000  m2.0001 > m1.0001  gossip: m2.0001 down 0 left\n"
    "     0.704000  m2.0001 > m0.0001  gossip: m2.0001 down 0 left\n"
    "     0.704000  m2.0001  defunct\n"
    "     0.706000  m1 < m2  gossip after 2000 us\n"
    "     0.706000  m1.0001  member-down m2.0001 down 0 left\n"
    "     0.706000  m0 < m2  gossip after 2000 us\n"
    "     0.706000  m0.0001  member-down m2.0001 down 0 left\n"
    "     0.802000  m0.0001 > m1.0001  gossip: m2.0001 down 0 left\n"
    "     0.804000  m1 < m0  gossip after 2000 us\n"
    "     0.804000  m1.0001 > m0.0001  gossip: m2.0001 alive 0\n"
    "  to have it again: make the same calls with seed 7; selkie_sim_trace(sim, stderr) from 0 "
    "us on shows all packets\n";

static void a_violation_is_reported_with_what_led_to_it_and_how_to_have_it_again(void **state) {
    (void)state;
    struct story story = {.found = 0};
    char text[TEXT_MOST];
    selkie_sim *sim = play(&story, 7, 0);
    report_of(sim, text);
    selkie_sim_free(sim);
    assert_string_equal(text, expected);
}

static void the_report_says_how_its_program_can_have_it_again(void **state) {
    (void)state;
    struct story story = {.found = 0};
    struct selkie_sim_options options = *SELKIE_SIM_OPTIONS(.members = 3, .replay = "swarm --seed 17");
    char text[TEXT_MOST];
    options.ctx = &story;
    options.violated = keep_first;
    liar_lies(&options, LIE_NO_ACTIVE);
    selkie_sim *sim = selkie_sim_new(&options);
    selkie_sim_form(sim);
    report_of(sim, text);
    assert_int_equal(story.first.check, SELKIE_SIM_CHECK_NEWS);
    assert_says(text, "  to have it again: swarm --seed 17\n");
    selkie_sim_free(sim);
}

/* ---- Having it again ---- */

/* The time of a line of the trace. */
static uint64_t time_of(const char *line) {
    char *point;
    uint64_t seconds = strtoull(line, &point, 10);
    assert_int_equal(*point, '.');
    return SELKIE_S(seconds) + strtoull(point + 1, NULL, 10);
}

/* Is each line of the evidence that is not older than that in the trace too? How many those are. */
static unsigned count_evidence(char *report, const char *trace, uint64_t from_us) {
    unsigned count = 0;
    char *line = strstr(report, "what led to it"), *end = strstr(report, "  to have it again");
    assert_true(line != NULL && end != NULL);
    for (line = strchr(line, '\n') + 1; line < end;) {
        char *next = strchr(line, '\n');
        *next = '\0';
        if (time_of(line) >= from_us) {
            assert_says(trace, line);
            count++;
        }
        line = next + 1;
    }
    return count;
}

static void the_same_calls_with_the_same_seed_have_it_again_and_can_be_traced_from_any_time(void **state) {
    (void)state;
    struct story story = {.found = 0}, again = {.trace = tmpfile()};
    static char report[TEXT_MOST], trace[TEXT_MOST];
    selkie_sim *sim = play(&story, scenario_seed(), 0);
    uint64_t hash = selkie_sim_hash(sim);
    report_of(sim, report);
    selkie_sim_free(sim);

    assert_non_null(again.trace);
    uint64_t from_us = story.first.time_us - SELKIE_MS(100);
    sim = play(&again, scenario_seed(), from_us);
    assert_true(selkie_sim_hash(sim) == hash);
    assert_int_equal(again.found, story.found);
    assert_int_equal(again.first.check, story.first.check);
    assert_int_equal(again.first.time_us, story.first.time_us);
    assert_int_equal(again.first.member, story.first.member);
    selkie_sim_free(sim);
    take_text(again.trace, trace);
    assert_true(time_of(trace) >= from_us);
    assert_true(count_evidence(report, trace, from_us) >= 3);
}

SCENARIOS(cmocka_unit_test(what_goes_beyond_swim_is_told_if_it_is_on),
          cmocka_unit_test(nothing_is_in_force_but_the_link_from_all_to_all),
          cmocka_unit_test(the_report_says_what_is_in_force), cmocka_unit_test(what_was_undone_is_not_in_force),
          cmocka_unit_test(long_lists_are_cut_short),
          cmocka_unit_test(a_violation_is_reported_with_what_led_to_it_and_how_to_have_it_again),
          cmocka_unit_test(the_report_says_how_its_program_can_have_it_again),
          cmocka_unit_test(the_same_calls_with_the_same_seed_have_it_again_and_can_be_traced_from_any_time))
