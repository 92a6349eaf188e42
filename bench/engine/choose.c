/* The command line. */
#include "operations.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

enum { MEMBERS_LEAST = 100, MEMBERS_MOST = 1000000 };

/* Part a list at its commas, in place. 0: too many. */
static size_t part(char *list, const char **parts) {
    size_t count = 0;
    for (char *word = strtok(list, ","); word != NULL; word = strtok(NULL, ",")) {
        if (count == CHOICES_MAX) {
            return 0;
        }
        parts[count++] = word;
    }
    return count;
}

static const char *choose_members(struct bench_choice *choice, char *list) {
    const char *words[CHOICES_MAX];
    choice->member_count = part(list, words);
    for (size_t i = 0; i < choice->member_count; i++) {
        char *end;
        unsigned long members = strtoul(words[i], &end, 10);
        if (*end != 0 || members < MEMBERS_LEAST || members > MEMBERS_MOST) {
            return "--n takes numbers from 100 to 1000000";
        }
        choice->members[i] = (uint32_t)members;
    }
    return choice->member_count > 0 ? NULL : "--n takes up to 16 numbers";
}

static const char *choose_codecs(struct bench_choice *choice, char *list) {
    struct selkie_codec codec = {.struct_size = sizeof codec};
    choice->codec_count = part(list, choice->codecs);
    for (size_t i = 0; i < choice->codec_count; i++) {
        if (!bench_codec(&codec, choice->codecs[i])) {
            return "--codec takes packed and bincode1";
        }
    }
    return choice->codec_count > 0 ? NULL : "--codec takes packed and bincode1";
}

static const char *choose_value(struct bench_choice *choice, const char *flag, char *value) {
    if (strcmp(flag, "--n") == 0) {
        return choose_members(choice, value);
    }
    if (strcmp(flag, "--codec") == 0) {
        return choose_codecs(choice, value);
    }
    if (strcmp(flag, "--op") == 0) {
        choice->operation_count = part(value, choice->operations);
        return NULL;
    }
    if (strcmp(flag, "--repeat") == 0) {
        choice->repeat = (unsigned)atoi(value);
        return choice->repeat >= REPEAT_LEAST && choice->repeat <= 1000 ? NULL : "--repeat takes 7 to 1000";
    }
    if (strcmp(flag, "--compare") == 0) {
        choice->compare = value;
        return NULL;
    }
    return "there is no such flag";
}

const char *bench_choose(struct bench_choice *choice, int argc, char **argv) {
    *choice = (struct bench_choice){.codecs = {"packed", "bincode1"},
                                    .codec_count = 2,
                                    .members = {100, 1000, 10000, 100000, 1000000},
                                    .member_count = 5,
                                    .repeat = REPEAT_LEAST};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            choice->json = true;
        } else if (strcmp(argv[i], "--once") == 0) {
            choice->once = true;
        } else if (i + 1 == argc) {
            return "there is no such flag, or its value is missing";
        } else {
            const char *wrong = choose_value(choice, argv[i], argv[i + 1]);
            if (wrong != NULL) {
                return wrong;
            }
            i++;
        }
    }
    return NULL;
}
