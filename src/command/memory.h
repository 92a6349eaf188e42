/* Memory of the program: there is some, or it ends with a sentence. */
#ifndef SELKIE_COMMAND_MEMORY_H
#define SELKIE_COMMAND_MEMORY_H

#include <stddef.h>

#if defined(__GNUC__)
#define MEMORY_THERE __attribute__((returns_nonnull))
#else
#define MEMORY_THERE
#endif

/* There is none: end the program. */
_Noreturn void memory_none(void);

/* Room for so many things; the old ones stay as they are. */
void *memory_resize(void *old, size_t count, size_t size) MEMORY_THERE;

/* Room for so many things, all bytes 0. */
void *memory_zeroed(size_t count, size_t size) MEMORY_THERE;

/* Room for one more than `count`: it doubles. `room` is what there is. */
void *memory_for_one_more(void *old, size_t count, size_t *room, size_t size);

char *memory_copy(const char *text);

#endif
