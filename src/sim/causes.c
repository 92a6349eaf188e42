/* Why a member is held for Suspect or Down. For each member the simulator knows whether the identity that it has lives,
 * at which incarnations somebody's probe of it failed, and whether anybody has had cause to hold it for Down:
 *   - it ended: a crash, selkie_leave, another identity, an incarnation that ran out;
 *   - a program said so, with selkie_evict;
 *   - or an engine's suspicion of it came to its end: a probe failed (probes.c says when it may), that suspicion's time
 *     passed (suspicions.c), and the engine still held it at that incarnation.
 * Nobody says that a member is Suspect at an incarnation at which no probe of it failed, names an accuser whose own
 * probe of it did not, or says that it is Down without such a cause; nobody takes it for Down by a timer, or by one
 * accuser more, without a suspicion whose time is over. TurnUndead goes only to those who are not held for active, and only what an engine was told
 * makes it Defunct or lets it rejoin. What members the scenario excuses are said to be is not looked at. */
#include "sim/causes.h"

#include "sim/check.h"
#include "sim/conduct.h"
#include "sim/frame.h"
#include "sim/suspicions.h"

#include <inttypes.h>

/* ---- Reputations ---- */

/* That of an identity; NULL: its member, if there is one, has another one by now. */
static struct reputation *reputation_of(const selkie_sim *sim, const void *identity) {
    uint32_t member = selkie_sim_member_at(sim, identity);
    if (member == SELKIE_SIM_NOBODY || sim->hosts[member].life == 0 ||
        !witness_same(sim, selkie_sim_identity(sim, member), identity)) {
        return NULL;
    }
    struct reputation *reputation = &sim->hosts[member].reputation;
    uint64_t hash = witness_hash(sim, identity);
    if (reputation->identity != hash) {
        *reputation = (struct reputation){.identity = hash, .suspected = -1, .excused = reputation->excused};
    }
    return reputation;
}

static bool lives(const selkie_sim *sim, const void *identity) {
    const struct host *host = &sim->hosts[selkie_sim_member_at(sim, identity)];
    return host->engine != NULL && selkie_connection(host->engine) != SELKIE_UNDEAD;
}

static bool is_caused(const selkie_sim *sim, const void *identity) {
    const struct reputation *reputation = reputation_of(sim, identity);
    return reputation == NULL || reputation->down || reputation->excused || !lives(sim, identity);
}

static bool is_excused(const selkie_sim *sim, const void *identity) {
    uint32_t member = selkie_sim_member_at(sim, identity);
    return member == SELKIE_SIM_NOBODY || sim->hosts[member].reputation.excused;
}

void selkie_sim_excuse(selkie_sim *sim, uint32_t member) {
    uint32_t first = member == SELKIE_SIM_ALL ? 0 : sim_host(sim, member)->number;
    uint32_t last = member == SELKIE_SIM_ALL ? sim->options.members - 1 : member;
    sim->excused |= member == SELKIE_SIM_ALL;
    for (uint32_t i = first; i <= last; i++) {
        sim->hosts[i].reputation.excused = true;
    }
}

void causes_ended(struct host *host) {
    struct reputation *reputation = reputation_of(host->sim, selkie_identity(host->engine));
    if (reputation != NULL) {
        reputation->down = true;
    }
}

bool causes_accused(struct host *host) {
    const struct reputation *reputation = reputation_of(host->sim, selkie_identity(host->engine));
    return reputation != NULL && !reputation->excused &&
           (reputation->down || reputation->suspected >= (int32_t)selkie_incarnation(host->engine));
}

/* ---- Accusers ---- */

