/* How long an engine's suspicions run, followed from one time that its timer is due to the next.
 *
 * Without agreement (suspicion_max_factor, suspicion_confirmations) the engine's own failed probe begins a suspicion,
 * which takes suspect_to_down_after. With it each news of one does; it is over as soon as the timer was due s times and
 * there are at least K + 1 - s accusers beyond the first, where the times between are those of docs/protocol.md, P25.3.
 * The accusers that an engine heard of are in the packets that it was given; a packet may come to nothing, so of some it
 * is only known that it may have heard of them.
 *
 * What is claimed: nobody goes Down by a suspicion that is not over; one that is over, or at the longest possible time,
 * leaves nobody active at the same incarnation; and its timer does not begin again once there are accusers enough. Where
 * an engine's program had a hand in it, or a suspicion found no place, only the shortest time is claimed. */
#include "sim/suspicions.h"

#include "sim/check.h"
#include "sim/conduct.h"
#include "sim/frame.h"
#include "sim/pace.h"

#include <inttypes.h>

#define TOLERANCE_US 2u /* of spans that are computed in two ways */
#define OVERDUE_US 1000u

static void get_config(const struct host *host, struct selkie_config *config) {
    selkie_get_config(host->engine, config);
}

bool suspicions_agree(const struct selkie_config *config) {
    return config->suspicion_max_factor > 1 && config->suspicion_confirmations > 0;
}

/* ---- Times ---- */

/* Of that many members together: log10, in 10^-15. */
static const uint64_t logarithms[PENDING_ACCUSERS + 1] = {0,
                                                          0,
                                                          UINT64_C(301029995663981),
                                                          UINT64_C(477121254719662),
                                                          UINT64_C(602059991327962),
                                                          UINT64_C(698970004336019),
                                                          UINT64_C(778151250383644),
                                                          UINT64_C(845098040014257),
                                                          UINT64_C(903089986991944),
                                                          UINT64_C(954242509439325),
                                                          UINT64_C(1000000000000000),
                                                          UINT64_C(1041392685158225),
                                                          UINT64_C(1079181246047625),
                                                          UINT64_C(1113943352306837),
                                                          UINT64_C(1146128035678238),
                                                          UINT64_C(1176091259055681),
                                                          UINT64_C(1204119982655925)};

/* With so many accusers beyond the first. */
static uint64_t time_with(const struct pending *pending, unsigned confirmed) {
    unsigned most = pending->confirmations;
    if (most == 0 || confirmed >= most) {
        return pending->min_us;
    }
    double missing = (double)(logarithms[most + 1] - logarithms[confirmed + 1]) / (double)logarithms[most + 1];
    return pending->min_us + (uint64_t)((double)pending->min_us * (pending->factor - 1) * missing);
}

/* From the next time that it is due to the one after that. */
static uint64_t time_to_next(const struct pending *pending) {
    unsigned next = pending->confirmations - pending->stage - 1u;
    return time_with(pending, next) - time_with(pending, next + 1);
}

static unsigned counted(const struct pending *pending, unsigned accusers) {
    return accusers < pending->confirmations ? accusers : pending->confirmations;
}

static unsigned confirmed_at_most(const struct pending *pending) {
    return pending->open ? pending->confirmations : counted(pending, pending->heard);
}

static unsigned confirmed_surely(const struct pending *pending) {
    unsigned accusers = 0;
    for (unsigned i = 1; i <= pending->heard; i++) {
        accusers += pending->surely >> i & 1u;
    }
    return counted(pending, accusers);
}

/* ---- Beginning ---- */

static struct pending *add(struct witness *witness) {
    if (witness->pending_count == witness->pending_room) {
        witness->pending_room = witness->pending_room == 0 ? 4 : 2 * witness->pending_room;
        witness->pending = sim_realloc(witness->pending, witness->pending_room, sizeof *witness->pending);
    }
    return &witness->pending[witness->pending_count++];
}

