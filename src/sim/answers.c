/* What an engine owes to a packet that it takes in without an error, and that is meant for it. If its sender is active
 * in its table afterwards:
 *   - it holds the sender at no lower incarnation than the packet shows, which is how a refutation arrives;
 *   - if it is connected, a Ping has an Ack in the same call, PingReq is passed on as IndirectPing, that is answered
 *     with IndirectAck, that is passed on as ForwardedAck, and an Announce has a Feed;
 *   - if the packet says that it is Suspect, its incarnation is higher afterwards, and it gossips at once;
 *   - if the packet says that it is Down, it has another identity afterwards, or is Undead.
 * TurnUndead leads to the last, whoever sent it. Nothing is claimed of packets for another identity, of an engine that
 * changed its own meanwhile, and of what the program's own calls lead to. With this, a probe between members that are
 * well fails only if the network lets it: probes.c. */
#include "sim/answers.h"

#include "sim/causes.h"
#include "sim/check.h"
#include "sim/frame.h"
#include "sim/hearing.h"
#include "sim/nacks.h"
#include "sim/probes.h"

#include <inttypes.h>

/* What a message asks for. Identities that are NULL: no matter. */
struct answer {
    int message; /* -1: nothing */
    const void *to, *peer;
};

static struct answer answer_to(const struct selkie_header *header) {
    const void *source = header->source, *peer = header->peer;
    switch (header->message) {
    case SELKIE_PING:
        return (struct answer){SELKIE_ACK, source, NULL};
    case SELKIE_PING_REQ:
        return (struct answer){SELKIE_INDIRECT_PING, peer, source};
    case SELKIE_INDIRECT_PING:
        return (struct answer){SELKIE_INDIRECT_ACK, source, peer};
    case SELKIE_INDIRECT_ACK:
        return (struct answer){SELKIE_FORWARDED_ACK, peer, source};
    case SELKIE_ANNOUNCE:
        return (struct answer){SELKIE_FEED, source, NULL};
    default:
        return (struct answer){-1, NULL, NULL};
    }
}

void answers_sent(struct call *call, const struct selkie_header *header) {
    if (call->kind != CALL_PACKET || !call->for_us) {
        return;
    }
    const selkie_sim *sim = call->host->sim;
    struct answer answer = answer_to(&call->packet.header);
    call->gossips += header->message == SELKIE_GOSSIP;
    call->answered |= header->message == answer.message && header->probe_number == call->packet.header.probe_number &&
                      witness_same(sim, header->destination, answer.to) &&
                      (answer.peer == NULL || (header->peer != NULL && witness_same(sim, header->peer, answer.peer)));
}

static uint32_t source_of(const struct call *call) {
    return selkie_sim_member_at(call->host->sim, call->packet.source.bytes);
}

static bool names_itself(const struct call *call) {
    return selkie_message_has_peer(call->packet.header.message) &&
           witness_same(call->host->sim, call->packet.peer.bytes, call->own.bytes);
}

static void check_answer(const struct call *call) {
    struct host *host = call->host;
    struct answer answer = answer_to(&call->packet.header);
    if (answer.message < 0 || call->answered || names_itself(call) ||
        selkie_connection(host->engine) != SELKIE_CONNECTED) {
        return;
    }
    check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, source_of(call),
                 "m%" PRIu32 " got %s #%u of m%" PRIu32 ", whom it holds for active, and sent no %s", host->number,
                 selkie_message_name(call->packet.header.message), call->packet.header.probe_number, source_of(call),
                 selkie_message_name(answer.message));
}

static void check_source(const struct call *call, const struct selkie_member *held) {
    struct host *host = call->host;
    if (held->slot == SELKIE_NO_SLOT && !host->witness.bounded) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, source_of(call),
                     "m%" PRIu32 " does not know m%" PRIu32 " after a packet of it", host->number, source_of(call));
    } else if (held->slot != SELKIE_NO_SLOT && held->state != SELKIE_DOWN &&
               witness_same(host->sim, held->identity, call->packet.source.bytes) &&
               held->incarnation < call->packet.header.source_incarnation) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, source_of(call),
                     "m%" PRIu32 " holds m%" PRIu32 " at incarnation %u after a packet that shows %u", host->number,
                     source_of(call), held->incarnation, call->packet.header.source_incarnation);
    }
}

/* What a packet says of its receiver. */
struct accusation {
    int32_t suspect; /* the highest incarnation; -1: not said */
    bool down;
};

static struct accusation accusation_of(struct call *call) {
    struct accusation accusation = {-1, false};
    struct frame *packet = witness_packet_at_start(call);
    struct selkie_member member;
    while (packet != NULL && frame_next_member(packet, &member)) {
        if (!witness_same(call->host->sim, member.identity, call->own.bytes)) {
            continue;
        }
        accusation.down |= member.state == SELKIE_DOWN;
        if (member.state == SELKIE_SUSPECT && member.incarnation > accusation.suspect) {
            accusation.suspect = member.incarnation;
        }
    }
    return accusation;
}

/* How many have to be told at once. Where members went Down in the same call, there may have been fewer for a moment. */
static uint32_t fan_out(const struct call *call) {
    if (call->downs > 0) {
        return 0;
    }
    struct selkie_config config;
    selkie_get_config(call->host->engine, &config);
    uint32_t active = selkie_active_count(call->host->engine);
    active = active < call->active ? active : call->active;
    return active < config.num_indirect_probes ? active : config.num_indirect_probes;
}

static void check_refutation(struct call *call) {
    struct host *host = call->host;
    struct accusation accusation = accusation_of(call);
    if (accusation.down) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, source_of(call),
                     "m%" PRIu32 " heard of m%" PRIu32 " that it is Down, and goes on as before", host->number,
                     source_of(call));
    } else if (accusation.suspect >= 0 && selkie_incarnation(host->engine) <= accusation.suspect) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, source_of(call),
                     "m%" PRIu32 " heard of m%" PRIu32 " that it is Suspect at %d, and stays at %u", host->number,
                     source_of(call), (int)accusation.suspect, selkie_incarnation(host->engine));
    } else if (accusation.suspect >= 0 && call->gossips < fan_out(call)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, source_of(call),
                     "m%" PRIu32 " heard of m%" PRIu32 " that it is Suspect, and told %" PRIu32 " that it is not",
                     host->number, source_of(call), call->gossips);
    }
}

void answers_end(struct call *call) {
    struct host *host = call->host;
    if (!witness_same(host->sim, selkie_identity(host->engine), call->own.bytes)) {
        return;
    }
    if (call->packet.header.message == SELKIE_TURN_UNDEAD && selkie_connection(host->engine) != SELKIE_UNDEAD) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, source_of(call),
                     "m%" PRIu32 " got turn-undead of m%" PRIu32 ", and goes on as before", host->number,
                     source_of(call));
    }
    struct selkie_member held;
    bool active = witness_active(host, call->packet.source.bytes, &held);
    check_source(call, &held);
    if (!active) {
        return;
    }
    hearing_end(call);
    check_answer(call);
    nacks_handled(host, &call->packet.header);
    if (call->accused && selkie_connection(host->engine) != SELKIE_UNDEAD) {
        check_refutation(call);
    }
    if (selkie_connection(host->engine) == SELKIE_CONNECTED) {
        probes_answered(host, &call->packet.header);
    }
}
