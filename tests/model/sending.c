/* What a packet must be, and whom a fan-out may go to. */
#include "model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct event *next_packet(const struct model *model) {
    const struct event *event = tape_peek(model->tape, 0);
    if (event && event->kind == EVENT_WANTS)
        event = tape_peek(model->tape, 1);
    return event && event->kind == EVENT_SEND ? event : NULL;
}

const struct id *next_recipient(const struct model *model) {
    const struct event *packet = next_packet(model);
    return packet ? &packet->id : NULL;
}

/* Write the header that we would send now. Returns its size, 0 if it does not fit. */
static size_t write_header(const struct model *model, const struct header *header, unsigned char *bytes) {
    struct selkie_writer writer = {.next = bytes, .left = model->config.max_packet_size};
    if (writer.left > PACKET_MAX)
        writer.left = PACKET_MAX;
    size_t room = writer.left;
    struct selkie_header plain = {.struct_size = sizeof plain,
                                  .source = &header->source,
                                  .destination = &header->destination,
                                  .peer = header->has_peer ? &header->peer : NULL,
                                  .source_incarnation = header->incarnation,
                                  .message = header->message,
                                  .probe_number = header->number};
    return model->codec.encode_header(&model->codec, &writer, &plain) ? room - writer.left : 0;
}

static struct header our_header(const struct model *model, int message, const struct id *to, const struct id *peer,
                                uint8_t number) {
    struct header header = {.source = model->self,
                            .destination = *to,
                            .has_peer = peer != NULL,
                            .incarnation = model->incarnation,
                            .message = (uint8_t)message,
                            .number = number};
    if (peer)
        header.peer = *peer;
    return header;
}

bool message_fits(const struct model *model, int message, const struct id *to, const struct id *peer, uint8_t number) {
    unsigned char bytes[PACKET_MAX];
    struct header header = our_header(model, message, to, peer, number);
    return write_header(model, &header, bytes) != 0;
}

/* Demand that these updates are distinct active members other than the receiver, and that no more would have fit. */
static size_t take_feed(struct model *model, const struct id *to, const unsigned char *bytes, size_t size,
                        unsigned count, size_t left) {
    bool *sent = calloc(model->member_count + 1, sizeof *sent);
    if (!sent)
        abort();
    size_t taken = 0;
    for (unsigned i = 0; i < count; i++) {
        struct selkie_reader reader = {.next = bytes + taken, .left = size - taken};
        struct selkie_member member = {.struct_size = sizeof member};
        struct id id = {{0}}, accuser;
        DEMAND(model, model->codec.decode_member(&model->codec, &reader, &member, &id, &accuser) == 0,
               "a Feed does not decode");
        const struct record *record = model_find(model, &id);
        DEMAND(model, record && same_id(model, &record->is.id, &id) && is_active(&record->is),
               "not an active member in a Feed");
        DEMAND(model, !same_id(model, &id, to), "the receiver itself in a Feed");
        DEMAND(model, member.state == record->is.state && member.incarnation == record->is.incarnation,
               "old news in a Feed");
        DEMAND(model, !sent[record - model->members], "a member twice in a Feed");
        sent[record - model->members] = true;
        taken = size - reader.left;
    }
    DEMAND(model, taken <= left, "(model) a Feed larger than its packet");
    for (size_t i = 0; i < model->member_count; i++) {
        const struct update *is = &model->members[i].is;
        if (!sent[i] && is_active(is) && !same_id(model, &is->id, to))
            DEMAND(model, encoded_size(model, is) > left - taken, "a member that would have fit is not in the Feed");
    }
    free(sent);
    return taken;
}

/* The packet's part with the updates. Returns its size. */
static size_t take_counted(struct model *model, int message, const struct event *packet, size_t at, size_t room) {
    DEMAND(model, packet->size >= at + 2, "a packet without a count of updates");
    unsigned count = (unsigned)(packet->bytes[at] << 8 | packet->bytes[at + 1]);
    const unsigned char *bytes = packet->bytes + at + 2;
    size_t size = packet->size - at - 2;
    if (message == SELKIE_FEED)
        return 2 + take_feed(model, &packet->id, bytes, size, count, room - 2);
    return 2 + take_updates(model, bytes, size, count, room - 2);
}

/* Was the handler, if it wants to be, asked whether the receiver may have broadcasts, and what did it say? */
static bool take_wants(struct model *model, const struct id *to) {
    if (!model->has_handler || !model->broadcasts.wants)
        return true;
    const struct event *event = take_event(model, EVENT_WANTS);
    DEMAND(model, same_id(model, &event->id, to), "asked whether the wrong member wants broadcasts");
    return event->answer;
}

/* What comes after the header. `at`: the header's size. Where the count of updates does not fit, no broadcast does. */
static void check_payload(struct model *model, int message, const struct event *packet, size_t at) {
    size_t limit = model->config.max_packet_size;
    if (message != SELKIE_ANNOUNCE && message != SELKIE_TURN_UNDEAD) {
        if (message != SELKIE_BROADCAST && limit - at >= 3)
            at += take_counted(model, message, packet, at, limit - at);
        if (limit > at && take_wants(model, &packet->id)) {
            take_broadcasts(model, packet->bytes + at, packet->size - at, limit - at);
            at = packet->size;
        }
    }
    DEMAND(model, packet->size == at, "%zu stray bytes in a packet", packet->size - at);
}

