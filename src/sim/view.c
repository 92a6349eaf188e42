/* Who sees whom how in a simulated cluster, and waiting for it. */
#include "sim/state.h"

#include <string.h>

bool selkie_sim_is_live(const selkie_sim *sim, uint32_t member) {
    const struct host *host = sim_host(sim, member);
    return host->engine != NULL && !host->paused && selkie_connection(host->engine) != SELKIE_UNDEAD;
}

unsigned selkie_sim_view(const selkie_sim *sim, uint32_t observer, uint32_t member) {
    const void *identity = selkie_sim_identity(sim, member);
    struct selkie_member seen = {.struct_size = sizeof seen};
    if (!selkie_find(selkie_sim_engine(sim, observer), identity, &seen)) {
        return SELKIE_SIM_SEES_NOTHING;
    }
    if (memcmp(seen.identity, identity, sim->type.size) != 0) {
        return SELKIE_SIM_SEES_FORMER;
    }
    static const unsigned views[] = {SELKIE_SIM_SEES_ALIVE, SELKIE_SIM_SEES_SUSPECT, SELKIE_SIM_SEES_DOWN};
    return views[seen.state];
}

/* ---- Conditions ---- */

bool selkie_sim_all_see(const selkie_sim *sim, uint32_t member, unsigned ways) {
    for (uint32_t observer = 0; observer < sim->options.members; observer++) {
        if (observer != member && selkie_sim_is_live(sim, observer) &&
            (selkie_sim_view(sim, observer, member) & ways) == 0) {
            return false;
        }
    }
    return true;
}

bool selkie_sim_any_sees(const selkie_sim *sim, uint32_t member, unsigned ways) {
    for (uint32_t observer = 0; observer < sim->options.members; observer++) {
        if (observer != member && selkie_sim_is_live(sim, observer) &&
            (selkie_sim_view(sim, observer, member) & ways) != 0) {
            return true;
        }
    }
    return false;
}

/* Who does not know whom. While waiting, the pair that stood in the way last is looked at first: it usually still
 * does. */
struct strangers {
    uint32_t observer, member;
};

/* Must these two know each other: are both live, and (if that is asked for) on the same side? */
static bool should_know(const selkie_sim *sim, uint32_t observer, uint32_t member, bool own_side) {
    return member != observer && selkie_sim_is_live(sim, observer) && selkie_sim_is_live(sim, member) &&
           (!own_side || sim->hosts[member].side == sim->hosts[observer].side);
}

static bool are_strangers(const selkie_sim *sim, uint32_t observer, uint32_t member, bool own_side) {
    return should_know(sim, observer, member, own_side) &&
           (selkie_sim_view(sim, observer, member) & SELKIE_SIM_SEES_ACTIVE) == 0;
}

/* Does one live member see all as active that it should know and, if sides count, nobody else? */
static bool knows_all(const selkie_sim *sim, uint32_t observer, bool own_side, struct strangers *strangers) {
    uint32_t expected = 0;
    for (uint32_t member = 0; member < sim->options.members; member++) {
        if (are_strangers(sim, observer, member, own_side)) {
            *strangers = (struct strangers){observer, member};
            return false;
        }
        expected += should_know(sim, observer, member, own_side);
    }
    return !own_side || selkie_active_count(sim->hosts[observer].engine) == expected;
}

static bool everybody_knows_all(const selkie_sim *sim, bool own_side, struct strangers *strangers) {
    if (are_strangers(sim, strangers->observer, strangers->member, own_side)) {
        return false;
    }
    for (uint32_t observer = 0; observer < sim->options.members; observer++) {
        if (selkie_sim_is_live(sim, observer) && !knows_all(sim, observer, own_side, strangers)) {
            return false;
        }
    }
    return true;
}

bool selkie_sim_all_know_all(const selkie_sim *sim) {
    return everybody_knows_all(sim, false, &(struct strangers){0, 0});
}

bool selkie_sim_is_agreed(const selkie_sim *sim) {
    return everybody_knows_all(sim, true, &(struct strangers){0, 0});
}

/* ---- Waiting ---- */

struct wanted {
    uint32_t member;
    unsigned ways;
    uint64_t seen_changes; /* nothing can have become true before there are more */
    struct strangers strangers;
};

static bool all_see_wanted(const selkie_sim *sim, void *ctx) {
    const struct wanted *wanted = ctx;
    return selkie_sim_all_see(sim, wanted->member, wanted->ways);
}

static bool any_sees_wanted(const selkie_sim *sim, void *ctx) {
    const struct wanted *wanted = ctx;
    return selkie_sim_any_sees(sim, wanted->member, wanted->ways);
}

static bool changed(const selkie_sim *sim, struct wanted *wanted) {
    bool changed = wanted->seen_changes != sim->changes;
    wanted->seen_changes = sim->changes;
    return changed;
}

static bool all_know_all(const selkie_sim *sim, void *ctx) {
    return changed(sim, ctx) && everybody_knows_all(sim, false, &((struct wanted *)ctx)->strangers);
}

static bool agreed(const selkie_sim *sim, void *ctx) {
    return changed(sim, ctx) && everybody_knows_all(sim, true, &((struct wanted *)ctx)->strangers);
}

uint64_t selkie_sim_until_all_see(selkie_sim *sim, uint32_t member, unsigned ways, uint64_t bound_us) {
    return selkie_sim_until(sim, all_see_wanted, &(struct wanted){.member = member, .ways = ways}, bound_us);
}

uint64_t selkie_sim_until_any_sees(selkie_sim *sim, uint32_t member, unsigned ways, uint64_t bound_us) {
    return selkie_sim_until(sim, any_sees_wanted, &(struct wanted){.member = member, .ways = ways}, bound_us);
}

uint64_t selkie_sim_until_all_know_all(selkie_sim *sim, uint64_t bound_us) {
    return selkie_sim_until(sim, all_know_all, &(struct wanted){.seen_changes = UINT64_MAX}, bound_us);
}

uint64_t selkie_sim_until_agreed(selkie_sim *sim, uint64_t bound_us) {
    return selkie_sim_until(sim, agreed, &(struct wanted){.seen_changes = UINT64_MAX}, bound_us);
}
