/* Broadcasts of the swarm: what members say, and who has heard it. */
#include "rumours.h"

#include <stdlib.h>
#include <string.h>

struct listener {
    uint16_t key_size;
    uint16_t heard[RUMOUR_SUBJECTS];
};

struct rumours {
    uint16_t said[RUMOUR_SUBJECTS];
    bool own_invalidates;
    struct listener listeners[];
};

struct rumours *rumours_new(uint32_t members, bool own_invalidates) {
    struct rumours *rumours = calloc(1, sizeof *rumours + members * sizeof(struct listener));
    if (rumours == NULL) {
        selkie_panic("swarm: out of memory");
    }
    rumours->own_invalidates = own_invalidates;
    return rumours;
}

void rumours_free(struct rumours *rumours) {
    free(rumours);
}

static enum selkie_verdict receive(void *ctx, const void *bytes, size_t size, const void *sender, void *key) {
    struct listener *listener = ctx;
    const uint8_t *said = bytes;
    (void)sender;
    if (size < 3 || said[0] >= RUMOUR_SUBJECTS) {
        return SELKIE_REFUSED;
    }
    uint16_t version = (uint16_t)(said[1] << 8 | said[2]);
    if (version <= listener->heard[said[0]]) {
        return SELKIE_KNOWN;
    }
    listener->heard[said[0]] = version;
    memcpy(key, said, listener->key_size);
    return SELKIE_NEW;
}

static bool invalidates(void *ctx, const void *newer, const void *queued) {
    (void)ctx;
    return memcmp(newer, queued, 1) == 0;
}

void rumours_prepare(struct rumours *rumours, uint32_t member, struct selkie_broadcasts *handler) {
    struct listener *listener = &rumours->listeners[member];
    *listener = (struct listener){.key_size = rumours->own_invalidates ? 3 : 1};
    *handler = (struct selkie_broadcasts){.struct_size = sizeof *handler,
                                          .ctx = listener,
                                          .key_size = listener->key_size,
                                          .receive = receive,
                                          .invalidates = rumours->own_invalidates ? invalidates : NULL};
}

int rumours_say(struct rumours *rumours, struct draw *draw, selkie *engine, unsigned subject, uint16_t *version) {
    uint8_t said[24] = {(uint8_t)subject};
    *version = (uint16_t)(rumours->said[subject] + 1);
    said[1] = (uint8_t)(*version >> 8);
    said[2] = (uint8_t)*version;
    int error = selkie_add_broadcast(engine, said, 3 + draw_below(draw, 20), draw_below(draw, 4));
    if (error == 1) {
        rumours->said[subject] = *version;
    }
    return error == 1 ? SELKIE_OK : error == 0 ? SELKIE_E_CUSTOM_BROADCAST : error;
}

uint16_t rumours_heard(const struct rumours *rumours, uint32_t member, unsigned subject) {
    return rumours->listeners[member].heard[subject];
}
