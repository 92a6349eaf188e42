/* A scenario from flags, as the program reads them. */
#ifndef TESTS_COMMAND_ASKING_H
#define TESTS_COMMAND_ASKING_H

#include "command/request.h"

/* Read the flags in one text, taken apart at blanks. False: the complaint says why not. Either way request_free. */
bool ask(struct request *request, const char *flags, struct complaint *complaint);

/* The scenario that they make; the test fails if they make none. */
struct scenario *asked(const char *flags);

/* The result of running it; the caller's. */
struct result *ran(const char *flags);
void done(struct result *result);

#endif
