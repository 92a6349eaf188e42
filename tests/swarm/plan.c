/* What a seed means: drawing it, and saying it. */
#include "plan.h"

#include "draw.h"
#include "faults.h"

#include <inttypes.h>
#include <string.h>

/* ---- Engines ---- */

static uint32_t draw_members(struct draw *draw) {
    uint32_t sort = draw_below(draw, 200);
    if (sort == 0) {
        return (uint32_t)draw_between(draw, 60, 200);
    }
    return (uint32_t)(sort < 16    ? 2
                      : sort < 100 ? draw_between(draw, 3, 6)
                      : sort < 175 ? draw_between(draw, 7, 14)
                                   : draw_between(draw, 15, 40));
}

static struct selkie_periodic draw_periodic(struct draw *draw, unsigned percent, uint64_t least_us, uint64_t most_us) {
    struct selkie_periodic periodic = {draw_between(draw, least_us, most_us), (uint32_t)draw_between(draw, 1, 4)};
    return draw_chance(draw, percent) ? periodic : (struct selkie_periodic){0, 0};
}

/* A configuration that is like no preset. */
static void draw_own_config(struct draw *draw, struct selkie_config *config) {
    uint64_t period_us = draw_between(draw, SELKIE_MS(200), SELKIE_MS(2000));
    config->probe_period_us = period_us;
    config->probe_rtt_us = period_us * draw_between(draw, 20, 70) / 100;
    config->suspect_to_down_after_us = period_us * draw_between(draw, 10, 80) / 10;
    config->num_indirect_probes = (uint8_t)draw_between(draw, 1, 5);
    config->notify_down_members = draw_chance(draw, 75);
    config->periodic_announce = draw_periodic(draw, 70, 3 * period_us, 30 * period_us);
    config->periodic_announce_to_down_members = draw_periodic(draw, 80, 4 * period_us, 30 * period_us);
    config->periodic_gossip = draw_periodic(draw, 70, period_us / 10, period_us / 2);
}

/* As long as it takes to see whether the oldest news are forgotten. */
static void draw_forgetting(struct draw *draw, struct selkie_config *config) {
    if (draw_chance(draw, 30)) {
        config->remove_down_after_us =
            config->probe_period_us * draw_between(draw, 20, 200) * (config->awareness_max + 1u);
    }
}

/* What the simulator needs to hear, also after selkie_set_config. */
#define OBSERVED                                                                                                       \
    ((uint32_t)SELKIE_OBSERVE_PROBE_FAILED | SELKIE_OBSERVE_MEMBER_SUSPECT | SELKIE_OBSERVE_MEMBER_REFUTED |           \
     SELKIE_OBSERVE_MEMBER_REMOVED)

static uint8_t draw_transmissions(struct draw *draw, uint8_t preset) {
    uint32_t sort = draw_below(draw, 10);
    return (uint8_t)(sort < 5   ? draw_between(draw, 20, 30)
                     : sort < 7 ? preset
                     : sort < 9 ? draw_between(draw, 3, 15)
                                : draw_between(draw, 1, 3));
}

/* All that goes beyond SWIM: as the preset says, all off, or each by itself. */
static void draw_more(struct draw *draw, struct selkie_config *config) {
    uint32_t sort = draw_below(draw, 10);
    bool any = sort > 5;
    if (sort < 3) {
        return;
    }
    config->awareness_max = (uint8_t)(any && draw_chance(draw, 60) ? draw_between(draw, 1, 10) : 0);
    config->suspicion_max_factor = (uint8_t)(any && draw_chance(draw, 70) ? draw_between(draw, 1, 8) : 0);
    config->suspicion_confirmations = (uint8_t)(any && draw_chance(draw, 80) ? draw_between(draw, 1, 5) : 0);
    config->suspects_hear_first = any && draw_chance(draw, 50);
    config->broadcast_share_percent = (uint8_t)(any && draw_chance(draw, 50) ? draw_between(draw, 1, 100) : 0);
    config->announce_while_idle = any && draw_chance(draw, 50);
    config->reconnect_at_once = any && draw_chance(draw, 50);
    config->adapt_multiplier = (uint8_t)(any && draw_chance(draw, 40) ? draw_between(draw, 1, 8) : 0);
}

