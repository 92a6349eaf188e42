/* The engine under test and its world: everything that it calls is here, and writes down that it was called. */
#include "fixture.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "text.h"

static const char *const kinds[TIMER_KINDS] = {"indirect", "probe",  "suspect",       "announce",
                                               "gossip",   "remove", "announce-down", "nack"};

/* ---- writing down ---- */

static void write_down(struct fixture *f, const char *line) {
    assert_true(f->line_count < LINES_MAX);
    f->lines[f->line_count] = malloc(strlen(line) + 1);
    assert_non_null(f->lines[f->line_count]);
    memcpy(f->lines[f->line_count], line, strlen(line) + 1);
    f->line_count++;
}

void forget(struct fixture *f) {
    while (f->line_count > 0) {
        free(f->lines[--f->line_count]);
    }
}

int did(struct fixture *f, int result) {
    if (result < 0) {
        char line[TEXT_MAX] = "= ";
        text_add(line, "%s", selkie_error_name(result));
        write_down(f, line);
    }
    return result;
}

static void look_inside(struct fixture *f) {
    if (f->inside) {
        f->inside(f->engine);
    }
}

/* ---- the runtime ---- */

static void add_notification(char line[TEXT_MAX], const struct selkie_notification *n) {
    text_add(line, "%s", selkie_notification_name(n->kind));
    switch (n->kind) {
    case SELKIE_NOTIFY_MEMBER_UP:
    case SELKIE_NOTIFY_MEMBER_DOWN:
    case SELKIE_NOTIFY_MEMBER_SUSPECT:
    case SELKIE_NOTIFY_MEMBER_REFUTED:
    case SELKIE_NOTIFY_MEMBER_REMOVED:
        text_add(line, " ");
        text_add_member(line, &n->member);
        break;
    case SELKIE_NOTIFY_RENAME:
    case SELKIE_NOTIFY_REJOIN:
        text_add(line, " %.2s to %.2s", (const char *)n->old_identity, (const char *)n->member.identity);
        break;
    case SELKIE_NOTIFY_DATA_RECEIVED:
    case SELKIE_NOTIFY_DATA_SENT:
        text_add(line, " %s from %.2s to %.2s", selkie_message_name(n->header->message),
                 (const char *)n->header->source, (const char *)n->header->destination);
        break;
    case SELKIE_NOTIFY_PROBE_FAILED:
        text_add(line, " %u %.2s", n->probe_number, (const char *)n->member.identity);
        break;
    default:
        break;
    }
}

static void notify(void *ctx, const struct selkie_notification *notification) {
    struct fixture *f = ctx;
    char line[TEXT_MAX] = "";
    add_notification(line, notification);
    write_down(f, line);
    look_inside(f);
}

static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct fixture *f = ctx;
    char line[TEXT_MAX] = "> ";
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_get_config(f->engine, &config);
    assert_true(size <= config.max_packet_size);
    text_of_packet(bytes, size, line);
    char destination[TEXT_MAX] = " to ";
    text_add(destination, "%.2s", (const char *)identity);
    assert_non_null(strstr(line, destination));
    write_down(f, line);
    look_inside(f);
}

static enum timer_kind kind_of(const struct selkie_timer *packed) {
    struct timer timer;
    assert_true(timer_read(packed, &timer));
    return timer.kind;
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct fixture *f = ctx;
    const char *kind = kinds[kind_of(timer)];
    bool refused = f->refuse_timers || kind_of(timer) == f->refused_kind;
    bool whole = delay_us % 1000 == 0;
    char line[TEXT_MAX] = "";
    text_add(line, "%s %s in %" PRIu64 " %s", refused ? "refused" : "timer", kind, whole ? delay_us / 1000 : delay_us,
             whole ? "ms" : "us");
    write_down(f, line);
    look_inside(f);
    if (refused) {
        return false;
    }
    assert_true(f->timer_count < TIMERS_MAX);
    f->timers[f->timer_count++] = (struct pending){*timer, delay_us, false};
    return true;
}

/* ---- the broadcast handler ---- */

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct fixture *f = ctx;
    const char *text = bytes;
    char line[TEXT_MAX] = "";
    text_add(line, "%s \"%.*s\"", sender ? "heard" : "offered", (int)size, text);
    if (sender) {
        text_add(line, " from %.2s", (const char *)sender);
    }
    write_down(f, line);
    look_inside(f);
    *(char *)key = text[0];
    return text[0] == '!' ? SELKIE_REFUSED : text[0] == '?' ? SELKIE_KNOWN : SELKIE_NEW;
}

