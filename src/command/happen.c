#include "command/happen.h"

#include "command/text.h"
#include "command/who.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BIT(kind) (1u << HAPPENS_##kind)
#define EVERY ((1u << HAPPENS_COUNT) - 1)
#define LASTING (EVERY & ~(BIT(RESTART) | BIT(HEAL)))
#define QUEUE_USUAL UINT64_C(65536)

/* ---- Keys that most have ---- */

static bool read_for(const struct scenario *scenario, struct scenario_event *event, const char *value,
                     struct complaint *complaint) {
    (void)scenario;
    return text_duration(value, &event->for_us, complaint) &&
           (event->for_us > 0 || complain(complaint, "it is to be more than 0"));
}

static bool read_gap(const struct scenario *scenario, struct scenario_event *event, const char *value,
                     struct complaint *complaint) {
    (void)scenario;
    return text_duration(value, &event->gap_us, complaint) &&
           (event->gap_us > 0 || complain(complaint, "it is to be more than 0"));
}

static bool read_until(const struct scenario *scenario, struct scenario_event *event, const char *value,
                       struct complaint *complaint) {
    (void)scenario;
    return text_duration(value, &event->until_us, complaint);
}

static bool read_stagger(const struct scenario *scenario, struct scenario_event *event, const char *value,
                         struct complaint *complaint) {
    (void)scenario;
    return text_duration(value, &event->stagger_us, complaint);
}

static bool print_time(char text[HAPPEN_TEXT_MOST], uint64_t us, uint64_t usual) {
    if (us != usual) {
        text_print_duration(text, us);
    }
    return us != usual;
}

static bool print_for(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                      const struct scenario_event *event) {
    (void)scenario;
    return print_time(text, event->for_us, NEVER);
}

static bool print_gap(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                      const struct scenario_event *event) {
    (void)scenario;
    return print_time(text, event->gap_us, NEVER);
}

static bool print_until(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                        const struct scenario_event *event) {
    (void)scenario;
    return print_time(text, event->until_us, NEVER);
}

static bool print_stagger(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                          const struct scenario_event *event) {
    (void)scenario;
    return print_time(text, event->stagger_us, 0);
}

/* ---- By how much ---- */

static bool read_by(const struct scenario *scenario, struct scenario_event *event, const char *value,
                    struct complaint *complaint) {
    (void)scenario;
    uint32_t ppm = 0;
    bool good;
    switch (event->kind) {
    case HAPPENS_SLOW:
        return text_duration(value, &event->by, complaint) &&
               (event->by <= UINT64_C(3600000000) || complain(complaint, "\"%s\" is above an hour", value));
    case HAPPENS_CLOCK:
        event->by = 1;
        return text_drift(value, &event->clock_ppm, complaint);
    case HAPPENS_BANDWIDTH:
        return text_bytes(value, UINT64_C(1000000000000), &event->by, complaint) &&
               (event->by > 0 || complain(complaint, "it is to be more than 0 bytes a second"));
    default:
        good = text_chance(value, &ppm, complaint);
        event->by = ppm;
        return good;
    }
}

static bool print_by(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario, const struct scenario_event *event) {
    (void)scenario;
    if (event->by == NEVER) {
        return false;
    }
    switch (event->kind) {
    case HAPPENS_SLOW:
        text_print_duration(text, event->by);
        return true;
    case HAPPENS_CLOCK:
        text_print_chance(text, event->clock_ppm);
        return true;
    case HAPPENS_BANDWIDTH:
        text_print_bytes(text, event->by);
        return true;
    default:
        text_print_chance(text, (int64_t)event->by);
        return true;
    }
}

/* ---- Keys that one has ---- */

static bool read_queue(const struct scenario *scenario, struct scenario_event *event, const char *value,
                       struct complaint *complaint) {
    (void)scenario;
    return text_bytes(value, UINT32_MAX, &event->queue, complaint);
}

