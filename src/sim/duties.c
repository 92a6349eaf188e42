/* What a cluster owes once nothing disturbs it: everybody learns of a crash or a farewell within the detection bound,
 * and all agree on who is there within the convergence bound (bounds.c).
 *
 * Calm begins when the scenario does something for the last time, if nothing that it did is still in force then that can
 * fail a probe of a live member (bounds_calm). Crashes and farewells do not end it. What is owed is looked at when its
 * time has come, and not while it runs. Engines that may forget members, and members that the scenario excused, owe
 * nothing. */
#include "sim/duties.h"

#include "sim/bounds.h"
#include "sim/check.h"
#include "sim/suspicions.h"
#include "sim/watch.h"

#include <inttypes.h>
#include <stdlib.h>

#define UNSETTLED 3u /* so many bounds, where crashes come before a cluster had time to settle */

void duties_disturbed(selkie_sim *sim, uint64_t until_us) {
    sim->duties.disturbed_us = until_us > sim->duties.disturbed_us ? until_us : sim->duties.disturbed_us;
    sim->duties.next_us = sim->duties.disturbed_us;
}

/* ---- Detection ---- */

/* Do all who hold it for active hold it at the incarnation that it has? Then no older news can put a suspicion off. */
static bool all_are_up_to_date(const selkie_sim *sim, const struct host *ending) {
    const void *identity = selkie_identity(ending->engine);
    for (uint32_t observer = 0; observer < sim->options.members; observer++) {
        const struct host *host = &sim->hosts[observer];
        struct selkie_member held;
        if (observer != ending->number && selkie_sim_is_live(sim, observer) && witness_active(host, identity, &held) &&
            held.incarnation != selkie_incarnation(ending->engine)) {
            return false;
        }
    }
    return true;
}

static uint64_t unsettled(uint64_t bound_us) {
    return bound_us > UINT64_MAX / UNSETTLED ? SELKIE_SIM_NEVER : UNSETTLED * bound_us;
}

void duties_ending(selkie_sim *sim, uint32_t member) {
    struct host *host = &sim->hosts[member];
    uint64_t settled_us = sim_later(sim->duties.disturbed_us, unsettled(selkie_sim_detection_bound_us(sim)));
    host->ended_us = sim->now_us;
    host->ended_settled = settled_us <= sim->now_us && all_are_up_to_date(sim, host);
    sim->duties.ended_us = sim->now_us;
    sim->duties.next_us = sim->now_us;
}

void duties_defunct(selkie_sim *sim, uint32_t member) {
    struct host *host = &sim->hosts[member];
    if (!host->ended_settled || host->ended_us != sim->now_us) {
        host->ended_us = sim->now_us;
        host->ended_settled = false;
        sim->duties.ended_us = sim->now_us;
        sim->duties.next_us = sim->now_us;
    }
}

/* By when all have to know that it ended. */
static uint64_t known_by(const selkie_sim *sim, const struct host *ended, uint64_t bound_us) {
    uint64_t since_us = ended->ended_us > sim->duties.disturbed_us ? ended->ended_us : sim->duties.disturbed_us;
    bool settled = ended->ended_settled && since_us == ended->ended_us;
    return sim_later(since_us, settled ? bound_us : unsettled(bound_us));
}

static bool owes(const selkie_sim *sim, uint32_t member) {
    const struct host *host = &sim->hosts[member];
    return selkie_sim_is_live(sim, member) && !host->reputation.excused && !host->witness.bounded;
}

/* Has it been probing for long enough to know who ended? Who renewed its identity keeps its table, and does not look at
 * anybody in it before it is heard of again: that may take as long as convergence. */
static bool has_looked(const selkie_sim *sim, uint32_t observer, uint64_t bound_us) {
    const struct host *host = &sim->hosts[observer];
    return selkie_connection(host->engine) == SELKIE_CONNECTED &&
           sim_later(host->connected_us, unsettled(bound_us)) <= sim->now_us;
}

static void check_known(selkie_sim *sim, const struct host *ended, uint64_t bound_us) {
    for (uint32_t observer = 0; observer < sim->options.members; observer++) {
        struct selkie_member held = {.struct_size = sizeof held};
        if (observer == ended->number || !owes(sim, observer) || !has_looked(sim, observer, bound_us) ||
            suspicions_are_dubious(&sim->hosts[observer], selkie_sim_identity(sim, ended->number)) ||
            !selkie_find(sim->hosts[observer].engine, selkie_sim_identity(sim, ended->number), &held) ||
            held.state == SELKIE_DOWN) {
            continue;
        }
        check_failed(sim, SELKIE_SIM_CHECK_DETECTION, observer, ended->number,
                     "m%" PRIu32 " holds m%" PRIu32 " for %s at %u, although that %s at %" PRIu64 " us", observer,
                     ended->number, held.state == SELKIE_SUSPECT ? "Suspect" : "Alive", held.incarnation,
                     ended->engine == NULL ? "ended" : "went Down", ended->ended_us);
        return;
    }
}

