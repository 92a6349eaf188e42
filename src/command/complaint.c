#include "command/complaint.h"

#include "command/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEFT_OUT "..."

/* What is too long is what a user gave, in the middle: what it is about stands before it, and what is wrong with it
 * behind. */
static void fit(struct complaint *complaint, const char *text) {
    size_t room = sizeof complaint->text - 1, length = strlen(text);
    if (length <= room) {
        memcpy(complaint->text, text, length + 1);
        return;
    }
    size_t begin = room / 3, end = room - begin - strlen(LEFT_OUT);
    snprintf(complaint->text, sizeof complaint->text, "%.*s%s%s", (int)begin, text, LEFT_OUT, text + length - end);
}

/* The caller's. */
static char *print(const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    size_t size = (length > 0 ? (size_t)length : 0) + 1;
    char *text = memory_zeroed(size, 1);
    vsnprintf(text, size, format, arguments);
    return text;
}

bool complain(struct complaint *complaint, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = print(format, arguments);
    va_end(arguments);
    fit(complaint, text);
    free(text);
    return false;
}

void complain_of(struct complaint *complaint, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *before = print(format, arguments);
    va_end(arguments);
    complain(complaint, "%s%s", before, complaint->text);
    free(before);
}
