/* Counts what engines choose when they may choose, and demands that all that is possible comes about as often. The
 * bounds are five standard deviations or more from what is expected. */
#include "chances.h"

#include "world.h"

#include <stdlib.h>
#include <string.h>

#define MEMBERS 12u
#define PAIRS (MEMBERS * MEMBERS)

/* A watched engine: whom it sent to since it was last looked at, and its timers in flight. */
struct watched {
    selkie *engine;
    struct selkie_codec codec;
    struct id self;
    uint32_t sent_count, timer_count, displacer_slot;
    struct id sent[64];
    unsigned char last_packet[PACKET_MAX];
    size_t last_size;
    struct selkie_timer timers[64];
    uint64_t delays[64];
};

static void on_notify(void *ctx, const struct selkie_notification *notification) {
    struct watched *watched = ctx;
    if (notification->kind == SELKIE_NOTIFY_MEMBER_UP)
        watched->displacer_slot = notification->member.slot;
}

static void on_send(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct watched *watched = ctx;
    memcpy(&watched->sent[watched->sent_count++ % 64], identity, 8);
    memcpy(watched->last_packet, bytes, size < PACKET_MAX ? size : PACKET_MAX);
    watched->last_size = size;
}

static bool on_submit(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct watched *watched = ctx;
    watched->timers[watched->timer_count % 64] = *timer;
    watched->delays[watched->timer_count++ % 64] = delay_us;
    return true;
}

static bool watch(struct watched *watched, uint32_t seed, uint32_t max_members, uint32_t max_packet_size) {
    *watched = (struct watched){.self = world_id(ID_NUMBERED, 0, 1)};
    struct selkie_runtime runtime = {.struct_size = sizeof runtime,
                                     .ctx = watched,
                                     .notify = on_notify,
                                     .send_to = on_send,
                                     .submit_after = on_submit};
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = 8, .addr_size = 6};
    struct selkie_config config = {.struct_size = sizeof config};
    struct selkie_options options = {.struct_size = sizeof options,
                                     .identity = &watched->self,
                                     .type = &type,
                                     .runtime = &runtime,
                                     .codec = &watched->codec,
                                     .config = &config,
                                     .seed = {1, (uint8_t)seed, (uint8_t)(seed >> 8)},
                                     .max_members = max_members};
    selkie_config_simple(&config);
    config.max_packet_size = max_packet_size;
    selkie_codec_packed(&watched->codec, 8);
    return selkie_new(&watched->engine, &options) == 0;
}

/* Make members of the addresses `first` to `last`. */
static bool introduce(struct watched *watched, uint32_t first, uint32_t last, enum selkie_state state) {
    bool done = true;
    for (uint32_t address = first; address <= last; address++) {
        struct id id = world_id(ID_NUMBERED, address, 1);
        struct selkie_member member = {.struct_size = sizeof member, .identity = &id, .state = (uint8_t)state};
        done &= selkie_apply_many(watched->engine, &member, 1, false) == 0;
    }
    return done;
}

static uint32_t address_of(const struct id *id) {
    return id->bytes[3];
}

static int complain(const char *what, uint32_t which, uint32_t count, uint32_t expected) {
    fprintf(stderr, "FAILED: %s: choice %u came %u times, expected about %u\n", what, (unsigned)which, (unsigned)count,
            (unsigned)expected);
    return 1;
}

static int all_near(const char *what, const uint32_t *counts, uint32_t choices, uint32_t expected, uint32_t tolerance) {
    for (uint32_t i = 0; i < choices; i++)
        if (counts[i] + tolerance < expected || counts[i] > expected + tolerance)
            return complain(what, i, counts[i], expected);
    return 0;
}

/* Gossip goes to 3 of 12: each of them as often, and each pair of them. */
static int check_fan_out(void) {
    struct watched watched;
    uint32_t counts[MEMBERS] = {0}, pairs[PAIRS] = {0};
    if (!watch(&watched, 1, 0, 1400) || !introduce(&watched, 1, MEMBERS, SELKIE_ALIVE))
        return complain("fan-out: no engine", 0, 0, 0);
    for (uint32_t round = 0; round < 4000; round++) {
        watched.sent_count = 0;
        if (selkie_gossip(watched.engine) != 0 || watched.sent_count != 3)
            return complain("fan-out: packets", 0, watched.sent_count, 3);
        for (uint32_t i = 0; i < 3; i++)
            counts[address_of(&watched.sent[i]) - 1]++;
        for (uint32_t i = 0; i < 3; i++)
            for (uint32_t j = 0; j < 3; j++)
                if (i != j)
                    pairs[(address_of(&watched.sent[i]) - 1) * MEMBERS + address_of(&watched.sent[j]) - 1]++;
    }
    selkie_free(watched.engine);
    for (uint32_t i = 0; i < MEMBERS; i++)
        pairs[i * MEMBERS + i] = 182;
    return all_near("fan-out", counts, MEMBERS, 1000, 150) || all_near("fan-out, pairs", pairs, PAIRS, 182, 75);
}

