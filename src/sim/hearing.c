/* What an engine hears of others, in a packet of a sender that is active in its table: it takes in what takes precedence
 * over what it holds, so that afterwards it holds nothing older of anybody; and passes on what it took in, which
 * telling.c watches. With agreement it also tells again that a member is Down which somebody else still suspects.
 * Suspicions and refutations change a table without a word to the program, so they are looked for before the call. In a
 * large cluster not all packets are looked at. */
#include "sim/hearing.h"

#include "sim/check.h"
#include "sim/frame.h"
#include "sim/suspicions.h"
#include "sim/telling.h"

#include <inttypes.h>
#include <string.h>

#define MEMBERS_A_STEP 64u /* of so many more members one packet less is looked at */

static bool is_looked_at(const struct call *call) {
    const selkie_sim *sim = call->host->sim;
    return !call->host->witness.bounded && sim->counters.delivered % (1 + sim->options.members / MEMBERS_A_STEP) == 0;
}

static bool is_own_address(const struct call *call, const void *identity) {
    return memcmp(identity, call->own.bytes, call->host->sim->type.addr_size) == 0;
}

/* ---- What is news ---- */

/* Of an identity that it holds for active, and goes on to. */
static bool is_newer(const struct selkie_member *said, const struct selkie_member *held) {
    return said->incarnation > held->incarnation ||
           (said->incarnation == held->incarnation && said->state > held->state);
}

static bool tells_news(struct call *call, const struct selkie_member *said) {
    struct selkie_member held;
    if (is_own_address(call, said->identity) || said->state == SELKIE_DOWN ||
        !witness_active(call->host, said->identity, &held) || !is_newer(said, &held)) {
        return false;
    }
    telling_begin(call->host, said->identity);
    return true;
}

/* Who says that a member is Suspect which is held for Down has missed that, and is to hear it (docs/protocol.md,
 * P25.12). It may be queued already, with but one time left. */
static bool tells_what_is_over(struct call *call, const struct selkie_member *said) {
    const struct host *host = call->host;
    struct selkie_config config;
    struct selkie_member held;
    if (said->state != SELKIE_SUSPECT || is_own_address(call, said->identity) ||
        witness_active(host, said->identity, &held) || held.slot == SELKIE_NO_SLOT || held.state != SELKIE_DOWN ||
        !witness_same(host->sim, held.identity, said->identity)) {
        return false;
    }
    selkie_get_config(host->engine, &config);
    if (!suspicions_agree(&config)) {
        return false;
    }
    telling_remind(call->host, said->identity);
    return true;
}

void hearing_begin(struct call *call) {
    struct host *host = call->host;
    struct selkie_member source = {.identity = call->packet.source.bytes,
                                   .incarnation = call->packet.header.source_incarnation,
                                   .state = SELKIE_ALIVE};
    struct selkie_member held, said;
    if (host->witness.telling.member != SELKIE_SIM_NOBODY || tells_news(call, &source) || !is_looked_at(call) ||
        !witness_active(host, call->packet.source.bytes, &held)) {
        return;
    }
    struct frame *packet = witness_packet_at_start(call);
    while (packet != NULL && frame_next_member(packet, &said) && !tells_news(call, &said) &&
           !tells_what_is_over(call, &said)) {
    }
}

/* ---- What it holds then ---- */

static const char *state_name(uint8_t state) {
    static const char *const names[] = {"Alive", "Suspect", "Down"};
    return names[state];
}

static void check_taken_in(const struct call *call, const struct selkie_member *said) {
    struct host *host = call->host;
    uint32_t about = selkie_sim_member_at(host->sim, said->identity);
    struct selkie_member held;
    witness_active(host, said->identity, &held);
    if (held.slot == SELKIE_NO_SLOT) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, about,
                     "m%" PRIu32 " heard of m%" PRIu32 ", and does not know it", host->number, about);
        return;
    }
    bool same = witness_same(host->sim, held.identity, said->identity);
    if (same ? held.state != SELKIE_DOWN && (said->state == SELKIE_DOWN || is_newer(said, &held))
             : witness_wins(host->sim, said->identity, held.identity)) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, about,
                     "m%" PRIu32 " heard that m%" PRIu32 " is %s at %u, and holds %s for %s at %u", host->number, about,
                     state_name(said->state), said->incarnation, same ? "it" : "a former identity of it",
                     state_name(held.state), held.incarnation);
    }
}

void hearing_end(struct call *call) {
    struct frame *packet = is_looked_at(call) ? witness_packet_at_start(call) : NULL;
    struct selkie_member said;
    while (packet != NULL && frame_next_member(packet, &said)) {
        if (!is_own_address(call, said.identity)) {
            check_taken_in(call, &said);
        }
    }
}
