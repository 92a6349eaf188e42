/* What an engine notifies: that it is in order, and that its table holds the same. */
#include "sim/check.h"
#include "sim/conduct.h"
#include "sim/watch.h"

#include <string.h>

static void disordered(struct host *host, uint32_t about, const char *what) {
    check_failed(host->sim, SELKIE_SIM_CHECK_NEWS, host->number, about, "%s", what);
}

/* ---- Who was called up, and who was called suspect ---- */

static size_t bit_of(const struct host *host, uint32_t member) {
    return (size_t)host->number * host->sim->options.members + member;
}

static bool get(const unsigned char *bits, size_t bit) {
    return ((unsigned)bits[bit / 8] >> bit % 8 & 1u) != 0;
}

static void set(unsigned char *bits, size_t bit, bool on) {
    unsigned mask = 1u << bit % 8;
    bits[bit / 8] = (unsigned char)(on ? bits[bit / 8] | mask : bits[bit / 8] & ~mask);
}

bool notices_is_up(const struct host *host, uint32_t member) {
    return get(host->sim->conducts->ups, bit_of(host, member));
}

static void set_up(struct host *host, uint32_t member, bool up) {
    set(host->sim->conducts->ups, bit_of(host, member), up);
}

static bool is_suspect(const struct host *host, uint32_t member) {
    return get(host->sim->conducts->suspects, bit_of(host, member));
}

static void set_suspect(struct host *host, uint32_t member, bool suspect) {
    set(host->sim->conducts->suspects, bit_of(host, member), suspect);
}

void notices_forget(struct host *host) {
    for (uint32_t member = 0; member < host->sim->options.members; member++) {
        set_up(host, member, false);
        set_suspect(host, member, false);
    }
}

/* ---- Identities that take each other's place ---- */

static bool same_address(const struct host *host, const void *a, const void *b) {
    return memcmp(a, b, host->sim->type.addr_size) == 0;
}

static bool same(const struct host *host, const void *a, const void *b) {
    return memcmp(a, b, host->sim->type.size) == 0;
}

static void renamed(struct host *host, struct conduct *conduct, uint32_t member,
                    const struct selkie_notification *notification) {
    const void *from = notification->old_identity, *to = notification->member.identity;
    if (from == NULL || same(host, from, to) || !same_address(host, from, to)) {
        disordered(host, member, "Rename is not from one identity to another at the same address");
    } else if (witness_wins(host->sim, from, to)) {
        disordered(host, member, "Rename to an identity that loses against the one that it replaces");
    }
    if (member != SELKIE_SIM_NOBODY) {
        bool active = notification->member.state != SELKIE_DOWN;
        set_suspect(host, member, false); /* that was the other one */
        conduct->owed = member;
        conduct->owes_up = active && !notices_is_up(host, member);
        conduct->owes_down = !active && notices_is_up(host, member);
    }
}

/* ---- Members ---- */

static void check_held(struct host *host, uint32_t about, const struct selkie_member *told) {
    struct selkie_member held = {.struct_size = sizeof held};
    if (!selkie_find(host->engine, told->identity, &held) || !same(host, held.identity, told->identity) ||
        held.state != told->state || held.incarnation != told->incarnation || held.slot != told->slot) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TABLE, host->number, about,
                     "it notifies of a member what it does not hold");
    }
}

static void up(struct host *host, struct conduct *conduct, uint32_t member, const struct selkie_member *told) {
    conduct->ups++;
    if (told->state == SELKIE_DOWN) {
        disordered(host, member, "MemberUp of a member that is Down");
    }
    if (member == SELKIE_SIM_NOBODY) {
        return;
    }
    if (notices_is_up(host, member)) {
        disordered(host, member, "MemberUp twice, with no MemberDown in between");
        conduct->ups--;
    }
    set_up(host, member, true);
}

static void down(struct host *host, struct conduct *conduct, uint32_t member, const struct selkie_member *told) {
    conduct->ups--;
    if (told->state != SELKIE_DOWN) {
        disordered(host, member, "MemberDown of a member that is active");
    }
    if (member == SELKIE_SIM_NOBODY) {
        return;
    }
    if (!notices_is_up(host, member)) {
        disordered(host, member, "MemberDown without a MemberUp before");
        conduct->ups++;
    }
    set_up(host, member, false);
    set_suspect(host, member, false);
}

