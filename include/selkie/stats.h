/* What an engine counts, for those who operate it: selkie_get_stats fills struct selkie_stats. */
#ifndef SELKIE_STATS_H
#define SELKIE_STATS_H

#include <stddef.h>
#include <stdint.h>

/* Counters since the engine was made: name, and what it tells an operator. Packets taken in are those that decode and
 * are for us; bytes are those of whole packets. */
#define SELKIE_MESSAGE_COUNTERS(X, message, text)                                                                      \
    X(message##_sent, text " packets given to the network")                                                            \
    X(message##_sent_bytes, "bytes of " text " packets given to the network")                                          \
    X(message##_received, text " packets taken in")                                                                    \
    X(message##_received_bytes, "bytes of " text " packets taken in")
#define SELKIE_COUNTERS(X)                                                                                             \
    SELKIE_MESSAGE_COUNTERS(X, ping, "ping")                                                                           \
    SELKIE_MESSAGE_COUNTERS(X, ack, "ack")                                                                             \
    SELKIE_MESSAGE_COUNTERS(X, ping_req, "ping-req")                                                                   \
    SELKIE_MESSAGE_COUNTERS(X, indirect_ping, "indirect-ping")                                                         \
    SELKIE_MESSAGE_COUNTERS(X, indirect_ack, "indirect-ack")                                                           \
    SELKIE_MESSAGE_COUNTERS(X, forwarded_ack, "forwarded-ack")                                                         \
    SELKIE_MESSAGE_COUNTERS(X, announce, "announce")                                                                   \
    SELKIE_MESSAGE_COUNTERS(X, feed, "feed")                                                                           \
    SELKIE_MESSAGE_COUNTERS(X, gossip, "gossip")                                                                       \
    SELKIE_MESSAGE_COUNTERS(X, broadcast, "broadcast")                                                                 \
    SELKIE_MESSAGE_COUNTERS(X, turn_undead, "turn-undead")                                                             \
    SELKIE_MESSAGE_COUNTERS(X, nack, "nack")                                                                           \
    X(packets_not_for_us, "packets for another identity: of a former life of ours, or led astray")                     \
    X(packets_from_inactive, "packets whose sender is down here or was replaced, and so ignored")                      \
    X(packets_from_strangers, "packets whose sender max_members left no room for")                                     \
    X(error_data_too_big, "packets over max_packet_size, and broadcasts and members refused for their size")           \
    X(error_decode, "packets that do not decode: another program, another codec, or damage")                           \
    X(error_malformed_packet, "packets with stray or missing bytes, and empty broadcasts")                             \
    X(error_data_from_ourselves, "packets under our own address: two programs share it, or somebody forges")           \
    X(error_indirect_for_ourselves, "indirect probes that name us as their own far end: somebody forges")              \
    X(error_custom_broadcast, "broadcasts that the handler refused, or that have no handler")                          \
    X(error_version, "packets of a format version that we do not speak: an upgrade under way")                         \
    X(error_not_connected, "probe timers while not connected: the runtime repeats timers")                             \
    X(error_incomplete_probe_cycle, "probe cycles without their second stage: the runtime loses timers")               \
    X(error_reentrant, "calls from inside a callback")                                                                 \
    X(error_not_undead, "selkie_reuse_down_identity while not down")                                                   \
    X(error_same_identity, "selkie_change_identity to the present one")                                                \
    X(error_invalid_config, "arguments, configurations and timers that were refused")                                  \
    X(error_encode, "calls in which a packet or an update could not be written")                                       \
    X(error_no_memory, "calls that found no memory")                                                                   \
    X(error_full, "broadcasts refused because the backlog was full: back-pressure")                                    \
    X(error_timer_lost, "calls in which the runtime refused a timer: call selkie_revive")                              \
    X(error_unknown_member, "evictions of nobody")                                                                     \
    X(updates_applied, "updates in packets and batches that changed something here")                                   \
    X(updates_ignored, "updates in packets and batches that were known or outdated: most, in a quiet cluster")         \
    X(updates_untold, "changes that were not passed on because there was no memory to queue them")                     \
    X(updates_backlog_most, "the longest that the queue of updates ever was")                                          \
    X(broadcasts_backlog_most, "the longest that the queue of broadcasts ever was")                                    \
    X(broadcasts_new, "broadcasts that the handler called new")                                                        \
    X(broadcasts_known, "broadcasts that the handler knew: most of them, since each comes several times")              \
    X(broadcasts_sent, "broadcasts that went out their full number of times")                                          \
    X(broadcasts_replaced, "broadcasts that a newer one invalidated before that")                                      \
    X(broadcasts_not_relayed, "new broadcasts received that the backlog had no room for, and so not passed on")        \
    X(probes_acked, "probes whose first answer came directly: the network is well")                                    \
    X(probes_forwarded, "probes whose first answer came through a helper: a path is bad, or answers are slow")         \
    X(probes_failed, "probes that nobody answered, ours or theirs being the fault")                                    \
    X(probes_void, "probes that a pause ended")                                                                        \
    X(nacks_missed, "probes in which a helper kept silent: it is likely that our own network is bad")                  \
    X(awareness, "how ill we think ourselves now: selkie_awareness")                                                   \
    X(suspicions_raised, "suspicions that our own failed probes began")                                                \
    X(suspicions_heard, "suspicions that others told us of")                                                           \
    X(suspicions_confirmed, "further accusers of a suspect, each of which shortens its time")                          \
    X(suspicions_refuted, "suspects that objected in time: false alarms")                                              \
    X(suspicions_expired, "members that went down here because their time to object was over")                         \
    X(suspicions_untracked, "suspicions beyond max_suspicions or memory, which ran for the shortest time")             \
    X(refutations, "suspicions of ourselves that we objected to: we were slow, or hard to reach")                      \
    X(members_flapped, "members that came back although they were down here: too little suspicion, or restarts")       \
    X(members_evicted, "members that selkie_evict declared down")                                                      \
    X(members_refused, "news of unknown members that max_members left no room for")                                    \
    X(members_displaced, "Down members forgotten early to make room for new ones")                                     \
    X(rejoins, "times that we were declared down and went on under a renewed identity")                                \
    X(pauses, "calls of selkie_paused")

struct selkie_stats {
    size_t struct_size;
#define SELKIE_X(name, text) uint64_t name;
    SELKIE_COUNTERS(SELKIE_X)
#undef SELKIE_X
};

#endif
