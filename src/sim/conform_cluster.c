/* Trying an identity type and a codec where they are meant to be: a small cluster forms, a member crashes, the others
 * find out, and where the type can renew it comes back. */
#include "sim/conform.h"

#include <string.h>

enum { MEMBERS_MAX = 5, BOUND_S = 600 };

struct trial {
    struct conform *conform;
    uint32_t members;
    uint32_t sample[MEMBERS_MAX]; /* the identity that each has: of different addresses */
};

static bool is_taken(const struct trial *trial, const unsigned char *identity) {
    for (uint32_t member = 0; member < trial->members; member++) {
        const unsigned char *theirs = conform_sample(trial->conform, trial->sample[member]);
        if (memcmp(theirs, identity, trial->conform->type.addr_size) == 0) {
            return true;
        }
    }
    return false;
}

static void choose_members(struct trial *trial) {
    for (uint32_t i = 0; i < trial->conform->sample_count && trial->members < MEMBERS_MAX; i++) {
        if (!is_taken(trial, conform_sample(trial->conform, i))) {
            trial->sample[trial->members++] = i;
        }
    }
}

static void make_identity(void *ctx, uint32_t member, void *identity) {
    const struct trial *trial = ctx;
    memcpy(identity, conform_sample(trial->conform, trial->sample[member]), trial->conform->type.size);
}

static void violated(void *ctx, const struct selkie_sim_violation *violation) {
    struct trial *trial = ctx;
    conform_wrong(trial->conform, "cluster: member %u of a simulated cluster: %s", (unsigned)violation->member,
                  violation->what);
}

static selkie_sim *make_cluster(struct trial *trial) {
    struct selkie_config config;
    selkie_config_lan(&config, trial->members);
    config.notify_down_members = trial->conform->type.renew != NULL;
    return selkie_sim_new(&(struct selkie_sim_options){.struct_size = sizeof(struct selkie_sim_options),
                                                       .members = trial->members,
                                                       .seed = trial->conform->order.seed,
                                                       .config = &config,
                                                       .type = &trial->conform->type,
                                                       .make_identity = make_identity,
                                                       .codec = &trial->conform->codec,
                                                       .ctx = trial,
                                                       .violated = violated});
}

static bool can_renew(struct conform *conform, uint32_t sample) {
    unsigned char *memory = conform->guarded[0];
    struct selkie_identity_type *type = &conform->type;
    memcpy(memory, conform_sample(conform, sample), type->size);
    return type->renew != NULL && type->renew(type->renew == selkie_renew_by_one ? type : type->ctx, memory);
}

static bool play(struct trial *trial, selkie_sim *sim) {
    uint32_t last = trial->members - 1;
    if (selkie_sim_form(sim) == SELKIE_SIM_NEVER) {
        return conform_wrong(trial->conform, "cluster: %u members of a simulated cluster do not find each other",
                             (unsigned)trial->members);
    }
    selkie_sim_crash(sim, last);
    if (selkie_sim_until_all_see(sim, last, SELKIE_SIM_SEES_DOWN, SELKIE_S(BOUND_S)) == SELKIE_SIM_NEVER) {
        return conform_wrong(trial->conform, "cluster: a crash in a simulated cluster is not found out");
    }
    if (!can_renew(trial->conform, trial->sample[last])) {
        return true;
    }
    selkie_sim_restart(sim, last);
    return selkie_sim_until_all_know_all(sim, SELKIE_S(BOUND_S)) != SELKIE_SIM_NEVER ||
           conform_wrong(trial->conform, "cluster: a restarted member of a simulated cluster is not taken back");
}

/* Such engines could not tell each other of anybody. */
static bool fits_into_packets(struct conform *conform) {
    struct selkie_config config;
    selkie_config_lan(&config, 1);
    unsigned needed = conform->codec.header_max + 2u + conform->codec.member_max;
    return needed <= config.max_packet_size ||
           conform_wrong(conform, "cluster: header_max, the count and member_max are %u bytes, packets have %u", needed,
                         (unsigned)config.max_packet_size);
}

bool conform_cluster(struct conform *conform) {
    struct trial trial = {.conform = conform};
    struct selkie_sim_counters counters;
    choose_members(&trial);
    if (!fits_into_packets(conform)) {
        return false;
    }
    selkie_sim *sim = make_cluster(&trial);
    bool played = play(&trial, sim);
    selkie_sim_get_counters(sim, &counters);
    selkie_sim_free(sim);
    return played && (counters.errors == 0 ||
                      conform_wrong(conform, "cluster: a call on an engine of a simulated cluster failed"));
}