/* Demand this packet next. If its header does not fit, none is sent. */
void expect_send(struct model *model, int message, const struct id *to, const struct id *peer, uint8_t number) {
    struct header header = our_header(model, message, to, peer, number);
    unsigned char bytes[PACKET_MAX];
    size_t size = write_header(model, &header, bytes);
    if (size == 0) {
        model->encode_failed = true;
        return;
    }
    const char *name = selkie_message_name(message);
    const struct event *packet = next_packet(model);
    DEMAND(model, packet, "expected to send %s", name);
    DEMAND(model, same_id(model, &packet->id, to), "expected to send %s to somebody else", name);
    DEMAND(model, packet->size <= model->config.max_packet_size, "a packet of %zu bytes", packet->size);
    DEMAND(model, packet->size >= size && memcmp(packet->bytes, bytes, size) == 0,
           "expected the header of %s with number %u", name, number);
    check_payload(model, message, packet, size);
    const struct event *taken = take_event(model, EVENT_SEND);
    DEMAND(model, taken == packet, "(model) a packet was passed over");
    if (model->config.observe & SELKIE_OBSERVE_DATA_SENT)
        expect_notify_header(model, SELKIE_NOTIFY_DATA_SENT, &header);
}

/* ---- whom to send to ---- */

static bool eligible(const struct model *model, const struct record *record, const struct fan_out *how) {
    if (is_active(&record->is) == how->to_down)
        return false;
    return !how->except || !same_id(model, &record->is.id, how->except);
}

static struct record *take_recipient(struct model *model, bool *chosen, const struct fan_out *how,
                                     const struct id *to) {
    const char *name = selkie_message_name(how->message);
    DEMAND(model, to, "too few recipients of %s", name);
    struct record *record = model_find(model, to);
    DEMAND(model, record && same_id(model, &record->is.id, to), "%s to somebody who is no member", name);
    DEMAND(model, eligible(model, record, how), "%s to a member that it is not for", name);
    DEMAND(model, !chosen[record - model->members], "%s twice to the same member", name);
    chosen[record - model->members] = true;
    return record;
}

static void note_helper(struct model *model, const struct id *id) {
    struct probe *probe = &model->probe;
    probe->helpers = realloc(probe->helpers, (probe->helper_count + 1) * sizeof *probe->helpers);
    if (!probe->helpers)
        abort();
    probe->helpers[probe->helper_count++] = *id;
}

static void note_helpers(struct model *model, const struct fan_out *how) {
    for (size_t i = 0; i < model->member_count; i++)
        if (eligible(model, &model->members[i], how))
            note_helper(model, &model->members[i].is.id);
}

/* Whom a packet was for that could not be written does not show. The tests see to it that this is everybody, or that it
 * is all the same: none of the headers fits. Returns how many packets there are to be. */
static size_t leave_out_misfits(struct model *model, size_t wanted, size_t candidates, size_t fitting,
                                const struct fan_out *how) {
    if (wanted == 0 || fitting == candidates)
        return wanted;
    DEMAND(model, wanted == candidates || fitting == 0, "(model) whom the packets were for cannot be seen");
    model->encode_failed = true;
    if (how->message == SELKIE_PING_REQ && wanted == candidates)
        note_helpers(model, how);
    return fitting;
}

/* Demand packets to `wanted` distinct members, or to all there are if those are fewer. */
void expect_fan_out(struct model *model, size_t wanted, const struct fan_out *how) {
    bool *chosen = calloc(model->member_count + 1, sizeof *chosen);
    if (!chosen)
        abort();
    size_t candidates = 0, fitting = 0;
    for (size_t i = 0; i < model->member_count; i++) {
        const struct record *record = &model->members[i];
        if (!eligible(model, record, how))
            continue;
        candidates++;
        fitting += message_fits(model, how->message, &record->is.id, how->peer, how->number);
    }
    if (wanted > candidates)
        wanted = candidates;
    wanted = leave_out_misfits(model, wanted, candidates, fitting, how);
    for (size_t i = 0; i < wanted; i++) {
        const struct record *record = take_recipient(model, chosen, how, next_recipient(model));
        expect_send(model, how->message, &record->is.id, how->peer, how->number);
        if (how->message == SELKIE_PING_REQ && fitting == candidates)
            note_helper(model, &record->is.id);
    }
    free(chosen);
}

void expect_gossip(struct model *model) {
    expect_fan_out(model, model->config.num_indirect_probes, &(struct fan_out){.message = SELKIE_GOSSIP});
}

/* Broadcasts go to random active members, each asked first whether it wants them, until enough did or nothing is left
 * to send. */
void expect_broadcasting(struct model *model) {
    const struct fan_out how = {.message = SELKIE_BROADCAST};
    bool *chosen = calloc(model->member_count + 1, sizeof *chosen);
    if (!chosen)
        abort();
    size_t candidates = model_active_count(model), sent = 0;
    while (candidates > 0 && sent < model->config.num_indirect_probes && model->queued_count > 0) {
        candidates--;
        const struct id *to = next_recipient(model);
        struct id asked;
        if (model->broadcasts.wants) {
            const struct event *event = take_event(model, EVENT_WANTS);
            asked = event->id;
            to = &asked;
            take_recipient(model, chosen, &how, to);
            if (!event->answer)
                continue;
        } else if (to) {
            take_recipient(model, chosen, &how, to);
        } else {
            DEMAND(model, model_active_count(model) == 1, "too few recipients of a broadcast");
            for (size_t i = 0; i < model->member_count; i++)
                if (is_active(&model->members[i].is))
                    to = &model->members[i].is.id;
        }
        struct id recipient = *to;
        expect_send(model, SELKIE_BROADCAST, &recipient, NULL, 0);
        sent++;
    }
    free(chosen);
}