/* When the next of those who ended has to be known; what is due is looked at. */
static uint64_t check_detection(selkie_sim *sim) {
    uint64_t bound_us = selkie_sim_detection_bound_us(sim), next_us = SELKIE_SIM_NEVER;
    if (bound_us == SELKIE_SIM_NEVER) {
        return next_us;
    }
    for (uint32_t member = 0; member < sim->options.members; member++) {
        struct host *host = &sim->hosts[member];
        if (host->life == 0 || selkie_sim_is_live(sim, member) || host->reputation.excused) {
            continue;
        }
        uint64_t due_us = known_by(sim, host, bound_us);
        if (due_us > sim->now_us) {
            next_us = due_us < next_us ? due_us : next_us;
        } else if (due_us > sim->duties.looked_us) {
            check_known(sim, host, bound_us);
        }
    }
    return next_us;
}

/* ---- Convergence ---- */

/* Will this engine speak to that member by itself: by a probe, by announcing itself to it as a Down one, or because its
 * program tries to join through it? */
static bool speaks_to(const selkie_sim *sim, uint32_t from, uint32_t to) {
    const struct host *host = &sim->hosts[from];
    struct selkie_member held = {.struct_size = sizeof held};
    if (selkie_connection(host->engine) == SELKIE_DISCONNECTED) {
        return sim->rejoin && host->via == to;
    }
    return selkie_find(host->engine, selkie_sim_identity(sim, to), &held);
}

/* Are all who are live connected by who speaks to whom? `group` has room for all. One alone is in touch with nobody if
 * it does not even probe those whom it still knows. */
static bool are_in_touch(const selkie_sim *sim, uint32_t *group) {
    uint32_t live = 0, reached = 0;
    for (uint32_t member = 0; member < sim->options.members; member++) {
        if (selkie_sim_is_live(sim, member)) {
            group[live++] = member;
        }
    }
    for (reached = live > 0; reached > 0;) {
        uint32_t before = reached;
        for (uint32_t i = 0; i < before; i++) {
            for (uint32_t j = reached; j < live; j++) {
                if (speaks_to(sim, group[i], group[j]) || speaks_to(sim, group[j], group[i])) {
                    uint32_t swapped = group[reached];
                    group[reached++] = group[j];
                    group[j] = swapped;
                }
            }
        }
        if (reached == before) {
            break;
        }
    }
    return reached == live && (live != 1 || selkie_connection(sim->hosts[group[0]].engine) == SELKIE_CONNECTED);
}

static void describe(char *text, size_t size, const selkie_sim *sim, uint32_t observer, uint32_t member) {
    struct selkie_member held = {.struct_size = sizeof held};
    static const char *const states[] = {"Alive", "Suspect", "Down"};
    if (!selkie_find(sim->hosts[observer].engine, selkie_sim_identity(sim, member), &held)) {
        snprintf(text, size, "knows nothing of m%" PRIu32, member);
    } else {
        bool former = !witness_same(sim, held.identity, selkie_sim_identity(sim, member));
        snprintf(text, size, "holds %sm%" PRIu32 " for %s at %u", former ? "another identity of " : "", member,
                 states[held.state], held.incarnation);
    }
}

static bool agree_on(const selkie_sim *sim, uint32_t observer, uint32_t member) {
    const void *identity = selkie_sim_identity(sim, member);
    struct selkie_member held = {.struct_size = sizeof held};
    bool active = selkie_find(sim->hosts[observer].engine, identity, &held) && held.state != SELKIE_DOWN;
    return selkie_sim_is_live(sim, member) ? active && witness_same(sim, held.identity, identity) : !active;
}

static void check_agreed(selkie_sim *sim) {
    uint32_t missing = 0, observer = SELKIE_SIM_NOBODY, about = SELKIE_SIM_NOBODY;
    for (uint32_t member = 0; member < sim->options.members; member++) {
        for (uint32_t other = 0; owes(sim, member) && other < sim->options.members; other++) {
            if (other != member && !sim->hosts[other].reputation.excused && !agree_on(sim, member, other)) {
                observer = missing++ == 0 ? member : observer;
                about = missing == 1 ? other : about;
            }
        }
    }
    if (missing == 0) {
        return;
    }
    uint32_t *group = sim_realloc(NULL, sim->options.members, sizeof *group);
    if (are_in_touch(sim, group)) {
        char held[80];
        describe(held, sizeof held, sim, observer, about);
        check_failed(sim, SELKIE_SIM_CHECK_CONVERGENCE, observer, about,
                     "m%" PRIu32 " %s, which %s; %" PRIu32 " such pairs, calm since %" PRIu64 " us", observer, held,
                     selkie_sim_is_live(sim, about) ? "is live" : "is not live", missing, sim->duties.disturbed_us);
    }
    free(group);
}

static uint64_t check_convergence(selkie_sim *sim) {
    uint64_t bound_us = selkie_sim_convergence_bound_us(sim);
    uint64_t since_us =
        sim->duties.disturbed_us > sim->duties.ended_us ? sim->duties.disturbed_us : sim->duties.ended_us;
    uint64_t due_us = sim_later(since_us, bound_us);
    if (due_us > sim->now_us) {
        return due_us;
    }
    if (due_us > sim->duties.looked_us) {
        check_agreed(sim);
    }
    return SELKIE_SIM_NEVER;
}

void duties_check(selkie_sim *sim) {
    uint64_t detection_us = SELKIE_SIM_NEVER, convergence_us = SELKIE_SIM_NEVER;
    if (bounds_calm(sim)) {
        detection_us = check_detection(sim);
        convergence_us = check_convergence(sim);
    }
    sim->duties.looked_us = sim->now_us;
    sim->duties.next_us = detection_us < convergence_us ? detection_us : convergence_us;
}
