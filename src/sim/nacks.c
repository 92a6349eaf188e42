/* A helper that was asked for a nack sends one after four fifths of its own probe_rtt, once, unless the answer came in
 * before, or its timers became stale. Nobody else sends one. For more than 16 at a time it may have no place. */
#include "sim/nacks.h"

#include "sim/check.h"

#include <inttypes.h>

#define TOLERANCE_US 2u /* of spans on a clock that drifts */
#define OVERDUE_US 1000u
#define PLACES 16u

static struct nack *add(struct witness *witness) {
    if (witness->nack_count == witness->nack_room) {
        witness->nack_room = witness->nack_room == 0 ? 4 : 2 * witness->nack_room;
        witness->nacks = sim_realloc(witness->nacks, witness->nack_room, sizeof *witness->nacks);
    }
    return &witness->nacks[witness->nack_count++];
}

static void remove_at(struct witness *witness, uint32_t at) {
    witness->nacks[at] = witness->nacks[--witness->nack_count];
}

static bool is_of(const struct nack *nack, uint64_t asker, uint64_t target, uint8_t number) {
    return nack->asker == asker && nack->target == target && nack->number == number;
}

/* ---- Asked, and answered ---- */

uint64_t nacks_after_us(uint64_t probe_rtt_us) {
    return probe_rtt_us - probe_rtt_us / 5 - (probe_rtt_us % 5 != 0);
}

static void owe(struct host *host, const struct selkie_header *header) {
    struct selkie_config config;
    selkie_get_config(host->engine, &config);
    *add(&host->witness) = (struct nack){.asker = witness_hash(host->sim, header->source),
                                         .target = witness_hash(host->sim, header->peer),
                                         .due_us = witness_due(host, nacks_after_us(config.probe_rtt_us)),
                                         .epoch = host->witness.epoch,
                                         .number = header->probe_number};
}

static bool is_asked(const struct selkie_header *header) {
    return header->message == SELKIE_PING_REQ && (header->flags & SELKIE_NACK_WANTED) != 0;
}

void nacks_heard(struct host *host, const struct selkie_header *header, bool sure) {
    if (is_asked(header)) {
        owe(host, header);
    } else if (header->message == SELKIE_INDIRECT_ACK && !sure) {
        for (uint32_t i = 0; i < host->witness.nack_count; i++) {
            host->witness.nacks[i].sure = false;
        }
    }
}

void nacks_handled(struct host *host, const struct selkie_header *header) {
    struct witness *witness = &host->witness;
    if (is_asked(header) && host->sim->call.answered && witness->nack_count <= PLACES) {
        witness->nacks[witness->nack_count - 1].sure = true;
    } else if (header->message == SELKIE_INDIRECT_ACK && host->sim->call.answered) {
        uint64_t asker = witness_hash(host->sim, header->peer), target = witness_hash(host->sim, header->source);
        for (uint32_t i = 0; i < witness->nack_count; i++) {
            witness->nacks[i].taken_back |= is_of(&witness->nacks[i], asker, target, header->probe_number);
        }
    }
}

/* ---- Sent ---- */

static void wrong(struct host *host, const struct selkie_header *header, const char *what) {
    check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, selkie_sim_member_at(host->sim, header->destination),
                 "m%" PRIu32 " sent m%" PRIu32 " nack #%u %s", host->number,
                 selkie_sim_member_at(host->sim, header->destination), header->probe_number, what);
}

void nacks_sent(struct host *host, const struct selkie_header *header) {
    struct witness *witness = &host->witness;
    uint64_t asker = witness_hash(host->sim, header->destination), target = witness_hash(host->sim, header->peer);
    const char *what = "that it was not asked for";
    for (uint32_t i = 0; i < witness->nack_count; i++) {
        const struct nack *nack = &witness->nacks[i];
        if (!is_of(nack, asker, target, header->probe_number)) {
            continue;
        }
        if (host->sim->call.kind != CALL_TIMER || nack->due_us > host->sim->call.due_us + TOLERANCE_US) {
            what = "before four fifths of its probe_rtt";
        } else if (nack->taken_back) {
            what = "although the answer had come";
        } else {
            remove_at(witness, i);
            return;
        }
    }
    wrong(host, header, what);
}

/* ---- After a call ---- */

static void check_owed(struct host *host, const struct nack *nack) {
    if (nack->sure && !nack->taken_back && nack->epoch == host->witness.epoch) {
        check_failed(host->sim, SELKIE_SIM_CHECK_ANSWER, host->number, SELKIE_SIM_NOBODY,
                     "m%" PRIu32 " owed somebody nack #%u at %" PRIu64 " us, and sent none", host->number, nack->number,
                     nack->due_us);
    }
}

void nacks_end(struct host *host, int error) {
    struct witness *witness = &host->witness;
    for (uint32_t i = witness->nack_count; i-- > 0 && host->sim->call.kind == CALL_TIMER;) {
        struct nack nack = witness->nacks[i];
        if (nack.due_us + OVERDUE_US < host->sim->call.due_us) {
            remove_at(witness, i);
            check_owed(host, &nack);
        }
    }
    for (uint32_t i = 0; i < witness->nack_count && error != SELKIE_OK; i++) {
        witness->nacks[i].sure = false;
    }
}

void nacks_stale(struct host *host) {
    for (uint32_t i = 0; i < host->witness.nack_count; i++) {
        host->witness.nacks[i].taken_back = true;
    }
}
