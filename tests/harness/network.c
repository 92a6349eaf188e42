/* The network of a simulated cluster: what becomes of a packet between sender and receiver. */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

/* ---- Who reaches whom ---- */

static size_t pair(const struct cluster *c, uint32_t from, uint32_t to) {
    return (size_t)from * c->options.members + to;
}

static bool reaches(const struct cluster *c, uint32_t from, uint32_t to) {
    if (c->hosts[from].side != c->hosts[to].side) {
        return false;
    }
    size_t bit = pair(c, from, to);
    return c->cuts == NULL || ((unsigned)c->cuts[bit / 8] >> (bit % 8) & 1u) == 0;
}

void cluster_cut_one_way(struct cluster *c, uint32_t from, uint32_t to) {
    size_t bit = pair(c, cluster_host(c, from)->number, cluster_host(c, to)->number);
    size_t bytes = pair(c, c->options.members, 0) / 8 + 1;
    if (c->cuts == NULL) {
        c->cuts = cluster_realloc(NULL, bytes, 1);
        memset(c->cuts, 0, bytes);
    }
    c->cuts[bit / 8] = (unsigned char)(c->cuts[bit / 8] | 1u << (bit % 8));
    record_verb(c, "cut m%u > m%u", (unsigned)from, (unsigned)to);
}

void cluster_cut(struct cluster *c, uint32_t a, uint32_t b) {
    cluster_cut_one_way(c, a, b);
    cluster_cut_one_way(c, b, a);
}

void cluster_put_on_side(struct cluster *c, uint32_t member, uint32_t side) {
    cluster_host(c, member)->side = side;
    c->changes++;
    record_verb(c, "put m%u on side %u", (unsigned)member, (unsigned)side);
}

void cluster_split(struct cluster *c, uint32_t first_of_second) {
    for (uint32_t member = 0; member < c->options.members; member++) {
        cluster_put_on_side(c, member, member >= first_of_second);
    }
}

void cluster_heal(struct cluster *c) {
    for (uint32_t member = 0; member < c->options.members; member++) {
        c->hosts[member].side = 0;
    }
    free(c->cuts);
    c->cuts = NULL;
    c->changes++;
    record_verb(c, "heal");
}

/* ---- What the network does to what passes ---- */

void cluster_latency(struct cluster *c, uint64_t min_us, uint64_t max_us) {
    if (min_us > max_us) {
        selkie_panic("cluster_latency: the least is above the most");
    }
    c->latency_min_us = min_us;
    c->latency_max_us = max_us;
}

void cluster_loss(struct cluster *c, unsigned percent) {
    c->loss_percent = percent;
}

void cluster_duplicates(struct cluster *c, unsigned percent) {
    c->duplicates_percent = percent;
}

static bool happens(struct cluster *c, unsigned percent) {
    return percent > 0 && cluster_random(c, 100) < percent;
}

/* A copy of exactly its size, so that a sanitizer sees whoever reads past its end. */
static void post(struct cluster *c, uint32_t from, uint32_t to, const void *bytes, size_t size) {
    struct packet *packet = cluster_realloc(NULL, 1, sizeof *packet + size);
    packet->from = from;
    packet->size = size;
    memcpy(packet->bytes, bytes, size);
    uint64_t latency_us = c->latency_min_us + cluster_random(c, c->latency_max_us - c->latency_min_us + 1);
    events_push(
        &c->events,
        &(struct event){.time_us = c->now_us + latency_us, .member = to, .kind = EVENT_PACKET, .what.packet = packet});
}

void network_send(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct host *from = ctx;
    struct cluster *c = from->cluster;
    uint32_t to = cluster_member_at(c, identity);
    record_sent(from, to, identity, bytes, size);
    if (to == CLUSTER_NOBODY) {
        c->counters.unheard++;
        return;
    }
    if (!reaches(c, from->number, to)) {
        c->counters.cut++;
        return;
    }
    if (happens(c, c->loss_percent)) {
        c->counters.lost++;
        return;
    }
    post(c, from->number, to, bytes, size);
    if (happens(c, c->duplicates_percent)) {
        c->counters.duplicated++;
        post(c, from->number, to, bytes, size);
    }
}
