/* The faults that chaos is made of. Each strikes somebody at random and, where it lasts, says when it ends. */
#include "faults.h"

#include "chaos.h"

#include <stdlib.h>
#include <string.h>

/* From a part of a probe period to longer than a suspicion lasts. */
static uint64_t some_time(struct world *world) {
    const struct selkie_config *config = &world->plan->config;
    uint64_t short_us = config->probe_period_us * 2;
    uint64_t long_us = 2 * config->suspect_to_down_after_us + 6 * config->probe_period_us;
    return draw_between(&world->draw, 1, draw_chance(&world->draw, 40) ? short_us : long_us);
}

/* ---- Members ---- */

static void end_of_death(struct world *world, uint32_t member) {
    if (world->dead[member]) {
        world_restart(world, member);
    }
}

static void strike_crash(struct world *world) {
    uint32_t member = world_any(world);
    if (!world->dead[member]) {
        world_crash(world, member);
        if (draw_chance(&world->draw, 70)) {
            chaos_later(world, some_time(world), end_of_death, member);
        }
    }
}

static void strike_restart(struct world *world) {
    world_restart(world, world_any(world));
}

static void strike_leave(struct world *world) {
    uint32_t member = world_live(world);
    if (member != SELKIE_SIM_NOBODY) {
        selkie_sim_leave(world->sim, member);
        if (draw_chance(&world->draw, 50)) {
            selkie_sim_run(world->sim, draw_between(&world->draw, 0, world->plan->config.probe_period_us));
            world_crash(world, member);
            chaos_later(world, some_time(world), end_of_death, member);
        }
    }
}

static void end_of_pause(struct world *world, uint32_t member) {
    if (world->paused[member]) {
        world->paused[member] = false;
        world_resume(world, member);
    }
}

static void strike_pause(struct world *world) {
    uint32_t member = world_any(world);
    if (!world->dead[member] && !world->paused[member]) {
        world->paused[member] = true;
        selkie_sim_pause(world->sim, member);
        chaos_later(world, some_time(world), end_of_pause, member);
    }
}

/* ---- Network ---- */

static void end_of_cuts(struct world *world, uint32_t member) {
    (void)member;
    selkie_sim_heal(world->sim);
}

static void strike_cut(struct world *world) {
    selkie_sim_cut(world->sim, world_any(world), world_any(world));
    chaos_later(world, some_time(world), end_of_cuts, 0);
}

/* Somebody hears nobody, is heard by nobody, or is not heard by one. */
static void strike_cut_one_way(struct world *world) {
    uint32_t sort = draw_below(&world->draw, 4);
    uint32_t from = sort == 0 ? SELKIE_SIM_ALL : world_any(world);
    uint32_t to = sort == 1 ? SELKIE_SIM_ALL : world_any(world);
    selkie_sim_cut_one_way(world->sim, from, to);
    chaos_later(world, some_time(world), end_of_cuts, 0);
}

static void strike_split(struct world *world) {
    uint32_t sides = 2 + draw_below(&world->draw, 2);
    for (uint32_t member = 0; member < world->plan->members; member++) {
        selkie_sim_put_on_side(world->sim, member, draw_below(&world->draw, sides));
    }
    chaos_later(world, some_time(world), end_of_cuts, 0);
}

static void strike_split_one_way(struct world *world) {
    selkie_sim_split_one_way(world->sim, (uint32_t)draw_between(&world->draw, 1, world->plan->members - 1));
    chaos_later(world, some_time(world), end_of_cuts, 0);
}

static void strike_ring(struct world *world) {
    selkie_sim_ring(world->sim, draw_chance(&world->draw, 70));
    chaos_later(world, some_time(world), end_of_cuts, 0);
}

static void strike_isolate(struct world *world) {
    selkie_sim_isolate(world->sim, world_any(world));
    chaos_later(world, some_time(world), end_of_cuts, 0);
}

/* ---- Links ---- */

