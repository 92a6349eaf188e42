/* Recording, reading and printing of the tape. What an event means is not known here. */
#include "tape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void tape_rewind(struct tape *tape) {
    tape->count = 0;
    tape->next = 0;
}

void tape_free(struct tape *tape) {
    free(tape->events);
    *tape = (struct tape){0};
}

struct event *tape_add(struct tape *tape, enum event_kind kind) {
    if (tape->count == tape->room) {
        tape->room = tape->room ? 2 * tape->room : 32;
        tape->events = realloc(tape->events, tape->room * sizeof *tape->events);
        if (!tape->events)
            abort();
    }
    struct event *event = &tape->events[tape->count++];
    memset(event, 0, offsetof(struct event, bytes));
    event->kind = kind;
    return event;
}

const struct event *tape_peek(const struct tape *tape, size_t ahead) {
    return tape->next + ahead < tape->count ? &tape->events[tape->next + ahead] : NULL;
}

char *id_text(const struct id *id, size_t id_size, char *text) {
    for (size_t i = 0; i < id_size; i++)
        snprintf(text + 2 * i, 3, "%02x", id->bytes[i]);
    text[2 * id_size] = '\0';
    return text;
}

static void print_notification(const struct event *event, size_t id_size, FILE *to) {
    char text[2 * ID_MAX + 1];
    fprintf(to, "notify %s", selkie_notification_name((enum selkie_notification_kind)event->notification));
    if (event->member.named)
        fprintf(to, " %s state %u incarnation %u flags %u slot %" PRId32, id_text(&event->member.id, id_size, text),
                event->member.state, event->member.incarnation, event->member.flags, (int32_t)event->member.slot);
    if (event->member.accused)
        fprintf(to, " accuser %s", id_text(&event->member.accuser, id_size, text));
    if (event->has_other)
        fprintf(to, " old %s", id_text(&event->other, id_size, text));
    if (event->has_header)
        fprintf(to, " header %s number %u flags %u", selkie_message_name(event->header.message), event->header.number,
                event->header.flags);
}

static void print_bytes(const struct event *event, FILE *to) {
    for (size_t i = 0; i < event->size; i++)
        fprintf(to, "%02x", event->bytes[i]);
}

static void print_event(const struct event *event, size_t id_size, FILE *to) {
    char text[2 * ID_MAX + 1], other[2 * ID_MAX + 1];
    id_text(&event->id, id_size, text);
    switch (event->kind) {
    case EVENT_NOTIFY:
        print_notification(event, id_size, to);
        break;
    case EVENT_SEND:
        fprintf(to, "send to %s, %zu bytes ", text, event->size);
        print_bytes(event, to);
        break;
    case EVENT_SUBMIT:
        fprintf(to, "submit after %" PRIu64 " us%s", event->delay_us, event->answer ? "" : " (refused)");
        break;
    case EVENT_RECEIVE:
        fprintf(to, "receive from %s, verdict %d: ", event->has_id ? text : "ourselves", event->verdict);
        print_bytes(event, to);
        break;
    case EVENT_WANTS:
        fprintf(to, "wants %s: %s", text, event->answer ? "yes" : "no");
        break;
    case EVENT_RENEW:
        fprintf(to, "renew %s: %s", text, event->answer ? id_text(&event->other, id_size, other) : "no");
        break;
    case EVENT_DONE:
        fprintf(to, "done, key %02x%02x%02x, %s", event->key[0], event->key[1], event->key[2],
                event->verdict == SELKIE_BROADCAST_SENT ? "sent" : "replaced");
        break;
    }
    fputc('\n', to);
}

void tape_print(const struct tape *tape, size_t id_size, FILE *to) {
    for (size_t i = 0; i < tape->count; i++) {
        fprintf(to, "  %s ", i == tape->next ? "->" : "  ");
        print_event(&tape->events[i], id_size, to);
    }
    if (tape->next >= tape->count)
        fprintf(to, "  -> (end)\n");
}
