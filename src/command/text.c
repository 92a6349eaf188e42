#include "command/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- Numbers ---- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A number with a fraction, of which `scale` stands for 1: so 1.5 of a thousand are 1500. Goes on behind it. False:
 * there is none, it is not a multiple of 1 / scale, or too large. */
static bool scaled(const char **text, uint64_t scale, uint64_t most, uint64_t *value) {
    const char *at = *text;
    uint64_t whole = 0;
    if (!is_digit(*at)) {
        return false;
    }
    for (; is_digit(*at); at++) {
        uint64_t digit = (uint64_t)(*at - '0'), highest = most / scale;
        if (whole > highest / 10 || whole * 10 > highest - digit) {
            return false;
        }
        whole = whole * 10 + digit;
    }
    *value = whole * scale;
    if (*at == '.' && is_digit(at[1])) {
        for (at++; is_digit(*at); at++) {
            uint64_t digit = (uint64_t)(*at - '0');
            if (scale % 10 != 0 && digit != 0) {
                return false;
            }
            scale /= 10;
            *value += digit * scale;
        }
    }
    *text = at;
    return *value <= most;
}

/* What stands behind the number. */
static const char *unit_of(const char *text) {
    return text + strspn(text, "0123456789.");
}

bool text_count(const char *text, uint64_t least, uint64_t most, uint64_t *count, struct complaint *complaint) {
    const char *at = text;
    uint64_t value;
    if (!scaled(&at, 1, most, &value) || *at != '\0' || value < least) {
        return complain(complaint, "\"%s\" is no whole number from %" PRIu64 " to %" PRIu64, text, least, most);
    }
    *count = value;
    return true;
}

/* ---- With units ---- */

struct unit_name {
    const char *name;
    uint64_t scale;
};

/* From the largest down, as they are printed; what is only read comes last. */
static const struct unit_name durations[] = {{"s", 1000000},
                                             {"ms", 1000},
                                             {"us", 1},
                                             {"m", 60000000},
                                             {"min", 60000000},
                                             {"h", UINT64_C(3600000000)},
                                             {"d", UINT64_C(86400000000)}};
static const struct unit_name chances[] = {{"%", 10000}, {"ppm", 1}};
static const struct unit_name amounts[] = {{"MB", 1000000}, {"kB", 1000}, {"", 1}, {"B", 1}};

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* 0 alone needs no unit. */
static bool with_unit(const char *text, const struct unit_name *units, size_t count, uint64_t most, uint64_t *value) {
    const char *unit = unit_of(text);
    if (strcmp(text, "0") == 0) {
        *value = 0;
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const char *at = text;
        if (strcmp(unit, units[i].name) == 0) {
            return scaled(&at, units[i].scale, most, value) && at == unit;
        }
    }
    return false;
}

bool text_duration(const char *text, uint64_t *us, struct complaint *complaint) {
    if (!with_unit(text, durations, COUNT_OF(durations), TEXT_LONGEST_US, us)) {
        return complain(
            complaint, "\"%s\" is no duration: a number with a unit is expected, as 500ms, 20s, 1.5m or 2h, up to 366d",
            text);
    }
    return true;
}

bool text_chance(const char *text, uint32_t *ppm, struct complaint *complaint) {
    uint64_t value;
    if (!with_unit(text, chances, COUNT_OF(chances), 1000000, &value)) {
        return complain(complaint, "\"%s\" is no chance: 0%% to 100%% is expected, as 2%%, 0.05%% or 200ppm", text);
    }
    *ppm = (uint32_t)value;
    return true;
}

bool text_drift(const char *text, int32_t *ppm, struct complaint *complaint) {
    bool slow = *text == '-';
    uint64_t value;
    if (!with_unit(text + slow, chances, COUNT_OF(chances), slow ? 999999 : 1000000, &value)) {
        return complain(
            complaint,
            "\"%s\" is no drift of a clock: above -100%%, and up to 100%% is expected, as 5%%, -2%% or 300ppm", text);
    }
    *ppm = slow ? -(int32_t)value : (int32_t)value;
    return true;
}

bool text_bytes(const char *text, uint64_t most, uint64_t *bytes, struct complaint *complaint) {
    if (!with_unit(text, amounts, COUNT_OF(amounts), most, bytes)) {
        return complain(complaint, "\"%s\" is no number of bytes: up to %" PRIu64 " is expected, as 1400, 20kB or 1MB",
                        text, most);
    }
    return true;
}

bool text_flag(const char *text, bool *flag, struct complaint *complaint) {
    *flag = strcmp(text, "yes") == 0;
    if (!*flag && strcmp(text, "no") != 0) {
        return complain(complaint, "\"%s\" is neither yes nor no", text);
    }
    return true;
}

/* ---- Printing ---- */

/* In the largest of the first units in which it is a whole number. */
static const char *print_whole(char text[TEXT_MOST], uint64_t value, const struct unit_name *units) {
    while (value % units->scale != 0) {
        units++;
    }
    snprintf(text, TEXT_MOST, "%" PRIu64 "%s", value / units->scale, value == 0 ? "" : units->name);
    return text;
}

const char *text_print_duration(char text[TEXT_MOST], uint64_t us) {
    return print_whole(text, us, durations);
}

const char *text_print_chance(char text[TEXT_MOST], int64_t ppm) {
    const char *sign = ppm < 0 ? "-" : "";
    uint64_t value = (uint64_t)(ppm < 0 ? -ppm : ppm);
    int length = snprintf(text, TEXT_MOST, "%s%" PRIu64 ".%04" PRIu64, sign, value / 10000, value % 10000);
    while (text[length - 1] == '0') {
        length--;
    }
    length -= text[length - 1] == '.';
    snprintf(text + length, TEXT_MOST - (size_t)length, "%%");
    return text;
}

const char *text_print_bytes(char text[TEXT_MOST], uint64_t bytes) {
    return print_whole(text, bytes, amounts);
}

/* ---- What was meant ---- */

#define NAME_MOST 48u

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* How many letters have to be changed, left out or put in. */
static unsigned distance(const char *a, const char *b) {
    unsigned row[NAME_MOST + 1];
    size_t wide = strlen(b);
    for (unsigned j = 0; j <= wide; j++) {
        row[j] = j;
    }
    for (unsigned i = 1; a[i - 1] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = i;
        for (unsigned j = 1; j <= wide; j++) {
            unsigned above = row[j];
            row[j] = least(least(row[j - 1], above) + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[wide];
}

const char *text_nearest(const char *text, const char *const *names) {
    size_t length = strlen(text);
    unsigned best = length < 4 ? 1 : 1 + (unsigned)length / 4;
    const char *nearest = NULL;
    if (length == 0 || length > NAME_MOST) {
        return NULL;
    }
    for (; *names != NULL; names++) {
        unsigned far = strlen(*names) > NAME_MOST ? NAME_MOST : distance(text, *names);
        if (strncmp(text, *names, length) == 0 && length >= 3 && nearest == NULL) {
            nearest = *names; /* only its beginning */
        }
        if (far <= best) {
            best = far - (far > 0);
            nearest = *names;
        }
    }
    return nearest;
}
