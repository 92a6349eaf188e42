/* What a cluster sends, and how much: nothing without need, nothing twice, nothing for ever. */
#include "scenario.h"

/* Rules: P6.6, P7.1, P7.2, P7.4, P11.3, P11.11 */
static void a_cluster_without_news_sends_probes_and_little_else(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_run(sim, SELKIE_S(60));
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    selkie_sim_run(sim, SELKIE_S(300));
    selkie_sim_get_counters(sim, &after);
    check(sim, after.sent[SELKIE_PING] - before.sent[SELKIE_PING] == 10 * 300);
    check_between(sim, after.sent[SELKIE_ACK] - before.sent[SELKIE_ACK], 10 * 300 - 10, 10 * 300 + 10);
    check(sim, after.sent[SELKIE_GOSSIP] == before.sent[SELKIE_GOSSIP]);
    check(sim, after.sent[SELKIE_ANNOUNCE] - before.sent[SELKIE_ANNOUNCE] ==
                   10 * SELKIE_S(300) / config.periodic_announce.every_us);
    check(sim, after.sent[SELKIE_PING_REQ] == 0);
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, selkie_updates_backlog(selkie_sim_engine(sim, member)) == 0);
    }
    finish(sim);
}

/* Down members that are forgotten come back as news if somebody still tells of them: with a life that is long against
 * the spread of news, the backlog is empty again soon after each death. */
/* Rules: P8.6, P11.3 */
static void the_backlog_of_updates_does_not_grow_with_every_death(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    config.remove_down_after_us = SELKIE_S(60);
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 10, .config = &config));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    for (uint32_t times = 0; times < 20; times++) {
        uint32_t member = 1 + times % 9;
        selkie_sim_crash(sim, member);
        selkie_sim_run(sim, SELKIE_S(40));
        selkie_sim_restart(sim, member);
        selkie_sim_run(sim, SELKIE_S(40));
        for (uint32_t other = 0; other < 10; other++) {
            check(sim, selkie_updates_backlog(selkie_sim_engine(sim, other)) == 0);
        }
    }
    finish(sim);
}

struct feeds {
    selkie_sim *cluster;
    uint32_t count;
    unsigned told[WATCHED_MEMBERS]; /* how often each member was in a Feed */
    unsigned malformed;             /* Feeds that do not end where their last member does */
};

#define HEADER_SIZE (4u + 2 * 8)
#define MEMBER_SIZE (8u + 3)

static void note_feed(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                      size_t size) {
    struct feeds *feeds = ctx;
    const unsigned char *packet = bytes;
    (void)from;
    (void)to;
    if (header->message != SELKIE_FEED) {
        return;
    }
    size_t members = (size_t)packet[HEADER_SIZE] << 8 | packet[HEADER_SIZE + 1];
    feeds->count++;
    feeds->malformed += size != HEADER_SIZE + 2 + members * MEMBER_SIZE;
    for (size_t i = 0; i < members; i++) {
        uint32_t member = selkie_sim_member_at(feeds->cluster, packet + HEADER_SIZE + 2 + i * MEMBER_SIZE);
        feeds->told[member]++;
    }
}

/* Forty others, seven in a packet: a hundred Feeds tell of each of them, of none much more often than of another. */
/* Rules: P4.9 */
static void each_feed_is_a_fresh_sample_and_ends_with_its_last_member(void **state) {
    (void)state;
    struct feeds feeds = {.count = 0};
    struct selkie_config config = lan(41);
    config.max_packet_size = HEADER_SIZE + 2 + 7 * MEMBER_SIZE + 3;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 42, .seed = scenario_seed(), .config = &config,
                                                        .ctx = &feeds, .sent = note_feed));
    feeds.cluster = sim;
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 41; member++) {
        selkie_sim_join(sim, member, 0);
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    check(sim, feeds.malformed == 0);
    memset(feeds.told, 0, sizeof feeds.told);
    feeds.count = 0;
    for (unsigned times = 0; times < 100; times++) {
        assert_int_equal(selkie_announce(selkie_sim_engine(sim, 7), selkie_sim_identity(sim, 3)), SELKIE_OK);
        selkie_sim_run(sim, SELKIE_MS(6));
    }
    check(sim, feeds.count >= 100 && feeds.malformed == 0);
    for (uint32_t member = 0; member < 41; member++) {
        bool may_be_told = member != 3 && member != 7;
        check(sim,
              !may_be_told || (feeds.told[member] >= 4 && feeds.told[member] <= 40)); /* about 18 are to be expected */
    }
    check(sim, feeds.told[7] <= feeds.count - 100); /* other Feeds may tell of it */
    finish(sim);
}

