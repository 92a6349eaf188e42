/* News of a member is applied to the table, and what follows from a change happens in order: queued to be told on,
 * RemoveDown, Rename, MemberUp or MemberDown, the suspicion's timer. Where the news came from is not known here. */
#include "engine/apply.h"

#include "base/inline.h"
#include "base/memory.h"
#include "engine/connection.h"
#include "engine/output.h"
#include "engine/packet.h"

static void forget(selkie *engine, uint32_t slot) {
    struct selkie_member member;
    struct identity identity;
    members_describe(&engine->members, slot, &member);
    identity_copy(&engine->type, &identity, member.identity);
    member.identity = identity.as.bytes;
    news_forget(&engine->news, slot);
    members_forget(&engine->members, slot);
    if (engine->config.observe & SELKIE_OBSERVE_MEMBER_REMOVED) {
        notify_member(engine, SELKIE_NOTIFY_MEMBER_REMOVED, &member, NULL);
    }
}

/* A full table forgets a Down member to take in a new active one. */
static void make_room(selkie *engine, const struct selkie_member *news) {
    if (members_room(&engine->members) > 0 || news->state == SELKIE_DOWN) {
        return;
    }
    uint32_t slot = members_random_down(&engine->members);
    if (slot != SELKIE_NO_SLOT) {
        forget(engine, slot);
        count(engine, COUNTER_members_displaced);
    }
}

size_t apply_room_to_tell(selkie *engine, const struct selkie_brief *member) {
    size_t size = packet_member_size(engine, member);
    if (size == 0) {
        engine->encode_failed = true;
        return 0;
    }
    if (!news_reserve(&engine->news, 1, engine->members.records.capacity, engine->config.max_transmissions)) {
        count(engine, COUNTER_updates_untold);
        return 0;
    }
    return size;
}

void apply_tell(selkie *engine, uint32_t slot) {
    struct selkie_brief member = suspicion_brief(engine, slot);
    size_t size = apply_room_to_tell(engine, &member);
    if (size != 0) {
        news_tell(&engine->news, slot, member.bytes, engine->config.max_transmissions, size);
        count_most(engine, COUNTER_updates_backlog_most, selkie_updates_backlog(engine));
    }
}

static void submit_remove_down(selkie *engine, uint32_t slot) {
    if (members_is_marked(&engine->members, slot, MEMBERS_REMOVE_TIMER)) {
        return;
    }
    struct timer timer = {TIMER_REMOVE_DOWN, 0, 0, 0, 0};
    timer.number = slot;
    timer.identity_hash = state_identity_hash(engine, members_identity(&engine->members, slot));
    if (timer_submit(engine, timer, engine->config.remove_down_after_us)) {
        members_mark(&engine->members, slot, MEMBERS_REMOVE_TIMER, true);
    }
}

/* ---- what follows from a change ---- */

/* Is there something about the change that the user gets to hear of? */
static bool is_notified(const selkie *engine, const struct members_change *change) {
    uint32_t observe = SELKIE_OBSERVE_MEMBER_SUSPECT | SELKIE_OBSERVE_MEMBER_REFUTED;
    return engine->runtime.notify &&
           (change->renamed || change->was_active != change->is_active || engine->config.observe & observe);
}

static void notify_change(selkie *engine, const struct members_change *change, const struct selkie_member *member,
                          const struct identity *replaced) {
    if (change->renamed) {
        notify_member(engine, SELKIE_NOTIFY_RENAME, member, replaced->as.bytes);
    }
    if (change->was_active != change->is_active) {
        notify_member(engine, change->is_active ? SELKIE_NOTIFY_MEMBER_UP : SELKIE_NOTIFY_MEMBER_DOWN, member, NULL);
    }
}

static void notify_suspicion(selkie *engine, const struct members_change *change, const struct selkie_member *member) {
    uint32_t observe = engine->config.observe;
    if (member->state == SELKIE_SUSPECT && observe & SELKIE_OBSERVE_MEMBER_SUSPECT) {
        notify_member(engine, SELKIE_NOTIFY_MEMBER_SUSPECT, member, NULL);
    } else if (members_refutes(change) && observe & SELKIE_OBSERVE_MEMBER_REFUTED) {
        notify_member(engine, SELKIE_NOTIFY_MEMBER_REFUTED, member, NULL);
    }
}

static void count_change(selkie *engine, const struct members_change *change, uint8_t state, bool ours) {
    if (state == SELKIE_SUSPECT) {
        count(engine, ours ? COUNTER_suspicions_raised : COUNTER_suspicions_heard);
    } else if (members_refutes(change)) {
        count(engine, COUNTER_suspicions_refuted);
    }
    if (change->renamed && !change->was_active && change->is_active) {
        count(engine, COUNTER_members_flapped);
    }
}

static void notify(selkie *engine, const struct members_change *change, const struct identity *replaced) {
    struct selkie_member member;
    suspicion_describe(engine, change->slot, &member);
    notify_change(engine, change, &member, replaced);
    notify_suspicion(engine, change, &member);
}

/* In the order of docs/protocol.md, section 18. */
static void follow(selkie *engine, const struct members_change *change, const struct selkie_member *news,
                   const struct identity *replaced, bool disseminate) {
    bool timed = news->state == SELKIE_SUSPECT && suspicion_agreement(engine);
    adapt_follow(engine);
    if (timed) {
        suspicion_track(engine, change->slot, news->accuser);
    }
    if (disseminate) {
        apply_tell(engine, change->slot);
    }
    if (!change->is_active) {
        submit_remove_down(engine, change->slot);
    }
    if (is_notified(engine, change)) {
        notify(engine, change, replaced);
    }
    if (timed) {
        suspicion_run(engine, change->slot);
    }
}

