/* The command line. */
#include "operations.h"
#include "report.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMBERS_LEAST = 100, MEMBERS_MOST = 1000000 };

static char complaint[400];

__attribute__((format(printf, 1, 2))) static const char *complain(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint, sizeof complaint, format, arguments);
    va_end(arguments);
    return complaint;
}

/* Part a list at its commas, in place. False: nothing is in it, or too much. */
static bool part(char *list, const char **parts, size_t *count) {
    *count = 0;
    for (char *word = strtok(list, ","); word != NULL; word = strtok(NULL, ",")) {
        if (*count == CHOICES_MAX) {
            return false;
        }
        parts[(*count)++] = word;
    }
    return *count > 0;
}

/* The whole word as a number between the two, or 0. */
static unsigned long number(const char *word, unsigned long least, unsigned long most) {
    char *end;
    unsigned long value = strtoul(word, &end, 10);
    return *word >= '0' && *word <= '9' && *end == 0 && value >= least && value <= most ? value : 0;
}

static const char *choose_members(struct bench_choice *choice, char *list) {
    const char *words[CHOICES_MAX];
    if (!part(list, words, &choice->member_count)) {
        return complain("--n takes 1 to %d numbers", CHOICES_MAX);
    }
    for (size_t i = 0; i < choice->member_count; i++) {
        choice->members[i] = (uint32_t)number(words[i], MEMBERS_LEAST, MEMBERS_MOST);
        if (choice->members[i] == 0) {
            return complain("--n takes numbers from %d to %d, not %s", MEMBERS_LEAST, MEMBERS_MOST, words[i]);
        }
    }
    return NULL;
}

static const char *choose_codecs(struct bench_choice *choice, char *list) {
    struct selkie_codec codec = {.struct_size = sizeof codec};
    if (!part(list, choice->codecs, &choice->codec_count)) {
        return complain("--codec takes packed, bincode1 or both");
    }
    for (size_t i = 0; i < choice->codec_count; i++) {
        if (!bench_codec(&codec, choice->codecs[i])) {
            return complain("--codec takes packed and bincode1, not %s", choice->codecs[i]);
        }
    }
    return NULL;
}

static bool is_name(const char *word) {
    for (size_t i = 0; i < bench_name_count(); i++) {
        if (strcmp(bench_name(i), word) == 0) {
            return true;
        }
    }
    return false;
}

static const char *unknown_name(const char *word) {
    char names[300] = "";
    for (size_t i = 0; i < bench_name_count(); i++) {
        strncat(names, i > 0 ? ", " : "", sizeof names - strlen(names) - 1);
        strncat(names, bench_name(i), sizeof names - strlen(names) - 1);
    }
    return complain("--op takes %s; not %.40s", names, word);
}

static const char *choose_names(struct bench_choice *choice, char *list) {
    if (!part(list, choice->names, &choice->name_count)) {
        return complain("--op takes 1 to %d names", CHOICES_MAX);
    }
    for (size_t i = 0; i < choice->name_count; i++) {
        if (!is_name(choice->names[i])) {
            return unknown_name(choice->names[i]);
        }
    }
    return NULL;
}

static const char *choose_repeat(struct bench_choice *choice, const char *word) {
    choice->repeat = (unsigned)number(word, REPEAT_LEAST, REPEAT_MOST);
    return choice->repeat > 0 ? NULL : complain("--repeat takes %d to %d, not %s", REPEAT_LEAST, REPEAT_MOST, word);
}

static const char *choose_compare(struct bench_choice *choice, const char *path) {
    choice->compare = path;
    const char *wrong = bench_read_earlier(path);
    return wrong == NULL ? NULL : complain("--compare takes a file that --json wrote; %s %s", path, wrong);
}

static const char *choose_one(struct bench_choice *choice, int option, const char *word) {
    switch (option) {
    case 'j':
        choice->json = true;
        return NULL;
    case 'o':
        choice->once = true;
        return NULL;
    case 'b':
        choice->built_by = true;
        return NULL;
    case 'n':
        return choose_members(choice, optarg);
    case 'c':
        return choose_codecs(choice, optarg);
    case 'w':
        return choose_names(choice, optarg);
    case 'r':
        return choose_repeat(choice, optarg);
    case 'e':
        return choose_compare(choice, optarg);
    case ':':
        return complain("%s needs a value", word);
    default:
        return complain("there is no flag %s, or it takes no value", word);
    }
}

/* Everything but what takes a flag. */
static void choose_usual(struct bench_choice *choice) {
    *choice = (struct bench_choice){.codecs = {"packed", "bincode1"},
                                    .codec_count = 2,
                                    .members = {100, 1000, 10000, 100000, 1000000},
                                    .member_count = 5,
                                    .repeat = REPEAT_LEAST};
    choice->name_count = bench_name_count();
    for (size_t i = 0; i < choice->name_count; i++) {
        choice->names[i] = bench_name(i);
    }
}

const char *bench_choose(struct bench_choice *choice, int argc, char **argv) {
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {"once", no_argument, NULL, 'o'},
                                            {"built-by", no_argument, NULL, 'b'},
                                            {"n", required_argument, NULL, 'n'},
                                            {"codec", required_argument, NULL, 'c'},
                                            {"op", required_argument, NULL, 'w'},
                                            {"repeat", required_argument, NULL, 'r'},
                                            {"compare", required_argument, NULL, 'e'},
                                            {NULL, 0, NULL, 0}};
    choose_usual(choice);
    opterr = 0;
    for (int option; (option = getopt_long(argc, argv, ":", options, NULL)) != -1;) {
        const char *wrong = choose_one(choice, option, argv[optind - 1]);
        if (wrong != NULL) {
            return wrong;
        }
    }
    return optind == argc ? NULL : complain("%s is no flag", argv[optind]);
}
