/* The program of docs/tutorial.md: a member of a cluster inside an event loop of one's own. Lines typed at it are told
 * to all members; the end of the input leaves the cluster.
 *
 *     tutorial 127.0.0.1:7000
 *     tutorial 127.0.0.1:7001 127.0.0.1:7000     (a second one, which joins at the first) */
#include "selkie/codec.h"
#include "selkie/inet.h"
#include "selkie/schedule.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* example: app */
enum { MEMBERS_MAX = 64 };

struct peer { /* what this program keeps of each member */
    uint64_t up_since_us;
    uint32_t lines_heard;
};

struct app {
    selkie *engine;
    struct selkie_schedule *timers;
    int udp;
    struct peer peers[MEMBERS_MAX]; /* by slot */
    uint64_t announce_due_us;       /* when to ask the seed again, if we do not see it */
    uint32_t lines_said;
};
/* end: app */

/* example: runtime */
static void send_to(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct app *app = ctx;
    selkie_inet_send(app->udp, identity, bytes, size); /* best effort: what is lost is the protocol's business */
}

static bool submit_after(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct app *app = ctx;
    return selkie_schedule_push(app->timers, timer, selkie_clock_us() + delay_us);
}

static void notify(void *ctx, const struct selkie_notification *notification) {
    struct app *app = ctx;
    const struct selkie_member *member = &notification->member;
    char text[SELKIE_INET_TEXT_SIZE];
    selkie_inet_format(member->identity, text);
    switch (notification->kind) {
    case SELKIE_NOTIFY_MEMBER_UP:
        app->peers[member->slot] = (struct peer){.up_since_us = selkie_clock_us()};
        printf("%s is here\n", text);
        break;
    case SELKIE_NOTIFY_RENAME: /* it has started anew, and counts its lines from 1 again */
        app->peers[member->slot].lines_heard = 0;
        break;
    case SELKIE_NOTIFY_MEMBER_DOWN:
        printf("%s %s after %llu s\n", text, member->flags & SELKIE_LEFT ? "left" : "failed",
               (unsigned long long)((selkie_clock_us() - app->peers[member->slot].up_since_us) / SELKIE_S(1)));
        break;
    default: /* there are more, and newer libraries may know others still */
        break;
    }
}
/* end: runtime */

/* example: broadcasts */
struct line { /* what travels: bytes only, so that every machine reads them alike */
    struct selkie_inet speaker;
    unsigned char number[4]; /* of the speaker's lines, big-endian, from 1 */
    char text[200];
};

enum { LINE_HEAD = offsetof(struct line, text) };

static uint32_t line_number(const struct line *line) {
    const unsigned char *n = line->number;
    return (uint32_t)n[0] << 24 | (uint32_t)n[1] << 16 | (uint32_t)n[2] << 8 | n[3];
}

/* The key of a line is its speaker: a newer line replaces an older one that is still queued. */
static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct app *app = ctx;
    struct selkie_member speaker;
    struct line line;
    if (size < LINE_HEAD || size > sizeof line) {
        return SELKIE_REFUSED;
    }
    memcpy(&line, bytes, size);
    memcpy(key, &line.speaker, sizeof line.speaker);
    if (!sender) {
        return SELKIE_NEW; /* our own, from selkie_add_broadcast */
    }
    if (!selkie_find(app->engine, &line.speaker, &speaker) ||
        line_number(&line) <= app->peers[speaker.slot].lines_heard) {
        return SELKIE_KNOWN;
    }
    app->peers[speaker.slot].lines_heard = line_number(&line);
    char text[SELKIE_INET_TEXT_SIZE];
    printf("%s: %.*s", selkie_inet_format(&line.speaker, text), (int)(size - LINE_HEAD), line.text);
    return SELKIE_NEW;
}
/* end: broadcasts */

/* example: say */
static void say(struct app *app, const char *text) {
    struct line line;
    size_t size = strlen(text) < sizeof line.text ? strlen(text) : sizeof line.text;
    uint32_t number = ++app->lines_said;
    memcpy(&line.speaker, selkie_identity(app->engine), sizeof line.speaker);
    for (size_t i = 0; i < sizeof line.number; i++) {
        line.number[i] = (unsigned char)(number >> (24 - 8 * i));
    }
    memcpy(line.text, text, size);
    int result = selkie_add_broadcast(app->engine, &line, LINE_HEAD + size, 0);
    if (result < 0) {
        fprintf(stderr, "not said: %s\n", selkie_strerror(result));
    }
    selkie_broadcast(app->engine); /* now, and not only with the packets to come */
}
/* end: say */

