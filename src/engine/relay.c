/* Nacks: a helper that has no answer from the target after four fifths of the round-trip time tells the asker that it is
 * there at least. A place is taken until its timer is back, so that there are never more timers than places. */
#include "engine/relay.h"

#include "base/memory.h"
#include "engine/packet.h"
#include "engine/state.h"

static unsigned char *asker_of(const selkie *engine, uint32_t place) {
    return engine->relays.identities + (size_t)2 * place * engine->type.size;
}

static unsigned char *target_of(const selkie *engine, uint32_t place) {
    return asker_of(engine, place) + engine->type.size;
}

size_t relays_bytes(const struct selkie_identity_type *type) {
    return (size_t)2 * RELAYS_MAX * type->size;
}

bool relays_reserve(selkie *engine) {
    if (!(engine->codec.can & SELKIE_CAN_NACK)) {
        return true;
    }
    engine->relays.identities = (unsigned char *)memory_allocate(&engine->allocator, relays_bytes(&engine->type));
    return engine->relays.identities != NULL;
}

void relays_free(selkie *engine) {
    memory_free(&engine->allocator, engine->relays.identities, relays_bytes(&engine->type));
}

void relays_clear(selkie *engine) {
    for (uint32_t place = 0; place < RELAYS_MAX; place++) {
        engine->relays.of[place].waits = false;
    }
}

/* Four fifths, rounded down. */
uint64_t relay_nack_after_us(uint64_t probe_rtt_us) {
    return probe_rtt_us - probe_rtt_us / 5 - (probe_rtt_us % 5 != 0);
}

void relay_begin(selkie *engine, const void *asker, const void *target, uint8_t number) {
    uint32_t place = 0;
    while (place < RELAYS_MAX && engine->relays.of[place].waits) {
        place++;
    }
    if (place == RELAYS_MAX) {
        return;
    }
    struct relay *relay = &engine->relays.of[place];
    struct timer timer = {TIMER_SEND_NACK, 0, place, engine->relays.serial++, 0};
    relay->serial = timer.serial;
    relay->answered = false;
    relay->number = number;
    memcpy(asker_of(engine, place), asker, engine->type.size);
    memcpy(target_of(engine, place), target, engine->type.size);
    relay->waits = timer_submit(engine, timer, relay_nack_after_us(engine->config.probe_rtt_us));
}

void relay_answered(selkie *engine, const void *asker, const void *target, uint8_t number) {
    for (uint32_t place = 0; place < RELAYS_MAX; place++) {
        struct relay *relay = &engine->relays.of[place];
        if (relay->waits && relay->number == number &&
            identity_equal(&engine->type, target_of(engine, place), target) &&
            identity_equal(&engine->type, asker_of(engine, place), asker)) {
            relay->answered = true;
        }
    }
}

void relay_timeout(selkie *engine, const struct timer *timer, bool stale) {
    struct relay *relay = &engine->relays.of[timer->number % RELAYS_MAX];
    if (!relay->waits || relay->serial != timer->serial) {
        return; /* it came twice */
    }
    relay->waits = false;
    if (stale || relay->answered) {
        return;
    }
    struct identity target;
    identity_copy(&engine->type, &target, target_of(engine, timer->number % RELAYS_MAX));
    packet_send(engine, SELKIE_NACK, asker_of(engine, timer->number % RELAYS_MAX), target.as.bytes, relay->number);
}
