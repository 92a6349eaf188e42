/* Making the pair, recording what the engine does, and comparing the two. What is fed to them is in inputs.c and
 * test_model.c. */
#include "fixture.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* ---- failing ---- */

static void say_config(const struct model *model) {
    const struct selkie_config *config = &model->config;
    fprintf(stderr, "awareness_max %u, factor %u, confirmations %u (%zu places taken, max_suspicions %" PRIu32 "), ",
            config->awareness_max, config->suspicion_max_factor, config->suspicion_confirmations,
            model->suspicion_count, model->max_suspicions);
    fprintf(stderr, "max_members %u, untracked %zu, ", (unsigned)model->max_members, model->untracked_count);
    fprintf(stderr, "hear first %d, share %u, while idle %d, at once %d, multiplier %u, codec can %u\n",
            config->suspects_hear_first, config->broadcast_share_percent, config->announce_while_idle,
            config->reconnect_at_once, config->adapt_multiplier, (unsigned)model->codec.can);
}

_Noreturn void fixture_fail(void *ctx, const char *what) {
    const struct fixture *fixture = ctx;
    const struct model *model = &fixture->model;
    char text[2 * ID_MAX + 1];
    fflush(stdout);
    fprintf(stderr, "\nFAILED: %s\n", what);
    fprintf(stderr, "seed %" PRIu64 ", operation %" PRIu64 " (again: --seed %" PRIu64 " --ops %" PRIu64 " --trace)\n",
            fixture->seed, fixture->operations, fixture->seed, fixture->operations);
    fprintf(stderr, "identities %d, packets of %" PRIu32 ", %s\n", (int)fixture->id_kind, model->config.max_packet_size,
            fixture->bounded   ? "bounded"
            : fixture->cramped ? "cramped"
                               : "unbounded");
    say_config(model);
    fprintf(stderr, "we are %s, incarnation %u, connection %d\n", id_text(&model->self, model->type.size, text),
            model->incarnation, (int)model->connection);
    fprintf(stderr, "the last operations:\n");
    for (uint64_t i = fixture->operations > WORDS_KEPT ? fixture->operations - WORDS_KEPT + 1 : 1;
         i <= fixture->operations; i++)
        fprintf(stderr, "  %" PRIu64 " %s\n", i, fixture->words[i % WORDS_KEPT]);
    fprintf(stderr, "what the engine did in the last one, and where the model disagreed:\n");
    tape_print(&fixture->tape, model->type.size, stderr);
    exit(1);
}

/* ---- recording ---- */

/* Identities that our functions are given are aligned for any type. */
static void check_aligned(const struct fixture *fixture, const void *identity) {
    if (!world_aligned(identity))
        fixture_fail((void *)(uintptr_t)fixture, "an identity is not aligned");
}

static void check_size(const struct fixture *fixture, size_t said, size_t is) {
    if (said != is)
        fixture_fail((void *)(uintptr_t)fixture, "a struct_size is wrong");
}

static struct id copy_id(const struct fixture *fixture, const void *identity) {
    struct id id = {{0}};
    memcpy(id.bytes, identity, fixture->type.size);
    return id;
}

/* From inside a callback every call but the looking ones is refused. */
static void call_back_in(struct fixture *fixture) {
    struct id id = fixture_any_id(fixture);
    struct selkie_member member = {.struct_size = sizeof member, .identity = &id};
    struct selkie_config config = fixture->config;
    int got = 0;
    fixture->model.stats.error_reentrant++;
    switch (rng_below(&fixture->rng, 16)) {
    case 0:
        got = selkie_handle_data(fixture->engine, &id, 5);
        break;
    case 1:
        got = selkie_handle_timer(fixture->engine,
                                  fixture->pending_count ? &fixture->pending[0].engines : &(struct selkie_timer){{0}});
        break;
    case 2:
        got = selkie_announce(fixture->engine, &id);
        break;
    case 3:
        got = selkie_gossip(fixture->engine);
        break;
    case 4:
        got = selkie_add_broadcast(fixture->engine, "x", 1, 0);
        break;
    case 5:
        got = selkie_broadcast(fixture->engine);
        break;
    case 6:
        got = selkie_leave(fixture->engine);
        break;
    case 7:
        got = selkie_change_identity(fixture->engine, &id);
        break;
    case 8:
        got = selkie_reuse_down_identity(fixture->engine);
        break;
    case 9:
        got = selkie_apply_many(fixture->engine, &member, 1, true);
        break;
    case 10:
        got = selkie_revive(fixture->engine);
        break;
    case 11:
        got = selkie_set_config(fixture->engine, &config);
        break;
    case 12:
        got = selkie_evict(fixture->engine, &id);
        break;
    case 13:
        got = selkie_paused(fixture->engine, 5000000);
        break;
    default:
        got = selkie_free(fixture->engine);
        break;
    }
    if (got != SELKIE_E_REENTRANT)
        fixture_fail(fixture, "a call from inside a callback was not refused as Reentrant");
}

