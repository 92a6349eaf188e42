/* The configuration in force: how it changes, and how it follows the number of members. */
#include "model.h"

#include <float.h>
#include <math.h>

/* ---- following the number of members ---- */

/* Ten to the power that this is, or -1. */
static int power_of_ten(uint64_t number) {
    int power = 0;
    for (; number % 10 == 0; number /= 10)
        power++;
    return number == 1 ? power : -1;
}

/* floor(factor * log10(number)): exact for powers of ten, and for others nothing that is near to a whole number. */
static uint64_t times_log10(const struct model *model, uint64_t factor, uint64_t number) {
    int power = power_of_ten(number);
    if (power >= 0)
        return factor * (uint64_t)power;
    long double product = (long double)factor * log10l((long double)number), down = floorl(product);
    long double doubt = (product + 1) * 16 * LDBL_EPSILON;
    DEMAND(model, product - down > doubt && product - down < 1 - doubt, "(model) a multiple that cannot be told");
    return (uint64_t)down;
}

static void compute(struct model *model, size_t active) {
    struct selkie_config *config = &model->config;
    size_t most = 2 * active - 1; /* before it is computed again */
    uint64_t transmissions = times_log10(model, 4, most + 1);
    uint64_t periods_us = config->adapt_multiplier * config->probe_period_us;
    uint8_t before = config->max_transmissions;
    config->max_transmissions = (uint8_t)(transmissions < 1 ? 1 : transmissions > 255 ? 255 : transmissions);
    config->suspect_to_down_after_us = most <= 10 ? periods_us : times_log10(model, periods_us, most);
    model->adapted_to = active;
    if (config->max_transmissions > before)
        gain_transmissions(model, config->max_transmissions - (unsigned)before);
}

void adapt(struct model *model) {
    size_t active = model_active_count(model), last = model->adapted_to;
    if (active == 0)
        active = 1;
    if (model->config.adapt_multiplier && (active >= 2 * last || 2 * active <= last))
        compute(model, active);
}

/* ---- the user's changes ---- */

static bool is_other(uint64_t value, uint64_t in_force, uint64_t given) {
    return value != in_force && value != given;
}

/* What was given last stands for what is in force; any other value of the two that adapt ends the adapting. */
static void keep_adapted(struct model *model, const struct selkie_config *now, const struct selkie_config *next) {
    const struct selkie_config *given = &model->given;
    struct selkie_config *config = &model->config;
    if (now->adapt_multiplier == 0 ||
        is_other(next->max_transmissions, now->max_transmissions, given->max_transmissions) ||
        is_other(next->suspect_to_down_after_us, now->suspect_to_down_after_us, given->suspect_to_down_after_us)) {
        config->adapt_multiplier = 0;
        return;
    }
    config->max_transmissions = now->max_transmissions;
    config->suspect_to_down_after_us = now->suspect_to_down_after_us;
}

static void adapt_anew(struct model *model, const struct selkie_config *now) {
    size_t active = model_active_count(model);
    model->config.max_transmissions = now->max_transmissions;
    compute(model, active ? active : 1);
}

static void adopt(struct model *model, const struct selkie_config *next) {
    const struct selkie_config now = model->config;
    model->config = *next;
    if (next->adapt_multiplier == 0)
        model->config.adapt_multiplier = 0;
    else if (is_other(next->adapt_multiplier, now.adapt_multiplier, model->given.adapt_multiplier))
        adapt_anew(model, &now);
    else
        keep_adapted(model, &now, next);
    model->given = *next;
    change_score(model, 0);
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
                 next->num_indirect_probes && next->max_transmissions && next->broadcast_share_percent <= 100 &&
                 next->suspicion_confirmations <= SELKIE_CONFIRMATIONS_MAX &&
                 next->suspicion_confirmations <= model->first_confirmations &&
                 off_or_sound(&now->periodic_announce, &next->periodic_announce) &&
                 off_or_sound(&now->periodic_announce_to_down_members, &next->periodic_announce_to_down_members) &&
                 off_or_sound(&now->periodic_gossip, &next->periodic_gossip);
    if (sound)
        adopt(model, next);
    else
        model_error(model, SELKIE_E_INVALID_CONFIG);
    return model_finish(model);
}
