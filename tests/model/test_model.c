/* Drives engine and reference model with the same random inputs and demands that they agree in everything that can be
 * seen.
 *
 *   test_model [--seed N] [--ops N] [--trace]
 *
 * Everything random comes from the seed, which is printed first. The run is made of many short lives, each of an engine
 * and a model of its own; a failure names the seed of its life, which fails again as the first life of a run with that
 * seed. SELKIE_MODEL_OPS in the environment sets the number of operations where --ops does not. */
#include "chances.h"
#include "fixture.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Sanitizers make all this several times slower. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#endif
#ifdef SANITIZED
#define DEFAULT_OPS 300000u
#else
#define DEFAULT_OPS 2000000u
#endif
#define DEFAULT_SEED 20240607u
#define OPS_OF_A_LIFE 500u

#define TIMERS_PENDING 400u

static const char *words_of(const struct fixture *fixture, const struct id *id, char *text) {
    return id_text(id, fixture->type.size, text);
}

/* ---- operations: each on the engine first, then on the model with the engine's tape ---- */

static void op_data(struct fixture *fixture) {
    unsigned char bytes[PACKET_MAX];
    char text[150] = "";
    size_t size = fixture_packet(fixture, bytes);
    for (size_t i = 0; i < size && i < 70; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    fixture_begin(fixture, "handle_data %zu bytes %s%s", size, text, size > 70 ? "..." : "");
    for (size_t i = 0; fixture->trace && i < size; i++)
        printf(i + 1 < size ? "%02x" : "%02x\n", bytes[i]);
    unsigned char *exact = malloc(size ? size : 1);
    if (!exact)
        abort();
    memcpy(exact, bytes, size);
    int engines = selkie_handle_data(fixture->engine, exact, size);
    free(exact);
    fixture_end(fixture, engines, model_handle_data(&fixture->model, bytes, size));
}

/* More at once than we keep nacks in mind for. */
static void op_asked(struct fixture *fixture) {
    fixture->asked = true;
    for (uint32_t i = rng_below(&fixture->rng, 50); i > 0; i--)
        op_data(fixture);
    fixture->asked = false;
}

static void op_announce(struct fixture *fixture) {
    char text[2 * ID_MAX + 1];
    unsigned char place[ID_MAX + 1];
    struct id id = fixture_any_id(fixture);
    fixture_begin(fixture, "announce %s", words_of(fixture, &id, text));
    int engines = selkie_announce(fixture->engine, fixture_unaligned(fixture, &id, place));
    fixture_end(fixture, engines, model_announce(&fixture->model, &id));
}

static void op_gossip(struct fixture *fixture) {
    fixture_begin(fixture, "gossip");
    int engines = selkie_gossip(fixture->engine);
    fixture_end(fixture, engines, model_gossip(&fixture->model));
}

static void op_broadcast(struct fixture *fixture) {
    fixture_begin(fixture, "broadcast");
    int engines = selkie_broadcast(fixture->engine);
    fixture_end(fixture, engines, model_broadcast(&fixture->model));
}

static void op_add_broadcast(struct fixture *fixture) {
    unsigned char bytes[PACKET_MAX] = {0};
    size_t limit = model_broadcast_limit(&fixture->model), size = 0;
    uint32_t roll = rng_below(&fixture->rng, 100);
    uint32_t priority = roll < 60 ? 0 : rng_below(&fixture->rng, 4);
    if (roll < 4)
        size = limit + roll;
    else if (roll >= 6 && limit > 0)
        size = fixture_broadcast(fixture, bytes, limit);
    if (roll == 99 && size > 0 && size <= limit && fixture->has_handler &&
        !model_broadcasts_full(&fixture->model, size))
        priority = 4;
    fixture_begin(fixture, "add_broadcast %zu bytes, priority %" PRIu32, size, priority);
    int engines = selkie_add_broadcast(fixture->engine, bytes, size, priority);
    fixture_end(fixture, engines, model_add_broadcast(&fixture->model, bytes, size, priority));
}

static void op_leave(struct fixture *fixture) {
    fixture_begin(fixture, "leave");
    int engines = selkie_leave(fixture->engine);
    fixture_end(fixture, engines, model_leave(&fixture->model));
}

static void op_change_identity(struct fixture *fixture) {
    char text[2 * ID_MAX + 1];
    uint32_t roll = rng_below(&fixture->rng, 100), address = 0;
    bool moves = !fixture->cramped && !fixture->mixed;
    if (moves && roll < (fixture->restless ? 80 : 30))
        address = rng_below(&fixture->rng, fixture->addresses);
    struct id id = world_id(fixture->id_kind, address, rng_below(&fixture->rng, fixture->generations));
    if (moves && roll >= 90)
        id = fixture_known_id(fixture);
    unsigned char place[ID_MAX + 1];
    fixture_begin(fixture, "change_identity %s", words_of(fixture, &id, text));
    int engines = selkie_change_identity(fixture->engine, fixture_unaligned(fixture, &id, place));
    fixture_end(fixture, engines, model_change_identity(&fixture->model, &id));
}

static void op_evict(struct fixture *fixture) {
    char text[2 * ID_MAX + 1];
    unsigned char place[ID_MAX + 1];
    uint32_t roll = rng_below(&fixture->rng, 100);
    struct id id = roll < 5 ? fixture->model.self : roll < 70 ? fixture_known_id(fixture) : fixture_any_id(fixture);
    fixture_begin(fixture, "evict %s", words_of(fixture, &id, text));
    int engines = selkie_evict(fixture->engine, fixture_unaligned(fixture, &id, place));
    fixture_end(fixture, engines, model_evict(&fixture->model, &id));
}

static void op_paused(struct fixture *fixture) {
    uint64_t period_us = fixture->model.config.probe_period_us;
    uint32_t roll = rng_below(&fixture->rng, 100);
    uint64_t duration_us = roll < 10   ? 0
                           : roll < 50 ? rng_below(&fixture->rng, (uint32_t)period_us)
                           : roll < 95 ? rng_below(&fixture->rng, (uint32_t)(12 * period_us))
                                       : rng_between(&fixture->rng, 1, 1000) * period_us;
    fixture->now_us += duration_us;
    fixture_begin(fixture, "paused %" PRIu64 " us", duration_us);
    int engines = selkie_paused(fixture->engine, duration_us);
    fixture_end(fixture, engines, model_paused(&fixture->model, duration_us));
}

static void op_reuse(struct fixture *fixture) {
    fixture_begin(fixture, "reuse_down_identity");
    int engines = selkie_reuse_down_identity(fixture->engine);
    fixture_end(fixture, engines, model_reuse_down_identity(&fixture->model));
}

static void print_update(const struct fixture *fixture, const struct update *update) {
    char id[2 * ID_MAX + 1], accuser[2 * ID_MAX + 1];
    printf("     %s state %u incarnation %u accuser %s\n", words_of(fixture, &update->id, id), update->state,
           update->incarnation, update->accused ? words_of(fixture, &update->accuser, accuser) : "none");
}

static void op_apply_many(struct fixture *fixture) {
    enum { MOST = 64 };
    struct update updates[MOST];
    struct selkie_member members[MOST];
    unsigned char places[MOST][ID_MAX + 1], accusers[MOST][ID_MAX + 1];
    char text[2 * ID_MAX + 1];
    size_t count = rng_below(&fixture->rng, rng_chance(&fixture->rng, 90) ? 5 : fixture->populous ? MOST : 16);
    bool disseminate = rng_chance(&fixture->rng, 50);
    for (size_t i = 0; i < count; i++) {
        updates[i] = fixture_any_update(fixture);
        if (rng_chance(&fixture->rng, 1))
            updates[i].state = 3;
        members[i] = (struct selkie_member){.struct_size = sizeof members[i],
                                            .identity = fixture_unaligned(fixture, &updates[i].id, places[i]),
                                            .incarnation = updates[i].incarnation,
                                            .state = updates[i].state,
                                            .flags = updates[i].flags};
        if (updates[i].accused)
            members[i].accuser = fixture_unaligned(fixture, &updates[i].accuser, accusers[i]);
    }
    fixture_begin(fixture, "apply_many %zu, disseminate %d, first %s state %u incarnation %u", count, disseminate,
                  count ? words_of(fixture, &updates[0].id, text) : "none", count ? updates[0].state : 0,
                  count ? updates[0].incarnation : 0);
    for (size_t i = 0; fixture->trace && i < count; i++)
        print_update(fixture, &updates[i]);
    int engines = selkie_apply_many(fixture->engine, members, count, disseminate);
    fixture_end(fixture, engines, model_apply_many(&fixture->model, updates, count, disseminate));
}

/* It takes the timers in flight for lost, so that there may be more than the bounds say if they were not. */
static void op_revive(struct fixture *fixture) {
    if (fixture->crowded)
        return;
    fixture_compare_members(fixture); /* the order of what comes is that of the slots, which have to be known */
    fixture_begin(fixture, "revive");
    int engines = selkie_revive(fixture->engine);
    fixture_end(fixture, engines, model_revive(&fixture->model));
}

/* Break one field, so that the whole is to be refused. */
static void spoil(struct fixture *fixture, struct selkie_config *config) {
    switch (rng_below(&fixture->rng, 12)) {
    case 0:
        config->probe_period_us++;
        break;
    case 1:
        config->probe_rtt_us--;
        break;
    case 2:
        config->suspect_to_down_after_us = 0;
        break;
    case 3:
        config->remove_down_after_us = 0;
        break;
    case 4:
        config->max_packet_size = 0;
        break;
    case 5:
        config->num_indirect_probes = 0;
        break;
    case 6:
        config->max_transmissions = 0;
        break;
    case 7:
        config->periodic_gossip = (struct selkie_periodic){.every_us = 1000};
        break;
    case 8:
        config->periodic_announce = (struct selkie_periodic){.every_us = 1000};
        break;
    case 9:
        config->broadcast_share_percent = 101;
        break;
    case 10:
        config->suspicion_confirmations = (uint8_t)(fixture->model.first_confirmations + 1u);
        break;
    default:
        config->periodic_announce_to_down_members = (struct selkie_periodic){.every_us = 1000};
        break;
    }
}

static void keep_off(const struct selkie_periodic *now, struct selkie_periodic *next) {
    if (now->every_us == 0)
        *next = *now;
}

/* What adapts is often given as it is in force, or as it was given last. */
static void likely_adapted(struct fixture *fixture, struct selkie_config *next) {
    const struct selkie_config *now = &fixture->model.config, *given = &fixture->model.given;
    struct rng *rng = &fixture->rng;
    if (rng_chance(rng, 80))
        next->max_transmissions = rng_chance(rng, 50) ? now->max_transmissions : given->max_transmissions;
    if (rng_chance(rng, 80))
        next->suspect_to_down_after_us =
            rng_chance(rng, 50) ? now->suspect_to_down_after_us : given->suspect_to_down_after_us;
    if (rng_chance(rng, 80))
        next->adapt_multiplier = rng_chance(rng, 50) ? now->adapt_multiplier : given->adapt_multiplier;
}

static struct selkie_config sound_config(struct fixture *fixture) {
    const struct selkie_config *now = &fixture->model.config;
    struct selkie_config next = *now;
    fixture_random_config(fixture, &next);
    likely_adapted(fixture, &next);
    keep_off(&now->periodic_announce, &next.periodic_announce);
    keep_off(&now->periodic_announce_to_down_members, &next.periodic_announce_to_down_members);
    keep_off(&now->periodic_gossip, &next.periodic_gossip);
    if (next.suspicion_confirmations > fixture->model.first_confirmations)
        next.suspicion_confirmations = now->suspicion_confirmations;
    if (!fixture->memory)
        return next;
    if (next.max_packet_size > fixture->config.max_packet_size)
        next.max_packet_size = fixture->config.max_packet_size;
    if (next.num_indirect_probes > fixture->config.num_indirect_probes)
        next.num_indirect_probes = fixture->config.num_indirect_probes;
    return next;
}

static void set_config(struct fixture *fixture, const struct selkie_config *next) {
    fixture_begin(fixture,
                  "set_config packets %" PRIu32 ", fan-out %u, transmissions %u, suspicion %" PRIu64
                  " us, factor %u, confirmations %u, awareness %u, share %u, multiplier %u",
                  next->max_packet_size, next->num_indirect_probes, next->max_transmissions,
                  next->suspect_to_down_after_us, next->suspicion_max_factor, next->suspicion_confirmations,
                  next->awareness_max, next->broadcast_share_percent, next->adapt_multiplier);
    int engines = selkie_set_config(fixture->engine, next);
    fixture_end(fixture, engines, model_set_config(&fixture->model, next));
}

static void op_set_config(struct fixture *fixture) {
    struct selkie_config next = sound_config(fixture);
    if (rng_chance(&fixture->rng, 3) && !fixture->memory)
        fixture_random_config(fixture, &next);
    if (rng_chance(&fixture->rng, 20))
        spoil(fixture, &next);
    set_config(fixture, &next);
}

/* Small packets come after some members are known: apply_many refuses members that ride on none. */
static void begin_life(struct fixture *fixture) {
    for (int i = 0; fixture->populous && i < 100; i++)
        op_apply_many(fixture);
    if (!fixture_wants_small(fixture))
        return;
    for (uint32_t i = rng_below(&fixture->rng, 6); i > 0; i--)
        op_apply_many(fixture);
    struct selkie_config next = sound_config(fixture);
    set_config(fixture, &next);
}

/* ---- timers ---- */

static void drop_pending(struct fixture *fixture, size_t which) {
    fixture->pending_count--;
    memmove(&fixture->pending[which], &fixture->pending[which + 1],
            (fixture->pending_count - which) * sizeof *fixture->pending);
}

static size_t first_due(const struct fixture *fixture) {
    size_t first = 0;
    for (size_t i = 1; i < fixture->pending_count; i++) {
        const struct pending_timer *a = &fixture->pending[i], *b = &fixture->pending[first];
        if (a->due_us < b->due_us || (a->due_us == b->due_us && a->models.kind < b->models.kind))
            first = i;
    }
    return first;
}

/* What becomes of the second stage of a probe is free if its member was forgotten and learned again; and an engine need
 * not remember the helpers of an unlimited number of askings in one probe. */
static bool out_of_scope(const struct fixture *fixture, const struct timer *timer) {
    const struct model *model = &fixture->model;
    return model_outlived(model, timer) || model->probe.helper_count > 3u * model->config.num_indirect_probes;
}

static void deliver(struct fixture *fixture, size_t which, bool keep) {
    static const char *const names[TIMER_KINDS] = {"SendIndirectProbe",    "ProbeRandomMember", "ChangeSuspectToDown",
                                                   "PeriodicAnnounce",     "PeriodicGossip",    "RemoveDown",
                                                   "PeriodicAnnounceDown", "SendNack"};
    struct pending_timer timer = fixture->pending[which];
    char text[2 * ID_MAX + 1];
    if (!keep)
        drop_pending(fixture, which);
    if (timer.models.kind == SEND_INDIRECT_PROBE && out_of_scope(fixture, &timer.models))
        return;
    if (timer.due_us > fixture->now_us)
        fixture->now_us = timer.due_us;
    fixture_begin(fixture, "handle_timer %s %s incarnation %u, %s", names[timer.models.kind],
                  words_of(fixture, &timer.models.id, text), timer.models.incarnation,
                  timer.models.token == fixture->model.token ? "current" : "stale");
    int engines = selkie_handle_timer(fixture->engine, &timer.engines);
    fixture_end(fixture, engines, model_handle_timer(&fixture->model, &timer.models));
}

/* In a bounded engine no timer is lost or given twice, and RemoveDown in none, nor those that have places: bounds rest
 * on it. */
static bool may_go_astray(const struct fixture *fixture, const struct pending_timer *timer) {
    enum timer_kind kind = timer->models.kind;
    bool placed = kind == SEND_NACK || (kind == CHANGE_SUSPECT_TO_DOWN && fixture->max_suspicions);
    return !fixture->bounded && kind != REMOVE_DOWN && !placed;
}

/* What a suspicion's timer does when it comes a second time is not said. */
static bool may_come_twice(const struct pending_timer *timer) {
    return timer->models.kind != CHANGE_SUSPECT_TO_DOWN;
}

static void op_timer(struct fixture *fixture) {
    if (fixture->pending_count == 0)
        return;
    uint32_t roll = rng_below(&fixture->rng, 100);
    if (roll < 70) {
        deliver(fixture, first_due(fixture), false);
        return;
    }
    size_t which = rng_below(&fixture->rng, (uint32_t)fixture->pending_count);
    bool astray = may_go_astray(fixture, &fixture->pending[which]);
    if (roll < 75 && astray)
        drop_pending(fixture, which);
    else
        deliver(fixture, which, roll < 80 && astray && may_come_twice(&fixture->pending[which]));
}

/* A new engine from the same seed is given the timers of its former life, whose tokens it cannot tell from its own. It
 * knows nothing of the members that RemoveDown, ChangeSuspectToDown and SendNack name, so those are left out. */
static void op_restart(struct fixture *fixture) {
    if (fixture->bounded)
        return;
    for (size_t i = fixture->pending_count; i-- > 0;) {
        enum timer_kind kind = fixture->pending[i].models.kind;
        if (kind == REMOVE_DOWN || kind == CHANGE_SUSPECT_TO_DOWN || kind == SEND_NACK)
            drop_pending(fixture, i);
    }
    fixture_restart(fixture);
    fixture_begin(fixture, "restart");
    fixture_end(fixture, 0, 0);
    begin_life(fixture);
}

/* The bounds that hold for timers in flight. */
static void check_pending(struct fixture *fixture) {
    size_t counts[TIMER_KINDS] = {0};
    for (size_t i = 0; i < fixture->pending_count; i++)
        counts[fixture->pending[i].models.kind]++;
    if (counts[REMOVE_DOWN] > fixture->model.most_members)
        fixture_fail(fixture, "more than one RemoveDown for a slot");
    if (!fixture->crowded)
        return;
    if (counts[SEND_NACK] > NACKS_MAX)
        fixture_fail(fixture, "too many nacks owed");
    size_t nacks = fixture->codec.can & SELKIE_CAN_NACK ? NACKS_MAX : 0;
    if (counts[REMOVE_DOWN] + counts[CHANGE_SUSPECT_TO_DOWN] + nacks + 4 * REPEATING_MAX > fixture->timers_max)
        fixture_fail(fixture, "too many timers in flight, or selkie_timers_max is too small");
    for (int kind = 0; kind < TIMER_KINDS; kind++)
        if (kind != REMOVE_DOWN && kind != CHANGE_SUSPECT_TO_DOWN && kind != SEND_INDIRECT_PROBE && kind != SEND_NACK &&
            counts[kind] > REPEATING_MAX)
            fixture_fail(fixture, "too many timers in flight");
}

/* Too many timers pending: give some back before anything else. */
static bool relieve(struct fixture *fixture) {
    if (fixture->pending_count < TIMERS_PENDING)
        return false;
    deliver(fixture, first_due(fixture), false);
    return true;
}

/* ---- the run ---- */

static void operate(struct fixture *fixture) {
    static const struct {
        uint32_t share;
        void (*operation)(struct fixture *fixture);
    } operations[] = {
        {440, op_data},     {390, op_timer},         {8, op_announce},    {13, op_gossip},
        {16, op_broadcast}, {40, op_add_broadcast},  {4, op_leave},       {12, op_set_config},
        {8, op_reuse},      {8, op_change_identity}, {35, op_apply_many}, {9, op_revive},
        {1, op_restart},    {1, op_asked},           {7, op_evict},       {8, op_paused},
    };
    check_pending(fixture);
    if (relieve(fixture))
        return;
    if (fixture->restless && rng_chance(&fixture->rng, 10)) {
        op_change_identity(fixture);
        return;
    }
    uint32_t roll = rng_below(&fixture->rng, 1000);
    size_t which = 0;
    while (roll >= operations[which].share) {
        roll -= operations[which].share;
        which++;
    }
    operations[which].operation(fixture);
}

static uint64_t live(uint64_t seed, uint64_t ops, bool trace) {
    struct fixture *fixture = malloc(sizeof *fixture);
    if (!fixture)
        abort();
    fixture_open(fixture, seed, trace);
    begin_life(fixture);
    /* Some lives are long enough for probe numbers to wrap. */
    uint64_t most =
        !fixture->populous && !fixture->mixed && rng_chance(&fixture->rng, 2) ? 16 * OPS_OF_A_LIFE : OPS_OF_A_LIFE;
    for (uint64_t tries = 0; tries < most && fixture->operations < ops; tries++)
        operate(fixture);
    uint64_t done = fixture->operations;
    fixture_close(fixture);
    free(fixture);
    return done;
}

static uint64_t number_after(int argc, char **argv, const char *flag, uint64_t otherwise) {
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], flag) == 0)
            return strtoull(argv[i + 1], NULL, 10);
    return otherwise;
}

int main(int argc, char **argv) {
    const char *wanted = getenv("SELKIE_MODEL_OPS");
    uint64_t ops = number_after(argc, argv, "--ops", wanted ? strtoull(wanted, NULL, 10) : DEFAULT_OPS);
    uint64_t seed = number_after(argc, argv, "--seed", DEFAULT_SEED);
    bool trace = argc > 1 && strcmp(argv[argc - 1], "--trace") == 0;
    printf("seed %" PRIu64 ", %" PRIu64 " operations\n", seed, ops);
    fflush(stdout);
    if (check_chances())
        return 1;
    uint64_t done = 0, lives = 0;
    while (done < ops)
        done += live(seed + lives++, ops - done, trace);
    printf("the engine agreed with the model in %" PRIu64 " operations of %" PRIu64 " lives\n", done, lives);
    return 0;
}
