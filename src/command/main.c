/* The program `selkie`: finds the subcommand. */
#include "command/help.h"
#include "command/output.h"
#include "command/sim.h"
#include "command/text.h"
#include "selkie/selkie.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file that is opened gets the lowest number that is free: where standard output is closed, a page would get it, and
 * the report with it. What takes the place of a closed stream can neither be read nor written, as if it were closed. */
static void keep_places_of_closed_streams(void) {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        if (fcntl(stream, F_GETFD) < 0) {
            (void)open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

static int misused(const char *what) {
    static const char *const names[] = {"sim", "help", "settings", "--version", "--help", NULL};
    const char *nearest = text_nearest(what, names);
    fprintf(stderr, "selkie: there is no \"%s\"%s%s%s\n", what, nearest != NULL ? ", did you mean " : "",
            nearest != NULL ? nearest : "", nearest != NULL ? "?" : ": `selkie help` says what there is");
    return EXIT_ASKED;
}

static int help(int argc, char **argv) {
    if (argc > 2) {
        fprintf(stderr, "selkie help: one topic is expected\n");
        return EXIT_ASKED;
    }
    if (argc < 2) {
        help_program(stdout);
    } else if (!help_about(stdout, argv[1])) {
        return misused(argv[1]);
    }
    return output_is_written() ? EXIT_GOOD : EXIT_FAILED;
}

int main(int argc, char **argv) {
    keep_places_of_closed_streams();
    signal(SIGPIPE, SIG_IGN); /* what cannot be written is told of */
    if (argc < 2) {
        help_program(stderr);
        return EXIT_ASKED;
    }
    const char *command = argv[1];
    if (strcmp(command, "sim") == 0) {
        return sim_main(argc - 1, argv + 1);
    }
    if (strcmp(command, "help") == 0 || strcmp(command, "--help") == 0 || strcmp(command, "-h") == 0) {
        return help(argc - 1, argv + 1);
    }
    if (strcmp(command, "--version") == 0) {
        printf("selkie %s\n", selkie_version());
        return output_is_written() ? EXIT_GOOD : EXIT_FAILED;
    }
    return misused(command);
}
