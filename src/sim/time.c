/* The time of a simulated cluster: it goes from event to event. */
#include "sim/state.h"

uint64_t selkie_sim_now(const selkie_sim *sim) {
    return sim->now_us;
}

void selkie_sim_at(selkie_sim *sim, uint64_t time_us, void (*call)(selkie_sim *sim, void *ctx), void *ctx) {
    if (time_us < sim->now_us) {
        selkie_panic("selkie_sim_at: that time has passed");
    }
    events_push(
        &sim->events,
        &(struct event){.time_us = time_us, .kind = EVENT_CALL, .what.call.function = call, .what.call.ctx = ctx});
}

uint64_t sim_later(uint64_t time_us, uint64_t duration_us) {
    return duration_us < UINT64_MAX - time_us ? time_us + duration_us : UINT64_MAX;
}

static void handle(selkie_sim *sim, const struct event *event) {
    sim->touched = event->kind == EVENT_CALL ? SELKIE_SIM_NOBODY : event->member;
    if (event->kind == EVENT_CALL) {
        event->what.call.function(sim, event->what.call.ctx);
    } else {
        host_handle(&sim->hosts[event->member], event);
    }
}

/* Take the next event, if it is not later than `end_us`. */
static bool step(selkie_sim *sim, uint64_t end_us) {
    struct event event;
    if (sim->in_event) {
        selkie_panic("selkie_sim: time cannot be let pass from inside a call");
    }
    if (!events_pop(&sim->events, end_us, &event)) {
        return false;
    }
    sim->now_us = event.time_us;
    if (sim->duties.next_us <= sim->now_us) {
        duties_check(sim);
    }
    sim->in_event = true;
    handle(sim, &event);
    sim->in_event = false;
    return true;
}

bool selkie_sim_step(selkie_sim *sim) {
    return step(sim, UINT64_MAX);
}

void selkie_sim_run(selkie_sim *sim, uint64_t duration_us) {
    uint64_t end_us = sim_later(sim->now_us, duration_us);
    while (step(sim, end_us)) {
    }
    sim->now_us = end_us;
}

uint64_t selkie_sim_until(selkie_sim *sim, bool (*holds)(const selkie_sim *sim, void *ctx), void *ctx,
                          uint64_t bound_us) {
    uint64_t start_us = sim->now_us, end_us = sim_later(sim->now_us, bound_us);
    do {
        if (holds(sim, ctx)) {
            return sim->now_us - start_us;
        }
    } while (step(sim, end_us));
    sim->now_us = end_us;
    return SELKIE_SIM_NEVER;
}
