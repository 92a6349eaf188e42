/* An agent: one member of a cluster, as a process of its own, on poll(2). It prints what it hears, a line an event, and
 * says hello to the others every 5 seconds. It answers Announce, which draws 1400 bytes, only if the packet came from
 * the address that it names: or anybody could have them sent to others. */
#define _POSIX_C_SOURCE 200809L
#include "foca_agent.h"
#include "selkie/queue.h"
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char usage[] =
    "usage: udp_agent BIND [--identity ADDR] [--join ADDR]... [--codec NAME] [--file PATH] [--quiet] [--any-source]\n"
    "BIND and ADDR are like 127.0.0.1:7946 or [::1]:7946; with port 0 BIND takes a free one. --identity: what others\n"
    "reach us at. --codec: packed, bincode1, bincode2 or postcard, as the others have. --file: holds the active\n"
    "members, one a line. --quiet: say no hello. --any-source: answer an Announce from wherever it comes.\n";

enum { JOINS_MAX = 16, HEARD_MAX = 1024 };
struct agent {
    struct selkie_inet identity, joins[JOINS_MAX];
    const char *bind, *reached_at, *codec_name, *file; /* as given; NULL: not */
    bool any_source, members_changed;
    int socket;
    struct selkie_codec codec;
    struct selkie_queue *queue;
    selkie *engine;
    uint64_t announce_at_us, announce_again_us, hello_at_us, version /* of our last hello */;
    struct selkie_inet heard[HEARD_MAX]; /* the newest of each address; a new one goes to heard_next % HEARD_MAX */
    unsigned joins_count, heard_next;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) {
    interrupted = signal_number;
}

static _Noreturn void quit(int status, const char *subject, const char *complaint) {
    fprintf(stderr, "udp_agent: %s: %s\n%s", subject, complaint, status == 2 ? usage : "");
    exit(status);
}

