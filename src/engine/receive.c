/* A packet comes in. First all of it that can be wrong is looked at, then memory is made sure of, and only then does
 * anything take effect: the source, the updates, the broadcasts, the message, in this order. How members are stored is
 * not known here. */
#include "engine/receive.h"

#include "base/cursor.h"
#include "base/inline.h"
#include "base/memory.h"
#include "base/message.h"
#include "engine/apply.h"
#include "engine/connection.h"
#include "engine/ourselves.h"
#include "engine/output.h"
#include "engine/packet.h"
#include "engine/relay.h"
#include "engine/update.h"

/* A packet that is being received. The identities are aligned copies. */
struct received {
    struct selkie_header header;
    struct identity source;
    struct identity destination;
    struct identity peer;
    struct selkie_reader updates; /* at the first of them */
    uint32_t update_count;
    struct selkie_reader tail; /* what was not looked at yet, in the end the broadcasts */
};

/* Is there nothing in it that the codec does not claim to carry? */
static bool can_be_said(const struct selkie_codec *codec, const struct selkie_header *header) {
    return (codec->can & SELKIE_CAN_NACK) != 0 || (header->message != SELKIE_NACK && header->flags == 0);
}

static int decode_error(int error) {
    return error == SELKIE_E_VERSION ? SELKIE_E_VERSION : SELKIE_E_DECODE;
}

static int decode_header(const selkie *engine, struct received *packet) {
    struct selkie_header *header = &packet->header;
    struct selkie_reader *reader = &packet->tail;
    memset(header, 0, sizeof *header);
    header->struct_size = sizeof *header;
    int error = engine->codec.decode_header(&engine->codec, reader, header, packet->source.as.bytes,
                                            packet->destination.as.bytes, packet->peer.as.bytes);
    if (error != SELKIE_OK) {
        return decode_error(error);
    }
    if (reader->failed || header->message >= SELKIE_MESSAGE_COUNT || !can_be_said(&engine->codec, header)) {
        return SELKIE_E_DECODE;
    }
    header->source = packet->source.as.bytes;
    header->destination = packet->destination.as.bytes;
    header->peer = message_has_peer(header->message) ? packet->peer.as.bytes : NULL;
    return SELKIE_OK;
}

/* Updates that are decoded together. */
struct decoded {
    struct selkie_brief members[UPDATES_TOGETHER];
    unsigned char room[UPDATES_TOGETHER][2 * SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL]; /* for what they point to */
};

/* For codecs that have no shortcut, and to know what is wrong with a member. */
static int decode_aligned(const selkie *engine, struct selkie_reader *reader, struct selkie_member *member,
                          struct identity room[2]) {
    memset(member, 0, sizeof *member);
    member->struct_size = sizeof *member;
    member->slot = SELKIE_NO_SLOT;
    int error = engine->codec.decode_member(&engine->codec, reader, member, room[0].as.bytes, room[1].as.bytes);
    member->identity = room[0].as.bytes;
    member->accuser = member->accuser && engine->codec.can & SELKIE_CAN_ACCUSER ? room[1].as.bytes : NULL;
    if (error != SELKIE_OK) {
        return decode_error(error);
    }
    return reader->failed || member->state > SELKIE_DOWN ? SELKIE_E_DECODE : SELKIE_OK;
}

static OUTLINE uint32_t decode_one_by_one(const selkie *engine, struct selkie_reader *reader, struct decoded *decoded,
                                          uint32_t count) {
    size_t size = engine->type.size;
    for (uint32_t i = 0; i < count; i++) {
        struct selkie_reader before = *reader;
        struct selkie_member member;
        struct identity identities[2];
        if (decode_aligned(engine, reader, &member, identities) != SELKIE_OK) {
            *reader = before;
            return i;
        }
        unsigned char *accuser = decoded->room[i] + size + SELKIE_BRIEF_TAIL;
        decoded->members[i] = brief_write(decoded->room[i], &member, size);
        if (member.accuser) {
            memcpy(accuser, member.accuser, size);
            decoded->members[i].accuser = accuser;
        }
    }
    return count;
}

/* How many of `count` could be decoded: the reader is behind the last of them. */
static uint32_t decode_members(const selkie *engine, struct selkie_reader *reader, struct decoded *decoded,
                               uint32_t count) {
    const struct selkie_shortcuts *shortcuts = engine->codec.shortcuts;
    if (!shortcuts || !shortcuts->take_members) {
        return decode_one_by_one(engine, reader, decoded, count);
    }
    count = shortcuts->take_members(&engine->codec, reader, decoded->members, count, decoded->room);
    for (uint32_t i = 0; i < count; i++) {
        if (brief_state(decoded->members[i].bytes + engine->type.size) > SELKIE_DOWN) {
            return i;
        }
    }
    return count;
}

