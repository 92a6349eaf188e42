/* How time passes: from event to event, with calls of the scenario in between. */
#include "scenario.h"

struct diary {
    unsigned calls, order[8];
    uint64_t at_us[8];
    const struct diary_entry {
        struct diary *diary;
        unsigned number;
    } * again; /* what to ask for from inside a call */
};

static void note(selkie_sim *sim, void *ctx) {
    const struct diary_entry *entry = ctx;
    struct diary *diary = entry->diary;
    diary->order[diary->calls] = entry->number;
    diary->at_us[diary->calls++] = selkie_sim_now(sim);
    const struct diary_entry *again = diary->again;
    diary->again = NULL;
    if (again != NULL) {
        selkie_sim_at(sim, selkie_sim_now(sim), note, (void *)again);
    }
}

static void a_call_comes_at_its_time_and_calls_of_one_time_in_the_order_they_were_asked_for(void **state) {
    (void)state;
    struct watch watch;
    struct diary diary = {0};
    struct diary_entry entries[] = {{&diary, 0}, {&diary, 1}, {&diary, 2}};
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 1));
    selkie_sim_at(sim, 500, note, &entries[0]);
    selkie_sim_at(sim, 100, note, &entries[1]);
    selkie_sim_at(sim, 500, note, &entries[2]);
    selkie_sim_run(sim, 499);
    check(sim, diary.calls == 1 && diary.order[0] == 1 && diary.at_us[0] == 100);
    selkie_sim_run(sim, 1);
    check(sim, diary.calls == 3 && diary.order[1] == 0 && diary.order[2] == 2 && diary.at_us[2] == 500);
    finish(sim);
}

static void a_call_may_ask_for_another_at_the_same_moment(void **state) {
    (void)state;
    struct watch watch;
    struct diary diary = {0};
    struct diary_entry entries[] = {{&diary, 0}, {&diary, 1}, {&diary, 2}};
    diary.again = &entries[2];
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 1));
    selkie_sim_at(sim, 7, note, &entries[0]);
    selkie_sim_at(sim, 8, note, &entries[1]);
    selkie_sim_run(sim, 8);
    check(sim, diary.calls == 3 && diary.order[1] == 2 && diary.at_us[1] == 7 && diary.order[2] == 1);
    finish(sim);
}

static void crash_the_last(selkie_sim *sim, void *ctx) {
    *(uint64_t *)ctx = selkie_sim_now(sim);
    selkie_sim_crash(sim, selkie_sim_size(sim) - 1);
}

static void what_a_call_does_to_the_cluster_takes_effect(void **state) {
    (void)state;
    struct watch watch;
    uint64_t crashed_us = 0;
    selkie_sim *sim = watch_lan(&watch, 5);
    selkie_sim_at(sim, selkie_sim_now(sim) + SELKIE_S(10), crash_the_last, &crashed_us);
    uint64_t start_us = selkie_sim_now(sim);
    check(sim, selkie_sim_until_all_see(sim, 4, SELKIE_SIM_SEES_DOWN, SELKIE_S(60)) != SELKIE_SIM_NEVER);
    check(sim, crashed_us == start_us + SELKIE_S(10));
    check(sim, selkie_sim_now(sim) > crashed_us);
    check(sim, watch.wrong_downs == 0);
    finish(sim);
}

/* Who hears a packet at the moment of its crash is gone already. */
static void a_call_goes_before_the_packets_of_its_moment(void **state) {
    (void)state;
    struct watch watch;
    uint64_t crashed_us = 0;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2));
    selkie_sim_latency(sim, 1000, 1000);
    selkie_sim_start(sim, 1);
    selkie_sim_join(sim, 0, 1);
    selkie_sim_at(sim, 1000, crash_the_last, &crashed_us);
    selkie_sim_run(sim, 1000);
    struct selkie_sim_counters counters;
    selkie_sim_get_counters(sim, &counters);
    check(sim, counters.delivered == 0 && counters.unheard == 1);
    finish(sim);
}

static void steps_lead_through_the_same_run_as_time_does(void **state) {
    (void)state;
    uint64_t hashes[2], steps = 0;
    for (unsigned by_steps = 0; by_steps < 2; by_steps++) {
        struct watch watch;
        selkie_sim *sim = watch_lan(&watch, 4);
        uint64_t end_us = selkie_sim_now(sim) + SELKIE_S(30), last_us = 0;
        if (by_steps == 0) {
            selkie_sim_run(sim, SELKIE_S(30));
            check(sim, selkie_sim_now(sim) == end_us);
        }
        while (by_steps == 1 && selkie_sim_now(sim) < end_us && selkie_sim_step(sim)) {
            check(sim, selkie_sim_now(sim) >= last_us);
            last_us = selkie_sim_now(sim);
            steps++;
        }
        if (by_steps == 0) {
            selkie_sim_step(sim);
        }
        hashes[by_steps] = selkie_sim_hash(sim);
        finish(sim);
    }
    assert_true(hashes[0] == hashes[1]);
    assert_true(steps > 100);
}

static void where_nothing_will_happen_there_is_no_step(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_cluster(&watch, SELKIE_SIM_OPTIONS(.members = 2));
    check(sim, !selkie_sim_step(sim));
    selkie_sim_start(sim, 0); /* alone: it neither sends nor waits */
    check(sim, !selkie_sim_step(sim));
    check(sim, selkie_sim_now(sim) == 0);
    selkie_sim_run(sim, 5);
    check(sim, selkie_sim_now(sim) == 5);
    finish(sim);
}

static void waiting_for_ever_ends_when_the_condition_holds(void **state) {
    (void)state;
    struct watch watch;
    selkie_sim *sim = watch_lan(&watch, 3);
    selkie_sim_crash(sim, 1);
    check_between(sim, selkie_sim_until_all_see(sim, 1, SELKIE_SIM_SEES_DOWN, UINT64_MAX), 1, SELKIE_S(60));
    finish(sim);
}

SCENARIOS(cmocka_unit_test(a_call_comes_at_its_time_and_calls_of_one_time_in_the_order_they_were_asked_for),
          cmocka_unit_test(a_call_may_ask_for_another_at_the_same_moment),
          cmocka_unit_test(what_a_call_does_to_the_cluster_takes_effect),
          cmocka_unit_test(a_call_goes_before_the_packets_of_its_moment),
          cmocka_unit_test(steps_lead_through_the_same_run_as_time_does),
          cmocka_unit_test(where_nothing_will_happen_there_is_no_step),
          cmocka_unit_test(waiting_for_ever_ends_when_the_condition_holds))
