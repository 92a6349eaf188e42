/* The record of a simulated cluster: counters, hash, journal and trace. Changes nothing. */
#include "sim/record.h"

#include "sim/check.h"
#include "sim/conduct.h"
#include "sim/trace.h"
#include "sim/watch.h"

#include <stdarg.h>
#include <string.h>

/* ---- Hash ---- */

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
    return hash ^ (hash >> 32);
}

/* The same on every machine: words are put together from little-endian bytes. */
static uint64_t mix_bytes(uint64_t hash, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    hash = mix(hash, size);
    while (size > 0) {
        uint64_t word = 0;
        size_t taken = size < 8 ? size : 8;
        for (size_t i = 0; i < taken; i++) {
            word |= (uint64_t)next[i] << (8 * i);
        }
        hash = mix(hash, word);
        next += taken;
        size -= taken;
    }
    return hash;
}

static void mix_moment(struct host *host, char what) {
    selkie_sim *sim = host->sim;
    sim->hash = mix(mix(mix(sim->hash, sim->now_us), host->number), (unsigned char)what);
}

/* ---- Journal and trace ---- */

static void write_entry(selkie_sim *sim, const struct journal_entry *entry, const void *bytes, size_t size) {
    journal_write(&sim->journal, entry, bytes, size);
    if (sim->trace != NULL) {
        trace_line(sim, sim->trace, entry, bytes, size);
    }
}

static void write_line(selkie_sim *sim, const char *format, va_list arguments) {
    char line[200];
    vsnprintf(line, sizeof line, format, arguments);
    write_entry(sim, &(struct journal_entry){.time_us = sim->now_us, .kind = JOURNAL_VERB}, line, strlen(line));
}

void record_line(selkie_sim *sim, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_line(sim, format, arguments);
    va_end(arguments);
}

void record_verb(selkie_sim *sim, const char *format, ...) {
    va_list arguments;
    duties_disturbed(sim, sim->now_us);
    va_start(arguments, format);
    write_line(sim, format, arguments);
    va_end(arguments);
}

void selkie_sim_trace(selkie_sim *sim, FILE *out) {
    sim->trace = out;
}

/* ---- Packets ---- */

static void tell_sent(struct host *from, uint32_t to, const void *bytes, size_t size) {
    write_entry(
        from->sim,
        &(struct journal_entry){
            .time_us = from->sim->now_us, .value = size, .member = from->number, .other = to, .kind = JOURNAL_SENT},
        bytes, size);
}

static void see_what_is_said(struct host *from, uint32_t to, const void *identity, struct frame *frame, size_t size) {
    struct selkie_member member;
    conduct_sent(from, to, identity, frame, size);
    witness_sent(from, &frame->header);
    while (frame_next_member(frame, &member)) {
        conduct_spoke(from, &member);
        witness_spoken(from, &member);
    }
    conduct_sent_all(from, frame);
}

void record_sent(struct host *from, uint32_t to, const void *identity, const void *bytes, size_t size) {
    selkie_sim *sim = from->sim;
    struct frame frame;
    sim->counters.packets++;
    sim->counters.bytes += size;
    mix_moment(from, 's');
    sim->hash = mix_bytes(mix_bytes(sim->hash, identity, sim->type.size), bytes, size);
    tell_sent(from, to, bytes, size);
    if (!frame_open(&frame, sim, bytes, size)) {
        check_failed(sim, SELKIE_SIM_CHECK_PACKET, from->number, to, "sent %zu bytes that do not decode", size);
        return;
    }
    sim->counters.sent[frame.header.message]++;
    see_what_is_said(from, to, identity, &frame, size);
    if (sim->options.sent != NULL) {
        sim->options.sent(sim->options.ctx, from->number, to, &frame.header, bytes, size);
    }
}

static size_t header_part(const selkie_sim *sim, size_t size) {
    return size < frame_header_most(sim) ? size : frame_header_most(sim);
}

void record_delivered(struct host *to, const struct packet *packet) {
    selkie_sim *sim = to->sim;
    sim->counters.delivered++;
    write_entry(sim,
                &(struct journal_entry){.time_us = sim->now_us,
                                        .value = sim->now_us - packet->sent_us,
                                        .member = to->number,
                                        .other = packet->from,
                                        .kind = JOURNAL_DELIVERED},
                packet->bytes, header_part(sim, packet->size));
}

