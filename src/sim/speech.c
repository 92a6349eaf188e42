/* What an engine says: that its packets are well formed, its own, and say what it holds. */
#include "sim/check.h"
#include "sim/conduct.h"
#include "sim/watch.h"

#include <string.h>

static bool same(const struct host *host, const void *a, const void *b) {
    return memcmp(a, b, host->sim->type.size) == 0;
}

static void malformed(struct host *host, const char *what) {
    check_failed(host->sim, SELKIE_SIM_CHECK_PACKET, host->number, SELKIE_SIM_NOBODY, "%s", what);
}

static void check_header(struct host *host, uint32_t to, const void *identity, const struct selkie_header *header) {
    if (!same(host, header->source, selkie_identity(host->engine))) {
        malformed(host, "sent a packet under an identity that is not its own");
    } else if (header->source_incarnation != selkie_incarnation(host->engine)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_INCARNATION, host->number, SELKIE_SIM_NOBODY,
                     "sent a packet at incarnation %u and is at %u", header->source_incarnation,
                     selkie_incarnation(host->engine));
    }
    if (!same(host, header->destination, identity)) {
        malformed(host, "sent a packet to another identity than the one that it is for");
    }
    if (header->message != SELKIE_ANNOUNCE && !conduct_has(host->sim, to, identity)) {
        conduct_life(host, header->destination, "whom it sent a packet");
    }
    if (header->peer != NULL) {
        conduct_life(host, header->peer, "the third party of its packet");
    }
}

void conduct_sent(struct host *host, uint32_t to, const void *identity, const struct frame *frame, size_t size) {
    struct selkie_config config;
    conduct_look(host);
    selkie_get_config(host->engine, &config);
    if (size > config.max_packet_size) {
        check_failed(host->sim, SELKIE_SIM_CHECK_PACKET, host->number, SELKIE_SIM_NOBODY,
                     "sent %zu bytes where at most %u may be", size, (unsigned)config.max_packet_size);
    }
    check_header(host, to, identity, &frame->header);
    effort_sent(host, &frame->header, &config);
    struct conduct *conduct = conduct_of(host);
    if (conduct->transmissions < config.max_transmissions) {
        conduct->transmissions = config.max_transmissions;
    }
    if (conduct->confirmations < config.suspicion_confirmations) {
        conduct->confirmations = config.suspicion_confirmations; /* with each of those a suspicion is news again */
    }
    host->sim->conducts->handling.fed = frame->header.message == SELKIE_FEED ? frame->header.destination : NULL;
    host->sim->conducts->handling.said = 0;
    host->sim->conducts->handling.spoken = 0;
}

/* Is what it says to be compared with what it holds? In large clusters, where that would cost the most, only in every
 * eighth packet. */
static bool is_compared(const selkie_sim *sim) {
    return sim->options.members <= 64 || sim->counters.packets % 8 == 0;
}

/* Our own farewells and former identities are told as they were, whatever the table holds. */
static void check_held(struct host *host, const struct selkie_member *said) {
    struct selkie_member held = {.struct_size = sizeof held};
    unsigned flags = host->sim->codec.can & SELKIE_CAN_LEFT ? SELKIE_LEFT : 0;
    if (!selkie_find(host->engine, said->identity, &held) || !same(host, held.identity, said->identity) ||
        held.state != said->state || held.incarnation != said->incarnation ||
        ((held.flags ^ said->flags) & flags) != 0) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TABLE, host->number, selkie_sim_member_at(host->sim, said->identity),
                     "told others of a member what it does not hold itself");
    }
}

static uint64_t mixed(const struct host *host, uint64_t life, const struct selkie_member *member) {
    uint64_t accuser = member->accuser != NULL ? witness_hash(host->sim, member->accuser) : 0;
    uint64_t mixed = accuser ^ ((life << 24 | (uint64_t)member->incarnation << 8 | member->state) + 1);
    mixed *= UINT64_C(0xff51afd7ed558ccd);
    return (mixed ^ mixed >> 32) * UINT64_C(0xc4ceb9fe1a85ec53);
}

