/* The conformance checks: taking what is to be tried, making sample identities of it, and going through the checks. */
#include "sim/conform.h"

#include "sim/chance.h"
#include "sim/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 1000,
    SAMPLES_MAX = CONFORM_SAMPLES * (1 + CONFORM_RENEWALS),
    LIVES = 16 /* of an address, where the samples are made here */
};

bool conform_wrong(struct conform *conform, const char *format, ...) {
    if (!conform->wrong && conform->complaint_size > 0) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(conform->complaint, conform->complaint_size, format, arguments);
        va_end(arguments);
    }
    conform->wrong = true;
    return false;
}

uint32_t conform_random(struct conform *conform, uint32_t below) {
    return (uint32_t)chance_below(&conform->random, below);
}

char *conform_hex(const void *bytes, size_t size, char text[CONFORM_HEX_SIZE]) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *byte = bytes;
    size_t shown = size < CONFORM_HEX_BYTES ? size : (size_t)CONFORM_HEX_BYTES;
    char *at = text;
    for (size_t i = 0; i < shown; i++) {
        *at++ = digits[byte[i] >> 4];
        *at++ = digits[byte[i] & 15];
    }
    if (shown < size) {
        *at++ = '.';
        *at++ = '.';
    }
    *at = 0;
    return text;
}

void conform_set_guard(unsigned char *guard, size_t size, unsigned char fill) {
    memset(guard, fill, size);
}

bool conform_guard_holds(const unsigned char *guard, size_t size, unsigned char fill) {
    for (size_t i = 0; i < size; i++) {
        if (guard[i] != fill) {
            return false;
        }
    }
    return true;
}

/* ---- Samples ---- */

const unsigned char *conform_sample(const struct conform *conform, uint32_t number) {
    return conform->samples + (size_t)number * conform->type.size;
}

const unsigned char *conform_any_sample(struct conform *conform) {
    return conform_sample(conform, conform_random(conform, conform->sample_count));
}

void conform_add_sample(struct conform *conform, const void *identity) {
    size_t size = conform->type.size;
    if (conform->sample_count == SAMPLES_MAX) {
        return;
    }
    for (uint32_t i = 0; i < conform->sample_count; i++) {
        if (memcmp(conform_sample(conform, i), identity, size) == 0) {
            return;
        }
    }
    memcpy(conform->samples + conform->sample_count++ * size, identity, size);
}

/* Any bytes are valid: some addresses, and lives of each that are next to each other, at the ends, and anywhere. */
static void make_any(struct conform *conform, uint32_t number, unsigned char *identity) {
    size_t addr_size = conform->type.addr_size, tail_size = conform->type.size - addr_size;
    uint64_t address_random = conform->order.seed + number / LIVES;
    for (size_t i = 0; i < addr_size; i++) {
        identity[i] = (unsigned char)chance_below(&address_random, 256);
    }
    unsigned char *tail = identity + addr_size;
    unsigned shape = number % LIVES;
    for (size_t i = 0; i < tail_size; i++) {
        tail[i] = shape < 4 ? 0 : shape < 8 ? 0xff : (unsigned char)conform_random(conform, 256);
    }
    if (tail_size > 0 && shape < 8) {
        tail[tail_size - 1] = (unsigned char)(tail[tail_size - 1] + shape % 4);
    }
}

/* Into memory of `fill`, with a guard after it. */
static bool make_into(struct conform *conform, uint32_t number, unsigned char *memory, unsigned char fill) {
    size_t size = conform->type.size;
    conform_set_guard(memory, size + CONFORM_GUARD, fill);
    conform->order.make_identity(conform->order.ctx, number, memory);
    return conform_guard_holds(memory + size, CONFORM_GUARD, fill) ||
           conform_wrong(conform, "make_identity(%u): wrote past the %u bytes of an identity", (unsigned)number,
                         (unsigned)size);
}

static bool make_by_order(struct conform *conform, uint32_t number, unsigned char *identity) {
    unsigned char *first = conform->guarded[0], *second = conform->guarded[1];
    if (!make_into(conform, number, first, 0xa5) || !make_into(conform, number, second, 0x5a)) {
        return false;
    }
    if (memcmp(first, second, conform->type.size) != 0) {
        return conform_wrong(conform,
                             "make_identity(%u): gives another identity each time, or does not write all of its %u "
                             "bytes (padding?)",
                             (unsigned)number, (unsigned)conform->type.size);
    }
    memcpy(identity, first, conform->type.size);
    return true;
}

