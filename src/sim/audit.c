/* Looking through a whole table, now and then: does it hold what the engine notified, and nothing else? */
#include "sim/check.h"
#include "sim/conduct.h"

#include <string.h>

#define AUDIT_EVERY_US SELKIE_MS(500)

static void disagrees(struct host *host, uint32_t about, const char *what) {
    check_failed(host->sim, SELKIE_SIM_CHECK_TABLE, host->number, about, "%s", what);
}

/* ---- Slots ---- */

static void make_room(struct conducts *conducts, uint32_t slots) {
    if (conducts->slots_room < slots) {
        conducts->slots = sim_realloc(conducts->slots, slots, sizeof *conducts->slots);
        memset(conducts->slots + conducts->slots_room, 0, (slots - conducts->slots_room) * sizeof *conducts->slots);
        conducts->slots_room = slots;
    }
}

static void check_slot(struct host *host, uint32_t about, uint32_t slot) {
    struct conducts *conducts = host->sim->conducts;
    const struct conduct *conduct = conduct_of(host);
    uint32_t bound = conduct->members_max > 0 ? conduct->members_max : conduct->most_members;
    if (slot >= bound) {
        disagrees(host, about, "a member has a slot beyond the most members that there were");
        return;
    }
    if (conducts->slots[slot] == conducts->audits) {
        disagrees(host, about, "two members have the same slot");
    }
    conducts->slots[slot] = conducts->audits;
}

/* ---- Members ---- */

static void check_member(struct host *host, const struct selkie_member *member) {
    uint32_t number = selkie_sim_member_at(host->sim, member->identity);
    uint32_t life = conduct_life(host, member->identity, "a member in its table");
    if (life != LIVES_NONE) {
        conduct_incarnation(host, life, member->incarnation, "a member in its table");
    }
    if (number != SELKIE_SIM_NOBODY && notices_is_up(host, number) != (member->state != SELKIE_DOWN)) {
        disagrees(host, number, "a member is active, and no MemberUp was notified, or the other way round");
    }
    check_slot(host, number, member->slot);
}

/* conduct_life takes what an engine holds as it is, unless the engine is at work: it came to hold it by itself. */
void audit_table(struct host *host) {
    struct conducts *conducts = host->sim->conducts;
    const struct conduct *conduct = conduct_of(host);
    enum handling_kind kind = conducts->handling.kind;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    uint32_t count = 0, active = 0;
    conducts->handling.kind = HANDLING_AUDIT;
    make_room(conducts, conduct->members_max > conduct->most_members ? conduct->members_max : conduct->most_members);
    conducts->audits++;
    while (selkie_next(host->engine, &cursor, &member)) {
        check_member(host, &member);
        count++;
        active += member.state != SELKIE_DOWN;
    }
    if (count != selkie_member_count(host->engine) || active != selkie_active_count(host->engine)) {
        disagrees(host, SELKIE_SIM_NOBODY, "a walk through its members finds more or fewer than it counts");
    }
    conducts->handling.kind = kind;
}

void audit_next(selkie_sim *sim) {
    struct conducts *conducts = sim->conducts;
    conducts->audit_us = sim->now_us + AUDIT_EVERY_US;
    for (uint32_t tries = 0; tries < sim->options.members; tries++) {
        struct host *host = &sim->hosts[conducts->audited++ % sim->options.members];
        if (host->engine != NULL) {
            conduct_adopt(host);
            audit_table(host);
            return;
        }
    }
}
