/* The identity selkie_inet: fields, renewal, socket addresses, text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "selkie/inet.h"

static struct selkie_inet parsed(const char *text) {
    struct selkie_inet inet;
    if (!selkie_inet_parse(&inet, text))
        fail_msg("%s: %s", text, selkie_inet_complaint(text));
    return inet;
}

static void it_is_26_bytes_of_which_the_first_18_are_the_address(void **state) {
    (void)state;
    const struct selkie_identity_type *type = selkie_inet_type();
    assert_int_equal(type->struct_size, sizeof *type);
    assert_int_equal(type->size, 26);
    assert_int_equal(type->addr_size, 18);
    assert_int_equal(sizeof(struct selkie_inet), 26);
    struct selkie_inet inet = parsed("1.2.3.4:258");
    selkie_inet_set_generation(&inet, 0x0102030405060708);
    const uint8_t expected[26] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 1, 2, 3, 4, 1, 2, 1, 2, 3, 4, 5, 6, 7, 8};
    assert_memory_equal(&inet, expected, sizeof expected);
}

static void fields_read_back_as_written(void **state) {
    (void)state;
    struct selkie_inet inet = {0};
    selkie_inet_set_port(&inet, 0xfedc);
    selkie_inet_set_generation(&inet, 0xfedcba9876543210);
    assert_int_equal(selkie_inet_port(&inet), 0xfedc);
    assert_true(selkie_inet_generation(&inet) == 0xfedcba9876543210);
}

static void renewal_adds_one_and_keeps_the_address(void **state) {
    (void)state;
    const struct selkie_identity_type *type = selkie_inet_type();
    struct selkie_inet inet = parsed("[::1]:1");
    struct selkie_inet before = inet;
    selkie_inet_set_generation(&inet, 0xffff);
    assert_true(type->renew(type->ctx, &inet));
    assert_true(selkie_inet_generation(&inet) == 0x10000);
    assert_true(selkie_inet_same_address(&inet, &before));
}

static void the_last_generation_cannot_be_renewed(void **state) {
    (void)state;
    const struct selkie_identity_type *type = selkie_inet_type();
    struct selkie_inet inet = parsed("[::1]:1");
    selkie_inet_set_generation(&inet, UINT64_MAX);
    struct selkie_inet before = inet;
    assert_false(type->renew(type->ctx, &inet));
    assert_memory_equal(&inet, &before, sizeof inet);
}

static void the_first_generation_is_milliseconds_since_1970(void **state) {
    (void)state;
    uint64_t now = selkie_inet_generation_now();
    assert_true(now > UINT64_C(1577836800000)); /* 2020 */
    assert_true(now < UINT64_C(7258118400000)); /* 2200 */
    assert_true(selkie_inet_generation_now() >= now);
}

static void addresses_are_the_same_whatever_the_generation(void **state) {
    (void)state;
    struct selkie_inet a = parsed("1.2.3.4:5"), b = a;
    struct selkie_inet other_ip = parsed("1.2.3.5:5"), other_port = parsed("1.2.3.4:6");
    selkie_inet_set_generation(&b, 7);
    assert_true(selkie_inet_same_address(&a, &b));
    assert_false(selkie_inet_same_address(&a, &other_ip));
    assert_false(selkie_inet_same_address(&a, &other_port));
}

static void unspecified_addresses_are_told_in_both_families(void **state) {
    (void)state;
    const char *unspecified[] = {"0.0.0.0:1", "[::]:1", "[::ffff:0.0.0.0]:1"};
    const char *specified[] = {"0.0.0.1:0", "[::1]:0", "[1::]:0", "127.0.0.1:0"};
    for (size_t i = 0; i < sizeof unspecified / sizeof unspecified[0]; i++) {
        struct selkie_inet inet = parsed(unspecified[i]);
        assert_true(selkie_inet_is_unspecified(&inet));
    }
    for (size_t i = 0; i < sizeof specified / sizeof specified[0]; i++) {
        struct selkie_inet inet = parsed(specified[i]);
        assert_false(selkie_inet_is_unspecified(&inet));
    }
}

/* ---- Socket addresses ---- */

static struct sockaddr_in v4_sockaddr(void) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(7946)};
    v4.sin_addr.s_addr = htonl(0x01020304);
    return v4;
}

static struct sockaddr_in6 v6_sockaddr(const char *ip) {
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(7946)};
    assert_int_equal(inet_pton(AF_INET6, ip, &v6.sin6_addr), 1);
    return v6;
}

