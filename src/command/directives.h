/* What can be said of a scenario: one directive each, as a flag (`--crash 10@20s`) or as a line of a file
 * (`crash 10@20s`). One table is the truth about them, for the parser, the help and the manual page. */
#ifndef SELKIE_COMMAND_DIRECTIVES_H
#define SELKIE_COMMAND_DIRECTIVES_H

#include "command/sweep.h"

#include <stdio.h>

enum directive_about { ABOUT_CLUSTER, ABOUT_NETWORK, ABOUT_EVENT, ABOUT_SWEEP };

struct directive {
    const char *name;
    const char *argument; /* NULL: it takes none */
    enum directive_about about;
    const char *text;
    enum event_kind kind; /* ABOUT_EVENT */
    bool (*read)(struct scenario *scenario, struct sweep *sweep, const char *value, struct complaint *complaint);
};
extern const struct directive directives[];
extern const unsigned directives_count;

/* Which one has this name? directives_count: none. */
unsigned directives_find(const char *name);

/* Do what it says. value: NULL if it takes none. */
bool directives_take(unsigned directive, struct scenario *scenario, struct sweep *sweep, const char *value,
                     struct complaint *complaint);

/* Take all lines of a file. Complaints name file and line. */
bool directives_read_file(const char *path, struct scenario *scenario, struct sweep *sweep,
                          struct complaint *complaint);

/* Write a scenario as a file that says the same. */
void directives_print(FILE *out, const struct scenario *scenario, const struct sweep *sweep);

/* The same as flags, in one line. */
void directives_print_flags(FILE *out, const struct scenario *scenario, const struct sweep *sweep);

/* Change one thing, as a sweep does: NAME is a setting, a directive about the cluster or the network, `crash.who` (a
 * part of all crashes: who, at, or one of happen_keys), or `group.sick`. */
bool directives_change(struct scenario *scenario, const char *name, const char *value, struct complaint *complaint);

#endif
