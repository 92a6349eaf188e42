/* One seed's run: the cluster, what is known of it, and what was found wrong. */
#include "world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Far above what the longest run sends: 200 members form with some hundred thousand. */
#define MOST_PACKETS UINT64_C(6000000)

static void *room_for(size_t count, size_t size) {
    void *room = calloc(count, size);
    if (room == NULL) {
        selkie_panic("swarm: out of memory");
    }
    return room;
}

/* ---- What the cluster tells ---- */

static void notified(void *ctx, uint32_t member, const struct selkie_notification *notification) {
    struct watch *watch = &((struct world *)ctx)->watch;
    (void)member;
    watch->ups += notification->kind == SELKIE_NOTIFY_MEMBER_UP;
    watch->downs += notification->kind == SELKIE_NOTIFY_MEMBER_DOWN;
    watch->left += notification->kind == SELKIE_NOTIFY_MEMBER_DOWN && (notification->member.flags & SELKIE_LEFT) != 0;
    watch->renames += notification->kind == SELKIE_NOTIFY_RENAME;
    watch->rejoins += notification->kind == SELKIE_NOTIFY_REJOIN;
    watch->defuncts += notification->kind == SELKIE_NOTIFY_DEFUNCT;
    watch->idles += notification->kind == SELKIE_NOTIFY_IDLE;
    watch->probe_failures += notification->kind == SELKIE_NOTIFY_PROBE_FAILED;
}

static void note_probed(struct world *world, uint32_t from, uint32_t to) {
    size_t members = world->plan->members, room = 2 * members;
    if (world->probes[from] < room) {
        world->probed[from * room + world->probes[from]++] = to;
    }
}

static void count_sent(struct world *world, uint32_t from, uint32_t to, int message) {
    size_t pair = world_pair(world, from, to);
    if (message == SELKIE_PING) {
        world->pings[pair]++;
        note_probed(world, from, to);
    }
    world->gossips[pair] += message == SELKIE_GOSSIP;
    world->asked[pair] += message == SELKIE_PING_REQ;
    world->announced[pair] += message == SELKIE_ANNOUNCE;
}

/* A flood cannot be waited for: the run ends here, and something else may have been found before. */
static void flooded(struct world *world) {
    world_explain(world);
    world_found(world, "flood", "more than %" PRIu64 " packets were sent", MOST_PACKETS);
    exit(1);
}

static void sent(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                 size_t size) {
    struct world *world = ctx;
    (void)bytes;
    (void)size;
    world->watch.sent[header->message]++;
    if (to != SELKIE_SIM_NOBODY) {
        count_sent(world, from, to, header->message);
    }
    if (world->packets_left-- == 0) {
        flooded(world);
    }
}

/* What led to it is in the report once the call that it happened in is over. */
static void violated(void *ctx, const struct selkie_sim_violation *violation) {
    struct world *world = ctx;
    if (!world->found) {
        snprintf(world->what, sizeof world->what, "%s", violation->what);
        snprintf(world->check, sizeof world->check, "%s", selkie_sim_check_name(violation->check));
        world->found_us = violation->time_us;
        world->found = world->unexplained = true;
    }
}

/* ---- Making ---- */

static void make_identity(void *ctx, uint32_t member, void *identity) {
    identities_make(((struct world *)ctx)->plan->identity, member, identity);
}

static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    struct world *world = ctx;
    rumours_prepare(world->rumours, member, &world->handler);
    options->broadcasts = &world->handler;
    options->type = &world->type_of_engines;
    options->max_members = world->plan->max_members;
    options->max_suspicions = world->plan->max_suspicions;
    options->max_broadcasts = world->plan->max_broadcasts;
    options->max_broadcast_bytes = world->plan->max_broadcast_bytes;
}

static void make_room(struct world *world) {
    size_t members = world->plan->members;
    world->dead = room_for(members, sizeof *world->dead);
    world->paused = room_for(members, sizeof *world->paused);
    world->pings = room_for(members * members, sizeof *world->pings);
    world->probed = room_for(2 * members * members, sizeof *world->probed);
    world->probes = room_for(members, sizeof *world->probes);
    world->gossips = room_for(members * members, sizeof *world->gossips);
    world->asked = room_for(members * members, sizeof *world->asked);
    world->announced = room_for(members * members, sizeof *world->announced);
}

void world_make(struct world *world, const struct plan *plan, FILE *trace, const char *replay) {
    *world = (struct world){
        .plan = plan, .draw = draw_stream(plan->seed, 2), .packets_left = MOST_PACKETS, .replay = replay};
    make_room(world);
    world->rumours = rumours_new(plan->members, plan->own_invalidates);
    identities_type(plan->identity, &world->type);
    identities_codec(plan->identity, plan->codec, &world->codec);
    world->type_of_engines = world->type;
    if (!plan->renews) {
        world->type_of_engines.renew = NULL;
    }
    world->sim =
        selkie_sim_new(SELKIE_SIM_OPTIONS(.members = plan->members, .seed = plan->seed, .config = &plan->config,
                                          .type = &world->type, .make_identity = make_identity, .codec = &world->codec,
                                          .link = &plan->link, .replay = replay, .ctx = world, .prepare = prepare,
                                          .notified = notified, .sent = sent, .violated = violated));
    selkie_sim_trace(world->sim, trace);
}