static void an_ipv4_socket_address_goes_there_and_back(void **state) {
    (void)state;
    struct sockaddr_in v4 = v4_sockaddr();
    struct selkie_inet inet, expected = parsed("1.2.3.4:7946");
    memset(&inet, 0xaa, sizeof inet);
    assert_true(selkie_inet_from_sockaddr(&inet, (struct sockaddr *)&v4, sizeof v4));
    assert_memory_equal(&inet, &expected, sizeof inet);
    assert_true(selkie_inet_is_v4(&inet));
    struct sockaddr_storage back;
    assert_int_equal(selkie_inet_to_sockaddr(&inet, AF_INET, &back), sizeof v4);
    assert_memory_equal(&back, &v4, sizeof v4);
    assert_int_equal(selkie_inet_to_sockaddr(&inet, AF_UNSPEC, &back), sizeof v4);
    assert_memory_equal(&back, &v4, sizeof v4);
}

static void an_ipv6_socket_address_goes_there_and_back(void **state) {
    (void)state;
    struct sockaddr_in6 v6 = v6_sockaddr("2001:db8::1");
    struct selkie_inet inet, expected = parsed("[2001:db8::1]:7946");
    assert_true(selkie_inet_from_sockaddr(&inet, (struct sockaddr *)&v6, sizeof v6));
    assert_memory_equal(&inet, &expected, sizeof inet);
    assert_false(selkie_inet_is_v4(&inet));
    struct sockaddr_storage back;
    assert_int_equal(selkie_inet_to_sockaddr(&inet, AF_INET6, &back), sizeof v6);
    assert_memory_equal(&back, &v6, sizeof v6);
    assert_int_equal(selkie_inet_to_sockaddr(&inet, AF_UNSPEC, &back), sizeof v6);
    assert_memory_equal(&back, &v6, sizeof v6);
}

static void what_a_dual_stack_socket_heard_over_ipv4_is_ipv4(void **state) {
    (void)state;
    struct sockaddr_in v4 = v4_sockaddr();
    struct sockaddr_in6 mapped = v6_sockaddr("::ffff:1.2.3.4");
    struct selkie_inet one, other;
    assert_true(selkie_inet_from_sockaddr(&one, (struct sockaddr *)&v4, sizeof v4));
    assert_true(selkie_inet_from_sockaddr(&other, (struct sockaddr *)&mapped, sizeof mapped));
    assert_memory_equal(&one, &other, sizeof one);
    struct sockaddr_storage back;
    assert_int_equal(selkie_inet_to_sockaddr(&one, AF_INET6, &back), sizeof mapped);
    assert_memory_equal(&back, &mapped, sizeof mapped);
}

static void an_ipv4_socket_cannot_reach_an_ipv6_address(void **state) {
    (void)state;
    struct selkie_inet inet = parsed("[::1]:1");
    struct sockaddr_storage to, untouched;
    memset(&untouched, 0xaa, sizeof untouched);
    to = untouched;
    assert_int_equal(selkie_inet_to_sockaddr(&inet, AF_INET, &to), 0);
    assert_int_equal(selkie_inet_to_sockaddr(&inet, AF_UNIX, &to), 0);
    assert_memory_equal(&to, &untouched, sizeof to);
}

static void scope_and_flow_label_are_left_out(void **state) {
    (void)state;
    struct sockaddr_in6 plain = v6_sockaddr("fe80::1"), scoped = plain;
    scoped.sin6_scope_id = 3;
    scoped.sin6_flowinfo = 9;
    struct selkie_inet one, other;
    assert_true(selkie_inet_from_sockaddr(&one, (struct sockaddr *)&plain, sizeof plain));
    assert_true(selkie_inet_from_sockaddr(&other, (struct sockaddr *)&scoped, sizeof scoped));
    assert_memory_equal(&one, &other, sizeof one);
}

static void other_families_and_cut_off_addresses_are_refused(void **state) {
    (void)state;
    struct sockaddr_in v4 = v4_sockaddr();
    struct sockaddr_in6 v6 = v6_sockaddr("::1");
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    struct selkie_inet inet, untouched;
    memset(&untouched, 0xaa, sizeof untouched);
    inet = untouched;
    assert_false(selkie_inet_from_sockaddr(&inet, (struct sockaddr *)&local, sizeof local));
    assert_false(selkie_inet_from_sockaddr(&inet, (struct sockaddr *)&v4, sizeof v4 - 1));
    assert_false(selkie_inet_from_sockaddr(&inet, (struct sockaddr *)&v6, sizeof v6 - 1));
    assert_false(selkie_inet_from_sockaddr(&inet, (struct sockaddr *)&v4, 1));
    assert_false(selkie_inet_from_sockaddr(&inet, (struct sockaddr *)&v4, 0));
    assert_memory_equal(&inet, &untouched, sizeof inet);
}

/* ---- Text ---- */

