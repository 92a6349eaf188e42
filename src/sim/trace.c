/* Lines for people: who told whom what. */
#include "sim/trace.h"

#include "sim/frame.h"
#include "sim/record.h"

#include <inttypes.h>
#include <string.h>

#define MEMBERS_SHOWN 8u

void trace_time(FILE *out, uint64_t time_us) {
    fprintf(out, "%6" PRIu64 ".%06" PRIu64, time_us / 1000000, time_us % 1000000);
}

static void print_number(FILE *out, uint32_t member) {
    if (member == SELKIE_SIM_NOBODY) {
        fprintf(out, "m?");
    } else {
        fprintf(out, "m%" PRIu32, member);
    }
}

void trace_identity(const selkie_sim *sim, FILE *out, const void *identity) {
    const unsigned char *bytes = identity;
    print_number(out, selkie_sim_member_at(sim, identity));
    for (size_t i = sim->type.addr_size; i < sim->type.size; i++) {
        fprintf(out, "%s%02x", i == sim->type.addr_size ? "." : "", bytes[i]);
    }
}

/* ---- Packets ---- */

static void print_message(const struct frame *frame, FILE *out) {
    const struct selkie_header *header = &frame->header;
    fprintf(out, "  %s", selkie_message_name(header->message));
    if (selkie_message_has_number(header->message)) {
        fprintf(out, " #%u", header->probe_number);
    }
    if (header->peer != NULL) {
        bool target = header->message == SELKIE_PING_REQ || header->message == SELKIE_INDIRECT_ACK ||
                      header->message == SELKIE_NACK;
        fprintf(out, target ? " target " : " origin ");
        trace_identity(frame->sim, out, header->peer);
    }
}

static void print_member(const selkie_sim *sim, FILE *out, const struct selkie_member *member) {
    static const char *const states[] = {"alive", "suspect", "down"};
    trace_identity(sim, out, member->identity);
    fprintf(out, " %s %u", member->state <= SELKIE_DOWN ? states[member->state] : "?", member->incarnation);
    if ((member->flags & SELKIE_LEFT) != 0) {
        fprintf(out, " left");
    }
    if (member->accuser != NULL) {
        fprintf(out, " says ");
        trace_identity(sim, out, member->accuser);
    }
}

static void print_members(struct frame *frame, FILE *out) {
    struct selkie_member member;
    for (uint32_t shown = 0; frame_next_member(frame, &member); shown++) {
        if (shown < MEMBERS_SHOWN) {
            fprintf(out, shown == 0 ? ": " : ", ");
            print_member(frame->sim, out, &member);
        } else if (frame->members == 0) {
            fprintf(out, " and %" PRIu32 " more", shown + 1 - MEMBERS_SHOWN);
        }
    }
}

static void print_broadcasts(struct frame *frame, FILE *out) {
    const unsigned char *bytes;
    size_t size, count = 0, total = 0;
    while (frame_next_broadcast(frame, &bytes, &size)) {
        count++;
        total += size;
    }
    if (count > 0) {
        fprintf(out, "; %zu broadcast%s of %zu bytes", count, count == 1 ? "" : "s", total);
    }
}

static void print_sent(const selkie_sim *sim, FILE *out, const struct journal_entry *entry, const void *bytes,
                       size_t size) {
    struct frame frame;
    if (!frame_open(&frame, sim, bytes, size)) {
        print_number(out, entry->member);
        fprintf(out, " > ");
        print_number(out, entry->other);
        fprintf(out, "  %" PRIu64 " bytes that do not decode", entry->value);
        return;
    }
    trace_identity(sim, out, frame.header.source);
    if (frame.header.source_incarnation > 0) {
        fprintf(out, " at %u", frame.header.source_incarnation);
    }
    fprintf(out, " > ");
    trace_identity(sim, out, frame.header.destination);
    print_message(&frame, out);
    print_members(&frame, out);
    print_broadcasts(&frame, out);
    if (size < entry->value) {
        fprintf(out, " (and what is cut off here)");
    }
}

static void print_start(const selkie_sim *sim, FILE *out, const void *bytes, size_t size) {
    struct frame frame;
    if (frame_open_header(&frame, sim, bytes, size)) {
        print_message(&frame, out);
    } else {
        fprintf(out, "  junk");
    }
}

