/* Sentences about scenarios. */
#include "command/words.h"

#include "chart/chart.h"
#include "command/happen.h"
#include "command/who.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TITLE_EVENTS = 2, TITLE_BYTES = 100 }; /* more is no title */

static void append(char text[WORDS_MOST], const char *format, ...) {
    size_t size = strlen(text);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + size, WORDS_MOST - size, format, arguments);
    va_end(arguments);
}

static void append_number(char text[WORDS_MOST], double value, enum chart_format format) {
    char number[CHART_NUMBER_MOST];
    chart_number(number, value, format);
    append(text, "%s", number);
}

static void append_duration(char text[WORDS_MOST], uint64_t us) {
    char number[CHART_NUMBER_MOST];
    chart_duration(number, (double)us / 1e6);
    append(text, "%s", number);
}

const char *words_duration(char text[WORDS_MOST], uint64_t us) {
    text[0] = '\0';
    if (us == NEVER) {
        append(text, "never");
    } else {
        append_duration(text, us);
    }
    return text;
}

const char *words_about(char text[WORDS_MOST], uint64_t us) {
    if (us == NEVER) {
        return words_duration(text, us);
    }
    text[0] = '\0';
    append_number(text, (double)us / 1e6, CHART_SECONDS);
    return text;
}

const char *words_members(char text[WORDS_MOST], uint32_t count) {
    text[0] = '\0';
    append_number(text, count, CHART_NUMBER);
    append(text, count == 1 ? " member" : " members");
    return text;
}

/* ---- Who ---- */

static bool is_one(const struct who *who) {
    return (who->kind == WHO_COUNT && who->count == 1) || (who->kind == WHO_RANGE && who->first == who->last);
}

static void append_who(char text[WORDS_MOST], const struct scenario *scenario, const struct who *who) {
    switch (who->kind) {
    case WHO_COUNT:
        append_number(text, who->count, CHART_NUMBER);
        append(text, who->count == 1 ? " member" : " members");
        break;
    case WHO_SHARE:
        append_number(text, who->share_ppm / 1e6, CHART_SHARE);
        append(text, " of the members");
        break;
    case WHO_RANGE:
        append(text, is_one(who) ? "member %" PRIu32 : "members %" PRIu32 " to %" PRIu32, who->first, who->last);
        break;
    case WHO_GROUP:
        append(text, "the members of \"%s\"", scenario->groups[who->group].name);
        break;
    default:
        append(text, "all members");
    }
}

/* ---- What happens ---- */

/* What one member does, and what several do. */
static const struct verb {
    const char *one, *many;
} verbs[HAPPENS_COUNT] = {
    [HAPPENS_CRASH] = {"crashes", "crash"},
    [HAPPENS_RESTART] = {"restarts", "restart"},
    [HAPPENS_LEAVE] = {"leaves", "leave"},
    [HAPPENS_PAUSE] = {"is paused", "are paused"},
    [HAPPENS_BLOCK] = {"is blocked", "are blocked"},
    [HAPPENS_SLOW] = {"is slow", "are slow"},
    [HAPPENS_CLOCK] = {"has a wrong clock", "have wrong clocks"},
    [HAPPENS_ISOLATE] = {"is cut off from all", "are cut off from all"},
    [HAPPENS_DEAF] = {"hears nobody", "hear nobody"},
    [HAPPENS_MUTE] = {"is heard by nobody", "are heard by nobody"},
    [HAPPENS_CUT] = {"is cut off", "are cut off"},
    [HAPPENS_SPLIT] = {"is split off", "are split off"},
    [HAPPENS_LOSSY] = {"loses packets", "lose packets"},
    [HAPPENS_BANDWIDTH] = {"has little bandwidth", "have little bandwidth"},
    [HAPPENS_HEAL] = {"the network heals", "the network heals"},
};

/* How bad it is, and to whom. */
static void append_how(char text[WORDS_MOST], const struct scenario *scenario, const struct scenario_event *event) {
    static const char *const sides[] = {"of what they send and receive", "of what they send", "of what they receive"};
    switch (event->kind) {
    case HAPPENS_SLOW:
        append(text, ", taking ");
        append_duration(text, event->by);
        append(text, " for each packet and timer,");
        break;
    case HAPPENS_CLOCK:
        append(text, ", %s by ", event->clock_ppm < 0 ? "slow" : "fast");
        append_number(text, (event->clock_ppm < 0 ? -(double)event->clock_ppm : event->clock_ppm) / 1e6, CHART_SHARE);
        append(text, ",");
        break;
    case HAPPENS_LOSSY:
        append(text, ", ");
        append_number(text, (double)event->by / 1e6, CHART_SHARE);
        append(text, " %s,", sides[event->side]);
        break;
    case HAPPENS_BANDWIDTH:
        append(text, ", ");
        append_number(text, (double)event->by, CHART_BYTES);
        append(text, " a second,");
        break;
    case HAPPENS_CUT:
        append(text, event->one_way ? " (unheard by " : " (from ");
        append_who(text, scenario, &event->with);
        append(text, ")");
        break;
    default:
        break;
    }
}