static void end_of_trouble(struct world *world, uint32_t member) {
    (void)member;
    selkie_sim_set_link(world->sim, SELKIE_SIM_ALL, SELKIE_SIM_ALL, &world->plan->link);
}

static void trouble(struct world *world, const struct selkie_sim_link *link) {
    selkie_sim_set_link(world->sim, SELKIE_SIM_ALL, SELKIE_SIM_ALL, link);
    chaos_later(world, some_time(world), end_of_trouble, 0);
}

static void strike_loss(struct world *world) {
    struct selkie_sim_link link = world->plan->link;
    link.loss_ppm = (uint32_t)draw_between(&world->draw, SELKIE_SIM_PERCENT(1), SELKIE_SIM_PERCENT(40));
    trouble(world, &link);
}

static void strike_duplicates(struct world *world) {
    struct selkie_sim_link link = world->plan->link;
    link.duplicate_ppm = (uint32_t)draw_between(&world->draw, SELKIE_SIM_PERCENT(1), SELKIE_SIM_PERCENT(50));
    trouble(world, &link);
}

/* Packets that take up to two periods: late for their probes, and overtaken by later ones. */
static void strike_delay(struct world *world) {
    struct selkie_sim_link link = world->plan->link;
    link.latency = SELKIE_SIM_UNIFORM;
    link.latency_high_us = draw_between(&world->draw, 1, 2 * world->plan->config.probe_period_us);
    link.latency_us = link.latency_high_us / 100;
    trouble(world, &link);
}

static void strike_reorder(struct world *world) {
    struct selkie_sim_link link = world->plan->link;
    link.reorder_ppm = (uint32_t)draw_between(&world->draw, SELKIE_SIM_PERCENT(1), SELKIE_SIM_PERCENT(30));
    link.reorder_by_us = draw_between(&world->draw, 1, 2 * world->plan->config.probe_period_us);
    trouble(world, &link);
}

static void end_of_sender(struct world *world, uint32_t member) {
    selkie_sim_set_link(world->sim, member, SELKIE_SIM_ALL, NULL);
}

static void end_of_receiver(struct world *world, uint32_t member) {
    selkie_sim_set_link(world->sim, SELKIE_SIM_ALL, member, NULL);
}

/* One member has a bad line, in one direction. */
static void strike_line(struct world *world) {
    struct selkie_sim_link link = world->plan->link;
    uint32_t member = world_any(world);
    link.loss_ppm = (uint32_t)draw_between(&world->draw, 0, SELKIE_SIM_PERCENT(90));
    if (draw_chance(&world->draw, 50)) {
        selkie_sim_set_link(world->sim, member, SELKIE_SIM_ALL, &link);
        chaos_later(world, some_time(world), end_of_sender, member);
    } else {
        selkie_sim_set_link(world->sim, SELKIE_SIM_ALL, member, &link);
        chaos_later(world, some_time(world), end_of_receiver, member);
    }
}

/* ---- Machines ---- */

static void end_of_slowness(struct world *world, uint32_t member) {
    selkie_sim_slow(world->sim, member, 0);
}

static void strike_slow(struct world *world) {
    uint32_t member = world_any(world);
    selkie_sim_slow(world->sim, member, draw_between(&world->draw, 1, world->plan->config.probe_period_us / 10));
    chaos_later(world, some_time(world), end_of_slowness, member);
}

static void end_of_drift(struct world *world, uint32_t member) {
    selkie_sim_clock(world->sim, member, 0);
}

static void strike_clock(struct world *world) {
    uint32_t member = world_any(world);
    selkie_sim_clock(world->sim, member, (int32_t)draw_below(&world->draw, 600000) - 300000);
    chaos_later(world, some_time(world), end_of_drift, member);
}

static void end_of_narrowness(struct world *world, uint32_t member) {
    selkie_sim_bandwidth(world->sim, member, 0, 0);
}

/* From a packet a second on. */
static void strike_bandwidth(struct world *world) {
    uint32_t member = world_any(world), packet = world->plan->config.max_packet_size;
    selkie_sim_bandwidth(world->sim, member, draw_between(&world->draw, packet, 100 * packet),
                         (uint32_t)draw_between(&world->draw, packet, 20 * packet));
    chaos_later(world, some_time(world), end_of_narrowness, member);
}

