#include "command/directives.h"

#include "command/axes.h"
#include "command/happen.h"
#include "command/text.h"
#include "command/who.h"

#include <inttypes.h>
#include <string.h>

/* ---- The cluster ---- */

static bool read_members(struct scenario *scenario, struct sweep *sweep, const char *value,
                         struct complaint *complaint) {
    uint64_t members;
    (void)sweep;
    if (!text_count(value, 1, UINT16_MAX, &members, complaint)) {
        return false;
    }
    scenario->members = (uint32_t)members;
    return true;
}

static bool read_duration(struct scenario *scenario, struct sweep *sweep, const char *value,
                          struct complaint *complaint) {
    (void)sweep;
    return text_duration(value, &scenario->duration_us, complaint) &&
           (scenario->duration_us > 0 || complain(complaint, "a run takes more than 0"));
}

static bool read_until(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)sweep;
    scenario->until_agreed = strcmp(value, "agreed") == 0;
    return scenario->until_agreed || strcmp(value, "end") == 0 ||
           complain(complaint, "\"%s\" is neither agreed nor end", value);
}

static enum event_kind find_event(const char *name, size_t length) {
    unsigned kind = 0;
    while (kind < HAPPENS_COUNT && (strncmp(event_name((enum event_kind)kind), name, length) != 0 ||
                                    event_name((enum event_kind)kind)[length] != '\0')) {
        kind++;
    }
    return (enum event_kind)kind;
}

/* "crash,leave" */
static bool read_about(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)sweep;
    scenario->about = 0;
    for (;;) {
        size_t length = strcspn(value, ",");
        enum event_kind kind = find_event(value, length);
        if (kind == HAPPENS_COUNT) {
            return complain(complaint, "\"%.*s\" is no event: crash, leave, pause, ... are", (int)length, value);
        }
        scenario->about |= 1u << kind;
        if (value[length] == '\0') {
            return true;
        }
        value += length + 1;
    }
}

static bool read_seed(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    axes_clear_seeds(sweep);
    return text_count(value, 0, SEED_MOST, &scenario->seed, complaint);
}

/* "sequential@5s": how, and how long to wait. */
static const struct {
    const char *name;
    bool waits;
} joins[JOIN_COUNT] = {[JOIN_ACQUAINTED] = {"acquainted", false},
                       [JOIN_ALIGNED] = {"aligned", false},
                       [JOIN_TOGETHER] = {"together", true},
                       [JOIN_SEQUENTIAL] = {"sequential", true}};

static bool read_join(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)sweep;
    size_t length = strcspn(value, "@");
    for (int join = 0; join < JOIN_COUNT; join++) {
        bool is_it = strlen(joins[join].name) == length && memcmp(joins[join].name, value, length) == 0;
        if (is_it && (value[length] == '\0' || joins[join].waits)) {
            scenario->join = (enum scenario_join)join;
            scenario->join_wait_us = join == JOIN_SEQUENTIAL ? SELKIE_S(1) : 0;
            return value[length] == '\0' || text_duration(value + length + 1, &scenario->join_wait_us, complaint);
        }
    }
    return complain(complaint, "\"%s\" is none of acquainted, aligned, together, together@10s, sequential@5s", value);
}

static bool read_preset(struct scenario *scenario, struct sweep *sweep, const char *value,
                        struct complaint *complaint) {
    (void)sweep;
    for (int preset = 0; preset < PRESET_COUNT; preset++) {
        if (strcmp(preset_name((enum scenario_preset)preset), value) == 0) {
            scenario->preset = (enum scenario_preset)preset;
            return true;
        }
    }
    return complain(complaint, "\"%s\" is none of lan, wan, simple, lan-plain, wan-plain", value);
}

static bool no_such_setting(const char *name, struct complaint *complaint) {
    const char *names[SETTINGS_MOST + 1] = {NULL};
    for (unsigned setting = 0; setting < settings_count; setting++) {
        names[setting] = settings[setting].name;
    }
    const char *nearest = text_nearest(name, names);
    return complain(complaint, "there is no setting \"%s\"%s%s%s: see `selkie help settings`", name,
                    nearest != NULL ? ", did you mean " : "", nearest != NULL ? nearest : "",
                    nearest != NULL ? "?" : "");
}

