/* The engine's surroundings: every function that an engine can be given, and what can be seen of one. */
#include "world.h"

#include <string.h>

#include "cmocka_all.h"

uint64_t hash_more(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ next[i]) * 1099511628211u;
    }
    return hash;
}

static void enter(struct world *world, enum place place) {
    world->visits[place]++;
    if (world->inside && world->engine) {
        world->inside(world, place);
    }
}

/* Something came out of the engine. */
static void note(struct world *world, const void *bytes, size_t size) {
    world->outputs++;
    world->spoken = hash_more(world->spoken, bytes, size);
    world->trace = hash_more(world->trace, bytes, size);
}

/* ---- runtime ---- */

static void notify(void *ctx, const struct selkie_notification *notification) {
    struct world *world = ctx;
    const struct selkie_member *member = &notification->member;
    unsigned char kind = (unsigned char)notification->kind;
    note(world, &kind, 1);
    if (member->identity) {
        note(world, member->identity, IDENTITY_SIZE);
        note(world, &member->slot, sizeof member->slot);
    }
    if (member->accuser) {
        note(world, member->accuser, IDENTITY_SIZE);
    }
    if (notification->old_identity) {
        note(world, notification->old_identity, IDENTITY_SIZE);
    }
    world->notified[notification->kind]++;
    enter(world, (enum place)(PLACE_NOTIFY + (int)notification->kind));
}

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct world *world = ctx;
    struct selkie_header header = {.struct_size = sizeof header};
    struct identity_bytes source, destination, peer;
    struct selkie_reader reader = {bytes, size, false};
    note(world, identity, IDENTITY_SIZE);
    note(world, bytes, size);
    assert_int_equal(
        world->packed.decode_header(&world->packed, &reader, &header, source.bytes, destination.bytes, peer.bytes), 0);
    struct selkie_member member = {.struct_size = sizeof member};
    bool known = selkie_find(world->engine, identity, &member);
    world->sent[header.message]++;
    world->sent_to_down[header.message] += known && member.state == SELKIE_DOWN ? 1 : 0;
    world->last_to[header.message] = destination;
    if (header.message == SELKIE_PING) {
        world->last_number = header.probe_number;
    }
    enter(world, PLACE_SEND_TO);
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct world *world = ctx;
    world->outputs++;
    world->trace = hash_more(world->trace, timer, sizeof *timer);
    world->trace = hash_more(world->trace, &delay_us, sizeof delay_us);
    enter(world, PLACE_SUBMIT_AFTER);
    world->submitted++;
    bool reached =
        world->refuse_from_there ? world->submitted >= world->refuse_at : world->submitted == world->refuse_at;
    bool refused = (world->refuse_at != 0 && reached) || (delay_us == world->refuse_delay_us && world->refused == 0);
    world->refused += refused ? 1 : 0;
    return !refused && selkie_schedule_push(world->schedule, timer, world->now_us + delay_us);
}

static void visit_memory(void *ctx, bool after, const void *block) {
    struct world *world = ctx;
    world->being_freed = block;
    enter(world, after ? PLACE_RESIZE_AFTER : PLACE_RESIZE_BEFORE);
}

/* ---- codec: the packed one ---- */

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    struct world *world = codec->ctx;
    enter(world, PLACE_ENCODE_HEADER);
    return world->packed.encode_header(&world->packed, writer, header);
}

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    struct world *world = codec->ctx;
    enter(world, PLACE_ENCODE_MEMBER);
    return world->packed.encode_member(&world->packed, writer, member);
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    struct world *world = codec->ctx;
    enter(world, PLACE_DECODE_HEADER);
    return world->packed.decode_header(&world->packed, reader, header, source, destination, peer);
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    struct world *world = codec->ctx;
    enter(world, PLACE_DECODE_MEMBER);
    return world->packed.decode_member(&world->packed, reader, member, identity, accuser);
}

