#include "asking.h"

#include "command/memory.h"
#include "command/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define WORDS_MOST 100

bool ask(struct request *request, const char *flags, struct complaint *complaint) {
    char *copy = memory_copy(flags), *words[WORDS_MOST] = {(char[]){"sim"}};
    int count = 1;
    for (char *word = strtok(copy, " "); word != NULL && count < WORDS_MOST - 1; word = strtok(NULL, " ")) {
        words[count++] = word;
    }
    bool good = request_read(request, count, words, complaint);
    free(copy);
    return good;
}

struct scenario *asked(const char *flags) {
    struct request *request = memory_zeroed(1, sizeof *request);
    struct scenario *scenario = memory_zeroed(1, sizeof *scenario);
    struct complaint complaint = {""};
    if (!ask(request, flags, &complaint)) {
        fail_msg("%s: %s", flags, complaint.text);
    }
    *scenario = request->scenario;
    request_free(request);
    free(request);
    return scenario;
}

struct result *ran(const char *flags) {
    struct scenario *scenario = asked(flags);
    struct result *result = memory_zeroed(1, sizeof *result);
    run_scenario(scenario, result, NULL, NULL);
    free(scenario);
    return result;
}

void done(struct result *result) {
    result_free(result);
    free(result);
}
