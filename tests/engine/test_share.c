/* Tests of what goes into packets beyond plain SWIM: the part that is kept for broadcasts, suspects that hear of it first,
 * and the word that a broadcast is queued no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"
#include "text.h"

enum { HEADER = 8, COUNT = 2, MEMBER = 5, LENGTH = 2 }; /* bytes; of a Gossip */

/* ---- suspects hear first ---- */

static void warn_suspects(struct fixture *f) {
    f->config.suspects_hear_first = true;
    f->config.max_transmissions = 1;
    restart(f);
    know(f, "B1@2 suspect, C1@0 alive");
}

/* Rules: P25.11 */
static void a_ping_to_a_suspect_says_so_although_nothing_is_queued(void **state) {
    struct fixture *f = *state;
    f->config.suspects_hear_first = true;
    restart(f);
    know(f, "B1@2 suspect");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect(f, "> ping 1 from A1@0 to B1 (B1@2 suspect)", "timer indirect in 500 ms", "timer probe in 1500 ms");
    f->config.suspects_hear_first = false;
    restart(f);
    know(f, "B1@2 suspect");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(count_lines(f, "> ping 1 from A1@0 to B1 ()"), 1);
}

/* Rules: P25.11 */
static void so_does_an_indirect_ping_and_nothing_else(void **state) {
    struct fixture *f = *state;
    warn_suspects(f);
    hear(f, "ping-req 7 for B1 from C1@0");
    expect(f, "> indirect-ping 7 for C1 from A1@0 to B1 (B1@2 suspect)");
    hear(f, "ping-req 7 for B2 from C1@0"); /* another identity is not suspected */
    expect(f, "> indirect-ping 7 for C1 from A1@0 to B2 ()");
    hear(f, "ping-req 7 for B1 from D1@0");
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines_with(f, "B1@2 suspect"), 0);
    f->config.suspects_hear_first = false;
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    forget(f);
    hear(f, "ping-req 7 for B1 from C1@0");
    expect(f, "> indirect-ping 7 for C1 from A1@0 to B1 ()");
}

/* Rules: P25.11, P11.3, P11.6 */
static void it_goes_before_all_news_once_and_uses_no_transmission_up(void **state) {
    struct fixture *f = *state;
    f->config.suspects_hear_first = true;
    f->config.max_transmissions = 2;
    restart(f);
    know(f, "C1@0 alive");
    learn_and_tell(f, "B1@2 suspect");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK); /* to both: it has been sent its times */
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    learn_and_tell(f, "B1@3 suspect, D1@0 down");
    set_packet_size(f, 5 + 6 + COUNT + 2 * MEMBER); /* room for two in an IndirectPing */
    forget(f);
    hear(f, "ping-req 7 for B1 from C1@0");
    expect(f, "> indirect-ping 7 for C1 from A1@0 to B1 (B1@3 suspect, D1@0 down)");
    assert_int_equal(selkie_updates_backlog(f->engine), 2);
    learn_and_tell(f, "E1@0 down");
    forget(f);
    hear(f, "ping-req 7 for B1 from C1@0");
    expect(f, "> indirect-ping 7 for C1 from A1@0 to B1 (B1@3 suspect, E1@0 down)"); /* it is still first */
    set_packet_size(f, 1400);
    hear(f, "ping 7 from C1@0");
    assert_int_equal(count_lines_with(f, "B1@3 suspect"), 1);
    hear(f, "ping 8 from C1@0");
    assert_int_equal(count_lines_with(f, "B1@3 suspect"), 2); /* both its transmissions were left */
    hear(f, "ping 9 from C1@0");
    assert_int_equal(count_lines_with(f, "B1@3 suspect"), 2);
}

/* Rules: P25.11 */
static void what_does_not_fit_is_left_out(void **state) {
    struct fixture *f = *state;
    warn_suspects(f);
    for (uint32_t left = MEMBER - 1; left <= MEMBER; left++) {
        set_packet_size(f, 5 + 6 + COUNT + left);
        hear(f, "ping-req 7 for B1 from C1@0");
        expect(f, left < MEMBER ? "> indirect-ping 7 for C1 from A1@0 to B1 ()"
                                : "> indirect-ping 7 for C1 from A1@0 to B1 (B1@2 suspect)");
    }
}

/* ---- a part for broadcasts ---- */

/* Updates enough for any packet are queued; B1 is to get them. */
static void share(struct fixture *f, uint8_t percent, uint32_t packet) {
    f->with_broadcasts = true;
    f->config.broadcast_share_percent = percent;
    f->config.max_transmissions = 9;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down, D1@0 down, E1@0 down, F1@0 down, G1@0 down, H1@0 down, I1@0 down, J1@0 down");
    set_packet_size(f, packet);
    forget(f);
}

