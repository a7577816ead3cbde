#include "include/pk_scaling.h"

#include "clones.h"

/* Squares that 32 bits hold: 255^2 · 2^16 is below 2^32. */
#define BLOCK ((size_t)1 << 16)

PK_CLONES uint64_t pk_squared_difference(const uint8_t *restrict a, const uint8_t *restrict b, size_t count) {
    uint64_t total = 0;
    for (size_t from = 0; from < count; from += BLOCK) {
        size_t end = count - from < BLOCK ? count : from + BLOCK;
        uint32_t sum = 0;
        for (size_t i = from; i < end; i++) {
            int16_t difference = (int16_t)(a[i] - b[i]);
            sum += (uint32_t)(difference * difference);
        }
        total += sum;
    }
    return total;
}

PK_CLONES void pk_centred_sums(const uint8_t *restrict row, float *restrict out, size_t pixels, size_t channels) {
    if (channels == 1) {
        for (size_t x = 0; x < pixels; x++) out[x] = (float)(row[x] - 128);
    } else {
        for (size_t x = 0; x < pixels; x++) out[x] = (float)(row[3 * x] + row[3 * x + 1] + row[3 * x + 2] - 384);
    }
}

PK_CLONES void pk_add_four_rows(
    const float *restrict rows, size_t stride, const float *restrict weights, float *restrict sums, size_t count) {
    const float *a = rows, *b = a + stride, *c = b + stride, *d = c + stride;
    float first = weights[0], second = weights[1], third = weights[2], fourth = weights[3];
    for (size_t i = 0; i < count; i++) {
        sums[i] += (a[i] * first + b[i] * second) + (c[i] * third + d[i] * fourth);
    }
}
