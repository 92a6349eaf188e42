/* Tests of the calls that only look, at any time and from inside any function of the user's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static struct selkie_member find(const struct fixture *f, const char *address) {
    struct selkie_member member;
    SELKIE_INIT(&member);
    assert_true(selkie_find(f->engine, address, &member));
    return member;
}

/* Rules: P15.13 */
static void find_goes_by_the_address_alone(void **state) {
    struct fixture *f = *state;
    know(f, "B3@7 suspect, C1@0 down left");
    struct selkie_member member = find(f, "B");
    assert_memory_equal(member.identity, "B3", 2);
    assert_int_equal(member.incarnation, 7);
    assert_int_equal(member.state, SELKIE_SUSPECT);
    assert_int_equal(member.flags, 0);
    assert_int_equal(member.slot, 0);
    assert_null(member.accuser);
    member = find(f, "C9");
    assert_int_equal(member.flags, SELKIE_LEFT);
    assert_int_equal(member.slot, 1);
}

/* Rules: P15.13 */
static void finding_nobody_touches_nothing(void **state) {
    struct fixture *f = *state;
    struct selkie_member member, before;
    memset(&member, 0xa5, sizeof member);
    before = member;
    assert_false(selkie_find(f->engine, "B", &member)); /* in an empty table, too */
    know(f, "C1@0 alive");
    assert_false(selkie_find(f->engine, "B", &member));
    assert_false(selkie_find(f->engine, "A1", &member)); /* we are no member of our own table */
    assert_memory_equal(&member, &before, sizeof member);
}

/* Rules: P15.13, P19.5 */
static void who_is_there_throughout_is_seen_once_though_the_table_changes(void **state) {
    struct fixture *f = *state;
    struct selkie_cursor cursor = {0};
    struct selkie_member member;
    char seen[16] = "";
    know(f, "B1@0 down, C1@0 alive, D1@0 down, E1@0 alive, F1@0 alive");
    SELKIE_INIT(&member);
    while (selkie_next(f->engine, &cursor, &member)) {
        seen[strlen(seen)] = *(const char *)member.identity;
        if (member.slot == 0) {
            fire(f, TIMER_REMOVE_DOWN); /* B1 is forgotten */
            know(f, "G1@0 alive");      /* into its slot, which was passed already */
        } else if (member.slot == 1) {
            fire(f, TIMER_REMOVE_DOWN); /* D1 */
            know(f, "E2@0 down, F1@1 suspect");
        }
    }
    assert_string_equal(seen, "BCEF");
}

/* Rules: P19.5 */
static void slots_are_used_again_and_stay_below_the_most_members_ever(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 down, D1@0 alive");
    fire(f, TIMER_REMOVE_DOWN);
    know(f, "E1@0 alive, F1@0 alive");
    assert_int_equal(find(f, "E").slot, 1);
    assert_int_equal(find(f, "F").slot, 3);
    know(f, "B2@0 down, B3@0 alive");
    assert_int_equal(find(f, "B").slot, 0); /* its own until it is forgotten */
}

/* Rules: P15.14 */
static void everything_can_be_read(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive, C1@0 suspect, D1@0 down");
    learn_and_tell(f, "E1@0 down, A1@4 suspect");
    assert_int_equal(broadcast(f, "x"), 1);
    assert_memory_equal(selkie_identity(f->engine), "A1", 2);
    assert_int_equal(selkie_incarnation(f->engine), 5);
    assert_int_equal(selkie_connection(f->engine), SELKIE_CONNECTED);
    assert_int_equal(selkie_active_count(f->engine), 2);
    assert_int_equal(selkie_member_count(f->engine), 4);
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 1);
    struct selkie_config config;
    SELKIE_INIT(&config);
    selkie_get_config(f->engine, &config);
    assert_memory_equal(&config, &f->config, sizeof config);
}

/* Rules: P12.2, P12.10, P15.14 */
static void a_broadcast_of_the_limit_is_taken_and_goes_out_and_one_byte_more_is_not(void **state) {
    struct fixture *f = *state;
    static char bytes[1400];
    memset(bytes, 'x', sizeof bytes);
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    size_t limit = selkie_broadcast_limit(f->engine);
    assert_int_equal(limit, 1400 - f->codec.header_max - 2);
    assert_int_equal(did(f, selkie_add_broadcast(f->engine, bytes, limit + 1, 0)), SELKIE_E_DATA_TOO_BIG);
    expect(f, "= DATA_TOO_BIG");
    assert_int_equal(selkie_add_broadcast(f->engine, bytes, limit, 0), 1);
    forget(f);
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    assert_int_equal(count_lines(f, "> broadcast from A1@0 to B1 \"xxx"), 1);
}

static unsigned inspected;

static void look_and_touch(selkie *engine) {
    struct selkie_member member;
    struct selkie_cursor cursor = {0};
    struct selkie_timer timer = {{0, 0, 0}};
    struct selkie_config config;
    unsigned char byte = 0;
    SELKIE_INIT(&member);
    SELKIE_INIT(&config);
    selkie_get_config(engine, &config);
    while (selkie_next(engine, &cursor, &member)) {
        assert_true(selkie_find(engine, member.identity, &member));
    }
    assert_non_null(selkie_identity(engine));
    assert_int_equal(selkie_handle_data(engine, &byte, 1), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_handle_timer(engine, &timer), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_announce(engine, "B1"), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_gossip(engine), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_broadcast(engine), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_add_broadcast(engine, "x", 1, 0), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_leave(engine), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_change_identity(engine, "A9"), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_reuse_down_identity(engine), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_apply_many(engine, NULL, 0, true), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_set_config(engine, &config), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_revive(engine), SELKIE_E_REENTRANT);
    assert_int_equal(selkie_free(engine), SELKIE_E_REENTRANT);
    inspected++;
}

/* Rules: P15.15, P17.2 */
static void from_inside_one_may_look_and_not_touch(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    f->inside = look_and_touch;
    hear(f, "ping 1 from B1@0 (C1@0 down) \"x\"");
    expect(f, "member-up B1@0 alive", "timer remove in 86400000 ms", "timer probe in 1500 ms", "active",
           "heard \"x\" from B1", "> ack 1 from A1@0 to B1 (B1@0 alive, C1@0 down) \"x\"");
    assert_int_equal(inspected, 7); /* each of these, and wants */
    f->inside = NULL;
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK); /* from outside it may be called again */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(find_goes_by_the_address_alone),
        test_of_one(finding_nobody_touches_nothing),
        test_of_one(who_is_there_throughout_is_seen_once_though_the_table_changes),
        test_of_one(slots_are_used_again_and_stay_below_the_most_members_ever),
        test_of_one(everything_can_be_read),
        test_of_one(a_broadcast_of_the_limit_is_taken_and_goes_out_and_one_byte_more_is_not),
        test_of_one(from_inside_one_may_look_and_not_touch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
