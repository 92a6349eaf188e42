/* What an engine owes to those whom it probes:
 *   - a probe fails only if no answer to it came in, and only of a member that was pinged; not before its period is
 *     over; and not before helpers were asked, as many as there are and the configuration says, once the round-trip
 *     time is over, and not later;
 *   - and a probe does fail that nothing answered, and makes an Alive member Suspect;
 *   - the probes are numbered one by one;
 *   - while it is connected it probes in each period, and within two rounds each member that is active all the time.
 * The engine's probe is followed by its packets. Times are those at which timers were due, so it may be paused or slow.
 * Where its program may have ended a probe by calls of its own, nothing is claimed of that probe. */
#include "sim/probes.h"

#include "sim/causes.h"
#include "sim/check.h"
#include "sim/nacks.h"
#include "sim/suspicions.h"
#include "sim/telling.h"

#include <inttypes.h>
#include <string.h>

#define TOLERANCE_US 2u /* of spans on a clock that drifts */

static void get_config(const struct host *host, struct selkie_config *config) {
    selkie_get_config(host->engine, config);
}

/* ---- In its turn ---- */

/* The next one by slot that is active. */
static void choose_ward(struct host *host) {
    enum { LOOKED_AT_MOST = 8 };
    struct ward *ward = &host->witness.ward;
    struct selkie_member member = {.struct_size = sizeof member};
    ward->member = SELKIE_SIM_NOBODY;
    for (int i = 0; i < LOOKED_AT_MOST; i++) {
        if (!selkie_next(host->engine, &ward->cursor, &member)) {
            ward->cursor = (struct selkie_cursor){0};
            return;
        }
        if (member.state != SELKIE_DOWN) {
            ward->member = selkie_sim_member_at(host->sim, member.identity);
            ward->pings = 0;
            ward->pings_most = 2 * selkie_active_count(host->engine);
            return;
        }
    }
}

static void ward_pinged(struct host *host, uint32_t member) {
    struct ward *ward = &host->witness.ward;
    bool watched = ward->member != SELKIE_SIM_NOBODY;
    if (watched && ward->member != member && ++ward->pings < ward->pings_most) {
        return;
    }
    if (watched && ward->member != member) {
        check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, ward->member,
                     "m%" PRIu32 " made %" PRIu32 " probes, and none of m%" PRIu32 ", which it holds for active",
                     host->number, ward->pings, ward->member);
    }
    choose_ward(host);
}

/* ---- The probe that runs ---- */

/* An engine takes more time, the worse it thinks of its own health. */
static uint64_t stretched(uint64_t duration_us, unsigned health) {
    return duration_us > UINT64_MAX / 4 / (health + 1) ? UINT64_MAX / 4 : duration_us * (health + 1);
}

/* An answer that comes late is one to another probe only by its number. */
static void check_number(struct host *host, const struct selkie_header *header) {
    struct witness *witness = &host->witness;
    uint8_t number = (uint8_t)(witness->probe_number + 1);
    if (witness->knows_number && header->probe_number != number) {
        uint32_t member = selkie_sim_member_at(host->sim, header->destination);
        check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, member,
                     "m%" PRIu32 "'s probe of m%" PRIu32 " has number %u, not %u", host->number, member,
                     header->probe_number, number);
    }
    witness->knows_number = true;
    witness->probe_number = header->probe_number;
}

