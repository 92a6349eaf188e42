/* The model's way of taking in news: updates one by one, in batches, about ourselves, and in packets. */
#include "model.h"

#include <stdlib.h>
#include <string.h>

/* ---- one update ---- */

static bool default_wins(const struct model *model, const struct id *a, const struct id *b) {
    size_t address = model->type.addr_size;
    return memcmp(a->bytes + address, b->bytes + address, model->type.size - address) > 0;
}

static bool wins(const struct model *model, const struct id *a, const struct id *b) {
    return model->type.wins ? model->type.wins(model->type.ctx, a, b) : default_wins(model, a, b);
}

/* Does what was heard of the very identity that we know take precedence? */
static bool takes_precedence(const struct update *now, const struct update *heard) {
    if (now->state == SELKIE_DOWN)
        return false;
    if (heard->state == SELKIE_DOWN)
        return true;
    if (now->state == SELKIE_ALIVE && heard->state == SELKIE_SUSPECT)
        return heard->incarnation >= now->incarnation;
    return heard->incarnation > now->incarnation;
}

static bool observed(const struct model *model, uint32_t what) {
    return model->config.observe & what;
}

/* What there is to tell of a changed record, in its order. */
static void notify_of_change(struct model *model, struct record *record, const struct update *was) {
    bool was_active = was && is_active(was), same = was && same_id(model, &was->id, &record->is.id);
    if (was && !same)
        expect_notify_member(model, SELKIE_NOTIFY_RENAME, record, &was->id);
    if (is_active(&record->is) && !was_active)
        expect_notify_member(model, SELKIE_NOTIFY_MEMBER_UP, record, NULL);
    if (!is_active(&record->is) && was_active)
        expect_notify_member(model, SELKIE_NOTIFY_MEMBER_DOWN, record, NULL);
    if (record->is.state == SELKIE_SUSPECT && observed(model, SELKIE_OBSERVE_MEMBER_SUSPECT))
        expect_notify_member(model, SELKIE_NOTIFY_MEMBER_SUSPECT, record, NULL);
    bool refuted = same && was->state == SELKIE_SUSPECT && record->is.state == SELKIE_ALIVE;
    model->stats.suspicions_refuted += refuted;
    if (refuted && observed(model, SELKIE_OBSERVE_MEMBER_REFUTED))
        expect_notify_member(model, SELKIE_NOTIFY_MEMBER_REFUTED, record, NULL);
}

/* What follows from a changed record. `was`: NULL for a new one. A change to Suspect is always the beginning of a
 * suspicion. */
static void after_change(struct model *model, struct record *record, const struct update *was, bool disseminate) {
    if (!is_active(&record->is))
        record->turn = UNSURE;
    model->stats.members_flapped += was && !is_active(was) && is_active(&record->is);
    adapt(model);
    struct begun begun = {.any = false};
    if (record->is.state == SELKIE_SUSPECT && suspicions_shrink(model))
        begun = begin_suspicion(model, record, record->is.accused ? &record->is.accuser : NULL);
    if (disseminate)
        queue_record(model, record);
    if (!is_active(&record->is) && record->remove_timer == 0)
        record->remove_timer = expect_submit(model, REMOVE_DOWN, &record->is, model->config.remove_down_after_us);
    notify_of_change(model, record, was);
    time_suspicion(model, record, begun);
}

/* The Down member whose slot the engine gives to the newcomer that it is about to notify us of. */
static struct record *displaced_member(struct model *model) {
    const struct event *event = tape_peek(model->tape, 0);
    int kind = observed(model, SELKIE_OBSERVE_MEMBER_REMOVED) ? SELKIE_NOTIFY_MEMBER_REMOVED : SELKIE_NOTIFY_MEMBER_UP;
    DEMAND(model, event && event->kind == EVENT_NOTIFY && event->notification == kind,
           "expected a new member in the place of a Down one");
    for (size_t i = 0; i < model->member_count; i++)
        if (model->members[i].slot == event->member.slot) {
            DEMAND(model, !is_active(&model->members[i].is), "an active member was displaced");
            return &model->members[i];
        }
    model_fail(model, "a new member in a slot that nobody had, though the table is full");
}

/* The place that it leaves is the last one. What belongs to the slot stays: the RemoveDown that is on its way. */
static struct record *forget_displaced(struct model *model, struct record *record) {
    forget_accuser(model, record);
    struct record displaced = *record, *last = &model->members[--model->member_count];
    *record = *last;
    *last = displaced;
    if (observed(model, SELKIE_OBSERVE_MEMBER_REMOVED))
        expect_notify_member(model, SELKIE_NOTIFY_MEMBER_REMOVED, last, NULL);
    model->member_count++;
    return last;
}

