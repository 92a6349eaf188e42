/* Links: how long packets take between whom, and what they lose. */
#include "scenario.h"

/* ---- What the links do, seen from outside: a Ping's way to its Ack ---- */

#define SEEN_MEMBERS 8u

struct seen {
    selkie_sim *sim;
    uint64_t sent_us[SEEN_MEMBERS][SEEN_MEMBERS]; /* the last Ping */
    uint64_t way_us[SEEN_MEMBERS][SEEN_MEMBERS];  /* how long it took */
};

/* The Ack leaves when the Ping has come. */
static void note_sent(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                      size_t size) {
    struct seen *seen = ctx;
    uint64_t now_us = selkie_sim_now(seen->sim);
    (void)bytes;
    (void)size;
    if (header->message == SELKIE_PING) {
        seen->sent_us[from][to] = now_us;
    } else if (header->message == SELKIE_ACK) {
        seen->way_us[to][from] = now_us - seen->sent_us[to][from];
    }
}

static selkie_sim *seen_cluster(struct seen *seen, uint32_t members, const struct selkie_sim_link *link) {
    memset(seen, 0, sizeof *seen);
    seen->sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = members, .seed = scenario_seed(), .link = link, .ctx = seen, .sent = note_sent));
    check(seen->sim, selkie_sim_form(seen->sim) != SELKIE_SIM_NEVER);
    return seen->sim;
}

static void the_closest_link_holds(void **state) {
    (void)state;
    struct seen seen;
    selkie_sim *sim = seen_cluster(&seen, 6, SELKIE_SIM_LINK(.latency_us = 1000));
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, 2, SELKIE_SIM_LINK(.latency_us = 2000));
    selkie_sim_set_link(sim, 1, SELKIE_SIM_ALL, SELKIE_SIM_LINK(.latency_us = 3000));
    selkie_sim_set_link(sim, 1, 3, SELKIE_SIM_LINK(.latency_us = 4000));
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, seen.way_us[0][3] == 1000 && seen.way_us[3][1] == 1000); /* from all to all: as made */
    check(sim, seen.way_us[0][2] == 2000);                              /* to all: the receiver's */
    check(sim, seen.way_us[1][2] == 3000 && seen.way_us[1][0] == 3000); /* the sender's is closer */
    check(sim, seen.way_us[1][3] == 4000);                              /* the pair's closest */

    selkie_sim_set_link(sim, 1, 3, NULL);
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, 2, NULL);
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, SELKIE_SIM_ALL, SELKIE_SIM_LINK(.latency_us = 5000));
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, seen.way_us[1][3] == 3000);
    check(sim, seen.way_us[0][2] == 5000 && seen.way_us[3][1] == 5000);

    selkie_sim_set_link(sim, 1, SELKIE_SIM_ALL, NULL);
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, SELKIE_SIM_ALL, NULL);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, seen.way_us[1][3] == 1000 && seen.way_us[0][2] == 1000);
    finish(sim);
}

static void the_short_forms_change_one_thing_about_the_link_of_all(void **state) {
    (void)state;
    struct selkie_sim_counters before, after;
    struct seen seen;
    selkie_sim *sim = seen_cluster(&seen, 5, SELKIE_SIM_LINK(.latency_us = 1000, .duplicate_ppm = 1000000));
    selkie_sim_latency(sim, 7000, 7000);
    selkie_sim_get_counters(sim, &before);
    selkie_sim_run(sim, SELKIE_S(60));
    selkie_sim_get_counters(sim, &after);
    check(sim, seen.way_us[0][1] == 7000);
    check(sim, after.duplicated - before.duplicated == after.packets - before.packets);
    selkie_sim_duplicates(sim, 0);
    selkie_sim_loss(sim, 1000000);
    selkie_sim_get_counters(sim, &before);
    selkie_sim_run(sim, SELKIE_S(10));
    selkie_sim_get_counters(sim, &after);
    check(sim, after.lost - before.lost == after.packets - before.packets);
    check(sim, after.duplicated == before.duplicated);
    finish(sim);
}

/* ---- Reordering ---- */

