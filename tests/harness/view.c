/* Who sees whom how in a simulated cluster, and waiting for it. */
#include "inside.h"

#include <string.h>

bool cluster_is_live(const struct cluster *c, uint32_t member) {
    const struct host *host = cluster_host(c, member);
    return host->engine != NULL && !host->paused && selkie_connection(host->engine) != SELKIE_UNDEAD;
}

unsigned cluster_view(const struct cluster *c, uint32_t observer, uint32_t member) {
    const void *identity = cluster_identity(c, member);
    struct selkie_member seen = {.struct_size = sizeof seen};
    if (!selkie_find(cluster_engine(c, observer), identity, &seen)) {
        return CLUSTER_SEES_NOTHING;
    }
    if (memcmp(seen.identity, identity, c->type.size) != 0) {
        return CLUSTER_SEES_FORMER;
    }
    static const unsigned views[] = {CLUSTER_SEES_ALIVE, CLUSTER_SEES_SUSPECT, CLUSTER_SEES_DOWN};
    return views[seen.state];
}

/* ---- Conditions ---- */

bool cluster_all_see(const struct cluster *c, uint32_t member, unsigned ways) {
    for (uint32_t observer = 0; observer < c->options.members; observer++) {
        if (observer != member && cluster_is_live(c, observer) && (cluster_view(c, observer, member) & ways) == 0) {
            return false;
        }
    }
    return true;
}

bool cluster_any_sees(const struct cluster *c, uint32_t member, unsigned ways) {
    for (uint32_t observer = 0; observer < c->options.members; observer++) {
        if (observer != member && cluster_is_live(c, observer) && (cluster_view(c, observer, member) & ways) != 0) {
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
static bool should_know(const struct cluster *c, uint32_t observer, uint32_t member, bool own_side) {
    return member != observer && cluster_is_live(c, observer) && cluster_is_live(c, member) &&
           (!own_side || c->hosts[member].side == c->hosts[observer].side);
}

static bool are_strangers(const struct cluster *c, uint32_t observer, uint32_t member, bool own_side) {
    return should_know(c, observer, member, own_side) && (cluster_view(c, observer, member) & CLUSTER_SEES_ACTIVE) == 0;
}

/* Does one live member see all as active that it should know and, if sides count, nobody else? */
static bool knows_all(const struct cluster *c, uint32_t observer, bool own_side, struct strangers *strangers) {
    uint32_t expected = 0;
    for (uint32_t member = 0; member < c->options.members; member++) {
        if (are_strangers(c, observer, member, own_side)) {
            *strangers = (struct strangers){observer, member};
            return false;
        }
        expected += should_know(c, observer, member, own_side);
    }
    return !own_side || selkie_active_count(c->hosts[observer].engine) == expected;
}

static bool everybody_knows_all(const struct cluster *c, bool own_side, struct strangers *strangers) {
    if (are_strangers(c, strangers->observer, strangers->member, own_side)) {
        return false;
    }
    for (uint32_t observer = 0; observer < c->options.members; observer++) {
        if (cluster_is_live(c, observer) && !knows_all(c, observer, own_side, strangers)) {
            return false;
        }
    }
    return true;
}

bool cluster_all_know_all(const struct cluster *c) {
    return everybody_knows_all(c, false, &(struct strangers){0, 0});
}

bool cluster_is_agreed(const struct cluster *c) {
    return everybody_knows_all(c, true, &(struct strangers){0, 0});
}

/* ---- Waiting ---- */

struct wanted {
    uint32_t member;
    unsigned ways;
    uint64_t seen_changes; /* nothing can have become true before there are more */
    struct strangers strangers;
};

static bool all_see_wanted(const struct cluster *c, void *ctx) {
    const struct wanted *wanted = ctx;
    return cluster_all_see(c, wanted->member, wanted->ways);
}

static bool any_sees_wanted(const struct cluster *c, void *ctx) {
    const struct wanted *wanted = ctx;
    return cluster_any_sees(c, wanted->member, wanted->ways);
}

static bool changed(const struct cluster *c, struct wanted *wanted) {
    bool changed = wanted->seen_changes != c->changes;
    wanted->seen_changes = c->changes;
    return changed;
}

static bool all_know_all(const struct cluster *c, void *ctx) {
    return changed(c, ctx) && everybody_knows_all(c, false, &((struct wanted *)ctx)->strangers);
}

static bool agreed(const struct cluster *c, void *ctx) {
    return changed(c, ctx) && everybody_knows_all(c, true, &((struct wanted *)ctx)->strangers);
}

uint64_t cluster_until_all_see(struct cluster *c, uint32_t member, unsigned ways, uint64_t bound_us) {
    return cluster_until(c, all_see_wanted, &(struct wanted){.member = member, .ways = ways}, bound_us);
}

uint64_t cluster_until_any_sees(struct cluster *c, uint32_t member, unsigned ways, uint64_t bound_us) {
    return cluster_until(c, any_sees_wanted, &(struct wanted){.member = member, .ways = ways}, bound_us);
}

uint64_t cluster_until_all_know_all(struct cluster *c, uint64_t bound_us) {
    return cluster_until(c, all_know_all, &(struct wanted){.seen_changes = UINT64_MAX}, bound_us);
}

uint64_t cluster_until_agreed(struct cluster *c, uint64_t bound_us) {
    return cluster_until(c, agreed, &(struct wanted){.seen_changes = UINT64_MAX}, bound_us);
}
