/* Tests of packets as they are laid out: what each message carries, in which order, and how much of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"
#include "text.h"

enum { HEADER = 8, COUNT = 2, MEMBER = 5 }; /* bytes */

/* ---- what each message carries ---- */

/* Rules: P3.1 */
static void each_header_says_who_we_are_now(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    know(f, "A1@4 suspect");
    assert_int_equal(selkie_announce(f->engine, "C7"), SELKIE_OK);
    did(f, selkie_change_identity(f->engine, "A3"));
    expect(f, "> announce from A1@5 to C7", "> gossip from A3@0 to B1 (A1@0 down)");
}

/* Rules: P3.2, P3.7 */
static void announce_and_turn_undead_carry_nothing_and_nobody_is_asked(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->trace_wants = true;
    f->config.notify_down_members = true;
    restart(f);
    know(f, "B1@0 alive, C1@0 down");
    learn_and_tell(f, "D1@0 alive");
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_OK);
    hear(f, "ping 1 from C1@0");
    expect(f, "> announce from A1@0 to B1", "> turn-undead from A1@0 to C1");
}

/* Rules: P3.3 */
static void broadcast_carries_broadcasts_and_no_count(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    assert_int_equal(broadcast(f, "hi"), 1);
    forget(f);
    assert_int_equal(selkie_broadcast(f->engine), SELKIE_OK);
    expect(f, "> broadcast from A1@0 to B1 \"hi\"");
}

/* Rules: P3.4 */
static void the_count_needs_three_bytes(void **state) {
    struct fixture *f = *state;
    for (uint32_t left = 0; left <= 3; left++) {
        f->with_broadcasts = true;
        restart(f);
        know(f, "B1@0 alive");
        set_packet_size(f, HEADER + left);
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
        expect(f, left < 3 ? "> gossip from A1@0 to B1" : "> gossip from A1@0 to B1 ()");
    }
}

/* Rules: P3.5, P3.8, P11.5 */
static void updates_go_as_far_as_they_fit(void **state) {
    struct fixture *f = *state;
    static const struct {
        uint32_t left;
        const char *packet;
    } cases[] = {{COUNT + 4, "> gossip from A1@0 to B1 ()"},
                 {COUNT + 5, "> gossip from A1@0 to B1 (C1@0 down)"},
                 {COUNT + 9, "> gossip from A1@0 to B1 (C1@0 down)"},
                 {COUNT + 10, "> gossip from A1@0 to B1 (C1@0 down, D1@0 down)"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        restart(f);
        know(f, "B1@0 alive");
        learn_and_tell(f, "C1@0 down, D1@0 down, E1@0 down");
        set_packet_size(f, HEADER + cases[i].left);
        forget(f);
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
        expect(f, cases[i].packet);
    }
}

/* Rules: P3.6, P12.8 */
static void broadcasts_fill_what_the_updates_leave(void **state) {
    struct fixture *f = *state;
    static const struct {
        uint32_t left;
        const char *packet;
    } cases[] = {{COUNT + MEMBER + 2, "> gossip from A1@0 to B1 (C1@0 down)"},
                 {COUNT + MEMBER + 3, "> gossip from A1@0 to B1 (C1@0 down) \"y\""},
                 {COUNT + MEMBER + 5, "> gossip from A1@0 to B1 (C1@0 down) \"xxx\""},
                 {COUNT + MEMBER + 7, "> gossip from A1@0 to B1 (C1@0 down) \"xxx\""},
                 {COUNT + MEMBER + 8, "> gossip from A1@0 to B1 (C1@0 down) \"xxx\" \"y\""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->with_broadcasts = true;
        restart(f);
        know(f, "B1@0 alive");
        learn_and_tell(f, "C1@0 down");
        assert_int_equal(broadcast(f, "y"), 1);
        assert_int_equal(broadcast(f, "xxx"), 1);
        set_packet_size(f, HEADER + cases[i].left);
        forget(f);
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
        expect(f, cases[i].packet);
    }
}

/* Rules: P3.7 */
static void wants_is_asked_for_each_packet_with_a_byte_left_even_if_nothing_is_queued(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->trace_wants = true;
    restart(f);
    know(f, "B1@0 alive");
    set_packet_size(f, HEADER + 2);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "wants B1", "> gossip from A1@0 to B1");
    set_packet_size(f, HEADER);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1");
    set_packet_size(f, 1400);
    learn_and_tell(f, "C1@0 down");
    set_packet_size(f, HEADER + COUNT + MEMBER);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (C1@0 down)"); /* full: nobody is asked */
}

/* Rules: P3.7 */
static void who_wants_no_broadcasts_gets_none(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->unwilling = 'B';
    restart(f);
    know(f, "B1@0 alive, C1@0 alive");
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    hear(f, "ping 1 from B1@0");
    hear(f, "ping 1 from C1@0");
    expect(f, "> ack 1 from A1@0 to B1 ()", "> ack 1 from A1@0 to C1 () \"x\"");
}

/* ---- feeds ---- */

/* Rules: P4.9 */
static void a_feed_takes_no_news_and_uses_no_transmission_up(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.max_transmissions = 1;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    assert_int_equal(broadcast(f, "x"), 1);
    forget(f);
    hear(f, "announce from B1@0");
    expect(f, "> feed from A1@0 to B1 () \"x\"");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 0);
}

