/* The longest single call. An engine is deterministic: the same calls do the same, so what differs between two plays of
 * them is the machine's doing. The whole life of an engine is played several times; of each call the shortest time
 * counts, and of all calls the longest. */
#include "measure.h"

#include <stdlib.h>
#include <string.h>

enum { PLAYS = 5, UPDATES_MAX = 160 };

/* Named as the operations that make such calls. */
static const char *const kinds[] = {"populate",      "ping_ack",    "gossip_known", "gossip_news",
                                    "announce_feed", "probe_cycle", "gossip"};
enum kind { POPULATE, PING, KNOWN, NEWS, ANNOUNCE, PROBE, GOSSIP };

struct times {
    float *ns; /* of each call, the shortest so far */
    uint8_t *kinds;
    uint32_t count, room;
    enum kind kind; /* of the call that comes */
    bool first;     /* play */
    double began;
};

static struct bench_world world;
static uint64_t chance;
static uint32_t updates, packets_of_news;

static void on_begun(void *ctx, const struct bench_world *begun, const struct selkie_options *options) {
    struct times *times = ctx;
    (void)begun;
    (void)options;
    times->count = 0;
}

static void on_ended(void *ctx) {
    struct times *times = ctx;
    times->first = false;
}

static void before(void *ctx) {
    struct times *times = ctx;
    times->began = bench_now_ns();
}

static void after(void *ctx, const struct bench_call *call) {
    struct times *times = ctx;
    float took = (float)(bench_now_ns() - times->began);
    (void)call;
    bench_must(times->count < times->room);
    if (times->first || took < times->ns[times->count]) {
        times->ns[times->count] = took;
    }
    times->kinds[times->count++] = (uint8_t)times->kind;
}

/* ---- the life of an engine ---- */

/* From empty to all, 125 in a call; every other batch is to be told on. */
static void grow(struct times *times, uint32_t members) {
    times->kind = POPULATE;
    for (uint32_t known = 0; known < members; known = world.members) {
        bench_populate(&world, members - known < BATCH ? members : known + BATCH, known / BATCH % 2 != 0);
    }
}

static void send(uint8_t message) {
    struct bench_packet packet;
    bench_write(&world, &packet, message, bench_random(&chance, world.members), 1);
    bench_packet_in(&world, &packet);
}

static void send_updates(uint32_t first, uint16_t incarnation) {
    struct bench_packet packet;
    uint32_t members[UPDATES_MAX], count = updates < world.members ? updates : world.members;
    for (uint32_t i = 0; i < count; i++) {
        members[i] = (first + i) % world.members;
    }
    bench_write(&world, &packet, SELKIE_GOSSIP, bench_random(&chance, world.members), 0);
    bench_write_updates(&world, &packet, members, count, incarnation);
    bench_packet_in(&world, &packet);
}

/* Round after round; in each, every member's incarnation is higher by one. */
static void send_news(void) {
    uint32_t count = updates < world.members ? updates : world.members, a_round = world.members / count;
    send_updates(packets_of_news % a_round * count, (uint16_t)(packets_of_news / a_round + 1));
    packets_of_news++;
}

static enum kind draw(void) {
    static const struct {
        enum kind kind;
        uint32_t share;
    } mix[] = {{PING, 35}, {PROBE, 15}, {KNOWN, 15}, {NEWS, 12}, {ANNOUNCE, 8}, {GOSSIP, 15}};
    uint32_t roll = bench_random(&chance, 100), i = 0;
    for (; roll >= mix[i].share; i++) {
        roll -= mix[i].share;
    }
    return mix[i].kind;
}

static void do_one(enum kind kind) {
    switch (kind) {
    case PING:
        send(SELKIE_PING);
        break;
    case ANNOUNCE:
        send(SELKIE_ANNOUNCE);
        break;
    case KNOWN:
        send_updates(bench_random(&chance, world.members), 0);
        break;
    case NEWS:
        send_news();
        break;
    case GOSSIP:
        bench_gossip(&world);
        break;
    default:
        bench_probe(&world);
        break;
    }
}

static void play(struct times *times, const struct selkie_codec *codec, uint32_t members, uint32_t calls) {
    enum { CALLS_IN_ONE = 3 };
    chance = 11;
    packets_of_news = 0;
    bench_begin(&world, codec, NULL);
    grow(times, members);
    while (times->count + CALLS_IN_ONE <= calls) {
        times->kind = draw();
        do_one(times->kind);
    }
    bench_end(&world);
}

/* ---- all plays ---- */

/* A million, where the members are so many that fewer calls would not meet each of them. */
static uint32_t calls_for(uint32_t members) {
    return members >= 100000 ? 1000000 : members >= 10000 ? 200000 : members >= 1000 ? 50000 : 20000;
}

void bench_worst_call(const struct selkie_codec *codec, struct bench_figure *figure) {
    uint32_t calls = calls_for(figure->members), worst = 0;
    struct times times = {.ns = malloc(calls * sizeof *times.ns), .kinds = malloc(calls), .room = calls, .first = true};
    bench_must(times.ns != NULL && times.kinds != NULL);
    const struct bench_watch looking_on = {
        .ctx = &times, .begun = on_begun, .ended = on_ended, .before = before, .after = after};
    updates = bench_updates_per_packet(codec, UINT16_MAX);
    bench_watch(&looking_on);
    for (int i = 0; i < PLAYS; i++) {
        play(&times, codec, figure->members, calls);
    }
    bench_watch(NULL);
    for (uint32_t i = 1; i < times.count; i++) {
        worst = times.ns[i] > times.ns[worst] ? i : worst;
    }
    figure->value = times.ns[worst];
    figure->note = kinds[times.kinds[worst]];
    free(times.ns);
    free(times.kinds);
}