/* A MemberUp or MemberDown that a Rename brings with it comes right after it. */
static void settle(struct host *host, struct conduct *conduct, enum selkie_notification_kind kind, uint32_t member) {
    if ((conduct->owes_up && (kind != SELKIE_NOTIFY_MEMBER_UP || member != conduct->owed)) ||
        (conduct->owes_down && (kind != SELKIE_NOTIFY_MEMBER_DOWN || member != conduct->owed))) {
        disordered(host, conduct->owed, "Rename is not followed by the MemberUp or MemberDown that it causes");
    }
    conduct->owes_up = conduct->owes_down = false;
}

static void about_member(struct host *host, struct conduct *conduct, const struct selkie_notification *notification) {
    const struct selkie_member *told = &notification->member;
    uint32_t member = selkie_sim_member_at(host->sim, told->identity);
    settle(host, conduct, notification->kind, member);
    uint32_t life = conduct_life(host, told->identity, "a member that it notifies of");
    if (life != LIVES_NONE) {
        conduct_incarnation(host, life, told->incarnation, "a member that it notifies of");
    }
    if (conduct_is_handling(host)) {
        check_held(host, member, told);
    }
    switch (notification->kind) {
    case SELKIE_NOTIFY_RENAME:
        renamed(host, conduct, member, notification);
        break;
    case SELKIE_NOTIFY_MEMBER_UP:
        up(host, conduct, member, told);
        break;
    default:
        down(host, conduct, member, told);
        break;
    }
}

/* ---- What its program need not have asked for ---- */

static void suspected(struct host *host, uint32_t member, const struct selkie_member *told) {
    if (told->state != SELKIE_SUSPECT) {
        disordered(host, member, "MemberSuspect of a member that is not Suspect");
    }
    if (member != SELKIE_SIM_NOBODY) {
        if (!notices_is_up(host, member)) {
            disordered(host, member, "MemberSuspect without a MemberUp before");
        }
        set_suspect(host, member, true);
    }
}

static void refuted(struct host *host, uint32_t member, const struct selkie_member *told) {
    if (told->state != SELKIE_ALIVE) {
        disordered(host, member, "MemberRefuted of a member that is not Alive");
    }
    if (member != SELKIE_SIM_NOBODY) {
        if (!is_suspect(host, member) && !host->witness.deaf) {
            disordered(host, member, "MemberRefuted without a MemberSuspect before");
        }
        set_suspect(host, member, false);
    }
}

static void removed(struct host *host, uint32_t member, const struct selkie_member *told) {
    struct selkie_member held = {.struct_size = sizeof held};
    if (told->state != SELKIE_DOWN) {
        disordered(host, member, "MemberRemoved of a member that is not Down");
    }
    if (selkie_find(host->engine, told->identity, &held)) {
        disordered(host, member, "MemberRemoved of a member that it still knows");
    }
}

void conduct_observed(struct host *host, const struct selkie_notification *notification) {
    const struct selkie_member *told = &notification->member;
    uint32_t member = selkie_sim_member_at(host->sim, told->identity);
    settle(host, conduct_of(host), notification->kind, member);
    if (notification->kind == SELKIE_NOTIFY_MEMBER_REMOVED) {
        removed(host, member, told);
        return;
    }
    if (conduct_is_handling(host)) {
        check_held(host, member, told);
    }
    if (notification->kind == SELKIE_NOTIFY_MEMBER_SUSPECT) {
        suspected(host, member, told);
    } else {
        refuted(host, member, told);
    }
}

/* ---- Itself ---- */

static void rejoined(struct host *host, const struct selkie_notification *notification) {
    const void *from = notification->old_identity, *to = notification->member.identity;
    if (from == NULL || same(host, from, to) || !witness_wins(host->sim, to, from)) {
        disordered(host, SELKIE_SIM_NOBODY, "Rejoin under an identity that does not win against the former one");
    } else if (!same(host, to, selkie_identity(host->engine))) {
        disordered(host, SELKIE_SIM_NOBODY, "Rejoin under an identity that is not its own");
    }
    conduct_look(host);
    host->sim->conducts->handling.renewed = false;
}

