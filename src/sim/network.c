/* The network of a simulated cluster: what becomes of a packet between sender and receiver. */
#include "sim/state.h"

#include <stdlib.h>
#include <string.h>

/* ---- Who reaches whom ---- */

static size_t pair(const selkie_sim *sim, uint32_t from, uint32_t to) {
    return (size_t)from * sim->options.members + to;
}

static bool reaches(const selkie_sim *sim, uint32_t from, uint32_t to) {
    if (sim->hosts[from].side != sim->hosts[to].side) {
        return false;
    }
    size_t bit = pair(sim, from, to);
    return sim->cuts == NULL || ((unsigned)sim->cuts[bit / 8] >> (bit % 8) & 1u) == 0;
}

void selkie_sim_cut_one_way(selkie_sim *sim, uint32_t from, uint32_t to) {
    size_t bit = pair(sim, sim_host(sim, from)->number, sim_host(sim, to)->number);
    size_t bytes = pair(sim, sim->options.members, 0) / 8 + 1;
    if (sim->cuts == NULL) {
        sim->cuts = sim_realloc(NULL, bytes, 1);
        memset(sim->cuts, 0, bytes);
    }
    sim->cuts[bit / 8] = (unsigned char)(sim->cuts[bit / 8] | 1u << (bit % 8));
    record_verb(sim, "cut m%u > m%u", (unsigned)from, (unsigned)to);
}

void selkie_sim_cut(selkie_sim *sim, uint32_t a, uint32_t b) {
    selkie_sim_cut_one_way(sim, a, b);
    selkie_sim_cut_one_way(sim, b, a);
}

void selkie_sim_put_on_side(selkie_sim *sim, uint32_t member, uint32_t side) {
    sim_host(sim, member)->side = side;
    sim->changes++;
    record_verb(sim, "put m%u on side %u", (unsigned)member, (unsigned)side);
}

void selkie_sim_split(selkie_sim *sim, uint32_t first_of_second) {
    for (uint32_t member = 0; member < sim->options.members; member++) {
        selkie_sim_put_on_side(sim, member, member >= first_of_second);
    }
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

/* ---- What the network does to what passes ---- */

void selkie_sim_latency(selkie_sim *sim, uint64_t min_us, uint64_t max_us) {
    if (min_us > max_us) {
        selkie_panic("selkie_sim_latency: the least is above the most");
    }
    sim->latency_min_us = min_us;
    sim->latency_max_us = max_us;
}

void selkie_sim_loss(selkie_sim *sim, unsigned percent) {
    sim->loss_percent = percent;
}

void selkie_sim_duplicates(selkie_sim *sim, unsigned percent) {
    sim->duplicates_percent = percent;
}

static bool happens(selkie_sim *sim, unsigned percent) {
    return percent > 0 && sim_random(sim, 100) < percent;
}

/* A copy of exactly its size, so that a sanitizer sees whoever reads past its end. */
static void post(selkie_sim *sim, uint32_t from, uint32_t to, const void *bytes, size_t size) {
    struct packet *packet = sim_realloc(NULL, 1, sizeof *packet + size);
    packet->from = from;
    packet->size = size;
    memcpy(packet->bytes, bytes, size);
    uint64_t latency_us = sim->latency_min_us + sim_random(sim, sim->latency_max_us - sim->latency_min_us + 1);
    events_push(&sim->events,
                &(struct event){
                    .time_us = sim->now_us + latency_us, .member = to, .kind = EVENT_PACKET, .what.packet = packet});
}

void network_send(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct host *from = ctx;
    selkie_sim *sim = from->sim;
    uint32_t to = selkie_sim_member_at(sim, identity);
    record_sent(from, to, identity, bytes, size);
    if (to == SELKIE_SIM_NOBODY) {
        sim->counters.unheard++;
        return;
    }
    if (!reaches(sim, from->number, to)) {
        sim->counters.cut++;
        return;
    }
    if (happens(sim, sim->loss_percent)) {
        sim->counters.lost++;
        return;
    }
    post(sim, from->number, to, bytes, size);
    if (happens(sim, sim->duplicates_percent)) {
        sim->counters.duplicated++;
        post(sim, from->number, to, bytes, size);
    }
}
