#include "command/play.h"

#include "command/block.h"
#include "command/conditions.h"
#include "command/happen.h"
#include "command/memory.h"
#include "command/who.h"

#include <stdlib.h>

static const struct scenario_event *event_of(const struct act *act) {
    return &act->play->scenario->events[act->event];
}

/* ---- Lives ---- */

static bool runs(const struct play *play, uint32_t member) {
    return play->collect->of[member].runs;
}

/* Through whom a member joins: the first one that runs. Itself: nobody else does. */
static uint32_t somebody(const struct play *play, uint32_t member) {
    for (uint32_t other = 0; other < play->scenario->members; other++) {
        if (other != member && runs(play, other)) {
            return other;
        }
    }
    return member;
}

static void end(struct play *play, uint32_t member) {
    collect_ends(play->collect, member);
    play->paused[member] = play->leaving[member] = false;
    selkie_sim_crash(play->sim, member);
}

static void start(struct play *play, uint32_t member) {
    if (play->leaving[member]) {
        end(play, member);
    }
    if (runs(play, member)) {
        return;
    }
    selkie_sim_start(play->sim, member);
    collect_starts(play->collect, member);
    uint32_t via = somebody(play, member);
    if (via != member) {
        selkie_sim_join(play->sim, member, via);
    }
}

static void crash(struct play *play, uint32_t member) {
    if (runs(play, member)) {
        end(play, member);
    }
}

/* ---- Farewells: as a program does it, it gossips until all is told, and then ends ---- */

#define FAREWELL_EVERY_US SELKIE_MS(200)
#define FAREWELL_MOST 50u

struct farewell {
    struct play *play;
    uint32_t member;
    uint32_t times;
    const selkie *engine; /* it may have been ended meanwhile, and another begun */
};

static void go_on_leaving(selkie_sim *sim, void *ctx) {
    struct farewell *farewell = ctx;
    struct play *play = farewell->play;
    if (!play->leaving[farewell->member]) {
        return;
    }
    selkie *engine = selkie_sim_engine(sim, farewell->member);
    if (engine != farewell->engine) {
        return;
    }
    if (!selkie_farewell_pending(engine) || farewell->times++ == FAREWELL_MOST) {
        end(play, farewell->member);
        return;
    }
    (void)selkie_gossip(engine); /* what fails is tried again */
    selkie_sim_at(sim, selkie_sim_now(sim) + FAREWELL_EVERY_US, go_on_leaving, farewell);
}

static bool can_leave(const struct play *play, uint32_t member) {
    return runs(play, member) && !play->paused[member];
}

static void leave(struct play *play, uint32_t member) {
    if (!can_leave(play, member)) {
        return;
    }
    collect_leaves(play->collect, member);
    selkie_sim_leave(play->sim, member);
    play->leaving[member] = true;
    struct farewell *farewell = &play->farewells[member];
    *farewell = (struct farewell){play, member, 0, selkie_sim_engine(play->sim, member)};
    selkie_sim_at(play->sim, selkie_sim_now(play->sim) + FAREWELL_EVERY_US, go_on_leaving, farewell);
}

/* ---- Those that are told that they are Down ---- */

static void end_defunct(selkie_sim *sim, void *ctx) {
    struct farewell *farewell = ctx;
    struct play *play = farewell->play;
    bool is_same = selkie_sim_engine(sim, farewell->member) == farewell->engine;
    if (is_same && runs(play, farewell->member) && !play->leaving[farewell->member]) {
        end(play, farewell->member);
    }
}

void play_defunct(struct play *play, uint32_t member) {
    struct farewell *farewell = &play->farewells[member];
    if (play->scenario->renews || !runs(play, member)) { /* who leaves does not run any more */
        return;
    }
    *farewell = (struct farewell){play, member, 0, selkie_sim_engine(play->sim, member)};
    selkie_sim_at(play->sim, selkie_sim_now(play->sim), end_defunct, farewell); /* not in the midst of a call of its */
}

/* ---- Pauses ---- */

static void stop(struct play *play, uint32_t member) {
    if (runs(play, member) && !play->paused[member]) {
        play->paused[member] = true;
        collect_stops(play->collect, member);
        selkie_sim_pause(play->sim, member);
    }
}

static void go_on(struct play *play, uint32_t member, bool wake) {
    if (!runs(play, member) || !play->paused[member]) {
        return;
    }
    play->paused[member] = false;
    collect_goes_on(play->collect, member);
    if (wake) {
        selkie_sim_wake(play->sim, member);
    } else {
        selkie_sim_resume(play->sim, member);
    }
}