static void say(const char *format, ...) {
    char date[32];
    struct timespec now;
    va_list arguments;
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", gmtime(&now.tv_sec));
    printf("%s.%03ldZ ", date, now.tv_nsec / 1000000);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

static void say_event(struct agent *agent, const struct selkie_notification *event) {
    uint64_t generation = selkie_inet_generation(event->member.identity);
    char text[SELKIE_INET_TEXT_SIZE], *who = selkie_inet_format(event->member.identity, text);
    agent->members_changed |= event->kind == SELKIE_NOTIFY_MEMBER_UP || event->kind == SELKIE_NOTIFY_MEMBER_DOWN;
    if (event->kind == SELKIE_NOTIFY_MEMBER_UP)
        say("up %s %" PRIu64, who, generation);
    else if (event->kind == SELKIE_NOTIFY_MEMBER_DOWN)
        say("down %s %" PRIu64 " %s", who, generation, event->member.flags & SELKIE_LEFT ? "left" : "failed");
    else if (event->old_identity != NULL)
        say("%s %s %" PRIu64 " -> %" PRIu64, selkie_notification_name(event->kind), who,
            selkie_inet_generation(event->old_identity), generation);
    else
        say("%s", selkie_notification_name(event->kind));
}

/* Who reads the file sees all members, from before or from after. */
static void write_members(struct agent *agent) {
    char part[4096], text[SELKIE_INET_TEXT_SIZE];
    struct selkie_cursor cursor = {0};
    struct selkie_member member;
    snprintf(part, sizeof part, "%s.part", agent->file);
    FILE *file = fopen(part, "w");
    while (file != NULL && selkie_next(agent->engine, &cursor, &member))
        if (member.state != SELKIE_DOWN)
            fprintf(file, "%s\n", selkie_inet_format(member.identity, text));
    if (file == NULL || fclose(file) != 0 || rename(part, agent->file) != 0)
        say("%s: %s", agent->file, strerror(errno));
    agent->members_changed = false;
}

static enum selkie_verdict on_hello(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct agent *agent = ctx;
    struct hello hello;
    char who[SELKIE_INET_TEXT_SIZE];
    unsigned i = 0;
    if (!hello_read(&agent->codec, bytes, size, &hello))
        return SELKIE_REFUSED;
    memcpy(key, &hello, SELKIE_INET_ADDR_SIZE);
    if (selkie_inet_same_address(&hello.key, &agent->identity))
        return sender == NULL ? SELKIE_NEW : SELKIE_KNOWN;
    while (i < HEARD_MAX && !selkie_inet_same_address(&agent->heard[i], &hello.key))
        i++;
    if (i < HEARD_MAX && memcmp(&hello.key, &agent->heard[i], sizeof hello.key) <= 0)
        return SELKIE_KNOWN;
    agent->heard[i < HEARD_MAX ? i : agent->heard_next++ % HEARD_MAX] = hello.key;
    selkie_inet_format(&hello.key, who);
    say("heard %s %" PRIu64 " %.*s", who, selkie_inet_generation(&hello.key), (int)sizeof hello.text, hello.text);
    return SELKIE_NEW;
}

static void say_hello(struct agent *agent) {
    struct hello hello = {.key = agent->identity};
    unsigned char bytes[2 * sizeof hello];
    selkie_inet_set_generation(&hello.key, ++agent->version);
    snprintf(hello.text, sizeof hello.text, "hello, I know %" PRIu32 " others", selkie_active_count(agent->engine));
    size_t size = hello_write(&agent->codec, &hello, bytes, sizeof bytes);
    (void)!selkie_add_broadcast(agent->engine, bytes, size, 0); /* without memory for it, the next one goes */
    agent->hello_at_us = selkie_clock_us() + SELKIE_S(5);
}

/* Ask to be taken in; again after a time that grows, and varies so that not all who are alone call at once. */
static void announce(struct agent *agent) {
    uint64_t again_us = agent->announce_again_us;
    uint8_t random[16] = {0};
    for (unsigned i = 0; i < agent->joins_count; i++)
        selkie_announce(agent->engine, &agent->joins[i]);
    agent->announce_at_us = selkie_clock_us() + again_us / 2 + (selkie_seed(random) ? again_us * random[0] / 256 : 0);
    agent->announce_again_us = again_us < SELKIE_S(5) ? again_us * 2 : SELKIE_S(10);
}

static bool is_spoofed(const struct agent *agent, const void *bytes, size_t size, const struct selkie_inet *from) {
    struct selkie_reader reader = {.next = bytes, .left = size};
    struct selkie_header header = {.struct_size = sizeof header};
    struct selkie_inet source, destination, peer;
    int result = agent->codec.decode_header(&agent->codec, &reader, &header, &source, &destination, &peer);
    return result == 0 && header.message == SELKIE_ANNOUNCE && !selkie_inet_same_address(&source, from);
}

static void receive(struct agent *agent) {
    unsigned char bytes[2048]; /* more than max_packet_size */
    struct selkie_inet from = {0};
    size_t size, rest = 64; /* no more at once: timers must not wait behind a flood */
    while (rest-- > 0 && (size = selkie_inet_receive(agent->socket, bytes, sizeof bytes, &from)) > 0)
        if (agent->any_source || !is_spoofed(agent, bytes, size, &from))
            selkie_handle_data(agent->engine, bytes, size);
}

static void work(struct agent *agent) {
    const struct selkie_queue_item *todo;
    while ((todo = selkie_queue_next_due(agent->queue, selkie_clock_us())) != NULL) {
        if (todo->kind == SELKIE_QUEUED_TIMER)
            selkie_handle_timer(agent->engine, &todo->timer);
        else if (todo->kind == SELKIE_QUEUED_SEND)
            selkie_inet_send(agent->socket, todo->identity, todo->bytes, todo->size);
        else
            say_event(agent, todo->notification);
    }
    if (agent->members_changed && agent->file != NULL)
        write_members(agent);
}

static void run(struct agent *agent) {
    struct pollfd udp = {.fd = agent->socket, .events = POLLIN};
    while (!interrupted) {
        if (selkie_connection(agent->engine) == SELKIE_CONNECTED)
            agent->announce_at_us = 0, agent->announce_again_us = SELKIE_MS(500);
        else if (selkie_clock_us() >= agent->announce_at_us)
            announce(agent);
        if (selkie_clock_us() >= agent->hello_at_us)
            say_hello(agent);
        work(agent);
        uint64_t now_us = selkie_clock_us();
        int wait_ms = selkie_queue_wait_ms(agent->queue, now_us);
        poll(&udp, 1, wait_ms < 0 || wait_ms > 200 ? 200 : wait_ms); /* announce, hello and SIGINT wait no longer */
        if (selkie_clock_us() - now_us > SELKIE_S(2))                /* two probe periods, and no nap takes that long */
            selkie_paused(agent->engine, selkie_clock_us() - now_us);
        receive(agent); /* before timers: after a pause the answers to our probes are already here */
    }
    selkie_leave(agent->engine);
    for (int i = 0; work(agent), i < 20 && selkie_farewell_pending(agent->engine); i++, poll(NULL, 0, 50))
        selkie_gossip(agent->engine);
}

static void make_engine(struct agent *agent) {
    struct selkie_config config;
    struct selkie_broadcasts broadcasts = {.struct_size = sizeof broadcasts, .ctx = agent, .receive = on_hello};
    struct selkie_options options = {.struct_size = sizeof options, .identity = &agent->identity, .config = &config};
    options.type = selkie_inet_type();
    options.codec = &agent->codec;
    options.broadcasts = &broadcasts;
    broadcasts.key_size = SELKIE_INET_ADDR_SIZE;
    selkie_config_lan(&config, 10);
    if (selkie_queue_new(&agent->queue, NULL, sizeof agent->identity, 0) != 0 || !selkie_seed(options.seed))
        quit(1, "start", "no memory or no entropy");
    options.runtime = selkie_queue_runtime(agent->queue);
    if (selkie_new(&agent->engine, &options) != 0)
        quit(1, "start", "no memory");
}

static struct selkie_inet address(const char *text) {
    struct selkie_inet inet;
    if (!selkie_inet_parse(&inet, text))
        quit(2, text, selkie_inet_complaint(text));
    return inet;
}

static void read_arguments(struct agent *agent, char **argv) {
    for (const char *option, *join = NULL; (option = *argv++) != NULL; join = NULL) {
        const char **text = strcmp(option, "--identity") == 0 ? &agent->reached_at
                            : strcmp(option, "--codec") == 0  ? &agent->codec_name
                            : strcmp(option, "--file") == 0   ? &agent->file
                            : strcmp(option, "--join") == 0   ? &join
                                                              : NULL;
        if (strcmp(option, "--any-source") == 0)
            agent->any_source = true;
        else if (strcmp(option, "--quiet") == 0)
            agent->hello_at_us = UINT64_MAX;
        else if (option[0] != '-' && agent->bind == NULL)
            agent->bind = option;
        else if (text == NULL)
            quit(2, option, option[0] == '-' ? "no such option" : "there is a BIND already");
        else if ((*text = *argv++) == NULL || (text == &join && agent->joins_count == JOINS_MAX))
            quit(2, option, *text == NULL ? "needs a value" : "too many of it");
        if (join != NULL)
            agent->joins[agent->joins_count++] = address(join);
    }
    if (agent->bind == NULL)
        quit(2, "BIND", "is missing");
}

int main(int argc, char **argv) {
    static struct agent agent = {.members_changed = true, .announce_again_us = SELKIE_MS(500), .codec_name = "packed"};
    char at_text[SELKIE_INET_TEXT_SIZE], identity_text[SELKIE_INET_TEXT_SIZE];
    read_arguments(&agent, argv + (argc > 0));
    struct selkie_inet at = address(agent.bind);
    agent.identity = agent.reached_at == NULL ? at : address(agent.reached_at);
    if (selkie_inet_is_unspecified(&agent.identity))
        quit(2, agent.bind, "nobody can send to that; --identity has to name an address");
    if (!codec_by_name(&agent.codec, agent.codec_name))
        quit(2, agent.codec_name, "no such codec");
    if ((agent.socket = selkie_inet_open(&at)) < 0)
        quit(1, agent.bind, strerror(errno));
    if (selkie_inet_port(&agent.identity) == 0)
        selkie_inet_set_port(&agent.identity, selkie_inet_port(&at));
    selkie_inet_set_generation(&agent.identity, agent.version = first_generation(&agent.codec));
    make_engine(&agent);
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGINT, on_interrupt);
    say("listening %s as %s", selkie_inet_format(&at, at_text), selkie_inet_format(&agent.identity, identity_text));
    run(&agent);
}
