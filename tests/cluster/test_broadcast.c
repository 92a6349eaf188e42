/* Custom broadcasts: a program's own bytes, told to everybody. */
#include "scenario.h"

#define MEMBERS_MAX 100u

/* A broadcast here is { subject, version }: of each subject the latest version is kept, and spread. */
struct listener {
    uint8_t version[256];
    unsigned news, known;
};

struct audience {
    struct listener listeners[MEMBERS_MAX];
    unsigned riding; /* Announces and TurnUndeads with something behind the header */
};

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct listener *listener = ctx;
    const uint8_t *said = bytes;
    (void)sender;
    if (size < 2) {
        return SELKIE_REFUSED;
    }
    if (said[1] <= listener->version[said[0]]) {
        listener->known++;
        return SELKIE_KNOWN;
    }
    listener->version[said[0]] = said[1];
    listener->news++;
    *(uint8_t *)key = said[0];
    return SELKIE_NEW;
}

static void prepare(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_broadcasts broadcasts;
    struct audience *audience = ctx;
    audience->listeners[member] = (struct listener){.news = 0};
    broadcasts = (struct selkie_broadcasts){
        .struct_size = sizeof broadcasts, .ctx = &audience->listeners[member], .key_size = 1, .receive = receive};
    options->broadcasts = &broadcasts;
}

static selkie_sim *with_audience(struct audience *audience, uint32_t members, unsigned loss) {
    struct selkie_config config = talkative(members);
    memset(audience, 0, sizeof *audience);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = members, .seed = scenario_seed(), .config = &config,
                                                        .ctx = audience, .prepare = prepare));
    selkie_sim_loss(sim, SELKIE_SIM_PERCENT(loss));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    return sim;
}

static void say(selkie_sim *sim, uint32_t member, uint8_t subject, uint8_t version) {
    const uint8_t said[2] = {subject, version};
    assert_int_equal(selkie_add_broadcast(selkie_sim_engine(sim, member), said, sizeof said, 0), 1);
}

static void expect_all_heard(selkie_sim *sim, const struct audience *audience, uint8_t subject, uint8_t version) {
    for (uint32_t member = 0; member < selkie_sim_size(sim); member++) {
        check(sim, audience->listeners[member].version[subject] == version);
    }
}

static void expect_silence(selkie_sim *sim) {
    for (uint32_t member = 0; member < selkie_sim_size(sim); member++) {
        check(sim, selkie_broadcasts_backlog(selkie_sim_engine(sim, member)) == 0);
    }
}

static void reach(uint32_t members, unsigned loss, uint64_t within_us) {
    static struct audience audience;
    selkie_sim *sim = with_audience(&audience, members, loss);
    say(sim, members / 2, 7, 1);
    selkie_sim_run(sim, within_us);
    expect_all_heard(sim, &audience, 7, 1);
    selkie_sim_run(sim, SELKIE_S(60));
    for (uint32_t member = 0; member < members; member++) {
        check(sim, audience.listeners[member].news == 1);
    }
    expect_silence(sim);
    finish(sim);
}

/* Rules: P12.1, P12.5, P12.8, P7.4 */
static void a_broadcast_is_new_once_to_each_of_two(void **state) {
    (void)state;
    reach(2, 0, SELKIE_S(1));
}

static void a_broadcast_is_new_once_to_each_of_ten(void **state) {
    (void)state;
    reach(10, 0, SELKIE_S(2));
}

static void a_broadcast_is_new_once_to_each_of_a_hundred(void **state) {
    (void)state;
    reach(100, 0, SELKIE_S(3));
}

static void a_broadcast_reaches_all_although_a_fifth_of_the_packets_is_lost(void **state) {
    (void)state;
    reach(30, 20, SELKIE_S(4));
}

/* Rules: P12.8 */
static void a_broadcast_is_sent_its_times_by_each_member_and_no_more(void **state) {
    (void)state;
    static struct audience audience;
    selkie_sim *sim = with_audience(&audience, 10, 0);
    say(sim, 4, 7, 1);
    selkie_sim_run(sim, SELKIE_S(120));
    unsigned heard = 0;
    for (uint32_t member = 0; member < 10; member++) {
        heard += audience.listeners[member].news - (member == 4) + audience.listeners[member].known;
    }
    check(sim, heard == 10 * 20);
    finish(sim);
}

/* Rules: P12.3, P12.4 */
static void of_many_versions_all_end_up_with_the_latest(void **state) {
    (void)state;
    static struct audience audience;
    selkie_sim *sim = with_audience(&audience, 20, 0);
    for (uint8_t version = 1; version <= 50; version++) {
        say(sim, 3, 7, version);
        say(sim, 8, 9, version);
        selkie_sim_run(sim, SELKIE_MS(100));
        check(sim, selkie_broadcasts_backlog(selkie_sim_engine(sim, 3)) <= 2);
    }
    selkie_sim_run(sim, SELKIE_S(3));
    expect_all_heard(sim, &audience, 7, 50);
    expect_all_heard(sim, &audience, 9, 50);
    selkie_sim_run(sim, SELKIE_S(60));
    expect_silence(sim);
    finish(sim);
}

