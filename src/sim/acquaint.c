/* How the members of a simulated cluster come to know each other: by joining, or as if they had long since. */
#include "sim/conduct.h"
#include "sim/record.h"
#include "sim/watch.h"

#include <stdlib.h>
#include <string.h>

#define FORM_BOUND SELKIE_S(600)

uint64_t selkie_sim_form(selkie_sim *sim) {
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < sim->options.members; member++) {
        selkie_sim_join(sim, member, 0);
    }
    return selkie_sim_until_all_know_all(sim, FORM_BOUND);
}

/* All live members as they are now, by number, and then all once more: so there is a row of all others for each. */
struct acquaintances {
    struct selkie_member *members;
    uint32_t count;
};

static struct acquaintances live_members(const selkie_sim *sim) {
    struct acquaintances live = {sim_realloc(NULL, sim->options.members, 2 * sizeof *live.members), 0};
    for (uint32_t member = 0; member < sim->options.members; member++) {
        if (selkie_sim_is_live(sim, member)) {
            const selkie *engine = sim->hosts[member].engine;
            live.members[live.count++] = (struct selkie_member){.struct_size = sizeof *live.members,
                                                                .identity = selkie_identity(engine),
                                                                .incarnation = selkie_incarnation(engine),
                                                                .state = SELKIE_ALIVE};
        }
    }
    memcpy(live.members + live.count, live.members, live.count * sizeof *live.members);
    return live;
}

/* Let one member, which is the `own`th of those, know all others. Its periods begin `late_us` late, and stay so. */
static void introduce(struct host *host, const struct acquaintances *live, uint32_t own, uint64_t late_us) {
    host->timers_late_us = late_us;
    witness_acts(host);
    host_check(host, "apply_many", selkie_apply_many(host->engine, live->members + own + 1, live->count - 1, false));
    host->timers_late_us = 0;
    host->witness.called = false; /* nobody among them is suspected */
    conduct_trust(host);
    if (host->via == SELKIE_SIM_NOBODY && host->number != 0) {
        host->via = 0;
    }
}

void selkie_sim_acquaint(selkie_sim *sim, uint64_t spread_us) {
    for (uint32_t member = 0; member < sim->options.members; member++) {
        if (sim->hosts[member].engine == NULL) {
            selkie_sim_start(sim, member);
        }
    }
    record_verb(sim, "acquaint all");
    duties_disturbed(sim, sim_later(sim->now_us, spread_us));
    struct acquaintances live = live_members(sim);
    bool closed = sim->journal.closed;
    sim->journal.closed = true; /* that line says it all */
    for (uint32_t member = 0, own = 0; member < sim->options.members; member++) {
        if (selkie_sim_is_live(sim, member)) {
            introduce(&sim->hosts[member], &live, own++, spread_us > 0 ? chance_below(&sim->random, spread_us) : 0);
        }
    }
    sim->journal.closed = closed;
    free(live.members);
}
