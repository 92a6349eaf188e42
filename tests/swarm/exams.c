/* What a cluster that is well and agrees must be able to do, each with what it takes at most. Where a demand rests on news
 * reaching everybody, the plan must be talkative: then the chance that somebody is left out is below one in a hundred
 * million. */
#include "world.h"

#include <inttypes.h>
#include <string.h>

struct exam {
    const char *name;
    bool (*fits)(const struct plan *plan);
    void (*take)(struct world *world);
};

static uint64_t rtt_us(const struct plan *plan) {
    return 2 * plan->latency_most_us + SELKIE_MS(1);
}

static bool always(const struct plan *plan) {
    return plan->members <= 60;
}

static bool remembers(const struct plan *plan) {
    return always(plan) && plan->config.remove_down_after_us > 4 * plan_detection_us(plan);
}

static bool roomy(const struct plan *plan) {
    return remembers(plan) && plan_is_roomy(plan);
}

static bool talkative(const struct plan *plan) {
    return remembers(plan) && plan_is_talkative(plan);
}

static uint32_t somebody_else(struct world *world, uint32_t member) {
    return (member + 1 + draw_below(&world->draw, world->plan->members - 1)) % world->plan->members;
}

/* Somebody who is well was called Down, or suspected by a probe. */
static void demand_peace(struct world *world, const char *exam) {
    if (world->watch.downs != 0) {
        world_found(world, exam, "%" PRIu64 " MemberDown although nobody was ever unwell", world->watch.downs);
    }
    if (world->watch.probe_failures != 0) {
        world_found(world, exam, "%" PRIu64 " probes failed although nothing stood in their way",
                    world->watch.probe_failures);
    }
    if (world->watch.ups + world->watch.renames + world->watch.rejoins + world->watch.defuncts + world->watch.idles !=
        0) {
        world_found(world, exam, "members came up, renamed or were defunct although nothing happened");
    }
}

/* ---- Quiet: everybody is probed, nothing is said ---- */

static uint64_t backlogs(const struct world *world) {
    uint64_t sum = 0;
    for (uint32_t member = 0; member < world->plan->members; member++) {
        const selkie *engine = selkie_sim_engine(world->sim, member);
        sum += engine == NULL ? 0 : selkie_updates_backlog(engine) + selkie_broadcasts_backlog(engine);
    }
    return sum;
}

/* Each period each member sends a Ping, which has room for all there is to tell. */
static void demand_drained(struct world *world) {
    enum { ADAPTED = 8 }; /* for as many members as there may be */
    const struct plan *plan = world->plan;
    uint32_t times = plan->config.max_transmissions > ADAPTED ? plan->config.max_transmissions : ADAPTED;
    world_run(world, (2u * times + 3u + 30u * (plan->chaos_us != 0)) * plan->config.probe_period_us);
    if (backlogs(world) != 0) {
        world_found(world, "drained", "%" PRIu64 " news are still queued although each was sent its times",
                    backlogs(world));
    }
}

static void demand_pings(struct world *world, uint64_t periods) {
    uint32_t members = world->plan->members;
    for (uint32_t from = 0; from < members; from++) {
        uint64_t sum = 0;
        for (uint32_t to = 0; to < members; to++) {
            uint32_t pings = world->pings[world_pair(world, from, to)];
            sum += pings;
            if (from != to && pings == 0) {
                world_found(world, "rounds", "m%" PRIu32 " did not probe m%" PRIu32 " in two rounds", from, to);
            }
        }
        if (sum + 1 < periods || sum > periods + 1) {
            world_found(world, "rounds", "m%" PRIu32 " sent %" PRIu64 " Pings in %" PRIu64 " periods", from, sum,
                        periods);
        }
    }
}

/* Does a member probe the others in the same order round after round? */
static bool probes_in_order(const struct world *world, uint32_t from) {
    uint32_t round = world->plan->members - 1;
    const uint32_t *probed = world->probed + 2 * world_pair(world, from, 0);
    for (uint32_t i = round; i < world->probes[from]; i++) {
        if (probed[i] != probed[i - round]) {
            return false;
        }
    }
    return true;
}

