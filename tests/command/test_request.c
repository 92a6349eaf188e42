/* What the user wants, as flags: what is wrong is named, and nothing does harm. */
#include "command/request.h"

#include "command/axes.h"
#include "command/directives.h"
#include "command/happen.h"

#include "asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect_complaint(const char *flags, const char *wanted) {
    struct request request;
    struct complaint complaint = {""};
    assert_false(ask(&request, flags, &complaint));
    assert_string_equal(complaint.text, wanted);
    request_free(&request);
}

/* What was wrong stands at its end, and has to be read whatever was given. */
static void a_long_value_hides_no_complaint(void **state) {
    char flags[1000] = "--members 5x";
    struct request request;
    struct complaint complaint = {""};
    (void)state;
    memset(flags + strlen(flags), 'x', sizeof flags - strlen(flags) - 1);
    assert_false(ask(&request, flags, &complaint));
    assert_memory_equal(complaint.text, "--members 5xxxx", 15);
    const char *end = " is no whole number from 1 to 65535";
    assert_string_equal(complaint.text + strlen(complaint.text) - strlen(end), end);
    request_free(&request);
}

static void what_is_wrong_is_named(void **state) {
    (void)state;
    expect_complaint("--crsh 1@2s", "there is no flag --crsh, did you mean --crash?");
    expect_complaint("--xyzzy", "there is no flag --xyzzy: see `selkie help sim`");
    expect_complaint("-x", "there is no flag -x: see `selkie help sim`");
    expect_complaint("--members", "--members: N is expected behind it");
    expect_complaint("--members 5k", "--members 5k: \"5k\" is no whole number from 1 to 65535");
    expect_complaint("--json=yes", "--json=yes: this flag takes no value");
    expect_complaint("--crash 1", "--crash 1: \"1\" says no time: WHO@TIME is expected, as 10@20s");
    expect_complaint("--crash 1@2s,for", "--crash 1@2s,for: \"for\" is no KEY=VALUE, as for=5s");
    expect_complaint("--crash 1@2s,by=3",
                     "--crash 1@2s,by=3: \"by\" is no part of a crash: there are for, gap, until, stagger");
    expect_complaint("--crash 1@70s", "crash 1@70s: at 70s the run of 60s is over");
    expect_complaint("--pause 1@2s,gap=3s",
                     "pause 1@2s,gap=3s: gap=TIME needs for=TIME: what does not end cannot come again");
    expect_complaint("--pause 1@2s,for=1s,until=3s",
                     "pause 1@2s,for=1s,until=3s: until=TIME needs gap=TIME: it comes but once");
    expect_complaint("--pause 1@9s,for=1s,gap=1s,until=9s",
                     "pause 1@9s,for=1s,gap=1s,until=9s: until 9s nothing of it happens: it begins at 9s");
    expect_complaint("--slow 1@2s", "slow 1@2s: it is not said by how much: by=AMOUNT is expected, as by=100ms");
    expect_complaint("--cut 1@2s", "cut 1@2s: it is not said from whom: with=WHO is expected, as with=m3-9");
    expect_complaint("--heal 1@2s", "--heal 1@2s: \"1\": a heal is about nobody in particular: @TIME is expected");
    expect_complaint("--about crsh", "--about crsh: \"crsh\" is no event: crash, leave, pause, ... are");
    expect_complaint("--about crash,", "--about crash,: \"\" is no event: crash, leave, pause, ... are");
    expect_complaint("--pause 1@2s,for=1s --about crash,pause", "about: there is no crash in this scenario");
    expect_complaint("--set probe_perod=2s", "--set probe_perod=2s: there is no setting \"probe_perod\", did you mean "
                                             "probe_period?: see `selkie help settings`");
    expect_complaint("--set probe_rtt=2s", "the configuration: probe_rtt_us is not below probe_period_us");
    expect_complaint("--latency 3ms..1ms",
                     "the network: of a uniform latency, the least (latency_us) is above the most "
                     "(latency_high_us)");
    expect_complaint("--jobs 0", "--jobs 0: \"0\" is no whole number from 1 to 4096");
    expect_complaint("--join now",
                     "--join now: \"now\" is none of acquainted, aligned, together, together@10s, sequential@5s");
    expect_complaint("--until never", "--until never: \"never\" is neither agreed nor end");
}

