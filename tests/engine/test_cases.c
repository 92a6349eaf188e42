/* Cases that went wrong for others: floods, forgotten refutations, garbage behind a Feed's last member. Each has a test
 * here, with one engine and a test that speaks for the rest of the cluster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "text.h"

/* Two members that hold each other for Down answered TurnUndead with TurnUndead for ever. */
/* Rules: P9.16, P9.9, P18.3 */
static void turn_undead_from_somebody_down_is_taken_as_news_and_ends_there(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    restart(f);
    know(f, "B1@0 down, C1@0 alive");
    hear(f, "turn-undead from B1@0");
    expect(f, "> gossip from A2@0 to C1 (A1@0 down)", "rejoin A1 to A2", "> turn-undead from A2@0 to B1");
    hear(f, "turn-undead from B1@0 to A1"); /* its answer was on its way to whom we were */
    expect_nothing(f);
    f->type.renew = NULL;
    restart(f);
    know(f, "B1@0 down, C1@0 alive");
    hear(f, "turn-undead from B1@0");
    expect(f, "defunct", "> turn-undead from A1@0 to B1");
}

/* A member that renews its identity while it is probed. */
/* Rules: P6.20, P6.12 */
static void a_renewal_in_the_middle_of_a_probe_is_no_error_and_nobody_is_asked(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    know(f, "C1@0 alive, D1@0 alive");
    hear(f, "gossip from B2@0 (B1@0 down)");
    expect(f, "rename B1 to B2");
    assert_int_equal(fire(f, TIMER_SEND_INDIRECT_PROBE), SELKIE_OK);
    expect_nothing(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect_members(f, "B2@0 alive, C1@0 alive, D1@0 alive");
}

/* Idle and active again while a probe was under way. */
/* Rules: P5.6, P6.2, P8.1 */
static void a_probe_that_idling_interrupted_starts_clean(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "B1@0 down");
    know(f, "C1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER); /* of before: stale */
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    expect_nothing(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    expect(f, "> ping 2 from A1@0 to C1 ()", "timer indirect in 500 ms", "timer probe in 1500 ms");
    expect_members(f, "B1@0 down, C1@0 alive");
    fire(f, TIMER_SEND_INDIRECT_PROBE); /* and is a probe like any other */
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect_members(f, "B1@0 down, C1@0 suspect");
}

/* A Feed was built in a buffer that was used before. */
/* Rules: P4.9, P3.4 */
static void nothing_lies_behind_a_feeds_last_member(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive, G1@0 alive");
    hear(f, "announce from Z1@0"); /* a long one */
    know(f, "C1@0 down, D1@0 down, E1@0 down, F1@0 down, G1@0 down, Z1@0 down");
    hear(f, "announce from B1@0"); /* reading its text fails if there is a byte too many */
    expect(f, "> feed from A1@0 to B1 ()");
}

/* Announcing often showed the same members again and again. */
/* Rules: P4.9, P7.5 */
static void each_feed_is_a_new_random_sample(void **state) {
    struct fixture *f = *state;
    enum { HEADER = 8, COUNT = 2, MEMBER = 5, FEEDS = 200 };
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive, E1@0 alive, F1@0 alive");
    set_packet_size(f, HEADER + COUNT + 2 * MEMBER);
    for (int i = 0; i < FEEDS; i++) {
        hear(f, "announce from B1@0");
    }
    /* Two of four each time: half of the feeds, deviation 7. */
    for (char address = 'C'; address <= 'F'; address++) {
        char member[TEXT_MAX] = "";
        text_add(member, "%c1@0 alive", address);
        assert_in_range(count_lines_with(f, member), FEEDS / 2 - 35, FEEDS / 2 + 35);
    }
}

/* An instance learned its own former identity as an active member. */
/* Rules: P10.2 */
static void a_former_identity_of_ours_is_never_active(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "turn-undead from B1@0");
    forget(f);
    hear(f, "gossip from B1@0 (A1@3 alive, A1@4 suspect)");
    assert_int_equal(count_lines(f, "member-up"), 0);
    expect_members(f, "B1@0 alive, A1@0 down");
    assert_int_equal(selkie_active_count(f->engine), 1);
}

/* A suspicion's timer took down the new identity of a member that had renamed itself. */
/* Rules: P8.5, P6.16 */
static void a_renamed_member_is_not_taken_down_by_an_old_timer(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    know(f, "B2@0 alive");
    assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
    expect_nothing(f);
    expect_members(f, "B2@0 alive");
}

/* A packet of an identity that is known to be superseded was applied when it was replayed. */
/* Rules: P9.9, P2.6 */
static void a_replayed_packet_of_a_superseded_identity_has_no_effect(void **state) {
    struct fixture *f = *state;
    know(f, "B2@0 alive");
    hear(f, "gossip from B1@7 (C1@0 alive, B2@0 down, A1@0 suspect)");
    expect_nothing(f);
    expect_members(f, "B2@0 alive");
}

/* Updates or broadcasts rode on Announce or TurnUndead. */
/* Rules: P3.2 */
static void nothing_rides_on_announce_or_turn_undead(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.notify_down_members = true;
    f->config.periodic_announce = (struct selkie_periodic){SELKIE_S(1), 1};
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    assert_int_equal(selkie_announce(f->engine, "D1"), SELKIE_OK);
    fire(f, TIMER_PERIODIC_ANNOUNCE);
    hear(f, "ping 1 from C1@0");
    expect(f, "> announce from A1@0 to D1", "timer announce in 1000 ms", "> announce from A1@0 to B1",
           "> turn-undead from A1@0 to C1");
    assert_int_equal(selkie_updates_backlog(f->engine) + selkie_broadcasts_backlog(f->engine), 2);
}

/* Leaving with one member and a fan-out of five sent it five packets. */
/* Rules: P15.5, P7.5 */
static void leaving_sends_one_packet_to_one_member(void **state) {
    struct fixture *f = *state;
    f->config.num_indirect_probes = 5;
    restart(f);
    know(f, "B1@0 alive, C1@0 down");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (A1@0 down left)", "defunct");
}

/* The backlog grew for ever where Down members were forgotten too soon: they came back as news. */
/* Rules: P2.3, P8.6, P11.2, P16.1 */
static void old_news_of_a_down_member_is_no_news_as_long_as_it_is_remembered(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    for (int i = 0; i < 50; i++) {
        hear(f, "gossip from B1@0 (C1@0 down, C1@0 alive, D1@0 down)");
        assert_int_equal(selkie_updates_backlog(f->engine), i < 10 ? 2 : 0);
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    }
    assert_int_equal(count_lines(f, "timer remove in 86400000 ms"), 2); /* a day */
}

/* apply_many without dissemination queued all the same. */
/* Rules: P10.5 */
static void a_batch_that_is_not_spread_leaves_the_queue_as_it_was(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    learn(f, "D1@0 alive, A1@0 suspect, A2@5 alive, A0@0 suspect, B1@0 suspect");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    forget(f);
    hear(f, "ping 1 from B1@1");
    assert_int_equal(count_lines(f, "> ack 1 from A1@1 to B1 (B1@1 alive, C1@0 down)"), 1);
}

/* A member that refuted in time was told, when the old suspicion's timer came back, that it is dead: one lost Ping cost
 * it its identity. */
/* Rules: P6.18 */
static void who_refuted_in_time_is_not_told_that_it_is_dead(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    restart(f);
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    hear(f, "ack 2 from B1@1");
    forget(f);
    assert_int_equal(fire(f, TIMER_CHANGE_SUSPECT_TO_DOWN), SELKIE_OK);
    expect_nothing(f);
    expect_members(f, "B1@1 alive");
}

/* A packet into which nothing fits emptied and refilled the whole queue. That it costs little is measured elsewhere;
 * that it changes nothing is held here. */
/* Rules: P11.5, P12.8 */
static void a_packet_into_which_nothing_fits_leaves_the_queues_as_they_were(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart_in_place(f, 8);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down, D1@0 down, E1@0 down");
    assert_int_equal(broadcast(f, "xx"), 1);
    set_packet_size(f, 8 + 2 + 3);
    forget(f);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    }
    assert_int_equal(count_lines(f, "> gossip from A1@0 to B1 ()"), 20);
    assert_int_equal(selkie_updates_backlog(f->engine), 3);
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 1);
}

