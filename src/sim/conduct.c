/* When an engine is at work, what it is then, and what its program did to it in between. */
#include "sim/conduct.h"

#include "sim/check.h"
#include "sim/watch.h"

#include <stdlib.h>
#include <string.h>

void conducts_make(selkie_sim *sim) {
    uint32_t members = sim->options.members;
    size_t bits = (size_t)members * members / 8 + 1;
    struct conducts *conducts = sim_realloc(NULL, 1, sizeof *conducts);
    *conducts = (struct conducts){.of = sim_realloc(NULL, members, sizeof *conducts->of),
                                  .ups = sim_realloc(NULL, bits, 1),
                                  .suspects = sim_realloc(NULL, bits, 1)};
    memset(conducts->of, 0, members * sizeof *conducts->of);
    memset(conducts->ups, 0, bits);
    memset(conducts->suspects, 0, bits);
    lives_init(&conducts->lives, sim->type.size);
    sim->conducts = conducts;
}

void conducts_free(selkie_sim *sim) {
    free(sim->conducts->of);
    free(sim->conducts->ups);
    free(sim->conducts->suspects);
    free(sim->conducts->slots);
    lives_free(&sim->conducts->lives);
    free(sim->conducts);
}

struct conduct *conduct_of(const struct host *host) {
    return &host->sim->conducts->of[host->number];
}

bool conduct_is_handling(const struct host *host) {
    return host->sim->conducts->handling.kind != HANDLING_NOTHING;
}

/* ---- Identities and incarnations ---- */

static bool is(const struct host *host, uint32_t life, const void *identity) {
    const struct lives *lives = &host->sim->conducts->lives;
    return memcmp(lives_identity(lives, life), identity, lives->identity_size) == 0;
}

bool conduct_has(const selkie_sim *sim, uint32_t member, const void *identity) {
    return member != SELKIE_SIM_NOBODY && sim->hosts[member].engine != NULL &&
           is(&sim->hosts[member], sim->conducts->of[member].life, identity);
}

static void raise(struct conducts *conducts, uint32_t life, uint16_t incarnation) {
    if (conducts->lives.lives[life].highest < incarnation) {
        conducts->lives.lives[life].highest = incarnation;
    }
}

/* The scenario may have told an engine anything about it. */
static bool is_excused(const selkie_sim *sim, uint32_t member) {
    return member == SELKIE_SIM_NOBODY ? sim->excused : sim->hosts[member].reputation.excused;
}

/* What its program told an engine to say or to hold. */
static uint32_t believe(struct host *host, const void *identity) {
    bool its_own = selkie_sim_member_at(host->sim, identity) == host->number;
    return lives_add(&host->sim->conducts->lives, identity, its_own ? host->number : SELKIE_SIM_NOBODY);
}

/* Of its own address there may be identities that its program gave it and took again, all unseen, but for the farewell
 * that it will tell. */
uint32_t conduct_life(struct host *host, const void *identity, const char *what) {
    struct conducts *conducts = host->sim->conducts;
    uint32_t life = lives_find(&conducts->lives, identity);
    if (life != LIVES_NONE) {
        return life;
    }
    uint32_t about = selkie_sim_member_at(host->sim, identity);
    if (!conduct_is_handling(host) || about == host->number || is_excused(host->sim, about)) {
        return believe(host, identity);
    }
    check_failed(host->sim, SELKIE_SIM_CHECK_STRANGER, host->number, about, "%s is an identity that nobody ever had",
                 what);
    return LIVES_NONE;
}

/* A program may have raised it since its engine was looked at last. */
static void look_again(struct conducts *conducts, selkie_sim *sim, uint32_t life) {
    uint32_t owner = conducts->lives.lives[life].owner;
    const selkie *engine = owner == SELKIE_SIM_NOBODY ? NULL : sim->hosts[owner].engine;
    if (engine != NULL && is(&sim->hosts[owner], life, selkie_identity(engine))) {
        raise(conducts, life, selkie_incarnation(engine));
    }
}

void conduct_incarnation(struct host *host, uint32_t life, uint16_t incarnation, const char *what) {
    struct conducts *conducts = host->sim->conducts;
    const struct life *of = &conducts->lives.lives[life];
    if (incarnation <= of->highest) {
        return;
    }
    look_again(conducts, host->sim, life);
    uint32_t about = selkie_sim_member_at(host->sim, lives_identity(&conducts->lives, life));
    if (!conduct_is_handling(host) || is_excused(host->sim, about)) {
        raise(conducts, life, incarnation);
    } else if (incarnation > of->highest) {
        check_failed(host->sim, SELKIE_SIM_CHECK_INCARNATION, host->number, about,
                     "%s has incarnation %u, and never had more than %u", what, incarnation, of->highest);
    }
}

/* ---- What its program does to it ---- */

/* What an engine holds that its program gave it need not have been said by anybody. */
static void believe_table(struct host *host) {
    struct conducts *conducts = host->sim->conducts;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    while (selkie_next(host->engine, &cursor, &member)) {
        raise(conducts, believe(host, member.identity), member.incarnation);
    }
}

static void adopt_identity(struct host *host, struct conduct *conduct) {
    const void *identity = selkie_identity(host->engine);
    struct lives *lives = &host->sim->conducts->lives;
    if (!is(host, conduct->life, identity)) {
        conduct->farewells += memcmp(lives_identity(lives, conduct->life), identity, host->sim->type.addr_size) != 0;
        conduct->life = lives_add(lives, identity, host->number);
        lives->lives[conduct->life].owner = host->number; /* somebody may have spoken of it before */
        conduct->incarnation = 0;
    }
}

