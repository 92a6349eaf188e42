/* The model looks on at an engine: it is given each call and the tape of what the engine did, and does the same. The
 * time that it takes is measured, and that of the engine is not. */
#include "reference.h"

#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* To tell it of more members than these takes minutes: it looks for each among all that it knows. */
enum { REFERENCE_MEMBERS_MOST = 10000, REFERENCE_FEWER = 64, TIMERS_KEPT = 8 };

static struct {
    struct model model;
    struct tape tape;
    const selkie *engine;
    struct submitted timers[TIMERS_KEPT]; /* the last ones, in a ring */
    size_t timer_count;
    double took;
} reference;

static _Noreturn void fail(void *ctx, const char *what) {
    (void)ctx;
    fprintf(stderr, "bench: the reference model and the engine differ: %s\n", what);
    exit(1);
}

static struct id id_of(const void *identity) {
    struct id id = {{0}};
    memcpy(id.bytes, identity, IDENTITY_BYTES);
    return id;
}

/* ---- the tape ---- */

static struct event *record(enum event_kind kind) {
    struct event *event = tape_add(&reference.tape, kind);
    event->glimpse = (struct glimpse){.self = id_of(selkie_identity(reference.engine)),
                                      .incarnation = selkie_incarnation(reference.engine),
                                      .connection = (int)selkie_connection(reference.engine),
                                      .active = selkie_active_count(reference.engine),
                                      .members = selkie_member_count(reference.engine),
                                      .updates = selkie_updates_backlog(reference.engine)};
    return event;
}

static void on_sent(void *ctx, const void *identity, const void *bytes, size_t size) {
    (void)ctx;
    struct event *event = record(EVENT_SEND);
    event->id = id_of(identity);
    memcpy(event->bytes, bytes, size);
    event->size = size;
}

static void on_submitted(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    (void)ctx;
    struct event *event = record(EVENT_SUBMIT);
    event->timer = *timer;
    event->delay_us = delay_us;
    event->answer = true;
}

/* ---- the model ---- */

static void on_begun(void *ctx, const struct bench_world *world, const struct selkie_options *options) {
    (void)ctx;
    struct model *model = &reference.model;
    struct id self = id_of(options->identity);
    reference.engine = world->engine;
    reference.timer_count = 0;
    *model = (struct model){.type = *options->type,
                            .codec = world->codec,
                            .config = {.struct_size = sizeof model->config},
                            .mute = true,
                            .tape = &reference.tape,
                            .fail = fail};
    if (options->config != NULL) {
        model->config = *options->config;
    } else {
        selkie_config_simple(&model->config);
    }
    model_init(model, &self);
}

static void on_ended(void *ctx) {
    (void)ctx;
    model_free(&reference.model);
    tape_free(&reference.tape);
}

static const struct timer *timer_of(const struct selkie_timer *timer) {
    for (size_t i = 0; i < TIMERS_KEPT; i++) {
        if (memcmp(&reference.timers[i].engines, timer, sizeof *timer) == 0) {
            return &reference.timers[i].models;
        }
    }
    fail(NULL, "a timer that it does not know");
}

static void keep_timers(void) {
    for (size_t i = 0; i < reference.model.submitted_count; i++) {
        reference.timers[reference.timer_count++ % TIMERS_KEPT] = reference.model.submitted[i];
    }
}

static int apply(const struct selkie_member *members, size_t count, bool disseminate) {
    struct update updates[BATCH];
    for (size_t i = 0; i < count; i++) {
        updates[i] = (struct update){.id = id_of(members[i].identity), .incarnation = members[i].incarnation};
    }
    return model_apply_many(&reference.model, updates, count, disseminate);
}

static int make(const struct bench_call *call) {
    struct model *model = &reference.model;
    switch (call->kind) {
    case BENCH_PACKET:
        return model_handle_data(model, call->packet->bytes, call->packet->size);
    case BENCH_TIMER:
        return model_handle_timer(model, timer_of(call->timer));
    case BENCH_GOSSIP:
        return model_gossip(model);
    default:
        return apply(call->members, call->count, call->disseminate);
    }
}

static void before(void *ctx) {
    (void)ctx;
    tape_rewind(&reference.tape);
}

static void after(void *ctx, const struct bench_call *call) {
    (void)ctx;
    double began = bench_now_ns();
    bench_must(make(call) == SELKIE_OK);
    reference.took += bench_now_ns() - began;
    keep_timers();
}

double bench_reference_ns(const struct bench_operation *operation, const struct selkie_codec *codec, uint32_t members) {
    static const struct bench_watch looking_on = {.begun = on_begun,
                                                  .ended = on_ended,
                                                  .before = before,
                                                  .after = after,
                                                  .sent = on_sent,
                                                  .submitted = on_submitted};
    if (members > REFERENCE_MEMBERS_MOST) {
        return -1;
    }
    bench_watch(&looking_on);
    bench_fewer = REFERENCE_FEWER;
    operation->begin(codec, members);
    if (operation->ready != NULL) {
        operation->ready();
    }
    reference.took = 0;
    uint64_t times = operation->run();
    double took = reference.took;
    operation->end();
    bench_watch(NULL);
    bench_fewer = 1;
    return took / (double)times;
}