/* The order is random. That all of five keep it by chance comes to pass once in eight million times. */
static void demand_disorder(struct world *world) {
    uint32_t ordered = 0;
    for (uint32_t from = 0; from < world->plan->members; from++) {
        ordered += probes_in_order(world, from);
    }
    if (world->plan->members >= 5 && ordered == world->plan->members) {
        world_found(world, "rounds", "everybody probes the others in the same order round after round");
    }
}

static void demand_traffic(struct world *world, uint64_t took_us) {
    const struct plan *plan = world->plan;
    const uint64_t *sent = world->watch.sent;
    const struct selkie_periodic *periodic = &plan->config.periodic_announce;
    const struct selkie_periodic *knock = &plan->config.periodic_announce_to_down_members;
    if (sent[SELKIE_PING_REQ] + sent[SELKIE_INDIRECT_PING] + sent[SELKIE_INDIRECT_ACK] + sent[SELKIE_FORWARDED_ACK] +
            sent[SELKIE_TURN_UNDEAD] + sent[SELKIE_GOSSIP] + sent[SELKIE_BROADCAST] !=
        0) {
        world_found(world, "traffic",
                    "the cluster is at rest, but there are %" PRIu64 " PingReq, %" PRIu64 " Gossip, %" PRIu64
                    " TurnUndead",
                    sent[SELKIE_PING_REQ], sent[SELKIE_GOSSIP], sent[SELKIE_TURN_UNDEAD]);
    }
    if (sent[SELKIE_ACK] > sent[SELKIE_PING] + plan->members || sent[SELKIE_ACK] + plan->members < sent[SELKIE_PING]) {
        world_found(world, "traffic", "%" PRIu64 " Acks for %" PRIu64 " Pings", sent[SELKIE_ACK], sent[SELKIE_PING]);
    }
    uint32_t others = plan->members - 1;
    uint32_t each = periodic->members < others ? periodic->members : others;
    uint64_t turns = periodic->every_us == 0 ? 0 : took_us / periodic->every_us;
    uint64_t least = turns * each * plan->members;
    uint64_t most = periodic->every_us == 0 ? 0 : (turns + 1) * each * plan->members;
    if (knock->every_us != 0) { /* at former selves, of which each member may hold its own */
        most += (took_us / knock->every_us + 1) * plan->members;
    }
    if (sent[SELKIE_ANNOUNCE] < least || sent[SELKIE_ANNOUNCE] > most) {
        world_found(world, "traffic", "%" PRIu64 " Announces, not %" PRIu64 " to %" PRIu64, sent[SELKIE_ANNOUNCE],
                    least, most);
    }
}

static void take_quiet(struct world *world) {
    const struct plan *plan = world->plan;
    uint64_t periods = 2 * (plan->members - 1) + 2, took_us = periods * plan->config.probe_period_us;
    if (plan_is_roomy(plan)) {
        demand_drained(world);
    }
    world_watch_afresh(world);
    world_run(world, took_us);
    demand_peace(world, "quiet");
    demand_pings(world, periods);
    demand_disorder(world);
    if (plan_is_roomy(plan)) {
        demand_traffic(world, took_us);
    }
}

/* ---- A crash, a farewell: everybody learns it ---- */

/* Everybody holds `member` for Down in time and, where the news spread, soon after the first. */
static void demand_detection(struct world *world, uint32_t member, const char *exam) {
    const struct plan *plan = world->plan;
    uint64_t bound_us = plan_detection_us(plan);
    uint64_t first_us = selkie_sim_until_any_sees(world->sim, member, SELKIE_SIM_SEES_DOWN, bound_us);
    if (first_us == SELKIE_SIM_NEVER) {
        world_found(world, exam, "nobody saw in %" PRIu64 " ms that m%" PRIu32 " is gone", bound_us / 1000, member);
        return;
    }
    uint64_t rest_us = bound_us - first_us, spread_us = plan_spread_us(plan);
    bool spreads = plan_is_talkative(plan) && spread_us < rest_us;
    if (selkie_sim_until_all_see(world->sim, member, SELKIE_SIM_SEES_DOWN, spreads ? spread_us : rest_us) ==
        SELKIE_SIM_NEVER) {
        world_found(world, exam,
                    "somebody saw that m%" PRIu32 " is gone, but not everybody learned it in %" PRIu64 " ms", member,
                    (spreads ? spread_us : rest_us) / 1000);
    }
}