static struct record *make_room(struct model *model, const struct update *update) {
    size_t free_slots = model->max_members - model->member_count;
    bool any_down = model_active_count(model) < model->member_count;
    if (is_active(update) && free_slots == 0 && any_down) {
        struct record *record = displaced_member(model);
        drop_queued_record(model, &record->is.id);
        model->stats.members_displaced++;
        return forget_displaced(model, record);
    }
    if (free_slots < (is_active(update) ? 1u : 2u)) {
        model->stats.members_refused++;
        return NULL;
    }
    return model->members + model->member_count++;
}

static struct record *append(struct model *model) {
    model->members = realloc(model->members, (model->member_count + 1) * sizeof *model->members);
    if (!model->members)
        abort();
    model->members[model->member_count] = (struct record){.slot = SELKIE_NO_SLOT};
    return &model->members[model->member_count];
}

static enum outcome insert(struct model *model, const struct update *update, bool disseminate) {
    struct record *record = append(model);
    if (model->max_members) {
        record = make_room(model, update);
        if (!record)
            return REFUSED;
    } else {
        model->member_count++;
    }
    record->is = *update;
    record->turn = TO_COME;
    record->life = ++model->serials;
    record->suspicion = 0;
    if (model->member_count > model->most_members)
        model->most_members = model->member_count;
    after_change(model, record, NULL, disseminate);
    return CHANGED;
}

enum outcome model_apply(struct model *model, const struct update *update, bool disseminate) {
    struct record *record = model_find(model, &update->id);
    if (!record)
        return insert(model, update, disseminate);
    if (!same_id(model, &record->is.id, &update->id)) {
        if (wins(model, &record->is.id, &update->id))
            return LOST;
    } else if (!takes_precedence(&record->is, update)) {
        if (update->state == SELKIE_SUSPECT && record->is.state == SELKIE_SUSPECT &&
            update->incarnation == record->is.incarnation)
            accuse(model, record, update, disseminate);
        return UNCHANGED;
    }
    struct update was = record->is;
    record->is = *update;
    after_change(model, record, &was, disseminate);
    return CHANGED;
}

enum outcome model_apply_if(struct model *model, const struct update *update, long incarnation) {
    const struct record *record = model_find(model, &update->id);
    if (!record || (incarnation >= 0 && record->is.incarnation != incarnation))
        return UNCHANGED;
    return model_apply(model, update, true);
}

/* ---- news about ourselves, batches ---- */

void model_we_are_down(struct model *model) {
    struct id former = model->self, renewed;
    if (!expect_renew(model, &renewed) || same_id(model, &renewed, &former) || !wins(model, &renewed, &former)) {
        model_become_undead(model);
        return;
    }
    model_take_identity(model, &renewed);
    model->rejoined = true;
    model->stats.rejoins++;
    expect_notify_self(model, SELKIE_NOTIFY_REJOIN, &former);
}

static void we_are_suspected(struct model *model, uint16_t incarnation) {
    uint16_t most = incarnation > model->incarnation ? incarnation : model->incarnation;
    if (most == UINT16_MAX) {
        model_we_are_down(model);
        return;
    }
    if (model->incarnation <= incarnation) {
        model->incarnation = (uint16_t)(most + 1);
        model->stats.refutations++;
        change_score(model, 1);
    }
    expect_gossip(model);
}

/* Who suspects a member that we hold for Down has missed that. */
static void tell_again_of_the_dead(struct model *model, const struct id *id) {
    const struct record *record = model_find(model, id);
    if (suspicions_shrink(model) && record && same_id(model, &record->is.id, id) && !is_active(&record->is) &&
        !record_is_queued(model, record))
        queue_record(model, record);
}

static void take_update(struct model *model, const struct update *update, bool disseminate) {
    if (same_id(model, &update->id, &model->self)) {
        if (update->state == SELKIE_SUSPECT)
            we_are_suspected(model, update->incarnation);
        else if (update->state == SELKIE_DOWN)
            model_we_are_down(model);
        return;
    }
    if (same_address(model, &update->id, &model->self)) {
        model_apply(model, &(struct update){.id = update->id, .state = SELKIE_DOWN}, disseminate);
        return;
    }
    if (update->state == SELKIE_SUSPECT && disseminate)
        tell_again_of_the_dead(model, &update->id);
    uint64_t expired = model->stats.suspicions_expired;
    bool changed = model_apply(model, update, disseminate) == CHANGED;
    bool ended = model->stats.suspicions_expired > expired; /* an accusation for which it is late already */
    model->stats.updates_applied += changed || ended;
    model->stats.updates_ignored += !changed && !ended;
    model->stats.suspicions_heard += changed && update->state == SELKIE_SUSPECT;
}

