/* What the simulator does with memory and with a caller's structs. */
#include "sim/memory.h"

#include "selkie/selkie.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *sim_realloc(void *memory, size_t count, size_t size) {
    bool sensible = count > 0 && size > 0 && count <= SIZE_MAX / size;
    void *moved = sensible ? realloc(memory, count * size) : NULL;
    if (moved == NULL) {
        selkie_panic("selkie_sim: out of memory");
    }
    return moved;
}

static size_t size_of(const void *versioned) {
    size_t size;
    memcpy(&size, versioned, sizeof size);
    return size;
}

static void set_size(void *versioned, size_t size) {
    memcpy(versioned, &size, sizeof size);
}

bool sim_take(void *to, size_t known, const void *from) {
    const unsigned char *bytes = from;
    size_t size = size_of(from);
    for (size_t at = known; at < size; at++) {
        if (bytes[at] != 0) {
            return false;
        }
    }
    memset(to, 0, known);
    memcpy(to, from, size < known ? size : known);
    set_size(to, known);
    return size >= sizeof size;
}

void sim_give(void *to, size_t size, const void *from, size_t known) {
    memset(to, 0, size);
    memcpy(to, from, size < known ? size : known);
    set_size(to, size);
}