static bool set(struct scenario *scenario, unsigned setting, const char *value, struct complaint *complaint) {
    scenario->is_set[setting] = settings_read(setting, value, &scenario->values[setting], complaint);
    if (!scenario->is_set[setting]) {
        complain_of(complaint, "%s: ", settings[setting].name);
    }
    return scenario->is_set[setting];
}

static bool read_set(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    char name[64];
    size_t length = strcspn(value, "=");
    (void)sweep;
    if (value[length] == '\0' || length >= sizeof name) {
        return complain(complaint, "\"%s\" is no NAME=VALUE, as probe_period=500ms", value);
    }
    memcpy(name, value, length);
    name[length] = '\0';
    unsigned setting = settings_find(name);
    return setting == settings_count ? no_such_setting(name, complaint)
                                     : set(scenario, setting, value + length + 1, complaint);
}

static bool read_group(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)sweep;
    return who_read_group(scenario, value, complaint);
}

static bool read_inbox(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    uint64_t packets;
    (void)sweep;
    if (!text_count(value, 1, 1000000, &packets, complaint)) {
        return false;
    }
    scenario->inbox_packets = (uint32_t)packets;
    return true;
}

static bool read_renew(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)sweep;
    return text_flag(value, &scenario->renews, complaint);
}

static bool read_checks(struct scenario *scenario, struct sweep *sweep, const char *value,
                        struct complaint *complaint) {
    (void)sweep, (void)value, (void)complaint;
    scenario->checks = true;
    return true;
}

/* ---- The network ---- */

/* "a..b" taken apart. */
static bool read_span(const char *text, uint64_t *from_us, uint64_t *to_us, struct complaint *complaint) {
    char first[TEXT_MOST];
    const char *dots = strstr(text, "..");
    size_t length = dots == NULL ? 0 : (size_t)(dots - text);
    if (dots == NULL || length >= sizeof first) {
        return complain(complaint, "\"%s\" is no TIME..TIME", text);
    }
    memcpy(first, text, length);
    first[length] = '\0';
    return text_duration(first, from_us, complaint) && text_duration(dots + 2, to_us, complaint);
}

#define LOG_NORMAL "lognormal:"

static bool read_latency(struct scenario *scenario, struct sweep *sweep, const char *value,
                         struct complaint *complaint) {
    struct selkie_sim_link *link = &scenario->link;
    bool log_normal = strncmp(value, LOG_NORMAL, strlen(LOG_NORMAL)) == 0;
    bool span = log_normal || strstr(value, "..") != NULL;
    (void)sweep;
    link->latency = log_normal ? SELKIE_SIM_LOG_NORMAL : span ? SELKIE_SIM_UNIFORM : SELKIE_SIM_CONSTANT;
    link->latency_high_us = 0;
    if (!span) {
        return text_duration(value, &link->latency_us, complaint);
    }
    return read_span(value + (log_normal ? strlen(LOG_NORMAL) : 0), &link->latency_us, &link->latency_high_us,
                     complaint);
}

static bool read_loss(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)sweep;
    return text_chance(value, &scenario->link.loss_ppm, complaint);
}

static bool read_duplicate(struct scenario *scenario, struct sweep *sweep, const char *value,
                           struct complaint *complaint) {
    (void)sweep;
    return text_chance(value, &scenario->link.duplicate_ppm, complaint);
}

/* "5%:20ms" */
static bool read_reorder(struct scenario *scenario, struct sweep *sweep, const char *value,
                         struct complaint *complaint) {
    char chance[TEXT_MOST];
    size_t length = strcspn(value, ":");
    (void)sweep;
    if (value[length] == '\0' || length >= sizeof chance) {
        return complain(complaint, "\"%s\" is no CHANCE:TIME, as 5%%:20ms", value);
    }
    memcpy(chance, value, length);
    chance[length] = '\0';
    return text_chance(chance, &scenario->link.reorder_ppm, complaint) &&
           text_duration(value + length + 1, &scenario->link.reorder_by_us, complaint);
}

