#include "command/request.h"

#include "command/axes.h"
#include "command/directives.h"
#include "command/memory.h"
#include "command/text.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static bool read_json(struct request *request, const char *value, struct complaint *complaint) {
    (void)value, (void)complaint;
    return request->json = true;
}

static bool read_html(struct request *request, const char *value, struct complaint *complaint) {
    return pictures_add_page(&request->pictures, value, complaint);
}

static bool read_svg(struct request *request, const char *value, struct complaint *complaint) {
    return pictures_add_chart(&request->pictures, value, complaint);
}

static bool read_jobs(struct request *request, const char *value, struct complaint *complaint) {
    uint64_t jobs;
    if (!text_count(value, 1, 4096, &jobs, complaint)) {
        return false;
    }
    request->jobs = (uint32_t)jobs;
    return true;
}

static bool read_progress(struct request *request, const char *value, struct complaint *complaint) {
    (void)value, (void)complaint;
    return request->progress = true;
}

static bool read_quiet(struct request *request, const char *value, struct complaint *complaint) {
    (void)value, (void)complaint;
    return request->quiet = true;
}

static bool read_print(struct request *request, const char *value, struct complaint *complaint) {
    (void)value, (void)complaint;
    return request->print = true;
}

static bool read_help(struct request *request, const char *value, struct complaint *complaint) {
    (void)value, (void)complaint;
    return request->help = true;
}

const struct request_flag request_flags[] = {
    {"json", NULL, "write the result to standard output as one JSON object, instead of the report", read_json},
    {"html", "FILE", "write a page with charts too, which needs nothing else", read_html},
    {"svg", "NAME=FILE", "write one of the charts too, by its name, which is in the page behind the # of its link",
     read_svg},
    {"jobs", "N", "make so many runs at once, with --seeds or --sweep (as many as there are cores)", read_jobs},
    {"progress", NULL, "say on standard error how far it is, even if that is no terminal", read_progress},
    {"quiet", NULL, "do not say how far it is", read_quiet},
    {"print-scenario", NULL, "do not run: write all that was asked for as a scenario file", read_print},
    {"help", NULL, "say how this command is used", read_help},
};
const unsigned request_flags_count = sizeof request_flags / sizeof *request_flags;

/* ---- Taking the arguments apart ---- */

#define FIRST_VALUE 256 /* above all letters, so that no option has one */

/* One that was given, by its place: the directives, and then the flags. */
struct given {
    unsigned what;
    const char *value;
};

struct arguments {
    struct option *options;
    struct given *given;
    size_t count, room;
};

static void list_options(struct arguments *arguments) {
    unsigned count = directives_count + request_flags_count;
    arguments->options = memory_zeroed(count + 1, sizeof *arguments->options);
    for (unsigned i = 0; i < count; i++) {
        bool is_directive = i < directives_count;
        unsigned flag = i - directives_count;
        const char *argument = is_directive ? directives[i].argument : request_flags[flag].argument;
        arguments->options[i] = (struct option){.name = is_directive ? directives[i].name : request_flags[flag].name,
                                                .has_arg = argument != NULL ? required_argument : no_argument,
                                                .val = FIRST_VALUE + (int)i};
    }
}

static bool complain_of_flag(const struct arguments *arguments, const char *flag, struct complaint *complaint) {
    unsigned count = directives_count + request_flags_count;
    const char **names = memory_zeroed(count + 1, sizeof *names);
    for (unsigned i = 0; i < count; i++) {
        names[i] = arguments->options[i].name;
    }
    char name[64];
    size_t length = strcspn(flag + strspn(flag, "-"), "=");
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1),
             flag + strspn(flag, "-"));
    const char *nearest = text_nearest(name, names);
    free(names);
    return nearest != NULL ? complain(complaint, "there is no flag %s, did you mean --%s?", flag, nearest)
                           : complain(complaint, "there is no flag %s: see `selkie help sim`", flag);
}

/* getopt says what it found; files are left at the end of argv. */
static bool take_apart(struct arguments *arguments, int argc, char **argv, struct complaint *complaint) {
    opterr = 0;
    optind = 0; /* from the start, whatever was read before */
    for (;;) {
        int at = optind == 0 ? 1 : optind;
        int option = getopt_long(argc, argv, ":", arguments->options, NULL);
        if (option == -1) {
            return true;
        }
        if (option == ':') {
            unsigned what = (unsigned)(optopt - FIRST_VALUE);
            const char *argument =
                what < directives_count ? directives[what].argument : request_flags[what - directives_count].argument;
            return complain(complaint, "--%s: %s is expected behind it", arguments->options[what].name, argument);
        }
        if (option == '?') {
            const char *flag = argv[optind > at ? optind - 1 : at];
            return optopt >= FIRST_VALUE ? complain(complaint, "%s: this flag takes no value", flag)
                                         : complain_of_flag(arguments, flag, complaint);
        }
        arguments->given =
            memory_for_one_more(arguments->given, arguments->count, &arguments->room, sizeof *arguments->given);
        arguments->given[arguments->count++] = (struct given){(unsigned)(option - FIRST_VALUE), optarg};
    }
}

static bool take_one(struct request *request, const struct given *given, struct complaint *complaint) {
    bool is_directive = given->what < directives_count;
    unsigned flag = given->what - directives_count;
    bool good = is_directive
                    ? directives_take(given->what, &request->scenario, &request->sweep, given->value, complaint)
                    : request_flags[flag].read(request, given->value, complaint);
    if (!good) {
        const char *name = is_directive ? directives[given->what].name : request_flags[flag].name;
        complain_of(complaint, "--%s %s: ", name, given->value);
    }
    return good;
}

static bool take_all(struct request *request, const struct arguments *arguments, int argc, char **argv,
                     struct complaint *complaint) {
    bool good = true;
    for (int file = optind; file < argc && good; file++) {
        good = directives_read_file(argv[file], &request->scenario, &request->sweep, complaint);
    }
    for (size_t i = 0; i < arguments->count && good; i++) {
        good = take_one(request, &arguments->given[i], complaint);
    }
    return good;
}

/* ---- Does it make sense ---- */

/* Every point of the sweep is looked at before any runs. */
static bool check_points(const struct request *request, struct complaint *complaint) {
    struct scenario *scenario = memory_zeroed(1, sizeof *scenario);
    uint32_t points = axes_points(&request->sweep);
    bool good = points > 0 || complain(complaint, "these are more than %u points", POINTS_MOST);
    for (uint32_t point = 0; point < points && good; point++) {
        good = sweep_scenario(&request->sweep, &request->scenario, point, scenario, complaint);
    }
    free(scenario);
    return good;
}

bool request_read(struct request *request, int argc, char **argv, struct complaint *complaint) {
    struct arguments arguments = {.count = 0};
    memset(request, 0, sizeof *request);
    scenario_init(&request->scenario);
    list_options(&arguments);
    bool good = take_apart(&arguments, argc, argv, complaint) && take_all(request, &arguments, argc, argv, complaint) &&
                (request->help || (check_points(request, complaint) &&
                                   pictures_check(&request->pictures, request_is_sweep(request), complaint)));
    free(arguments.options);
    free(arguments.given);
    return good;
}

void request_free(struct request *request) {
    axes_free(&request->sweep);
}

bool request_is_sweep(const struct request *request) {
    return request->sweep.axis_count > 0 || request->sweep.seed_count > 0;
}
