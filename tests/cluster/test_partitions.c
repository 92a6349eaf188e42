/* Cuts, isolation, rings and splits for one direction: who reaches whom, and what a cluster makes of it. What becomes of
 * clean halves is in test_split.c. */
#include "scenario.h"

/* ---- Who reaches whom ---- */

#define PLACES 5u

/* Does the network let a packet pass? An Announce is one, to whomever. */
static bool reaches(selkie_sim *sim, uint32_t from, uint32_t to) {
    struct selkie_sim_counters before, after;
    selkie_sim_get_counters(sim, &before);
    assert_int_equal(selkie_announce(selkie_sim_engine(sim, from), selkie_sim_identity(sim, to)), SELKIE_OK);
    selkie_sim_get_counters(sim, &after);
    return after.cut == before.cut;
}

/* A row for each sender, a letter for each receiver: '+' is reached. */
static void expect_reach(selkie_sim *sim, const char *const expected[PLACES]) {
    for (uint32_t from = 0; from < PLACES; from++) {
        char row[PLACES + 1] = "";
        for (uint32_t to = 0; to < PLACES; to++) {
            row[to] = reaches(sim, from, to) ? '+' : '.';
        }
        assert_string_equal(row, expected[from]);
    }
}

static selkie_sim *strangers(void) {
    selkie_sim *sim = selkie_sim_new(SELKIE_SIM_OPTIONS(.members = PLACES, .seed = scenario_seed()));
    for (uint32_t member = 0; member < PLACES; member++) {
        selkie_sim_start(sim, member);
    }
    return sim;
}

static const char *const whole[] = {"+++++", "+++++", "+++++", "+++++", "+++++"};

static void cuts_hold_for_their_direction_and_add_up(void **state) {
    (void)state;
    selkie_sim *sim = strangers();
    expect_reach(sim, whole);
    selkie_sim_cut_one_way(sim, 0, 3);
    expect_reach(sim, (const char *[]){"+++.+", "+++++", "+++++", "+++++", "+++++"});
    selkie_sim_cut(sim, 1, 2);
    expect_reach(sim, (const char *[]){"+++.+", "++.++", "+.+++", "+++++", "+++++"});
    selkie_sim_heal(sim);
    expect_reach(sim, whole);
    finish(sim);
}

static void a_member_can_be_cut_off_from_all_others_in_either_direction(void **state) {
    (void)state;
    selkie_sim *sim = strangers();
    selkie_sim_cut_one_way(sim, SELKIE_SIM_ALL, 3);
    expect_reach(sim, (const char *[]){"+++.+", "+++.+", "+++.+", "+++++", "+++.+"});
    selkie_sim_heal(sim);
    selkie_sim_cut_one_way(sim, 3, SELKIE_SIM_ALL);
    expect_reach(sim, (const char *[]){"+++++", "+++++", "+++++", "...+.", "+++++"});
    selkie_sim_heal(sim);
    selkie_sim_cut(sim, SELKIE_SIM_ALL, 3);
    expect_reach(sim, (const char *[]){"+++.+", "+++.+", "+++.+", "...+.", "+++.+"});
    selkie_sim_heal(sim);
    selkie_sim_cut(sim, SELKIE_SIM_ALL, SELKIE_SIM_ALL);
    expect_reach(sim, (const char *[]){"+....", ".+...", "..+..", "...+.", "....+"});
    finish(sim);
}

static void isolated_members_do_not_reach_each_other_either(void **state) {
    (void)state;
    selkie_sim *sim = strangers();
    selkie_sim_isolate(sim, 1);
    selkie_sim_isolate(sim, 4);
    expect_reach(sim, (const char *[]){"+.++.", ".+...", "+.++.", "+.++.", "....+"});
    selkie_sim_put_on_side(sim, 4, 0);
    expect_reach(sim, (const char *[]){"+.+++", ".+...", "+.+++", "+.+++", "+.+++"});
    selkie_sim_heal(sim);
    expect_reach(sim, whole);
    finish(sim);
}

static void a_split_for_one_direction_lets_the_first_part_be_heard(void **state) {
    (void)state;
    selkie_sim *sim = strangers();
    selkie_sim_split_one_way(sim, 2);
    expect_reach(sim, (const char *[]){"+++++", "+++++", "..+++", "..+++", "..+++"});
    selkie_sim_heal(sim);
    selkie_sim_split(sim, 2);
    expect_reach(sim, (const char *[]){"++...", "++...", "..+++", "..+++", "..+++"});
    finish(sim);
}

static void in_a_ring_each_reaches_its_neighbours(void **state) {
    (void)state;
    selkie_sim *sim = strangers();
    selkie_sim_ring(sim, true);
    expect_reach(sim, (const char *[]){"++..+", "+++..", ".+++.", "..+++", "+..++"});
    selkie_sim_heal(sim);
    selkie_sim_ring(sim, false);
    expect_reach(sim, (const char *[]){"++...", ".++..", "..++.", "...++", "+...+"});
    finish(sim);
}

/* ---- What a cluster makes of it ---- */

static struct selkie_sim_counters counters_of(const selkie_sim *sim) {
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    return counters;
}

static void expect_healed(selkie_sim *sim) {
    selkie_sim_heal(sim);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(300)) != SELKIE_SIM_NEVER);
    selkie_sim_run(sim, SELKIE_S(60));
    struct selkie_sim_counters before = counters_of(sim);
    selkie_sim_run(sim, SELKIE_S(300));
    check(sim, selkie_sim_is_agreed(sim));
    check(sim, counters_of(sim).downs == before.downs && counters_of(sim).renames == before.renames);
    finish(sim);
}