static struct event *record(struct fixture *fixture, enum event_kind kind) {
    struct event *event = tape_add(&fixture->tape, kind);
    struct glimpse *glimpse = &event->glimpse;
    glimpse->self = copy_id(fixture, selkie_identity(fixture->engine));
    glimpse->incarnation = selkie_incarnation(fixture->engine);
    glimpse->connection = (int)selkie_connection(fixture->engine);
    glimpse->active = selkie_active_count(fixture->engine);
    glimpse->members = selkie_member_count(fixture->engine);
    glimpse->updates = selkie_updates_backlog(fixture->engine);
    glimpse->broadcasts = selkie_broadcasts_backlog(fixture->engine);
    if (rng_chance(&fixture->rng, 1))
        call_back_in(fixture);
    return event;
}

static struct id given_id(const struct fixture *fixture, const void *identity) {
    check_aligned(fixture, identity);
    return copy_id(fixture, identity);
}

static void record_header(const struct fixture *fixture, struct event *event, const struct selkie_header *header) {
    check_size(fixture, header->struct_size, sizeof *header);
    event->has_header = true;
    event->header = (struct header){.source = given_id(fixture, header->source),
                                    .destination = given_id(fixture, header->destination),
                                    .has_peer = header->peer != NULL,
                                    .incarnation = header->source_incarnation,
                                    .message = header->message,
                                    .number = header->probe_number,
                                    .flags = header->flags};
    if (header->peer)
        event->header.peer = given_id(fixture, header->peer);
}

static void on_notify(void *ctx, const struct selkie_notification *notification) {
    struct fixture *fixture = ctx;
    struct event *event = record(fixture, EVENT_NOTIFY);
    const struct selkie_member *member = &notification->member;
    check_size(fixture, notification->struct_size, sizeof *notification);
    check_size(fixture, member->struct_size, sizeof *member);
    event->notification = (int)notification->kind;
    event->probe_number = notification->probe_number;
    event->member = (struct told_member){.named = member->identity != NULL,
                                         .accused = member->accuser != NULL,
                                         .incarnation = member->incarnation,
                                         .state = member->state,
                                         .flags = member->flags,
                                         .slot = member->slot};
    if (member->identity)
        event->member.id = given_id(fixture, member->identity);
    if (member->accuser)
        event->member.accuser = given_id(fixture, member->accuser);
    event->has_other = notification->old_identity != NULL;
    if (notification->old_identity)
        event->other = given_id(fixture, notification->old_identity);
    if (notification->header)
        record_header(fixture, event, notification->header);
}

static void copy_bytes(struct fixture *fixture, struct event *event, const void *bytes, size_t size) {
    if (size > PACKET_MAX)
        fixture_fail(fixture, "a packet larger than any");
    memcpy(event->bytes, bytes, size);
    event->size = size;
}

static void on_send(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct fixture *fixture = ctx;
    struct event *event = record(fixture, EVENT_SEND);
    event->id = given_id(fixture, identity);
    copy_bytes(fixture, event, bytes, size);
}

static void record_seen(struct fixture *fixture, struct event *event) {
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    while (event->seen_count < SEEN_MAX && selkie_next(fixture->engine, &cursor, &member))
        event->seen[event->seen_count++] =
            (struct told_member){.named = true, .id = copy_id(fixture, member.identity), .slot = member.slot};
}

static bool on_submit(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct fixture *fixture = ctx;
    struct event *event = record(fixture, EVENT_SUBMIT);
    event->timer = *timer;
    event->delay_us = delay_us;
    record_seen(fixture, event);
    event->answer = !rng_chance(&fixture->rng, fixture->refuse_percent);
    return event->answer;
}