/* ---- broadcasts ---- */

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct world *world = ctx;
    const uint8_t *said = bytes;
    note(world, bytes, size);
    (void)sender;
    enter(world, PLACE_RECEIVE);
    if (size < 2) {
        return SELKIE_REFUSED;
    }
    if (said[1] <= world->versions[said[0]]) {
        return SELKIE_KNOWN;
    }
    world->versions[said[0]] = said[1];
    memcpy(key, said, 1);
    return SELKIE_NEW;
}

static bool invalidates(void *ctx, const void *newer, const void *queued) {
    enter(ctx, PLACE_INVALIDATES);
    return memcmp(newer, queued, 1) == 0;
}

static bool wants(void *ctx, const void *identity) {
    struct world *world = ctx;
    note(world, identity, IDENTITY_SIZE);
    enter(world, PLACE_WANTS);
    return ((const unsigned char *)identity)[4] % 8 != 7;
}

static void done(void *ctx, const void *key, enum selkie_broadcast_end end) {
    unsigned char said[2] = {*(const unsigned char *)key, (unsigned char)end};
    note(ctx, said, sizeof said);
    enter(ctx, PLACE_DONE);
}

/* ---- identity ---- */

static bool renew(void *ctx, void *identity) {
    struct world *world = ctx;
    enter(world, PLACE_RENEW);
    unsigned char *bytes = identity;
    unsigned generation = (unsigned)(bytes[6] << 8 | bytes[7]) + 1;
    bytes[6] = (unsigned char)(generation >> 8);
    bytes[7] = (unsigned char)generation;
    return world->renewable;
}

static bool wins(void *ctx, const void *a, const void *b) {
    enter(ctx, PLACE_WINS);
    return memcmp(a, b, IDENTITY_SIZE) > 0;
}

/* ---- the world ---- */

static void init_codec(struct world *world) {
    selkie_codec_packed(&world->packed, IDENTITY_SIZE);
    world->codec = world->packed;
    world->codec.ctx = world;
    world->codec.member_min = (uint16_t)(world->packed.member_max - 1); /* sizes are then asked of the codec */
    world->codec.encode_header = encode_header;
    world->codec.encode_member = encode_member;
    world->codec.decode_header = decode_header;
    world->codec.decode_member = decode_member;
}

static void init_config(struct selkie_config *config) {
    selkie_config_lan(config, 10);
    config->max_packet_size = 700;
    config->awareness_max = 1; /* nobody answers, and probing is not to become slow */
    config->remove_down_after_us = SELKIE_S(20);
    config->periodic_announce.every_us = SELKIE_S(7);
    config->periodic_announce_to_down_members.every_us = SELKIE_S(5);
    config->periodic_gossip.every_us = SELKIE_MS(600);
    config->observe = SELKIE_OBSERVE_DATA_RECEIVED | SELKIE_OBSERVE_DATA_SENT | SELKIE_OBSERVE_PROBE_FAILED |
                      SELKIE_OBSERVE_MEMBER_SUSPECT | SELKIE_OBSERVE_MEMBER_REFUTED | SELKIE_OBSERVE_MEMBER_REMOVED;
}

void world_init(struct world *world, bool by_equal_keys) {
    memset(world, 0, sizeof *world);
    world->memory.visit = visit_memory;
    world->memory.ctx = world;
    world->renewable = true;
    world->identity = identity_of(0, 0);
    world->type = (struct selkie_identity_type){sizeof world->type, world, IDENTITY_SIZE, ADDRESS_SIZE, renew, wins};
    world->runtime = (struct selkie_runtime){sizeof world->runtime, world, notify, send_to, submit_after};
    init_codec(world);
    init_config(&world->config);
    world->handler = (struct selkie_broadcasts){
        sizeof world->handler, world, 1, receive, by_equal_keys ? NULL : invalidates, wants, done};
    world->options = (struct selkie_options){.struct_size = sizeof world->options,
                                             .identity = world->identity.bytes,
                                             .type = &world->type,
                                             .runtime = &world->runtime,
                                             .codec = &world->codec,
                                             .config = &world->config,
                                             .broadcasts = &world->handler,
                                             .seed = {7, 2, 9}};
    assert_int_equal(selkie_schedule_new(&world->schedule, NULL, 0), 0);
}

