/* One member of a simulated cluster: its lives, and what comes to it. */
#include "sim/check.h"
#include "sim/conduct.h"
#include "sim/pace.h"
#include "sim/record.h"
#include "sim/telling.h"

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
    record_delivered(host, packet);
    conduct_begin(host, packet->bytes, packet->size);
    witness_packet(host, packet);
    int error = selkie_handle_data(host->engine, packet->bytes, packet->size);
    witness_end(host, error);
    conduct_end(host);
    if (error == SELKIE_E_DATA_FROM_OURSELVES && packet->from == host->number) {
        host->sim->counters.echoes++;
    } else {
        host_check(host, "handle_data", error);
    }
}

static void announce(struct host *host) {
    struct identity via; /* the one of the first start: who joins knows an address, not a generation */
    host_make_identity(host->sim, host->via, via.bytes);
    witness_acts(host);
    host_check(host, "announce", selkie_announce(host->engine, via.bytes));
}

static void join_later(struct host *host) {
    selkie_sim *sim = host->sim;
    if (host->joining || host->via == SELKIE_SIM_NOBODY || !sim->rejoin) {
        return;
    }
    host->joining = true;
    uint64_t wait_us = JOIN_EVERY_US + chance_below(&sim->random, JOIN_JITTER_US);
    events_push(&sim->events, &(struct event){.time_us = sim_later(sim->now_us, pace_of_clock(host, wait_us)),
                                              .member = host->number,
                                              .life = host->life,
                                              .kind = EVENT_JOIN});
}

static void join_again(struct host *host) {
    host->joining = false;
    if (selkie_connection(host->engine) != SELKIE_DISCONNECTED || host->via == SELKIE_SIM_NOBODY) {
        return;
    }
    announce(host);
    join_later(host);
}

/* ---- What an engine asks of its program ---- */

static void notify(void *ctx, const struct selkie_notification *notification) {
    struct host *host = ctx;
    host->sim->changes++;
    if (!witness_notified(host, notification)) {
        return;
    }
    record_notification(host, notification);
    if (notification->kind == SELKIE_NOTIFY_ACTIVE) {
        host->connected_us = host->sim->now_us;
    }
    if (notification->kind == SELKIE_NOTIFY_IDLE || notification->kind == SELKIE_NOTIFY_REJOIN) {
        join_later(host);
    }
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct host *host = ctx;
    selkie_sim *sim = host->sim;
    uint64_t due_us = sim_later(sim_later(sim->now_us, pace_of_clock(host, delay_us)), host->timers_late_us);
    record_timer(host, delay_us);
    witness_submitted(host, delay_us, due_us);
    events_push(
        &sim->events,
        &(struct event){
            .time_us = due_us, .member = host->number, .life = host->life, .kind = EVENT_TIMER, .what.timer = *timer});
    return true;
}

/* ---- Events ---- */

static void handle_timer(struct host *host, const struct event *event) {
    conduct_begin(host, NULL, 0);
    witness_timer(host, event->time_us);
    int error = selkie_handle_timer(host->engine, &event->what.timer);
    witness_end(host, error);
    conduct_end(host);
    host_check(host, "handle_timer", error);
}

void host_handle_now(struct host *host, const struct event *event) {
    selkie_sim *sim = host->sim;
    switch (event->kind) {
    case EVENT_CALL: /* concerns no member */
        break;
    case EVENT_PACKET:
        deliver(host, event->what.packet);
        break;
    case EVENT_TIMER:
        sim->counters.timers++;
        handle_timer(host, event);
        break;
    case EVENT_JOIN:
        join_again(host);
        break;
    case EVENT_WORK:
        pace_work_done(host);
        break;
    }
}

static void unheard(struct host *host, const struct event *event) {
    if (event->kind == EVENT_PACKET) {
        host->sim->counters.unheard++;
        record_undelivered(host->sim, FATE_UNHEARD, event->what.packet->from, host->number, event->what.packet->bytes,
                           event->what.packet->size);
    }
}

void host_handle(struct host *host, const struct event *event) {
    if (host->engine == NULL) {
        unheard(host, event);
    } else if (event->kind != EVENT_PACKET && event->life != host->life) {
        return;
    } else if (event->kind != EVENT_WORK && pace_puts_off(host, event)) {
        return;
    } else {
        host_handle_now(host, event);
    }
    event_free(event);
}

void host_free(struct host *host) {
    inbox_free(&host->inbox);
    witness_free(host);
    selkie_free(host->engine);
}

/* ---- Life ---- */

static struct host *running(selkie_sim *sim, uint32_t member) {
    struct host *host = sim_host(sim, member);
    if (host->engine == NULL) {
        selkie_panic("selkie_sim: that member does not run");
    }
    return host;
}

static void begin_life(struct host *host) {
    selkie_sim *sim = host->sim;
    if (host->life++ == 0) {
        host_make_identity(sim, host->number, host->last.bytes);
    } else if (sim->type.renew != NULL) {
        /* selkie_renew_by_one is about the type; any other renew has the type's own context */
        sim->type.renew(sim->type.renew == selkie_renew_by_one ? &sim->type : sim->type.ctx, host->last.bytes);
    }
    host->joining = false;
    pace_begin_life(host);
    sim->changes++;
}

