/* selkie's engine: how members of a cluster find out about each other.
 *
 * Each member keeps a table of whom it knows, and in which state: Alive, Suspect or Down. Once in a period it picks one
 * of the active ones and sends a Ping. No Ack in time: it asks a few others to try (PingReq), because the path between
 * the two may be broken, and not the member. No answer at all: it does not call the member dead, but Suspect, and says
 * so. The suspect has some time to hear of it and to answer "I am alive" with a higher incarnation, a number that only
 * the member itself ever raises. If it does not, it is Down, for good: only under a newer identity does it come back.
 *
 * Nothing of this is sent on its own. Each change that a member hears of is queued, and rides on the pings and acks
 * that are sent anyway, a few times from everybody who heard it: like a rumour, it reaches everybody in a time that
 * grows with the logarithm of the size of the cluster, while the load on each member stays what it was. This is SWIM
 * (Das, Gupta, Motivala, DSN 2002), with what real networks taught since: periodic gossip, announcements to members
 * held for Down that heal a split, and a message that tells a member that it is held for Down, upon which it renews its
 * identity and comes back.
 *
 * Where things are:
 *     receive.c      a packet comes in                      dispatch.c    a timer comes back
 *     update.c       a batch of updates                     probe.c       one probe after the other
 *     apply.c        news of a member, and what follows     suspicion.c   whom we suspect, and for how long
 *     ourselves.c    news about ourselves                   periodic.c    announcing and gossip
 *     suspicions.c   the table of those                     health.c      how ill we think ourselves
 *     relay.c        nacks for probes passed on             adapt.c       what follows the cluster's size
 *     connection.c   connected, or not, or declared down    cycle.c       what repeats
 *     packet.c       how a packet is laid out               timer.c       what is in a timer, their order
 *     spread.c       one message to several members         output.c      notifications
 *     members.c      the table of members                   news.c        what is still to be told of them
 *     broadcasts.c   the user's own bytes                   backlog.c     how often, in which order
 *     config.c       what may be configured                 inspect.c     calls that only look
 *     state.h        all that an engine is                  counters.c    what is counted
 *
 * In this file: making and ending an engine, and the calls that change one. Each of those is refused while another is
 * running, and gives the result that matters most. */
#include "base/memory.h"
#include "engine/apply.h"
#include "engine/config.h"
#include "engine/connection.h"
#include "engine/dispatch.h"
#include "engine/health.h"
#include "engine/ourselves.h"
#include "engine/packet.h"
#include "engine/receive.h"
#include "engine/spread.h"
#include "engine/suspicion.h"
#include "engine/update.h"
#include "engine/versioned.h"

/* ---- life ---- */

/* What the keys that are derived from the seed are for. */
enum { PURPOSE_ADDRESSES = 1, PURPOSE_IDENTITIES, PURPOSE_CHOICES, PURPOSE_BROADCAST_KEYS, PURPOSE_SUSPECTS };

static uint32_t or_unbounded(uint32_t bound) {
    return bound == 0 ? UINT32_MAX : bound;
}

static uint32_t member_limit(const struct settings *settings) {
    return settings->max_members == 0 ? MEMBERS_NO_LIMIT : settings->max_members;
}

static uint32_t suspicions_limit(const struct settings *settings) {
    return suspicion_limit(settings->max_members, settings->max_suspicions);
}

/* The first, and those that confirm. */
static uint32_t accusers_of(uint8_t confirmations) {
    return confirmations == 0 ? 0 : confirmations + 1u;
}

static uint32_t accusers(const struct settings *settings) {
    return accusers_of(settings->config.suspicion_confirmations);
}

/* How many sizes an encoded member may have. */
static uint32_t member_sizes(const struct settings *settings) {
    return (uint32_t)settings->codec.member_max - settings->codec.member_min + 1;
}

static size_t packet_room(const struct settings *settings) {
    size_t packet = settings->config.max_packet_size;
    return packet > settings->codec.member_max ? packet : settings->codec.member_max;
}

static const struct selkie_broadcasts *handler(const struct settings *settings) {
    return settings->has_broadcasts ? &settings->broadcasts : NULL;
}