/* ---- What lasts ---- */

static bool is_on(const struct play *play, uint32_t event, uint32_t member) {
    for (uint32_t i = 0; i < play->act_count; i++) {
        const struct act *act = &play->acts[i];
        for (uint32_t one = 0; act->on && act->event == event && one < act->count; one++) {
            if (act->members[one] == member) {
                return true;
            }
        }
    }
    return false;
}

/* What is on for a member; of several events of a kind the one that was asked for last. NULL: none is. */
static const struct scenario_event *in_force(const struct play *play, enum event_kind kind, uint32_t member) {
    for (uint32_t event = play->scenario->event_count; event-- > 0;) {
        const struct scenario_event *one = &play->scenario->events[event];
        if (one->kind == kind && is_on(play, event, member)) {
            return one;
        }
    }
    return NULL;
}

/* One of those that are about a member, and not about the network (conditions.h), has begun or ended. */
static void put_in_force(struct play *play, enum event_kind kind, uint32_t member) {
    static const struct scenario_event nothing;
    if (kind != HAPPENS_SLOW && kind != HAPPENS_CLOCK && kind != HAPPENS_BANDWIDTH) {
        return;
    }
    const struct scenario_event *event = in_force(play, kind, member);
    event = event != NULL ? event : &nothing;
    if (kind == HAPPENS_SLOW) {
        selkie_sim_slow(play->sim, member, event->by);
    } else if (kind == HAPPENS_CLOCK) {
        selkie_sim_clock(play->sim, member, event->clock_ppm);
    } else {
        selkie_sim_bandwidth(play->sim, member, event->by, (uint32_t)event->queue);
    }
}

/* ---- Events ---- */

static void begin_for(struct play *play, const struct scenario_event *event, uint32_t member) {
    switch (event->kind) {
    case HAPPENS_CRASH:
        crash(play, member);
        break;
    case HAPPENS_RESTART:
        crash(play, member);
        start(play, member);
        break;
    case HAPPENS_LEAVE:
        leave(play, member);
        break;
    case HAPPENS_PAUSE:
        stop(play, member);
        break;
    default:
        put_in_force(play, event->kind, member);
        break;
    }
}

static void end_for(struct play *play, const struct scenario_event *event, uint32_t member) {
    switch (event->kind) {
    case HAPPENS_CRASH:
    case HAPPENS_LEAVE:
        start(play, member);
        break;
    case HAPPENS_PAUSE:
        if (in_force(play, HAPPENS_PAUSE, member) == NULL) {
            go_on(play, member, event->wake);
        }
        break;
    default:
        put_in_force(play, event->kind, member);
        break;
    }
}

static void begin_act(selkie_sim *sim, void *ctx);
static void end_act(selkie_sim *sim, void *ctx);

/* It happens to those who run; who is stopped says no farewell. */
static bool may_happen(const struct play *play, enum event_kind kind, uint32_t member) {
    return kind == HAPPENS_LEAVE ? can_leave(play, member) : runs(play, member);
}

static void begin_for_all(struct act *act) {
    struct play *play = act->play;
    uint32_t *members = memory_zeroed(act->count, sizeof *members), count = 0;
    for (uint32_t i = 0; i < act->count; i++) {
        if (may_happen(play, event_of(act)->kind, act->members[i])) {
            members[count++] = act->members[i];
        }
        begin_for(play, event_of(act), act->members[i]);
    }
    if (event_of(act)->kind == HAPPENS_BLOCK) {
        block_begin(act);
    }
    conditions_changed(act);
    collect_happened(play->collect, act->event, members, count);
    free(members);
}

/* Not beyond the end of the run, nor beyond `until`. */
static void at(struct act *act, uint64_t time_us, void (*call)(selkie_sim *sim, void *ctx)) {
    if (time_us < act->play->scenario->duration_us) {
        selkie_sim_at(act->play->sim, time_us, call, act);
    }
}

static uint64_t later(uint64_t time_us, uint64_t duration_us) {
    return duration_us < NEVER - time_us ? time_us + duration_us : NEVER;
}

static void begin_act(selkie_sim *sim, void *ctx) {
    struct act *act = ctx;
    const struct scenario_event *event = event_of(act);
    uint64_t now_us = selkie_sim_now(sim);
    if (event->gap_us != NEVER && now_us >= event->until_us) {
        return;
    }
    act->on = true;
    begin_for_all(act);
    if (event->for_us != NEVER) {
        uint64_t ends_us = later(now_us, event->for_us);
        at(act, event->gap_us != NEVER && event->until_us < ends_us ? event->until_us : ends_us, end_act);
    } else if (event->gap_us != NEVER) {
        at(act, later(now_us, event->gap_us), begin_act);
    }
}

