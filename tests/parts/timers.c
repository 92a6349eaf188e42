/* Makes an engine submit timers: one of each cycle on becoming connected, and one for each member that is down. */
#include "timers.h"

#include <stdlib.h>
#include <string.h>

#include "selkie/codec.h"

struct collection {
    struct selkie_timer *timers;
    uint32_t count;
};

static void drop(void *ctx, const void *identity, const void *bytes, size_t size) {
    (void)ctx;
    (void)identity;
    (void)bytes;
    (void)size;
}

static bool collect(void *ctx, const struct selkie_timer *timer, uint64_t delay_us) {
    struct collection *collection = ctx;
    (void)delay_us;
    if (collection->count < TIMERS)
        collection->timers[collection->count++] = *timer;
    return true;
}

static void demand(bool holds) {
    if (!holds)
        abort();
}

void timers_collect(struct selkie_timer timers[TIMERS]) {
    struct collection collection = {.timers = timers};
    uint8_t self = 0;
    struct selkie_identity_type type = {.struct_size = sizeof type, .size = 1, .addr_size = 1};
    struct selkie_runtime runtime = {
        .struct_size = sizeof runtime, .ctx = &collection, .send_to = drop, .submit_after = collect};
    struct selkie_codec codec;
    struct selkie_config config;
    selkie_codec_packed(&codec, 1);
    selkie_config_lan(&config, 10);
    struct selkie_options options = {.struct_size = sizeof options,
                                     .identity = &self,
                                     .type = &type,
                                     .runtime = &runtime,
                                     .codec = &codec,
                                     .config = &config,
                                     .seed = {1}};
    selkie *engine;
    demand(selkie_new(&engine, &options) == SELKIE_OK);
    uint8_t names[TIMERS];
    struct selkie_member members[TIMERS];
    for (uint8_t i = 0; i < TIMERS; i++) {
        names[i] = (uint8_t)(i + 1);
        members[i] = (struct selkie_member){.struct_size = sizeof members[i], .identity = &names[i]};
        members[i].state = i % 2 == 0 ? SELKIE_ALIVE : SELKIE_DOWN;
    }
    demand(selkie_apply_many(engine, members, TIMERS, false) == SELKIE_OK);
    while (collection.count < TIMERS) /* a probe cycle submits more */
        for (uint32_t i = 0, count = collection.count; i < count && collection.count < TIMERS; i++)
            selkie_handle_timer(engine, &timers[i]);
    demand(selkie_free(engine) == SELKIE_OK);
}
