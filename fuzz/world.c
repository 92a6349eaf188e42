/* The world of a fuzzed engine, as fuzz/world.h describes it: what the engine calls, and what is checked there and
 * after each call. */
#include "fuzz/world.h"

#include <string.h>

/* ---- The trace ---- */

/* FNV-1a. */
static void trace_bytes(struct world *world, const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        world->trace = (world->trace ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    }
}

static void trace_output(struct world *world, int what, const void *bytes, size_t size) {
    world->outputs++;
    trace_bytes(world, &what, sizeof what);
    trace_bytes(world, bytes, size);
}

/* ---- Memory ---- */

static void *world_resize(void *ctx, void *memory, size_t old_size, size_t new_size) {
    struct world *world = (struct world *)ctx;
    FUZZ_MUST(world->bytes_held >= old_size);
    FUZZ_MUST((memory == NULL) == (old_size == 0));
    if (new_size == 0) {
        world->bytes_held -= old_size;
        free(memory);
        return NULL;
    }
    if (world->allocations_left == 0) {
        return NULL;
    }
    if (world->allocations_left != UINT32_MAX) {
        world->allocations_left--;
    }
    void *resized = realloc(memory, new_size);
    FUZZ_MUST(resized);
    world->bytes_held += new_size - old_size;
    return resized;
}

/* ---- Identities ---- */

void world_identity(const struct world *world, unsigned address, unsigned generation, void *identity) {
    unsigned char bytes[WORLD_IDENTITY_MAX];
    bytes[0] = (unsigned char)address;
    bytes[1] = (unsigned char)(generation >> 8);
    bytes[2] = (unsigned char)generation;
    memcpy(identity, bytes, world->type.size);
}

/* A user's own order, by which some identities win over none of their address: only the low bits of the generation
 * count. */
static bool world_wins(void *ctx, const void *a, const void *b) {
    (void)ctx;
    const unsigned char *x = (const unsigned char *)a, *y = (const unsigned char *)b;
    FUZZ_MUST(x[0] == y[0]);
    FUZZ_MUST(memcmp(x, y, WORLD_IDENTITY_MAX) != 0);
    return (x[2] & 3) > (y[2] & 3);
}

/* A renewal that now and then fails, does nothing, or loses. */
static bool world_renew(void *ctx, void *identity) {
    (void)ctx;
    unsigned char *bytes = (unsigned char *)identity;
    bytes[2] = (unsigned char)(bytes[2] + (bytes[1] & 1));
    return bytes[2] != 7;
}

/* ---- The runtime ---- */

/* From inside the engine's callbacks, looking is allowed and nothing else is. */
static void must_refuse_reentry(struct world *world) {
    if (!world->engine) {
        return;
    }
    FUZZ_MUST(world->inside);
    struct selkie_timer timer = {{0, 0, 0}};
    FUZZ_MUST(selkie_gossip(world->engine) == SELKIE_E_REENTRANT);
    FUZZ_MUST(selkie_evict(world->engine, selkie_identity(world->engine)) == SELKIE_E_REENTRANT);
    FUZZ_MUST(selkie_paused(world->engine, 1) == SELKIE_E_REENTRANT);
    FUZZ_MUST(selkie_handle_data(world->engine, "", 0) == SELKIE_E_REENTRANT);
    FUZZ_MUST(selkie_handle_timer(world->engine, &timer) == SELKIE_E_REENTRANT);
    FUZZ_MUST(selkie_active_count(world->engine) <= selkie_member_count(world->engine));
}

static void note_up_or_down(struct world *world, const struct selkie_notification *notification) {
    unsigned address = *(const unsigned char *)notification->member.identity;
    bool is_up = notification->kind == SELKIE_NOTIFY_MEMBER_UP;
    FUZZ_MUST(world->up[address] != is_up);
    FUZZ_MUST(notification->member.slot != SELKIE_NO_SLOT);
    world->up[address] = is_up;
    world->up_count += is_up ? 1 : (size_t)-1;
}