static bool has_two_addresses(const struct conform *conform) {
    for (uint32_t i = 1; i < conform->sample_count; i++) {
        if (memcmp(conform_sample(conform, 0), conform_sample(conform, i), conform->type.addr_size) != 0) {
            return true;
        }
    }
    return false;
}

static bool make_samples(struct conform *conform) {
    unsigned char identity[SELKIE_IDENTITY_MAX];
    for (uint32_t number = 0; number < CONFORM_SAMPLES; number++) {
        if (conform->order.make_identity == NULL) {
            make_any(conform, number, identity);
        } else if (!make_by_order(conform, number, identity)) {
            return false;
        }
        conform_add_sample(conform, identity);
    }
    return has_two_addresses(conform) ||
           conform_wrong(conform,
                         "make_identity: all %u identities have the same first %u bytes, which are the address",
                         (unsigned)CONFORM_SAMPLES, (unsigned)conform->type.addr_size);
}

/* ---- What is to be tried ---- */

static bool take_type(struct conform *conform) {
    struct selkie_identity_type *type = &conform->type;
    if (conform->order.type == NULL || !sim_take(type, sizeof *type, conform->order.type)) {
        return conform_wrong(conform, "type: is missing, or its struct_size is wrong");
    }
    if (type->size == 0 || type->size > SELKIE_IDENTITY_MAX) {
        return conform_wrong(conform, "type: size is %u, and must be 1 to %u", (unsigned)type->size,
                             SELKIE_IDENTITY_MAX);
    }
    if (type->addr_size == 0 || type->addr_size > type->size) {
        return conform_wrong(conform, "type: addr_size is %u, and must be 1 to size, which is %u",
                             (unsigned)type->addr_size, (unsigned)type->size);
    }
    return true;
}

static bool take_codec(struct conform *conform) {
    struct selkie_codec *codec = &conform->codec;
    SELKIE_INIT(codec);
    if (conform->order.codec == NULL) {
        selkie_codec_packed(codec, conform->type.size);
        return true;
    }
    if (!sim_take(codec, sizeof *codec, conform->order.codec)) {
        return conform_wrong(conform, "codec: its struct_size is wrong");
    }
    if (codec->encode_header == NULL || codec->encode_member == NULL || codec->decode_header == NULL ||
        codec->decode_member == NULL) {
        return conform_wrong(conform, "codec: lacks one of its four functions");
    }
    if (codec->identity_size != conform->type.size) {
        return conform_wrong(conform, "codec: identity_size is %u, and the type's size is %u",
                             (unsigned)codec->identity_size, (unsigned)conform->type.size);
    }
    if (codec->header_max == 0 || codec->member_min == 0 || codec->member_min > codec->member_max) {
        return conform_wrong(conform, "codec: header_max (%u) or member_min (%u) is 0, or above member_max (%u)",
                             (unsigned)codec->header_max, (unsigned)codec->member_min, (unsigned)codec->member_max);
    }
    return true;
}

static void take_memory(struct conform *conform) {
    size_t size = conform->type.size;
    conform->samples = sim_realloc(NULL, SAMPLES_MAX, size);
    for (unsigned i = 0; i < CONFORM_IDENTITIES; i++) {
        conform->exact[i] = sim_realloc(NULL, 1, size);
        conform->guarded[i] = sim_realloc(NULL, 1, size + CONFORM_GUARD);
    }
}

static void give_memory_back(struct conform *conform) {
    free(conform->samples);
    for (unsigned i = 0; i < CONFORM_IDENTITIES; i++) {
        free(conform->exact[i]);
        free(conform->guarded[i]);
    }
}

bool selkie_sim_conforms(const struct selkie_sim_conformance *what, char *complaint, size_t size) {
    struct conform conform = {.complaint = complaint, .complaint_size = complaint == NULL ? 0 : size};
    if (!sim_take(&conform.order, sizeof conform.order, what)) {
        selkie_panic("selkie_sim_conforms: struct_size is not set, or is that of a newer version than the library");
    }
    conform.order.rounds = conform.order.rounds == 0 ? ROUNDS : conform.order.rounds;
    conform.random = conform.order.seed;
    if (complaint != NULL && size > 0) {
        complaint[0] = 0;
    }
    if (!take_type(&conform) || !take_codec(&conform)) {
        return false;
    }
    take_memory(&conform);
    bool conforms =
        make_samples(&conform) && conform_type(&conform) && conform_codec(&conform) && conform_cluster(&conform);
    give_memory_back(&conform);
    return conforms;
}