/* Everybody knows somebody new: it has probed them all by then, if it began in time. */
static void demand_greeting(struct world *world, uint32_t member, uint64_t begins_us) {
    const struct plan *plan = world->plan;
    uint64_t probes_us = 2 * plan_round_us(plan) + 3 * plan->config.probe_period_us;
    uint64_t bound_us = begins_us + plan_stretch(plan) * probes_us + 4 * rtt_us(plan);
    if (plan_is_talkative(plan) && plan_spread_us(plan) + 4 * rtt_us(plan) < bound_us) {
        bound_us = plan_spread_us(plan) + 4 * rtt_us(plan);
    }
    if (selkie_sim_until_all_see(world->sim, member, SELKIE_SIM_SEES_ACTIVE, bound_us) == SELKIE_SIM_NEVER) {
        world_found(world, "greeting", "not everybody knows m%" PRIu32 " as it is now within %" PRIu64 " ms", member,
                    bound_us / 1000);
    }
}

/* It announces itself to somebody, who tells it of all others at once. */
static void join_again(struct world *world, uint32_t member) {
    const struct plan *plan = world->plan;
    world_restart(world, member);
    if (plan_is_roomy(plan)) {
        world_run(world, 2 * rtt_us(plan));
        uint32_t known = selkie_active_count(selkie_sim_engine(world->sim, member));
        if (known != plan->members - 1) {
            world_found(world, "feed", "m%" PRIu32 " joined and was told of %" PRIu32 " of %" PRIu32 " others", member,
                        known, plan->members - 1);
        }
        demand_greeting(world, member, 0);
    }
}

static void take_crash(struct world *world) {
    uint32_t member = world_any(world);
    world_watch_afresh(world);
    world_crash(world, member);
    demand_detection(world, member, "detection");
    if (world->watch.downs != world->plan->members - 1 || world->watch.ups + world->watch.defuncts != 0) {
        world_found(world, "detection",
                    "one crashed: %" PRIu64 " MemberDown, %" PRIu64 " MemberUp, %" PRIu64 " Defunct",
                    world->watch.downs, world->watch.ups, world->watch.defuncts);
    }
    join_again(world, member);
}

static void take_leave(struct world *world) {
    uint32_t member = world_any(world);
    world_watch_afresh(world);
    selkie_sim_leave(world->sim, member);
    world_crash(world, member); /* its program ends. Otherwise it would renew its identity once it hears the news */
    uint64_t spread_us = plan_spread_us(world->plan);
    if (plan_is_talkative(world->plan) && (world->codec.can & SELKIE_CAN_LEFT) != 0) {
        if (selkie_sim_until_all_see(world->sim, member, SELKIE_SIM_SEES_DOWN, spread_us) == SELKIE_SIM_NEVER) {
            world_found(world, "farewell", "not everybody heard the farewell of m%" PRIu32 " within %" PRIu64 " ms",
                        member, spread_us / 1000);
        } else if (world->watch.left != world->plan->members - 1) {
            world_found(world, "farewell", "only %" PRIu64 " know that m%" PRIu32 " left", world->watch.left, member);
        }
    }
    demand_detection(world, member, "farewell");
    join_again(world, member);
}

static void take_restart(struct world *world) {
    uint32_t member = world_any(world);
    join_again(world, member);
}

/* Only once somebody who heard of it probes it does it probe the others. */
static void take_rename(struct world *world) {
    uint32_t member = world_any(world);
    unsigned char renewed[SELKIE_IDENTITY_MAX];
    memcpy(renewed, selkie_sim_identity(world->sim, member), world->type.size);
    world->type.renew(world->type.renew == selkie_renew_by_one ? (void *)&world->type : world->type.ctx, renewed);
    if (selkie_change_identity(selkie_sim_engine(world->sim, member), renewed) != SELKIE_OK) {
        world_found(world, "rename", "m%" PRIu32 " could not change its identity", member);
    }
    demand_greeting(world, member, 2 * plan_stretch(world->plan) * plan_round_us(world->plan));
}

