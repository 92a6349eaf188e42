/* Bad networks: packets that are lost, come twice, or come late and out of order. */
#include "scenario.h"

/* Form under loss, live with it, and lose a member. Suspicions are refuted, every one. */
static void live_with_loss(uint32_t members, unsigned percent) {
    struct watch watch;
    struct selkie_config config = talkative(members);
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = members, .config = &config});
    cluster_loss(c, percent);
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(120));
    check(c, watch.wrong_downs == 0);
    cluster_crash(c, 1);
    check(c, cluster_until_all_see(c, 1, CLUSTER_SEES_DOWN, SELKIE_S(300)) != CLUSTER_NEVER);
    cluster_restart(c, 1);
    check(c, cluster_until_agreed(c, SELKIE_S(120)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(60));
    check(c, cluster_is_agreed(c));
    check(c, watch.wrong_downs == 0);
    finish(c);
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
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 20});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    for (unsigned times = 0; times < 20; times++) {
        cluster_loss(c, 20);
        cluster_run(c, SELKIE_S(30));
        check(c, cluster_until_agreed(c, SELKIE_S(120)) != CLUSTER_NEVER);
    }
    cluster_loss(c, 0);
    cluster_run(c, SELKIE_S(120));
    struct cluster_counters before, after;
    cluster_counters(c, &before);
    cluster_run(c, SELKIE_S(600));
    cluster_counters(c, &after);
    check(c, cluster_is_agreed(c));
    check(c, after.downs == before.downs && after.renames == before.renames);
    finish(c);
}

/* Rules: P6.15, P9.12 */
static void packets_that_come_twice_do_no_harm(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 15});
    cluster_duplicates(c, 50);
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(120));
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.duplicated > counters.packets / 3);
    check(c, counters.downs == 0 && counters.renames == 0 && counters.ups == 15 * 14);
    cluster_crash(c, 9);
    check(c, cluster_until_all_see(c, 9, CLUSTER_SEES_DOWN, SELKIE_S(120)) != CLUSTER_NEVER);
    check(c, watch.about[9].downs == 14 && watch.wrong_downs == 0);
    finish(c);
}

/* A round trip takes up to 900 ms: often longer than probe_rtt, never longer than a period. News overtakes older
 * news. */
static void packets_that_overtake_each_other_do_no_harm(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 15});
    cluster_latency(c, SELKIE_MS(1), SELKIE_MS(450));
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(300));
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.sent[SELKIE_PING_REQ] > 0);
    check(c, counters.downs == 0 && counters.renames == 0);
    check(c, cluster_is_agreed(c));
    finish(c);
}

static void members_that_restart_while_packets_overtake_each_other_settle(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 10});
    cluster_latency(c, SELKIE_MS(1), SELKIE_MS(450));
    cluster_duplicates(c, 20);
    check(c, cluster_form(c) != CLUSTER_NEVER);
    for (unsigned times = 0; times < 20; times++) {
        cluster_restart(c, 1 + times % 9);
        cluster_run(c, SELKIE_S(3));
    }
    check(c, cluster_until_agreed(c, SELKIE_S(120)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(120));
    check(c, cluster_is_agreed(c));
    check(c, watch.wrong_downs == 0);
    finish(c);
}

/* Everything at once: loss, duplication, delay, and a member that comes or goes every few seconds. In the end all
 * agree. */
static void a_storm_ends_in_agreement(void **state) {
    (void)state;
    struct watch watch;
    struct cluster *c = watch_cluster(&watch, &(struct cluster_options){.members = 16});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_loss(c, 15);
    cluster_duplicates(c, 15);
    cluster_latency(c, SELKIE_MS(1), SELKIE_MS(300));
    for (uint32_t times = 0; times < 24; times++) {
        uint32_t member = 1 + times * 7 % 15;
        switch (times % 4) {
        case 0:
            cluster_restart(c, member);
            break;
        case 1:
            cluster_pause(c, member);
            cluster_run(c, SELKIE_S(1 + times / 2));
            cluster_resume(c, member);
            break;
        case 2:
            cluster_put_on_side(c, member, 1);
            cluster_run(c, SELKIE_S(1 + times));
            cluster_heal(c);
            break;
        default:
            cluster_crash(c, member);
            cluster_run(c, SELKIE_S(times));
            cluster_restart(c, member);
        }
        cluster_run(c, SELKIE_S(2));
    }
    cluster_loss(c, 0);
    cluster_duplicates(c, 0);
    cluster_latency(c, SELKIE_MS(1), SELKIE_MS(3));
    check(c, cluster_until_agreed(c, SELKIE_S(600)) != CLUSTER_NEVER);
    cluster_run(c, SELKIE_S(300));
    check(c, cluster_is_agreed(c));
    finish(c);
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
    struct cluster *c = cluster_new(&(struct cluster_options){
        .members = 30, .seed = scenario_seed(), .config = &config, .ctx = &sizes, .sent = note_size});
    check(c, cluster_form(c) != CLUSTER_NEVER);
    cluster_pause(c, 4);
    cluster_crash(c, 9);
    check(c, cluster_until_agreed(c, SELKIE_S(600)) != CLUSTER_NEVER);
    cluster_resume(c, 4);
    check(c, cluster_until_agreed(c, SELKIE_S(600)) != CLUSTER_NEVER);
    struct cluster_counters counters;
    cluster_counters(c, &counters);
    check(c, counters.sent[SELKIE_TURN_UNDEAD] > 0);
    check(c, sizes.over == 0 && sizes.riding == 0);
    check(c, sizes.largest > 100 - 11 && sizes.largest <= 100);
    finish(c);
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
