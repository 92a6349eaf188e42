/* Tests of where the engine's frame and a codec meet: what is left of a packet after the header, what a codec cannot
 * write, and what it cannot say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "selkie/codec.h"

enum {
    IDENTITY = 2,              /* an address and a generation */
    HEADER = 2 * IDENTITY + 4, /* of a message without probe number and third party */
    MEMBER = IDENTITY + 3,
    PACKET = 1400,
    SENT_MAX = 8
};

static const unsigned char us[] = {'A', '1'}, peer[] = {'B', '1'}, other[] = {'C', '1'};

struct sent {
    unsigned char bytes[PACKET];
    size_t size;
};

struct meeting {
    selkie *engine;
    struct selkie_codec codec;
    struct selkie_config config;
    struct sent sent[SENT_MAX];
    size_t sent_count;
    unsigned flags_written;    /* of members, all together */
    struct selkie_timer timer; /* the last submitted */
    unsigned timer_count;
};

static void keep(void *ctx, const void *identity, const void *bytes, size_t size) {
    struct meeting *meeting = (struct meeting *)ctx;
    (void)identity;
    assert_true(meeting->sent_count < SENT_MAX);
    struct sent *sent = &meeting->sent[meeting->sent_count++];
    memcpy(sent->bytes, bytes, size);
    sent->size = size;
}

static bool submit(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct meeting *meeting = (struct meeting *)ctx;
    (void)delay_us;
    meeting->timer = *timer;
    meeting->timer_count++;
    return true;
}

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    (void)ctx;
    (void)bytes;
    (void)size;
    (void)sender;
    (void)key;
    return SELKIE_NEW;
}

static void open_meeting(struct meeting *meeting) {
    memset(meeting, 0, sizeof *meeting);
    selkie_codec_packed(&meeting->codec, IDENTITY);
    selkie_config_simple(&meeting->config);
    meeting->config.max_packet_size = PACKET;
}

static void start(struct meeting *meeting) {
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = IDENTITY, .addr_size = 1};
    struct selkie_runtime runtime = {
        .struct_size = sizeof runtime, .ctx = meeting, .send_to = keep, .submit_after = submit};
    struct selkie_broadcasts broadcasts = {.struct_size = sizeof broadcasts, .receive = receive};
    struct selkie_options options = {.struct_size = sizeof options, .identity = us, .type = &type, .runtime = &runtime};
    options.codec = &meeting->codec;
    options.config = &meeting->config;
    options.broadcasts = &broadcasts;
    options.seed[0] = 1;
    assert_int_equal(selkie_new(&meeting->engine, &options), 0);
}

static void know(struct meeting *meeting, const unsigned char *identity, bool tell) {
    struct selkie_member member = {.struct_size = sizeof member, .identity = identity};
    assert_int_equal(selkie_apply_many(meeting->engine, &member, 1, tell), 0);
}

/* Packets are so large from now on. No engine starts with one that has no room for its identity. */
static void resize(struct meeting *meeting, size_t packet_size) {
    meeting->config.max_packet_size = (uint32_t)packet_size;
    assert_int_equal(selkie_set_config(meeting->engine, &meeting->config), 0);
}

static void end(struct meeting *meeting) {
    assert_int_equal(selkie_free(meeting->engine), 0);
}

/* One Gossip, with one update waiting, in packets of this size: what is its length? */
static size_t gossip_within(size_t packet_size) {
    struct meeting meeting;
    open_meeting(&meeting);
    start(&meeting);
    know(&meeting, peer, true);
    resize(&meeting, packet_size);
    assert_int_equal(selkie_gossip(meeting.engine), 0);
    assert_int_equal(meeting.sent_count, 1);
    end(&meeting);
    return meeting.sent[0].size;
}

/* Rules: P3.4, P3.5, P3.8 */
static void a_count_is_written_once_three_bytes_are_left_and_a_member_once_it_fits(void **state) {
    (void)state;
    for (size_t left = 0; left < 3; left++) {
        assert_int_equal(gossip_within(HEADER + left), HEADER);
    }
    for (size_t left = 3; left < 2 + MEMBER; left++) {
        assert_int_equal(gossip_within(HEADER + left), HEADER + 2);
    }
    assert_int_equal(gossip_within(HEADER + 2 + MEMBER), HEADER + 2 + MEMBER);
    assert_int_equal(gossip_within(PACKET), HEADER + 2 + MEMBER);
}

/* Rules: P17.3, P3.8 */
static void a_header_that_does_not_fit_is_skipped_and_the_call_says_so(void **state) {
    (void)state;
    struct meeting meeting;
    open_meeting(&meeting);
    start(&meeting);
    know(&meeting, peer, true);
    resize(&meeting, HEADER - 1);
    assert_int_equal(selkie_gossip(meeting.engine), SELKIE_E_ENCODE);
    assert_int_equal(selkie_announce(meeting.engine, peer), SELKIE_E_ENCODE);
    assert_int_equal(meeting.sent_count, 0);
    resize(&meeting, HEADER);
    assert_int_equal(selkie_announce(meeting.engine, peer), 0);
    assert_int_equal(meeting.sent_count, 1);
    end(&meeting);
}

/* Rules: P17.3, P15.3 */
static void leaving_is_done_even_where_no_packet_can_be_written(void **state) {
    (void)state;
    struct meeting meeting;
    open_meeting(&meeting);
    start(&meeting);
    know(&meeting, peer, false);
    resize(&meeting, HEADER - 1);
    assert_int_equal(selkie_leave(meeting.engine), SELKIE_E_ENCODE);
    assert_int_equal(selkie_connection(meeting.engine), SELKIE_UNDEAD);
    assert_int_equal(selkie_updates_backlog(meeting.engine), 1);
    end(&meeting);
}

