#include "command/sweep.h"

#include "command/axes.h"
#include "command/directives.h"
#include "command/memory.h"
#include "command/pipe.h"
#include "command/run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Points ---- */

/* " with probe_period=1s, crash.who=10" */
static void name_point(const struct sweep *sweep, const uint32_t at[AXES_MOST], char *text, size_t size) {
    text[0] = '\0';
    for (uint32_t axis = 0; axis < sweep->axis_count; axis++) {
        size_t length = strlen(text);
        snprintf(text + length, size - length, "%s%s=%s", axis == 0 ? "" : ", ", sweep->axes[axis].name,
                 sweep->axes[axis].values[at[axis]]);
    }
}

bool sweep_scenario(const struct sweep *sweep, const struct scenario *base, uint32_t point, struct scenario *scenario,
                    struct complaint *complaint) {
    uint32_t at[AXES_MOST];
    char name[200];
    *scenario = *base;
    axes_place(sweep, point, at);
    for (uint32_t axis = 0; axis < sweep->axis_count; axis++) {
        const struct axis *varied = &sweep->axes[axis];
        if (!directives_change(scenario, varied->name, varied->values[at[axis]], complaint)) {
            complain_of(complaint, "--sweep %s=%s: ", varied->name, varied->values[at[axis]]);
            return false;
        }
    }
    if (!scenario_check(scenario, complaint)) {
        name_point(sweep, at, name, sizeof name);
        complain_of(complaint, "%s%s", name, *name != '\0' ? ": " : "");
        return false;
    }
    return true;
}

/* ---- Runs ---- */

/* One process. What it writes is read as it comes, and taken apart when it has ended. */
struct worker {
    pid_t pid;
    int in;
    uint32_t run;
    unsigned char *bytes;
    size_t count, room;
};

struct crew {
    const struct sweep *sweep;
    struct outcome *outcome;
    struct worker *workers;
    struct pollfd *polled;
    uint32_t working, most;
    uint32_t runs, next, done, merged;
    uint32_t seeds;
    struct summary **summaries; /* of runs that are done, but not those before them: they are merged in their order */
    struct complaint *complaint;
    bool failed;
};

static uint64_t seed_of(const struct crew *crew, uint32_t run) {
    const struct point *point = &crew->outcome->points[run / crew->seeds];
    return crew->sweep->seed_count > 0 ? crew->sweep->seeds[run % crew->seeds] : point->scenario.seed;
}

/* In the process of a worker. */
static _Noreturn void work(const struct crew *crew, uint32_t run, int out) {
    struct scenario scenario = crew->outcome->points[run / crew->seeds].scenario;
    struct result *result = memory_zeroed(1, sizeof *result);
    struct summary *summary = memory_zeroed(1, sizeof *summary);
    scenario.seed = seed_of(crew, run);
    run_scenario(&scenario, result, NULL, NULL);
    summary_add_result(summary, result);
    _exit(pipe_write_summary(out, summary) ? 0 : 1);
}

static bool hire(struct crew *crew) {
    int ends[2];
    uint32_t run = crew->next;
    if (pipe(ends) != 0) {
        return complain(crew->complaint, "no pipe to another process: %s", strerror(errno));
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        work(crew, run, ends[1]);
    }
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return complain(crew->complaint, "no other process: %s", strerror(errno));
    }
    crew->workers[crew->working++] = (struct worker){.pid = pid, .in = ends[0], .run = run};
    crew->next++;
    return true;
}

