/* What a seed decides: numbers drawn one after the other. Each user has a stream of its own, so that drawing more in one
 * place changes nothing in another. */
#ifndef SWARM_DRAW_H
#define SWARM_DRAW_H

#include <stdbool.h>
#include <stdint.h>

struct draw {
    uint64_t state;
};

struct draw draw_stream(uint64_t seed, uint64_t stream);
uint64_t draw_number(struct draw *draw);
uint64_t draw_between(struct draw *draw, uint64_t least, uint64_t most); /* evenly, both included */
uint32_t draw_below(struct draw *draw, uint32_t below);
bool draw_chance(struct draw *draw, unsigned percent);

#endif