static void draw_config(struct draw *draw, struct plan *plan) {
    struct selkie_config *config = &plan->config;
    uint32_t sort = draw_below(draw, 10);
    SELKIE_INIT(config);
    if (sort == 0) {
        selkie_config_simple(config);
    } else if (sort == 1) {
        selkie_config_wan(config, plan->members);
    } else {
        selkie_config_lan(config, plan->members);
    }
    if (sort > 4) {
        draw_own_config(draw, config);
    }
    config->max_transmissions = draw_transmissions(draw, config->max_transmissions);
    draw_more(draw, config);
    draw_forgetting(draw, config);
    config->observe = OBSERVED | draw_below(draw, 4);
}

/* Most bytes of a header with a third party, and the count behind it. */
static uint32_t header_bytes(const struct selkie_codec *codec) {
    return codec->header_max + codec->identity_size + 2u;
}

uint32_t plan_least_packet(const struct plan *plan) {
    struct selkie_codec codec;
    identities_codec(plan->identity, plan->codec, &codec);
    return header_bytes(&codec) + 2u * codec.member_max + 30u;
}

static void draw_packet_size(struct draw *draw, struct plan *plan) {
    struct selkie_codec codec;
    identities_codec(plan->identity, plan->codec, &codec);
    uint32_t least = plan_least_packet(plan);
    uint32_t sort = draw_below(draw, 10);
    if (sort < 2) {
        plan->config.max_packet_size = (uint32_t)draw_between(draw, least, least + 10u * codec.member_max);
    } else if (sort < 6 || plan->config.max_packet_size < least) {
        plan->config.max_packet_size = header_bytes(&codec) + plan->members * codec.member_max + 400u;
    }
}

static void draw_bounds(struct draw *draw, struct plan *plan) {
    if (draw_chance(draw, 30)) {
        plan->max_members = draw_chance(draw, 70) ? plan->members + draw_below(draw, plan->members)
                                                  : (uint32_t)draw_between(draw, 1, plan->members);
    }
    if (draw_chance(draw, 30)) {
        plan->max_broadcasts = (uint32_t)draw_between(draw, 1, 8);
        plan->max_broadcast_bytes = (uint32_t)draw_between(draw, 40, 400);
    }
    if (draw_chance(draw, 15)) {
        plan->max_suspicions = (uint32_t)draw_between(draw, 1, 4);
    }
}

/* ---- Network and chaos ---- */

static void draw_latency(struct draw *draw, uint64_t most_us, struct selkie_sim_link *link) {
    link->latency = (enum selkie_sim_latency)draw_below(draw, 3);
    switch (link->latency) {
    case SELKIE_SIM_CONSTANT:
        link->latency_us = most_us;
        link->latency_high_us = 0;
        break;
    case SELKIE_SIM_UNIFORM:
        link->latency_us = most_us * draw_below(draw, 100) / 100;
        link->latency_high_us = most_us;
        break;
    case SELKIE_SIM_LOG_NORMAL: /* one in ten million takes five times the median */
        link->latency_us = most_us / 10 + 1;
        link->latency_high_us = most_us / 5 + 1;
        break;
    }
}

/* At its best, a probe and an indirect one go well. */
static void draw_link(struct draw *draw, struct plan *plan) {
    uint64_t rest_us = plan->config.probe_period_us - plan->config.probe_rtt_us;
    uint64_t direct_us = plan->config.probe_rtt_us / 3, indirect_us = rest_us / 6;
    uint64_t most_us = direct_us < indirect_us ? direct_us : indirect_us;
    SELKIE_INIT(&plan->link);
    plan->link.latency = SELKIE_SIM_UNIFORM;
    plan->link.latency_us = SELKIE_MS(1);
    plan->link.latency_high_us = plan->latency_most_us = SELKIE_MS(3);
    if (draw_chance(draw, 60)) {
        plan->latency_most_us = draw_between(draw, 1, most_us);
        draw_latency(draw, plan->latency_most_us, &plan->link);
    }
}

