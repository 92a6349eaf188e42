/* How much an engine does: no packet without a reason, no more timers and no longer queues than there can be. */
#include "sim/check.h"
#include "sim/conduct.h"
#include "sim/pace.h"
#include "sim/watch.h"

#include <string.h>

/* ---- Packets that a packet gives reason for ---- */

static int answer_to(int message) {
    switch (message) {
    case SELKIE_PING:
        return SELKIE_ACK;
    case SELKIE_PING_REQ:
        return SELKIE_INDIRECT_PING;
    case SELKIE_INDIRECT_PING:
        return SELKIE_INDIRECT_ACK;
    case SELKIE_INDIRECT_ACK:
        return SELKIE_FORWARDED_ACK;
    case SELKIE_ANNOUNCE:
        return SELKIE_FEED;
    default:
        return -1;
    }
}

static int message_that_came(const struct host *host) {
    struct handling *handling = &host->sim->conducts->handling;
    struct frame frame;
    if (handling->message < 0 && frame_open_header(&frame, host->sim, handling->bytes, handling->size)) {
        handling->message = frame.header.message;
    }
    return handling->message;
}

/* How much of a packet says that the engine itself is suspect or down: it gossips for each time. */
static uint32_t accusations(const struct host *host) {
    const struct handling *handling = &host->sim->conducts->handling;
    struct frame frame;
    struct selkie_member member;
    uint32_t count = message_that_came(host) == SELKIE_TURN_UNDEAD;
    if (frame_open(&frame, host->sim, handling->bytes, handling->size)) {
        while (frame_next_member(&frame, &member)) {
            count += member.state != SELKIE_ALIVE &&
                     memcmp(member.identity, selkie_identity(host->engine), host->sim->type.addr_size) == 0;
        }
    }
    return count;
}

/* Of a period in which the clock was set: nothing is said of how much there may be. */
#define CLOCK_CHANGED INT32_MIN

static void without_reason(struct host *host, int message, const char *why) {
    check_failed(host->sim, SELKIE_SIM_CHECK_TRAFFIC, host->number, SELKIE_SIM_NOBODY, "sent %s %s",
                 selkie_message_name(message), why);
}

static void check_reaction(struct host *host, int message, const struct selkie_config *config) {
    struct handling *handling = &host->sim->conducts->handling;
    if (message == SELKIE_GOSSIP) {
        if (handling->gossips++ == 0) {
            handling->gossips_most = accusations(host) * config->num_indirect_probes;
        }
        if (handling->gossips > handling->gossips_most) {
            without_reason(host, message, "more often than a packet called for it");
        }
    } else if (message == SELKIE_TURN_UNDEAD) {
        if (handling->told_undead) {
            without_reason(host, message, "twice for one packet");
        }
        if (!config->notify_down_members) {
            without_reason(host, message, "although it is not to tell those who are Down");
        }
        handling->told_undead = true;
    } else {
        if (handling->answered || message != answer_to(message_that_came(host))) {
            without_reason(host, message, "which is no answer to the packet that came, or a second one");
        }
        handling->answered = true;
    }
}

/* ---- Packets that a timer gives reason for ---- */

