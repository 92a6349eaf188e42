/* The demands that the model makes on the tape, one event at a time. What is to be expected when is decided
 * elsewhere. */
#include "model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *event_name(enum event_kind kind) {
    static const char *const names[] = {"a notification", "a packet", "a timer", "a broadcast for the handler",
                                        "wants",          "renew",    "done"};
    return names[kind];
}

/* What the engine says of itself inside any callback is what holds at that point. */
static void check_glimpse(const struct model *model, const struct glimpse *glimpse) {
    DEMAND(model, same_id(model, &glimpse->self, &model->self), "inside the callback: wrong identity");
    DEMAND(model, glimpse->incarnation == model->incarnation, "inside the callback: incarnation %u, not %u",
           glimpse->incarnation, model->incarnation);
    DEMAND(model, glimpse->connection == (int)model->connection, "inside the callback: connection %d, not %d",
           glimpse->connection, (int)model->connection);
    DEMAND(model, glimpse->active == model_active_count(model), "inside the callback: %" PRIu32 " active, not %zu",
           glimpse->active, model_active_count(model));
    DEMAND(model, glimpse->members == model->member_count, "inside the callback: %" PRIu32 " members, not %zu",
           glimpse->members, model->member_count);
}

/* The same of the backlogs, which change while a packet is filled. */
static void check_backlogs(const struct model *model, const struct glimpse *glimpse) {
    DEMAND(model, glimpse->updates == model->update_count, "inside the callback: %" PRIu32 " updates queued, not %zu",
           glimpse->updates, model->update_count);
    DEMAND(model, glimpse->broadcasts == model->queued_count,
           "inside the callback: %" PRIu32 " broadcasts queued, not %zu", glimpse->broadcasts, model->queued_count);
}

const struct event *take_event(struct model *model, enum event_kind kind) {
    const struct event *event = tape_peek(model->tape, 0);
    DEMAND(model, event, "expected %s, but nothing more happened", event_name(kind));
    DEMAND(model, event->kind == kind, "expected %s, got %s", event_name(kind), event_name(event->kind));
    check_glimpse(model, &event->glimpse);
    model->tape->next++;
    return event;
}

static const struct event *take_notification(struct model *model, int kind) {
    const struct event *event = tape_peek(model->tape, 0);
    const char *name = selkie_notification_name((enum selkie_notification_kind)kind);
    DEMAND(model, event, "expected to be notified of %s, but nothing more happened", name);
    DEMAND(model, event->kind == EVENT_NOTIFY, "expected to be notified of %s, got %s", name, event_name(event->kind));
    DEMAND(model, event->notification == kind, "expected to be notified of %s, not %s", name,
           selkie_notification_name((enum selkie_notification_kind)event->notification));
    check_glimpse(model, &event->glimpse);
    check_backlogs(model, &event->glimpse);
    model->tape->next++;
    return event;
}

static void check_old(const struct model *model, const struct event *event, const struct id *old) {
    DEMAND(model, event->has_other == (old != NULL), "old identity %s", old ? "is missing" : "where there is none");
    DEMAND(model, !old || same_id(model, &event->other, old), "wrong old identity");
}

/* A slot is the engine's choice, once. */
static void check_slot(struct model *model, struct record *record, uint32_t slot) {
    DEMAND(model, slot != SELKIE_NO_SLOT, "a member without a slot");
    if (record->slot == SELKIE_NO_SLOT)
        record->slot = slot;
    DEMAND(model, record->slot == slot, "slot %" PRIu32 ", was %" PRIu32, slot, record->slot);
}

static void check_accuser(const struct model *model, const struct told_member *told, const struct update *is) {
    const struct id *accuser = model_accuser(model, is);
    DEMAND(model, told->accused == (accuser != NULL), "an accuser %s", accuser ? "is missing" : "where there is none");
    DEMAND(model, !accuser || same_id(model, &told->accuser, accuser), "the wrong accuser");
}

void expect_notify_member(struct model *model, int kind, struct record *record, const struct id *old) {
    if (model->mute)
        return;
    const struct event *event = take_notification(model, kind);
    const struct told_member *told = &event->member;
    DEMAND(model, told->named && same_id(model, &told->id, &record->is.id), "notified of the wrong member");
    DEMAND(model, told->incarnation == record->is.incarnation, "incarnation %u, not %u", told->incarnation,
           record->is.incarnation);
    DEMAND(model, told->state == record->is.state, "state %u, not %u", told->state, record->is.state);
    DEMAND(model, told->flags == record->is.flags, "flags %u, not %u", told->flags, record->is.flags);
    check_accuser(model, told, &record->is);
    DEMAND(model, !event->has_header, "a header where there is none");
    check_slot(model, record, told->slot);
    check_old(model, event, old);
}

