/* How fast a member lives: what it puts off while it is paused or slow, and how its clock runs. */
#include "sim/pace.h"

#include "sim/record.h"
#include "sim/watch.h"

#include <inttypes.h>

#define EXACT 1000000u

/* ---- The clock ---- */

uint64_t pace_of_clock(const struct host *host, uint64_t duration_us) {
    if (host->clock_ppm == 0) {
        return duration_us;
    }
    uint64_t rate = (uint64_t)((int64_t)EXACT + host->clock_ppm);
    uint64_t whole = duration_us / rate, rest = duration_us % rate;
    return whole >= UINT64_MAX / EXACT ? UINT64_MAX : whole * EXACT + rest * EXACT / rate;
}

void selkie_sim_clock(selkie_sim *sim, uint32_t member, int32_t ppm) {
    if (ppm <= -(int32_t)EXACT) {
        selkie_panic("selkie_sim_clock: a clock does not stand still or run backwards: ppm must be above -1,000,000");
    }
    struct host *host = sim_host(sim, member);
    host->clock_ppm = ppm;
    host->witness.probe_by_us = UINT64_MAX; /* what was expected of it was by its former clock */
    record_verb(sim, "clock of m%" PRIu32 " by %" PRId32 " ppm", member, ppm);
}

/* ---- Work: a slow member does one thing after the other ---- */

static void begin_work(struct host *host) {
    if (!host->working && !host->paused && host->inbox.count > 0) {
        host->working = true;
        events_push(&host->sim->events, &(struct event){.time_us = sim_later(host->sim->now_us, host->slow_us),
                                                        .member = host->number,
                                                        .life = host->life,
                                                        .kind = EVENT_WORK});
    }
}

void pace_work_done(struct host *host) {
    struct event event;
    host->working = false;
    if (!host->paused && inbox_take(&host->inbox, &event)) {
        host_handle_now(host, &event);
        event_free(&event);
    }
    begin_work(host);
}

static void put_off(struct host *host, const struct event *event) {
    if (event->kind == EVENT_PACKET && host->inbox.packets >= host->sim->options.inbox_packets) {
        const struct packet *packet = event->what.packet;
        host->sim->counters.overflowed++;
        record_undelivered(host->sim, FATE_OVERFLOWED, packet->from, host->number, packet->bytes, packet->size);
        event_free(event);
    } else {
        inbox_put(&host->inbox, event);
    }
}

bool pace_puts_off(struct host *host, const struct event *event) {
    if (!host->paused && host->slow_us == 0 && host->inbox.count == 0) {
        return false;
    }
    put_off(host, event);
    begin_work(host);
    return true;
}

void pace_begin_life(struct host *host) {
    host->paused = false;
    host->working = false;
}

void selkie_sim_slow(selkie_sim *sim, uint32_t member, uint64_t per_event_us) {
    sim_host(sim, member)->slow_us = per_event_us;
    record_verb(sim, "slow m%" PRIu32 ", %" PRIu64 " us for each event", member, per_event_us);
}

/* ---- Pauses ---- */

static struct host *running(selkie_sim *sim, uint32_t member) {
    struct host *host = sim_host(sim, member);
    if (host->engine == NULL) {
        selkie_panic("selkie_sim: only who runs can be paused or resumed");
    }
    return host;
}

void selkie_sim_pause(selkie_sim *sim, uint32_t member) {
    struct host *host = running(sim, member);
    host->paused_us = host->paused ? host->paused_us : sim->now_us;
    host->paused = true;
    sim->changes++;
    record_verb(sim, "pause m%" PRIu32, member);
}

static void go_on(struct host *host) {
    struct event event;
    host->paused = false;
    host->sim->changes++;
    inbox_timers_first(&host->inbox);
    while (host->slow_us == 0 && inbox_take(&host->inbox, &event)) {
        host_handle_now(host, &event);
        event_free(&event);
    }
    begin_work(host);
}

void selkie_sim_resume(selkie_sim *sim, uint32_t member) {
    struct host *host = running(sim, member);
    record_verb(sim, "resume m%" PRIu32, member);
    go_on(host);
}

void selkie_sim_wake(selkie_sim *sim, uint32_t member) {
    struct host *host = running(sim, member);
    uint64_t missed_us = host->paused ? sim->now_us - host->paused_us : 0;
    record_verb(sim, "wake m%" PRIu32 " after %" PRIu64 " us", member, missed_us);
    if (host->paused) {
        duties_disturbed(sim, sim_later(sim->now_us, missed_us)); /* so long suspicions may wait */
        witness_acts(host);
        witness_paused(host, missed_us);
        host_check(host, "paused", selkie_paused(host->engine, missed_us));
    }
    go_on(host);
}
