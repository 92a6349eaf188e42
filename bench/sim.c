/* How fast and how large a simulated cluster is: members that know each other, the lan preset, ten crashes.
 *
 *     bench_sim [--seconds S] [--no-checks] [--plain] [N...]
 *
 * --plain: with all that goes beyond SWIM off.
 * For each N (100, 1000 and 10000) a line: events of the simulator, events a second, seconds of the cluster's life for
 * one of ours, and bytes for each pair of members. Each N runs in a process of its own, so that its peak memory is
 * known. The last column says how many of those who should have learned of the crashes did. */
#include "selkie/sim.h"
#include "common/plain_swim.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CRASHES 10u

/* Of the processor: what else runs on the machine counts as little as it can. */
static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double peak_bytes(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024;
}

/* The members that crash, spread over the numbers; member 0 is not among them. */
static uint32_t victim(const selkie_sim *sim, uint32_t n) {
    return (2 * n + 1) * selkie_sim_size(sim) / (2 * CRASHES);
}

/* One crash a second. */
static void crash_next(selkie_sim *sim, void *ctx) {
    uint32_t *crashed = ctx;
    selkie_sim_crash(sim, victim(sim, (*crashed)++));
    if (*crashed < CRASHES) {
        selkie_sim_at(sim, selkie_sim_now(sim) + SELKIE_S(1), crash_next, crashed);
    }
}

static double informed(const selkie_sim *sim) {
    uint64_t asked = 0, knowing = 0;
    for (uint32_t n = 0; n < CRASHES; n++) {
        for (uint32_t observer = 0; observer < selkie_sim_size(sim); observer++) {
            if (selkie_sim_is_live(sim, observer)) {
                asked++;
                knowing += selkie_sim_view(sim, observer, victim(sim, n)) == SELKIE_SIM_SEES_DOWN;
            }
        }
    }
    return asked == 0 ? 0 : (double)knowing / (double)asked;
}

struct plan {
    uint64_t duration_us;
    uint32_t checks_off;
    bool plain;
};

static void measure(uint32_t members, const struct plan *plan) {
    double start = seconds();
    uint32_t crashed = 0;
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_config_lan(&config, members);
    if (plan->plain) {
        plain_swim(&config);
    }
    selkie_sim *sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = members, .seed = 1, .config = &config, .checks_off = plan->checks_off));
    selkie_sim_acquaint(sim, SELKIE_S(1));
    double acquainted = seconds();
    selkie_sim_at(sim, SELKIE_S(1), crash_next, &crashed);
    uint64_t events = 0;
    while (selkie_sim_now(sim) < plan->duration_us && selkie_sim_step(sim)) {
        events++;
    }
    double took = seconds() - acquainted;
    printf("%7" PRIu32 " %9.2f %9.2f %11" PRIu64 " %11.0f %9.1f %8.0f %9.1f %8.2f%%\n", members, acquainted - start,
           took, events, (double)events / took, (double)plan->duration_us / 1e6 / took, peak_bytes() / 1e6,
           peak_bytes() / ((double)members * members), 100 * informed(sim));
    printf("        hash %016" PRIx64 "\n", selkie_sim_hash(sim));
    selkie_sim_free(sim);
}

static int measure_alone(uint32_t members, const struct plan *plan) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        measure(members, plan);
        exit(0);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}

static struct plan read_plan(int argc, char **argv) {
    static const struct option options[] = {{"seconds", required_argument, NULL, 's'},
                                            {"no-checks", no_argument, NULL, 'n'},
                                            {"plain", no_argument, NULL, 'p'},
                                            {NULL, 0, NULL, 0}};
    struct plan plan = {.duration_us = SELKIE_S(60)};
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            plan.duration_us = SELKIE_S(strtoul(optarg, NULL, 10));
            break;
        case 'n':
            plan.checks_off = UINT32_MAX;
            break;
        case 'p':
            plan.plain = true;
            break;
        default:
            exit(2);
        }
    }
    return plan;
}

int main(int argc, char **argv) {
    char *usual[] = {"100", "1000", "10000", NULL};
    struct plan plan = read_plan(argc, argv);
    int failed = 0;
    printf("%7s %9s %9s %11s %11s %9s %8s %9s %9s\n", "members", "making s", "running s", "events", "events/s",
           "real time", "MB", "bytes/n^2", "informed");
    for (char **size = optind < argc ? argv + optind : usual; *size != NULL; size++) {
        failed |= measure_alone((uint32_t)strtoul(*size, NULL, 10), &plan);
    }
    return failed;
}