static void init_parts(selkie *engine, const struct settings *settings) {
    struct hash_key addresses = hash_key_derive(settings->seed, PURPOSE_ADDRESSES);
    struct hash_key choices = hash_key_derive(settings->seed, PURPOSE_CHOICES);
    struct hash_key keys = hash_key_derive(settings->seed, PURPOSE_BROADCAST_KEYS);
    struct hash_key suspects = hash_key_derive(settings->seed, PURPOSE_SUSPECTS);
    engine->identity_key = hash_key_derive(settings->seed, PURPOSE_IDENTITIES);
    random_init(&engine->random, &choices);
    members_init(&engine->members, &engine->type, &engine->allocator, &engine->random, &addresses,
                 member_limit(settings));
    news_init(&engine->news, &engine->type, &engine->allocator, &engine->random, member_limit(settings),
              member_sizes(settings));
    broadcasts_init(&engine->broadcasts, handler(settings), &engine->allocator, &engine->random, &keys,
                    or_unbounded(settings->max_broadcasts), or_unbounded(settings->max_broadcast_bytes));
    suspicions_init(&engine->suspicions, &engine->type, &engine->allocator, &suspects, suspicions_limit(settings),
                    accusers(settings));
    adapt_init(&engine->adapt, &engine->config);
}

static void copy_settings(selkie *engine, const struct settings *settings) {
    engine->type = settings->type;
    engine->runtime = settings->runtime;
    engine->codec = settings->codec;
    engine->config = settings->config;
    engine->bounded = settings->max_members != 0;
    identity_copy(&engine->type, &engine->identity, settings->identity);
}

/* What every engine has from the start. */
static bool allocate_parts(selkie *engine, const struct settings *settings) {
    engine->packet_room = packet_room(settings);
    engine->packet = (unsigned char *)memory_allocate(&engine->allocator, engine->packet_room);
    return engine->packet && probe_reserve(engine, settings->config.num_indirect_probes) && relays_reserve(engine);
}

/* What one in memory of the caller's takes at once, up to its bounds. */
static bool allocate_bounds(selkie *engine, const struct settings *settings) {
    return members_reserve(&engine->members, settings->max_members) &&
           news_reserve_all(&engine->news, settings->max_members) &&
           (!settings->has_broadcasts || broadcasts_reserve_all(&engine->broadcasts)) &&
           suspicions_reserve(&engine->suspicions, suspicions_limit(settings));
}

static void release(selkie *engine) {
    struct selkie_allocator allocator = engine->allocator;
    members_free(&engine->members);
    news_free(&engine->news);
    broadcasts_free(&engine->broadcasts);
    suspicions_free(&engine->suspicions);
    probe_free(engine);
    relays_free(engine);
    memory_free(&allocator, engine->packet, engine->packet_room);
    memory_free(&allocator, engine, sizeof *engine);
}

int selkie_new_with(selkie **out, const struct selkie_allocator *allocator, const struct selkie_options *options) {
    struct settings settings;
    struct selkie_allocator copy;
    if (!allocator || !versioned_take(&copy, sizeof copy, allocator, sizeof copy) || !copy.resize ||
        settings_take(&settings, options)) {
        return SELKIE_E_INVALID_CONFIG;
    }
    selkie *engine = (selkie *)memory_allocate(&copy, sizeof *engine);
    if (!engine) {
        return SELKIE_E_NO_MEMORY;
    }
    memset(engine, 0, sizeof *engine);
    engine->allocator = copy;
    copy_settings(engine, &settings);
    init_parts(engine, &settings);
    if (!allocate_parts(engine, &settings) || !suspicions_reserve(&engine->suspicions, 1)) {
        release(engine);
        return SELKIE_E_NO_MEMORY;
    }
    *out = engine;
    return SELKIE_OK;
}

/* In 64 bits: on a small machine it may be more than there are addresses. */
static uint64_t memory_needed(const struct settings *settings) {
    return arena_bytes(sizeof(selkie)) + arena_bytes(packet_room(settings)) +
           arena_bytes(probe_bytes(settings->config.num_indirect_probes)) +
           members_bytes(&settings->type, settings->max_members) +
           news_bytes(&settings->type, settings->max_members, member_sizes(settings)) +
           broadcasts_bytes(handler(settings), settings->max_broadcasts, settings->max_broadcast_bytes) +
           suspicions_bytes(&settings->type, suspicions_limit(settings), accusers(settings)) +
           (settings->codec.can & SELKIE_CAN_NACK ? arena_bytes(relays_bytes(&settings->type)) : 0);
}

size_t selkie_memory_size(const struct selkie_options *options) {
    struct settings settings;
    if (settings_take(&settings, options) || !settings_bounded(&settings)) {
        return 0;
    }
    uint64_t needed = memory_needed(&settings);
    return needed <= SIZE_MAX ? (size_t)needed : 0;
}

