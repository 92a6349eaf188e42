/* Do all members of a simulated cluster know each other, and waiting until they do. With N members that is about N * N
 * pairs: numbers are compared before pairs are, and what stood in the way last is looked at first. */
#include "sim/state.h"

#include <string.h>

struct agreement {
    bool own_side;             /* whom one should know: all live ones, or those on one's own side and nobody else */
    uint64_t seen_changes;     /* it cannot have come true before there are more */
    uint32_t observer, member; /* stood in the way last: the one holds the other for active and should not, or the other
                                  way round. SELKIE_SIM_NOBODY: no member of ours */
};

static bool should_know(const selkie_sim *sim, const struct agreement *agreement, uint32_t observer, uint32_t member) {
    return member != observer && selkie_sim_is_live(sim, member) &&
           (!agreement->own_side || sim->hosts[member].side == sim->hosts[observer].side);
}

static bool is_current(const selkie_sim *sim, uint32_t member, const void *identity) {
    return memcmp(selkie_sim_identity(sim, member), identity, sim->type.size) == 0;
}

static bool stands_in_the_way(const selkie_sim *sim, const struct agreement *agreement, uint32_t observer,
                              uint32_t member) {
    struct selkie_member seen = {.struct_size = sizeof seen};
    if (member == observer || !selkie_sim_is_live(sim, observer)) {
        return false;
    }
    bool active =
        selkie_find(sim->hosts[observer].engine, selkie_sim_identity(sim, member), &seen) && seen.state != SELKIE_DOWN;
    if (should_know(sim, agreement, observer, member)) {
        return !active || !is_current(sim, member, seen.identity);
    }
    return agreement->own_side && active;
}

/* How many does a live member have to know? Members on one side often come one after the other. */
struct expected {
    bool counted;
    uint32_t side, count;
};

static uint32_t expected_by(const selkie_sim *sim, const struct agreement *agreement, uint32_t observer,
                            struct expected *expected) {
    uint32_t side = sim->hosts[observer].side;
    if (!expected->counted || (agreement->own_side && expected->side != side)) {
        *expected = (struct expected){true, side, 0};
        for (uint32_t member = 0; member < sim->options.members; member++) {
            expected->count += member == observer || should_know(sim, agreement, observer, member);
        }
    }
    return expected->count - 1;
}

/* Do the numbers allow that a member knows all that it should, and nobody else if sides count? */
static bool counts_fit(const selkie_sim *sim, const struct agreement *agreement, uint32_t observer,
                       struct expected *expected) {
    uint32_t active = selkie_active_count(sim->hosts[observer].engine);
    uint32_t wanted = expected_by(sim, agreement, observer, expected);
    return agreement->own_side ? active == wanted : active >= wanted;
}

/* Does it? A walk through its table is faster than a search in it for each of them. */
static bool knows_all(const selkie_sim *sim, const struct agreement *agreement, uint32_t observer,
                      struct expected *expected) {
    struct selkie_cursor cursor = {0};
    struct selkie_member seen = {.struct_size = sizeof seen};
    uint32_t known = 0;
    while (selkie_next(sim->hosts[observer].engine, &cursor, &seen)) {
        uint32_t member = selkie_sim_member_at(sim, seen.identity);
        known += member != SELKIE_SIM_NOBODY && seen.state != SELKIE_DOWN && is_current(sim, member, seen.identity) &&
                 should_know(sim, agreement, observer, member);
    }
    return known == expected_by(sim, agreement, observer, expected);
}

static void remember(const selkie_sim *sim, struct agreement *agreement, uint32_t observer) {
    uint32_t from = agreement->member == SELKIE_SIM_NOBODY ? 0 : agreement->member;
    agreement->observer = observer;
    agreement->member = SELKIE_SIM_NOBODY;
    for (uint32_t i = 0; i < sim->options.members && agreement->member == SELKIE_SIM_NOBODY; i++) {
        uint32_t member = (from + i) % sim->options.members;
        if (stands_in_the_way(sim, agreement, observer, member)) {
            agreement->member = member;
        }
    }
}

typedef bool check(const selkie_sim *sim, const struct agreement *agreement, uint32_t observer,
                   struct expected *expected);

/* Starts where somebody stood in the way last: so it does not look again and again at those that have long known all. */
static bool fits_everybody(const selkie_sim *sim, struct agreement *agreement, check *fits) {
    struct expected expected = {0};
    for (uint32_t i = 0; i < sim->options.members; i++) {
        uint32_t observer = (agreement->observer + i) % sim->options.members;
        if (selkie_sim_is_live(sim, observer) && !fits(sim, agreement, observer, &expected)) {
            remember(sim, agreement, observer);
            return false;
        }
    }
    return true;
}

static bool everybody_knows_all(const selkie_sim *sim, struct agreement *agreement) {
    return fits_everybody(sim, agreement, counts_fit) && fits_everybody(sim, agreement, knows_all);
}

static bool has_come(const selkie_sim *sim, void *ctx) {
    struct agreement *agreement = ctx;
    if (agreement->seen_changes == sim->changes) {
        return false;
    }
    agreement->seen_changes = sim->changes;
    return (agreement->member == SELKIE_SIM_NOBODY ||
            !stands_in_the_way(sim, agreement, agreement->observer, agreement->member)) &&
           everybody_knows_all(sim, agreement);
}

bool selkie_sim_all_know_all(const selkie_sim *sim) {
    return everybody_knows_all(sim, &(struct agreement){.own_side = false});
}

bool selkie_sim_is_agreed(const selkie_sim *sim) {
    return everybody_knows_all(sim, &(struct agreement){.own_side = true});
}

uint64_t selkie_sim_until_all_know_all(selkie_sim *sim, uint64_t bound_us) {
    return selkie_sim_until(sim, has_come, &(struct agreement){.own_side = false, .seen_changes = UINT64_MAX},
                            bound_us);
}

uint64_t selkie_sim_until_agreed(selkie_sim *sim, uint64_t bound_us) {
    return selkie_sim_until(sim, has_come, &(struct agreement){.own_side = true, .seen_changes = UINT64_MAX}, bound_us);
}
