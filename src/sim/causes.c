/* Why a member is held for Suspect or Down. For each member the simulator knows whether the identity that it has lives,
 * at which incarnations somebody's probe of it failed, and whether anybody has had cause to hold it for Down:
 *   - it ended: a crash, selkie_leave, another identity, an incarnation that ran out;
 *   - or one engine's own suspicion of it came to its end: the probe failed (probes.c says when it may), the time of
 *     that engine's suspect_to_down_after passed, and the engine still held it at that incarnation.
 * Nobody says that a member is Suspect at an incarnation at which no probe of it failed, or Down without such a cause;
 * nobody takes it for Down by a timer without a suspicion of its own whose time is over, and then everybody does whose
 * record is still the same. TurnUndead goes only to those who are not held for active, and only what an engine was told
 * makes it Defunct or lets it rejoin. What members the scenario excuses are said to be is not looked at. */
#include "sim/causes.h"

#include "sim/check.h"
#include "sim/frame.h"

#include <inttypes.h>

#define TOLERANCE_US 2u /* of spans on a clock that drifts */
#define OVERDUE_US 1000u

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

/* ---- Suspicions whose time runs ---- */

static struct pending *new_pending(struct witness *witness) {
    if (witness->pending_count == witness->pending_room) {
        witness->pending_room = witness->pending_room == 0 ? 4 : 2 * witness->pending_room;
        witness->pending = sim_realloc(witness->pending, witness->pending_room, sizeof *witness->pending);
    }
    return &witness->pending[witness->pending_count++];
}

void causes_probe_failed(struct host *host, const void *identity, uint16_t incarnation, bool guessed, bool timed) {
    struct reputation *reputation = reputation_of(host->sim, identity);
    if (reputation != NULL && reputation->suspected < (int32_t)incarnation) {
        reputation->suspected = incarnation;
    }
    if (!timed) {
        return;
    }
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_get_config(host->engine, &config);
    *new_pending(&host->witness) = (struct pending){.identity = witness_hash(host->sim, identity),
                                                    .due_us = witness_due(host, config.suspect_to_down_after_us),
                                                    .member = selkie_sim_member_at(host->sim, identity),
                                                    .epoch = host->witness.epoch,
                                                    .incarnation = incarnation,
                                                    .guessed = guessed};
}

static void remove_pending(struct witness *witness, uint32_t at) {
    witness->pending[at] = witness->pending[--witness->pending_count];
}

/* When the first of its suspicions of this very record is over; SELKIE_SIM_NEVER: it has none. */
static uint64_t first_due(const struct witness *witness, uint64_t identity, uint16_t incarnation) {
    uint64_t first_us = SELKIE_SIM_NEVER;
    for (uint32_t i = 0; i < witness->pending_count; i++) {
        const struct pending *pending = &witness->pending[i];
        if (pending->identity == identity && pending->incarnation == incarnation && pending->due_us < first_us) {
            first_us = pending->due_us;
        }
    }
    return first_us;
}

static void check_overdue(struct host *host, const struct pending *pending) {
    struct identity address;
    struct selkie_member held;
    if (pending->epoch != host->witness.epoch || host->witness.bounded || pending->guessed ||
        pending->member == SELKIE_SIM_NOBODY) {
        return;
    }
    host_make_identity(host->sim, pending->member, address.bytes);
    witness_active(host, address.bytes, &held);
    if (held.slot != SELKIE_NO_SLOT && held.state != SELKIE_DOWN && held.incarnation == pending->incarnation &&
        witness_hash(host->sim, held.identity) == pending->identity) {
        check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, pending->member,
                     "m%" PRIu32 "'s suspicion of m%" PRIu32 " was over at %" PRIu64
                     " us, and it holds it for active, at the same incarnation",
                     host->number, pending->member, pending->due_us);
    }
}

void causes_end(struct host *host) {
    struct witness *witness = &host->witness;
    const struct call *call = &host->sim->call;
    if (call->kind != CALL_TIMER) {
        return;
    }
    for (uint32_t i = witness->pending_count; i-- > 0;) {
        struct pending pending = witness->pending[i];
        if (pending.due_us + OVERDUE_US < call->due_us) {
            remove_pending(witness, i);
            check_overdue(host, &pending);
        }
    }
}

/* ---- Down ---- */

/* By a timer: its own suspicion. */
static void check_own_suspicion(struct host *host, const struct selkie_member *member) {
    selkie_sim *sim = host->sim;
    uint64_t over_us = first_due(&host->witness, witness_hash(sim, member->identity), member->incarnation);
    uint32_t about = selkie_sim_member_at(sim, member->identity);
    if (is_excused(sim, member->identity) || sim->blind) {
        return;
    }
    if (over_us == SELKIE_SIM_NEVER) {
        check_failed(sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                     "m%" PRIu32 " holds m%" PRIu32 " for Down at incarnation %u, and had no suspicion of that",
                     host->number, about, member->incarnation);
    } else if (over_us > sim->call.due_us + TOLERANCE_US) {
        check_failed(sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                     "m%" PRIu32 " holds m%" PRIu32 " for Down at incarnation %u, by a suspicion that runs until "
                     "%" PRIu64 " us",
                     host->number, about, member->incarnation, over_us);
    }
}

static void member_down(struct host *host, const struct selkie_member *member) {
    struct reputation *reputation = reputation_of(host->sim, member->identity);
    if (host->sim->call.kind == CALL_TIMER) {
        check_own_suspicion(host, member);
    } else if (!is_caused(host->sim, member->identity)) {
        uint32_t about = selkie_sim_member_at(host->sim, member->identity);
        check_failed(host->sim, SELKIE_SIM_CHECK_DOWN, host->number, about,
                     "m%" PRIu32 " holds m%" PRIu32 " for Down at incarnation %u, and nobody had cause to",
                     host->number, about, member->incarnation);
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
static bool packet_ends(const struct call *call) {
    struct frame frame;
    struct selkie_member member;
    bool ends = call->for_us && call->header.message == SELKIE_TURN_UNDEAD;
    if (!ends && frame_open(&frame, call->host->sim, call->packet->bytes, call->packet->size)) {
        while (frame_next_member(&frame, &member)) {
            bool last = member.incarnation == UINT16_MAX || call->incarnation == UINT16_MAX;
            ends |= is_own_address(call->host, member.identity) &&
                    (member.state == SELKIE_DOWN || (member.state == SELKIE_SUSPECT && last));
        }
    }
    return ends;
}

static void gave_up(struct host *host, const struct selkie_notification *notification) {
    const struct call *call = &host->sim->call;
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

static void said_suspect(struct host *host, const struct selkie_member *member) {
    struct reputation *reputation = reputation_of(host->sim, member->identity);
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
