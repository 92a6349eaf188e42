/* The two ways across the library's border of structs that may grow. */
#include "engine/versioned.h"

#include "base/memory.h"

static bool all_zero(const unsigned char *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

bool versioned_take(void *to, size_t known, const void *from, size_t oldest) {
    size_t size;
    memcpy(&size, from, sizeof size);
    if (size < oldest) {
        return false;
    }
    if (size > known && !all_zero((const unsigned char *)from + known, size - known)) {
        return false;
    }
    memcpy(to, from, size < known ? size : known);
    if (size < known) {
        memset((unsigned char *)to + size, 0, known - size);
    }
    memcpy(to, &known, sizeof known);
    return true;
}

void versioned_give(void *to, size_t size, const void *from, size_t known) {
    memcpy(to, from, size < known ? size : known);
    if (size > known) {
        memset((unsigned char *)to + known, 0, size - known);
    }
    memcpy(to, &size, sizeof size < size ? sizeof size : size);
}
