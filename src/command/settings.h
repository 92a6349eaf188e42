/* The fields of struct selkie_config by name, each with what its values look like: `probe_period=500ms`. One table is
 * the truth for the parser, the help, the manual page and the JSON. */
#ifndef SELKIE_COMMAND_SETTINGS_H
#define SELKIE_COMMAND_SETTINGS_H

#include "command/text.h"
#include "selkie/selkie.h"

/* What a value is: `500ms`; a number; `yes` or `no`; `25%`. */
enum setting_kind { SETTING_DURATION, SETTING_COUNT, SETTING_FLAG, SETTING_PERCENT };

/* name, field of the config, kind, least, most (of durations: microseconds), what it is */
#define SETTINGS_DAY_US UINT64_C(86400000000)
#define SETTINGS(X)                                                                                                    \
    X("probe_period", probe_period_us, DURATION, 1, SETTINGS_DAY_US, "one member is probed each period")               \
    X("probe_rtt", probe_rtt_us, DURATION, 1, SETTINGS_DAY_US, "how long a probe may take before others are asked")    \
    X("suspect_to_down_after", suspect_to_down_after_us, DURATION, 1, 366 * SETTINGS_DAY_US,                           \
      "how long a suspect has to refute")                                                                              \
    X("remove_down_after", remove_down_after_us, DURATION, 1, 366 * SETTINGS_DAY_US,                                   \
      "how long a Down member is remembered")                                                                          \
    X("max_packet_size", max_packet_size, COUNT, 64, 65507, "bytes of the largest packet")                             \
    X("num_indirect_probes", num_indirect_probes, COUNT, 1, 255, "helpers that are asked to probe")                    \
    X("max_transmissions", max_transmissions, COUNT, 1, 255, "how often each piece of news is sent")                   \
    X("notify_down_members", notify_down_members, FLAG, 0, 1, "tell members that are held for Down so")                \
    X("periodic_announce.every", periodic_announce.every_us, DURATION, 0, SETTINGS_DAY_US,                             \
      "ask active members whom they know (0: never)")                                                                  \
    X("periodic_announce.members", periodic_announce.members, COUNT, 0, 65535, "how many of them")                     \
    X("periodic_announce_to_down_members.every", periodic_announce_to_down_members.every_us, DURATION, 0,              \
      SETTINGS_DAY_US, "knock at Down members (0: never)")                                                             \
    X("periodic_announce_to_down_members.members", periodic_announce_to_down_members.members, COUNT, 0, 65535,         \
      "at how many")                                                                                                   \
    X("periodic_gossip.every", periodic_gossip.every_us, DURATION, 0, SETTINGS_DAY_US,                                 \
      "spread news between probes (0: never)")                                                                         \
    X("periodic_gossip.members", periodic_gossip.members, COUNT, 0, 65535, "to how many: the fan-out")                 \
    X("awareness_max", awareness_max, COUNT, 0, 255, "how ill a member may think itself (Lifeguard; 0: off)")          \
    X("suspicion_max_factor", suspicion_max_factor, COUNT, 0, 255,                                                     \
      "how much longer a lone suspicion runs (Lifeguard; 0 or 1: no longer)")                                          \
    X("suspicion_confirmations", suspicion_confirmations, COUNT, 0, SELKIE_CONFIRMATIONS_MAX,                          \
      "further accusers that make it shortest (Lifeguard; 0: off)")                                                    \
    X("suspects_hear_first", suspects_hear_first, FLAG, 0, 1, "a Ping tells a suspect so first (Lifeguard)")           \
    X("broadcast_share_percent", broadcast_share_percent, PERCENT, 0, 100, "of each packet, kept for broadcasts")      \
    X("announce_while_idle", announce_while_idle, FLAG, 0, 1, "whoever lost everybody goes on knocking")               \
    X("reconnect_at_once", reconnect_at_once, FLAG, 0, 1, "after a rejoin, be active again in the same call")          \
    X("adapt_multiplier", adapt_multiplier, COUNT, 0, 255,                                                             \
      "suspicion and transmissions follow the number of members (0: off)")

#define SETTINGS_MOST 32u /* room for all of them */

struct setting {
    const char *name;
    enum setting_kind kind;
    uint64_t least, most;
    const char *text;
    size_t offset; /* in struct selkie_config */
    size_t size;   /* of that field */
};

extern const struct setting settings[];
extern const unsigned settings_count;

/* Which one has this name? settings_count: none. */
unsigned settings_find(const char *name);

uint64_t settings_get(const struct selkie_config *config, unsigned setting);
void settings_put(struct selkie_config *config, unsigned setting, uint64_t value);

bool settings_read(unsigned setting, const char *text, uint64_t *value, struct complaint *complaint);
const char *settings_print(char text[TEXT_MOST], unsigned setting, uint64_t value);

#endif
