/* Bad networks: packets that are lost, come twice, or come late and out of order. */
#include "scenario.h"

/* Form under loss, live with it, and lose a member. Suspicions are refuted, every one. */
static void live_with_loss(uint32_t members, unsigned percent) {
    struct watch watch;
    struct selkie_config config = talkative(members);
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = members, .config = &config));
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(percent));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(120));
    check(sim, watch.wrong_downs == 0);
    selkie_sim_crash(sim, 1);
    check(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, SELKIE_S(300)) != SELKIE_SIM_NEVER);
    selkie_sim_restart(sim, 1);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(60));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

static void without_loss_members_live_well(void **state) {
    (void)state;
    live_with_loss(20, 0);
}

static void members_live_with_one_packet_of_twenty_lost(void **state) {
    (void)state;
    live_with_loss(20, 5);
}

static void members_live_with_one_packet_of_ten_lost(void **state) {
    (void)state;
    live_with_loss(20, 10);
}

static void members_live_with_one_packet_of_five_lost(void **state) {
    (void)state;
    live_with_loss(20, 20);
}

static void two_members_live_with_one_packet_of_twenty_lost(void **state) {
    (void)state;
    live_with_loss(2, 5);
}

static void a_hundred_members_live_with_one_packet_of_ten_lost(void **state) {
    (void)state;
    live_with_loss(100, 10);
}

/* The preset sends news fewer times: now and then somebody does not hear in time that it is suspected, and has to
 * renew. But the cluster stays together. */
static void under_loss_the_lan_preset_always_finds_back_to_agreement(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 20));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    for (unsigned times = 0; times < 20; times++) {
        selkie_sim_loss(sim, SELKIE_SIM_PERCENT(20));
        selkie_sim_run(sim, SELKIE_S(30));
        check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    }
    selkie_sim_loss(sim, 0);
    selkie_sim_run(sim, SELKIE_S(120));
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    selkie_sim_run(sim, SELKIE_S(600));
    selkie_sim_get_counters(sim, &after);
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, after.downs == before.downs && after.renames == before.renames);
    finish(sim);
}

/* Rules: P6.15, P9.12 */
static void packets_that_come_twice_do_no_harm(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 15));
    selkie_sim_duplicates(sim, SELKIE_SIM_PERCENT(50));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(120));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.duplicated > counters.packets / 3);
    check(sim, counters.downs == 0 && counters.renames == 0 && counters.ups == 15 * 14);
    selkie_sim_crash(sim, 9);
    check(sim, selkie_sim_until_all_see(sim, 9, SELKIE_SIM_SEES_DOWN, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    check(sim, watch.about[9].downs == 14 && watch.wrong_downs == 0);
    finish(sim);
}

/* A round trip takes up to 900 ms: often longer than probe_rtt, never longer than a period. News overtakes older
 * news. */
static void packets_that_overtake_each_other_do_no_harm(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 15));
    selkie_sim_latency(sim, SELKIE_MS(1), SELKIE_MS(450));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(300));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_PING_REQ] > 0);
    check(sim, counters.downs == 0 && counters.renames == 0);
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

static void members_that_restart_while_packets_overtake_each_other_settle(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 10));
    selkie_sim_latency(sim, SELKIE_MS(1), SELKIE_MS(450));
    selkie_sim_duplicates(sim, SELKIE_SIM_PERCENT(20));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    for (unsigned times = 0; times < 20; times++) {
        selkie_sim_restart(sim, 1 + times % 9);
        selkie_sim_run(sim, SELKIE_S(3));
    }
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(120));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Everything at once: loss, duplication, delay, and a member that comes or goes every few seconds. In the end all
 * agree. */
static void a_storm_ends_in_agreement(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 16));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(15));
    selkie_sim_duplicates(sim, SELKIE_SIM_PERCENT(15));
    selkie_sim_latency(sim, SELKIE_MS(1), SELKIE_MS(300));
    for (uint32_t times = 0; times < 24; times++) {
        uint32_t member = 1 + times * 7 % 15;
        switch (times % 4) {
        case 0:
            selkie_sim_restart(sim, member);
            break;
        case 1:
            selkie_sim_pause(sim, member);
            selkie_sim_run(sim, SELKIE_S(1 + times / 2));
            selkie_sim_resume(sim, member);
            break;
        case 2:
            selkie_sim_put_on_side(sim, member, 1);
            selkie_sim_run(sim, SELKIE_S(1 + times));
            selkie_sim_heal(sim);
            break;
        default:
            selkie_sim_crash(sim, member);
            selkie_sim_run(sim, SELKIE_S(times));
            selkie_sim_restart(sim, member);
        }
        selkie_sim_run(sim, SELKIE_S(2));
    }
    selkie_sim_loss(sim, 0);
    selkie_sim_duplicates(sim, 0);
    selkie_sim_latency(sim, SELKIE_MS(1), SELKIE_MS(3));
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(300));
    check(sim, selkie_sim_is_agreed(sim));
    finish(sim);
}

struct sizes {
    size_t largest;
    unsigned over;   /* larger than max_packet_size */
    unsigned riding; /* Announce or TurnUndead with something behind the header */
};

static void note_size(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                      size_t size) {
    struct sizes *sizes = ctx;
    const size_t header_size = 4 + 2 * 8;
    bool bare = header->message == SELKIE_ANNOUNCE || header->message == SELKIE_TURN_UNDEAD;
    (void)from;
    (void)to;
    (void)bytes;
    sizes->largest = size > sizes->largest ? size : sizes->largest;
    sizes->over += size > 100;
    sizes->riding += bare && size != header_size;
}

/* With room for seven members in a packet, thirty still get to know each other. */
/* Rules: P3.2, P3.5, P3.8, P4.9 */
static void small_packets_are_filled_and_never_exceeded(void **state) {
    (void)state;
    struct sizes sizes = {0};
    struct selkie_config config = lan(30);
    config.max_packet_size = 100;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 30, .seed = scenario_seed(), .config = &config,
                                                        .ctx = &sizes, .sent = note_size));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_pause(sim, 4);
    selkie_sim_crash(sim, 9);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    selkie_sim_resume(sim, 4);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_TURN_UNDEAD] > 0);
    check(sim, sizes.over == 0 && sizes.riding == 0);
    check(sim, sizes.largest > 100 - 11 && sizes.largest <= 100);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(without_loss_members_live_well),
          cmocka_unit_test(members_live_with_one_packet_of_twenty_lost),
          cmocka_unit_test(members_live_with_one_packet_of_ten_lost),
          cmocka_unit_test(members_live_with_one_packet_of_five_lost),
          cmocka_unit_test(two_members_live_with_one_packet_of_twenty_lost),
          cmocka_unit_test(a_hundred_members_live_with_one_packet_of_ten_lost),
          cmocka_unit_test(under_loss_the_lan_preset_always_finds_back_to_agreement),
          cmocka_unit_test(packets_that_come_twice_do_no_harm),
          cmocka_unit_test(packets_that_overtake_each_other_do_no_harm),
          cmocka_unit_test(members_that_restart_while_packets_overtake_each_other_settle),
          cmocka_unit_test(a_storm_ends_in_agreement), cmocka_unit_test(small_packets_are_filled_and_never_exceeded))