/* A third of the seeds have one kind of fault only, some have none: there it is plainest what may happen and what may
 * not. */
static void draw_chaos(struct draw *draw, struct plan *plan) {
    uint32_t sort = draw_below(draw, 10);
    plan->faults = draw_number(draw) & (faults_count < 64 ? (UINT64_C(1) << faults_count) - 1 : UINT64_MAX);
    if (sort < 2) {
        plan->faults = 0;
    } else if (sort < 5) {
        plan->faults = UINT64_C(1) << draw_below(draw, faults_count);
    }
    uint64_t periods = draw_between(draw, 5, 10 + 500 / plan->members);
    plan->chaos_us = plan->faults == 0 ? 0 : periods * plan->config.probe_period_us;
    plan->between_us = plan->config.probe_period_us * draw_between(draw, 2, 40) / 10;
    plan->acquainted = draw_chance(draw, 40);
    plan->helped = draw_chance(draw, 60);
    plan->exams = 1 + draw_below(draw, 3);
}

void plan_draw(struct plan *plan, uint64_t seed, uint32_t members) {
    struct draw draw = draw_stream(seed, 1);
    *plan = (struct plan){.seed = seed};
    uint32_t drawn = draw_members(&draw);
    plan->members = members != 0 ? members : drawn;
    plan->identity = &identity_kinds[draw_chance(&draw, 40) ? 0 : draw_below(&draw, identity_kinds_count)];
    plan->codec = draw_chance(&draw, 40) ? CODEC_PACKED : (enum codec_kind)draw_below(&draw, CODEC_KINDS);
    plan->renews = draw_chance(&draw, 80);
    plan->own_invalidates = draw_chance(&draw, 30);
    draw_config(&draw, plan);
    plan->config.notify_down_members &= plan->renews; /* the manual says so */
    draw_packet_size(&draw, plan);
    draw_bounds(&draw, plan);
    draw_link(&draw, plan);
    draw_chaos(&draw, plan);
}

/* ---- What follows ---- */

bool plan_is_roomy(const struct plan *plan) {
    struct selkie_codec codec;
    identities_codec(plan->identity, plan->codec, &codec);
    return plan->config.max_packet_size >= header_bytes(&codec) + plan->members * codec.member_max + 100u &&
           (plan->max_members == 0 || plan->max_members > plan->members);
}

bool plan_is_talkative(const struct plan *plan) {
    return plan->config.max_transmissions >= 20 && plan->config.adapt_multiplier == 0 && plan_is_roomy(plan);
}

bool plan_heals_itself(const struct plan *plan) {
    const struct selkie_config *config = &plan->config;
    return plan->renews && config->notify_down_members && config->periodic_announce.every_us != 0 &&
           config->periodic_announce_to_down_members.every_us != 0 && plan_is_roomy(plan) &&
           config->remove_down_after_us > SELKIE_S(3600);
}

uint64_t plan_round_us(const struct plan *plan) {
    return (plan->members - 1) * plan->config.probe_period_us;
}

/* Each step, those who know it tell it to at least one more: with gossip at each of its times, without at each probe. */
uint64_t plan_spread_us(const struct plan *plan) {
    uint64_t step_us = plan->config.probe_period_us;
    if (plan->config.periodic_gossip.every_us != 0 && plan->config.periodic_gossip.every_us < step_us) {
        step_us = plan->config.periodic_gossip.every_us;
    }
    uint64_t steps = 8;
    for (uint32_t members = plan->members; members > 1; members /= 2) {
        steps += 3;
    }
    return steps * (step_us + plan->latency_most_us);
}

uint32_t plan_stretch(const struct plan *plan) {
    return plan->config.awareness_max + 1u;
}

/* One point less with each probe that is answered. */
uint64_t plan_healthy_us(const struct plan *plan) {
    return plan->config.probe_period_us * plan_stretch(plan) * (plan_stretch(plan) + 1) / 2;
}

