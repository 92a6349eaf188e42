/* The identity selkie_inet: its fields, its type, and its way to and from socket addresses and text. Sockets are in
 * inet_udp.c. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include "selkie/inet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

_Static_assert(sizeof(struct selkie_inet) == 26, "an identity has no padding");
_Static_assert(offsetof(struct selkie_inet, generation) == SELKIE_INET_ADDR_SIZE, "the address comes first");
_Static_assert(SELKIE_INET_TEXT_SIZE >= INET6_ADDRSTRLEN + sizeof "[]:65535" - 1, "the longest text fits");

static const uint8_t v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

/* ---- Fields ---- */

uint16_t selkie_inet_port(const struct selkie_inet *inet) {
    return (uint16_t)(inet->port[0] << 8 | inet->port[1]);
}

void selkie_inet_set_port(struct selkie_inet *inet, uint16_t port) {
    inet->port[0] = (uint8_t)(port >> 8);
    inet->port[1] = (uint8_t)port;
}

uint64_t selkie_inet_generation(const struct selkie_inet *inet) {
    uint64_t generation = 0;
    for (size_t i = 0; i < sizeof inet->generation; i++)
        generation = generation << 8 | inet->generation[i];
    return generation;
}

void selkie_inet_set_generation(struct selkie_inet *inet, uint64_t generation) {
    for (size_t i = sizeof inet->generation; i-- > 0; generation >>= 8)
        inet->generation[i] = (uint8_t)generation;
}

uint64_t selkie_inet_generation_now(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec < 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool selkie_inet_is_v4(const struct selkie_inet *inet) {
    return memcmp(inet->ip, v4_prefix, sizeof v4_prefix) == 0;
}

bool selkie_inet_is_unspecified(const struct selkie_inet *inet) {
    static const uint8_t zero[16];
    size_t start = selkie_inet_is_v4(inet) ? sizeof v4_prefix : 0;
    return memcmp(inet->ip + start, zero, sizeof inet->ip - start) == 0;
}

bool selkie_inet_same_address(const struct selkie_inet *a, const struct selkie_inet *b) {
    return memcmp(a, b, SELKIE_INET_ADDR_SIZE) == 0;
}

/* ---- Type ---- */

static bool renew(void *ctx, void *identity) {
    (void)ctx;
    struct selkie_inet *inet = identity;
    uint64_t generation = selkie_inet_generation(inet);
    if (generation == UINT64_MAX)
        return false;
    selkie_inet_set_generation(inet, generation + 1);
    return true;
}

const struct selkie_identity_type *selkie_inet_type(void) {
    static const struct selkie_identity_type type = {
        .struct_size = sizeof type,
        .size = sizeof(struct selkie_inet),
        .addr_size = SELKIE_INET_ADDR_SIZE,
        .renew = renew,
    };
    return &type;
}

/* ---- Socket addresses ---- */

static struct selkie_inet from_v4(const struct in_addr *ip, in_port_t port) {
    struct selkie_inet inet = {0};
    memcpy(inet.ip, v4_prefix, sizeof v4_prefix);
    memcpy(inet.ip + sizeof v4_prefix, ip, sizeof *ip);
    memcpy(inet.port, &port, sizeof port); /* both in network order */
    return inet;
}

static struct selkie_inet from_v6(const struct in6_addr *ip, in_port_t port) {
    struct selkie_inet inet = {0};
    memcpy(inet.ip, ip, sizeof inet.ip);
    memcpy(inet.port, &port, sizeof port);
    return inet;
}

bool selkie_inet_from_sockaddr(struct selkie_inet *inet, const struct sockaddr *from, socklen_t size) {
    sa_family_t family;
    if (size < offsetof(struct sockaddr, sa_family) + sizeof family)
        return false;
    memcpy(&family, (const char *)from + offsetof(struct sockaddr, sa_family), sizeof family);
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (family == AF_INET && size >= sizeof v4) {
        memcpy(&v4, from, sizeof v4);
        *inet = from_v4(&v4.sin_addr, v4.sin_port);
        return true;
    }
    if (family == AF_INET6 && size >= sizeof v6) {
        memcpy(&v6, from, sizeof v6);
        *inet = from_v6(&v6.sin6_addr, v6.sin6_port);
        return true;
    }
    return false;
}

static socklen_t to_v4(const struct selkie_inet *inet, struct sockaddr_storage *to) {
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    memcpy(&v4.sin_addr, inet->ip + sizeof v4_prefix, sizeof v4.sin_addr);
    memcpy(&v4.sin_port, inet->port, sizeof inet->port);
    memcpy(to, &v4, sizeof v4);
    return sizeof v4;
}

static socklen_t to_v6(const struct selkie_inet *inet, struct sockaddr_storage *to) {
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    memcpy(&v6.sin6_addr, inet->ip, sizeof inet->ip);
    memcpy(&v6.sin6_port, inet->port, sizeof inet->port);
    memcpy(to, &v6, sizeof v6);
    return sizeof v6;
}

socklen_t selkie_inet_to_sockaddr(const struct selkie_inet *inet, int family, struct sockaddr_storage *to) {
    bool v4 = selkie_inet_is_v4(inet);
    if (v4 && (family == AF_INET || family == AF_UNSPEC))
        return to_v4(inet, to);
    if (family == AF_INET6 || (family == AF_UNSPEC && !v4))
        return to_v6(inet, to);
    return 0;
}

/* ---- Text ---- */

static const char *parse_port(const char *text, in_port_t *port) {
    unsigned value = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || text[digits] != '\0')
        return "the port has to be a number";
    for (size_t i = 0; i < digits; i++) {
        value = value * 10 + (unsigned)(text[i] - '0');
        if (value > UINT16_MAX)
            return "the port has to be at most 65535";
    }
    *port = htons((uint16_t)value);
    return NULL;
}