/* ---- Sweeps ---- */

static bool read_seeds(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)scenario;
    return axes_read_seeds(sweep, value, complaint);
}

static bool read_sweep(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint) {
    (void)scenario;
    return axes_read(sweep, value, complaint);
}

/* ---- All of them ---- */

const struct directive directives[] = {
    {"members", "N", ABOUT_CLUSTER, "how many members there are, 1 to 65535 (100)", HAPPENS_COUNT, read_members},
    {"duration", "TIME", ABOUT_CLUSTER, "how long the run is: 500ms, 60s, 2h (60s)", HAPPENS_COUNT, read_duration},
    {"until", "agreed", ABOUT_CLUSTER,
     "end earlier: after the last event, when all have agreed on who is there, and suspected nobody, for two periods",
     HAPPENS_COUNT, read_until},
    {"about", "EVENT,EVENT...", ABOUT_CLUSTER,
     "how soon others knew is told only of those to which one of these happens: crash, leave, ... (of all)",
     HAPPENS_COUNT, read_about},
    {"seed", "N", ABOUT_CLUSTER, "what every random choice follows from (1)", HAPPENS_COUNT, read_seed},
    {"join", "HOW", ABOUT_CLUSTER,
     "acquainted: all know all from the start (so it is if nothing is said). aligned: the same, and all periods begin "
     "at "
     "once. together: m0 is there, all others join through it at once, together@10s: after 10 s. sequential@5s: the "
     "next "
     "one joins each 5 s",
     HAPPENS_COUNT, read_join},
    {"preset", "NAME", ABOUT_CLUSTER,
     "the configuration: lan, wan or simple; lan-plain, wan-plain: with SWIM alone, without Lifeguard and the like "
     "(lan)",
     HAPPENS_COUNT, read_preset},
    {"set", "NAME=VALUE", ABOUT_CLUSTER, "change a setting of the configuration: see `selkie help settings`",
     HAPPENS_COUNT, read_set},
    {"group", "NAME=WHO", ABOUT_CLUSTER, "give members a name, so that several events can be about them", HAPPENS_COUNT,
     read_group},
    {"inbox", "N", ABOUT_CLUSTER, "packets that wait for a paused or slow member; more are lost (256)", HAPPENS_COUNT,
     read_inbox},
    {"renew", "yes|no", ABOUT_CLUSTER,
     "whether a member that learns that it is held for Down goes on under a renewed identity (yes); otherwise it ends",
     HAPPENS_COUNT, read_renew},
    {"checks", NULL, ABOUT_CLUSTER,
     "check all the time that the engines keep to the protocol, which takes hardly longer", HAPPENS_COUNT, read_checks},
    {"latency", "TIME", ABOUT_NETWORK,
     "of each packet: 5ms; 1ms..3ms: evenly between the two; lognormal:40ms..300ms: median and 99th percentile "
     "(1ms..3ms)",
     HAPPENS_COUNT, read_latency},
    {"loss", "CHANCE", ABOUT_NETWORK, "how many packets are lost: 2% (0)", HAPPENS_COUNT, read_loss},
    {"duplicate", "CHANCE", ABOUT_NETWORK, "how many arrive twice (0)", HAPPENS_COUNT, read_duplicate},
    {"reorder", "CHANCE:TIME", ABOUT_NETWORK, "how many are held back, and by up to how long: 5%:20ms (0)",
     HAPPENS_COUNT, read_reorder},
#define SELKIE_X(name, word, text)                                                                                     \
    {word, HAPPENS_##name == HAPPENS_HEAL ? "@TIME" : "WHO@TIME[,KEY=VALUE...]", ABOUT_EVENT, text, HAPPENS_##name,    \
     NULL},
    SCENARIO_EVENTS(SELKIE_X)
#undef SELKIE_X
        {"seeds", "LIST", ABOUT_SWEEP, "run with each of these seeds: 1..100, or 1,2,7", HAPPENS_COUNT, read_seeds},
    {"sweep", "NAME=VALUE,VALUE...", ABOUT_SWEEP,
     "run with each of these values; several sweeps: with each combination. NAME is a setting, a flag about the "
     "cluster or "
     "the network, a part of an event (crash.who, pause.for, ...) or a group (group.sick)",
     HAPPENS_COUNT, read_sweep},
};
const unsigned directives_count = sizeof directives / sizeof *directives;

