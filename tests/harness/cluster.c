/* A simulated cluster: making one, and letting its time pass. */
#include "inside.h"

#include <stdlib.h>
#include <string.h>

#define FORM_BOUND SELKIE_S(600)

/* splitmix64: every random choice of the harness, and the seeds of the engines. */
static uint64_t next_random(struct cluster *c) {
    c->random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = c->random;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t cluster_random(struct cluster *c, uint64_t below) {
    return next_random(c) % below;
}

struct host *cluster_host(const struct cluster *c, uint32_t member) {
    if (member >= c->options.members) {
        selkie_panic("cluster: no such member");
    }
    return &c->hosts[member];
}

/* ---- Addresses ---- */

static uint32_t address_hash(const struct cluster *c, const void *address) {
    const unsigned char *bytes = address;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < c->type.addr_size; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash ^ (hash >> 15);
}

uint32_t cluster_member_at(const struct cluster *c, const void *address) {
    struct identity known;
    for (uint32_t at = address_hash(c, address);; at++) {
        uint32_t member = c->by_address[at & c->by_address_mask];
        if (member == CLUSTER_NOBODY) {
            return CLUSTER_NOBODY;
        }
        host_make_identity(c, member, &known);
        if (memcmp(known.bytes, address, c->type.addr_size) == 0) {
            return member;
        }
    }
}

static void index_addresses(struct cluster *c) {
    uint32_t room = 4;
    while (room < c->options.members * 2) {
        room *= 2;
    }
    c->by_address_mask = room - 1;
    c->by_address = cluster_realloc(NULL, room, sizeof *c->by_address);
    memset(c->by_address, 0xff, room * sizeof *c->by_address);
    for (uint32_t member = 0; member < c->options.members; member++) {
        struct identity identity;
        host_make_identity(c, member, &identity);
        if (cluster_member_at(c, identity.bytes) != CLUSTER_NOBODY) {
            selkie_panic("cluster: two members have the same address");
        }
        uint32_t at = address_hash(c, identity.bytes);
        while (c->by_address[at & c->by_address_mask] != CLUSTER_NOBODY) {
            at++;
        }
        c->by_address[at & c->by_address_mask] = member;
    }
}

/* ---- Making ---- */

/* { ip 4, port 2, generation 2 }, all big-endian. */
static void default_identity(uint32_t member, unsigned char identity[8]) {
    uint32_t low = member + 1;
    const unsigned char bytes[8] = {10, 0, (unsigned char)(low >> 8), (unsigned char)low, 0x1e, 0xd2, 0, 1};
    memcpy(identity, bytes, sizeof bytes);
}

void host_make_identity(const struct cluster *c, uint32_t member, void *identity) {
    if (c->options.make_identity != NULL) {
        c->options.make_identity(c->options.ctx, member, identity);
    } else {
        default_identity(member, identity);
    }
}

static void copy_options(struct cluster *c, const struct cluster_options *options) {
    c->options = *options;
    if (options->inbox_packets == 0) {
        c->options.inbox_packets = 256;
    }
    SELKIE_INIT(&c->config);
    if (options->config != NULL) {
        c->config = *options->config;
    } else {
        selkie_config_lan(&c->config, options->members);
    }
    if (options->type != NULL) {
        c->type = *options->type;
    } else {
        SELKIE_INIT(&c->type);
        c->type.ctx = &c->type;
        c->type.size = 8;
        c->type.addr_size = 6;
        c->type.renew = selkie_renew_by_one;
    }
    if (options->codec != NULL) {
        c->codec = *options->codec;
    } else {
        SELKIE_INIT(&c->codec);
        selkie_codec_packed(&c->codec, c->type.size);
    }
}

struct cluster *cluster_new(const struct cluster_options *options) {
    bool custom = options->make_identity != NULL;
    if (options->members == 0 || options->members > UINT32_MAX / 4 || custom != (options->type != NULL) ||
        (!custom && options->members > UINT16_MAX)) {
        selkie_panic("cluster_new: options make no sense");
    }
    struct cluster *c = cluster_realloc(NULL, 1, sizeof *c);
    *c = (struct cluster){.random = options->seed, .rejoin = true};
    copy_options(c, options);
    cluster_latency(c, SELKIE_MS(1), SELKIE_MS(3));
    c->hosts = cluster_realloc(NULL, options->members, sizeof *c->hosts);
    for (uint32_t member = 0; member < options->members; member++) {
        c->hosts[member] = (struct host){.cluster = c, .number = member, .via = CLUSTER_NOBODY};
    }
    index_addresses(c);
    return c;
}

void cluster_free(struct cluster *c) {
    if (c == NULL) {
        return;
    }
    for (uint32_t member = 0; member < c->options.members; member++) {
        host_free(&c->hosts[member]);
    }
    events_free(&c->events);
    free(c->hosts);
    free(c->by_address);
    free(c->cuts);
    free(c);
}

uint64_t cluster_form(struct cluster *c) {
    cluster_start(c, 0);
    for (uint32_t member = 1; member < c->options.members; member++) {
        cluster_join(c, member, 0);
    }
    return cluster_until_all_know_all(c, FORM_BOUND);
}

/* ---- Time ---- */

uint64_t cluster_now(const struct cluster *c) {
    return c->now_us;
}

static bool step(struct cluster *c, uint64_t end_us) {
    struct event event;
    if (!events_pop(&c->events, end_us, &event)) {
        c->now_us = end_us;
        return false;
    }
    c->now_us = event.time_us;
    host_handle(&c->hosts[event.member], &event);
    return true;
}

void cluster_run(struct cluster *c, uint64_t duration_us) {
    uint64_t end_us = c->now_us + duration_us;
    while (step(c, end_us)) {
    }
}

uint64_t cluster_until(struct cluster *c, bool (*holds)(const struct cluster *c, void *ctx), void *ctx,
                       uint64_t bound_us) {
    uint64_t start_us = c->now_us;
    do {
        if (holds(c, ctx)) {
            return c->now_us - start_us;
        }
    } while (step(c, start_us + bound_us));
    return CLUSTER_NEVER;
}
