/* What is measured, operation by operation. Members are taken at random, so that the caches see what they would see in a
 * cluster of that size; packets are written beforehand. */
#include "operations.h"

#include <stdlib.h>
#include <string.h>

enum {
    PACKETS = 1024,
    UPDATES_MAX = 160,
    BACKLOG = 1000,
    NEWS_INCARNATION = 1000,
    CYCLES = 20000,
    GOSSIPS = 2000,
    FULL_GOSSIPS = 50,
    FEEDS = 1000
};

uint32_t bench_fewer = 1;
static struct bench_world world;
static struct bench_packet *packets;
static uint32_t updates; /* in each packet */
static uint16_t incarnation;
static uint64_t chance;
static uint32_t size; /* of the cluster */

/* How often to do what is done so many times. */
static uint32_t times(uint32_t count) {
    return count / bench_fewer > 0 ? count / bench_fewer : 1;
}

static uint64_t run_packets(void) {
    uint32_t count = times(PACKETS);
    for (uint32_t i = 0; i < count; i++) {
        bench_packet_in(&world, &packets[i]);
    }
    return count;
}

static uint64_t run_updates(void) {
    return run_packets() * updates;
}

static void begin(const struct selkie_codec *codec, uint32_t members, const struct selkie_config *config) {
    packets = malloc(PACKETS * sizeof *packets);
    bench_must(packets != NULL);
    bench_begin(&world, codec, config);
    size = members;
    incarnation = 0;
    chance = 7;
}

static void end(void) {
    bench_end(&world);
    free(packets);
}

static void begin_populated(const struct selkie_codec *codec, uint32_t members) {
    begin(codec, members, NULL);
    bench_populate(&world, members, false);
}

/* ---- packets that come in ---- */

/* From other members each time: those of the last time would still be in the caches. */
static void write_messages(uint8_t message) {
    for (uint32_t i = 0; i < times(PACKETS); i++) {
        bench_write(&world, &packets[i], message, bench_random(&chance, size), 1);
    }
}

static void ready_pings(void) {
    write_messages(SELKIE_PING);
}

static void ready_announces(void) {
    write_messages(SELKIE_ANNOUNCE);
}

static uint64_t run_announces(void) {
    uint32_t count = times(FEEDS);
    for (uint32_t i = 0; i < count; i++) {
        bench_packet_in(&world, &packets[i]);
    }
    return count;
}

static void ready_known(void) {
    uint32_t members[UPDATES_MAX];
    for (uint32_t i = 0; i < times(PACKETS); i++) {
        bench_write(&world, &packets[i], SELKIE_GOSSIP, bench_random(&chance, size), 0);
        for (uint32_t j = 0; j < updates; j++) {
            members[j] = bench_random(&chance, size);
        }
        bench_write_updates(&world, &packets[i], members, updates, incarnation);
    }
}

static void begin_known(const struct selkie_codec *codec, uint32_t members) {
    begin_populated(codec, members);
    updates = bench_updates_per_packet(codec, 0);
}

static void begin_news(const struct selkie_codec *codec, uint32_t members) {
    struct selkie_config config = {.struct_size = sizeof config};
    selkie_config_simple(&config);
    begin(codec, members, &config);
    bench_populate(&world, members, true);
    incarnation = NEWS_INCARNATION; /* of a size that stays as it grows */
    updates = bench_updates_per_packet(codec, incarnation);
}

/* In each packet every update is news: the members of one packet differ, and the next has a higher incarnation. */
static void ready_news(void) {
    uint32_t members[UPDATES_MAX];
    for (uint32_t i = 0; i < times(PACKETS); i++) {
        uint32_t stride = size / updates > 0 ? size / updates : 1, first = bench_random(&chance, size);
        for (uint32_t j = 0; j < updates; j++) {
            members[j] = (first + j * stride) % size;
        }
        bench_write(&world, &packets[i], SELKIE_GOSSIP, bench_random(&chance, size), 0);
        uint32_t count = updates < size ? updates : size;
        bench_write_updates(&world, &packets[i], members, count, ++incarnation);
    }
}