static bool print_queue(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                        const struct scenario_event *event) {
    (void)scenario;
    text_print_bytes(text, event->queue);
    return event->queue != QUEUE_USUAL;
}

static const char *const sides[] = {[SIDE_BOTH] = "both", [SIDE_SEND] = "send", [SIDE_RECEIVE] = "receive"};

static bool read_side(const struct scenario *scenario, struct scenario_event *event, const char *value,
                      struct complaint *complaint) {
    (void)scenario;
    for (int side = SIDE_BOTH; side <= SIDE_RECEIVE; side++) {
        if (strcmp(value, sides[side]) == 0) {
            event->side = (enum lossy_side)side;
            return true;
        }
    }
    return complain(complaint, "\"%s\" is none of both, send, receive", value);
}

static bool print_side(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                       const struct scenario_event *event) {
    (void)scenario;
    snprintf(text, HAPPEN_TEXT_MOST, "%s", sides[event->side]);
    return event->side != SIDE_BOTH;
}

static bool read_wake(const struct scenario *scenario, struct scenario_event *event, const char *value,
                      struct complaint *complaint) {
    (void)scenario;
    return text_flag(value, &event->wake, complaint);
}

static bool print_wake(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                       const struct scenario_event *event) {
    (void)scenario;
    snprintf(text, HAPPEN_TEXT_MOST, "yes");
    return event->wake;
}

static bool read_oneway(const struct scenario *scenario, struct scenario_event *event, const char *value,
                        struct complaint *complaint) {
    (void)scenario;
    return text_flag(value, &event->one_way, complaint);
}

static bool print_oneway(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                         const struct scenario_event *event) {
    (void)scenario;
    snprintf(text, HAPPEN_TEXT_MOST, "yes");
    return event->one_way;
}

static bool read_with(const struct scenario *scenario, struct scenario_event *event, const char *value,
                      struct complaint *complaint) {
    return who_read(scenario, value, &event->with, complaint);
}

static bool print_with(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                       const struct scenario_event *event) {
    char who[WHO_TEXT_MOST];
    snprintf(text, HAPPEN_TEXT_MOST, "%s", who_print(who, scenario, &event->with));
    return event->with.kind != WHO_NOBODY;
}

const struct happen_key happen_keys[] = {
    {"by", BIT(SLOW) | BIT(CLOCK) | BIT(LOSSY) | BIT(BANDWIDTH), "AMOUNT", "how much: see the event", read_by,
     print_by},
    {"for", LASTING, "TIME", "and then it ends; without it, it lasts", read_for, print_for},
    {"gap", LASTING | BIT(RESTART), "TIME", "and again so long after it ended", read_gap, print_gap},
    {"until", LASTING | BIT(RESTART), "TIME", "with gap: from this time of the run on no more", read_until,
     print_until},
    {"stagger", EVERY & ~(BIT(HEAL) | BIT(SPLIT)), "TIME", "each member so much later than the one before",
     read_stagger, print_stagger},
    {"wake", BIT(PAUSE), "yes", "they notice that they were stopped, and tell their engines", read_wake, print_wake},
    {"with", BIT(CUT), "WHO", "whom they do not reach", read_with, print_with},
    {"oneway", BIT(CUT), "yes", "they are not heard there, but hear", read_oneway, print_oneway},
    {"side", BIT(LOSSY), "SIDE", "both, send or receive", read_side, print_side},
    {"queue", BIT(BANDWIDTH), "BYTES", "wait at most; more is lost (65536)", read_queue, print_queue},
    {NULL, 0, NULL, NULL, NULL, NULL}};

/* ---- An event ---- */

static bool goes_with(const struct happen_key *key, enum event_kind kind) {
    return (key->kinds >> kind & 1u) != 0;
}

