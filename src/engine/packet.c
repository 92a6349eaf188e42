/* Laying out packets:
 *
 *     +--------+----------------+---------+---------+-----+--------+-------+--------+-------+----
 *     | header | count (u16 BE) | member  | member  | ... | length | bytes | length | bytes | ...
 *     +--------+----------------+---------+---------+-----+--------+-------+--------+-------+----
 *       codec                     codec                     u16 BE   a custom broadcast
 *
 * Announce and TurnUndead are a header alone. Broadcast has no count and no members. All others have the count as soon
 * as three bytes are left, then as many members as fit (from the news queue; a Feed's are a random sample), then custom
 * broadcasts. Why a packet is sent is the caller's business. */
#include "engine/packet.h"

#include "base/memory.h"
#include "engine/output.h"

enum { COUNT_BYTES = 2, COUNT_MAX = 65535 };

/* A Feed ends when this many members in a row did not fit into what was left. */
enum { FEED_MISFITS_MAX = 64 };

static bool encode_member(const selkie *engine, struct selkie_writer *writer, const struct selkie_member *member) {
    struct selkie_member carried = *member;
    struct identity identity;
    identity_copy(&engine->type, &identity, member->identity);
    carried.struct_size = sizeof carried;
    carried.identity = identity.as.bytes;
    carried.accuser = NULL;
    if (!(engine->codec.can & SELKIE_CAN_LEFT)) {
        carried.flags = 0;
    }
    struct selkie_writer trial = *writer;
    if (!engine->codec.encode_member(&engine->codec, &trial, &carried) || trial.failed) {
        return false;
    }
    *writer = trial;
    return true;
}

size_t packet_member_size(selkie *engine, const struct selkie_member *member) {
    if (engine->codec.member_min == engine->codec.member_max) {
        return engine->codec.member_max;
    }
    struct selkie_writer writer = {engine->packet, engine->packet_room, false};
    return encode_member(engine, &writer, member) ? engine->packet_room - writer.left : 0;
}

/* ---- what a packet carries ---- */

static uint32_t put_news(selkie *engine, struct selkie_writer *writer) {
    struct backlog_fill fill = backlog_fill_begin(&engine->news.backlog);
    uint32_t count = 0, item;
    while (count < COUNT_MAX && (item = backlog_fill_next(&fill, writer->left)) != BACKLOG_NONE) {
        struct selkie_member member;
        news_describe(&engine->news, &engine->members, item, &member);
        if (encode_member(engine, writer, &member)) {
            backlog_fill_take(&fill);
            count++;
        }
    }
    news_settle(&engine->news, &fill);
    return count;
}

static uint32_t put_sample(selkie *engine, struct selkie_writer *writer, const void *receiver) {
    struct members_sample sample = members_sample_active(&engine->members);
    uint32_t count = 0, misfits = 0, slot;
    while (count < COUNT_MAX && misfits < FEED_MISFITS_MAX && writer->left >= engine->codec.member_min &&
           (slot = members_sample_next(&sample)) != SELKIE_NO_SLOT) {
        struct selkie_member member;
        members_describe(&engine->members, slot, &member);
        if (identity_equal(&engine->type, member.identity, receiver)) {
            continue;
        }
        bool fits = encode_member(engine, writer, &member);
        count += fits ? 1 : 0;
        misfits = fits ? 0 : misfits + 1;
    }
    return count;
}

static void put_members(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header) {
    if (writer->left <= COUNT_BYTES) {
        return;
    }
    unsigned char *count_place = writer->next;
    selkie_put_u16(writer, 0);
    uint32_t count =
        header->message == SELKIE_FEED ? put_sample(engine, writer, header->destination) : put_news(engine, writer);
    count_place[0] = (unsigned char)(count >> 8);
    count_place[1] = (unsigned char)(count & 0xff);
}

static void put_broadcasts(selkie *engine, struct selkie_writer *writer, const struct selkie_header *header) {
    if (writer->left > 0 && broadcasts_wanted(&engine->broadcasts, header->destination)) {
        broadcasts_fill(&engine->broadcasts, writer);
    }
}

static bool is_header_alone(uint8_t message) {
    return message == SELKIE_ANNOUNCE || message == SELKIE_TURN_UNDEAD;
}

/* Lay out a whole packet. Its size; 0: the header could not be written. */
static size_t lay_out(selkie *engine, const struct selkie_header *header) {
    size_t size = engine->config.max_packet_size;
    struct selkie_writer writer = {engine->packet, size, false};
    if (!engine->codec.encode_header(&engine->codec, &writer, header) || writer.failed) {
        return 0;
    }
    if (is_header_alone(header->message)) {
        return size - writer.left;
    }
    if (header->message != SELKIE_BROADCAST) {
        put_members(engine, &writer, header);
    }
    put_broadcasts(engine, &writer, header);
    return size - writer.left;
}

void packet_send(selkie *engine, enum selkie_message message, const void *destination, const void *peer,
                 uint8_t number) {
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
    size_t size = lay_out(engine, &header);
    if (size == 0) {
        engine->encode_failed = true;
        return;
    }
    engine->runtime.send_to(engine->runtime.ctx, to.as.bytes, engine->packet, size);
    if (engine->config.observe & SELKIE_OBSERVE_DATA_SENT) {
        notify_header(engine, SELKIE_NOTIFY_DATA_SENT, &header);
    }
}
