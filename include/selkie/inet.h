/* A ready identity: an internet socket address and a generation.
 *
 * The address is where a member receives its packets, IPv4 or IPv6 and a port. The generation tells an older life at
 * that address from a newer one: it starts from the wall clock in milliseconds, renewal adds one, and the larger wins.
 * Everything is a big-endian array of bytes, so that identities may be copied, compared with memcmp, put in a file and
 * sent as they are.
 *
 * IPv4 is kept as IPv4-mapped IPv6 (::ffff:a.b.c.d): one address has one form, whether it was heard on an IPv4 socket,
 * on a dual-stack one, or read from text. Scopes and flow labels are not part of an identity: a link-local IPv6 address
 * can be held, but where it leads the program has to know.
 *
 * Needs the sockets of POSIX. */
#ifndef SELKIE_INET_H
#define SELKIE_INET_H

#include <sys/socket.h>

#include "selkie/selkie.h"

#ifdef __cplusplus
extern "C" {
#endif

/* 26 bytes, no padding. The address, by which the engine tells members apart, is the first 18: ip and port. */
struct selkie_inet {
    uint8_t ip[16]; /* IPv6, or IPv4-mapped */
    uint8_t port[2];
    uint8_t generation[8];
};

#define SELKIE_INET_ADDR_SIZE 18u

/* The identity type for selkie_options: static, without a context. */
SELKIE_API const struct selkie_identity_type *selkie_inet_type(void);

/* ---- Fields ------------------------------------------------------------------------------------------------------ */

SELKIE_API uint16_t selkie_inet_port(const struct selkie_inet *inet);
SELKIE_API void selkie_inet_set_port(struct selkie_inet *inet, uint16_t port);
SELKIE_API uint64_t selkie_inet_generation(const struct selkie_inet *inet);
SELKIE_API void selkie_inet_set_generation(struct selkie_inet *inet, uint64_t generation);

/* The generation to start with: milliseconds of the wall clock since 1970. Each start of a member must have a larger
 * one than the last, renewals included: a program whose clock may have been set back should keep its last generation in
 * a file and start above it. */
SELKIE_API uint64_t selkie_inet_generation_now(void);

/* Is it an IPv4 address? */
SELKIE_API bool selkie_inet_is_v4(const struct selkie_inet *inet);

/* Is it 0.0.0.0 or ::? One may bind to it, but nobody can send to it: it is no good as the address of a member. */
SELKIE_API bool selkie_inet_is_unspecified(const struct selkie_inet *inet);

/* Are the two at the same address (ip and port), whatever their generations? */
SELKIE_API bool selkie_inet_same_address(const struct selkie_inet *a, const struct selkie_inet *b);

/* ---- Socket addresses -------------------------------------------------------------------------------------------- */

/* Take the address of an AF_INET or AF_INET6 socket address of `size` bytes; the generation becomes 0. False, and *inet
 * is untouched: another family, or size is too small for the family. */
SELKIE_API bool selkie_inet_from_sockaddr(struct selkie_inet *inet, const struct sockaddr *from,
                                          socklen_t size) SELKIE_CHECK;

/* Write the socket address for a socket of `family`, and return its size for bind, connect and sendto.
 *   AF_INET    an IPv4 socket: 0 for an IPv6 address, which such a socket cannot reach;
 *   AF_INET6   an IPv6 socket: an IPv4 address stays IPv4-mapped, as a dual-stack socket (no IPV6_V6ONLY) wants it;
 *   AF_UNSPEC  whichever the address is.
 * 0: impossible, or no such family; *to is untouched. */
SELKIE_API socklen_t selkie_inet_to_sockaddr(const struct selkie_inet *inet, int family,
                                             struct sockaddr_storage *to) SELKIE_CHECK;

/* ---- UDP: for programs that need no more than one socket
 * ------------------------------------------------------------- */

/* Open a UDP socket at this address: non-blocking, closed on exec; an IPv6 one is dual-stack. Port 0 takes a free one,
 * and *at then holds it. The caller closes it. -1: errno says why. */
SELKIE_API int selkie_inet_open(struct selkie_inet *at) SELKIE_CHECK;

/* Send one packet from any UDP socket to this address, as its family demands. False: errno says why (EAFNOSUPPORT: an
 * IPv6 address and an IPv4 socket); what is lost after that nobody tells. */
SELKIE_API bool selkie_inet_send(int socket, const struct selkie_inet *to, const void *bytes, size_t size);

/* Take the next packet from a UDP socket: up to `size` bytes of it, which should be more than max_packet_size, or a
 * cut-off packet cannot be told from a bad one. from (or NULL) gets the address that it claims to come from. Returns
 * the number of bytes; 0: the packet was empty or there was none; *from is untouched if there was none. */
SELKIE_API size_t selkie_inet_receive(int socket, void *bytes, size_t size, struct selkie_inet *from);

/* ---- Text -------------------------------------------------------------------------------------------------------- */

/* Read "1.2.3.4:7946" or "[2001:db8::1]:7946", no names; the port is 0 to 65535, the generation becomes 0. False: that
 * is not what `text` is, selkie_inet_complaint says why; *inet is untouched. */
SELKIE_API bool selkie_inet_parse(struct selkie_inet *inet, const char *text) SELKIE_CHECK;

/* Say what is wrong with text that selkie_inet_parse refuses: static text that can stand after the bad one and a colon.
 * NULL: nothing. */
SELKIE_API const char *selkie_inet_complaint(const char *text);

/* Write the address as selkie_inet_parse reads it (IPv6 in its canonical form, RFC 5952) to `text`, which has room for
 * SELKIE_INET_TEXT_SIZE bytes, the final zero included. Returns text. */
#define SELKIE_INET_TEXT_SIZE 54u
SELKIE_API char *selkie_inet_format(const struct selkie_inet *inet, char *text);

#ifdef __cplusplus
}
#endif
#endif