void world_end(struct world *world) {
    selkie_sim_free(world->sim);
    rumours_free(world->rumours);
    free(world->dead);
    free(world->paused);
    free(world->pings);
    free(world->probed);
    free(world->probes);
    free(world->gossips);
    free(world->asked);
    free(world->announced);
}

/* ---- What was found ---- */

static void note(struct world *world, const char *check, const char *format, va_list arguments) {
    vsnprintf(world->what, sizeof world->what, format, arguments);
    snprintf(world->check, sizeof world->check, "%s", check);
    world->found_us = selkie_sim_now(world->sim);
    world->found = true;
}

/* Who sees whom not as he should. */
static void explain_views(const struct world *world, FILE *out) {
    static const char *const names[] = {"does not know", "holds for suspect", "holds for Down",
                                        "knows a former self of"};
    for (uint32_t observer = 0; observer < world->plan->members; observer++) {
        for (uint32_t member = 0; member < world->plan->members; member++) {
            bool here = selkie_sim_is_live(world->sim, member);
            unsigned view = selkie_sim_is_live(world->sim, observer) && member != observer
                                ? selkie_sim_view(world->sim, observer, member)
                                : SELKIE_SIM_SEES_ALIVE;
            if (here && (view & SELKIE_SIM_SEES_ALIVE) == 0) {
                unsigned name = view == SELKIE_SIM_SEES_NOTHING   ? 0
                                : view == SELKIE_SIM_SEES_SUSPECT ? 1
                                : view == SELKIE_SIM_SEES_DOWN    ? 2
                                                                  : 3;
                fprintf(out, "  m%" PRIu32 " %s m%" PRIu32 "\n", observer, names[name], member);
            }
        }
    }
}

static void explain(const struct world *world, FILE *out) {
    fprintf(out, "FOUND %s at %" PRIu64 ".%06" PRIu64 " s: %s\n", world->check, world->found_us / 1000000,
            world->found_us % 1000000, world->what);
    plan_print(world->plan, out);
    explain_views(world, out);
    selkie_sim_report(world->sim, out);
    fprintf(out, "replay: %s\n", world->replay);
}

void world_explain(struct world *world) {
    if (world->unexplained) {
        world->unexplained = false;
        explain(world, stderr);
    }
}

void world_found(struct world *world, const char *check, const char *format, ...) {
    if (!world->found) {
        va_list arguments;
        va_start(arguments, format);
        note(world, check, format, arguments);
        va_end(arguments);
        explain(world, stderr);
    }
}

/* ---- Watching ---- */

void world_watch_afresh(struct world *world) {
    size_t pairs = (size_t)world->plan->members * world->plan->members;
    world->watch = (struct watch){.ups = 0};
    memset(world->pings, 0, pairs * sizeof *world->pings);
    memset(world->probes, 0, world->plan->members * sizeof *world->probes);
    memset(world->gossips, 0, pairs * sizeof *world->gossips);
    memset(world->asked, 0, pairs * sizeof *world->asked);
    memset(world->announced, 0, pairs * sizeof *world->announced);
}

size_t world_pair(const struct world *world, uint32_t from, uint32_t to) {
    return (size_t)from * world->plan->members + to;
}

bool world_run(struct world *world, uint64_t duration_us) {
    if (!world->found) {
        selkie_sim_run(world->sim, duration_us);
        world_explain(world);
    }
    return !world->found;
}

bool world_agrees_within(struct world *world, uint64_t bound_us) {
    bool agreed = !world->found && selkie_sim_until_agreed(world->sim, bound_us) != SELKIE_SIM_NEVER;
    world_explain(world);
    return agreed && !world->found;
}

/* ---- Members ---- */

uint32_t world_any(struct world *world) {
    return draw_below(&world->draw, world->plan->members);
}

uint32_t world_live(struct world *world) {
    uint32_t first = world_any(world);
    for (uint32_t i = 0; i < world->plan->members; i++) {
        uint32_t member = (first + i) % world->plan->members;
        if (selkie_sim_is_live(world->sim, member)) {
            return member;
        }
    }
    return SELKIE_SIM_NOBODY;
}

void world_crash(struct world *world, uint32_t member) {
    if (selkie_sim_engine(world->sim, member) != NULL) {
        selkie_sim_crash(world->sim, member);
    }
    world->dead[member] = true;
    world->paused[member] = false;
}

void world_restart(struct world *world, uint32_t member) {
    world_crash(world, member);
    uint32_t via = world_live(world);
    world->dead[member] = false;
    if (via == SELKIE_SIM_NOBODY) {
        via = (member + 1 + draw_below(&world->draw, world->plan->members - 1)) % world->plan->members;
    }
    selkie_sim_join(world->sim, member, via);
}

void world_resume(struct world *world, uint32_t member) {
    if (draw_chance(&world->draw, 50)) {
        selkie_sim_wake(world->sim, member);
    } else {
        selkie_sim_resume(world->sim, member);
    }
}