static void end_act(selkie_sim *sim, void *ctx) {
    struct act *act = ctx;
    const struct scenario_event *event = event_of(act);
    act->on = false;
    for (uint32_t i = 0; i < act->count; i++) {
        end_for(act->play, event, act->members[i]);
        collect_over(act->play->collect, act->event, act->members[i]);
    }
    if (event->kind == HAPPENS_BLOCK) {
        block_end(act);
    }
    conditions_changed(act);
    if (event->gap_us != NEVER) {
        at(act, later(selkie_sim_now(sim), event->gap_us), begin_act);
    }
}

/* ---- The beginning ---- */

static void join_all(selkie_sim *sim, void *ctx) {
    struct play *play = ctx;
    (void)sim;
    for (uint32_t member = 1; member < play->scenario->members; member++) {
        start(play, member);
    }
}

static void join_next(selkie_sim *sim, void *ctx) {
    struct play *play = ctx;
    start(play, play->next);
    if (++play->next < play->scenario->members) {
        selkie_sim_at(sim, later(selkie_sim_now(sim), play->scenario->join_wait_us), join_next, play);
    }
}

static void begin_cluster(struct play *play) {
    struct selkie_config config;
    scenario_config(play->scenario, &config);
    collect_begin(play->collect, play->sim);
    if (play->scenario->join == JOIN_ACQUAINTED || play->scenario->join == JOIN_ALIGNED) {
        selkie_sim_acquaint(play->sim, play->scenario->join == JOIN_ALIGNED ? 0 : config.probe_period_us);
        collect_acquainted(play->collect);
        return;
    }
    start(play, 0);
    if (play->scenario->members > 1) {
        bool together = play->scenario->join == JOIN_TOGETHER;
        selkie_sim_at(play->sim, play->scenario->join_wait_us, together ? join_all : join_next, play);
    }
}

static void ask_for(struct play *play, uint32_t event) {
    const struct scenario_event *happens = &play->scenario->events[event];
    const struct crowd *crowd = &play->cast->events[event];
    bool alone = happens->stagger_us > 0;
    uint32_t acts = alone ? crowd->count : 1;
    for (uint32_t i = 0; i < acts; i++) {
        struct act *act = &play->acts[play->act_count++];
        *act = (struct act){
            .play = play, .event = event, .members = crowd->members + i, .count = alone ? 1 : crowd->count};
        at(act, later(happens->at_us, i * happens->stagger_us), begin_act);
    }
}

static uint32_t acts_most(const struct play *play) {
    uint32_t most = 0;
    for (uint32_t event = 0; event < play->scenario->event_count; event++) {
        most += play->scenario->events[event].stagger_us > 0 ? play->cast->events[event].count : 1;
    }
    return most;
}

void play_begin(struct play *play, const struct scenario *scenario, const struct cast *cast, struct collect *collect,
                selkie_sim *sim) {
    *play = (struct play){.scenario = scenario, .cast = cast, .collect = collect, .sim = sim};
    play->acts = memory_zeroed(acts_most(play), sizeof *play->acts);
    play->paused = memory_zeroed(scenario->members, sizeof *play->paused);
    play->next = 1;
    play->farewells = memory_zeroed(scenario->members, sizeof *play->farewells);
    play->leaving = memory_zeroed(scenario->members, sizeof *play->leaving);
    play->send_ppm = memory_zeroed(scenario->members, sizeof *play->send_ppm);
    play->receive_ppm = memory_zeroed(scenario->members, sizeof *play->receive_ppm);
    begin_cluster(play);
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        ask_for(play, event);
    }
}

void play_free(struct play *play) {
    free(play->acts);
    free(play->paused);
    free(play->leaving);
    free(play->farewells);
    free(play->send_ppm);
    free(play->receive_ppm);
}

static uint64_t joining_ends_us(const struct scenario *scenario) {
    bool one_by_one = scenario->join == JOIN_SEQUENTIAL;
    return one_by_one ? scenario->join_wait_us * (scenario->members - 1) : scenario->join_wait_us;
}

uint64_t play_ends_us(const struct scenario *scenario) {
    uint64_t ends_us = joining_ends_us(scenario);
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        uint64_t one_us = happen_ends_us(scenario, &scenario->events[event]);
        ends_us = one_us > ends_us ? one_us : ends_us;
    }
    return ends_us;
}
