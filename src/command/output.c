#include "command/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool output_is_written(void) {
    bool good = fflush(stdout) == 0 && !ferror(stdout);
    if (!good) {
        fprintf(stderr, "selkie: standard output: %s\n", strerror(errno));
    }
    return good;
}
