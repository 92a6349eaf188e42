/* Tests of notifications: what is in them, which come unasked, and that they may be missed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "fixture.h"

static struct selkie_notification last;
static char last_identity[2];

static void keep(void *ctx, const struct selkie_notification *notification) {
    (void)ctx;
    last = *notification;
    if (notification->member.identity) {
        memcpy(last_identity, notification->member.identity, sizeof last_identity);
    }
}

static void keep_notifications(struct fixture *f) {
    f->engine->runtime.notify = keep;
}

/* Rules: P14.9, P19.5 */
static void notifications_about_a_member_carry_its_slot(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive, C1@0 alive");
    keep_notifications(f);
    learn(f, "D1@4 suspect");
    assert_int_equal(last.kind, SELKIE_NOTIFY_MEMBER_UP);
    assert_int_equal(last.member.slot, 2);
    assert_int_equal(last.member.incarnation, 4);
    assert_int_equal(last.member.state, SELKIE_SUSPECT);
    learn(f, "C2@0 alive");
    assert_int_equal(last.kind, SELKIE_NOTIFY_RENAME);
    assert_int_equal(last.member.slot, 1);
    learn(f, "B1@0 down");
    assert_int_equal(last.kind, SELKIE_NOTIFY_MEMBER_DOWN);
    assert_int_equal(last.member.slot, 0);
    assert_int_equal(last.struct_size, sizeof last);
    assert_int_equal(last.member.struct_size, sizeof last.member);
}

static void notifications_about_ourselves_have_no_slot(void **state) {
    struct fixture *f = *state;
    keep_notifications(f);
    learn(f, "A1@3 suspect, B1@0 alive");
    assert_int_equal(last.kind, SELKIE_NOTIFY_ACTIVE);
    assert_int_equal(last.member.slot, SELKIE_NO_SLOT);
    assert_int_equal(last.member.incarnation, 4);
    assert_int_equal(last.member.state, SELKIE_ALIVE);
    assert_memory_equal(last_identity, "A1", 2);
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    assert_int_equal(last.kind, SELKIE_NOTIFY_DEFUNCT);
    assert_int_equal(last.member.slot, SELKIE_NO_SLOT);
    assert_int_equal(last.member.state, SELKIE_DOWN);
}

/* Rules: P14.8, P14.9 */
static void a_failed_probe_tells_the_slot_of_that_very_identity_only(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_PROBE_FAILED;
    restart(f);
    know(f, "B1@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    keep_notifications(f);
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(last.kind, SELKIE_NOTIFY_PROBE_FAILED);
    assert_int_equal(last.member.slot, 0);
    assert_int_equal(last.probe_number, 1);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    learn(f, "B2@0 alive");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    assert_int_equal(last.kind, SELKIE_NOTIFY_PROBE_FAILED);
    assert_int_equal(last.member.slot, SELKIE_NO_SLOT);
    assert_int_equal(last.probe_number, 2);
    assert_int_equal(last.member.struct_size, sizeof last.member);
    assert_memory_equal(last_identity, "B1", 2);
}

static struct selkie_header last_header;

static void keep_header(void *ctx, const struct selkie_notification *notification) {
    (void)ctx;
    last_header = *notification->header;
    assert_int_equal(notification->member.struct_size, sizeof notification->member);
    assert_int_equal(notification->member.slot, SELKIE_NO_SLOT);
}

/* Rules: P14.5, P14.6 */
static void data_received_and_data_sent_carry_the_whole_header(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_DATA_RECEIVED;
    restart(f);
    know(f, "B1@7 alive");
    f->engine->runtime.notify = keep_header;
    hear(f, "indirect-ping 9 for C1 from B1@7");
    assert_int_equal(last_header.struct_size, sizeof last_header);
    assert_int_equal(last_header.message, SELKIE_INDIRECT_PING);
    assert_int_equal(last_header.probe_number, 9);
    assert_int_equal(last_header.source_incarnation, 7);
    f->engine->config.observe = SELKIE_OBSERVE_DATA_SENT;
    hear(f, "ping 8 from B1@7");
    assert_int_equal(last_header.struct_size, sizeof last_header);
    assert_int_equal(last_header.message, SELKIE_ACK);
    assert_int_equal(last_header.probe_number, 8);
    assert_null(last_header.peer);
}

/* Rules: P14.7, P14.5 */
static void data_sent_comes_right_after_each_packet_if_asked_for(void **state) {
    struct fixture *f = *state;
    know(f, "B1@0 alive");
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_OK);
    expect(f, "> announce from A1@0 to B1");
    f->config.observe = SELKIE_OBSERVE_DATA_SENT;
    restart(f);
    know(f, "B1@0 alive");
    assert_int_equal(selkie_leave(f->engine), SELKIE_OK);
    expect(f, "> gossip from A1@0 to B1 (A1@0 down left)", "data-sent gossip from A1 to B1", "defunct");
}

/* Rules: P14.7 */
static void what_could_not_be_written_was_not_sent(void **state) {
    struct fixture *f = *state;
    f->config.observe = SELKIE_OBSERVE_DATA_SENT;
    restart(f);
    set_packet_size(f, 7);
    assert_int_equal(selkie_announce(f->engine, "B1"), SELKIE_E_ENCODE);
    expect_nothing(f);
}

static void a_runtime_without_ears_misses_notifications_and_nothing_else(void **state) {
    struct fixture *f = *state;
    f->runtime.notify = NULL;
    f->config.observe = SELKIE_OBSERVE_DATA_SENT | SELKIE_OBSERVE_DATA_RECEIVED | SELKIE_OBSERVE_PROBE_FAILED;
    restart(f);
    hear(f, "ping 1 from B1@0");
    expect(f, "timer probe in 1500 ms", "> ack 1 from A1@0 to B1 (B1@0 alive)");
    fire(f, TIMER_PROBE_RANDOM_MEMBER);
    fire(f, TIMER_SEND_INDIRECT_PROBE);
    assert_int_equal(fire(f, TIMER_PROBE_RANDOM_MEMBER), SELKIE_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_of_one(notifications_about_a_member_carry_its_slot),
        test_of_one(notifications_about_ourselves_have_no_slot),
        test_of_one(a_failed_probe_tells_the_slot_of_that_very_identity_only),
        test_of_one(data_received_and_data_sent_carry_the_whole_header),
        test_of_one(data_sent_comes_right_after_each_packet_if_asked_for),
        test_of_one(what_could_not_be_written_was_not_sent),
        test_of_one(a_runtime_without_ears_misses_notifications_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
