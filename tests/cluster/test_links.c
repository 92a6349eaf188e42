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

SCENARIOS(cmocka_unit_test(the_closest_link_holds),
          cmocka_unit_test(the_short_forms_change_one_thing_about_the_link_of_all),
          cmocka_unit_test(a_cluster_over_three_places_is_as_quiet_as_in_one))
