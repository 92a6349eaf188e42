/* A member's way into the network. In millionths of bytes, so that a microsecond is worth a whole number of them. */
#include "sim/uplink.h"

#define BYTE UINT64_C(1000000)

static void drain(struct uplink *uplink, uint64_t now_us) {
    uint64_t passed_us = now_us - uplink->since_us;
    uplink->since_us = now_us;
    if (uplink->bytes_per_s == 0 || passed_us > uplink->waiting / uplink->bytes_per_s) {
        uplink->waiting = 0;
    } else {
        uplink->waiting -= passed_us * uplink->bytes_per_s;
    }
}

void uplink_limit(struct uplink *uplink, uint64_t now_us, uint64_t bytes_per_s, uint32_t queue_bytes) {
    drain(uplink, now_us);
    uplink->bytes_per_s = bytes_per_s;
    uplink->queue_bytes = queue_bytes;
}

bool uplink_is_busy(struct uplink *uplink, uint64_t now_us) {
    drain(uplink, now_us);
    return uplink->waiting > 0;
}

bool uplink_take(struct uplink *uplink, uint64_t now_us, size_t size, uint64_t *takes_us) {
    drain(uplink, now_us);
    *takes_us = 0;
    if (uplink->bytes_per_s == 0) {
        return true;
    }
    if (uplink->waiting > uplink->queue_bytes * BYTE) {
        return false;
    }
    uplink->waiting += size * BYTE;
    *takes_us = uplink->waiting / uplink->bytes_per_s + (uplink->waiting % uplink->bytes_per_s != 0);
    return true;
}
