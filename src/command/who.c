#include "command/who.h"

#include "command/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

/* ---- Reading ---- */

/* "m7" and "m3-9", also "m3-m9". */
static bool is_range(const char *text) {
    return text[0] == 'm' && text[1] != '\0' && strchr(DIGITS, text[1]) != NULL;
}

static bool read_range(const char *text, struct who *who, struct complaint *complaint) {
    char first[TEXT_MOST];
    size_t length = strcspn(text + 1, "-");
    uint64_t from, to;
    if (length >= sizeof first) {
        return complain(complaint, "\"%s\" names no members: m7 or m3-9 is expected", text);
    }
    memcpy(first, text + 1, length);
    first[length] = '\0';
    const char *last = text[1 + length] == '\0' ? first : text + 1 + length + 1;
    last += *last == 'm';
    if (!text_count(first, 0, UINT16_MAX, &from, complaint) || !text_count(last, 0, UINT16_MAX, &to, complaint) ||
        from > to) {
        return complain(complaint,
                        "\"%s\" names no members: m7 or m3-9 is expected, from the lower to the higher number", text);
    }
    *who = (struct who){.kind = WHO_RANGE, .first = (uint32_t)from, .last = (uint32_t)to};
    return true;
}

static bool read_share(const char *text, struct who *who, struct complaint *complaint) {
    *who = (struct who){.kind = WHO_SHARE};
    return text_chance(text, &who->share_ppm, complaint) &&
           (who->share_ppm > 0 || complain(complaint, "\"%s\" is nobody: more than 0%% is expected", text));
}

static bool read_number(const char *text, struct who *who, struct complaint *complaint) {
    uint64_t count;
    if (!text_count(text, 1, UINT16_MAX, &count, complaint)) {
        return false;
    }
    *who = (struct who){.kind = WHO_COUNT, .count = (uint32_t)count};
    return true;
}

bool who_read(const struct scenario *scenario, const char *text, struct who *who, struct complaint *complaint) {
    uint32_t group = who_find_group(scenario, text);
    if (strcmp(text, "all") == 0) {
        *who = (struct who){.kind = WHO_ALL};
        return true;
    }
    if (group < scenario->group_count) {
        *who = (struct who){.kind = WHO_GROUP, .group = group};
        return true;
    }
    if (is_range(text)) {
        return read_range(text, who, complaint);
    }
    if (*text == '\0' || strchr(DIGITS, *text) == NULL) {
        return complain(complaint,
                        "\"%s\" names no members: a number (10), a share (5%%), m7, m3-9, all, or a group that was "
                        "defined before is expected",
                        text);
    }
    return text[strspn(text, DIGITS ".")] == '\0' ? read_number(text, who, complaint)
                                                  : read_share(text, who, complaint);
}

const char *who_print(char text[WHO_TEXT_MOST], const struct scenario *scenario, const struct who *who) {
    switch (who->kind) {
    case WHO_COUNT:
        snprintf(text, WHO_TEXT_MOST, "%" PRIu32, who->count);
        return text;
    case WHO_SHARE:
        return text_print_chance(text, who->share_ppm);
    case WHO_RANGE:
        if (who->first == who->last) {
            snprintf(text, WHO_TEXT_MOST, "m%" PRIu32, who->first);
        } else {
            snprintf(text, WHO_TEXT_MOST, "m%" PRIu32 "-%" PRIu32, who->first, who->last);
        }
        return text;
    case WHO_GROUP:
        return scenario->groups[who->group].name;
    case WHO_ALL:
        return "all";
    case WHO_NOBODY:
    default:
        return "";
    }
}

/* ---- Groups ---- */

uint32_t who_find_group(const struct scenario *scenario, const char *name) {
    uint32_t group = 0;
    while (group < scenario->group_count && strcmp(scenario->groups[group].name, name) != 0) {
        group++;
    }
    return group;
}

static bool is_name(const char *name) {
    size_t length = strlen(name);
    return length > 0 && length < GROUP_NAME_MOST && strspn(name, LETTERS DIGITS "_-") == length &&
           strchr(LETTERS, *name) != NULL && !is_range(name) && strcmp(name, "all") != 0;
}

bool who_read_group(struct scenario *scenario, const char *text, struct complaint *complaint) {
    char name[GROUP_NAME_MOST] = "";
    size_t length = strcspn(text, "=");
    if (text[length] == '\0') {
        return complain(complaint, "\"%s\" defines no group: NAME=WHO is expected, as sick=10", text);
    }
    if (length < sizeof name) {
        memcpy(name, text, length);
    }
    if (!is_name(name)) {
        return complain(complaint,
                        "\"%.*s\" is no name of a group: a letter and then up to %u letters, digits, - or _ are "
                        "expected, but not all, nor what reads like m7",
                        (int)length, text, GROUP_NAME_MOST - 2);
    }
    struct group group = {.who = {.kind = WHO_NOBODY}};
    memcpy(group.name, name, sizeof name);
    if (!who_read(scenario, text + length + 1, &group.who, complaint)) {
        return false;
    }
    if (group.who.kind == WHO_GROUP) {
        return complain(complaint, "\"%s\": a group is not made of a group", text);
    }
    uint32_t at = who_find_group(scenario, name);
    if (at == GROUPS_MOST) {
        return complain(complaint, "there are more than %u groups", GROUPS_MOST);
    }
    scenario->group_count += at == scenario->group_count;
    scenario->groups[at] = group;
    return true;
}

/* ---- How many ---- */

uint32_t who_count(const struct scenario *scenario, const struct who *who) {
    switch (who->kind) {
    case WHO_COUNT:
        return who->count;
    case WHO_SHARE: {
        uint64_t count = (uint64_t)scenario->members * who->share_ppm / 1000000;
        return count > 0 ? (uint32_t)count : 1;
    }
    case WHO_RANGE:
        return who->last - who->first + 1;
    case WHO_GROUP:
        return who_count(scenario, &scenario->groups[who->group].who);
    case WHO_ALL:
        return scenario->members;
    case WHO_NOBODY:
    default:
        return 0;
    }
}

bool who_check(const struct scenario *scenario, const struct who *who, struct complaint *complaint) {
    char text[WHO_TEXT_MOST];
    if (who->kind == WHO_GROUP) {
        return who_check(scenario, &scenario->groups[who->group].who, complaint);
    }
    if (who->kind == WHO_RANGE && who->last >= scenario->members) {
        return complain(complaint, "%s: the last of %" PRIu32 " members is m%" PRIu32, who_print(text, scenario, who),
                        scenario->members, scenario->members - 1);
    }
    bool is_drawn = who->kind == WHO_COUNT || who->kind == WHO_SHARE;
    if (is_drawn && who_count(scenario, who) > scenario->members - 1) {
        return complain(complaint,
                        "%s: of %" PRIu32 " members at most %" PRIu32
                        " can be drawn, for m0 never is: name it, or say all",
                        who_print(text, scenario, who), scenario->members, scenario->members - 1);
    }
    return true;
}