static enum selkie_verdict on_receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct fixture *fixture = ctx;
    struct event *event = record(fixture, EVENT_RECEIVE);
    uint32_t roll = rng_below(&fixture->rng, 100);
    event->verdict = roll < 8 ? SELKIE_REFUSED : roll < 20 ? SELKIE_KNOWN : SELKIE_NEW;
    event->has_id = sender != NULL;
    if (sender)
        event->id = given_id(fixture, sender);
    copy_bytes(fixture, event, bytes, size);
    if (event->verdict == SELKIE_NEW) {
        memcpy(event->key, bytes, size < KEY_MAX ? size : KEY_MAX);
        memcpy(key, event->key, fixture->broadcasts.key_size);
    }
    return (enum selkie_verdict)event->verdict;
}

/* A relation that is neither symmetric nor transitive: the upper half of a key names a thing, the lower half its
 * version. */
static bool on_invalidates(void *ctx, const void *newer, const void *queued) {
    const struct fixture *fixture = ctx;
    if (fixture->broadcasts.key_size == 0)
        return false;
    const unsigned char *a = newer, *b = queued;
    return a[0] >> 4 == b[0] >> 4 && (a[0] & 15) >= (b[0] & 15);
}

static bool on_wants(void *ctx, const void *identity) {
    struct fixture *fixture = ctx;
    struct event *event = record(fixture, EVENT_WANTS);
    event->id = given_id(fixture, identity);
    event->answer = rng_chance(&fixture->rng, 80);
    return event->answer;
}

static void on_done(void *ctx, const void *key, enum selkie_broadcast_end end) {
    struct fixture *fixture = ctx;
    struct event *event = record(fixture, EVENT_DONE);
    event->verdict = (int)end;
    memset(event->key, 0, KEY_MAX);
    if (fixture->broadcasts.key_size)
        memcpy(event->key, key, fixture->broadcasts.key_size);
}

static bool on_renew(void *ctx, void *identity) {
    struct fixture *fixture = ctx;
    struct event *event = record(fixture, EVENT_RENEW);
    struct selkie_identity_type plain = fixture->type;
    event->id = given_id(fixture, identity);
    event->answer = true;
    uint32_t roll = rng_below(&fixture->rng, 100);
    if (roll < fixture->renew_fails_percent) {
        event->answer = roll % 3 != 0;
        if (roll % 3 == 1 && plain.size > plain.addr_size)
            memset((unsigned char *)identity + plain.addr_size, 0, (size_t)(plain.size - plain.addr_size));
    } else {
        for (int steps = fixture->id_kind == ID_TIED ? 3 : 1; steps > 0; steps--)
            event->answer &= selkie_renew_by_one(&plain, identity);
    }
    event->other = given_id(fixture, identity);
    return event->answer;
}

/* ---- making the pair ---- */

static struct selkie_periodic random_periodic(struct rng *rng, uint64_t every_us) {
    struct selkie_periodic task = {0};
    if (rng_chance(rng, 60)) {
        task.every_us = every_us;
        task.members = rng_between(rng, 1, 4);
    }
    return task;
}

/* Between headers to members with names of up to 6 letters, and those to one of 10. */
#define MIXED_PACKET 17u
#define MIXED_FAN_OUT 9u /* everybody */

static uint32_t random_packet_size(struct fixture *fixture) {
    struct rng *rng = &fixture->rng;
    uint32_t header = fixture->codec.header_max, with_peer = header + fixture->codec.identity_size + 2u;
    if (fixture->cramped)
        return rng_between(rng, 1, header + 20u);
    if (fixture->mixed)
        return rng_chance(rng, 60) ? MIXED_PACKET : rng_chance(rng, 50) ? 80 : 1400;
    if (fixture->narrow)
        return rng_between(rng, header, header + fixture->codec.identity_size - 1u);
    uint32_t roll = rng_below(rng, 100);
    if (roll < 15)
        return rng_between(rng, with_peer, with_peer + 20u);
    return roll < 80 ? rng_between(rng, 60, 200) : 1400;
}

static void random_suspicion(struct rng *rng, struct selkie_config *config) {
    config->suspicion_max_factor = rng_chance(rng, 70) ? (uint8_t)rng_between(rng, 2, 6) : 0;
    config->suspicion_confirmations = rng_chance(rng, 80) ? (uint8_t)rng_between(rng, 1, 4) : 0;
    if (rng_chance(rng, 5))
        config->suspicion_max_factor = (uint8_t)rng_next(rng);
    if (rng_chance(rng, 10))
        config->suspicion_confirmations = (uint8_t)rng_between(rng, 5, SELKIE_CONFIRMATIONS_MAX);
}

