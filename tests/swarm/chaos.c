/* Chaos: faults that come at random times and end at random times. */
#include "chaos.h"

#include "faults.h"

#define PENDING 128u

/* What is to end, and when. */
struct ending {
    uint64_t time_us;
    void (*end)(struct world *world, uint32_t member);
    uint32_t member;
};

struct chaos {
    struct ending endings[PENDING];
    unsigned count;
};

void chaos_later(struct world *world, uint64_t after_us, void (*end)(struct world *world, uint32_t member),
                 uint32_t member) {
    struct chaos *chaos = world->chaos;
    if (chaos->count < PENDING) {
        chaos->endings[chaos->count++] = (struct ending){selkie_sim_now(world->sim) + after_us, end, member};
    }
}

/* The ending that comes first, if it comes before a time; PENDING: none. */
static unsigned next_ending(const struct chaos *chaos, uint64_t before_us) {
    unsigned first = PENDING;
    for (unsigned i = 0; i < chaos->count; i++) {
        if (chaos->endings[i].time_us <= before_us) {
            before_us = chaos->endings[i].time_us;
            first = i;
        }
    }
    return first;
}

/* Let time pass until then, with what ends meanwhile. */
static bool run_until(struct world *world, uint64_t end_us) {
    struct chaos *chaos = world->chaos;
    unsigned next;
    while ((next = next_ending(chaos, end_us)) != PENDING) {
        struct ending ending = chaos->endings[next];
        chaos->endings[next] = chaos->endings[--chaos->count];
        uint64_t now_us = selkie_sim_now(world->sim);
        if (ending.time_us > now_us && !world_run(world, ending.time_us - now_us)) {
            return false;
        }
        ending.end(world, ending.member);
    }
    uint64_t now_us = selkie_sim_now(world->sim);
    return world_run(world, end_us > now_us ? end_us - now_us : 0);
}

static unsigned draw_fault(struct world *world) {
    unsigned fault;
    do {
        fault = draw_below(&world->draw, faults_count);
    } while ((world->plan->faults >> fault & 1) == 0);
    return fault;
}

void chaos_run(struct world *world, struct tally *tally) {
    const struct plan *plan = world->plan;
    struct chaos chaos = {.count = 0};
    uint64_t end_us = selkie_sim_now(world->sim) + plan->chaos_us;
    world->chaos = &chaos;
    while (plan->faults != 0 && !world->found && selkie_sim_now(world->sim) < end_us) {
        uint64_t next_us = selkie_sim_now(world->sim) + draw_between(&world->draw, 0, 2 * plan->between_us);
        if (run_until(world, next_us < end_us ? next_us : end_us)) {
            unsigned fault = draw_fault(world);
            tally->faults[fault]++;
            faults[fault].strike(world);
        }
    }
    world->chaos = NULL;
}
