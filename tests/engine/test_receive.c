/* Tests of receiving: what is refused, in which order it is looked at, and what a packet that is taken does, step by
 * step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "seed.h"
#include "text.h"

static struct seed seed;

enum { HEADER = 8, MEMBER = 5 }; /* bytes of a gossip's header and of a member */

/* ---- what is refused leaves no trace ---- */

static void expect_refused(struct fixture *f, const void *bytes, size_t size, int error) {
    unsigned char *before = remember(f);
    assert_int_equal(selkie_handle_data(f->engine, bytes, size), error);
    expect_unchanged(f, before);
    expect_nothing(f);
}

static void expect_text_refused(struct fixture *f, const char *text, int error) {
    unsigned char bytes[TEXT_PACKET_MAX];
    expect_refused(f, bytes, text_to_packet(text, "A1", bytes), error);
}

/* Rules: P9.1, P17.2 */
static void a_packet_of_the_largest_size_is_taken_and_one_byte_more_is_not(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 8);
    set_packet_size(f, HEADER + 2 + MEMBER);
    expect_text_refused(f, "gossip from B1@0 (C1@0 alive) \"?\"", SELKIE_E_DATA_TOO_BIG);
    set_packet_size(f, HEADER + 2 + MEMBER - 1);
    expect_text_refused(f, "gossip from B1@0 (C1@0 alive)", SELKIE_E_DATA_TOO_BIG);
    set_packet_size(f, HEADER + 2 + MEMBER);
    assert_int_equal(hear(f, "gossip from B1@0 (C1@0 alive)"), SELKIE_OK);
    assert_int_equal(selkie_active_count(f->engine), 2);
}

/* Rules: P9.1 */
static void size_is_looked_at_before_anything_else(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[2000] = {0};
    restart_in_place(f, 8);
    expect_refused(f, bytes, 1400, SELKIE_E_VERSION);
    expect_refused(f, bytes, 1401, SELKIE_E_DATA_TOO_BIG);
}

/* Rules: P9.2, P17.2 */
static void a_header_that_is_cut_anywhere_does_not_decode(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX];
    restart_in_place(f, 8);
    size_t size = text_to_packet("ping-req 7 for C1 from B1@0", "A1", bytes);
    for (size_t cut = 0; cut < size; cut++) {
        expect_refused(f, bytes, cut, SELKIE_E_DECODE);
    }
    assert_int_equal(hear_bytes(f, bytes, size), SELKIE_OK);
    assert_int_equal(selkie_active_count(f->engine), 1);
}

/* Rules: P9.2, P17.2 */
static void a_version_that_we_do_not_speak_is_told_from_nonsense(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX];
    restart_in_place(f, 8);
    size_t size = text_to_packet("gossip from B1@0", "A1", bytes);
    bytes[0]++;
    expect_refused(f, bytes, size, SELKIE_E_VERSION);
}

/* Rules: P9.3, P17.2 */
static void nobody_else_may_send_from_our_address(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 8);
    expect_text_refused(f, "gossip from A1@0", SELKIE_E_DATA_FROM_OURSELVES);
    expect_text_refused(f, "gossip from A2@0", SELKIE_E_DATA_FROM_OURSELVES);
    expect_text_refused(f, "announce from A0@0", SELKIE_E_DATA_FROM_OURSELVES);
    expect_text_refused(f, "gossip from A1@0 to C1", SELKIE_E_DATA_FROM_OURSELVES);
}

/* Rules: P9.4, P17.2 */
static void one_byte_behind_a_header_is_malformed_and_two_are_a_count(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX];
    restart_in_place(f, 8);
    size_t size = text_to_packet("gossip from B1@0 ()", "A1", bytes);
    expect_refused(f, bytes, size - 1, SELKIE_E_MALFORMED_PACKET);
    assert_int_equal(hear_bytes(f, bytes, size), SELKIE_OK);
    size = text_to_packet("broadcast from B1@0 \"x\"", "A1", bytes);
    forget(f);
    expect_refused(f, bytes, HEADER + 1, SELKIE_E_MALFORMED_PACKET);
}

