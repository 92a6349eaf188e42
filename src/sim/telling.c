/* Whether news is passed on: what an engine hears and takes in, and what its own probes find, it tells as often as
 * max_transmissions says, unless it forgets the member before. One piece of news is watched at a time for each engine,
 * until the engine says that it has nothing more to tell. A farewell goes out at once, to as many as the configuration
 * says. */
#include "sim/telling.h"

#include "sim/check.h"

#include <inttypes.h>
#include <string.h>

static void get_config(const struct host *host, struct selkie_config *config) {
    SELKIE_INIT(config);
    selkie_get_config(host->engine, config);
}

static void watch(struct host *host, const void *identity, uint32_t times) {
    struct telling *telling = &host->witness.telling;
    telling->member = selkie_sim_member_at(host->sim, identity);
    telling->told = 0;
    telling->times = times;
    memcpy(telling->identity.bytes, identity, host->sim->type.size);
}

void telling_begin(struct host *host, const void *identity) {
    if (host->witness.telling.member == SELKIE_SIM_NOBODY && !host->witness.bounded &&
        host->sim->call.kind != CALL_NONE) {
        struct selkie_config config;
        get_config(host, &config);
        watch(host, identity, config.max_transmissions);
    }
}

void telling_notified(struct host *host, const struct selkie_notification *notification) {
    if (notification->kind == SELKIE_NOTIFY_MEMBER_UP || notification->kind == SELKIE_NOTIFY_MEMBER_DOWN ||
        notification->kind == SELKIE_NOTIFY_RENAME) {
        telling_begin(host, notification->member.identity);
    }
}

void telling_spoken(struct host *host, const struct selkie_member *member) {
    struct telling *telling = &host->witness.telling;
    telling->told += !host->witness.feeds && telling->member != SELKIE_SIM_NOBODY &&
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

void telling_end(struct host *host, int error) {
    struct telling *telling = &host->witness.telling;
    if (telling->member == SELKIE_SIM_NOBODY) {
        return;
    }
    note_fewer_times(host);
    struct selkie_member held = {.struct_size = sizeof held};
    bool over = telling->told >= telling->times || error != SELKIE_OK;
    if (!over && selkie_updates_backlog(host->engine) == 0) {
        over = true;
        if (selkie_find(host->engine, telling->identity.bytes, &held)) {
            check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, telling->member,
                         "m%" PRIu32 " has news of m%" PRIu32 ", and told it %" PRIu32 " times of %" PRIu32,
                         host->number, telling->member, telling->told, telling->times);
        }
    }
    if (over) {
        telling->member = SELKIE_SIM_NOBODY;
    }
}

/* ---- Leaving ---- */

uint32_t telling_leaving(struct host *host) {
    struct selkie_config config;
    get_config(host, &config);
    uint32_t times = selkie_active_count(host->engine);
    times = times < config.num_indirect_probes ? times : config.num_indirect_probes;
    times = times < config.max_transmissions ? times : config.max_transmissions;
    size_t room = config.max_packet_size;
    size_t needed = (size_t)host->sim->codec.header_max + 2 +
                    ((size_t)selkie_updates_backlog(host->engine) + 1) * host->sim->codec.member_max;
    watch(host, selkie_identity(host->engine), 0);
    return needed <= room ? times : 0; /* other news may leave no room for it */
}

void telling_left(struct host *host, uint32_t times) {
    struct telling *telling = &host->witness.telling;
    if (telling->told < times) {
        check_failed(host->sim, SELKIE_SIM_CHECK_TELLING, host->number, SELKIE_SIM_NOBODY,
                     "m%" PRIu32 " left, and told %" PRIu32 " of it, not %" PRIu32, host->number, telling->told, times);
    }
    telling->member = SELKIE_SIM_NOBODY;
}