static void what_is_wrong_with_a_sweep_is_named(void **state) {
    (void)state;
    expect_complaint("--sweep probe_rtt=100ms,2s",
                     "probe_rtt=2s: the configuration: probe_rtt_us is not below probe_period_us");
    expect_complaint("--sweep crash.who=1,2", "--sweep crash.who=1: there is no crash in this scenario");
    expect_complaint("--crash 1@2s --sweep crash.whom=1",
                     "--sweep crash.whom=1: \"whom\" is no part of a crash: there are for, gap, until, stagger");
    expect_complaint("--crash 1@2s --sweep crash=1",
                     "--sweep crash=1: crash cannot be varied as a whole; parts of an event can: crash.who");
    expect_complaint("--sweep group.sick=1", "--sweep group.sick=1: there is no group \"sick\"");
    expect_complaint("--sweep seed=1,2", "--sweep seed=1: seeds are varied by --seeds 1..100");
    expect_complaint("--sweep members=3,,4",
                     "--sweep members=3,,4: a value is empty: NAME=VALUE,VALUE... is expected, as "
                     "probe_period=500ms,1s");
    expect_complaint("--sweep members",
                     "--sweep members: \"members\" varies nothing: NAME=VALUE,VALUE... is expected, as "
                     "probe_period=500ms,1s");
    expect_complaint("--seeds 5..1",
                     "--seeds 5..1: 1..100 or 1,2,7 is expected: seeds go from the lower to the higher one, "
                     "and are at most 1000000");
    expect_complaint(
        "--crash 3@2s --sweep members=10,3",
        "members=3: crash 3@2s: 3: of 3 members at most 2 can be drawn, for m0 never is: name it, or say all");
}

static void a_sweep_makes_the_cross_product_the_last_axis_turning_fastest(void **state) {
    struct request request;
    struct scenario scenario;
    struct complaint complaint = {""};
    (void)state;
    assert_true(ask(&request, "--crash 3@2s --sweep members=10,20 --sweep crash.who=1,2,3 --seeds 4..6", &complaint));
    assert_true(request_is_sweep(&request));
    assert_int_equal(axes_points(&request.sweep), 6);
    for (uint32_t point = 0; point < 6; point++) {
        assert_true(sweep_scenario(&request.sweep, &request.scenario, point, &scenario, &complaint));
        assert_int_equal(scenario.members, point < 3 ? 10 : 20);
        assert_int_equal(scenario.events[0].who.count, point % 3 + 1);
    }
    assert_int_equal(request.sweep.seed_count, 3);
    request_free(&request);
}

static void everything_by_name_can_be_varied(void **state) {
    static const char *const names[] = {
        "members=2,3",         "duration=9s,10s", "preset=lan,wan",        "latency=1ms,2ms..3ms",
        "loss=1%,2%",          "duplicate=0,1%",  "reorder=1%:2ms,2%:3ms", "join=aligned,sequential@1s",
        "inbox=1,2",           "renew=yes,no",    "probe_period=1s,2s",    "group.sick=1,m1",
        "pause.for=1s,2s",     "pause.gap=1s,2s", "pause.until=5s,6s",     "pause.who=1,all",
        "pause.at=1s,2s",      "slow.by=1ms,2ms", "lossy.by=1%,2%",        "lossy.side=send,both",
        "pause.stagger=1s,2s", "cut.with=m1,m0",  "pause.wake=yes,no",     "periodic_gossip.members=1,2"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char flags[300];
        struct request request;
        struct complaint complaint = {""};
        snprintf(flags, sizeof flags,
                 "--members 3 --group sick=1 --pause sick@1s,for=1s,gap=2s,until=5s --slow 1@1s,by=1ms "
                 "--lossy 1@1s,by=10%% --cut sick@1s,with=m0 --sweep %s",
                 names[i]);
        if (!ask(&request, flags, &complaint)) {
            fail_msg("%s: %s", names[i], complaint.text);
        }
        assert_int_equal(axes_points(&request.sweep), 2);
        request_free(&request);
    }
}

static void setting_what_the_engines_adapt_turns_that_off(void **state) {
    struct scenario *plain = asked(""), *fixed = asked("--set max_transmissions=5"),
                    *both = asked("--set suspect_to_down_after=3s --set adapt_multiplier=4");
    struct selkie_config config;
    (void)state;
    scenario_config(plain, &config);
    assert_int_equal(config.adapt_multiplier, 4);
    scenario_config(fixed, &config);
    assert_int_equal(config.adapt_multiplier, 0);
    assert_int_equal(config.max_transmissions, 5);
    scenario_config(both, &config);
    assert_int_equal(config.adapt_multiplier, 4);
    free(plain);
    free(fixed);
    free(both);
}

