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
 *     connection.c   connected, or not, or declared down    cycle.c       what repeats
 *     packet.c       how a packet is laid out               timer.c       what is in a timer, their order
 *     spread.c       one message to several members         output.c      notifications
 *     members.c      the table of members                   news.c        what is still to be told of them
 *     broadcasts.c   the user's own bytes                   backlog.c     how often, in which order
 *     config.c       what may be configured                 inspect.c     calls that only look
 *     state.h        all that an engine is
 *
 * In this file: making and ending an engine, and the calls that change one. Each of those is refused while another is
 * running, and gives the result that matters most. */
#include "base/memory.h"
#include "engine/apply.h"
#include "engine/config.h"
#include "engine/connection.h"
#include "engine/dispatch.h"
#include "engine/ourselves.h"
#include "engine/packet.h"
#include "engine/receive.h"
#include "engine/spread.h"
#include "engine/update.h"
#include "engine/versioned.h"

/* ---- life ---- */

/* What the keys that are derived from the seed are for. */
enum { PURPOSE_ADDRESSES = 1, PURPOSE_IDENTITIES, PURPOSE_CHOICES, PURPOSE_BROADCAST_KEYS };

static uint32_t or_unbounded(uint32_t bound) {
    return bound == 0 ? UINT32_MAX : bound;
}

static uint32_t member_limit(const struct settings *settings) {
    return settings->max_members == 0 ? MEMBERS_NO_LIMIT : settings->max_members;
}

static uint32_t suspicion_limit(const struct settings *settings) {
    return settings->max_members == 0 ? UINT32_MAX : suspicions_limit(settings->max_members);
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
    engine->identity_key = hash_key_derive(settings->seed, PURPOSE_IDENTITIES);
    random_init(&engine->random, &choices);
    members_init(&engine->members, &engine->type, &engine->allocator, &engine->random, &addresses,
                 member_limit(settings));
    news_init(&engine->news, &engine->type, &engine->allocator, &engine->random, member_limit(settings),
              member_sizes(settings));
    broadcasts_init(&engine->broadcasts, handler(settings), &engine->allocator, &engine->random, &keys,
                    or_unbounded(settings->max_broadcasts), or_unbounded(settings->max_broadcast_bytes));
    suspicions_init(&engine->suspicions, &engine->type, &engine->allocator, suspicion_limit(settings));
}

static void copy_settings(selkie *engine, const struct settings *settings) {
    engine->type = settings->type;
    engine->runtime = settings->runtime;
    engine->codec = settings->codec;
    engine->config = settings->config;
    engine->bounded = settings->max_members != 0;
    engine->stats.struct_size = sizeof engine->stats;
    identity_copy(&engine->type, &engine->identity, settings->identity);
}

/* What every engine has from the start. */
static bool allocate_parts(selkie *engine, const struct settings *settings) {
    engine->packet_room = packet_room(settings);
    engine->packet = (unsigned char *)memory_allocate(&engine->allocator, engine->packet_room);
    return engine->packet && probe_reserve(engine, settings->config.num_indirect_probes);
}

/* What one in memory of the caller's takes at once, up to its bounds. */
static bool allocate_bounds(selkie *engine, const struct settings *settings) {
    return members_reserve(&engine->members, settings->max_members) &&
           news_reserve_all(&engine->news, settings->max_members) &&
           (!settings->has_broadcasts || broadcasts_reserve_all(&engine->broadcasts)) &&
           suspicions_reserve(&engine->suspicions, suspicion_limit(settings));
}

static void release(selkie *engine) {
    struct selkie_allocator allocator = engine->allocator;
    members_free(&engine->members);
    news_free(&engine->news);
    broadcasts_free(&engine->broadcasts);
    suspicions_free(&engine->suspicions);
    probe_free(engine);
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
           suspicions_bytes(&settings->type, suspicion_limit(settings));
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
    return CYCLE_KINDS * CYCLES_MAX + SEND_INDIRECT_PROBES + suspicion_limit(&settings) + settings.max_members;
}

/* ---- the running call ---- */

static bool enter(selkie *engine) {
    if (engine->busy) {
        return false;
    }
    engine->busy = true;
    engine->timer_lost = false;
    engine->encode_failed = false;
    return true;
}

/* End the call. What asks most of the caller is what it gets to see. */
static int finish(selkie *engine, int result) {
    engine->busy = false;
    if (engine->timer_lost) {
        return SELKIE_E_TIMER_LOST;
    }
    return engine->encode_failed ? SELKIE_E_ENCODE : result;
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

int selkie_change_identity(selkie *engine, const void *identity) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    struct identity copy;
    identity_copy(&engine->type, &copy, identity);
    if (state_is_us(engine, copy.as.bytes)) {
        return finish(engine, SELKIE_E_SAME_IDENTITY);
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
    return true;
}

static int apply_many(selkie *engine, const struct selkie_member *members, size_t count, bool disseminate) {
    struct selkie_member member;
    uint32_t unknown = 0;
    for (size_t i = 0; i < count; i++) {
        if (!take_member(members, i, &member)) {
            return SELKIE_E_INVALID_CONFIG;
        }
        unknown += members_find(&engine->members, member.identity) == SELKIE_NO_SLOT ? 1 : 0;
    }
    if (count >= MEMBERS_NO_LIMIT || !apply_reserve(engine, disseminate ? (uint32_t)count : 0, unknown)) {
        return SELKIE_E_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        struct identity identity;
        take_member(members, i, &member);
        identity_copy(&engine->type, &identity, member.identity);
        member.identity = identity.as.bytes;
        update_hear(engine, &member, disseminate);
    }
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
    bool grows = config.max_packet_size > engine->packet_room || config.num_indirect_probes > engine->probe.helpers;
    if (engine->fixed_memory && grows) {
        return SELKIE_E_INVALID_CONFIG;
    }
    if (!grow_packet(engine, config.max_packet_size) || !probe_reserve(engine, config.num_indirect_probes)) {
        return SELKIE_E_NO_MEMORY;
    }
    engine->config = config;
    return SELKIE_OK;
}

int selkie_set_config(selkie *engine, const struct selkie_config *config) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    return finish(engine, set_config(engine, config));
}

int selkie_revive(selkie *engine) {
    if (!enter(engine)) {
        return SELKIE_E_REENTRANT;
    }
    memset(&engine->cycles, 0, sizeof engine->cycles); /* lost, as far as anybody knows */
    engine->token++;
    if (engine->connection == SELKIE_CONNECTED) {
        cycles_start(engine);
    }
    apply_lost_removals(engine);
    return finish(engine, SELKIE_OK);
}
