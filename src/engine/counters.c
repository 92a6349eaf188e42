/* Counting by message and by error: their counters stand in the order of the messages' and the errors' numbers. */
#include "engine/counters.h"

#include "base/memory.h"
#include "engine/state.h"
#include "engine/versioned.h"

enum { OF_MESSAGE = COUNTER_ack_sent - COUNTER_ping_sent, RECEIVED = COUNTER_ping_received - COUNTER_ping_sent };

_Static_assert((int)COUNTER_nack_sent == (int)COUNTER_ping_sent + (int)SELKIE_NACK * (int)OF_MESSAGE,
               "counters in the order of messages");
_Static_assert((int)COUNTER_error_unknown_member - (int)COUNTER_error_data_too_big ==
                   (int)SELKIE_E_DATA_TOO_BIG - (int)SELKIE_E_UNKNOWN_MEMBER,
               "counters in the order of errors");

static void count_packet(selkie *engine, int counter, size_t size) {
    engine->counters[counter]++;
    engine->counters[counter + 1] += size;
}

void count_sent(selkie *engine, uint8_t message, size_t size) {
    count_packet(engine, (int)COUNTER_ping_sent + message * (int)OF_MESSAGE, size);
}

void count_received(selkie *engine, uint8_t message, size_t size) {
    count_packet(engine, (int)COUNTER_ping_sent + message * (int)OF_MESSAGE + (int)RECEIVED, size);
}

void count_error(selkie *engine, int result) {
    if (result < 0) {
        engine->counters[(int)COUNTER_error_data_too_big + (int)SELKIE_E_DATA_TOO_BIG - result]++;
    }
}

void count_verdict(selkie *engine, enum selkie_verdict verdict) {
    if (verdict != SELKIE_REFUSED) {
        count(engine, verdict == SELKIE_NEW ? COUNTER_broadcasts_new : COUNTER_broadcasts_known);
    }
    count_most(engine, COUNTER_broadcasts_backlog_most, selkie_broadcasts_backlog(engine));
}

void count_most(selkie *engine, enum counter counter, uint32_t now) {
    if (engine->counters[counter] < now) {
        engine->counters[counter] = now;
    }
}

/* In what the user gets they stand one after the other, as here. */
#define FIRST offsetof(struct selkie_stats, ping_sent)
_Static_assert(sizeof(struct selkie_stats) == FIRST + COUNTERS * sizeof(uint64_t), "nothing between the counters");

static void fill(const selkie *engine, struct selkie_stats *stats) {
    stats->struct_size = sizeof *stats;
    memcpy((unsigned char *)stats + FIRST, engine->counters, sizeof engine->counters);
    stats->awareness = engine->awareness;
    stats->broadcasts_sent = engine->broadcasts.sent;
    stats->broadcasts_replaced = engine->broadcasts.replaced;
}

void selkie_get_stats_(const selkie *engine, struct selkie_stats *stats, size_t struct_size) {
    if (struct_size == sizeof *stats) {
        fill(engine, stats);
        return;
    }
    struct selkie_stats all;
    fill(engine, &all);
    versioned_give(stats, struct_size, &all, sizeof all);
}