/* Rules: P6.19, P17.3 */
static void a_ping_that_does_not_fit_leaves_the_probe_cycle_running(void **state) {
    (void)state;
    struct meeting meeting;
    open_meeting(&meeting);
    start(&meeting);
    know(&meeting, peer, false);
    resize(&meeting, HEADER);                 /* a Ping's number is one byte more */
    assert_int_equal(meeting.timer_count, 1); /* the cycle's */
    assert_int_equal(selkie_handle_timer(meeting.engine, &meeting.timer), SELKIE_E_ENCODE);
    assert_int_equal(meeting.sent_count, 0);
    assert_int_equal(meeting.timer_count, 3); /* to ask others, and the cycle's again, which is submitted last */
    resize(&meeting, HEADER + 1);
    assert_int_equal(selkie_handle_timer(meeting.engine, &meeting.timer), SELKIE_E_INCOMPLETE_PROBE_CYCLE);
    assert_int_equal(meeting.sent_count, 1);
    end(&meeting);
}

static bool write_all_but_c(const struct selkie_codec *codec, struct selkie_writer *writer,
                            const struct selkie_member *member) {
    (void)codec;
    return memcmp(member->identity, other, IDENTITY) != 0 && selkie_put(writer, member->identity, IDENTITY) &&
           selkie_put_u16(writer, member->incarnation) && selkie_put_u8(writer, member->state);
}

/* Rules: P17.3 */
static void a_member_that_the_codec_cannot_write_is_known_but_not_spread(void **state) {
    (void)state;
    struct meeting meeting;
    open_meeting(&meeting);
    meeting.codec.encode_member = write_all_but_c;
    start(&meeting);
    struct selkie_member members[] = {{.struct_size = sizeof *members, .identity = other},
                                      {.struct_size = sizeof *members, .identity = peer}};
    assert_int_equal(selkie_apply_many(meeting.engine, members, 2, true), SELKIE_E_ENCODE);
    assert_int_equal(selkie_active_count(meeting.engine), 2);
    assert_int_equal(selkie_updates_backlog(meeting.engine), 1);
    assert_int_equal(selkie_gossip(meeting.engine), 0);
    assert_int_equal(meeting.sent_count, 2);
    assert_int_equal(meeting.sent[0].size, HEADER + 2 + MEMBER);
    end(&meeting);
}

static bool note_flags(const struct selkie_codec *codec, struct selkie_writer *writer,
                       const struct selkie_member *member) {
    struct meeting *meeting = (struct meeting *)codec->ctx;
    meeting->flags_written |= member->flags;
    return selkie_put(writer, member->identity, IDENTITY) && selkie_put_u16(writer, member->incarnation) &&
           selkie_put_u8(writer, member->state);
}

/* Leave with a codec that can carry so much; what of it do members have that it is given? */
static unsigned flags_of_a_farewell(uint32_t can) {
    struct meeting meeting;
    open_meeting(&meeting);
    meeting.codec.ctx = &meeting;
    meeting.codec.can = can;
    meeting.codec.encode_member = note_flags;
    start(&meeting);
    know(&meeting, peer, false);
    assert_int_equal(selkie_leave(meeting.engine), 0);
    assert_int_equal(meeting.sent_count, 1);
    end(&meeting);
    return meeting.flags_written;
}

/* Rules: P11.12, P15.4 */
static void a_flag_goes_only_to_a_codec_that_can_carry_it(void **state) {
    (void)state;
    assert_int_equal(flags_of_a_farewell(SELKIE_CAN_LEFT), SELKIE_LEFT);
    assert_int_equal(flags_of_a_farewell(SELKIE_CAN_ACCUSER), 0);
    assert_int_equal(flags_of_a_farewell(0), 0);
}

/* Rules: P12.2, P12.10, P3.3 */
static void the_largest_broadcast_that_is_taken_is_sent_and_a_larger_one_is_not_taken(void **state) {
    (void)state;
    static const unsigned char bytes[PACKET] = {1};
    for (uint32_t packet_size = 40; packet_size <= PACKET; packet_size += 340) {
        struct meeting meeting;
        open_meeting(&meeting);
        meeting.config.max_packet_size = packet_size;
        start(&meeting);
        know(&meeting, peer, false);
        size_t limit = selkie_broadcast_limit(meeting.engine);
        assert_int_equal(selkie_add_broadcast(meeting.engine, bytes, limit + 1, 0), SELKIE_E_DATA_TOO_BIG);
        assert_int_equal(selkie_broadcasts_backlog(meeting.engine), 0);
        assert_int_equal(selkie_add_broadcast(meeting.engine, bytes, limit, 0), 1);
        assert_int_equal(selkie_broadcast(meeting.engine), 0);
        assert_int_equal(meeting.sent_count, 1);
        assert_int_equal(meeting.sent[0].size, HEADER + 2 + limit);
        assert_true(limit + 8 > packet_size - HEADER - 2); /* and not for being timid */
        end(&meeting);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_is_written_once_three_bytes_are_left_and_a_member_once_it_fits),
        cmocka_unit_test(a_header_that_does_not_fit_is_skipped_and_the_call_says_so),
        cmocka_unit_test(leaving_is_done_even_where_no_packet_can_be_written),
        cmocka_unit_test(a_ping_that_does_not_fit_leaves_the_probe_cycle_running),
        cmocka_unit_test(a_member_that_the_codec_cannot_write_is_known_but_not_spread),
        cmocka_unit_test(a_flag_goes_only_to_a_codec_that_can_carry_it),
        cmocka_unit_test(the_largest_broadcast_that_is_taken_is_sent_and_a_larger_one_is_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