static uint32_t next_batch(uint32_t count) {
    return count < UPDATES_TOGETHER ? count : (uint32_t)UPDATES_TOGETHER;
}

static OUTLINE int decode_all(const selkie *engine, struct selkie_reader *reader, uint32_t count) {
    struct decoded decoded;
    while (count > 0) {
        uint32_t now = next_batch(count);
        if (decode_members(engine, reader, &decoded, now) < now) {
            struct selkie_member member;
            struct identity identities[2];
            int error = decode_aligned(engine, reader, &member, identities);
            return error != SELKIE_OK ? error : SELKIE_E_DECODE;
        }
        count -= now;
    }
    return SELKIE_OK;
}

static int skip_members(const selkie *engine, struct selkie_reader *reader, uint32_t count) {
    const struct selkie_shortcuts *shortcuts = engine->codec.shortcuts;
    if (!shortcuts || !shortcuts->skip_members) {
        return decode_all(engine, reader, count);
    }
    int error = shortcuts->skip_members(&engine->codec, reader, count);
    return error == SELKIE_OK && !reader->failed ? SELKIE_OK : decode_error(error);
}

/* Is the packet for us? An Announce need only know our address: that is how somebody joins who cannot know our
 * identity. */
static bool is_for_us(const selkie *engine, const struct selkie_header *header) {
    return header->message == SELKIE_ANNOUNCE ? state_has_our_address(engine, header->destination)
                                              : state_is_us(engine, header->destination);
}

/* Go over the updates once without effect, to where the broadcasts begin. */
static int check_updates(const selkie *engine, struct received *packet) {
    packet->update_count = 0;
    bool has_count = packet->tail.left > 0 && packet->header.message != SELKIE_BROADCAST;
    if (has_count && !reader_get_big16(&packet->tail, &packet->update_count)) {
        return SELKIE_E_DECODE;
    }
    if (packet->update_count == 0) {
        return SELKIE_OK;
    }
    packet->updates = packet->tail;
    return skip_members(engine, &packet->tail, packet->update_count);
}

/* ---- memory ---- */

static OUTLINE uint32_t count_unknown(const selkie *engine, const struct received *packet) {
    struct selkie_reader reader = packet->updates;
    uint32_t unknown = members_find(&engine->members, packet->source.as.bytes) == SELKIE_NO_SLOT ? 1 : 0;
    struct decoded decoded;
    for (uint32_t left = packet->update_count, now; left > 0; left -= now) {
        now = decode_members(engine, &reader, &decoded, next_batch(left));
        if (now == 0) {
            break; /* the codec changed its mind about bytes that it took before: nor will they be heard */
        }
        for (uint32_t i = 0; i < now; i++) {
            unknown += members_find(&engine->members, decoded.members[i].bytes) == SELKIE_NO_SLOT ? 1 : 0;
        }
    }
    return unknown;
}

/* Only if there is not enough for all of them does it matter how many are new. */
static bool reserve(selkie *engine, const struct received *packet) {
    uint32_t heard = packet->update_count + 1;
    if (apply_reserve(engine, heard, heard)) {
        return true;
    }
    uint32_t unknown = count_unknown(engine, packet);
    return unknown < heard && apply_reserve(engine, heard, unknown);
}

/* ---- effects ---- */

enum source { SOURCE_STRANGER, SOURCE_INACTIVE, SOURCE_ACTIVE };

/* What the source is here: a stranger is one whom there is no room to remember. */
static OUTLINE enum source hear_source(selkie *engine, const struct received *packet, uint32_t slot) {
    struct selkie_member source;
    memset(&source, 0, sizeof source);
    source.identity = packet->source.as.bytes;
    source.incarnation = packet->header.source_incarnation;
    source.state = SELKIE_ALIVE;
    if (members_compare(&engine->members, slot, &source) == MEMBERS_HELD) {
        return members_is_active(&engine->members, slot) ? SOURCE_ACTIVE : SOURCE_INACTIVE;
    }
    slot = apply_news(engine, &source, MEMBERS_ANY, true).slot;
    if (slot == SELKIE_NO_SLOT) {
        return SOURCE_STRANGER;
    }
    bool here = identity_equal(&engine->type, members_identity(&engine->members, slot), source.identity);
    return here && members_is_active(&engine->members, slot) ? SOURCE_ACTIVE : SOURCE_INACTIVE;
}

