/* The network of a simulated cluster: what becomes of a packet between sender and receiver. */
#include "sim/record.h"

#include <inttypes.h>
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

const char *selkie_sim_link_complaint(const struct selkie_sim_link *link) {
    return link_complaint(link);
}

/* "m3", or "all". */
static const char *name_of(uint32_t member, char text[static 16]) {
    if (member == SELKIE_SIM_ALL) {
        return "all";
    }
    snprintf(text, 16, "m%" PRIu32, member);
    return text;
}

void selkie_sim_set_link(selkie_sim *sim, uint32_t from, uint32_t to, const struct selkie_sim_link *link) {
    char names[2][16];
    sim_member_or_all(sim, from);
    sim_member_or_all(sim, to);
    links_set(&sim->links, from, to, link);
    record_verb(sim, "%s link %s > %s", link == NULL ? "take back" : "set", name_of(from, names[0]),
                name_of(to, names[1]));
}

void selkie_sim_latency(selkie_sim *sim, uint64_t least_us, uint64_t most_us) {
    struct selkie_sim_link link = sim->links.all.is;
    link.latency = SELKIE_SIM_UNIFORM;
    link.latency_us = least_us;
    link.latency_high_us = most_us;
    links_set(&sim->links, SELKIE_SIM_ALL, SELKIE_SIM_ALL, &link);
    record_verb(sim, "latency %" PRIu64 " to %" PRIu64 " us", least_us, most_us);
}

void selkie_sim_loss(selkie_sim *sim, uint32_t ppm) {
    struct selkie_sim_link link = sim->links.all.is;
    link.loss_ppm = ppm;
    links_set(&sim->links, SELKIE_SIM_ALL, SELKIE_SIM_ALL, &link);
    record_verb(sim, "loss %" PRIu32 " ppm", ppm);
}

void selkie_sim_duplicates(selkie_sim *sim, uint32_t ppm) {
    struct selkie_sim_link link = sim->links.all.is;
    link.duplicate_ppm = ppm;
    links_set(&sim->links, SELKIE_SIM_ALL, SELKIE_SIM_ALL, &link);
    record_verb(sim, "duplicates %" PRIu32 " ppm", ppm);
}

/* ---- A packet's way ---- */

static uint64_t draw_latency(selkie_sim *sim, const struct link *link) {
    uint64_t latency_us = link_latency(link, &sim->random);
    if (chance_happens(&sim->random, link->is.reorder_ppm)) {
        sim->counters.held_back++;
        latency_us += 1 + chance_below(&sim->random, link->is.reorder_by_us);
    }
    return latency_us;
}

/* A copy of exactly its size, so that a sanitizer sees whoever reads past its end. */
static void post(struct host *from, uint32_t to, const struct link *link, const void *bytes, size_t size) {
    selkie_sim *sim = from->sim;
    struct packet *packet = sim_realloc(NULL, 1, sizeof *packet + size);
    packet->sent_us = sim->now_us;
    packet->from = from->number;
    packet->size = size;
    memcpy(packet->bytes, bytes, size);
    events_push(&sim->events, &(struct event){.time_us = sim_later(sim->now_us, draw_latency(sim, link)),
                                              .member = to,
                                              .kind = EVENT_PACKET,
                                              .what.packet = packet});
}

void network_send(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct host *from = ctx;
    selkie_sim *sim = from->sim;
    uint32_t to = selkie_sim_member_at(sim, identity);
    record_sent(from, to, identity, bytes, size);
    if (to == SELKIE_SIM_NOBODY) {
        sim->counters.unheard++;
        record_undelivered(sim, FATE_UNHEARD, from->number, to, bytes, size);
        return;
    }
    if (!reaches(sim, from->number, to)) {
        sim->counters.cut++;
        record_undelivered(sim, FATE_CUT, from->number, to, bytes, size);
        return;
    }
    const struct link *link = links_between(&sim->links, from->number, to);
    if (chance_happens(&sim->random, link->is.loss_ppm)) {
        sim->counters.lost++;
        record_undelivered(sim, FATE_LOST, from->number, to, bytes, size);
        return;
    }
    post(from, to, link, bytes, size);
    if (chance_happens(&sim->random, link->is.duplicate_ppm)) {
        sim->counters.duplicated++;
        record_undelivered(sim, FATE_DUPLICATED, from->number, to, bytes, size);
        post(from, to, link, bytes, size);
    }
}
