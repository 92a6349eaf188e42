/* The subcommand `selkie sim`. */
#ifndef SELKIE_COMMAND_SIM_H
#define SELKIE_COMMAND_SIM_H

enum exit_code {
    EXIT_GOOD,
    EXIT_FAILED,   /* it could not be run, or its result not be written */
    EXIT_ASKED,    /* what was asked for makes no sense */
    EXIT_VIOLATED, /* a check of the simulator failed */
};

/* argv[0] is the name of the subcommand. Returns an exit code. */
int sim_main(int argc, char **argv);

#endif