static uint64_t accusation_key(const selkie_sim *sim, const void *accuser, const void *suspect, uint16_t incarnation) {
    uint64_t key = witness_hash(sim, suspect) * 3 + incarnation;
    key = (key ^ key >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + witness_hash(sim, accuser);
    return (key ^ key >> 32) * UINT64_C(0x94d049bb133111eb);
}

void causes_probe_failed(struct host *host, const void *identity, uint16_t incarnation) {
    struct reputation *reputation = reputation_of(host->sim, identity);
    if (reputation != NULL && reputation->suspected < (int32_t)incarnation) {
        reputation->suspected = incarnation;
    }
    keys_add(&host->sim->accusations, accusation_key(host->sim, selkie_identity(host->engine), identity, incarnation));
}

/* ---- Down ---- */

static void no_cause(struct host *host, uint32_t about, uint16_t incarnation) {
    check_failed(host->sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                 "m%" PRIu32 " holds m%" PRIu32 " for Down at incarnation %u, and nobody had cause to", host->number,
                 about, incarnation);
}

/* Its own suspicion is over: by a timer, or because somebody else accuses the member as well. */
static void check_own_suspicion(struct host *host, const struct selkie_member *member) {
    selkie_sim *sim = host->sim;
    uint64_t until_us;
    const char *why = suspicions_still_run(host, member, &until_us);
    uint32_t about = selkie_sim_member_at(sim, member->identity);
    sim->conducts->handling.downed = witness_hash(sim, member->identity);
    if (why == NULL || is_excused(sim, member->identity) || sim->blind || host->witness.deaf) {
        return;
    }
    if (until_us == SELKIE_SIM_NEVER) {
        check_failed(sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                     "m%" PRIu32 " holds m%" PRIu32 " for Down at incarnation %u, and %s", host->number, about,
                     member->incarnation, why);
    } else {
        check_failed(sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                     "m%" PRIu32 " holds m%" PRIu32 " for Down at incarnation %u, %s %" PRIu64 " us", host->number,
                     about, member->incarnation, why, until_us);
    }
}

bool causes_packet_says_down(const struct host *host, const void *identity) {
    struct frame *packet = witness_packet_at_start(&host->sim->call);
    struct selkie_member said;
    bool down = false;
    while (packet != NULL && frame_next_member(packet, &said)) {
        down |= said.state == SELKIE_DOWN && witness_same(host->sim, said.identity, identity);
    }
    return down;
}

/* Its program called: with selkie_evict there is a cause. It has counted that by the next time that something is
 * heard of it. */
void causes_settle(struct host *host) {
    struct selkie_stats stats;
    struct witness *witness = &host->witness;
    uint32_t about = witness->down.member;
    if (about == SELKIE_SIM_NOBODY || host->engine == NULL) {
        return;
    }
    selkie_get_stats(host->engine, &stats);
    witness->down.member = SELKIE_SIM_NOBODY;
    if (stats.members_evicted == witness->down.evicted) {
        no_cause(host, about, witness->down.incarnation);
    }
}

static void down_by_its_program(struct host *host, const struct selkie_member *member) {
    struct selkie_stats stats;
    selkie_get_stats(host->engine, &stats);
    causes_settle(host);
    if (!is_caused(host->sim, member->identity)) {
        host->witness.down.member = selkie_sim_member_at(host->sim, member->identity);
        host->witness.down.incarnation = member->incarnation;
        host->witness.down.evicted = stats.members_evicted;
    }
}

static void member_down(struct host *host, const struct selkie_member *member) {
    struct reputation *reputation = reputation_of(host->sim, member->identity);
    switch (host->sim->call.kind) {
    case CALL_NONE:
        down_by_its_program(host, member);
        break;
    case CALL_TIMER:
        check_own_suspicion(host, member);
        break;
    case CALL_PACKET:
        if (!causes_packet_says_down(host, member->identity)) {
            check_own_suspicion(host, member);
        } else if (!is_caused(host->sim, member->identity)) {
            no_cause(host, selkie_sim_member_at(host->sim, member->identity), member->incarnation);
        }
        break;
    }
    if (reputation != NULL) {
        reputation->down = true;
    }
}

/* ---- Its own end ---- */

static bool is_own_address(const struct host *host, const void *identity) {
    return selkie_sim_member_at(host->sim, identity) == host->number;
}

/* Could the packet that is being handled end an identity of its receiver's? */
static bool packet_ends(struct call *call) {
    struct frame *packet = witness_packet_at_start(call);
    struct selkie_member member;
    bool ends = call->for_us && call->packet.header.message == SELKIE_TURN_UNDEAD;
    while (packet != NULL && frame_next_member(packet, &member)) {
        bool last = member.incarnation == UINT16_MAX || call->incarnation == UINT16_MAX;
        ends |= is_own_address(call->host, member.identity) &&
                (member.state == SELKIE_DOWN || (member.state == SELKIE_SUSPECT && last));
    }
    return ends;
}

static void gave_up(struct host *host, const struct selkie_notification *notification) {
    struct call *call = &host->sim->call;
    if (call->kind == CALL_TIMER || (call->kind == CALL_PACKET && !packet_ends(call))) {
        check_failed(host->sim, SELKIE_SIM_CHECK_DOWN, host->number, SELKIE_SIM_NOBODY,
                     "m%" PRIu32 " is told to be %s, and nobody told it that it is Down", host->number,
                     selkie_notification_name(notification->kind));
    }
    if (notification->kind == SELKIE_NOTIFY_DEFUNCT) {
        causes_ended(host);
    }
}

void causes_notified(struct host *host, const struct selkie_notification *notification) {
    if (notification->kind == SELKIE_NOTIFY_MEMBER_DOWN) {
        member_down(host, &notification->member);
    } else if (notification->kind == SELKIE_NOTIFY_DEFUNCT || notification->kind == SELKIE_NOTIFY_REJOIN) {
        gave_up(host, notification);
    }
}

/* ---- What is said ---- */

void causes_sent(struct host *host, const struct selkie_header *header) {
    struct selkie_member held;
    causes_settle(host);
    if (header->message == SELKIE_TURN_UNDEAD && witness_active(host, header->destination, &held)) {
        uint32_t about = selkie_sim_member_at(host->sim, header->destination);
        check_failed(host->sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                     "m%" PRIu32 " sends turn-undead to m%" PRIu32 ", which it holds for active", host->number, about);
    }
}

static void said_down(struct host *host, const void *identity) {
    struct reputation *reputation = reputation_of(host->sim, identity);
    if (reputation == NULL) {
        return;
    }
    if (!is_own_address(host, identity) && !is_caused(host->sim, identity)) {
        uint32_t about = selkie_sim_member_at(host->sim, identity);
        check_failed(host->sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                     "m%" PRIu32 " says that m%" PRIu32 " is Down, and nobody had cause to", host->number, about);
    }
    reputation->down = true;
}

/* Nobody is named as an accuser whose own probe did not fail. */
static void check_accuser(struct host *host, const struct selkie_member *member) {
    const selkie_sim *sim = host->sim;
    if (member->accuser == NULL || is_excused(sim, member->identity) || sim->blind ||
        keys_has(&sim->accusations, accusation_key(sim, member->accuser, member->identity, member->incarnation))) {
        return;
    }
    uint32_t about = selkie_sim_member_at(sim, member->identity);
    uint32_t accuser = selkie_sim_member_at(sim, member->accuser);
    check_failed(host->sim, SELKIE_SIM_CHECK_SUSPICION, host->number, about,
                 "m%" PRIu32 " says that m%" PRIu32 " suspects m%" PRIu32 " at %u, whose probe of it did not fail",
                 host->number, accuser, about, member->incarnation);
}

static void said_suspect(struct host *host, const struct selkie_member *member) {
    struct reputation *reputation = reputation_of(host->sim, member->identity);
    check_accuser(host, member);
    if (reputation == NULL || reputation->suspected >= (int32_t)member->incarnation) {
        return;
    }
    if (!reputation->excused && !host->sim->blind && lives(host->sim, member->identity)) {
        uint32_t about = selkie_sim_member_at(host->sim, member->identity);
        check_failed(host->sim, SELKIE_SIM_CHECK_SUSPICION, host->number, about,
                     "m%" PRIu32 " says that m%" PRIu32 " is Suspect at %u, and no probe of it failed at that",
                     host->number, about, member->incarnation);
    }
    reputation->suspected = member->incarnation;
}

void causes_spoken(struct host *host, const struct selkie_member *member) {
    if (member->state == SELKIE_DOWN) {
        said_down(host, member->identity);
    } else if (member->state == SELKIE_SUSPECT) {
        said_suspect(host, member);
    }
}
