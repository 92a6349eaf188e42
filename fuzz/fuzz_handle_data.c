/* Fuzzes a whole engine: the input is a program of packets, timers and calls. Random bytes make poor packets, so most
 * operations build packets from a few bytes: addressed to us, from a small set of members, or answers to what we have
 * just sent; and then perhaps damage them. What must hold afterwards is checked in fuzz/world.c.
 *
 * Input: choice, sizes, tasks (world_open), [bounds], then operations: a byte that says which, and the bytes that it
 * takes. */
#include <string.h>

#include "fuzz/world.h"

enum { OPERATIONS_MAX = 400, MEMBERS = 16 };

/* ---- Small pieces ---- */

/* One byte names an identity: its address in the low half, its generation in the high. */
static void take_identity(struct world *world, struct input *input, void *identity) {
    unsigned byte = input_u8(input);
    world_identity(world, byte % MEMBERS, 3 + byte / MEMBERS % 8, identity);
}

/* One byte names an incarnation, of which the lowest and the highest are of interest. */
static uint16_t take_incarnation(struct input *input) {
    unsigned byte = input_u8(input);
    return (uint16_t)(byte < 0xc0 ? byte % 4 : UINT16_MAX - byte % 4);
}

static uint8_t take_number(const struct world *world, struct input *input) {
    unsigned byte = input_u8(input);
    return (uint8_t)(world->probe_number + (byte < 0xc0 ? 0 : byte));
}

static void put_big_endian(struct selkie_writer *writer, size_t value) {
    (void)selkie_put_u8(writer, (uint8_t)(value >> 8));
    (void)selkie_put_u8(writer, (uint8_t)value);
}

/* ---- Packets ---- */

/* A member by its bits as on the wire, which need not make sense. */
static void put_member(struct world *world, struct input *input, struct selkie_writer *writer) {
    unsigned char identity[WORLD_IDENTITY_MAX];
    take_identity(world, input, identity);
    (void)selkie_put(writer, identity, world->type.size);
    (void)selkie_put_u16(writer, take_incarnation(input));
    unsigned bits = input_u8(input);
    unsigned meant = bits < 0xe0 ? (unsigned)"\0\1\2\6\11"[bits % 5] : bits;
    (void)selkie_put_u8(writer, (uint8_t)meant);
    if (meant & 8) {
        unsigned char accuser[WORLD_IDENTITY_MAX];
        world_identity(world, bits / 5 % MEMBERS, 3, accuser);
        (void)selkie_put(writer, accuser, world->type.size);
    }
}

/* The rest of a packet: a number of updates, which now and then is a lie, and broadcasts. */
static void put_tail(struct world *world, struct input *input, struct selkie_writer *writer, bool counted) {
    unsigned shape = input_u8(input);
    unsigned updates = shape & 7, broadcasts = shape >> 3 & 3;
    if (counted) {
        put_big_endian(writer, shape < 0xf0 ? updates : updates * 77);
        for (unsigned i = 0; i < updates; i++) {
            put_member(world, input, writer);
        }
    }
    for (unsigned i = 0; i < broadcasts; i++) {
        size_t size = input_u8(input) % 40;
        put_big_endian(writer, size);
        const uint8_t *bytes = input_bytes(input, &size);
        (void)selkie_put(writer, bytes, size);
    }
}

/* Cut a packet short, or let bytes stray behind it, or neither. */
static size_t damage(struct input *input, unsigned char *packet, size_t size) {
    unsigned how = input_u8(input);
    if (how < 0xd0) {
        return size;
    }
    if (how < 0xe0) {
        return how - 0xd0 < size ? size - (how - 0xd0) : 0;
    }
    if (how < 0xe8 && size > 0) {
        packet[input_u8(input) % size] ^= (unsigned char)(1u << (how & 7));
        return size;
    }
    for (; how > 0xe8 && size < WORLD_PACKET; how -= 2) {
        packet[size++] = (unsigned char)how;
    }
    return size;
}

