/* Clusters whose members know each other without ever having joined. */
#include "scenario.h"

static uint64_t packets_of(const selkie_sim *sim) {
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    return counters.packets;
}

static void acquainted_members_know_all_at_once_and_without_a_packet(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 30));
    selkie_sim_acquaint(sim, SELKIE_S(1));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, selkie_sim_now(sim) == 0 && packets_of(sim) == 0);
    for (uint32_t member = 0; member < 30; member++) {
        check(sim, selkie_active_count(selkie_sim_engine(sim, member)) == 29);
        check(sim, selkie_updates_backlog(selkie_sim_engine(sim, member)) == 0);
        check(sim, watch.about[member].ups == 29);
    }
    finish(sim);
}

static void acquainted_members_go_on_as_a_cluster(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(10);
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 10, .config = &config));
    selkie_sim_acquaint(sim, config.probe_period_us);
    selkie_sim_run(sim, SELKIE_S(30));
    check(sim, watch.wrong_downs == 0 && selkie_sim_is_agreed(sim));
    selkie_sim_crash(sim, 4);
    check_between(sim, selkie_sim_until_all_see(sim, 4, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)), detection_least(&config),
                  detection_most(&config, 10));
    selkie_sim_restart(sim, 4);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(10)) != SELKIE_SIM_NEVER);
    finish(sim);
}

#define SPREAD_MEMBERS 100u

/* When each member sent its first packet, which is a Ping. */
struct first_packets {
    uint64_t us[SPREAD_MEMBERS];
    selkie_sim *sim;
};

static void note_first(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                       size_t size) {
    struct first_packets *first = ctx;
    (void)to, (void)bytes, (void)size;
    if (header->message == SELKIE_PING && first->us[from] == 0) {
        first->us[from] = selkie_sim_now(first->sim);
    }
}

static void check_spread(uint64_t spread_us) {
    struct first_packets first = {.sim = NULL};
    struct selkie_config config = lan(SPREAD_MEMBERS);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = SPREAD_MEMBERS, .seed = scenario_seed(),
                                                        .config = &config, .ctx = &first, .sent = note_first));
    first.sim = sim;
    selkie_sim_acquaint(sim, spread_us);
    selkie_sim_run(sim, 2 * config.probe_period_us);
    uint64_t early = 0;
    for (uint32_t member = 0; member < SPREAD_MEMBERS; member++) {
        check_between(sim, first.us[member], config.probe_period_us,
                      config.probe_period_us + (spread_us > 0 ? spread_us - 1 : 0));
        early += first.us[member] < config.probe_period_us + spread_us / 2;
    }
    check(sim, spread_us < 2 || (early > SPREAD_MEMBERS / 4 && early < SPREAD_MEMBERS * 3 / 4));
    finish(sim);
}

static void periods_of_acquainted_members_are_spread_as_asked_for(void **state) {
    (void)state;
    check_spread(0);
    check_spread(1);
    check_spread(SELKIE_S(1));
}

static void newcomers_are_introduced_to_those_that_run_already(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 6));
    for (uint32_t member = 0; member < 3; member++) {
        selkie_sim_join(sim, member, 0);
    }
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_acquaint(sim, 0);
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, watch.about[0].ups == 5 && watch.about[5].ups == 5);
    selkie_sim_run(sim, SELKIE_S(30));
    check(sim, watch.wrong_downs == 0 && selkie_sim_is_agreed(sim));
    finish(sim);
}

static void who_is_not_live_is_not_introduced(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 5));
    selkie_sim_start(sim, 1);
    selkie_sim_pause(sim, 1);
    selkie_sim_start(sim, 2);
    selkie_sim_leave(sim, 2);
    selkie_sim_acquaint(sim, 0);
    check(sim, selkie_sim_view(sim, 0, 1) == SELKIE_SIM_SEES_NOTHING);
    check(sim, selkie_sim_view(sim, 0, 2) == SELKIE_SIM_SEES_NOTHING);
    check(sim, selkie_sim_view(sim, 0, 4) == SELKIE_SIM_SEES_ALIVE);
    check(sim, selkie_member_count(selkie_sim_engine(sim, 1)) == 0);
    check(sim, selkie_member_count(selkie_sim_engine(sim, 2)) == 0);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(acquainted_members_know_all_at_once_and_without_a_packet),
          cmocka_unit_test(acquainted_members_go_on_as_a_cluster),
          cmocka_unit_test(periods_of_acquainted_members_are_spread_as_asked_for),
          cmocka_unit_test(newcomers_are_introduced_to_those_that_run_already),
          cmocka_unit_test(who_is_not_live_is_not_introduced))