static void remove_at(struct witness *witness, uint32_t at) {
    witness->pending[at] = witness->pending[--witness->pending_count];
}

static struct pending *begin(struct host *host, const void *identity, uint16_t incarnation,
                             const struct selkie_config *config) {
    struct pending *pending = add(&host->witness);
    *pending = (struct pending){.identity = witness_hash(host->sim, identity),
                                .began_us = host->sim->now_us,
                                .order = host->witness.suspicions++,
                                .due_us = witness_due(host, config->suspect_to_down_after_us),
                                .min_us = config->suspect_to_down_after_us,
                                .member = selkie_sim_member_at(host->sim, identity),
                                .epoch = host->witness.epoch,
                                .incarnation = incarnation,
                                .factor = config->suspicion_max_factor,
                                .guessed = host->witness.crowded};
    pending->least_us = pending->due_us;
    return pending;
}

static uint32_t short_hash(const selkie_sim *sim, const void *accuser) {
    uint64_t hash = witness_hash(sim, accuser);
    uint32_t folded = (uint32_t)(hash ^ hash >> 32);
    return folded == 0 ? 1 : folded;
}

/* 0: nobody in particular. */
static uint32_t accuser_of(const selkie_sim *sim, const struct selkie_member *said) {
    bool named = said->accuser != NULL && !witness_same(sim, said->accuser, said->identity);
    return named ? short_hash(sim, said->accuser) : 0;
}

static struct pending *begin_shared(struct host *host, const void *identity, uint16_t incarnation, uint32_t accuser) {
    struct selkie_config config;
    get_config(host, &config);
    uint8_t wanted = config.suspicion_confirmations;
    bool enough = selkie_active_count(host->engine) >= wanted + 2u;
    struct pending *pending = begin(host, identity, incarnation, &config);
    pending->confirmations = (host->witness.can & SELKIE_CAN_ACCUSER) != 0 && enough ? wanted : 0;
    pending->accusers[0] = accuser;
    return pending;
}

/* ---- What the engine holds ---- */

/* Does the engine hold the member, under that very identity, at that incarnation? */
static bool holds_it(struct host *host, const struct pending *pending, struct selkie_member *held) {
    struct identity address;
    if (pending->member == SELKIE_SIM_NOBODY) {
        return false;
    }
    host_make_identity(host->sim, pending->member, address.bytes);
    witness_active(host, address.bytes, held);
    return held->slot != SELKIE_NO_SLOT && held->state != SELKIE_DOWN && held->incarnation == pending->incarnation &&
           witness_hash(host->sim, held->identity) == pending->identity;
}

static bool is_suspected(struct host *host, const struct pending *pending) {
    struct selkie_member held;
    return holds_it(host, pending, &held) && held.state == SELKIE_SUSPECT;
}

/* It is not over. Where members may be forgotten at any time it may be another one, of a member that was Down in
 * between. */
static void goes_on(struct host *host, struct pending *pending) {
    if (confirmed_surely(pending) + pending->stage <= pending->confirmations || pending->guessed ||
        pending->epoch != host->witness.epoch || host->witness.bounded) {
        return;
    }
    check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, pending->member,
                 "m%" PRIu32 " goes on with its suspicion of m%" PRIu32 ", although %u more accuse it", host->number,
                 pending->member, confirmed_surely(pending));
}

/* ---- Accusers ---- */

static bool is_of(const struct pending *pending, uint64_t identity, uint16_t incarnation) {
    return pending->identity == identity && pending->incarnation == incarnation;
}

/* Which one it is; more than `heard`: it is not among them. */
static unsigned place_of(const struct pending *pending, uint32_t accuser) {
    unsigned at = 0;
    while (at <= pending->heard && pending->accusers[at] != accuser) {
        at++;
    }
    return at;
}