static bool wants(void *ctx, const void *identity) {
    struct fixture *f = ctx;
    char line[TEXT_MAX] = "";
    text_add(line, "wants %.2s", (const char *)identity);
    if (f->trace_wants) {
        write_down(f, line);
    }
    look_inside(f);
    return *(const char *)identity != f->unwilling;
}

static void done(void *ctx, const void *key, enum selkie_broadcast_end end) {
    struct fixture *f = ctx;
    char line[TEXT_MAX] = "";
    text_add(line, "done %.1s %s", (const char *)key, end == SELKIE_BROADCAST_SENT ? "sent" : "replaced");
    if (f->trace_done) {
        write_down(f, line);
    }
    look_inside(f);
}

/* ---- the identity and the memory ---- */

static bool renew(void *ctx, void *identity) {
    (void)ctx;
    char *id = identity;
    id[1]++;
    return true;
}

static void *resize(void *ctx, void *memory, size_t old_size, size_t new_size) {
    struct fixture *f = ctx;
    if (new_size != 0 && ++f->allocations == f->fail_allocation) {
        return NULL;
    }
    f->bytes_out += new_size;
    f->bytes_out -= old_size;
    if (new_size == 0) {
        free(memory);
        return NULL;
    }
    assert_null(memory);
    void *block = malloc(new_size);
    assert_non_null(block);
    memset(block, 0xa5, new_size);
    return block;
}

/* ---- life ---- */

static void end(struct fixture *f) {
    assert_int_equal(selkie_free(f->engine), SELKIE_OK);
    assert_int_equal(f->bytes_out, 0);
    free(f->memory);
    f->engine = NULL;
    f->memory = NULL;
    f->timer_count = 0;
    forget(f);
}

void restart(struct fixture *f) {
    end(f);
    f->options.broadcasts = f->with_broadcasts ? &f->broadcasts : NULL;
    if (!f->in_place) {
        assert_int_equal(selkie_new_with(&f->engine, &f->engine_allocator, &f->options), SELKIE_OK);
        return;
    }
    f->memory_size = selkie_memory_size(&f->options);
    f->memory = malloc(f->memory_size);
    assert_non_null(f->memory);
    memset(f->memory, 0xa5, f->memory_size);
    assert_int_equal(selkie_new_in(&f->engine, f->memory, f->memory_size, &f->options), SELKIE_OK);
}

void restart_in_place(struct fixture *f, uint32_t max_members) {
    f->in_place = true;
    f->options.max_members = max_members;
    f->options.max_broadcasts = 8;
    f->options.max_broadcast_bytes = 256;
    restart(f);
}

int fixture_setup(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    f->type = (struct selkie_identity_type){sizeof f->type, NULL, TEXT_ID_SIZE, TEXT_ADDRESS_SIZE, renew, NULL};
    f->engine_allocator = (struct selkie_allocator){sizeof f->engine_allocator, f, resize};
    f->runtime = (struct selkie_runtime){sizeof f->runtime, f, notify, send_to, submit_after};
    f->broadcasts = (struct selkie_broadcasts){
        .struct_size = sizeof f->broadcasts, .ctx = f, .key_size = 1, .receive = receive, .wants = wants, .done = done};
    selkie_config_simple(&f->config);
    selkie_codec_packed(&f->codec, TEXT_ID_SIZE);
    SELKIE_INIT(&f->options);
    f->options.identity = "A1";
    f->options.type = &f->type;
    f->options.runtime = &f->runtime;
    f->options.codec = &f->codec;
    f->options.config = &f->config;
    memset(f->options.seed, 7, sizeof f->options.seed);
    f->refused_kind = TIMER_KINDS;
    restart(f);
    *state = f;
    return 0;
}

int fixture_teardown(void **state) {
    struct fixture *f = *state;
    end(f);
    free(f);
    return 0;
}

struct selkie_stats stats_of(const struct fixture *f) {
    struct selkie_stats stats;
    SELKIE_INIT(&stats);
    selkie_get_stats(f->engine, &stats);
    return stats;
}

void set_packet_size(struct fixture *f, uint32_t bytes) {
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_get_config(f->engine, &config);
    config.max_packet_size = bytes;
    assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
}

/* ---- what happens ---- */

int hear_bytes(struct fixture *f, const void *bytes, size_t size) {
    return did(f, selkie_handle_data(f->engine, bytes, size));
}

