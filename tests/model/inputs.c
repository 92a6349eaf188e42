/* Random material for the operations: identities, updates, broadcasts and packets. It leans on what the model knows, so
 * that most of what it makes is near to something that matters: present identities, incarnations around those held, the
 * probe under way. */
#include "fixture.h"

#include <string.h>

/* ---- identities and updates ---- */

struct id fixture_any_id(struct fixture *fixture) {
    static const uint32_t mixed[] = {0, 2, 3, 4, 8};
    uint32_t address = rng_below(&fixture->rng, fixture->addresses);
    if (fixture->mixed)
        address = mixed[address];
    return world_id(fixture->id_kind, address, rng_below(&fixture->rng, fixture->generations));
}

struct id fixture_known_id(struct fixture *fixture) {
    const struct model *model = &fixture->model;
    if (model->member_count == 0)
        return fixture_any_id(fixture);
    return model->members[rng_below(&fixture->rng, (uint32_t)model->member_count)].is.id;
}

const void *fixture_unaligned(struct fixture *fixture, const struct id *id, unsigned char *place) {
    place += rng_below(&fixture->rng, 2);
    memcpy(place, id->bytes, fixture->type.size);
    return place;
}

/* Our address under some generation. */
static struct id stale_self(struct fixture *fixture) {
    struct id id = fixture->model.self;
    struct id other = fixture_any_id(fixture);
    size_t address = fixture->type.addr_size;
    memcpy(id.bytes + address, other.bytes + address, fixture->type.size - address);
    return id;
}

static struct id likely_id(struct fixture *fixture) {
    uint32_t roll = rng_below(&fixture->rng, 100);
    if (fixture->cramped && roll >= 40)
        return world_id(fixture->id_kind, 1, rng_below(&fixture->rng, fixture->generations));
    if (roll < 12)
        return fixture->model.self;
    if (roll < 17)
        return stale_self(fixture);
    return roll < 60 ? fixture_known_id(fixture) : fixture_any_id(fixture);
}

static uint16_t likely_incarnation(struct fixture *fixture, const struct id *id) {
    const struct model *model = &fixture->model;
    const struct record *record = model_find(model, id);
    uint32_t around = same_id(model, id, &model->self) ? model->incarnation : record ? record->is.incarnation : 0;
    uint32_t roll = rng_below(&fixture->rng, 200);
    if (roll < 3)
        return (uint16_t)(UINT16_MAX - rng_below(&fixture->rng, 3));
    if (roll < 6)
        return (uint16_t)rng_next(&fixture->rng);
    if (roll < 40)
        return (uint16_t)rng_below(&fixture->rng, 4);
    return (uint16_t)(around + rng_below(&fixture->rng, 3) - (around > 0 && roll < 80));
}

static struct update some_update(struct fixture *fixture) {
    struct update update = {.id = likely_id(fixture)};
    uint32_t roll = rng_below(&fixture->rng, 100);
    update.incarnation = likely_incarnation(fixture, &update.id);
    update.state = roll < 55 ? SELKIE_ALIVE : roll < 80 ? SELKIE_SUSPECT : SELKIE_DOWN;
    if (update.state == SELKIE_DOWN && rng_chance(&fixture->rng, 40))
        update.flags = SELKIE_LEFT;
    return update;
}

static struct id likely_accuser(struct fixture *fixture, const struct id *suspect) {
    uint32_t roll = rng_below(&fixture->rng, 100);
    if (roll < 8)
        return *suspect;
    if (roll < 20)
        return fixture->model.self;
    return roll < 75 ? fixture_known_id(fixture) : fixture_any_id(fixture);
}

/* Somebody whom the table holds for Suspect, where a few tries find one. */
static const struct record *some_suspect(struct fixture *fixture) {
    const struct model *model = &fixture->model;
    for (int tries = 0; tries < 4 && model->member_count > 0; tries++) {
        const struct record *record = &model->members[rng_below(&fixture->rng, (uint32_t)model->member_count)];
        if (record->is.state == SELKIE_SUSPECT)
            return record;
    }
    return NULL;
}

struct update fixture_any_update(struct fixture *fixture) {
    struct update update = some_update(fixture);
    const struct record *suspect = rng_chance(&fixture->rng, 30) ? some_suspect(fixture) : NULL;
    if (suspect)
        update = suspect->is;
    update.accused = update.state == SELKIE_SUSPECT && rng_chance(&fixture->rng, 85);
    update.accuser = likely_accuser(fixture, &update.id);
    return update;
}