/* Rules: P9.4, P17.2 */
static void an_announce_with_anything_behind_it_is_malformed(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX] = {0};
    restart_in_place(f, 8);
    size_t size = text_to_packet("announce from B1@0", "A1", bytes);
    for (size_t more = 1; more < 20; more++) {
        expect_refused(f, bytes, size + more, SELKIE_E_MALFORMED_PACKET);
    }
    expect_text_refused(f, "announce from B1@0 to C1 ()", SELKIE_E_MALFORMED_PACKET);
    assert_int_equal(hear_bytes(f, bytes, size), SELKIE_OK);
}

/* Rules: P9.5 */
static void a_packet_for_somebody_else_is_dropped_without_a_word(void **state) {
    struct fixture *f = *state;
    restart_in_place(f, 8);
    expect_text_refused(f, "ping 1 from B1@0 to C1 (D1@0 alive)", SELKIE_OK);
    expect_text_refused(f, "ping 1 from B1@0 to A2 (D1@0 alive)", SELKIE_OK);
    expect_text_refused(f, "announce from B1@0 to C1", SELKIE_OK);
}

/* Rules: P9.5 */
static void an_announce_finds_us_by_our_address_alone(void **state) {
    struct fixture *f = *state;
    hear(f, "announce from B1@0 to A7");
    expect(f, "member-up B1@0 alive", "timer probe in 1500 ms", "active", "> feed from A1@0 to B1 ()");
}

/* Rules: P9.6, P17.2 */
static void updates_that_are_cut_anywhere_take_the_whole_packet_with_them(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX];
    restart_in_place(f, 8);
    size_t size = text_to_packet("turn-undead from B1@3 (C1@0 alive, A1@0 down)", "A1", bytes);
    for (size_t cut = HEADER + 2; cut < size; cut++) {
        expect_refused(f, bytes, cut, SELKIE_E_DECODE);
    }
    bytes[HEADER + 1] = 3; /* one more than there are */
    expect_refused(f, bytes, size, SELKIE_E_DECODE);
}

/* Rules: P9.6, P17.2 */
static void one_update_that_does_not_decode_takes_the_whole_packet_with_it(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX];
    restart_in_place(f, 8);
    size_t size = text_to_packet("gossip from B1@0 (C1@0 alive, D1@0 alive)", "A1", bytes);
    bytes[size - 1] = 0x03; /* no such state */
    expect_refused(f, bytes, size, SELKIE_E_DECODE);
    bytes[size - 1] = 0x10; /* of a later version */
    expect_refused(f, bytes, size, SELKIE_E_VERSION);
    bytes[size - 1] = 0x00;
    assert_int_equal(hear_bytes(f, bytes, size), SELKIE_OK);
    assert_int_equal(selkie_active_count(f->engine), 3);
}

static int decoded_error;
static uint8_t decoded_message, decoded_state;
static bool decoded_too_far;

static int decode_any_header(const struct selkie_codec *codec, struct selkie_reader *reader,
                             struct selkie_header *header, void *source, void *destination, void *peer) {
    struct selkie_header cleared;
    struct selkie_codec packed;
    SELKIE_INIT(&cleared);
    selkie_codec_packed(&packed, codec->identity_size);
    assert_memory_equal(header, &cleared, sizeof cleared);
    int error = packed.decode_header(&packed, reader, header, source, destination, peer);
    header->message = decoded_message;
    reader->failed |= decoded_too_far;
    return error ? error : decoded_error;
}

/* Rules: P9.2 */
static void a_codec_that_decodes_nonsense_is_not_believed(void **state) {
    struct fixture *f = *state;
    f->codec.decode_header = decode_any_header;
    restart_in_place(f, 8);
    decoded_message = SELKIE_MESSAGE_COUNT;
    expect_text_refused(f, "gossip from B1@0", SELKIE_E_DECODE);
    decoded_message = SELKIE_GOSSIP;
    decoded_error = SELKIE_E_FULL; /* no error that a codec may give */
    expect_text_refused(f, "gossip from B1@0", SELKIE_E_DECODE);
    decoded_error = 0;
    decoded_too_far = true;
    expect_text_refused(f, "gossip from B1@0", SELKIE_E_DECODE);
    decoded_too_far = false;
    assert_int_equal(hear(f, "gossip from B1@0"), SELKIE_OK);
}

