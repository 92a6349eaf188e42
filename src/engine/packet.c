/* Laying out packets:
 *
 *     +--------+----------------+---------+---------+-----+--------+-------+--------+-------+----
 *     | header | count (u16 BE) | member  | member  | ... | length | bytes | length | bytes | ...
 *     +--------+----------------+---------+---------+-----+--------+-------+--------+-------+----
 *       codec                     codec                     u16 BE   a custom broadcast
 *
 * Announce and TurnUndead are a header alone. Broadcast has no count and no members. All others have the count as soon
 * as three bytes are left, then as many members as fit (from the news queue; a Feed's are a random sample), then custom
 * broadcasts, for which a part may be kept: they are then chosen first, and moved to their place behind the members.
 * Why a packet is sent is the caller's business. */
#include "engine/packet.h"

#include "base/cursor.h"
#include "base/inline.h"
#include "base/memory.h"
#include "engine/output.h"
#include "engine/suspicion.h"

enum { COUNT_BYTES = 2, COUNT_MAX = 65535 };

/* A Feed ends when this many members in a row did not fit into what was left. */
enum { FEED_MISFITS_MAX = 64 };

/* Leave out what the codec does not claim to carry. */
static void fit_to_codec(const selkie *engine, struct selkie_member *member) {
    if (!(engine->codec.can & SELKIE_CAN_ACCUSER)) {
        member->accuser = NULL;
    }
    if (!(engine->codec.can & SELKIE_CAN_LEFT)) {
        member->flags = 0;
    }
}

/* For codecs that have no shortcut: from aligned copies. False leaves the writer as it was. */
static bool encode_aligned(const selkie *engine, struct selkie_writer *writer, const struct selkie_brief *brief) {
    struct identity identity, accuser;
    struct selkie_member member;
    struct selkie_writer before = *writer;
    brief_read(&member, brief->bytes, engine->type.size);
    identity_copy(&engine->type, &identity, brief->bytes);
    member.identity = identity.as.bytes;
    if (brief->accuser) {
        identity_copy(&engine->type, &accuser, brief->accuser);
        member.accuser = accuser.as.bytes;
    }
    fit_to_codec(engine, &member);
    bool encoded = engine->codec.encode_member(&engine->codec, writer, &member) && !writer->failed;
    if (!encoded) {
        *writer = before;
    }
    return encoded;
}

static OUTLINE uint32_t encode_all_aligned(const selkie *engine, struct selkie_writer *writer,
                                           const struct selkie_brief *members, uint32_t count) {
    uint32_t encoded = 0;
    while (encoded < count && encode_aligned(engine, writer, &members[encoded])) {
        encoded++;
    }
    return encoded;
}

/* One after the other, until one does not fit or cannot be written. How many: the writer is where they end. */
static uint32_t encode_members(const selkie *engine, struct selkie_writer *writer, const struct selkie_brief *members,
                               uint32_t count) {
    const struct selkie_shortcuts *shortcuts = engine->codec.shortcuts;
    return shortcuts && shortcuts->put_members ? shortcuts->put_members(&engine->codec, writer, members, count)
                                               : encode_all_aligned(engine, writer, members, count);
}

size_t packet_member_size(selkie *engine, const struct selkie_brief *member) {
    const struct selkie_codec *codec = &engine->codec;
    if (codec->member_min == codec->member_max) {
        return codec->member_max;
    }
    if (codec->shortcuts && codec->shortcuts->member_size) {
        return codec->shortcuts->member_size(codec, member);
    }
    struct selkie_writer writer = {engine->packet, engine->packet_room, false};
    return encode_members(engine, &writer, member, 1) == 1 ? engine->packet_room - writer.left : 0;
}

bool packet_has_room(const selkie *engine, size_t member_size) {
    return member_size <= selkie_broadcast_limit(engine);
}

/* ---- what a packet carries ---- */

static uint32_t at_most(uint32_t wanted, uint32_t most) {
    return wanted < most ? wanted : most;
}

/* A member as it is told. `item`: its slot, or a farewell's. */
static struct selkie_brief brief_of(const selkie *engine, uint32_t item) {
    struct selkie_brief brief = {news_farewell(&engine->news, item), NULL};
    return brief.bytes ? brief : suspicion_brief(engine, item);
}

