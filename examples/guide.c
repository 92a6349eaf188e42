/* The pieces of docs/guide.md, each played in a simulated cluster. `guide 17` plays them with the seed 17. */
#include "selkie/sim.h"
#include <stdlib.h>
#include <string.h>

static unsigned ms(uint64_t duration_us) {
    return (unsigned)(duration_us / SELKIE_MS(1));
}

static struct selkie_config lan(uint32_t members) {
    struct selkie_config config;
    selkie_config_lan(&config, members);
    return config;
}

/* News goes out often enough to reach everybody in a cluster of 8. */
static struct selkie_config thorough(void) {
    struct selkie_config config = lan(8);
    config.adapt_multiplier = 0;
    config.max_transmissions = 8;
    return config;
}

static selkie_sim *cluster(uint32_t members, uint64_t seed, const struct selkie_config *config,
                           struct selkie_sim_options more) {
    more.struct_size = sizeof more;
    more.members = members;
    more.seed = seed;
    more.config = config;
    selkie_sim *sim = selkie_sim_new(&more);
    selkie_sim_acquaint(sim, config->probe_period_us);
    selkie_sim_run(sim, SELKIE_S(5));
    return sim;
}

/* ---- what a suspicion takes ---- */

/* example: weigh */
static void weigh(void *ctx, uint32_t member, struct selkie_options *options) {
    struct selkie_options bounded = *options;
    (void)ctx;
    bounded.max_members = 4096;
    bounded.max_suspicions = 1000;
    size_t fewer = selkie_memory_size(&bounded);
    bounded.max_suspicions = 2000;
    if (member == 0) {
        printf("a suspicion takes %u bytes\n", (unsigned)((selkie_memory_size(&bounded) - fewer) / 1000));
    }
}
/* end: weigh */

/* ---- local health ---- */

static void health(uint64_t seed) {
    struct selkie_config config = lan(8);
    selkie_sim *sim = cluster(8, seed, &config, (struct selkie_sim_options){.prepare = weigh});
    selkie_sim_cut_one_way(sim, SELKIE_SIM_ALL, 3); /* it hears nobody */
    selkie_sim_run(sim, SELKIE_S(10));
    printf("one that hears nobody: awareness %u, of another %u\n", selkie_awareness(selkie_sim_engine(sim, 3)),
           selkie_awareness(selkie_sim_engine(sim, 0)));
    selkie_sim_free(sim);
}

/* ---- suspicion can be seen ---- */

static const char *name(const void *identity) { /* ours are { ip 4, port 2, generation 2 } */
    static char text[2][16];
    static bool turn;
    const unsigned char *bytes = identity;
    turn = !turn;
    (void)snprintf(text[turn], sizeof text[turn], "m%u", bytes[2] * 256u + bytes[3]);
    return text[turn];
}

/* example: suspicion */
static void notify(void *ctx, const struct selkie_notification *notification) {
    const struct selkie_member *member = &notification->member;
    (void)ctx;
    switch (notification->kind) {
    case SELKIE_NOTIFY_MEMBER_SUSPECT:
        printf("%s is suspect, says %s\n", name(member->identity),
               member->accuser ? name(member->accuser) : "somebody");
        break;
    case SELKIE_NOTIFY_MEMBER_REFUTED:
        printf("%s objected\n", name(member->identity));
        break;
    case SELKIE_NOTIFY_MEMBER_DOWN:
        printf("%s %s\n", name(member->identity), member->flags & SELKIE_LEFT ? "left" : "failed");
        break;
    case SELKIE_NOTIFY_MEMBER_REMOVED:
        printf("%s is forgotten\n", name(member->identity));
        break;
    default:
        break;
    }
}
/* end: suspicion */

static void notified(void *ctx, uint32_t member, const struct selkie_notification *notification) {
    if (member == 0) {
        notify(ctx, notification);
    }
}

static void suspicion(uint64_t seed) {
    struct selkie_config config = lan(8);
    /* example: observe */
    config.observe = SELKIE_OBSERVE_MEMBER_SUSPECT | SELKIE_OBSERVE_MEMBER_REFUTED | SELKIE_OBSERVE_MEMBER_REMOVED;
    /* end: observe */
    config.remove_down_after_us = SELKIE_S(60);
    selkie_sim *sim = cluster(8, seed, &config, (struct selkie_sim_options){.notified = notified});
    selkie_sim_pause(sim, 5);
    selkie_sim_until_all_see(sim, 5, SELKIE_SIM_SEES_SUSPECT, SELKIE_S(60));
    selkie_sim_resume(sim, 5);
    selkie_sim_until_all_see(sim, 5, SELKIE_SIM_SEES_ALIVE, SELKIE_S(60));
    selkie_sim_crash(sim, 5);
    selkie_sim_run(sim, SELKIE_S(120));
    selkie_sim_free(sim);
}