/* A probe whose Ping cannot be encoded stopped all probing for ever. */
/* Rules: P6.19, P17.3 */
static void a_ping_that_cannot_be_encoded_does_not_stop_all_probing(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    set_packet_size(f, 8);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_ENCODE);
        fire(f, TIMER_SEND_INDIRECT_PROBE);
        assert_int_equal(in_flight(f, TIMER_PROBE_RANDOM_MEMBER), 1);
    }
    set_packet_size(f, 1400);
    forget(f);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
    assert_int_equal(count_lines(f, "> ping 6 from A1@0 to B1"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(turn_undead_from_somebody_down_is_taken_as_news_and_ends_there),
        test_of_one(a_renewal_in_the_middle_of_a_probe_is_no_error_and_nobody_is_asked),
        test_of_one(a_probe_that_idling_interrupted_starts_clean),
        test_of_one(nothing_lies_behind_a_feeds_last_member),
        test_of_one(each_feed_is_a_new_random_sample),
        test_of_one(a_former_identity_of_ours_is_never_active),
        test_of_one(a_renamed_member_is_not_taken_down_by_an_old_timer),
        test_of_one(a_replayed_packet_of_a_superseded_identity_has_no_effect),
        test_of_one(nothing_rides_on_announce_or_turn_undead),
        test_of_one(leaving_sends_one_packet_to_one_member),
        test_of_one(old_news_of_a_down_member_is_no_news_as_long_as_it_is_remembered),
        test_of_one(a_batch_that_is_not_spread_leaves_the_queue_as_it_was),
        test_of_one(who_refuted_in_time_is_not_told_that_it_is_dead),
        test_of_one(a_packet_into_which_nothing_fits_leaves_the_queues_as_they_were),
        test_of_one(a_ping_that_cannot_be_encoded_does_not_stop_all_probing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
