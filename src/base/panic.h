/* Assertions: they state what cannot happen, stay on in release builds, and never look at input or at what a caller
 * passes. */
#ifndef SELKIE_BASE_PANIC_H
#define SELKIE_BASE_PANIC_H

#include "selkie/selkie.h"

#define SELKIE_ASSERT(what) ((what) ? (void)0 : selkie_panic("selkie: cannot happen: not (" #what ")"))

#endif
