/* What the engine adds to SWIM, part by part: the same scenario without it and with it. */
#include "scenario.h"

/* Each piece of news goes out so often that it reaches everybody. */
static struct selkie_config often(uint32_t members) {
    struct selkie_config config = lan(members);
    config.adapt_multiplier = 0;
    config.max_transmissions = 20;
    return config;
}

/* ---- Alone, but not lost ---- */

enum { ALONE = 5 };

/* Only one member knocks at Down ones, and nobody's program announces anything again. */
static void prepare_knocker(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_config config;
    (void)ctx;
    if (member != ALONE) {
        config = *options->config;
        config.periodic_announce_to_down_members.every_us = 0;
        options->config = &config;
    }
}

/* A member is cut off until it has lost everybody, and all have given it up. Do they find together again? */
static bool single_half_comes_back(bool announces_while_idle) {
    struct watch watch;
    struct selkie_config config = lan(6);
    config.announce_while_idle = announces_while_idle;
    selkie_sim *sim =
        watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 6, .config = &config, .prepare = prepare_knocker));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    selkie_sim_rejoin(sim, false);
    selkie_sim_isolate(sim, ALONE);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(600)) != SELKIE_SIM_NEVER);
    check(sim, selkie_connection(selkie_sim_engine(sim, ALONE)) == SELKIE_DISCONNECTED);
    selkie_sim_heal(sim);
    uint64_t took_us = selkie_sim_until_agreed(sim, SELKIE_S(600));
    check(sim, took_us == SELKIE_SIM_NEVER || took_us < 2 * config.periodic_announce_to_down_members.every_us);
    finish(sim);
    return took_us != SELKIE_SIM_NEVER;
}

/* Rules: P26.8 */
static void a_half_of_one_member_finds_the_other_half(void **state) {
    (void)state;
    assert_false(single_half_comes_back(false));
    assert_true(single_half_comes_back(true));
}

/* ---- Broadcasts ---- */

/* A broadcast here is { subject, 0, 0, ... }: each is new once. */
struct radio {
    selkie_sim *sim;
    struct receiver {
        struct radio *radio;
        bool heard[256];
        uint64_t heard_us[256];
        unsigned sent, replaced;
    } of[64];
};

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct receiver *receiver = ctx;
    uint8_t subject = *(const uint8_t *)bytes;
    (void)size;
    (void)sender;
    *(uint8_t *)key = subject;
    if (receiver->heard[subject]) {
        return SELKIE_KNOWN;
    }
    receiver->heard[subject] = true;
    receiver->heard_us[subject] = selkie_sim_now(receiver->radio->sim);
    return SELKIE_NEW;
}

static void done(void *ctx, const void *key, enum selkie_broadcast_end end) {
    struct receiver *receiver = ctx;
    (void)key;
    receiver->sent += end == SELKIE_BROADCAST_SENT;
    receiver->replaced += end == SELKIE_BROADCAST_REPLACED;
}

static void prepare_radio(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_broadcasts handler;
    struct radio *radio = ctx;
    radio->of[member] = (struct receiver){.radio = radio};
    handler = (struct selkie_broadcasts){
        .struct_size = sizeof handler, .ctx = &radio->of[member], .key_size = 1, .receive = receive, .done = done};
    options->broadcasts = &handler;
}

static selkie_sim *on_air(struct radio *radio, uint32_t members, const struct selkie_config *config) {
    memset(radio, 0, sizeof *radio);
    radio->sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = members, .seed = scenario_seed(), .config = config,
                                                   .ctx = radio, .prepare = prepare_radio));
    selkie_sim_acquaint(radio->sim, config->probe_period_us);
    selkie_sim_run(radio->sim, SELKIE_S(2));
    return radio->sim;
}

static void say(selkie_sim *sim, uint32_t member, uint8_t subject, size_t size, unsigned priority) {
    uint8_t bytes[1400] = {subject};
    assert_int_equal(selkie_add_broadcast(selkie_sim_engine(sim, member), bytes, size, priority), 1);
}

static bool all_heard(const selkie_sim *sim, void *ctx) {
    const struct radio *radio = ctx;
    bool all = true;
    for (uint32_t member = 0; member < selkie_sim_size(sim); member++) {
        all &= radio->of[member].heard[1];
    }
    return all;
}

enum { CHANGING = 1000 };