/* Hand over exactly these bytes, so that a sanitizer sees a read past their end. */
static void deliver(struct world *world, const void *bytes, size_t size) {
    void *exact = malloc(size + !size);
    FUZZ_MUST(exact);
    if (size > 0) {
        memcpy(exact, bytes, size);
    }
    world_packet_in(world, exact, size);
    free(exact);
}

static void deliver_header(struct world *world, struct input *input, const struct selkie_header *header) {
    unsigned char packet[WORLD_PACKET];
    struct selkie_writer writer = {packet, sizeof packet, false};
    FUZZ_MUST(world->codec.encode_header(&world->codec, &writer, header));
    if (header->message != SELKIE_ANNOUNCE) {
        put_tail(world, input, &writer, header->message != SELKIE_BROADCAST);
    }
    FUZZ_MUST(!writer.failed);
    deliver(world, packet, damage(input, packet, sizeof packet - writer.left));
}

static void built_packet(struct world *world, struct input *input) {
    unsigned char source[WORLD_IDENTITY_MAX], destination[WORLD_IDENTITY_MAX], peer[WORLD_IDENTITY_MAX];
    struct selkie_header header = {.struct_size = sizeof header, .source = source, .destination = destination};
    unsigned message = input_u8(input);
    header.message = (uint8_t)(message % 0x80 % SELKIE_MESSAGE_COUNT);
    if (message >= 0x80 && header.message == SELKIE_PING_REQ) {
        header.flags = SELKIE_NACK_WANTED;
    }
    take_identity(world, input, source);
    header.source_incarnation = take_incarnation(input);
    if (input_u8(input) < 0xe0) {
        memcpy(destination, selkie_identity(world->engine), world->type.size);
    } else {
        take_identity(world, input, destination);
    }
    if (selkie_message_has_number(header.message)) {
        header.probe_number = take_number(world, input);
    }
    if (selkie_message_has_peer(header.message)) {
        take_identity(world, input, peer);
        header.peer = peer;
    }
    deliver_header(world, input, &header);
}

static void raw_packet(struct world *world, struct input *input) {
    size_t size = input_u16(input) % WORLD_PACKET;
    const uint8_t *bytes = input_bytes(input, &size);
    deliver(world, bytes, size);
}

/* What a member would answer to each of our messages; SELKIE_GOSSIP where it would not. */
static int answer_to(int message) {
    switch (message) {
    case SELKIE_PING:
        return SELKIE_ACK;
    case SELKIE_PING_REQ:
        return SELKIE_FORWARDED_ACK;
    case SELKIE_INDIRECT_PING:
        return SELKIE_INDIRECT_ACK;
    case SELKIE_ANNOUNCE:
        return SELKIE_FEED;
    case SELKIE_TURN_UNDEAD:
        return SELKIE_TURN_UNDEAD;
    default:
        return SELKIE_GOSSIP;
    }
}

/* Answer one of the last packets that we sent, as its receiver. */
static void answer(struct world *world, struct input *input) {
    unsigned which = input_u8(input);
    if (world->sent_count == 0) {
        return;
    }
    size_t newest = world->sent_count - 1;
    size_t back = which % WORLD_REMEMBERED;
    const struct world_packet *sent = &world->sent[(newest - (back <= newest ? back : 0)) % WORLD_REMEMBERED];
    struct world_packet to = *sent; /* the engine sends while it is handed the answer */
    struct selkie_header header = {.struct_size = sizeof header, .source = to.destination, .destination = to.source};
    header.message = (uint8_t)answer_to(to.header.message);
    if (which >= 0x80 && header.message == SELKIE_FORWARDED_ACK) {
        header.message = SELKIE_NACK;
    }
    header.probe_number = to.header.probe_number;
    header.peer = selkie_message_has_peer(header.message) ? to.peer : NULL;
    header.source_incarnation = take_incarnation(input);
    deliver_header(world, input, &header);
}

/* ---- Timers ---- */

