/* The score of our own health (Lifeguard's local health multiplier). What raises and lowers it is its callers' business. */
#include "engine/health.h"

void health_better(selkie *engine) {
    if (engine->awareness > 0) {
        engine->awareness--;
    }
}

void health_worse(selkie *engine, uint64_t by) {
    unsigned room = (unsigned)(engine->config.awareness_max - engine->awareness);
    engine->awareness = (uint8_t)(engine->awareness + (by < room ? by : room));
}

void health_limit(selkie *engine) {
    if (engine->awareness > engine->config.awareness_max) {
        engine->awareness = engine->config.awareness_max;
    }
}

uint64_t health_stretch(uint64_t duration_us, unsigned score) {
    uint64_t times = score + 1u;
    return duration_us > UINT64_MAX / times ? UINT64_MAX : duration_us * times;
}