void record_undelivered(selkie_sim *sim, enum fate fate, uint32_t from, uint32_t to, const void *bytes, size_t size) {
    write_entry(
        sim,
        &(struct journal_entry){
            .time_us = sim->now_us, .member = from, .other = to, .kind = JOURNAL_UNDELIVERED, .detail = (uint8_t)fate},
        bytes, header_part(sim, size));
}

/* ---- Notifications, timers, errors ---- */

static void count_notification(struct selkie_sim_counters *counters, enum selkie_notification_kind kind) {
    counters->ups += kind == SELKIE_NOTIFY_MEMBER_UP;
    counters->downs += kind == SELKIE_NOTIFY_MEMBER_DOWN;
    counters->renames += kind == SELKIE_NOTIFY_RENAME;
    counters->rejoins += kind == SELKIE_NOTIFY_REJOIN;
    counters->defuncts += kind == SELKIE_NOTIFY_DEFUNCT;
    counters->idles += kind == SELKIE_NOTIFY_IDLE;
    counters->actives += kind == SELKIE_NOTIFY_ACTIVE;
}

/* The identities of a notification, one after the other: its engine's own, the member's, the old one. What there is is
 * in the entry's value. */
static size_t gather_identities(const struct host *host, const struct selkie_notification *notification,
                                unsigned char bytes[3 * SELKIE_IDENTITY_MAX]) {
    const void *identities[3] = {selkie_identity(host->engine), notification->member.identity,
                                 notification->old_identity};
    size_t size = 0;
    for (size_t i = 0; i < 3; i++) {
        if (identities[i] != NULL) {
            memcpy(bytes + size, identities[i], host->sim->type.size);
            size += host->sim->type.size;
        }
    }
    return size;
}

static void tell_notification(struct host *host, const struct selkie_notification *notification) {
    unsigned char bytes[3 * SELKIE_IDENTITY_MAX];
    const struct selkie_member *member = &notification->member;
    size_t size = gather_identities(host, notification, bytes);
    struct journal_entry entry = {.time_us = host->sim->now_us,
                                  .value = journal_news(member->incarnation, member->state, member->flags,
                                                        notification->probe_number,
                                                        host->sim->conducts->handling.kind == HANDLING_TIMER),
                                  .member = host->number,
                                  .other = SELKIE_SIM_NOBODY,
                                  .kind = JOURNAL_NOTIFICATION,
                                  .detail = (uint8_t)notification->kind};
    if (member->identity != NULL) {
        entry.other = selkie_sim_member_at(host->sim, member->identity);
    }
    write_entry(host->sim, &entry, bytes, size);
}

static bool is_about_a_packet(const struct selkie_notification *notification) {
    return notification->kind == SELKIE_NOTIFY_DATA_RECEIVED || notification->kind == SELKIE_NOTIFY_DATA_SENT;
}

void record_notification(struct host *host, const struct selkie_notification *notification) {
    selkie_sim *sim = host->sim;
    const struct selkie_member *member = &notification->member;
    count_notification(&sim->counters, notification->kind);
    mix_moment(host, 'n');
    sim->hash = mix(sim->hash, (uint64_t)notification->kind << 32 | (uint64_t)member->incarnation << 16 |
                                   (uint64_t)member->state << 8 | member->flags);
    if (member->identity != NULL) {
        sim->hash = mix_bytes(sim->hash, member->identity, sim->type.size);
    }
    if (!is_about_a_packet(notification)) {
        if (sim->trace != NULL || !sim->journal.closed) {
            tell_notification(host, notification);
        }
        conduct_notified(host, notification);
    }
    if (sim->options.notified != NULL) {
        sim->options.notified(sim->options.ctx, host->number, notification);
    }
}

void record_timer(struct host *host, uint64_t delay_us) {
    mix_moment(host, 't');
    host->sim->hash = mix(host->sim->hash, delay_us);
    conduct_submitted(host);
}

void record_error(struct host *host, const char *call, int error) {
    host->sim->counters.errors++;
    record_line(host->sim, "m%u: %s: %s", (unsigned)host->number, call, selkie_strerror(error));
    check_failed(host->sim, SELKIE_SIM_CHECK_CALL, host->number, SELKIE_SIM_NOBODY, "%s: %s", call,
                 selkie_strerror(error));
}

void selkie_sim_get_counters_(const selkie_sim *sim, struct selkie_sim_counters *counters, size_t struct_size) {
    sim_give(counters, struct_size, &sim->counters, sizeof sim->counters);
}

uint64_t selkie_sim_hash(const selkie_sim *sim) {
    return sim->hash;
}
