/* After each operation: all that can be read from the engine is as the model has it. */
#include "fixture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void fixture_begin(struct fixture *fixture, const char *format, ...) {
    va_list arguments;
    tape_rewind(&fixture->tape);
    fixture->operations++;
    char *words = fixture->words[fixture->operations % WORDS_KEPT];
    va_start(arguments, format);
    vsnprintf(words, WORDS_SIZE, format, arguments);
    va_end(arguments);
    if (fixture->trace)
        printf("%" PRIu64 " [%.3f s] %s\n", fixture->operations, (double)fixture->now_us / 1e6, words);
}

static void compare_number(struct fixture *fixture, const char *what, uint64_t engines, uint64_t models) {
    char text[128];
    if (engines == models)
        return;
    snprintf(text, sizeof text, "%s: %" PRIu64 ", not %" PRIu64, what, engines, models);
    fixture_fail(fixture, text);
}

/* The engine chooses the slot of a new member; it is then the member's own. */
static void compare_slot(struct fixture *fixture, struct record *record, uint32_t slot) {
    struct model *model = &fixture->model;
    if (record->slot == SELKIE_NO_SLOT) {
        for (size_t i = 0; i < model->member_count; i++)
            DEMAND(model, model->members[i].slot != slot, "slot %" PRIu32 " given twice", slot);
        record->slot = slot;
    }
    compare_number(fixture, "slot", slot, record->slot);
    DEMAND(model, slot < (model->max_members ? model->max_members : model->most_members),
           "slot %" PRIu32 " is too large", slot);
}

static void compare_member(struct fixture *fixture, const struct selkie_member *member) {
    struct model *model = &fixture->model;
    struct id id = {{0}};
    memcpy(id.bytes, member->identity, model->type.size);
    struct record *record = model_find(model, &id);
    DEMAND(model, record && same_id(model, &record->is.id, &id), "a member that should not be there");
    compare_number(fixture, "a member's incarnation", member->incarnation, record->is.incarnation);
    compare_number(fixture, "a member's state", member->state, record->is.state);
    compare_number(fixture, "a member's flags", member->flags, record->is.flags);
    const struct id *accuser = model_accuser(model, &record->is);
    compare_number(fixture, "a member has an accuser", member->accuser != NULL, accuser != NULL);
    DEMAND(model, !accuser || memcmp(member->accuser, accuser->bytes, model->type.size) == 0,
           "a member has the wrong accuser");
    compare_slot(fixture, record, member->slot);
}

void fixture_compare_members(struct fixture *fixture) {
    struct model *model = &fixture->model;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    uint64_t count = 0, next_slot = 0;
    while (selkie_next(fixture->engine, &cursor, &member)) {
        compare_member(fixture, &member);
        DEMAND(model, member.slot >= next_slot, "members out of the order of their slots");
        next_slot = (uint64_t)member.slot + 1;
        count++;
    }
    compare_number(fixture, "members walked through", count, model->member_count);
    compare_number(fixture, "members", selkie_member_count(fixture->engine), model->member_count);
    compare_number(fixture, "active members", selkie_active_count(fixture->engine), model_active_count(model));
}

static void compare_find(struct fixture *fixture) {
    struct model *model = &fixture->model;
    struct id id = fixture_any_id(fixture);
    struct selkie_member member = {.struct_size = sizeof member};
    const struct record *record = model_find(model, &id);
    void *address = malloc(model->type.addr_size); /* no more than that is read of it */
    if (!address)
        abort();
    memcpy(address, id.bytes, model->type.addr_size);
    bool found = selkie_find(fixture->engine, address, &member);
    free(address);
    compare_number(fixture, "found", found, record != NULL);
    if (found)
        compare_member(fixture, &member);
}

static void compare_ourselves(struct fixture *fixture) {
    struct model *model = &fixture->model;
    const selkie *engine = fixture->engine;
    DEMAND(model, memcmp(selkie_identity(engine), model->self.bytes, model->type.size) == 0,
           "wrong identity of our own");
    compare_number(fixture, "our incarnation", selkie_incarnation(engine), model->incarnation);
    compare_number(fixture, "connection", (uint64_t)selkie_connection(engine), (uint64_t)model->connection);
    compare_number(fixture, "updates queued", selkie_updates_backlog(engine), model->update_count);
    compare_number(fixture, "broadcasts queued", selkie_broadcasts_backlog(engine), model->queued_count);
    compare_number(fixture, "broadcast limit", selkie_broadcast_limit(engine), model_broadcast_limit(model));
    compare_number(fixture, "awareness", selkie_awareness(engine), model->score);
    compare_number(fixture, "farewell pending", selkie_farewell_pending(engine), model_farewell_pending(model));
}

static void compare_stats(struct fixture *fixture) {
    struct selkie_stats stats = {.struct_size = sizeof stats};
    fixture->model.stats.awareness = fixture->model.score;
    selkie_get_stats(fixture->engine, &stats);
#define SELKIE_X(name, text) compare_number(fixture, #name, stats.name, fixture->model.stats.name);
    SELKIE_COUNTERS(SELKIE_X)
#undef SELKIE_X
}

