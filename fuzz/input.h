/* The fuzzers' input: bytes that are taken from the front as numbers. When there are no more, everything is 0, so that
 * each input is a whole program and a mutation anywhere leaves the rest in place. */
#ifndef SELKIE_FUZZ_INPUT_H
#define SELKIE_FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What must hold whatever the input. Stops the fuzzer, which then keeps the input. */
#define FUZZ_MUST(what)                                                                                                \
    do {                                                                                                               \
        if (!(what)) {                                                                                                 \
            (void)fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #what);                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

struct input {
    const uint8_t *next;
    size_t left;
};

static inline unsigned input_u8(struct input *input) {
    if (input->left == 0) {
        return 0;
    }
    input->left--;
    return *input->next++;
}

static inline unsigned input_u16(struct input *input) {
    unsigned high = input_u8(input);
    return high << 8 | input_u8(input);
}

/* The next `size` bytes, or as many as there are: *size is what was taken. */
static inline const uint8_t *input_bytes(struct input *input, size_t *size) {
    if (*size > input->left) {
        *size = input->left;
    }
    const uint8_t *bytes = input->next;
    input->next += *size;
    input->left -= *size;
    return bytes;
}

/* What libFuzzer calls, and fuzz/replay.c. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#endif