static void about_itself(struct host *host, struct conduct *conduct, const struct selkie_notification *notification) {
    static const uint8_t standings[SELKIE_NOTIFICATION_COUNT] = {
        [SELKIE_NOTIFY_ACTIVE] = STANDING_ACTIVE,
        [SELKIE_NOTIFY_IDLE] = STANDING_IDLE,
        [SELKIE_NOTIFY_DEFUNCT] = STANDING_DEFUNCT,
        [SELKIE_NOTIFY_REJOIN] = STANDING_CHANGED,
    };
    bool handling = conduct_is_handling(host);
    settle(host, conduct, notification->kind, SELKIE_SIM_NOBODY);
    if (notification->kind == SELKIE_NOTIFY_REJOIN) {
        host->sim->conducts->handling.rejoined = handling;
        rejoined(host, notification);
    } else if (handling && notification->kind == SELKIE_NOTIFY_ACTIVE && conduct->standing == STANDING_ACTIVE) {
        disordered(host, SELKIE_SIM_NOBODY, "Active twice");
    } else if (handling && notification->kind == SELKIE_NOTIFY_IDLE && conduct->standing != STANDING_ACTIVE) {
        disordered(host, SELKIE_SIM_NOBODY, "Idle without having been Active");
    }
    conduct->restarts += notification->kind == SELKIE_NOTIFY_ACTIVE;
    conduct->standing = standings[notification->kind];
}

void conduct_notified(struct host *host, const struct selkie_notification *notification) {
    struct conduct *conduct = conduct_of(host);
    switch (notification->kind) {
    case SELKIE_NOTIFY_MEMBER_UP:
    case SELKIE_NOTIFY_MEMBER_DOWN:
    case SELKIE_NOTIFY_RENAME:
        about_member(host, conduct, notification);
        break;
    case SELKIE_NOTIFY_ACTIVE:
    case SELKIE_NOTIFY_IDLE:
    case SELKIE_NOTIFY_DEFUNCT:
    case SELKIE_NOTIFY_REJOIN:
        about_itself(host, conduct, notification);
        break;
    default:
        break;
    }
}

/* ---- After a call ---- */

void notices_end(struct host *host) {
    static const uint8_t connections[] = {[STANDING_NEW] = SELKIE_DISCONNECTED,
                                          [STANDING_ACTIVE] = SELKIE_CONNECTED,
                                          [STANDING_IDLE] = SELKIE_DISCONNECTED,
                                          [STANDING_DEFUNCT] = SELKIE_UNDEAD,
                                          [STANDING_CHANGED] = SELKIE_DISCONNECTED};
    struct conduct *conduct = conduct_of(host);
    uint32_t active = selkie_active_count(host->engine);
    if (conduct->owes_up || conduct->owes_down) {
        settle(host, conduct, SELKIE_NOTIFICATION_COUNT, SELKIE_SIM_NOBODY);
    }
    struct selkie_config config;
    selkie_get_config(host->engine, &config);
    bool returns = host->sim->conducts->handling.rejoined && config.reconnect_at_once;
    if (connections[conduct->standing] != selkie_connection(host->engine)) {
        disordered(host, SELKIE_SIM_NOBODY, "its connection is not the one that it notified last");
    } else if ((conduct->standing == STANDING_ACTIVE && active == 0) ||
               (conduct->standing == STANDING_CHANGED && returns && active > 0) ||
               ((conduct->standing == STANDING_NEW || conduct->standing == STANDING_IDLE) && active > 0)) {
        disordered(host, SELKIE_SIM_NOBODY, "Active or Idle is due, and it said nothing");
    }
    if (conduct->ups != active) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TABLE, host->number, SELKIE_SIM_NOBODY,
                     "it holds %u members active, and notified of %u", (unsigned)active, (unsigned)conduct->ups);
        conduct->ups = active;
    }
}