static int decode_any_member(const struct selkie_codec *codec, struct selkie_reader *reader,
                             struct selkie_member *member, void *identity, void *accuser) {
    struct selkie_member cleared;
    struct selkie_codec packed;
    SELKIE_INIT(&cleared);
    cleared.slot = SELKIE_NO_SLOT;
    selkie_codec_packed(&packed, codec->identity_size);
    assert_memory_equal(member, &cleared, sizeof cleared);
    int error = packed.decode_member(&packed, reader, member, identity, accuser);
    member->state = decoded_state;
    reader->failed |= decoded_too_far;
    return error ? error : decoded_error;
}

/* Rules: P9.6 */
static void nor_is_one_that_decodes_members_of_no_state(void **state) {
    struct fixture *f = *state;
    f->codec.decode_member = decode_any_member;
    restart_in_place(f, 8);
    decoded_state = SELKIE_DOWN + 1;
    expect_text_refused(f, "gossip from B1@0 (C1@0 alive)", SELKIE_E_DECODE);
    decoded_state = SELKIE_DOWN;
    decoded_error = -1000;
    expect_text_refused(f, "gossip from B1@0 (C1@0 alive)", SELKIE_E_DECODE);
    decoded_error = 0;
    decoded_too_far = true;
    expect_text_refused(f, "gossip from B1@0 (C1@0 alive)", SELKIE_E_DECODE);
    decoded_too_far = false;
    assert_int_equal(hear(f, "gossip from B1@0 (C1@0 alive)"), SELKIE_OK);
    expect_members(f, "B1@0 alive, C1@0 down");
}

/* Rules: P9.6 */
static void any_message_may_come_as_a_header_alone(void **state) {
    struct fixture *f = *state;
    static const char *const messages[] = {"ping 1",
                                           "ack 1",
                                           "ping-req 1 for C1",
                                           "indirect-ping 1 for C1",
                                           "indirect-ack 1 for C1",
                                           "forwarded-ack 1 for C1",
                                           "announce",
                                           "feed",
                                           "gossip",
                                           "broadcast"};
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        char text[TEXT_MAX] = "";
        text_add(text, "%s from B1@0", messages[i]);
        restart(f);
        assert_int_equal(hear(f, text), SELKIE_OK);
        assert_int_equal(count_lines(f, "member-up B1@0 alive"), 1);
    }
}

/* Rules: P9.6, P3.3 */
static void a_broadcast_packet_has_no_count_and_all_others_do(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    hear(f, "broadcast from B1@0 \"hi\"");
    expect(f, "heard \"hi\" from B1");
    hear(f, "gossip from B1@0 () \"ho\"");
    expect(f, "heard \"ho\" from B1");
}

/* ---- what a packet does ---- */

/* Rules: P9.7, P14.5, P14.6, P18.2 */
static void a_packet_that_is_for_us_is_notified_first_if_asked_for(void **state) {
    struct fixture *f = *state;
    hear(f, "gossip from B1@0");
    expect(f, "member-up B1@0 alive", "timer probe in 1500 ms", "active");
    f->config.observe = SELKIE_OBSERVE_DATA_RECEIVED;
    restart(f);
    hear(f, "gossip from B1@0");
    expect(f, "data-received gossip from B1 to A1", "member-up B1@0 alive", "timer probe in 1500 ms", "active");
    hear(f, "gossip from B1@0 to C1");
    hear(f, "gossip from A2@0");
    hear(f, "gossip from B1@0 to A2");
    expect(f, "= DATA_FROM_OURSELVES");
    know(f, "B1@0 down");
    hear(f, "gossip from B1@0");
    expect(f, "data-received gossip from B1 to A1");
}

