/* The swarm: clusters drawn from seeds, each of which goes through chaos and has to come out of it. What it finds wrong it
 * explains, and says how to see it again. */
#include "faults.h"
#include "world.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arguments {
    uint64_t first, last;
    uint32_t members;
    const char *file; /* of seeds */
    bool trace, quiet, list;
};

static const char usage[] =
    "usage: swarm [--seed N | --seeds A..B | --file F] [--members N] [--trace] [--quiet] [--list]\n"
    "  --seed N      one seed; --seeds A..B: all from A to B. Otherwise: 1 to 100\n"
    "  --file F      those of a file, as seeds.txt\n"
    "  --members N   that many members (2 to 200), whatever the seed says\n"
    "  --trace       write all that happens to standard output\n"
    "  --list        say of each seed what it means\n"
    "  --quiet       say only what was found\n";

/* ---- One seed ---- */

void run_seed(struct world *world, struct tally *tally) {
    recovery_start(world);
    if (recovery_settle(world, tally)) {
        exams_take(world, tally);
    }
    if (!world->found) {
        chaos_run(world, tally);
    }
    if (!world->found && recovery_settle(world, tally)) {
        exams_take(world, tally);
    }
    tally->simulated_us += selkie_sim_now(world->sim);
    tally->seeds++;
}

static void say_how_to_replay(char *replay, size_t size, uint64_t seed, const struct arguments *arguments) {
    int length = snprintf(replay, size, "swarm --seed %" PRIu64, seed);
    if (arguments->members != 0) {
        length += snprintf(replay + length, size - (size_t)length, " --members %" PRIu32, arguments->members);
    }
    snprintf(replay + length, size - (size_t)length, " --trace");
}

/* A crash of the program is a finding as well. */
static char replay_of_now[96];

