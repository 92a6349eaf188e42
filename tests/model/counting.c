/* What the model counts that an engine counts too. Counters of what happens in one place only are raised there. */
#include "model.h"

#define ERRORS_COUNTED(X)                                                                                              \
    X(DATA_TOO_BIG, data_too_big)                                                                                      \
    X(DECODE, decode)                                                                                                  \
    X(MALFORMED_PACKET, malformed_packet)                                                                              \
    X(DATA_FROM_OURSELVES, data_from_ourselves)                                                                        \
    X(INDIRECT_FOR_OURSELVES, indirect_for_ourselves)                                                                  \
    X(CUSTOM_BROADCAST, custom_broadcast)                                                                              \
    X(VERSION, version)                                                                                                \
    X(NOT_CONNECTED, not_connected)                                                                                    \
    X(INCOMPLETE_PROBE_CYCLE, incomplete_probe_cycle)                                                                  \
    X(NOT_UNDEAD, not_undead)                                                                                          \
    X(SAME_IDENTITY, same_identity)                                                                                    \
    X(INVALID_CONFIG, invalid_config)                                                                                  \
    X(ENCODE, encode)                                                                                                  \
    X(FULL, full)                                                                                                      \
    X(TIMER_LOST, timer_lost)                                                                                          \
    X(UNKNOWN_MEMBER, unknown_member)

void model_count_error(struct model *model, int error) {
    switch (error) {
#define SELKIE_X(upper, lower)                                                                                         \
    case SELKIE_E_##upper:                                                                                             \
        model->stats.error_##lower++;                                                                                  \
        break;
        ERRORS_COUNTED(SELKIE_X)
#undef SELKIE_X
    default:
        break;
    }
}

#define MESSAGES_COUNTED(X)                                                                                            \
    X(PING, ping)                                                                                                      \
    X(ACK, ack)                                                                                                        \
    X(PING_REQ, ping_req)                                                                                              \
    X(INDIRECT_PING, indirect_ping)                                                                                    \
    X(INDIRECT_ACK, indirect_ack)                                                                                      \
    X(FORWARDED_ACK, forwarded_ack)                                                                                    \
    X(ANNOUNCE, announce)                                                                                              \
    X(FEED, feed)                                                                                                      \
    X(GOSSIP, gossip)                                                                                                  \
    X(BROADCAST, broadcast)                                                                                            \
    X(TURN_UNDEAD, turn_undead)                                                                                        \
    X(NACK, nack)

void model_count_message(struct model *model, int message, bool sent, size_t bytes) {
    struct selkie_stats *stats = &model->stats;
    switch (message) {
#define SELKIE_X(upper, lower)                                                                                         \
    case SELKIE_##upper:                                                                                               \
        *(sent ? &stats->lower##_sent : &stats->lower##_received) += 1;                                                \
        *(sent ? &stats->lower##_sent_bytes : &stats->lower##_received_bytes) += bytes;                                \
        break;
        MESSAGES_COUNTED(SELKIE_X)
#undef SELKIE_X
    default:
        break;
    }
}

void model_count_verdict(struct model *model, int verdict) {
    model->stats.broadcasts_new += verdict == SELKIE_NEW;
    model->stats.broadcasts_known += verdict == SELKIE_KNOWN;
}
