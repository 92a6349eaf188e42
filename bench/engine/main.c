/* What an engine's work costs, operation by operation, in clusters of different sizes. */
#include "operations.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: bench_engine [--json] [--codec NAME,..] [--n N,..] [--op NAME,..] [--repeat R] [--compare FILE]\n"
    "  codecs: packed, bincode1; N: members, 100 to 1000000; R: repetitions, at least 7\n";

int main(int argc, char **argv) {
    struct bench_choice choice;
    const char *wrong = bench_choose(&choice, argc, argv);
    if (wrong != NULL) {
        fprintf(stderr, "bench_engine: %s\n%s", wrong, usage);
        return 2;
    }
    bench_run(&choice);
    return 0;
}
