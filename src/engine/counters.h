/* What is counted for selkie_get_stats. */
#ifndef SELKIE_ENGINE_COUNTERS_H
#define SELKIE_ENGINE_COUNTERS_H

#include "selkie/selkie.h"

enum counter {
#define SELKIE_X(name, text) COUNTER_##name,
    SELKIE_COUNTERS(SELKIE_X)
#undef SELKIE_X
        COUNTERS
};

/* A packet was sent or received: that message, of so many bytes. */
void count_sent(selkie *engine, uint8_t message, size_t size);
void count_received(selkie *engine, uint8_t message, size_t size);

/* A call returned this. SELKIE_OK and results that are no error count nothing. */
void count_error(selkie *engine, int result);

/* The broadcast handler said this of a broadcast, which may be queued now. */
void count_verdict(selkie *engine, enum selkie_verdict verdict);

/* It never was more than that. */
void count_most(selkie *engine, enum counter counter, uint32_t now);

#endif
