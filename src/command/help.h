/* What the program says of itself. */
#ifndef SELKIE_COMMAND_HELP_H
#define SELKIE_COMMAND_HELP_H

#include <stdbool.h>
#include <stdio.h>

void help_program(FILE *out);
void help_sim(FILE *out);
void help_settings(FILE *out);

/* False: there is nothing about that. */
bool help_about(FILE *out, const char *topic);

#endif