static void begin_probe(struct host *host, const struct selkie_header *header) {
    struct shadow *probe = &host->witness.probe;
    struct selkie_config config;
    struct selkie_member held;
    unsigned health = selkie_awareness(host->engine);
    get_config(host, &config);
    witness_active(host, header->destination, &held);
    host->sim->call.pinged = true;
    host->sim->blind |= (config.observe & SELKIE_OBSERVE_PROBE_FAILED) == 0;
    if (probe->state == PROBE_RUNS && !probe->maybe_answered && probe->asked <= PROBE_HELPERS && !host->sim->blind) {
        host->sim->call.unanswered = probe->target_member;
    }
    check_number(host, header);
    *probe = (struct shadow){.state = PROBE_RUNS,
                             .number = header->probe_number,
                             .helpers_wanted = config.num_indirect_probes,
                             .incarnation = held.incarnation,
                             .target_member = selkie_sim_member_at(host->sim, header->destination),
                             .health = (uint8_t)health,
                             .ends_us = witness_due(host, stretched(config.probe_period_us, health)),
                             .asks_us = witness_due(host, stretched(config.probe_rtt_us, health)),
                             .others_least = UINT32_MAX};
    memcpy(probe->target.bytes, header->destination, host->sim->type.size);
    host->witness.probe_by_us = witness_due(host, 2 * stretched(config.probe_period_us, health));
    ward_pinged(host, probe->target_member);
}

static bool is_of_probe(const struct host *host, const struct selkie_header *header) {
    const struct shadow *probe = &host->witness.probe;
    return probe->state == PROBE_RUNS && header->probe_number == probe->number;
}

/* Its program may have changed how many it wants. */
static void fewer_helpers(struct host *host) {
    struct shadow *probe = &host->witness.probe;
    struct selkie_config config;
    get_config(host, &config);
    if (config.num_indirect_probes < probe->helpers_wanted) {
        probe->helpers_wanted = config.num_indirect_probes;
    }
}

/* Is there time in this cycle for a nack to come back? */
static void check_nack_wanted(struct host *host, const struct selkie_header *header) {
    const struct shadow *probe = &host->witness.probe;
    struct selkie_config config;
    get_config(host, &config);
    bool wanted =
        config.awareness_max > 0 && (host->witness.can & SELKIE_CAN_NACK) != 0 &&
        nacks_after_us(config.probe_rtt_us) < stretched(config.probe_period_us - config.probe_rtt_us, probe->health);
    if (wanted != ((header->flags & SELKIE_NACK_WANTED) != 0)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, probe->target_member,
                     "m%" PRIu32 " asked others to probe m%" PRIu32 ", %s", host->number, probe->target_member,
                     wanted ? "and not for a nack" : "and for a nack that it has no use for");
    }
}

static void asked(struct host *host, const struct selkie_header *header) {
    struct shadow *probe = &host->witness.probe;
    if (!is_of_probe(host, header) || !witness_same(host->sim, header->peer, probe->target.bytes)) {
        return;
    }
    if (probe->asked < PROBE_HELPERS) {
        probe->helpers[probe->asked] = witness_hash(host->sim, header->destination);
    }
    probe->asked++;
    fewer_helpers(host);
    check_nack_wanted(host, header);
    uint64_t due_us = host->sim->call.due_us;
    if (host->sim->call.kind == CALL_TIMER &&
        (due_us + TOLERANCE_US < probe->asks_us || due_us > probe->asks_us + TOLERANCE_US)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_SUSPICION, host->number, probe->target_member,
                     "m%" PRIu32 " asked others to probe m%" PRIu32 " at %" PRIu64 " us, not at %" PRIu64, host->number,
                     probe->target_member, due_us, probe->asks_us);
    }
}

void probes_sent(struct host *host, const struct selkie_header *header) {
    if (header->message == SELKIE_PING) {
        begin_probe(host, header);
    } else if (header->message == SELKIE_PING_REQ) {
        asked(host, header);
    }
}

static bool was_asked(const struct host *host, const void *identity) {
    const struct shadow *probe = &host->witness.probe;
    uint64_t hash = witness_hash(host->sim, identity);
    bool found = false;
    for (uint32_t i = 0; i < probe->asked && i < PROBE_HELPERS; i++) {
        found |= probe->helpers[i] == hash;
    }
    return found;
}