static void world_notify(void *ctx, const struct selkie_notification *notification) {
    struct world *world = (struct world *)ctx;
    trace_output(world, (int)notification->kind, notification->member.identity,
                 notification->member.identity ? world->type.size : 0);
    must_refuse_reentry(world);
    FUZZ_MUST(notification->struct_size == sizeof *notification);
    bool has_old = notification->kind == SELKIE_NOTIFY_RENAME || notification->kind == SELKIE_NOTIFY_REJOIN;
    FUZZ_MUST(has_old == (notification->old_identity != NULL));
    switch (notification->kind) {
    case SELKIE_NOTIFY_MEMBER_UP:
    case SELKIE_NOTIFY_MEMBER_DOWN:
        note_up_or_down(world, notification);
        break;
    case SELKIE_NOTIFY_RENAME:
        FUZZ_MUST(memcmp(notification->old_identity, notification->member.identity, world->type.addr_size) == 0);
        FUZZ_MUST(memcmp(notification->old_identity, notification->member.identity, world->type.size) != 0);
        break;
    case SELKIE_NOTIFY_DATA_RECEIVED:
    case SELKIE_NOTIFY_DATA_SENT:
        FUZZ_MUST(notification->header && notification->header->message < SELKIE_MESSAGE_COUNT);
        break;
    default:
        FUZZ_MUST(notification->kind < SELKIE_NOTIFICATION_COUNT);
        break;
    }
}

static size_t get_big_endian(struct selkie_reader *reader) {
    unsigned char bytes[2] = {0, 0};
    FUZZ_MUST(selkie_get(reader, bytes, 2));
    return (size_t)bytes[0] << 8 | bytes[1];
}

/* What follows a header that we sent must be whole: the count, that many updates, whole broadcasts. room: what
 * max_packet_size left for it. */
static void must_be_whole(const struct world *world, int message, struct selkie_reader reader, size_t room) {
    if (message == SELKIE_ANNOUNCE || message == SELKIE_TURN_UNDEAD) {
        FUZZ_MUST(reader.left == 0);
        return;
    }
    if (message != SELKIE_BROADCAST) {
        FUZZ_MUST((reader.left >= 2) == (room >= 3));
    }
    size_t count = reader.left == 0 || message == SELKIE_BROADCAST ? 0 : get_big_endian(&reader);
    for (size_t i = 0; i < count; i++) {
        struct selkie_member member = {.struct_size = sizeof member};
        unsigned char identity[WORLD_IDENTITY_MAX], accuser[WORLD_IDENTITY_MAX];
        FUZZ_MUST(world->codec.decode_member(&world->codec, &reader, &member, identity, accuser) == 0);
        FUZZ_MUST(message != SELKIE_FEED || member.state != SELKIE_DOWN);
    }
    while (reader.left > 0) {
        size_t size = get_big_endian(&reader);
        FUZZ_MUST(size > 0 && size <= reader.left);
        reader.next += size;
        reader.left -= size;
    }
}

static void world_send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct world *world = (struct world *)ctx;
    trace_output(world, -1, bytes, size);
    must_refuse_reentry(world);
    FUZZ_MUST(size <= world->config.max_packet_size);
    struct world_packet *sent = &world->sent[world->sent_count++ % WORLD_REMEMBERED];
    memset(sent, 0, sizeof *sent);
    sent->header.struct_size = sizeof sent->header;
    struct selkie_reader reader = {(const unsigned char *)bytes, size, false};
    FUZZ_MUST(world->codec.decode_header(&world->codec, &reader, &sent->header, sent->source, sent->destination,
                                         sent->peer) == 0);
    FUZZ_MUST(sent->header.message < SELKIE_MESSAGE_COUNT);
    FUZZ_MUST(memcmp(sent->destination, identity, world->type.size) == 0);
    FUZZ_MUST(memcmp(sent->source, selkie_identity(world->engine), world->type.size) == 0);
    FUZZ_MUST(sent->header.source_incarnation == selkie_incarnation(world->engine));
    must_be_whole(world, sent->header.message, reader, world->config.max_packet_size - (size - reader.left));
    if (sent->header.message == SELKIE_PING) {
        FUZZ_MUST(world->ping_missed || sent->header.probe_number == (uint8_t)(world->probe_number + 1));
        world->ping_missed = false;
        world->probe_number = sent->header.probe_number;
    }
}

