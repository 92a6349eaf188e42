/* The model's state and the calls of the public interface: probing, timers, life. Receiving is in receiving.c. */
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

/* ---- beginning and ending ---- */

void model_init(struct model *model, const struct id *self) {
    model->self = *self;
    model->connection = SELKIE_DISCONNECTED;
    model->token = 1;
}

void model_free(struct model *model) {
    for (size_t i = 0; i < model->queued_count; i++)
        free(model->queued[i].bytes);
    free(model->queued);
    free(model->updates);
    free(model->members);
    free(model->submitted);
    free(model->probe.helpers);
}

void model_begin(struct model *model) {
    model->timer_lost = false;
    model->encode_failed = false;
    model->first_error = 0;
    model->submitted_count = 0;
}

int model_finish(struct model *model) {
    DEMAND(model, !tape_peek(model->tape, 0), "expected nothing more");
    if (model->timer_lost)
        return SELKIE_E_TIMER_LOST;
    return model->encode_failed ? SELKIE_E_ENCODE : model->first_error;
}

/* The call is refused: nothing may have happened. */
static int refuse(struct model *model, int error) {
    model_error(model, error);
    return model_finish(model);
}

/* ---- connection ---- */

static void clear_probe(struct model *model) {
    free(model->probe.helpers);
    model->probe = (struct probe){0};
}

static void raise_token(struct model *model) {
    model->token++;
    clear_probe(model);
}