/* example: make */
static int make(struct app *app, struct selkie_inet *self) {
    struct selkie_runtime runtime = {.struct_size = sizeof runtime, .ctx = app};
    runtime.notify = notify;
    runtime.send_to = send_to;
    runtime.submit_after = submit_after;

    struct selkie_broadcasts broadcasts = {.struct_size = sizeof broadcasts, .ctx = app};
    broadcasts.key_size = sizeof(struct selkie_inet);
    broadcasts.receive = receive;

    struct selkie_config config;
    selkie_config_lan(&config, 10);

    struct selkie_codec codec;
    selkie_codec_packed(&codec, sizeof *self);

    struct selkie_options options = {.struct_size = sizeof options, .identity = self, .type = selkie_inet_type()};
    options.runtime = &runtime;
    options.codec = &codec;
    options.config = &config;
    options.broadcasts = &broadcasts;
    options.max_members = MEMBERS_MAX;
    options.max_broadcasts = MEMBERS_MAX;
    options.max_broadcast_bytes = MEMBERS_MAX * sizeof(struct line);
    if (!selkie_seed(options.seed)) {
        return SELKIE_E_INVALID_CONFIG;
    }
    int error = selkie_schedule_new(&app->timers, NULL, selkie_timers_max(&options));
    return error != 0 ? error : selkie_new(&app->engine, &options);
}
/* end: make */

/* example: join */
/* Ask the seed every second until we see it. Once is not enough: an Announce may be lost, and the seed may start after
 * us. To know somebody is not enough either: two that both missed the seed would find each other, and never the
 * rest. */
static void join(struct app *app, const struct selkie_inet *seed) {
    struct selkie_member member;
    bool sees_seed = selkie_find(app->engine, seed, &member) && member.state != SELKIE_DOWN;
    if (sees_seed || selkie_clock_us() < app->announce_due_us) {
        return;
    }
    selkie_announce(app->engine, seed);
    app->announce_due_us = selkie_clock_us() + SELKIE_S(1);
}
/* end: join */

/* example: loop */
static void run(struct app *app, const struct selkie_inet *seed) {
    struct pollfd ready[] = {{.fd = app->udp, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    for (;;) {
        struct selkie_timer timer;
        while (selkie_schedule_pop(app->timers, selkie_clock_us(), &timer)) {
            selkie_handle_timer(app->engine, &timer);
        }
        if (seed) {
            join(app, seed);
        }
        uint64_t asleep_since_us = selkie_clock_us();
        int wait_ms = selkie_schedule_wait_ms(app->timers, asleep_since_us);
        poll(ready, 2, wait_ms < 0 || wait_ms > 1000 ? 1000 : wait_ms);
        uint64_t asleep_us = selkie_clock_us() - asleep_since_us;
        if (asleep_us > SELKIE_S(3)) { /* two probe periods more than the longest nap: we were stopped */
            selkie_paused(app->engine, asleep_us);
        }
        if (ready[0].revents) {
            unsigned char bytes[2048]; /* more than max_packet_size */
            selkie_handle_data(app->engine, bytes, selkie_inet_receive(app->udp, bytes, sizeof bytes, NULL));
        }
        if (ready[1].revents) {
            char text[200];
            if (!fgets(text, sizeof text, stdin)) {
                return;
            }
            say(app, text);
        }
    }
}
/* end: loop */

int main(int argc, char **argv) {
    struct app app = {0};
    struct selkie_inet self, seed;
    if (argc < 2 || argc > 3 || !selkie_inet_parse(&self, argv[1]) || !selkie_inet_parse(&seed, argv[argc - 1])) {
        fprintf(stderr, "usage: tutorial ADDRESS:PORT [SEED:PORT]\n");
        return 2;
    }
    selkie_inet_set_generation(&self, selkie_inet_generation_now());
    setvbuf(stdout, NULL, _IOLBF, 0);
    app.udp = selkie_inet_open(&self);
    if (app.udp < 0) {
        perror(argv[1]);
        return 1;
    }
    int error = make(&app, &self);
    if (error != 0) {
        fprintf(stderr, "%s\n", selkie_strerror(error));
        return 1;
    }
    run(&app, argc == 3 ? &seed : NULL);
    /* example: leave */
    selkie_leave(app.engine);
    for (int i = 0; i < 20 && selkie_farewell_pending(app.engine); i++) { /* for a second at most */
        poll(NULL, 0, 50);
        selkie_gossip(app.engine);
    }
    selkie_free(app.engine);
    selkie_schedule_free(app.timers);
    close(app.udp);
    /* end: leave */
    return 0;
}
