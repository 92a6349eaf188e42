/* A scenario as a file, and back. */
#define _POSIX_C_SOURCE 200809L

#include "command/axes.h"
#include "command/directives.h"
#include "command/memory.h"

#include "asking.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char *printed(const struct scenario *scenario, const struct sweep *sweep) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    directives_print(out, scenario, sweep);
    fclose(out);
    return text;
}

static bool read_text(const char *text, struct scenario *scenario, struct sweep *sweep, struct complaint *complaint) {
    char path[] = "/tmp/selkie-script-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    scenario_init(scenario);
    memset(sweep, 0, sizeof *sweep);
    bool good = directives_read_file(path, scenario, sweep, complaint);
    unlink(path);
    char *at = strstr(complaint->text, path); /* its name is another one each time */
    if (!good && at == complaint->text) {
        memmove(complaint->text, complaint->text + strlen(path), strlen(complaint->text) - strlen(path) + 1);
    }
    return good;
}

/* Field by field, for there are bytes between them. What an event prints is all that it is: test_request.c. */
static void expect_same(const struct scenario *a, const struct scenario *b) {
    assert_int_equal(a->members, b->members);
    assert_int_equal(a->duration_us, b->duration_us);
    assert_int_equal(a->seed, b->seed);
    assert_int_equal(a->until_agreed, b->until_agreed);
    assert_int_equal(a->join, b->join);
    assert_int_equal(a->join_wait_us, b->join_wait_us);
    assert_int_equal(a->preset, b->preset);
    assert_memory_equal(a->values, b->values, sizeof a->values);
    assert_memory_equal(a->is_set, b->is_set, sizeof a->is_set);
    assert_int_equal(a->link.latency, b->link.latency);
    assert_int_equal(a->link.latency_us, b->link.latency_us);
    assert_int_equal(a->link.latency_high_us, b->link.latency_high_us);
    assert_int_equal(a->link.loss_ppm, b->link.loss_ppm);
    assert_int_equal(a->link.duplicate_ppm, b->link.duplicate_ppm);
    assert_int_equal(a->link.reorder_ppm, b->link.reorder_ppm);
    assert_int_equal(a->link.reorder_by_us, b->link.reorder_by_us);
    assert_int_equal(a->inbox_packets, b->inbox_packets);
    assert_int_equal(a->checks, b->checks);
    assert_int_equal(a->group_count, b->group_count);
    assert_int_equal(a->event_count, b->event_count);
}

static void expect_round_trip(const char *flags) {
    struct request request;
    struct scenario scenario;
    struct sweep sweep;
    struct complaint complaint = {""};
    assert_true(ask(&request, flags, &complaint));
    char *once = printed(&request.scenario, &request.sweep);
    if (!read_text(once, &scenario, &sweep, &complaint)) {
        fail_msg("%s: %s", once, complaint.text);
    }
    if (sweep.seed_count == 0) {
        expect_same(&scenario, &request.scenario);
    }
    char *twice = printed(&scenario, &sweep);
    assert_string_equal(once, twice);
    free(once);
    free(twice);
    axes_free(&sweep);
    request_free(&request);
}

static void a_scenario_is_written_as_it_is_read(void **state) {
    (void)state;
    expect_round_trip("");
    expect_round_trip(
        "--members 1000 --duration 90s --seed 18 --preset wan-plain --until agreed --inbox 5 --renew no --checks");
    expect_round_trip("--join aligned --latency 5ms --loss 0.02% --duplicate 1% --reorder 5%:20ms");
    expect_round_trip("--join together@10s --latency lognormal:40ms..300ms");
    expect_round_trip("--join sequential --latency 1ms..1ms");
    expect_round_trip(
        "--group sick=5% --group well=m3-9 --crash 10@20s --pause sick@1s,for=8192ms,gap=64ms,until=50s "
        "--leave well@2s,for=5s --restart all@3s,stagger=100ms --slow 1@4s,by=150ms "
        "--clock 1@4s,by=-2.5% --isolate m7@5s,for=1s --deaf 2@6s --mute 2@7s "
        "--cut sick@8s,with=well,oneway=yes --split m0-4@9s --lossy 3@9s,by=80%,side=receive "
        "--block sick@9s,for=2s,gap=1s --bandwidth 1@10s,by=20kB,queue=1MB --heal @40s --pause 1@3s,for=3s,wake=yes");
    expect_round_trip("--seeds 1..10,17,20..21 --crash 3@2s --sweep crash.who=1,2,4 --sweep probe_period=700ms,1s");
    expect_round_trip("--set probe_period=2s --set suspects_hear_first=no --set periodic_gossip.every=0 "
                      "--set broadcast_share_percent=10 --set suspect_to_down_after=10.54s --set max_packet_size=512");
}

static void blanks_and_comments_mean_nothing(void **state) {
    struct scenario scenario;
    struct sweep sweep;
    struct complaint complaint = {""};
    (void)state;
    assert_true(
        read_text("# a scenario\n\n  members   12  # a dozen\r\n\tcrash\t1@2s\nchecks", &scenario, &sweep, &complaint));
    assert_int_equal(scenario.members, 12);
    assert_int_equal(scenario.event_count, 1);
    assert_true(scenario.checks);
}

static void expect_complaint(const char *text, const char *wanted) {
    struct scenario scenario;
    struct sweep sweep;
    struct complaint complaint = {""};
    assert_false(read_text(text, &scenario, &sweep, &complaint));
    assert_string_equal(complaint.text, wanted);
    axes_free(&sweep);
}

static void what_is_wrong_is_told_with_its_line(void **state) {
    (void)state;
    expect_complaint("members 10\n\ncrsh 1@2s\n", ":3: there is no directive \"crsh\", did you mean crash?");
    expect_complaint("bla 1\n", ":1: there is no directive \"bla\": see `selkie help sim`");
    expect_complaint("members\n", ":1: members: N is expected behind it");
    expect_complaint("checks yes\n", ":1: checks: nothing is expected behind it");
    expect_complaint("# one\nmembers x", ":2: members: \"x\" is no whole number from 1 to 65535");
    expect_complaint("crash sick@2s",
                     ":1: crash: \"sick\" names no members: a number (10), a share (5%), m7, m3-9, all, "
                     "or a group that was defined before is expected");
    expect_complaint("--members 3", ":1: there is no directive \"--members\", did you mean members?");
    expect_complaint("json", ":1: there is no directive \"json\", did you mean join?");
}

static void a_file_that_is_not_there_is_named(void **state) {
    struct scenario scenario;
    struct sweep sweep = {.axis_count = 0};
    struct complaint complaint;
    (void)state;
    scenario_init(&scenario);
    assert_false(directives_read_file("/nowhere/at/all", &scenario, &sweep, &complaint));
    assert_string_equal(complaint.text, "/nowhere/at/all: No such file or directory");
    assert_false(directives_read_file("/", &scenario, &sweep, &complaint));
    assert_string_equal(complaint.text, "/: Is a directory");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_is_written_as_it_is_read), cmocka_unit_test(blanks_and_comments_mean_nothing),
        cmocka_unit_test(what_is_wrong_is_told_with_its_line), cmocka_unit_test(a_file_that_is_not_there_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