int selkie_new_in(selkie **out, void *memory, size_t size, const struct selkie_options *options) {
    struct settings settings;
    if (settings_take(&settings, options) || !settings_bounded(&settings)) {
        return SELKIE_E_INVALID_CONFIG;
    }
    if (!memory || (uintptr_t)memory % SELKIE_MEMORY_ALIGN != 0 || size < memory_needed(&settings)) {
        return SELKIE_E_NO_MEMORY;
    }
    selkie *engine = (selkie *)memory;
    memset(engine, 0, sizeof *engine);
    size_t taken = (size_t)arena_bytes(sizeof *engine);
    engine->arena.next = (unsigned char *)memory + taken;
    engine->arena.left = size - taken;
    engine->allocator = arena_allocator(&engine->arena);
    engine->fixed_memory = true;
    copy_settings(engine, &settings);
    init_parts(engine, &settings);
    if (!allocate_parts(engine, &settings) || !allocate_bounds(engine, &settings)) {
        return SELKIE_E_NO_MEMORY;
    }
    *out = engine;
    return SELKIE_OK;
}

uint32_t selkie_timers_max(const struct selkie_options *options) {
    struct settings settings;
    if (settings_take(&settings, options) || settings.max_members == 0) {
        return 0;
    }
    enum { SEND_INDIRECT_PROBES = 2 }; /* of this probe, and of one that a change of connection ended */
    enum { TIMERS_OF_SLOT = 2 };       /* RemoveDown, and of a suspicion that is not tracked */
    uint32_t nacks = settings.codec.can & SELKIE_CAN_NACK ? RELAYS_MAX : 0;
    uint64_t most = CYCLE_KINDS * CYCLES_MAX + SEND_INDIRECT_PROBES + nacks + (uint64_t)suspicions_limit(&settings) +
                    (uint64_t)TIMERS_OF_SLOT * settings.max_members;
    return most < UINT32_MAX ? (uint32_t)most : UINT32_MAX;
}

/* ---- the running call ---- */

static bool enter(selkie *engine) {
    if (engine->busy) {
        count(engine, COUNTER_error_reentrant);
        return false;
    }
    engine->busy = true;
    engine->timer_lost = false;
    engine->encode_failed = false;
    engine->rejoined = false;
    engine->parted = false;
    return true;
}

/* End the call. What asks most of the caller is what it gets to see. */
static int finish(selkie *engine, int result) {
    connection_end_call(engine);
    engine->busy = false;
    if (engine->encode_failed) {
        result = SELKIE_E_ENCODE;
        engine->counters[COUNTER_error_encode] += engine->timer_lost;
    }
    if (engine->timer_lost) {
        result = SELKIE_E_TIMER_LOST;
    }
    count_error(engine, result);
    return result;
}

int selkie_free(selkie *engine) {
    if (!engine) {
        return SELKIE_OK;
    }
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    if (!engine->fixed_memory) {
        release(engine);
    }
    return SELKIE_OK;
}

int selkie_handle_data(selkie *engine, const void *bytes, size_t size) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    return finish(engine, receive_packet(engine, bytes, size));
}

int selkie_handle_timer(selkie *engine, const struct selkie_timer *timer) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    return finish(engine, dispatch_timer(engine, timer));
}

int selkie_announce(selkie *engine, const void *identity) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    packet_send(engine, SELKIE_ANNOUNCE, identity, NULL, 0);
    return finish(engine, SELKIE_OK);
}

int selkie_gossip(selkie *engine) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    spread_to_active(engine, SELKIE_GOSSIP, engine->config.num_indirect_probes);
    return finish(engine, SELKIE_OK);
}

int selkie_broadcast(selkie *engine) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    spread_broadcasts(engine);
    return finish(engine, SELKIE_OK);
}

static int add_broadcast(selkie *engine, const void *bytes, size_t size, unsigned priority) {
    enum { HIGHEST_PRIORITY = 3 };
    uint8_t transmissions = engine->config.max_transmissions;
    if (size == 0) {
        return SELKIE_E_MALFORMED_PACKET;
    }
    if (size > selkie_broadcast_limit(engine)) {
        return SELKIE_E_DATA_TOO_BIG;
    }
    if (priority > HIGHEST_PRIORITY) {
        return SELKIE_E_INVALID_CONFIG;
    }
    if (engine->broadcasts.handler.struct_size == 0) {
        return SELKIE_E_CUSTOM_BROADCAST;
    }
    if (broadcasts_full(&engine->broadcasts, size)) {
        return SELKIE_E_FULL;
    }
    if (!broadcasts_reserve(&engine->broadcasts, size, transmissions)) {
        return SELKIE_E_NO_MEMORY;
    }
    bool queued;
    enum selkie_verdict verdict =
        broadcasts_offer(&engine->broadcasts, bytes, size, NULL, priority, transmissions, &queued);
    count_verdict(engine, verdict);
    return verdict == SELKIE_REFUSED ? SELKIE_E_CUSTOM_BROADCAST : verdict == SELKIE_NEW ? 1 : 0;
}

