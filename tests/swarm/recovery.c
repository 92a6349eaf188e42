/* How a cluster begins, and how it comes to rest after chaos: everything is well again, who is dead starts anew, and the
 * programs announce themselves. Within a bound all must agree on who is there. */
#include "world.h"

#include <inttypes.h>

#define ROUNDS 24u
#define HUB 0u

void recovery_start(struct world *world) {
    const struct plan *plan = world->plan;
    if (plan->acquainted) {
        selkie_sim_acquaint(world->sim, plan->config.probe_period_us);
        return;
    }
    selkie_sim_start(world->sim, HUB);
    for (uint32_t member = 0; member < plan->members && !world->found; member++) {
        if (member != HUB) {
            world_restart(world, member);
            selkie_sim_run(world->sim, draw_between(&world->draw, 0, plan->config.probe_period_us / 4));
        }
    }
}

static void calm_program(struct world *world, uint32_t member) {
    selkie *engine = selkie_sim_engine(world->sim, member);
    if (engine != NULL && selkie_set_config(engine, &world->plan->config) != SELKIE_OK) {
        world_found(world, "config", "m%" PRIu32 " could not take its configuration back", member);
    }
}

static void calm(struct world *world) {
    selkie_sim_calm(world->sim);
    for (uint32_t member = 0; member < world->plan->members; member++) {
        world->paused[member] = false;
        calm_program(world, member);
    }
}

/* Is it all over with this identity: does its engine know that it is Down, or can nobody tell it? */
static bool has_ended(struct world *world, uint32_t member) {
    const struct plan *plan = world->plan;
    if (selkie_sim_engine(world->sim, member) == NULL || !selkie_sim_is_live(world->sim, member)) {
        return true;
    }
    return !plan->config.notify_down_members && selkie_sim_any_sees(world->sim, member, SELKIE_SIM_SEES_DOWN);
}

static void restart_the_ended(struct world *world) {
    for (uint32_t member = 0; member < world->plan->members; member++) {
        if (has_ended(world, member)) {
            world_restart(world, member);
        }
    }
}

/* All announce themselves to the hub, and go on doing so while they know nobody. */
static void join_the_hub(struct world *world) {
    for (uint32_t member = 0; member < world->plan->members; member++) {
        if (member != HUB) {
            selkie_sim_join(world->sim, member, HUB);
        }
    }
}

/* The program of each member announces it to the others; in a large cluster to some. */
static void announce_to_all(struct world *world) {
    uint32_t members = world->plan->members;
    uint32_t stride = members <= 40 ? 1 : members / 10;
    for (uint32_t from = 0; from < members; from++) {
        for (uint32_t i = 1; i < members; i += stride) {
            uint32_t to = (from + i) % members;
            selkie_announce(selkie_sim_engine(world->sim, from), selkie_sim_identity(world->sim, to));
        }
    }
}

/* With help of the programs, until all agree. */
static bool agrees_with_help(struct world *world) {
    const struct plan *plan = world->plan;
    for (unsigned i = 0; i < ROUNDS && !world->found; i++) {
        restart_the_ended(world);
        announce_to_all(world);
        world_run(world, 6 * plan->latency_most_us);
        if (world_agrees_within(world, plan->config.probe_period_us + plan_detection_us(plan) * i / 8)) {
            return true;
        }
    }
    return false;
}

/* Without. Each knock is at random Down members, of which there are fewer than members: that it never comes to a certain
 * one in 25 times as many has a chance of e^-25. */
static uint64_t healing_us(const struct plan *plan) {
    const struct selkie_periodic *knock = &plan->config.periodic_announce_to_down_members;
    uint64_t knocks = 25u * plan->members / knock->members + 25u;
    return knocks * knock->every_us + 3 * plan_detection_us(plan);
}

static bool agrees_alone(struct world *world) {
    restart_the_ended(world);
    join_the_hub(world);
    return world_agrees_within(world, healing_us(world->plan));
}

/* Once all agree, suspicions that still run may come true: of members that are well again, but whose refutation went
 * astray. So it is not over before these are; and all have time to think themselves healthy again. */
static bool stays_agreed(struct world *world) {
    const struct plan *plan = world->plan;
    world_watch_afresh(world);
    world_run(world, plan_suspicion_us(plan) + 3 * plan->config.probe_period_us + plan_healthy_us(plan));
    return world->watch.downs == 0 && world->watch.defuncts == 0 && selkie_sim_is_agreed(world->sim);
}

/* Nothing promises that all find room in each other's tables, nor that the dead are not taken for new ones once they are
 * forgotten. */
static bool promised(const struct plan *plan) {
    return (plan->max_members == 0 || plan->max_members > plan->members) &&
           plan->config.remove_down_after_us > 3 * plan_detection_us(plan);
}

static void complain(struct world *world) {
    selkie_sim *sim = world->sim;
    for (uint32_t observer = 0; observer < world->plan->members; observer++) {
        for (uint32_t member = 0; member < world->plan->members; member++) {
            if (observer != member && selkie_sim_is_live(sim, observer) && selkie_sim_is_live(sim, member) &&
                (selkie_sim_view(sim, observer, member) & SELKIE_SIM_SEES_ACTIVE) == 0) {
                world_found(world, "converge", "the cluster is calm, but m%" PRIu32 " does not see m%" PRIu32, observer,
                            member);
            }
        }
    }
    world_found(world, "converge", "the cluster is calm, but not everybody agrees on who is there");
}

bool recovery_settle(struct world *world, struct tally *tally) {
    const struct plan *plan = world->plan;
    bool alone = !plan->helped && plan_heals_itself(plan);
    calm(world);
    if (!promised(plan)) {
        tally->unhealed++;
        restart_the_ended(world);
        announce_to_all(world);
        world_run(world, 2 * plan_suspicion_us(plan));
        return false;
    }
    for (unsigned i = 0; i < 6 && !world->found; i++) {
        if (!(alone ? agrees_alone(world) : agrees_with_help(world))) {
            break;
        }
        if (stays_agreed(world)) {
            return !world->found;
        }
    }
    if (!world->found) {
        complain(world);
    }
    return false;
}
