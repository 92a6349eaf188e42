/* What a suspicion does: it runs for a time that shrinks as further members accuse the suspect by themselves, and then
 * the suspect is Down. The engine has no clock: the times for all numbers of accusers are a fixed rising series, and the
 * timer goes from one to the next, until it meets the one that is due for as many as there are by then.
 *
 * A suspicion that finds no place in the table has all that it needs in its timer. There is one such for a slot at most,
 * marked in the member table, so that their number has a bound. */
#include "engine/suspicion.h"

#include "base/fixed.h"
#include "base/inline.h"
#include "base/memory.h"
#include "engine/state.h"

/* In the `number` of a timer: it is not tracked, and the rest is the member's slot. */
#define UNTRACKED ((uint32_t)1 << 31)

uint32_t suspicion_limit(uint32_t max_members, uint32_t max_suspicions) {
    enum { LEAST = 64 };
    if (max_suspicions != 0 || max_members == 0) {
        return max_suspicions != 0 ? max_suspicions : UINT32_MAX;
    }
    uint32_t quarter = max_members / 4 < LEAST ? (uint32_t)LEAST : max_members / 4;
    return quarter < max_members ? quarter : max_members;
}

bool suspicion_agreement(const selkie *engine) {
    return engine->config.suspicion_max_factor > 1 && engine->config.suspicion_confirmations > 0;
}

/* ---- how long ---- */

/* With C of K confirmations: Max - (Max - Min) log(C + 1) / log(K + 1). */
static uint64_t time_with(const struct suspicion *suspicion, uint64_t min_us, uint32_t confirmed) {
    if (suspicion->confirmations == 0) {
        return min_us;
    }
    uint32_t more = suspicion->factor - 1u;
    uint64_t extra_us = min_us <= UINT64_MAX / (more + 1) ? min_us * more : UINT64_MAX - min_us;
    uint64_t all = fixed_log10(suspicion->confirmations + 1u);
    return min_us + fixed_scale(extra_us, fixed_ratio(all - fixed_log10(confirmed + 1), all));
}

/* Has the timer been due often enough for as many accusers as there are? */
static bool is_over(const struct suspicion *suspicion) {
    return suspicion->stage > 0 && suspicion->confirmed + suspicion->stage > suspicion->confirmations;
}

/* From one time of the series, which has just passed, to the next. */
static uint64_t time_to_next(const struct suspicion *suspicion, uint64_t min_us) {
    uint32_t next = (uint32_t)suspicion->confirmations - suspicion->stage;
    return time_with(suspicion, min_us, next) - time_with(suspicion, min_us, next + 1);
}

/* ---- timers ---- */

/* The shortest time travels with the timer. */
static void submit_tracked(selkie *engine, uint32_t number, uint64_t min_us, uint64_t delay_us) {
    struct timer timer = {TIMER_CHANGE_SUSPECT_TO_DOWN, 0, number, 0, min_us};
    timer.serial = suspicions_at(&engine->suspicions, number)->serial;
    if (!timer_submit(engine, timer, delay_us)) {
        suspicions_remove(&engine->suspicions, number);
    }
}

static uint32_t untracked_serial(const selkie *engine, uint16_t incarnation) {
    return (uint32_t)engine->pauses << 16 | incarnation;
}

/* Of the member in this slot, at that incarnation. */
static void submit_untracked(selkie *engine, uint32_t slot, uint16_t incarnation) {
    struct timer timer = {TIMER_CHANGE_SUSPECT_TO_DOWN, 0, slot | UNTRACKED, 0, 0};
    timer.serial = untracked_serial(engine, incarnation);
    timer.identity_hash = state_identity_hash(engine, members_identity(&engine->members, slot));
    bool submitted = timer_submit(engine, timer, engine->config.suspect_to_down_after_us);
    members_mark(&engine->members, slot, MEMBERS_SUSPICION_TIMER, submitted);
}

static void start_untracked(selkie *engine, uint32_t slot, uint16_t incarnation) {
    count(engine, COUNTER_suspicions_untracked);
    if (!members_is_marked(&engine->members, slot, MEMBERS_SUSPICION_TIMER)) {
        submit_untracked(engine, slot, incarnation);
    }
}

/* ---- accusers ---- */

/* Names an accuser. 0: nobody in particular. */
static uint32_t accuser_hash(const selkie *engine, const void *suspect, const void *accuser) {
    if (!accuser || identity_equal(&engine->type, accuser, suspect)) {
        return 0;
    }
    uint32_t hash = (uint32_t)state_identity_hash(engine, accuser);
    return hash == 0 ? 1 : hash;
}

static uint32_t accuser_slot(const selkie *engine, const void *accuser) {
    return state_is_us(engine, accuser) ? SUSPICION_OURS : members_find(&engine->members, accuser);
}

static void note_accuser(selkie *engine, uint32_t number, uint32_t hash, const void *accuser) {
    struct suspicion *suspicion = suspicions_at(&engine->suspicions, number);
    suspicions_accusers(&engine->suspicions, number)[suspicion->confirmed] = hash;
    suspicion->accuser = hash == 0 ? SELKIE_NO_SLOT : accuser_slot(engine, accuser);
}

