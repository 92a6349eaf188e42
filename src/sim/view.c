/* Who sees whom how in a simulated cluster, and waiting for one member to be seen. */
#include "sim/state.h"

#include <string.h>

bool selkie_sim_is_live(const selkie_sim *sim, uint32_t member) {
    const struct host *host = sim_host(sim, member);
    return host->engine != NULL && !host->paused && selkie_connection(host->engine) != SELKIE_UNDEAD;
}

unsigned selkie_sim_view(const selkie_sim *sim, uint32_t observer, uint32_t member) {
    const void *identity = selkie_sim_identity(sim, member);
    struct selkie_member seen = {.struct_size = sizeof seen};
    if (!selkie_find(sim_host(sim, observer)->engine, identity, &seen)) {
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

/* ---- Waiting ---- */

struct wanted {
    uint32_t member;
    unsigned ways;
    uint32_t observer; /* all_see: the one that stood in the way last. It usually still does */
    bool looked;       /* any_sees: nobody did, when all were asked */
};

static bool stands_in_the_way(const selkie_sim *sim, const struct wanted *wanted) {
    return wanted->observer != wanted->member && selkie_sim_is_live(sim, wanted->observer) &&
           (selkie_sim_view(sim, wanted->observer, wanted->member) & wanted->ways) == 0;
}

static bool all_see_wanted(const selkie_sim *sim, void *ctx) {
    struct wanted *wanted = ctx;
    for (uint32_t looked_at = 0; looked_at < sim->options.members; looked_at++) {
        if (stands_in_the_way(sim, wanted)) {
            return false;
        }
        wanted->observer = (wanted->observer + 1) % sim->options.members;
    }
    return true;
}

/* After an event only the one to which it happened can see anything in a new way, unless it is the one to be seen. */
static bool any_sees_wanted(const selkie_sim *sim, void *ctx) {
    struct wanted *wanted = ctx;
    if (!wanted->looked || sim->touched == SELKIE_SIM_NOBODY || sim->touched == wanted->member) {
        wanted->looked = true;
        return selkie_sim_any_sees(sim, wanted->member, wanted->ways);
    }
    return selkie_sim_is_live(sim, sim->touched) &&
           (selkie_sim_view(sim, sim->touched, wanted->member) & wanted->ways) != 0;
}

uint64_t selkie_sim_until_all_see(selkie_sim *sim, uint32_t member, unsigned ways, uint64_t bound_us) {
    sim_host(sim, member);
    return selkie_sim_until(sim, all_see_wanted, &(struct wanted){.member = member, .ways = ways}, bound_us);
}

uint64_t selkie_sim_until_any_sees(selkie_sim *sim, uint32_t member, unsigned ways, uint64_t bound_us) {
    return selkie_sim_until(sim, any_sees_wanted, &(struct wanted){.member = member, .ways = ways}, bound_us);
}