static void may_accuse(struct host *host, uint64_t identity, uint16_t incarnation, uint32_t accuser) {
    for (uint32_t i = 0; accuser != 0 && i < host->witness.pending_count; i++) {
        struct pending *pending = &host->witness.pending[i];
        if (is_of(pending, identity, incarnation) && place_of(pending, accuser) > pending->heard &&
            pending->heard + 1u < PENDING_ACCUSERS) {
            pending->accusers[++pending->heard] = accuser;
        }
    }
}

/* Says what the engine holds already. */
static bool holds_so(struct host *host, const void *identity, uint16_t incarnation) {
    struct selkie_member held;
    return witness_active(host, identity, &held) && held.state == SELKIE_SUSPECT && held.incarnation == incarnation;
}

/* It did: where none of that member ran, one began. */
static void accused(struct host *host, const void *identity, uint16_t incarnation, uint32_t accuser) {
    uint64_t hash = witness_hash(host->sim, identity);
    bool runs = false, may_run = false;
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        struct pending *pending = &host->witness.pending[i];
        if (!is_of(pending, hash, incarnation)) {
            continue;
        }
        unsigned at = place_of(pending, accuser);
        if (accuser != 0 && at > 0 && at <= pending->heard && !pending->unnamed) {
            pending->surely |= (uint16_t)(1u << at);
            if (pending->stage > 0 && !pending->loose && is_suspected(host, pending)) {
                goes_on(host, pending); /* the timer has been due often enough for so many */
            }
        }
        may_run = true;
        runs |= pending->epoch == host->witness.epoch && !pending->loose;
    }
    if (!runs && holds_so(host, identity, incarnation)) {
        struct pending *begun = begin_shared(host, identity, incarnation, accuser);
        begun->guessed |= may_run || host->witness.deaf;
        host->witness.astray = true; /* how many were active as it began is not known */
    }
}

/* Each Suspect of the packet that is handled. */
static bool next_accusation(struct frame *frame, struct selkie_member *said) {
    while (frame_next_member(frame, said)) {
        if (said->state == SELKIE_SUSPECT) {
            return true;
        }
    }
    return false;
}

/* Does it hold the member with this address for Down? Who is up by its own word need not be looked for. */
static bool is_down(const struct host *host, const void *identity) {
    struct selkie_member held;
    uint32_t member = selkie_sim_member_at(host->sim, identity);
    if (member != SELKIE_SIM_NOBODY && notices_is_up(host, member)) {
        return false;
    }
    witness_active(host, identity, &held);
    return held.slot != SELKIE_NO_SLOT && held.state == SELKIE_DOWN;
}

void suspicions_heard(struct host *host) {
    struct frame *packet = witness_packet_at_start(&host->sim->call);
    struct selkie_member said;
    while (packet != NULL && next_accusation(packet, &said)) {
        may_accuse(host, witness_hash(host->sim, said.identity), said.incarnation, accuser_of(host->sim, &said));
        if (is_down(host, said.identity)) {
            conduct_of(host)->told_times = 0; /* who says so has missed it, and is to hear it */
        }
    }
}

void suspicions_probe_failed(struct host *host, const void *identity, uint16_t incarnation, bool guessed, bool active) {
    struct selkie_config config;
    get_config(host, &config);
    host->sim->call.failed_member = selkie_sim_member_at(host->sim, identity);
    host->sim->call.failed_probe = witness_hash(host->sim, identity);
    host->sim->call.failed_at = incarnation;
    if (suspicions_agree(&config)) {
        may_accuse(host, host->sim->call.failed_probe, incarnation,
                   short_hash(host->sim, selkie_identity(host->engine)));
    } else if (active) {
        begin(host, identity, incarnation, &config)->guessed |= guessed;
    }
}

