#include "include/pk_resampling.h"

#include <string.h>

#include "clones.h"

/* Samples that are summed together, so that partial sums stay in the nearest cache. */
#define BLOCK 2048

PK_INLINE void taps_across(
    const uint8_t *row, const uint32_t *positions, const int16_t *weights, int32_t *restrict out, size_t pixels,
    size_t channels, size_t taps) {
    for (size_t x = 0; x < pixels; x++) {
        const uint8_t *from = row + positions[x];
        const int16_t *weight = weights + taps * x;
        for (size_t c = 0; c < channels; c++) {
            int32_t sum = 0;
            for (size_t k = 0; k < taps; k++) sum += from[channels * k + c] * weight[k];
            out[channels * x + c] = sum;
        }
    }
}

PK_CLONES void pk_taps_across(
    const uint8_t *row, const uint32_t *positions, const int16_t *weights, int32_t *restrict out, size_t pixels,
    size_t channels, size_t taps) {
    /* Constants in each call, so that the inner loops unroll. */
    if (taps == 4 && channels == 1) {
        taps_across(row, positions, weights, out, pixels, 1, 4);
    } else if (taps == 4) {
        taps_across(row, positions, weights, out, pixels, 3, 4);
    } else if (channels == 1) {
        taps_across(row, positions, weights, out, pixels, 1, 8);
    } else {
        taps_across(row, positions, weights, out, pixels, 3, 8);
    }
}

PK_CLONES void pk_taps_down4(
    const int32_t *a, const int32_t *b, const int32_t *c, const int32_t *d, const int32_t *weights,
    int32_t *restrict sums, int is_more, size_t count) {
    int32_t p = weights[0], q = weights[1], r = weights[2], s = weights[3];
    if (is_more) {
        for (size_t i = 0; i < count; i++) sums[i] += a[i] * p + b[i] * q + c[i] * r + d[i] * s;
    } else {
        for (size_t i = 0; i < count; i++) sums[i] = a[i] * p + b[i] * q + c[i] * r + d[i] * s;
    }
}

PK_INLINE uint8_t clip22(int32_t sum) {
    int32_t level = (sum + (1 << 21)) >> 22;
    return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
}

PK_CLONES void pk_clip22(const int32_t *restrict sums, uint8_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = clip22(sums[i]);
}

PK_CLONES void pk_spread_across(
    const uint8_t *row, const uint32_t *positions, const uint32_t *lengths, const int32_t *weights,
    uint8_t *restrict out, size_t pixels, size_t channels) {
    for (size_t x = 0; x < pixels; x++) {
        const uint8_t *from = row + channels * positions[x];
        size_t length = lengths[x];
        if (channels == 1) {
            int32_t sum = 0;
            for (size_t k = 0; k < length; k++) sum += from[k] * weights[k];
            out[x] = clip22(sum);
        } else {
            int32_t red = 0, green = 0, blue = 0;
            for (size_t k = 0; k < length; k++) {
                red += from[3 * k] * weights[k];
                green += from[3 * k + 1] * weights[k];
                blue += from[3 * k + 2] * weights[k];
            }
            out[3 * x] = clip22(red);
            out[3 * x + 1] = clip22(green);
            out[3 * x + 2] = clip22(blue);
        }
        weights += length;
    }
}

PK_INLINE void add4(
    const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d, const int32_t *weights,
    int32_t *restrict sums, size_t count) {
    int32_t p = weights[0], q = weights[1], r = weights[2], s = weights[3];
    for (size_t i = 0; i < count; i++) sums[i] += a[i] * p + b[i] * q + c[i] * r + d[i] * s;
}

PK_INLINE void add1(const uint8_t *a, int32_t weight, int32_t *restrict sums, size_t count) {
    for (size_t i = 0; i < count; i++) sums[i] += a[i] * weight;
}

PK_CLONES void pk_spread_down(
    const uint8_t *base, size_t stride, size_t ring, size_t first, size_t rows, const int32_t *weights,
    uint8_t *restrict out, size_t count) {
    int32_t sums[BLOCK];
    for (size_t from = 0; from < count; from += BLOCK) {
        size_t length = count - from < BLOCK ? count - from : BLOCK;
        for (size_t i = 0; i < length; i++) sums[i] = 0;
        size_t k = 0;
        for (; k + 4 <= rows; k += 4) {
            add4(
                base + stride * ((first + k) % ring) + from, base + stride * ((first + k + 1) % ring) + from,
                base + stride * ((first + k + 2) % ring) + from, base + stride * ((first + k + 3) % ring) + from,
                weights + k, sums, length);
        }
        for (; k < rows; k++) add1(base + stride * ((first + k) % ring) + from, weights[k], sums, length);
        for (size_t i = 0; i < length; i++) out[from + i] = clip22(sums[i]);
    }
}

