/* The probe cycle: Ping one member; no Ack in time, ask helpers to ping it; no answer at all by the next period,
 * suspect it. The network is not known here, and neither is what a suspicion leads to. */
#include "engine/probe.h"

#include "base/memory.h"
#include "engine/apply.h"
#include "engine/connection.h"
#include "engine/health.h"
#include "engine/output.h"
#include "engine/packet.h"
#include "engine/suspicion.h"

/* A probe belongs to the connection in which it was started. */
static bool in_progress(const selkie *engine) {
    return engine->probe.started && engine->probe.token == engine->token;
}

size_t probe_bytes(uint32_t helpers) {
    return (size_t)helpers * PROBE_ASKINGS * sizeof(struct helper);
}

bool probe_reserve(selkie *engine, uint32_t helpers) {
    struct probe *probe = &engine->probe;
    if (helpers <= probe->helpers) {
        return true;
    }
    struct helper *asked = (struct helper *)memory_allocate(&engine->allocator, probe_bytes(helpers));
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

/* Suspect whom nobody got an answer from. True: that was one accusation too many, and the member is Down. */
static bool probe_failed(selkie *engine) {
    const struct probe *probe = &engine->probe;
    count(engine, COUNTER_probes_failed);
    health_worse(engine, 1);
    notify_probe_failed(engine);
    struct selkie_member suspicion;
    memset(&suspicion, 0, sizeof suspicion);
    suspicion.identity = probe->target.as.bytes;
    suspicion.incarnation = probe->incarnation;
    suspicion.state = SELKIE_SUSPECT;
    suspicion.accuser = engine->identity.as.bytes;
    struct members_change change = apply_news(engine, &suspicion, MEMBERS_KNOWN, true);
    bool active = change.slot != SELKIE_NO_SLOT && members_is_active(&engine->members, change.slot);
    if (active && !suspicion_agreement(engine)) {
        suspicion_start(engine, probe->target.as.bytes, probe->incarnation);
    }
    return change.was_active && !active;
}

/* Has a helper kept silent that was to say at least that it is there? */
static bool misses_nack(const struct probe *probe) {
    for (uint32_t i = 0; i < probe->asked_count; i++) {
        if (probe->asked[i].owes_nack) {
            return true;
        }
    }
    return false;
}

/* The cycle is over: what the probe says about the member, and about us. True: the member is Down. */
static bool judge(selkie *engine) {
    if (misses_nack(&engine->probe)) {
        count(engine, COUNTER_nacks_missed);
        health_worse(engine, 1);
    }
    return !answered(&engine->probe) && probe_failed(engine);
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
    probe->health = engine->awareness;
    packet_send(engine, SELKIE_PING, probe->target.as.bytes, NULL, probe->number);
    struct timer timer = {TIMER_SEND_INDIRECT_PROBE, 0, 0, 0, 0};
    timer.identity_hash = state_identity_hash(engine, probe->target.as.bytes);
    timer_submit(engine, timer, health_stretch(engine->config.probe_rtt_us, engine->awareness));
}

int probe_cycle(selkie *engine) {
    bool incomplete = in_progress(engine) && !engine->probe.stage_reached;
    bool down = in_progress(engine) && !incomplete && judge(engine);
    engine->probe.started = false;
    probe_next(engine);
    cycle_again(engine, TIMER_PROBE_RANDOM_MEMBER);
    if (down) {
        connection_adjust(engine);
    }
    return incomplete ? SELKIE_E_INCOMPLETE_PROBE_CYCLE : SELKIE_OK;
}

/* Is the probed member still active, under the very identity that is being probed? */
static bool target_is_active(const selkie *engine) {
    const void *target = engine->probe.target.as.bytes;
    uint32_t slot = members_find(&engine->members, target);
    return slot != SELKIE_NO_SLOT && members_is_active(&engine->members, slot) &&
           identity_equal(&engine->type, members_identity(&engine->members, slot), target);
}

/* Is there time in this cycle for a nack to come back? */
static bool wants_nacks(const selkie *engine) {
    const struct selkie_config *config = &engine->config;
    uint64_t left_us = health_stretch(config->probe_period_us - config->probe_rtt_us, engine->probe.health);
    return config->awareness_max > 0 && (engine->codec.can & SELKIE_CAN_NACK) != 0 &&
           relay_nack_after_us(config->probe_rtt_us) < left_us;
}

/* The oldest makes room. */
static struct helper *remember_helper(struct probe *probe, uint64_t identity_hash) {
    if (probe->asked_count == probe->helpers * PROBE_ASKINGS) {
        probe->asked_count--;
        memmove(probe->asked, probe->asked + 1, probe->asked_count * sizeof *probe->asked);
    }
    struct helper *helper = &probe->asked[probe->asked_count++];
    helper->identity_hash = identity_hash;
    helper->owes_nack = false;
    return helper;
}

static void ask_helpers(selkie *engine) {
    struct probe *probe = &engine->probe;
    struct members_sample sample = members_sample_active(&engine->members);
    uint32_t wanted = engine->config.num_indirect_probes;
    bool nacks = wants_nacks(engine);
    uint32_t slot;
    while (wanted > 0 && (slot = members_sample_next(&sample)) != SELKIE_NO_SLOT) {
        const void *identity = members_identity(&engine->members, slot);
        if (identity_equal(&engine->type, identity, probe->target.as.bytes)) {
            continue;
        }
        wanted--;
        struct helper *helper = remember_helper(probe, state_identity_hash(engine, identity));
        bool sent = packet_ask(engine, identity, probe->target.as.bytes, probe->number, nacks);
        helper->owes_nack = nacks && sent;
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

/* The first answer says that both ends are well. */
static void note_answer(selkie *engine, enum counter kind) {
    if (!answered(&engine->probe)) {
        count(engine, kind);
        health_better(engine);
    }
}

void probe_ack(selkie *engine, const void *source, uint8_t number) {
    struct probe *probe = &engine->probe;
    if (in_progress(engine) && number == probe->number &&
        identity_equal(&engine->type, source, probe->target.as.bytes)) {
        note_answer(engine, COUNTER_probes_acked);
        probe->acked = true;
    }
}

/* Whoever sends this is there, if it was asked in this probe. False: it was not. */
static bool helper_spoke(selkie *engine, const void *source, uint8_t number) {
    struct probe *probe = &engine->probe;
    if (!in_progress(engine) || number != probe->number) {
        return false;
    }
    uint64_t hash = state_identity_hash(engine, source);
    bool asked = false;
    for (uint32_t i = 0; i < probe->asked_count; i++) {
        if (probe->asked[i].identity_hash == hash) {
            probe->asked[i].owes_nack = false;
            asked = true;
        }
    }
    return asked;
}

void probe_forwarded_ack(selkie *engine, const void *source, uint8_t number) {
    if (helper_spoke(engine, source, number)) {
        note_answer(engine, COUNTER_probes_forwarded);
        engine->probe.forwarded = true;
    }
}

void probe_nack(selkie *engine, const void *source, uint8_t number) {
    (void)helper_spoke(engine, source, number);
}

void probe_void(selkie *engine) {
    if (in_progress(engine)) {
        count(engine, COUNTER_probes_void);
        engine->probe.started = false;
    }
}