/* ---- A pause ---- */

static bool suspicion_outlasts_news(const struct plan *plan) {
    return talkative(plan) &&
           plan->config.suspect_to_down_after_us > plan_spread_us(plan) + plan->config.probe_period_us;
}

/* It is suspected, and refutes that in time. */
static void take_nap(struct world *world) {
    const struct plan *plan = world->plan;
    uint32_t member = world_any(world);
    uint64_t most_us = plan->config.suspect_to_down_after_us - plan_spread_us(plan);
    world_watch_afresh(world);
    selkie_sim_pause(world->sim, member);
    world_run(world, draw_between(&world->draw, 1, most_us));
    world_resume(world, member);
    world_run(world, plan_suspicion_us(plan) + 2 * plan_stretch(plan) * plan->config.probe_period_us);
    if (world->watch.downs + world->watch.rejoins + world->watch.defuncts != 0) {
        world_found(world, "refutation", "m%" PRIu32 " was away for a moment: %" PRIu64 " MemberDown", member,
                    world->watch.downs);
    } else if (!selkie_sim_all_see(world->sim, member, SELKIE_SIM_SEES_ALIVE)) {
        world_found(world, "refutation", "m%" PRIu32 " is back, and somebody still suspects it", member);
    }
}

static bool renews(const struct plan *plan) {
    return talkative(plan) && plan->renews && plan->config.notify_down_members;
}

/* It is declared Down, and comes back under a new identity by itself. */
static void take_sleep(struct world *world) {
    const struct plan *plan = world->plan;
    uint32_t member = world_any(world);
    world_watch_afresh(world);
    selkie_sim_pause(world->sim, member);
    demand_detection(world, member, "detection");
    world_resume(world, member);
    uint64_t bound_us = 6 * plan_stretch(plan) * plan->config.probe_period_us + 2 * plan_spread_us(plan) + SELKIE_S(3);
    if (!world_agrees_within(world, bound_us)) {
        world_found(world, "rejoin", "m%" PRIu32 " was held for Down, and is not back after %" PRIu64 " ms", member,
                    bound_us / 1000);
    } else if (world->watch.rejoins != 1) {
        world_found(world, "rejoin", "m%" PRIu32 " was held for Down: %" PRIu64 " renewals", member,
                    world->watch.rejoins);
    }
}

/* ---- Broadcasts ---- */

static bool tells_rumours(const struct plan *plan) {
    return talkative(plan) && plan->max_broadcasts == 0;
}

static void take_rumour(struct world *world) {
    uint32_t member = world_any(world);
    unsigned subject = draw_below(&world->draw, RUMOUR_SUBJECTS);
    uint16_t version;
    int error = rumours_say(world->rumours, &world->draw, selkie_sim_engine(world->sim, member), subject, &version);
    if (error != SELKIE_OK) {
        world_found(world, "rumour", "m%" PRIu32 " could not say anything: %s", member, selkie_strerror(error));
        return;
    }
    world_run(world, plan_spread_us(world->plan));
    for (uint32_t to = 0; to < world->plan->members; to++) {
        if (to != member && rumours_heard(world->rumours, to, subject) < version) {
            world_found(world, "rumour", "m%" PRIu32 " did not hear within %" PRIu64 " ms what m%" PRIu32 " said", to,
                        plan_spread_us(world->plan) / 1000, member);
        }
    }
}

/* ---- Helpers ---- */

static bool has_helpers(const struct plan *plan) {
    return always(plan) && plan->members >= 3 && plan->members <= 20;
}

