/* The calls on an engine, and who looks on at them. */
#include "world.h"

#include <string.h>

static int make(struct bench_world *world, const struct bench_call *call) {
    switch (call->kind) {
    case BENCH_PACKET:
        return selkie_handle_data(world->engine, call->packet->bytes, call->packet->size);
    case BENCH_TIMER:
        return selkie_handle_timer(world->engine, call->timer);
    case BENCH_GOSSIP:
        return selkie_gossip(world->engine);
    default:
        return selkie_apply_many(world->engine, call->members, call->count, call->disseminate);
    }
}

static void make_watched(struct bench_world *world, struct bench_call call) {
    world->watch->before(world->watch->ctx);
    int result = make(world, &call);
    world->watch->after(world->watch->ctx, &call);
    bench_must(result == SELKIE_OK);
}

/* Where nobody looks on, nothing is to stand between the benchmark and the engine. */
void bench_packet_in(struct bench_world *world, const struct bench_packet *packet) {
    if (world->watch == NULL) {
        bench_must(selkie_handle_data(world->engine, packet->bytes, packet->size) == SELKIE_OK);
    } else {
        make_watched(world, (struct bench_call){.kind = BENCH_PACKET, .packet = packet});
    }
}

void bench_timer_due(struct bench_world *world, const struct selkie_timer *timer) {
    struct selkie_timer copy = *timer; /* it may be the world's own, which the call changes */
    if (world->watch == NULL) {
        bench_must(selkie_handle_timer(world->engine, &copy) == SELKIE_OK);
    } else {
        make_watched(world, (struct bench_call){.kind = BENCH_TIMER, .timer = &copy});
    }
}

void bench_gossip(struct bench_world *world) {
    if (world->watch == NULL) {
        bench_must(selkie_gossip(world->engine) == SELKIE_OK);
    } else {
        make_watched(world, (struct bench_call){.kind = BENCH_GOSSIP});
    }
}

void bench_apply(struct bench_world *world, const struct selkie_member *members, size_t count, bool disseminate) {
    if (world->watch == NULL) {
        bench_must(selkie_apply_many(world->engine, members, count, disseminate) == SELKIE_OK);
    } else {
        make_watched(world, (struct bench_call){
                                .kind = BENCH_MEMBERS, .members = members, .count = count, .disseminate = disseminate});
    }
}

/* The probe's timer, then the answer, then the timer of the indirect probe, which finds it answered. */
void bench_probe(struct bench_world *world) {
    bench_timer_due(world, &world->last_timer[1]);
    struct selkie_timer indirect = world->last_timer[0], next = world->last_timer[1];
    memcpy(world->ack.bytes + world->ack_member, world->last_to.bytes + BENCH_MEMBER_AT, BENCH_MEMBER_BYTES);
    world->ack.bytes[world->ack_number] = ++world->probe_number;
    bench_packet_in(world, &world->ack);
    bench_timer_due(world, &indirect);
    world->last_timer[1] = next;
}
