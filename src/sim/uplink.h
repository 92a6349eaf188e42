/* A member's way into the network, which takes so many bytes a second. */
#ifndef SELKIE_SIM_UPLINK_H
#define SELKIE_SIM_UPLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is one without limits. */
struct uplink {
    uint64_t bytes_per_s; /* 0: no limit */
    uint32_t queue_bytes;
    uint64_t waiting; /* millionths of bytes that had not left at that time */
    uint64_t since_us;
};

/* From now on. What waits goes on as it can. */
void uplink_limit(struct uplink *uplink, uint64_t now_us, uint64_t bytes_per_s, uint32_t queue_bytes);

/* A packet comes: how long it takes until its last byte has left. False: it is lost, since more than `queue_bytes` are
 * to leave before it. */
bool uplink_take(struct uplink *uplink, uint64_t now_us, size_t size, uint64_t *takes_us);

/* Does anything wait before a packet that comes now? */
bool uplink_is_busy(struct uplink *uplink, uint64_t now_us);

#endif