size_t fixture_broadcast(struct fixture *fixture, unsigned char *bytes, size_t most) {
    size_t size = rng_between(&fixture->rng, 1, rng_chance(&fixture->rng, 80) ? 12 : 60);
    if (size > most)
        size = most;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(rng_below(&fixture->rng, 3) << 4 | rng_below(&fixture->rng, 4));
    return size;
}

/* ---- packets ---- */

static int likely_message(struct fixture *fixture) {
    static const uint8_t shares[SELKIE_MESSAGE_COUNT] = {18, 13, 12, 7, 9, 8, 6, 5, 11, 3, 3, 5};
    uint32_t roll = rng_below(&fixture->rng, 100);
    int message = 0;
    if (fixture->asked)
        return SELKIE_PING_REQ;
    while (roll >= shares[message]) {
        roll -= shares[message];
        message++;
    }
    return message == SELKIE_NACK && fixture->codec.format ? SELKIE_GOSSIP : message;
}

static struct id likely_source(struct fixture *fixture, int message) {
    const struct probe *probe = &fixture->model.probe;
    bool near = rng_chance(&fixture->rng, 70);
    if (message == SELKIE_ACK && probe->on && near)
        return probe->id;
    if ((message == SELKIE_FORWARDED_ACK || message == SELKIE_NACK) && probe->helper_count && near)
        return probe->helpers[rng_below(&fixture->rng, (uint32_t)probe->helper_count)].id;
    struct id id = likely_id(fixture);
    if (same_address(&fixture->model, &id, &fixture->model.self) && rng_chance(&fixture->rng, 80))
        id = fixture_known_id(fixture);
    return id;
}

static struct id likely_destination(struct fixture *fixture) {
    uint32_t roll = rng_below(&fixture->rng, 100);
    if (roll < 90)
        return fixture->model.self;
    return roll < 96 ? stale_self(fixture) : fixture_any_id(fixture);
}

/* The answer of a target whose asker waits for a nack of ours, or one that is wrong in one point. */
static void answer_owed(struct fixture *fixture, struct header *header) {
    const struct model *model = &fixture->model;
    const struct owed_nack *owed = &model->owed[rng_below(&fixture->rng, (uint32_t)model->owed_count)];
    uint32_t roll = rng_below(&fixture->rng, 10);
    if (roll != 0 && !same_address(model, &owed->target, &model->self))
        header->source = owed->target;
    if (roll != 1)
        header->peer = owed->asker;
    if (roll != 2)
        header->number = owed->number;
}

static struct header likely_header(struct fixture *fixture) {
    struct header header = {.message = (uint8_t)likely_message(fixture)};
    header.source = likely_source(fixture, header.message);
    header.destination = likely_destination(fixture);
    header.incarnation = likely_incarnation(fixture, &header.source);
    header.has_peer = selkie_message_has_peer(header.message);
    header.peer = rng_chance(&fixture->rng, 15) ? fixture->model.self : fixture_any_id(fixture);
    if (selkie_message_has_number(header.message))
        header.number = rng_chance(&fixture->rng, 85) ? fixture->model.probe_number : (uint8_t)rng_next(&fixture->rng);
    uint32_t percent = fixture->codec.format ? 0 : fixture->codec.can & SELKIE_CAN_NACK ? 60 : 5;
    if (header.message == SELKIE_PING_REQ && rng_chance(&fixture->rng, percent))
        header.flags = SELKIE_NACK_WANTED;
    if (header.message == SELKIE_INDIRECT_ACK && fixture->model.owed_count > 0 && rng_chance(&fixture->rng, 60))
        answer_owed(fixture, &header);
    return header;
}

static void put_header(struct fixture *fixture, struct selkie_writer *writer, const struct header *header) {
    struct selkie_header plain = {.struct_size = sizeof plain,
                                  .source = &header->source,
                                  .destination = &header->destination,
                                  .peer = header->has_peer ? &header->peer : NULL,
                                  .source_incarnation = header->incarnation,
                                  .message = header->message,
                                  .probe_number = header->number,
                                  .flags = header->flags};
    struct selkie_codec able = fixture->codec; /* also of what it does not carry, so that the engine has to refuse it */
    able.can |= SELKIE_CAN_NACK;
    if (!able.encode_header(&able, writer, &plain))
        fixture_fail(fixture, "(test) a header cannot be written");
}

