/* Looking at each call on an engine from outside, for the checks of its conduct: what it is given, what it does, how it
 * stands afterwards. What is claimed of it is in answers.c, hearing.c, probes.c, causes.c, suspicions.c, nacks.c,
 * telling.c and tasks.c; here they are told. */
#include "sim/answers.h"
#include "sim/causes.h"
#include "sim/conduct.h"
#include "sim/frame.h"
#include "sim/hearing.h"
#include "sim/nacks.h"
#include "sim/pace.h"
#include "sim/probes.h"
#include "sim/suspicions.h"
#include "sim/tasks.h"
#include "sim/telling.h"

#include <stdlib.h>
#include <string.h>

/* ---- What the checks share ---- */

uint64_t witness_hash(const selkie_sim *sim, const void *identity) {
    const unsigned char *bytes = identity;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < sim->type.size; i++) {
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

bool witness_same(const selkie_sim *sim, const void *a, const void *b) {
    return memcmp(a, b, sim->type.size) == 0;
}

bool witness_wins(const selkie_sim *sim, const void *a, const void *b) {
    const struct selkie_identity_type *type = &sim->type;
    if (type->wins == NULL) {
        return memcmp((const char *)a + type->addr_size, (const char *)b + type->addr_size,
                      (size_t)(type->size - type->addr_size)) > 0;
    }
    struct identity left, right; /* the user's function wants them aligned */
    memcpy(left.bytes, a, type->size);
    memcpy(right.bytes, b, type->size);
    return type->wins(type->ctx, left.bytes, right.bytes);
}

bool witness_active(const struct host *host, const void *identity, struct selkie_member *held) {
    *held = (struct selkie_member){.struct_size = sizeof *held, .slot = SELKIE_NO_SLOT};
    return selkie_find(host->engine, identity, held) && held->state != SELKIE_DOWN &&
           witness_same(host->sim, held->identity, identity);
}

uint64_t witness_due(const struct host *host, uint64_t delay_us) {
    return sim_later(host->sim->now_us, pace_of_clock(host, delay_us));
}

/* ---- Life ---- */

/* What the checks have it say, whatever its program wants to hear. */
#define OBSERVED                                                                                                       \
    ((uint32_t)SELKIE_OBSERVE_PROBE_FAILED | SELKIE_OBSERVE_MEMBER_SUSPECT | SELKIE_OBSERVE_MEMBER_REFUTED |           \
     SELKIE_OBSERVE_MEMBER_REMOVED)

void witness_start(struct host *host, struct selkie_options *options, struct selkie_config *config) {
    struct witness *witness = &host->witness;
    struct pending *pending = witness->pending;
    struct nack *nacks = witness->nacks;
    uint32_t room = witness->pending_room, nack_room = witness->nack_room, epoch = witness->epoch;
    *witness = (struct witness){.pending = pending,
                                .pending_room = room,
                                .nacks = nacks,
                                .nack_room = nack_room,
                                .down.member = SELKIE_SIM_NOBODY,
                                .can = options->codec->can,
                                .limited = options->max_suspicions != 0,
                                .epoch = epoch + 1,
                                .identity = witness_hash(host->sim, options->identity),
                                .ward.member = SELKIE_SIM_NOBODY,
                                .telling.member = SELKIE_SIM_NOBODY,
                                .bounded = options->max_members != 0,
                                .probe.state = PROBE_NONE,
                                .acted = true,
                                .knows_number = true,
                                .probe_by_us = UINT64_MAX};
    SELKIE_INIT(config);
    if (options->config == NULL) {
        selkie_config_simple(config);
    } else {
        sim_take(config, sizeof *config, options->config);
    }
    witness->hears = config->observe;
    config->observe |= OBSERVED;
    options->config = config;
}

void witness_crash(struct host *host) {
    causes_settle(host);
    causes_ended(host);
}

void witness_free(struct host *host) {
    free(host->witness.pending);
    free(host->witness.nacks);
}

/* ---- A call ---- */

static bool is_for(const struct host *host, const struct selkie_header *header) {
    const void *own = selkie_identity(host->engine);
    return header->message == SELKIE_ANNOUNCE ? memcmp(header->destination, own, host->sim->type.addr_size) == 0
                                              : witness_same(host->sim, header->destination, own);
}

/* Of the identities only what the codec wrote is there. */
static bool read_packet(struct call *call, const struct packet *packet) {
    struct frame *frame = &call->packet;
    bool opened = frame_open_header(frame, call->host->sim, packet->bytes, packet->size);
    call->readable = opened && frame_open_members(frame);
    return opened;
}

struct frame *witness_packet_at_start(struct call *call) {
    if (!call->readable) {
        return NULL;
    }
    frame_rewind(&call->packet);
    return &call->packet;
}

/* What its program did to it since the last call. */
static void look_at_program(struct host *host) {
    struct witness *witness = &host->witness;
    struct selkie_stats stats;
    struct selkie_config config;
    selkie_get_stats(host->engine, &stats);
    selkie_get_config(host->engine, &config);
    causes_settle(host);
    witness->deaf |= (config.observe & OBSERVED) != OBSERVED;
    if (stats.pauses != witness->seen.pauses) {
        probes_void(host);
        suspicions_loosen(host);
    }
    if (stats.suspicions_confirmed != witness->seen.confirmed) {
        suspicions_open(host);
    }
    witness->goes_on |= suspicions_agree(&config) || stats.pauses > 0;
    if (selkie_connection(host->engine) != witness->seen.connection) {
        probes_unknown(host);
    }
    if (witness->called) {
        witness->called = false;
        suspicions_look(host);
    }
}

static void note(struct host *host) {
    struct selkie_stats stats;
    selkie_get_stats(host->engine, &stats);
    host->witness.seen.pauses = stats.pauses;
    host->witness.seen.confirmed = stats.suspicions_confirmed;
    host->witness.seen.connection = selkie_connection(host->engine);
}

bool witness_has_acted(const struct host *host) {
    return host->witness.acted || host->witness.called;
}

void witness_acts(struct host *host) {
    if (!witness_has_acted(host)) {
        note(host);
    }
    host->witness.acted = true;
}

void witness_handed_out(struct host *host) {
    witness_acts(host);
    host->witness.handed_out = true;
}

void witness_called(struct host *host) {
    host->witness.called = true;
    host->witness.called_us = host->sim->now_us;
}

void witness_paused(struct host *host, uint64_t duration_us) {
    probes_void(host);
    suspicions_paused(host, duration_us);
    host->witness.seen.pauses++;
}

static struct call *begin(struct host *host, enum call_kind kind) {
    struct call *call = &host->sim->call;
    if (witness_has_acted(host)) {
        look_at_program(host);
    }
    call->kind = kind;
    call->host = host;
    call->failed = SELKIE_SIM_NOBODY;
    call->failed_member = SELKIE_SIM_NOBODY;
    call->failed_probe = 0;
    call->pinged = false;
    call->acted = false;
    call->epoch = host->witness.epoch;
    call->unanswered = SELKIE_SIM_NOBODY;
    call->untold = SELKIE_SIM_NOBODY;
    call->task_packets = 0;
    call->formers = 0;
    call->answered = false;
    call->gossips = 0;
    call->downs = 0;
    return call;
}

void witness_packet(struct host *host, const struct packet *packet) {
    struct call *call = begin(host, CALL_PACKET);
    call->for_us = read_packet(call, packet) && is_for(host, &call->packet.header);
    if (call->for_us) {
        memcpy(call->own.bytes, selkie_identity(host->engine), host->sim->type.size);
        call->incarnation = selkie_incarnation(host->engine);
        call->active = selkie_active_count(host->engine);
        call->backlog = selkie_updates_backlog(host->engine);
        call->undead = selkie_connection(host->engine) == SELKIE_UNDEAD;
        call->accused = causes_accused(host);
        probes_maybe_answered(host, &call->packet.header);
        suspicions_heard(host);
        nacks_heard(host, &call->packet.header, true);
        hearing_begin(call);
    }
}

void witness_injected(struct host *host, const void *bytes, size_t size) {
    struct frame frame;
    probes_unknown(host);
    if (frame_open_header(&frame, host->sim, bytes, size)) {
        nacks_heard(host, &frame.header, false);
    }
}

void witness_timer(struct host *host, uint64_t due_us) {
    begin(host, CALL_TIMER)->due_us = due_us;
}

/* Who left refutes suspicions all the same, as long as its engine is there to hear them (P13.2). */
static bool has_refuted_although_down(const struct call *call) {
    return call->kind == CALL_PACKET && call->for_us && call->undead &&
           selkie_connection(call->host->engine) == SELKIE_UNDEAD &&
           selkie_incarnation(call->host->engine) > call->incarnation;
}

void witness_end(struct host *host, int error) {
    struct call *call = &host->sim->call;
    if (has_refuted_although_down(call)) {
        duties_defunct(host->sim, host->number);
    }
    if (call->kind == CALL_PACKET && call->for_us && error == SELKIE_OK) {
        answers_end(call);
    }
    if (error == SELKIE_E_ENCODE || error == SELKIE_E_TIMER_LOST) {
        probes_unknown(host);
        host->witness.knows_number = false; /* a Ping that could not be written had one, too */
    }
    probes_end(host, error);
    suspicions_end(host, error);
    nacks_end(host, error);
    telling_end(host, error);
    tasks_end(host, error);
    host->witness.acted = host->witness.handed_out;
    if (witness_has_acted(host)) {
        note(host);
    }
    call->kind = CALL_NONE;
}

/* ---- What an engine does ---- */

/* No call of the simulator's led to this: the program called its engine. */
static bool from_outside(const struct host *host) {
    return host->sim->call.kind == CALL_NONE;
}

/* Then it may have ended the probe, and others may have to hear of what it did. */
static void stir(struct host *host, bool disturbs) {
    probes_unknown(host);
    if (disturbs) {
        duties_disturbed(host->sim, host->sim->now_us);
    }
}

/* A program can change its identity without a notification. */
static void look_at_identity(struct host *host, const void *identity) {
    uint64_t hash = witness_hash(host->sim, identity);
    if (hash != host->witness.identity) {
        host->witness.identity = hash;
        stir(host, from_outside(host));
    }
}

static bool asked_for(const struct host *host, enum selkie_notification_kind kind) {
    static const uint32_t bits[SELKIE_NOTIFICATION_COUNT] = {
        [SELKIE_NOTIFY_PROBE_FAILED] = SELKIE_OBSERVE_PROBE_FAILED,
        [SELKIE_NOTIFY_MEMBER_SUSPECT] = SELKIE_OBSERVE_MEMBER_SUSPECT,
        [SELKIE_NOTIFY_MEMBER_REFUTED] = SELKIE_OBSERVE_MEMBER_REFUTED,
        [SELKIE_NOTIFY_MEMBER_REMOVED] = SELKIE_OBSERVE_MEMBER_REMOVED,
    };
    return bits[kind] == 0 || (host->witness.hears & bits[kind]) != 0;
}

bool witness_notified(struct host *host, const struct selkie_notification *notification) {
    if (from_outside(host)) {
        causes_settle(host);
        stir(host, notification->kind != SELKIE_NOTIFY_DEFUNCT);
    }
    if (notification->kind == SELKIE_NOTIFY_DEFUNCT) {
        duties_defunct(host->sim, host->number);
    }
    look_at_identity(host, selkie_identity(host->engine));
    host->sim->call.downs += notification->kind == SELKIE_NOTIFY_MEMBER_DOWN;
    probes_notified(host, notification);
    if (notification->kind == SELKIE_NOTIFY_MEMBER_SUSPECT) {
        suspicions_began(host, &notification->member);
    }
    if (notification->kind >= SELKIE_NOTIFY_MEMBER_SUSPECT && notification->kind <= SELKIE_NOTIFY_MEMBER_REMOVED) {
        conduct_observed(host, notification);
    }
    causes_notified(host, notification);
    telling_notified(host, notification);
    host->sim->call.acted = true;
    return asked_for(host, notification->kind);
}

/* Is a packet to tell the one that it is for, before all else, that it is Suspect? */
static bool is_warned(const struct host *host, const struct selkie_header *header) {
    struct selkie_config config;
    struct selkie_member held;
    if (header->message != SELKIE_PING && header->message != SELKIE_INDIRECT_PING) {
        return false;
    }
    selkie_get_config(host->engine, &config);
    size_t needed = frame_header_most(host->sim) + 2 + host->sim->codec.member_max;
    return config.suspects_hear_first && config.max_packet_size >= needed &&
           witness_active(host, header->destination, &held) && held.state == SELKIE_SUSPECT;
}

void witness_sent(struct host *host, const struct selkie_header *header) {
    look_at_identity(host, header->source);
    host->witness.feeds = header->message == SELKIE_FEED;
    host->witness.warned = is_warned(host, header) ? witness_hash(host->sim, header->destination) : 0;
    answers_sent(&host->sim->call, header);
    probes_sent(host, header);
    telling_sent(host, header);
    tasks_sent(host, header);
    causes_sent(host, header);
    if (header->message == SELKIE_NACK) {
        nacks_sent(host, header);
    }
    host->sim->call.acted = true;
}

void witness_spoken(struct host *host, const struct selkie_member *member) {
    causes_spoken(host, member);
    telling_spoken(host, member);
}

void witness_submitted(struct host *host, uint64_t delay_us, uint64_t due_us) {
    tasks_submitted(host, delay_us);
    host->sim->call.acted = true;
    if (from_outside(host)) {
        stir(host, true); /* the cycles began anew: selkie_revive */
        witness_called(host);
    }
    if (host->sim->call.kind == CALL_TIMER && !host->sim->call.pinged) {
        suspicions_submitted(host, delay_us, due_us);
    }
}