static void crashed(int signal_number) {
    static const char text[] = "FOUND crash: the program ended by a signal\nreplay: ";
    (void)!write(2, text, sizeof text - 1);
    (void)!write(2, replay_of_now, strlen(replay_of_now));
    (void)!write(2, "\n", 1);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* Run one seed, and say what was found. The hash of all that happened; *found. */
static uint64_t run_one(uint64_t seed, const struct arguments *arguments, struct tally *tally, bool *found) {
    struct plan plan;
    struct world world;
    plan_draw(&plan, seed, arguments->members);
    say_how_to_replay(replay_of_now, sizeof replay_of_now, seed, arguments);
    if (arguments->list) {
        plan_print(&plan, stdout);
    }
    world_make(&world, &plan, arguments->trace ? stdout : NULL, replay_of_now);
    run_seed(&world, tally);
    *found = world.found;
    world_explain(&world);
    uint64_t hash = selkie_sim_hash(world.sim);
    world_end(&world);
    return hash;
}

/* Every tenth seed runs twice: nothing but the seed may count. */
static bool find(uint64_t seed, const struct arguments *arguments, struct tally *tally) {
    bool found;
    uint64_t hash = run_one(seed, arguments, tally, &found);
    if (found || seed % 10 != 0 || arguments->trace) {
        return found;
    }
    if (run_one(seed, arguments, &(struct tally){0}, &found) != hash) {
        fprintf(stderr, "FOUND same-seed: two runs of seed %" PRIu64 " differ\nreplay: %s\n", seed, replay_of_now);
        return true;
    }
    return found;
}

/* ---- Many ---- */

static int run_range(const struct arguments *arguments, struct tally *tally) {
    for (uint64_t seed = arguments->first;; seed++) {
        if (find(seed, arguments, tally)) {
            return 1;
        }
        if (seed == arguments->last) {
            return 0;
        }
    }
}

/* Each line that starts with a number is a seed, and how many members (0: as many as it draws). */
static int run_file(const struct arguments *arguments, struct tally *tally) {
    char line[512];
    int status = 0;
    FILE *file = fopen(arguments->file, "r");
    if (file == NULL) {
        perror(arguments->file);
        return 2;
    }
    while (status == 0 && fgets(line, sizeof line, file) != NULL) {
        struct arguments of_line = *arguments;
        uint64_t seed;
        if (sscanf(line, "%" SCNu64 " %" SCNu32, &seed, &of_line.members) == 2) {
            status = find(seed, &of_line, tally);
        } else if (line[0] != '#') {
            fprintf(stderr, "swarm: cannot make sense of %s", line);
            status = 2;
        }
    }
    fclose(file);
    return status;
}

/* ---- Command line ---- */

static bool parse_number(const char *text, char end, uint64_t *number, const char **rest) {
    char *stop;
    *number = strtoull(text, &stop, 10);
    *rest = stop;
    return text[0] >= '0' && text[0] <= '9' && *stop == end;
}

static bool parse_seeds(const char *text, struct arguments *arguments) {
    const char *rest;
    return parse_number(text, '.', &arguments->first, &rest) && rest[1] == '.' &&
           parse_number(rest + 2, '\0', &arguments->last, &rest) && arguments->first <= arguments->last;
}

static bool parse_members(const char *text, struct arguments *arguments) {
    uint64_t number;
    const char *rest;
    bool parsed = parse_number(text, '\0', &number, &rest) && number >= 2 && number <= 200;
    arguments->members = (uint32_t)number;
    return parsed;
}

static bool parse_seed(const char *text, struct arguments *arguments) {
    const char *rest;
    bool parsed = parse_number(text, '\0', &arguments->first, &rest);
    arguments->last = arguments->first;
    return parsed;
}

static bool parse_file(const char *text, struct arguments *arguments) {
    arguments->file = text;
    return text[0] != '\0';
}

static bool parse(int argc, char **argv, struct arguments *arguments) {
    *arguments = (struct arguments){.first = 1, .last = 100};
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        bool good = true, takes_value = false;
        if (strcmp(argv[i], "--trace") == 0) {
            arguments->trace = true;
        } else if (strcmp(argv[i], "--quiet") == 0) {
            arguments->quiet = true;
        } else if (strcmp(argv[i], "--list") == 0) {
            arguments->list = true;
        } else {
            takes_value = true;
            good = (strcmp(argv[i], "--seed") == 0 && parse_seed(value, arguments)) ||
                   (strcmp(argv[i], "--seeds") == 0 && parse_seeds(value, arguments)) ||
                   (strcmp(argv[i], "--file") == 0 && parse_file(value, arguments)) ||
                   (strcmp(argv[i], "--members") == 0 && parse_members(value, arguments));
        }
        if (!good) {
            fprintf(stderr, "swarm: cannot make sense of %s %s\n%s", argv[i], value, usage);
            return false;
        }
        i += takes_value;
    }
    return true;
}

static void print_tally(const struct tally *tally) {
    printf("%" PRIu64 " seeds, %" PRIu64 " s simulated; nobody promised an end %" PRIu64 " times\n  faults:",
           tally->seeds, tally->simulated_us / 1000000, tally->unhealed);
    for (unsigned fault = 0; fault < faults_count; fault++) {
        printf(" %s %" PRIu64, faults[fault].name, tally->faults[fault]);
    }
    printf("\n  exams:");
    for (unsigned exam = 0; exam < exams_count; exam++) {
        printf(" %s %" PRIu64, exam_name(exam), tally->exams[exam]);
    }
    printf("\n");
}

int main(int argc, char **argv) {
    struct arguments arguments;
    struct tally tally = {0};
    if (!parse(argc, argv, &arguments)) {
        return 2;
    }
    signal(SIGABRT, crashed);
    signal(SIGSEGV, crashed);
    int status = arguments.file != NULL ? run_file(&arguments, &tally) : run_range(&arguments, &tally);
    if (status == 0 && !arguments.quiet) {
        print_tally(&tally);
    }
    return status;
}