static void put_count(struct selkie_writer *writer, size_t count) {
    selkie_put_u8(writer, (uint8_t)(count >> 8));
    selkie_put_u8(writer, (uint8_t)count);
}

/* As many of `count` as fit into what the packet may have. */
static void put_updates(struct fixture *fixture, struct selkie_writer *writer, uint32_t count) {
    struct selkie_writer before = *writer;
    put_count(writer, 0);
    uint32_t done = 0;
    while (done < count && writer->left >= fixture->codec.member_max) {
        struct update update = fixture_any_update(fixture);
        struct selkie_member member = {.struct_size = sizeof member,
                                       .identity = &update.id,
                                       .incarnation = update.incarnation,
                                       .state = update.state,
                                       .flags = fixture->codec.can & SELKIE_CAN_LEFT ? update.flags : 0};
        if (update.accused && fixture->codec.can & SELKIE_CAN_ACCUSER)
            member.accuser = &update.accuser;
        if (!fixture->codec.encode_member(&fixture->codec, writer, &member))
            fixture_fail(fixture, "(test) a member cannot be written");
        done++;
    }
    put_count(&before, !fixture->cramped && !fixture->mixed && rng_chance(&fixture->rng, 2)
                           ? done + rng_below(&fixture->rng, 3) - 1
                           : done);
}

static void put_tail(struct fixture *fixture, struct selkie_writer *writer) {
    unsigned char bytes[PACKET_MAX];
    for (uint32_t i = rng_below(&fixture->rng, 4); i > 0 && writer->left > 8; i--) {
        size_t size = fixture_broadcast(fixture, bytes, writer->left - 2);
        put_count(writer, rng_chance(&fixture->rng, 4) ? rng_below(&fixture->rng, 40) : size);
        selkie_put(writer, bytes, size);
    }
    if (rng_chance(&fixture->rng, 4))
        selkie_put(writer, bytes, rng_between(&fixture->rng, 1, 2));
}

static size_t mutate(struct fixture *fixture, unsigned char *bytes, size_t size) {
    struct rng *rng = &fixture->rng;
    switch (rng_below(rng, 4)) {
    case 0:
        return rng_below(rng, (uint32_t)size + 1);
    case 1:
        bytes[size] = (unsigned char)rng_next(rng);
        return size + rng_between(rng, 1, 2);
    case 2:
        bytes[rng_below(rng, (uint32_t)size)] = (unsigned char)rng_next(rng);
        return size;
    default:
        bytes[rng_below(rng, (uint32_t)size)] ^= (unsigned char)(1u << rng_below(rng, 8));
        return size;
    }
}

static size_t garbage(struct fixture *fixture, unsigned char *bytes) {
    size_t size = rng_below(&fixture->rng, rng_chance(&fixture->rng, 90) ? 64 : 1500);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)rng_next(&fixture->rng);
    return size;
}

size_t fixture_packet(struct fixture *fixture, unsigned char *bytes) {
    struct rng *rng = &fixture->rng;
    uint32_t roll = rng_below(rng, 100);
    memset(bytes, 0, PACKET_MAX);
    if (roll < 1 && !fixture->mixed)
        return garbage(fixture, bytes);
    struct header header = likely_header(fixture);
    struct selkie_writer writer = {.next = bytes, .left = PACKET_MAX - 8};
    put_header(fixture, &writer, &header);
    size_t limit = fixture->model.config.max_packet_size + (roll < 3 ? 2u : 0u), used = (size_t)(writer.next - bytes);
    writer.left = limit > used ? limit - used : 0;
    bool bare = header.message == SELKIE_ANNOUNCE ? !rng_chance(rng, 3) : rng_chance(rng, 10);
    if (!bare && writer.left >= 2) {
        if (header.message != SELKIE_BROADCAST)
            put_updates(fixture, &writer, rng_below(rng, rng_chance(rng, 90) ? 5 : 40));
        if (rng_chance(rng, 40))
            put_tail(fixture, &writer);
    }
    used = (size_t)(writer.next - bytes);
    return roll >= 95 && !fixture->cramped && !fixture->mixed ? mutate(fixture, bytes, used) : used;
}
