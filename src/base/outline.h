/* Functions that are kept out of those that call them. */
#ifndef SELKIE_BASE_OUTLINE_H
#define SELKIE_BASE_OUTLINE_H

/* Before a function for what is rare: compiled into its caller, it would take registers from what is frequent, which
 * then saves and restores them at every call. */
#if defined(__GNUC__)
#define OUTLINE __attribute__((noinline))
#else
#define OUTLINE
#endif

#endif