/* ---- broadcasts ---- */

/* example: done */
struct notices { /* what a program knows of what it broadcasts */
    unsigned waiting, sent, replaced;
};

static void done(void *ctx, const void *key, enum selkie_broadcast_end end) {
    struct notices *notices = ctx;
    (void)key; /* which one: as our `receive` had written it */
    notices->waiting--;
    notices->sent += end == SELKIE_BROADCAST_SENT;
    notices->replaced += end == SELKIE_BROADCAST_REPLACED;
}
/* end: done */

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct notices *notices = ctx;
    memcpy(key, bytes, 1);
    notices->waiting += sender == NULL;
    return sender == NULL && size > 0 ? SELKIE_NEW : SELKIE_KNOWN;
}

static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    struct selkie_broadcasts *handler = ctx;
    (void)member;
    options->broadcasts = handler;
}

static void broadcasts(uint64_t seed) {
    struct notices notices = {0};
    struct selkie_broadcasts handler = {.struct_size = sizeof handler, .ctx = &notices, .key_size = 1};
    handler.receive = receive;
    handler.done = done;
    struct selkie_config config = lan(8);
    selkie_sim *sim = cluster(8, seed, &config, (struct selkie_sim_options){.ctx = &handler, .prepare = prepare});
    selkie *engine = selkie_sim_engine(sim, 0);
    unsigned char bytes[600] = {'r'};
    /* example: urgent */
    enum { ROUTINE = 0, URGENT = 3 };
    int result = selkie_add_broadcast(engine, "r: all is well", 14, ROUTINE);
    result |= selkie_add_broadcast(engine, bytes, sizeof bytes, ROUTINE); /* of the same key: in its place */
    result |= selkie_add_broadcast(engine, "u: stop", 7, URGENT);         /* before whatever is queued */
    /* end: urgent */
    printf("broadcasts: taken %s, waiting %u", result == 1 ? "all" : "not all", notices.waiting);
    selkie_sim_run(sim, SELKIE_S(5));
    printf(", and later %u; sent %u, replaced %u\n", notices.waiting, notices.sent, notices.replaced);
    selkie_sim_free(sim);
}

/* ---- coming back ---- */

static void alone(uint64_t seed, bool announce_while_idle) {
    struct selkie_config config = lan(2);
    config.announce_while_idle = announce_while_idle;
    selkie_sim *sim = cluster(2, seed, &config, (struct selkie_sim_options){0});
    selkie_sim_rejoin(sim, false); /* their programs do not ask again */
    selkie_sim_split(sim, 1);
    selkie_sim_until_agreed(sim, SELKIE_S(60));
    selkie_sim_heal(sim);
    uint64_t took_us = selkie_sim_until_agreed(sim, SELKIE_S(3600));
    printf("two that lost each other, %s: ", announce_while_idle ? "knocking" : "not knocking");
    printf(took_us == SELKIE_SIM_NEVER ? "apart for an hour\n" : "together after %u ms\n", ms(took_us));
    selkie_sim_free(sim);
}

static bool is_connected(const selkie_sim *sim, void *ctx) {
    (void)ctx;
    return selkie_connection(selkie_sim_engine(sim, 3)) == SELKIE_CONNECTED;
}

static void back(uint64_t seed, bool reconnect_at_once) {
    struct selkie_config config = lan(8);
    config.reconnect_at_once = reconnect_at_once;
    selkie_sim *sim = cluster(8, seed, &config, (struct selkie_sim_options){0});
    selkie_sim_pause(sim, 3);
    selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60));
    selkie_sim_resume(sim, 3);
    struct selkie_sim_counters counters;
    do {
        selkie_sim_step(sim);
        selkie_sim_get_counters(sim, &counters);
    } while (counters.rejoins == 0);
    printf("rejoined, %s: probes again after %u us\n", reconnect_at_once ? "at once" : "with the next packet",
           (unsigned)selkie_sim_until(sim, is_connected, NULL, SELKIE_S(60)));
    selkie_sim_free(sim);
}

/* ---- a pause is ours ---- */

/* example: paused */
/* Call it first after each nap, before any packet or timer. `wake_us`: when the nap was to end. */
static void after_nap(selkie *engine, uint64_t wake_us, uint64_t now_us) {
    struct selkie_config config;
    selkie_get_config(engine, &config);
    if (now_us > wake_us + 2 * config.probe_period_us) {
        (void)selkie_paused(engine, now_us - wake_us);
    }
}
/* end: paused */

