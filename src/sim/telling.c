/* Whether news is passed on: what an engine hears and takes in, and what its own probes find, it tells as often as
 * max_transmissions says, unless it forgets the member before. One piece of news is watched at a time for each engine,
 * until the engine says that it has nothing more to tell. Whom it declares Down it tells so at once, if the
 * configuration says that. A farewell, and that a former identity is Down, goes out at
 * once, to as many as the configuration says. */
#include "sim/telling.h"

#include "sim/causes.h"
#include "sim/check.h"

#include <inttypes.h>
#include <string.h>

static void get_config(const struct host *host, struct selkie_config *config) {
    selkie_get_config(host->engine, config);
}

static void watch(struct host *host, const void *identity, uint32_t times) {
    struct telling *telling = &host->witness.telling;
    telling->member = selkie_sim_member_at(host->sim, identity);
    telling->farewell = false;
    telling->told = 0;
    telling->times = times;
    memcpy(telling->identity.bytes, identity, host->sim->type.size);
}

static bool is_free(const struct host *host) {
    return host->witness.telling.member == SELKIE_SIM_NOBODY && !host->witness.bounded &&
           host->sim->call.kind != CALL_NONE;
}

void telling_begin(struct host *host, const void *identity) {
    if (is_free(host)) {
        struct selkie_config config;
        get_config(host, &config);
        watch(host, identity, config.max_transmissions);
    }
}

void telling_remind(struct host *host, const void *identity) {
    if (is_free(host)) {
        watch(host, identity, 1);
    }
}

void telling_spoken(struct host *host, const struct selkie_member *member) {
    struct telling *telling = &host->witness.telling;
    host->sim->call.formers +=
        member->state == SELKIE_DOWN && selkie_sim_member_at(host->sim, member->identity) == host->number;
    telling->told += !host->witness.feeds && witness_hash(host->sim, member->identity) != host->witness.warned &&
                     telling->member != SELKIE_SIM_NOBODY &&
                     memcmp(member->identity, telling->identity.bytes, host->sim->type.addr_size) == 0;
}

/* Configured to be told fewer times, if only for a while: an update that came meanwhile may have been. */
static void note_fewer_times(struct host *host) {
    struct telling *telling = &host->witness.telling;
    struct selkie_config config;
    get_config(host, &config);
    if (telling->times > config.max_transmissions) {
        telling->times = config.max_transmissions;
    }
}

/* ---- Those who are declared Down ---- */

/* By a timer, or because a packet accuses it as well: nobody else said so. */
static void declared_down(struct host *host, const void *identity) {
    struct call *call = &host->sim->call;
    bool by_itself = call->kind == CALL_TIMER || (call->kind == CALL_PACKET && call->for_us &&
                                                  selkie_sim_member_at(host->sim, identity) != host->number &&
                                                  !causes_packet_says_down(host, identity));
    if (by_itself && call->untold == SELKIE_SIM_NOBODY) {
        call->untold = selkie_sim_member_at(host->sim, identity);
        memcpy(call->untold_identity.bytes, identity, host->sim->type.size);
    }
}

void telling_sent(struct host *host, const struct selkie_header *header) {
    struct call *call = &host->sim->call;
    if (call->untold != SELKIE_SIM_NOBODY && header->message == SELKIE_TURN_UNDEAD &&
        witness_same(host->sim, header->destination, call->untold_identity.bytes)) {
        call->untold = SELKIE_SIM_NOBODY;
    }
}

static void check_told(struct host *host) {
    const struct call *call = &host->sim->call;
    struct selkie_config config;
    get_config(host, &config);
    if (config.notify_down_members) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, call->untold,
                     "m%" PRIu32 " declared m%" PRIu32 " Down, and did not tell it", host->number, call->untold);
    }
}

/* ---- After a call ---- */

void telling_end(struct host *host, int error) {
    struct telling *telling = &host->witness.telling;
    const struct call *call = &host->sim->call;
    if (call->untold != SELKIE_SIM_NOBODY && error == SELKIE_OK) {
        check_told(host);
    }
    if (telling->member == SELKIE_SIM_NOBODY) {
        return;
    }
    note_fewer_times(host);
    struct selkie_member held = {.struct_size = sizeof held};
    bool over = telling->told >= telling->times || error != SELKIE_OK;
    if (!over && selkie_updates_backlog(host->engine) == 0) {
        over = true;
        if (telling->farewell || selkie_find(host->engine, telling->identity.bytes, &held)) {
            check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, telling->member,
                         "m%" PRIu32 " has news of %sm%" PRIu32 ", and told it %" PRIu32 " times of %" PRIu32,
                         host->number, telling->farewell ? "its own end as the former " : "", telling->member,
                         telling->told, telling->times);
        }
    }
    if (over) {
        telling->member = SELKIE_SIM_NOBODY;
    }
}

/* ---- Leaving ---- */

/* To how many it has to be told, where a packet has room for all of the `news` that there may be to tell. */
static uint32_t farewells_due(const struct host *host, size_t news) {
    struct selkie_config config;
    get_config(host, &config);
    uint32_t times = selkie_active_count(host->engine);
    times = times < config.num_indirect_probes ? times : config.num_indirect_probes;
    times = times < config.max_transmissions ? times : config.max_transmissions;
    size_t needed = (size_t)host->sim->codec.header_max + 2 + news * host->sim->codec.member_max;
    return needed <= config.max_packet_size ? times : 0;
}

uint32_t telling_leaving(struct host *host) {
    watch(host, selkie_identity(host->engine), 0);
    return farewells_due(host, (size_t)selkie_updates_backlog(host->engine) + 1);
}

void telling_left(struct host *host, uint32_t times) {
    struct telling *telling = &host->witness.telling;
    if (telling->told < times) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, SELKIE_SIM_NOBODY,
                     "m%" PRIu32 " left, and told %" PRIu32 " of it, not %" PRIu32, host->number, telling->told, times);
    }
    telling->member = SELKIE_SIM_NOBODY;
}

/* It went on under another identity: it gossips that the former one is Down, and then says so to its program. */
static void rejoined(struct host *host) {
    const struct call *call = &host->sim->call;
    if (call->kind != CALL_PACKET || !call->for_us || call->undead || call->downs > 0) {
        return;
    }
    uint32_t heard = call->readable ? call->packet.count : 0;
    uint32_t due = farewells_due(host, call->backlog + heard + 2);
    if (call->formers < due) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, SELKIE_SIM_NOBODY,
                     "m%" PRIu32 " has another identity, and told %" PRIu32
                     " that the former one is Down, not %" PRIu32,
                     host->number, call->formers, due);
    }
    if (host->witness.telling.member == SELKIE_SIM_NOBODY && !host->witness.bounded) {
        struct selkie_config config;
        get_config(host, &config);
        watch(host, call->own.bytes, config.max_transmissions);
        host->witness.telling.farewell = true;
        host->witness.telling.told = call->formers;
    }
}

void telling_notified(struct host *host, const struct selkie_notification *notification) {
    switch (notification->kind) {
    case SELKIE_NOTIFY_MEMBER_DOWN:
        declared_down(host, notification->member.identity);
        telling_begin(host, notification->member.identity);
        break;
    case SELKIE_NOTIFY_MEMBER_UP:
    case SELKIE_NOTIFY_RENAME:
        telling_begin(host, notification->member.identity);
        break;
    case SELKIE_NOTIFY_REJOIN:
        rejoined(host);
        break;
    default:
        break;
    }
}