static bool world_submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct world *world = (struct world *)ctx;
    trace_output(world, -2, &delay_us, sizeof delay_us);
    trace_bytes(world, timer, sizeof *timer);
    must_refuse_reentry(world);
    FUZZ_MUST(delay_us > 0);
    if (world->refuse_timers || world->timer_count == WORLD_TIMERS) {
        return false;
    }
    struct world_timer *place = &world->timers[world->timer_count++];
    place->timer = *timer;
    place->due_us = world->now_us + delay_us;
    place->order = world->submitted++;
    FUZZ_MUST(world->timers_max == 0 || world->timer_count <= world->timers_max);
    return true;
}

static bool goes_before(const struct world_timer *a, const struct world_timer *b) {
    if (a->due_us != b->due_us) {
        return a->due_us < b->due_us;
    }
    int order = selkie_timer_compare(&a->timer, &b->timer);
    return order != 0 ? order < 0 : a->order < b->order;
}

bool world_next_timer(struct world *world, struct selkie_timer *timer) {
    if (world->timer_count == 0) {
        return false;
    }
    struct world_timer *first = &world->timers[0];
    for (size_t i = 1; i < world->timer_count; i++) {
        if (goes_before(&world->timers[i], first)) {
            first = &world->timers[i];
        }
    }
    *timer = first->timer;
    world->now_us = first->due_us;
    *first = world->timers[--world->timer_count];
    return true;
}

/* ---- Broadcasts: the first byte is the verdict, and with the size the key ---- */

static enum selkie_verdict world_receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    (void)sender;
    must_refuse_reentry((struct world *)ctx);
    FUZZ_MUST(size > 0);
    unsigned char first = *(const unsigned char *)bytes;
    if (first >= 0xf8) {
        return SELKIE_REFUSED;
    }
    if (first >= 0xf0) {
        return SELKIE_KNOWN;
    }
    ((unsigned char *)key)[0] = first & 7;
    ((unsigned char *)key)[1] = (unsigned char)size;
    return SELKIE_NEW;
}

static bool world_invalidates(void *ctx, const void *newer, const void *queued) {
    must_refuse_reentry((struct world *)ctx);
    return *(const unsigned char *)newer >= *(const unsigned char *)queued;
}

static void world_done(void *ctx, const void *key, enum selkie_broadcast_end end) {
    struct world *world = (struct world *)ctx;
    must_refuse_reentry(world);
    FUZZ_MUST(end == SELKIE_BROADCAST_SENT || end == SELKIE_BROADCAST_REPLACED);
    trace_output(world, -3 - (int)end, key, 2);
}

static bool world_wants(void *ctx, const void *identity) {
    must_refuse_reentry((struct world *)ctx);
    return *(const unsigned char *)identity % 4 != 3;
}

/* ---- Life ---- */

enum { ROOMY = 40 }; /* bytes of a packet that has room for any identity */

static void choose_config(struct selkie_config *config, struct input *input) {
    static const uint16_t packet_sizes[] = {12, 16, 20, 30, 40, 64, 200, 1400};
    unsigned sizes = input_u8(input), tasks = input_u8(input);
    if (tasks & 0x80) {
        selkie_config_lan(config, sizes);
    } else {
        selkie_config_simple(config);
    }
    config->max_packet_size = packet_sizes[sizes & 7];
    config->num_indirect_probes = (uint8_t)(1 + (sizes >> 3 & 3));
    config->max_transmissions = (uint8_t)(1 + (sizes >> 5));
    config->notify_down_members = (tasks & 1) != 0;
    config->periodic_announce = (struct selkie_periodic){tasks & 2 ? SELKIE_MS(700) : 0, tasks & 2 ? 1 : 0};
    config->periodic_announce_to_down_members =
        (struct selkie_periodic){tasks & 4 ? SELKIE_MS(900) : 0, tasks & 4 ? 2 : 0};
    config->periodic_gossip = (struct selkie_periodic){tasks & 8 ? SELKIE_MS(300) : 0, tasks & 8 ? 3 : 0};
    config->observe = tasks & 16 ? 63 : 0;
    if (tasks & 32) {
        config->remove_down_after_us = config->suspect_to_down_after_us / 2;
    }
    if (tasks & 64) {
        config->probe_rtt_us = config->probe_period_us; /* refused */
    }
}

