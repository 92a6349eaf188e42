/* What an engine's work costs, operation by operation, in clusters of different sizes. */
#include "report.h"

#include <stdio.h>

static const char usage[] =
    "usage: bench_engine [--json] [--codec NAME,..] [--n N,..] [--op NAME,..] [--repeat R] [--compare FILE]\n"
    "                    [--once] [--built-by]\n"
    "  codecs: packed, bincode1; N: members, 100 to 1000000; R: repetitions, 7 to 50; FILE: written by --json\n";

int main(int argc, char **argv) {
    struct bench_choice choice;
    const char *wrong = bench_choose(&choice, argc, argv);
    if (wrong != NULL) {
        fprintf(stderr, "bench_engine: %s\n%s", wrong, usage);
        return 2;
    }
    if (choice.built_by) {
        printf("%s\n", BENCH_BUILT_BY);
    } else {
        bench_run(&choice);
    }
    return 0;
}