/* Whoever is suspected is told of it first. Its slot, if that was put; otherwise SELKIE_NO_SLOT. */
static uint32_t put_own_suspicion(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header) {
    bool probes = header->message == SELKIE_PING || header->message == SELKIE_INDIRECT_PING;
    uint32_t slot = SELKIE_NO_SLOT;
    if (probes && engine->config.suspects_hear_first) {
        slot = members_find(&engine->members, header->destination);
    }
    if (slot == SELKIE_NO_SLOT) {
        return SELKIE_NO_SLOT;
    }
    struct selkie_brief member = suspicion_brief(engine, slot);
    bool suspect = brief_state(member.bytes + engine->type.size) == SELKIE_SUSPECT &&
                   identity_equal(&engine->type, member.bytes, header->destination);
    return suspect && encode_members(engine, writer, &member, 1) == 1 ? slot : SELKIE_NO_SLOT;
}

/* What news there is, in order, until nothing fits any more. `told`: the slot of whom not to tell of again, or
 * SELKIE_NO_SLOT: if there is somebody, one is looked at at a time. How many pieces. */
static OUTLINE uint32_t put_backlog(selkie *engine, struct selkie_writer *writer, uint32_t told, uint32_t most) {
    struct backlog_fill fill = backlog_fill_begin(&engine->news.backlog);
    struct backlog_candidates candidates;
    struct selkie_brief members[MEMBERS_TOGETHER];
    uint32_t together = told == SELKIE_NO_SLOT ? (uint32_t)MEMBERS_TOGETHER : 1, count = 0;
    while (count < most && backlog_fill_next(&fill, writer->left, &candidates)) {
        uint32_t now = at_most(together, most - count), item = told;
        while (candidates.count < now && backlog_candidate(&candidates, &item)) {
            members[candidates.count - 1] = brief_of(engine, item);
        }
        uint32_t put = item == told ? 0 : encode_members(engine, writer, members, candidates.count);
        if (put > 0) {
            backlog_fill_take(&fill, &candidates, put);
        }
        if (put < candidates.count) {
            backlog_fill_pass(&fill);
        }
        count += put;
    }
    news_settle(&engine->news, &fill);
    return count;
}

static uint32_t put_news(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header) {
    uint32_t told = put_own_suspicion(engine, writer, header);
    uint32_t count = told == SELKIE_NO_SLOT ? 0 : 1;
    return engine->news.backlog.count == 0 ? count : count + put_backlog(engine, writer, told, COUNT_MAX - count);
}

/* The slot of this very member, or SELKIE_NO_SLOT. */
static uint32_t slot_of(const selkie *engine, const void *identity) {
    uint32_t slot = members_find(&engine->members, identity);
    bool here =
        slot != SELKIE_NO_SLOT && identity_equal(&engine->type, members_identity(&engine->members, slot), identity);
    return here ? slot : SELKIE_NO_SLOT;
}

/* How many are to be drawn next: all of several surely fit, a single one may. */
static uint32_t next_sample(const selkie *engine, size_t left, uint32_t most) {
    size_t fit = left / engine->codec.member_max;
    if (fit == 0) {
        return left >= engine->codec.member_min ? 1 : 0;
    }
    return at_most(fit < MEMBERS_TOGETHER ? (uint32_t)fit : (uint32_t)MEMBERS_TOGETHER, most);
}

static OUTLINE uint32_t put_sample(selkie *engine, struct selkie_writer *writer, const void *receiver) {
    struct members_sample sample = members_sample_active(&engine->members);
    uint32_t left_out = slot_of(engine, receiver);
    uint32_t slots[MEMBERS_TOGETHER], count = 0, misfits = 0, drawn;
    struct selkie_brief members[MEMBERS_TOGETHER];
    while (count < COUNT_MAX && misfits < FEED_MISFITS_MAX &&
           (drawn = members_sample_several(&sample, slots, next_sample(engine, writer->left, COUNT_MAX - count))) !=
               0) {
        uint32_t told = 0;
        for (uint32_t i = 0; i < drawn; i++) {
            if (slots[i] != left_out) {
                members[told++] = suspicion_brief(engine, slots[i]);
            }
        }
        for (uint32_t done = 0; done < told; done++) { /* past one that does not fit each time */
            uint32_t put = encode_members(engine, writer, members + done, told - done);
            count += put;
            done += put;
            misfits = (put > 0 ? 0 : misfits) + (done < told ? 1 : 0);
        }
    }
    return count;
}

static INLINE void put_members(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header) {
    struct selkie_writer count_place = *writer;
    writer_take(writer, COUNT_BYTES);
    uint32_t count = header->message == SELKIE_FEED ? put_sample(engine, writer, header->destination)
                                                    : put_news(engine, writer, header);
    writer_put_big16(&count_place, count);
}

