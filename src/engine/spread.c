/* One message to several random members: gossip, periodic tasks, broadcasts. What packets carry is not known here. */
#include "engine/spread.h"

#include "engine/packet.h"

static void spread(selkie *engine, struct members_sample sample, enum selkie_message message, uint32_t count) {
    uint32_t slot;
    members_sample_get_ready(&sample, count);
    for (; count > 0 && (slot = members_sample_next(&sample)) != SELKIE_NO_SLOT; count--) {
        packet_send(engine, message, members_identity(&engine->members, slot), NULL, 0);
    }
}

void spread_to_active(selkie *engine, enum selkie_message message, uint32_t count) {
    spread(engine, members_sample_active(&engine->members), message, count);
}

void spread_to_down(selkie *engine, enum selkie_message message, uint32_t count) {
    spread(engine, members_sample_down(&engine->members), message, count);
}

void spread_broadcasts(selkie *engine) {
    struct members_sample sample = members_sample_active(&engine->members);
    uint32_t sent = 0, slot;
    while (sent < engine->config.num_indirect_probes && engine->broadcasts.backlog.count > 0 &&
           (slot = members_sample_next(&sample)) != SELKIE_NO_SLOT) {
        struct identity identity;
        identity_copy(&engine->type, &identity, members_identity(&engine->members, slot));
        if (broadcasts_wanted(&engine->broadcasts, identity.as.bytes)) {
            packet_send(engine, SELKIE_BROADCAST, identity.as.bytes, NULL, 0);
            sent++;
        }
    }
}