/* ---- Programs ---- */

static void strike_junk(struct world *world) {
    unsigned char junk[300];
    uint32_t member = world_live(world);
    if (member == SELKIE_SIM_NOBODY) {
        return;
    }
    for (size_t i = 0; i < sizeof junk; i++) {
        junk[i] = (unsigned char)draw_below(&world->draw, draw_chance(&world->draw, 50) ? 4 : 256);
    }
    selkie_sim_inject(world->sim, member, junk, draw_below(&world->draw, sizeof junk + 1));
}

static void strike_announce(struct world *world) {
    uint32_t member = world_live(world), via = world_any(world);
    if (member != SELKIE_SIM_NOBODY && member != via) {
        selkie_sim_join(world->sim, member, via);
    }
}

static void strike_talk(struct world *world) {
    uint32_t member = world_live(world);
    uint16_t version;
    if (member == SELKIE_SIM_NOBODY) {
        return;
    }
    selkie *engine = selkie_sim_engine(world->sim, member);
    (void)rumours_say(world->rumours, &world->draw, engine, draw_below(&world->draw, RUMOUR_SUBJECTS), &version);
    if (draw_chance(&world->draw, 30)) {
        selkie_broadcast(engine);
    }
    if (draw_chance(&world->draw, 30)) {
        selkie_gossip(engine);
    }
}

static void strike_rename(struct world *world) {
    uint32_t member = world_live(world);
    unsigned char renewed[SELKIE_IDENTITY_MAX];
    if (member == SELKIE_SIM_NOBODY) {
        return;
    }
    memcpy(renewed, selkie_sim_identity(world->sim, member), world->type.size);
    void *ctx = world->type.renew == selkie_renew_by_one ? (void *)&world->type : world->type.ctx;
    if (!world->type.renew(ctx, renewed) ||
        selkie_change_identity(selkie_sim_engine(world->sim, member), renewed) != SELKIE_OK) {
        world_found(world, "rename", "m%u could not change its identity", (unsigned)member);
    }
}

/* One program hands another what its engine knows. */
static void strike_snapshot(struct world *world) {
    struct selkie_member known[200];
    unsigned char identities[200][SELKIE_IDENTITY_MAX];
    uint32_t from = world_live(world), to = world_live(world);
    if (from == SELKIE_SIM_NOBODY) {
        return;
    }
    size_t count = 0;
    struct selkie_cursor cursor = {0};
    known[0] = (struct selkie_member){.struct_size = sizeof known[0]};
    while (count < 200 && selkie_next(selkie_sim_engine(world->sim, from), &cursor, &known[count])) {
        memcpy(identities[count], known[count].identity, world->type.size);
        known[count].identity = identities[count];
        known[count].accuser = NULL;
        if (++count < 200) {
            known[count] = (struct selkie_member){.struct_size = sizeof known[0]};
        }
    }
    selkie_apply_many(selkie_sim_engine(world->sim, to), known, count, draw_chance(&world->draw, 50));
}

/* For a moment its packets have to be small. (For longer it would refuse those of the others.) */
static void gossip_narrowly(struct world *world, uint32_t member) {
    selkie *engine = selkie_sim_engine(world->sim, member);
    struct selkie_config config = {.struct_size = sizeof config}, narrow;
    selkie_get_config(engine, &config);
    narrow = config;
    narrow.max_packet_size = plan_least_packet(world->plan);
    bool taken = selkie_set_config(engine, &narrow) == SELKIE_OK;
    selkie_gossip(engine);
    if (!taken || selkie_set_config(engine, &config) != SELKIE_OK) {
        world_found(world, "config", "m%u could not change its configuration", (unsigned)member);
    }
}