int selkie_add_broadcast(selkie *engine, const void *bytes, size_t size, unsigned priority) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    return finish(engine, add_broadcast(engine, bytes, size, priority));
}

int selkie_leave(selkie *engine) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    if (!apply_reserve(engine, 0, 0)) {
        return finish(engine, SELKIE_E_NO_MEMORY);
    }
    ourselves_leave(engine);
    return finish(engine, SELKIE_OK);
}

/* Could others be told of anything, in whatever packet? */
static bool all_can_be_told(const selkie *engine) {
    return packet_has_room(engine, engine->codec.member_max);
}

/* Of this? What cannot be encoded is another matter. */
static bool can_be_told(selkie *engine, const void *identity, uint16_t incarnation, uint8_t state) {
    unsigned char room[SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL];
    struct selkie_brief brief = {room, NULL};
    brief_put(room, identity, engine->type.size, incarnation, brief_bits(state, 0));
    return packet_has_room(engine, packet_member_size(engine, &brief));
}

int selkie_change_identity(selkie *engine, const void *identity) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    struct identity copy;
    identity_copy(&engine->type, &copy, identity);
    if (state_is_us(engine, copy.as.bytes)) {
        return finish(engine, SELKIE_E_SAME_IDENTITY);
    }
    if (!all_can_be_told(engine) && !can_be_told(engine, copy.as.bytes, 0, SELKIE_DOWN)) {
        return finish(engine, SELKIE_E_DATA_TOO_BIG);
    }
    if (!apply_reserve(engine, 0, 0)) {
        return finish(engine, SELKIE_E_NO_MEMORY);
    }
    ourselves_change_identity(engine, copy.as.bytes);
    return finish(engine, SELKIE_OK);
}

int selkie_reuse_down_identity(selkie *engine) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    if (engine->connection != SELKIE_UNDEAD) {
        return finish(engine, SELKIE_E_NOT_UNDEAD);
    }
    connection_reset(engine);
    return finish(engine, SELKIE_OK);
}

/* ---- a batch from the caller ---- */

#define MEMBER_OLDEST (offsetof(struct selkie_member, slot) + sizeof(uint32_t))

/* The element `index` of the caller's array, whose elements are as large as its program knows them. False: it is not
 * valid. */
static bool take_member(const struct selkie_member *members, size_t index, struct selkie_member *member) {
    const unsigned char *place = (const unsigned char *)members + index * members->struct_size;
    if (!versioned_take(member, sizeof *member, place, MEMBER_OLDEST) || !member->identity ||
        member->state > SELKIE_DOWN) {
        return false;
    }
    member->flags = member->state == SELKIE_DOWN ? member->flags & SELKIE_LEFT : 0;
    member->accuser = member->state == SELKIE_SUSPECT ? member->accuser : NULL;
    return true;
}

static uint32_t unknown_among(const selkie *engine, const struct selkie_member *members, uint32_t count) {
    uint32_t unknown = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct selkie_member member;
        take_member(members, i, &member);
        unknown += members_find(&engine->members, member.identity) == SELKIE_NO_SLOT ? 1 : 0;
    }
    return unknown;
}

/* Only if there is not enough for all of them does it matter how many are new. */
static bool reserve_many(selkie *engine, const struct selkie_member *members, uint32_t count, bool disseminate) {
    uint32_t told = disseminate ? count : 0;
    if (apply_reserve(engine, told, count)) {
        return true;
    }
    uint32_t unknown = unknown_among(engine, members, count);
    return unknown < count && apply_reserve(engine, told, unknown);
}

static void hear_many(selkie *engine, const struct selkie_member *members, uint32_t count, bool disseminate) {
    unsigned char room[UPDATES_TOGETHER][SELKIE_IDENTITY_MAX + SELKIE_BRIEF_TAIL];
    struct selkie_brief updates[UPDATES_TOGETHER];
    for (uint32_t i = 0, now = 0; i < count; i++) {
        struct selkie_member member;
        if (take_member(members, i, &member)) { /* as it was when all were looked at */
            updates[now] = brief_write(room[now], &member, engine->type.size);
            now++;
        }
        if (now == UPDATES_TOGETHER || (i + 1 == count && now > 0)) {
            updates_hear(engine, updates, now, disseminate);
            now = 0;
        }
    }
}