/* Rules: P12.9 */
static void a_broadcast_call_sends_at_once_to_as_many_as_configured(void **state) {
    (void)state;
    static struct audience audience;
    selkie_sim *sim = with_audience(&audience, 10, 0);
    selkie_sim_run(sim, SELKIE_S(60));
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    assert_int_equal(selkie_broadcast(selkie_sim_engine(sim, 2)), SELKIE_OK);
    selkie_sim_get_counters(sim, &after);
    check(sim, after.packets == before.packets);
    say(sim, 2, 7, 1);
    assert_int_equal(selkie_broadcast(selkie_sim_engine(sim, 2)), SELKIE_OK);
    selkie_sim_get_counters(sim, &after);
    check(sim, after.sent[SELKIE_BROADCAST] - before.sent[SELKIE_BROADCAST] == 3);
    selkie_sim_run(sim, SELKIE_MS(3));
    unsigned heard = 0;
    for (uint32_t member = 0; member < 10; member++) {
        heard += audience.listeners[member].version[7] == 1;
    }
    check(sim, heard >= 4);
    finish(sim);
}

static bool wants(void *ctx, const void *identity) {
    (void)ctx;
    return ((const unsigned char *)identity)[3] != 6; /* the last byte of the IP address of member 5 */
}

static void prepare_choosy(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_broadcasts choosy;
    prepare(ctx, member, options);
    choosy = *options->broadcasts;
    choosy.wants = wants;
    options->broadcasts = &choosy;
}

/* Rules: P3.7 */
static void who_is_not_to_get_broadcasts_gets_none(void **state) {
    (void)state;
    static struct audience audience;
    struct selkie_config config = talkative(10);
    memset(&audience, 0, sizeof audience);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 10, .seed = scenario_seed(), .config = &config,
                                                        .ctx = &audience, .prepare = prepare_choosy));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    say(sim, 2, 7, 1);
    selkie_sim_run(sim, SELKIE_S(120));
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, audience.listeners[member].version[7] == (member != 5));
        check(sim, member != 5 || audience.listeners[member].known == 0);
    }
    finish(sim);
}

static void note_riding(void *ctx, uint32_t from, uint32_t to, const struct selkie_header *header, const void *bytes,
                        size_t size) {
    struct audience *audience = ctx;
    bool bare = header->message == SELKIE_ANNOUNCE || header->message == SELKIE_TURN_UNDEAD;
    const size_t header_size = 4 + 2 * 8;
    (void)from;
    (void)to;
    (void)bytes;
    audience->riding += bare && size != header_size;
}

/* Rules: P3.2 */
static void nothing_rides_on_announce_and_turn_undead_although_there_is_much_to_tell(void **state) {
    (void)state;
    static struct audience audience;
    struct selkie_config config = talkative(6);
    config.max_transmissions = 255;
    config.periodic_announce.every_us = SELKIE_S(1);
    memset(&audience, 0, sizeof audience);
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 6, .seed = scenario_seed(), .config = &config,
                                                        .ctx = &audience, .prepare = prepare, .sent = note_riding));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    for (uint32_t member = 0; member < 6; member++) {
        say(sim, member, (uint8_t)(1 + member), 1);
    }
    selkie_sim_pause(sim, 3);
    check(sim, selkie_sim_until_all_see(sim, 3, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    check(sim, selkie_updates_backlog(selkie_sim_engine(sim, 1)) > 0 &&
                   selkie_broadcasts_backlog(selkie_sim_engine(sim, 1)) > 0);
    selkie_sim_resume(sim, 3);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.sent[SELKIE_ANNOUNCE] > 30 && counters.sent[SELKIE_TURN_UNDEAD] > 0);
    check(sim, audience.riding == 0);
    finish(sim);
}

static void what_is_said_on_both_sides_of_a_split_is_known_on_its_side_only(void **state) {
    (void)state;
    static struct audience audience;
    selkie_sim *sim = with_audience(&audience, 10, 0);
    selkie_sim_split(sim, 5);
    say(sim, 1, 7, 1);
    say(sim, 8, 9, 1);
    selkie_sim_run(sim, SELKIE_S(60));
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, audience.listeners[member].version[7] == (member < 5));
        check(sim, audience.listeners[member].version[9] == (member >= 5));
    }
    selkie_sim_heal(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    say(sim, 1, 7, 2);
    selkie_sim_run(sim, SELKIE_S(3));
    expect_all_heard(sim, &audience, 7, 2);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_broadcast_is_new_once_to_each_of_two),
          cmocka_unit_test(a_broadcast_is_new_once_to_each_of_ten),
          cmocka_unit_test(a_broadcast_is_new_once_to_each_of_a_hundred),
          cmocka_unit_test(a_broadcast_reaches_all_although_a_fifth_of_the_packets_is_lost),
          cmocka_unit_test(a_broadcast_is_sent_its_times_by_each_member_and_no_more),
          cmocka_unit_test(of_many_versions_all_end_up_with_the_latest),
          cmocka_unit_test(a_broadcast_call_sends_at_once_to_as_many_as_configured),
          cmocka_unit_test(who_is_not_to_get_broadcasts_gets_none),
          cmocka_unit_test(nothing_rides_on_announce_and_turn_undead_although_there_is_much_to_tell),
          cmocka_unit_test(what_is_said_on_both_sides_of_a_split_is_known_on_its_side_only))
