/* The checks of a simulated cluster: each is seen to fail when a member misbehaves, and not otherwise. */
#include "liar.h"

/* Members come, come back and crash, and then there is time for all that has to follow. */
static selkie_sim *play(enum lie lie, uint32_t checks_off, struct findings *findings) {
    struct selkie_sim_options options = *SELKIE_SIM_OPTIONS(.members = 4, .seed = scenario_seed());
    options.checks_off = checks_off;
    liar_lies(&options, lie);
    liar_findings(&options, findings);
    selkie_sim *sim = selkie_sim_new(&options);
    for (uint32_t member = 0; member < 4; member++) {
        selkie_sim_join(sim, member, member == 0 ? 1 : 0);
    }
    selkie_sim_run(sim, SELKIE_S(20));
    selkie_sim_restart(sim, 3);
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_crash(sim, 2);
    selkie_sim_run(sim, 3 * selkie_sim_detection_bound_us(sim) + SELKIE_S(1));
    return sim;
}

static void assert_found(selkie_sim *sim, const struct findings *findings, enum selkie_sim_check check) {
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    if ((findings->of_liar & SELKIE_SIM_CHECK_BIT(check)) == 0 || counters.violations == 0) {
        selkie_sim_report(sim, stderr);
        fail_msg("%s did not fail (found: %x)", selkie_sim_check_name(check), findings->of_liar);
    }
}

static void assert_finds(enum lie lie, enum selkie_sim_check check) {
    struct findings findings;
    selkie_sim *sim = play(lie, 0, &findings);
    assert_found(sim, &findings, check);
    selkie_sim_free(sim);
}

/* ---- Nothing is found without a lie ---- */

static void nothing_is_found_of_members_that_are_honest(void **state) {
    (void)state;
    struct findings findings;
    selkie_sim *sim = play(LIE_NONE, 0, &findings);
    selkie_sim_run(sim, selkie_sim_convergence_bound_us(sim));
    check(sim, findings.of_liar == 0 && findings.of_others == 0);
    finish(sim);
}

/* ---- Each check can fail ---- */

static void who_speaks_of_an_incarnation_that_nobody_had_is_found(void **state) {
    (void)state;
    assert_finds(LIE_INCARNATION_OF_ANOTHER, SELKIE_SIM_CHECK_INCARNATION);
    assert_finds(LIE_OWN_INCARNATION, SELKIE_SIM_CHECK_INCARNATION);
}

static void who_speaks_of_an_identity_that_never_was_is_found(void **state) {
    (void)state;
    assert_finds(LIE_IDENTITY, SELKIE_SIM_CHECK_STRANGER);
}

static void who_tells_what_it_does_not_hold_is_found(void **state) {
    (void)state;
    assert_finds(LIE_DOWN_IS_ALIVE, SELKIE_SIM_CHECK_TABLE);
}

static void who_notifies_too_little_or_too_much_is_found(void **state) {
    (void)state;
    assert_finds(LIE_NO_UP, SELKIE_SIM_CHECK_TABLE);
    assert_finds(LIE_NO_UP, SELKIE_SIM_CHECK_NEWS);
    assert_finds(LIE_TWO_UPS, SELKIE_SIM_CHECK_NEWS);
    assert_finds(LIE_NO_ACTIVE, SELKIE_SIM_CHECK_NEWS);
}

static void packets_that_are_not_well_formed_are_found(void **state) {
    (void)state;
    assert_finds(LIE_JUNK, SELKIE_SIM_CHECK_PACKET);
    assert_finds(LIE_STRAY_BYTES, SELKIE_SIM_CHECK_PACKET);
    assert_finds(LIE_TOO_LARGE, SELKIE_SIM_CHECK_PACKET);
    assert_finds(LIE_FROM_ANOTHER, SELKIE_SIM_CHECK_PACKET);
    assert_finds(LIE_TWICE_IN_A_PACKET, SELKIE_SIM_CHECK_PACKET);
}

static void packets_that_nothing_called_for_are_found(void **state) {
    (void)state;
    assert_finds(LIE_TWO_ANSWERS, SELKIE_SIM_CHECK_TRAFFIC);
    assert_finds(LIE_MANY_TIMERS, SELKIE_SIM_CHECK_TRAFFIC);
}

static void more_timers_than_there_may_be_are_found(void **state) {
    (void)state;
    assert_finds(LIE_MANY_TIMERS, SELKIE_SIM_CHECK_TIMERS);
}

static void news_that_is_told_for_ever_is_found(void **state) {
    (void)state;
    assert_finds(LIE_SAME_NEWS, SELKIE_SIM_CHECK_BACKLOG);
}

static void who_suspects_without_a_cause_is_found(void **state) {
    (void)state;
    assert_finds(LIE_ALIVE_IS_SUSPECT, SELKIE_SIM_CHECK_SUSPICION);
}

static void who_says_that_a_live_member_is_down_is_found(void **state) {
    (void)state;
    assert_finds(LIE_ALIVE_IS_DOWN, SELKIE_SIM_CHECK_DOWN);
}