static bool has_accused(const selkie *engine, uint32_t number, uint32_t hash) {
    const uint32_t *accusers = suspicions_accusers(&engine->suspicions, number);
    uint32_t count = suspicions_at(&engine->suspicions, number)->confirmed + 1u;
    for (uint32_t i = 0; i < count; i++) {
        if (accusers[i] == hash) {
            return true;
        }
    }
    return false;
}

/* The accuser that was heard last, if it is still the one that we know in its slot. */
static const void *last_accuser(const selkie *engine, uint32_t number) {
    const struct suspicion *suspicion = suspicions_at(&engine->suspicions, number);
    uint32_t hash = suspicions_accusers(&engine->suspicions, number)[suspicion->confirmed];
    const void *accuser = engine->identity.as.bytes;
    if (suspicion->accuser != SUSPICION_OURS) {
        if (!members_has(&engine->members, suspicion->accuser)) {
            return NULL;
        }
        accuser = members_identity(&engine->members, suspicion->accuser);
    }
    return accuser_hash(engine, suspicions_identity(&engine->suspicions, number), accuser) == hash ? accuser : NULL;
}

/* The suspicion that runs of the member in this slot as it is now, or SUSPICIONS_NONE. */
static uint32_t suspicion_of(const selkie *engine, const struct selkie_member *member) {
    return suspicions_find(&engine->suspicions, member->identity, member->incarnation);
}

static OUTLINE const unsigned char *accuser_of(const selkie *engine, const unsigned char *suspect) {
    struct selkie_member member;
    brief_read(&member, suspect, engine->type.size);
    uint32_t number = suspicion_agreement(engine) ? suspicion_of(engine, &member) : SUSPICIONS_NONE;
    return number != SUSPICIONS_NONE ? (const unsigned char *)last_accuser(engine, number) : NULL;
}

struct selkie_brief suspicion_brief(const selkie *engine, uint32_t slot) {
    struct selkie_brief brief;
    brief.bytes = members_brief(&engine->members, slot);
    bool suspect = brief_state(brief.bytes + engine->type.size) == SELKIE_SUSPECT;
    brief.accuser = suspect ? accuser_of(engine, brief.bytes) : NULL;
    return brief;
}

void suspicion_describe(const selkie *engine, uint32_t slot, struct selkie_member *member) {
    members_describe(&engine->members, slot, member);
    member->accuser = suspicion_brief(engine, slot).accuser;
}

/* ---- the beginning ---- */

/* With fewer, nobody is there to agree. */
static uint8_t confirmations_now(const selkie *engine) {
    uint8_t wanted = engine->config.suspicion_confirmations;
    bool can = (engine->codec.can & SELKIE_CAN_ACCUSER) != 0;
    return can && selkie_active_count(engine) >= wanted + 2u ? wanted : 0;
}

void suspicion_track(selkie *engine, uint32_t slot, const void *accuser) {
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    uint32_t number = suspicions_add(&engine->suspicions, member.identity, member.incarnation);
    if (number == SUSPICIONS_NONE) {
        return;
    }
    struct suspicion *suspicion = suspicions_at(&engine->suspicions, number);
    suspicion->confirmations = confirmations_now(engine);
    suspicion->factor = engine->config.suspicion_max_factor;
    note_accuser(engine, number, accuser_hash(engine, member.identity, accuser), accuser);
}

void suspicion_run(selkie *engine, uint32_t slot) {
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    uint32_t number = suspicion_of(engine, &member);
    if (number == SUSPICIONS_NONE) {
        start_untracked(engine, slot, member.incarnation);
    } else {
        submit_tracked(engine, number, engine->config.suspect_to_down_after_us,
                       engine->config.suspect_to_down_after_us);
    }
}

void suspicion_start(selkie *engine, const void *identity, uint16_t incarnation) {
    uint32_t number = suspicions_add(&engine->suspicions, identity, incarnation);
    if (number != SUSPICIONS_NONE) {
        submit_tracked(engine, number, engine->config.suspect_to_down_after_us,
                       engine->config.suspect_to_down_after_us);
        return;
    }
    uint32_t slot = members_find(&engine->members, identity);
    if (identity_equal(&engine->type, members_identity(&engine->members, slot), identity)) {
        start_untracked(engine, slot, incarnation);
    }
}

/* ---- the end ---- */

enum suspicion_verdict suspicion_accuse(selkie *engine, uint32_t slot, const void *accuser) {
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    uint32_t number = suspicion_of(engine, &member);
    if (number == SUSPICIONS_NONE) {
        if (!members_is_marked(&engine->members, slot, MEMBERS_SUSPICION_TIMER)) {
            suspicion_track(engine, slot, accuser);
            suspicion_run(engine, slot);
        }
        return SUSPICION_AS_BEFORE;
    }
    struct suspicion *suspicion = suspicions_at(&engine->suspicions, number);
    if (suspicion->confirmed >= suspicion->confirmations) {
        return SUSPICION_AS_BEFORE;
    }
    uint32_t hash = accuser_hash(engine, member.identity, accuser);
    if (hash == 0 || has_accused(engine, number, hash)) {
        return SUSPICION_AS_BEFORE;
    }
    suspicion->confirmed++;
    note_accuser(engine, number, hash, accuser);
    count(engine, COUNTER_suspicions_confirmed);
    return is_over(suspicion) ? SUSPICION_OVER : SUSPICION_CONFIRMED;
}

