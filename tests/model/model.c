/* The model's state and the calls of the public interface: timers, connection, life. Receiving is in receiving.c. */
#include "model.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- looking ---- */

_Noreturn void model_fail(const struct model *model, const char *format, ...) {
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    model->fail(model->fail_ctx, what);
    abort();
}

void model_error(struct model *model, int error) {
    if (model->first_error == 0)
        model->first_error = error;
}

bool same_id(const struct model *model, const struct id *a, const struct id *b) {
    return memcmp(a->bytes, b->bytes, model->type.size) == 0;
}

bool same_address(const struct model *model, const struct id *a, const struct id *b) {
    return memcmp(a->bytes, b->bytes, model->type.addr_size) == 0;
}

bool is_active(const struct update *update) {
    return update->state != SELKIE_DOWN;
}

struct record *model_find(const struct model *model, const struct id *id) {
    for (size_t i = 0; i < model->member_count; i++)
        if (same_address(model, &model->members[i].is.id, id))
            return &model->members[i];
    return NULL;
}

size_t model_active_count(const struct model *model) {
    size_t count = 0;
    for (size_t i = 0; i < model->member_count; i++)
        count += is_active(&model->members[i].is);
    return count;
}

size_t model_broadcast_limit(const struct model *model) {
    size_t taken = model->codec.header_max + (size_t)2;
    return model->config.max_packet_size > taken ? model->config.max_packet_size - taken : 0;
}

bool model_farewell_pending(const struct model *model) {
    for (size_t i = 0; i < model->update_count; i++)
        if (model->updates[i].whole)
            return true;
    return false;
}

/* ---- beginning and ending ---- */

void model_init(struct model *model, const struct id *self) {
    model->self = *self;
    model->connection = SELKIE_DISCONNECTED;
    model->token = 1;
    model->given = model->config;
    model->first_confirmations = model->config.suspicion_confirmations;
    model->adapted_to = 1;
}

void model_free(struct model *model) {
    for (size_t i = 0; i < model->queued_count; i++)
        free(model->queued[i].bytes);
    free(model->queued);
    free(model->updates);
    free(model->members);
    free(model->submitted);
    free(model->probe.helpers);
    free(model->suspicions);
    free(model->untracked);
    free(model->ended);
}

void model_begin(struct model *model) {
    model->timer_lost = false;
    model->encode_failed = false;
    model->became_disconnected = false;
    model->rejoined = false;
    model->suspect_down = false;
    model->first_error = 0;
    model->submitted_count = 0;
}

/* What is left to the end of a call that made us Disconnected. */
static void settle(struct model *model) {
    if (model->rejoined && model->config.reconnect_at_once)
        model_adjust(model);
    if (model->became_disconnected && model->config.announce_while_idle && model->connection == SELKIE_DISCONNECTED)
        submit_repeating(model, PERIODIC_ANNOUNCE_DOWN);
}

/* Two errors are counted also where another takes their place. */
int model_finish(struct model *model) {
    settle(model);
    DEMAND(model, !tape_peek(model->tape, 0), "expected nothing more");
    int error = model->timer_lost ? SELKIE_E_TIMER_LOST : model->encode_failed ? SELKIE_E_ENCODE : model->first_error;
    model_count_error(model, error);
    if (model->timer_lost && model->encode_failed)
        model_count_error(model, SELKIE_E_ENCODE);
    return error;
}

/* The call is refused: nothing may have happened. */
static int refuse(struct model *model, int error) {
    model_error(model, error);
    return model_finish(model);
}

/* ---- connection ---- */

static void raise_token(struct model *model) {
    model->token++;
    clear_probe(model);
}

static uint64_t period_of(const struct model *model, enum timer_kind kind) {
    const struct selkie_config *config = &model->config;
    switch (kind) {
    case PROBE_RANDOM_MEMBER:
        return config->probe_period_us * (model->score + 1);
    case PERIODIC_ANNOUNCE:
        return config->periodic_announce.every_us;
    case PERIODIC_ANNOUNCE_DOWN:
        return config->periodic_announce_to_down_members.every_us;
    case PERIODIC_GOSSIP:
        return config->periodic_gossip.every_us;
    default:
        return 0;
    }
}

void submit_repeating(struct model *model, enum timer_kind kind) {
    uint64_t period_us = period_of(model, kind);
    if (period_us == 0)
        return;
    if (kind == PERIODIC_ANNOUNCE_DOWN)
        model->announcing_down = model->token;
    if (model->max_members && model->in_flight[kind] >= REPEATING_MAX)
        model->waiting_token[kind] = model->token;
    else if (expect_submit(model, kind, NULL, period_us))
        model->in_flight[kind]++;
}

static void count_back(struct model *model, const struct timer *timer) {
    enum timer_kind kind = timer->kind;
    if (period_of(model, kind) == 0 && model->in_flight[kind] == 0)
        return;
    if (model->in_flight[kind] > 0)
        model->in_flight[kind]--;
    if (timer->token == model->token || model->waiting_token[kind] == 0)
        return;
    bool current = model->waiting_token[kind] == model->token;
    model->waiting_token[kind] = 0;
    if (current)
        submit_repeating(model, kind);
}