/* A Feed of a packet that holds only some of the members: each of them as often, except the receiver. */
static int check_feed(void) {
    struct watched watched;
    uint32_t counts[MEMBERS] = {0};
    if (!watch(&watched, 2, 0, 80) || !introduce(&watched, 1, MEMBERS, SELKIE_ALIVE))
        return complain("Feed: no engine", 0, 0, 0);
    struct id receiver = world_id(ID_NUMBERED, 1, 1);
    struct selkie_header header = {
        .struct_size = sizeof header, .source = &receiver, .destination = &watched.self, .message = SELKIE_ANNOUNCE};
    unsigned char packet[64];
    struct selkie_writer writer = {.next = packet, .left = sizeof packet};
    uint32_t taken = 0;
    if (!watched.codec.encode_header(&watched.codec, &writer, &header))
        return complain("Feed: no packet", 0, 0, 0);
    for (uint32_t round = 0; round < 2200; round++) {
        if (selkie_handle_data(watched.engine, packet, sizeof packet - writer.left) != 0)
            return complain("Feed: refused", 0, 0, 0);
        for (size_t at = watched.codec.header_max + 1u; at + 11 <= watched.last_size; at += 11, taken++)
            counts[watched.last_packet[at + 3] - 1]++;
    }
    selkie_free(watched.engine);
    counts[0] = taken / (MEMBERS - 1);
    return all_near("Feed", counts, MEMBERS, taken / (MEMBERS - 1), 140);
}

/* Hand the timer of this delay back, the one submitted last. */
static bool give_back(struct watched *watched, uint64_t delay_us) {
    for (uint32_t i = watched->timer_count; i-- > 0;)
        if (watched->delays[i] == delay_us) {
            struct selkie_timer timer = watched->timers[i];
            watched->delays[i] = 0;
            selkie_handle_timer(watched->engine, &timer);
            return true;
        }
    return false;
}

/* One probe cycle. Returns the address probed, 0 for none. */
static uint32_t cycle(struct watched *watched) {
    const uint64_t period = SELKIE_MS(1500), rtt = SELKIE_MS(500);
    watched->sent_count = 0;
    if (!give_back(watched, period) || watched->sent_count == 0)
        return 0;
    uint32_t address = address_of(&watched->sent[0]);
    if (!give_back(watched, rtt))
        return 0;
    for (uint32_t i = 0; i < watched->timer_count; i++)
        if (watched->delays[i] == period) {
            watched->timers[0] = watched->timers[i];
            watched->delays[0] = period;
        }
    watched->timer_count = 1;
    return address;
}

/* Rounds of probes: each member is as often in each place. */
static int check_rounds(void) {
    struct watched watched;
    uint32_t places[PAIRS] = {0};
    if (!watch(&watched, 3, 0, 1400) || !introduce(&watched, 1, MEMBERS, SELKIE_ALIVE))
        return complain("rounds: no engine", 0, 0, 0);
    for (uint32_t round = 0; round < 1200; round++)
        for (uint32_t place = 0; place < MEMBERS; place++) {
            uint32_t address = cycle(&watched);
            if (address == 0)
                return complain("rounds: no probe", round, 0, 1);
            places[(address - 1) * MEMBERS + place]++;
        }
    selkie_free(watched.engine);
    return all_near("rounds", places, PAIRS, 100, 55);
}

/* A newcomer in the middle of a round: as often in each place that is still to come. */
static int check_newcomers(void) {
    uint32_t places[7] = {0};
    for (uint32_t seed = 0; seed < 1400; seed++) {
        struct watched watched;
        if (!watch(&watched, seed, 0, 1400) || !introduce(&watched, 1, MEMBERS, SELKIE_ALIVE))
            return complain("newcomers: no engine", 0, 0, 0);
        for (uint32_t i = 0; i < 6; i++)
            cycle(&watched);
        introduce(&watched, MEMBERS + 1, MEMBERS + 1, SELKIE_ALIVE);
        uint32_t place = 0;
        while (place < 7 && cycle(&watched) != MEMBERS + 1)
            place++;
        selkie_free(watched.engine);
        if (place == 7)
            return complain("newcomers: not probed in this round", seed, 0, 1);
        places[place]++;
    }
    return all_near("newcomers", places, 7, 200, 75);
}

/* A full table: each of its Down members has to go as often. */
static int check_displaced(void) {
    uint32_t slots[8] = {0};
    for (uint32_t seed = 0; seed < 1000; seed++) {
        struct watched watched;
        if (!watch(&watched, seed, 8, 1400) || !introduce(&watched, 1, 3, SELKIE_ALIVE) ||
            !introduce(&watched, 4, 7, SELKIE_DOWN) || !introduce(&watched, 8, 9, SELKIE_ALIVE))
            return complain("displaced: no engine", 0, 0, 0);
        slots[watched.displacer_slot % 8]++;
        selkie_free(watched.engine);
    }
    uint32_t hit[8], hits = 0;
    for (uint32_t i = 0; i < 8; i++)
        if (slots[i] > 0)
            hit[hits++ % 8] = slots[i];
    if (hits != 4)
        return complain("displaced: slots", 0, hits, 4);
    return all_near("displaced", hit, 4, 250, 75);
}

int check_chances(void) {
    return check_fan_out() || check_feed() || check_rounds() || check_newcomers() || check_displaced();
}