void expect_notify_self(struct model *model, int kind, const struct id *old) {
    if (model->mute)
        return;
    const struct event *event = take_notification(model, kind);
    const struct told_member *told = &event->member;
    DEMAND(model, told->named && same_id(model, &told->id, &model->self),
           "notified of the wrong member, not of ourselves");
    DEMAND(model, told->incarnation == model->incarnation, "incarnation %u, not %u", told->incarnation,
           model->incarnation);
    DEMAND(model, told->slot == SELKIE_NO_SLOT, "ourselves in slot %" PRIu32, told->slot);
    DEMAND(model, !event->has_header, "a header where there is none");
    check_old(model, event, old);
}

void expect_notify_header(struct model *model, int kind, const struct header *header) {
    if (model->mute)
        return;
    const struct event *event = take_notification(model, kind);
    const struct header *told = &event->header;
    DEMAND(model, event->has_header, "a header is missing");
    DEMAND(model, same_id(model, &told->source, &header->source), "wrong source in the header told");
    DEMAND(model, same_id(model, &told->destination, &header->destination), "wrong destination in the header told");
    DEMAND(model, told->has_peer == header->has_peer, "third party in the header told: %d", told->has_peer);
    DEMAND(model, !told->has_peer || same_id(model, &told->peer, &header->peer),
           "wrong third party in the header told");
    DEMAND(model,
           told->incarnation == header->incarnation && told->message == header->message &&
               told->number == header->number && told->flags == header->flags,
           "header told: message %u, incarnation %u, number %u, flags %u", told->message, told->incarnation,
           told->number, told->flags);
    check_old(model, event, NULL);
}

void expect_probe_failed(struct model *model) {
    if (model->mute)
        return;
    const struct event *event = take_notification(model, SELKIE_NOTIFY_PROBE_FAILED);
    const struct record *record = model_find(model, &model->probe.id);
    bool known = record && same_id(model, &record->is.id, &model->probe.id);
    DEMAND(model, same_id(model, &event->member.id, &model->probe.id), "another member's probe is said to have failed");
    DEMAND(model, event->probe_number == model->probe_number, "probe number %u, not %u", event->probe_number,
           model->probe_number);
    DEMAND(model, event->member.slot == (known ? record->slot : SELKIE_NO_SLOT),
           "slot %" PRIu32 " of the member probed", event->member.slot);
}

static void take_key(struct model *model, const struct event *event) {
    for (size_t i = 0; i < model->ended_count; i++)
        if (memcmp(model->ended[i], event->key, model->broadcasts.key_size) == 0) {
            model->ended_count--;
            memcpy(model->ended[i], model->ended[model->ended_count], KEY_MAX);
            return;
        }
    model_fail(model, "a broadcast is said to be queued no more that is not among those that ended");
}

void expect_done(struct model *model, enum selkie_broadcast_end end) {
    uint64_t *counter =
        end == SELKIE_BROADCAST_SENT ? &model->stats.broadcasts_sent : &model->stats.broadcasts_replaced;
    *counter += model->ended_count;
    if (!model->broadcasts.done)
        model->ended_count = 0;
    while (model->ended_count > 0) {
        const struct event *event = take_event(model, EVENT_DONE);
        DEMAND(model, event->verdict == (int)end, "done for the wrong reason");
        take_key(model, event);
    }
}

bool expect_renew(struct model *model, struct id *renewed) {
    if (!model->type.renew)
        return false;
    const struct event *event = take_event(model, EVENT_RENEW);
    DEMAND(model, same_id(model, &event->id, &model->self), "asked to renew an identity that is not ours");
    *renewed = event->other;
    return event->answer;
}

/* A Down member that was unknown before is told of nowhere; what could be seen when its timer was submitted tells its
 * slot. */
static void see_slot(const struct model *model, const struct event *event, struct record *record) {
    for (size_t i = 0; i < event->seen_count; i++)
        if (record->slot == SELKIE_NO_SLOT && same_id(model, &event->seen[i].id, &record->is.id))
            record->slot = event->seen[i].slot;
}

/* Demand a timer. Returns its serial, 0 if the runtime refused it. */
uint64_t expect_submit(struct model *model, enum timer_kind kind, const struct update *about, uint64_t delay_us) {
    const struct event *event = take_event(model, EVENT_SUBMIT);
    DEMAND(model, event->delay_us == delay_us, "a timer after %" PRIu64 " us, not %" PRIu64 " us", event->delay_us,
           delay_us);
    struct timer timer = {.kind = kind, .token = model->token, .serial = ++model->serials};
    if (about) {
        struct record *record = model_find(model, &about->id);
        if (record)
            see_slot(model, event, record);
        timer.id = about->id;
        timer.incarnation = about->incarnation;
        timer.life = record ? record->life : 0;
    }
    model->submitted = realloc(model->submitted, (model->submitted_count + 1) * sizeof *model->submitted);
    if (!model->submitted)
        abort();
    model->submitted[model->submitted_count++] =
        (struct submitted){.engines = event->timer, .models = timer, .delay_us = delay_us, .kept = event->answer};
    model->timer_lost |= !event->answer;
    return event->answer ? timer.serial : 0;
}