static bool no_such_key(enum event_kind kind, const char *name, struct complaint *complaint) {
    char known[200] = "";
    for (const struct happen_key *key = happen_keys; key->name != NULL; key++) {
        if (goes_with(key, kind)) {
            size_t length = strlen(known);
            snprintf(known + length, sizeof known - length, "%s%s", length > 0 ? ", " : "", key->name);
        }
    }
    return complain(complaint, "\"%s\" is no part of a %s: %s%s", name, event_name(kind),
                    *known != '\0' ? "there are " : "it has none", known);
}

bool happen_change(const struct scenario *scenario, struct scenario_event *event, const char *key, const char *value,
                   struct complaint *complaint) {
    if (strcmp(key, "at") == 0) {
        return text_duration(value, &event->at_us, complaint);
    }
    if (strcmp(key, "who") == 0 && event->kind != HAPPENS_HEAL) {
        return who_read(scenario, value, &event->who, complaint);
    }
    for (const struct happen_key *known = happen_keys; known->name != NULL; known++) {
        if (strcmp(known->name, key) == 0 && goes_with(known, event->kind)) {
            bool good = known->read(scenario, event, value, complaint);
            if (!good) {
                complain_of(complaint, "%s: ", key);
            }
            return good;
        }
    }
    return no_such_key(event->kind, key, complaint);
}

/* The next part of a text that is taken apart at commas. */
static char *next_part(char **text) {
    char *part = *text;
    size_t length = strcspn(part, ",");
    *text = part[length] == '\0' ? NULL : part + length + 1;
    part[length] = '\0';
    return part;
}

static bool read_place(const struct scenario *scenario, struct scenario_event *event, char *part,
                       struct complaint *complaint) {
    char *at = strchr(part, '@');
    if (at == NULL) {
        return complain(complaint, "\"%s\" says no time: %s is expected, as %s", part,
                        event->kind == HAPPENS_HEAL ? "@TIME" : "WHO@TIME",
                        event->kind == HAPPENS_HEAL ? "@40s" : "10@20s");
    }
    *at = '\0';
    if (event->kind == HAPPENS_HEAL && *part != '\0') {
        return complain(complaint, "\"%s\": a heal is about nobody in particular: @TIME is expected", part);
    }
    return (event->kind == HAPPENS_HEAL || who_read(scenario, part, &event->who, complaint)) &&
           text_duration(at + 1, &event->at_us, complaint);
}

bool happen_read(struct scenario *scenario, enum event_kind kind, const char *text, struct complaint *complaint) {
    struct scenario_event event = {
        .kind = kind, .for_us = NEVER, .gap_us = NEVER, .until_us = NEVER, .by = NEVER, .queue = QUEUE_USUAL};
    char copy[HAPPEN_TEXT_MOST];
    char *rest = copy;
    if ((size_t)snprintf(copy, sizeof copy, "%s", text) >= sizeof copy) {
        return complain(complaint, "what is said of it is too long");
    }
    if (!read_place(scenario, &event, next_part(&rest), complaint)) {
        return false;
    }
    while (rest != NULL) {
        char *part = next_part(&rest);
        char *value = strchr(part, '=');
        if (value == NULL) {
            return complain(complaint, "\"%s\" is no KEY=VALUE, as for=5s", part);
        }
        *value++ = '\0';
        if (strcmp(part, "who") == 0 || strcmp(part, "at") == 0) {
            return no_such_key(kind, part, complaint);
        }
        if (!happen_change(scenario, &event, part, value, complaint)) {
            return false;
        }
    }
    if (scenario->event_count == EVENTS_MOST) {
        return complain(complaint, "there are more than %u events", EVENTS_MOST);
    }
    scenario->events[scenario->event_count++] = event;
    return true;
}

const char *happen_print(char text[HAPPEN_TEXT_MOST], const struct scenario *scenario,
                         const struct scenario_event *event) {
    char who[WHO_TEXT_MOST], at[TEXT_MOST], value[HAPPEN_TEXT_MOST];
    snprintf(text, HAPPEN_TEXT_MOST, "%s@%s", who_print(who, scenario, &event->who),
             text_print_duration(at, event->at_us));
    for (const struct happen_key *key = happen_keys; key->name != NULL; key++) {
        if (goes_with(key, event->kind) && key->print(value, scenario, event)) {
            size_t length = strlen(text);
            snprintf(text + length, HAPPEN_TEXT_MOST - length, ",%s=%s", key->name, value);
        }
    }
    return text;
}

