/* A bit for each member. */
#ifndef SELKIE_COMMAND_BITS_H
#define SELKIE_COMMAND_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline size_t bits_bytes(uint32_t count) {
    return (count + 7u) / 8u;
}

static inline bool bits_get(const uint8_t *bits, uint32_t at) {
    return ((unsigned)bits[at / 8] >> at % 8 & 1u) != 0;
}

static inline void bits_put(uint8_t *bits, uint32_t at, bool on) {
    unsigned mask = 1u << at % 8;
    bits[at / 8] = (uint8_t)(on ? bits[at / 8] | mask : bits[at / 8] & ~mask);
}

#endif
