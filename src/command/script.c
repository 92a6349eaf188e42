/* A scenario as a file, and back. */
#define _POSIX_C_SOURCE 200809L

#include "command/axes.h"
#include "command/directives.h"
#include "command/happen.h"
#include "command/memory.h"
#include "command/text.h"
#include "command/who.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- Writing ---- */

/* Takes one directive after the other. value: NULL if it has none. */
struct teller {
    void (*tell)(FILE *out, const char *name, const char *value);
    FILE *out;
    const struct scenario *scenario;
    struct scenario usual; /* what need not be said */
};

static void tell(const struct teller *teller, const char *name, const char *format, ...) {
    char value[HAPPEN_TEXT_MOST + 100];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    teller->tell(teller->out, name, value);
}

static void tell_join(const struct teller *teller) {
    static const char *const names[JOIN_COUNT] = {[JOIN_ACQUAINTED] = "acquainted",
                                                  [JOIN_ALIGNED] = "aligned",
                                                  [JOIN_TOGETHER] = "together",
                                                  [JOIN_SEQUENTIAL] = "sequential"};
    enum scenario_join join = teller->scenario->join;
    char wait[TEXT_MOST];
    if (join == JOIN_TOGETHER || join == JOIN_SEQUENTIAL) {
        tell(teller, "join", "%s@%s", names[join], text_print_duration(wait, teller->scenario->join_wait_us));
    } else if (join != teller->usual.join) {
        tell(teller, "join", "%s", names[join]);
    }
}

static void tell_about(const struct teller *teller) {
    char text[HAPPEN_TEXT_MOST] = "";
    size_t length = 0;
    for (unsigned kind = 0; kind < HAPPENS_COUNT; kind++) {
        if ((teller->scenario->about >> kind & 1u) != 0) {
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%s", length > 0 ? "," : "",
                                       event_name((enum event_kind)kind));
        }
    }
    if (length > 0) {
        tell(teller, "about", "%s", text);
    }
}

static void tell_cluster(const struct teller *teller) {
    const struct scenario *scenario = teller->scenario;
    char text[TEXT_MOST];
    tell(teller, "members", "%" PRIu32, scenario->members);
    tell(teller, "duration", "%s", text_print_duration(text, scenario->duration_us));
    if (scenario->until_agreed) {
        tell(teller, "until", "agreed");
    }
    tell_about(teller);
    tell_join(teller);
    if (scenario->preset != teller->usual.preset) {
        tell(teller, "preset", "%s", preset_name(scenario->preset));
    }
    for (unsigned setting = 0; setting < settings_count; setting++) {
        if (scenario->is_set[setting]) {
            tell(teller, "set", "%s=%s", settings[setting].name,
                 settings_print(text, setting, scenario->values[setting]));
        }
    }
    if (scenario->inbox_packets != teller->usual.inbox_packets) {
        tell(teller, "inbox", "%" PRIu32, scenario->inbox_packets);
    }
    if (!scenario->renews) {
        tell(teller, "renew", "no");
    }
    if (scenario->checks) {
        teller->tell(teller->out, "checks", NULL);
    }
}

static void tell_latency(const struct teller *teller, const struct selkie_sim_link *link) {
    char low[TEXT_MOST], high[TEXT_MOST];
    text_print_duration(low, link->latency_us);
    text_print_duration(high, link->latency_high_us);
    if (link->latency == SELKIE_SIM_CONSTANT) {
        tell(teller, "latency", "%s", low);
    } else {
        tell(teller, "latency", "%s%s..%s", link->latency == SELKIE_SIM_LOG_NORMAL ? "lognormal:" : "", low, high);
    }
}

static void tell_network(const struct teller *teller) {
    const struct selkie_sim_link *link = &teller->scenario->link, *usual = &teller->usual.link;
    char chance[TEXT_MOST], time[TEXT_MOST];
    if (link->latency != usual->latency || link->latency_us != usual->latency_us ||
        link->latency_high_us != usual->latency_high_us) {
        tell_latency(teller, link);
    }
    if (link->loss_ppm > 0) {
        tell(teller, "loss", "%s", text_print_chance(chance, link->loss_ppm));
    }
    if (link->duplicate_ppm > 0) {
        tell(teller, "duplicate", "%s", text_print_chance(chance, link->duplicate_ppm));
    }
    if (link->reorder_ppm > 0) {
        tell(teller, "reorder", "%s:%s", text_print_chance(chance, link->reorder_ppm),
             text_print_duration(time, link->reorder_by_us));
    }
}

static void tell_events(const struct teller *teller) {
    const struct scenario *scenario = teller->scenario;
    char who[WHO_TEXT_MOST], text[HAPPEN_TEXT_MOST];
    for (uint32_t group = 0; group < scenario->group_count; group++) {
        tell(teller, "group", "%s=%s", scenario->groups[group].name,
             who_print(who, scenario, &scenario->groups[group].who));
    }
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        tell(teller, event_name(scenario->events[event].kind), "%s",
             happen_print(text, scenario, &scenario->events[event]));
    }
}

/* Seeds that follow each other are told as a span. */
static void tell_seeds(const struct teller *teller, const struct sweep *sweep) {
    char *text = memory_zeroed(sweep->seed_count + 1, 44);
    size_t length = 0;
    for (uint32_t at = 0; at < sweep->seed_count; at++) {
        uint32_t last = at;
        while (last + 1 < sweep->seed_count && sweep->seeds[last + 1] == sweep->seeds[last] + 1) {
            last++;
        }
        length += (size_t)sprintf(text + length, "%s%" PRIu64, at > 0 ? "," : "", sweep->seeds[at]);
        if (last > at) {
            length += (size_t)sprintf(text + length, "..%" PRIu64, sweep->seeds[last]);
        }
        at = last;
    }
    teller->tell(teller->out, "seeds", text);
    free(text);
}

