#include "command/conditions.h"

#include <string.h>

#define CERTAIN 1000000u

static enum event_kind kind_of(const struct play *play, const struct act *act) {
    return play->scenario->events[act->event].kind;
}

static bool divides(enum event_kind kind) {
    return kind == HAPPENS_ISOLATE || kind == HAPPENS_DEAF || kind == HAPPENS_MUTE || kind == HAPPENS_CUT ||
           kind == HAPPENS_SPLIT;
}

/* ---- Cuts and sides ---- */

/* Sides are numbered by what makes them: all are on side 0 at first. */
static void put_aside(struct play *play, uint32_t act) {
    for (uint32_t i = 0; i < play->acts[act].count; i++) {
        selkie_sim_put_on_side(play->sim, play->acts[act].members[i], act + 1);
    }
}

static void cut_from(struct play *play, const struct act *act, uint32_t member) {
    const struct crowd *with = &play->cast->withs[act->event];
    for (uint32_t i = 0; i < with->count; i++) {
        if (with->members[i] != member) {
            selkie_sim_cut_one_way(play->sim, member, with->members[i]);
            if (!play->scenario->events[act->event].one_way) {
                selkie_sim_cut_one_way(play->sim, with->members[i], member);
            }
        }
    }
}

static void cut_off(struct play *play, const struct act *act) {
    for (uint32_t i = 0; i < act->count; i++) {
        uint32_t member = act->members[i];
        switch (kind_of(play, act)) {
        case HAPPENS_ISOLATE:
            selkie_sim_isolate(play->sim, member);
            break;
        case HAPPENS_DEAF:
            selkie_sim_cut_one_way(play->sim, SELKIE_SIM_ALL, member);
            break;
        case HAPPENS_MUTE:
            selkie_sim_cut_one_way(play->sim, member, SELKIE_SIM_ALL);
            break;
        case HAPPENS_CUT:
            cut_from(play, act, member);
            break;
        default:
            break;
        }
    }
}

/* Sides come first: who is isolated as well is alone. */
static void divide(struct play *play) {
    selkie_sim_heal(play->sim);
    for (uint32_t act = 0; act < play->act_count; act++) {
        if (play->acts[act].on && kind_of(play, &play->acts[act]) == HAPPENS_SPLIT) {
            put_aside(play, act);
        }
    }
    for (uint32_t act = 0; act < play->act_count; act++) {
        if (play->acts[act].on) {
            cut_off(play, &play->acts[act]);
        }
    }
}

/* What divides ends with a heal; it may begin again, if it repeats. */
static void heal(struct play *play) {
    for (uint32_t act = 0; act < play->act_count; act++) {
        struct act *one = &play->acts[act];
        if (one->on && divides(kind_of(play, one))) {
            one->on = false;
            for (uint32_t i = 0; i < one->count; i++) {
                collect_over(play->collect, one->event, one->members[i]);
            }
        }
    }
    divide(play);
}

/* ---- Losses ---- */

/* What is lost with one chance, and the rest with another. */
static uint32_t either(uint32_t a_ppm, uint32_t b_ppm) {
    uint64_t passes = (uint64_t)(CERTAIN - a_ppm) * (CERTAIN - b_ppm) / CERTAIN;
    return CERTAIN - (uint32_t)passes;
}

static void set_link(struct play *play, uint32_t from, uint32_t to, uint32_t loss_ppm) {
    struct selkie_sim_link link = play->scenario->link;
    link.loss_ppm = loss_ppm;
    selkie_sim_set_link(play->sim, from, to, &link);
}

static void take_back_links(struct play *play) {
    uint32_t members = play->scenario->members;
    for (uint32_t from = 0; from < members && play->links_set; from++) {
        if (play->send_ppm[from] > 0) {
            selkie_sim_set_link(play->sim, from, SELKIE_SIM_ALL, NULL);
        }
        if (play->receive_ppm[from] > 0) {
            selkie_sim_set_link(play->sim, SELKIE_SIM_ALL, from, NULL);
        }
        for (uint32_t to = 0; to < members && play->send_ppm[from] > 0; to++) {
            if (play->receive_ppm[to] > 0) {
                selkie_sim_set_link(play->sim, from, to, NULL);
            }
        }
    }
    memset(play->send_ppm, 0, members * sizeof *play->send_ppm);
    memset(play->receive_ppm, 0, members * sizeof *play->receive_ppm);
    play->links_set = false;
}

/* Of a pair the closest link holds alone, so one is set for each pair that loses on both ends. */
static void set_links(struct play *play, uint32_t base_ppm) {
    uint32_t members = play->scenario->members;
    for (uint32_t from = 0; from < members; from++) {
        uint32_t sends_ppm = either(base_ppm, play->send_ppm[from]);
        if (play->receive_ppm[from] > 0) {
            set_link(play, SELKIE_SIM_ALL, from, either(base_ppm, play->receive_ppm[from]));
        }
        if (play->send_ppm[from] == 0) {
            continue;
        }
        set_link(play, from, SELKIE_SIM_ALL, sends_ppm);
        for (uint32_t to = 0; to < members; to++) {
            if (play->receive_ppm[to] > 0) {
                set_link(play, from, to, either(sends_ppm, play->receive_ppm[to]));
            }
        }
    }
}

/* Loss of all is the network's: each packet meets it once. */
static uint32_t add_losses(struct play *play, const struct act *act, uint32_t base_ppm) {
    const struct scenario_event *event = &play->scenario->events[act->event];
    uint32_t by_ppm = (uint32_t)event->by;
    if (event->who.kind == WHO_ALL && event->stagger_us == 0) {
        return either(base_ppm, by_ppm);
    }
    for (uint32_t i = 0; i < act->count; i++) {
        uint32_t member = act->members[i];
        if (event->side != SIDE_RECEIVE) {
            play->send_ppm[member] = either(play->send_ppm[member], by_ppm);
        }
        if (event->side != SIDE_SEND) {
            play->receive_ppm[member] = either(play->receive_ppm[member], by_ppm);
        }
        play->links_set = true;
    }
    return base_ppm;
}

void conditions_put_losses(struct play *play) {
    uint32_t base_ppm = play->scenario->link.loss_ppm;
    take_back_links(play);
    for (uint32_t act = 0; act < play->act_count; act++) {
        if (play->acts[act].on && kind_of(play, &play->acts[act]) == HAPPENS_LOSSY) {
            base_ppm = add_losses(play, &play->acts[act], base_ppm);
        }
    }
    set_link(play, SELKIE_SIM_ALL, SELKIE_SIM_ALL, base_ppm);
    if (play->links_set) {
        set_links(play, base_ppm);
    }
}

void conditions_changed(struct act *act) {
    enum event_kind kind = kind_of(act->play, act);
    if (kind == HAPPENS_HEAL) {
        heal(act->play);
    } else if (divides(kind)) {
        divide(act->play);
    } else if (kind == HAPPENS_LOSSY) {
        conditions_put_losses(act->play);
    }
}
