/* How ill we think ourselves, and the nacks that tell whoever asks that at least we are there. */
#include "model.h"

/* ---- the score ---- */

void change_score(struct model *model, int64_t change) {
    int64_t score = (int64_t)model->score + change, most = model->config.awareness_max;
    model->score = (unsigned)(score < 0 ? 0 : score > most ? most : score);
}

/* ---- nacks that others owe us ---- */

/* Does a nack that we ask for now come back before the cycle ends? */
static bool nack_in_time(const struct model *model) {
    uint64_t rtt = model->config.probe_rtt_us, after_asking = model->config.probe_period_us - rtt;
    return 4 * rtt < 5 * after_asking * (model->probe.score + 1);
}

bool nack_wanted(const struct model *model) {
    return model->config.awareness_max != 0 && model->codec.can & SELKIE_CAN_NACK && nack_in_time(model);
}

void note_nacks_missed(struct model *model) {
    const struct probe *probe = &model->probe;
    bool missed = false;
    for (size_t i = 0; i < probe->helper_count; i++)
        missed |= probe->helpers[i].owes_nack && !probe->helpers[i].heard;
    if (!missed)
        return;
    model->stats.nacks_missed++;
    change_score(model, 1);
}

/* ---- nacks that we owe others ---- */

void owe_nack(struct model *model, const struct id *asker, const struct id *target, uint8_t number) {
    if (model->owed_count == NACKS_MAX)
        return;
    uint64_t timer = expect_submit(model, SEND_NACK, NULL, 4 * model->config.probe_rtt_us / 5);
    if (timer)
        model->owed[model->owed_count++] =
            (struct owed_nack){.asker = *asker, .target = *target, .number = number, .timer = timer};
}

void take_back_nacks(struct model *model, const struct id *asker, const struct id *target, uint8_t number) {
    for (size_t i = 0; i < model->owed_count; i++) {
        struct owed_nack *owed = &model->owed[i];
        if (owed->number == number && same_id(model, &owed->asker, asker) && same_id(model, &owed->target, target))
            owed->taken_back = true;
    }
}

void send_nack(struct model *model, const struct timer *timer) {
    for (size_t i = 0; i < model->owed_count; i++) {
        struct owed_nack owed = model->owed[i];
        if (owed.timer != timer->serial)
            continue;
        model->owed[i] = model->owed[--model->owed_count];
        if (timer->token == model->token && !owed.taken_back)
            expect_send(model, SELKIE_NACK, &owed.asker, &owed.target, owed.number);
        return;
    }
}

int model_paused(struct model *model, uint64_t duration_us) {
    model_begin(model);
    model->stats.pauses++;
    model->pauses++;
    model->stats.probes_void += model->probe.on;
    clear_probe(model);
    uint64_t missed = duration_us / model->config.probe_period_us;
    change_score(model, missed > UINT8_MAX ? UINT8_MAX : (int64_t)missed);
    for (size_t i = 0; i < model->suspicion_count; i++)
        if (model->suspicions[i].token == model->token)
            model->suspicions[i].debt_us += (duration_us + 999) / 1000 * 1000;
    return model_finish(model);
}
