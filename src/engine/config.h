/* Options and configuration as the engine keeps them: checked and copied. */
#ifndef SELKIE_ENGINE_CONFIG_H
#define SELKIE_ENGINE_CONFIG_H

#include "selkie/codec.h"

#include "engine/identity.h"

/* selkie_options with all that it points to. */
struct settings {
    const void *identity; /* the caller's: for the time of the call only */
    struct selkie_identity_type type;
    struct selkie_runtime runtime;
    struct selkie_codec codec;
    struct selkie_config config;
    struct selkie_broadcasts broadcasts;
    bool has_broadcasts;
    uint8_t seed[16];
    uint32_t max_members; /* 0: no bound, as are the next two, and the default for the third */
    uint32_t max_broadcasts;
    uint32_t max_broadcast_bytes;
    uint32_t max_suspicions;
};

/* Copy and check options. What is wrong with them, or NULL. */
const char *settings_take(struct settings *settings, const struct selkie_options *user);

/* Does the engine that these settings make have a bound for all that it keeps? */
bool settings_bounded(const struct settings *settings);

/* Copy and check a configuration. What is wrong with it, or NULL. */
const char *config_take(struct selkie_config *to, const struct selkie_config *from);

/* What the presets say for so many active members (0 counts as 1). */
uint8_t config_transmissions_for(uint32_t members);
uint64_t config_suspicion_for(uint32_t members, uint64_t multiplier, uint64_t period_us);

/* The bytes that an update of a member, or a broadcast without its length, may take in a packet with the longest
 * header. */
size_t config_update_limit(const struct selkie_config *config, const struct selkie_codec *codec);

/* May a running engine change to this configuration? What is wrong, or NULL. `fixed_memory`: it cannot have more. */
const char *config_change_complaint(const struct selkie_config *from, const struct selkie_config *to);

#endif
