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

/* The flags that ask for it again; to be freed. */
static char *flags_of(const struct scenario *scenario, const struct sweep *sweep) {
    char *flags = NULL;
    size_t size;
    FILE *file = open_memstream(&flags, &size);
    if (file != NULL) {
        directives_print_flags(file, scenario, sweep);
        fclose(file);
    }
    return flags != NULL ? flags : memory_copy("");
}

static bool open_pictures(struct request *request) {
    struct complaint complaint = {.text = ""};
    bool good = pictures_open(&request->pictures, &complaint);
    if (!good) {
        fprintf(stderr, "selkie sim: %s\n", complaint.text);
    }
    return good;
}

static bool close_pictures(struct request *request) {
    struct complaint complaint = {.text = ""};
    bool good = pictures_close(&request->pictures, &complaint);
    if (!good) {
        fprintf(stderr, "selkie sim: %s\n", complaint.text);
    }
    return good;
}

static void write_result(const struct request *request, struct result *result) {
    char *flags = flags_of(&result->scenario, &request->sweep);
    if (request->json) {
        json_write_result(stdout, result);
    } else {
        report_result(stdout, result);
    }
    pictures_write_run(&request->pictures, result, flags);
    free(flags);
}

static int run_one(const struct request *request) {
    struct progress progress;
    struct result *result = memory_zeroed(1, sizeof *result);
    struct scenario *scenario = memory_zeroed(1, sizeof *scenario);
    struct complaint complaint = {.text = ""};
    bool good = sweep_scenario(&request->sweep, &request->scenario, 0, scenario, &complaint);
    if (good) {
        progress_begin(&progress, request->progress, request->quiet);
        run_scenario(scenario, result, progress_time, &progress);
        progress_end(&progress);
        write_result(request, result);
    }
    bool violated = result->violations > 0;
    result_free(result);
    free(result);
    free(scenario);
    return !good || !output_is_written() ? EXIT_FAILED : violated ? EXIT_VIOLATED : EXIT_GOOD;
}

static void write_outcome(const struct request *request, struct outcome *outcome) {
    char *flags = flags_of(&request->scenario, &request->sweep);
    if (request->json) {
        json_write_outcome(stdout, &request->scenario, outcome);
    } else {
        report_outcome(stdout, &request->scenario, outcome);
    }
    pictures_write_sweep(&request->pictures, outcome, flags);
    free(flags);
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
    struct complaint complaint = {.text = ""};
    progress_begin(&progress, request->progress, request->quiet);
    bool good = sweep_run(&request->sweep, &request->scenario, request->jobs > 0 ? request->jobs : cores(), &outcome,
                          progress_runs, &progress, &complaint);
    progress_end(&progress);
    if (!good) {
        fprintf(stderr, "selkie sim: %s\n", complaint.text);
    } else {
        write_outcome(request, &outcome);
    }
    bool violated = good && outcome_violated(&outcome);
    sweep_free(&outcome);
    return !good || !output_is_written() ? EXIT_FAILED : violated ? EXIT_VIOLATED : EXIT_GOOD;
}

static int do_it(struct request *request) {
    if (request->help) {
        help_sim(stdout);
        return output_is_written() ? EXIT_GOOD : EXIT_FAILED;
    }
    if (request->print) {
        directives_print(stdout, &request->scenario, &request->sweep);
        return output_is_written() ? EXIT_GOOD : EXIT_FAILED;
    }
    int code = EXIT_FAILED;
    if (open_pictures(request)) {
        code = request_is_sweep(request) ? run_many(request) : run_one(request);
    }
    return close_pictures(request) ? code : EXIT_FAILED;
}

int sim_main(int argc, char **argv) {
    struct request *request = memory_zeroed(1, sizeof *request);
    struct complaint complaint = {.text = ""};
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