/* That a suspect is told that it is suspected, before all else, as often as it is pinged, is no telling of news. */
static bool is_warning(struct host *host, const struct selkie_member *member) {
    bool first = host->sim->conducts->handling.spoken == 0;
    if (host->witness.warned == 0) {
        return false;
    }
    bool warns = member->state == SELKIE_SUSPECT && witness_hash(host->sim, member->identity) == host->witness.warned;
    if (first && !warns) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, SELKIE_SIM_NOBODY,
                     "pinged a suspect, and told it something else before that it is suspected");
    }
    return warns;
}

/* It is a sample of those who are active, without the one that it is for. */
static void check_fed(struct host *host, const struct selkie_member *member) {
    const void *receiver = host->sim->conducts->handling.fed;
    if (receiver != NULL && same(host, member->identity, receiver)) {
        malformed(host, "sent a Feed that tells its receiver of itself");
    } else if (receiver != NULL && member->state == SELKIE_DOWN) {
        malformed(host, "sent a Feed that tells of a member that is Down");
    }
}

void conduct_spoke(struct host *host, const struct selkie_member *member) {
    struct conducts *conducts = host->sim->conducts;
    uint32_t number = conduct_life(host, member->identity, "a member in its packet");
    if (number == LIVES_NONE) {
        return;
    }
    conduct_incarnation(host, number, member->incarnation, "a member in its packet");
    check_fed(host, member);
    struct life *life = &conducts->lives.lives[number];
    if (life->said_in == host->sim->counters.packets) {
        malformed(host, "sent a packet that speaks of the same member twice");
    }
    life->said_in = host->sim->counters.packets;
    if (life->owner != host->number && is_compared(host->sim)) {
        check_held(host, member);
    }
    if (member->accuser != NULL) {
        conduct_life(host, member->accuser, "who suspects a member in its packet");
    }
    if (!is_warning(host, member)) {
        conducts->handling.said += mixed(host, number, member);
    }
    conducts->handling.spoken++;
}

/* News that is told more often than it may be: packet after packet says the very same. */
static void check_repetition(struct host *host, const struct frame *frame, bool broadcasts) {
    struct conduct *conduct = conduct_of(host);
    uint64_t said = host->sim->conducts->handling.said;
    if (frame->header.message == SELKIE_FEED || (said == 0 && !broadcasts)) {
        return;
    }
    if (said != conduct->told || broadcasts || !conduct_is_handling(host)) {
        conduct->told = broadcasts ? 0 : said;
        conduct->told_times = 0;
    } else if (++conduct->told_times == (2 * conduct->transmissions + 8) * (1 + conduct->confirmations)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_BACKLOG, host->number, SELKIE_SIM_NOBODY,
                     "told the same news %u times, and may tell each %u times", (unsigned)conduct->told_times,
                     (unsigned)conduct->transmissions);
    }
}

void conduct_sent_all(struct host *host, struct frame *frame) {
    int message = frame->header.message;
    const unsigned char *bytes;
    size_t size, broadcasts = 0;
    if (frame->members > 0) {
        malformed(host, "sent a packet with members that do not decode");
        return;
    }
    while (frame_next_broadcast(frame, &bytes, &size)) {
        broadcasts++;
    }
    if (frame->rest.left > 0) {
        malformed(host, "sent a packet with stray bytes at its end");
    } else if ((message == SELKIE_ANNOUNCE || message == SELKIE_TURN_UNDEAD) && !frame->bare) {
        malformed(host, "sent more than a header where nothing else belongs");
    }
    if (host->witness.warned != 0 && host->sim->conducts->handling.spoken == 0) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, SELKIE_SIM_NOBODY,
                     "pinged a suspect, and did not tell it that it is suspected");
    }
    check_repetition(host, frame, broadcasts > 0);
}