/* Whoever announced while idle goes on with it. */
static void start_cycles(struct model *model) {
    submit_repeating(model, PROBE_RANDOM_MEMBER);
    submit_repeating(model, PERIODIC_ANNOUNCE);
    if (model->announcing_down != model->token)
        submit_repeating(model, PERIODIC_ANNOUNCE_DOWN);
    submit_repeating(model, PERIODIC_GOSSIP);
}

static void become_disconnected(struct model *model) {
    model->connection = SELKIE_DISCONNECTED;
    model->became_disconnected = true;
    raise_token(model);
}

void model_adjust(struct model *model) {
    size_t active = model_active_count(model);
    if (model->connection == SELKIE_DISCONNECTED && active > 0) {
        model->connection = SELKIE_CONNECTED;
        start_cycles(model);
        expect_notify_self(model, SELKIE_NOTIFY_ACTIVE, NULL);
    } else if (model->connection == SELKIE_CONNECTED && active == 0) {
        become_disconnected(model);
        expect_notify_self(model, SELKIE_NOTIFY_IDLE, NULL);
    }
}

void model_become_undead(struct model *model) {
    model->connection = SELKIE_UNDEAD;
    raise_token(model);
    expect_notify_self(model, SELKIE_NOTIFY_DEFUNCT, NULL);
}

void model_take_identity(struct model *model, const struct id *id) {
    struct update former = {.id = model->self, .state = SELKIE_DOWN};
    bool tell = model->connection != SELKIE_UNDEAD;
    model->self = *id;
    model->incarnation = 0;
    become_disconnected(model);
    if (tell)
        queue_whole(model, &former);
    expect_gossip(model);
}

/* ---- the other timers ---- */

static void remove_down(struct model *model, const struct timer *timer) {
    for (size_t i = 0; i < model->member_count; i++) {
        struct record *record = &model->members[i];
        if (record->remove_timer != timer->serial)
            continue;
        record->remove_timer = 0;
        if (is_active(&record->is))
            return;
        if (!same_id(model, &record->is.id, &timer->id)) {
            record->remove_timer = expect_submit(model, REMOVE_DOWN, &record->is, model->config.remove_down_after_us);
            return;
        }
        drop_queued_record(model, &record->is.id);
        struct record removed = *record;
        forget_accuser(model, record);
        *record = model->members[--model->member_count];
        if (model->config.observe & SELKIE_OBSERVE_MEMBER_REMOVED)
            expect_notify_member(model, SELKIE_NOTIFY_MEMBER_REMOVED, &removed, NULL);
        return;
    }
}

static void periodic(struct model *model, enum timer_kind kind, const struct selkie_periodic *task,
                     const struct fan_out *how) {
    bool idle = kind == PERIODIC_ANNOUNCE_DOWN && model->config.announce_while_idle &&
                model->connection == SELKIE_DISCONNECTED && model->announcing_down == model->token;
    if (kind == PERIODIC_ANNOUNCE_DOWN)
        model->announcing_down = 0;
    if ((model->connection != SELKIE_CONNECTED && !idle) || task->every_us == 0)
        return;
    submit_repeating(model, kind);
    if (kind == PERIODIC_GOSSIP && model->update_count == 0 && model->queued_count == 0)
        return;
    expect_fan_out(model, task->members, how);
}

static void handle_current(struct model *model, const struct timer *timer) {
    const struct selkie_config *config = &model->config;
    switch (timer->kind) {
    case PROBE_RANDOM_MEMBER:
        probe_random_member(model);
        break;
    case SEND_INDIRECT_PROBE:
        send_indirect_probe(model, timer);
        break;
    case PERIODIC_ANNOUNCE:
        periodic(model, timer->kind, &config->periodic_announce, &(struct fan_out){.message = SELKIE_ANNOUNCE});
        break;
    case PERIODIC_ANNOUNCE_DOWN:
        periodic(model, timer->kind, &config->periodic_announce_to_down_members,
                 &(struct fan_out){.message = SELKIE_ANNOUNCE, .to_down = true});
        break;
    case PERIODIC_GOSSIP:
        periodic(model, timer->kind, &config->periodic_gossip, &(struct fan_out){.message = SELKIE_GOSSIP});
        break;
    default:
        break;
    }
}

bool model_outlived(const struct model *model, const struct timer *timer) {
    if (timer->kind != SEND_INDIRECT_PROBE && timer->kind != CHANGE_SUSPECT_TO_DOWN)
        return false;
    const struct record *record = model_find(model, &timer->id);
    return record && same_id(model, &record->is.id, &timer->id) && record->life != timer->life;
}

int model_handle_timer(struct model *model, const struct timer *timer) {
    model_begin(model);
    count_back(model, timer);
    if (timer->kind == REMOVE_DOWN)
        remove_down(model, timer);
    else if (timer->kind == CHANGE_SUSPECT_TO_DOWN)
        suspicion_due(model, timer);
    else if (timer->kind == SEND_NACK)
        send_nack(model, timer);
    else if (timer->token == model->token)
        handle_current(model, timer);
    return model_finish(model);
}

