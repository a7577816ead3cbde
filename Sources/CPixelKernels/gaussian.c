#include "clones.h"
#include "include/pk_denoising.h"

/* Two things keep these loops at 16 bits, where a product's upper half is one vector instruction. A weight is read from
 * memory beside the samples: one that the compiler may hoist out of the loop comes back widened to 32 bits. And `unit`,
 * always 128, is an argument: shifted by a constant, samples are widened to 32 bits as well. Each is a factor of two. */
enum { BLOCK = PK_BLUR_BLOCK };

PK_INLINE uint16_t high(uint16_t a, uint16_t b) { return (uint16_t)(((uint32_t)a * (uint32_t)b) >> 16); }
PK_INLINE uint16_t one(uint8_t a, uint16_t unit) { return (uint16_t)(a * unit); }
PK_INLINE uint16_t two(uint8_t a, uint8_t b, uint16_t unit) { return (uint16_t)((uint16_t)(a + b) * unit); }

/* The level of 128 times it, rounded. */
PK_INLINE uint8_t rounded(uint16_t value) {
    uint16_t level = (uint16_t)(value + 64) >> 7;
    return (uint8_t)(level < 255 ? level : 255);
}

PK_INLINE size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

PK_INLINE void down(
    const uint8_t *centre, const uint8_t *above1, const uint8_t *below1, const uint8_t *above2, const uint8_t *below2,
    const uint16_t *weights, uint16_t unit, uint16_t bias, uint16_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint16_t sum = (uint16_t)(high(one(centre[i], unit), weights[i]) + bias);
        sum = (uint16_t)(sum + high(two(above1[i], below1[i], unit), weights[BLOCK + i]));
        out[i] = (uint16_t)(sum + high(two(above2[i], below2[i], unit), weights[2 * BLOCK + i]));
    }
}

PK_CLONES void pk_blur_down(
    const uint8_t *centre, const uint8_t *above1, const uint8_t *below1, const uint8_t *above2, const uint8_t *below2,
    const uint16_t *weights, uint16_t unit, uint16_t bias, uint16_t *restrict out, size_t count) {
    size_t i = 0;
    for (; i + BLOCK <= count; i += BLOCK)
        down(centre + i, above1 + i, below1 + i, above2 + i, below2 + i, weights, unit, bias, out + i, BLOCK);
    down(centre + i, above1 + i, below1 + i, above2 + i, below2 + i, weights, unit, bias, out + i, count - i);
}

PK_CLONES void pk_blur_down_more(
    const uint8_t *above1, const uint8_t *below1, const uint8_t *above2, const uint8_t *below2,
    const uint16_t *weights, uint16_t unit, uint16_t *restrict out, size_t count) {
    for (size_t start = 0; start < count; start += BLOCK) {
        const uint8_t *a = above1 + start, *b = below1 + start, *c = above2 + start, *d = below2 + start;
        uint16_t *restrict sums = out + start;
        size_t length = smaller(BLOCK, count - start);
        for (size_t i = 0; i < length; i++) {
            uint16_t more = high(two(a[i], b[i], unit), weights[i]);
            sums[i] = (uint16_t)(sums[i] + more + high(two(c[i], d[i], unit), weights[BLOCK + i]));
        }
    }
}

PK_INLINE uint16_t across(const uint16_t *row, size_t step, const uint16_t *weights, uint16_t bias, size_t i) {
    const uint16_t *left1 = row - step, *left2 = row - 2 * step, *right1 = row + step, *right2 = row + 2 * step;
    uint16_t sum = (uint16_t)(high(row[i], weights[i]) + bias);
    sum = (uint16_t)(sum + high((uint16_t)(left1[i] + right1[i]), weights[BLOCK + i]));
    return (uint16_t)(sum + high((uint16_t)(left2[i] + right2[i]), weights[2 * BLOCK + i]));
}

PK_CLONES void pk_blur_across(
    const uint16_t *row, size_t step, const uint16_t *weights, uint16_t bias, uint16_t *restrict out, size_t count) {
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t length = smaller(BLOCK, count - start);
        for (size_t i = 0; i < length; i++) out[start + i] = across(row + start, step, weights, bias, i);
    }
}

PK_CLONES void pk_blur_across_level(
    const uint16_t *row, size_t step, const uint16_t *weights, uint16_t bias, uint8_t *restrict out, size_t count) {
    for (size_t start = 0; start < count; start += BLOCK) {
        size_t length = smaller(BLOCK, count - start);
        for (size_t i = 0; i < length; i++) out[start + i] = rounded(across(row + start, step, weights, bias, i));
    }
}

PK_CLONES void pk_blur_across_more(
    const uint16_t *row, size_t first, size_t second, const uint16_t *weights, uint16_t *restrict out, size_t count) {
    for (size_t start = 0; start < count; start += BLOCK) {
        const uint16_t *a = row + start - first, *b = row + start + first;
        const uint16_t *c = row + start - second, *d = row + start + second;
        uint16_t *restrict sums = out + start;
        size_t length = smaller(BLOCK, count - start);
        for (size_t i = 0; i < length; i++) {
            uint16_t more = high((uint16_t)(a[i] + b[i]), weights[i]);
            sums[i] = (uint16_t)(sums[i] + more + high((uint16_t)(c[i] + d[i]), weights[BLOCK + i]));
        }
    }
}

PK_CLONES void pk_blur_level(const uint16_t *row, uint8_t *restrict out, size_t count) {
    for (size_t i = 0; i < count; i++) out[i] = rounded(row[i]);
}