static void append_when(char text[WORDS_MOST], const struct scenario_event *event) {
    append(text, " at ");
    append_duration(text, event->at_us);
    if (event->stagger_us > 0) {
        append(text, ", one each ");
        append_duration(text, event->stagger_us);
    }
    if (event->for_us != NEVER) {
        append(text, event->kind == HAPPENS_CRASH || event->kind == HAPPENS_LEAVE ? ", back after " : ", for ");
        append_duration(text, event->for_us);
    }
    if (event->gap_us != NEVER) {
        append(text, ", again ");
        append_duration(text, event->gap_us);
        append(text, " later, and so on");
        if (event->until_us != NEVER) {
            append(text, " until ");
            append_duration(text, event->until_us);
        }
    }
}

const char *words_event(char text[WORDS_MOST], const struct scenario *scenario, const struct scenario_event *event) {
    const struct verb *verb = &verbs[event->kind];
    text[0] = '\0';
    if (event->kind != HAPPENS_HEAL) {
        append_who(text, scenario, &event->who);
        append(text, " ");
    }
    append(text, "%s", is_one(&event->who) ? verb->one : verb->many);
    append_how(text, scenario, event);
    append_when(text, event);
    return text;
}

const char *words_event_briefly(char text[WORDS_MOST], const struct scenario *scenario,
                                const struct scenario_event *event) {
    char who[WHO_TEXT_MOST];
    text[0] = '\0';
    if (event->kind != HAPPENS_HEAL) {
        append(text, "%s ", who_print(who, scenario, &event->who));
    }
    append(text, "%s", event_name(event->kind));
    return text;
}

/* ---- All of it ---- */

/* All events in one line; false: that is more than a title should be. */
static bool append_events(char text[WORDS_MOST], const struct scenario *scenario) {
    char event[WORDS_MOST];
    for (uint32_t i = 0; i < scenario->event_count && i <= TITLE_EVENTS; i++) {
        append(text, "%s %s", i == 0 ? ":" : ";", words_event(event, scenario, &scenario->events[i]));
    }
    return scenario->event_count <= TITLE_EVENTS && strlen(text) <= TITLE_BYTES;
}

/* Each kind of event once. */
static void append_kinds(char text[WORDS_MOST], const struct scenario *scenario) {
    unsigned seen = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        unsigned bit = 1u << scenario->events[i].kind;
        if ((seen & bit) == 0) {
            append(text, "%s %s", seen == 0 ? ":" : ",", event_name(scenario->events[i].kind));
        }
        seen |= bit;
    }
}

const char *words_noticed(char text[WORDS_MOST], const struct scenario *scenario, unsigned *kinds) {
    unsigned seen = 0;
    text[0] = '\0';
    *kinds = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        if (happen_is_noticed(event) && (seen >> event->kind & 1u) == 0) {
            append(text, "%s%s", *kinds > 0 ? ", " : "", event_name(event->kind));
            seen |= 1u << event->kind;
            ++*kinds;
        }
    }
    return text;
}

bool words_title_says_all(const struct scenario *scenario) {
    char text[WORDS_MOST];
    words_members(text, scenario->members);
    return append_events(text, scenario);
}

const char *words_title(char text[WORDS_MOST], const struct scenario *scenario) {
    bool joins = scenario->join == JOIN_TOGETHER || scenario->join == JOIN_SEQUENTIAL;
    words_members(text, scenario->members);
    if (scenario->event_count == 0) {
        append(text, joins ? " join" : ", and nothing happens");
    } else if (!append_events(text, scenario)) {
        words_members(text, scenario->members);
        append_kinds(text, scenario);
    }
    return text;
}

const char *words_join(char text[WORDS_MOST], const struct scenario *scenario) {
    text[0] = '\0';
    switch (scenario->join) {
    case JOIN_ALIGNED:
        append(text, "All know each other from the start, and their periods begin together.");
        break;
    case JOIN_TOGETHER:
        append(text, "Member 0 starts alone, and after ");
        append_duration(text, scenario->join_wait_us);
        append(text, " all others join through it at once.");
        break;
    case JOIN_SEQUENTIAL:
        append(text, "Member 0 starts alone, and each ");
        append_duration(text, scenario->join_wait_us);
        append(text, " another one joins through it.");
        break;
    default:
        append(text, "All know each other from the start.");
    }
    return text;
}

static void append_chance(char text[WORDS_MOST], uint32_t ppm, const char *what) {
    if (ppm > 0) {
        append(text, "; ");
        append_number(text, ppm / 1e6, CHART_SHARE);
        append(text, " %s", what);
    }
}

const char *words_network(char text[WORDS_MOST], const struct scenario *scenario) {
    const struct selkie_sim_link *link = &scenario->link;
    text[0] = '\0';
    append(text, "A packet takes ");
    append_duration(text, link->latency_us);
    if (link->latency == SELKIE_SIM_UNIFORM) {
        append(text, " to ");
        append_duration(text, link->latency_high_us);
    } else if (link->latency == SELKIE_SIM_LOG_NORMAL) {
        append(text, " in the median, and 99 of 100 less than ");
        append_duration(text, link->latency_high_us);
    }
    append_chance(text, link->loss_ppm, "are lost");
    append_chance(text, link->duplicate_ppm, "arrive twice");
    append_chance(text, link->reorder_ppm, "are overtaken");
    append(text, ".");
    return text;
}
