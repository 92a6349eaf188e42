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
                                  .probe_number = header->number,
                                  .flags = header->flags};
    return model->codec.encode_header(&model->codec, &writer, &plain) ? room - writer.left : 0;
}

static struct header our_header(const struct model *model, int message, const struct id *to, const struct id *peer,
                                uint8_t number) {
    struct header header = {.source = model->self,
                            .destination = *to,
                            .has_peer = peer != NULL,
                            .incarnation = model->incarnation,
                            .message = (uint8_t)message,
                            .number = number,
                            .flags = message == SELKIE_PING_REQ && nack_wanted(model) ? SELKIE_NACK_WANTED : 0};
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
static void take_feed(struct model *model, const struct id *to, struct update_section section) {
    bool *sent = calloc(model->member_count + 1, sizeof *sent);
    if (!sent)
        abort();
    for (; section.count > 0; section.count--) {
        struct selkie_reader reader = {.next = section.bytes, .left = section.size};
        struct selkie_member member = {.struct_size = sizeof member};
        struct id id = {{0}}, accuser;
        DEMAND(model, model->codec.decode_member(&model->codec, &reader, &member, &id, &accuser) == 0,
               "a Feed does not decode");
        const struct record *record = model_find(model, &id);
        DEMAND(model, record && same_id(model, &record->is.id, &id) && is_active(&record->is),
               "not an active member in a Feed");
        DEMAND(model, !same_id(model, &id, to), "the receiver itself in a Feed");
        size_t length = match_member(model, &section, &record->is);
        DEMAND(model, length == section.size - reader.left, "a member in a Feed has more to it than is known");
        DEMAND(model, length <= section.left, "a Feed larger than its packet");
        DEMAND(model, !sent[record - model->members], "a member twice in a Feed");
        sent[record - model->members] = true;
        section.bytes += length;
        section.size -= length;
        section.left -= length;
    }
    for (size_t i = 0; i < model->member_count; i++) {
        const struct update *is = &model->members[i].is;
        if (!sent[i] && is_active(is) && !same_id(model, &is->id, to))
            DEMAND(model, encoded_size(model, is) > section.left, "a member that would have fit is not in the Feed");
    }
    free(sent);
}

/* Who is to hear ahead of all other news that it is suspected; NULL: the receiver is not. */
static const struct record *suspect_told(const struct model *model, int message, const struct id *to) {
    if (!model->config.suspects_hear_first || (message != SELKIE_PING && message != SELKIE_INDIRECT_PING))
        return NULL;
    const struct record *record = model_find(model, to);
    return record && record->is.state == SELKIE_SUSPECT && same_id(model, &record->is.id, to) ? record : NULL;
}

static void check_updates(struct model *model, int message, const struct id *to, struct update_section section) {
    if (message == SELKIE_FEED) {
        take_feed(model, to, section);
        return;
    }
    const struct record *suspect = suspect_told(model, message, to);
    if (suspect && encoded_size(model, &suspect->is) <= section.left) {
        DEMAND(model, section.count > 0, "a suspect does not hear that it is one");
        size_t length = match_member(model, &section, &suspect->is);
        section.count--;
        section.bytes += length;
        section.size -= length;
        section.left -= length;
    } else {
        suspect = NULL;
    }
    take_updates(model, section, suspect);
}

/* Was the handler, if it wants to be, asked whether the receiver may have broadcasts, and what did it say? */
static bool take_wants(struct model *model, const struct id *to) {
    if (!model->has_handler || !model->broadcasts.wants)
        return true;
    const struct event *event = take_event(model, EVENT_WANTS);
    DEMAND(model, same_id(model, &event->id, to), "asked whether the wrong member wants broadcasts");
    return event->answer;
}

/* Broadcasts that go into what is kept for them. Returns how many bytes they take. */
static size_t take_share(struct model *model, struct broadcast_filling *filling, size_t room) {
    size_t most = model->config.max_packet_size, plain = most * model->config.broadcast_share_percent / 100;
    size_t all = plain + model->share_kept, first = first_broadcast_size(model) + 2;
    all = all > most ? most : all;
    size_t kept = all > room ? room : all;
    if (first > kept && first <= room) {
        model->share_kept = all;
        return 0;
    }
    if (first <= kept)
        model->share_kept = 0;
    return take_some_broadcasts(model, filling, kept);
}

/* What comes after the header of a message that carries updates. `at`: the header's size. */
static void check_counted(struct model *model, int message, const struct event *packet, size_t at) {
    size_t room = model->config.max_packet_size - at - 2;
    DEMAND(model, packet->size >= at + 2, "a packet without a count of updates");
    struct update_section section = {.bytes = packet->bytes + at + 2,
                                     .size = packet->size - at - 2,
                                     .count = (unsigned)(packet->bytes[at] << 8 | packet->bytes[at + 1]),
                                     .left = room};
    size_t size = size_of_updates(model, &section);
    bool shared = model->config.broadcast_share_percent > 0 && model->queued_count > 0;
    bool wanted = shared && take_wants(model, &packet->id);
    struct broadcast_filling filling = begin_broadcasts(model, section.bytes + size, section.size - size);
    if (wanted)
        section.left -= take_share(model, &filling, room);
    size_t kept = room - section.left;
    check_updates(model, message, &packet->id, section);
    if (!shared && room > size)
        wanted = take_wants(model, &packet->id);
    if (wanted)
        take_some_broadcasts(model, &filling, room - kept - size);
    end_broadcasts(model, &filling);
}

/* What comes after the header. `at`: the header's size. Where the count of updates does not fit, no broadcast does. */
static void check_payload(struct model *model, int message, const struct event *packet, size_t at) {
    size_t limit = model->config.max_packet_size;
    bool bare = message == SELKIE_ANNOUNCE || message == SELKIE_TURN_UNDEAD;
    if (!bare && message != SELKIE_BROADCAST && limit - at >= 3) {
        check_counted(model, message, packet, at);
        return;
    }
    struct broadcast_filling filling = begin_broadcasts(model, packet->bytes + at, packet->size - at);
    if (!bare && limit > at && take_wants(model, &packet->id))
        take_some_broadcasts(model, &filling, limit - at);
    end_broadcasts(model, &filling);
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
    model_count_message(model, message, true, packet->size);
    expect_done(model, SELKIE_BROADCAST_SENT);
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

static void note_helper(struct model *model, const struct id *id, bool owes_nack) {
    struct probe *probe = &model->probe;
    probe->helpers = realloc(probe->helpers, (probe->helper_count + 1) * sizeof *probe->helpers);
    if (!probe->helpers)
        abort();
    probe->helpers[probe->helper_count++] = (struct helper){.id = *id, .owes_nack = owes_nack};
}

static bool fits(const struct model *model, const struct fan_out *how, const struct id *to) {
    return message_fits(model, how->message, to, how->peer, how->number);
}

/* Who could not be asked does not owe us a nack. */
static void note_helpers(struct model *model, const struct fan_out *how) {
    for (size_t i = 0; i < model->member_count; i++) {
        const struct id *id = &model->members[i].is.id;
        if (eligible(model, &model->members[i], how))
            note_helper(model, id, nack_wanted(model) && fits(model, how, id));
    }
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
        fitting += fits(model, how, &record->is.id);
    }
    if (wanted > candidates)
        wanted = candidates;
    wanted = leave_out_misfits(model, wanted, candidates, fitting, how);
    for (size_t i = 0; i < wanted; i++) {
        const struct record *record = take_recipient(model, chosen, how, next_recipient(model));
        expect_send(model, how->message, &record->is.id, how->peer, how->number);
        if (how->message == SELKIE_PING_REQ && fitting == candidates)
            note_helper(model, &record->is.id, nack_wanted(model));
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