static void choose_type(struct world *world, unsigned choice) {
    SELKIE_INIT(&world->type);
    world->type.size = WORLD_IDENTITY_MAX;
    world->type.addr_size = 1;
    world->type.ctx = &world->type;
    world->type.renew = choice & 2 ? NULL : selkie_renew_by_one;
    if (choice & 4) {
        world->type.wins = world_wins;
        world->type.renew = world_renew;
    }
    if (choice & 8) {
        world->type.size = 1;
        world->type.wins = NULL;
        world->type.renew = choice & 2 ? NULL : selkie_renew_by_one;
    }
    if (choice & 128) {
        world_plain_codec(&world->codec, world->type.size);
    } else {
        selkie_codec_packed(&world->codec, world->type.size);
    }
}

/* selkie_new_in must take exactly as much as selkie_memory_size says. */
static int open_bounded(struct world *world) {
    size_t size = selkie_memory_size(&world->options);
    if (size == 0) {
        return SELKIE_E_INVALID_CONFIG;
    }
    world->memory = malloc(size);
    FUZZ_MUST(world->memory && (uintptr_t)world->memory % SELKIE_MEMORY_ALIGN == 0);
    FUZZ_MUST(selkie_new_in(&world->engine, world->memory, size - 1, &world->options) == SELKIE_E_NO_MEMORY);
    int error = selkie_new_in(&world->engine, world->memory, size, &world->options);
    FUZZ_MUST(error == 0);
    world->timers_max = selkie_timers_max(&world->options);
    return error;
}

static int open_engine(struct world *world, struct input *input, unsigned choice) {
    struct selkie_runtime runtime = {sizeof runtime, world, world_notify, world_send_to, world_submit_after};
    struct selkie_broadcasts broadcasts = {sizeof broadcasts, world, 2, world_receive, NULL, NULL, world_done};
    broadcasts.invalidates = choice & 32 ? world_invalidates : NULL;
    broadcasts.wants = choice & 64 ? world_wants : NULL;
    unsigned char identity[WORLD_IDENTITY_MAX];
    world_identity(world, WORLD_OURSELVES, 5, identity);
    struct selkie_options *options = &world->options;
    SELKIE_INIT(options);
    options->identity = identity;
    options->type = &world->type;
    options->runtime = &runtime;
    options->codec = &world->codec;
    options->config = &world->config;
    options->broadcasts = choice & 16 ? NULL : &broadcasts;
    memset(options->seed, 1 + (int)(choice & 3), sizeof options->seed);
    world->bounded = (choice & 1) != 0;
    if (world->bounded) {
        unsigned bounds = input_u8(input);
        options->max_members = 1 + (bounds & 7);
        options->max_broadcasts = 1 + (bounds >> 3 & 3);
        options->max_broadcast_bytes = 1 + (bounds >> 5) * 20;
        options->max_suspicions = bounds & 3; /* 0: as many as there are by default */
    }
    const char *complaint = selkie_options_complaint(options);
    struct selkie_allocator allocator = {sizeof allocator, world, world_resize};
    int error = world->bounded ? open_bounded(world) : selkie_new_with(&world->engine, &allocator, options);
    FUZZ_MUST((error == 0) == (complaint == NULL));
    return error;
}

/* An engine that starts has room for its identity in a packet. From here on it need not. */
static void shrink_packets(struct world *world, uint32_t size) {
    world->config.max_packet_size = size;
    FUZZ_MUST(selkie_set_config(world->engine, &world->config) == 0);
}

bool world_open(struct world *world, struct input *input) {
    memset(world, 0, sizeof *world);
    world->allocations_left = UINT32_MAX;
    unsigned choice = input_u8(input);
    choose_config(&world->config, input);
    choose_type(world, choice);
    uint32_t packet_size = world->config.max_packet_size;
    world->config.max_packet_size = packet_size < ROOMY ? (uint32_t)ROOMY : packet_size;
    if (open_engine(world, input, choice) != 0) {
        world_close(world);
        return false;
    }
    shrink_packets(world, packet_size);
    FUZZ_MUST(world->outputs == 0);
    FUZZ_MUST(selkie_connection(world->engine) == SELKIE_DISCONNECTED);
    return true;
}

void world_close(struct world *world) {
    FUZZ_MUST(selkie_free(world->engine) == 0);
    FUZZ_MUST(world->bytes_held == 0);
    free(world->memory);
}

/* ---- What must hold between calls ---- */