static void tell_axis(const struct teller *teller, const struct axis *axis) {
    size_t room = strlen(axis->name) + 2;
    for (uint32_t value = 0; value < axis->count; value++) {
        room += strlen(axis->values[value]) + 1;
    }
    char *text = memory_resize(NULL, room, 1);
    size_t length = (size_t)sprintf(text, "%s", axis->name);
    for (uint32_t value = 0; value < axis->count; value++) {
        length += (size_t)sprintf(text + length, "%c%s", value == 0 ? '=' : ',', axis->values[value]);
    }
    teller->tell(teller->out, "sweep", text);
    free(text);
}

static void tell_all(struct teller *teller, const struct sweep *sweep) {
    scenario_init(&teller->usual);
    tell_cluster(teller);
    tell_network(teller);
    tell_events(teller);
    if (sweep->seed_count > 0) {
        tell_seeds(teller, sweep);
    } else {
        tell(teller, "seed", "%" PRIu64, teller->scenario->seed);
    }
    for (uint32_t axis = 0; axis < sweep->axis_count; axis++) {
        tell_axis(teller, &sweep->axes[axis]);
    }
}

static void tell_line(FILE *out, const char *name, const char *value) {
    fprintf(out, "%s%s%s\n", name, value != NULL ? " " : "", value != NULL ? value : "");
}

static void tell_flag(FILE *out, const char *name, const char *value) {
    fprintf(out, " --%s%s%s", name, value != NULL ? " " : "", value != NULL ? value : "");
}

void directives_print(FILE *out, const struct scenario *scenario, const struct sweep *sweep) {
    tell_all(&(struct teller){.tell = tell_line, .out = out, .scenario = scenario}, sweep);
}

void directives_print_flags(FILE *out, const struct scenario *scenario, const struct sweep *sweep) {
    tell_all(&(struct teller){.tell = tell_flag, .out = out, .scenario = scenario}, sweep);
}

/* ---- Reading ---- */

#define BLANKS " \t\r\n"

static bool no_such_directive(const char *name, struct complaint *complaint) {
    const char **names = memory_zeroed(directives_count + 1, sizeof *names);
    for (unsigned directive = 0; directive < directives_count; directive++) {
        names[directive] = directives[directive].name;
    }
    const char *nearest = text_nearest(name, names);
    free(names);
    return complain(complaint, "there is no directive \"%s\"%s%s%s", name, nearest != NULL ? ", did you mean " : "",
                    nearest != NULL ? nearest : "", nearest != NULL ? "?" : ": see `selkie help sim`");
}

/* The line without blanks around it, and without what stands behind a #. */
static char *bare(char *line) {
    line[strcspn(line, "#")] = '\0';
    line += strspn(line, BLANKS);
    size_t length = strlen(line);
    while (length > 0 && strchr(BLANKS, line[length - 1]) != NULL) {
        line[--length] = '\0';
    }
    return line;
}

static bool take_line(char *line, struct scenario *scenario, struct sweep *sweep, struct complaint *complaint) {
    char *value = line + strcspn(line, BLANKS);
    if (*line == '\0') {
        return true;
    }
    if (*value != '\0') {
        *value++ = '\0';
        value += strspn(value, BLANKS);
    }
    unsigned directive = directives_find(line);
    if (directive == directives_count) {
        return no_such_directive(line, complaint);
    }
    const char *argument = directives[directive].argument;
    if ((*value != '\0') != (argument != NULL)) {
        return argument != NULL ? complain(complaint, "%s: %s is expected behind it", line, argument)
                                : complain(complaint, "%s: nothing is expected behind it", line);
    }
    bool good = directives_take(directive, scenario, sweep, value, complaint);
    if (!good) {
        complain_of(complaint, "%s: ", line);
    }
    return good;
}

/* Some editors begin a text with the mark of the byte order. */
static char *behind_mark(char *line) {
    static const char mark[] = "\xef\xbb\xbf";
    return strncmp(line, mark, strlen(mark)) == 0 ? line + strlen(mark) : line;
}

static bool read_lines(FILE *in, const char *path, struct scenario *scenario, struct sweep *sweep,
                       struct complaint *complaint) {
    char *line = NULL;
    size_t room = 0;
    bool good = true;
    for (unsigned number = 1; good; number++) {
        ssize_t length = getline(&line, &room, in);
        if (length < 0) {
            break;
        }
        char *text = number == 1 ? behind_mark(line) : line;
        good = memchr(line, '\0', (size_t)length) == NULL ? take_line(bare(text), scenario, sweep, complaint)
                                                          : complain(complaint, "that is no text");
        if (!good) {
            complain_of(complaint, "%s:%u: ", path, number);
        }
    }
    free(line);
    return good && (!ferror(in) || complain(complaint, "%s: %s", path, strerror(errno)));
}

bool directives_read_file(const char *path, struct scenario *scenario, struct sweep *sweep,
                          struct complaint *complaint) {
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *in = is_stdin ? stdin : fopen(path, "r");
    if (in == NULL) {
        return complain(complaint, "%s: %s", path, strerror(errno));
    }
    bool good = read_lines(in, path, scenario, sweep, complaint);
    if (!is_stdin) {
        fclose(in);
    }
    return good;
}
