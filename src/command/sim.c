#include "command/sim.h"

#include "command/directives.h"
#include "command/help.h"
#include "command/json.h"
#include "command/memory.h"
#include "command/output.h"
#include "command/progress.h"
#include "command/report.h"
#include "command/request.h"
#include "command/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int run_one(const struct request *request) {
    struct progress progress;
    struct result *result = memory_zeroed(1, sizeof *result);
    struct scenario *scenario = memory_zeroed(1, sizeof *scenario);
    struct complaint complaint;
    bool good = sweep_scenario(&request->sweep, &request->scenario, 0, scenario, &complaint);
    if (good) {
        progress_begin(&progress, request->progress, request->quiet);
        run_scenario(scenario, result, progress_time, &progress);
        progress_end(&progress);
        if (request->json) {
            json_write_result(stdout, result);
        } else {
            report_result(stdout, result);
        }
    }
    bool violated = result->violations > 0;
    result_free(result);
    free(result);
    free(scenario);
    return !good || !output_is_written() ? EXIT_FAILED : violated ? EXIT_VIOLATED : EXIT_GOOD;
}

static uint32_t cores(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 && count < 4096 ? (uint32_t)count : 1;
}

static bool outcome_violated(const struct outcome *outcome) {
    for (uint32_t point = 0; point < outcome->count; point++) {
        if (outcome->points[point].summary.violations > 0) {
            return true;
        }
    }
    return false;
}

static int run_many(const struct request *request) {
    struct progress progress;
    struct outcome outcome;
    struct complaint complaint;
    progress_begin(&progress, request->progress, request->quiet);
    bool good = sweep_run(&request->sweep, &request->scenario, request->jobs > 0 ? request->jobs : cores(), &outcome,
                          progress_runs, &progress, &complaint);
    progress_end(&progress);
    if (!good) {
        fprintf(stderr, "selkie sim: %s\n", complaint.text);
    } else if (request->json) {
        json_write_outcome(stdout, &request->scenario, &outcome);
    } else {
        report_outcome(stdout, &request->scenario, &outcome);
    }
    bool violated = good && outcome_violated(&outcome);
    sweep_free(&outcome);
    return !good || !output_is_written() ? EXIT_FAILED : violated ? EXIT_VIOLATED : EXIT_GOOD;
}

static int do_it(const struct request *request) {
    if (request->help) {
        help_sim(stdout);
        return output_is_written() ? EXIT_GOOD : EXIT_FAILED;
    }
    if (request->print) {
        directives_print(stdout, &request->scenario, &request->sweep);
        return output_is_written() ? EXIT_GOOD : EXIT_FAILED;
    }
    return request_is_sweep(request) ? run_many(request) : run_one(request);
}

int sim_main(int argc, char **argv) {
    struct request *request = memory_zeroed(1, sizeof *request);
    struct complaint complaint;
    int code = EXIT_ASKED;
    if (request_read(request, argc, argv, &complaint)) {
        code = do_it(request);
    } else {
        fprintf(stderr, "selkie sim: %s\n", complaint.text);
    }
    request_free(request);
    free(request);
    return code;
}