static void text_goes_there_and_back(void **state) {
    (void)state;
    const char *texts[] = {"1.2.3.4:7946", "0.0.0.0:0",  "255.255.255.255:65535",
                           "[::1]:7946",   "[::]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct selkie_inet inet = parsed(texts[i]);
        char text[SELKIE_INET_TEXT_SIZE];
        assert_ptr_equal(selkie_inet_format(&inet, text), text);
        assert_string_equal(text, texts[i]);
        assert_true(selkie_inet_generation(&inet) == 0);
    }
}

static void there_is_one_text_for_each_address(void **state) {
    (void)state;
    const char *texts[][2] = {{"[::ffff:1.2.3.4]:80", "1.2.3.4:80"},
                              {"[0:0:0:0:0:0:0:1]:80", "[::1]:80"},
                              {"[2001:DB8::A]:00080", "[2001:db8::a]:80"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct selkie_inet inet = parsed(texts[i][0]);
        char text[SELKIE_INET_TEXT_SIZE];
        assert_string_equal(selkie_inet_format(&inet, text), texts[i][1]);
    }
}

static void every_address_fits_its_text(void **state) {
    (void)state;
    struct selkie_inet inet;
    for (unsigned byte = 0; byte < 256; byte++) {
        memset(&inet, (int)byte, sizeof inet);
        char text[SELKIE_INET_TEXT_SIZE];
        struct selkie_inet back = parsed(selkie_inet_format(&inet, text));
        assert_true(selkie_inet_same_address(&inet, &back));
    }
}

static void bad_text_is_refused_with_a_reason(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *complaint; /* begins so */
    } bad[] = {{"", "a colon and a port"},
               {"1.2.3.4", "a colon and a port"},
               {"1.2.3.4:", "the port has to be a number"},
               {"1.2.3.4:x", "the port has to be a number"},
               {"1.2.3.4:80 ", "the port has to be a number"},
               {"1.2.3.4:-1", "the port has to be a number"},
               {"1.2.3.4:+1", "the port has to be a number"},
               {"1.2.3.4:65536", "the port has to be at most"},
               {"1.2.3.4:4294967297", "the port has to be at most"},
               {"1.2.3.4:99999999999999999999999", "the port has to be at most"},
               {"1.2.3:80", "no IPv4"},
               {"1.2.3.256:80", "no IPv4"},
               {" 1.2.3.4:80", "no IPv4"},
               {"localhost:80", "no IPv4"},
               {"a-name-that-is-longer-than-any-address-could-ever-be.example:80", "no IPv4"},
               {":80", "no IPv4"},
               {"::1:80", "an IPv6 address has to stand in brackets"},
               {"[::1:80", "the closing bracket"},
               {"[", "the closing bracket"},
               {"[]:80", "no IPv6"},
               {"[1.2.3.4]:80", "no IPv6"},
               {"[::1", "the closing bracket"},
               {"[::1]", "after the bracket"},
               {"[::1]80", "after the bracket"},
               {"[::1]:", "the port has to be a number"},
               {"[fe80::1%eth0]:80", "an IPv6 scope"},
               {"[1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1]:80", "no IPv6"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct selkie_inet inet, untouched;
        memset(&untouched, 0xaa, sizeof untouched);
        inet = untouched;
        assert_false(selkie_inet_parse(&inet, bad[i].text));
        assert_memory_equal(&inet, &untouched, sizeof inet);
        const char *complaint = selkie_inet_complaint(bad[i].text);
        assert_non_null(complaint);
        if (strncmp(complaint, bad[i].complaint, strlen(bad[i].complaint)) != 0)
            fail_msg("\"%s\": %s", bad[i].text, complaint);
    }
    assert_null(selkie_inet_complaint("1.2.3.4:80"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_26_bytes_of_which_the_first_18_are_the_address),
        cmocka_unit_test(fields_read_back_as_written),
        cmocka_unit_test(renewal_adds_one_and_keeps_the_address),
        cmocka_unit_test(the_last_generation_cannot_be_renewed),
        cmocka_unit_test(the_first_generation_is_milliseconds_since_1970),
        cmocka_unit_test(addresses_are_the_same_whatever_the_generation),
        cmocka_unit_test(unspecified_addresses_are_told_in_both_families),
        cmocka_unit_test(an_ipv4_socket_address_goes_there_and_back),
        cmocka_unit_test(an_ipv6_socket_address_goes_there_and_back),
        cmocka_unit_test(what_a_dual_stack_socket_heard_over_ipv4_is_ipv4),
        cmocka_unit_test(an_ipv4_socket_cannot_reach_an_ipv6_address),
        cmocka_unit_test(scope_and_flow_label_are_left_out),
        cmocka_unit_test(other_families_and_cut_off_addresses_are_refused),
        cmocka_unit_test(text_goes_there_and_back),
        cmocka_unit_test(there_is_one_text_for_each_address),
        cmocka_unit_test(every_address_fits_its_text),
        cmocka_unit_test(bad_text_is_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
