/* Looking at each call on an engine from outside, for the checks of its conduct: what it is given, what it does, how it
 * stands afterwards. What is claimed of it is in answers.c, probes.c, causes.c and telling.c; here they are told. */
#include "sim/answers.h"
#include "sim/causes.h"
#include "sim/frame.h"
#include "sim/pace.h"
#include "sim/probes.h"
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

bool witness_active(const struct host *host, const void *identity, struct selkie_member *held) {
    *held = (struct selkie_member){.struct_size = sizeof *held, .slot = SELKIE_NO_SLOT};
    return selkie_find(host->engine, identity, held) && held->state != SELKIE_DOWN &&
           witness_same(host->sim, held->identity, identity);
}

uint64_t witness_due(const struct host *host, uint64_t delay_us) {
    return sim_later(host->sim->now_us, pace_of_clock(host, delay_us));
}

/* ---- Life ---- */

void witness_start(struct host *host, struct selkie_options *options, struct selkie_config *config) {
    struct witness *witness = &host->witness;
    struct pending *pending = witness->pending;
    uint32_t room = witness->pending_room, epoch = witness->epoch;
    *witness = (struct witness){.pending = pending,
                                .pending_room = room,
                                .epoch = epoch + 1,
                                .identity = witness_hash(host->sim, options->identity),
                                .ward.member = SELKIE_SIM_NOBODY,
                                .telling.member = SELKIE_SIM_NOBODY,
                                .bounded = options->max_members != 0,
                                .probe.state = PROBE_NONE,
                                .probe_by_us = UINT64_MAX};
    SELKIE_INIT(config);
    if (options->config == NULL) {
        selkie_config_simple(config);
    } else {
        sim_take(config, sizeof *config, options->config);
    }
    witness->hears_failures = (config->observe & SELKIE_OBSERVE_PROBE_FAILED) != 0;
    config->observe |= SELKIE_OBSERVE_PROBE_FAILED;
    options->config = config;
}

void witness_crash(struct host *host) {
    causes_ended(host);
}

void witness_free(struct host *host) {
    free(host->witness.pending);
}

/* ---- A call ---- */

static bool is_for(const struct host *host, const struct selkie_header *header) {
    const void *own = selkie_identity(host->engine);
    return header->message == SELKIE_ANNOUNCE ? memcmp(header->destination, own, host->sim->type.addr_size) == 0
                                              : witness_same(host->sim, header->destination, own);
}

/* Only what the checks read of the identities is there: those of the header, as the codec wrote them. */
static bool read_header(struct call *call, const struct packet *packet) {
    const selkie_sim *sim = call->host->sim;
    struct selkie_reader reader = {.next = packet->bytes, .left = packet->size};
    struct selkie_header *header = &call->header;
    memset(call->source.bytes, 0, sim->type.size);
    memset(call->destination.bytes, 0, sim->type.size);
    memset(call->peer.bytes, 0, sim->type.size);
    *header = (struct selkie_header){.struct_size = sizeof *header};
    int error = sim->codec.decode_header(&sim->codec, &reader, header, call->source.bytes, call->destination.bytes,
                                         call->peer.bytes);
    header->source = call->source.bytes;
    header->destination = call->destination.bytes;
    header->peer = call->peer.bytes;
    return error == SELKIE_OK && header->message < SELKIE_MESSAGE_COUNT;
}

static struct call *begin(struct host *host, enum call_kind kind) {
    struct call *call = &host->sim->call;
    call->kind = kind;
    call->host = host;
    call->failed = SELKIE_SIM_NOBODY;
    call->unanswered = SELKIE_SIM_NOBODY;
    call->formers = 0;
    call->answered = false;
    call->gossips = 0;
    call->downs = 0;
    return call;
}

void witness_packet(struct host *host, const struct packet *packet) {
    struct call *call = begin(host, CALL_PACKET);
    call->packet = packet;
    call->for_us = read_header(call, packet) && is_for(host, &call->header);
    if (call->for_us) {
        memcpy(call->own.bytes, selkie_identity(host->engine), host->sim->type.size);
        call->incarnation = selkie_incarnation(host->engine);
        call->active = selkie_active_count(host->engine);
        call->backlog = selkie_updates_backlog(host->engine);
        call->undead = selkie_connection(host->engine) == SELKIE_UNDEAD;
        call->accused = causes_accused(host);
        probes_maybe_answered(host, &call->header);
    }
}

void witness_injected(struct host *host) {
    probes_unknown(host);
}

void witness_timer(struct host *host, uint64_t due_us) {
    begin(host, CALL_TIMER)->due_us = due_us;
}

void witness_end(struct host *host, int error) {
    struct call *call = &host->sim->call;
    if (call->kind == CALL_PACKET && call->for_us && error == SELKIE_OK) {
        answers_end(call);
    }
    if (error == SELKIE_E_ENCODE || error == SELKIE_E_TIMER_LOST) {
        probes_unknown(host);
    }
    probes_end(host, error);
    causes_end(host);
    telling_end(host, error);
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

bool witness_notified(struct host *host, const struct selkie_notification *notification) {
    if (from_outside(host)) {
        stir(host, notification->kind != SELKIE_NOTIFY_DEFUNCT);
    }
    if (notification->kind == SELKIE_NOTIFY_DEFUNCT) {
        duties_defunct(host->sim, host->number);
    }
    look_at_identity(host, selkie_identity(host->engine));
    host->sim->call.downs += notification->kind == SELKIE_NOTIFY_MEMBER_DOWN;
    probes_notified(host, notification);
    causes_notified(host, notification);
    telling_notified(host, notification);
    return notification->kind != SELKIE_NOTIFY_PROBE_FAILED || host->witness.hears_failures;
}

void witness_sent(struct host *host, const struct selkie_header *header) {
    look_at_identity(host, header->source);
    host->witness.feeds = header->message == SELKIE_FEED;
    answers_sent(&host->sim->call, header);
    probes_sent(host, header);
    causes_sent(host, header);
}

void witness_spoken(struct host *host, const struct selkie_member *member) {
    causes_spoken(host, member);
    telling_spoken(host, member);
}

void witness_submitted(struct host *host) {
    if (from_outside(host)) {
        stir(host, true); /* the cycles began anew: selkie_revive */
    }
}
