/* Fetching memory that will be read soon, while something else is done. */
#ifndef SELKIE_BASE_PREFETCH_H
#define SELKIE_BASE_PREFETCH_H

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

#endif
