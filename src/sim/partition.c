/* Who reaches whom in a simulated cluster: sides, between which nothing passes, and cuts from one member to another. */
#include "sim/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- Cuts: a bit for each ordered pair ---- */

static size_t pair(const selkie_sim *sim, uint32_t from, uint32_t to) {
    return (size_t)from * sim->options.members + to;
}

bool partition_reaches(const selkie_sim *sim, uint32_t from, uint32_t to) {
    if (sim->hosts[from].side != sim->hosts[to].side) {
        return false;
    }
    size_t bit = pair(sim, from, to);
    return sim->cuts == NULL || ((unsigned)sim->cuts[bit / 8] >> (bit % 8) & 1u) == 0;
}

static void cut_pair(selkie_sim *sim, uint32_t from, uint32_t to) {
    size_t bit = pair(sim, from, to);
    size_t bytes = pair(sim, sim->options.members, 0) / 8 + 1;
    if (sim->cuts == NULL) {
        sim->cuts = sim_realloc(NULL, bytes, 1);
        memset(sim->cuts, 0, bytes);
    }
    sim->cuts[bit / 8] = (unsigned char)(sim->cuts[bit / 8] | 1u << (bit % 8));
}

static uint32_t first_of(uint32_t member) {
    return member == SELKIE_SIM_ALL ? 0 : member;
}

static uint32_t end_of(const selkie_sim *sim, uint32_t member) {
    return member == SELKIE_SIM_ALL ? sim->options.members : member + 1;
}

/* Who is meant with all the others still reaches itself. */
static void cut_all(selkie_sim *sim, uint32_t from, uint32_t to) {
    bool itself = from != SELKIE_SIM_ALL && to != SELKIE_SIM_ALL;
    for (uint32_t sender = first_of(from); sender < end_of(sim, from); sender++) {
        for (uint32_t receiver = first_of(to); receiver < end_of(sim, to); receiver++) {
            if (sender != receiver || itself) {
                cut_pair(sim, sender, receiver);
            }
        }
    }
}

void selkie_sim_cut_one_way(selkie_sim *sim, uint32_t from, uint32_t to) {
    char names[2][16];
    sim_member_or_all(sim, from);
    sim_member_or_all(sim, to);
    cut_all(sim, from, to);
    record_verb(sim, "cut %s > %s", sim_name_of(from, names[0]), sim_name_of(to, names[1]));
}

void selkie_sim_cut(selkie_sim *sim, uint32_t a, uint32_t b) {
    selkie_sim_cut_one_way(sim, a, b);
    selkie_sim_cut_one_way(sim, b, a);
}

static void expect_first(const selkie_sim *sim, uint32_t first_of_second) {
    if (first_of_second > sim->options.members) {
        selkie_panic("selkie_sim_split: there are not so many members");
    }
}

void selkie_sim_split_one_way(selkie_sim *sim, uint32_t first_of_second) {
    expect_first(sim, first_of_second);
    for (uint32_t from = first_of_second; from < sim->options.members; from++) {
        for (uint32_t to = 0; to < first_of_second; to++) {
            cut_pair(sim, from, to);
        }
    }
    record_verb(sim, "split one way: those from m%" PRIu32 " on are not heard by the others", first_of_second);
}

void selkie_sim_ring(selkie_sim *sim, bool both_ways) {
    uint32_t members = sim->options.members;
    for (uint32_t from = 0; from < members; from++) {
        for (uint32_t to = 0; to < members; to++) {
            bool next = to == (from + 1) % members, previous = from == (to + 1) % members;
            if (from != to && !next && !(both_ways && previous)) {
                cut_pair(sim, from, to);
            }
        }
    }
    record_verb(sim, "ring, %s", both_ways ? "both ways" : "one way");
}

/* ---- Sides ---- */

static void put_on_side(selkie_sim *sim, uint32_t member, uint32_t side) {
    sim_host(sim, member)->side = side;
    sim->changes++;
}

void selkie_sim_put_on_side(selkie_sim *sim, uint32_t member, uint32_t side) {
    if (side >= SIDE_OF_ONE) {
        selkie_panic("selkie_sim_put_on_side: sides are 0 to 2^31 - 1");
    }
    put_on_side(sim, member, side);
    record_verb(sim, "put m%" PRIu32 " on side %" PRIu32, member, side);
}

void selkie_sim_isolate(selkie_sim *sim, uint32_t member) {
    put_on_side(sim, member, SIDE_OF_ONE + member);
    record_verb(sim, "isolate m%" PRIu32, member);
}

void selkie_sim_split(selkie_sim *sim, uint32_t first_of_second) {
    expect_first(sim, first_of_second);
    for (uint32_t member = 0; member < sim->options.members; member++) {
        put_on_side(sim, member, member >= first_of_second);
    }
    record_verb(sim, "split: those from m%" PRIu32 " on are on side 1", first_of_second);
}

void selkie_sim_heal(selkie_sim *sim) {
    for (uint32_t member = 0; member < sim->options.members; member++) {
        sim->hosts[member].side = 0;
    }
    free(sim->cuts);
    sim->cuts = NULL;
    sim->changes++;
    record_verb(sim, "heal");
}