/* Whom the packet names that is handled, for a suspicion that begins with it. */
static uint32_t first_accuser(struct host *host, const struct selkie_member *member) {
    struct frame *packet = witness_packet_at_start(&host->sim->call);
    struct selkie_member said;
    while (packet != NULL && next_accusation(packet, &said)) {
        if (said.incarnation == member->incarnation && witness_same(host->sim, said.identity, member->identity)) {
            return accuser_of(host->sim, &said);
        }
    }
    return 0;
}

void suspicions_began(struct host *host, const struct selkie_member *member) {
    struct selkie_config config;
    uint32_t accuser = 0;
    get_config(host, &config);
    if (!suspicions_agree(&config)) {
        if (host->witness.crowded) { /* the timer of another one may go on for this one */
            begin(host, member->identity, member->incarnation, &config)->loose = true;
        }
        return;
    }
    switch (host->sim->call.kind) {
    case CALL_PACKET:
        accuser = host->sim->call.for_us ? first_accuser(host, member) : 0;
        break;
    case CALL_TIMER:
        accuser = short_hash(host->sim, selkie_identity(host->engine));
        break;
    case CALL_NONE:
        accuser = accuser_of(host->sim, member);
        break;
    }
    begin_shared(host, member->identity, member->incarnation, accuser)->unnamed = host->sim->call.kind == CALL_NONE;
}

/* ---- The timer ---- */

/* May this be the one whose timer came, and is asked for again after that long? How a member stands that is none of the
 * simulation's is not looked up. */
static bool is_continued(struct host *host, const struct pending *pending, uint64_t delay_us) {
    bool owes = pending->debt_us > 0;
    if (pending->due_us != host->sim->call.due_us || pending->loose ||
        (!owes && pending->stage >= pending->confirmations)) {
        return false;
    }
    uint64_t expected_us = owes ? pending->debt_us : time_to_next(pending);
    return delay_us <= expected_us + TOLERANCE_US && delay_us + TOLERANCE_US >= expected_us &&
           (owes || pending->member == SELKIE_SIM_NOBODY || is_suspected(host, pending));
}

bool suspicions_go_on(struct host *host, uint64_t delay_us) {
    bool go_on = false;
    for (uint32_t i = 0; i < host->witness.pending_count && host->sim->call.kind == CALL_TIMER; i++) {
        go_on |= is_continued(host, &host->witness.pending[i], delay_us);
    }
    return go_on;
}

bool suspicions_are_astray(const struct host *host) {
    const struct witness *witness = &host->witness;
    return witness->goes_on && (witness->astray || witness->deaf) && host->sim->call.kind == CALL_TIMER;
}

/* Has it had accusers enough by now, whatever the engine made of them? */
static bool ought_to_end(const struct host *host, const struct pending *pending) {
    return pending->debt_us == 0 && !pending->guessed && pending->epoch == host->witness.epoch &&
           confirmed_surely(pending) + pending->stage + 1 > pending->confirmations;
}

/* Of those that are due at the same time the one that was submitted first comes first, as far as it may go on at all:
 * which of them it is cannot be seen. */
static bool comes_before(const struct host *host, const struct pending *a, const struct pending *b) {
    bool a_ends = ought_to_end(host, a), b_ends = ought_to_end(host, b);
    return a_ends == b_ends ? a->order < b->order : b_ends;
}

void suspicions_submitted(struct host *host, uint64_t delay_us, uint64_t due_us) {
    struct pending *first = NULL;
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        struct pending *pending = &host->witness.pending[i];
        if (is_continued(host, pending, delay_us) && (first == NULL || comes_before(host, pending, first))) {
            first = pending;
        }
    }
    if (first == NULL) {
        return;
    }
    first->order = host->witness.suspicions++;
    first->due_us = due_us;
    if (first->debt_us > 0) {
        first->debt_us = 0;
    } else {
        first->stage++;
        goes_on(host, first);
    }
}

/* ---- Its end ---- */

