#include "command/block.h"

#include "command/conditions.h"

#define LONGEST_US SELKIE_S(3600) /* of a link's latency */

static void set_links(const struct act *act, const struct selkie_sim_link *link) {
    for (uint32_t i = 0; i < act->count; i++) {
        selkie_sim_set_link(act->play->sim, act->members[i], SELKIE_SIM_ALL, link);
        selkie_sim_set_link(act->play->sim, SELKIE_SIM_ALL, act->members[i], link);
    }
}

/* How long a link is left as it is, and so how much longer than it has to a packet may be held. */
static uint64_t step_us(const struct act *act) {
    uint64_t for_us = act->play->scenario->events[act->event].for_us;
    uint64_t most_us = SELKIE_MS(50), least_us = SELKIE_MS(10);
    return for_us / 100 > most_us ? most_us : for_us / 100 < least_us ? least_us : for_us / 100;
}

/* A packet that is sent from now on takes as long as this lasts. */
static void hold(selkie_sim *sim, void *ctx) {
    struct act *act = ctx;
    uint64_t now_us = selkie_sim_now(sim);
    if (!act->on || now_us >= act->until_us) {
        return;
    }
    uint64_t left_us = act->until_us - now_us;
    struct selkie_sim_link link = act->play->scenario->link;
    link.latency = SELKIE_SIM_CONSTANT;
    link.latency_us = left_us < LONGEST_US ? left_us : LONGEST_US;
    link.latency_high_us = 0;
    set_links(act, &link);
    if (left_us > step_us(act)) {
        selkie_sim_at(sim, now_us + step_us(act), hold, act);
    }
}

void block_begin(struct act *act) {
    uint64_t now_us = selkie_sim_now(act->play->sim), for_us = act->play->scenario->events[act->event].for_us;
    act->until_us = for_us < NEVER - now_us ? now_us + for_us : NEVER;
    hold(act->play->sim, act);
}

void block_end(struct act *act) {
    set_links(act, NULL);
    conditions_put_losses(act->play); /* of which some may have been taken back with that */
}