/* How many updates, and whether there is this, in the only packet. */
static void expect_packet(struct fixture *f, unsigned updates, const char *broadcasts) {
    assert_int_equal(f->line_count, 1);
    unsigned downs = 0;
    for (const char *at = f->lines[0]; (at = strstr(at, " down")); at++) {
        downs++;
    }
    assert_int_equal(downs, updates);
    const char *end = strchr(f->lines[0], ')');
    assert_non_null(end);
    assert_string_equal(end + 1, broadcasts);
    forget(f);
}

/* Rules: P26.5 */
static void a_part_of_each_packet_with_updates_is_kept_for_broadcasts(void **state) {
    struct fixture *f = *state;
    share(f, 25, 40);                              /* 10 bytes are kept of 40; 30 are left behind the count */
    assert_int_equal(broadcast(f, "aaaaaaaa"), 1); /* takes 10 */
    assert_int_equal(broadcast(f, "b"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 4, " \"aaaaaaaa\"");
    share(f, 0, 40); /* without it updates crowd them out */
    assert_int_equal(broadcast(f, "aaaaaaaa"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 6, "");
}

/* Rules: P26.5, P12.8 */
static void what_is_kept_is_filled_in_their_order_and_what_it_leaves_by_updates(void **state) {
    struct fixture *f = *state;
    share(f, 25, 40);
    assert_int_equal(broadcast(f, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 1); /* first, but no Gossip has room for it */
    assert_int_equal(broadcast(f, "bbb"), 1);
    assert_int_equal(broadcast(f, "cc"), 1);
    assert_int_equal(broadcast(f, "d"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 4, " \"bbb\" \"cc\""); /* 5 and 4 of 10 bytes; 21 for updates, 1 left */
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 4, " \"d\" \"bbb\""); /* what was sent least goes first */
}

/* Rules: P26.5, P3.6 */
static void what_updates_leave_goes_to_broadcasts_again(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.broadcast_share_percent = 25;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    set_packet_size(f, 40);
    assert_int_equal(broadcast(f, "aaaaaaa"), 1); /* 9 of the 10 bytes that are kept */
    assert_int_equal(broadcast(f, "bbb"), 1);
    assert_int_equal(broadcast(f, "cccc"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (C1@0 down) \"aaaaaaa\" \"cccc\" \"bbb\"");
}

/* Rules: P26.5 */
static void no_more_is_kept_than_there_is_behind_the_count(void **state) {
    struct fixture *f = *state;
    share(f, 100, HEADER + COUNT + MEMBER + 3);
    assert_int_equal(broadcast(f, "aaaaa"), 1); /* 7 of 8 bytes */
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 0, " \"aaaaa\"");
    share(f, 100, HEADER + COUNT + 1); /* room for a count and nothing else */
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 0, "");
}

/* Rules: P26.5, P3.7, P4.9 */
static void wants_is_asked_once_and_before_the_updates_and_who_wants_none_gets_more_updates(void **state) {
    struct fixture *f = *state;
    f->trace_wants = true;
    share(f, 25, 40);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines(f, "wants B1"), 0); /* full, and no broadcast is queued: asked as ever */
    assert_int_equal(broadcast(f, "b"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines(f, "wants B1"), 1);
    assert_int_equal(count_lines_with(f, "\"b\""), 1);
    f->unwilling = 'B';
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines(f, "wants B1"), 1);
    assert_string_equal(f->lines[0], "wants B1");
    free(f->lines[0]);
    f->lines[0] = f->lines[1]; /* leave the packet alone */
    f->line_count = 1;
    expect_packet(f, 6, "");
    hear(f, "announce from B1@0");
    assert_int_equal(count_lines(f, "wants B1"), 1); /* a Feed keeps a part as well */
}

/* Rules: P26.6 */
static void the_shares_of_packets_that_kept_them_in_vain_add_up(void **state) {
    struct fixture *f = *state;
    share(f, 25, 40);
    assert_int_equal(broadcast(f, "aaaaaaaaaaaaaaaaaaaaaaaaa"), 1); /* takes 27: what three packets keep */
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 6, "");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 6, "");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 0, " \"aaaaaaaaaaaaaaaaaaaaaaaaa\"");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK); /* the plain share again */
    expect_packet(f, 6, "");
}

/* Rules: P26.6 */
static void nothing_smaller_goes_before_the_first_into_what_is_kept(void **state) {
    struct fixture *f = *state;
    share(f, 25, 40);
    assert_int_equal(broadcast(f, "aaaaaaaaaaaaaaaa"), 1); /* takes 18: what two packets keep */
    assert_int_equal(broadcast(f, "b"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 6, "");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 2, " \"aaaaaaaaaaaaaaaa\"");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK); /* b was sent less, and fits into the plain share */
    expect_packet(f, 5, " \"b\"");
}

/* Rules: P26.6 */
static void what_no_packet_of_this_kind_has_room_for_does_not_save_up(void **state) {
    struct fixture *f = *state;
    share(f, 25, 40);
    assert_int_equal(broadcast(f, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), 1);
    forget(f);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
        expect_packet(f, 6, "");
    }
    assert_int_equal(broadcast(f, "bbbbbbbb"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 4, " \"bbbbbbbb\""); /* no more than the plain share */
}

