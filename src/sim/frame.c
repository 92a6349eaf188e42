/* Reading a packet, as an engine would. */
#include "sim/frame.h"

#include "sim/state.h"

#include <string.h>

size_t frame_header_most(const selkie_sim *sim) {
    return (size_t)sim->codec.header_max + sim->type.size;
}

static void *cleared(const selkie_sim *sim, struct identity *identity) {
    memset(identity->bytes, 0, sim->type.size);
    return identity->bytes;
}

bool frame_open_header(struct frame *frame, const selkie_sim *sim, const void *bytes, size_t size) {
    frame->sim = sim;
    frame->rest = (struct selkie_reader){.next = bytes, .left = size};
    frame->members = 0;
    struct selkie_header *header = &frame->header;
    *header = (struct selkie_header){.struct_size = sizeof *header};
    int error = sim->codec.decode_header(&sim->codec, &frame->rest, header, cleared(sim, &frame->source),
                                         cleared(sim, &frame->destination), cleared(sim, &frame->peer));
    header->source = frame->source.bytes;
    header->destination = frame->destination.bytes;
    header->peer = selkie_message_has_peer(header->message) ? frame->peer.bytes : NULL;
    return error == SELKIE_OK && header->message < SELKIE_MESSAGE_COUNT;
}

static bool take_u16(struct selkie_reader *reader, uint32_t *value) {
    unsigned char bytes[2];
    if (!selkie_get(reader, bytes, sizeof bytes)) {
        return false;
    }
    *value = (uint32_t)bytes[0] << 8 | bytes[1];
    return true;
}

bool frame_open_members(struct frame *frame) {
    frame->bare = frame->rest.left == 0;
    bool counted = frame->bare || frame->header.message == SELKIE_BROADCAST || take_u16(&frame->rest, &frame->members);
    frame->first = frame->rest;
    frame->count = frame->members;
    return counted;
}

bool frame_open(struct frame *frame, const selkie_sim *sim, const void *bytes, size_t size) {
    return frame_open_header(frame, sim, bytes, size) && frame_open_members(frame);
}

void frame_rewind(struct frame *frame) {
    frame->rest = frame->first;
    frame->members = frame->count;
}

bool frame_next_member(struct frame *frame, struct selkie_member *member) {
    const selkie_sim *sim = frame->sim;
    if (frame->members == 0) {
        return false;
    }
    *member = (struct selkie_member){.struct_size = sizeof *member, .slot = SELKIE_NO_SLOT};
    if (sim->codec.decode_member(&sim->codec, &frame->rest, member, cleared(sim, &frame->identity),
                                 cleared(sim, &frame->accuser)) != SELKIE_OK) {
        return false;
    }
    member->identity = frame->identity.bytes;
    frame->members--;
    return true;
}

bool frame_next_broadcast(struct frame *frame, const unsigned char **bytes, size_t *size) {
    struct selkie_reader reader = frame->rest;
    uint32_t length;
    if (!take_u16(&reader, &length) || length == 0 || length > reader.left) {
        return false;
    }
    *bytes = reader.next;
    *size = length;
    frame->rest = (struct selkie_reader){.next = reader.next + length, .left = reader.left - length};
    return true;
}