/* Rules: P4.9 */
static void a_feed_leaves_the_receivers_very_identity_out_and_nobody_else(void **state) {
    struct fixture *f = *state;
    know(f, "B2@0 alive");
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_OK);
    forget(f);
    hear(f, "announce from C1@0");
    assert_int_equal(count_lines(f, "> feed from A1@0 to C1 (B2@0 alive)"), 1);
}

/* ---- updates ---- */

/* Rules: P11.2, P11.3 */
static void news_of_an_address_replaces_what_was_queued_and_starts_afresh(void **state) {
    struct fixture *f = *state;
    f->config.max_transmissions = 2;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 alive");
    learn(f, "C1@0 down");
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    learn_and_tell(f, "C2@0 down");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    forget(f);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    }
    expect(f, "> gossip from A1@0 to B1 (C2@0 down)", "> gossip from A1@0 to B1 (C2@0 down)",
           "> gossip from A1@0 to B1 ()");
}

/* Rules: P11.3, P16.4 */
static void an_update_is_sent_as_often_as_was_configured_when_it_was_queued(void **state) {
    struct fixture *f = *state;
    f->config.max_transmissions = 3;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    f->config.max_transmissions = 1;
    assert_int_equal(selkie_set_config(f->engine, &f->config), SELKIE_OK);
    learn_and_tell(f, "D1@0 down");
    forget(f);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    }
    expect(f, "> gossip from A1@0 to B1 (C1@0 down, D1@0 down)", "> gossip from A1@0 to B1 (C1@0 down)",
           "> gossip from A1@0 to B1 (C1@0 down)", "> gossip from A1@0 to B1 ()");
}

/* Rules: P11.4 */
static void what_was_sent_least_goes_first(void **state) {
    struct fixture *f = *state;
    f->config.max_packet_size = HEADER + COUNT + 2 * MEMBER;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down, D1@0 down");
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    learn_and_tell(f, "E1@0 down");
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines(f, "> gossip from A1@0 to B1 (E1@0 down, "), 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(count_lines_with(f, "C1") + count_lines_with(f, "D1"), 2 - count_lines_with(f, "E1"));
}

static unsigned char sent[TEXT_PACKET_MAX];
static size_t sent_size;

static void keep_bytes(void *ctx, const void *identity, const void *bytes, size_t size) {
    (void)ctx, (void)identity;
    sent_size = size;
    memcpy(sent, bytes, size);
}

/* From now on what is sent is kept as bytes instead of being written down. */
static void unread(struct fixture *f) {
    f->engine->runtime.send_to = keep_bytes;
}

/* A member whose incarnation is high takes more bytes here, as in codecs with integers of varying length. */
static bool encode_by_size(const struct selkie_codec *codec, struct selkie_writer *writer,
                           const struct selkie_member *member) {
    struct selkie_codec packed;
    selkie_codec_packed(&packed, codec->identity_size);
    return packed.encode_member(&packed, writer, member) && (member->incarnation < 100 || selkie_put(writer, "!!", 2));
}

/* Rules: P11.4, P11.5 */
static void among_equals_the_larger_goes_first_and_what_does_not_fit_is_passed_over(void **state) {
    struct fixture *f = *state;
    f->codec.encode_member = encode_by_size;
    restart(f);
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down, D1@100 down");
    set_packet_size(f, HEADER + COUNT + MEMBER + 1);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (C1@0 down)"); /* D1 would take one byte more */
    set_packet_size(f, HEADER + COUNT + 2 * MEMBER);
    learn_and_tell(f, "C2@0 down");
    forget(f);
    unread(f); /* the text of this packet would not be a packet of ours */
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    assert_int_equal(sent_size, HEADER + COUNT + MEMBER + 2); /* D1 alone */
    assert_int_equal(sent[HEADER + COUNT], 'D');
}

static unsigned encoded;

static bool encode_what_was_promised(const struct selkie_codec *codec, struct selkie_writer *writer,
                                     const struct selkie_member *member) {
    struct selkie_codec packed;
    selkie_codec_packed(&packed, codec->identity_size);
    assert_int_equal((uintptr_t)member->identity % _Alignof(max_align_t), 0);
    assert_int_equal(member->struct_size, sizeof *member);
    assert_null(member->accuser);
    encoded++;
    return packed.encode_member(&packed, writer, member);
}

