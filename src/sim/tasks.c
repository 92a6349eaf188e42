/* What an engine owes to its configuration: a timer that it asks for has one of the durations there, or what is left of
 * a suspicion that goes on (suspicions.c); and when a periodic task comes up, it is done, for as many members as the
 * configuration says and as there are. Which task that is, is told by the timer that it asks for anew, if no other has
 * that duration; that is the first thing it does. */
#include "sim/tasks.h"

#include "sim/check.h"
#include "sim/nacks.h"
#include "sim/suspicions.h"

#include <inttypes.h>

enum { DURATIONS = 8, FIRST_TASK = 4, LAST_TASK = 6 };

/* By an engine that thinks ill of its own health. */
static uint64_t stretched(uint64_t duration_us, unsigned health) {
    return duration_us > UINT64_MAX / (health + 1) ? UINT64_MAX : duration_us * (health + 1);
}

/* 0: it has no use for it now. */
static void read_durations(const struct host *host, const struct selkie_config *config, uint64_t durations[DURATIONS]) {
    unsigned health = selkie_awareness(host->engine);
    bool may_nack = (host->witness.can & SELKIE_CAN_NACK) != 0 && host->sim->call.kind != CALL_TIMER;
    durations[0] = stretched(config->probe_period_us, health);
    durations[1] = stretched(config->probe_rtt_us, health);
    durations[2] = config->suspect_to_down_after_us;
    durations[3] = config->remove_down_after_us;
    durations[4] = config->periodic_gossip.every_us;
    durations[5] = config->periodic_announce.every_us;
    durations[6] = config->periodic_announce_to_down_members.every_us;
    durations[7] = may_nack ? nacks_after_us(config->probe_rtt_us) : 0;
}

static uint32_t smaller(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

static void owe(struct call *call, int message, uint32_t packets) {
    call->task = message;
    call->task_packets = packets;
}

/* What is looked at is how things stand before the first packet. */
static void begin_task(struct host *host, int duration, const struct selkie_config *config) {
    struct call *call = &host->sim->call;
    const selkie *engine = host->engine;
    uint32_t active = selkie_active_count(engine);
    uint32_t down = selkie_member_count(engine) - active;
    bool has_news = selkie_updates_backlog(engine) + selkie_broadcasts_backlog(engine) > 0;
    if (duration == FIRST_TASK) {
        owe(call, SELKIE_GOSSIP, has_news ? smaller(active, config->periodic_gossip.members) : 0);
    } else if (duration == FIRST_TASK + 1) {
        owe(call, SELKIE_ANNOUNCE, smaller(active, config->periodic_announce.members));
    } else {
        owe(call, SELKIE_ANNOUNCE, smaller(down, config->periodic_announce_to_down_members.members));
    }
}

/* Has a timer of a task come up? What comes after something else was done begins cycles, or is another's; and a pause
 * that a program spoke of may happen to be as long. */
static bool comes_up(const struct host *host, bool goes_on) {
    const struct call *call = &host->sim->call;
    bool owes_a_pause = suspicions_are_astray(host) && host->witness.seen.pauses > 0;
    return call->kind == CALL_TIMER && !call->acted && !host->witness.bounded && !goes_on && !owes_a_pause;
}

void tasks_submitted(struct host *host, uint64_t delay_us) {
    uint64_t durations[DURATIONS];
    struct selkie_config config;
    int found = 0, last = 0;
    bool goes_on = suspicions_go_on(host, delay_us);
    selkie_get_config(host->engine, &config);
    read_durations(host, &config, durations);
    for (int i = 0; i < DURATIONS; i++) {
        found += durations[i] == delay_us;
        last = durations[i] == delay_us ? i : last;
    }
    if (found == 0 && !goes_on && !suspicions_are_astray(host)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TIMERS, host->number, SELKIE_SIM_NOBODY,
                     "m%" PRIu32 " asks for a timer after %" PRIu64 " us, which is no duration of its configuration",
                     host->number, delay_us);
    } else if (found == 1 && last >= FIRST_TASK && last <= LAST_TASK && comes_up(host, goes_on)) {
        begin_task(host, last, &config);
    }
}

void tasks_sent(struct host *host, const struct selkie_header *header) {
    struct call *call = &host->sim->call;
    if (call->task == (int)header->message && call->task_packets > 0) {
        call->task_packets--;
    }
}

void tasks_end(struct host *host, int error) {
    const struct call *call = &host->sim->call;
    if (call->kind == CALL_TIMER && call->task_packets > 0 && error == SELKIE_OK) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, SELKIE_SIM_NOBODY,
                     "m%" PRIu32 " sent %" PRIu32 " %s too few when it was time for them", host->number,
                     call->task_packets, selkie_message_name(call->task));
    }
}
