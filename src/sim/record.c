/* The record of a simulated cluster: counters, hash, trace and report. Changes nothing. */
#include "sim/check.h"
#include "sim/state.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#define REPORTED_MEMBERS 40u /* more would make the table too wide to read */

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

/* ---- Lines of the trace ---- */

static void print_time(const selkie_sim *sim, FILE *out) {
    fprintf(out, "%6" PRIu64 ".%06" PRIu64 "  ", sim->now_us / 1000000, sim->now_us % 1000000);
}

/* "m7.0001": the member, and what its identity holds beyond the address. */
static void print_identity(const selkie_sim *sim, FILE *out, const void *identity) {
    const unsigned char *bytes = identity;
    uint32_t member = selkie_sim_member_at(sim, identity);
    if (member == SELKIE_SIM_NOBODY) {
        fprintf(out, "m?");
    } else {
        fprintf(out, "m%" PRIu32, member);
    }
    for (size_t i = sim->type.addr_size; i < sim->type.size; i++) {
        fprintf(out, "%s%02x", i == sim->type.addr_size ? "." : "", bytes[i]);
    }
}

static void trace_sent(const selkie_sim *sim, const struct selkie_header *header, const void *bytes, size_t size) {
    print_time(sim, sim->trace);
    print_identity(sim, sim->trace, header->source);
    fprintf(sim->trace, " > ");
    print_identity(sim, sim->trace, header->destination);
    fprintf(sim->trace, "  %s", selkie_message_name(header->message));
    if (selkie_message_has_number(header->message)) {
        fprintf(sim->trace, " #%u", header->probe_number);
    }
    if (header->peer != NULL) {
        fprintf(sim->trace, " ");
        print_identity(sim, sim->trace, header->peer);
    }
    fprintf(sim->trace, "  %zu bytes, hash %08" PRIx64 "\n", size, mix_bytes(0, bytes, size) >> 32);
}

static void trace_notification(const struct host *host, const struct selkie_notification *notification) {
    static const char *const states[] = {"alive", "suspect", "down"};
    FILE *out = host->sim->trace;
    print_time(host->sim, out);
    print_identity(host->sim, out, selkie_identity(host->engine));
    fprintf(out, "  %s", selkie_notification_name(notification->kind));
    if (notification->old_identity != NULL) {
        fprintf(out, " ");
        print_identity(host->sim, out, notification->old_identity);
        fprintf(out, " >");
    }
    if (notification->member.identity != NULL) {
        fprintf(out, " ");
        print_identity(host->sim, out, notification->member.identity);
        fprintf(out, " %s %u%s", states[notification->member.state], notification->member.incarnation,
                (notification->member.flags & SELKIE_LEFT) != 0 ? " left" : "");
    }
    fprintf(out, "\n");
}

void record_verb(const selkie_sim *sim, const char *format, ...) {
    if (sim->trace == NULL) {
        return;
    }
    print_time(sim, sim->trace);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(sim->trace, format, arguments);
    va_end(arguments);
    fprintf(sim->trace, "\n");
}

void selkie_sim_trace(selkie_sim *sim, FILE *out) {
    sim->trace = out;
}

/* ---- What happens ---- */

static bool decode_header(const selkie_sim *sim, struct selkie_header *header, struct identity who[3],
                          const void *bytes, size_t size) {
    struct selkie_reader reader = {.next = bytes, .left = size};
    for (size_t i = 0; i < 3; i++) {
        memset(who[i].bytes, 0, sim->type.size);
    }
    *header = (struct selkie_header){.struct_size = sizeof *header};
    int error = sim->codec.decode_header(&sim->codec, &reader, header, who[0].bytes, who[1].bytes, who[2].bytes);
    header->source = who[0].bytes;
    header->destination = who[1].bytes;
    header->peer = error == SELKIE_OK && selkie_message_has_peer(header->message) ? who[2].bytes : NULL;
    return error == SELKIE_OK;
}

void record_sent(struct host *from, uint32_t to, const void *identity, const void *bytes, size_t size) {
    selkie_sim *sim = from->sim;
    struct selkie_header header;
    struct identity who[3];
    sim->counters.packets++;
    sim->counters.bytes += size;
    mix_moment(from, 's');
    sim->hash = mix_bytes(mix_bytes(sim->hash, identity, sim->type.size), bytes, size);
    if (!decode_header(sim, &header, who, bytes, size)) {
        check_failed(sim, SELKIE_SIM_CHECK_PACKET, from->number, to, "sent %zu bytes that do not decode", size);
        return;
    }
    sim->counters.sent[header.message]++;
    if (sim->trace != NULL) {
        trace_sent(sim, &header, bytes, size);
    }
    if (sim->options.sent != NULL) {
        sim->options.sent(sim->options.ctx, from->number, to, &header, bytes, size);
    }
}