/* Rules: P9.8 */
static void the_source_is_alive_at_the_incarnation_that_it_says_and_that_is_told_on(void **state) {
    struct fixture *f = *state;
    know(f, "B1@4 suspect");
    hear(f, "gossip from B1@4");
    expect_members(f, "B1@4 suspect");
    assert_int_equal(selkie_updates_backlog(f->engine), 0);
    hear(f, "gossip from B1@5");
    expect_members(f, "B1@5 alive");
    assert_int_equal(selkie_updates_backlog(f->engine), 1);
    hear(f, "ping 1 from B1@5");
    expect(f, "> ack 1 from A1@0 to B1 (B1@5 alive)");
}

/* Rules: P9.9, P5.4, P14.6 */
static void what_a_down_member_says_is_ignored(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 down");
    assert_int_equal(hear(f, "ping 1 from B1@9 (C1@0 alive, A1@0 suspect) \"!\""), SELKIE_OK);
    expect_nothing(f);
    expect_members(f, "B1@0 down");
}

/* Rules: P9.9, P2.6 */
static void what_a_superseded_identity_says_is_ignored_and_it_is_told_so(void **state) {
    struct fixture *f = *state;
    f->config.notify_down_members = true;
    restart(f);
    know(f, "B2@0 alive");
    assert_int_equal(hear(f, "ping 1 from B1@9 (C1@0 alive)"), SELKIE_OK);
    expect(f, "> turn-undead from A1@0 to B1");
    expect_members(f, "B2@0 alive");
}

/* Rules: P5.3, P5.4 */
static void a_packet_from_an_inactive_source_does_not_adjust_the_connection(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 down, C1@0 alive");
    did(f, selkie_change_identity(f->engine, "A2"));
    forget(f);
    hear(f, "gossip from B1@0");
    expect_nothing(f);
    assert_int_equal(selkie_connection(f->engine), SELKIE_DISCONNECTED);
    hear(f, "gossip from C1@0");
    expect(f, "timer probe in 1500 ms", "active");
}

/* Rules: P9.10, P9.11, P18.2, P12.5 */
static void effects_come_in_the_order_of_the_packet(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->config.observe = SELKIE_OBSERVE_DATA_RECEIVED;
    f->config.num_indirect_probes = 1;
    restart(f);
    hear(f, "ping 9 from B1@0 (C1@0 down, A1@0 suspect, B2@1 alive, D1@0 down) \"x\" \"?\" \"yy\"");
    expect(f, "data-received ping from B1 to A1", "member-up B1@0 alive", "timer remove in 86400000 ms",
           "> gossip from A1@1 to B1 (B1@0 alive, C1@0 down)", "rename B1 to B2", "timer remove in 86400000 ms",
           "timer probe in 1500 ms", "active", "heard \"x\" from B1", "heard \"?\" from B1", "heard \"yy\" from B1",
           "> ack 9 from A1@1 to B1 (B2@1 alive, D1@0 down, C1@0 down) \"yy\" \"x\"");
}

/* Rules: P9.11, P5.9 */
static void broadcasts_are_heard_in_every_state_of_the_connection(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    forget(f);
    hear(f, "gossip from B1@0 () \"x\"");
    expect(f, "heard \"x\" from B1");
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 1);
}

/* Rules: P9.12, P4.10 */
static void an_undead_engine_answers_nothing(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    forget(f);
    hear(f, "ping 1 from B1@0");
    hear(f, "ping-req 1 for C1 from B1@0");
    hear(f, "ping-req 1 for A1 from B1@0");
    hear(f, "indirect-ping 1 for C1 from B1@0");
    hear(f, "indirect-ack 1 for C1 from B1@0");
    hear(f, "announce from B1@0");
    hear(f, "turn-undead from B1@0");
    expect_nothing(f);
}

/* Rules: P9.13, P12.6, P18.2 */
static void a_refused_broadcast_keeps_nobody_from_an_answer(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping 1 from B1@0 () \"x\" \"!\" \"y\""), SELKIE_E_CUSTOM_BROADCAST);
    expect(f, "heard \"x\" from B1", "heard \"!\" from B1", "> ack 1 from A1@0 to B1 () \"x\"", "= CUSTOM_BROADCAST");
}

