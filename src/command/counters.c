#include "command/counters.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

const struct counter_about counters[] = {
#define SELKIE_X(name, text) {#name, offsetof(struct selkie_stats, name)},
    SELKIE_COUNTERS(SELKIE_X)
#undef SELKIE_X
};
const unsigned counters_count = sizeof counters / sizeof *counters;

/* A sum of those would say nothing. */
static bool is_level(const char *name) {
    size_t length = strlen(name);
    return strcmp(name, "awareness") == 0 || (length > 5 && strcmp(name + length - 5, "_most") == 0);
}

void counters_add(struct selkie_stats *to, const struct selkie_stats *stats) {
    for (unsigned i = 0; i < counters_count; i++) {
        uint64_t sum, more;
        memcpy(&sum, (const char *)to + counters[i].offset, sizeof sum);
        memcpy(&more, (const char *)stats + counters[i].offset, sizeof more);
        sum = !is_level(counters[i].name) ? sum + more : more > sum ? more : sum;
        memcpy((char *)to + counters[i].offset, &sum, sizeof sum);
    }
}