/* Is what we hold (in brief) just what the source says of itself? */
static bool is_as_held(const selkie *engine, const struct received *packet, const unsigned char *held) {
    const unsigned char *tail = held + engine->type.size;
    return identity_equal(&engine->type, held, packet->source.as.bytes) && brief_state(tail) == SELKIE_ALIVE &&
           brief_incarnation(tail) == packet->header.source_incarnation;
}

/* The source is alive, as it says itself. Mostly that is known. */
static enum source apply_source(selkie *engine, const struct received *packet) {
    uint32_t slot;
    const unsigned char *held = members_look_up(&engine->members, packet->source.as.bytes, &slot);
    return held && is_as_held(engine, packet, held) ? SOURCE_ACTIVE : hear_source(engine, packet, slot);
}

/* The source is Down here, or superseded. Two that hold each other for Down must not tell each other so for ever: being
 * told so by somebody who is dead to us is news about us like any other. */
static void answer_inactive(selkie *engine, const struct received *packet) {
    if (packet->header.message == SELKIE_TURN_UNDEAD) {
        ourselves_declared_down(engine);
    }
    if (engine->config.notify_down_members) {
        packet_send(engine, SELKIE_TURN_UNDEAD, packet->source.as.bytes, NULL, 0);
    }
}

/* Up to the last, or where the codec changes its mind about bytes that it took before. */
static OUTLINE void hear_updates(selkie *engine, struct selkie_reader reader, uint32_t count) {
    struct decoded decoded;
    while (count > 0) {
        uint32_t wanted = next_batch(count), now = decode_members(engine, &reader, &decoded, wanted);
        if (now > 0) {
            updates_hear(engine, decoded.members, now, true);
        }
        count = now < wanted ? 0 : count - now;
    }
}

static void apply_updates(selkie *engine, const struct received *packet) {
    if (packet->update_count > 0) {
        hear_updates(engine, packet->updates, packet->update_count);
    }
    connection_adjust(engine);
}

static int receive_broadcasts(selkie *engine, const struct received *packet) {
    struct selkie_reader reader = packet->tail;
    while (reader.left > 0) {
        uint32_t size = 0;
        if (!reader_get_big16(&reader, &size) || size == 0 || size > reader.left) {
            return SELKIE_E_MALFORMED_PACKET;
        }
        bool queued;
        enum selkie_verdict verdict = broadcasts_offer(&engine->broadcasts, reader.next, size, packet->source.as.bytes,
                                                       0, engine->config.max_transmissions, &queued);
        count_verdict(engine, verdict);
        if (verdict == SELKIE_REFUSED) {
            return SELKIE_E_CUSTOM_BROADCAST;
        }
        if (verdict == SELKIE_NEW && !queued) {
            count(engine, COUNTER_broadcasts_not_relayed);
        }
        reader.next += size;
        reader.left -= size;
    }
    return SELKIE_OK;
}

/* Pass a probe on by sending `message` to `destination`, unless we are what it is about. */
static int pass_on(selkie *engine, const struct received *packet, enum selkie_message message, const void *destination,
                   const void *peer) {
    if (state_is_us(engine, packet->peer.as.bytes)) {
        return SELKIE_E_INDIRECT_FOR_OURSELVES;
    }
    packet_send(engine, message, destination, peer, packet->header.probe_number);
    return SELKIE_OK;
}

/* What a helper has to say of a probe of ours. */
static int receive_from_helper(selkie *engine, const struct received *packet,
                               void (*take)(selkie *engine, const void *source, uint8_t number)) {
    if (state_is_us(engine, packet->peer.as.bytes)) {
        return SELKIE_E_INDIRECT_FOR_OURSELVES;
    }
    take(engine, packet->source.as.bytes, packet->header.probe_number);
    return SELKIE_OK;
}

static int receive_ping_req(selkie *engine, const struct received *packet) {
    const void *source = packet->source.as.bytes, *target = packet->peer.as.bytes;
    int error = pass_on(engine, packet, SELKIE_INDIRECT_PING, target, source);
    if (error == SELKIE_OK && packet->header.flags & SELKIE_NACK_WANTED) {
        relay_begin(engine, source, target, packet->header.probe_number);
    }
    return error;
}