/* Each of them by itself. */
static void random_switches(struct fixture *fixture, struct selkie_config *config) {
    static const uint8_t shares[] = {0, 0, 1, 10, 25, 50, 90, 100};
    struct rng *rng = &fixture->rng;
    config->awareness_max = rng_chance(rng, 60) ? (uint8_t)rng_between(rng, 1, 8) : 0;
    if (rng_chance(rng, 3))
        config->awareness_max = (uint8_t)rng_next(rng);
    if (!fixture->mute) /* whether an accuser is named depends on its slot, which has to show */
        random_suspicion(rng, config);
    config->suspects_hear_first = rng_chance(rng, 50);
    config->broadcast_share_percent = shares[rng_below(rng, sizeof shares)];
    config->announce_while_idle = rng_chance(rng, 50);
    config->reconnect_at_once = rng_chance(rng, 50);
    config->adapt_multiplier = rng_chance(rng, 40) ? (uint8_t)rng_between(rng, 1, 8) : 0;
    if (rng_chance(rng, 3))
        config->adapt_multiplier = (uint8_t)rng_next(rng);
    if (config->adapt_multiplier && rng_chance(rng, 10))
        config->max_transmissions = UINT8_MAX; /* so that nothing can gain any */
}

/* Durations differ in their last digits, so that a timer of the wrong kind shows by its delay. */
void fixture_random_config(struct fixture *fixture, struct selkie_config *config) {
    struct rng *rng = &fixture->rng;
    config->suspect_to_down_after_us = SELKIE_MS(rng_between(rng, 100, 4000)) + 3;
    config->remove_down_after_us = SELKIE_MS(rng_chance(rng, 50) ? rng_between(rng, 500, 5000) : 86400000) + 4;
    config->num_indirect_probes = (uint8_t)rng_between(rng, 1, 5);
    config->max_transmissions = (uint8_t)(rng_chance(rng, 97) ? rng_between(rng, 1, 6) : rng_between(rng, 250, 255));
    config->notify_down_members = rng_chance(rng, 50);
    config->periodic_announce = random_periodic(rng, SELKIE_MS(rng_between(rng, 300, 3000)) + 5);
    config->periodic_announce_to_down_members = random_periodic(rng, SELKIE_MS(rng_between(rng, 300, 3000)) + 6);
    config->periodic_gossip = random_periodic(rng, SELKIE_MS(rng_between(rng, 200, 1000)) + 7);
    config->observe = rng_below(rng, 64);
    config->max_packet_size = random_packet_size(fixture);
    if (!fixture->plain)
        random_switches(fixture, config);
    if (!fixture->mixed)
        return;
    config->num_indirect_probes = MIXED_FAN_OUT;
    config->periodic_announce.members = MIXED_FAN_OUT;
    config->periodic_announce_to_down_members.members = MIXED_FAN_OUT;
    config->periodic_gossip.members = MIXED_FAN_OUT;
}

static void choose_codec(struct fixture *fixture) {
    struct rng *rng = &fixture->rng;
    struct selkie_codec *codec = &fixture->codec;
    bool any = !fixture->cramped && !fixture->narrow && !fixture->populous;
    if (fixture->id_kind == ID_NAMED && (fixture->mixed || (any && rng_chance(rng, 80))))
        world_named_codec(codec, rng_below(rng, 8));
    else if (!any || !rng_chance(rng, 10) || !world_foca_codec(codec, fixture->id_kind))
        selkie_codec_packed(codec, fixture->type.size);
}