static void accuse(selkie *engine, struct members_change *change, const struct selkie_member *held, const void *accuser,
                   bool disseminate) {
    struct suspect suspect;
    memset(&suspect, 0, sizeof suspect);
    suspect.incarnation = held->incarnation;
    identity_copy(&engine->type, &suspect.identity, held->identity);
    enum suspicion_verdict verdict = suspicion_accuse(engine, change->slot, accuser);
    if (verdict != SUSPICION_AS_BEFORE && disseminate) {
        apply_tell(engine, change->slot);
    }
    if (verdict == SUSPICION_OVER) {
        *change = apply_verdict(engine, &suspect, true);
    }
}

/* News that a member is Suspect changed nothing. If we hold just that, it is an accusation; if we hold the member for
 * Down, somebody has missed that, and would wait for others to accuse who have no reason to. */
static OUTLINE void hear_accusation(selkie *engine, struct members_change *change, const struct selkie_member *news,
                                    enum members_condition condition, bool disseminate) {
    bool from_others = condition == MEMBERS_ANY;
    struct selkie_member held;
    members_describe(&engine->members, change->slot, &held);
    if (!identity_equal(&engine->type, held.identity, news->identity)) {
        return;
    }
    if (held.state == SELKIE_SUSPECT && held.incarnation == news->incarnation) {
        accuse(engine, change, &held, news->accuser, disseminate);
    } else if (held.state == SELKIE_DOWN && from_others && disseminate && !news_is_told(&engine->news, change->slot)) {
        apply_tell(engine, change->slot);
    }
}

/* `slot`: of its address, or SELKIE_NO_SLOT. */
static INLINE void apply_at(selkie *engine, uint32_t slot, enum members_standing standing,
                            const struct selkie_member *news, enum members_condition condition, bool disseminate,
                            struct members_change *change) {
    struct identity replaced;
    if (standing == MEMBERS_UNKNOWN && condition == MEMBERS_ANY) {
        make_room(engine, news);
    }
    members_apply(&engine->members, slot, standing, news, condition, change, &replaced);
    if (change->outcome == MEMBERS_REFUSED) {
        count(engine, COUNTER_members_refused);
    }
    if (change->outcome == MEMBERS_CHANGED) {
        count_change(engine, change, news->state, condition == MEMBERS_KNOWN);
        follow(engine, change, news, &replaced, disseminate);
    } else if (news->state == SELKIE_SUSPECT && change->slot != SELKIE_NO_SLOT && suspicion_agreement(engine)) {
        hear_accusation(engine, change, news, condition, disseminate);
    }
}

struct members_change apply_news(selkie *engine, const struct selkie_member *news, enum members_condition condition,
                                 bool disseminate) {
    struct members_change change;
    uint32_t slot = members_find(&engine->members, news->identity);
    enum members_standing standing = members_compare(&engine->members, slot, news);
    apply_at(engine, slot, standing, news, condition, disseminate, &change);
    return change;
}

struct members_change apply_verdict(selkie *engine, const struct suspect *suspect, bool in_batch) {
    struct selkie_member down;
    memset(&down, 0, sizeof down);
    down.identity = suspect->identity.as.bytes;
    down.incarnation = suspect->incarnation;
    down.state = SELKIE_DOWN;
    struct members_change change = apply_news(engine, &down, MEMBERS_SAME_INCARNATION, true);
    if (!in_batch && change.slot != SELKIE_NO_SLOT) {
        connection_adjust(engine);
    }
    if (change.outcome == MEMBERS_CHANGED) {
        count(engine, COUNTER_suspicions_expired);
        if (engine->config.notify_down_members) {
            packet_send(engine, SELKIE_TURN_UNDEAD, suspect->identity.as.bytes, NULL, 0);
        }
    }
    return change;
}

/* Most of what is heard is known. Only of a suspect it matters who says so, and that somebody still does. */
bool apply_update(selkie *engine, uint32_t slot, const struct selkie_brief *update, bool disseminate) {
    struct selkie_member news;
    brief_read(&news, update->bytes, engine->type.size);
    news.accuser = update->accuser;
    enum members_standing standing = members_compare(&engine->members, slot, &news);
    if (standing == MEMBERS_HELD && news.state != SELKIE_SUSPECT) {
        return false;
    }
    struct members_change change;
    apply_at(engine, slot, standing, &news, MEMBERS_ANY, disseminate, &change);
    return change.outcome == MEMBERS_CHANGED;
}

void apply_remove_down(selkie *engine, const struct timer *timer) {
    uint32_t slot = timer->number;
    if (!members_is_marked(&engine->members, slot, MEMBERS_REMOVE_TIMER)) {
        return; /* it came twice */
    }
    members_mark(&engine->members, slot, MEMBERS_REMOVE_TIMER, false);
    if (!members_has(&engine->members, slot) || members_is_active(&engine->members, slot)) {
        return;
    }
    if (state_identity_hash(engine, members_identity(&engine->members, slot)) == timer->identity_hash) {
        forget(engine, slot);
    } else {
        submit_remove_down(engine, slot); /* another has gone Down here meanwhile */
    }
}

/* Without a timer they would be remembered for ever. */
void apply_lost_removals(selkie *engine) {
    for (uint32_t slot = 0; slot < engine->members.used_slots; slot++) {
        if (members_has(&engine->members, slot) && !members_is_active(&engine->members, slot)) {
            submit_remove_down(engine, slot);
        }
    }
}
