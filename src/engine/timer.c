/* What is in a timer, and their order. What each leads to is not known here. */
#include "engine/timer.h"

#include "engine/state.h"

static struct selkie_timer pack(const struct timer *timer) {
    struct selkie_timer packed;
    packed.opaque[0] = timer->identity_hash;
    packed.opaque[1] = (uint64_t)timer->token << 32 | timer->number;
    packed.opaque[2] = (uint64_t)timer->kind << 32 | timer->serial;
    return packed;
}

static uint32_t packed_kind(const struct selkie_timer *packed) {
    return (uint32_t)(packed->opaque[2] >> 32);
}

bool timer_read(const struct selkie_timer *packed, struct timer *timer) {
    if (packed_kind(packed) >= TIMER_KINDS) {
        return false;
    }
    timer->kind = (enum timer_kind)packed_kind(packed);
    timer->token = (uint32_t)(packed->opaque[1] >> 32);
    timer->number = (uint32_t)packed->opaque[1];
    timer->serial = (uint32_t)packed->opaque[2];
    timer->identity_hash = packed->opaque[0];
    return true;
}

int selkie_timer_compare(const struct selkie_timer *a, const struct selkie_timer *b) {
    uint32_t kind_a = packed_kind(a), kind_b = packed_kind(b);
    return kind_a < kind_b ? -1 : kind_a > kind_b ? 1 : 0;
}

bool timer_submit(selkie *engine, struct timer timer, uint64_t delay_us) {
    timer.token = engine->token;
    struct selkie_timer packed = pack(&timer);
    if (engine->runtime.submit_after(engine->runtime.ctx, &packed, delay_us)) {
        return true;
    }
    engine->timer_lost = true;
    return false;
}
