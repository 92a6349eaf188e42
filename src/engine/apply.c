/* News of a member is applied to the table, and what follows from a change happens in order: queued to be told on,
 * RemoveDown, Rename, MemberUp or MemberDown. Where the news came from is not known here. */
#include "engine/apply.h"

#include "engine/output.h"
#include "engine/packet.h"

bool apply_reserve(selkie *engine, uint32_t heard, uint32_t unknown) {
    uint32_t news = heard < UINT32_MAX - 1 ? heard + 1 : heard; /* and one farewell */
    return members_reserve(&engine->members, unknown) &&
           news_reserve(&engine->news, news, engine->members.records.capacity, engine->config.max_transmissions);
}

static void forget(selkie *engine, uint32_t slot) {
    news_forget(&engine->news, slot);
    members_forget(&engine->members, slot);
}

/* A full table forgets a Down member to take in a new active one. */
static void make_room(selkie *engine, const struct selkie_member *news) {
    if (members_room(&engine->members) > 0 || news->state == SELKIE_DOWN ||
        members_find(&engine->members, news->identity) != SELKIE_NO_SLOT) {
        return;
    }
    uint32_t slot = members_random_down(&engine->members);
    if (slot != SELKIE_NO_SLOT) {
        forget(engine, slot);
        engine->stats.members_displaced++;
    }
}

size_t apply_room_to_tell(selkie *engine, const struct selkie_member *member) {
    size_t size = packet_member_size(engine, member);
    if (size == 0) {
        engine->encode_failed = true;
        return 0;
    }
    if (!news_reserve(&engine->news, 1, engine->members.records.capacity, engine->config.max_transmissions)) {
        engine->stats.updates_untold++;
        return 0;
    }
    return size;
}

/* Queue the member in this slot to be told on. */
static void tell(selkie *engine, const struct selkie_member *member) {
    size_t size = apply_room_to_tell(engine, member);
    if (size != 0) {
        news_tell(&engine->news, member->slot, member->identity, engine->config.max_transmissions, size);
    }
}

static void submit_remove_down(selkie *engine, uint32_t slot) {
    if (members_has_timer(&engine->members, slot)) {
        return;
    }
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    struct timer timer = {TIMER_REMOVE_DOWN, 0, 0, 0, 0};
    timer.number = slot;
    timer.identity_hash = state_identity_hash(engine, member.identity);
    if (timer_submit(engine, timer, engine->config.remove_down_after_us)) {
        members_mark_timer(&engine->members, slot, true);
    }
}

struct members_change apply_news(selkie *engine, const struct selkie_member *news, enum members_condition condition,
                                 bool disseminate) {
    struct identity replaced;
    if (condition == MEMBERS_ANY) {
        make_room(engine, news);
    }
    struct members_change change = members_apply(&engine->members, news, condition, &replaced);
    if (change.outcome == MEMBERS_REFUSED) {
        engine->stats.members_refused++;
    }
    if (change.outcome != MEMBERS_CHANGED) {
        return change;
    }
    struct selkie_member member;
    members_describe(&engine->members, change.slot, &member);
    if (disseminate) {
        tell(engine, &member);
    }
    if (!change.is_active) {
        submit_remove_down(engine, change.slot);
    }
    if (change.renamed) {
        notify_member(engine, SELKIE_NOTIFY_RENAME, &member, replaced.as.bytes);
    }
    if (change.was_active != change.is_active) {
        notify_member(engine, change.is_active ? SELKIE_NOTIFY_MEMBER_UP : SELKIE_NOTIFY_MEMBER_DOWN, &member, NULL);
    }
    return change;
}

void apply_remove_down(selkie *engine, const struct timer *timer) {
    uint32_t slot = timer->number;
    if (!members_has_timer(&engine->members, slot)) {
        return; /* it came twice */
    }
    members_mark_timer(&engine->members, slot, false);
    if (!members_has(&engine->members, slot) || members_is_active(&engine->members, slot)) {
        return;
    }
    struct selkie_member member;
    members_describe(&engine->members, slot, &member);
    if (state_identity_hash(engine, member.identity) == timer->identity_hash) {
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
