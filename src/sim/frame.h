/* Reading a packet, as an engine would: its header, what it says of members, and its broadcasts. */
#ifndef SELKIE_SIM_FRAME_H
#define SELKIE_SIM_FRAME_H

#include "selkie/sim.h"
#include "sim/identity.h"

struct frame {
    const selkie_sim *sim;
    struct selkie_header header; /* points to the identities below */
    struct identity source, destination, peer;
    struct selkie_reader rest;
    bool bare;        /* there is nothing but the header */
    uint32_t members; /* that are still to be read */
    struct selkie_reader first;
    uint32_t count; /* of all members, the first of which is there */
    struct identity identity, accuser;
};

/* Read the header, and how many members there are. False: they cannot be read. */
bool frame_open(struct frame *frame, const selkie_sim *sim, const void *bytes, size_t size);

/* Only the header, also where the bytes end after it. */
bool frame_open_header(struct frame *frame, const selkie_sim *sim, const void *bytes, size_t size);

/* What follows once the header is read: how many members there are. False: that cannot be read. */
bool frame_open_members(struct frame *frame);

/* Back to the first member. */
void frame_rewind(struct frame *frame);

/* How many bytes a header takes at most. */
size_t frame_header_most(const selkie_sim *sim);

/* Read the next member, whose identities stay until the next call. False: there is none, or (frame->members is not 0
 * then) it cannot be read. */
bool frame_next_member(struct frame *frame, struct selkie_member *member);

/* Read the next broadcast, once all members are read. False: there is none, or (frame->rest.left is not 0 then) it
 * cannot be read. */
bool frame_next_broadcast(struct frame *frame, const unsigned char **bytes, size_t *size);

#endif