static void adopt_standing(const struct host *host, struct conduct *conduct) {
    static const bool settled[][3] = {
        /* disconnected, connected, undead */
        [STANDING_NEW] = {true, false, false},     [STANDING_ACTIVE] = {false, true, false},
        [STANDING_IDLE] = {true, false, false},    [STANDING_DEFUNCT] = {false, false, true},
        [STANDING_CHANGED] = {true, false, false},
    };
    static const enum standing standings[] = {STANDING_CHANGED, STANDING_ACTIVE, STANDING_DEFUNCT};
    enum selkie_connection connection = selkie_connection(host->engine);
    if (!settled[conduct->standing][connection]) {
        conduct->standing = (uint8_t)standings[connection];
    }
}

static void note_sizes(const struct host *host, struct conduct *conduct) {
    conduct->members = selkie_member_count(host->engine);
    conduct->backlog = selkie_updates_backlog(host->engine);
    if (conduct->most_members < conduct->members) {
        conduct->most_members = conduct->members;
    }
}

static void adopt_incarnation(struct host *host, struct conduct *conduct) {
    conduct->incarnation = selkie_incarnation(host->engine);
    raise(host->sim->conducts, conduct->life, conduct->incarnation);
}

void conduct_trust(struct host *host) {
    note_sizes(host, conduct_of(host));
}

void conduct_adopt(struct host *host) {
    struct conduct *conduct = conduct_of(host);
    adopt_identity(host, conduct);
    adopt_incarnation(host, conduct);
    adopt_standing(host, conduct);
    if (conduct->members != selkie_member_count(host->engine) ||
        conduct->backlog != selkie_updates_backlog(host->engine)) {
        believe_table(host);
        note_sizes(host, conduct);
    }
}

/* ---- Life ---- */

void conduct_started(struct host *host, const struct selkie_options *options) {
    struct conduct *conduct = conduct_of(host);
    struct selkie_config config;
    selkie_get_config(host->engine, &config);
    *conduct = (struct conduct){
        .life = lives_add(&host->sim->conducts->lives, selkie_identity(host->engine), host->number),
        .members_max = options->max_members,
        .broadcasts_max = options->max_broadcasts,
        .timers_max = selkie_timers_max(options),
        .period_us = config.probe_period_us,
    };
    host->sim->conducts->lives.lives[conduct->life].owner = host->number; /* somebody may have spoken of it before */
    notices_forget(host);
}

void conduct_ends(struct host *host) {
    conduct_adopt(host);
    audit_table(host);
}

/* ---- Calls ---- */

void conduct_begin(struct host *host, const void *bytes, size_t size) {
    selkie_sim *sim = host->sim;
    if (witness_has_acted(host)) {
        conduct_adopt(host);
    }
    if (sim->now_us >= sim->conducts->audit_us) {
        audit_next(sim);
    }
    sim->conducts->handling = (struct handling){
        .kind = bytes != NULL ? HANDLING_PACKET : HANDLING_TIMER, .bytes = bytes, .size = size, .message = -1};
    effort_begin(host);
}

/* A new identity is adopted when it is spoken under or notified. */
static void end_identity(struct host *host, struct conduct *conduct) {
    uint16_t incarnation = selkie_incarnation(host->engine);
    if (host->sim->conducts->handling.renewed || !is(host, conduct->life, selkie_identity(host->engine))) {
        check_failed(host->sim, SELKIE_SIM_CHECK_NEWS, host->number, SELKIE_SIM_NOBODY,
                     "its identity changed, and it did not say so");
        adopt_identity(host, conduct);
    } else if (incarnation < conduct->incarnation) {
        check_failed(host->sim, SELKIE_SIM_CHECK_INCARNATION, host->number, SELKIE_SIM_NOBODY,
                     "its incarnation fell from %u to %u", conduct->incarnation, incarnation);
    }
    if (incarnation != conduct->incarnation) {
        adopt_incarnation(host, conduct);
    }
}

void conduct_end(struct host *host) {
    struct conduct *conduct = conduct_of(host);
    end_identity(host, conduct);
    notices_end(host);
    effort_end(host);
    note_sizes(host, conduct);
    host->sim->conducts->handling.kind = HANDLING_NOTHING;
}

/* In the midst of a call: an engine that renews its identity speaks under the new one before it notifies that. */
void conduct_look(struct host *host) {
    struct conduct *conduct = conduct_of(host);
    if (!conduct_is_handling(host)) {
        conduct_adopt(host);
    } else if (!is(host, conduct->life, selkie_identity(host->engine))) {
        adopt_identity(host, conduct);
        host->sim->conducts->handling.renewed = true;
    }
    if (conduct->incarnation < selkie_incarnation(host->engine)) {
        adopt_incarnation(host, conduct);
    }
}

void conduct_injected(selkie_sim *sim, const void *bytes, size_t size) {
    struct frame frame;
    struct selkie_member member;
    struct lives *lives = &sim->conducts->lives;
    if (!frame_open_header(&frame, sim, bytes, size)) {
        return;
    }
    raise(sim->conducts, lives_add(lives, frame.header.source, SELKIE_SIM_NOBODY), frame.header.source_incarnation);
    if (frame.header.peer != NULL) {
        lives_add(lives, frame.header.peer, SELKIE_SIM_NOBODY);
    }
    if (frame_open(&frame, sim, bytes, size)) {
        while (frame_next_member(&frame, &member)) {
            raise(sim->conducts, lives_add(lives, member.identity, SELKIE_SIM_NOBODY), member.incarnation);
        }
    }
}