uint64_t plan_suspicion_us(const struct plan *plan) {
    const struct selkie_config *config = &plan->config;
    uint64_t most_us = config->suspect_to_down_after_us;
    if (config->adapt_multiplier > 0) { /* log10 of at most 200 members */
        uint64_t adapted_us = config->adapt_multiplier * config->probe_period_us * (plan->members > 10 ? 3u : 1u);
        most_us = adapted_us > most_us ? adapted_us : most_us;
    }
    bool shared = config->suspicion_max_factor > 1 && config->suspicion_confirmations > 0;
    return most_us * (shared ? config->suspicion_max_factor : 1u);
}

uint64_t plan_detection_us(const struct plan *plan) {
    return (2 * plan_round_us(plan) + plan->config.probe_period_us) * plan_stretch(plan) + plan_suspicion_us(plan) +
           4 * plan->latency_most_us + SELKIE_MS(10);
}

/* ---- In words ---- */

static void print_periodic(FILE *out, const char *name, const struct selkie_periodic *periodic) {
    if (periodic->every_us != 0) {
        fprintf(out, ", %s %" PRIu32 " every %" PRIu64 " ms", name, periodic->members, periodic->every_us / 1000);
    }
}

static void print_more(FILE *out, const struct selkie_config *config) {
    fprintf(out, "\n  awareness to %u, suspicion up to %u times with %u confirmations, share %u %%, adapting %u%s%s%s",
            config->awareness_max, config->suspicion_max_factor, config->suspicion_confirmations,
            config->broadcast_share_percent, config->adapt_multiplier,
            config->suspects_hear_first ? ", suspects hear first" : "",
            config->announce_while_idle ? ", announces while idle" : "",
            config->reconnect_at_once ? ", reconnects at once" : "");
}

void plan_print(const struct plan *plan, FILE *out) {
    const struct selkie_config *config = &plan->config;
    fprintf(out, "seed %" PRIu64 ": %" PRIu32 " members, identities \"%s\"%s, codec %s\n", plan->seed, plan->members,
            plan->identity->name, plan->renews ? "" : " that engines cannot renew", codec_kind_name(plan->codec));
    fprintf(out,
            "  probes every %" PRIu64 " ms, rtt %" PRIu64 " ms, Down %" PRIu64
            " ms after suspicion, forgotten after %" PRIu64 " s\n",
            config->probe_period_us / 1000, config->probe_rtt_us / 1000, config->suspect_to_down_after_us / 1000,
            config->remove_down_after_us / 1000000);
    fprintf(out, "  packets of %" PRIu32 " bytes, %u helpers, %u transmissions%s", config->max_packet_size,
            config->num_indirect_probes, config->max_transmissions,
            config->notify_down_members ? ", notify_down_members" : "");
    print_periodic(out, "announce to", &config->periodic_announce);
    print_periodic(out, "knock at", &config->periodic_announce_to_down_members);
    print_periodic(out, "gossip to", &config->periodic_gossip);
    print_more(out, config);
    fprintf(out,
            "\n  max_members %" PRIu32 ", max_suspicions %" PRIu32 ", max_broadcasts %" PRIu32
            ", max_broadcast_bytes %" PRIu32 "\n",
            plan->max_members, plan->max_suspicions, plan->max_broadcasts, plan->max_broadcast_bytes);
    fprintf(out,
            "  latency at most %" PRIu64 " us; %s; %s; chaos for %" PRIu64 " ms, a fault every %" PRIu64 " ms, of:",
            plan->latency_most_us, plan->acquainted ? "acquainted" : "formed",
            plan->helped ? "helped" : "heals itself if it can", plan->chaos_us / 1000, plan->between_us / 1000);
    for (unsigned fault = 0; fault < faults_count; fault++) {
        if ((plan->faults >> fault & 1) != 0) {
            fprintf(out, " %s", faults[fault].name);
        }
    }
    fprintf(out, "\n");
}