void model_batch(struct model *model, const struct update *updates, size_t count, bool disseminate) {
    for (size_t i = 0; i < count; i++)
        take_update(model, &updates[i], disseminate);
    model_adjust(model);
}

/* ---- packets ---- */

struct packet {
    struct header header;
    struct update *updates;
    size_t update_count;
    struct selkie_reader tail;
};

static int read_header(const struct model *model, struct selkie_reader *reader, struct header *header) {
    struct selkie_header plain = {.struct_size = sizeof plain};
    *header = (struct header){0};
    int error =
        model->codec.decode_header(&model->codec, reader, &plain, &header->source, &header->destination, &header->peer);
    header->has_peer = selkie_message_has_peer(plain.message);
    header->incarnation = plain.source_incarnation;
    header->message = plain.message;
    header->number = plain.probe_number;
    header->flags = plain.flags;
    bool foreign = plain.message == SELKIE_NACK || plain.flags;
    return error == 0 && foreign && !(model->codec.can & SELKIE_CAN_NACK) ? SELKIE_E_DECODE : error;
}

static int read_updates(const struct model *model, struct selkie_reader *reader, struct packet *packet) {
    if (reader->left < 2)
        return SELKIE_E_DECODE;
    size_t count = (size_t)(reader->next[0] << 8 | reader->next[1]);
    reader->next += 2;
    reader->left -= 2;
    packet->updates = calloc(count + 1, sizeof *packet->updates);
    if (!packet->updates)
        abort();
    for (; packet->update_count < count; packet->update_count++) {
        struct update *update = &packet->updates[packet->update_count];
        struct selkie_member member = {.struct_size = sizeof member};
        int error = model->codec.decode_member(&model->codec, reader, &member, &update->id, &update->accuser);
        if (error)
            return error;
        update->accused = member.accuser != NULL;
        update->incarnation = member.incarnation;
        update->state = member.state;
        update->flags = member.flags;
    }
    return 0;
}

/* Is it for us? Somebody who wants to join may not know our present identity. */
static bool is_for_us(const struct model *model, const struct header *header) {
    if (header->message == SELKIE_ANNOUNCE)
        return same_address(model, &header->destination, &model->self);
    return same_id(model, &header->destination, &model->self);
}

/* Take a packet apart. Returns 0 and sets *ours, or an error; nothing has happened yet. */
static int read_packet(const struct model *model, struct selkie_reader *reader, struct packet *packet, bool *ours) {
    *ours = false;
    if (reader->left > model->config.max_packet_size)
        return SELKIE_E_DATA_TOO_BIG;
    int error = read_header(model, reader, &packet->header);
    if (error)
        return error;
    if (same_address(model, &packet->header.source, &model->self))
        return SELKIE_E_DATA_FROM_OURSELVES;
    if (reader->left == 1 || (packet->header.message == SELKIE_ANNOUNCE && reader->left > 0))
        return SELKIE_E_MALFORMED_PACKET;
    if (!is_for_us(model, &packet->header))
        return 0;
    if (reader->left > 0 && packet->header.message != SELKIE_BROADCAST)
        error = read_updates(model, reader, packet);
    packet->tail = *reader;
    *ours = error == 0;
    return error;
}

static void take_item(struct model *model, const struct id *sender, const unsigned char *bytes, size_t size) {
    const struct event *event = take_event(model, EVENT_RECEIVE);
    DEMAND(model, event->has_id && same_id(model, &event->id, sender), "the handler was told of another sender");
    DEMAND(model, event->size == size && memcmp(event->bytes, bytes, size) == 0, "the handler was given other bytes");
    model_count_verdict(model, event->verdict);
    if (event->verdict == SELKIE_REFUSED)
        model_error(model, SELKIE_E_CUSTOM_BROADCAST);
    else if (event->verdict == SELKIE_NEW)
        queue_broadcast(model, event->key, bytes, size, 0);
}

