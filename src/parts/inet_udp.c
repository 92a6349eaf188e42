/* One UDP socket for members with the identity selkie_inet: open, send, receive. When to do so is the program's
 * business. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include "selkie/inet.h"

static bool configure(int fd, int family) {
    int off = 0;
    if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) != 0)
        return false;
    return fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* Bind, and learn the port where it was the system's choice. */
static bool bind_to(int fd, struct selkie_inet *at) {
    struct sockaddr_storage address;
    struct selkie_inet chosen;
    socklen_t size = selkie_inet_to_sockaddr(at, AF_UNSPEC, &address);
    if (bind(fd, (struct sockaddr *)&address, size) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0 ||
        !selkie_inet_from_sockaddr(&chosen, (struct sockaddr *)&address, size))
        return false;
    selkie_inet_set_port(at, selkie_inet_port(&chosen));
    return true;
}

int selkie_inet_open(struct selkie_inet *at) {
    int family = selkie_inet_is_v4(at) ? AF_INET : AF_INET6;
    int fd = socket(family, SOCK_DGRAM, 0);
    if (fd < 0)
        return -1;
    if (!configure(fd, family) || !bind_to(fd, at)) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

bool selkie_inet_send(int socket, const struct selkie_inet *to, const void *bytes, size_t size) {
    struct sockaddr_storage address;
    socklen_t address_size = sizeof address;
    if (getsockname(socket, (struct sockaddr *)&address, &address_size) != 0)
        return false;
    address_size = selkie_inet_to_sockaddr(to, address.ss_family, &address);
    if (address_size == 0) {
        errno = EAFNOSUPPORT;
        return false;
    }
    return sendto(socket, bytes, size, 0, (struct sockaddr *)&address, address_size) >= 0;
}

size_t selkie_inet_receive(int socket, void *bytes, size_t size, struct selkie_inet *from) {
    struct sockaddr_storage address;
    socklen_t address_size = sizeof address;
    struct selkie_inet source;
    ssize_t received = recvfrom(socket, bytes, size, 0, (struct sockaddr *)&address, &address_size);
    if (received < 0)
        return 0;
    if (from != NULL && selkie_inet_from_sockaddr(&source, (struct sockaddr *)&address, address_size))
        *from = source;
    return (size_t)received;
}