int hear(struct fixture *f, const char *packet) {
    unsigned char bytes[TEXT_PACKET_MAX];
    size_t size = text_to_packet(packet, selkie_identity(f->engine), bytes);
    return hear_bytes(f, bytes, size);
}

static int apply(struct fixture *f, const char *text, bool disseminate) {
    struct selkie_member members[256];
    size_t count = text_to_members(text, members, sizeof members / sizeof *members);
    return did(f, selkie_apply_many(f->engine, members, count, disseminate));
}

int learn(struct fixture *f, const char *members) {
    return apply(f, members, false);
}

int learn_and_tell(struct fixture *f, const char *members) {
    return apply(f, members, true);
}

void know(struct fixture *f, const char *members) {
    assert_int_equal(learn(f, members), SELKIE_OK);
    forget(f);
}

struct selkie_timer take_timer(struct fixture *f, enum timer_kind kind) {
    for (unsigned i = 0; i < f->timer_count; i++) {
        struct pending *pending = &f->timers[i];
        if (!pending->fired && kind_of(&pending->timer) == kind) {
            pending->fired = true;
            return pending->timer;
        }
    }
    fail_msg("no timer %s is in flight", kinds[kind]);
    return f->timers[0].timer;
}

int give_timer(struct fixture *f, const struct selkie_timer *timer) {
    return did(f, selkie_handle_timer(f->engine, timer));
}

int fire(struct fixture *f, enum timer_kind kind) {
    struct selkie_timer timer = take_timer(f, kind);
    return give_timer(f, &timer);
}

unsigned in_flight(const struct fixture *f, enum timer_kind kind) {
    unsigned count = 0;
    for (unsigned i = 0; i < f->timer_count; i++) {
        count += !f->timers[i].fired && kind_of(&f->timers[i].timer) == kind;
    }
    return count;
}

int broadcast(struct fixture *f, const char *text) {
    return did(f, selkie_add_broadcast(f->engine, text, strlen(text), 0));
}

/* ---- what is expected ---- */

static bool lines_are(const struct fixture *f, const char *const *lines) {
    for (unsigned i = 0; i < f->line_count; i++) {
        if (!lines[i] || strcmp(lines[i], f->lines[i]) != 0) {
            return false;
        }
    }
    return !lines[f->line_count];
}

void expect_lines(struct fixture *f, const char *const *lines, const char *file, int line) {
    if (!lines_are(f, lines)) {
        print_error("expected:\n");
        for (; *lines; lines++) {
            print_error("    %s\n", *lines);
        }
        print_error("but it was:\n");
        for (unsigned i = 0; i < f->line_count; i++) {
            print_error("    %s\n", f->lines[i]);
        }
        _fail(file, line);
    }
    forget(f);
}

unsigned count_lines(const struct fixture *f, const char *start) {
    unsigned count = 0;
    for (unsigned i = 0; i < f->line_count; i++) {
        count += strncmp(f->lines[i], start, strlen(start)) == 0;
    }
    return count;
}

unsigned count_lines_with(const struct fixture *f, const char *part) {
    unsigned count = 0;
    for (unsigned i = 0; i < f->line_count; i++) {
        count += strstr(f->lines[i], part) != NULL;
    }
    return count;
}

void expect_members_at(struct fixture *f, const char *text, const char *file, int line) {
    char members[TEXT_MAX] = "";
    struct selkie_cursor cursor = {0};
    struct selkie_member member;
    SELKIE_INIT(&member);
    while (selkie_next(f->engine, &cursor, &member)) {
        text_add(members, members[0] == '\0' ? "" : ", ");
        text_add_member(members, &member);
    }
    if (strcmp(members, text) != 0) {
        print_error("expected members: %s\nbut they were: %s\n", text, members);
        _fail(file, line);
    }
}

unsigned char *remember(const struct fixture *f) {
    assert_true(f->in_place);
    unsigned char *copy = malloc(f->memory_size);
    assert_non_null(copy);
    memcpy(copy, f->memory, f->memory_size);
    return copy;
}

/* What may differ between two copies of the same engine: what it counts, and the place where packets are laid out. */
static void even_out(const struct fixture *f, unsigned char *copy, const void *part, size_t size) {
    const unsigned char *memory = f->memory;
    memcpy(copy + ((const unsigned char *)part - memory), part, size);
}

void expect_unchanged(const struct fixture *f, unsigned char *before) {
    even_out(f, before, f->engine->counters, sizeof f->engine->counters);
    even_out(f, before, f->engine->packet, f->engine->packet_room);
    bool same = memcmp(before, f->memory, f->memory_size) == 0;
    free(before);
    assert_true(same);
}
