/* Numbers drawn from a seed (splitmix64). */
#include "draw.h"

uint64_t draw_number(struct draw *draw) {
    draw->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = draw->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct draw draw_stream(uint64_t seed, uint64_t stream) {
    struct draw draw = {seed ^ (stream << 56)};
    draw.state = draw_number(&draw);
    return draw;
}

uint64_t draw_between(struct draw *draw, uint64_t least, uint64_t most) {
    return least + draw_number(draw) % (most - least + 1);
}

uint32_t draw_below(struct draw *draw, uint32_t below) {
    return (uint32_t)(draw_number(draw) % below);
}

bool draw_chance(struct draw *draw, unsigned percent) {
    return draw_number(draw) % 100 < percent;
}
