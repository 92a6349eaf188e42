/* The presets, and every check of what a caller configures. */
#include "engine/config.h"

#include "base/fixed.h"
#include "base/memory.h"
#include "engine/versioned.h"

/* ---- presets ---- */

static void preset_common(struct selkie_config *config) {
    selkie_init_(config, sizeof *config);
    config->num_indirect_probes = 3;
    config->remove_down_after_us = SELKIE_S(24 * 60 * 60);
    config->max_packet_size = 1400;
}

static void set_periodic(struct selkie_periodic *periodic, uint64_t every_us, uint32_t members) {
    periodic->every_us = every_us;
    periodic->members = members;
}

/* floor(4 log10(n + 1)), from 1 to 255. */
uint8_t config_transmissions_for(uint32_t members) {
    members = members == 0 ? 1 : members;
    uint64_t log = fixed_log10(members == UINT32_MAX ? members : members + 1);
    uint64_t transmissions = fixed_scale(4, log);
    return transmissions < 1 ? 1 : (uint8_t)transmissions;
}

/* multiplier * max(1, log10 n) periods. */
uint64_t config_suspicion_for(uint32_t members, uint64_t multiplier, uint64_t period_us) {
    uint64_t log = fixed_log10(members == 0 ? 1 : members);
    return fixed_scale(multiplier * period_us, log < FIXED_ONE ? FIXED_ONE : log);
}

/* What lan and wan turn on beyond plain SWIM. */
static void preset_extensions(struct selkie_config *config, uint8_t multiplier) {
    config->awareness_max = 8;
    config->suspicion_max_factor = 6;
    config->suspicion_confirmations = 3;
    config->suspects_hear_first = true;
    config->broadcast_share_percent = 25;
    config->announce_while_idle = true;
    config->reconnect_at_once = true;
    config->adapt_multiplier = multiplier;
}

void selkie_config_simple_(struct selkie_config *config, size_t struct_size) {
    struct selkie_config simple;
    preset_common(&simple);
    simple.probe_period_us = SELKIE_MS(1500);
    simple.probe_rtt_us = SELKIE_MS(500);
    simple.max_transmissions = 10;
    simple.suspect_to_down_after_us = SELKIE_S(3);
    versioned_give(config, struct_size, &simple, sizeof simple);
}

void selkie_config_lan_(struct selkie_config *config, size_t struct_size, uint32_t expected_members) {
    struct selkie_config lan;
    preset_common(&lan);
    lan.probe_period_us = SELKIE_S(1);
    lan.probe_rtt_us = SELKIE_MS(500);
    lan.max_transmissions = config_transmissions_for(expected_members);
    lan.suspect_to_down_after_us = config_suspicion_for(expected_members, 4, lan.probe_period_us);
    lan.notify_down_members = true;
    set_periodic(&lan.periodic_announce, SELKIE_S(30), 1);
    set_periodic(&lan.periodic_announce_to_down_members, SELKIE_S(65), 2);
    set_periodic(&lan.periodic_gossip, SELKIE_MS(200), 3);
    preset_extensions(&lan, 4);
    versioned_give(config, struct_size, &lan, sizeof lan);
}

void selkie_config_wan_(struct selkie_config *config, size_t struct_size, uint32_t expected_members) {
    struct selkie_config wan;
    preset_common(&wan);
    wan.probe_period_us = SELKIE_S(5);
    wan.probe_rtt_us = SELKIE_S(3);
    wan.max_transmissions = config_transmissions_for(expected_members);
    wan.suspect_to_down_after_us = config_suspicion_for(expected_members, 6, wan.probe_period_us);
    wan.notify_down_members = true;
    set_periodic(&wan.periodic_announce, SELKIE_S(60), 2);
    set_periodic(&wan.periodic_announce_to_down_members, SELKIE_S(125), 3);
    set_periodic(&wan.periodic_gossip, SELKIE_MS(500), 4);
    preset_extensions(&wan, 6);
    versioned_give(config, struct_size, &wan, sizeof wan);
}

/* ---- configuration ---- */

/* The size of each struct in its first version. */
#define CONFIG_OLDEST (offsetof(struct selkie_config, observe) + sizeof(uint32_t))
#define OPTIONS_OLDEST (offsetof(struct selkie_options, max_broadcast_bytes) + sizeof(uint32_t))
#define TYPE_OLDEST (offsetof(struct selkie_identity_type, wins) + sizeof(void *))
#define RUNTIME_OLDEST (offsetof(struct selkie_runtime, submit_after) + sizeof(void *))
#define CODEC_OLDEST (offsetof(struct selkie_codec, decode_member) + sizeof(void *))
#define BROADCASTS_OLDEST (offsetof(struct selkie_broadcasts, wants) + sizeof(void *))

static bool bad_periodic(const struct selkie_periodic *periodic) {
    return periodic->every_us != 0 && periodic->members == 0;
}