/* Rules: P26.6 */
static void with_nothing_queued_what_was_saved_up_is_forgotten(void **state) {
    struct fixture *f = *state;
    share(f, 25, 40);
    assert_int_equal(broadcast(f, "aaaaaaaaaaaaaaaaaaaaaaaaa"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    for (int i = 0; i < 9; i++) { /* Broadcast carries it: it is gone */
        assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    }
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 0);
    assert_int_equal(broadcast(f, "bbbbbbbbbbbbbbbbbbbbbbbbb"), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect_packet(f, 6, "");
}

/* Rules: P26.5, P3.3 */
static void where_updates_do_not_go_nothing_is_kept(void **state) {
    struct fixture *f = *state;
    share(f, 25, 40);
    assert_int_equal(broadcast(f, "aaaaaaaaaaaaaaaaaaaaaaaaa"), 1);
    forget(f);
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    expect(f, "> broadcast from A1@0 to B1 \"aaaaaaaaaaaaaaaaaaaaaaaaa\"");
}

/* ---- done ---- */

static void follow_broadcasts(struct fixture *f) {
    f->with_broadcasts = true;
    f->trace_done = true;
    f->config.max_transmissions = 2;
    f->config.observe = SELKIE_OBSERVE_DATA_SENT;
    restart(f);
    know(f, "B1@0 alive");
}

/* Rules: P26.7, P14.7 */
static void the_end_of_a_broadcast_is_told_after_the_packet_and_before_data_sent(void **state) {
    struct fixture *f = *state;
    follow_broadcasts(f);
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    expect(f, "> broadcast from A1@0 to B1 \"x\"", "data-sent broadcast from A1 to B1");
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    expect(f, "> broadcast from A1@0 to B1 \"x\"", "done x sent", "data-sent broadcast from A1 to B1");
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 0);
}

static selkie *looked_at;
static uint32_t backlog_inside;

static void look(selkie *engine) {
    looked_at = engine;
    backlog_inside = selkie_broadcasts_backlog(engine);
}

/* Rules: P26.7, P12.3, P15.15 */
static void whoever_is_replaced_is_told_so_before_the_new_one_is_queued(void **state) {
    struct fixture *f = *state;
    follow_broadcasts(f);
    assert_int_equal(broadcast(f, "x1"), 1);
    assert_int_equal(broadcast(f, "y1"), 1);
    forget(f);
    f->inside = look;
    assert_int_equal(broadcast(f, "x2"), 1);
    expect(f, "offered \"x2\"", "done x replaced");
    assert_ptr_equal(looked_at, f->engine);
    assert_int_equal(backlog_inside, 1);
    assert_int_equal(counted(f, broadcasts_replaced), 1);
    hear(f, "broadcast from B1@0 \"y2\"");
    expect(f, "heard \"y2\" from B1", "done y replaced");
}

static bool needless(void *ctx, const void *newer, const void *queued) {
    (void)ctx;
    return *(const char *)newer > *(const char *)queued;
}

/* Rules: P26.7 */
static void each_that_is_replaced_is_told(void **state) {
    struct fixture *f = *state;
    f->broadcasts.invalidates = needless;
    follow_broadcasts(f);
    assert_int_equal(broadcast(f, "a"), 1);
    assert_int_equal(broadcast(f, "a2"), 1);
    forget(f);
    assert_int_equal(broadcast(f, "m"), 1);
    expect(f, "offered \"m\"", "done a replaced", "done a replaced");
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(a_ping_to_a_suspect_says_so_although_nothing_is_queued),
        test_of_one(so_does_an_indirect_ping_and_nothing_else),
        test_of_one(it_goes_before_all_news_once_and_uses_no_transmission_up),
        test_of_one(what_does_not_fit_is_left_out),
        test_of_one(a_part_of_each_packet_with_updates_is_kept_for_broadcasts),
        test_of_one(what_is_kept_is_filled_in_their_order_and_what_it_leaves_by_updates),
        test_of_one(what_updates_leave_goes_to_broadcasts_again),
        test_of_one(no_more_is_kept_than_there_is_behind_the_count),
        test_of_one(wants_is_asked_once_and_before_the_updates_and_who_wants_none_gets_more_updates),
        test_of_one(the_shares_of_packets_that_kept_them_in_vain_add_up),
        test_of_one(nothing_smaller_goes_before_the_first_into_what_is_kept),
        test_of_one(what_no_packet_of_this_kind_has_room_for_does_not_save_up),
        test_of_one(with_nothing_queued_what_was_saved_up_is_forgotten),
        test_of_one(where_updates_do_not_go_nothing_is_kept),
        test_of_one(the_end_of_a_broadcast_is_told_after_the_packet_and_before_data_sent),
        test_of_one(whoever_is_replaced_is_told_so_before_the_new_one_is_queued),
        test_of_one(each_that_is_replaced_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