/* Rules: P9.14 */
static void after_a_rejoin_the_rest_of_the_packet_is_for_the_new_identity(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    hear(f, "ping 4 from B1@0 (A1@0 down, A2@5 suspect, A1@0 suspect)");
    expect(f, "> gossip from A2@0 to B1 (A1@0 down)", "rejoin A1 to A2", "> gossip from A2@6 to B1 (A1@0 down)",
           "timer remove in 86400000 ms", "timer probe in 1500 ms", "active", "> ack 4 from A2@6 to B1 (A1@0 down)");
    hear(f, "ping 5 from B1@0 to A1");
    expect_nothing(f);
}

/* Rules: P9.14, P4.7 */
static void a_third_party_is_compared_with_the_identity_that_we_have_by_then(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping-req 4 for A2 from B1@0 (A1@0 down)"), SELKIE_E_INDIRECT_FOR_OURSELVES);
    forget(f);
    assert_int_equal(hear(f, "ping-req 4 for A2 from B1@0 (A2@0 down)"), SELKIE_OK);
    assert_int_equal(count_lines(f, "> indirect-ping 4 for B1 from A3@0 to A2"), 1);
}

/* ---- messages ---- */

/* Rules: P4.2, P3.1 */
static void a_ping_is_answered_with_its_number(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive");
    hear(f, "ping 0 from B1@0");
    hear(f, "ping 255 from C1@0");
    expect(f, "> ack 0 from A1@0 to B1 ()", "> ack 255 from A1@0 to C1 ()");
}

/* Rules: P4.3, P4.4, P4.5, P4.6 */
static void indirect_messages_are_passed_on_to_members_that_we_do_not_know(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, D1@0 down");
    hear(f, "ping-req 3 for C1 from B1@0");
    hear(f, "ping-req 4 for D1 from B1@0");
    hear(f, "indirect-ping 5 for C1 from B1@0");
    hear(f, "indirect-ack 6 for C1 from B1@0");
    hear(f, "indirect-ack 7 for D1 from B1@0");
    expect(f, "> indirect-ping 3 for B1 from A1@0 to C1 ()", "> indirect-ping 4 for B1 from A1@0 to D1 ()",
           "> indirect-ack 5 for C1 from A1@0 to B1 ()", "> forwarded-ack 6 for B1 from A1@0 to C1 ()",
           "> forwarded-ack 7 for B1 from A1@0 to D1 ()");
    expect_members(f, "B1@0 alive, D1@0 down");
}

/* Rules: P4.7, P17.6 */
static void nothing_is_passed_on_to_ourselves(void **state) {
    struct fixture *f = *state;
    static const char *const messages[] = {"ping-req", "indirect-ping", "indirect-ack", "forwarded-ack"};
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        char text[TEXT_MAX] = "";
        text_add(text, "%s 1 for A1 from B1@0 (C1@%zu suspect) \"!\"", messages[i], i);
        assert_int_equal(hear(f, text), SELKIE_E_INDIRECT_FOR_OURSELVES);
        assert_int_equal(count_lines(f, ">"), 0);
        forget(f);
        assert_int_equal(selkie_member_count(f->engine), 2);
    }
}

/* Rules: P4.7 */
static void another_identity_of_our_address_is_a_third_party_like_any_other(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping-req 1 for A2 from B1@0"), SELKIE_OK);
    expect(f, "> indirect-ping 1 for B1 from A1@0 to A2 ()");
}

/* Rules: P4.8, P4.9 */
static void a_feed_has_the_active_members_but_the_receiver(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 down, D1@7 suspect");
    hear(f, "announce from B1@0");
    expect(f, "> feed from A1@0 to B1 (D1@7 suspect)");
}

/* Rules: P4.10 */
static void what_only_carries_news_is_not_answered(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    hear(f, "ack 1 from B1@0");
    hear(f, "forwarded-ack 1 for C1 from B1@0");
    hear(f, "feed from B1@0 (C1@0 alive)");
    hear(f, "gossip from B1@0 (D1@0 alive)");
    hear(f, "broadcast from B1@0 \"x\"");
    expect(f, "member-up C1@0 alive", "member-up D1@0 alive", "heard \"x\" from B1");
    f->type.renew = NULL;
    restart(f);
    know(f, "B1@0 alive");
    hear(f, "turn-undead from B1@0");
    expect(f, "defunct");
}