static void must_be_consistent(struct world *world) {
    const selkie *engine = world->engine;
    struct selkie_cursor cursor = {0};
    struct selkie_member member, found;
    uint32_t members = 0, active = 0;
    SELKIE_INIT(&member);
    SELKIE_INIT(&found);
    while (selkie_next(engine, &cursor, &member)) {
        unsigned address = *(const unsigned char *)member.identity;
        bool is_active = member.state != SELKIE_DOWN;
        members++;
        active += is_active;
        FUZZ_MUST(member.state <= SELKIE_DOWN);
        FUZZ_MUST(!member.accuser || member.state == SELKIE_SUSPECT);
        FUZZ_MUST(world->up[address] == is_active);
        FUZZ_MUST(address != WORLD_OURSELVES || !is_active);
        FUZZ_MUST(selkie_find(engine, member.identity, &found) && found.slot == member.slot);
        FUZZ_MUST(!world->bounded || member.slot < world->options.max_members);
    }
    FUZZ_MUST(members == selkie_member_count(engine));
    FUZZ_MUST(active == selkie_active_count(engine) && active == world->up_count);
    FUZZ_MUST(!world->bounded || selkie_broadcasts_backlog(engine) <= world->options.max_broadcasts);
    FUZZ_MUST(selkie_connection(engine) <= SELKIE_UNDEAD);
    struct selkie_config config;
    selkie_get_config(engine, &config);
    FUZZ_MUST(selkie_awareness(engine) <= config.awareness_max);
    FUZZ_MUST(!selkie_farewell_pending(engine) || selkie_updates_backlog(engine) > 0);
}

void world_enter(struct world *world) {
    FUZZ_MUST(!world->inside);
    world->inside = true;
}

void world_leave(struct world *world, int result) {
    world->inside = false;
    trace_bytes(world, &result, sizeof result);
    world->ping_missed = world->ping_missed || result == SELKIE_E_ENCODE || result == SELKIE_E_TIMER_LOST;
    FUZZ_MUST(result != SELKIE_E_REENTRANT);
    FUZZ_MUST(result >= 0 || selkie_error_class(result) != SELKIE_CLASS_NONE);
    FUZZ_MUST(result != SELKIE_E_TIMER_LOST || world->refuse_timers || world->timer_count == WORLD_TIMERS);
    FUZZ_MUST(result != SELKIE_E_NO_MEMORY || world->allocations_left == 0);
    must_be_consistent(world);
}

/* Does this error of handle_data mean that nothing at all happened? */
static bool leaves_no_trace(int error) {
    return error == SELKIE_E_DATA_TOO_BIG || error == SELKIE_E_DECODE || error == SELKIE_E_VERSION ||
           error == SELKIE_E_DATA_FROM_OURSELVES || error == SELKIE_E_NO_MEMORY;
}

void world_packet_in(struct world *world, const void *bytes, size_t size) {
    size_t outputs = world->outputs;
    uint32_t members = selkie_member_count(world->engine);
    uint32_t updates = selkie_updates_backlog(world->engine);
    world_enter(world);
    int error = selkie_handle_data(world->engine, bytes, size);
    world_leave(world, error);
    if (leaves_no_trace(error)) {
        FUZZ_MUST(world->outputs == outputs);
        FUZZ_MUST(selkie_member_count(world->engine) == members);
        FUZZ_MUST(selkie_updates_backlog(world->engine) == updates);
    }
    FUZZ_MUST(error == 0 || selkie_error_class(error) == SELKIE_CLASS_PEER || error == SELKIE_E_ENCODE ||
              error == SELKIE_E_TIMER_LOST || error == SELKIE_E_NO_MEMORY);
    FUZZ_MUST((size > world->config.max_packet_size) == (error == SELKIE_E_DATA_TOO_BIG));
}

void world_timer_in(struct world *world, const struct selkie_timer *timer) {
    world->fired[world->fired_count++ % WORLD_REMEMBERED] = *timer;
    world_enter(world);
    int error = selkie_handle_timer(world->engine, timer);
    world_leave(world, error);
    FUZZ_MUST(error == 0 || selkie_error_class(error) == SELKIE_CLASS_RUNTIME || error == SELKIE_E_ENCODE ||
              error == SELKIE_E_TIMER_LOST || error == SELKIE_E_NO_MEMORY || error == SELKIE_E_INVALID_CONFIG);
}
