#include "command/complaint.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool complain(struct complaint *complaint, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return false;
}

void complain_of(struct complaint *complaint, const char *format, ...) {
    char said[sizeof complaint->text];
    memcpy(said, complaint->text, sizeof said);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    size_t length = strlen(complaint->text);
    snprintf(complaint->text + length, sizeof complaint->text - length, "%s", said);
}
