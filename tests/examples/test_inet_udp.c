/* The UDP half of selkie/inet.h, on loopback: it is here because it needs sockets, which the tests of parts do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "selkie/inet.h"

static struct selkie_inet parsed(const char *text) {
    struct selkie_inet inet;
    assert_true(selkie_inet_parse(&inet, text));
    return inet;
}

static int opened(struct selkie_inet *at) {
    int fd = selkie_inet_open(at);
    if (fd < 0)
        skip(); /* no such family on this machine */
    return fd;
}

static void await_packet(int fd) {
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    assert_int_equal(poll(&readable, 1, 60000), 1);
}

/* From one to the other, and the source is as it should be. */
static void assert_delivers(int from, const struct selkie_inet *source, int to, const struct selkie_inet *destination) {
    char bytes[64];
    struct selkie_inet heard;
    assert_true(selkie_inet_send(from, destination, "a packet", 8));
    await_packet(to);
    assert_int_equal(selkie_inet_receive(to, bytes, sizeof bytes, &heard), 8);
    assert_memory_equal(bytes, "a packet", 8);
    assert_memory_equal(&heard, source, sizeof heard);
}

static void port_0_takes_a_free_one_and_tells_which(void **state) {
    (void)state;
    struct selkie_inet at = parsed("127.0.0.1:0"), other = at;
    selkie_inet_set_generation(&at, 7);
    int fd = opened(&at), other_fd = opened(&other);
    assert_int_not_equal(selkie_inet_port(&at), 0);
    assert_int_not_equal(selkie_inet_port(&at), selkie_inet_port(&other));
    assert_true(selkie_inet_generation(&at) == 7);
    close(fd);
    close(other_fd);
}

static void a_port_in_use_is_refused(void **state) {
    (void)state;
    struct selkie_inet at = parsed("127.0.0.1:0");
    int fd = opened(&at);
    struct selkie_inet before = at;
    assert_int_equal(selkie_inet_open(&at), -1);
    assert_int_equal(errno, EADDRINUSE);
    assert_memory_equal(&at, &before, sizeof at);
    close(fd);
}

static void the_socket_does_not_block_and_is_not_inherited(void **state) {
    (void)state;
    struct selkie_inet at = parsed("127.0.0.1:0");
    int fd = opened(&at);
    assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

static void packets_go_both_ways_over_ipv4(void **state) {
    (void)state;
    struct selkie_inet a = parsed("127.0.0.1:0"), b = a;
    int a_fd = opened(&a), b_fd = opened(&b);
    assert_delivers(a_fd, &a, b_fd, &b);
    assert_delivers(b_fd, &b, a_fd, &a);
    close(a_fd);
    close(b_fd);
}

static void packets_go_both_ways_over_ipv6(void **state) {
    (void)state;
    struct selkie_inet a = parsed("[::1]:0"), b = a;
    int a_fd = opened(&a), b_fd = opened(&b);
    assert_delivers(a_fd, &a, b_fd, &b);
    assert_delivers(b_fd, &b, a_fd, &a);
    close(a_fd);
    close(b_fd);
}

static void a_dual_stack_socket_speaks_with_both(void **state) {
    (void)state;
    struct selkie_inet dual = parsed("[::]:0"), v4 = parsed("127.0.0.1:0"), v6 = parsed("[::1]:0");
    int dual_fd = opened(&dual), v4_fd = opened(&v4), v6_fd = opened(&v6);
    struct selkie_inet dual_v4 = parsed("127.0.0.1:0"), dual_v6 = parsed("[::1]:0");
    selkie_inet_set_port(&dual_v4, selkie_inet_port(&dual));
    selkie_inet_set_port(&dual_v6, selkie_inet_port(&dual));
    assert_delivers(v4_fd, &v4, dual_fd, &dual_v4);
    assert_delivers(dual_fd, &dual_v4, v4_fd, &v4);
    assert_delivers(v6_fd, &v6, dual_fd, &dual_v6);
    assert_delivers(dual_fd, &dual_v6, v6_fd, &v6);
    close(dual_fd);
    close(v4_fd);
    close(v6_fd);
}

static void an_ipv4_socket_does_not_send_to_ipv6(void **state) {
    (void)state;
    struct selkie_inet v4 = parsed("127.0.0.1:0"), v6 = parsed("[::1]:9");
    int fd = opened(&v4);
    assert_false(selkie_inet_send(fd, &v6, "x", 1));
    assert_int_equal(errno, EAFNOSUPPORT);
    close(fd);
}

static void where_there_is_no_packet_nothing_is_received(void **state) {
    (void)state;
    struct selkie_inet at = parsed("127.0.0.1:0"), from, untouched;
    memset(&untouched, 0xaa, sizeof untouched);
    from = untouched;
    char bytes[8];
    int fd = opened(&at);
    assert_int_equal(selkie_inet_receive(fd, bytes, sizeof bytes, &from), 0);
    assert_memory_equal(&from, &untouched, sizeof from);
    close(fd);
}

static void who_sent_it_need_not_be_asked(void **state) {
    (void)state;
    struct selkie_inet at = parsed("127.0.0.1:0");
    char bytes[8];
    int fd = opened(&at);
    assert_true(selkie_inet_send(fd, &at, "0123456789", 10));
    await_packet(fd);
    assert_int_equal(selkie_inet_receive(fd, bytes, sizeof bytes, NULL), sizeof bytes);
    assert_memory_equal(bytes, "01234567", sizeof bytes);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(port_0_takes_a_free_one_and_tells_which),
        cmocka_unit_test(a_port_in_use_is_refused),
        cmocka_unit_test(the_socket_does_not_block_and_is_not_inherited),
        cmocka_unit_test(packets_go_both_ways_over_ipv4),
        cmocka_unit_test(packets_go_both_ways_over_ipv6),
        cmocka_unit_test(a_dual_stack_socket_speaks_with_both),
        cmocka_unit_test(an_ipv4_socket_does_not_send_to_ipv6),
        cmocka_unit_test(where_there_is_no_packet_nothing_is_received),
        cmocka_unit_test(who_sent_it_need_not_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
