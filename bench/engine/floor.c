/* The floor: SipHash-1-3 of an address whose size the compiler knows, a read from a table of that size, a copy. */
#include "floor.h"

#include "world.h"

#include <stdlib.h>
#include <string.h>

enum { RECORD_BYTES = 12, TIMES = 200000 };

static uint64_t turn(uint64_t value, unsigned bits) {
    return value << bits | value >> (64 - bits);
}

static void sip_round(uint64_t s[4]) {
    s[0] += s[1];
    s[1] = turn(s[1], 13) ^ s[0];
    s[0] = turn(s[0], 32);
    s[2] += s[3];
    s[3] = turn(s[3], 16) ^ s[2];
    s[0] += s[3];
    s[3] = turn(s[3], 21) ^ s[0];
    s[2] += s[1];
    s[1] = turn(s[1], 17) ^ s[2];
    s[2] = turn(s[2], 32);
}

static uint64_t hash_of(uint64_t address) {
    uint64_t s[4] = {UINT64_C(0x736f6d6570736575), UINT64_C(0x646f72616e646f6d), UINT64_C(0x6c7967656e657261),
                     UINT64_C(0x7465646279746573) ^ address};
    sip_round(s);
    s[0] ^= address;
    s[2] ^= 0xff;
    sip_round(s);
    sip_round(s);
    sip_round(s);
    return s[0] ^ s[1] ^ s[2] ^ s[3];
}

static volatile uint64_t sink;

/* `wait_for`: so much of what was read before goes into the next address. Known to the compiler: nothing is to wait for
 * what is not needed. */
__attribute__((always_inline)) static inline uint64_t read_many(const unsigned char *table, uint32_t members,
                                                                uint64_t wait_for) {
    uint64_t sum = 0;
    for (uint64_t i = 0; i < TIMES; i++) {
        uint64_t hash = hash_of(i * UINT64_C(0x9e3779b97f4a7c15) + (sum & wait_for));
        sum += table[(size_t)((hash >> 32) * members >> 32) * RECORD_BYTES];
    }
    return sum;
}

static double read_ns(uint32_t members, bool overlapping) {
    unsigned char *table = calloc(members, RECORD_BYTES);
    double best = 1e9;
    bench_must(table != NULL);
    memset(table, 1, (size_t)members * RECORD_BYTES); /* calloc's pages may be all the same one */
    for (int repeat = 0; repeat < 7; repeat++) {
        double began = bench_now_ns();
        sink += overlapping ? read_many(table, members, 0) : read_many(table, members, 1);
        double took = (bench_now_ns() - began) / TIMES;
        best = took < best ? took : best;
    }
    free(table);
    return best;
}

static double copy_ns(uint32_t bytes) {
    static unsigned char from[8192], to[8192];
    double best = 1e9;
    for (int repeat = 0; repeat < 7; repeat++) {
        double began = bench_now_ns();
        for (int i = 0; i < TIMES / 10; i++) {
            memcpy(to, from, bytes);
            sink += to[bytes - 1];
            from[0]++;
        }
        double took = (bench_now_ns() - began) / (TIMES / 10);
        best = took < best ? took : best;
    }
    return best;
}

double bench_floor_ns(uint32_t members, const struct bench_floor *floor) {
    return floor->reads * read_ns(members, floor->overlapping) + copy_ns(floor->bytes);
}
