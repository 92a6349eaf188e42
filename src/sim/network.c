/* The network of a simulated cluster: what becomes of a packet between sender and receiver. */
#include "sim/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- What the network does to what passes ---- */

const char *selkie_sim_link_complaint(const struct selkie_sim_link *link) {
    return link_complaint(link);
}

void selkie_sim_set_link(selkie_sim *sim, uint32_t from, uint32_t to, const struct selkie_sim_link *link) {
    char names[2][16];
    sim_member_or_all(sim, from);
    sim_member_or_all(sim, to);
    links_set(&sim->links, from, to, link);
    record_verb(sim, "%s link %s > %s", link == NULL ? "take back" : "set", sim_name_of(from, names[0]),
                sim_name_of(to, names[1]));
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
    if (!partition_reaches(sim, from->number, to)) {
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
