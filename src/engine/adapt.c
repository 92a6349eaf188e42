/* The size of the cluster is known only at run time. When it has doubled or halved since it was looked at last, what the
 * presets make of the expected size is computed anew. Who is active is the member table's business. */
#include "engine/adapt.h"

#include "engine/config.h"
#include "engine/state.h"

static void remember(struct adapt *adapt, const struct selkie_config *config) {
    adapt->multiplier = config->adapt_multiplier;
    adapt->max_transmissions = config->max_transmissions;
    adapt->suspect_to_down_after_us = config->suspect_to_down_after_us;
}

void adapt_init(struct adapt *adapt, const struct selkie_config *config) {
    adapt->members = 1;
    remember(adapt, config);
}

/* What is queued already is for a larger cluster now, too. Where there is no memory for that it stays as it is. */
static void raise_queued(selkie *engine, unsigned by) {
    (void)backlog_raise(&engine->news.backlog, by);
    (void)backlog_raise(&engine->broadcasts.backlog, by);
}

/* For the most members that there may be until it is computed again, so that neither is ever less than the presets
 * have for as many as there are. */
static void compute(selkie *engine, uint32_t members) {
    struct selkie_config *config = &engine->config;
    uint8_t before = config->max_transmissions;
    uint32_t most = 2 * members - 1;
    engine->adapt.members = members;
    config->max_transmissions = config_transmissions_for(most);
    config->suspect_to_down_after_us = config_suspicion_for(most, config->adapt_multiplier, config->probe_period_us);
    if (config->max_transmissions > before) {
        raise_queued(engine, (unsigned)(config->max_transmissions - before));
    }
}

void adapt_follow(selkie *engine) {
    if (engine->config.adapt_multiplier == 0) {
        return;
    }
    uint32_t active = selkie_active_count(engine);
    uint32_t members = active == 0 ? 1 : active, last = engine->adapt.members;
    if (last == 0 || members / 2 >= last || members <= last / 2) {
        compute(engine, members);
    }
}

void adapt_configure(selkie *engine, struct selkie_config *config) {
    struct adapt *adapt = &engine->adapt;
    struct selkie_config given = *config;
    bool adapting = engine->config.adapt_multiplier != 0;
    bool another =
        config->adapt_multiplier != engine->config.adapt_multiplier && config->adapt_multiplier != adapt->multiplier;
    bool same_transmissions = config->max_transmissions == engine->config.max_transmissions ||
                              config->max_transmissions == adapt->max_transmissions;
    bool same_suspicion = config->suspect_to_down_after_us == engine->config.suspect_to_down_after_us ||
                          config->suspect_to_down_after_us == adapt->suspect_to_down_after_us;
    remember(adapt, &given);
    if (another && config->adapt_multiplier != 0) {
        adapt->members = 0; /* computed anew, from what is in force */
        config->max_transmissions = engine->config.max_transmissions;
        config->suspect_to_down_after_us = engine->config.suspect_to_down_after_us;
    } else if (adapting && config->adapt_multiplier != 0 && same_transmissions && same_suspicion) {
        config->max_transmissions = engine->config.max_transmissions;
        config->suspect_to_down_after_us = engine->config.suspect_to_down_after_us;
    } else {
        config->adapt_multiplier = 0;
    }
}