static const char *config_complaint(const struct selkie_config *config) {
    if (config->probe_period_us == 0) {
        return "probe_period_us is 0";
    }
    if (config->probe_rtt_us == 0) {
        return "probe_rtt_us is 0";
    }
    if (config->probe_rtt_us >= config->probe_period_us) {
        return "probe_rtt_us is not below probe_period_us";
    }
    if (config->suspect_to_down_after_us == 0) {
        return "suspect_to_down_after_us is 0";
    }
    if (config->remove_down_after_us == 0) {
        return "remove_down_after_us is 0";
    }
    if (config->max_packet_size == 0) {
        return "max_packet_size is 0";
    }
    if (config->num_indirect_probes == 0) {
        return "num_indirect_probes is 0";
    }
    if (config->max_transmissions == 0) {
        return "max_transmissions is 0";
    }
    if (bad_periodic(&config->periodic_announce)) {
        return "periodic_announce.members is 0 while it is on";
    }
    if (bad_periodic(&config->periodic_announce_to_down_members)) {
        return "periodic_announce_to_down_members.members is 0 while it is on";
    }
    if (bad_periodic(&config->periodic_gossip)) {
        return "periodic_gossip.members is 0 while it is on";
    }
    if (config->suspicion_confirmations > SELKIE_CONFIRMATIONS_MAX) {
        return "suspicion_confirmations is above SELKIE_CONFIRMATIONS_MAX";
    }
    if (config->broadcast_share_percent > 100) {
        return "broadcast_share_percent is above 100";
    }
    return NULL;
}

const char *config_take(struct selkie_config *to, const struct selkie_config *from) {
    if (!versioned_take(to, sizeof *to, from, CONFIG_OLDEST)) {
        return "config.struct_size is too small, or a field that this library does not know is set";
    }
    return config_complaint(to);
}

const char *selkie_config_complaint(const struct selkie_config *config) {
    struct selkie_config copy;
    return config_take(&copy, config);
}

static bool turned_on(const struct selkie_periodic *from, const struct selkie_periodic *to) {
    return from->every_us == 0 && to->every_us != 0;
}

const char *config_change_complaint(const struct selkie_config *from, const struct selkie_config *to) {
    if (to->probe_period_us != from->probe_period_us) {
        return "probe_period_us cannot change while running";
    }
    if (to->probe_rtt_us != from->probe_rtt_us) {
        return "probe_rtt_us cannot change while running";
    }
    if (turned_on(&from->periodic_announce, &to->periodic_announce)) {
        return "periodic_announce cannot be turned on while running";
    }
    if (turned_on(&from->periodic_announce_to_down_members, &to->periodic_announce_to_down_members)) {
        return "periodic_announce_to_down_members cannot be turned on while running";
    }
    if (turned_on(&from->periodic_gossip, &to->periodic_gossip)) {
        return "periodic_gossip cannot be turned on while running";
    }
    return NULL;
}

size_t config_update_limit(const struct selkie_config *config, const struct selkie_codec *codec) {
    enum { COUNT_BYTES = 2, LIMIT_MAX = 65535 };
    size_t taken = (size_t)codec->header_max + COUNT_BYTES;
    size_t limit = config->max_packet_size > taken ? config->max_packet_size - taken : 0;
    return limit < LIMIT_MAX ? limit : (size_t)LIMIT_MAX;
}

/* ---- options ---- */

static const char *take_type(struct settings *settings, const struct selkie_identity_type *type) {
    if (!type || !versioned_take(&settings->type, sizeof settings->type, type, TYPE_OLDEST)) {
        return "type is missing, or its struct_size is wrong";
    }
    if (settings->type.size == 0 || settings->type.size > SELKIE_IDENTITY_MAX) {
        return "type.size is not from 1 to SELKIE_IDENTITY_MAX";
    }
    if (settings->type.addr_size == 0 || settings->type.addr_size > settings->type.size) {
        return "type.addr_size is not from 1 to type.size";
    }
    return NULL;
}

static const char *take_runtime(struct settings *settings, const struct selkie_runtime *runtime) {
    if (!runtime || !versioned_take(&settings->runtime, sizeof settings->runtime, runtime, RUNTIME_OLDEST)) {
        return "runtime is missing, or its struct_size is wrong";
    }
    if (!settings->runtime.send_to || !settings->runtime.submit_after) {
        return "runtime.send_to or runtime.submit_after is missing";
    }
    return NULL;
}

/* None of functions that are not the codec's. */
static void take_shortcuts(struct selkie_codec *codec) {
    const struct selkie_shortcuts *shortcuts = codec->shortcuts;
    if (shortcuts &&
        (shortcuts->encode_member != codec->encode_member || shortcuts->decode_member != codec->decode_member)) {
        codec->shortcuts = NULL;
    }
}

