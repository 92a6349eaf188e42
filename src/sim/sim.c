/* A simulated cluster: making one, and whose address is whose. Its time passes in time.c. */
#include "sim/conduct.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct host *sim_host(const selkie_sim *sim, uint32_t member) {
    if (member >= sim->options.members) {
        selkie_panic("selkie_sim: no such member");
    }
    return &sim->hosts[member];
}

void sim_member_or_all(const selkie_sim *sim, uint32_t member) {
    if (member != SELKIE_SIM_ALL) {
        sim_host(sim, member);
    }
}

const char *sim_name_of(uint32_t member, char text[static 16]) {
    if (member == SELKIE_SIM_ALL) {
        return "all";
    }
    snprintf(text, 16, "m%" PRIu32, member);
    return text;
}

/* ---- Addresses ---- */

static unsigned char *address_of(const selkie_sim *sim, uint32_t member) {
    return sim->addresses + (size_t)member * sim->type.addr_size;
}

static uint32_t address_hash(const selkie_sim *sim, const void *address) {
    const unsigned char *bytes = address;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < sim->type.addr_size; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash ^ (hash >> 15);
}

uint32_t selkie_sim_member_at(const selkie_sim *sim, const void *address) {
    for (uint32_t at = address_hash(sim, address);; at++) {
        uint32_t member = sim->by_address[at & sim->by_address_mask];
        if (member == SELKIE_SIM_NOBODY) {
            return SELKIE_SIM_NOBODY;
        }
        if (memcmp(address_of(sim, member), address, sim->type.addr_size) == 0) {
            return member;
        }
    }
}

static void index_addresses(selkie_sim *sim) {
    uint32_t room = 4;
    while (room < sim->options.members * 2) {
        room *= 2;
    }
    sim->by_address_mask = room - 1;
    sim->by_address = sim_realloc(NULL, room, sizeof *sim->by_address);
    memset(sim->by_address, 0xff, room * sizeof *sim->by_address);
    sim->addresses = sim_realloc(NULL, sim->options.members, sim->type.addr_size);
    for (uint32_t member = 0; member < sim->options.members; member++) {
        struct identity identity;
        host_make_identity(sim, member, &identity);
        if (selkie_sim_member_at(sim, identity.bytes) != SELKIE_SIM_NOBODY) {
            selkie_panic("selkie_sim: two members have the same address");
        }
        uint32_t at = address_hash(sim, identity.bytes);
        while (sim->by_address[at & sim->by_address_mask] != SELKIE_SIM_NOBODY) {
            at++;
        }
        sim->by_address[at & sim->by_address_mask] = member;
        memcpy(address_of(sim, member), identity.bytes, sim->type.addr_size);
    }
}

/* ---- Making ---- */

/* { ip 4, port 2, generation 2 }, all big-endian. */
static void default_identity(uint32_t member, unsigned char identity[8]) {
    uint32_t low = member + 1;
    const unsigned char bytes[8] = {10, 0, (unsigned char)(low >> 8), (unsigned char)low, 0x1e, 0xd2, 0, 1};
    memcpy(identity, bytes, sizeof bytes);
}

void host_make_identity(const selkie_sim *sim, uint32_t member, void *identity) {
    if (sim->options.make_identity != NULL) {
        sim->options.make_identity(sim->options.ctx, member, identity);
    } else {
        default_identity(member, identity);
    }
}

static const char *complaint_about(const struct selkie_sim_options *options) {
    bool custom = options->make_identity != NULL;
    if (options->members == 0 || options->members > UINT32_MAX / 4) {
        return "selkie_sim: members must be 1 to 1,073,741,823";
    }
    if (custom != (options->type != NULL)) {
        return "selkie_sim: type and make_identity must be given both or neither";
    }
    if (!custom && options->members > UINT16_MAX) {
        return "selkie_sim: members must be at most 65,535 without an identity type of your own";
    }
    return options->link != NULL ? link_complaint(options->link) : NULL;
}

const char *selkie_sim_options_complaint(const struct selkie_sim_options *options) {
    struct selkie_sim_options known;
    if (!sim_take(&known, sizeof known, options)) {
        return "selkie_sim: struct_size is not set, or the options are of a newer version than the library";
    }
    return complaint_about(&known);
}

static void default_type(struct selkie_identity_type *type) {
    SELKIE_INIT(type);
    type->ctx = type;
    type->size = 8;
    type->addr_size = 6;
    type->renew = selkie_renew_by_one;
}

static void copy_options(selkie_sim *sim, const struct selkie_sim_options *options) {
    sim_take(&sim->options, sizeof sim->options, options);
    if (sim->options.inbox_packets == 0) {
        sim->options.inbox_packets = 256;
    }
    if (sim->options.journal_bytes == 0) {
        sim->options.journal_bytes = 256u * 1024;
    }
    SELKIE_INIT(&sim->config);
    selkie_config_lan(&sim->config, sim->options.members);
    if (sim->options.config != NULL) {
        sim_take(&sim->config, sizeof sim->config, sim->options.config);
    }
    default_type(&sim->type);
    if (sim->options.type != NULL) {
        sim_take(&sim->type, sizeof sim->type, sim->options.type);
    }
    SELKIE_INIT(&sim->codec);
    selkie_codec_packed(&sim->codec, sim->type.size);
    if (sim->options.codec != NULL) {
        sim_take(&sim->codec, sizeof sim->codec, sim->options.codec);
    }
}

selkie_sim *selkie_sim_new(const struct selkie_sim_options *options) {
    const char *complaint = selkie_sim_options_complaint(options);
    if (complaint != NULL) {
        selkie_panic(complaint);
    }
    selkie_sim *sim = sim_realloc(NULL, 1, sizeof *sim);
    *sim = (selkie_sim){.random = options->seed, .rejoin = true};
    copy_options(sim, options);
    conducts_make(sim);
    journal_init(&sim->journal, sim->options.journal_bytes);
    static const struct selkie_sim_link usual = {.struct_size = sizeof usual,
                                                 .latency = SELKIE_SIM_UNIFORM,
                                                 .latency_us = SELKIE_MS(1),
                                                 .latency_high_us = SELKIE_MS(3)};
    links_make(&sim->links, options->members, sim->options.link != NULL ? sim->options.link : &usual);
    sim->hosts = sim_realloc(NULL, sim->options.members, sizeof *sim->hosts);
    for (uint32_t member = 0; member < sim->options.members; member++) {
        sim->hosts[member] = (struct host){.sim = sim, .number = member, .via = SELKIE_SIM_NOBODY};
    }
    index_addresses(sim);
    return sim;
}

void selkie_sim_free(selkie_sim *sim) {
    if (sim == NULL) {
        return;
    }
    for (uint32_t member = 0; member < sim->options.members; member++) {
        host_free(&sim->hosts[member]);
    }
    events_free(&sim->events);
    keys_free(&sim->accusations);
    conducts_free(sim);
    journal_free(&sim->journal);
    free(sim->hosts);
    free(sim->by_address);
    free(sim->addresses);
    free(sim->cuts);
    links_free(&sim->links);
    free(sim);
}
