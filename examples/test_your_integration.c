/* How a program tests its own part in a cluster. The program here is a service: its hosts, known by name, share
 * settings, each with a version. It brings an identity type, a codec and a broadcast handler of its own. The test tries
 * type and codec, and then plays with six hosts what happens in production: they form, somebody sets something,
 * somebody crashes and comes back, the network splits and heals. `test_your_integration 17` has another seed. */
#include "selkie/sim.h"
#include <stdlib.h>
#include <string.h>

/* ---- The program: what its own files would hold ---- */

enum { NAME = 16, KEYS = 4 };

/* example: identity */
struct host {                    /* arrays of bytes only: no padding */
    char name[NAME];             /* zeros fill it up. The address */
    unsigned char generation[4]; /* big-endian: the default `wins` and selkie_renew_by_one are right for it */
};

static const struct selkie_identity_type host_type = {
    .struct_size = sizeof host_type, .size = sizeof(struct host), .addr_size = NAME, .renew = selkie_renew_by_one};
/* end: identity */

/* example: codec */
/* The packed codec, with the name of the cluster before each header: who sends to the wrong cluster is not heard. */
static const char cluster[4] = {'p', 'r', 'o', 'd'};

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    const struct selkie_codec *packed = codec->ctx;
    return selkie_put(writer, cluster, sizeof cluster) && packed->encode_header(packed, writer, header);
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    const struct selkie_codec *packed = codec->ctx;
    char name[sizeof cluster];
    if (!selkie_get(reader, name, sizeof name))
        return SELKIE_E_DECODE;
    if (memcmp(name, cluster, sizeof name) != 0)
        return SELKIE_E_VERSION;
    return packed->decode_header(packed, reader, header, source, destination, peer);
}

static void make_codec(struct selkie_codec *codec, struct selkie_codec *packed) {
    selkie_codec_packed(packed, sizeof(struct host));
    *codec = *packed; /* members as they are */
    codec->ctx = packed;
    codec->header_max += sizeof cluster;
    codec->encode_header = encode_header;
    codec->decode_header = decode_header;
}
/* end: codec */

/* example: settings */
struct setting { /* what travels. Version 0: was never set */
    unsigned char key, version[4], value;
};

struct node { /* what the program keeps in one process */
    struct setting settings[KEYS];
    uint32_t peers;   /* how many are up, by the notifications */
    bool must_repeat; /* what it holds: somebody is there who may not have heard it */
};

/* Of two, the one of the higher version, and of the same version the one of the larger value: all decide alike. */
static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct node *node = ctx;
    const struct setting *setting = bytes;
    if (size != sizeof *setting || setting->key >= KEYS)
        return SELKIE_REFUSED;
    *(unsigned char *)key = setting->key;
    bool newer = memcmp(setting, &node->settings[setting->key], sizeof *setting) > 0;
    if (newer)
        node->settings[setting->key] = *setting;
    return newer || sender == NULL ? SELKIE_NEW : SELKIE_KNOWN;
}

static bool set(struct node *node, selkie *engine, unsigned char key, unsigned char value) {
    struct setting setting = node->settings[key];
    setting.key = key;
    setting.value = value;
    for (size_t i = sizeof setting.version; i-- > 0 && ++setting.version[i] == 0;)
        continue;
    return selkie_add_broadcast(engine, &setting, sizeof setting, 0) == 1;
}

static void hear(struct node *node, const struct selkie_notification *notification) {
    node->peers += notification->kind == SELKIE_NOTIFY_MEMBER_UP;
    node->peers -= notification->kind == SELKIE_NOTIFY_MEMBER_DOWN;
    node->must_repeat |= notification->kind == SELKIE_NOTIFY_MEMBER_UP || notification->kind == SELKIE_NOTIFY_RENAME;
}

/* After each call on the engine: from inside a notification it takes no broadcast. */
static bool repeat(struct node *node, selkie *engine) {
    bool taken = true;
    for (unsigned key = 0; key < KEYS && node->must_repeat; key++) {
        const struct setting *setting = &node->settings[key];
        taken &= setting->value == 0 || selkie_add_broadcast(engine, setting, sizeof *setting, 0) == 1;
    }
    node->must_repeat = false;
    return taken;
}
/* end: settings */

/* ---- The test ---- */

enum { HOSTS = 6 };

struct test {
    selkie_sim *sim;
    struct node nodes[HOSTS]; /* one for each process */
    struct selkie_broadcasts handlers[HOSTS];
};

static void must(const struct test *test, bool holds, const char *what) {
    if (!holds) {
        printf("DOES NOT HOLD: %s\n", what);
        selkie_sim_report(test->sim, stdout);
        exit(1);
    }
}

/* example: conforms */
static void make_host(void *ctx, uint32_t n, void *identity) {
    struct host *host = memset(identity, 0, sizeof *host);
    (void)ctx;
    (void)snprintf(host->name, NAME, "host-%u", (unsigned)(n % HOSTS));
    host->generation[3] = (unsigned char)(1 + n / HOSTS);
}

static bool conforms(const struct selkie_codec *codec) {
    char complaint[300];
    struct selkie_sim_conformance what = {.struct_size = sizeof what, .type = &host_type, .codec = codec};
    what.make_identity = make_host;
    bool good = selkie_sim_conforms(&what, complaint, sizeof complaint);
    printf("identity type and codec: %s\n", good ? "conform" : complaint);
    return good;
}
/* end: conforms */