/* Copy what is between two places, if that fits. */
static bool cut(char host[INET6_ADDRSTRLEN], const char *begin, const char *end) {
    size_t size = (size_t)(end - begin);
    if (size >= INET6_ADDRSTRLEN)
        return false;
    memcpy(host, begin, size);
    host[size] = '\0';
    return true;
}

static const char *parse_v6(struct selkie_inet *inet, const char *text) {
    char host[INET6_ADDRSTRLEN];
    struct in6_addr ip;
    in_port_t port;
    const char *end = strchr(text, ']');
    if (end == NULL)
        return "the closing bracket is missing";
    if (memchr(text, '%', (size_t)(end - text)) != NULL)
        return "an IPv6 scope cannot be part of it";
    if (!cut(host, text + 1, end) || inet_pton(AF_INET6, host, &ip) != 1)
        return "no IPv6 address in the brackets";
    if (end[1] != ':')
        return "after the bracket a colon and a port have to follow, as in [::1]:7946";
    const char *complaint = parse_port(end + 2, &port);
    if (complaint == NULL)
        *inet = from_v6(&ip, port);
    return complaint;
}

static const char *parse_v4(struct selkie_inet *inet, const char *text) {
    char host[INET6_ADDRSTRLEN];
    struct in_addr ip;
    in_port_t port;
    const char *end = strchr(text, ':');
    if (end == NULL)
        return "a colon and a port have to follow the address, as in 127.0.0.1:7946";
    if (strchr(end + 1, ':') != NULL)
        return "an IPv6 address has to stand in brackets, as in [::1]:7946";
    if (!cut(host, text, end) || inet_pton(AF_INET, host, &ip) != 1)
        return "no IPv4 address before the colon";
    const char *complaint = parse_port(end + 1, &port);
    if (complaint == NULL)
        *inet = from_v4(&ip, port);
    return complaint;
}

/* NULL, or what is wrong and *inet is untouched. */
static const char *parse(struct selkie_inet *inet, const char *text) {
    return text[0] == '[' ? parse_v6(inet, text) : parse_v4(inet, text);
}

bool selkie_inet_parse(struct selkie_inet *inet, const char *text) {
    return parse(inet, text) == NULL;
}

const char *selkie_inet_complaint(const char *text) {
    struct selkie_inet ignored;
    return parse(&ignored, text);
}

char *selkie_inet_format(const struct selkie_inet *inet, char *text) {
    char host[INET6_ADDRSTRLEN];
    unsigned port = selkie_inet_port(inet);
    if (selkie_inet_is_v4(inet)) {
        inet_ntop(AF_INET, inet->ip + sizeof v4_prefix, host, sizeof host);
        snprintf(text, SELKIE_INET_TEXT_SIZE, "%s:%u", host, port);
    } else {
        inet_ntop(AF_INET6, inet->ip, host, sizeof host);
        snprintf(text, SELKIE_INET_TEXT_SIZE, "[%s]:%u", host, port);
    }
    return text;
}