static void an_isolated_member_and_the_others_agree_without_each_other(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_isolate(sim, 2);
    selkie_sim_isolate(sim, 6);
    check(sim, selkie_sim_until_agreed(sim, SELKIE_S(120)) != SELKIE_SIM_NEVER);
    check(sim, selkie_connection(selkie_sim_engine(sim, 6)) == SELKIE_DISCONNECTED);
    check(sim, selkie_active_count(selkie_sim_engine(sim, 0)) == 7);
    expect_healed(sim);
}

/* It hears that it is suspected, but its word to the contrary is not heard; TurnUndead lets it renew, and nobody learns
 * of that. The others lose nobody else. */
static void a_member_that_nobody_hears_is_down_for_all_and_does_no_harm(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_cut_one_way(sim, 3, SELKIE_SIM_ALL);
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, counters_of(sim).rejoins >= 1);
    for (uint32_t observer = 0; observer < 10; observer++) {
        check(sim, selkie_active_count(selkie_sim_engine(sim, observer)) == (observer == 3 ? 0 : 8));
    }
    for (uint32_t member = 0; member < 10; member++) {
        check(sim, member == 3 || watch.about[member].downs <= 1); /* m3's own view, and nobody else's */
    }
    expect_healed(sim);
}

/* It is heard when it suspects the others, and their refutations are not. Until they hold it for Down, it has some of
 * them called down, who must renew; from then on its word counts for nothing. */
static void a_member_that_hears_nobody_does_harm_until_it_is_down(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_cut_one_way(sim, SELKIE_SIM_ALL, 3);
    selkie_sim_run(sim, SELKIE_S(120));
    struct selkie_sim_counters then = counters_of(sim);
    check(sim, then.rejoins >= 1);
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, counters_of(sim).rejoins == then.rejoins && counters_of(sim).downs == then.downs);
    for (uint32_t observer = 0; observer < 10; observer++) {
        check(sim, selkie_active_count(selkie_sim_engine(sim, observer)) == (observer == 3 ? 0 : 8));
    }
    expect_healed(sim);
}

static void a_split_for_one_direction_ends_in_two_clusters(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 10);
    selkie_sim_split_one_way(sim, 5);
    selkie_sim_run(sim, SELKIE_S(300));
    for (uint32_t observer = 0; observer < 10; observer++) {
        check(sim, selkie_active_count(selkie_sim_engine(sim, observer)) == 4);
    }
    expect_healed(sim);
}

/* Whoever is not next to a member has a neighbour in common with it, and with three helpers to ask, all are asked: so
 * each probe finds its way round. */
/* Rules: P6.13, P6.15 */
static void in_a_ring_of_up_to_five_nobody_is_ever_suspected(void **state) {
    (void)state;
    for (uint32_t members = 3; members <= 5; members++) {
        struct watch watch;
        selkie_sim *sim = watch_lan(&watch, members);
        selkie_sim_ring(sim, true);
        selkie_sim_run(sim, SELKIE_S(600));
        check(sim, selkie_sim_all_know_all(sim) && counters_of(sim).downs == 0);
        check(sim, members == 3 || counters_of(sim).sent[SELKIE_FORWARDED_ACK] > 100);
        for (uint32_t member = 0; member < members; member++) {
            check(sim, watch.about[member].probe_failures == 0);
        }
        finish(sim);
    }
}

/* Further away no helper helps: members are suspected, and called down, again and again. */
static void in_a_larger_ring_members_come_and_go_until_it_is_healed(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_plain(&watch, 8);
    selkie_sim_ring(sim, true);
    selkie_sim_run(sim, SELKIE_S(120));
    struct selkie_sim_counters before = counters_of(sim);
    selkie_sim_run(sim, SELKIE_S(600));
    check(sim, counters_of(sim).downs > before.downs + 50 && counters_of(sim).ups > before.ups + 50);
    expect_healed(sim);
}

/* No answer ever comes back: in the end nobody probes any more, nor does anybody knock, in plain SWIM. */
static void in_a_ring_for_one_direction_all_end_up_alone(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_plain(&watch, 5);
    selkie_sim_ring(sim, false);
    selkie_sim_run(sim, SELKIE_S(300));
    struct selkie_sim_counters before = counters_of(sim);
    selkie_sim_run(sim, SELKIE_S(300));
    check(sim, counters_of(sim).sent[SELKIE_PING] == before.sent[SELKIE_PING]);
    for (uint32_t member = 0; member < 5; member++) {
        check(sim, selkie_connection(selkie_sim_engine(sim, member)) == SELKIE_DISCONNECTED);
    }
    expect_healed(sim);
}

SCENARIOS(cmocka_unit_test(cuts_hold_for_their_direction_and_add_up),
          cmocka_unit_test(a_member_can_be_cut_off_from_all_others_in_either_direction),
          cmocka_unit_test(isolated_members_do_not_reach_each_other_either),
          cmocka_unit_test(a_split_for_one_direction_lets_the_first_part_be_heard),
          cmocka_unit_test(in_a_ring_each_reaches_its_neighbours),
          cmocka_unit_test(an_isolated_member_and_the_others_agree_without_each_other),
          cmocka_unit_test(a_member_that_nobody_hears_is_down_for_all_and_does_no_harm),
          cmocka_unit_test(a_member_that_hears_nobody_does_harm_until_it_is_down),
          cmocka_unit_test(a_split_for_one_direction_ends_in_two_clusters),
          cmocka_unit_test(in_a_ring_of_up_to_five_nobody_is_ever_suspected),
          cmocka_unit_test(in_a_larger_ring_members_come_and_go_until_it_is_healed),
          cmocka_unit_test(in_a_ring_for_one_direction_all_end_up_alone))