static const char *take_codec(struct settings *settings, const struct selkie_codec *user) {
    struct selkie_codec *codec = &settings->codec;
    if (!user || !versioned_take(codec, sizeof *codec, user, CODEC_OLDEST)) {
        return "codec is missing, or its struct_size is wrong";
    }
    if (!codec->encode_header || !codec->encode_member || !codec->decode_header || !codec->decode_member) {
        return "codec lacks a function";
    }
    if (codec->identity_size != settings->type.size) {
        return "codec.identity_size is not type.size";
    }
    if (codec->header_max == 0 || codec->member_min == 0 || codec->member_min > codec->member_max) {
        return "codec.header_max or member_min is 0, or member_min is above member_max";
    }
    take_shortcuts(codec);
    return NULL;
}

static const char *take_broadcasts(struct settings *settings, const struct selkie_broadcasts *user) {
    struct selkie_broadcasts *broadcasts = &settings->broadcasts;
    settings->has_broadcasts = user != NULL;
    if (!user) {
        return NULL;
    }
    if (!versioned_take(broadcasts, sizeof *broadcasts, user, BROADCASTS_OLDEST)) {
        return "broadcasts.struct_size is wrong";
    }
    if (!broadcasts->receive) {
        return "broadcasts.receive is missing";
    }
    if (broadcasts->key_size > SELKIE_BROADCAST_KEY_MAX) {
        return "broadcasts.key_size is above SELKIE_BROADCAST_KEY_MAX";
    }
    return NULL;
}

static const char *take_config(struct settings *settings, const struct selkie_config *config) {
    if (!config) {
        selkie_config_simple(&settings->config);
        return NULL;
    }
    return config_take(&settings->config, config);
}

enum { MAX_MEMBERS_MAX = 1 << 30 }; /* so that no number of slots or entries overflows */

static const char *take_bounds(struct settings *settings, const struct selkie_options *options) {
    static const uint8_t zero[16] = {0};
    memcpy(settings->seed, options->seed, sizeof settings->seed);
    if (memcmp(settings->seed, zero, sizeof zero) == 0) {
        return "seed is all zero";
    }
    if (options->max_members > MAX_MEMBERS_MAX || options->max_broadcasts > MAX_MEMBERS_MAX ||
        options->max_suspicions > MAX_MEMBERS_MAX) {
        return "max_members, max_broadcasts or max_suspicions is above 2^30";
    }
    settings->max_members = options->max_members;
    settings->max_broadcasts = options->max_broadcasts;
    settings->max_broadcast_bytes = options->max_broadcast_bytes;
    settings->max_suspicions = options->max_suspicions;
    return NULL;
}

/* Could others be told of us? What takes more than SCRATCH bytes is not looked at: it fits or not as it comes. */
static bool identity_fits(const struct settings *settings) {
    enum { SCRATCH = 1024 };
    const struct selkie_codec *codec = &settings->codec;
    size_t limit = config_update_limit(&settings->config, codec);
    if (codec->member_max <= limit || limit >= SCRATCH) {
        return true;
    }
    unsigned char scratch[SCRATCH];
    struct identity identity;
    struct selkie_member member;
    struct selkie_writer writer = {scratch, limit, false};
    identity_copy(&settings->type, &identity, settings->identity);
    memset(&member, 0, sizeof member);
    member.struct_size = sizeof member;
    member.identity = identity.as.bytes;
    member.state = SELKIE_DOWN;
    return codec->encode_member(codec, &writer, &member) || !writer.failed;
}

const char *settings_take(struct settings *settings, const struct selkie_options *user) {
    struct selkie_options options;
    memset(settings, 0, sizeof *settings);
    if (!user || !versioned_take(&options, sizeof options, user, OPTIONS_OLDEST)) {
        return "options are missing, or their struct_size is wrong";
    }
    const char *complaint = take_type(settings, options.type);
    complaint = complaint ? complaint : take_runtime(settings, options.runtime);
    complaint = complaint ? complaint : take_codec(settings, options.codec);
    complaint = complaint ? complaint : take_broadcasts(settings, options.broadcasts);
    complaint = complaint ? complaint : take_config(settings, options.config);
    complaint = complaint ? complaint : take_bounds(settings, &options);
    if (!complaint && !options.identity) {
        complaint = "identity is missing";
    }
    settings->identity = options.identity;
    if (!complaint && !identity_fits(settings)) {
        complaint = "config.max_packet_size is too small for this identity";
    }
    return complaint;
}

bool settings_bounded(const struct settings *settings) {
    return settings->max_members != 0 &&
           (!settings->has_broadcasts || (settings->max_broadcasts != 0 && settings->max_broadcast_bytes != 0));
}

const char *selkie_options_complaint(const struct selkie_options *options) {
    struct settings settings;
    return settings_take(&settings, options);
}