static void a_short_period_takes_the_time_for_an_answer_with_it(void **state) {
    struct scenario *shorter = asked("--set probe_period=500ms"), *longer = asked("--set probe_period=4s"),
                    *wan = asked("--preset wan --set probe_period=1s");
    struct selkie_config config;
    (void)state;
    scenario_config(shorter, &config);
    assert_int_equal(config.probe_rtt_us, SELKIE_MS(250)); /* half of it, as in lan */
    scenario_config(longer, &config);
    assert_int_equal(config.probe_rtt_us, SELKIE_MS(500)); /* as in lan */
    scenario_config(wan, &config);
    assert_int_equal(config.probe_rtt_us, SELKIE_MS(600)); /* three fifths */
    free(shorter);
    free(longer);
    free(wan);
    struct complaint complaint;
    struct request request;
    assert_false(ask(&request, "--set probe_period=500ms --set probe_rtt=500ms", &complaint));
    assert_string_equal(complaint.text, "the configuration: probe_rtt_us is not below probe_period_us");
}

/* ---- Junk ---- */

static uint32_t draw(uint64_t *random, uint32_t bound) {
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*random >> 33) % bound;
}

/* What looks like something: pieces of what is good, put together as it comes, and some of its letters changed. */
static void make_junk(uint64_t *random, char text[100]) {
    static const char *const pieces[] = {"10",        "@",       "20s", ",",          "for=",
                                         "gap=",      "5s",      "m7",  "-9",         "all",
                                         "=",         "%",       "by=", "..",         "1ms",
                                         "sick",      ":",       "-",   "0",          "99999999999999999999",
                                         "by",        "with=",   "yes", "side=send",  "until=",
                                         "stagger=",  "1.5",     "ppm", "lognormal:", "probe_period",
                                         "crash.who", "members", "kB",  ".",          "who="};
    text[0] = '\0';
    for (uint32_t left = draw(random, 8); left > 0; left--) {
        const char *piece = pieces[draw(random, sizeof pieces / sizeof *pieces)];
        if (strlen(text) + strlen(piece) < 99) {
            strcat(text, piece);
        }
    }
    size_t length = strlen(text);
    if (length > 0 && draw(random, 4) == 0) {
        text[draw(random, (uint32_t)length)] = (char)(1 + draw(random, 255));
    }
}

/* Whatever is taken makes a scenario that prints, reads and checks; whatever is not has a complaint. */
static void junk_is_refused_or_makes_sense(void **state) {
    uint64_t random = 7;
    unsigned taken = 0;
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        struct scenario scenario;
        struct sweep sweep = {.axis_count = 0};
        struct complaint complaint = {""};
        char text[100];
        scenario_init(&scenario);
        directives_take(directives_find("group"), &scenario, &sweep, "sick=3", &complaint);
        make_junk(&random, text);
        unsigned directive = draw(&random, directives_count);
        bool good = directives_take(directive, &scenario, &sweep, text, &complaint);
        taken += good;
        assert_true(good || *complaint.text != '\0');
        if (good && scenario.event_count > 0) {
            char printed[HAPPEN_TEXT_MOST], again[HAPPEN_TEXT_MOST];
            happen_print(printed, &scenario, &scenario.events[0]);
            assert_true(happen_read(&scenario, scenario.events[0].kind, printed, &complaint));
            assert_string_equal(happen_print(again, &scenario, &scenario.events[1]), printed);
        }
        scenario_check(&scenario, &complaint);
        axes_free(&sweep);
    }
    assert_in_range(taken, 2000, 150000); /* or this tries nothing */
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_long_value_hides_no_complaint),
                                       cmocka_unit_test(what_is_wrong_is_named),
                                       cmocka_unit_test(what_is_wrong_with_a_sweep_is_named),
                                       cmocka_unit_test(a_sweep_makes_the_cross_product_the_last_axis_turning_fastest),
                                       cmocka_unit_test(everything_by_name_can_be_varied),
                                       cmocka_unit_test(setting_what_the_engines_adapt_turns_that_off),
                                       cmocka_unit_test(a_short_period_takes_the_time_for_an_answer_with_it),
                                       cmocka_unit_test(junk_is_refused_or_makes_sense)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