static void who_does_not_answer_is_found(void **state) {
    (void)state;
    assert_finds(LIE_NO_ACK, SELKIE_SIM_CHECK_ANSWER);
}

static void who_does_not_probe_is_found(void **state) {
    (void)state;
    assert_finds(LIE_NO_PING, SELKIE_SIM_CHECK_PROBING);
}

static void who_keeps_news_to_itself_is_found(void **state) {
    (void)state;
    assert_finds(LIE_NO_NEWS, SELKIE_SIM_CHECK_TELLING);
}

static void who_does_not_learn_of_a_crash_is_found(void **state) {
    (void)state;
    assert_finds(LIE_DEAF_TO_BAD_NEWS, SELKIE_SIM_CHECK_DETECTION);
}

static void who_never_agrees_with_the_others_is_found(void **state) {
    (void)state;
    struct findings findings;
    selkie_sim *sim = play(LIE_DEAF_TO_BAD_NEWS, 0, &findings);
    uint64_t bound_us = selkie_sim_convergence_bound_us(sim);
    check(sim, bound_us < SELKIE_S(7200));
    check(sim, (findings.of_liar & SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_CONVERGENCE)) == 0);
    selkie_sim_run(sim, bound_us);
    assert_found(sim, &findings, SELKIE_SIM_CHECK_CONVERGENCE);
    selkie_sim_free(sim);
}

static void a_call_that_fails_is_found(void **state) {
    (void)state;
    struct findings findings;
    selkie_sim *sim = play(LIE_JUNK, 0, &findings);
    assert_true((findings.of_others & SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_CALL)) != 0);
    selkie_sim_free(sim);
}

static void a_check_that_is_off_says_nothing_and_is_not_counted(void **state) {
    (void)state;
    struct findings findings;
    selkie_sim *sim = play(LIE_DOWN_IS_ALIVE, UINT32_MAX, &findings);
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    assert_int_equal(counters.violations, 0);
    assert_int_equal(findings.of_liar | findings.of_others, 0);
    selkie_sim_free(sim);
}

static void every_check_has_a_name_and_a_text(void **state) {
    (void)state;
    assert_string_equal(selkie_sim_check_name(SELKIE_SIM_CHECK_DOWN), "DOWN");
    for (int check = 0; check < SELKIE_SIM_CHECK_COUNT; check++) {
        assert_true(strlen(selkie_sim_check_text((enum selkie_sim_check)check)) > 20);
    }
    assert_string_equal(selkie_sim_check_name(SELKIE_SIM_CHECK_COUNT), "unknown");
}

/* ---- What is not a violation ---- */

static void give_news(selkie *engine, uint32_t about, uint16_t incarnation, uint8_t state) {
    unsigned char identity[8] = {10, 0, 0, (unsigned char)(about + 1), 0x1e, 0xd2, 0, 1};
    struct selkie_member member = {
        .struct_size = sizeof member, .identity = identity, .incarnation = incarnation, .state = state};
    assert_true(selkie_apply_many(engine, &member, 1, true) >= 0);
}

/* Between two events a program may do with its engine whatever the engine lets it. */
static void meddle(selkie *engine, uint32_t turn) {
    struct selkie_config config = lan(5);
    unsigned char identity[8];
    switch (turn % 6) {
    case 0:
        memcpy(identity, selkie_identity(engine), sizeof identity);
        identity[7]++;
        assert_true(selkie_change_identity(engine, identity) >= 0);
        identity[7]++;
        assert_true(selkie_change_identity(engine, identity) >= 0);
        break;
    case 1:
        assert_true(selkie_leave(engine) >= 0);
        break;
    case 2:
        (void)!selkie_reuse_down_identity(engine);
        break;
    case 3:
        assert_true(selkie_revive(engine) >= 0);
        break;
    case 4:
        config.max_transmissions = (uint8_t)(1 + turn % 3);
        config.periodic_gossip.members = 1;
        config.num_indirect_probes = (uint8_t)(1 + turn % 2);
        assert_true(selkie_set_config(engine, &config) >= 0);
        break;
    default:
        assert_true(selkie_gossip(engine) >= 0);
        break;
    }
}

/* It may also tell it what nobody said. */
static void make_up_news(selkie_sim *sim, uint32_t turn) {
    static const unsigned char gossip[] = {1, SELKIE_GOSSIP, 10,   0, 0, 0x63, 0x1e, 0xd2, 0, 1, 5, 0, 10, 0, 0,
                                           1, 0x1e,          0xd2, 0, 1};
    selkie *engine = selkie_sim_engine(sim, turn % 5);
    switch (turn % 3) {
    case 0:
        give_news(engine, (turn + 1) % 5, (uint16_t)turn, SELKIE_SUSPECT);
        break;
    case 1:
        give_news(engine, 100 + turn, 3, turn % 2 == 0 ? SELKIE_DOWN : SELKIE_ALIVE);
        break;
    default:
        selkie_sim_inject(sim, turn % 5, gossip, sizeof gossip);
        break;
    }
}