static void compare_periodic(struct fixture *fixture, const struct selkie_periodic *engines,
                             const struct selkie_periodic *models) {
    compare_number(fixture, "every_us of a periodic task", engines->every_us, models->every_us);
    compare_number(fixture, "members of a periodic task", engines->members, models->members);
}

static void compare_switches(struct fixture *fixture, const struct selkie_config *engines,
                             const struct selkie_config *models) {
    compare_number(fixture, "awareness_max", engines->awareness_max, models->awareness_max);
    compare_number(fixture, "suspicion_max_factor", engines->suspicion_max_factor, models->suspicion_max_factor);
    compare_number(fixture, "suspicion_confirmations", engines->suspicion_confirmations,
                   models->suspicion_confirmations);
    compare_number(fixture, "suspects_hear_first", engines->suspects_hear_first, models->suspects_hear_first);
    compare_number(fixture, "broadcast_share_percent", engines->broadcast_share_percent,
                   models->broadcast_share_percent);
    compare_number(fixture, "announce_while_idle", engines->announce_while_idle, models->announce_while_idle);
    compare_number(fixture, "reconnect_at_once", engines->reconnect_at_once, models->reconnect_at_once);
    compare_number(fixture, "adapt_multiplier", engines->adapt_multiplier, models->adapt_multiplier);
}

static void compare_config(struct fixture *fixture) {
    const struct selkie_config *models = &fixture->model.config;
    struct selkie_config engines = {.struct_size = sizeof engines};
    selkie_get_config(fixture->engine, &engines);
    compare_number(fixture, "probe_period_us", engines.probe_period_us, models->probe_period_us);
    compare_number(fixture, "probe_rtt_us", engines.probe_rtt_us, models->probe_rtt_us);
    compare_number(fixture, "suspect_to_down_after_us", engines.suspect_to_down_after_us,
                   models->suspect_to_down_after_us);
    compare_number(fixture, "remove_down_after_us", engines.remove_down_after_us, models->remove_down_after_us);
    compare_number(fixture, "max_packet_size", engines.max_packet_size, models->max_packet_size);
    compare_number(fixture, "num_indirect_probes", engines.num_indirect_probes, models->num_indirect_probes);
    compare_number(fixture, "max_transmissions", engines.max_transmissions, models->max_transmissions);
    compare_number(fixture, "notify_down_members", engines.notify_down_members, models->notify_down_members);
    compare_number(fixture, "observe", engines.observe, models->observe);
    compare_switches(fixture, &engines, models);
    compare_periodic(fixture, &engines.periodic_announce, &models->periodic_announce);
    compare_periodic(fixture, &engines.periodic_announce_to_down_members, &models->periodic_announce_to_down_members);
    compare_periodic(fixture, &engines.periodic_gossip, &models->periodic_gossip);
}

static int sign(int number) {
    return (number > 0) - (number < 0);
}

/* The order among timers that are due together is one of kinds; all else is left to the order of submission. */
static void compare_order(struct fixture *fixture, const struct submitted *a, const struct pending_timer *b) {
    int expected = sign((int)a->models.kind - (int)b->models.kind);
    if (sign(selkie_timer_compare(&a->engines, &b->engines)) != expected ||
        sign(selkie_timer_compare(&b->engines, &a->engines)) != -expected)
        fixture_fail(fixture, "selkie_timer_compare is wrong about two timers");
}

static void keep_timers(struct fixture *fixture) {
    struct model *model = &fixture->model;
    for (size_t i = 0; i < model->submitted_count; i++) {
        const struct submitted *timer = &model->submitted[i];
        if (!timer->kept)
            continue;
        if (fixture->pending_count)
            compare_order(fixture, timer,
                          &fixture->pending[rng_below(&fixture->rng, (uint32_t)fixture->pending_count)]);
        fixture->pending = realloc(fixture->pending, (fixture->pending_count + 1) * sizeof *fixture->pending);
        if (!fixture->pending)
            abort();
        fixture->pending[fixture->pending_count++] = (struct pending_timer){
            .engines = timer->engines, .models = timer->models, .due_us = fixture->now_us + timer->delay_us};
    }
    model->submitted_count = 0;
}

void fixture_end(struct fixture *fixture, int engines, int models) {
    if (fixture->trace) {
        tape_print(&fixture->tape, fixture->type.size, stdout);
        printf("  = %d %s\n", engines, selkie_error_name(engines));
    }
    DEMAND(&fixture->model, engines == models, "result %d %s, not %d %s", engines, selkie_error_name(engines), models,
           selkie_error_name(models));
    if (!fixture->populous || fixture->operations % 16 == 0)
        fixture_compare_members(fixture);
    compare_ourselves(fixture);
    compare_stats(fixture);
    compare_find(fixture);
    if (fixture->operations % 16 == 1)
        compare_config(fixture);
    keep_timers(fixture);
}