/* ---- broadcasts at a packet's end ---- */

/* Rules: P12.6, P17.5 */
static void a_tail_that_is_cut_anywhere_is_malformed_from_there_on(void **state) {
    struct fixture *f = *state;
    unsigned char bytes[TEXT_PACKET_MAX];
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    size_t whole = text_to_packet("gossip from B1@0 () \"abc\"", "A1", bytes);
    size_t size = text_to_packet("gossip from B1@0 () \"abc\" \"xyz\"", "A1", bytes);
    for (size_t cut = whole + 1; cut < size; cut++) {
        assert_int_equal(hear_bytes(f, bytes, cut), SELKIE_E_MALFORMED_PACKET);
        expect(f, "heard \"abc\" from B1", "= MALFORMED_PACKET");
    }
    assert_int_equal(hear_bytes(f, bytes, size), SELKIE_OK);
    expect(f, "heard \"abc\" from B1", "heard \"xyz\" from B1");
}

/* Rules: P12.6 */
static void a_broadcast_of_no_bytes_is_malformed(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping 2 from B1@0 () \"x\" \"\" \"y\""), SELKIE_E_MALFORMED_PACKET);
    expect(f, "heard \"x\" from B1", "> ack 2 from A1@0 to B1 () \"x\"", "= MALFORMED_PACKET");
}

/* Rules: P12.7 */
static void without_a_handler_every_broadcast_is_refused(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(hear(f, "ping 1 from B1@0 () \"x\""), SELKIE_E_CUSTOM_BROADCAST);
    expect(f, "> ack 1 from A1@0 to B1 ()", "= CUSTOM_BROADCAST");
    assert_int_equal(broadcast(f, "x"), SELKIE_E_CUSTOM_BROADCAST);
    assert_int_equal(selkie_broadcasts_backlog(f->engine), 0);
}

/* ---- anything at all ---- */

static size_t some_packet(unsigned char bytes[TEXT_PACKET_MAX]) {
    static const char *const texts[] = {"ping 1 from B1@0 (C1@0 alive, D1@1 suspect) \"hi\"",
                                        "ack 1 from C1@0 (B1@2 down)",
                                        "ping-req 1 for A1 from B1@0 (A1@0 suspect)",
                                        "feed from D1@0 (E1@0 alive, F1@0 alive, A2@0 alive)",
                                        "turn-undead from B1@0 (C2@0 alive)",
                                        "broadcast from C1@0 \"abc\" \"de\"",
                                        "gossip from D1@4 (B1@0 down left, E1@0 suspect) \"x\"",
                                        "forwarded-ack 3 for B1 from C1@9 ()"};
    size_t size = text_to_packet(texts[seed_below(&seed, sizeof texts / sizeof *texts)], "A1", bytes);
    for (uint32_t flips = seed_below(&seed, 4); flips > 0; flips--) {
        bytes[seed_below(&seed, (uint32_t)size)] = (unsigned char)seed_next(&seed);
    }
    return seed_below(&seed, 4) == 0 ? seed_below(&seed, (uint32_t)size + 8) : size;
}

/* Rules: P9.15 */
static void damaged_packets_do_no_harm(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    f->type.renew = NULL;
    restart_in_place(f, 16);
    for (int i = 0; i < 20000; i++) {
        unsigned char bytes[TEXT_PACKET_MAX] = {0};
        int error = selkie_handle_data(f->engine, bytes, some_packet(bytes));
        assert_true(error == SELKIE_OK || selkie_error_class(error) == SELKIE_CLASS_PEER);
        assert_true(selkie_member_count(f->engine) <= 16);
        assert_true(selkie_broadcasts_backlog(f->engine) <= 8);
        forget(f);
        f->timer_count = 0;
        if (selkie_connection(f->engine) == SELKIE_UNDEAD) {
            assert_int_equal(selkie_reuse_down_identity(f->engine), SELKIE_OK);
        }
    }
}