static int apply_many(selkie *engine, const struct selkie_member *members, size_t count, bool disseminate) {
    struct selkie_member member;
    bool told = all_can_be_told(engine);
    for (size_t i = 0; i < count; i++) {
        if (!take_member(members, i, &member)) {
            return SELKIE_E_INVALID_CONFIG;
        }
        if (!told && !can_be_told(engine, member.identity, member.incarnation, member.state)) {
            return SELKIE_E_DATA_TOO_BIG;
        }
    }
    if (count >= MEMBERS_NO_LIMIT || !reserve_many(engine, members, (uint32_t)count, disseminate)) {
        return SELKIE_E_NO_MEMORY;
    }
    hear_many(engine, members, (uint32_t)count, disseminate);
    connection_adjust(engine);
    return SELKIE_OK;
}

int selkie_apply_many(selkie *engine, const struct selkie_member *members, size_t count, bool disseminate) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    return finish(engine, apply_many(engine, members, count, disseminate));
}

/* ---- changes while running ---- */

static bool grow_packet(selkie *engine, size_t room) {
    if (room <= engine->packet_room) {
        return true;
    }
    unsigned char *packet = (unsigned char *)memory_allocate(&engine->allocator, room);
    if (!packet) {
        return false;
    }
    unsigned char *old = engine->packet;
    size_t old_room = engine->packet_room;
    engine->packet = packet;
    engine->packet_room = room;
    memory_free(&engine->allocator, old, old_room);
    return true;
}

static int set_config(selkie *engine, const struct selkie_config *user) {
    struct selkie_config config;
    if (config_take(&config, user) || config_change_complaint(&engine->config, &config)) {
        return SELKIE_E_INVALID_CONFIG;
    }
    if (accusers_of(config.suspicion_confirmations) > engine->suspicions.accusers) {
        return SELKIE_E_INVALID_CONFIG;
    }
    bool grows = config.max_packet_size > engine->packet_room || config.num_indirect_probes > engine->probe.helpers;
    if (engine->fixed_memory && grows) {
        return SELKIE_E_INVALID_CONFIG;
    }
    if (!grow_packet(engine, config.max_packet_size) || !probe_reserve(engine, config.num_indirect_probes)) {
        return SELKIE_E_NO_MEMORY;
    }
    adapt_configure(engine, &config);
    engine->config = config;
    health_limit(engine);
    adapt_follow(engine);
    return SELKIE_OK;
}

int selkie_set_config(selkie *engine, const struct selkie_config *config) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    return finish(engine, set_config(engine, config));
}

static int evict(selkie *engine, const void *identity) {
    struct selkie_member member;
    uint32_t slot = members_find(&engine->members, identity);
    if (slot == SELKIE_NO_SLOT || !members_is_active(&engine->members, slot) || state_is_us(engine, identity)) {
        return SELKIE_E_UNKNOWN_MEMBER;
    }
    members_describe(&engine->members, slot, &member);
    if (!identity_equal(&engine->type, member.identity, identity)) {
        return SELKIE_E_UNKNOWN_MEMBER;
    }
    if (!apply_reserve(engine, 1, 0)) {
        return SELKIE_E_NO_MEMORY;
    }
    struct identity evicted;
    identity_copy(&engine->type, &evicted, identity);
    member.identity = evicted.as.bytes;
    member.state = SELKIE_DOWN;
    apply_news(engine, &member, MEMBERS_KNOWN, true);
    count(engine, COUNTER_members_evicted);
    connection_adjust(engine);
    if (engine->config.notify_down_members) {
        packet_send(engine, SELKIE_TURN_UNDEAD, evicted.as.bytes, NULL, 0);
    }
    return SELKIE_OK;
}

int selkie_evict(selkie *engine, const void *identity) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    return finish(engine, evict(engine, identity));
}

int selkie_paused(selkie *engine, uint64_t duration_us) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    engine->pauses++;
    count(engine, COUNTER_pauses);
    probe_void(engine);
    suspicion_prolong(engine, duration_us);
    health_worse(engine, duration_us / engine->config.probe_period_us);
    return finish(engine, SELKIE_OK);
}

int selkie_revive(selkie *engine) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    bool idle = engine->connection == SELKIE_DISCONNECTED && cycle_is_idle(engine);
    memset(&engine->cycles, 0, sizeof engine->cycles); /* lost, as far as anybody knows */
    relays_clear(engine);
    connection_end_timers(engine);
    if (engine->connection == SELKIE_CONNECTED) {
        cycles_start(engine);
    } else if (idle && engine->config.announce_while_idle) {
        (void)cycle_while_idle(engine);
    }
    apply_lost_removals(engine);
    suspicion_revive(engine);
    return finish(engine, SELKIE_OK);
}
