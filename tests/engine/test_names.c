/* Tests of names: every error, message and notification has one of its own, and numbers that are none have a text
 * too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "selkie/codec.h"

struct error {
    int value;
    const char *name;
    enum selkie_error_class class_;
};

static const struct error errors[] = {
#define SELKIE_X(name, value, class_, text) {SELKIE_E_##name, #name, SELKIE_CLASS_##class_},
    SELKIE_ERRORS(SELKIE_X)
#undef SELKIE_X
};

enum { ERRORS = sizeof errors / sizeof *errors };

/* Rules: P17.1 */
static void every_error_has_its_own_number_name_and_text(void **state) {
    (void)state;
    for (size_t i = 0; i < ERRORS; i++) {
        assert_true(errors[i].value < 0);
        assert_string_equal(selkie_error_name(errors[i].value), errors[i].name);
        assert_string_not_equal(selkie_strerror(errors[i].value), selkie_strerror(-1000));
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(errors[i].value, errors[j].value);
            assert_string_not_equal(selkie_strerror(errors[i].value), selkie_strerror(errors[j].value));
        }
    }
}

static bool is_one_of(int error, const int *list) {
    while (*list != 0 && *list != error) {
        list++;
    }
    return *list != 0;
}

/* Rules: P17.1 */
static void every_error_has_one_class(void **state) {
    (void)state;
    static const int peers[] = {SELKIE_E_DATA_TOO_BIG,     SELKIE_E_DECODE,
                                SELKIE_E_MALFORMED_PACKET, SELKIE_E_DATA_FROM_OURSELVES,
                                SELKIE_E_CUSTOM_BROADCAST, SELKIE_E_INDIRECT_FOR_OURSELVES,
                                SELKIE_E_VERSION,          0};
    static const int runtimes[] = {SELKIE_E_NOT_CONNECTED, SELKIE_E_INCOMPLETE_PROBE_CYCLE, 0};
    static const int callers[] = {SELKIE_E_REENTRANT,
                                  SELKIE_E_NOT_UNDEAD,
                                  SELKIE_E_SAME_IDENTITY,
                                  SELKIE_E_INVALID_CONFIG,
                                  SELKIE_E_ENCODE,
                                  SELKIE_E_UNKNOWN_MEMBER,
                                  0};
    static const int resources[] = {SELKIE_E_NO_MEMORY, SELKIE_E_FULL, SELKIE_E_TIMER_LOST, 0};
    for (size_t i = 0; i < ERRORS; i++) {
        int error = errors[i].value;
        enum selkie_error_class expected = is_one_of(error, peers)       ? SELKIE_CLASS_PEER
                                           : is_one_of(error, runtimes)  ? SELKIE_CLASS_RUNTIME
                                           : is_one_of(error, callers)   ? SELKIE_CLASS_CALLER
                                           : is_one_of(error, resources) ? SELKIE_CLASS_RESOURCE
                                                                         : SELKIE_CLASS_NONE;
        assert_int_not_equal(expected, SELKIE_CLASS_NONE);
        assert_int_equal(selkie_error_class(error), expected);
    }
    assert_int_equal(selkie_error_class(SELKIE_OK), SELKIE_CLASS_NONE);
    assert_int_equal(selkie_error_class(1), SELKIE_CLASS_NONE);
    assert_int_equal(selkie_error_class(-1000), SELKIE_CLASS_NONE);
}

static void numbers_that_name_nothing_have_a_text_too(void **state) {
    (void)state;
    assert_string_equal(selkie_error_name(SELKIE_OK), "OK");
    assert_string_equal(selkie_strerror(SELKIE_OK), "success");
    assert_string_equal(selkie_strerror(7), "unknown error");
    assert_string_equal(selkie_error_name(-1000), "UNKNOWN");
    assert_string_equal(selkie_message_name(-1), "unknown message");
    assert_string_equal(selkie_message_name(SELKIE_MESSAGE_COUNT), "unknown message");
    assert_string_equal(selkie_notification_name((enum selkie_notification_kind) - 1), "unknown notification");
    assert_string_equal(selkie_notification_name(SELKIE_NOTIFICATION_COUNT), "unknown notification");
}

/* Rules: P4.1, P24.12 */
static void messages_have_their_numbers_and_names(void **state) {
    (void)state;
    static const char *const names[] = {"ping",         "ack",           "ping-req",    "indirect-ping",
                                        "indirect-ack", "forwarded-ack", "announce",    "feed",
                                        "gossip",       "broadcast",     "turn-undead", "nack"};
    assert_int_equal(SELKIE_MESSAGE_COUNT, sizeof names / sizeof *names);
    for (int message = 0; message < SELKIE_MESSAGE_COUNT; message++) {
        assert_string_equal(selkie_message_name(message), names[message]);
        bool indirect = (message >= SELKIE_PING_REQ && message <= SELKIE_FORWARDED_ACK) || message == SELKIE_NACK;
        assert_int_equal(selkie_message_has_number(message),
                         indirect || message == SELKIE_PING || message == SELKIE_ACK);
        assert_int_equal(selkie_message_has_peer(message), indirect);
    }
    assert_false(selkie_message_has_number(-1) || selkie_message_has_peer(-1));
}

static void notifications_have_names_of_their_own(void **state) {
    (void)state;
    for (int a = 0; a < SELKIE_NOTIFICATION_COUNT; a++) {
        assert_string_not_equal(selkie_notification_name((enum selkie_notification_kind)a), "unknown notification");
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(selkie_notification_name((enum selkie_notification_kind)a),
                                    selkie_notification_name((enum selkie_notification_kind)b));
        }
    }
}

static void the_version_is_the_headers(void **state) {
    (void)state;
    char expected[32] = "";
    snprintf(expected, sizeof expected, "%d.%d.%d", SELKIE_VERSION_MAJOR, SELKIE_VERSION_MINOR, SELKIE_VERSION_PATCH);
    assert_string_equal(selkie_version(), expected);
}

static void init_clears_a_struct_and_writes_its_size(void **state) {
    (void)state;
    struct selkie_stats stats;
    memset(&stats, 0xa5, sizeof stats);
    SELKIE_INIT(&stats);
    assert_int_equal(stats.struct_size, sizeof stats);
    assert_int_equal(stats.members_refused | stats.updates_untold, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_its_own_number_name_and_text),
        cmocka_unit_test(every_error_has_one_class),
        cmocka_unit_test(numbers_that_name_nothing_have_a_text_too),
        cmocka_unit_test(messages_have_their_numbers_and_names),
        cmocka_unit_test(notifications_have_names_of_their_own),
        cmocka_unit_test(the_version_is_the_headers),
        cmocka_unit_test(init_clears_a_struct_and_writes_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