/* The broadcasts at a packet's end, up to the first bad one. */
static void take_tail(struct model *model, const struct id *sender, struct selkie_reader tail) {
    while (tail.left > 0 && model->first_error == 0) {
        size_t size = tail.left >= 3 ? (size_t)(tail.next[0] << 8 | tail.next[1]) : 0;
        if (size == 0 || size > tail.left - 2) {
            model_error(model, SELKIE_E_MALFORMED_PACKET);
        } else if (!model->has_handler) {
            model_error(model, SELKIE_E_CUSTOM_BROADCAST);
        } else {
            take_item(model, sender, tail.next + 2, size);
            tail.next += size + 2;
            tail.left -= size + 2;
        }
    }
}

static void indirect_for_ourselves(struct model *model) {
    model->first_error = SELKIE_E_INDIRECT_FOR_OURSELVES;
}

static void react_to_ping_req(struct model *model, const struct header *header) {
    expect_send(model, SELKIE_INDIRECT_PING, &header->peer, &header->source, header->number);
    if (header->flags & SELKIE_NACK_WANTED)
        owe_nack(model, &header->source, &header->peer, header->number);
}

static void react_to_indirect_ack(struct model *model, const struct header *header) {
    take_back_nacks(model, &header->peer, &header->source, header->number);
    expect_send(model, SELKIE_FORWARDED_ACK, &header->peer, &header->source, header->number);
}

static void react(struct model *model, const struct header *header) {
    const struct id *source = &header->source;
    if (header->has_peer && same_id(model, &header->peer, &model->self)) {
        indirect_for_ourselves(model);
        return;
    }
    switch (header->message) {
    case SELKIE_PING:
        expect_send(model, SELKIE_ACK, source, NULL, header->number);
        break;
    case SELKIE_PING_REQ:
        react_to_ping_req(model, header);
        break;
    case SELKIE_INDIRECT_PING:
        expect_send(model, SELKIE_INDIRECT_ACK, source, &header->peer, header->number);
        break;
    case SELKIE_INDIRECT_ACK:
        react_to_indirect_ack(model, header);
        break;
    case SELKIE_ACK:
    case SELKIE_FORWARDED_ACK:
    case SELKIE_NACK:
        take_answer(model, header);
        break;
    case SELKIE_ANNOUNCE:
        expect_send(model, SELKIE_FEED, source, NULL, 0);
        break;
    case SELKIE_TURN_UNDEAD:
        model_we_are_down(model);
        break;
    default:
        break;
    }
}

/* A stranger for whom the table has no room gets the answers that need no record. */
static void react_to_stranger(struct model *model, const struct header *header) {
    model->stats.packets_from_strangers++;
    if (header->message == SELKIE_TURN_UNDEAD)
        model_we_are_down(model);
    else if (model->connection == SELKIE_CONNECTED &&
             (header->message == SELKIE_PING || header->message == SELKIE_PING_REQ ||
              header->message == SELKIE_INDIRECT_PING || header->message == SELKIE_ANNOUNCE))
        react(model, header);
}

static void react_to_inactive(struct model *model, const struct header *header) {
    model->stats.packets_from_inactive++;
    if (header->message == SELKIE_TURN_UNDEAD)
        model_we_are_down(model);
    if (model->config.notify_down_members)
        expect_send(model, SELKIE_TURN_UNDEAD, &header->source, NULL, 0);
}

static void take_packet(struct model *model, const struct packet *packet) {
    const struct header *header = &packet->header;
    if (model->config.observe & SELKIE_OBSERVE_DATA_RECEIVED)
        expect_notify_header(model, SELKIE_NOTIFY_DATA_RECEIVED, header);
    struct update source = {.id = header->source, .incarnation = header->incarnation, .state = SELKIE_ALIVE};
    enum outcome outcome = model_apply(model, &source, true);
    const struct record *record = model_find(model, &source.id);
    if (outcome == REFUSED) {
        react_to_stranger(model, header);
    } else if (outcome == LOST || !is_active(&record->is)) {
        react_to_inactive(model, header);
    } else {
        model_batch(model, packet->updates, packet->update_count, true);
        take_tail(model, &source.id, packet->tail);
        if (model->connection == SELKIE_CONNECTED)
            react(model, header);
    }
}

int model_handle_data(struct model *model, const unsigned char *bytes, size_t size) {
    struct selkie_reader reader = {.next = bytes, .left = size};
    struct packet packet = {.update_count = 0};
    bool ours = false;
    model_begin(model);
    model_error(model, read_packet(model, &reader, &packet, &ours));
    if (ours) {
        model_count_message(model, packet.header.message, false, size);
        take_packet(model, &packet);
    }
    model->stats.packets_not_for_us += model->first_error == 0 && !ours;
    free(packet.updates);
    return model_finish(model);
}
