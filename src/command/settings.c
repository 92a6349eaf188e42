#include "command/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The size of a field tells its type, so each has to be of one that get and put know. */
const struct setting settings[] = {
#define SELKIE_X(name, field, kind, least, most, text)                                                                 \
    {name,                                                                                                             \
     SETTING_##kind,                                                                                                   \
     least,                                                                                                            \
     most,                                                                                                             \
     text,                                                                                                             \
     offsetof(struct selkie_config, field),                                                                            \
     sizeof((struct selkie_config *)0)->field},
    SETTINGS(SELKIE_X)
#undef SELKIE_X
};
const unsigned settings_count = sizeof settings / sizeof *settings;
_Static_assert(sizeof settings / sizeof *settings <= SETTINGS_MOST, "room for all settings");
_Static_assert(sizeof(bool) == sizeof(uint8_t), "a flag is a byte");

unsigned settings_find(const char *name) {
    unsigned setting = 0;
    while (setting < settings_count && strcmp(settings[setting].name, name) != 0) {
        setting++;
    }
    return setting;
}

uint64_t settings_get(const struct selkie_config *config, unsigned setting) {
    const unsigned char *field = (const unsigned char *)config + settings[setting].offset;
    uint8_t byte;
    uint32_t word;
    uint64_t wide;
    switch (settings[setting].size) {
    case sizeof byte:
        memcpy(&byte, field, sizeof byte);
        return byte;
    case sizeof word:
        memcpy(&word, field, sizeof word);
        return word;
    default:
        memcpy(&wide, field, sizeof wide);
        return wide;
    }
}

void settings_put(struct selkie_config *config, unsigned setting, uint64_t value) {
    unsigned char *field = (unsigned char *)config + settings[setting].offset;
    uint8_t byte = (uint8_t)value;
    uint32_t word = (uint32_t)value;
    switch (settings[setting].size) {
    case sizeof byte:
        memcpy(field, &byte, sizeof byte);
        break;
    case sizeof word:
        memcpy(field, &word, sizeof word);
        break;
    default:
        memcpy(field, &value, sizeof value);
        break;
    }
}

bool settings_read(unsigned setting, const char *text, uint64_t *value, struct complaint *complaint) {
    const struct setting *about = &settings[setting];
    bool flag, good;
    switch (about->kind) {
    case SETTING_DURATION:
        good = text_duration(text, value, complaint);
        if (good && (*value < about->least || *value > about->most)) {
            char least[TEXT_MOST], most[TEXT_MOST];
            return complain(complaint, "%s is out of range: %s to %s is expected", text,
                            text_print_duration(least, about->least), text_print_duration(most, about->most));
        }
        return good;
    case SETTING_FLAG:
        good = text_flag(text, &flag, complaint);
        *value = good && flag;
        return good;
    case SETTING_PERCENT:
    case SETTING_COUNT:
    default:
        return text_count(text, about->least, about->most, value, complaint);
    }
}

const char *settings_print(char text[TEXT_MOST], unsigned setting, uint64_t value) {
    switch (settings[setting].kind) {
    case SETTING_DURATION:
        return text_print_duration(text, value);
    case SETTING_FLAG:
        return value != 0 ? "yes" : "no";
    case SETTING_PERCENT:
    case SETTING_COUNT:
    default:
        snprintf(text, TEXT_MOST, "%" PRIu64, value);
        return text;
    }
}