/* example: plug */
static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    struct test *test = ctx;
    static const struct selkie_broadcasts plain = {.struct_size = sizeof plain, .key_size = 1, .receive = receive};
    struct selkie_broadcasts *handler = &test->handlers[member];
    test->nodes[member] = (struct node){.peers = 0}; /* a new process: it has forgotten all */
    *handler = plain;
    handler->ctx = &test->nodes[member];
    options->broadcasts = handler;
}

static void after_the_call(selkie_sim *sim, void *ctx) {
    struct test *test = ctx;
    for (uint32_t member = 0; member < HOSTS; member++) {
        selkie *engine = selkie_sim_engine(sim, member);
        must(test, engine == NULL || repeat(&test->nodes[member], engine), "the engine takes what we repeat");
    }
}

static void notified(void *ctx, uint32_t member, const struct selkie_notification *notification) {
    struct test *test = ctx;
    hear(&test->nodes[member], notification);
    if (test->nodes[member].must_repeat)
        selkie_sim_at(test->sim, selkie_sim_now(test->sim), after_the_call, test);
}

/* The program's own timer. A broadcast reaches everybody almost always; repeating makes that always. */
static void every_ten_seconds(selkie_sim *sim, void *ctx) {
    struct test *test = ctx;
    for (uint32_t member = 0; member < HOSTS; member++)
        test->nodes[member].must_repeat = true;
    after_the_call(sim, test);
    selkie_sim_at(sim, selkie_sim_now(sim) + SELKIE_S(10), every_ten_seconds, test);
}
/* end: plug */

/* example: settled */
/* Do all that run hold the same? Asked after each event, so this is also the place for what must hold always. */
static bool settled(const selkie_sim *sim, void *ctx) {
    const struct test *test = ctx;
    const struct node *first = NULL;
    bool same = true;
    for (uint32_t member = 0; member < HOSTS; member++) {
        const struct node *node = &test->nodes[member];
        const selkie *engine = selkie_sim_engine(sim, member);
        if (engine == NULL)
            continue;
        must(test, node->peers == selkie_active_count(engine), "we count peers as the engine does");
        first = first == NULL ? node : first;
        same &= memcmp(first->settings, node->settings, sizeof node->settings) == 0;
    }
    return same;
}

static void must_settle(struct test *test, const char *what, unsigned char value) {
    uint64_t took_us = selkie_sim_until(test->sim, settled, test, SELKIE_S(60));
    must(test, took_us != SELKIE_SIM_NEVER, what);
    must(test, test->nodes[1].settings[0].value == value, "it is the value that was set last");
    printf("%s: after %u ms\n", what, (unsigned)(took_us / 1000));
}
/* end: settled */

/* example: scenarios */
static void play(struct test *test) {
    selkie_sim *sim = test->sim;
    must(test, selkie_sim_form(sim) != SELKIE_SIM_NEVER, "the hosts find each other");
    must(test, set(&test->nodes[2], selkie_sim_engine(sim, 2), 0, 11), "a setting is taken");
    must_settle(test, "everybody has heard the setting", 11);

    selkie_sim_crash(sim, 4);
    selkie_sim_until_all_see(sim, 4, SELKIE_SIM_SEES_DOWN, selkie_sim_detection_bound_us(sim));
    must(test, selkie_sim_all_see(sim, 4, SELKIE_SIM_SEES_DOWN), "a crash is seen");
    selkie_sim_restart(sim, 4);
    must_settle(test, "who was away has heard it too", 11);
    selkie_sim_restart(sim, 5); /* so fast that nobody saw it go */
    must_settle(test, "who was away for a moment has heard it too", 11);

    selkie_sim_split(sim, HOSTS / 2);
    selkie_sim_run(sim, SELKIE_S(30));
    must(test, set(&test->nodes[1], selkie_sim_engine(sim, 1), 0, 22), "a setting is taken on one side");
    must(test, set(&test->nodes[5], selkie_sim_engine(sim, 5), 0, 33), "and on the other");
    selkie_sim_run(sim, SELKIE_S(30));
    must(test, !settled(sim, test), "nothing passes between the two sides");
    selkie_sim_heal(sim);
    selkie_sim_until_agreed(sim, selkie_sim_convergence_bound_us(sim));
    must(test, selkie_sim_is_agreed(sim), "the two sides find each other");
    must_settle(test, "both sides hold the same again", 33);
}
/* end: scenarios */

int main(int argc, char **argv) {
    struct test test = {.sim = NULL};
    struct selkie_codec codec, packed;
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    struct selkie_sim_options options = {.struct_size = sizeof options, .members = HOSTS, .seed = seed, .ctx = &test};
    options.type = &host_type;
    options.make_identity = make_host;
    options.codec = &codec;
    options.prepare = prepare;
    options.notified = notified;
    make_codec(&codec, &packed);
    if (!conforms(&codec))
        return 1;
    test.sim = selkie_sim_new(&options);
    every_ten_seconds(test.sim, &test);
    play(&test);
    selkie_sim_free(test.sim);
    return 0;
}
