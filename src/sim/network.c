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

void selkie_sim_bandwidth(selkie_sim *sim, uint32_t member, uint64_t bytes_per_s, uint32_t queue_bytes) {
    char name[16];
    sim_member_or_all(sim, member);
    for (uint32_t sender = 0; sender < sim->options.members; sender++) {
        if (sender == member || member == SELKIE_SIM_ALL) {
            uplink_limit(&sim->hosts[sender].uplink, sim->now_us, bytes_per_s, queue_bytes);
        }
    }
    record_verb(sim, "bandwidth of %s %" PRIu64 " bytes/s, queue %" PRIu32, sim_name_of(member, name), bytes_per_s,
                queue_bytes);
}

/* Undo everything that was done to the network, and to those who run. */
void selkie_sim_calm(selkie_sim *sim) {
    record_verb(sim, "calm");
    selkie_sim_heal(sim);
    links_reset(&sim->links);
    for (uint32_t member = 0; member < sim->options.members; member++) {
        struct host *host = &sim->hosts[member];
        uplink_limit(&host->uplink, sim->now_us, 0, 0);
        host->slow_us = 0;
        if (host->clock_ppm != 0) {
            selkie_sim_clock(sim, member, 0);
        }
        if (host->paused) {
            selkie_sim_resume(sim, member);
        }
    }
}

/* ---- A packet's way ---- */

struct parcel {
    struct host *from;
    uint32_t to;
    const void *bytes;
    size_t size;
    uint64_t leaves_us; /* how long it takes until it has left its sender */
};

/* Count what becomes of it. */
static void note(const struct parcel *parcel, enum fate fate, uint64_t *counter) {
    ++*counter;
    record_undelivered(parcel->from->sim, fate, parcel->from->number, parcel->to, parcel->bytes, parcel->size);
}

static bool leave(struct parcel *parcel) {
    selkie_sim *sim = parcel->from->sim;
    struct uplink *uplink = &parcel->from->uplink;
    if (uplink->bytes_per_s == 0) {
        return true;
    }
    bool waits = uplink_is_busy(uplink, sim->now_us);
    bool leaves = uplink_take(uplink, sim->now_us, parcel->size, &parcel->leaves_us);
    sim->counters.waited += waits && leaves;
    return leaves;
}

static uint64_t draw_latency(selkie_sim *sim, const struct link *link) {
    uint64_t latency_us = link_latency(link, &sim->random);
    if (chance_happens(&sim->random, link->is.reorder_ppm)) {
        sim->counters.held_back++;
        latency_us += 1 + chance_below(&sim->random, link->is.reorder_by_us);
    }
    return latency_us;
}

/* A copy of exactly its size, so that a sanitizer sees whoever reads past its end. */
static void post(const struct parcel *parcel, const struct link *link) {
    selkie_sim *sim = parcel->from->sim;
    struct packet *packet = sim_realloc(NULL, 1, sizeof *packet + parcel->size);
    packet->sent_us = sim->now_us;
    packet->from = parcel->from->number;
    packet->size = parcel->size;
    memcpy(packet->bytes, parcel->bytes, parcel->size);
    uint64_t takes_us = sim_later(parcel->leaves_us, draw_latency(sim, link));
    events_push(&sim->events, &(struct event){.time_us = sim_later(sim->now_us, takes_us),
                                              .member = parcel->to,
                                              .kind = EVENT_PACKET,
                                              .what.packet = packet});
}

static void cross(const struct parcel *parcel) {
    selkie_sim *sim = parcel->from->sim;
    const struct link *link = links_between(&sim->links, parcel->from->number, parcel->to);
    if (chance_happens(&sim->random, link->is.loss_ppm)) {
        note(parcel, FATE_LOST, &sim->counters.lost);
        return;
    }
    post(parcel, link);
    if (chance_happens(&sim->random, link->is.duplicate_ppm)) {
        note(parcel, FATE_DUPLICATED, &sim->counters.duplicated);
        post(parcel, link);
    }
}

void network_send(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct host *from = ctx;
    selkie_sim *sim = from->sim;
    struct parcel parcel = {
        .from = from, .to = selkie_sim_member_at(sim, identity), .bytes = bytes, .size = size, .leaves_us = 0};
    record_sent(from, parcel.to, identity, bytes, size);
    if (!leave(&parcel)) {
        note(&parcel, FATE_THROTTLED, &sim->counters.throttled);
    } else if (parcel.to == SELKIE_SIM_NOBODY) {
        note(&parcel, FATE_UNHEARD, &sim->counters.unheard);
    } else if (!partition_reaches(sim, from->number, parcel.to)) {
        note(&parcel, FATE_CUT, &sim->counters.cut);
    } else {
        cross(&parcel);
    }
}