static void let_time_pass(selkie_sim *sim, uint32_t turn) {
    selkie_sim_run(sim, SELKIE_MS(turn * 37 % 900));
    if (turn % 50 == 49) {
        selkie_sim_restart(sim, turn / 50 % 5);
    }
}

static void what_a_program_does_to_its_engines_is_no_violation(void **state) {
    (void)state;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5, .seed = scenario_seed()));
    selkie_sim_form(sim);
    for (uint32_t turn = 0; turn < 400; turn++) {
        meddle(selkie_sim_engine(sim, turn % 5), turn);
        let_time_pass(sim, turn);
    }
    finish(sim);
}

/* It may have asked for them once, long before. That it tells them of a pause ends their probes, and they say nothing. */
static void engines_that_a_program_kept_may_be_called_at_any_time(void **state) {
    (void)state;
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = 5, .seed = scenario_seed()));
    selkie *engines[4];
    selkie_sim_acquaint(sim, SELKIE_S(1));
    for (uint32_t member = 0; member < 4; member++) {
        engines[member] = selkie_sim_engine(sim, member);
    }
    selkie_sim_run(sim, SELKIE_S(5));
    selkie_sim_crash(sim, 4);
    for (uint32_t turn = 0; turn < 100; turn++) {
        selkie_sim_run(sim, SELKIE_MS(110));
        assert_int_equal(selkie_paused(engines[turn % 4], SELKIE_MS(1)), SELKIE_OK);
    }
    selkie_sim_run(sim, SELKIE_S(30));
    finish(sim);
}

static void room_for_three(void *ctx, uint32_t member, struct selkie_options *options) {
    (void)ctx;
    (void)member;
    options->max_members = 3;
}

/* Returns what the checks found. */
static unsigned found_of_made_up_news(bool excused, bool bounded) {
    struct findings findings;
    struct selkie_sim_options options = *SELKIE_SIM_OPTIONS(.members = 5, .seed = scenario_seed());
    liar_findings(&options, &findings);
    options.prepare = bounded ? room_for_three : NULL;
    selkie_sim *sim = selkie_sim_new(&options);
    for (uint32_t member = 0; member < 5; member++) {
        selkie_sim_join(sim, member, (member + 1) % 5);
    }
    selkie_sim_run(sim, SELKIE_S(5));
    if (excused) {
        selkie_sim_excuse(sim, SELKIE_SIM_ALL);
    }
    for (uint32_t turn = 0; turn < 400; turn++) {
        make_up_news(sim, turn);
        meddle(selkie_sim_engine(sim, turn % 5), turn * 7 / 3);
        let_time_pass(sim, turn);
    }
    finish(sim);
    return findings.of_liar | findings.of_others;
}

static void news_that_a_scenario_made_up_is_no_violation_with_an_excuse(void **state) {
    (void)state;
    unsigned made_up = SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_SUSPICION) | SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_DOWN) |
                       SELKIE_SIM_CHECK_BIT(SELKIE_SIM_CHECK_INCARNATION);
    assert_int_equal(found_of_made_up_news(true, false), 0);
    assert_int_equal(found_of_made_up_news(true, true), 0);
    assert_true((found_of_made_up_news(false, false) & made_up) != 0);
}

SCENARIOS(cmocka_unit_test(nothing_is_found_of_members_that_are_honest),
          cmocka_unit_test(who_speaks_of_an_incarnation_that_nobody_had_is_found),
          cmocka_unit_test(who_speaks_of_an_identity_that_never_was_is_found),
          cmocka_unit_test(who_tells_what_it_does_not_hold_is_found),
          cmocka_unit_test(who_notifies_too_little_or_too_much_is_found),
          cmocka_unit_test(packets_that_are_not_well_formed_are_found),
          cmocka_unit_test(packets_that_nothing_called_for_are_found),
          cmocka_unit_test(more_timers_than_there_may_be_are_found),
          cmocka_unit_test(news_that_is_told_for_ever_is_found),
          cmocka_unit_test(who_suspects_without_a_cause_is_found),
          cmocka_unit_test(who_says_that_a_live_member_is_down_is_found),
          cmocka_unit_test(who_does_not_answer_is_found), cmocka_unit_test(who_does_not_probe_is_found),
          cmocka_unit_test(who_keeps_news_to_itself_is_found), cmocka_unit_test(who_does_not_learn_of_a_crash_is_found),
          cmocka_unit_test(who_never_agrees_with_the_others_is_found), cmocka_unit_test(a_call_that_fails_is_found),
          cmocka_unit_test(a_check_that_is_off_says_nothing_and_is_not_counted),
          cmocka_unit_test(every_check_has_a_name_and_a_text),
          cmocka_unit_test(what_a_program_does_to_its_engines_is_no_violation),
          cmocka_unit_test(engines_that_a_program_kept_may_be_called_at_any_time),
          cmocka_unit_test(news_that_a_scenario_made_up_is_no_violation_with_an_excuse))
