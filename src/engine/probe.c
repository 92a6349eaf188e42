/* The probe cycle: Ping one member; no Ack in time, ask helpers to ping it; no answer at all by the next period, suspect it. The network is not
 * known here, and neither is what a suspicion leads to. */
#include "engine/engine.h"

#include "base/memory.h"

void probe_clear(struct probe *probe) {
    probe->in_progress = false;
    probe->asked_count = 0;
    probe->waiting_count = 0;
}

bool probe_reserve(selkie *engine, uint32_t helpers) {
    struct probe *probe = &engine->probe;
    if (helpers <= probe->asked_room) {
        return true;
    }
    uint64_t *asked = (uint64_t *)memory_allocate(&engine->allocator, helpers * sizeof *asked);
    if (!asked) {
        return false;
    }
    uint64_t *old = probe->asked;
    size_t old_bytes = probe->asked_room * sizeof *old;
    if (old) {
        memcpy(asked, old, old_bytes);
    }
    probe->asked = asked;
    probe->asked_room = helpers;
    memory_free(&engine->allocator, old, old_bytes);
    return true;
}

static bool answered(const struct probe *probe) {
    return probe->acked || probe->waiting_count < probe->asked_count;
}

static void submit_suspect_to_down(selkie *engine, const void *identity, uint16_t incarnation) {
    struct timer timer = {TIMER_CHANGE_SUSPECT_TO_DOWN, 0, 0, 0, 0};
    timer.number = suspicions_add(&engine->suspicions, identity, incarnation, &timer.serial);
    if (timer.number == SUSPICION_NONE) {
        engine->stats.suspicions_untimed++;
        return;
    }
    if (!timer_submit(engine, timer, engine->config.suspect_to_down_after_us)) {
        struct identity unused;
        suspicions_take(&engine->suspicions, timer.number, timer.serial, &unused, &incarnation);
    }
}

static void probe_failed(selkie *engine) {
    const struct probe *probe = &engine->probe;
    notify_probe_failed(engine);
    struct selkie_member suspicion;
    memset(&suspicion, 0, sizeof suspicion);
    suspicion.identity = probe->target.as.bytes;
    suspicion.incarnation = probe->incarnation;
    suspicion.state = SELKIE_SUSPECT;
    struct members_change change = update_apply(engine, &suspicion, MEMBERS_KNOWN, true);
    if (change.slot != SELKIE_NO_SLOT && members_is_active(&engine->members, change.slot)) {
        submit_suspect_to_down(engine, probe->target.as.bytes, probe->incarnation);
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
    probe->in_progress = true;
    probe->acked = false;
    probe->stage_reached = false;
    packet_send(engine, SELKIE_PING, probe->target.as.bytes, NULL, probe->number);
    struct timer timer = {TIMER_SEND_INDIRECT_PROBE, 0, 0, 0, 0};
    timer.identity_hash = engine_identity_hash(engine, probe->target.as.bytes);
    timer_submit(engine, timer, engine->config.probe_rtt_us);
}

int probe_cycle(selkie *engine) {
    bool incomplete = engine->probe.in_progress && !engine->probe.stage_reached;
    if (engine->probe.in_progress && !incomplete && !answered(&engine->probe)) {
        probe_failed(engine);
    }
    probe_clear(&engine->probe);
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

static void ask_helpers(selkie *engine) {
    struct probe *probe = &engine->probe;
    struct members_sample sample = members_sample_active(&engine->members);
    uint32_t slot;
    while (probe->asked_count < engine->config.num_indirect_probes &&
           (slot = members_sample_next(&sample)) != SELKIE_NO_SLOT) {
        struct selkie_member helper;
        members_describe(&engine->members, slot, &helper);
        if (identity_equal(&engine->type, helper.identity, probe->target.as.bytes)) {
            continue;
        }
        probe->asked[probe->asked_count++] = engine_identity_hash(engine, helper.identity);
        probe->waiting_count++;
        packet_send(engine, SELKIE_PING_REQ, helper.identity, probe->target.as.bytes, probe->number);
    }
}

void probe_indirect(selkie *engine, uint64_t identity_hash) {
    struct probe *probe = &engine->probe;
    if (!probe->in_progress) {
        return;
    }
    probe->stage_reached = true;
    bool ours = engine_identity_hash(engine, probe->target.as.bytes) == identity_hash;
    if (ours && !answered(probe) && target_is_active(engine)) {
        ask_helpers(engine);
    }
}

void probe_ack(selkie *engine, const void *source, uint8_t number) {
    struct probe *probe = &engine->probe;
    if (probe->in_progress && number == probe->number &&
        identity_equal(&engine->type, source, probe->target.as.bytes)) {
        probe->acked = true;
    }
}

void probe_forwarded_ack(selkie *engine, const void *source, uint8_t number) {
    struct probe *probe = &engine->probe;
    if (!probe->in_progress || number != probe->number) {
        return;
    }
    uint64_t hash = engine_identity_hash(engine, source);
    for (uint32_t i = 0; i < probe->waiting_count; i++) {
        if (probe->asked[i] == hash) {
            probe->waiting_count--;
            probe->asked[i] = probe->asked[probe->waiting_count];
            probe->asked[probe->waiting_count] = hash;
            return;
        }
    }
}
