/* The engine under measurement: its runtime only counts, its allocator knows how much is held. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct bench_watch *watch;

void bench_watch(const struct bench_watch *wanted) {
    watch = wanted;
}

void bench_must_(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "bench: does not hold: %s\n", what);
        exit(1);
    }
}

static double clock_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double bench_now_ns(void) {
    return clock_ns(CLOCK_MONOTONIC);
}

double bench_cpu_ns(void) {
    return clock_ns(CLOCK_PROCESS_CPUTIME_ID);
}

uint32_t bench_random(uint64_t *state, uint32_t bound) {
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 32) * bound >> 32);
}

struct bench_identity bench_identity(uint32_t n) {
    struct bench_identity identity = {{10, 0, 0, 0, 0x1f, 0x90, 0, 1}};
    identity.bytes[1] = (unsigned char)(n >> 16);
    identity.bytes[2] = (unsigned char)(n >> 8);
    identity.bytes[3] = (unsigned char)n;
    return identity;
}

uint32_t bench_number(const struct bench_identity *identity) {
    return (uint32_t)identity->bytes[1] << 16 | (uint32_t)identity->bytes[2] << 8 | identity->bytes[3];
}

static struct bench_identity ours(void) {
    struct bench_identity identity = {{11, 0, 0, 0, 0x1f, 0x90, 0, 1}};
    return identity;
}

/* ---- what the engine is given ---- */

static const struct selkie_field fields[] = {
    {SELKIE_FIELD_IPV4, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_U16, 0}, {SELKIE_FIELD_END, 0}};

bool bench_codec(struct selkie_codec *codec, const char *name) {
    if (strcmp(name, "packed") == 0) {
        selkie_codec_packed(codec, IDENTITY_BYTES);
        return true;
    }
    return strcmp(name, "bincode1") == 0 && selkie_codec_bincode1(codec, fields) == SELKIE_OK;
}

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct bench_world *world = ctx;
    memcpy(&world->last_to, identity, sizeof world->last_to);
    world->sent++;
    world->sent_bytes += size;
    if (world->watch != NULL && world->watch->sent != NULL) {
        world->watch->sent(world->watch->ctx, identity, bytes, size);
    }
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct bench_world *world = ctx;
    world->last_timer[0] = world->last_timer[1];
    world->last_timer[1] = *timer;
    if (world->watch != NULL && world->watch->submitted != NULL) {
        world->watch->submitted(world->watch->ctx, timer, delay_us);
    }
    return true;
}

static void *resize(void *ctx, void *memory, size_t old_size, size_t new_size) {
    struct bench_memory *sum = ctx;
    sum->held = sum->held - old_size + new_size;
    sum->most = sum->held > sum->most ? sum->held : sum->most;
    if (new_size == 0) {
        free(memory);
        return NULL;
    }
    return realloc(memory, new_size);
}

/* The first byte in which two packets differ. */
static size_t first_difference(const struct bench_packet *a, const struct bench_packet *b) {
    size_t at = 0;
    bench_must(a->size == b->size);
    while (at < a->size && a->bytes[at] == b->bytes[at]) {
        at++;
    }
    bench_must(at < a->size);
    return at;
}

/* All but what differs from probe to probe is written beforehand: it is not the engine's work. */
static void write_ack(struct bench_world *world) {
    struct bench_packet other;
    bench_write(world, &world->ack, SELKIE_ACK, 0, 0);
    bench_write(world, &other, SELKIE_ACK, UINT32_MAX, 0);
    world->ack_member = first_difference(&world->ack, &other);
    bench_write(world, &other, SELKIE_ACK, 0, UINT8_MAX);
    world->ack_number = first_difference(&world->ack, &other);
}