/* Each of a thousand members that are not simulated goes on under another generation, and each second again. */
static void change_all(selkie_sim *sim, void *ctx) {
    uint8_t *generation = ctx;
    static uint8_t identities[CHANGING][8];
    static struct selkie_member members[CHANGING];
    ++*generation;
    for (unsigned i = 0; i < CHANGING; i++) {
        identities[i][0] = 99;
        identities[i][2] = (uint8_t)(i >> 8);
        identities[i][3] = (uint8_t)i;
        identities[i][7] = *generation;
        members[i] =
            (struct selkie_member){.struct_size = sizeof members[i], .identity = identities[i], .state = SELKIE_DOWN};
    }
    for (uint32_t member = 0; member < selkie_sim_size(sim); member++) {
        selkie_apply_many(selkie_sim_engine(sim, member), members, CHANGING, true);
    }
    selkie_sim_at(sim, selkie_sim_now(sim) + SELKIE_S(1), change_all, ctx);
}

/* How long a broadcast takes to reach everybody meanwhile, at most a minute. */
static uint64_t broadcast_takes(uint8_t share_percent, size_t size) {
    static struct radio radio;
    struct selkie_config config = often(10);
    uint8_t generation = 0;
    config.broadcast_share_percent = share_percent;
    selkie_sim *sim = on_air(&radio, 10, &config);
    selkie_sim_excuse(sim, SELKIE_SIM_ALL);
    change_all(sim, &generation);
    selkie_sim_run(sim, SELKIE_S(3));
    say(sim, 4, 1, size, 0);
    uint64_t took_us = selkie_sim_until(sim, all_heard, &radio, SELKIE_S(60));
    finish(sim);
    return took_us;
}

/* Rules: P26.5, P26.6 */
static void broadcasts_arrive_in_time_while_a_thousand_members_change(void **state) {
    (void)state;
    assert_true(broadcast_takes(0, 100) > SELKIE_S(10));
    assert_true(broadcast_takes(25, 100) <= SELKIE_S(2));
    assert_true(broadcast_takes(25, 1200) <= SELKIE_S(4)); /* larger than its share: it saves up */
}

/* Rules: P12.8 */
static void an_urgent_broadcast_overtakes_a_hundred(void **state) {
    (void)state;
    static struct radio radio;
    struct selkie_config config = often(10);
    selkie_sim *sim = on_air(&radio, 10, &config);
    for (unsigned subject = 100; subject < 200; subject++) {
        say(sim, 0, (uint8_t)subject, 300, 0);
    }
    say(sim, 0, 1, 300, 3);
    check(sim, selkie_sim_until(sim, all_heard, &radio, SELKIE_S(10)) <= SELKIE_S(2));
    selkie_sim_run(sim, SELKIE_S(60));
    unsigned overtaken = 0;
    for (uint32_t member = 1; member < 10; member++) {
        for (unsigned subject = 100; subject < 200; subject++) {
            check(sim, radio.of[member].heard[subject]);
            overtaken += radio.of[member].heard_us[1] <= radio.of[member].heard_us[subject];
        }
    }
    check(sim, overtaken > 9 * 100 * 95 / 100); /* the first few may have gone with it to the same member */
    finish(sim);
}

/* ---- Done ---- */

static bool farewell_is_done(const selkie_sim *sim, void *ctx) {
    const struct radio *radio = ctx;
    (void)sim;
    return radio->of[3].sent == 1;
}

/* Rules: P26.7 */
static void who_waits_for_its_farewell_to_be_done_was_heard(void **state) {
    (void)state;
    static struct radio radio;
    struct selkie_config config = often(10);
    selkie_sim *sim = on_air(&radio, 10, &config);
    say(sim, 3, 1, 20, 3);
    check(sim, !farewell_is_done(sim, &radio));
    check(sim, selkie_sim_until(sim, farewell_is_done, &radio, SELKIE_S(10)) != SELKIE_SIM_NEVER);
    check(sim, selkie_broadcasts_backlog(selkie_sim_engine(sim, 3)) == 0);
    selkie_sim_leave(sim, 3);
    for (unsigned times = 0; selkie_farewell_pending(selkie_sim_engine(sim, 3)); times++) {
        check(sim, times < 20);
        selkie_sim_run(sim, SELKIE_MS(100));
        selkie_gossip(selkie_sim_engine(sim, 3));
    }
    selkie_sim_crash(sim, 3);
    selkie_sim_run(sim, SELKIE_S(2));
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, radio.of[member].heard[1]);
    }
    check(sim, selkie_sim_all_see(sim, 3, SELKIE_SIM_SEES_DOWN));
    finish(sim);
}

