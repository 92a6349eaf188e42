/* The probe cycle: Ping one member; no Ack in time, ask helpers to ping it; no answer at all by the next period,
 * suspect it. The network is not known here, and neither is what a suspicion leads to. */
#include "engine/probe.h"

#include "base/memory.h"
#include "engine/apply.h"
#include "engine/output.h"
#include "engine/packet.h"

/* A probe belongs to the connection in which it was started. */
static bool in_progress(const selkie *engine) {
    return engine->probe.started && engine->probe.token == engine->token;
}

size_t probe_bytes(uint32_t helpers) {
    return (size_t)helpers * PROBE_ASKINGS * sizeof(uint64_t);
}

bool probe_reserve(selkie *engine, uint32_t helpers) {
    struct probe *probe = &engine->probe;
    if (helpers <= probe->helpers) {
        return true;
    }
    uint64_t *asked = (uint64_t *)memory_allocate(&engine->allocator, probe_bytes(helpers));
    if (!asked) {
        return false;
    }
    if (probe->asked) {
        memcpy(asked, probe->asked, probe_bytes(probe->helpers));
    }
    probe_free(engine);
    probe->asked = asked;
    probe->helpers = helpers;
    return true;
}

void probe_free(selkie *engine) {
    struct probe *probe = &engine->probe;
    memory_free(&engine->allocator, probe->asked, probe_bytes(probe->helpers));
}

static bool answered(const struct probe *probe) {
    return probe->acked || probe->forwarded;
}

static void probe_failed(selkie *engine) {
    const struct probe *probe = &engine->probe;
    notify_probe_failed(engine);
    struct selkie_member suspicion;
    memset(&suspicion, 0, sizeof suspicion);
    suspicion.identity = probe->target.as.bytes;
    suspicion.incarnation = probe->incarnation;
    suspicion.state = SELKIE_SUSPECT;
    struct members_change change = apply_news(engine, &suspicion, MEMBERS_KNOWN, true);
    if (change.slot != SELKIE_NO_SLOT && members_is_active(&engine->members, change.slot)) {
        suspicion_start(engine, probe->target.as.bytes, probe->incarnation);
    }
}

static void probe_next(selkie *engine) {
    struct probe *probe = &engine->probe;
    uint32_t slot = members_next_probe(&engine->members);
    if (slot == SELKIE_NO_SLOT) {
        return;
    }
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    identity_copy(&engine->type, &probe->target, member.identity);
    probe->incarnation = member.incarnation;
    probe->number++;
    probe->started = true;
    probe->token = engine->token;
    probe->asked_count = 0;
    probe->acked = false;
    probe->forwarded = false;
    probe->stage_reached = false;
    packet_send(engine, SELKIE_PING, probe->target.as.bytes, NULL, probe->number);
    struct timer timer = {TIMER_SEND_INDIRECT_PROBE, 0, 0, 0, 0};
    timer.identity_hash = state_identity_hash(engine, probe->target.as.bytes);
    timer_submit(engine, timer, engine->config.probe_rtt_us);
}

int probe_cycle(selkie *engine) {
    bool incomplete = in_progress(engine) && !engine->probe.stage_reached;
    if (in_progress(engine) && !incomplete && !answered(&engine->probe)) {
        probe_failed(engine);
    }
    engine->probe.started = false;
    probe_next(engine);
    cycle_again(engine, TIMER_PROBE_RANDOM_MEMBER);
    return incomplete ? SELKIE_E_INCOMPLETE_PROBE_CYCLE : SELKIE_OK;
}

/* Is the probed member still active, under the very identity that is being probed? */
static bool target_is_active(const selkie *engine) {
    const void *target = engine->probe.target.as.bytes;
    uint32_t slot = members_find(&engine->members, target);
    if (slot == SELKIE_NO_SLOT || !members_is_active(&engine->members, slot)) {
        return false;
    }
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    return identity_equal(&engine->type, member.identity, target);
}

/* The oldest makes room. */
static void remember_helper(struct probe *probe, uint64_t identity_hash) {
    if (probe->asked_count == probe->helpers * PROBE_ASKINGS) {
        probe->asked_count--;
        memmove(probe->asked, probe->asked + 1, probe->asked_count * sizeof *probe->asked);
    }
    probe->asked[probe->asked_count++] = identity_hash;
}

static void ask_helpers(selkie *engine) {
    struct probe *probe = &engine->probe;
    struct members_sample sample = members_sample_active(&engine->members);
    uint32_t wanted = engine->config.num_indirect_probes;
    uint32_t slot;
    while (wanted > 0 && (slot = members_sample_next(&sample)) != SELKIE_NO_SLOT) {
        struct selkie_member helper;
        members_describe(&engine->members, slot, &helper);
        if (identity_equal(&engine->type, helper.identity, probe->target.as.bytes)) {
            continue;
        }
        wanted--;
        remember_helper(probe, state_identity_hash(engine, helper.identity));
        packet_send(engine, SELKIE_PING_REQ, helper.identity, probe->target.as.bytes, probe->number);
    }
}

void probe_indirect(selkie *engine, uint64_t identity_hash) {
    struct probe *probe = &engine->probe;
    if (!in_progress(engine)) {
        return;
    }
    probe->stage_reached = true;
    bool ours = state_identity_hash(engine, probe->target.as.bytes) == identity_hash;
    if (ours && !answered(probe) && target_is_active(engine)) {
        ask_helpers(engine);
    }
}

void probe_ack(selkie *engine, const void *source, uint8_t number) {
    struct probe *probe = &engine->probe;
    if (in_progress(engine) && number == probe->number &&
        identity_equal(&engine->type, source, probe->target.as.bytes)) {
        probe->acked = true;
    }
}

void probe_forwarded_ack(selkie *engine, const void *source, uint8_t number) {
    struct probe *probe = &engine->probe;
    if (!in_progress(engine) || number != probe->number) {
        return;
    }
    uint64_t hash = state_identity_hash(engine, source);
    for (uint32_t i = 0; i < probe->asked_count; i++) {
        probe->forwarded |= probe->asked[i] == hash;
    }
}