/* ---- How much work it is to fill a packet ---- */

struct counting_codec {
    struct selkie_codec packed;
    uint64_t encoded;
};

static bool encode_header(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_header *header) {
    const struct counting_codec *counting = codec->ctx;
    return counting->packed.encode_header(&counting->packed, writer, header);
}

static bool encode_member(const struct selkie_codec *codec, struct selkie_writer *writer,
                          const struct selkie_member *member) {
    struct counting_codec *counting = codec->ctx;
    counting->encoded++;
    return counting->packed.encode_member(&counting->packed, writer, member);
}

static int decode_header(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_header *header,
                         void *source, void *destination, void *peer) {
    const struct counting_codec *counting = codec->ctx;
    return counting->packed.decode_header(&counting->packed, reader, header, source, destination, peer);
}

static int decode_member(const struct selkie_codec *codec, struct selkie_reader *reader, struct selkie_member *member,
                         void *identity, void *accuser) {
    const struct counting_codec *counting = codec->ctx;
    return counting->packed.decode_member(&counting->packed, reader, member, identity, accuser);
}

static void learn_of_a_thousand(selkie_sim *sim) {
    static unsigned char identities[1000][8];
    static struct selkie_member members[1000];
    for (uint32_t i = 0; i < 1000; i++) {
        const unsigned char identity[8] = {10, 1, (unsigned char)(i >> 8), (unsigned char)i, 0, 1, 0, 1};
        memcpy(identities[i], identity, sizeof identity);
        members[i] =
            (struct selkie_member){.struct_size = sizeof members[i], .identity = identities[i], .state = SELKIE_DOWN};
    }
    assert_int_equal(selkie_apply_many(selkie_sim_engine(sim, 0), members, 1000, true), SELKIE_OK);
}

/* A thousand updates wait, a hundred fit in a packet: filling one does not look at the rest. */
/* Rules: P11.5 */
static void filling_a_packet_does_not_go_through_all_that_waits(void **state) {
    (void)state;
    struct counting_codec counting = {.packed = {.struct_size = sizeof counting.packed}};
    selkie_codec_packed(&counting.packed, 8);
    struct selkie_codec codec = counting.packed;
    codec.ctx = &counting;
    codec.encode_header = encode_header;
    codec.encode_member = encode_member;
    codec.decode_header = decode_header;
    codec.decode_member = decode_member;
    struct selkie_config config = lan(2);
    config.max_packet_size = HEADER_SIZE + 2 + 100 * MEMBER_SIZE + 5;
    selkie_sim *sim =
        selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 2, .seed = scenario_seed(), .config = &config, .codec = &codec));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(10));
    learn_of_a_thousand(sim);
    check(sim, selkie_updates_backlog(selkie_sim_engine(sim, 0)) == 1000);
    counting.encoded = 0;
    assert_int_equal(selkie_gossip(selkie_sim_engine(sim, 0)), SELKIE_OK);
    check_between(sim, counting.encoded, 100, 110);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_cluster_without_news_sends_probes_and_little_else),
          cmocka_unit_test(the_backlog_of_updates_does_not_grow_with_every_death),
          cmocka_unit_test(each_feed_is_a_fresh_sample_and_ends_with_its_last_member),
          cmocka_unit_test(filling_a_packet_does_not_go_through_all_that_waits))