static void pause(uint64_t seed, bool say_so) {
    struct selkie_config config = lan(8);
    config.awareness_max = 0; /* to see what the call does by itself */
    selkie_sim *sim = cluster(8, seed, &config, (struct selkie_sim_options){0});
    selkie *engine = selkie_sim_engine(sim, 3);
    for (unsigned i = 0; i < 20; i++) {
        uint64_t wake_us = selkie_sim_now(sim);
        selkie_sim_pause(sim, 3);
        selkie_sim_run(sim, SELKIE_MS(3500));
        if (say_so) {
            after_nap(engine, wake_us, selkie_sim_now(sim));
        }
        selkie_sim_resume(sim, 3);
        selkie_sim_run(sim, SELKIE_S(10));
    }
    struct selkie_stats stats;
    selkie_get_stats(engine, &stats);
    printf("20 pauses, %s: others accused %u times\n", say_so ? "told of" : "not told of",
           (unsigned)stats.suspicions_raised);
    selkie_sim_free(sim);
}

/* ---- evicting ---- */

/* example: evict */
/* Give up a member that will not come back. Of `address` only that much is read. */
static int give_up(selkie *engine, const void *address, size_t identity_size) {
    struct selkie_member member;
    unsigned char identity[SELKIE_IDENTITY_MAX];
    if (!selkie_find(engine, address, &member)) {
        return SELKIE_E_UNKNOWN_MEMBER;
    }
    memcpy(identity, member.identity, identity_size); /* borrowed, until the next call */
    return selkie_evict(engine, identity);
}
/* end: evict */

static void evict(uint64_t seed) {
    struct selkie_config config = thorough();
    selkie_sim *sim = cluster(8, seed, &config, (struct selkie_sim_options){0});
    selkie_sim_crash(sim, 3);
    int result = give_up(selkie_sim_engine(sim, 0), selkie_sim_identity(sim, 3), 8);
    uint64_t took_us = selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60));
    printf("evicted: %s; all know after %u ms, and again: %s\n", selkie_strerror(result), ms(took_us),
           selkie_strerror(give_up(selkie_sim_engine(sim, 0), selkie_sim_identity(sim, 3), 8)));
    selkie_sim_free(sim);
}

/* ---- size known at run time ---- */

/* example: adapt */
static void print_adapted(const selkie *engine) {
    struct selkie_config config;
    selkie_get_config(engine, &config);
    printf("%u active: news goes out %u times, a suspect has %u ms\n", (unsigned)selkie_active_count(engine),
           (unsigned)config.max_transmissions, ms(config.suspect_to_down_after_us));
}
/* end: adapt */

static void adapt(uint64_t seed) {
    for (uint32_t members = 10; members <= 1000; members *= 10) {
        struct selkie_config config = lan(1);
        selkie_sim *sim = cluster(members, seed, &config, (struct selkie_sim_options){0});
        print_adapted(selkie_sim_engine(sim, 0));
        selkie_sim_free(sim);
    }
}

/* ---- leaving, and counters ---- */

/* example: counters */
static const struct {
    const char *name, *text;
    size_t at;
} counters[] = {
#define SELKIE_X(name, text) {#name, text, offsetof(struct selkie_stats, name)},
    SELKIE_COUNTERS(SELKIE_X)
#undef SELKIE_X
};

static void print_counters(const selkie *engine, FILE *out) {
    struct selkie_stats stats;
    selkie_get_stats(engine, &stats);
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        uint64_t value;
        memcpy(&value, (const char *)&stats + counters[i].at, sizeof value);
        if (value != 0) {
            (void)fprintf(out, "%-24s %8llu  %s\n", counters[i].name, (unsigned long long)value, counters[i].text);
        }
    }
}
/* end: counters */

static void leave(uint64_t seed) {
    struct selkie_config config = thorough();
    selkie_sim *sim = cluster(8, seed, &config, (struct selkie_sim_options){0});
    selkie *engine = selkie_sim_engine(sim, 3);
    unsigned gossips = 0;
    /* example: leave */
    selkie_leave(engine);
    uint64_t deadline_us = selkie_sim_now(sim) + SELKIE_S(2);
    while (selkie_farewell_pending(engine) && selkie_sim_now(sim) < deadline_us) {
        selkie_sim_run(sim, SELKIE_MS(100)); /* in a program: its loop, for so long */
        selkie_gossip(engine);
        gossips++;
    }
    /* end: leave */
    uint64_t took_us = selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60));
    printf("left: told after %u more gossips, all know %u ms later\n", gossips, ms(took_us));
    print_counters(engine, stdout);
    selkie_sim_free(sim);
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 7;
    health(seed);
    suspicion(seed);
    broadcasts(seed);
    alone(seed, false);
    alone(seed, true);
    back(seed, false);
    back(seed, true);
    pause(seed, false);
    pause(seed, true);
    evict(seed);
    adapt(seed);
    leave(seed);
    return 0;
}