int world_start(struct world *world) {
    struct selkie_allocator allocator = memory_allocator(&world->memory);
    return selkie_new_with(&world->engine, &allocator, &world->options);
}

void world_end(struct world *world) {
    assert_int_equal(selkie_free(world->engine), 0);
    world->engine = NULL;
    selkie_schedule_free(world->schedule);
    assert_int_equal(world->memory.blocks, 0);
    assert_int_equal(world->memory.bytes, 0);
}

int world_deliver(struct world *world, const struct letter *letter) {
    return selkie_handle_data(world->engine, letter->bytes, letter->size);
}

int world_next_timer(struct world *world) {
    struct selkie_timer timer;
    uint64_t due_us = selkie_schedule_next_due(world->schedule);
    if (due_us == UINT64_MAX) {
        return 1;
    }
    world->now_us = due_us > world->now_us ? due_us : world->now_us;
    assert_true(selkie_schedule_pop(world->schedule, world->now_us, &timer));
    return selkie_handle_timer(world->engine, &timer);
}

void world_run(struct world *world, uint64_t duration_us, int allowed) {
    uint64_t end_us = world->now_us + duration_us;
    while (selkie_schedule_next_due(world->schedule) <= end_us) {
        int result = world_next_timer(world);
        assert_true(result == SELKIE_OK || result == allowed);
    }
    world->now_us = end_us;
}

/* ---- snapshots ---- */

static uint64_t hash_of_members(const selkie *engine) {
    uint64_t hash = 14695981039346656037u;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    while (selkie_next(engine, &cursor, &member)) {
        unsigned char rest[4] = {(unsigned char)member.incarnation, (unsigned char)(member.incarnation >> 8),
                                 member.state, member.flags};
        hash = hash_more(hash, member.identity, IDENTITY_SIZE);
        hash = hash_more(hash, rest, sizeof rest);
        hash = hash_more(hash, &member.slot, sizeof member.slot);
        hash = member.accuser ? hash_more(hash, member.accuser, IDENTITY_SIZE) : hash;
    }
    return hash;
}

/* What calls returned is counted, whatever else they did. */
static void forget_errors(struct selkie_stats *stats) {
    memset(&stats->error_data_too_big, 0,
           offsetof(struct selkie_stats, updates_applied) - offsetof(struct selkie_stats, error_data_too_big));
}

struct snapshot snapshot_take(const selkie *engine) {
    struct snapshot snapshot = {.incarnation = selkie_incarnation(engine),
                                .connection = (uint32_t)selkie_connection(engine),
                                .active = selkie_active_count(engine),
                                .count = selkie_member_count(engine),
                                .updates = selkie_updates_backlog(engine),
                                .broadcasts = selkie_broadcasts_backlog(engine),
                                .limit = selkie_broadcast_limit(engine),
                                .awareness = selkie_awareness(engine),
                                .farewell = selkie_farewell_pending(engine),
                                .members = hash_of_members(engine)};
    memcpy(snapshot.identity, selkie_identity(engine), IDENTITY_SIZE);
    selkie_get_stats(engine, &snapshot.stats);
    forget_errors(&snapshot.stats);
    selkie_get_config(engine, &snapshot.config);
    return snapshot;
}

void snapshot_check_equal(const struct snapshot *a, const struct snapshot *b) {
    assert_memory_equal(a->identity, b->identity, IDENTITY_SIZE);
    assert_int_equal(a->incarnation, b->incarnation);
    assert_int_equal(a->connection, b->connection);
    assert_int_equal(a->active, b->active);
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->updates, b->updates);
    assert_int_equal(a->broadcasts, b->broadcasts);
    assert_int_equal(a->limit, b->limit);
    assert_int_equal(a->awareness, b->awareness);
    assert_int_equal(a->farewell, b->farewell);
    assert_true(a->members == b->members);
    assert_memory_equal(&a->stats, &b->stats, sizeof a->stats);
    assert_int_equal(a->config.max_packet_size, b->config.max_packet_size);
    assert_int_equal(a->config.num_indirect_probes, b->config.num_indirect_probes);
    assert_int_equal(a->config.max_transmissions, b->config.max_transmissions);
}