static void due_timers(struct world *world, struct input *input) {
    struct selkie_timer timer;
    for (unsigned count = 1 + input_u8(input) % 8; count > 0 && world_next_timer(world, &timer); count--) {
        world_timer_in(world, &timer);
    }
}

/* The runtime breaks its promise: it loses a timer. */
static void lost_timer(struct world *world, struct input *input) {
    struct selkie_timer timer;
    (void)input;
    (void)world_next_timer(world, &timer);
}

/* The runtime breaks its promise: it brings a timer twice. */
static void repeated_timer(struct world *world, struct input *input) {
    size_t which = input_u8(input) % WORLD_REMEMBERED;
    if (which < world->fired_count) {
        struct selkie_timer timer = world->fired[which];
        world->timers_max = 0;
        world_timer_in(world, &timer);
    }
}

/* The runtime breaks its promise: a bit of a timer has changed. */
static void damaged_timer(struct world *world, struct input *input) {
    unsigned bit = input_u8(input) % 192;
    struct selkie_timer timer;
    if (world_next_timer(world, &timer)) {
        timer.opaque[bit / 64] ^= (uint64_t)1 << bit % 64;
        world->timers_max = 0;
        world_timer_in(world, &timer);
    }
}

/* ---- Calls ---- */

static void call_announce(struct world *world, struct input *input) {
    unsigned char identity[WORLD_IDENTITY_MAX];
    take_identity(world, input, identity);
    world_enter(world);
    world_leave(world, selkie_announce(world->engine, identity));
}

static void call_change_identity(struct world *world, struct input *input) {
    unsigned char identity[WORLD_IDENTITY_MAX];
    unsigned byte = input_u8(input);
    world_identity(world, WORLD_OURSELVES, byte & 15, identity);
    world_enter(world);
    world_leave(world, selkie_change_identity(world->engine, identity));
}

static void call_add_broadcast(struct world *world, struct input *input) {
    unsigned byte = input_u8(input);
    size_t size = byte < 0xf0 ? byte % 40 : selkie_broadcast_limit(world->engine) + byte % 3;
    unsigned char bytes[WORLD_PACKET];
    FUZZ_MUST(size <= sizeof bytes);
    memset(bytes, (int)input_u8(input), sizeof bytes);
    bool too_big = size > selkie_broadcast_limit(world->engine);
    world_enter(world);
    int result = selkie_add_broadcast(world->engine, bytes, size, byte & 3);
    world_leave(world, result);
    FUZZ_MUST(size == 0 || too_big == (result == SELKIE_E_DATA_TOO_BIG));
    FUZZ_MUST(size != 0 || result == SELKIE_E_MALFORMED_PACKET);
}

static void call_apply_many(struct world *world, struct input *input) {
    struct selkie_member members[8];
    unsigned char identities[8][WORLD_IDENTITY_MAX];
    unsigned shape = input_u8(input);
    size_t count = shape % 8;
    memset(members, 0, sizeof members);
    for (size_t i = 0; i < count; i++) {
        members[i].struct_size = sizeof members[i];
        take_identity(world, input, identities[i]);
        members[i].identity = identities[i];
        members[i].incarnation = take_incarnation(input);
        unsigned state = input_u8(input);
        members[i].state = (uint8_t)(state % 3);
        members[i].accuser = state >= 0x80 ? identities[0] : NULL;
    }
    world_enter(world);
    world_leave(world, selkie_apply_many(world->engine, members, count, shape >= 0x80));
}

