#include "command/collect.h"

#include "command/happen.h"
#include "command/memory.h"

#include <stdlib.h>
#include <string.h>

void collect_init(struct collect *collect, const struct scenario *scenario) {
    *collect = (struct collect){.scenario = scenario, .joined_us = NEVER, .agreed_us = NEVER};
    views_init(&collect->views, scenario->members);
    detect_init(&collect->detect, scenario->members);
    meter_init(&collect->meter, scenario->members, scenario->duration_us);
    collect->of = memory_zeroed(scenario->members, sizeof *collect->of);
}

void collect_free(struct collect *collect) {
    views_free(&collect->views);
    detect_free(&collect->detect);
    meter_free(&collect->meter);
    free(collect->of);
}

/* ---- Who is who ---- */

/* The default identity of the simulator: { ip 4, port 2, generation 2 }, big-endian. */
static uint32_t generation_of(const void *identity) {
    const unsigned char *bytes = identity;
    return (uint32_t)bytes[6] << 8 | bytes[7];
}

static bool is_healthy(const struct collect *collect, uint32_t member) {
    return collect->of[member].runs && !collect->of[member].impaired;
}

/* After anything that may have changed who holds whom for active. */
static void look_for_agreement(struct collect *collect) {
    uint64_t now_us = selkie_sim_now(collect->sim);
    if (collect->views.wrong > 0) {
        collect->agreed_us = NEVER;
    } else if (collect->agreed_us == NEVER) {
        collect->agreed_us = now_us;
    }
    if (collect->joined_us == NEVER && collect->views.wrong == 0 && collect->started == collect->scenario->members) {
        collect->joined_us = now_us;
    }
}

/* ---- What members say of others ---- */

/* Is it said of a member that is well, in the life that it has now? */
static bool is_false_alarm(const struct collect *collect, uint32_t about, uint32_t generation) {
    return is_healthy(collect, about) && generation >= collect->of[about].first_generation;
}

static bool is_of_this_life(const struct collect *collect, uint32_t about, uint32_t generation) {
    return collect->of[about].runs && generation >= collect->of[about].first_generation;
}

static void count(struct alarms *alarms, enum selkie_notification_kind kind) {
    alarms->suspects += kind == SELKIE_NOTIFY_MEMBER_SUSPECT;
    alarms->downs += kind == SELKIE_NOTIFY_MEMBER_DOWN;
    alarms->returns += kind == SELKIE_NOTIFY_MEMBER_UP;
}

static void hit(struct collect *collect, uint32_t about) {
    collect->verdicts.members_hit += !collect->of[about].hit;
    collect->of[about].hit = true;
    meter_track(&collect->meter, about);
}

static void judge(struct collect *collect, uint32_t observer, uint32_t about, uint32_t generation,
                  enum selkie_notification_kind kind) {
    struct verdicts *verdicts = &collect->verdicts;
    struct bucket *bucket = &collect->meter.now;
    bool down = kind == SELKIE_NOTIFY_MEMBER_DOWN, healthy = is_healthy(collect, observer);
    bucket->downs += down;
    if (is_false_alarm(collect, about, generation)) {
        count(&verdicts->every_false, kind);
        bucket->false_downs += down;
        bucket->false_suspects += kind == SELKIE_NOTIFY_MEMBER_SUSPECT;
        if (healthy) {
            count(&verdicts->healthy_false, kind);
            bucket->healthy_false_downs += down;
        }
        if (down) {
            hit(collect, about);
        }
    } else if (is_of_this_life(collect, about, generation) && healthy) {
        count(&verdicts->impaired, kind);
    }
}

static void heard_up(struct collect *collect, uint32_t observer, uint32_t about, uint32_t generation) {
    if (views_up(&collect->views, observer, about)) {
        judge(collect, observer, about, generation, SELKIE_NOTIFY_MEMBER_UP);
    }
}

static void heard_alarm(struct collect *collect, uint32_t observer, uint32_t about, uint32_t generation,
                        enum selkie_notification_kind kind) {
    bool down = kind == SELKIE_NOTIFY_MEMBER_DOWN;
    if (down) {
        views_down(&collect->views, observer, about);
    } else {
        views_suspect(&collect->views, observer, about, true);
    }
    judge(collect, observer, about, generation, kind);
    if (!is_false_alarm(collect, about, generation)) {
        detect_notice(&collect->detect, observer, about, generation, down, selkie_sim_now(collect->sim));
    }
}

static void heard(struct collect *collect, uint32_t observer, uint32_t about,
                  const struct selkie_notification *notification) {
    uint32_t generation = generation_of(notification->member.identity);
    switch (notification->kind) {
    case SELKIE_NOTIFY_MEMBER_UP:
        heard_up(collect, observer, about, generation);
        break;
    case SELKIE_NOTIFY_MEMBER_DOWN:
    case SELKIE_NOTIFY_MEMBER_SUSPECT:
        heard_alarm(collect, observer, about, generation, notification->kind);
        break;
    case SELKIE_NOTIFY_MEMBER_REFUTED:
    case SELKIE_NOTIFY_RENAME: /* that was the other one */
        views_suspect(&collect->views, observer, about, false);
        break;
    case SELKIE_NOTIFY_REJOIN:
        collect->verdicts.renewals++;
        break;
    default:
        return;
    }
    look_for_agreement(collect);
}

void collect_notified(void *ctx, uint32_t member, const struct selkie_notification *notification) {
    struct collect *collect = ctx;
    if (collect->listens && notification->member.identity != NULL) {
        heard(collect, member, selkie_sim_member_at(collect->sim, notification->member.identity), notification);
    }
}