/* More confirmations than from the start there cannot be. */
static void strike_switches(struct world *world, struct selkie_config *config) {
    struct draw *draw = &world->draw;
    config->awareness_max = (uint8_t)draw_below(draw, 9);
    config->suspicion_max_factor = (uint8_t)draw_below(draw, 7);
    config->suspicion_confirmations = (uint8_t)draw_below(draw, config->suspicion_confirmations + 1u);
    config->suspects_hear_first = draw_chance(draw, 50);
    config->broadcast_share_percent = (uint8_t)draw_below(draw, 101);
    config->announce_while_idle = draw_chance(draw, 50);
    config->reconnect_at_once = draw_chance(draw, 50);
    config->adapt_multiplier = draw_chance(draw, 50) ? config->adapt_multiplier : (uint8_t)draw_below(draw, 9);
}

static void strike_config(struct world *world) {
    uint32_t member = world_live(world);
    if (member == SELKIE_SIM_NOBODY) {
        return;
    }
    struct selkie_config config = world->plan->config;
    config.suspect_to_down_after_us = draw_between(&world->draw, 1, config.suspect_to_down_after_us);
    config.max_transmissions = (uint8_t)draw_between(&world->draw, 1, 30);
    config.num_indirect_probes = (uint8_t)draw_between(&world->draw, 1, 5);
    strike_switches(world, &config);
    if (draw_chance(&world->draw, 30)) {
        config = world->plan->config;
    }
    if (selkie_set_config(selkie_sim_engine(world->sim, member), &config) != SELKIE_OK) {
        world_found(world, "config", "m%u could not change its configuration", (unsigned)member);
    }
    gossip_narrowly(world, member);
}

/* An operator, who may be wrong. */
static void strike_evict(struct world *world) {
    uint32_t member = world_live(world), about = world_any(world);
    struct selkie_member known = {.struct_size = sizeof known};
    unsigned char identity[SELKIE_IDENTITY_MAX];
    if (member == SELKIE_SIM_NOBODY || member == about ||
        !selkie_find(selkie_sim_engine(world->sim, member), selkie_sim_identity(world->sim, about), &known)) {
        return;
    }
    bool active = known.state != SELKIE_DOWN;
    memcpy(identity, known.identity, world->type.size);
    int error = selkie_evict(selkie_sim_engine(world->sim, member), identity);
    if (error != (active ? SELKIE_OK : SELKIE_E_UNKNOWN_MEMBER)) {
        world_found(world, "evict", "m%u could not evict m%u: %s", (unsigned)member, (unsigned)about,
                    selkie_strerror(error));
    }
}

/* A program that was not paused says so all the same. */
static void strike_paused(struct world *world) {
    uint32_t member = world_live(world);
    if (member != SELKIE_SIM_NOBODY) {
        selkie_paused(selkie_sim_engine(world->sim, member), draw_between(&world->draw, 0, some_time(world)));
    }
}

static void strike_revive(struct world *world) {
    uint32_t member = world_live(world);
    if (member != SELKIE_SIM_NOBODY) {
        selkie_revive(selkie_sim_engine(world->sim, member));
    }
}

const struct fault faults[] = {
    {"crash", strike_crash},       {"restart", strike_restart},
    {"leave", strike_leave},       {"pause", strike_pause},
    {"cut", strike_cut},           {"cut-one-way", strike_cut_one_way},
    {"split", strike_split},       {"split-one-way", strike_split_one_way},
    {"ring", strike_ring},         {"isolate", strike_isolate},
    {"loss", strike_loss},         {"duplicates", strike_duplicates},
    {"delay", strike_delay},       {"reorder", strike_reorder},
    {"line", strike_line},         {"slow", strike_slow},
    {"clock", strike_clock},       {"bandwidth", strike_bandwidth},
    {"junk", strike_junk},         {"announce", strike_announce},
    {"talk", strike_talk},         {"rename", strike_rename},
    {"snapshot", strike_snapshot}, {"config", strike_config},
    {"revive", strike_revive},     {"evict", strike_evict},
    {"paused", strike_paused},
};
const unsigned faults_count = sizeof faults / sizeof *faults;