/* Two that do not reach each other, at least in one direction: others probe for them. */
static void take_cut(struct world *world) {
    const struct plan *plan = world->plan;
    uint32_t a = world_any(world), b = somebody_else(world, a);
    bool both = draw_chance(&world->draw, 50);
    world_watch_afresh(world);
    if (both) {
        selkie_sim_cut(world->sim, a, b);
    } else {
        selkie_sim_cut_one_way(world->sim, a, b);
    }
    world_run(world, 2 * plan_round_us(plan) + 2 * plan->config.probe_period_us);
    demand_peace(world, "helpers");
    if (world->asked[world_pair(world, a, b)] + world->asked[world_pair(world, b, a)] != 0) {
        world_found(world, "helpers", "somebody was asked to probe itself");
    }
    if (world->watch.sent[SELKIE_PING_REQ] == 0) {
        world_found(world, "helpers", "m%" PRIu32 " does not reach m%" PRIu32 ", and asks nobody to help", a, b);
    }
    selkie_sim_heal(world->sim);
}

/* Each of the others helps now and then. */
static void take_helpers(struct world *world) {
    const struct plan *plan = world->plan;
    uint32_t a = world_any(world), b = somebody_else(world, a), others = plan->members - 2;
    uint32_t asked = plan->config.num_indirect_probes < others ? plan->config.num_indirect_probes : others;
    world_watch_afresh(world);
    selkie_sim_cut(world->sim, a, b);
    world_run(world, (asked == others ? 2 : 30 * others / asked) * plan_round_us(plan));
    demand_peace(world, "helpers");
    for (uint32_t to = 0; to < plan->members; to++) {
        if (to != a && to != b && world->asked[world_pair(world, a, to)] == 0) {
            world_found(world, "helpers", "m%" PRIu32 " never asks m%" PRIu32 " for help", a, to);
        }
    }
    selkie_sim_heal(world->sim);
}

static bool is_small(const struct plan *plan) {
    return always(plan) && plan->members >= 3 && plan->members <= 8;
}

/* Whom one gossips to is random: nobody is left out for long. */
static void take_gossip(struct world *world) {
    const struct plan *plan = world->plan;
    uint32_t from = world_any(world), others = plan->members - 1;
    world_watch_afresh(world);
    for (uint32_t i = 0; i < 40 * others; i++) {
        selkie_gossip(selkie_sim_engine(world->sim, from));
        world_run(world, i % 16 == 0 ? plan->latency_most_us + 1 : 0);
    }
    for (uint32_t to = 0; to < plan->members; to++) {
        if (to != from && world->gossips[world_pair(world, from, to)] < 4) {
            world_found(world, "gossip", "m%" PRIu32 " hardly ever gossips to m%" PRIu32, from, to);
        }
    }
}

/* ---- Doors ---- */

static bool knocks(const struct plan *plan) {
    return remembers(plan) && plan_is_roomy(plan) && plan->members >= 4 && plan->members <= 8 &&
           plan->config.periodic_announce.every_us > 0 && plan->config.periodic_announce_to_down_members.every_us > 0;
}

/* How often a member announces itself to one that is Down: at random, and not more often than it may. */
static void demand_knocks(struct world *world, uint32_t from, uint32_t down, uint64_t turns, uint32_t doors) {
    uint32_t knocks = world->announced[world_pair(world, from, down)];
    if (knocks > turns + 1) {
        world_found(world, "knocks",
                    "m%" PRIu32 " announced itself %" PRIu32 " times to m%" PRIu32 " in %" PRIu64 " turns", from,
                    knocks, down, turns);
    }
    if (knocks == 0) {
        world_found(world, "knocks",
                    "m%" PRIu32 " did not announce itself to m%" PRIu32 " in %" PRIu64 " turns at %" PRIu32 " doors",
                    from, down, turns, doors);
    }
}

/* Two are gone for good. The others knock at random at the doors of both, and of former selves that they still hold: in 25
 * turns for each door, none is left out but with a chance of e^-25. */
