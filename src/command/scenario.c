#include "command/scenario.h"

#include "command/happen.h"
#include "command/text.h"
#include "command/who.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const presets[PRESET_COUNT] = {[PRESET_LAN] = "lan",
                                                  [PRESET_WAN] = "wan",
                                                  [PRESET_SIMPLE] = "simple",
                                                  [PRESET_LAN_PLAIN] = "lan-plain",
                                                  [PRESET_WAN_PLAIN] = "wan-plain"};

static const char *const events[HAPPENS_COUNT] = {
#define SELKIE_X(name, word, text) [HAPPENS_##name] = word,
    SCENARIO_EVENTS(SELKIE_X)
#undef SELKIE_X
};

const char *preset_name(enum scenario_preset preset) {
    return presets[preset];
}

const char *event_name(enum event_kind kind) {
    return events[kind];
}

void scenario_init(struct scenario *scenario) {
    *scenario = (struct scenario){.members = 100,
                                  .duration_us = SELKIE_S(60),
                                  .seed = 1,
                                  .link = {.struct_size = sizeof scenario->link,
                                           .latency = SELKIE_SIM_UNIFORM,
                                           .latency_us = SELKIE_MS(1),
                                           .latency_high_us = SELKIE_MS(3)},
                                  .inbox_packets = 256,
                                  .renews = true};
}

/* ---- Configuration ---- */

/* All off that goes beyond SWIM. */
static void make_plain(struct selkie_config *config) {
    config->awareness_max = 0;
    config->suspicion_max_factor = 0;
    config->suspicion_confirmations = 0;
    config->suspects_hear_first = false;
    config->broadcast_share_percent = 0;
    config->announce_while_idle = false;
    config->reconnect_at_once = false;
    config->adapt_multiplier = 0;
}

void scenario_preset_config(const struct scenario *scenario, struct selkie_config *config) {
    SELKIE_INIT(config);
    switch (scenario->preset) {
    case PRESET_WAN:
    case PRESET_WAN_PLAIN:
        selkie_config_wan(config, scenario->members);
        break;
    case PRESET_SIMPLE:
        selkie_config_simple(config);
        break;
    case PRESET_LAN:
    case PRESET_LAN_PLAIN:
    case PRESET_COUNT:
    default:
        selkie_config_lan(config, scenario->members);
        break;
    }
    if (scenario->preset == PRESET_LAN_PLAIN || scenario->preset == PRESET_WAN_PLAIN) {
        make_plain(config);
    }
}

/* A period that is set to no more than the preset's probe_rtt: as large a part of it as in the preset. */
static void fit_probe_rtt(const struct scenario *scenario, uint64_t preset_period_us, struct selkie_config *config) {
    bool rtt_is_set = scenario->is_set[settings_find("probe_rtt")];
    if (!rtt_is_set && config->probe_rtt_us >= config->probe_period_us) {
        config->probe_rtt_us = config->probe_period_us * config->probe_rtt_us / preset_period_us;
    }
}

void scenario_config(const struct scenario *scenario, struct selkie_config *config) {
    unsigned adapts = settings_find("adapt_multiplier");
    bool fixed = scenario->is_set[settings_find("max_transmissions")] ||
                 scenario->is_set[settings_find("suspect_to_down_after")];
    scenario_preset_config(scenario, config);
    uint64_t preset_period_us = config->probe_period_us;
    if (fixed && !scenario->is_set[adapts]) {
        settings_put(config, adapts, 0); /* or the engines would compute their own */
    }
    for (unsigned setting = 0; setting < settings_count; setting++) {
        if (scenario->is_set[setting]) {
            settings_put(config, setting, scenario->values[setting]);
        }
    }
    fit_probe_rtt(scenario, preset_period_us, config);
    config->observe = SELKIE_OBSERVE_MEMBER_SUSPECT | SELKIE_OBSERVE_MEMBER_REFUTED; /* for collect.c */
}

/* ---- Does it make sense ---- */

static bool check_config(const struct scenario *scenario, struct complaint *complaint) {
    struct selkie_config config;
    scenario_config(scenario, &config);
    const char *wrong = selkie_config_complaint(&config);
    return wrong == NULL || complain(complaint, "the configuration: %s", wrong);
}

bool scenario_is_about(const struct scenario *scenario, enum event_kind kind) {
    return scenario->about == 0 || (scenario->about >> kind & 1u) != 0;
}

/* What it is about has to happen. */
static bool check_about(const struct scenario *scenario, struct complaint *complaint) {
    uint32_t happens = 0;
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        happens |= 1u << scenario->events[event].kind;
    }
    for (unsigned kind = 0; kind < HAPPENS_COUNT; kind++) {
        if ((scenario->about & ~happens) >> kind & 1u) {
            return complain(complaint, "about: there is no %s in this scenario", event_name((enum event_kind)kind));
        }
    }
    return true;
}

bool scenario_check(const struct scenario *scenario, struct complaint *complaint) {
    const char *wrong = selkie_sim_link_complaint(&scenario->link);
    if (wrong != NULL) {
        const char *colon = strstr(wrong, ": "); /* before it stands the name of the struct */
        return complain(complaint, "the network: %s", colon != NULL ? colon + 2 : wrong);
    }
    if (!check_config(scenario, complaint)) {
        return false;
    }
    for (uint32_t group = 0; group < scenario->group_count; group++) {
        if (!who_check(scenario, &scenario->groups[group].who, complaint)) {
            complain_of(complaint, "group %s: ", scenario->groups[group].name);
            return false;
        }
    }
    for (uint32_t event = 0; event < scenario->event_count; event++) {
        if (!happen_check(scenario, &scenario->events[event], complaint)) {
            char text[HAPPEN_TEXT_MOST];
            complain_of(complaint, "%s %s: ", event_name(scenario->events[event].kind),
                        happen_print(text, scenario, &scenario->events[event]));
            return false;
        }
    }
    return check_about(scenario, complaint);
}
