#include "command/run.h"

#include "command/memory.h"
#include "command/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The collector comes first: it is what the simulator's functions are called with. */
struct run {
    struct collect collect;
    struct play play;
    struct cast cast;
    const struct scenario *scenario;
    struct result *result;
    selkie_sim *sim;
    struct selkie_identity_type type; /* of members that do not renew */
    void (*progress)(void *ctx, uint64_t now_us, uint64_t duration_us);
    void *progress_ctx;
    uint64_t calm_since_us; /* all agree and nobody is suspected since then. NEVER: not now */
    uint64_t calm_for_us;   /* how long that has to be so */
};

static void tick(selkie_sim *sim, void *ctx) {
    struct run *run = ctx;
    uint64_t now_us = selkie_sim_now(sim), next_us = now_us + run->collect.meter.tick_us;
    collect_tick(&run->collect);
    if (run->progress != NULL) {
        run->progress(run->progress_ctx, now_us, run->scenario->duration_us);
    }
    if (next_us < run->scenario->duration_us) { /* at the end collect_finish looks, when all has happened */
        selkie_sim_at(sim, next_us, tick, run);
    }
}

/* ---- Checks ---- */

/* The first report is kept; what follows may follow from it. */
static void violated(void *ctx, const struct selkie_sim_violation *violation) {
    struct run *run = ctx;
    if (run->result->violation == NULL) {
        run->result->violation = memory_copy(violation->what);
        run->result->violation_check = violation->check;
        run->result->violation_us = violation->time_us;
    }
}

/* ---- Ending early ---- */

static bool is_calm(const selkie_sim *sim, void *ctx) {
    struct run *run = ctx;
    uint64_t now_us = selkie_sim_now(sim);
    if (run->collect.views.wrong > 0 || run->collect.views.suspects > 0 ||
        run->collect.started < run->scenario->members) {
        run->calm_since_us = NEVER;
    } else if (run->calm_since_us == NEVER) {
        run->calm_since_us = now_us;
    }
    return run->calm_since_us != NEVER && now_us - run->calm_since_us >= run->calm_for_us;
}

static void let_time_pass(struct run *run) {
    uint64_t duration_us = run->scenario->duration_us;
    uint64_t last_us = play_ends_us(run->scenario);
    if (!run->scenario->until_agreed || last_us >= duration_us) {
        selkie_sim_run(run->sim, duration_us);
        return;
    }
    selkie_sim_run(run->sim, last_us);
    run->calm_since_us = NEVER;
    run->calm_for_us = 2 * run->result->config.probe_period_us;
    selkie_sim_until(run->sim, is_calm, run, duration_us - last_us);
}

/* ---- A run ---- */

/* ---- Notifications ---- */

static void notified(void *ctx, uint32_t member, const struct selkie_notification *notification) {
    struct run *run = ctx;
    collect_notified(ctx, member, notification);
    if (notification->kind == SELKIE_NOTIFY_DEFUNCT) {
        play_defunct(&run->play, member);
    }
}

/* It cannot go on as another one. */
static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    struct run *run = ctx;
    (void)member;
    if (!run->scenario->renews) {
        run->type = *options->type;
        run->type.renew = NULL;
        options->type = &run->type;
    }
}

static void make(struct run *run) {
    const struct scenario *scenario = run->scenario;
    struct selkie_sim_options options = {.struct_size = sizeof options,
                                         .members = scenario->members,
                                         .seed = scenario->seed,
                                         .config = &run->result->config,
                                         .link = &scenario->link,
                                         .inbox_packets = scenario->inbox_packets,
                                         .checks_off = scenario->checks ? 0 : UINT32_MAX,
                                         .ctx = run,
                                         .prepare = prepare,
                                         .notified = notified,
                                         .sent = collect_sent,
                                         .violated = violated};
    collect_init(&run->collect, scenario);
    cast_draw(&run->cast, scenario);
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        for (uint32_t i = 0; i < run->cast.events[event].count; i++) {
            meter_track(&run->collect.meter, run->cast.events[event].members[i]);
        }
    }
    run->sim = selkie_sim_new(&options);
}

void run_scenario(const struct scenario *scenario, struct result *result,
                  void (*progress)(void *ctx, uint64_t now_us, uint64_t duration_us), void *ctx) {
    struct run *run = memory_zeroed(1, sizeof *run);
    memset(result, 0, sizeof *result);
    result->scenario = *scenario;
    scenario_config(scenario, &result->config);
    run->scenario = scenario;
    run->result = result;
    run->progress = progress;
    run->progress_ctx = ctx;
    make(run);
    play_begin(&run->play, scenario, &run->cast, &run->collect, run->sim);
    selkie_sim_at(run->sim, run->collect.meter.tick_us, tick, run);
    let_time_pass(run);
    collect_finish(&run->collect, result);
    selkie_sim_free(run->sim);
    play_free(&run->play);
    collect_free(&run->collect);
    cast_free(&run->cast);
    free(run);
}

void result_free(struct result *result) {
    struct load *load = &result->load;
    for (uint32_t i = 0; i < result->subject_count; i++) {
        free(result->subjects[i].suspected.times_us);
        free(result->subjects[i].down.times_us);
    }
    free(result->subjects);
    sample_free(&load->sent_packets);
    sample_free(&load->sent_bytes);
    sample_free(&load->received_packets);
    sample_free(&load->received_bytes);
    sample_free(&load->bucket_bytes);
    free(result->series.buckets);
    for (uint32_t i = 0; i < result->timeline.count; i++) {
        free(result->timeline.tracks[i].seen);
    }
    free(result->violation);
}
