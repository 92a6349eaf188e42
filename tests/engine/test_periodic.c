/* Tests of the periodic tasks: again first, then the sends, and only as long as they are configured. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static void turn_off(struct fixture *f) {
    struct selkie_config config = f->config;
    memset(&config.periodic_announce, 0, sizeof config.periodic_announce);
    memset(&config.periodic_announce_to_down_members, 0, sizeof config.periodic_announce_to_down_members);
    memset(&config.periodic_gossip, 0, sizeof config.periodic_gossip);
    assert_int_equal(selkie_set_config(f->engine, &config), SELKIE_OK);
}

static void setup_tasks(struct fixture *f) {
    f->with_broadcasts = true;
    f->config.periodic_announce = (struct selkie_periodic){SELKIE_MS(100), 2};
    f->config.periodic_announce_to_down_members = (struct selkie_periodic){SELKIE_MS(200), 2};
    f->config.periodic_gossip = (struct selkie_periodic){SELKIE_MS(300), 2};
    restart(f);
}

/* Rules: P7.1, P7.2, P18.8, P3.2 */
static void announcing_asks_active_members(void **state) {
    struct fixture *f = *state;
    setup_tasks(f);
    know(f, "B1@0 alive, C1@0 down");
    fire(f, TIMER_PERIODIC_ANNOUNCE);
    expect(f, "timer announce in 100 ms", "> announce from A1@0 to B1");
    know(f, "D1@0 suspect, E1@0 alive, F1@0 alive");
    fire(f, TIMER_PERIODIC_ANNOUNCE);
    assert_int_equal(count_lines(f, "timer"), 1);
    assert_int_equal(count_lines(f, "> announce"), 2);
    assert_int_equal(count_lines_with(f, "to C1"), 0);
}

/* Rules: P7.1, P7.3, P18.8, P3.2 */
static void knocking_at_down_members(void **state) {
    struct fixture *f = *state;
    setup_tasks(f);
    know(f, "B1@0 alive, C1@0 down");
    fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN);
    expect(f, "timer announce-down in 200 ms", "> announce from A1@0 to C1");
    know(f, "D1@0 down, E1@0 down, F1@0 down");
    fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN);
    assert_int_equal(count_lines(f, "> announce"), 2);
    assert_int_equal(count_lines_with(f, "to B1"), 0);
}

/* Rules: P7.1, P7.4, P18.8 */
static void gossip_goes_out_if_there_is_anything_to_tell(void **state) {
    struct fixture *f = *state;
    setup_tasks(f);
    know(f, "B1@0 alive");
    fire(f, TIMER_PERIODIC_GOSSIP);
    expect(f, "timer gossip in 300 ms");
    learn_and_tell(f, "C1@0 down");
    forget(f);
    fire(f, TIMER_PERIODIC_GOSSIP);
    expect(f, "timer gossip in 300 ms", "> gossip from A1@0 to B1 (C1@0 down)");
}

/* Rules: P7.4 */
static void a_broadcast_is_something_to_tell(void **state) {
    struct fixture *f = *state;
    setup_tasks(f);
    know(f, "B1@0 alive");
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    fire(f, TIMER_PERIODIC_GOSSIP);
    expect(f, "timer gossip in 300 ms", "> gossip from A1@0 to B1 () \"x\"");
}

/* Rules: P7.4 */
static void gossip_looks_once_and_goes_to_all_that_were_chosen(void **state) {
    struct fixture *f = *state;
    f->config.max_transmissions = 1;
    setup_tasks(f);
    know(f, "B1@0 alive, C1@0 alive");
    learn_and_tell(f, "D1@0 down");
    forget(f);
    fire(f, TIMER_PERIODIC_GOSSIP);
    assert_int_equal(count_lines(f, "> gossip"), 2);
    assert_int_equal(count_lines_with(f, "(D1@0 down)"), 1);
    assert_int_equal(count_lines_with(f, "()"), 1);
}

/* Rules: P7.1, P16.4 */
static void a_task_that_was_turned_off_ends_with_its_timer(void **state) {
    struct fixture *f = *state;
    setup_tasks(f);
    know(f, "B1@0 alive, C1@0 down");
    learn_and_tell(f, "D1@0 down");
    forget(f);
    turn_off(f);
    assert_int_equal(fire(f, TIMER_PERIODIC_ANNOUNCE), SELKIE_OK);
    assert_int_equal(fire(f, TIMER_PERIODIC_ANNOUNCE_DOWN), SELKIE_OK);
    assert_int_equal(fire(f, TIMER_PERIODIC_GOSSIP), SELKIE_OK);
    expect_nothing(f);
}

/* Rules: P7.1, P16.4 */
static void a_task_that_was_changed_goes_by_what_it_is_now(void **state) {
    struct fixture *f = *state;
    setup_tasks(f);
    know(f, "B1@0 alive, C1@0 alive");
    f->config.periodic_announce = (struct selkie_periodic){SELKIE_MS(700), 1};
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    fire(f, TIMER_PERIODIC_ANNOUNCE);
    assert_int_equal(count_lines(f, "timer announce in 700 ms"), 1);
    assert_int_equal(count_lines(f, "> announce"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(announcing_asks_active_members),
        test_of_one(knocking_at_down_members),
        test_of_one(gossip_goes_out_if_there_is_anything_to_tell),
        test_of_one(a_broadcast_is_something_to_tell),
        test_of_one(gossip_looks_once_and_goes_to_all_that_were_chosen),
        test_of_one(a_task_that_was_turned_off_ends_with_its_timer),
        test_of_one(a_task_that_was_changed_goes_by_what_it_is_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
