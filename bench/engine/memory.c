/* What members and queued updates take of memory. */
#include "measure.h"

static double bytes_with(const struct selkie_codec *codec, uint32_t members, bool disseminate) {
    struct bench_world world;
    bench_begin(&world, codec, NULL);
    bench_populate(&world, members, disseminate);
    bench_must(selkie_updates_backlog(world.engine) == (disseminate ? members : 0));
    double held = (double)world.memory.held;
    bench_end(&world);
    return held;
}

void bench_bytes_per_member(const struct selkie_codec *codec, struct bench_figure *figure) {
    uint32_t n = figure->members;
    figure->value = (bytes_with(codec, 2 * n, false) - bytes_with(codec, n, false)) / n;
}

void bench_bytes_per_update(const struct selkie_codec *codec, struct bench_figure *figure) {
    uint32_t n = figure->members;
    figure->value = (bytes_with(codec, n, true) - bytes_with(codec, n, false)) / n;
}