void bench_begin(struct bench_world *world, const struct selkie_codec *codec, const struct selkie_config *config) {
    static const struct selkie_identity_type type = {
        .struct_size = sizeof type, .size = IDENTITY_BYTES, .addr_size = ADDRESS_BYTES, .renew = selkie_renew_by_one};
    struct bench_identity self = ours();
    memset(world, 0, sizeof *world);
    world->codec = *codec;
    world->watch = watch;
    struct selkie_runtime runtime = {
        .struct_size = sizeof runtime, .ctx = world, .send_to = send_to, .submit_after = submit_after};
    struct selkie_allocator allocator = {.struct_size = sizeof allocator, .ctx = &world->memory, .resize = resize};
    struct selkie_options options = {.struct_size = sizeof options,
                                     .identity = &self,
                                     .type = &type,
                                     .runtime = &runtime,
                                     .codec = &world->codec,
                                     .config = config,
                                     .seed = {1, 2, 3, 4, 5, 6, 7, 8}};
    bench_must(selkie_new_with(&world->engine, &allocator, &options) == SELKIE_OK);
    write_ack(world);
    if (world->watch != NULL) {
        world->watch->begun(world->watch->ctx, world, &options);
    }
}

void bench_end(struct bench_world *world) {
    if (world->watch != NULL) {
        world->watch->ended(world->watch->ctx);
    }
    selkie_free(world->engine);
    bench_must(world->memory.held == 0);
}

void bench_populate(struct bench_world *world, uint32_t count, bool disseminate) {
    static struct bench_identity identities[BATCH];
    static struct selkie_member members[BATCH];
    while (world->members < count) {
        uint32_t batch = count - world->members < BATCH ? count - world->members : BATCH;
        for (uint32_t i = 0; i < batch; i++) {
            identities[i] = bench_identity(world->members + i);
            members[i].struct_size = sizeof members[i];
            members[i].identity = &identities[i];
        }
        bench_apply(world, members, batch, disseminate);
        world->members += batch;
    }
}

/* ---- packets ---- */

static struct selkie_writer writer_of(struct bench_packet *packet) {
    struct selkie_writer writer = {packet->bytes + packet->size, PACKET_BYTES - packet->size, false};
    return writer;
}

void bench_write(const struct bench_world *world, struct bench_packet *packet, uint8_t message, uint32_t from,
                 uint8_t number) {
    struct bench_identity source = bench_identity(from), self = ours();
    struct selkie_header header = {.struct_size = sizeof header,
                                   .source = &source,
                                   .destination = &self,
                                   .message = message,
                                   .probe_number = number};
    packet->size = 0;
    struct selkie_writer writer = writer_of(packet);
    bench_must(world->codec.encode_header(&world->codec, &writer, &header));
    packet->size = PACKET_BYTES - writer.left;
}

void bench_write_updates(const struct bench_world *world, struct bench_packet *packet, const uint32_t *members,
                         uint32_t count, uint16_t incarnation) {
    struct selkie_writer writer = writer_of(packet);
    bench_must(selkie_put_u8(&writer, (uint8_t)(count >> 8)) && selkie_put_u8(&writer, (uint8_t)count));
    for (uint32_t i = 0; i < count; i++) {
        struct bench_identity identity = bench_identity(members[i]);
        struct selkie_member member = {.struct_size = sizeof member, .identity = &identity, .incarnation = incarnation};
        bench_must(world->codec.encode_member(&world->codec, &writer, &member));
    }
    packet->size = PACKET_BYTES - writer.left;
}

uint32_t bench_updates_per_packet(const struct selkie_codec *codec, uint16_t incarnation) {
    struct bench_world world = {.codec = *codec};
    struct bench_packet packet;
    struct bench_identity identity = bench_identity(0);
    struct selkie_member member = {.struct_size = sizeof member, .identity = &identity, .incarnation = incarnation};
    bench_write(&world, &packet, SELKIE_GOSSIP, 0, 0);
    packet.size += 2;
    struct selkie_writer writer = writer_of(&packet);
    uint32_t count = 0;
    while (world.codec.encode_member(&world.codec, &writer, &member) && !writer.failed) {
        count++;
    }
    return count;
}