/* ---- what the user can do ---- */

int model_announce(struct model *model, const struct id *id) {
    model_begin(model);
    expect_send(model, SELKIE_ANNOUNCE, id, NULL, 0);
    return model_finish(model);
}

int model_gossip(struct model *model) {
    model_begin(model);
    expect_gossip(model);
    return model_finish(model);
}

int model_broadcast(struct model *model) {
    model_begin(model);
    expect_broadcasting(model);
    return model_finish(model);
}

int model_add_broadcast(struct model *model, const unsigned char *bytes, size_t size, unsigned priority) {
    model_begin(model);
    if (size == 0)
        return refuse(model, SELKIE_E_MALFORMED_PACKET);
    if (size > model_broadcast_limit(model))
        return refuse(model, SELKIE_E_DATA_TOO_BIG);
    if (!model->has_handler)
        return refuse(model, SELKIE_E_CUSTOM_BROADCAST);
    if (priority > 3)
        return refuse(model, SELKIE_E_INVALID_CONFIG);
    if (model_broadcasts_full(model, size))
        return refuse(model, SELKIE_E_FULL);
    const struct event *event = take_event(model, EVENT_RECEIVE);
    DEMAND(model, !event->has_id, "the handler was told of a sender");
    DEMAND(model, event->size == size && memcmp(event->bytes, bytes, size) == 0, "the handler was given other bytes");
    model_count_verdict(model, event->verdict);
    if (event->verdict == SELKIE_REFUSED)
        model_error(model, SELKIE_E_CUSTOM_BROADCAST);
    else if (event->verdict == SELKIE_NEW)
        queue_broadcast(model, event->key, bytes, size, priority);
    int error = model_finish(model);
    return error ? error : event->verdict == SELKIE_NEW;
}

int model_leave(struct model *model) {
    model_begin(model);
    queue_whole(model, &(struct update){.id = model->self, .state = SELKIE_DOWN, .flags = SELKIE_LEFT});
    expect_gossip(model);
    model_become_undead(model);
    return model_finish(model);
}

/* Could news of this member never ride on a packet? */
static bool too_large(const struct model *model, const struct update *update) {
    return plain_size(model, update) > model_broadcast_limit(model);
}

int model_change_identity(struct model *model, const struct id *id) {
    model_begin(model);
    if (same_id(model, id, &model->self))
        model_error(model, SELKIE_E_SAME_IDENTITY);
    else if (too_large(model, &(struct update){.id = *id}))
        model_error(model, SELKIE_E_DATA_TOO_BIG);
    else
        model_take_identity(model, id);
    return model_finish(model);
}

int model_reuse_down_identity(struct model *model) {
    model_begin(model);
    if (model->connection != SELKIE_UNDEAD)
        return refuse(model, SELKIE_E_NOT_UNDEAD);
    model->incarnation = 0;
    become_disconnected(model);
    return model_finish(model);
}

int model_apply_many(struct model *model, const struct update *updates, size_t count, bool disseminate) {
    model_begin(model);
    for (size_t i = 0; i < count; i++)
        if (updates[i].state > SELKIE_DOWN)
            return refuse(model, SELKIE_E_INVALID_CONFIG);
        else if (too_large(model, &updates[i]))
            return refuse(model, SELKIE_E_DATA_TOO_BIG);
    model_batch(model, updates, count, disseminate);
    return model_finish(model);
}

int model_revive(struct model *model) {
    model_begin(model);
    bool announcing_down = model->announcing_down == model->token;
    raise_token(model);
    memset(model->in_flight, 0, sizeof model->in_flight);
    memset(model->waiting_token, 0, sizeof model->waiting_token);
    model->owed_count = 0;
    if (model->connection == SELKIE_CONNECTED)
        start_cycles(model);
    else if (announcing_down && model->connection == SELKIE_DISCONNECTED && model->config.announce_while_idle)
        submit_repeating(model, PERIODIC_ANNOUNCE_DOWN);
    for (uint32_t slot = 0; slot < model->most_members; slot++)
        for (size_t i = 0; i < model->member_count; i++) {
            struct record *record = &model->members[i];
            if (record->slot == slot && !is_active(&record->is) && record->remove_timer == 0)
                record->remove_timer =
                    expect_submit(model, REMOVE_DOWN, &record->is, model->config.remove_down_after_us);
        }
    revive_suspicions(model);
    return model_finish(model);
}

int model_evict(struct model *model, const struct id *id) {
    model_begin(model);
    const struct record *record = model_find(model, id);
    if (!record || !is_active(&record->is) || !same_id(model, &record->is.id, id) || same_id(model, id, &model->self))
        return refuse(model, SELKIE_E_UNKNOWN_MEMBER);
    struct update down = {.id = *id, .incarnation = record->is.incarnation, .state = SELKIE_DOWN};
    model_apply(model, &down, true);
    model->stats.members_evicted++;
    model_adjust(model);
    if (model->config.notify_down_members)
        expect_send(model, SELKIE_TURN_UNDEAD, &down.id, NULL, 0);
    return model_finish(model);
}
