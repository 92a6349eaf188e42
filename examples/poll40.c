/* A member of a cluster, on poll(2). `poll40 127.0.0.1:7001 127.0.0.1:7000` is the first and joins at the second. */
#include "selkie/codec.h"
#include "selkie/inet.h"
#include "selkie/queue.h"
#include <poll.h>
#include <stdio.h>

int main(int argc, char **argv) {
    struct selkie_inet self, peer;
    struct selkie_queue *queue;
    if (argc != 3 || !selkie_inet_parse(&self, argv[1]) || !selkie_inet_parse(&peer, argv[2]) ||
        selkie_queue_new(&queue, NULL, sizeof self, 0) != 0)
        return 2;
    selkie_inet_set_generation(&self, selkie_inet_generation_now());
    struct pollfd udp = {.fd = selkie_inet_open(&self), .events = POLLIN};
    struct selkie_codec codec;
    selkie_codec_packed(&codec, sizeof self);
    struct selkie_options options = {.struct_size = sizeof options, .identity = &self, .codec = &codec};
    options.type = selkie_inet_type();
    options.runtime = selkie_queue_runtime(queue);
    selkie *engine;
    if (udp.fd < 0 || !selkie_seed(options.seed) || selkie_new(&engine, &options) != 0)
        return 1;
    for (;;) {
        if (selkie_active_count(engine) == 0)
            selkie_announce(engine, &peer); /* and again each second: it may have been lost */
        for (const struct selkie_queue_item *todo; (todo = selkie_queue_next_due(queue, selkie_clock_us())) != NULL;) {
            if (todo->kind == SELKIE_QUEUED_TIMER)
                selkie_handle_timer(engine, &todo->timer);
            else if (todo->kind == SELKIE_QUEUED_SEND)
                selkie_inet_send(udp.fd, todo->identity, todo->bytes, todo->size);
            else
                printf("%s %s\n", selkie_notification_name(todo->notification->kind),
                       selkie_inet_format(todo->notification->member.identity, (char[SELKIE_INET_TEXT_SIZE]){0}));
        }
        unsigned char bytes[2048]; /* more than max_packet_size */
        if (poll(&udp, 1, selkie_active_count(engine) ? selkie_queue_wait_ms(queue, selkie_clock_us()) : 1000) > 0)
            selkie_handle_data(engine, bytes, selkie_inet_receive(udp.fd, bytes, sizeof bytes, NULL));
    }
}