/* ---- Bounds ---- */

static void prepare_full(void *ctx, uint32_t member, struct selkie_options *options) {
    (void)ctx;
    (void)member;
    options->max_members = 7;
}

/* Eight members whose tables are full of each other; four more knock, again and again. */
/* Rules: P19.2, P19.3 */
static void strangers_that_knock_at_full_tables_disturb_nobody(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    selkie_sim *sim =
        watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 12, .config = &config, .prepare = prepare_full));
    selkie_sim_start(sim, 0);
    for (uint32_t member = 1; member < 8; member++) {
        selkie_sim_join(sim, member, 0);
    }
    check(sim, selkie_sim_until_all_know_all(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    for (uint32_t stranger = 8; stranger < 12; stranger++) {
        selkie_sim_join(sim, stranger, stranger - 8);
    }
    selkie_sim_run(sim, SELKIE_S(600));
    for (uint32_t member = 0; member < 8; member++) {
        struct selkie_stats stats = {.struct_size = sizeof stats};
        selkie_get_stats(selkie_sim_engine(sim, member), &stats);
        check(sim, selkie_active_count(selkie_sim_engine(sim, member)) == 7);
        check(sim, stats.members_displaced == 0);
        check(sim, member >= 4 || (stats.members_refused > 0 && stats.packets_from_strangers > 0));
        check(sim, watch.about[member].downs == 0);
    }
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* ---- Eviction ---- */

static bool can_renew;

static void prepare_renewal(void *ctx, uint32_t member, struct selkie_options *options) {
    static struct selkie_identity_type type;
    (void)ctx;
    (void)member;
    type = *options->type;
    type.renew = can_renew ? type.renew : NULL;
    options->type = &type;
}

static selkie_sim *with_one_evicted(struct watch *watch, uint32_t evicted) {
    struct selkie_config config = often(8);
    selkie_sim *sim =
        watch_cluster(watch, SELKIE_SIM_OPTIONS(.members = 8, .config = &config, .prepare = prepare_renewal));
    check(sim, selkie_sim_form(sim) != SELKIE_SIM_NEVER);
    unsigned char identity[8];
    memcpy(identity, selkie_sim_identity(sim, evicted), sizeof identity);
    check(sim, selkie_evict(selkie_sim_engine(sim, 1), identity) == SELKIE_OK);
    check(sim, selkie_evict(selkie_sim_engine(sim, 1), identity) == SELKIE_E_UNKNOWN_MEMBER);
    return sim;
}

/* Rules: P26.1 */
static void an_evicted_member_that_argues_back_stays_down(void **state) {
    (void)state;
    struct watch watch;
    can_renew = false;
    selkie_sim *sim = with_one_evicted(&watch, 6);
    uint64_t took_us = selkie_sim_until_all_see(sim, 6, SELKIE_SIM_SEES_DOWN, SELKIE_S(60));
    check(sim, took_us <= SELKIE_S(5));
    selkie_sim_run(sim, SELKIE_S(120)); /* it goes on saying that it is alive to whoever listens */
    check(sim, selkie_connection(selkie_sim_engine(sim, 6)) == SELKIE_UNDEAD);
    check(sim, selkie_sim_all_see(sim, 6, SELKIE_SIM_SEES_DOWN));
    check(sim, watch.about[6].downs == 7);
    finish(sim);
}

/* Rules: P26.1, P26.9, P13.4, P13.6 */
static void an_evicted_member_that_can_renew_comes_back_as_another(void **state) {
    (void)state;
    struct watch watch;
    struct selkie_config config = lan(8);
    can_renew = true;
    selkie_sim *sim = with_one_evicted(&watch, 6);
    check_between(sim, selkie_sim_until_agreed(sim, SELKIE_S(60)), 1, greeting_most(&config, 8));
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.rejoins == 1 && counters.defuncts == 0);
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_half_of_one_member_finds_the_other_half),
          cmocka_unit_test(broadcasts_arrive_in_time_while_a_thousand_members_change),
          cmocka_unit_test(an_urgent_broadcast_overtakes_a_hundred),
          cmocka_unit_test(who_waits_for_its_farewell_to_be_done_was_heard),
          cmocka_unit_test(strangers_that_knock_at_full_tables_disturb_nobody),
          cmocka_unit_test(an_evicted_member_that_argues_back_stays_down),
          cmocka_unit_test(an_evicted_member_that_can_renew_comes_back_as_another))