static void print_delivered(const selkie_sim *sim, FILE *out, const struct journal_entry *entry, const void *bytes,
                            size_t size) {
    print_number(out, entry->member);
    fprintf(out, " < ");
    print_number(out, entry->other);
    print_start(sim, out, bytes, size);
    fprintf(out, " after %" PRIu64 " us", entry->value);
}

static void print_undelivered(const selkie_sim *sim, FILE *out, const struct journal_entry *entry, const void *bytes,
                              size_t size) {
    static const char *const fates[] = {
        [FATE_LOST] = "is lost",
        [FATE_CUT] = "is cut off",
        [FATE_UNHEARD] = "is not heard",
        [FATE_OVERFLOWED] = "overflows the inbox",
        [FATE_THROTTLED] = "overflows the sender",
        [FATE_DUPLICATED] = "comes twice",
    };
    print_number(out, entry->member);
    fprintf(out, " > ");
    print_number(out, entry->other);
    print_start(sim, out, bytes, size);
    fprintf(out, " %s", fates[entry->detail]);
}

/* ---- Notifications ---- */

static bool is_about_ourselves(unsigned kind) {
    return kind == SELKIE_NOTIFY_ACTIVE || kind == SELKIE_NOTIFY_IDLE || kind == SELKIE_NOTIFY_DEFUNCT;
}

static void print_notification(const selkie_sim *sim, FILE *out, const struct journal_entry *entry,
                               const unsigned char *bytes, size_t size) {
    size_t width = sim->type.size;
    struct selkie_member member = {.incarnation = (uint16_t)entry->value,
                                   .state = (uint8_t)(entry->value >> 16),
                                   .flags = (uint8_t)(entry->value >> 24)};
    trace_identity(sim, out, bytes);
    fprintf(out, "  %s", selkie_notification_name(entry->detail));
    if (size >= 3 * width) {
        fprintf(out, " ");
        trace_identity(sim, out, bytes + 2 * width);
        fprintf(out, " >");
    }
    if (size >= 2 * width && !is_about_ourselves(entry->detail)) {
        fprintf(out, " ");
        member.identity = bytes + width;
        print_member(sim, out, &member);
    }
    if (entry->detail == SELKIE_NOTIFY_PROBE_FAILED) {
        fprintf(out, " #%u", (unsigned)(uint8_t)(entry->value >> 32));
    }
    if ((entry->value >> 40 & 1u) != 0) {
        fprintf(out, " (a timer)");
    }
}

void trace_line(const selkie_sim *sim, FILE *out, const struct journal_entry *entry, const void *bytes, size_t size) {
    trace_time(out, entry->time_us);
    fprintf(out, "  ");
    switch (entry->kind) {
    case JOURNAL_SENT:
        print_sent(sim, out, entry, bytes, size);
        break;
    case JOURNAL_DELIVERED:
        print_delivered(sim, out, entry, bytes, size);
        break;
    case JOURNAL_UNDELIVERED:
        print_undelivered(sim, out, entry, bytes, size);
        break;
    case JOURNAL_NOTIFICATION:
        print_notification(sim, out, entry, bytes, size);
        break;
    default:
        fprintf(out, "%.*s", (int)size, (const char *)bytes);
        break;
    }
    fprintf(out, "\n");
}

/* ---- About whom ---- */

static bool speaks_of(const selkie_sim *sim, const void *bytes, size_t size, uint32_t member) {
    struct frame frame;
    struct selkie_member said;
    if (!frame_open(&frame, sim, bytes, size)) {
        return false;
    }
    if (frame.header.peer != NULL && selkie_sim_member_at(sim, frame.header.peer) == member) {
        return true;
    }
    while (frame_next_member(&frame, &said)) {
        if (selkie_sim_member_at(sim, said.identity) == member) {
            return true;
        }
    }
    return false;
}

bool trace_concerns(const selkie_sim *sim, const struct journal_entry *entry, const void *bytes, uint32_t member) {
    return entry->kind == JOURNAL_VERB || entry->member == member || entry->other == member ||
           (entry->kind == JOURNAL_SENT && speaks_of(sim, bytes, entry->size, member));
}
