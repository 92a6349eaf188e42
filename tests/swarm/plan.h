/* What a seed means: the cluster, its network, what befalls it. */
#ifndef SWARM_PLAN_H
#define SWARM_PLAN_H

#include "identities.h"
#include "selkie/sim.h"

#include <stdio.h>

struct plan {
    uint64_t seed;
    uint32_t members;

    /* The engines. */
    struct selkie_config config;
    const struct identity_kind *identity;
    enum codec_kind codec;
    bool renews;          /* engines renew an identity that was declared Down; otherwise their programs start anew */
    uint32_t max_members; /* 0: no bound */
    uint32_t max_broadcasts, max_broadcast_bytes;
    uint32_t max_suspicions;
    bool own_invalidates; /* of the broadcast handler */

    /* The network at its best. */
    struct selkie_sim_link link;
    uint64_t latency_most_us; /* hardly any packet takes longer */

    /* Chaos. */
    uint64_t faults;     /* a bit for each kind of fault that may come; 0: none */
    uint64_t chaos_us;   /* how long */
    uint64_t between_us; /* faults, on average */
    bool acquainted;     /* the cluster begins as one that has known itself for long */
    bool helped;         /* after the chaos, programs announce to all; otherwise the protocol alone has to do */
    unsigned exams;      /* how many before and after the chaos */
};

/* Draw a plan. members: 0, or how many there are to be. */
void plan_draw(struct plan *plan, uint64_t seed, uint32_t members);
void plan_print(const struct plan *plan, FILE *out);

/* What follows from a plan. */
bool plan_is_roomy(const struct plan *plan);     /* all members fit into a packet, and into each table */
bool plan_is_talkative(const struct plan *plan); /* news are sent so often that they reach everybody */
bool plan_heals_itself(const struct plan *plan); /* the protocol alone brings a split cluster together */

uint32_t plan_least_packet(const struct plan *plan); /* that whatever the swarm says fits into */

uint64_t plan_round_us(const struct plan *plan);     /* in two of them everybody probes everybody */
uint64_t plan_healthy_us(const struct plan *plan);   /* until nobody thinks himself ill any more */
uint64_t plan_suspicion_us(const struct plan *plan); /* how long a suspicion may take */
uint32_t plan_stretch(const struct plan *plan);      /* how many times as long a period may take */
uint64_t plan_spread_us(const struct plan *plan);    /* until news reach everybody, in a talkative cluster */
uint64_t plan_detection_us(const struct plan *plan); /* until all hold a dead one for Down, if nothing is lost */

#endif