/* Rules: P9.15 */
static void what_peers_say_of_known_addresses_takes_no_memory(void **state) {
    struct fixture *f = *state;
    f->with_broadcasts = true;
    restart(f);
    size_t after_warm_up = 0;
    for (int i = 0; i < 6000; i++) {
        char text[TEXT_MAX] = "";
        char address = (char)('B' + seed_below(&seed, 20)), other = (char)('B' + seed_below(&seed, 20));
        text_add(text, "gossip from %c1@%u (%c%u@%u suspect) \"%c\"", address, seed_below(&seed, 9), other,
                 1 + seed_below(&seed, 3), seed_below(&seed, 9), (char)('a' + seed_below(&seed, 9)));
        (void)hear(f, text);
        forget(f);
        f->timer_count = 0;
        after_warm_up = i == 3000 ? f->bytes_out : after_warm_up;
    }
    assert_int_equal(f->bytes_out, after_warm_up);
}

int main(int argc, char **argv) {
    seed = seed_take(argc, argv);
    const struct CMUnitTest tests[] = {
        test_of_one(a_packet_of_the_largest_size_is_taken_and_one_byte_more_is_not),
        test_of_one(size_is_looked_at_before_anything_else),
        test_of_one(a_header_that_is_cut_anywhere_does_not_decode),
        test_of_one(a_version_that_we_do_not_speak_is_told_from_nonsense),
        test_of_one(nobody_else_may_send_from_our_address),
        test_of_one(one_byte_behind_a_header_is_malformed_and_two_are_a_count),
        test_of_one(an_announce_with_anything_behind_it_is_malformed),
        test_of_one(a_packet_for_somebody_else_is_dropped_without_a_word),
        test_of_one(an_announce_finds_us_by_our_address_alone),
        test_of_one(updates_that_are_cut_anywhere_take_the_whole_packet_with_them),
        test_of_one(one_update_that_does_not_decode_takes_the_whole_packet_with_it),
        test_of_one(a_codec_that_decodes_nonsense_is_not_believed),
        test_of_one(nor_is_one_that_decodes_members_of_no_state),
        test_of_one(any_message_may_come_as_a_header_alone),
        test_of_one(a_broadcast_packet_has_no_count_and_all_others_do),
        test_of_one(a_packet_that_is_for_us_is_notified_first_if_asked_for),
        test_of_one(the_source_is_alive_at_the_incarnation_that_it_says_and_that_is_told_on),
        test_of_one(what_a_down_member_says_is_ignored),
        test_of_one(what_a_superseded_identity_says_is_ignored_and_it_is_told_so),
        test_of_one(a_packet_from_an_inactive_source_does_not_adjust_the_connection),
        test_of_one(effects_come_in_the_order_of_the_packet),
        test_of_one(broadcasts_are_heard_in_every_state_of_the_connection),
        test_of_one(an_undead_engine_answers_nothing),
        test_of_one(a_refused_broadcast_keeps_nobody_from_an_answer),
        test_of_one(after_a_rejoin_the_rest_of_the_packet_is_for_the_new_identity),
        test_of_one(a_third_party_is_compared_with_the_identity_that_we_have_by_then),
        test_of_one(a_ping_is_answered_with_its_number),
        test_of_one(indirect_messages_are_passed_on_to_members_that_we_do_not_know),
        test_of_one(nothing_is_passed_on_to_ourselves),
        test_of_one(another_identity_of_our_address_is_a_third_party_like_any_other),
        test_of_one(a_feed_has_the_active_members_but_the_receiver),
        test_of_one(what_only_carries_news_is_not_answered),
        test_of_one(a_tail_that_is_cut_anywhere_is_malformed_from_there_on),
        test_of_one(a_broadcast_of_no_bytes_is_malformed),
        test_of_one(without_a_handler_every_broadcast_is_refused),
        test_of_one(damaged_packets_do_no_harm),
        test_of_one(what_peers_say_of_known_addresses_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
