/* Random draws. splitmix64, and on top of it a log-normal distribution out of two small tables. */
#include "sim/chance.h"

#include <stddef.h>

static uint64_t next_random(uint64_t *random) {
    *random += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *random;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t chance_below(uint64_t *random, uint64_t below) {
    return next_random(random) % below;
}

bool chance_happens(uint64_t *random, uint32_t ppm) {
    return ppm > 0 && chance_below(random, CHANCE_CERTAIN) < ppm;
}

/* ---- The normal distribution ---- */

/* How far out a normal draw lies that only a share q of all exceeds: in units of the distance that one of a hundred
 * exceeds, and those in 2^-16. Eight steps for each halving of q, since the far end is what bends: the entry 8 * n + c is
 * for q = 2^(n - 21) * (1 + c / 8); the last one for a half. */
#define HALVINGS 20
static const uint32_t quantiles[8 * HALVINGS + 1] = {
    138066, 137413, 136826, 136293, 135805, 135355, 134936, 134546, 134179, 133509, 132906, 132358, 131857, 131394,
    130964, 130562, 130186, 129496, 128876, 128312, 127796, 127319, 126877, 126463, 126075, 125365, 124726, 124145,
    123613, 123121, 122665, 122238, 121838, 121105, 120445, 119846, 119296, 118788, 118316, 117875, 117462, 116703,
    116021, 115401, 114832, 114306, 113817, 113361, 112932, 112146, 111438, 110795, 110204, 109659, 109151, 108677,
    108232, 107415, 106679, 106010, 105396, 104828, 104299, 103805, 103341, 102490, 101722, 101024, 100383, 99789,
    99237,  98721,  98236,  97345,  96542,  95810,  95138,  94516,  93937,  93395,  92886,  91950,  91106,  90336,
    89628,  88973,  88363,  87791,  87254,  86265,  85373,  84559,  83810,  83116,  82469,  81862,  81292,  80242,
    79292,  78426,  77627,  76887,  76196,  75548,  74937,  73813,  72795,  71864,  71006,  70208,  69464,  68765,
    68106,  66889,  65786,  64776,  63842,  62974,  62162,  61398,  60677,  59344,  58132,  57019,  55988,  55027,
    54127,  53278,  52475,  50987,  49628,  48376,  47213,  46125,  45102,  44135,  43218,  41509,  39941,  38488,
    37130,  35853,  34647,  33500,  32407,  30355,  28453,  26672,  24992,  23396,  21873,  20410,  19001,  16315,
    13769,  11332,  8976,   6682,   4432,   2209,   0};

/* Half of a normal distribution: how far out, in 2^-16 of the distance that one of a hundred exceeds on this side. What
 * is rarer than one in two million counts as that. */
static uint64_t draw_distance(uint64_t bits) {
    size_t halvings = 0;
    while (halvings < HALVINGS && bits >> 63 == 0) {
        bits <<= 1;
        halvings++;
    }
    if (halvings == HALVINGS) {
        return quantiles[0];
    }
    const uint32_t *at = &quantiles[8 * (HALVINGS - 1 - halvings) + (bits >> 60 & 7)];
    uint64_t part = bits >> 44 & 0xffff;
    return at[0] - ((at[0] - at[1]) * part >> 16);
}

/* ---- Powers of two ---- */

#define ONE (UINT64_C(1) << 24) /* exponents are in 2^-24 */

static uint64_t log2_of(uint64_t number) {
    uint64_t whole = 0, mantissa = number << 31, log;
    while (mantissa >> 32 != 0) {
        mantissa >>= 1;
        whole++;
    }
    log = whole;
    for (unsigned bit = 0; bit < 24; bit++) {
        uint64_t square = mantissa * mantissa >> 31;
        log = log << 1 | square >> 32;
        mantissa = square >> 32 != 0 ? square >> 1 : square;
    }
    return log;
}

/* 2^(i/16), in 2^-31. */
static const uint32_t roots[17] = {0x80000000u, 0x85aac368u, 0x8b95c1e4u, 0x91c3d374u, 0x9837f052u, 0x9ef53261u,
                                   0xa5fed6aau, 0xad583eeau, 0xb504f334u, 0xbd08a39fu, 0xc5672a11u, 0xce248c15u,
                                   0xd744fccbu, 0xe0ccdeecu, 0xeac0c6e8u, 0xf5257d15u, 0xffffffffu};

/* From 1 to 2, in 2^-31, for a part below ONE. */
static uint64_t power_of_part(uint64_t part) {
    uint64_t low = roots[part >> 20], high = roots[(part >> 20) + 1];
    return low + ((high - low) * (part & 0xfffff) >> 20);
}

/* number * 2^exponent, at most `most`; `number`, which is not 0, and `most` are below 2^32. */
static uint64_t grown(uint64_t number, uint64_t exponent, uint64_t most) {
    if (exponent >= 32 * ONE) {
        return most;
    }
    uint64_t product = number * power_of_part(exponent % ONE) >> (31 - exponent / ONE);
    return product > most ? most : product;
}

/* number / 2^exponent, rounded. */
static uint64_t shrunk(uint64_t number, uint64_t exponent) {
    uint64_t whole = exponent / ONE + 1;
    uint64_t mantissa = number * power_of_part(ONE - 1 - exponent % ONE) >> 16; /* in 2^-15 */
    return whole > 48 ? 0 : (mantissa + (UINT64_C(1) << (14 + whole))) >> (15 + whole);
}

/* ---- The log-normal distribution ---- */

struct log_normal log_normal_of(uint64_t median, uint64_t high) {
    return (struct log_normal){.median = median, .steepness = log2_of(high) - log2_of(median)};
}

uint64_t chance_log_normal(uint64_t *random, const struct log_normal *of, uint64_t most) {
    uint64_t bits = next_random(random);
    uint64_t exponent = draw_distance(bits << 1) * of->steepness >> 16;
    return (bits >> 63) != 0 ? grown(of->median, exponent, most) : shrunk(of->median, exponent);
}
