/* Fixed-point logarithm by repeated squaring, and the 128-bit product that it needs. No floating point. */
#include "base/fixed.h"

/* A 128-bit number. */
struct wide {
    uint64_t high, low;
};

static struct wide wide_product(uint64_t a, uint64_t b) {
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0;
    uint64_t middle = a1 * b0 + (low >> 32); /* cannot overflow: (2^32 - 1)^2 + 2^32 - 1 < 2^64 */
    uint64_t other = a0 * b1 + (uint32_t)middle;
    struct wide product;
    product.high = a1 * b1 + (middle >> 32) + (other >> 32);
    product.low = other << 32 | (uint32_t)low;
    return product;
}

/* n / divisor, for a divisor below 2^32. */
static struct wide wide_divide(struct wide n, uint32_t divisor) {
    struct wide quotient;
    quotient.high = n.high / divisor;
    uint64_t upper = (n.high % divisor) << 32 | n.low >> 32;
    uint64_t lower = (upper % divisor) << 32 | (uint32_t)n.low;
    quotient.low = (upper / divisor) << 32 | lower / divisor;
    return quotient;
}

/* n / 2^bits, for 0 < bits < 64 and a result that fits. */
static uint64_t wide_shift_right(struct wide n, unsigned bits) {
    return n.high << (64 - bits) | n.low >> bits;
}

enum { MANTISSA_BITS = 60, LOG_BITS = 56 };

uint64_t fixed_log10(uint32_t n) {
    uint32_t power = 1;
    uint64_t log = 0;
    while (n / power >= 10) {
        power *= 10;
        log++;
    }
    /* The mantissa n / power, from 1 to below 10. */
    struct wide scaled = {(uint64_t)n >> (64 - MANTISSA_BITS), (uint64_t)n << MANTISSA_BITS};
    uint64_t mantissa = wide_divide(scaled, power).low;
    /* Squaring doubles the logarithm: a whole ten in the square is the next bit of it. */
    for (int bit = 0; bit < LOG_BITS; bit++) {
        struct wide square = wide_product(mantissa, mantissa);
        log <<= 1;
        if (square.high >> (2 * MANTISSA_BITS - 64) >= 10) {
            square = wide_divide(square, 10);
            log |= 1;
        }
        mantissa = wide_shift_right(square, MANTISSA_BITS);
    }
    return log;
}

uint64_t fixed_ratio(uint64_t part, uint64_t whole) {
    uint64_t ratio = part / whole, rest = part % whole;
    for (int bit = 0; bit < LOG_BITS; bit++) {
        rest <<= 1;
        ratio <<= 1;
        if (rest >= whole) {
            rest -= whole;
            ratio |= 1;
        }
    }
    return ratio + (rest != 0);
}

uint64_t fixed_scale(uint64_t whole, uint64_t fixed) {
    struct wide product = wide_product(whole, fixed);
    if (product.high >> LOG_BITS != 0) {
        return UINT64_MAX;
    }
    return wide_shift_right(product, LOG_BITS);
}