static int receive_indirect_ack(selkie *engine, const struct received *packet) {
    const void *source = packet->source.as.bytes, *asker = packet->peer.as.bytes;
    int error = pass_on(engine, packet, SELKIE_FORWARDED_ACK, asker, source);
    if (error == SELKIE_OK) {
        relay_answered(engine, asker, source, packet->header.probe_number);
    }
    return error;
}

/* Do what the message asks for. */
static int react(selkie *engine, const struct received *packet) {
    const void *source = packet->source.as.bytes, *peer = packet->peer.as.bytes;
    uint8_t number = packet->header.probe_number;
    switch (packet->header.message) {
    case SELKIE_PING:
        packet_send(engine, SELKIE_ACK, source, NULL, number);
        return SELKIE_OK;
    case SELKIE_ACK:
        probe_ack(engine, source, number);
        return SELKIE_OK;
    case SELKIE_PING_REQ:
        return receive_ping_req(engine, packet);
    case SELKIE_INDIRECT_PING:
        return pass_on(engine, packet, SELKIE_INDIRECT_ACK, source, peer);
    case SELKIE_INDIRECT_ACK:
        return receive_indirect_ack(engine, packet);
    case SELKIE_FORWARDED_ACK:
        return receive_from_helper(engine, packet, probe_forwarded_ack);
    case SELKIE_NACK:
        return receive_from_helper(engine, packet, probe_nack);
    case SELKIE_ANNOUNCE:
        packet_send(engine, SELKIE_FEED, source, NULL, 0);
        return SELKIE_OK;
    case SELKIE_TURN_UNDEAD:
        ourselves_declared_down(engine);
        return SELKIE_OK;
    default: /* Feed, Gossip, Broadcast: what they carry was all */
        return SELKIE_OK;
    }
}

/* The table is full, and the source cannot be remembered: answer what needs no record, so that the member one over the
 * bound is not taken for dead by everybody it asks. */
static int answer_stranger(selkie *engine, const struct received *packet) {
    switch (packet->header.message) {
    case SELKIE_TURN_UNDEAD:
        return react(engine, packet);
    case SELKIE_PING:
    case SELKIE_PING_REQ:
    case SELKIE_INDIRECT_PING:
    case SELKIE_ANNOUNCE:
        return engine->connection == SELKIE_CONNECTED ? react(engine, packet) : SELKIE_OK;
    default:
        return SELKIE_OK;
    }
}

static int take_effect(selkie *engine, const struct received *packet) {
    if (engine->config.observe & SELKIE_OBSERVE_DATA_RECEIVED) {
        notify_header(engine, SELKIE_NOTIFY_DATA_RECEIVED, &packet->header);
    }
    enum source source = apply_source(engine, packet);
    if (source == SOURCE_STRANGER) {
        count(engine, COUNTER_packets_from_strangers);
        return answer_stranger(engine, packet);
    }
    if (source == SOURCE_INACTIVE) {
        count(engine, COUNTER_packets_from_inactive);
        answer_inactive(engine, packet);
        return SELKIE_OK;
    }
    apply_updates(engine, packet);
    int error = packet->tail.left > 0 ? receive_broadcasts(engine, packet) : SELKIE_OK;
    if (engine->connection != SELKIE_CONNECTED) {
        return error;
    }
    int reaction = react(engine, packet);
    return reaction != SELKIE_OK ? reaction : error;
}

int receive_packet(selkie *engine, const void *bytes, size_t size) {
    if (size > engine->config.max_packet_size) {
        return SELKIE_E_DATA_TOO_BIG;
    }
    struct received packet;
    packet.tail.next = (const unsigned char *)bytes;
    packet.tail.left = size;
    packet.tail.failed = false;
    int error = decode_header(engine, &packet);
    if (error != SELKIE_OK) {
        return error;
    }
    if (state_has_our_address(engine, packet.source.as.bytes)) {
        return SELKIE_E_DATA_FROM_OURSELVES;
    }
    if (packet.tail.left == 1 || (packet.tail.left > 0 && packet.header.message == SELKIE_ANNOUNCE)) {
        return SELKIE_E_MALFORMED_PACKET;
    }
    if (!is_for_us(engine, &packet.header)) {
        count(engine, COUNTER_packets_not_for_us);
        return SELKIE_OK;
    }
    error = check_updates(engine, &packet);
    if (error != SELKIE_OK) {
        return error;
    }
    if (!reserve(engine, &packet)) {
        return SELKIE_E_NO_MEMORY;
    }
    count_received(engine, packet.header.message, size);
    return take_effect(engine, &packet);
}