static void put_broadcasts(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header,
                           struct backlog_fill *told) {
    bool wanted = writer->left > 0 && broadcasts_wanted(&engine->broadcasts, header->destination);
    if (wanted && engine->broadcasts.backlog.count > 0) {
        broadcasts_write(&engine->broadcasts, told, writer);
    }
}

/* Write broadcasts into the part that is kept for them, at the packet's end, and take it from the writer. Its size. */
static size_t keep_share(selkie *engine, struct selkie_writer *writer, struct backlog_fill *told) {
    size_t kept = broadcasts_share(&engine->broadcasts, engine->config.max_packet_size, writer->left - COUNT_BYTES,
                                   engine->config.broadcast_share_percent);
    unsigned char *end = writer->next + writer->left;
    struct selkie_writer part = {end - kept, kept, false};
    broadcasts_write(&engine->broadcasts, told, &part);
    size_t used = kept - part.left;
    memmove(end - used, end - kept, used);
    writer->left -= used;
    return used;
}

/* Members and broadcasts, with a part kept for the latter. */
static OUTLINE void put_shared(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header,
                               struct backlog_fill *told) {
    bool wanted = broadcasts_wanted(&engine->broadcasts, header->destination);
    unsigned char *end = writer->next + writer->left;
    size_t used = wanted ? keep_share(engine, writer, told) : 0;
    put_members(engine, writer, header);
    memmove(writer->next, end - used, used);
    writer->next += used;
    if (wanted) {
        backlog_fill_again(told);
        broadcasts_write(&engine->broadcasts, told, writer);
    }
}

static void put_body(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header,
                     struct backlog_fill *told) {
    bool has_members = header->message != SELKIE_BROADCAST && writer->left > COUNT_BYTES;
    if (has_members && engine->config.broadcast_share_percent > 0 && engine->broadcasts.backlog.count > 0) {
        put_shared(engine, writer, header, told);
        return;
    }
    if (has_members) {
        put_members(engine, writer, header);
    }
    put_broadcasts(engine, writer, header, told);
}

static bool is_header_alone(uint8_t message) {
    return message == SELKIE_ANNOUNCE || message == SELKIE_TURN_UNDEAD;
}

/* Lay out a whole packet. Its size; 0: the header could not be written. `told`: the broadcasts in it. */
static size_t lay_out(selkie *engine, const struct selkie_header *header, struct backlog_fill *told) {
    size_t size = engine->config.max_packet_size;
    struct selkie_writer writer = {engine->packet, size, false};
    if (!engine->codec.encode_header(&engine->codec, &writer, header) || writer.failed) {
        return 0;
    }
    if (!is_header_alone(header->message)) {
        put_body(engine, &writer, header, told);
    }
    return size - writer.left;
}

/* False: the header does not fit. */
static bool send(selkie *engine, enum selkie_message message, const void *destination, const void *peer, uint8_t number,
                 uint8_t flags) {
    struct identity to;
    identity_copy(&engine->type, &to, destination);
    struct selkie_header header;
    memset(&header, 0, sizeof header);
    header.struct_size = sizeof header;
    header.source = engine->identity.as.bytes;
    header.destination = to.as.bytes;
    header.peer = peer;
    header.source_incarnation = engine->incarnation;
    header.message = (uint8_t)message;
    header.probe_number = number;
    header.flags = flags;
    struct backlog_fill told = backlog_fill_begin(&engine->broadcasts.backlog);
    size_t size = lay_out(engine, &header, &told);
    if (size == 0) {
        engine->encode_failed = true;
        return false;
    }
    engine->runtime.send_to(engine->runtime.ctx, to.as.bytes, engine->packet, size);
    count_sent(engine, header.message, size);
    if (engine->broadcasts.backlog.count > 0) {
        broadcasts_settle(&engine->broadcasts, &told);
    }
    if (engine->config.observe & SELKIE_OBSERVE_DATA_SENT) {
        notify_header(engine, SELKIE_NOTIFY_DATA_SENT, &header);
    }
    return true;
}

void packet_send(selkie *engine, enum selkie_message message, const void *destination, const void *peer,
                 uint8_t number) {
    (void)send(engine, message, destination, peer, number, 0);
}

bool packet_ask(selkie *engine, const void *helper, const void *target, uint8_t number, bool nack) {
    return send(engine, SELKIE_PING_REQ, helper, target, number, nack ? (uint8_t)SELKIE_NACK_WANTED : (uint8_t)0);
}