/* Is the member still just as it was when the suspicion began? */
static bool still_suspect(const selkie *engine, const struct suspect *suspect) {
    uint32_t slot = members_find(&engine->members, suspect->identity.as.bytes);
    if (slot == SELKIE_NO_SLOT) {
        return false;
    }
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    return member.state == SELKIE_SUSPECT && member.incarnation == suspect->incarnation &&
           identity_equal(&engine->type, member.identity, suspect->identity.as.bytes);
}

static bool tracked_timeout(selkie *engine, const struct timer *timer, bool stale, struct suspect *suspect) {
    uint32_t number = suspicions_of_timer(&engine->suspicions, timer->number, timer->serial);
    if (number == SUSPICIONS_NONE) {
        return false; /* it came twice */
    }
    struct suspicion *suspicion = suspicions_at(&engine->suspicions, number);
    suspect->incarnation = suspicion->incarnation;
    identity_copy(&engine->type, &suspect->identity, suspicions_identity(&engine->suspicions, number));
    if (!stale && suspicion->debt_ms > 0) {
        uint64_t debt_us = SELKIE_MS(suspicion->debt_ms);
        suspicion->debt_ms = 0;
        submit_tracked(engine, number, timer->identity_hash, debt_us);
        return false;
    }
    suspicion->stage++;
    if (!stale && !is_over(suspicion) && still_suspect(engine, suspect)) {
        submit_tracked(engine, number, timer->identity_hash, time_to_next(suspicion, timer->identity_hash));
        return false;
    }
    bool over = is_over(suspicion);
    suspicions_remove(&engine->suspicions, number);
    return !stale && over;
}

/* Is it a suspect without a timer? While one without a place was out for its slot, no other could be. */
static bool is_untimed(const selkie *engine, const struct selkie_member *member) {
    bool tracked = suspicion_agreement(engine) && suspicion_of(engine, member) != SUSPICIONS_NONE;
    return member->state == SELKIE_SUSPECT && !tracked;
}

static bool untracked_timeout(selkie *engine, const struct timer *timer, bool stale, struct suspect *suspect) {
    uint32_t slot = timer->number & ~UNTRACKED;
    if (!members_is_marked(&engine->members, slot, MEMBERS_SUSPICION_TIMER)) {
        return false; /* it came twice */
    }
    members_mark(&engine->members, slot, MEMBERS_SUSPICION_TIMER, false);
    if (!members_has(&engine->members, slot)) {
        return false;
    }
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    suspect->incarnation = member.incarnation;
    identity_copy(&engine->type, &suspect->identity, member.identity);
    bool same_member = state_identity_hash(engine, member.identity) == timer->identity_hash &&
                       member.incarnation == (uint16_t)timer->serial;
    bool paused_since = timer->serial != untracked_serial(engine, (uint16_t)timer->serial);
    bool over = !stale && same_member && !paused_since;
    if (!over && (stale ? suspicion_agreement(engine) && is_untimed(engine, &member)
                        : same_member || is_untimed(engine, &member))) {
        submit_untracked(engine, slot, member.incarnation);
    }
    return over;
}

bool suspicion_timeout(selkie *engine, const struct timer *timer, bool stale, struct suspect *suspect) {
    return timer->number & UNTRACKED ? untracked_timeout(engine, timer, stale, suspect)
                                     : tracked_timeout(engine, timer, stale, suspect);
}

/* ---- when time was lost ---- */

void suspicion_prolong(selkie *engine, uint64_t duration_us) {
    uint64_t ms = duration_us / 1000 + (duration_us % 1000 != 0);
    uint32_t number = suspicions_next(&engine->suspicions, 0);
    for (; number != SUSPICIONS_NONE; number = suspicions_next(&engine->suspicions, number + 1)) {
        struct suspicion *suspicion = suspicions_at(&engine->suspicions, number);
        uint32_t room = UINT32_MAX - suspicion->debt_ms;
        suspicion->debt_ms += ms < room ? (uint32_t)ms : room;
    }
}

static void revive_one(selkie *engine, uint32_t slot) {
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    if (member.state == SELKIE_SUSPECT && suspicion_agreement(engine)) {
        suspicion_track(engine, slot, NULL);
        suspicion_run(engine, slot);
    }
}

void suspicion_revive(selkie *engine) {
    suspicions_clear(&engine->suspicions);
    for (uint32_t slot = 0; slot < engine->members.used_slots; slot++) {
        if (members_has(&engine->members, slot)) {
            revive_one(engine, slot);
        }
    }
}