/* Each Feed shows that an Announce has come. */
static void count_feed(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                       size_t size) {
    uint32_t *feeds = ctx;
    (void)to;
    (void)bytes;
    (void)size;
    *feeds += header->message == SELKIE_FEED && from == 1;
}

static void packets_that_are_held_back_are_overtaken(void **state) {
    (void)state;
    uint32_t feeds = 0;
    selkie_sim *sim = selkie_sim_new(
        SELKIE_SIM_OPTIONS(.members = 2, .seed = scenario_seed(),
                           .link = SELKIE_SIM_LINK(.latency_us = 1000, .reorder_ppm = 250000, .reorder_by_us = 5000),
                           .ctx = &feeds, .sent = count_feed));
    selkie_sim_start(sim, 0);
    selkie_sim_start(sim, 1);
    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(selkie_announce(selkie_sim_engine(sim, 0), selkie_sim_identity(sim, 1)), SELKIE_OK);
    }
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check_between(sim, counters.held_back, 200, 300);
    selkie_sim_run(sim, 1000);
    check(sim, feeds == 1000 - counters.held_back); /* those that are not are on time */
    selkie_sim_run(sim, 2500);
    check_between(sim, feeds, 1000 - counters.held_back + 80, 1000 - 80); /* the others come evenly */
    selkie_sim_run(sim, 2500);
    check(sim, feeds == 1000);
    finish(sim);
}

/* ---- What a cluster makes of them ---- */

/* Three places, near each other or far: nobody is ever suspected. */
static void a_cluster_over_three_places_is_as_quiet_as_in_one(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_config_wan(&config, 12);
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 12, .config = &config));
    for (uint32_t from = 0; from < 12; from++) {
        for (uint32_t to = 0; to < 12; to++) {
            uint64_t least_us = from % 3 == to % 3 ? 200 : SELKIE_MS(40 + 30 * (from % 3 + to % 3));
            selkie_sim_set_link(sim, from, to,
                                SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_us = least_us,
                                                .latency_high_us = 2 * least_us));
        }
    }
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(600));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, counters.downs == 0 && counters.renames == 0);
    selkie_sim_crash(sim, 4);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Of what is sent to one member, four packets of five are lost. It does not hear most answers to its own probes, nor
 * most Pings; but with news told often enough, it hears of its being suspected nearly always, and refutes. */
static void a_member_that_hears_one_packet_of_five_is_suspected_all_the_time_and_mostly_lives(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 10);
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, 3,
                        SELKIE_SIM_LINK(.latency_us = 2000, .loss_ppm = SELKIE_SIM_PERCENT(80)));
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, watch.about[3].probe_failures > 100);
    check(sim, watch.about[3].downs <= 5 * 9);
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, member == 3 || watch.about[member].probe_failures < watch.about[3].probe_failures / 3);
    }
    selkie_sim_calm(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    finish(sim);
}

/* One in a hundred takes longer than 400 ms, and one in a thousand longer than a second: now and then a probe needs the
 * helpers. Nobody is called down. */
static void a_long_tail_of_latency_costs_helpers_but_no_member(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_talkative(&watch, 10);
    selkie_sim_set_link(sim, SELKIE_SIM_ALL, SELKIE_SIM_ALL,
                        SELKIE_SIM_LINK(.latency = SELKIE_SIM_LOG_NORMAL, .latency_us = SELKIE_MS(20),
                                        .latency_high_us = SELKIE_MS(400)));
    selkie_sim_run(sim, SELKIE_S(600));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_PING_REQ] > 50);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(the_closest_link_holds),
          cmocka_unit_test(the_short_forms_change_one_thing_about_the_link_of_all),
          cmocka_unit_test(packets_that_are_held_back_are_overtaken),
          cmocka_unit_test(a_member_that_hears_one_packet_of_five_is_suspected_all_the_time_and_mostly_lives),
          cmocka_unit_test(a_long_tail_of_latency_costs_helpers_but_no_member),
          cmocka_unit_test(a_cluster_over_three_places_is_as_quiet_as_in_one))