static uint64_t run_news(void) {
    return run_packets() * (updates < size ? updates : size);
}

/* ---- what it does by itself ---- */

static uint64_t run_cycles(void) {
    uint32_t count = times(CYCLES);
    for (uint32_t i = 0; i < count; i++) {
        bench_probe(&world);
    }
    return count;
}

static uint64_t run_gossips(void) {
    uint32_t count = times(GOSSIPS);
    for (uint32_t i = 0; i < count; i++) {
        bench_gossip(&world);
    }
    return count;
}

/* The largest packet that updates of one size fill but for so many bytes. */
static uint32_t packet_with(const struct selkie_codec *codec, uint32_t bytes_over) {
    struct bench_world probe = {.codec = *codec};
    struct bench_packet packet;
    uint32_t one = 0;
    bench_write(&probe, &packet, SELKIE_GOSSIP, 0, 0);
    size_t header = packet.size + 2;
    bench_write_updates(&probe, &packet, &one, 1, 1);
    size_t update = packet.size - header;
    return (uint32_t)(PACKET_BYTES - (PACKET_BYTES - header - bytes_over) % update);
}

static void begin_full(const struct selkie_codec *codec, uint32_t members, uint32_t packet_size) {
    struct selkie_config config = {.struct_size = sizeof config};
    selkie_config_simple(&config);
    config.max_transmissions = 255;
    config.max_packet_size = packet_size;
    begin(codec, members, &config);
    bench_populate(&world, members, false);
}

static void begin_full_even(const struct selkie_codec *codec, uint32_t members) {
    begin_full(codec, members, packet_with(codec, 0));
}

static void begin_full_uneven(const struct selkie_codec *codec, uint32_t members) {
    begin_full(codec, members, packet_with(codec, 1));
}

/* Queue BACKLOG members afresh. */
static void ready_full(void) {
    uint32_t count = BACKLOG < size ? BACKLOG : size;
    incarnation++;
    for (uint32_t i = 0; i < count; i++) {
        struct bench_identity identity = bench_identity(i * (size / count));
        struct selkie_member member = {.struct_size = sizeof member, .identity = &identity, .incarnation = incarnation};
        bench_apply(&world, &member, 1, true);
    }
}

/* So few that all stay queued. */
static uint64_t run_full(void) {
    uint32_t count = times(FULL_GOSSIPS);
    for (uint32_t i = 0; i < count; i++) {
        bench_gossip(&world);
    }
    return count;
}

/* ---- a cluster that grows ---- */

static void begin_populate(const struct selkie_codec *codec, uint32_t members) {
    begin(codec, members, NULL);
}

static void ready_populate(void) {
    struct selkie_codec codec = world.codec;
    bench_end(&world);
    bench_begin(&world, &codec, NULL);
}

static uint64_t run_populate(void) {
    bench_populate(&world, size, false);
    return size;
}

const struct bench_operation bench_operations[] = {
    {"ping_ack", begin_populated, ready_pings, run_packets, end, {1, 42, false}},
    {"gossip_known", begin_known, ready_known, run_updates, end, {1, 11, true}},
    {"gossip_news", begin_news, ready_news, run_news, end, {1, 11, true}},
    {"probe_cycle", begin_populated, NULL, run_cycles, end, {2, 42, false}},
    {"gossip_idle", begin_populated, NULL, run_gossips, end, {3, 66, true}},
    {"gossip_full", begin_full_even, ready_full, run_full, end, {3, 4200, true}},
    {"gossip_full_uneven", begin_full_uneven, ready_full, run_full, end, {3, 4200, true}},
    {"announce_feed", begin_populated, ready_announces, run_announces, end, {1, 1400, false}},
    {"populate", begin_populate, ready_populate, run_populate, end, {1, 11, true}},
};

const size_t bench_operation_count = sizeof bench_operations / sizeof *bench_operations;