static void a_codec_is_given_an_aligned_identity_and_the_size_of_the_member(void **state) {
    struct fixture *f = *state;
    f->codec.encode_member = encode_what_was_promised;
    restart(f);
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive");
    learn_and_tell(f, "E1@0 down, F1@0 down, G1@0 down");
    hear(f, "announce from B1@0");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    assert_true(encoded >= 3 + 2 + 4);
}

static void members_of_one_size_need_not_be_encoded_to_be_queued(void **state) {
    struct fixture *f = *state;
    f->codec.encode_member = encode_what_was_promised;
    f->codec.member_max = f->codec.member_min;
    restart(f);
    know(f, "B1@0 alive");
    encoded = 0;
    learn_and_tell(f, "C1@0 down, D1@0 down");
    assert_int_equal(encoded, 0);
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (C1@0 down, D1@0 down)");
}

/* Rules: P11.6 */
static void a_packet_carries_an_update_once(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn_and_tell(f, "C1@0 down");
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (C1@0 down)");
}

/* Rules: P11.7 */
static void news_of_the_receiver_is_not_left_out(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn_and_tell(f, "B1@0 suspect");
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (B1@0 suspect)");
}

/* Rules: P11.8 */
static void an_update_is_sent_as_the_table_holds_the_member_by_then(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    learn_and_tell(f, "D1@0 down, C1@0 down");
    learn(f, "C2@5 down");
    fire(f, TIMER_REMOVE_DOWN); /* of D1 */
    forget(f);
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (C2@5 down)");
}

/* Rules: P11.9 */
static void a_farewell_is_sent_as_it_was_queued(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    did(f, selkie_change_identity(f->engine, "A2"));
    forget(f);
    learn(f, "A1@0 alive"); /* the table comes to know our former self */
    expect_members(f, "B1@0 alive, A1@0 down");
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A2@0 to B1 (A1@0 down left)");
    learn_and_tell(f, "A3@0 alive"); /* a later update for the same address */
    forget(f);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_OK);
    expect(f, "> gossip from A2@0 to B1 (A3@0 down)");
}

/* Rules: P11.12 */
static void a_flag_that_the_codec_cannot_carry_is_left_out(void **state) {
    struct fixture *f = *state;
    f->codec.can = 0;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (A1@0 down)", "defunct");
}

/* ---- what does not fit at all ---- */

/* Rules: P17.3, P6.19 */
static void a_ping_that_cannot_be_written_does_not_stop_the_probing(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    set_packet_size(f, HEADER); /* one byte less than a Ping's header */
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_ENCODE);
    expect(f, "timer indirect in 500 ms", "timer probe in 1500 ms", "= ENCODE");
    set_packet_size(f, HEADER + 1);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    expect(f, "timer suspect in 3000 ms", "> ping 2 from A1@0 to B1", "timer indirect in 500 ms",
           "timer probe in 1500 ms");
}

/* Rules: P17.3 */
static void a_packet_that_cannot_be_written_is_skipped_and_the_rest_is_done(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    set_packet_size(f, HEADER);
    assert_int_equal(hear(f, "gossip from B1@0"), SELKIE_OK);
    set_packet_size(f, HEADER - 1);
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_E_ENCODE);
    assert_int_equal(selkie_gossip(f->engine), SELKIE_E_ENCODE);
    assert_int_equal(selkie_leave(f->engine), SELKIE_E_ENCODE);
    expect(f, "defunct");
}

static bool encode_nothing_to_c(const struct selkie_codec *codec, struct selkie_writer *writer,
                                const struct selkie_header *header) {
    struct selkie_codec packed;
    selkie_codec_packed(&packed, codec->identity_size);
    return *(const char *)header->destination != 'C' && packed.encode_header(&packed, writer, header);
}

/* Rules: P17.3, P13.2 */
static void a_refutation_that_cannot_be_written_does_not_end_the_batch(void **state) {
    struct fixture *f = *state;
    f->codec.encode_header = encode_nothing_to_c;
    restart(f);
    know(f, "C1@0 alive");
    assert_int_equal(learn(f, "A1@0 suspect, D1@0 alive"), SELKIE_E_ENCODE);
    expect(f, "member-up D1@0 alive", "= ENCODE");
    assert_int_equal(selkie_incarnation(f->engine), 1);
}

/* Rules: P17.3 */
static void one_packet_of_a_fan_out_that_cannot_be_written_does_not_end_it(void **state) {
    struct fixture *f = *state;
    f->codec.encode_header = encode_nothing_to_c;
    restart(f);
    know(f, "B1@0 alive, C1@0 alive, D1@0 alive");
    for (int i = 0; i < 20; i++) { /* whichever comes first */
        assert_int_equal(selkie_gossip(f->engine), SELKIE_E_ENCODE);
        assert_int_equal(count_lines(f, "> gossip from A1@0 to B1 ()"), i + 1);
        assert_int_equal(count_lines(f, "> gossip from A1@0 to D1 ()"), i + 1);
    }
}