static void choose_world(struct fixture *fixture) {
    struct rng *rng = &fixture->rng;
    uint32_t roll = rng_below(rng, 100);
    fixture->cramped = roll < 5;
    fixture->bounded = roll >= 85;
    fixture->crowded = fixture->bounded && rng_chance(rng, 30);
    fixture->plain = rng_chance(rng, 30);
    fixture->mute = !fixture->bounded && rng_chance(rng, 3);
    fixture->restless = fixture->crowded || rng_chance(rng, 10);
    fixture->populous = !fixture->cramped && !fixture->bounded && rng_chance(rng, 1);
    fixture->id_kind = (enum id_kind)rng_below(rng, ID_KINDS);
    fixture->addresses = fixture->cramped ? 2 : rng_between(rng, 3, rng_chance(rng, 50) ? 8 : 40);
    if (fixture->populous)
        fixture->addresses = rng_between(rng, 100, 400);
    fixture->mixed = roll >= 9 && roll < 13;
    if (fixture->mixed) {
        fixture->populous = false;
        fixture->id_kind = ID_NAMED;
        fixture->addresses = 5;
    }
    fixture->generations = rng_between(rng, 1, 8);
    fixture->refuse_percent = rng_chance(rng, 15) && !fixture->bounded ? 3 : 0;
    fixture->renew_fails_percent = rng_chance(rng, 30) ? 30 : 0;
    fixture->type = (struct selkie_identity_type){.struct_size = sizeof fixture->type,
                                                  .ctx = fixture,
                                                  .size = (uint16_t)world_id_size(fixture->id_kind),
                                                  .addr_size = (uint16_t)world_addr_size(fixture->id_kind),
                                                  .renew = rng_chance(rng, 70) ? on_renew : NULL,
                                                  .wins = fixture->id_kind == ID_TIED ? world_tied_wins : NULL};
    fixture->narrow = roll >= 5 && roll < 9 && fixture->id_kind != ID_NAMED;
    choose_codec(fixture);
    fixture->has_handler = rng_chance(rng, 80);
    fixture->broadcasts = (struct selkie_broadcasts){.struct_size = sizeof fixture->broadcasts,
                                                     .ctx = fixture,
                                                     .key_size = (uint16_t)rng_below(rng, 4),
                                                     .receive = on_receive,
                                                     .invalidates = rng_chance(rng, 50) ? on_invalidates : NULL,
                                                     .wants = fixture->mixed || rng_chance(rng, 50) ? on_wants : NULL,
                                                     .done = rng_chance(rng, 70) ? on_done : NULL};
}

static void choose_bounds(struct fixture *fixture) {
    struct rng *rng = &fixture->rng;
    if (!fixture->bounded)
        return;
    fixture->max_members = rng_between(rng, 2, 14);
    fixture->max_broadcasts = rng_between(rng, 1, 10);
    fixture->max_broadcast_bytes = rng_between(rng, 40, 400);
}

/* Few, so that they do not suffice; the slots of suspects without a place show in what is notified and submitted. */
static void choose_suspicions(struct fixture *fixture) {
    bool slots_show = fixture->bounded || (!fixture->mute && !fixture->populous);
    if (slots_show && rng_chance(&fixture->rng, fixture->bounded ? 60 : 15))
        fixture->max_suspicions = rng_between(&fixture->rng, 1, 5);
}

/* The smallest max_packet_size that an engine can be made with: news of itself takes what a broadcast may take. */
static uint32_t smallest_packet(const struct fixture *fixture) {
    unsigned char bytes[PACKET_MAX];
    struct selkie_writer writer = {.next = bytes, .left = sizeof bytes};
    struct selkie_member member = {.struct_size = sizeof member, .identity = &fixture->first_self};
    if (!fixture->codec.encode_member(&fixture->codec, &writer, &member))
        abort();
    return fixture->codec.header_max + 2u + (uint32_t)(sizeof bytes - writer.left);
}

bool fixture_wants_small(const struct fixture *fixture) {
    return fixture->cramped || fixture->mixed || fixture->narrow;
}

/* No engine is made with one wrong field in its configuration. */
static void refuse_bad_config(struct fixture *fixture, struct selkie_options options) {
    struct selkie_config config = fixture->config;
    selkie *engine = NULL;
    switch (rng_below(&fixture->rng, 13)) {
    case 0:
        config.probe_period_us = 0;
        break;
    case 1:
        config.probe_rtt_us = 0;
        break;
    case 2:
        config.probe_rtt_us = config.probe_period_us + rng_below(&fixture->rng, 2);
        break;
    case 3:
        config.suspect_to_down_after_us = 0;
        break;
    case 4:
        config.remove_down_after_us = 0;
        break;
    case 5:
        config.max_packet_size = 0;
        break;
    case 6:
        config.num_indirect_probes = 0;
        break;
    case 7:
        config.max_transmissions = 0;
        break;
    case 8:
        config.periodic_gossip = (struct selkie_periodic){.every_us = 1};
        break;
    case 9:
        config.broadcast_share_percent = (uint8_t)rng_between(&fixture->rng, 101, 255);
        break;
    case 10:
        config.suspicion_confirmations = (uint8_t)rng_between(&fixture->rng, SELKIE_CONFIRMATIONS_MAX + 1, 255);
        break;
    case 11: /* news of ourselves could be told nobody */
        config.max_packet_size = rng_between(&fixture->rng, 1, smallest_packet(fixture) - 1);
        break;
    default:
        memset(options.seed, 0, sizeof options.seed);
        break;
    }
    options.config = &config;
    if (selkie_new(&engine, &options) != SELKIE_E_INVALID_CONFIG || engine)
        fixture_fail(fixture, selkie_config_complaint(&config) ? "an engine was made with a wrong configuration"
                                                               : "an engine was made with a packet that is too small");
}

