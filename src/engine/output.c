/* Notifications: the news for the user. Identities are copied into aligned memory here, so that nobody else has to
 * think of it. */
#include "engine/output.h"

#include "base/memory.h"

static struct selkie_notification notification_of(enum selkie_notification_kind kind) {
    struct selkie_notification notification;
    memset(&notification, 0, sizeof notification);
    notification.struct_size = sizeof notification;
    notification.kind = kind;
    notification.member.struct_size = sizeof notification.member;
    notification.member.slot = SELKIE_NO_SLOT;
    return notification;
}

static void deliver(selkie *engine, const struct selkie_notification *notification) {
    if (engine->runtime.notify) {
        engine->runtime.notify(engine->runtime.ctx, notification);
    }
}

void notify_member(selkie *engine, enum selkie_notification_kind kind, const struct selkie_member *member,
                   const void *old_identity) {
    if (!engine->runtime.notify) {
        return;
    }
    struct selkie_notification notification = notification_of(kind);
    struct identity identity, accuser, old;
    identity_copy(&engine->type, &identity, member->identity);
    notification.member = *member;
    notification.member.identity = identity.as.bytes;
    if (member->accuser) {
        identity_copy(&engine->type, &accuser, member->accuser);
        notification.member.accuser = accuser.as.bytes;
    }
    if (old_identity) {
        identity_copy(&engine->type, &old, old_identity);
        notification.old_identity = old.as.bytes;
    }
    deliver(engine, &notification);
}

void notify_ourselves(selkie *engine, enum selkie_notification_kind kind, const void *old_identity) {
    struct selkie_member member;
    memset(&member, 0, sizeof member);
    member.struct_size = sizeof member;
    member.identity = engine->identity.as.bytes;
    member.incarnation = engine->incarnation;
    member.state = engine->connection == SELKIE_UNDEAD ? SELKIE_DOWN : SELKIE_ALIVE;
    member.slot = SELKIE_NO_SLOT;
    notify_member(engine, kind, &member, old_identity);
}

void notify_header(selkie *engine, enum selkie_notification_kind kind, const struct selkie_header *header) {
    struct selkie_notification notification = notification_of(kind);
    notification.header = header;
    deliver(engine, &notification);
}

void notify_probe_failed(selkie *engine) {
    if (!(engine->config.observe & SELKIE_OBSERVE_PROBE_FAILED)) {
        return;
    }
    struct selkie_notification notification = notification_of(SELKIE_NOTIFY_PROBE_FAILED);
    const void *target = engine->probe.target.as.bytes;
    uint32_t slot = members_find(&engine->members, target);
    if (slot != SELKIE_NO_SLOT) {
        members_describe(&engine->members, slot, &notification.member);
    }
    if (slot == SELKIE_NO_SLOT || !identity_equal(&engine->type, notification.member.identity, target)) {
        notification.member.incarnation = engine->probe.incarnation;
        notification.member.slot = SELKIE_NO_SLOT;
    }
    notification.member.identity = target;
    notification.probe_number = engine->probe.number;
    deliver(engine, &notification);
}