static bool encode_no_member_c(const struct selkie_codec *codec, struct selkie_writer *writer,
                               const struct selkie_member *member) {
    struct selkie_codec packed;
    selkie_codec_packed(&packed, codec->identity_size);
    return *(const char *)member->identity != 'C' && packed.encode_member(&packed, writer, member);
}

/* Rules: P17.3 */
static void an_update_that_the_codec_cannot_write_is_not_queued_and_the_rest_is_done(void **state) {
    struct fixture *f = *state;
    f->codec.encode_member = encode_no_member_c;
    restart(f);
    assert_int_equal(hear(f, "ping 1 from B1@0 (C1@0 down, D1@0 down)"), SELKIE_E_ENCODE);
    expect(f, "member-up B1@0 alive", "timer remove in 86400000 ms", "timer remove in 86400000 ms",
           "timer probe in 1500 ms", "active", "> ack 1 from A1@0 to B1 (B1@0 alive, D1@0 down)", "= ENCODE");
    expect_members(f, "B1@0 alive, C1@0 down, D1@0 down");
}

/* Rules: P17.6 */
static void a_lost_timer_is_told_before_what_could_not_be_written_and_that_before_the_rest(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    set_packet_size(f, HEADER);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_ENCODE); /* and incomplete */
    f->refuse_timers = true;
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_E_TIMER_LOST); /* and both */
}

/* Rules: P17.4 */
static void a_lost_timer_leaves_the_rest_of_the_call_standing(void **state) {
    struct fixture *f = *state;
    f->refuse_timers = true;
    assert_int_equal(hear(f, "ping 1 from B1@0 (C1@0 down)"), SELKIE_E_TIMER_LOST);
    expect(f, "member-up B1@0 alive", "refused remove in 86400000 ms", "refused probe in 1500 ms", "active",
           "> ack 1 from A1@0 to B1 (B1@0 alive, C1@0 down)", "= TIMER_LOST");
    assert_int_equal(selkie_revive(f->engine), SELKIE_E_TIMER_LOST);
    f->refuse_timers = false;
    forget(f);
    assert_int_equal(selkie_revive(f->engine), SELKIE_OK);
    expect(f, "timer probe in 1500 ms", "timer remove in 86400000 ms");
    fire(f, TIMER_REMOVE_DOWN);
    expect_members(f, "B1@0 alive");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(each_header_says_who_we_are_now),
        test_of_one(announce_and_turn_undead_carry_nothing_and_nobody_is_asked),
        test_of_one(broadcast_carries_broadcasts_and_no_count),
        test_of_one(the_count_needs_three_bytes),
        test_of_one(updates_go_as_far_as_they_fit),
        test_of_one(broadcasts_fill_what_the_updates_leave),
        test_of_one(wants_is_asked_for_each_packet_with_a_byte_left_even_if_nothing_is_queued),
        test_of_one(who_wants_no_broadcasts_gets_none),
        test_of_one(a_feed_takes_no_news_and_uses_no_transmission_up),
        test_of_one(a_feed_leaves_the_receivers_very_identity_out_and_nobody_else),
        test_of_one(news_of_an_address_replaces_what_was_queued_and_starts_afresh),
        test_of_one(an_update_is_sent_as_often_as_was_configured_when_it_was_queued),
        test_of_one(what_was_sent_least_goes_first),
        test_of_one(among_equals_the_larger_goes_first_and_what_does_not_fit_is_passed_over),
        test_of_one(a_codec_is_given_an_aligned_identity_and_the_size_of_the_member),
        test_of_one(members_of_one_size_need_not_be_encoded_to_be_queued),
        test_of_one(a_packet_carries_an_update_once),
        test_of_one(news_of_the_receiver_is_not_left_out),
        test_of_one(an_update_is_sent_as_the_table_holds_the_member_by_then),
        test_of_one(a_farewell_is_sent_as_it_was_queued),
        test_of_one(a_flag_that_the_codec_cannot_carry_is_left_out),
        test_of_one(a_ping_that_cannot_be_written_does_not_stop_the_probing),
        test_of_one(a_packet_that_cannot_be_written_is_skipped_and_the_rest_is_done),
        test_of_one(a_refutation_that_cannot_be_written_does_not_end_the_batch),
        test_of_one(one_packet_of_a_fan_out_that_cannot_be_written_does_not_end_it),
        test_of_one(an_update_that_the_codec_cannot_write_is_not_queued_and_the_rest_is_done),
        test_of_one(a_lost_timer_is_told_before_what_could_not_be_written_and_that_before_the_rest),
        test_of_one(a_lost_timer_leaves_the_rest_of_the_call_standing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