void collect_sent(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                  size_t size) {
    struct collect *collect = ctx;
    (void)bytes;
    meter_sent(&collect->meter, from, header->message, size);
    if (header->message == SELKIE_PING && to != SELKIE_SIM_NOBODY) {
        detect_ping(&collect->detect, to, selkie_sim_now(collect->sim));
    }
}

/* ---- What is done to members ---- */

void collect_begin(struct collect *collect, selkie_sim *sim) {
    collect->sim = sim;
    collect->listens = collect->scenario->join == JOIN_TOGETHER || collect->scenario->join == JOIN_SEQUENTIAL;
}

void collect_acquainted(struct collect *collect) {
    views_acquaint(&collect->views);
    for (uint32_t member = 0; member < collect->scenario->members; member++) {
        collect->of[member].runs = true;
        collect->of[member].first_generation = generation_of(selkie_sim_identity(collect->sim, member));
        meter_starts(&collect->meter, member, selkie_sim_now(collect->sim));
    }
    collect->started = collect->scenario->members;
    collect->listens = true;
    look_for_agreement(collect);
}

void collect_starts(struct collect *collect, uint32_t member) {
    struct character *of = &collect->of[member];
    uint64_t now_us = selkie_sim_now(collect->sim);
    collect->started += of->first_generation == 0;
    of->runs = true;
    of->first_generation = generation_of(selkie_sim_identity(collect->sim, member));
    views_renew(&collect->views, member);
    views_set_live(&collect->views, member, true);
    meter_starts(&collect->meter, member, now_us);
    detect_lives(&collect->detect, member, now_us);
    look_for_agreement(collect);
}

static void goes(struct collect *collect, uint32_t member) {
    collect->of[member].runs = false;
    views_set_live(&collect->views, member, false);
    detect_lose(&collect->detect, member);
    look_for_agreement(collect);
}

void collect_ends(struct collect *collect, uint32_t member) {
    const selkie *engine = selkie_sim_engine(collect->sim, member);
    goes(collect, member);
    views_forget(&collect->views, member);
    meter_ends(&collect->meter, member, engine, selkie_sim_now(collect->sim));
}

void collect_leaves(struct collect *collect, uint32_t member) {
    goes(collect, member);
}

void collect_stops(struct collect *collect, uint32_t member) {
    views_set_live(&collect->views, member, false);
    look_for_agreement(collect);
}

void collect_goes_on(struct collect *collect, uint32_t member) {
    views_set_live(&collect->views, member, true);
    look_for_agreement(collect);
}

/* ---- Events ---- */

static bool observes(void *ctx, uint32_t observer, uint32_t member) {
    const struct collect *collect = ctx;
    return is_healthy(collect, observer) &&
           (selkie_sim_view(collect->sim, observer, member) & (unsigned)SELKIE_SIM_SEES_ACTIVE) != 0;
}

static void impair(struct collect *collect, const uint32_t *members, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (!collect->of[members[i]].impaired) {
            collect->of[members[i]].impaired = true;
            detect_lose(&collect->detect, members[i]);
        }
    }
}

void collect_happened(struct collect *collect, uint32_t event, const uint32_t *members, uint32_t count) {
    const struct scenario_event *happens = &collect->scenario->events[event];
    bool ends_life = happens->kind == HAPPENS_CRASH || happens->kind == HAPPENS_LEAVE;
    if (happen_impairs(happens)) {
        impair(collect, members, count);
    }
    if (!happen_is_noticed(happens)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        meter_track(&collect->meter, members[i]);
    }
    if (!scenario_is_about(collect->scenario, happens->kind)) {
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct subject subject = {.member = members[i], .event = event, .at_us = selkie_sim_now(collect->sim)};
        uint32_t generation = generation_of(selkie_sim_identity(collect->sim, members[i]));
        detect_begin(&collect->detect, &subject, generation, ends_life, observes, collect);
    }
}

void collect_over(struct collect *collect, uint32_t event, uint32_t member) {
    detect_over(&collect->detect, event, member, selkie_sim_now(collect->sim));
}

void collect_tick(struct collect *collect) {
    meter_tick(&collect->meter, &collect->views, selkie_sim_now(collect->sim));
}

/* ---- The result ---- */

static void end_all(struct collect *collect) {
    for (uint32_t member = 0; member < collect->scenario->members; member++) {
        const selkie *engine = selkie_sim_engine(collect->sim, member);
        if (engine != NULL) {
            meter_ends(&collect->meter, member, engine, selkie_sim_now(collect->sim));
        }
    }
}

static void take_counters(const struct collect *collect, struct result *result) {
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(collect->sim, &counters);
    result->load.lost = counters.lost;
    result->load.cut = counters.cut;
    result->load.overflowed = counters.overflowed;
    result->load.throttled = counters.throttled;
    result->load.unheard = counters.unheard;
    result->violations = counters.violations;
}

void collect_finish(struct collect *collect, struct result *result) {
    result->running = 0;
    for (uint32_t member = 0; member < collect->scenario->members; member++) {
        result->running += collect->of[member].runs;
    }
    result->agreed = selkie_sim_is_agreed(collect->sim);
    result->joined_us = collect->joined_us;
    result->agreed_us = collect->agreed_us;
    result->duration_us = selkie_sim_now(collect->sim);
    result->hash = selkie_sim_hash(collect->sim);
    collect_tick(collect);
    meter_last_bucket(&collect->meter, &collect->views, result->duration_us);
    end_all(collect);
    meter_finish(&collect->meter);
    detect_finish(&collect->detect);
    result->subjects = collect->detect.subjects;
    result->subject_count = collect->detect.count;
    result->verdicts = collect->verdicts;
    result->load = collect->meter.load;
    result->series = collect->meter.series;
    result->timeline = collect->meter.timeline;
    result->sizes = meter_sizes(&collect->meter);
    take_counters(collect, result);
}