/* ---- Does it make sense ---- */

#define PAIRS_MOST (UINT64_C(1) << 22) /* of members whose links are set one by one */

static bool check_amount(const struct scenario_event *event, struct complaint *complaint) {
    static const char *const examples[HAPPENS_COUNT] = {[HAPPENS_SLOW] = "by=100ms",
                                                        [HAPPENS_CLOCK] = "by=5%",
                                                        [HAPPENS_LOSSY] = "by=20%",
                                                        [HAPPENS_BANDWIDTH] = "by=10kB"};
    if (examples[event->kind] != NULL && event->by == NEVER) {
        return complain(complaint, "it is not said by how much: by=AMOUNT is expected, as %s", examples[event->kind]);
    }
    return true;
}

static bool check_times(const struct scenario *scenario, const struct scenario_event *event,
                        struct complaint *complaint) {
    char at[TEXT_MOST], duration[TEXT_MOST];
    if (event->at_us >= scenario->duration_us) {
        return complain(complaint, "at %s the run of %s is over", text_print_duration(at, event->at_us),
                        text_print_duration(duration, scenario->duration_us));
    }
    if (event->gap_us != NEVER && event->for_us == NEVER && event->kind != HAPPENS_RESTART) {
        return complain(complaint, "gap=TIME needs for=TIME: what does not end cannot come again");
    }
    if (event->until_us != NEVER && event->gap_us == NEVER) {
        return complain(complaint, "until=TIME needs gap=TIME: it comes but once");
    }
    if (event->until_us <= event->at_us) {
        return complain(complaint, "until %s nothing of it happens: it begins at %s",
                        text_print_duration(duration, event->until_us), text_print_duration(at, event->at_us));
    }
    return true;
}

bool happen_check(const struct scenario *scenario, const struct scenario_event *event, struct complaint *complaint) {
    if (!who_check(scenario, &event->who, complaint) || !check_amount(event, complaint) ||
        !check_times(scenario, event, complaint)) {
        return false;
    }
    if (event->kind == HAPPENS_CUT && event->with.kind == WHO_NOBODY) {
        return complain(complaint, "it is not said from whom: with=WHO is expected, as with=m3-9");
    }
    if (event->kind == HAPPENS_CUT && !who_check(scenario, &event->with, complaint)) {
        return false;
    }
    uint64_t count = who_count(scenario, &event->who);
    if (event->kind == HAPPENS_LOSSY && (event->who.kind != WHO_ALL || event->stagger_us > 0) &&
        count * count > PAIRS_MOST) {
        return complain(complaint, "members that lose packets are at most 2,048, or all of them at once");
    }
    return true;
}

bool happen_impairs(const struct scenario_event *event) {
    bool passes = event->kind == HAPPENS_CRASH || event->kind == HAPPENS_RESTART || event->kind == HAPPENS_LEAVE ||
                  event->kind == HAPPENS_HEAL;
    return !passes && event->who.kind != WHO_ALL;
}

bool happen_is_noticed(const struct scenario_event *event) {
    return event->kind == HAPPENS_CRASH || event->kind == HAPPENS_LEAVE || happen_impairs(event);
}

uint64_t happen_ends_us(const struct scenario *scenario, const struct scenario_event *event) {
    if (event->gap_us != NEVER) {
        return event->until_us;
    }
    uint32_t count = who_count(scenario, &event->who);
    uint64_t last_us = event->at_us + (count > 0 ? count - 1 : 0) * event->stagger_us;
    return event->for_us == NEVER ? last_us : last_us + event->for_us;
}
