/* One member of a simulated cluster: its lives, and what comes to it. */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define JOIN_EVERY_US SELKIE_S(1)
#define JOIN_JITTER_US SELKIE_MS(250)

/* ---- Calls on the engine ---- */

void host_check(struct host *host, const char *call, int error) {
    if (error < 0) {
        record_error(host, call, error);
    }
}

static void deliver(struct host *host, const struct packet *packet) {
    int error = selkie_handle_data(host->engine, packet->bytes, packet->size);
    host->cluster->counters.delivered++;
    if (error == SELKIE_E_DATA_FROM_OURSELVES && packet->from == host->number) {
        host->cluster->counters.echoes++;
    } else {
        host_check(host, "handle_data", error);
    }
}

static void announce(struct host *host) {
    struct identity via; /* the one of the first start: who joins knows an address, not a generation */
    host_make_identity(host->cluster, host->via, via.bytes);
    host_check(host, "announce", selkie_announce(host->engine, via.bytes));
}

static void join_later(struct host *host) {
    struct cluster *c = host->cluster;
    if (host->joining || host->via == CLUSTER_NOBODY || !c->rejoin) {
        return;
    }
    host->joining = true;
    uint64_t wait_us = JOIN_EVERY_US + cluster_random(c, JOIN_JITTER_US);
    events_push(&c->events,
                &(struct event){
                    .time_us = c->now_us + wait_us, .member = host->number, .life = host->life, .kind = EVENT_JOIN});
}

static void join_again(struct host *host) {
    host->joining = false;
    if (selkie_connection(host->engine) != SELKIE_DISCONNECTED || host->via == CLUSTER_NOBODY) {
        return;
    }
    announce(host);
    join_later(host);
}

/* ---- What an engine asks of its program ---- */

static void notify(void *ctx, const struct selkie_notification *notification) {
    struct host *host = ctx;
    host->cluster->changes++;
    record_notification(host, notification);
    if (notification->kind == SELKIE_NOTIFY_IDLE || notification->kind == SELKIE_NOTIFY_REJOIN) {
        join_later(host);
    }
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct host *host = ctx;
    struct cluster *c = host->cluster;
    record_timer(host, delay_us);
    events_push(&c->events, &(struct event){.time_us = c->now_us + delay_us,
                                            .member = host->number,
                                            .life = host->life,
                                            .kind = EVENT_TIMER,
                                            .what.timer = *timer});
    return true;
}

/* ---- Events ---- */

static void handle_now(struct host *host, const struct event *event) {
    struct cluster *c = host->cluster;
    switch (event->kind) {
    case EVENT_PACKET:
        deliver(host, event->what.packet);
        break;
    case EVENT_TIMER:
        c->counters.timers++;
        host_check(host, "handle_timer", selkie_handle_timer(host->engine, &event->what.timer));
        break;
    case EVENT_JOIN:
        join_again(host);
        break;
    }
}

static void hold(struct host *host, const struct event *event) {
    if (event->kind == EVENT_PACKET && host->held_packets++ >= host->cluster->options.inbox_packets) {
        host->cluster->counters.overflowed++;
        event_free(event);
        return;
    }
    if (host->held_count == host->held_room) {
        host->held_room = host->held_room == 0 ? 16 : host->held_room * 2;
        host->held = cluster_realloc(host->held, host->held_room, sizeof *host->held);
    }
    host->held[host->held_count++] = *event;
}

void host_handle(struct host *host, const struct event *event) {
    if (host->engine == NULL) {
        host->cluster->counters.unheard += event->kind == EVENT_PACKET;
    } else if (event->kind != EVENT_PACKET && event->life != host->life) {
        return;
    } else if (host->paused) {
        hold(host, event);
        return;
    } else {
        handle_now(host, event);
    }
    event_free(event);
}

static void forget_held(struct host *host) {
    for (size_t i = 0; i < host->held_count; i++) {
        event_free(&host->held[i]);
    }
    host->held_count = 0;
    host->held_packets = 0;
}

void host_free(struct host *host) {
    forget_held(host);
    free(host->held);
    selkie_free(host->engine);
}

/* ---- Life ---- */

static struct host *running(struct cluster *c, uint32_t member) {
    struct host *host = cluster_host(c, member);
    if (host->engine == NULL) {
        selkie_panic("cluster: that member does not run");
    }
    return host;
}