void probes_answered(struct host *host, const struct selkie_header *header) {
    struct shadow *probe = &host->witness.probe;
    if (!is_of_probe(host, header)) {
        return;
    }
    if (header->message == SELKIE_ACK) {
        probe->answered |= witness_same(host->sim, header->source, probe->target.bytes);
    } else if (header->message == SELKIE_FORWARDED_ACK) {
        probe->answered |=
            was_asked(host, header->source) && !witness_same(host->sim, header->peer, selkie_identity(host->engine));
    }
}

void probes_maybe_answered(struct host *host, const struct selkie_header *header) {
    struct shadow *probe = &host->witness.probe;
    if (!is_of_probe(host, header)) {
        return;
    }
    if (header->message == SELKIE_ACK) {
        probe->maybe_answered |= witness_same(host->sim, header->source, probe->target.bytes);
    } else if (header->message == SELKIE_FORWARDED_ACK) {
        probe->maybe_answered |= was_asked(host, header->source);
    }
}

/* ---- Its failure ---- */

static void fail(struct host *host, const char *what) {
    const struct shadow *probe = &host->witness.probe;
    check_failed(host->sim, SELKIE_SIM_CHECK_SUSPICION, host->number, probe->target_member,
                 "m%" PRIu32 "'s probe #%u of m%" PRIu32 " failed %s", host->number, probe->number,
                 probe->target_member, what);
}

static uint32_t helpers_due(const struct shadow *probe) {
    return probe->helpers_wanted < probe->others_least ? probe->helpers_wanted : probe->others_least;
}

static void check_failure(struct host *host, const struct selkie_notification *notification) {
    const struct shadow *probe = &host->witness.probe;
    const struct call *call = &host->sim->call;
    if (probe->state != PROBE_RUNS || notification->probe_number != probe->number ||
        !witness_same(host->sim, notification->member.identity, probe->target.bytes)) {
        uint32_t about = selkie_sim_member_at(host->sim, notification->member.identity);
        check_failed(host->sim, SELKIE_SIM_CHECK_SUSPICION, host->number, about,
                     "m%" PRIu32 "'s probe #%u of m%" PRIu32 " failed, but it made none", host->number,
                     notification->probe_number, about);
    } else if (probe->answered) {
        fail(host, "although it was answered");
    } else if (call->kind == CALL_TIMER && call->due_us + TOLERANCE_US < probe->ends_us) {
        fail(host, "before its period was over");
    } else if (!probe->target_gone && probe->asked < helpers_due(probe)) {
        fail(host, "without all the helpers that there were");
    }
}

static void probe_failed(struct host *host, const struct selkie_notification *notification) {
    struct shadow *probe = &host->witness.probe;
    struct call *call = &host->sim->call;
    const void *identity = notification->member.identity;
    struct selkie_member held;
    bool active = witness_active(host, identity, &held);
    bool known = probe->state == PROBE_RUNS && notification->probe_number == probe->number;
    uint16_t incarnation = known ? probe->incarnation : notification->member.incarnation;
    if (probe->state != PROBE_UNKNOWN) {
        check_failure(host, notification);
    }
    causes_probe_failed(host, identity, incarnation);
    suspicions_probe_failed(host, identity, incarnation, !known,
                            held.slot != SELKIE_NO_SLOT && held.state != SELKIE_DOWN);
    if (active && known) {
        call->failed = probe->target_member;
        call->failed_was_alive = held.state == SELKIE_ALIVE && held.incarnation <= incarnation;
        call->failed_incarnation = held.incarnation;
        if (call->failed_was_alive) {
            telling_begin(host, identity);
        }
    }
    probe->state = PROBE_NONE;
}

/* ---- What else happens ---- */

static void ends(struct host *host) {
    host->witness.probe.state = PROBE_NONE;
    host->witness.probe_by_us = UINT64_MAX;
    host->witness.ward.member = SELKIE_SIM_NOBODY;
    host->witness.epoch++;
}

