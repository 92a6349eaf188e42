/* All that was chosen, one after the other. */
#include "measure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What is measured beside the operations. */
static const struct {
    const char *name;
    void (*measure)(const struct selkie_codec *codec, struct bench_figure *figure);
} others[] = {{"bytes_per_member", bench_bytes_per_member},
              {"bytes_per_update", bench_bytes_per_update},
              {"worst_call", bench_worst_call}};

size_t bench_name_count(void) {
    return bench_operation_count + sizeof others / sizeof *others;
}

const char *bench_name(size_t i) {
    return i < bench_operation_count ? bench_operations[i].name : others[i - bench_operation_count].name;
}

static void run_once(size_t i, const struct selkie_codec *codec, const struct bench_figure *figure) {
    if (i < bench_operation_count) {
        uint64_t times = bench_once(&bench_operations[i], codec, figure->members);
        printf("%s %s %" PRIu32 " %" PRIu64 "\n", figure->name, figure->codec, figure->members, times);
    }
}

static void run_one(const struct bench_choice *choice, size_t i, const char *codec_name, uint32_t members) {
    struct selkie_codec codec = {.struct_size = sizeof codec};
    struct bench_figure figure = {.name = bench_name(i), .codec = codec_name, .members = members};
    figure.is_operation = i < bench_operation_count;
    bench_must(bench_codec(&codec, codec_name));
    if (choice->once) {
        run_once(i, &codec, &figure);
        return;
    }
    if (figure.is_operation) {
        bench_measure(&bench_operations[i], &codec, choice->repeat, &figure);
    } else {
        others[i - bench_operation_count].measure(&codec, &figure);
    }
    bench_show(choice, &figure);
}

static bool is_chosen(const struct bench_choice *choice, const char *name) {
    for (size_t i = 0; i < choice->name_count; i++) {
        if (strcmp(choice->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

void bench_run(const struct bench_choice *choice) {
    bench_show_begin(choice);
    for (size_t i = 0; i < bench_name_count(); i++) {
        for (size_t codec = 0; codec < choice->codec_count && is_chosen(choice, bench_name(i)); codec++) {
            for (size_t n = 0; n < choice->member_count; n++) {
                run_one(choice, i, choice->codecs[codec], choice->members[n]);
            }
        }
    }
    bench_show_end(choice);
}
