/* Functions that are compiled into those that call them, or are kept out of them. */
#ifndef SELKIE_BASE_INLINE_H
#define SELKIE_BASE_INLINE_H

/* Before a function that is compiled anew wherever it is called, for the arguments that are constant there.
 *
 * OUTLINE is for what is rare or long: compiled into its caller, it would take registers from what is frequent, which then saves
 * and restores them at every call. */
#if defined(__GNUC__)
#define INLINE inline __attribute__((always_inline))
#define OUTLINE __attribute__((noinline))
#else
#define INLINE inline
#define OUTLINE
#endif

#endif