static void begin_life(struct host *host) {
    struct cluster *c = host->cluster;
    if (host->life++ == 0) {
        host_make_identity(c, host->number, host->last.bytes);
    } else if (c->type.renew != NULL) {
        /* selkie_renew_by_one is about the type; any other renew has the type's own context */
        c->type.renew(c->type.renew == selkie_renew_by_one ? &c->type : c->type.ctx, host->last.bytes);
    }
    host->joining = false;
    host->paused = false;
    c->changes++;
}

static void draw_seed(struct cluster *c, uint8_t seed[16]) {
    for (size_t i = 0; i < 16; i++) {
        seed[i] = (uint8_t)(1 + cluster_random(c, 255));
    }
}

void cluster_start(struct cluster *c, uint32_t member) {
    struct host *host = cluster_host(c, member);
    if (host->engine != NULL) {
        selkie_panic("cluster_start: that member runs already");
    }
    begin_life(host);
    struct selkie_runtime runtime = {.struct_size = sizeof runtime,
                                     .ctx = host,
                                     .notify = notify,
                                     .send_to = network_send,
                                     .submit_after = submit_after};
    struct selkie_options options = {.struct_size = sizeof options,
                                     .identity = host->last.bytes,
                                     .type = &c->type,
                                     .runtime = &runtime,
                                     .codec = &c->codec,
                                     .config = &c->config};
    draw_seed(c, options.seed);
    if (c->options.prepare != NULL) {
        c->options.prepare(c->options.ctx, member, &options);
    }
    record_verb(c, "start m%u", (unsigned)member);
    if (selkie_new(&host->engine, &options) != SELKIE_OK) {
        const char *complaint = selkie_options_complaint(&options);
        selkie_panic(complaint != NULL ? complaint : "cluster_start: no engine");
    }
}

void cluster_join(struct cluster *c, uint32_t member, uint32_t via) {
    struct host *host = cluster_host(c, member);
    cluster_host(c, via);
    if (host->engine == NULL) {
        cluster_start(c, member);
    }
    host->via = via;
    record_verb(c, "join m%u via m%u", (unsigned)member, (unsigned)via);
    announce(host);
    join_later(host);
}

void cluster_rejoin(struct cluster *c, bool on) {
    c->rejoin = on;
}

void cluster_crash(struct cluster *c, uint32_t member) {
    struct host *host = running(c, member);
    record_verb(c, "crash m%u", (unsigned)member);
    memcpy(host->last.bytes, selkie_identity(host->engine), c->type.size);
    selkie_free(host->engine);
    host->engine = NULL;
    forget_held(host);
    c->changes++;
}

void cluster_restart(struct cluster *c, uint32_t member) {
    struct host *host = cluster_host(c, member);
    if (host->engine != NULL) {
        cluster_crash(c, member);
    }
    cluster_start(c, member);
    if (host->via != CLUSTER_NOBODY) {
        cluster_join(c, member, host->via);
    }
}

void cluster_leave(struct cluster *c, uint32_t member) {
    struct host *host = running(c, member);
    record_verb(c, "leave m%u", (unsigned)member);
    host->via = CLUSTER_NOBODY;
    host_check(host, "leave", selkie_leave(host->engine));
    c->changes++;
}

void cluster_pause(struct cluster *c, uint32_t member) {
    record_verb(c, "pause m%u", (unsigned)member);
    running(c, member)->paused = true;
    c->changes++;
}

static void handle_held(struct host *host, bool packets) {
    for (size_t i = 0; i < host->held_count; i++) {
        if ((host->held[i].kind == EVENT_PACKET) == packets) {
            handle_now(host, &host->held[i]);
        }
    }
}

void cluster_resume(struct cluster *c, uint32_t member) {
    struct host *host = running(c, member);
    record_verb(c, "resume m%u", (unsigned)member);
    host->paused = false;
    c->changes++;
    handle_held(host, false);
    handle_held(host, true);
    forget_held(host);
}

/* ---- Looking ---- */

uint32_t cluster_size(const struct cluster *c) {
    return c->options.members;
}

selkie *cluster_engine(const struct cluster *c, uint32_t member) {
    return cluster_host(c, member)->engine;
}

const void *cluster_identity(const struct cluster *c, uint32_t member) {
    struct host *host = cluster_host(c, member);
    if (host->engine != NULL) {
        return selkie_identity(host->engine);
    }
    if (host->life == 0) {
        host_make_identity(c, member, host->last.bytes);
    }
    return host->last.bytes;
}
