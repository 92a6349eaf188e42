/* The C library's memory as an allocator, for data structures on their own. */
#ifndef TESTS_ENGINE_MEMORY_H
#define TESTS_ENGINE_MEMORY_H

#include "selkie/selkie.h"

struct selkie_allocator memory_of_the_c_library(void);

#endif
