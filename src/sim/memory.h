/* What the simulator does with memory and with a caller's structs. */
#ifndef SELKIE_SIM_MEMORY_H
#define SELKIE_SIM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* realloc for `count` things of `size` bytes, that does not come back without memory. */
void *sim_realloc(void *memory, size_t count, size_t size);

/* Take in a caller's struct, which starts with its size: fields that an old program does not have become zero. False:
 * it has fields that this library does not know and that are not zero. */
bool sim_take(void *to, size_t known, const void *from);

/* Fill a caller's struct of `size` bytes, as far as it goes. */
void sim_give(void *to, size_t size, const void *from, size_t known);

#endif