/* Is it over, now that its timer is due? */
static bool is_over_by_timer(const struct pending *pending, uint64_t due_us) {
    if (pending->loose) {
        return pending->least_us <= due_us + TOLERANCE_US;
    }
    return pending->due_us <= due_us + TOLERANCE_US && pending->debt_us == 0 &&
           confirmed_at_most(pending) + pending->stage + 1 > pending->confirmations;
}

/* Was it over before, had there been as many accusers? */
static bool is_over_at_once(const struct pending *pending, uint64_t now_us) {
    if (pending->loose) {
        return pending->least_us <= now_us + TOLERANCE_US;
    }
    return pending->stage > 0 && confirmed_at_most(pending) + pending->stage > pending->confirmations;
}

static uint64_t runs_until(const struct pending *pending) {
    if (pending->loose) {
        return pending->least_us;
    }
    uint64_t over_us = time_with(pending, confirmed_at_most(pending));
    uint64_t at_due_us = time_with(pending, pending->confirmations - pending->stage);
    return pending->due_us + pending->debt_us + (over_us > at_due_us ? over_us - at_due_us : 0);
}

const char *suspicions_still_run(struct host *host, const struct selkie_member *member, uint64_t *until_us) {
    const struct call *call = &host->sim->call;
    uint64_t identity = witness_hash(host->sim, member->identity);
    bool by_timer = call->kind == CALL_TIMER;
    bool at_once = !by_timer || (call->failed_probe == identity && call->failed_at == member->incarnation);
    *until_us = SELKIE_SIM_NEVER;
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        const struct pending *pending = &host->witness.pending[i];
        if (!is_of(pending, identity, member->incarnation)) {
            continue;
        }
        if ((by_timer && is_over_by_timer(pending, call->due_us)) ||
            (at_once && is_over_at_once(pending, host->sim->now_us))) {
            return NULL;
        }
        uint64_t over_us = runs_until(pending);
        *until_us = over_us < *until_us ? over_us : *until_us;
    }
    return *until_us == SELKIE_SIM_NEVER ? "had no suspicion of that" : "by a suspicion that runs until";
}

/* ---- After a call ---- */

static void check_overdue(struct host *host, const struct pending *pending) {
    struct selkie_member held;
    if (pending->epoch != host->witness.epoch || host->witness.bounded || pending->guessed) {
        return;
    }
    if (holds_it(host, pending, &held) && (held.state == SELKIE_SUSPECT || pending->confirmations == 0)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_PROBING, host->number, pending->member,
                     "m%" PRIu32 "'s suspicion of m%" PRIu32 " was over at %" PRIu64
                     " us, and it holds it for active, at the same incarnation",
                     host->number, pending->member, pending->due_us);
    }
}

static void check_all_overdue(struct host *host) {
    struct witness *witness = &host->witness;
    for (uint32_t i = witness->pending_count; i-- > 0;) {
        struct pending pending = witness->pending[i];
        if (pending.due_us + OVERDUE_US < host->sim->call.due_us && (!pending.loose || !is_suspected(host, &pending))) {
            remove_at(witness, i);
            check_overdue(host, &pending);
        }
    }
}

/* The packet had its effect. */
static void take_accusations(struct host *host) {
    struct frame *packet = witness_packet_at_start(&host->sim->call);
    struct selkie_member said, source;
    struct selkie_config config;
    get_config(host, &config);
    if (packet == NULL || !suspicions_agree(&config) || !witness_active(host, packet->source.bytes, &source)) {
        return;
    }
    while (next_accusation(packet, &said)) {
        accused(host, said.identity, said.incarnation, accuser_of(host->sim, &said));
    }
}