static uint32_t larger(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

static uint32_t most_of(int message, const struct selkie_config *config) {
    switch (message) {
    case SELKIE_PING:
    case SELKIE_NACK:
        return 1;
    case SELKIE_PING_REQ:
        return config->num_indirect_probes;
    case SELKIE_ANNOUNCE:
        return larger(config->periodic_announce.members, config->periodic_announce_to_down_members.members);
    case SELKIE_GOSSIP:
        return config->periodic_gossip.members;
    default:
        return 0;
    }
}

/* How often a task that is done every so often comes up in one probe period. */
static uint32_t times_in_period(const struct host *host, uint64_t every_us) {
    if (every_us == 0) {
        return 0;
    }
    uint64_t pace_us = pace_of_clock(host, every_us);
    return (uint32_t)(conduct_of(host)->period_us / (pace_us > 0 ? pace_us : 1)) + 1;
}

/* Cycles that begin anew, since the engine got in touch with the cluster again, come up in addition. */
static void check_times(struct host *host, int message, uint32_t times, uint32_t most) {
    if (times > most * (1 + conduct_of(host)->restarts) && conduct_of(host)->clock_ppm == host->clock_ppm) {
        without_reason(host, message, "more often than its period allows");
    }
}

static void count_task(struct host *host, int message, const struct selkie_config *config) {
    struct conduct *conduct = conduct_of(host);
    if (message == SELKIE_PING) {
        check_times(host, message, ++conduct->pings, times_in_period(host, config->probe_period_us));
    } else if (message == SELKIE_GOSSIP) {
        check_times(host, message, ++conduct->gossips, times_in_period(host, config->periodic_gossip.every_us));
    } else if (message == SELKIE_ANNOUNCE) {
        check_times(host, message, ++conduct->announces,
                    times_in_period(host, config->periodic_announce.every_us) +
                        times_in_period(host, config->periodic_announce_to_down_members.every_us));
    }
}

static void begin_period(struct host *host) {
    struct conduct *conduct = conduct_of(host);
    if (host->sim->now_us - conduct->period_began_us >= conduct->period_us) {
        conduct->period_began_us = host->sim->now_us;
        conduct->clock_ppm = host->clock_ppm;
        conduct->pings = conduct->gossips = conduct->announces = conduct->restarts = 0;
    }
}

static void check_task(struct host *host, int message, const struct selkie_config *config) {
    struct handling *handling = &host->sim->conducts->handling;
    if (handling->sent++ == 0) {
        handling->message = message;
        begin_period(host);
        count_task(host, message, config);
    }
    if (message != handling->message || handling->sent > most_of(message, config)) {
        without_reason(host, message, "more often than a timer called for it");
    }
}

/* Is it told so because a suspicion of it came to its end just now? Where the packet that came says that it is Down,
 * there was none to come to an end. */
static bool ends_suspicion(struct host *host, const struct selkie_header *header) {
    struct handling *handling = &host->sim->conducts->handling;
    bool ends = header->message == SELKIE_TURN_UNDEAD && handling->downed != 0 &&
                handling->downed == witness_hash(host->sim, header->destination);
    if (ends) {
        handling->downed = 0;
    }
    return ends;
}

void effort_sent(struct host *host, const struct selkie_header *header, const struct selkie_config *config) {
    enum handling_kind kind = host->sim->conducts->handling.kind;
    if (ends_suspicion(host, header)) {
        if (!config->notify_down_members) {
            without_reason(host, header->message, "although it is not to tell those who are Down");
        }
    } else if (kind == HANDLING_PACKET) {
        check_reaction(host, header->message, config);
    } else if (kind == HANDLING_TIMER) {
        check_task(host, header->message, config);
    }
}

/* ---- Timers ---- */

/* A timer that was submitted while the program called, as selkie_revive does, may be one more than there should be. */
void conduct_submitted(struct host *host) {
    struct conduct *conduct = conduct_of(host);
    bool handling = conduct_is_handling(host);
    conduct->timers++;
    conduct->restarts += !handling;
    if (conduct->timers_max > 0) {
        conduct->timers_max += !handling;
        if (conduct->timers > conduct->timers_max) {
            check_failed(host->sim, SELKIE_SIM_CHECK_TIMERS, host->number, SELKIE_SIM_NOBODY,
                         "has %u timers in flight, at most %u may be", (unsigned)conduct->timers,
                         (unsigned)conduct->timers_max);
        }
    }
}

void effort_begin(struct host *host) {
    struct conduct *conduct = conduct_of(host);
    conduct->timers -= host->sim->conducts->handling.kind == HANDLING_TIMER;
    if (conduct->clock_ppm != host->clock_ppm) {
        conduct->clock_ppm = CLOCK_CHANGED;
    }
}

/* ---- Queues ---- */

static void check_queue(struct host *host, const char *what, uint32_t queued, uint32_t most) {
    if (queued > most) {
        check_failed(host->sim, SELKIE_SIM_CHECK_BACKLOG, host->number, SELKIE_SIM_NOBODY, "%u %s, at most %u may be",
                     (unsigned)queued, what, (unsigned)most);
    }
}

void effort_end(struct host *host) {
    const struct conduct *conduct = conduct_of(host);
    uint32_t members = selkie_member_count(host->engine);
    check_queue(host, "updates queued", selkie_updates_backlog(host->engine), members + 1 + conduct->farewells);
    if (conduct->members_max > 0) {
        check_queue(host, "members known", members, conduct->members_max);
    }
    if (conduct->broadcasts_max > 0) {
        check_queue(host, "broadcasts queued", selkie_broadcasts_backlog(host->engine), conduct->broadcasts_max);
    }
}
