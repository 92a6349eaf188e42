/* Fetching memory that will be read soon, while something else is done. */
#ifndef SELKIE_BASE_PREFETCH_H
#define SELKIE_BASE_PREFETCH_H

/* gcc holds a function that only fetches for one that does nothing, and leaves out the calls of it; not if there is any
 * assembly in it, be it none at all. */
static inline void prefetch(const void *address) {
#if defined(__GNUC__)
    __builtin_prefetch(address);
    __asm__ volatile("");
#else
    (void)address;
#endif
}

/* A table of so many items is too large for the caches, and it pays to fetch ahead: docs/performance.md. Builds that try
 * that out say so with fewer. */
#ifndef FETCH_FROM
#define FETCH_FROM 65536
#endif

#endif