static void open_engine(struct fixture *fixture) {
    struct selkie_runtime runtime = {.struct_size = sizeof runtime,
                                     .ctx = fixture,
                                     .notify = fixture->mute ? NULL : on_notify,
                                     .send_to = on_send,
                                     .submit_after = on_submit};
    struct selkie_options options = {.struct_size = sizeof options,
                                     .identity = &fixture->first_self,
                                     .type = &fixture->type,
                                     .runtime = &runtime,
                                     .codec = &fixture->codec,
                                     .config = &fixture->config,
                                     .broadcasts = fixture->has_handler ? &fixture->broadcasts : NULL,
                                     .max_members = fixture->max_members,
                                     .max_broadcasts = fixture->max_broadcasts,
                                     .max_broadcast_bytes = fixture->max_broadcast_bytes,
                                     .max_suspicions = fixture->max_suspicions};
    memcpy(options.seed, fixture->engine_seed, sizeof options.seed);
    refuse_bad_config(fixture, options);
    fixture->timers_max = selkie_timers_max(&options);
    int error = 0;
    if (fixture->bounded && rng_chance(&fixture->rng, 50)) {
        size_t size = selkie_memory_size(&options);
        fixture->memory = malloc(size ? size : 1);
        error = selkie_new_in(&fixture->engine, fixture->memory, size, &options);
    } else {
        error = selkie_new(&fixture->engine, &options);
    }
    if (error)
        fixture_fail(fixture,
                     selkie_options_complaint(&options) ? selkie_options_complaint(&options) : selkie_strerror(error));
}

static void open_model(struct fixture *fixture) {
    struct model *model = &fixture->model;
    model->type = fixture->type;
    model->codec = fixture->codec;
    model->config = fixture->config;
    model->broadcasts = fixture->broadcasts;
    model->has_handler = fixture->has_handler;
    model->mute = fixture->mute;
    model->max_members = fixture->max_members;
    model->max_broadcasts = fixture->max_broadcasts;
    model->max_broadcast_bytes = fixture->max_broadcast_bytes;
    model->max_suspicions = fixture->max_suspicions;
    model->tape = &fixture->tape;
    model->fail = fixture_fail;
    model->fail_ctx = fixture;
    model_init(model, &fixture->first_self);
}

/* With the longer ones a nack comes in time only if we think ourselves ill, or only just, or just not. */
static uint64_t random_rtt(struct rng *rng) {
    uint32_t roll = rng_below(rng, 100);
    return roll < 60 ? SELKIE_MS(400) + 2 : roll < 80 ? SELKIE_MS(700) + 2 : roll < 90 ? 555559 : 555560;
}

void fixture_open(struct fixture *fixture, uint64_t seed, bool trace) {
    *fixture = (struct fixture){.seed = seed, .trace = trace, .rng = {.state = seed}};
    choose_world(fixture);
    choose_bounds(fixture);
    choose_suspicions(fixture);
    fixture->config = (struct selkie_config){.struct_size = sizeof fixture->config,
                                             .probe_period_us = SELKIE_MS(1000) + 8,
                                             .probe_rtt_us = random_rtt(&fixture->rng)};
    fixture_random_config(fixture, &fixture->config);
    fixture->first_self = world_id(fixture->id_kind, 0, rng_below(&fixture->rng, fixture->generations));
    if (fixture_wants_small(fixture) || fixture->config.max_packet_size < smallest_packet(fixture))
        fixture->config.max_packet_size = 1400;
    for (size_t i = 0; i < sizeof fixture->engine_seed; i++)
        fixture->engine_seed[i] = (uint8_t)(rng_next(&fixture->rng) | 1);
    fixture->model.type.size = fixture->type.size;
    open_engine(fixture);
    open_model(fixture);
}

static void close_pair(struct fixture *fixture) {
    if (selkie_free(fixture->engine) != 0)
        fixture_fail(fixture, "the engine cannot be freed");
    free(fixture->memory);
    model_free(&fixture->model);
    fixture->engine = NULL;
    fixture->memory = NULL;
    fixture->model = (struct model){0};
}

void fixture_restart(struct fixture *fixture) {
    close_pair(fixture);
    open_engine(fixture);
    open_model(fixture);
}

void fixture_close(struct fixture *fixture) {
    close_pair(fixture);
    tape_free(&fixture->tape);
    free(fixture->pending);
}