static void take_own_accusation(struct host *host) {
    struct selkie_config config;
    struct selkie_member held;
    struct identity address;
    const struct call *call = &host->sim->call;
    get_config(host, &config);
    if (call->failed_member == SELKIE_SIM_NOBODY || !suspicions_agree(&config)) {
        return;
    }
    host_make_identity(host->sim, call->failed_member, address.bytes);
    witness_active(host, address.bytes, &held);
    if (held.slot != SELKIE_NO_SLOT && held.state == SELKIE_SUSPECT && held.incarnation == call->failed_at &&
        witness_hash(host->sim, held.identity) == call->failed_probe) {
        accused(host, held.identity, call->failed_at, short_hash(host->sim, selkie_identity(host->engine)));
    }
}

/* Those for which there was no place run for the shortest time, as configured, and as its clock goes, when their timer is
 * submitted, which may be later; and that timer may go on for the next suspicion of that member, which has one of its
 * own. */
static void note_untracked(struct host *host) {
    struct selkie_config config;
    get_config(host, &config);
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        struct pending *pending = &host->witness.pending[i];
        uint64_t least_us = sim_later(pending->began_us, pace_of_clock(host, config.suspect_to_down_after_us));
        pending->least_us = least_us < pending->least_us ? least_us : pending->least_us;
        pending->loose = pending->guessed = true;
        host->witness.astray = true;
    }
}

static void note_crowd(struct host *host) {
    struct selkie_stats stats;
    if (host->witness.bounded || host->witness.limited) {
        selkie_get_stats(host->engine, &stats);
        host->witness.crowded |= stats.suspicions_untracked != 0;
    }
    if (host->witness.crowded) {
        note_untracked(host);
    }
}

void suspicions_end(struct host *host, int error) {
    const struct call *call = &host->sim->call;
    if (call->kind == CALL_PACKET && call->epoch != host->witness.epoch) {
        witness_called(host); /* of what the packet says of suspects only a part may have come after that */
    } else if (call->kind == CALL_PACKET && call->for_us && error == SELKIE_OK) {
        take_accusations(host);
    } else if (call->kind == CALL_TIMER) {
        take_own_accusation(host);
        check_all_overdue(host);
    }
    note_crowd(host);
}

/* ---- What else happens ---- */

/* One that has no place may go on all the same: its timer is asked for anew when it comes back. */
void suspicions_stale(struct host *host) {
    host->witness.pending_count = 0;
    host->witness.astray = false;
    if (host->witness.crowded) {
        witness_called(host);
    }
}

void suspicions_paused(struct host *host, uint64_t duration_us) {
    uint64_t debt_us = SELKIE_MS(duration_us / 1000 + (duration_us % 1000 != 0));
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        host->witness.pending[i].debt_us += debt_us;
    }
}

void suspicions_open(struct host *host) {
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        host->witness.pending[i].open = true;
    }
}

void suspicions_loosen(struct host *host) {
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        struct pending *pending = &host->witness.pending[i];
        pending->loose = pending->guessed = pending->indebted = true;
        host->witness.astray = true;
    }
}

/* Whoever is Suspect may be so since then, whether or not a timer ran of it before. */
void suspicions_look(struct host *host) {
    struct selkie_config config;
    struct selkie_cursor cursor = {0};
    struct selkie_member member = {.struct_size = sizeof member};
    get_config(host, &config);
    bool matters = suspicions_agree(&config) || host->witness.crowded;
    while (matters && selkie_next(host->engine, &cursor, &member)) {
        if (member.state != SELKIE_SUSPECT) {
            continue;
        }
        struct pending *pending = begin(host, member.identity, member.incarnation, &config);
        pending->loose = pending->guessed = host->witness.astray = true;
        pending->began_us = host->witness.called_us;
        pending->least_us = host->witness.called_us + config.suspect_to_down_after_us;
    }
}

bool suspicions_are_dubious(const struct host *host, const void *identity) {
    uint64_t hash = witness_hash(host->sim, identity);
    for (uint32_t i = 0; i < host->witness.pending_count; i++) {
        if (host->witness.pending[i].identity == hash && host->witness.pending[i].indebted) {
            return true;
        }
    }
    return false;
}