static void take_doors(struct world *world) {
    const struct plan *plan = world->plan;
    uint32_t a = world_any(world), b = somebody_else(world, a), doors = 2;
    world_crash(world, a);
    world_crash(world, b);
    demand_detection(world, a, "detection");
    demand_detection(world, b, "detection");
    for (uint32_t member = 0; member < plan->members && !world->found; member++) {
        const selkie *engine = selkie_sim_engine(world->sim, member);
        uint32_t down = engine == NULL ? 0 : selkie_member_count(engine) - selkie_active_count(engine);
        doors = doors < down ? down : doors;
    }
    uint64_t turns = 25 * doors, every_us = plan->config.periodic_announce_to_down_members.every_us;
    if (turns * every_us > plan->config.remove_down_after_us / 2) {
        return;
    }
    world_watch_afresh(world);
    world_run(world, turns * every_us);
    for (uint32_t from = 0; from < plan->members && !world->found; from++) {
        if (from != a && from != b) {
            demand_knocks(world, from, a, turns, doors);
            demand_knocks(world, from, b, turns, doors);
        }
    }
}

/* ---- Forgetting ---- */

static bool forgets(const struct plan *plan) {
    return plan_is_roomy(plan) && plan->members <= 14 && plan->config.remove_down_after_us < SELKIE_S(3600);
}

/* Somebody is gone for good, which a newcomer hears without having known it. Once all the news of that are told, nobody
 * holds anybody that is Down for longer than configured. */
static void take_forgetting(struct world *world) {
    const struct plan *plan = world->plan;
    uint32_t member = world_any(world);
    world_crash(world, member);
    demand_detection(world, member, "detection");
    world_restart(world, somebody_else(world, member));
    world_run(world, 60 * plan->config.probe_period_us + 2 * plan->config.remove_down_after_us);
    for (uint32_t observer = 0; observer < plan->members && !world->found; observer++) {
        const selkie *engine = selkie_sim_engine(world->sim, observer);
        if (engine != NULL && selkie_member_count(engine) != selkie_active_count(engine)) {
            world_found(world, "forgetting", "m%" PRIu32 " still holds %" PRIu32 " members that are long gone",
                        observer, selkie_member_count(engine) - selkie_active_count(engine));
        }
    }
}

/* ---- Halves ---- */

static bool heals(const struct plan *plan) {
    return talkative(plan) && plan_heals_itself(plan) && plan->members >= 3 && plan->members <= 14;
}

static void take_split(struct world *world) {
    const struct plan *plan = world->plan;
    const struct selkie_periodic *knock = &plan->config.periodic_announce_to_down_members;
    selkie_sim_split(world->sim, (uint32_t)draw_between(&world->draw, 1, plan->members - 1));
    if (!world_agrees_within(world, plan_detection_us(plan) + plan_suspicion_us(plan))) {
        world_found(world, "split", "two parts do not hold each other for Down");
    }
    world_run(world, draw_between(&world->draw, 0, plan_round_us(plan)));
    selkie_sim_heal(world->sim);
    uint64_t bound_us = (25u * plan->members / knock->members + 25u) * knock->every_us + 3 * plan_detection_us(plan);
    if (!world_agrees_within(world, bound_us)) {
        world_found(world, "split", "two parts do not come together in %" PRIu64 " ms", bound_us / 1000);
    }
}

static const struct exam exams[] = {
    {"quiet", always, take_quiet},     {"crash", remembers, take_crash},
    {"leave", remembers, take_leave},  {"restart", roomy, take_restart},
    {"rename", roomy, take_rename},    {"nap", suspicion_outlasts_news, take_nap},
    {"sleep", renews, take_sleep},     {"rumour", tells_rumours, take_rumour},
    {"cut", has_helpers, take_cut},    {"helpers", is_small, take_helpers},
    {"gossip", is_small, take_gossip}, {"split", heals, take_split},
    {"doors", knocks, take_doors},     {"forgetting", forgets, take_forgetting},
};
const unsigned exams_count = sizeof exams / sizeof *exams;

const char *exam_name(unsigned exam) {
    return exams[exam].name;
}

void exams_take(struct world *world, struct tally *tally) {
    for (unsigned i = 0; i < world->plan->exams && !world->found; i++) {
        unsigned exam = draw_below(&world->draw, exams_count);
        if (exams[exam].fits(world->plan)) {
            tally->exams[exam]++;
            exams[exam].take(world);
            if (!world->found && !recovery_settle(world, tally)) {
                return;
            }
        }
    }
}
