/* Many runs. */
#include "command/sweep.h"

#include "command/axes.h"
#include "command/memory.h"
#include "command/pipe.h"
#include "command/run.h"

#include "asking.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct request *asked_sweep(const char *flags) {
    struct request *request = memory_zeroed(1, sizeof *request);
    struct complaint complaint = {""};
    if (!ask(request, flags, &complaint)) {
        fail_msg("%s: %s", flags, complaint.text);
    }
    return request;
}

static void expect_same(struct summary *a, struct summary *b) {
    assert_int_equal(a->runs, b->runs);
    assert_int_equal(a->runs_agreed, b->runs_agreed);
    assert_int_equal(a->subjects, b->subjects);
    assert_int_equal(a->observers, b->observers);
    assert_int_equal(a->informed, b->informed);
    assert_int_equal(a->packets, b->packets);
    assert_memory_equal(a->packets_of, b->packets_of, sizeof a->packets_of);
    assert_memory_equal(a->curves, b->curves, sizeof a->curves);
    assert_memory_equal(&a->counters, &b->counters, sizeof a->counters);
    for (unsigned sample = 0; sample < SUMMARY_SAMPLE_COUNT; sample++) {
        assert_int_equal(a->samples[sample].count, b->samples[sample].count);
        assert_memory_equal(a->samples[sample].values, b->samples[sample].values,
                            a->samples[sample].count * sizeof(double));
    }
    assert_int_equal(a->series.count, b->series.count);
    assert_memory_equal(a->series.buckets, b->series.buckets, a->series.count * sizeof *a->series.buckets);
}

static void a_point_is_what_its_runs_are_together(void **state) {
    struct request *request = asked_sweep("--members 10 --crash 2@2s --duration 15s --seeds 3..6");
    struct summary *wanted = memory_zeroed(1, sizeof *wanted);
    struct outcome outcome;
    struct complaint complaint = {""};
    (void)state;
    for (unsigned seed = 3; seed <= 6; seed++) {
        char flags[100];
        snprintf(flags, sizeof flags, "--members 10 --crash 2@2s --duration 15s --seed %u", seed);
        struct result *result = ran(flags);
        summary_add_result(wanted, result);
        done(result);
    }
    assert_true(sweep_run(&request->sweep, &request->scenario, 3, &outcome, NULL, NULL, &complaint));
    assert_int_equal(outcome.count, 1);
    expect_same(&outcome.points[0].summary, wanted);
    assert_int_equal(wanted->subjects, 8);
    assert_int_equal(wanted->samples[SAMPLE_first_down].count, 8);
    assert_int_equal(wanted->samples[SAMPLE_sent_bytes].count, 40);
    assert_int_equal(wanted->samples[SAMPLE_sizes].count, 4);
    sweep_free(&outcome);
    summary_free(wanted);
    free(wanted);
    request_free(request);
    free(request);
}

static void how_many_run_at_once_makes_no_difference(void **state) {
    struct request *request = asked_sweep(
        "--members 10 --loss 10% --crash 2@2s --duration 10s --seeds 1..5 --sweep members=5,20 --sweep loss=0,20%");
    struct outcome one, many;
    struct complaint complaint = {""};
    (void)state;
    assert_true(sweep_run(&request->sweep, &request->scenario, 1, &one, NULL, NULL, &complaint));
    assert_true(sweep_run(&request->sweep, &request->scenario, 7, &many, NULL, NULL, &complaint));
    assert_int_equal(one.count, 4);
    for (uint32_t point = 0; point < 4; point++) {
        expect_same(&one.points[point].summary, &many.points[point].summary);
        assert_int_equal(one.points[point].scenario.members, point < 2 ? 5 : 20);
        assert_int_equal(one.points[point].scenario.link.loss_ppm, point % 2 == 0 ? 0 : 200000);
    }
    assert_true(one.points[0].summary.packets != one.points[1].summary.packets);
    sweep_free(&one);
    sweep_free(&many);
    request_free(request);
    free(request);
}

/* ---- Summaries ---- */

static void a_summary_passes_through_a_pipe_whole_or_not_at_all(void **state) {
    struct result *result = ran("--members 6 --crash 1@2s --duration 10s");
    struct summary *sent = memory_zeroed(1, sizeof *sent), *got = memory_zeroed(1, sizeof *got);
    static unsigned char bytes[65536];
    int ends[2];
    (void)state;
    summary_add_result(sent, result);
    assert_int_equal(pipe(ends), 0);
    assert_true(pipe_write_summary(ends[1], sent));
    close(ends[1]);
    ssize_t size = read(ends[0], bytes, sizeof bytes);
    close(ends[0]);
    assert_in_range(size, sizeof *sent, sizeof bytes - 1);
    assert_true(pipe_take_summary(bytes, (size_t)size, got));
    expect_same(sent, got);
    summary_free(got);
    for (size_t less = 0; less < (size_t)size; less += 97) {
        assert_false(pipe_take_summary(bytes, less, got));
    }
    assert_false(pipe_take_summary(bytes, (size_t)size + 1, got));
    summary_free(sent);
    free(sent);
    free(got);
    done(result);
}

/* A bin ends where the next begins, and the share at the end of the bin of the last one is that of all who knew. */
static void a_curve_says_how_many_knew_by_when(void **state) {
    struct result *result = ran("--members 20 --crash 1@2s --duration 30s");
    struct summary *summary = memory_zeroed(1, sizeof *summary);
    const struct subject *subject = &result->subjects[0];
    (void)state;
    summary_add_result(summary, result);
    const struct curve *curve = &summary->curves[CURVE_DOWN];
    assert_int_equal(curve->pairs, 19);
    for (unsigned bin = 0; bin < CURVE_BINS; bin++) {
        uint32_t knew = 0;
        while (knew < subject->down.known && (double)subject->down.times_us[knew] < curve_end_us(bin)) {
            knew++;
        }
        assert_true(fabs(curve_share(curve, bin) - knew / 19.0) < 1e-9);
    }
    uint32_t late = 0; /* of those, how many knew more than a bin later than the first one */
    for (uint32_t i = 0; i < subject->down.known; i++) {
        late += (double)(subject->down.times_us[i] - subject->down.first_us) >= curve_end_us(0);
    }
    assert_true(summary->curves[CURVE_DOWN_SPREAD].count[0] == 19 - late);
    assert_true(fabs(curve_share(&summary->curves[CURVE_DOWN_SPREAD], CURVE_BINS - 1) - 1) < 1e-9);
    assert_true(fabs(curve_end_us(0) / CURVE_FROM_US - exp2(1.0 / 16)) < 1e-9);
    summary_free(summary);
    free(summary);
    done(result);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_point_is_what_its_runs_are_together),
                                       cmocka_unit_test(how_many_run_at_once_makes_no_difference),
                                       cmocka_unit_test(a_summary_passes_through_a_pipe_whole_or_not_at_all),
                                       cmocka_unit_test(a_curve_says_how_many_knew_by_when)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