static uint64_t period_of(const struct model *model, enum timer_kind kind) {
    const struct selkie_config *config = &model->config;
    switch (kind) {
    case PROBE_RANDOM_MEMBER:
        return config->probe_period_us;
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

static void submit_repeating(struct model *model, enum timer_kind kind) {
    uint64_t period_us = period_of(model, kind);
    if (period_us == 0)
        return;
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

void model_start_cycles(struct model *model) {
    submit_repeating(model, PROBE_RANDOM_MEMBER);
    submit_repeating(model, PERIODIC_ANNOUNCE);
    submit_repeating(model, PERIODIC_ANNOUNCE_DOWN);
    submit_repeating(model, PERIODIC_GOSSIP);
}

void model_adjust(struct model *model) {
    size_t active = model_active_count(model);
    if (model->connection == SELKIE_DISCONNECTED && active > 0) {
        model->connection = SELKIE_CONNECTED;
        model_start_cycles(model);
        expect_notify_self(model, SELKIE_NOTIFY_ACTIVE, NULL);
    } else if (model->connection == SELKIE_CONNECTED && active == 0) {
        model->connection = SELKIE_DISCONNECTED;
        raise_token(model);
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
    model->connection = SELKIE_DISCONNECTED;
    raise_token(model);
    if (tell)
        queue_whole(model, &former);
    expect_gossip(model);
}

/* ---- probing ---- */

/* Demand that the engine's choice fits into a round in which every member that is active throughout has its turn
 * once. */
static void take_turn(struct model *model, struct record *chosen) {
    bool any_to_come = false;
    for (size_t i = 0; i < model->member_count; i++)
        any_to_come |= is_active(&model->members[i].is) && model->members[i].turn == TO_COME;
    DEMAND(model, chosen->turn != HAD || !any_to_come, "a member was probed twice in a round");
    enum turn was = chosen->turn;
    for (size_t i = 0; i < model->member_count; i++) {
        struct record *record = &model->members[i];
        if (was == HAD)
            record->turn = is_active(&record->is) ? TO_COME : UNSURE;
        else if (was == UNSURE && !any_to_come && record->turn == HAD)
            record->turn = UNSURE;
    }
    chosen->turn = HAD;
}

/* Whose Ping does not fit into a packet, where nobody else can be meant. */
static struct record *only_misfit(struct model *model, uint8_t number) {
    struct record *only = NULL;
    for (size_t i = 0; i < model->member_count; i++) {
        struct record *record = &model->members[i];
        if (!is_active(&record->is) || message_fits(model, SELKIE_PING, &record->is.id, NULL, number))
            continue;
        DEMAND(model, !only, "(model) whom the engine probes cannot be seen");
        only = record;
    }
    DEMAND(model, only, "expected a Ping");
    return only;
}

/* The engine's choice of whom to probe: it shows in its Ping. */
static struct record *choose_probed(struct model *model) {
    const struct id *to = next_recipient(model);
    if (!to)
        return only_misfit(model, (uint8_t)(model->probe_number + 1));
    struct record *record = model_find(model, to);
    DEMAND(model, record && same_id(model, &record->is.id, to) && is_active(&record->is), "a Ping to no active member");
    return record;
}

static void start_probe(struct model *model) {
    clear_probe(model);
    if (model_active_count(model) == 0)
        return;
    struct record *record = choose_probed(model);
    take_turn(model, record);
    model->probe_number++;
    struct update probed = record->is;
    model->probe.on = true;
    model->probe.id = probed.id;
    model->probe.incarnation = probed.incarnation;
    expect_send(model, SELKIE_PING, &probed.id, NULL, model->probe_number);
    expect_submit(model, SEND_INDIRECT_PROBE, &probed, model->config.probe_rtt_us);
}

/* Apply where the address is known, does not lose a conflict, and has `incarnation` (negative: any). */
static enum outcome apply_if(struct model *model, const struct update *update, long incarnation) {
    const struct record *record = model_find(model, &update->id);
    if (!record)
        return UNCHANGED;
    if (incarnation >= 0 && record->is.incarnation != incarnation)
        return UNCHANGED;
    return model_apply(model, update, true);
}

static void fail_probe(struct model *model) {
    if (model->config.observe & SELKIE_OBSERVE_PROBE_FAILED)
        expect_probe_failed(model);
    struct update suspicion = {.id = model->probe.id, .incarnation = model->probe.incarnation, .state = SELKIE_SUSPECT};
    apply_if(model, &suspicion, -1);
    const struct record *record = model_find(model, &suspicion.id);
    if (!record || !is_active(&record->is))
        return;
    const struct event *next = tape_peek(model->tape, 0);
    bool timed = next && next->kind == EVENT_SUBMIT && next->delay_us == model->config.suspect_to_down_after_us;
    if (model->max_members && !timed)
        model->stats.suspicions_untracked++;
    else
        expect_submit(model, CHANGE_SUSPECT_TO_DOWN, &suspicion, model->config.suspect_to_down_after_us);
}

static void probe_random_member(struct model *model) {
    if (model->connection != SELKIE_CONNECTED) {
        model_error(model, SELKIE_E_NOT_CONNECTED);
        return;
    }
    if (model->probe.on && !model->probe.stage) {
        clear_probe(model);
        model_error(model, SELKIE_E_INCOMPLETE_PROBE_CYCLE);
    }
    if (model->probe.on && !model->probe.acked && !model->probe.forwarded)
        fail_probe(model);
    start_probe(model);
    submit_repeating(model, PROBE_RANDOM_MEMBER);
}

static void send_indirect_probe(struct model *model, const struct timer *timer) {
    struct probe *probe = &model->probe;
    if (model->connection != SELKIE_CONNECTED || !probe->on)
        return;
    probe->stage = true;
    if (!same_id(model, &timer->id, &probe->id) || probe->acked || probe->forwarded)
        return;
    const struct record *record = model_find(model, &probe->id);
    if (!record || !same_id(model, &record->is.id, &probe->id) || !is_active(&record->is))
        return;
    struct id probed = probe->id;
    const struct fan_out how = {
        .message = SELKIE_PING_REQ, .except = &probed, .peer = &probed, .number = model->probe_number};
    expect_fan_out(model, model->config.num_indirect_probes, &how);
}

static void change_suspect_to_down(struct model *model, const struct timer *timer) {
    if (!model_find(model, &timer->id))
        return;
    struct update down = {.id = timer->id, .incarnation = timer->incarnation, .state = SELKIE_DOWN};
    bool changed = apply_if(model, &down, timer->incarnation) == CHANGED;
    model_adjust(model);
    if (changed && model->config.notify_down_members)
        expect_send(model, SELKIE_TURN_UNDEAD, &timer->id, NULL, 0);
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
        *record = model->members[--model->member_count];
        return;
    }
}

static void periodic(struct model *model, enum timer_kind kind, const struct selkie_periodic *task,
                     const struct fan_out *how) {
    if (model->connection != SELKIE_CONNECTED || task->every_us == 0)
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
    case CHANGE_SUSPECT_TO_DOWN:
        change_suspect_to_down(model, timer);
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
    case REMOVE_DOWN:
    case TIMER_KINDS:
        break;
    }
}

bool model_outlived(const struct model *model, const struct timer *timer) {
    if (timer->kind != SEND_INDIRECT_PROBE && timer->kind != CHANGE_SUSPECT_TO_DOWN)
        return false;
    const struct record *record = model_find(model, &timer->id);
    return record && same_id(model, &record->is.id, &timer->id) && record->life != timer->life;
}

/* An engine may have forgotten what a suspicion's timer was about if it came before, or if its member was forgotten
 * since. */
static bool was_ignored(const struct model *model, const struct timer *timer) {
    return timer->kind == CHANGE_SUSPECT_TO_DOWN && (timer->spent || model_outlived(model, timer)) &&
           !tape_peek(model->tape, 0);
}

int model_handle_timer(struct model *model, const struct timer *timer) {
    model_begin(model);
    count_back(model, timer);
    if (timer->kind == REMOVE_DOWN)
        remove_down(model, timer);
    else if (timer->token == model->token && !was_ignored(model, timer))
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

int model_change_identity(struct model *model, const struct id *id) {
    model_begin(model);
    if (same_id(model, id, &model->self))
        model_error(model, SELKIE_E_SAME_IDENTITY);
    else
        model_take_identity(model, id);
    return model_finish(model);
}

int model_reuse_down_identity(struct model *model) {
    model_begin(model);
    if (model->connection != SELKIE_UNDEAD)
        return refuse(model, SELKIE_E_NOT_UNDEAD);
    model->connection = SELKIE_DISCONNECTED;
    model->incarnation = 0;
    raise_token(model);
    return model_finish(model);
}

int model_apply_many(struct model *model, const struct update *updates, size_t count, bool disseminate) {
    model_begin(model);
    for (size_t i = 0; i < count; i++)
        if (updates[i].state > SELKIE_DOWN)
            return refuse(model, SELKIE_E_INVALID_CONFIG);
    model_batch(model, updates, count, disseminate);
    return model_finish(model);
}

int model_revive(struct model *model) {
    model_begin(model);
    raise_token(model);
    memset(model->in_flight, 0, sizeof model->in_flight);
    memset(model->waiting_token, 0, sizeof model->waiting_token);
    if (model->connection == SELKIE_CONNECTED)
        model_start_cycles(model);
    for (uint32_t slot = 0; slot < model->most_members; slot++)
        for (size_t i = 0; i < model->member_count; i++) {
            struct record *record = &model->members[i];
            if (record->slot == slot && !is_active(&record->is) && record->remove_timer == 0)
                record->remove_timer =
                    expect_submit(model, REMOVE_DOWN, &record->is, model->config.remove_down_after_us);
        }
    return model_finish(model);
}

static bool off_or_sound(const struct selkie_periodic *now, const struct selkie_periodic *next) {
    if (next->every_us == 0)
        return true;
    return next->members != 0 && now->every_us != 0;
}

int model_set_config(struct model *model, const struct selkie_config *next) {
    model_begin(model);
    const struct selkie_config *now = &model->config;
    bool sound = next->probe_period_us == now->probe_period_us && next->probe_rtt_us == now->probe_rtt_us &&
                 next->suspect_to_down_after_us && next->remove_down_after_us && next->max_packet_size &&
                 next->num_indirect_probes && next->max_transmissions &&
                 off_or_sound(&now->periodic_announce, &next->periodic_announce) &&
                 off_or_sound(&now->periodic_announce_to_down_members, &next->periodic_announce_to_down_members) &&
                 off_or_sound(&now->periodic_gossip, &next->periodic_gossip);
    if (!sound)
        return refuse(model, SELKIE_E_INVALID_CONFIG);
    model->config = *next;
    return model_finish(model);
}