void probes_unknown(struct host *host) {
    ends(host);
    host->witness.probe.state = PROBE_UNKNOWN;
}

void probes_void(struct host *host) {
    host->witness.probe.state = PROBE_NONE;
}

/* The timers that it has in flight are stale. */
static void begins_anew(struct host *host) {
    ends(host);
    suspicions_stale(host);
    nacks_stale(host);
}

static void member_changed(struct host *host, const struct selkie_notification *notification) {
    struct witness *witness = &host->witness;
    uint32_t member = selkie_sim_member_at(host->sim, notification->member.identity);
    witness->probe.target_gone |= member == witness->probe.target_member;
    if (member == witness->ward.member && notification->kind == SELKIE_NOTIFY_MEMBER_DOWN) {
        witness->ward.member = SELKIE_SIM_NOBODY;
    }
}

static void connected(struct host *host) {
    struct selkie_config config;
    get_config(host, &config);
    if (host->sim->call.kind != CALL_NONE) {
        unsigned health = selkie_awareness(host->engine);
        host->witness.probe_by_us = witness_due(host, 2 * stretched(config.probe_period_us, health));
    }
}

void probes_notified(struct host *host, const struct selkie_notification *notification) {
    switch (notification->kind) {
    case SELKIE_NOTIFY_PROBE_FAILED:
        probe_failed(host, notification);
        break;
    case SELKIE_NOTIFY_MEMBER_UP:
        host->witness.ward.pings_most += 2;
        break;
    case SELKIE_NOTIFY_MEMBER_DOWN:
    case SELKIE_NOTIFY_RENAME:
        member_changed(host, notification);
        break;
    case SELKIE_NOTIFY_ACTIVE:
        connected(host);
        break;
    case SELKIE_NOTIFY_IDLE:
    case SELKIE_NOTIFY_DEFUNCT:
    case SELKIE_NOTIFY_REJOIN:
        begins_anew(host);
        break;
    default:
        break;
    }
}

/* ---- After a call ---- */

static void check_suspected(struct host *host) {
    const struct call *call = &host->sim->call;
    struct selkie_member held;
    struct identity address;
    host_make_identity(host->sim, call->failed, address.bytes);
    witness_active(host, address.bytes, &held);
    if (held.slot != SELKIE_NO_SLOT && held.state == SELKIE_ALIVE && held.incarnation == call->failed_incarnation) {
        check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, call->failed,
                     "m%" PRIu32 "'s probe of m%" PRIu32 " failed, and it does not suspect it", host->number,
                     call->failed);
    }
}

static void check_regular(struct host *host) {
    struct witness *witness = &host->witness;
    if (host->sim->call.due_us <= witness->probe_by_us || witness->bounded ||
        selkie_connection(host->engine) != SELKIE_CONNECTED) {
        return;
    }
    check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, SELKIE_SIM_NOBODY,
                 "m%" PRIu32 " made no probe for more than two periods", host->number);
    witness->probe_by_us = UINT64_MAX;
}

static void check_unanswered(struct host *host) {
    uint32_t member = host->sim->call.unanswered;
    if (member != SELKIE_SIM_NOBODY) {
        check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, member,
                     "m%" PRIu32 "'s probe of m%" PRIu32 " was not answered, and did not fail", host->number, member);
    }
}

void probes_end(struct host *host, int error) {
    struct shadow *probe = &host->witness.probe;
    uint32_t active = selkie_active_count(host->engine);
    uint32_t others = active > 0 ? active - 1 : 0;
    probe->others_least = others < probe->others_least ? others : probe->others_least;
    if (host->sim->call.kind != CALL_TIMER) {
        return;
    }
    if (host->sim->call.failed != SELKIE_SIM_NOBODY && host->sim->call.failed_was_alive) {
        check_suspected(host);
    }
    if (error == SELKIE_OK) { /* a cycle that lost a timer is left without a word */
        check_unanswered(host);
    }
    check_regular(host);
}