unsigned directives_find(const char *name) {
    unsigned directive = 0;
    while (directive < directives_count && strcmp(directives[directive].name, name) != 0) {
        directive++;
    }
    return directive;
}

bool directives_take(unsigned directive, struct scenario *scenario, struct sweep *sweep, const char *value,
                     struct complaint *complaint) {
    const struct directive *is = &directives[directive];
    return is->about == ABOUT_EVENT ? happen_read(scenario, is->kind, value, complaint)
                                    : is->read(scenario, sweep, value, complaint);
}

/* ---- Changing one thing ---- */

static bool change_group(struct scenario *scenario, const char *name, const char *value, struct complaint *complaint) {
    uint32_t group = who_find_group(scenario, name);
    if (group == scenario->group_count) {
        return complain(complaint, "there is no group \"%s\"", name);
    }
    struct who who;
    if (!who_read(scenario, value, &who, complaint)) {
        return false;
    }
    if (who.kind == WHO_GROUP) {
        return complain(complaint, "\"%s\": a group is not made of a group", value);
    }
    scenario->groups[group].who = who;
    return true;
}

static bool change_events(struct scenario *scenario, enum event_kind kind, const char *key, const char *value,
                          struct complaint *complaint) {
    uint32_t changed = 0;
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        if (scenario->events[event].kind == kind) {
            changed++;
            if (!happen_change(scenario, &scenario->events[event], key, value, complaint)) {
                return false;
            }
        }
    }
    return changed > 0 || complain(complaint, "there is no %s in this scenario", event_name(kind));
}

static bool change_part(struct scenario *scenario, const char *name, const char *dot, const char *value,
                        struct complaint *complaint) {
    char whole[64];
    size_t length = (size_t)(dot - name);
    if (length < sizeof whole) {
        memcpy(whole, name, length);
        whole[length] = '\0';
        if (strcmp(whole, "group") == 0) {
            return change_group(scenario, dot + 1, value, complaint);
        }
        unsigned directive = directives_find(whole);
        if (directive < directives_count && directives[directive].about == ABOUT_EVENT) {
            return change_events(scenario, directives[directive].kind, dot + 1, value, complaint);
        }
    }
    return complain(complaint, "\"%s\" is no setting, no part of an event (crash.who) and no group (group.sick)", name);
}

static bool may_vary(unsigned directive) {
    static const char *const fixed[] = {"seed", "set", "group", "checks", "until", "about"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (strcmp(directives[directive].name, fixed[i]) == 0) {
            return false;
        }
    }
    return directives[directive].about == ABOUT_CLUSTER || directives[directive].about == ABOUT_NETWORK;
}

bool directives_change(struct scenario *scenario, const char *name, const char *value, struct complaint *complaint) {
    unsigned setting = settings_find(name);
    unsigned directive = directives_find(name);
    struct sweep none = {.axis_count = 0};
    if (setting < settings_count) {
        return set(scenario, setting, value, complaint);
    }
    if (directive < directives_count && may_vary(directive)) {
        return directives_take(directive, scenario, &none, value, complaint);
    }
    if (strcmp(name, "seed") == 0) {
        return complain(complaint, "seeds are varied by --seeds 1..100");
    }
    const char *dot = strchr(name, '.');
    if (directive < directives_count || dot == NULL) {
        return directive < directives_count
                   ? complain(complaint, "%s cannot be varied as a whole; parts of an event can: %s.who", name, name)
                   : no_such_setting(name, complaint);
    }
    return change_part(scenario, name, dot, value, complaint);
}