static void count_notification(struct selkie_sim_counters *counters, enum selkie_notification_kind kind) {
    counters->ups += kind == SELKIE_NOTIFY_MEMBER_UP;
    counters->downs += kind == SELKIE_NOTIFY_MEMBER_DOWN;
    counters->renames += kind == SELKIE_NOTIFY_RENAME;
    counters->rejoins += kind == SELKIE_NOTIFY_REJOIN;
    counters->defuncts += kind == SELKIE_NOTIFY_DEFUNCT;
    counters->idles += kind == SELKIE_NOTIFY_IDLE;
    counters->actives += kind == SELKIE_NOTIFY_ACTIVE;
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
    if (sim->trace != NULL) {
        trace_notification(host, notification);
    }
    if (sim->options.notified != NULL) {
        sim->options.notified(sim->options.ctx, host->number, notification);
    }
}

void record_timer(struct host *host, uint64_t delay_us) {
    mix_moment(host, 't');
    host->sim->hash = mix(host->sim->hash, delay_us);
}

void record_error(struct host *host, const char *call, int error) {
    host->sim->counters.errors++;
    record_verb(host->sim, "m%u: %s: %s", (unsigned)host->number, call, selkie_strerror(error));
    check_failed(host->sim, SELKIE_SIM_CHECK_CALL, host->number, SELKIE_SIM_NOBODY, "%s: %s", call,
                 selkie_strerror(error));
}

void selkie_sim_get_counters_(const selkie_sim *sim, struct selkie_sim_counters *counters, size_t struct_size) {
    sim_give(counters, struct_size, &sim->counters, sizeof sim->counters);
}

uint64_t selkie_sim_hash(const selkie_sim *sim) {
    return sim->hash;
}

/* ---- Report ---- */

static char view_letter(const selkie_sim *sim, uint32_t observer, uint32_t member) {
    if (observer == member) {
        return '\\';
    }
    switch (selkie_sim_view(sim, observer, member)) {
    case SELKIE_SIM_SEES_ALIVE:
        return 'A';
    case SELKIE_SIM_SEES_SUSPECT:
        return 's';
    case SELKIE_SIM_SEES_DOWN:
        return 'D';
    case SELKIE_SIM_SEES_FORMER:
        return 'f';
    default:
        return '.';
    }
}

static void report_row(const selkie_sim *sim, FILE *out, uint32_t observer) {
    static const char *const connections[] = {"disconnected", "connected", "undead"};
    const struct host *host = &sim->hosts[observer];
    fprintf(out, "  m%-4" PRIu32 " ", observer);
    if (host->engine == NULL) {
        fprintf(out, "does not run\n");
        return;
    }
    for (uint32_t member = 0; member < sim->options.members && member < REPORTED_MEMBERS; member++) {
        fputc(view_letter(sim, observer, member), out);
    }
    fprintf(out, "  %s%s, side %" PRIu32 ", %" PRIu32 " active of %" PRIu32 ", ", host->paused ? "paused, " : "",
            connections[selkie_connection(host->engine)], host->side, selkie_active_count(host->engine),
            selkie_member_count(host->engine));
    print_identity(sim, out, selkie_identity(host->engine));
    fprintf(out, " incarnation %u\n", selkie_incarnation(host->engine));
}

static void report_violation(const selkie_sim *sim, FILE *out) {
    if (sim->counters.violations > 0) {
        fprintf(out, "  %s: %s\n    m%" PRIu32 " at %" PRIu64 " us: %s\n", selkie_sim_check_name(sim->first.check),
                selkie_sim_check_text(sim->first.check), sim->first.member, sim->first.time_us, sim->first.what);
    }
}

void selkie_sim_report(const selkie_sim *sim, FILE *out) {
    const struct selkie_sim_counters *n = &sim->counters;
    fprintf(out, "cluster of %" PRIu32 ", seed %" PRIu64 ", at %" PRIu64 ".%06" PRIu64 " s\n", sim->options.members,
            sim->options.seed, sim->now_us / 1000000, sim->now_us % 1000000);
    fprintf(out, "  packets %" PRIu64 " lost %" PRIu64 " cut %" PRIu64 " duplicated %" PRIu64 " unheard %" PRIu64 "\n",
            n->packets, n->lost, n->cut, n->duplicated, n->unheard);
    fprintf(out, "  ups %" PRIu64 " downs %" PRIu64 " renames %" PRIu64 " rejoins %" PRIu64 " errors %" PRIu64 "\n",
            n->ups, n->downs, n->renames, n->rejoins, n->errors);
    report_violation(sim, out);
    fprintf(out, "  who sees whom (A alive, s suspect, D down, f a former identity, . unknown):\n");
    for (uint32_t observer = 0; observer < sim->options.members; observer++) {
        report_row(sim, out, observer);
    }
}