static void call_set_config(struct world *world, struct input *input) {
    struct selkie_config config;
    selkie_get_config(world->engine, &config);
    unsigned size = input_u8(input), tasks = input_u8(input);
    config.max_packet_size = size;
    config.max_transmissions = (uint8_t)(tasks & 7);
    if (tasks & 8) {
        config.periodic_gossip = (struct selkie_periodic){0, 0};
        config.periodic_announce = (struct selkie_periodic){0, 0};
        config.periodic_announce_to_down_members = (struct selkie_periodic){0, 0};
    }
    config.notify_down_members = (tasks & 16) != 0;
    config.probe_period_us += tasks >> 7;
    if (tasks & 32) {
        config.awareness_max = (uint8_t)(size % 5);
        config.suspects_hear_first = !config.suspects_hear_first;
        config.announce_while_idle = !config.announce_while_idle;
        config.reconnect_at_once = !config.reconnect_at_once;
        config.adapt_multiplier = (uint8_t)(size % 3);
    }
    if (tasks & 64) {
        config.suspicion_max_factor = (uint8_t)(size % 7);
        config.suspicion_confirmations = (uint8_t)(size % 5); /* more than at the start are refused */
        config.broadcast_share_percent = (uint8_t)(size % 102);
    }
    world_enter(world);
    int error = selkie_set_config(world->engine, &config);
    if (error == 0) {
        world->config = config;
    }
    world_leave(world, error);
}

/* One whom the table has, if the byte names its place; otherwise whom it may not know. */
static void call_evict(struct world *world, struct input *input) {
    unsigned char identity[WORLD_IDENTITY_MAX];
    take_identity(world, input, identity);
    struct selkie_member member = {.struct_size = sizeof member};
    bool active = selkie_find(world->engine, identity, &member) && member.state != SELKIE_DOWN &&
                  memcmp(member.identity, identity, world->type.size) == 0;
    world_enter(world);
    int result = selkie_evict(world->engine, identity);
    world_leave(world, result);
    FUZZ_MUST(active == (result != SELKIE_E_UNKNOWN_MEMBER));
}

static void call_paused(struct world *world, struct input *input) {
    static const uint64_t pauses_us[] = {0, 1, SELKIE_MS(999), SELKIE_S(3), SELKIE_S(86400), UINT64_MAX};
    uint64_t pause_us = pauses_us[input_u8(input) % 6];
    world_enter(world);
    world_leave(world, selkie_paused(world->engine, pause_us));
}

static void plain_call(struct world *world, struct input *input) {
    unsigned which = input_u8(input);
    if (which >= 0x80) {
        (which & 1 ? call_evict : call_paused)(world, input);
        return;
    }
    world_enter(world);
    switch (which % 6) {
    case 0:
        world_leave(world, selkie_gossip(world->engine));
        break;
    case 1:
        world_leave(world, selkie_broadcast(world->engine));
        break;
    case 2:
        world_leave(world, selkie_leave(world->engine));
        break;
    case 3:
        world_leave(world, selkie_reuse_down_identity(world->engine));
        break;
    default:
        world->timers_max = 0; /* revive takes it that the cycles' timers are gone, which they are not */
        world_leave(world, selkie_revive(world->engine));
        break;
    }
}

/* Let the world be unkind from here on: refuse timers, fail an allocation. Or kind again. */
static void mood(struct world *world, struct input *input) {
    unsigned byte = input_u8(input);
    world->refuse_timers = (byte & 1) != 0;
    world->allocations_left = byte & 2 ? byte >> 2 & 7 : UINT32_MAX;
}

/* ---- The program ---- */

static void (*const operations[])(struct world *world, struct input *input) = {
    built_packet, built_packet,         built_packet,       answer,          answer,          due_timers, due_timers,
    raw_packet,   call_announce,        call_add_broadcast, call_apply_many, call_set_config, plain_call, mood,
    lost_timer,   call_change_identity, repeated_timer,     damaged_timer,
};

static uint64_t run(struct input input) {
    static struct world world; /* too large for some stacks; world_open clears it */
    if (!world_open(&world, &input)) {
        return 0;
    }
    for (unsigned i = 0; i < OPERATIONS_MAX && input.left > 0; i++) {
        operations[input_u8(&input) % (sizeof operations / sizeof *operations)](&world, &input);
    }
    world_close(&world);
    return world.trace;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct input input = {bytes, size};
    uint64_t trace = run(input);
    if (size % 4 == 0) {                /* not always, for it takes as long again */
        FUZZ_MUST(run(input) == trace); /* the same seed, the same input: the same output, wherever memory lies */
    }
    return 0;
}
