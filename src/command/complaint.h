/* What is wrong with what the user asked for: a sentence that names it and says what was expected. */
#ifndef SELKIE_COMMAND_COMPLAINT_H
#define SELKIE_COMMAND_COMPLAINT_H

#include <stdbool.h>

struct complaint {
    char text[400]; /* one that is longer lacks its middle */
};

/* Always false, so that it may be returned. */
bool complain(struct complaint *complaint, const char *format, ...);

/* Put words before what is said already: "--crash 10: ". */
void complain_of(struct complaint *complaint, const char *format, ...);

#endif
