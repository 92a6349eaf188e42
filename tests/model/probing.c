/* The probe cycle: whom the engine may probe, what comes of a probe, and who is asked for help. */
#include "model.h"

#include <stdlib.h>

void clear_probe(struct model *model) {
    free(model->probe.helpers);
    model->probe = (struct probe){0};
}

/* ---- whom to probe ---- */

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
    model->probe.score = model->score;
    expect_send(model, SELKIE_PING, &probed.id, NULL, model->probe_number);
    expect_submit(model, SEND_INDIRECT_PROBE, &probed, model->config.probe_rtt_us * (model->score + 1));
}

/* ---- the cycle ---- */

static void fail_probe(struct model *model) {
    if (model->config.observe & SELKIE_OBSERVE_PROBE_FAILED)
        expect_probe_failed(model);
    model->stats.probes_failed++;
    change_score(model, 1);
    struct update suspicion = {.id = model->probe.id,
                               .incarnation = model->probe.incarnation,
                               .state = SELKIE_SUSPECT,
                               .accused = true,
                               .accuser = model->self};
    model->stats.suspicions_raised += model_apply_if(model, &suspicion, -1) == CHANGED;
    if (!suspicions_shrink(model))
        time_failed_probe(model, &suspicion);
}

void probe_random_member(struct model *model) {
    if (model->connection != SELKIE_CONNECTED) {
        model_error(model, SELKIE_E_NOT_CONNECTED);
        return;
    }
    if (model->probe.on && !model->probe.stage) {
        clear_probe(model);
        model_error(model, SELKIE_E_INCOMPLETE_PROBE_CYCLE);
    }
    if (model->probe.on)
        note_nacks_missed(model);
    if (model->probe.on && !model->probe.acked && !model->probe.forwarded)
        fail_probe(model);
    start_probe(model);
    submit_repeating(model, PROBE_RANDOM_MEMBER);
    if (model->suspect_down)
        model_adjust(model);
}

void send_indirect_probe(struct model *model, const struct timer *timer) {
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

/* ---- answers ---- */

static bool hear_helper(struct model *model, const struct id *id) {
    bool is_helper = false;
    for (size_t i = 0; i < model->probe.helper_count; i++) {
        struct helper *helper = &model->probe.helpers[i];
        if (same_id(model, &helper->id, id))
            is_helper = helper->heard = true;
    }
    return is_helper;
}

/* Ack, ForwardedAck and Nack. */
void take_answer(struct model *model, const struct header *header) {
    struct probe *probe = &model->probe;
    if (!probe->on || header->number != model->probe_number)
        return;
    bool first = !probe->acked && !probe->forwarded;
    if (header->message == SELKIE_ACK)
        probe->acked |= same_id(model, &header->source, &probe->id);
    else if (hear_helper(model, &header->source))
        probe->forwarded |= header->message == SELKIE_FORWARDED_ACK;
    if (!first || (!probe->acked && !probe->forwarded))
        return;
    model->stats.probes_acked += probe->acked;
    model->stats.probes_forwarded += probe->forwarded;
    change_score(model, -1);
}