static bool complain_of_run(const struct crew *crew, uint32_t run, int status) {
    const struct point *point = &crew->outcome->points[run / crew->seeds];
    char name[200];
    name_point(crew->sweep, point->at, name, sizeof name);
    if (WIFSIGNALED(status)) {
        return complain(crew->complaint, "the run of %s%sseed %" PRIu64 " died of signal %d (%s)", name,
                        *name != '\0' ? ", " : "", seed_of(crew, run), WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    return complain(crew->complaint, "the run of %s%sseed %" PRIu64 " came to no result: it ended with exit code %d",
                    name, *name != '\0' ? ", " : "", seed_of(crew, run), WEXITSTATUS(status));
}

static void free_summary(struct crew *crew, uint32_t run) {
    summary_free(crew->summaries[run]);
    free(crew->summaries[run]);
    crew->summaries[run] = NULL;
}

static void merge(struct crew *crew) {
    for (; crew->merged < crew->runs && crew->summaries[crew->merged] != NULL; crew->merged++) {
        summary_add(&crew->outcome->points[crew->merged / crew->seeds].summary, crew->summaries[crew->merged]);
        free_summary(crew, crew->merged);
    }
}

static bool dismiss(struct crew *crew, struct worker *worker) {
    int status = 0;
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    close(worker->in);
    struct summary *summary = memory_zeroed(1, sizeof *summary);
    bool good = status == 0 && pipe_take_summary(worker->bytes, worker->count, summary);
    if (!good) {
        complain_of_run(crew, worker->run, status);
    }
    crew->summaries[worker->run] = summary;
    free(worker->bytes);
    *worker = crew->workers[--crew->working];
    crew->done++;
    if (good) {
        merge(crew);
    }
    return good;
}

/* Take what has come. True: there is more to come. */
static bool read_on(struct worker *worker) {
    if (worker->room - worker->count < 65536) {
        worker->room = worker->room * 2 + 65536;
        worker->bytes = memory_resize(worker->bytes, worker->room, 1);
    }
    ssize_t got = read(worker->in, worker->bytes + worker->count, worker->room - worker->count);
    worker->count += got > 0 ? (size_t)got : 0;
    return got > 0 || (got < 0 && errno == EINTR);
}

static bool listen_to_all(struct crew *crew) {
    for (uint32_t i = 0; i < crew->working; i++) {
        crew->polled[i] = (struct pollfd){.fd = crew->workers[i].in, .events = POLLIN};
    }
    if (poll(crew->polled, crew->working, -1) < 0) {
        return errno == EINTR || complain(crew->complaint, "no word from other processes: %s", strerror(errno));
    }
    bool good = true;
    for (uint32_t i = crew->working; i > 0 && good; i--) { /* from the end: who goes is replaced by the last */
        if (crew->polled[i - 1].revents != 0 && !read_on(&crew->workers[i - 1])) {
            good = dismiss(crew, &crew->workers[i - 1]);
        }
    }
    return good;
}

static void end_all(struct crew *crew) {
    for (uint32_t i = 0; i < crew->working; i++) {
        kill(crew->workers[i].pid, SIGKILL);
        waitpid(crew->workers[i].pid, NULL, 0);
        close(crew->workers[i].in);
        free(crew->workers[i].bytes);
    }
    for (uint32_t run = crew->merged; run < crew->next; run++) {
        if (crew->summaries[run] != NULL) {
            free_summary(crew, run);
        }
    }
}

static bool make_points(const struct sweep *sweep, const struct scenario *base, struct outcome *outcome,
                        struct complaint *complaint) {
    *outcome = (struct outcome){.sweep = sweep, .count = axes_points(sweep)};
    outcome->points = memory_zeroed(outcome->count, sizeof *outcome->points);
    for (uint32_t point = 0; point < outcome->count; point++) {
        axes_place(sweep, point, outcome->points[point].at);
        if (!sweep_scenario(sweep, base, point, &outcome->points[point].scenario, complaint)) {
            return false;
        }
    }
    return true;
}

static bool all_runs(struct crew *crew, void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx) {
    while (crew->done < crew->runs) {
        while (crew->working < crew->most && crew->next < crew->runs) {
            if (!hire(crew)) {
                return false;
            }
        }
        if (!listen_to_all(crew)) {
            return false;
        }
        if (progress != NULL) {
            progress(ctx, crew->done, crew->runs);
        }
    }
    return true;
}

bool sweep_run(const struct sweep *sweep, const struct scenario *base, uint32_t jobs, struct outcome *outcome,
               void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx, struct complaint *complaint) {
    struct crew crew = {.sweep = sweep, .outcome = outcome, .complaint = complaint};
    if (!make_points(sweep, base, outcome, complaint)) {
        return false;
    }
    crew.seeds = sweep->seed_count > 0 ? sweep->seed_count : 1;
    if (outcome->count > SEEDS_MOST / crew.seeds) {
        return complain(complaint, "these are more than %u runs", SEEDS_MOST);
    }
    crew.runs = outcome->count * crew.seeds;
    crew.most = jobs < crew.runs ? jobs : crew.runs;
    crew.workers = memory_zeroed(crew.most, sizeof *crew.workers);
    crew.polled = memory_zeroed(crew.most, sizeof *crew.polled);
    crew.summaries = memory_zeroed(crew.runs, sizeof(void *));
    fflush(NULL); /* or a process that ends early would write it once more */
    bool good = all_runs(&crew, progress, ctx);
    end_all(&crew);
    free(crew.workers);
    free(crew.polled);
    free(crew.summaries);
    return good;
}

void sweep_free(struct outcome *outcome) {
    for (uint32_t point = 0; point < outcome->count; point++) {
        summary_free(&outcome->points[point].summary);
    }
    free(outcome->points);
}