static void draw_seed(selkie_sim *sim, uint8_t seed[16]) {
    for (size_t i = 0; i < 16; i++) {
        seed[i] = (uint8_t)(1 + chance_below(&sim->random, 255));
    }
}

void selkie_sim_start(selkie_sim *sim, uint32_t member) {
    struct host *host = sim_host(sim, member);
    if (host->engine != NULL) {
        selkie_panic("selkie_sim_start: that member runs already");
    }
    begin_life(host);
    struct selkie_runtime runtime = {.struct_size = sizeof runtime,
                                     .ctx = host,
                                     .notify = notify,
                                     .send_to = network_send,
                                     .submit_after = submit_after};
    struct selkie_options options = {.struct_size = sizeof options,
                                     .identity = host->last.bytes,
                                     .type = &sim->type,
                                     .runtime = &runtime,
                                     .codec = &sim->codec,
                                     .config = &sim->config};
    draw_seed(sim, options.seed);
    if (sim->options.prepare != NULL) {
        sim->options.prepare(sim->options.ctx, member, &options);
    }
    struct selkie_config config;
    witness_start(host, &options, &config);
    record_verb(sim, "start m%u", (unsigned)member);
    if (selkie_new(&host->engine, &options) != SELKIE_OK) {
        const char *complaint = selkie_options_complaint(&options);
        selkie_panic(complaint != NULL ? complaint : "selkie_sim_start: no engine");
    }
    conduct_started(host, &options);
}

void selkie_sim_join(selkie_sim *sim, uint32_t member, uint32_t via) {
    struct host *host = sim_host(sim, member);
    sim_host(sim, via);
    if (host->engine == NULL) {
        selkie_sim_start(sim, member);
    }
    host->via = via;
    record_verb(sim, "join m%u via m%u", (unsigned)member, (unsigned)via);
    announce(host);
    join_later(host);
}

void selkie_sim_rejoin(selkie_sim *sim, bool on) {
    sim->rejoin = on;
    record_verb(sim, "rejoin %s", on ? "on" : "off");
}

void selkie_sim_crash(selkie_sim *sim, uint32_t member) {
    struct host *host = running(sim, member);
    record_line(sim, "crash m%u", (unsigned)member);
    duties_ending(sim, member);
    witness_crash(host);
    conduct_ends(host);
    memcpy(host->last.bytes, selkie_identity(host->engine), sim->type.size);
    selkie_free(host->engine);
    host->engine = NULL;
    host->paused = false;
    inbox_free(&host->inbox);
    sim->changes++;
}

void selkie_sim_restart(selkie_sim *sim, uint32_t member) {
    struct host *host = sim_host(sim, member);
    if (host->engine != NULL) {
        selkie_sim_crash(sim, member);
    }
    selkie_sim_start(sim, member);
    if (host->via != SELKIE_SIM_NOBODY) {
        selkie_sim_join(sim, member, host->via);
    }
}

void selkie_sim_leave(selkie_sim *sim, uint32_t member) {
    struct host *host = running(sim, member);
    record_line(sim, "leave m%u", (unsigned)member);
    duties_ending(sim, member);
    uint32_t times = telling_leaving(host);
    witness_acts(host);
    int error = selkie_leave(host->engine);
    telling_left(host, times);
    host_check(host, "leave", error);
    if (selkie_connection(host->engine) != SELKIE_UNDEAD) {
        check_failed(sim, SELKIE_SIM_CHECK_CALL, member, SELKIE_SIM_NOBODY, "m%u left, and goes on as before",
                     (unsigned)member);
    }
    sim->changes++;
}

int selkie_sim_inject(selkie_sim *sim, uint32_t member, const void *bytes, size_t size) {
    struct host *host = running(sim, member);
    if (host->paused) {
        selkie_panic("selkie_sim_inject: that member is paused");
    }
    unsigned char *copy = sim_realloc(NULL, 1, size > 0 ? size : 1); /* of its size, for the sanitizers */
    if (size > 0) {
        memcpy(copy, bytes, size);
    }
    record_verb(sim, "inject %zu bytes into m%u", size, (unsigned)member);
    conduct_injected(sim, copy, size);
    witness_acts(host);
    witness_injected(host, copy, size);
    conduct_begin(host, copy, size);
    int result = selkie_handle_data(host->engine, copy, size);
    conduct_end(host);
    free(copy);
    return result;
}

/* ---- Looking ---- */

uint32_t selkie_sim_size(const selkie_sim *sim) {
    return sim->options.members;
}

selkie *selkie_sim_engine(const selkie_sim *sim, uint32_t member) {
    struct host *host = sim_host(sim, member);
    if (host->engine != NULL) {
        witness_handed_out(host);
    }
    return host->engine;
}

const void *selkie_sim_identity(const selkie_sim *sim, uint32_t member) {
    struct host *host = sim_host(sim, member);
    if (host->engine != NULL) {
        return selkie_identity(host->engine);
    }
    if (host->life == 0) {
        host_make_identity(sim, member, host->last.bytes);
    }
    return host->last.bytes;
}
